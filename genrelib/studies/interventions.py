"""The same music once more, with one cause of its sound changed: another tempo, player, record (chapter 12).

In what a classifier learns from, causes come together; here they come apart. `compared` gives each clip
before and after every change of CHANGES, `claimed` after those of CLAIMS; `in_takes` gives it in the
production of every genre and in two other tempos. The clips come from the built-in corpus, of another seed
than any that is learned from, so no artist among them is known to a network.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from scipy import signal
from tqdm import tqdm

from genrelib import audio, features, synth
from genrelib.synth import rendering
from genrelib.synth.factors import lineup
from genrelib.synth.theory import NOTES

__all__ = [
    "CHANGES",
    "CLAIMS",
    "TEMPOS",
    "audition",
    "claimed",
    "compared",
    "in_takes",
    "make",
    "names",
    "remastered",
    "render",
    "typical_productions",
    "with_factors",
]

SECONDS = 10.0  # of a clip that is made for a test: one excerpt of our network
LATER = 441  # samples, 20 ms: half a stride, which nobody hears
VIBRATO = 6.0, 50  # hertz, and cents to either side: as a singer's
BASS_DRUM = 120.0  # hertz; what the drums hold below it is the bass drum
TEMPOS = {"6 % slower": 0.94, "6 % faster": 1.06}  # as far as Sturm, Kereliuk and Larsen (2015) went


def audition(artists, *, seed):
    """Declare clips for a test: one by each of some artists of every genre, SECONDS long.

    Parameters
    ----------
    artists : int
        Of each genre.
    seed : int
        Of the built-in corpus; another one than what is learned from.

    Returns
    -------
    list of synth factors

    Notes
    -----
    Chapter 12.
    """
    clips = []
    for genre in synth.GENRES:
        heard = {}
        for index in range(5 * artists):  # an artist has at most five clips
            clip = synth.compose(genre, index, seed=seed, seconds=SECONDS)
            heard.setdefault(clip.artist, clip)
        clips += list(heard.values())[:artists]
    return clips


render = lru_cache(maxsize=4)(synth.render)  # a clip as it is begins many comparisons
_played = lru_cache(maxsize=1)(rendering.perform)  # and what only the studio changes is played once


def remastered(clip, **mastering):
    """Render a clip with another production or loudness, without playing the notes anew.

    Parameters
    ----------
    clip : synth factors
    **mastering
        The factors to change: production, loudness or brightness.

    Returns
    -------
    (samples,) array
        As `render` returns it.
    """
    other = replace(clip, **mastering)
    return rendering.finish(other, *rendering.mix(other, _played(clip)))


def with_factors(says, **factors):
    """Make a change that renders a clip as it is and once more with other factors.

    Parameters
    ----------
    says : str
        What the change does; its docstring.
    **factors
        The factors to change.

    Returns
    -------
    callable
        Takes a clip, returns its sound before and after, or None where nothing changes.
    """

    def change(clip):
        if all(getattr(clip, name) == value for name, value in factors.items()):
            return None
        return render(clip), render(replace(clip, **factors))

    change.__doc__ = says
    return change


def _remade(says, production):
    """Return a change, described by `says`, of a clip's production."""

    def change(clip):
        if clip.production == production:
            return None
        return render(clip), remastered(clip, production=production)

    change.__doc__ = says
    return change


def _faster(clip):
    """Play it a quarter faster."""
    return render(clip), render(replace(clip, tempo=1.25 * clip.tempo))


def _higher(clip):
    """Transpose everything but the drums by five semitones."""
    return render(clip), render(_transposed(clip, 5))


def _transposed(clip, semitones):
    """Return the factors of a clip in a higher key."""
    tonic, mode = clip.key.split()
    return replace(clip, key=f"{NOTES[(NOTES.index(tonic) + semitones) % 12]} {mode}")


def _on_saxophone(clip):
    """Give the melody to a saxophone: the lead, else the voice, the strings, the riff or the keys."""
    players = lineup(clip.instruments)
    role = next((role for role in ("lead", "voice", "strings", "riff", "keys") if role in players), None)
    if role is None or players[role] == "sax":
        return None
    parts = " ".join(f"{part}:{name}" for part, name in (players | {role: "sax"}).items())
    return render(clip), render(replace(clip, instruments=parts))


def _drummed(clip):
    """Leave the drums out, then let them play: the clip's own, or a rock beat where it has none."""
    beat = "rock-8" if clip.drums == "none" else clip.drums
    return render(replace(clip, drums="none")), render(replace(clip, drums=beat))


def _with_bass(clip):
    """Leave the bass out, then let it play."""
    without = " ".join(part for part in clip.instruments.split() if not part.startswith("bass:"))
    return None if without == clip.instruments else (render(replace(clip, instruments=without)), render(clip))


def _louder(clip):
    """Make the record 6 dB louder; its limiter works harder."""
    return render(clip), remastered(clip, loudness=clip.loudness + 6)


def _hissing(clip):
    """Add white noise, 20 dB below the music."""
    y = render(clip)
    noise = np.random.default_rng(clip.index).standard_normal(len(y))
    return y, (y + 0.1 * np.sqrt(np.mean(y**2)) * noise).astype(np.float32)


CHANGES: dict[str, Callable] = {
    "tempo +25 %": _faster,
    "key +5 semitones": _higher,
    "melody on a sax": _on_saxophone,
    "drums in": _drummed,
    "bass in": _with_bass,
    "78 rpm record": _remade("Press it on a 78 rpm record: narrow, noisy, crackling.", "78rpm"),
    "church": _remade("Record it in a church: three seconds of echo.", "church"),
    "6 dB louder": _louder,
    "hiss": _hissing,
}


def _played_otherwise(clip, **tracks):
    """Render a clip with other tracks of some roles; None takes a role out."""
    tracks = _played(clip) | tracks
    return rendering.finish(
        clip, *rendering.mix(clip, {role: y for role, y in tracks.items() if y is not None})
    )


def _trembling(clip):
    """Let the singer sing with a wide vibrato."""
    voice = _played(clip).get("voice")
    if voice is None:
        return None
    hertz, cents = VIBRATO
    at, turn = np.arange(len(voice)), 2 * np.pi * hertz / audio.SR
    late = (2 ** (cents / 1200) - 1) / turn * np.sin(turn * at)
    return render(clip), _played_otherwise(clip, voice=np.interp(at - late, at, voice).astype(np.float32))


def _in_thirds(clip):
    """Let a second voice sing the same, a major third higher."""
    voice = _played(clip).get("voice")
    if voice is None:
        return None
    second = rendering.perform(_transposed(clip, 4)).get("voice", np.zeros_like(voice))
    return render(clip), _played_otherwise(clip, voice=voice + second)


def _bass_drummed(clip):
    """Leave the drums out, then let the bass drum play alone."""
    drums = _played(clip).get("drums")
    if drums is None:
        return None
    low = signal.butter(4, BASS_DRUM, fs=audio.SR, output="sos")
    kick = signal.sosfilt(low, drums).astype(np.float32)
    return _played_otherwise(clip, drums=None), _played_otherwise(clip, drums=kick)


# what Dieleman (2014) says that four filters of a network pick up, each as a change
CLAIMS: dict[str, Callable] = {
    "vibrato singing": _trembling,
    "ringing ambience": CHANGES["church"],
    "vocal thirds": _in_thirds,
    "bass drums": _bass_drummed,
}


def compared(clip):
    """Return a clip's features before and after each of CHANGES.

    Parameters
    ----------
    clip : synth factors

    Returns
    -------
    (changes, 2, frames, bands) array of float32
        NaN where there is nothing to change.
    """
    return _before_and_after(clip, CHANGES)


def claimed(clip):
    """Return a clip's features before and after each of CLAIMS, as `compared` does.

    Parameters
    ----------
    clip : synth factors

    Returns
    -------
    (claims, 2, frames, bands) array of float32
    """
    return _before_and_after(clip, CLAIMS)


def _before_and_after(clip, changes):
    """Return a clip's features before and after changes; NaN where there is nothing to change."""
    pairs = [change(clip) for change in changes.values()]
    nothing = np.full_like(features.log_mel(render(clip)), np.nan)
    return np.array([[features.log_mel(y) for y in pair] if pair else [nothing] * 2 for pair in pairs])


def in_takes(clip):
    """Return the features of a clip in every take of `names`.

    Parameters
    ----------
    clip : synth factors

    Returns
    -------
    (takes, frames, bands) array of float32
    """
    longer = replace(clip, seconds=clip.seconds + LATER / audio.SR)
    as_it_is = remastered(longer)
    sounds = [as_it_is, as_it_is[LATER:]]
    sounds += [synth.render(replace(longer, tempo=factor * clip.tempo)) for factor in TEMPOS.values()]
    sounds += [remastered(longer, production=production) for production in typical_productions().values()]
    samples = round(clip.seconds * audio.SR)
    return np.array([features.log_mel(y[:samples]) for y in sounds])


def names():
    """Name the takes of `in_takes`: as it is, 20 ms later, two tempos, ten productions.

    Returns
    -------
    tuple of str
    """
    return ("as it is", "20 ms later", *TEMPOS, *typical_productions())


@lru_cache
def typical_productions():
    """Return the production that is most typical of each genre.

    It has the largest product of two shares: of the genre's clips that are made so, and of the clips made so
    that are of the genre.

    Returns
    -------
    dict
        Genre to the name of a production.
    """
    uses = {genre: dict.fromkeys(synth.PRODUCTIONS, 0.0) for genre in synth.GENRES}
    for genre, styles in synth.STYLES.items():
        weight = sum(style.weight for style in styles.values())
        for style in styles.values():
            for production in style.productions:
                uses[genre][production] += style.weight / weight / len(style.productions)
    uses = pd.DataFrame(uses)
    return (uses * uses.div(uses.sum(axis=1), axis=0).fillna(0)).idxmax().to_dict()


def make(what, clips):
    """Apply `compared`, `claimed` or `in_takes` to clips on all cores.

    Parameters
    ----------
    what : callable
    clips : list of synth factors

    Returns
    -------
    (clips, …) array of float32
    """
    run = Parallel(n_jobs=-1, return_as="generator")(delayed(what)(clip) for clip in clips)
    return np.array(list(tqdm(run, total=len(clips), desc=what.__name__, unit="clip")))
