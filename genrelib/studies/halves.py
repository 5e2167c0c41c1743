"""From generated music to all of GTZAN, half of its artists at a time (chapter 10).

Whoever changes the built-in corpus until a number rises has fitted it to the clips behind that number. So
GTZAN's artists, as its published folds number them, are two halves: the even ones are to steer by, as often
as one likes, the odd ones to judge by, once. A record counts how often each half was looked at.
"""

import time
from dataclasses import asdict, replace

import numpy as np
import pandas as pd

from genrelib import baselines, evaluation, records
from genrelib.corpus import Corpus
from genrelib.studies.ready_features import described

__all__ = ["HALVES", "half_of", "learned_from", "looks", "measure", "predict"]

HALVES = {"even": 0, "odd": 1}  # name -> remainder of the artists' numbers by two
RECORD = "builtin-to-gtzan"  # which keeps the count of looks
FOLDS = "artist-filtered"
SLOW = ("harmony", "perceptr", "tempo")  # features that take longer than all others together


def half_of(corpus, half, *, whole=True):
    """Select the clips of GTZAN's even or odd artists.

    Parameters
    ----------
    corpus : Corpus
        GTZAN as features, with its folds.
    half : str
        One of HALVES.
    whole : bool
        Whether with the features that take long to compute.

    Returns
    -------
    Corpus
        Clips of the folds only: no other has a number.
    """
    used = corpus.used(FOLDS)
    number = used.table["artist"].str.removeprefix("artist ").astype(int)
    kept = tuple(name for name in used.numbers if whole or not name.startswith(SLOW))
    return replace(used.take(number % 2 == HALVES[half]), numbers=kept)


def learned_from(source, asked, *, whole=True):
    """Describe a corpus of sounds by the ready features of another one.

    Parameters
    ----------
    source : Corpus
        Of sounds. Its ready features are computed.
    asked : Corpus
        As features.
    whole : bool
        As in `ready_features.describe`.

    Returns
    -------
    Corpus
        The clips of `source`, with the features of `asked`.

    Raises
    ------
    ValueError
        When the genres of the two differ.
    """
    if source.genres != asked.genres:
        raise ValueError(f"corpora {source.name!r} and {asked.name!r} hold different genres")
    known, features = source.table[["genre", "artist"]], described(source, whole=whole)
    return Corpus(source.name, features[list(asked.numbers)].join(known), numbers=asked.numbers)


def predict(learned, asked, *, by_seed, names=tuple(baselines.CLASSIFIERS)):
    """Train classifiers on all clips of one table of ready features, and ask about the clips of another.

    Parameters
    ----------
    learned, asked : Corpus
        Of the same ready features.
    by_seed : sequence of (clips,) array of str
        For each seed the genres that are taught.
    names : sequence of str
        Of `baselines.CLASSIFIERS`.

    Returns
    -------
    dict of str to (seeds, clips of `asked`) array of int
    """
    both = pd.concat([learned.table.assign(part="train"), asked.table.assign(part="test")])
    new, answers = len(learned), {name: [] for name in names}
    for seed, taught in enumerate(by_seed):
        table = both.assign(genre=[*taught, *asked.table["genre"]])
        joined = Corpus("joined", table, splits=("part",), numbers=asked.numbers)
        for name in names:
            make = baselines.CLASSIFIERS[name]
            said = baselines.cross_validate(make, joined.ready(), joined, by="part", seeds=[seed])
            answers[name].append(said[0, new:])
    return {name: np.array(rows) for name, rows in answers.items()}


def measure(source, target, *, profile, half):
    """Train on generated music alone, and test on half of GTZAN.

    Parameters
    ----------
    source : Corpus
        Of sounds: what is learned from. Its ready features are computed.
    target : Corpus
        GTZAN as features.
    profile : Profile
        Says how many seeds.
    half : str
        One of HALVES.

    Returns
    -------
    dict
        `results`, a row per classifier; the same classifiers taught `shuffled` genres, and taught `within`
        GTZAN by its folds, asked about the same clips; the `confusion` of the best; and `looks`: the
        dates on which each half was looked at, those of the record so far and today.

    Raises
    ------
    ValueError
        When the genres of the two differ.
    """
    asked = half_of(target, half)
    learned = learned_from(source, asked)
    genres = learned.table["genre"].to_numpy()
    shuffled = [np.random.default_rng(seed).permutation(genres) for seed in range(profile.seeds)]
    said = predict(learned, asked, by_seed=[genres] * profile.seeds)
    used = target.used(FOLDS)
    rows = used.table.index.get_indexer(asked.table.index)
    within = {
        name: baselines.cross_validate(make, used.ready(), used, by=FOLDS, seeds=profile.seeds)[:, rows]
        for name, make in baselines.CLASSIFIERS.items()
    }
    best = max(said, key=lambda name: (said[name] == asked.labels).mean())
    return {
        "genres": source.genres,
        "half": half,
        "learned": records.origin(source),
        "results": _scores(said, asked),
        "shuffled": _scores(predict(learned, asked, by_seed=shuffled), asked),
        "within": _scores(within, asked),
        "confusion": {best: evaluation.confusion(said[best], asked).round(3)},
        "looks": looks(RECORD, half),
    }


def _scores(said, asked):
    """Return a row per classifier, its interval over artists."""
    scored = {name: asdict(evaluation.score(answers, asked, by="artist")) for name, answers in said.items()}
    table = pd.DataFrame(scored).T.rename_axis("system").reset_index().infer_objects()
    return records.plain_rows(table)


def looks(record, half):
    """Tell on which days each half was looked at for a record: those that it holds so far, and today.

    Parameters
    ----------
    record : str
        Its name.
    half : str
        One of HALVES, which is looked at now.

    Returns
    -------
    dict of str to list of str
        Half to dates.
    """
    try:
        before = records.load_result(record)["looks"]
    except FileNotFoundError:
        before = {name: [] for name in HALVES}
    return before | {half: [*before[half], time.strftime("%Y-%m-%d")]}
