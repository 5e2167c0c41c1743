"""Players of single sounds."""

import base64
from html import escape

import numpy as np
from IPython.display import HTML

from genrelib import audio
from genrelib.audio import SR
from genrelib.plots.tables import NO_FORMULA

__all__ = ["data_uri", "excerpt", "player", "players"]

PEAK = 0.708  # -3 dB


def data_uri(y, *, sr=SR, level=0.6):
    """Return a sound as an MP3 in a `data:` address, which every browser plays.

    Parameters
    ----------
    y : (samples,) array
    sr : sampling rate in Hz
    level : compression of the MP3, 0 to 1; the higher, the fewer bytes

    Returns
    -------
    str
    """
    sound = audio.mp3(y, sr=sr, bitrate_mode="VARIABLE", compression_level=level)
    return "data:audio/mpeg;base64," + base64.b64encode(sound).decode()


def excerpt(y, *, sr):
    """Return a sound as a small MP3, for a widget that holds many.

    Parameters
    ----------
    y : (samples,) array
    sr : sampling rate in Hz

    Returns
    -------
    str
        In base64.
    """
    return data_uri(y, sr=sr, level=0.85).partition(",")[2]


def player(y, text, *, sr=SR, level=True):
    """Return a player of a sound.

    Parameters
    ----------
    y : (samples,) array; its ends are faded over 10 ms
    text : line under the player, which a screen reader reads out as its name; where an excerpt of a recording
        happens to be silent, it says so
    sr : sampling rate in Hz
    level : bring the peak to -3 dB, so that the sounds of a page are about equally loud. Without it, only a
        sound that would clip is made quieter.

    Returns
    -------
    IPython.display.HTML

    Raises
    ------
    ValueError
        When the sound is empty, or not finite.

    Notes
    -----
    Chapter 1, and wherever a chapter lets something be heard.
    """
    y = np.array(y, dtype=np.float32)
    peak = np.abs(y).max(initial=0)
    if not y.size or not np.isfinite(peak):
        raise ValueError(f"nothing to hear in {text!r}: the sound is empty or not finite")
    text = text if peak else f"{text} (silent)"
    fade = min(len(y) // 2, sr // 100)
    y[:fade] *= np.linspace(0, 1, fade)
    y[len(y) - fade :] *= np.linspace(1, 0, fade)
    y *= PEAK / peak if (level and peak) or peak > 1 else 1
    return HTML(
        f'<figure class="player {NO_FORMULA}" style="margin:0;max-width:30rem">'
        f'<audio controls preload="metadata" style="width:100%" aria-label="{escape(text, quote=True)}"'
        f' src="{data_uri(y, sr=sr)}"></audio><figcaption>{escape(text)}</figcaption></figure>'
    )


def players(sounds, *, sr=SR):
    """Return a grid of players.

    Parameters
    ----------
    sounds : dict, the line under a player -> (samples,) array
    sr : sampling rate in Hz

    Returns
    -------
    IPython.display.HTML

    Raises
    ------
    ValueError
        As in `player`.
    """
    inside = "".join(player(y, text, sr=sr).data for text, y in sounds.items())
    least = "14rem" if len(sounds) % 3 == 0 else "15rem"  # three beside each other in the page, or two
    grid = f"display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,{least}),1fr));gap:1rem"
    return HTML(f'<div class="players" style="{grid}">{inside}</div>')
