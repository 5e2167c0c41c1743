"""When to say nothing: how sure a verdict is, and whether there is music at all (chapter 13).

What a model knows of its own doubt lies beside its weights: `sure/temperature` and `sure/threshold`, chosen
on clips of artists whom it has not learned from, and `music/weights`, `music/bias` and `music/farthest`, a
detector over what the network keeps of an excerpt. A model without them takes its own word for it.
"""

import numpy as np

__all__ = ["calibrated", "deviations", "distance", "is_music", "is_sure"]


def calibrated(weights, logits):
    """Turn what the last layer answers into probabilities.

    Parameters
    ----------
    weights : dict of str -> array
        Of a `Model`.
    logits : (genres,) or (excerpts, genres) array

    Returns
    -------
    array of the same shape

    Notes
    -----
    Chapter 13. After Guo and others (2017): the softmax of logits that are divided by a temperature, which is
    1 where none has been chosen.
    """
    logits = logits / weights.get("sure/temperature", 1)
    odds = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return odds / odds.sum(axis=-1, keepdims=True)


def is_sure(weights, probabilities):
    """Say whether the most probable genre is probable enough to be named.

    Parameters
    ----------
    weights : dict of str -> array
        Of a `Model`.
    probabilities : (genres,) or (excerpts, genres) array
        As `calibrated` returns them, or a mean of such.

    Returns
    -------
    bool, or (excerpts,) array of bool

    Notes
    -----
    Chapter 13.
    """
    return probabilities.max(axis=-1) >= weights.get("sure/threshold", 0)


def deviations(weights, statistics):
    """Say how far each number that the network keeps lies from its mean in training.

    Parameters
    ----------
    weights : dict of str -> array
        Of a `Model`.
    statistics : (numbers,) or (excerpts, numbers) array
        As `Model.statistics` returns them.

    Returns
    -------
    array of the same shape
        In standard deviations.
    """
    return (statistics - weights["batch_norm/mean"]) / np.sqrt(weights["batch_norm/variance"] + 1e-3)


def distance(weights, statistics):
    """Say how far an excerpt lies from what was learned from: the root mean square of its `deviations`.

    Parameters
    ----------
    weights, statistics
        As in `deviations`.

    Returns
    -------
    float, or (excerpts,) array
    """
    return np.sqrt((deviations(weights, statistics) ** 2).mean(axis=-1))


def is_music(weights, statistics):
    """Say whether an excerpt is music, as far as the model can tell.

    Parameters
    ----------
    weights : dict of str -> array
        Of a `Model`.
    statistics : (numbers,) or (excerpts, numbers) array
        As `Model.statistics` returns them.

    Returns
    -------
    bool, or (excerpts,) array of bool

    Notes
    -----
    Chapter 13. Two rules: a logistic regression tells the music that was learned from, from noises; and what
    lies further away from that music than any of it is none, whatever else it may be.
    """
    if "music/weights" not in weights:
        return np.ones(np.shape(statistics)[:-1], bool)
    near = distance(weights, statistics) <= weights["music/farthest"]
    z = deviations(weights, statistics)
    return near & (z @ weights["music/weights"] + weights["music/bias"] >= 0)
