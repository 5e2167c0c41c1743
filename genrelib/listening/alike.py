"""Move a model to the world that it is asked about: what its statistics are there, without a label."""

from dataclasses import replace

import numpy as np

from genrelib import disk
from genrelib.listening import doubt

__all__ = ["FEW", "align"]

FEW = 10  # songs; by fewer, the sample may cost more than the step brings (chapter 10)


def align(model, excerpts):
    """Return a model for music that sounds like these excerpts.

    The mean of each statistic over the excerpts takes the place of its mean over what the model learned from.
    The model's answers change, and with them what its calibration and its threshold were measured on; whether
    something is music is asked as before.

    Parameters
    ----------
    model : Model
    excerpts : iterable of (frames, 128) arrays, in dB
        Of whatever genres, best of many songs.

    Returns
    -------
    Model

    Raises
    ------
    ValueError
        When there is no excerpt.

    Notes
    -----
    Chapter 10. After Li and others (2016), who renew the means of each batch normalisation; here only the
    bias behind it changes, which comes to the same.
    """
    heard = [model.statistics(db) for db in excerpts]
    if not heard:
        raise ValueError("no excerpt to align by")
    away = doubt.deviations(model.weights, np.mean(heard, axis=0))
    moved = model.weights["batch_norm/beta"] - away * model.weights["batch_norm/gamma"]
    weights = model.weights | {"batch_norm/beta": moved.astype(np.float32)}
    return replace(model, weights=weights, digest=disk.digest(model.digest, moved.tobytes()))
