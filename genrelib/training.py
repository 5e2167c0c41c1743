"""Fit a network: parts kept apart, seeds, progress, the best weights kept, a model with its card (chapter 8).

What a network learns from is (clips, frames, bands) as the feature store gives it; the normalisation is a
layer of the model and learned on the training part alone, so a saved model takes raw features and nothing
about the test leaks in.
"""

import time
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np

from genrelib import audio, disk, features, records
from genrelib.augmentation import batches, steps_a_pass
from genrelib.baselines import UNTESTED
from genrelib.networks import find
from genrelib.store import feature_store

FRAMES = 599  # of each clip, as in 2016: 24 s at 100 ms every 40 ms
PATIENCE = 8  # epochs without a better validation loss before training stops
FOLDS = 5


@dataclass(frozen=True, eq=False)
class Run:
    """A trained model, its curves (one number an epoch), and what it took: `steps` are those of an epoch."""

    model: object
    curves: dict
    best: int
    seconds: float
    weights: int
    steps: int


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
    """Return probabilities (clips, genres): the mean over the excerpts of `length` frames of each clip.

    Raises ValueError when X holds another kind of feature than the model was made for, or too few frames.
    """
    if X.shape[2] != model.input_shape[2]:
        raise ValueError(
            f"features of {X.shape[2]} bands for a model that hears {model.input_shape[2]}: mel spectrograms "
            f"have {features.N_MELS}, MFCCs {features.N_MFCC}"
        )
    cut = excerpts(X, length)
    flat = model.predict(cut.reshape(-1, *cut.shape[2:]), batch_size=64, verbose=0)
    return flat.reshape(*cut.shape[:2], -1).mean(axis=1)


def fit(
    network, X, labels, part, *, kind="mel", seed=0, epochs, title=None, checkpoint=None, logs=None, how=None
):
    """Train a network of `NETWORKS` on the 'train' part; keep the weights that do best on 'validation'.

    X (clips, frames, bands) of `kind`; labels (clips,) int; part (clips,) str. Stops when the validation loss
    has not improved for PATIENCE epochs. `checkpoint` names a file (.keras) that always holds the best model
    so far; when the training is killed, the same call goes on after the last full epoch, to the same end.
    `logs` names a folder for TensorBoard. Runs on the devices of the `tf.distribute` strategy that it is
    called in. Returns a Run, the same for the same seed on the same machine.
    Raises ValueError for an unknown network or a part that lacks a genre, TrainingError when the loss is NaN.
    """
    import keras
    import tensorflow as tf

    from genrelib.checkpoints import Watch

    how, part = how or find(network), np.asarray(part)
    check_parts(labels, part)
    tf.config.experimental.enable_op_determinism()
    keras.utils.set_random_seed(seed)
    train, held = part == "train", excerpts(X[part == "validation"], how.excerpt)
    genres = int(labels.max()) + 1
    steps = steps_a_pass(X[train], how.excerpt, how.batch)
    model = compiled(how, X[train], genres, epochs * steps)
    truth = np.eye(genres, dtype=np.float32)[labels[part == "validation"].repeat(held.shape[1])]
    code = disk.source_digest("networks", "augmentation", "checkpoints", "training")
    key = checkpoint and disk.digest(network, kind, seed, epochs, X.tobytes(), labels.tobytes(), *part, code)
    watch = Watch(epochs, title or network, PATIENCE, checkpoint and Path(checkpoint), key)
    first = watch.restore(model)
    how_heard = {"batch": how.batch, "seed": seed, "augment": how.augment, "kind": kind}
    start = time.perf_counter()
    model.fit(
        batches(X[train], labels[train], how.excerpt, epochs=epochs, first=first, **how_heard),
        steps_per_epoch=steps,
        initial_epoch=first,
        epochs=epochs,
        validation_data=(held.reshape(-1, *held.shape[2:]), truth),
        validation_batch_size=64,
        callbacks=[watch, *([keras.callbacks.TensorBoard(logs)] if logs else [])],
        shuffle=False,
        verbose=0,
    )
    curves = {name: [round(value, 4) for value in values] for name, values in watch.curves.items()}
    return Run(model, curves, watch.best, time.perf_counter() - start, model.count_params(), steps)


def check_parts(labels, part):
    """Raise ValueError, naming both, when one of the parts to learn from lacks one of the genres."""
    for name in ("train", "validation"):
        if not (part == name).any():
            raise ValueError(f"no clip in the {name!r} part")
    missing = set(labels) - set(labels[part == "train"])
    if missing:
        raise ValueError(f"no clip of genre number {min(missing)} in the 'train' part: split otherwise")


def compiled(how, X, genres, steps):
    """Build a network for X (clips, frames, bands), the training part, and give it its loss and its steps.

    Its normalisation is learned from X; AdamW's learning rate falls to zero on a cosine over the `steps`.
    """
    import keras

    model = how.build(how.excerpt, X.shape[2], genres)
    for layer in model.layers:
        if layer.name == "normalise":
            layer.adapt(X)
    falling = keras.optimizers.schedules.CosineDecay(how.learning_rate, steps)
    adam = keras.optimizers.AdamW(falling, weight_decay=how.decay)
    adam.build(model.trainable_variables)
    loss = keras.losses.CategoricalCrossentropy(label_smoothing=how.smoothing)
    model.compile(adam, loss, metrics=["accuracy"], jit_compile=False)
    nothing = np.zeros((1, genres), np.float32)
    model.compute_metrics(None, nothing, nothing)  # what the first step makes, it makes by being traced twice
    model.reset_metrics()
    return model


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
        raise ValueError(f"a split into three parts needs three {by}s a genre")
    turn = (fold - number % n) % n
    return np.where(turn == 0, "test", np.where(turn == 1, "validation", "train"))


def go_round(network, X, corpus, *, by, seeds, title, **how):
    """Train `seeds` times, each with another test fold held out (`rotation`), and test each on its fold.

    X (clips, frames, bands) in the order of `corpus`; `how` goes on to `fit`. Returns the Runs and the
    probabilities (seeds, clips, genres), all zero where a training did not test a clip.
    """
    probabilities, runs = np.zeros((seeds, len(corpus), len(corpus.genres))), []
    for seed in range(seeds):
        part = rotation(corpus, seed, by=by)
        name = f"{title}, training {seed + 1} of {seeds}"
        run = fit(network, X, corpus.labels, part, seed=seed, title=name, **how)
        test, length = part == "test", (how.get("how") or find(network)).excerpt
        probabilities[seed, test] = predict(run.model, X[test], length)
        runs.append(run)
    return runs, probabilities


def among_all(tested, usable, corpus):
    """Put probabilities (seeds, clips of `usable`, genres) into the rows of all clips of `corpus`, zero
    elsewhere."""
    probabilities = np.zeros((len(tested), len(corpus), len(corpus.genres)))
    probabilities[:, corpus.table.index.get_indexer(usable.table.index)] = tested
    return probabilities


def told(runs, probabilities):
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
    test a clip or the clip has no features, and what `told` tells. Chapters 8 and 9.
    """
    find(network)

    def compute():
        store = feature_store(corpus, kind)
        X, title = store.load()[:, :FRAMES], f"{network} on {kind}"
        runs, tested = go_round(
            network, X, store.corpus, by=by, seeds=seeds, kind=kind, epochs=epochs, title=title
        )
        probabilities = among_all(tested, store.corpus, corpus)
        return told(runs, probabilities) | {"probabilities": probabilities.round(4)}

    return records.kept(
        f"{network}-{kind}", corpus, compute, network=network, kind=kind, by=by, seeds=seeds, epochs=epochs
    )


def train_and_ask(X, corpus, heard, *, network="ours", kind="mel", by, seeds, epochs):
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
        run = fit(
            network, X[:, :FRAMES], corpus.labels, part, kind=kind, seed=seed, epochs=epochs, title=title
        )
        predictions.append(predict(run.model, heard[:, :FRAMES], find(network).excerpt).argmax(axis=1))
    return np.array(predictions)


def train_model(corpus, *, network="ours", kind="mel", by, epochs, seed=0, checkpoint=None, logs=None):
    """Train one model on a corpus, `Corpus.split` by `by` and `seed`, and test it on the part held out.

    `checkpoint` and `logs` as in `fit`. Returns (model, card).
    """
    store = feature_store(corpus, kind)
    X, labels = store.load()[:, :FRAMES], store.corpus.labels
    part = store.corpus.split(by=by, seed=seed)
    about = {"network": network, "kind": kind, "epochs": epochs, "seed": seed}
    kept = {"title": f"{network} on {kind}", "checkpoint": checkpoint, "logs": logs}
    run = fit(X=X, labels=labels, part=part, **about, **kept)
    test = (part == "test").to_numpy()
    hits = predict(run.model, X[test], find(network).excerpt).argmax(axis=1) == labels[test]
    tested = f"{hits.sum()} of {test.sum()} clips right, {by}s apart"
    return run.model, card_of(run, corpus, part=part, by=by, tested=tested, **about)


def card_of(run, corpus, *, network, kind, epochs, seed, part, by, tested):
    """Return the card of a trained model: all that is needed to use it, to judge it and to make it again.

    Network and how it was trained, features, genres in their order, corpus, split and the clips held out,
    `tested` in words, curves, versions. `part` is a Series of str, indexed by clip.
    """
    how = {key: value for key, value in asdict(find(network)).items() if key != "build"}
    return {
        "network": network,
        "training": how | {"epochs": epochs, "patience": PATIENCE, "seed": seed},
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
