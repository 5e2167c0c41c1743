"""Scores with their intervals, comparisons in pairs, and the published numbers to stand beside (chapter 9).

Predictions are (seeds, clips) int, positions in `corpus.genres`; `UNTESTED` marks a clip that a seed did not
test. A clip is not independent of another by the same artist, so intervals come from resampling whole groups.
"""

import time
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from genrelib import baselines, disk, records, training
from genrelib.baselines import UNTESTED
from genrelib.store import feature_store

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
        return f"{self.clips} clips, {self.by}s apart, {self.seeds} seed{'s' * (self.seeds > 1)}"


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
        return "{} points ({} to {}; {} clips, {}s apart)".format(*points, self.clips, self.by)

    @property
    def told_apart(self):
        """Whether the interval leaves zero out."""
        return self.low > 0 or self.high < 0


def score(predictions, corpus, *, by):
    """Score predictions (seeds, clips), with a 95 % interval by resampling the groups.

    Returns a Score: the share of right ones among all that were made.
    Raises ValueError when the predictions do not fit the corpus, or nothing was tested.
    """
    hits, tested = hits_and_tests(predictions, corpus)
    low, high = interval(hits.sum(axis=0), tested.sum(axis=0), corpus.groups(by))
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
    low, high = interval(difference, np.ones(both.sum()), corpus.groups(by)[both])
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


def interval(total, weight, groups, *, level=0.95, seed=0):
    """Return the interval (low, high) of sum(total) / sum(weight), drawing whole groups with replacement.

    `total`, `weight` and `groups` are (clips,). Efron's percentile bootstrap, seeded, on groups.
    """
    _, group = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    total, weight = np.bincount(group, total), np.bincount(group, weight)
    total, weight = total[weight > 0], weight[weight > 0]
    draws = np.random.default_rng(seed).multinomial(
        len(total), np.full(len(total), 1 / len(total)), RESAMPLES
    )
    low, high = np.quantile(draws @ total / (draws @ weight), [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def wilson(hits, n, level=0.95):
    """Return the interval (low, high) of a share of `hits` in `n` independent trials, by Wilson (1927).

    Raises ValueError unless 0 <= hits <= n and n > 0.
    """
    if not (0 <= hits <= n and n > 0):
        raise ValueError(f"{hits} hits in {n} trials is no share")
    z = norm.ppf((1 + level) / 2)
    centre = (hits + z**2 / 2) / (n + z**2)
    half = z / (n + z**2) * np.sqrt(hits * (n - hits) / n + z**2 / 4)
    return float(centre - half), float(centre + half)


def confusion(predictions, corpus):
    """Return (genres, genres): of the tests on the row's genre, the share predicted as the column's."""
    _, tested = hits_and_tests(predictions, corpus)
    truth = np.broadcast_to(corpus.labels, tested.shape)[tested]
    counts = np.zeros((len(corpus.genres), len(corpus.genres)))
    np.add.at(counts, (truth, np.atleast_2d(predictions)[tested]), 1)
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)


def benchmarks():
    """Return the published results of `data/benchmarks.csv`; accuracies and intervals are fractions."""
    return pd.read_csv(disk.CHECKOUT / "data" / "benchmarks.csv", keep_default_na=False, na_values=[""])


TRAINED = tuple((network, kind) for network in ("figure_2016", "ours") for kind in ("mel", "mfcc"))


def all_predictions(corpus, profile):
    """Yield every result of chapters 6 to 9 on a corpus: system, features, by, predictions, seconds, weights.

    The baselines by artist, where artists are known, and by clip; the networks of TRAINED the fairest way.
    What is kept is read, what is not is computed.
    """
    for by in dict.fromkeys((corpus.fairest, "clip")):
        for kind in ("mfcc", "mel"):
            run = baselines.test_all(corpus, kind=kind, by=by, seeds=profile.seeds)
            for name, predictions in run["predictions"].items():
                yield name, f"{kind} statistics", by, predictions, run["seconds"][name], None
    for network, kind in TRAINED:
        run = training.train_and_test(
            corpus, network=network, kind=kind, by=corpus.fairest, seeds=profile.seeds, epochs=profile.epochs
        )
        yield network, kind, corpus.fairest, run["predictions"], round(sum(run["seconds"]), 1), run["weights"]


def results(corpus, profile):
    """Score everything of `all_predictions`: a table with one row a system, its features and its split."""
    rows = []
    for system, kind, by, predictions, seconds, weights in all_predictions(corpus, profile):
        scored = asdict(score(predictions, corpus, by=by))
        rows.append({"system": system, "features": kind, **scored, "seconds": seconds, "weights": weights})
    return pd.DataFrame(rows)


def record(corpus, profile, name):
    """Write `results` and the confusions of the SVM and of our network to `data/results/<name>.json`.

    Returns the path. The record holds shares and names only, no path of the machine it was made on.
    """
    start = time.perf_counter()
    table = results(corpus, profile)
    confused = {}
    for system, kind, by, predictions, *_ in all_predictions(corpus, profile):
        if by == corpus.fairest and (system, kind) in (("SVM", "mfcc statistics"), ("ours", "mel")):
            confused[f"{system} on {kind}"] = confusion(predictions, corpus).round(3)
    return write_result(
        name,
        {
            "genres": corpus.genres,
            "profile": asdict(profile),
            "results": table.astype(object).where(table.notna(), None).to_dict("records"),
            "confusion": confused,
            "provenance": records.provenance(corpus, time.perf_counter() - start),
        },
    )


def transfer(source, target, profile):
    """Train on every clip of `source`, test on every clip of `target`: what does one corpus teach of another?

    Returns a table as `results`; for the networks one fold of the source validates. Raises ValueError when
    the genres of the two differ.
    """
    if source.genres != target.genres:
        raise ValueError(f"corpora {source.name!r} and {target.name!r} hold different genres")
    rows = []
    for kind in ("mfcc", "mel"):
        stores = [feature_store(corpus, kind) for corpus in (source, target)]
        X, heard = (store.load() for store in stores)
        learned, asked = (store.corpus for store in stores)
        start = time.perf_counter()
        svm = baselines.CLASSIFIERS["SVM"](0).fit(baselines.clip_statistics(X), learned.labels)
        predictions = {"SVM": svm.predict(baselines.clip_statistics(heard))[None]}
        seconds = {"SVM": time.perf_counter() - start}
        start = time.perf_counter()
        predictions["ours"] = training.train_and_ask(
            X, learned, heard, network="ours", by=learned.fairest, seeds=profile.seeds, epochs=profile.epochs
        )
        seconds["ours"] = time.perf_counter() - start
        for system, predicted in predictions.items():
            scored = asdict(score(predicted, asked, by="clip"))
            row = {"system": system, "features": kind + " statistics" * (system == "SVM"), **scored}
            rows.append(row | {"seconds": round(seconds[system], 1)})
    return pd.DataFrame(rows)


def record_transfer(source, target, profile, name):
    """Write `transfer` to `data/results/<name>.json`, as `record` does. Returns the path."""
    start = time.perf_counter()
    table = transfer(source, target, profile)
    seconds = time.perf_counter() - start
    return write_result(
        name,
        {
            "genres": source.genres,
            "profile": asdict(profile),
            "results": table.to_dict("records"),
            "provenance": records.provenance(target, seconds),
            "learned": records.provenance(source, seconds)["corpus"],
        },
    )


def write_result(name, result):
    """Write a result to `data/results/<name>.json` and return the path."""
    path = disk.CHECKOUT / "data" / "results" / f"{name}.json"
    records.write(path, result)
    return path
