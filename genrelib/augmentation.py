"""What a network hears in training: random excerpts in batches, changed so that the genre stays (chapter 8).

Each change is declared in `AUGMENTATIONS` under its name, a function of a batch, of its labels, and of a
seed. A batch is a function of the seed and of the number of the step, and of nothing else: so a training
that was killed hears, when it goes on, what it would have heard.
"""

import numpy as np

from genrelib import features

__all__ = [
    "AUGMENTATIONS",
    "BLEND",
    "DROPPED",
    "NOISE",
    "TILTS",
    "batches",
    "drop_bands",
    "equalise",
    "gain",
    "mask",
    "mixup",
    "noise",
    "shift",
    "steps_per_epoch",
    "traits",
]

TILTS = 4  # cosines over the bands that make a random equaliser: level, slope, and two bends
TILT_DB = (6.0, 6.0, 4.0, 3.0)  # their deviations
MASKED = {1: 0.15, 2: 0.2}  # longest share masked: axis 1 of a batch is time, axis 2 the bands
BLEND = 0.3  # how far into another excerpt mixup goes at most
NOISE = 0.3  # of each band's deviation
DROPPED = 0.2  # share of the bands


def shift(x, y, seed, part):
    """Move each excerpt in time, by up to its whole length; what leaves at one end comes in at the other.

    Parameters
    ----------
    x : (excerpts, frames, bands) tensor
        A batch; so in every augmentation.
    y : (excerpts, genres) tensor
        The share of each genre.
    seed : (2,) tensor of int
        What is drawn depends on it alone.
    part : dict
        What is known of the training part, as `traits` returns it.

    Returns
    -------
    x, y : tensors of the same shapes

    Notes
    -----
    Chapter 8.
    """
    import tensorflow as tf

    length = tf.shape(x)[1]
    by = tf.random.stateless_uniform((tf.shape(x)[0], 1), seed, 0, length, dtype=tf.int32)
    return tf.gather(x, (tf.range(length) + by) % length, batch_dims=1), y


def mask(x, y, seed, part):
    """Put the training part's mean in place of a stretch of frames and of a stretch of bands (SpecAugment).

    Parameters
    ----------
    x, y, seed, part
        As in `shift`.

    Returns
    -------
    x, y : tensors of the same shapes

    Notes
    -----
    Chapter 8. After Park and others (2019). The lengths are drawn evenly, up to MASKED of each axis.
    """
    import tensorflow as tf

    for axis, longest in MASKED.items():
        size = tf.shape(x)[axis]
        drawn = tf.random.stateless_uniform((2, tf.shape(x)[0]), seed + axis)
        length = longest * drawn[0]
        start = drawn[1] * (1 - length)
        at = (tf.cast(tf.range(size), tf.float32) + 0.5) / tf.cast(size, tf.float32)
        hidden = (at >= start[:, None]) & (at < (start + length)[:, None])
        hidden = hidden[:, :, None] if axis == 1 else hidden[:, None, :]
        x = tf.where(hidden, part["mean"], x)
    return x, y


def drop_bands(x, y, seed, part):
    """Put the training part's mean in place of a share of the bands, here and there, for a whole excerpt.

    Parameters
    ----------
    x, y, seed, part
        As in `shift`.

    Returns
    -------
    x, y : tensors of the same shapes

    Notes
    -----
    Chapter 8.
    """
    import tensorflow as tf

    kept = tf.random.stateless_uniform((tf.shape(x)[0], 1, tf.shape(x)[2]), seed) >= DROPPED
    return tf.where(kept, x, part["mean"]), y


def mixup(x, y, seed, part):
    """Blend each excerpt with another one of the batch, and their labels alike.

    Parameters
    ----------
    x, y, seed, part
        As in `shift`.

    Returns
    -------
    x, y : tensors of the same shapes

    Notes
    -----
    Chapter 8. After Zhang and others (2018); the other excerpt has a share of BLEND at most.
    """
    import tensorflow as tf

    share = BLEND * tf.random.stateless_uniform((tf.shape(x)[0], 1), seed)
    other = tf.random.experimental.stateless_shuffle(tf.range(tf.shape(x)[0]), seed)
    x = x + share[:, :, None] * (tf.gather(x, other) - x)
    return x, y + share * (tf.gather(y, other) - y)


def gain(x, y, seed, part):
    """Make each excerpt louder or softer as a whole, by a few decibels.

    Parameters
    ----------
    x, y, seed, part
        As in `shift`.

    Returns
    -------
    x, y : tensors of the same shapes

    Notes
    -----
    Chapter 8.
    """
    return _tilt(x, y, seed, part, count=1)


def equalise(x, y, seed, part):
    """Hear each excerpt through an equaliser: a random smooth curve over the bands, in decibels.

    Parameters
    ----------
    x, y, seed, part
        As in `shift`.

    Returns
    -------
    x, y : tensors of the same shapes

    Notes
    -----
    Chapter 8.
    """
    return _tilt(x, y, seed, part, count=TILTS)


def _tilt(x, y, seed, part, *, count):
    """Add to each excerpt `count` cosines over its bands, with random weights.

    In MFCCs such a cosine is one coefficient, which is why a constant added to them stands for an equaliser.
    """
    import tensorflow as tf

    weights = tf.random.stateless_normal((tf.shape(x)[0], count), seed) * TILT_DB[:count]
    return x + (weights @ part["cosines"][:count])[:, None, :], y


def noise(x, y, seed, part):
    """Add noise to every number, a share of its band's deviation.

    Parameters
    ----------
    x, y, seed, part
        As in `shift`.

    Returns
    -------
    x, y : tensors of the same shapes

    Notes
    -----
    Chapter 8.
    """
    import tensorflow as tf

    return x + NOISE * part["deviation"] * tf.random.stateless_normal(tf.shape(x), seed), y


AUGMENTATIONS = {
    "shift": shift,
    "mask": mask,
    "mixup": mixup,
    "gain": gain,
    "equalise": equalise,
    "drop bands": drop_bands,
    "noise": noise,
}


def traits(X, kind):
    """Measure what augmentations need to know of the training part.

    Parameters
    ----------
    X : (clips, frames, bands) array
    kind : {'mel', 'mfcc'}
        What its features are.

    Returns
    -------
    dict of float32 arrays
        `mean` and `deviation` of each band, (bands,), and `cosines`, (TILTS, bands), of which an equaliser is
        made: cosines over the bands if they are decibels, one coefficient each if they are MFCCs.

    Notes
    -----
    Chapter 8.
    """
    cosines = np.eye(TILTS, X.shape[2])
    if kind == "mel":
        cosines = features.mfcc_to_mel(cosines[:, : min(TILTS, X.shape[2])], n_mels=X.shape[2])
    cosines *= np.sqrt(features.N_MELS)  # an even cosine of 1 dB in each of 128 bands
    parts = {"mean": X.mean(axis=(0, 1)), "deviation": X.std(axis=(0, 1)), "cosines": cosines}
    return {name: np.float32(values) for name, values in parts.items()}


def steps_per_epoch(X, length, batch):
    """Count the batches that a pass over the training part takes.

    Parameters
    ----------
    X : (clips, frames, bands) array
    length : int
        Frames of an excerpt.
    batch : int
        Excerpts per batch.

    Returns
    -------
    int

    Notes
    -----
    Chapter 8.
    """
    return -(-len(X) * (X.shape[1] // length) // batch)


def batches(X, labels, length, *, batch, seed, augment=(), kind="mel", epochs=1, first=0):
    """Draw random excerpts of clips, in batches, and change them.

    In each pass every clip gives as many excerpts as it holds, shuffled.

    Parameters
    ----------
    X : (clips, frames, bands) array
    labels : (clips,) array of int
        Positions of the genres.
    length : int
        Frames of an excerpt.
    batch : int
        Excerpts per batch.
    seed : int
        What is drawn depends on it and on the number of the step.
    augment : sequence of str
        Names of the AUGMENTATIONS to apply, in their order.
    kind : {'mel', 'mfcc'}
        What the features are.
    epochs : int
        How many passes a whole training takes.
    first : int
        The pass to begin with, when a training goes on.

    Returns
    -------
    tf.data.Dataset
        Of batches: (excerpts, length, bands), and (excerpts, genres), the share of each genre.

    Notes
    -----
    Chapter 8.
    """
    import tensorflow as tf

    genres, part = int(labels.max()) + 1, traits(X, kind)
    numbers, steps = len(X) * (X.shape[1] // length), steps_per_epoch(X, length, batch)
    clips, truth = tf.constant(X), tf.one_hot(labels, genres)

    def heard(step):
        order = tf.random.experimental.stateless_shuffle(tf.range(numbers), [seed, step // steps])
        at = tf.cast(step % steps, tf.int32) * batch
        chosen = order[at : at + batch] % len(X)
        draw = tf.stack([seed, 64 * step])
        start = tf.random.stateless_uniform(
            tf.shape(chosen), draw, 0, X.shape[1] - length + 1, dtype=tf.int32
        )
        x = tf.gather(tf.gather(clips, chosen), start[:, None] + tf.range(length), batch_dims=1)
        y = tf.gather(truth, chosen)
        for number, name in enumerate(augment, 1):
            x, y = AUGMENTATIONS[name](x, y, draw + np.array([0, 4 * number]), part)
        return tf.ensure_shape(x, (None, length, X.shape[2])), tf.ensure_shape(y, (None, genres))

    run = tf.data.Dataset.range(first * steps, epochs * steps)
    return run.map(heard).prefetch(2)
