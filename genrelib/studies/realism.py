"""How much the built-in corpus is like records, genre by genre, and what carries over (chapter 15).

Three questions, each answered in about a minute, so that whoever changes a style can ask them after each
change. What differs: level, movement and attacks by octave, and what else an ear would miss. How surely are
the two told apart: by a classifier that is asked about artists it never heard. And what carries over:
classifiers that learn from generated music alone name the genres of two sets of real clips, as they are and
moved by clips of whatever genre. Looks at the real clips are counted, because a corpus that is changed until
their number rises has been fitted to them.
"""

import numpy as np
import pandas as pd
from scipy.ndimage import median_filter, uniform_filter1d
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from genrelib import baselines, disk, evaluation, features, records
from genrelib.corpus import Corpus
from genrelib.store import feature_store
from genrelib.studies import alignment, halves

__all__ = [
    "OCTAVES",
    "TRAITS",
    "carried_over",
    "compare",
    "measure",
    "profile_correlation",
    "report",
    "steps",
    "told_apart",
    "traits",
]

RECORD = "realism"
EDGES = (0, 200, 400, 800, 1600, 3200, 6400, 8400, 11025)  # Hz; the last octave is cut where records end
OCTAVES = ("< 0.2", "0.2–0.4", "0.4–0.8", "0.8–1.6", "1.6–3.2", "3.2–6.4", "6.4–8.4", "> 8.4 kHz")
TRAITS = ("level", "movement", "attack")  # of each octave; the others are of a whole clip
SMOOTH = 9  # bands, of a spectrum without its bumps
FRAMES, BANDS = 9, 9  # of the median filters that part what lasts from what is short
NAMES = ("logistic regression", "SVM")
ALIGNED_BY = {"sound": 30, "ready features": 100}  # clips without labels


def traits(X):
    """Describe clips by what an ear would miss in music that is not played.

    Parameters
    ----------
    X : (clips, frames, 128) array
        Mel frames in dB.

    Returns
    -------
    pandas.DataFrame
        A row per clip. For each octave in dB: `level` against the clip's mean power, `movement`, the
        deviation over time, and `attack`, the deviation of the steps from frame to frame. `bumpiness` of the
        mean spectrum and `range` of the frames' levels, in dB; `peaks`, onset strength of the strongest
        frames against the median; `percussive`, the share of power above 1.2 kHz that is short and broad.
    """
    rows = [_traits_of(np.asarray(x, dtype=float)) for x in X]
    names = pd.MultiIndex.from_tuples(rows[0], names=["trait", "octave"])
    return pd.DataFrame([row.values() for row in rows], columns=names)


def _traits_of(x):
    power, hz = 10 ** (x / 10), _band_hz()
    mean, steps = x.mean(axis=0), np.diff(x, axis=0)
    series = {
        "level": mean - 10 * np.log10(power.mean()),
        "movement": x.std(axis=0),
        "attack": steps.std(axis=0),
    }
    row = {}
    for low, high, octave in zip(EDGES[:-1], EDGES[1:], OCTAVES, strict=True):
        inside = (hz >= low) & (hz < high)
        row |= {(trait, octave): values[inside].mean() for trait, values in series.items()}
    rises = np.maximum(steps, 0).mean(axis=1)
    loud = np.percentile(10 * np.log10(power.mean(axis=1)), (5, 95))
    lasting = median_filter(power, (FRAMES, 1))
    short = median_filter(power, (1, BANDS))
    percussive = power * short**2 / (short**2 + lasting**2 + 1e-30)
    high = hz > 1200
    return row | {
        ("bumpiness", ""): np.std(mean - uniform_filter1d(mean, SMOOTH)),
        ("peaks", ""): np.percentile(rises, 99) / max(np.median(rises), 1e-9),
        ("range", ""): loud[1] - loud[0],
        ("percussive", ""): percussive[:, high].sum() / power[:, high].sum(),
    }


def _band_hz():
    """Return the middle of each mel band in Hz."""
    edges = np.linspace(0, features.hz_to_mel(features.SR / 2), features.N_MELS + 2)
    return features.mel_to_hz(edges[1:-1])


def report(built, real):
    """Compare the traits of two sets of clips, genre by genre.

    Parameters
    ----------
    built, real : pandas.DataFrame
        The mean of each trait, a row per genre.

    Returns
    -------
    pandas.DataFrame
        A row per trait and octave: the mean of both over the genres, their `difference` (real minus
        built-in), and the difference of each genre.
    """
    apart = (real - built).T
    table = pd.DataFrame({"built-in": built.mean(), "real": real.mean(), "difference": apart.mean(axis=1)})
    return table.join(apart)


def profile_correlation(built, real, trait="attack"):
    """Correlate what is particular to each genre: the trait in each octave, less its mean over the genres.

    Parameters
    ----------
    built, real : pandas.DataFrame
        The mean of each trait, a row per genre.
    trait : str
        One of TRAITS.

    Returns
    -------
    float
    """
    own = [(table[trait] - table[trait].mean()).to_numpy().ravel() for table in (built, real)]
    return float(np.corrcoef(*own)[0, 1])


def compare(source, sound, *, artists=None):
    """Compare generated with real sounds.

    Parameters
    ----------
    source, sound : Corpus
        Of sounds of the same genres: generated, and real.
    artists : pandas.Series of str, optional
        Of the real clips, where their own corpus does not know them.

    Returns
    -------
    table : pandas.DataFrame
        As of `report`.
    correlation : dict of str to float
        As of `profile_correlation`, for each of TRAITS.
    pooled : list of Corpus
        Both, as statistics of their mel frames.

    Raises
    ------
    ValueError
        When the genres of the two differ.
    """
    if source.genres != sound.genres:
        raise ValueError(f"corpora {source.name!r} and {sound.name!r} hold different genres")
    genres, pooled = [], []
    for corpus, known in ((source, None), (sound, artists)):
        store = feature_store(corpus, "mel")
        X, table = store.load(), store.corpus.table[["genre", "artist"]]
        genres.append(traits(X).groupby(table["genre"].to_numpy()).mean())
        statistics = pd.DataFrame(baselines.clip_statistics(X), index=table.index).add_prefix("x")
        who = (table["artist"] if known is None else known).reindex(table.index)
        who = who.fillna(table.index.to_series())  # a clip whose artist nobody knows is one by itself
        numbers = tuple(statistics.columns)
        pooled.append(Corpus(corpus.name, statistics.join(table.assign(artist=who)), numbers=numbers))
    return report(*genres), {trait: profile_correlation(*genres, trait) for trait in TRAITS}, pooled


def steps():
    """Read what was measured while the styles of the corpus were changed, `data/corpus-steps.csv`.

    Returns
    -------
    pandas.DataFrame
        A row per `step` of the styles, number of generated `clips`, set of real ones (`on`), and `what` was
        measured: `accuracy` or correlation, `low` and `high`. The rows of `gain` are differences in pairs.

    Notes
    -----
    Chapter 15. These states of the corpus are past: no command makes them anew.
    """
    return pd.read_csv(disk.CHECKOUT / "data" / "corpus-steps.csv", comment="#")


def told_apart(learned, asked):
    """Ask how surely generated and real clips are told apart, by artists that were never heard.

    Parameters
    ----------
    learned, asked : Corpus
        Of the same ready features: generated, and real.

    Returns
    -------
    dict
        Balanced `accuracy`, half where nothing tells them apart, with its interval over artists.
    """
    X = np.concatenate([learned.ready(), asked.ready()])
    real = np.arange(len(X)) >= len(learned)
    artists = np.array([f"{corpus.name} {name}" for corpus in (learned, asked) for name in corpus.groups()])
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, class_weight="balanced", max_iter=1000))
    folds = StratifiedGroupKFold(5, shuffle=True, random_state=0)
    hits = cross_val_predict(model, X, real, groups=artists, cv=folds) == real
    weight = np.where(real, 1 / real.sum(), 1 / (~real).sum())
    low, high = evaluation.bootstrap_interval(hits * weight, weight, artists)
    return {"accuracy": float(hits @ weight / 2), "low": low, "high": high, "clips": len(X)}


def carried_over(learned, asked, *, seeds, aligned_by):
    """Name the genres of real clips by what generated clips taught, as they are and aligned.

    Parameters
    ----------
    learned, asked : Corpus
        Of the same ready features.
    seeds, aligned_by : int
        Draws of the clips to align by, and how many.

    Returns
    -------
    list of dict
        As `alignment.scores`, without the way that moves means alone.
    """
    rows = alignment.scores(learned, asked, seeds=seeds, clips=(aligned_by,), names=NAMES)
    return [row for row in rows if row["way"] != "means"]


def measure(source, ready, sound, *, profile, half):
    """Compare generated music with two sets of real clips.

    Parameters
    ----------
    source : Corpus
        Of generated sounds.
    ready : Corpus
        GTZAN as features, with its artists.
    sound : Corpus
        Clips of GTZAN as sound.
    profile : Profile
        Says how many draws.
    half : str
        One of `halves.HALVES`, of `ready`.

    Returns
    -------
    dict
        `report`, its rows; `correlation` of the genres' profiles by trait; and for both sets of real clips
        how surely they are `told_apart` and what is `carried_over`; `looks`, as of `halves`.
    """
    table, correlation, pooled = compare(source, sound, artists=ready.table["artist"])
    asked = halves.half_of(ready, half, whole=False)
    pairs = {"sound": pooled, "ready features": (halves.learned_from(source, asked, whole=False), asked)}
    return {
        "genres": source.genres,
        "learned": records.origin(source),
        "half": half,
        "report": records.plain_rows(table.round(3).reset_index()),
        "correlation": correlation,
        "told_apart": {name: told_apart(*pair) for name, pair in pairs.items()},
        "carried_over": {
            name: carried_over(*pair, seeds=profile.seeds, aligned_by=ALIGNED_BY[name])
            for name, pair in pairs.items()
        },
        "looks": halves.looks(RECORD, half),
    }
