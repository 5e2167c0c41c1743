"""Fit a network: parts kept apart, progress, the best weights kept (chapter 8).

What a network learns from is (clips, frames, bands) as the feature store gives it; the normalisation is a
layer of the model and learned on the training part alone, so a saved model takes raw features and nothing
about the test leaks in.
"""

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from genrelib import audio, disk, features
from genrelib.augmentation import batches, steps_per_epoch
from genrelib.networks import adapt, find, quiet_logs

__all__ = ["FRAMES", "PATIENCE", "Run", "excerpts", "fit", "make_repeatable", "predict", "taught"]

FRAMES = 599  # of each clip, as in 2016: 24 s at 100 ms every 40 ms
PATIENCE = 8  # epochs without a better validation loss before training stops


def make_repeatable(seed=0):
    """Let whatever TensorFlow does from here on in this process repeat itself bit by bit, and log no chatter.

    Parameters
    ----------
    seed : int
        For the generators of Python, NumPy and Keras.

    Notes
    -----
    Chapter 8. `tf.config.experimental.enable_op_determinism`, `keras.utils.set_random_seed` and
    `networks.quiet_logs`: all three are for the whole process, and the first cannot be switched off again.
    """
    quiet_logs()
    import keras
    import tensorflow as tf

    tf.config.experimental.enable_op_determinism()
    keras.utils.set_random_seed(seed)


@dataclass(frozen=True, eq=False)
class Run:
    """A trained model, and how its training went.

    Parameters
    ----------
    model : keras.Model
        With the best weights.
    curves : dict of list of float
        Loss and accuracy, of training and of validation: one number per epoch.
    best : int
        The epoch of the best weights, from 0.
    seconds : float
        How long it took.
    weights : int
        How many the model has.
    steps : int
        Per epoch.
    excerpt : int
        Frames that the model heard at once.
    """

    model: object
    curves: dict
    best: int
    seconds: float
    weights: int
    steps: int
    excerpt: int


def excerpts(X, length):
    """Cut clips into as many excerpts as cover them, evenly spaced.

    Parameters
    ----------
    X : (clips, frames, bands) array
    length : int
        Frames of an excerpt.

    Returns
    -------
    (clips, excerpts, length, bands) array

    Raises
    ------
    ValueError
        When the clips are shorter than one excerpt; it says how long both are, in seconds.
    """
    frames = X.shape[1]
    if frames < length:
        held, needed = (
            (features.N_FFT + (count - 1) * features.HOP) / audio.SR for count in (frames, length)
        )
        raise ValueError(f"clips of {held:.1f} s are shorter than the {needed:.1f} s that are heard at once")
    starts = np.linspace(0, frames - length, int(np.ceil(frames / length))).round().astype(int)
    return np.stack([X[:, start : start + length] for start in starts], axis=1)


def predict(model, X, length):
    """Ask a model about clips: about excerpts of `length` frames that cover each, and take the mean.

    Parameters
    ----------
    model : keras.Model
    X : (clips, frames, bands) array
    length : int
        Frames of an excerpt, `Network.excerpt`. A model that was built for a length hears excerpts of that
        length; another one hears clips that are shorter than an excerpt as a whole.

    Returns
    -------
    (clips, genres) array of probabilities

    Raises
    ------
    ValueError
        When X holds another kind of feature than the model was made for, or too few frames.

    Notes
    -----
    Chapter 8.
    """
    if X.shape[2] != model.input_shape[2]:
        raise ValueError(
            f"features of {X.shape[2]} bands for a model that hears {model.input_shape[2]}: mel spectrograms "
            f"have {features.N_MELS}, MFCCs {features.N_MFCC}"
        )
    cut = excerpts(X, model.input_shape[1] or min(length, X.shape[1]))
    flat = cut.reshape(-1, *cut.shape[2:])
    # `model.predict` says the same, and takes ten times as long for a clip
    said = [model(flat[first : first + 64], training=False) for first in range(0, len(flat), 64)]
    return np.concatenate(said).reshape(*cut.shape[:2], -1).mean(axis=1)


def taught(part, how):
    """Let a network that does not stop early learn from the clips that would validate.

    Parameters
    ----------
    part : (clips,) array or Series of str
        As in `fit`.
    how : Network

    Returns
    -------
    (clips,) array or Series of str
        The same, with 'train' in place of 'validation' unless the network stops early.

    Notes
    -----
    Chapter 8.
    """
    return part if how.stops_early else np.where(part == "validation", "train", part)


def fit(
    network,
    X,
    labels,
    part,
    *,
    kind="mel",
    seed=0,
    epochs,
    title=None,
    checkpoint=None,
    logs=None,
    callbacks=(),
    how=None,
):
    """Train a network on the 'train' part, and keep the weights that do best on 'validation', if any.

    Parameters
    ----------
    network : str
        One of `networks.NETWORKS`, or only a title if `how` is given.
    X : (clips, frames, bands) array
        Features of `kind`, all finite. Clips that are shorter than what the network hears at once are heard
        as a whole.
    labels : (clips,) array of int
        Positions of the genres.
    part : (clips,) array or Series of str
        'train', 'validation', or anything else for clips that are not used. Without a clip that validates,
        the training goes through all epochs, and the last weights are kept.
    kind : {'mel', 'mfcc'}
        What the features are.
    seed : int
        Of weights, batches and dropout; set with `keras.utils.set_random_seed`.
    epochs : int
        At most; the training stops when the validation loss has not improved for PATIENCE epochs.
    title : str, optional
        What the progress bar says.
    checkpoint : path, optional
        A .keras file that always holds the best model so far. When the training is killed, the same call goes
        on after the last full epoch and ends as if nothing had happened.
    logs : path, optional
        A folder for TensorBoard.
    callbacks : sequence of keras.callbacks.Callback
        Called after ours; one that raises ends the training as a kill does.
    how : Network, optional
        How the network is built and trained, if not as `NETWORKS` says.

    Returns
    -------
    Run

    Raises
    ------
    ValueError
        For an unknown network, or when the 'train' part is empty or lacks a genre.
    TrainingError
        A ValueError: when features are not finite, or the loss becomes NaN.

    Notes
    -----
    Chapter 8. It runs on the devices of the `tf.distribute` strategy that it is called in. After
    `make_repeatable` it is the same for the same seed on the same machine.
    """
    import keras

    from genrelib.checkpoints import ResumableTraining, TrainingError

    how, part = how or find(network), np.asarray(part)
    _check_parts(labels, part)
    broken = np.count_nonzero(~np.isfinite(X).all(axis=(1, 2)))
    if broken:  # some processors rectify NaN to zero, and the loss would hide it
        raise TrainingError(
            f"the features of {broken} of {len(X)} clips hold NaN or infinite numbers: leave these clips out"
        )
    keras.utils.set_random_seed(seed)
    length = min(how.excerpt, X.shape[1])
    train, held = part == "train", part == "validation"
    genres = int(labels.max()) + 1
    steps = steps_per_epoch(X[train], length, how.batch)
    model = _compiled(how, X[train], length, genres, epochs * steps)
    code = disk.code_digest(__name__)
    key = checkpoint and disk.digest(network, kind, seed, epochs, X.tobytes(), labels.tobytes(), *part, code)
    watch = ResumableTraining(epochs, title or network, PATIENCE, checkpoint and Path(checkpoint), key)
    first = watch.restore(model)
    how_heard = {"batch": how.batch, "seed": seed, "augment": how.augment, "kind": kind}
    start = time.perf_counter()
    model.fit(
        batches(X[train], labels[train], length, epochs=epochs, first=first, **how_heard),
        steps_per_epoch=steps,
        initial_epoch=first,
        epochs=epochs,
        validation_data=_validating(X[held], labels[held], length, genres) if held.any() else None,
        validation_batch_size=64,
        callbacks=[watch, *([keras.callbacks.TensorBoard(logs)] if logs else []), *callbacks],
        shuffle=False,
        verbose=0,
    )
    curves = {name: [round(value, 4) for value in values] for name, values in watch.curves.items()}
    seconds = time.perf_counter() - start
    return Run(model, curves, watch.best, seconds, model.count_params(), steps, length)


def _check_parts(labels, part):
    """Raise ValueError when the part to learn from is empty, or lacks one of the genres, which it names."""
    if not (part == "train").any():
        raise ValueError("no clip in the 'train' part")
    missing = set(labels) - set(labels[part == "train"])
    if missing:
        raise ValueError(f"no clip of genre number {min(missing)} in the 'train' part: split otherwise")


def _validating(X, labels, length, genres):
    """Return excerpts that cover X (clips, frames, bands), and the share of each genre in them."""
    cut = excerpts(X, length)
    truth = np.eye(genres, dtype=np.float32)[labels.repeat(cut.shape[1])]
    return cut.reshape(-1, *cut.shape[2:]), truth


def _compiled(how, X, length, genres, steps):
    """Build a network for excerpts of X (clips, frames, bands), the training part, with its loss and steps.

    Its normalisation is learned from excerpts that cover X; AdamW's learning rate falls to zero on a cosine
    over the `steps`.
    """
    import keras

    model = how.build(length, X.shape[2], genres)
    adapt(model, excerpts(X, length).reshape(-1, length, X.shape[2]))
    falling = keras.optimizers.schedules.CosineDecay(how.learning_rate, steps)
    adam = keras.optimizers.AdamW(falling, weight_decay=how.decay)
    adam.build(model.trainable_variables)
    loss = keras.losses.CategoricalCrossentropy(label_smoothing=how.smoothing)
    model.compile(adam, loss, metrics=["accuracy"], jit_compile=False)
    nothing = np.zeros((1, genres), np.float32)
    model.compute_metrics(None, nothing, nothing)  # what the first step makes, it makes by being traced twice
    model.reset_metrics()
    return model
