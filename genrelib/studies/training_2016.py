"""The training of 2016, run again step by step with its own labels and with the right ones (chapter 9).

As `train.py` has it: the clips shuffled once, four fifths learned in batches that go round and round, Adam
without a schedule, every step followed by the accuracy on the batch just learned from, dropout off. SIZES
say what was made smaller; the number of steps was not.
"""

from dataclasses import asdict
from functools import partial

import numpy as np
from tqdm import tqdm

from genrelib import evaluation, records, training
from genrelib.store import feature_store
from genrelib.studies import ladder
from genrelib.studies.labels_2016 import PAIRED, RIGHT, relabel

__all__ = ["BATCH", "EVERY", "SIZES", "STEPS", "TRAININGS", "measure", "train"]

STEPS, BATCH, LEARNING_RATE = 1562, 64, 0.001
TRAININGS = (("mel", PAIRED), ("mel", RIGHT), ("mfcc", PAIRED), ("mfcc", RIGHT))
EVERY = 71  # steps from one test of the held-out clips to the next; 22 times this are all
SIZES = {  # of each network; the 125 epochs are what the steps come to
    "mel": ladder.Size(seeds=1, epochs=125, maps=(24, 12, 6), dense=2048, frames=149),
    "mfcc": ladder.Size(seeds=1, epochs=125, maps=(74, 36, 17), dense=4096, frames=149),
}


def train(model, X, labels, *, steps=STEPS, every=EVERY, seed=0, title="training"):
    """Train a model as the code of 2016 does.

    Parameters
    ----------
    model : keras.Model
        From (clips, frames, bands) to (clips, genres) probabilities.
    X : (clips, frames, bands) array
    labels : (clips,) array of int
    steps : int
        How many batches are learned from.
    every : int
        After so many steps the held-out clips are tested.
    seed : int
        Of the shuffling.
    title : str
        What the progress bar says.

    Returns
    -------
    dict
        `right`, of BATCH clips just learned from, after each step; `loss` on them and `held_out` accuracy
        after every `every` steps; `predictions` (clips,) at the end, UNTESTED where learned from.

    Notes
    -----
    Chapter 9.
    """
    import keras

    order = np.random.default_rng(seed).permutation(len(X))
    learned, held = np.split(order, [4 * len(X) // 5])
    truth = np.eye(labels.max() + 1, dtype=np.float32)[labels]
    model.compile(keras.optimizers.Adam(LEARNING_RATE), "categorical_crossentropy", metrics=["accuracy"])
    right, loss, accuracy = [], [], []
    for step in tqdm(range(1, steps + 1), desc=title, unit="step"):
        batch = np.take(learned, np.arange(step * BATCH, (step + 1) * BATCH), mode="wrap")
        model.train_on_batch(X[batch], truth[batch])
        model.reset_metrics()
        lost, share = model.test_on_batch(X[batch], truth[batch])
        right.append(round(share * len(batch)))
        if step % every == 0:
            loss.append(float(f"{lost:.4g}"))
            answers = training.predict(model, X[held], X.shape[1]).argmax(axis=1)
            accuracy.append(float(np.mean(answers == labels[held])))
    predictions = np.full(len(X), records.UNTESTED)
    predictions[held] = training.predict(model, X[held], X.shape[1]).argmax(axis=1)
    return {"right": right, "loss": loss, "held_out": accuracy, "predictions": predictions}


def measure(corpus, *, profile):
    """Run both trainings of 2016, with their labels and with right ones.

    Parameters
    ----------
    corpus : Corpus
    profile : Profile
        Not needed here: SIZES say how much is computed.

    Returns
    -------
    dict
        The `size` of each network, and in `trainings` what `train` says of each, with its features, its
        labels and the score on the held-out clips.
    """
    rows = []
    for kind, labels in TRAININGS:
        compute = partial(_train, corpus, kind, labels)
        parameters = {"labels": labels, "size": asdict(SIZES[kind])}
        run = records.kept(f"training-2016-{kind}", corpus, compute, code=__name__, **parameters)
        given = relabel(corpus, labels)
        scored = asdict(evaluation.score(run["predictions"], given, by="clip"))
        took = {"weights": run["weights"], "seconds": run["provenance"]["seconds"]}
        curves = {key: run[key] for key in ("right", "loss", "held_out")}
        rows.append({"kind": kind, "labels": labels} | scored | took | curves)
    sizes = {kind: asdict(size) for kind, size in SIZES.items()}
    return {"size": sizes, "steps": STEPS, "batch": BATCH, "every": EVERY, "trainings": rows}


def _train(corpus, kind, labels):
    """Train the code's network on one kind of feature with some labels, and return what is kept of it."""
    training.make_repeatable()
    store = feature_store(corpus, "mel")
    given = relabel(corpus, labels).take(store.corpus.table.index)
    recipe, size = ladder.LADDERS[kind].start, SIZES[kind]
    X = ladder.input_of(recipe, store.load(), size)
    model = ladder.how_of(recipe, size).build(size.frames, X.shape[2], len(given.genres))
    run = train(model, X, given.labels, title=f"{kind}, labels {labels}")
    predictions = np.full(len(corpus), records.UNTESTED)
    predictions[corpus.table.index.get_indexer(given.table.index)] = run["predictions"]
    return run | {"predictions": predictions, "weights": model.count_params()}
