"""Scores with their intervals, comparisons in pairs (chapters 6 and 11).

Predictions are (seeds, clips) int, positions in `corpus.genres`; `UNTESTED` marks a clip that a seed did not
test. A clip is not independent of another by the same artist, so intervals come from resampling whole groups.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from genrelib.records import UNTESTED, split_name

__all__ = [
    "Difference",
    "Score",
    "bootstrap_interval",
    "by_genre",
    "calibration_error",
    "compare",
    "confusion",
    "group_draws",
    "hits_and_tests",
    "reliability",
    "score",
    "share_interval",
    "split_name",
]

RESAMPLES = 4000


@dataclass(frozen=True)
class Score:
    """An accuracy with its 95 % interval.

    Parameters
    ----------
    accuracy, low, high : float
        The share of right predictions, and the ends of its interval.
    seeds, clips : int
        How many trainings and how many clips it rests on.
    by : str
        What was kept apart: 'clip', 'artist', or a published split.
    """

    accuracy: float
    low: float
    high: float
    seeds: int
    clips: int
    by: str

    def __str__(self):
        return f"{self.accuracy:.1%} ({100 * self.low:.1f}–{100 * self.high:.1f}; {self.basis})".replace(
            "%", " %"
        )

    @property
    def basis(self):
        """What the accuracy rests on, as '300 clips, artists apart, 3 seeds'."""
        return f"{self.clips} clips, {split_name(self.by)}, {self.seeds} seed{'s' * (self.seeds > 1)}"


@dataclass(frozen=True)
class Difference:
    """A paired difference of two accuracies with its 95 % interval.

    Parameters
    ----------
    difference, low, high : float
        The difference, and the ends of its interval.
    clips : int
        How many clips both sides tested.
    by : str
        What was kept apart: 'clip', 'artist', or a published split.
    """

    difference: float
    low: float
    high: float
    clips: int
    by: str

    def __str__(self):
        points = map(_points, (self.difference, self.low, self.high))
        return "{} points ({} to {}; {} clips, {})".format(*points, self.clips, split_name(self.by))

    @property
    def significant(self):
        """Whether the interval leaves zero out."""
        return self.low > 0 or self.high < 0


def _points(share):
    """Write a share in points with its sign; zero has none."""
    points = round(100 * share, 1)
    return f"{points:+.1f}".replace("-", "−") if points else "0.0"


def score(predictions, corpus, *, by):
    """Score predictions, with a 95 % interval that comes from resampling whole groups.

    Parameters
    ----------
    predictions : (seeds, clips) array
        Positions in `corpus.genres`, UNTESTED where a seed did not test a clip.
    corpus : Corpus
    by : str
        What the split kept apart.

    Returns
    -------
    Score
        The share of right predictions among all that were made.

    Raises
    ------
    ValueError
        When the predictions do not fit the corpus, or nothing was tested.

    Notes
    -----
    Chapter 6.
    """
    hits, tested = hits_and_tests(predictions, corpus)
    low, high = share_interval(hits.sum(axis=0), tested.sum(axis=0), corpus.groups(by))
    clips = int(tested.any(axis=0).sum())
    return Score(float(hits.sum() / tested.sum()), low, high, len(hits), clips, by)


def compare(a, b, corpus, *, by, corpus_b=None):
    """Compare two sets of predictions clip by clip, on the clips that both tested.

    Seeds need not pair: a clip counts with its mean over its seeds.

    Parameters
    ----------
    a, b : (seeds, clips) array
        Predictions as `score` takes them.
    corpus : Corpus
    by : str
        What the split kept apart.
    corpus_b : Corpus, optional
        The same clips with the labels that `b` is judged by, if these are others.

    Returns
    -------
    Difference
        The accuracy of `a` minus that of `b`.

    Raises
    ------
    ValueError
        As `score`, or when no clip was tested by both.

    Notes
    -----
    Chapter 6.
    """
    (hits_a, tested_a), (hits_b, tested_b) = hits_and_tests(a, corpus), hits_and_tests(b, corpus_b or corpus)
    both = tested_a.any(axis=0) & tested_b.any(axis=0)
    if not both.any():
        raise ValueError("no clip was tested in both sets of predictions")
    rate_a, rate_b = (
        h.sum(axis=0)[both] / t.sum(axis=0)[both] for h, t in ((hits_a, tested_a), (hits_b, tested_b))
    )
    difference = rate_a - rate_b
    low, high = bootstrap_interval(difference, np.ones(both.sum()), corpus.groups(by)[both])
    return Difference(float(difference.mean()), low, high, int(both.sum()), by)


def hits_and_tests(predictions, corpus):
    """Say of every prediction whether it is right, and whether it was made at all.

    Parameters
    ----------
    predictions : (seeds, clips) array
        As `score` takes them.
    corpus : Corpus

    Returns
    -------
    hits, tested : (seeds, clips) arrays of bool

    Raises
    ------
    ValueError
        When the predictions do not fit the corpus, or nothing was tested.
    """
    predictions = np.atleast_2d(predictions)
    if predictions.shape[1] != len(corpus):
        raise ValueError(
            f"predictions for {predictions.shape[1]} clips do not fit the {len(corpus)} of {corpus.name!r}"
        )
    tested = predictions != UNTESTED
    if not tested.any():
        raise ValueError("no clip was tested")
    return tested & (predictions == corpus.labels), tested


def group_draws(groups):
    """Draw groups with replacement, seeded, RESAMPLES times.

    Parameters
    ----------
    groups : int
        How many there are; as many are drawn each time.

    Returns
    -------
    (RESAMPLES, groups) array of int
        How often each draw holds each group.
    """
    return np.random.default_rng(0).multinomial(groups, np.full(groups, 1 / groups), RESAMPLES)


def bootstrap_interval(total, weight, groups, *, level=0.95):
    """Return an interval of sum(total) / sum(weight) by drawing whole groups with replacement.

    Parameters
    ----------
    total, weight : (clips,) array
    groups : (clips,) array
        What is drawn as one, an artist for example.
    level : float
        How much of the distribution lies inside.

    Returns
    -------
    low, high : float

    Notes
    -----
    Efron's percentile bootstrap, seeded, on groups. Chapter 6.
    """
    _, group = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    total, weight = np.bincount(group, total), np.bincount(group, weight)
    total, weight = total[weight > 0], weight[weight > 0]
    draws = group_draws(len(total))
    low, high = np.quantile(draws @ total / (draws @ weight), [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def share_interval(hits, tests, groups):
    """Return an interval of the share of tests that are hits by drawing whole groups with replacement.

    Parameters
    ----------
    hits, tests : (clips,) array
        How many of each clip.
    groups : (clips,) array
        What is drawn as one.

    Returns
    -------
    low, high : float
        NaN when nothing was tested.

    Notes
    -----
    As `bootstrap_interval`. But drawing groups again shows no doubt when every test was hit, or none; then it
    is Wilson's interval with as many trials as groups.
    """
    hits, tests = np.asarray(hits), np.asarray(tests)
    if 0 < hits.sum() < tests.sum():
        return bootstrap_interval(hits, tests, groups)
    n, right = len(set(np.asarray(groups)[tests > 0])), bool(hits.any())
    if not n:
        return np.nan, np.nan
    interval = binomtest(n * right, n).proportion_ci(method="wilson")
    return float(interval.low), float(interval.high)


def confusion(predictions, corpus):
    """Count what is taken for what.

    Parameters
    ----------
    predictions : (seeds, clips) array
        As `score` takes them.
    corpus : Corpus

    Returns
    -------
    (genres, genres) array
        Of the tests on the genre of the row, the share that was predicted as the genre of the column.

    Raises
    ------
    ValueError
        As `score`.
    """
    _, tested = hits_and_tests(predictions, corpus)
    truth = np.broadcast_to(corpus.labels, tested.shape)[tested]
    counts = np.zeros((len(corpus.genres), len(corpus.genres)))
    np.add.at(counts, (truth, np.atleast_2d(predictions)[tested]), 1)
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)


def by_genre(predictions, corpus, *, by):
    """Score each genre by itself.

    Parameters
    ----------
    predictions : (seeds, clips) array
        As `score` takes them.
    corpus : Corpus
    by : str
        What the split kept apart.

    Returns
    -------
    pandas.DataFrame
        A row per genre. `recall` is the share of the tests on the genre that is predicted as the genre,
        `precision` the share of the tests predicted as the genre that is of the genre. Each comes with `_low`
        and `_high`, its 95 % interval, and `_tests`, how many tests it rests on; NaN where there are none.

    Raises
    ------
    ValueError
        As `score`.
    """
    hits, tested = hits_and_tests(predictions, corpus)
    groups, predictions, rows = corpus.groups(by), np.atleast_2d(predictions), []
    for genre in range(len(corpus.genres)):
        row = {}
        asked = {"recall": tested & (corpus.labels == genre), "precision": predictions == genre}
        for name, those in asked.items():
            tests = those.sum()
            low, high = share_interval((hits & those).sum(axis=0), those.sum(axis=0), groups)
            share = (hits & those).sum() / tests if tests else np.nan
            row |= {name: share, f"{name}_low": low, f"{name}_high": high, f"{name}_tests": int(tests)}
        rows.append(row)
    return pd.DataFrame(rows, index=pd.Index(corpus.genres, name="genre"))


def reliability(probabilities, corpus, *, by, bins=10):
    """Ask whether a classifier that is 70 % sure is right in 70 % of such cases.

    Parameters
    ----------
    probabilities : (seeds, clips, genres) array
        All zero where a clip was not tested.
    corpus : Corpus
    by : str
        What the split kept apart.
    bins : int
        A test falls into one of so many bins by the probability of the genre that was predicted.

    Returns
    -------
    pandas.DataFrame
        A row per bin that holds tests: `sure` (mean probability), `right` (share), `low` and `high` (its 95 %
        interval), `tests`.

    Notes
    -----
    Chapter 11.
    """
    sure, hits, tested = _top_genre(probabilities, corpus)
    slot, groups, rows = _bin_of(sure, bins), corpus.groups(by), []
    for number in range(bins):
        those = tested & (slot == number)
        if those.any():
            low, high = share_interval((hits & those).sum(axis=0), those.sum(axis=0), groups)
            row = {"sure": sure[those].mean(), "right": hits[those].mean(), "low": low, "high": high}
            rows.append(row | {"tests": int(those.sum())})
    return pd.DataFrame(rows)


def calibration_error(probabilities, corpus, *, by, bins=10):
    """Return the expected calibration error with its 95 % interval.

    It is the mean distance of `sure` from `right` in `reliability`, each bin with the weight of its tests.
    The interval draws whole groups. Few tests per bin raise the error: even a perfect classifier is above
    zero.

    Parameters
    ----------
    probabilities : (seeds, clips, genres) array
        All zero where a clip was not tested.
    corpus : Corpus
    by : str
        What the split kept apart.
    bins : int
        As in `reliability`.

    Returns
    -------
    error, low, high : float

    Notes
    -----
    Naeini and others (2015). Chapter 11.
    """
    sure, hits, tested = _top_genre(probabilities, corpus)
    _, group = np.unique(np.asarray(corpus.groups(by), dtype=str), return_inverse=True)
    cell = (group * bins + _bin_of(sure, bins))[tested]
    size = (group.max() + 1) * bins
    gap = np.bincount(cell, (sure - hits)[tested], size).reshape(-1, bins)
    weight = np.bincount(cell, minlength=size).reshape(-1, bins)
    gap, weight = gap[weight.any(axis=1)], weight[weight.any(axis=1)]
    draws = group_draws(len(gap))
    errors = np.abs(draws @ gap).sum(axis=1) / (draws @ weight).sum(axis=1)
    low, high = np.quantile(errors, [0.025, 0.975])
    return float(np.abs(gap.sum(axis=0)).sum() / weight.sum()), float(low), float(high)


def _top_genre(probabilities, corpus):
    """Return the probability of the predicted genre, whether it is right, and whether the clip was tested.

    Each is (seeds, clips).
    """
    probabilities = np.asarray(probabilities)
    tested = probabilities.any(axis=2)
    hits, _ = hits_and_tests(np.where(tested, probabilities.argmax(axis=2), UNTESTED), corpus)
    return probabilities.max(axis=2), hits, tested


def _bin_of(sure, bins):
    """Return the bin of each probability: `bins` of equal width, with borders as in scikit-learn."""
    return np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], sure)
