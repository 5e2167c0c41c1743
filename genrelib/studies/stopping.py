"""Why a network loses to pooled statistics on few clips, and what mends it (chapter 8).

Two things stand between our network and logistic regression where clips are few: a fold that validates is
not learned from, and its loss stops the training early. Here both are taken away one after the other, and
the classifiers of chapter 6 are held to the same clips.
"""

from dataclasses import asdict

import numpy as np
import pandas as pd
from tqdm import tqdm

from genrelib import baselines, evaluation, records, training, trials
from genrelib.store import feature_store

__all__ = ["ALL", "BASELINES", "STOPPED", "TO_THE_END", "WAYS", "measure", "predict"]

STOPPED = "stopped by the validation part"
TO_THE_END = "to the last epoch, without its clips"
ALL = "to the last epoch, with its clips"
WAYS = (STOPPED, TO_THE_END, ALL)
BASELINES = ("logistic regression", "SVM")


def _parts(part):
    """Name what each way of training learns from: way -> parts, as `training.fit` takes them."""
    return {
        STOPPED: part,
        TO_THE_END: np.where(part == "validation", "unused", part),
        ALL: np.where(part == "validation", "train", part),
    }


def predict(X, corpus, *, by, seeds, epochs):
    """Train our network in each way, and the classifiers on what it learns from, on turning folds.

    Parameters
    ----------
    X : (clips, frames, 128) array
        Mel spectrograms, in the order of `corpus`.
    corpus : Corpus
    by : str
        As in `trials.rotation`.
    seeds, epochs : int
        How many trainings, and how long.

    Returns
    -------
    dict of (system, way) to (seeds, clips) array of int
        Of a classifier, which nothing stops, there are only two ways.
    """
    training.make_repeatable()
    pooled, answers = baselines.clip_statistics(X), {}
    for seed in tqdm(range(seeds), desc="on few clips", unit="split"):
        part = trials.rotation(corpus, seed, by=by)
        test = part == "test"
        for way, learned in _parts(part).items():
            title = f"ours, {way}, training {seed + 1} of {seeds}"
            run = training.fit("ours", X, corpus.labels, learned, seed=seed, epochs=epochs, title=title)
            said = {"ours": training.predict(run.model, X[test], run.excerpt).argmax(axis=1)}
            train = learned == "train"
            for name in BASELINES if way != STOPPED else ():
                made = baselines.CLASSIFIERS[name](seed).fit(pooled[train], corpus.labels[train])
                said[name] = made.predict(pooled[test])
            for system, named in said.items():
                rows = answers.setdefault((system, way), np.full((seeds, len(corpus)), records.UNTESTED))
                rows[seed, test] = named
    return answers


def measure(corpus, *, profile):
    """Score each system and way, and compare it with our network as it is trained in this book.

    Parameters
    ----------
    corpus : Corpus
        Its features are computed, if they are not in the store.
    profile : Profile
        Says how many trainings and epochs.

    Returns
    -------
    dict
        `results`, a row per system and way, with `ours_minus`, how much better our network is that learns
        from all clips, to the end, in pairs.
    """
    store, by = feature_store(corpus, "mel"), corpus.fairest
    X = store.load()[:, : training.FRAMES]
    answers = predict(X, store.corpus, by=by, seeds=profile.seeds, epochs=profile.epochs)
    rows = []
    for (system, way), predictions in answers.items():
        minus = evaluation.compare(answers["ours", ALL], predictions, store.corpus, by=by)
        row = {"system": system, "way": way, **asdict(evaluation.score(predictions, store.corpus, by=by))}
        rows.append(row | {"ours_minus": asdict(minus)})
    return {"results": records.plain_rows(pd.DataFrame(rows))}
