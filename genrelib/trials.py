"""Train again and again, with other seeds and other parts held out, and gather the answers (chapter 8)."""

import numpy as np

from genrelib import records
from genrelib.networks import find
from genrelib.records import UNTESTED
from genrelib.store import feature_store
from genrelib.training import FRAMES, fit, make_repeatable, predict

__all__ = [
    "FOLDS",
    "cross_train",
    "expand_to",
    "rotation",
    "summary",
    "train_and_predict",
    "train_and_test",
]

FOLDS = 5


def rotation(corpus, number, *, by):
    """Return the part of each clip in training `number`, (clips,) str: the test fold goes round.

    Training 0 tests the first of FOLDS folds, training 1 the second, and so on, so FOLDS trainings test
    every clip once; then the folds are dealt anew. The next fold validates. A published split does not go
    round: every training has the same parts, and a clip that was left out has none (NA). Raises ValueError as
    `Corpus.split`.
    """
    if by == "published":
        return corpus.split(by=by).to_numpy()
    fold = corpus.folds(FOLDS, by=by, seed=number // FOLDS)
    n = fold.max() + 1
    if n < 3:
        raise ValueError(f"a split into three parts needs three {by}s per genre")
    turn = (fold - number % n) % n
    return np.where(turn == 0, "test", np.where(turn == 1, "validation", "train"))


def cross_train(network, X, corpus, *, by, seeds, title, **how):
    """Train `seeds` times, each with another test fold held out (`rotation`), and test each on its fold.

    X (clips, frames, bands) in the order of `corpus`; `how` goes on to `fit`. Makes the process repeatable
    (`training.make_repeatable`). Returns the Runs and the probabilities (seeds, clips, genres), all zero
    where a training did not test a clip.
    """
    make_repeatable()
    probabilities, runs = np.zeros((seeds, len(corpus), len(corpus.genres))), []
    for seed in range(seeds):
        part = rotation(corpus, seed, by=by)
        name = f"{title}, training {seed + 1} of {seeds}"
        run = fit(network, X, corpus.labels, part, seed=seed, title=name, **how)
        test, length = part == "test", (how.get("how") or find(network)).excerpt
        probabilities[seed, test] = predict(run.model, X[test], length)
        runs.append(run)
    return runs, probabilities


def expand_to(tested, usable, corpus):
    """Put probabilities (seeds, clips of `usable`, genres) into the rows of all clips of `corpus`, zero
    elsewhere."""
    probabilities = np.zeros((len(tested), len(corpus), len(corpus.genres)))
    probabilities[:, corpus.table.index.get_indexer(usable.table.index)] = tested
    return probabilities


def summary(runs, probabilities):
    """Return what a record keeps of trainings: predictions, curves, best epochs, steps, seconds, weights."""
    return {
        "predictions": np.where(probabilities.any(axis=2), probabilities.argmax(axis=2), UNTESTED),
        "curves": [run.curves for run in runs],
        "best": [run.best for run in runs],
        "steps": [run.steps * len(run.curves["loss"]) for run in runs],
        "seconds": [round(run.seconds, 1) for run in runs],
        "weights": runs[0].weights,
    }


def train_and_test(corpus, *, network="ours", kind="mel", by, seeds, epochs):
    """Train `seeds` times, each with another test fold held out (`rotation`), and test; kept by
    `records.kept`.

    Returns the record: `probabilities` (seeds, clips of `corpus`, genres), all zero where a training did not
    test a clip or the clip has no features, and what `summary` tells. Chapters 8 and 9.
    """
    find(network)

    def compute():
        store = feature_store(corpus, kind)
        X, title = store.load()[:, :FRAMES], f"{network} on {kind}"
        runs, tested = cross_train(
            network, X, store.corpus, by=by, seeds=seeds, kind=kind, epochs=epochs, title=title
        )
        probabilities = expand_to(tested, store.corpus, corpus)
        return summary(runs, probabilities) | {"probabilities": probabilities.round(4)}

    return records.kept(
        f"{network}-{kind}",
        corpus,
        compute,
        code=__name__,
        network=network,
        kind=kind,
        by=by,
        seeds=seeds,
        epochs=epochs,
    )


def train_and_predict(X, corpus, heard, *, network="ours", kind="mel", by, seeds, epochs):
    """Train on all of one corpus but a validation fold, `seeds` times, and ask about the clips `heard` of
    another.

    X (clips, frames, bands) in the order of `corpus`, `heard` likewise. Makes the process repeatable
    (`training.make_repeatable`). Returns predictions (seeds, heard clips).
    """
    make_repeatable()
    predictions = []
    for seed in range(seeds):
        part = rotation(corpus, seed, by=by)
        part = np.where(part == "validation", part, "train")
        title = f"{network} on {corpus.name}, training {seed + 1} of {seeds}"
        run = fit(
            network, X[:, :FRAMES], corpus.labels, part, kind=kind, seed=seed, epochs=epochs, title=title
        )
        predictions.append(predict(run.model, heard[:, :FRAMES], find(network).excerpt).argmax(axis=1))
    return np.array(predictions)
