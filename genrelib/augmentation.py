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
    """Move each excerpt in time, by up to its whole length; what leaves at one end comes in at the other."""
    import tensorflow as tf

    length = tf.shape(x)[1]
    by = tf.random.stateless_uniform((tf.shape(x)[0], 1), seed, 0, length, dtype=tf.int32)
    return tf.gather(x, (tf.range(length) + by) % length, batch_dims=1), y


def mask(x, y, seed, part):
    """Put the training part's mean in place of a stretch of frames and of a stretch of bands (SpecAugment).

    After Park and others (2019). The length is drawn evenly, up to MASKED of the axis.
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
    """Put the training part's mean in place of a share of the bands, here and there, for a whole excerpt."""
    import tensorflow as tf

    kept = tf.random.stateless_uniform((tf.shape(x)[0], 1, tf.shape(x)[2]), seed) >= DROPPED
    return tf.where(kept, x, part["mean"]), y


def mixup(x, y, seed, part):
    """Blend each excerpt with another one of the batch, and its label alike (Zhang and others, 2018)."""
    import tensorflow as tf

    share = BLEND * tf.random.stateless_uniform((tf.shape(x)[0], 1), seed)
    other = tf.random.experimental.stateless_shuffle(tf.range(tf.shape(x)[0]), seed)
    x = x + share[:, :, None] * (tf.gather(x, other) - x)
    return x, y + share * (tf.gather(y, other) - y)


def gain(x, y, seed, part):
    """Make each excerpt louder or softer as a whole, by a few decibels."""
    return _tilt(x, y, seed, part, count=1)


def equalise(x, y, seed, part):
    """Hear each excerpt through an equaliser: a random smooth curve over the bands, in decibels."""
    return _tilt(x, y, seed, part, count=TILTS)


def _tilt(x, y, seed, part, *, count):
    """Add to each excerpt `count` cosines over its bands, with random weights.

    In MFCCs such a cosine is one coefficient, which is why a constant added to them stands for an equaliser.
    """
    import tensorflow as tf

    weights = tf.random.stateless_normal((tf.shape(x)[0], count), seed) * TILT_DB[:count]
    return x + (weights @ part["cosines"][:count])[:, None, :], y


def noise(x, y, seed, part):
    """Add noise to every number, a share of its band's deviation."""
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
    """Return what augmentations need to know of the training part (clips, frames, bands) in its `kind`.

    `mean` and `deviation` of each band, and the `cosines` (TILTS, bands) that `_tilt` adds: of the bands if
    they are decibels, of one coefficient each if they are MFCCs.
    """
    cosines = np.eye(TILTS, X.shape[2])
    if kind == "mel":
        cosines = features.mfcc_to_mel(cosines[:, : min(TILTS, X.shape[2])], n_mels=X.shape[2])
    cosines *= np.sqrt(features.N_MELS)  # an even cosine of 1 dB in each of 128 bands
    parts = {"mean": X.mean(axis=(0, 1)), "deviation": X.std(axis=(0, 1)), "cosines": cosines}
    return {name: np.float32(values) for name, values in parts.items()}


def steps_per_epoch(X, length, batch):
    """Return how many batches a pass over X (clips, frames, bands) takes, in excerpts of `length` frames."""
    return -(-len(X) * (X.shape[1] // length) // batch)


def batches(X, labels, length, *, batch, seed, augment=(), kind="mel", epochs=1, first=0):
    """Return a `tf.data.Dataset` of the batches of `epochs` passes from pass `first` on.

    In each pass every clip of X (clips, frames, bands) gives as many random excerpts of `length` frames as it
    holds, shuffled. `augment` names the AUGMENTATIONS to apply, in their order. A batch is (excerpts, length,
    bands) and (excerpts, genres), the share of each genre.
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
