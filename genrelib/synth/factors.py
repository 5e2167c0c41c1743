"""What is declared about a clip, and how it is drawn: artist habits first, then what varies from clip to
clip."""

import dataclasses
import functools
from dataclasses import dataclass

from .drums import KITS
from .patterns import DRUMS, SECTIONS
from .production import PRODUCTIONS
from .streams import artist_of, pick, stream
from .styles import GENRES, STYLES
from .theory import NOTES, PROGRESSIONS, key_of
from .voices import INSTRUMENTS

__all__ = ["METRES", "ROLES", "Factors", "compose", "factors_table", "lineup", "sections"]

METRES = {"4/4": 4, "3/4": 3}  # beats per bar
SEED_TEXT = "a whole number, 0 or more"
RANGES = {  # factor -> lowest and highest value allowed
    "tempo": (30, 300),
    "swing": (0.5, 0.75),
    "loudness": (-20, 12),
    "brightness": (-6, 6),
    "feel": (0, 60),
    "lag": (-60, 60),
    "rubato": (0, 0.2),
    "dynamics": (0, 20),
    "seconds": (0.5, 600),
}


@dataclass(frozen=True)
class Factors:
    """Everything declared about one clip; `render` needs nothing else.

    Parameters
    ----------
    genre : str
    index : int
        Of the clip, within its genre.
    seed : int
        Of the corpus.
    artist, substyle : str
    tempo : float
        In beats per minute.
    metre : str
    swing : float
        The share of the beat that its first half takes.
    key : str
        Such as "E minor".
    instruments : str
        "role:instrument ...".
    progression, chorus : str
        Names in `theory.PROGRESSIONS`.
    drums : str
        A name in `patterns.DRUMS`, or "none".
    form : str
        Sections and their bars.
    production : str
        A name in PRODUCTIONS.
    loudness, brightness : float
        In dB, and in dB per octave, both on top of the production's.
    feel : float
        Timing jitter, the standard deviation in ms.
    lag : float
        Milliseconds behind the beat.
    rubato : float
        The share by which the tempo breathes.
    dynamics : float
        Of phrasing, in dB.
    seconds : float
        How long the clip is.
    """

    genre: str
    index: int
    seed: int
    artist: str
    substyle: str
    tempo: float
    metre: str
    swing: float
    key: str
    instruments: str
    progression: str
    chorus: str
    drums: str
    form: str
    production: str
    loudness: float
    brightness: float
    feel: float
    lag: float
    rubato: float
    dynamics: float
    seconds: float = 30.0


def compose(genre, index, *, seed=0, **overrides):
    """Declare a clip: its factors, each drawn from a stream of its own, then any of them replaced.

    Parameters
    ----------
    genre : str
        One of GENRES.
    index : int
        Of the clip, within its genre; clips in a row share an artist.
    seed : int
        Of the corpus.
    **overrides
        Factors to replace, by name. Two of them are bundles: another `artist` ("blues-a07") brings that
        artist's habits, another `substyle` that substyle's pools. Whatever else is replaced leaves every
        other factor as it was.

    Returns
    -------
    Factors

    Raises
    ------
    ValueError
        For a value that cannot be; it names the value and what is allowed.

    Notes
    -----
    Chapter 1.
    """
    _one_of("genre", genre, GENRES)
    for name, value in (("index", index), ("seed", seed)):
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise ValueError(f"{name} {value!r} is not {SEED_TEXT}")
    free = [f.name for f in dataclasses.fields(Factors) if f.name not in ("genre", "index", "seed")]
    for name, value in overrides.items():
        _one_of("factor", name, free)
        overrides[name] = _checked(name, value, genre)
    artist = overrides.get("artist") or f"{genre}-a{artist_of(genre, index, seed):02d}"
    drawn = _draw(genre, index, seed, artist, overrides.get("substyle"))
    return dataclasses.replace(drawn, **overrides)


def factors_table(n_per_genre, *, seed=0):
    """Declare all clips of a corpus.

    Parameters
    ----------
    n_per_genre : int
        Clips per genre.
    seed : int
        Of the corpus.

    Returns
    -------
    list of dict
        The fields of Factors, one entry per clip, ordered by genre, then index.
    """
    return [dataclasses.asdict(compose(genre, i, seed=seed)) for genre in GENRES for i in range(n_per_genre)]


def lineup(instruments):
    """'bass:picked-bass voice:tenor' -> {'bass': 'picked-bass', 'voice': 'tenor'}."""
    return dict(part.split(":") for part in instruments.split())


@functools.lru_cache(maxsize=1024)
def sections(form):
    """'verse8 chorus4' -> (('verse', 8), ('chorus', 4)). Raises ValueError naming the section."""
    parsed = []
    for part in form.split():
        name, bars = part.rstrip("0123456789"), part[len(part.rstrip("0123456789")) :]
        _one_of("section", name, SECTIONS)
        if not bars or int(bars) < 1:
            raise ValueError(f"section {part!r} has no number of bars: write it like verse8")
        parsed.append((name, int(bars)))
    if not parsed:
        raise ValueError("form '' has no section: write it like 'verse8 chorus8'")
    return tuple(parsed)


def _draw(genre, index, seed, artist, substyle):
    """Factors before overrides: `own` draws once per artist, `here` once per clip, each from a stream named
    after its concern."""

    def own(concern):
        return stream(seed, genre, artist, concern)

    def here(concern):
        return stream(seed, genre, artist, index, concern)

    def usual(concern, pool):
        """An artist keeps to two of a pool, and mostly to the first."""
        order = own(concern).permutation(len(pool))
        return pool[order[0] if len(pool) == 1 or here(concern).random() < 0.7 else order[1]]

    names = list(STYLES[genre])
    substyle = substyle or pick(own("substyle"), names, [STYLES[genre][n].weight for n in names])
    style = STYLES[genre][substyle]
    low, high = style.tempo
    middle = own("tempo").uniform(low, high)
    progression = usual("progression", style.progressions)
    tonics = own("key").permutation(12)[:4]
    return Factors(
        genre=genre,
        index=index,
        seed=seed,
        artist=artist,
        substyle=substyle,
        tempo=round(float(min(max(middle * here("tempo").normal(1, 0.05), low), high)), 1),
        metre=style.metre,
        swing=round(own("swing").uniform(*style.swing), 3),
        key=f"{NOTES[pick(here('key'), tonics)]} {PROGRESSIONS[progression][0]}",
        instruments=_players(own("instruments"), style.lineups),
        progression=progression,
        chorus=usual("chorus", style.chorus) if style.chorus else progression,
        drums=usual("drums", style.drums),
        form=pick(here("form"), style.forms),
        production=usual("production", style.productions),
        loudness=round(own("loudness").normal(0, 1.4) + here("loudness").normal(0, 1.5), 2),
        brightness=round(own("brightness").normal(0, 0.35) + here("brightness").normal(0, 0.35), 3),
        feel=round(own("feel").uniform(*style.feel), 1),
        lag=round(own("lag").uniform(*style.lag), 1),
        rubato=round(own("rubato").uniform(*style.rubato), 4),
        dynamics=round(own("dynamics").uniform(*style.dynamics), 1),
    )


def _players(rng, lineups):
    """One line-up, its alternatives ("flute/oboe") decided."""
    chosen = []
    for part in pick(rng, lineups).split():
        role, names = part.split(":")
        chosen.append(f"{role}:{pick(rng, names.split('/'))}")
    return " ".join(chosen)


def _one_of(what, value, allowed):
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(f"unknown {what} {value!r}: one of {', '.join(allowed)}")


def _checked(name, value, genre):
    """The value of an overridden factor, or ValueError naming it and what is allowed."""
    tables = {
        "substyle": STYLES[genre],
        "metre": METRES,
        "progression": PROGRESSIONS,
        "chorus": PROGRESSIONS,
        "drums": ("none", *DRUMS),
        "production": PRODUCTIONS,
    }
    if name in tables:
        _one_of(name, value, tables[name])
    elif name == "key":
        key_of(value)
    elif name == "form":
        sections(value)
    elif name == "instruments":
        value = _checked_lineup(value)
    elif name == "artist":
        head, _, number = str(value).rpartition("-a")
        if head != genre or not number.isdigit():
            raise ValueError(f"unknown artist {value!r}: write it like '{genre}-a03'")
    else:
        low, high = RANGES[name]
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            raise ValueError(f"{name} {value!r} is not a number from {low} to {high}")
        value = float(value)
    return value


def _checked_lineup(value):
    """A line-up as a canonical string; a mapping role -> instrument is taken too."""
    text = " ".join(f"{r}:{i}" for r, i in value.items()) if isinstance(value, dict) else str(value)
    for part in text.split():
        role, _, name = part.partition(":")
        _one_of("role", role, ROLES)
        _one_of(f"instrument for {role}", name, KITS if role == "drums" else INSTRUMENTS)
    return " ".join(text.split())


ROLES = (
    "drums",
    "bass",
    "riff",
    "rhythm",
    "keys",
    "pad",
    "brass",
    "choir",
    "strings",
    "lead",
    "counter",
    "low",
    "voice",
    "scratch",
)
