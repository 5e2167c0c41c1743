"""Fit a network: parts kept apart, seeds, progress, the best weights kept, a model with its card (chapter 8).

What a network learns from is (clips, frames, bands) as the feature store gives it; the normalisation is a
layer of the model and learned on the training part alone, so a saved model takes raw features and nothing
about the test leaks in.
"""

import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
from tqdm.auto import tqdm

from genrelib import audio, disk, features, records
from genrelib.baselines import UNTESTED
from genrelib.networks import find
from genrelib.store import feature_store

FRAMES = 599  # of each clip, as in 2016: 24 s at 100 ms every 40 ms
PATIENCE = 8  # epochs without a better validation loss before training stops
FOLDS = 5


class TrainingError(ValueError):
    """A training that cannot go on; the message says at which epoch and step, and what to try."""


@dataclass(frozen=True, eq=False)
class Run:
    """A trained model, its curves (one number an epoch), and what it took."""

    model: object
    curves: dict
    best: int
    seconds: float
    weights: int


def excerpts(X, length):
    """Cut (clips, frames, bands) into as many excerpts of `length` frames as cover it, evenly spaced.

    Returns (clips, excerpts, length, bands). Raises ValueError when the clips are shorter than one excerpt.
    """
    frames = X.shape[1]
    if frames < length:
        raise ValueError(f"clips of {frames} frames are shorter than an excerpt of {length}")
    starts = np.linspace(0, frames - length, int(np.ceil(frames / length))).round().astype(int)
    return np.stack([X[:, start : start + length] for start in starts], axis=1)


def predict(model, X, length):
    """Return probabilities (clips, genres): the mean over the excerpts of `length` frames of each clip."""
    cut = excerpts(X, length)
    flat = model.predict(cut.reshape(-1, *cut.shape[2:]), batch_size=64, verbose=0)
    return flat.reshape(*cut.shape[:2], -1).mean(axis=1)


def random_excerpts(X, labels, length, *, batch, seed):
    """Return a `tf.data.Dataset` of one pass: of each clip as many random excerpts as it holds, shuffled."""
    import tensorflow as tf

    clips, times = tf.constant(X), X.shape[1] // length
    labels = tf.constant(labels)

    def cut(number):
        start = tf.random.uniform((), 0, X.shape[1] - length + 1, tf.int64)
        return clips[number % len(X), start : start + length], labels[number % len(X)]

    numbers = tf.data.Dataset.range(len(X) * times).shuffle(len(X) * times, seed=seed)
    return numbers.map(cut).batch(batch).prefetch(2)


def fit(network, X, labels, part, *, seed=0, epochs, title=None, checkpoint=None):
    """Train a network of `NETWORKS` on the 'train' part; keep the weights that do best on 'validation'.

    X (clips, frames, bands); labels (clips,) int; part (clips,) str. Stops early when the validation loss has
    not improved for PATIENCE epochs. `checkpoint` names a file (.keras) that always holds the best model so
    far. Returns a Run, the same for the same seed on the same machine.
    Raises ValueError for an unknown network or a part that is missing, TrainingError at a loss that is NaN.
    """
    import keras
    import tensorflow as tf

    how, part = find(network), np.asarray(part)
    for name in ("train", "validation"):
        if not (part == name).any():
            raise ValueError(f"no clip in the {name!r} part")
    tf.config.experimental.enable_op_determinism()
    keras.utils.set_random_seed(seed)
    train, held = part == "train", excerpts(X[part == "validation"], how.excerpt)
    model = how.build(how.excerpt, X.shape[2], int(labels.max()) + 1)
    for layer in model.layers:
        if layer.name == "normalise":
            layer.adapt(X[train])
    lessons = random_excerpts(X[train], labels[train], how.excerpt, batch=how.batch, seed=seed)
    checks = held.reshape(-1, *held.shape[2:]), labels[part == "validation"].repeat(held.shape[1])
    falling = keras.optimizers.schedules.CosineDecay(how.learning_rate, epochs * int(lessons.cardinality()))
    adam = keras.optimizers.AdamW(falling, weight_decay=0.01)
    adam.build(model.trainable_variables)  # else Keras traces its step twice
    model.compile(adam, "sparse_categorical_crossentropy", metrics=["accuracy"], jit_compile=False)
    stop = keras.callbacks.EarlyStopping("val_loss", patience=PATIENCE, restore_best_weights=True)
    watch = [watcher(epochs, title or network, checkpoint), stop]
    start = time.perf_counter()
    history = model.fit(
        lessons, validation_data=checks, epochs=epochs, callbacks=watch, shuffle=False, verbose=0
    ).history
    curves = {name: [round(value, 4) for value in values] for name, values in history.items()}
    best = int(np.argmin(curves["val_loss"]))
    return Run(model, curves, best, time.perf_counter() - start, model.count_params())


def watcher(epochs, title, checkpoint):
    """Return the callback that draws the progress bar, keeps a checkpoint, and stops at a NaN loss."""
    import keras

    class Watcher(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            self.lowest = np.inf
            self.bar = tqdm(total=epochs, desc=title, unit="epoch")

        def on_epoch_begin(self, epoch, logs=None):
            self.epoch = epoch + 1

        def on_train_batch_end(self, batch, logs):
            if not np.isfinite(logs["loss"]):
                self.bar.close()
                kept = (
                    f"; the best weights so far are in {checkpoint}"
                    if self.lowest < np.inf and checkpoint
                    else ""
                )
                raise TrainingError(
                    f"{title}: the loss is {logs['loss']} at epoch {self.epoch}, step {batch + 1}{kept}; "
                    "look for NaN in the features, or take a smaller learning rate"
                )

        def on_epoch_end(self, epoch, logs):
            self.bar.update()
            self.bar.set_postfix_str(
                f"loss {logs['val_loss']:.2f}, accuracy {logs['val_accuracy']:.0%} on validation"
            )
            if checkpoint and logs["val_loss"] < self.lowest:
                with disk.whole(checkpoint) as file:
                    self.model.save(file)
            self.lowest = min(self.lowest, logs["val_loss"])

        def on_train_end(self, logs=None):
            self.bar.close()

    return Watcher()


def rotation(corpus, number, *, by):
    """Return the part of each clip in training `number`, (clips,) str: the test fold goes round.

    Training 0 tests the first of FOLDS folds, training 1 the second, and so on, so FOLDS trainings test
    every clip once; then the folds are dealt anew. The next fold validates. Raises ValueError as
    `Corpus.split`.
    """
    fold = corpus.folds(FOLDS, by=by, seed=number // FOLDS)
    n = fold.max() + 1
    if n < 3:
        raise ValueError(f"a split into three parts needs three {by}s a genre")
    turn = (fold - number % n) % n
    return np.where(turn == 0, "test", np.where(turn == 1, "validation", "train"))


def train_and_test(corpus, *, network="ours", kind="mel", by, seeds, epochs):
    """Train `seeds` times, each with another test fold held out (`rotation`), and test; kept by
    `records.kept`.

    Returns the record: `predictions` (seeds, clips of `corpus`), UNTESTED where a training did not test a
    clip or the clip has no features; `curves`, `best` epoch, `seconds` of each training; `weights`. Chapters
    8 and 9.
    """
    how = find(network)
    passes = max(1, round(how.passes * epochs))

    def compute():
        store = feature_store(corpus, kind)
        X, labels = store.load()[:, :FRAMES], store.corpus.labels
        rows = corpus.table.index.get_indexer(store.corpus.table.index)
        predictions = np.full((seeds, len(corpus)), UNTESTED)
        runs = []
        for seed in range(seeds):
            part = rotation(store.corpus, seed, by=by)
            title = f"{network} on {kind}, training {seed + 1} of {seeds}"
            run = fit(network, X, labels, part, seed=seed, epochs=passes, title=title)
            test = part == "test"
            predictions[seed, rows[test]] = predict(run.model, X[test], how.excerpt).argmax(axis=1)
            runs.append(run)
        return {
            "predictions": predictions,
            "curves": [run.curves for run in runs],
            "best": [run.best for run in runs],
            "seconds": [round(run.seconds, 1) for run in runs],
            "weights": runs[0].weights,
        }

    return records.kept(
        f"{network}-{kind}", corpus, compute, network=network, kind=kind, by=by, seeds=seeds, epochs=epochs
    )


def train_and_ask(X, corpus, heard, *, network="ours", by, seeds, epochs):
    """Train on all of one corpus but a validation fold, `seeds` times, and ask about the clips `heard` of
    another.

    X (clips, frames, bands) in the order of `corpus`, `heard` likewise. Returns predictions (seeds, heard
    clips).
    """
    predictions = []
    for seed in range(seeds):
        part = rotation(corpus, seed, by=by)
        part = np.where(part == "validation", part, "train")
        title = f"{network} on {corpus.name}, training {seed + 1} of {seeds}"
        run = fit(network, X[:, :FRAMES], corpus.labels, part, seed=seed, epochs=epochs, title=title)
        predictions.append(predict(run.model, heard[:, :FRAMES], find(network).excerpt).argmax(axis=1))
    return np.array(predictions)


def train_model(corpus, *, network="ours", kind="mel", by, epochs, seed=0):
    """Train one model on a corpus, `Corpus.split` by `by` and `seed`, and test it on the part held out.

    Returns (model, card).
    """
    store = feature_store(corpus, kind)
    X, labels = store.load()[:, :FRAMES], store.corpus.labels
    part = store.corpus.split(by=by, seed=seed)
    run = fit(network, X, labels, part, seed=seed, epochs=epochs, title=f"{network} on {kind}")
    test = (part == "test").to_numpy()
    hits = predict(run.model, X[test], find(network).excerpt).argmax(axis=1) == labels[test]
    tested = f"{hits.sum()} of {test.sum()} clips right, {by}s apart"
    return run.model, card_of(
        run, corpus, network=network, kind=kind, part=part, by=by, seed=seed, tested=tested
    )


def card_of(run, corpus, *, network, kind, part, by, seed, tested):
    """Return the card of a trained model: all that is needed to use it and to judge it.

    Network, features, genres in their order, corpus, split and the clips held out, `tested` in words, curves,
    versions. `part` is a Series of str, indexed by clip.
    """
    return {
        "network": network,
        "features": {"kind": kind, "sr": audio.SR, "n_fft": features.N_FFT, "hop_length": features.HOP},
        "genres": list(corpus.genres),
        "corpus": {"name": corpus.name, "clips": len(corpus), "checksum": corpus.checksum},
        "split": {"by": by, "seed": seed, "held_out": list(part.index[part == "test"])},
        "tested": tested,
        "weights": run.weights,
        "best_epoch": run.best + 1,
        "seconds": round(run.seconds, 1),
        "curves": run.curves,
        "versions": {package: version(package) for package in records.PACKAGES},
    }


def save(model, path, card):
    """Save a model as `path` (.keras) and its card beside it (.json), each whole or not at all."""
    path = Path(path).with_suffix(".keras")
    with disk.whole(path) as file:
        model.save(file)
    records.write(path.with_suffix(".json"), card)


def load(path):
    """Load a saved model and its card. Returns (model, card).

    Raises FileNotFoundError when one of the two files is missing, ValueError when one is damaged or no model.
    """
    import keras

    path = Path(path).with_suffix(".keras")
    for file in (path, path.with_suffix(".json")):
        if not file.exists():
            raise FileNotFoundError(
                f"{file}: no such file; a model is a .keras file with its card, a .json file, beside it"
            )
    try:
        card = records.read(path.with_suffix(".json"))
        find(card["network"])
        model = keras.saving.load_model(path)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"{path}: is no model that can be loaded ({str(error).strip().splitlines()[0]})"
        ) from error
    return model, card


def classify(model, card, y):
    """Return the probability of each genre of the card, (genres,), for a sound (samples,) at the card's rate.

    A network of any length hears a sound that is shorter than its excerpt as a whole.
    Raises ValueError when the sound is shorter than what the network needs.
    """
    x = features.KINDS[card["features"]["kind"]](y)
    length = find(card["network"]).excerpt
    return predict(model, x[None], length if model.input_shape[1] else min(length, len(x)))[0]


def ask_model(model, card, corpus):
    """Ask a loaded model about a corpus: about the clips held out from it when it was trained on this corpus.

    Returns (predictions (1, clips), by): positions in `corpus.genres`, UNTESTED for a clip that the model
    knows or that has no features, and what was kept apart. Raises ValueError when the genres are not the
    model's.
    """
    if list(corpus.genres) != list(card["genres"]):
        raise ValueError(
            f"the model knows {', '.join(card['genres'])}; corpus {corpus.name!r} holds other genres"
        )
    own = corpus.checksum == card["corpus"]["checksum"]
    store = feature_store(corpus, card["features"]["kind"])
    asked = store.corpus.table.index.isin(card["split"]["held_out"] if own else corpus.table.index)
    predictions = np.full((1, len(corpus)), UNTESTED)
    rows = corpus.table.index.get_indexer(store.corpus.table.index[asked])
    X = store.load()[asked, :FRAMES]
    predictions[0, rows] = predict(model, X, find(card["network"]).excerpt).argmax(axis=1)
    return predictions, card["split"]["by"] if own else corpus.fairest
