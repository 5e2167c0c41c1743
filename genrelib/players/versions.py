"""Versions of one sound, switched while they play."""

import base64
import io
from html import escape

import matplotlib.pyplot as plt
import numpy as np

from genrelib import features
from genrelib.audio import SR
from genrelib.players.sounds import players
from genrelib.players.widget import widget

__all__ = ["heard_versions"]

DEPTH = 70  # decibels below the loudest point that the picture shows
HINT = "1, 2, 3 … choose a version, the arrow keys move the line, the space bar plays."


def heard_versions(versions, *, sr=SR):
    """Return one player for several versions of a sound, which are switched at the same position.

    Parameters
    ----------
    versions : dict, what a version is -> (samples,) array
    sr : sampling rate in Hz

    Returns
    -------
    IPython.display.HTML. A line moves over the mel spectrogram of the version that is heard. Without a script
    it is a grid of players.

    Raises
    ------
    ValueError
        As `player`.

    Notes
    -----
    Chapters 1 to 12, wherever a sound is set beside another.
    """
    sounds = players(versions, sr=sr).data  # refuses what nobody could hear
    pictures = "".join(
        f'<img alt="spectrogram: {escape(text, quote=True)}" src="{_picture(np.asarray(y), sr)}">'
        for text, y in versions.items()
    )
    buttons = "".join(
        f'<button type="button" aria-pressed="false" title="{number}">{escape(text)}</button>'
        for number, text in enumerate(versions, start=1)
    )
    inside = (
        '<div class="strip" role="slider" tabindex="0" aria-label="position in the sound"'
        f' aria-valuemin="0" aria-valuemax="100" aria-valuenow="0" hidden>{pictures}<span></span></div>'
        f'<div class="bar" hidden><button type="button" class="play">▶ play</button>'
        f'<span role="group" aria-label="versions">{buttons}</span></div>'
        f'<p class="said" hidden>{HINT}</p>{sounds}'
    )
    return widget("versions", inside, {})


def _picture(y, sr):
    """Return the mel spectrogram of a sound as a PNG in a `data:` address."""
    y = np.pad(y, (0, max(0, features.N_FFT - len(y))))
    db = features.log_mel(y, sr=sr)
    png, top = io.BytesIO(), db.max()
    plt.imsave(png, db.T, vmin=top - DEPTH, vmax=top, cmap="viridis", origin="lower", format="png")
    return "data:image/png;base64," + base64.b64encode(png.getvalue()).decode()
