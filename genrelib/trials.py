"""Train again and again, with other seeds and other parts held out, and gather the answers (chapter 8)."""

import numpy as np

from genrelib import records
from genrelib.networks import find
from genrelib.records import UNTESTED
from genrelib.store import feature_store
from genrelib.training import FRAMES, fit, make_repeatable, predict, taught

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
    """Name each clip's part in one of many trainings, each of which tests another fold.

    Training 0 tests the first of FOLDS folds, training 1 the second, and so on, so FOLDS trainings test every
    clip once; then the folds are dealt anew. The next fold validates. Published folds take turns as
    `Corpus.split` says; of a published split into parts every training has the same.

    Parameters
    ----------
    corpus : Corpus
    number : int
        Of the training, from 0.
    by : str
        What the folds keep apart, as in `Corpus.split`.

    Returns
    -------
    (clips,) array of str
        'train', 'validation' or 'test'; NA for a clip that a published split leaves out.

    Raises
    ------
    ValueError
        As in `Corpus.split` and `Corpus.folds`.

    Notes
    -----
    Chapter 8.
    """
    if by in corpus.splits:
        return corpus.split(by=by, seed=number).to_numpy()
    fold = corpus.folds(FOLDS, by=by, seed=number // FOLDS)
    n = fold.max() + 1
    if n < 3:
        raise ValueError(f"a split into three parts needs three {by}s per genre")
    turn = (fold - number % n) % n
    return np.where(turn == 0, "test", np.where(turn == 1, "validation", "train"))


def cross_train(network, X, corpus, *, by, seeds, title, **how):
    """Train again and again, each time with another test fold held out, and test each training on its fold.

    A network that does not stop early learns from the fold that would validate as well.

    Parameters
    ----------
    network : str
        As in `training.fit`.
    X : (clips, frames, bands) array
        In the order of `corpus`.
    corpus : Corpus
    by : str
        As in `rotation`.
    seeds : int
        How many trainings.
    title : str
        What the progress bars say.
    **how
        What else goes to `training.fit`.

    Returns
    -------
    runs : list of Run
    probabilities : (seeds, clips, genres) array
        All zero where a training did not test a clip.

    Raises
    ------
    ValueError
        As in `rotation` and `training.fit`.

    Notes
    -----
    Chapter 8. Makes the process repeatable (`training.make_repeatable`).
    """
    make_repeatable()
    probabilities, runs = np.zeros((seeds, len(corpus), len(corpus.genres))), []
    for seed in range(seeds):
        part = taught(rotation(corpus, seed, by=by), how.get("how") or find(network))
        name = f"{title}, training {seed + 1} of {seeds}"
        run = fit(network, X, corpus.labels, part, seed=seed, title=name, **how)
        test = part == "test"
        probabilities[seed, test] = predict(run.model, X[test], run.excerpt)
        runs.append(run)
    return runs, probabilities


def expand_to(tested, usable, corpus):
    """Put probabilities of some clips of a corpus into rows for all of its clips.

    Parameters
    ----------
    tested : (seeds, clips of `usable`, genres) array
    usable : Corpus
        The clips that have features.
    corpus : Corpus

    Returns
    -------
    (seeds, clips of `corpus`, genres) array
        Zero for the clips that `usable` lacks.
    """
    probabilities = np.zeros((len(tested), len(corpus), len(corpus.genres)))
    probabilities[:, corpus.table.index.get_indexer(usable.table.index)] = tested
    return probabilities


def summary(runs, probabilities):
    """Sum up what a record holds of trainings.

    Parameters
    ----------
    runs : list of Run
    probabilities : (seeds, clips, genres) array
        As `cross_train` returns them.

    Returns
    -------
    dict
        `predictions` (seeds, clips), and per training its curves, best epoch, steps and seconds; `weights` of
        the network.
    """
    return {
        "predictions": np.where(probabilities.any(axis=2), probabilities.argmax(axis=2), UNTESTED),
        "curves": [run.curves for run in runs],
        "best": [run.best for run in runs],
        "steps": [run.steps * len(run.curves["loss"]) for run in runs],
        "seconds": [round(run.seconds, 1) for run in runs],
        "weights": runs[0].weights,
    }


def train_and_test(corpus, *, network="ours", kind="mel", by, seeds, epochs):
    """Train a network on a corpus, each time with another test fold held out, and keep the answers.

    Parameters
    ----------
    corpus : Corpus
    network, kind, by, epochs
        As in `models.train_model`.
    seeds : int
        How many trainings.

    Returns
    -------
    dict
        A record, as `records.kept` returns it: what `summary` says, and `probabilities` (seeds, clips of
        `corpus`, genres), all zero where a training did not test a clip or the clip has no features.

    Raises
    ------
    ValueError
        As in `cross_train` and `feature_store`.

    Notes
    -----
    Chapters 8 and 10.
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
    """Train on all of one corpus again and again, and ask about the clips of another.

    Of a network that stops early, one fold validates.

    Parameters
    ----------
    X : (clips, frames, bands) array
        In the order of `corpus`.
    corpus : Corpus
    heard : (heard clips, frames, bands) array
        Features of the other corpus.
    network, kind, by, epochs
        As in `models.train_model`.
    seeds : int
        How many trainings.

    Returns
    -------
    (seeds, heard clips) array of int
        Positions in `corpus.genres`.

    Raises
    ------
    ValueError
        As in `rotation` and `training.fit`.

    Notes
    -----
    Chapter 10. Makes the process repeatable (`training.make_repeatable`).
    """
    make_repeatable()
    predictions = []
    for seed in range(seeds):
        part = rotation(corpus, seed, by=by)
        part = taught(np.where(part == "validation", part, "train"), find(network))
        title = f"{network} on {corpus.name}, training {seed + 1} of {seeds}"
        run = fit(
            network, X[:, :FRAMES], corpus.labels, part, kind=kind, seed=seed, epochs=epochs, title=title
        )
        predictions.append(predict(run.model, heard[:, :FRAMES], find(network).excerpt).argmax(axis=1))
    return np.array(predictions)
