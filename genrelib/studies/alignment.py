"""Alignment without labels: each feature's mean, over a few clips of the world asked about (chapter 10).

What tells two worlds apart is, to a good part, a constant per feature: other microphones, other studios,
another decade. Such a constant can be taken off without knowing a single genre. Here classifiers learn from
generated music and are asked about half of GTZAN, after a few of its clips have said where its features lie.
"""

from dataclasses import asdict

import numpy as np
import pandas as pd

from genrelib import baselines, evaluation, records
from genrelib.studies import halves

__all__ = ["CLIPS", "NAMES", "WAYS", "align", "measure", "scores"]

CLIPS = (1, 3, 10, 30, 100)  # unlabelled
NAMES = ("k-NN", "logistic regression", "SVM")
WAYS = {"as it is": None, "means": False, "means and deviations": True}
RECORD = "alignment-gtzan"


def align(X, like, learned, *, deviation=False):
    """Move features of one world to where those of another lie.

    Parameters
    ----------
    X : (clips, features) array
        Of the world that is asked about.
    like : (clips, features) array
        Of some clips of that world; nobody knows their genres.
    learned : (clips, features) array
        Of the world that was learned from.
    deviation : bool
        Whether each feature's deviation is brought to that of `learned` as well, and not only its mean.

    Returns
    -------
    (clips, features) array

    Notes
    -----
    Chapter 10. Adaptive batch normalisation (Li and others, 2016) is the same inside a network. Where `like`
    is one clip, it has no deviation, and the feature is left as wide as it is.
    """
    moved = X - like.mean(axis=0)
    if deviation:
        wide = like.std(axis=0)
        moved = moved * np.where(wide > 0, learned.std(axis=0) / np.where(wide > 0, wide, 1), 1)
    return moved + learned.mean(axis=0)


def scores(learned, asked, *, seeds, clips=CLIPS, names=NAMES, shuffled=False):
    """Score classifiers on another world, aligned by so many of its clips.

    Each seed draws other clips to align by; they are not asked about. As it is, the same others are asked.

    Parameters
    ----------
    learned, asked : Corpus
        Of the same ready features.
    seeds : int
        How many draws.
    clips : sequence of int
        How many clips to align by.
    names : sequence of str
        Of `baselines.CLASSIFIERS`.
    shuffled : bool
        Whether the classifiers learn shuffled genres, as a control.

    Returns
    -------
    list of dict
        A row per classifier, way and number of clips: its score, and in `gain` what it gains on `as it is`
        in pairs.
    """
    X, new, rows = learned.ready(), asked.ready(), []
    rng = np.random.default_rng(0)
    drawn = [rng.permutation(len(asked)) for _ in range(seeds)]
    labels = [rng.permutation(learned.labels) if shuffled else learned.labels for _ in range(seeds)]
    for name in names:
        made = [baselines.CLASSIFIERS[name](seed).fit(X, labels[seed]) for seed in range(seeds)]
        for count in clips:
            said = {way: np.full((seeds, len(asked)), records.UNTESTED) for way in WAYS}
            for seed, order in enumerate(drawn):
                like, rest = order[:count], order[count:]
                for way, deviation in WAYS.items():
                    moved = new[rest]
                    if deviation is not None:
                        moved = align(moved, new[like], X, deviation=deviation)
                    said[way][seed, rest] = made[seed].predict(moved)
            for way, predictions in said.items():
                gain = evaluation.compare(predictions, said["as it is"], asked, by="artist")
                row = {"system": name, "way": way, "aligned_by": count}
                rows.append(
                    row | asdict(evaluation.score(predictions, asked, by="artist")) | {"gain": asdict(gain)}
                )
    return records.plain_rows(pd.DataFrame(rows))


def measure(source, target, *, profile, half):
    """Align half of GTZAN to generated music, and halves of one world to each other.

    Parameters
    ----------
    source : Corpus
        Of sounds: what is learned from. Its ready features are computed.
    target : Corpus
        GTZAN as features.
    profile : Profile
        Says how many draws.
    half : str
        One of `halves.HALVES`.

    Returns
    -------
    dict
        `results`, the rows of `scores`; `shuffled`, the same with shuffled genres; `agree`, where both worlds
        are the generated one, one half of its artists asked about; and the `looks` at GTZAN's halves.
    """
    asked = halves.half_of(target, half)
    learned = halves.learned_from(source, asked)
    fold = learned.folds(2, by="artist")
    return {
        "genres": source.genres,
        "half": half,
        "learned": records.origin(source),
        "results": scores(learned, asked, seeds=profile.seeds),
        "shuffled": scores(learned, asked, seeds=profile.seeds, clips=CLIPS[-1:], shuffled=True),
        "agree": scores(learned.take(fold == 0), learned.take(fold == 1), seeds=profile.seeds),
        "looks": halves.looks(RECORD, half),
    }
