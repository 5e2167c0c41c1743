"""Scores with their intervals, comparisons in pairs (chapters 6 and 9).

Predictions are (seeds, clips) int, positions in `corpus.genres`; `UNTESTED` marks a clip that a seed did not
test. A clip is not independent of another by the same artist, so intervals come from resampling whole groups.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from genrelib.records import UNTESTED

__all__ = [
    "Difference",
    "Score",
    "bootstrap_interval",
    "by_genre",
    "calibration_error",
    "compare",
    "confusion",
    "fairest_split",
    "group_draws",
    "hits_and_tests",
    "reliability",
    "score",
    "split_name",
]

RESAMPLES = 4000


@dataclass(frozen=True)
class Score:
    """An accuracy, its 95 % interval, and what it rests on: seeds, clips tested, and what was kept apart."""

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
    """A paired difference of two accuracies with its 95 % interval."""

    difference: float
    low: float
    high: float
    clips: int
    by: str

    def __str__(self):
        points = (f"{100 * value:+.1f}".replace("-", "−") for value in (self.difference, self.low, self.high))
        return "{} points ({} to {}; {} clips, {})".format(*points, self.clips, split_name(self.by))

    @property
    def significant(self):
        """Whether the interval leaves zero out."""
        return self.low > 0 or self.high < 0


def fairest_split(corpus):
    """Return the fairest split that a corpus allows: 'published' where its publishers drew one, 'artist',
    or 'clip'."""
    return "published" if "part" in corpus.table else corpus.fairest


def split_name(by):
    """Say what a split keeps apart: 'artists apart', 'clips apart' or 'published split'."""
    return "published split" if by == "published" else f"{by}s apart"


def _resampled_groups(corpus, by):
    """Return what is drawn as one when an interval asks how else the clips could have come out, (clips,).

    That is what the split keeps apart; with a published split the artists, where known, or the clips.
    """
    known = corpus.table["artist"].notna().all()
    return corpus.groups(by if by != "published" else "artist" if known else "clip")


def score(predictions, corpus, *, by):
    """Score predictions (seeds, clips), with a 95 % interval by resampling the groups.

    Returns a Score: the share of right ones among all that were made.
    Raises ValueError when the predictions do not fit the corpus, or nothing was tested.
    """
    hits, tested = hits_and_tests(predictions, corpus)
    low, high = _share_interval(hits, tested, _resampled_groups(corpus, by))
    clips = int(tested.any(axis=0).sum())
    return Score(float(hits.sum() / tested.sum()), low, high, len(hits), clips, by)


def compare(a, b, corpus, *, by):
    """Compare two sets of predictions clip by clip, on the clips that both tested.

    Returns a Difference, a minus b. Seeds need not pair: a clip counts with its mean over its seeds.
    Raises ValueError as `score`, or when no clip was tested by both.
    """
    (hits_a, tested_a), (hits_b, tested_b) = hits_and_tests(a, corpus), hits_and_tests(b, corpus)
    both = tested_a.any(axis=0) & tested_b.any(axis=0)
    if not both.any():
        raise ValueError("no clip was tested in both sets of predictions")
    rate_a, rate_b = (
        h.sum(axis=0)[both] / t.sum(axis=0)[both] for h, t in ((hits_a, tested_a), (hits_b, tested_b))
    )
    difference = rate_a - rate_b
    low, high = bootstrap_interval(difference, np.ones(both.sum()), _resampled_groups(corpus, by)[both])
    return Difference(float(difference.mean()), low, high, int(both.sum()), by)


def hits_and_tests(predictions, corpus):
    """Return two boolean arrays (seeds, clips): predicted rightly, and tested at all."""
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
    """Return (RESAMPLES, groups) counts: how often each draw with replacement, seeded, holds each group."""
    return np.random.default_rng(0).multinomial(groups, np.full(groups, 1 / groups), RESAMPLES)


def bootstrap_interval(total, weight, groups, *, level=0.95):
    """Return the interval (low, high) of sum(total) / sum(weight), drawing whole groups with replacement.

    `total`, `weight` and `groups` are (clips,). Efron's percentile bootstrap, seeded, on groups.
    """
    _, group = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    total, weight = np.bincount(group, total), np.bincount(group, weight)
    total, weight = total[weight > 0], weight[weight > 0]
    draws = group_draws(len(total))
    low, high = np.quantile(draws @ total / (draws @ weight), [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _share_interval(hits, tests, groups):
    """Return the interval (low, high) of the share of `tests` that are `hits`, bool (seeds, clips) each.

    Drawing groups anew knows no doubt when every test was hit, or none; then it is Wilson's interval with as
    many trials as groups. NaN when nothing was tested.
    """
    total, weight = hits.sum(axis=0), tests.sum(axis=0)
    if 0 < total.sum() < weight.sum():
        return bootstrap_interval(total, weight, groups)
    n, right = len(set(groups[weight > 0])), bool(total.any())
    if not n:
        return np.nan, np.nan
    interval = binomtest(n * right, n).proportion_ci(method="wilson")
    return float(interval.low), float(interval.high)


def confusion(predictions, corpus):
    """Return (genres, genres): of the tests on the row's genre, the share predicted as the column's."""
    _, tested = hits_and_tests(predictions, corpus)
    truth = np.broadcast_to(corpus.labels, tested.shape)[tested]
    counts = np.zeros((len(corpus.genres), len(corpus.genres)))
    np.add.at(counts, (truth, np.atleast_2d(predictions)[tested]), 1)
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)


def by_genre(predictions, corpus, *, by):
    """Score each genre by itself: a table with one row a genre.

    Columns `recall` (of the tests on the genre, the share named rightly) and `precision` (of the tests that
    were given the genre's name, the share that are of it), each with `_low` and `_high`, the 95 % interval by
    resampling the groups, and `_tests`, how many tests it rests on; NaN where there are none.
    """
    hits, tested = hits_and_tests(predictions, corpus)
    groups, predictions, rows = _resampled_groups(corpus, by), np.atleast_2d(predictions), []
    for genre in range(len(corpus.genres)):
        row = {}
        asked = {"recall": tested & (corpus.labels == genre), "precision": predictions == genre}
        for name, those in asked.items():
            tests = those.sum()
            low, high = _share_interval(hits & those, those, groups)
            share = (hits & those).sum() / tests if tests else np.nan
            row |= {name: share, f"{name}_low": low, f"{name}_high": high, f"{name}_tests": int(tests)}
        rows.append(row)
    return pd.DataFrame(rows, index=pd.Index(corpus.genres, name="genre"))


def reliability(probabilities, corpus, *, by, bins=10):
    """Ask whether a classifier that is 70 % sure is right in 70 % of such cases: a table, one row a bin.

    `probabilities` (seeds, clips, genres), all zero where a clip was not tested. A test falls into a bin by
    the probability of the genre that was named. Columns `sure` (mean probability), `right` (share), `low` and
    `high` (its 95 % interval by resampling the groups), `tests`; bins without tests are left out.
    """
    sure, hits, tested = _top_genre(probabilities, corpus)
    slot, groups, rows = _bin_of(sure, bins), _resampled_groups(corpus, by), []
    for number in range(bins):
        those = tested & (slot == number)
        if those.any():
            low, high = _share_interval(hits & those, those, groups)
            row = {"sure": sure[those].mean(), "right": hits[those].mean(), "low": low, "high": high}
            rows.append(row | {"tests": int(those.sum())})
    return pd.DataFrame(rows)


def calibration_error(probabilities, corpus, *, by, bins=10):
    """Return the expected calibration error (Naeini and others 2015) with its 95 % interval: (error, low,
    high).

    That is the mean distance of `sure` from `right` in `reliability`, each bin with the weight of its tests.
    The interval draws whole groups. Few tests a bin raise the error: even a perfect classifier is above zero.
    """
    sure, hits, tested = _top_genre(probabilities, corpus)
    _, group = np.unique(np.asarray(_resampled_groups(corpus, by), dtype=str), return_inverse=True)
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
    """Return the probability of the genre that was named, whether it was right, and whether it was tested at
    all, each (seeds, clips)."""
    probabilities = np.asarray(probabilities)
    tested = probabilities.any(axis=2)
    hits, _ = hits_and_tests(np.where(tested, probabilities.argmax(axis=2), UNTESTED), corpus)
    return probabilities.max(axis=2), hits, tested


def _bin_of(sure, bins):
    """Return the bin of each probability: `bins` of equal width, with borders as in scikit-learn."""
    return np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], sure)
