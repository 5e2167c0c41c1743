"""The networks: as the figure of 2016 draws them, as the code of 2016 writes them, and ours (chapter 7).

Every network is a function of its shape, (frames, bands, genres) -> Keras model from (clips, frames, bands)
to (clips, genres) probabilities, and works on 128 mel bands as on 13 cepstral coefficients.
Layers called `normalise` hold the mean and deviation of each band; `training` fills them from the training
part.
"""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from genrelib import features

__all__ = [
    "NETWORKS",
    "Network",
    "adapt",
    "code_2016",
    "figure_2016",
    "find",
    "layers_table",
    "level",
    "ours",
    "quiet_logs",
]


def quiet_logs():
    """Silence what TensorFlow logs below an error, for the rest of the process.

    Notes
    -----
    Sets ``TF_CPP_MIN_LOG_LEVEL`` (unless it is set), so it has to be called before TensorFlow or Keras is
    imported, and adds a filter to the logger ``tensorflow``. Greetings, and advice on how often a model is
    traced, are no news to a reader; what ends a program comes as an exception all the same.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    logging.getLogger("tensorflow").addFilter(_is_error)


def _is_error(record):
    return record.levelno >= logging.ERROR


def figure_2016(frames, bands, genres):
    """Build the network as the figure of Lachmish (2016) draws it: three convolutions over time.

    599×128 becomes 149×256, 73×256, 35×512, then 1024. Bands are channels: a filter sees all of them, over 4
    frames. The figure shows no activation, no dropout and no first weights: ReLU and 0.25 are the code's, the
    rest is Keras' default.

    Parameters
    ----------
    frames, bands, genres : int
        Its shape.

    Returns
    -------
    keras.Model
        From (clips, frames, bands) to (clips, genres) probabilities.

    Notes
    -----
    Chapter 7.
    """
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((frames, bands)),
            layers.Normalization(name="normalise"),
            layers.Conv1D(256, 4, activation="relu", name="convolve_1"),
            layers.MaxPooling1D(4, name="pool_1"),
            layers.Conv1D(256, 4, activation="relu", name="convolve_2"),
            layers.MaxPooling1D(2, name="pool_2"),
            layers.Conv1D(512, 4, activation="relu", name="convolve_3"),
            layers.MaxPooling1D(2, name="pool_3"),
            layers.Flatten(name="flatten"),
            layers.Dense(1024, activation="relu", name="dense"),
            layers.Dropout(0.25, name="drop"),
            layers.Dense(genres, activation="softmax", name="genres"),
        ],
        name="figure_2016",
    )


def code_2016(frames, bands, genres, *, maps=(149, 73, 35), dense=8192, deviation=1.0, normalise=False):
    """Build the network as the code of Lachmish (2016) writes it: 4×4 kernels over time and bands.

    The figure's times 149, 73 and 35 are numbers of maps here, borders are padded, all weights start from
    N(0, 1), the input is not scaled, and a quarter of each layer is dropped.

    Parameters
    ----------
    frames, bands, genres : int
        Its shape.
    maps : tuple of int
        Of the convolutions.
    dense : int
        Units of the dense layer. The code's MFCC branch is `maps=(149, 73), dense=1024`.
    deviation : float or None
        Of the first weights; None: they start as Keras starts them.
    normalise : bool
        Whether each band is first brought to mean 0 and deviation 1.

    Returns
    -------
    keras.Model
        From (clips, frames, bands) to (clips, genres) probabilities.

    Notes
    -----
    Chapter 7; chapter 10 changes `deviation` and `normalise`.
    """
    import keras
    from keras import layers

    def first():  # each layer draws its own weights
        if deviation is None:
            return {}
        kernel, bias = (keras.initializers.RandomNormal(stddev=deviation) for _ in range(2))
        return {"kernel_initializer": kernel, "bias_initializer": bias}

    model = keras.Sequential([keras.Input((frames, bands))], name="code_2016")
    if normalise:
        model.add(layers.Normalization(name="normalise"))
    model.add(layers.Reshape((frames, bands, 1)))
    for number, (count, pool) in enumerate(zip(maps, (4, 2, 2), strict=False), 1):
        model.add(
            layers.Conv2D(count, 4, padding="same", activation="relu", name=f"convolve_{number}", **first())
        )
        model.add(layers.MaxPooling2D(pool, padding="same", name=f"pool_{number}"))
        model.add(layers.Dropout(0.25, name=f"drop_{number}"))
    model.add(layers.Flatten(name="flatten"))
    model.add(layers.Dense(dense, activation="relu", name="dense", **first()))
    model.add(layers.Dropout(0.25, name="drop"))
    model.add(layers.Dense(genres, activation="softmax", name="genres", **first()))
    return model


def level(bands):
    """Build the layer that makes a network deaf to gain: it brings each excerpt to a level of its own.

    Mel bands, in decibels, are cut off 80 dB below the loudest point of the excerpt, and brought to a mean
    power of 1. Of MFCCs, the mean of the first coefficient, which holds the level, is taken off.

    Parameters
    ----------
    bands : int
        `features.N_MFCC` stands for MFCCs, any other number for mel bands.

    Returns
    -------
    keras.Model
        From (excerpts, frames, bands) to the same shape. It has no weights.

    Notes
    -----
    Chapter 7. Within ten seconds, so that a stream, which knows no more, hears what a file hears.
    """
    import keras
    from keras import ops

    x = keras.Input((None, bands))
    if bands == features.N_MFCC:
        first = x[:, :, :1]
        even = ops.concatenate([first - ops.mean(first, axis=1, keepdims=True), x[:, :, 1:]], axis=2)
    else:
        below = ops.maximum(x - ops.max(x, axis=(1, 2), keepdims=True), -features.RANGE_DB)
        power = ops.mean(ops.exp(below / features.DB), axis=(1, 2), keepdims=True)
        even = below - features.DB * ops.log(power)
    return keras.Model(x, even, name="level")


def ours(frames, bands, genres):
    """Build the book's own network: it filters each band by itself, and keeps only statistics over time.

    It does not hear how loud an excerpt is as a whole (`level`). Every band has two filters over 4
    neighbouring frames, and two over 4 frames that lie 3 apart. What is kept are mean and maximum of each
    filter's answer, and mean and deviation of the band itself, which a dense layer weighs. Nothing knows
    *when* something happens.

    Parameters
    ----------
    frames : int
        Not used: a clip may have any length from 10 frames on.
    bands, genres : int
        Its shape.

    Returns
    -------
    keras.Model
        From (clips, frames, bands) to (clips, genres) probabilities.

    Notes
    -----
    Chapter 7.
    """
    import keras
    from keras import layers, ops

    sound = keras.Input((None, bands), name="excerpt")
    x = layers.Normalization(name="normalise")(level(bands)(sound))
    # the gradient of a square root at zero, as in silence, is no number
    kept = [layers.GlobalAveragePooling1D(name="mean")(x), ops.sqrt(ops.var(x, axis=1) + 1e-3)]
    for apart in (1, 3):
        filtered = layers.DepthwiseConv1D(
            4, depth_multiplier=2, dilation_rate=apart, name=f"filter_bands_{apart}"
        )(x)
        answer = layers.ReLU(name=f"relu_{apart}")(filtered)
        kept.append(layers.GlobalAveragePooling1D(name=f"mean_{apart}")(answer))
        kept.append(layers.GlobalMaxPooling1D(name=f"maximum_{apart}")(answer))
    x = layers.BatchNormalization(momentum=0.9, name="batch_norm")(
        layers.Concatenate(name="statistics")(kept)
    )
    x = layers.Dense(256, activation="relu", name="dense")(layers.Dropout(0.5, name="drop_statistics")(x))
    x = layers.Dropout(0.5, name="drop")(x)
    return keras.Model(sound, layers.Dense(genres, activation="softmax", name="genres")(x), name="ours")


def adapt(model, X):
    """Fill the normalisation of a network, if it has one, from excerpts as they reach it.

    Parameters
    ----------
    model : keras.Model
    X : (excerpts, frames, bands) array

    Notes
    -----
    Chapter 8.
    """
    import keras

    for layer in model.layers:
        if layer.name == "normalise":
            before = keras.Model(model.inputs, layer.input)
            layer.adapt(before.predict(X, batch_size=64, verbose=0))


@dataclass(frozen=True)
class Network:
    """A network and how it is trained.

    Parameters
    ----------
    build : callable
        From (frames, bands, genres) to a Keras model.
    excerpt : int
        Frames that it hears at once.
    batch : int
        Excerpts per step.
    learning_rate : float
        Of the first step; it falls to zero on a cosine.
    augment : tuple of str
        Names of `augmentation.AUGMENTATIONS`.
    smoothing : float
        The share of each label that is spread over all genres.
    decay : float
        Of the weights, in AdamW.
    stops_early : bool
        Whether a validation part says when its training ends. Otherwise it ends with its epochs, where the
        learning rate has fallen to zero, and what would validate is learned from as well.
    """

    build: Callable
    excerpt: int
    batch: int
    learning_rate: float
    augment: tuple = ()
    smoothing: float = 0.0
    decay: float = 0.01
    stops_early: bool = True


NETWORKS = {
    "figure_2016": Network(figure_2016, excerpt=599, batch=64, learning_rate=0.0005),
    "code_2016": Network(code_2016, excerpt=599, batch=64, learning_rate=0.001),
    # 248 frames last 10 s
    "ours": Network(ours, excerpt=248, batch=16, learning_rate=0.002, smoothing=0.1, stops_early=False),
}


def find(name):
    """Find a network by its name.

    Parameters
    ----------
    name : str
        One of NETWORKS.

    Returns
    -------
    Network

    Raises
    ------
    ValueError
        For an unknown name; it names the choices.
    """
    if name not in NETWORKS:
        raise ValueError(f"unknown network {name!r}: choose one of {', '.join(NETWORKS)}")
    return NETWORKS[name]


def layers_table(model):
    """List the layers of a model.

    Parameters
    ----------
    model : keras.Model

    Returns
    -------
    pandas.DataFrame
        Indexed by the layer's name: its kind, the shape of its output without the clips, and how many weights
        it has.

    Notes
    -----
    Chapter 7.
    """
    rows = [
        (layer.name, type(layer).__name__, layer.output.shape[1:], layer.count_params())
        for layer in model.layers
    ]
    return pd.DataFrame(rows, columns=["layer", "kind", "shape", "weights"]).set_index("layer")
