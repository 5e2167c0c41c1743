"""Sound that a page plays by itself: short, compressed, embedded, with a line saying what is to be heard (chapter 1)."""

import base64
import io
from html import escape

import numpy as np
import soundfile
from IPython.display import HTML

from genrelib.audio import SR


def data_uri(y, *, sr=SR):
    """Return (samples,) as an MP3 in a `data:` address (every browser plays MP3)."""
    sound = io.BytesIO()
    soundfile.write(sound, y, sr, format="MP3", bitrate_mode="VARIABLE", compression_level=0.6)
    return "data:audio/mpeg;base64," + base64.b64encode(sound.getvalue()).decode()


def player(y, text, *, sr=SR, level=True):
    """Return a player of (samples,) with the line `text` under it.

    `level` brings the peak to -3 dB so that sounds on one page are about equally loud; the ends are faded over 10 ms.
    Raises ValueError when there is nothing to hear.
    """
    y = np.array(y, dtype=np.float32)
    peak = np.abs(y).max(initial=0)
    if not (np.isfinite(peak) and peak > 0):
        raise ValueError(f"nothing to hear in {text!r}: the sound is silent, empty or not finite")
    fade = min(len(y) // 2, sr // 100)
    y[:fade] *= np.linspace(0, 1, fade)
    y[len(y) - fade :] *= np.linspace(1, 0, fade)
    y *= 0.708 / peak if level or peak > 1 else 1
    return HTML(
        f'<figure class="player"><audio controls preload="metadata" src="{data_uri(y, sr=sr)}"></audio>'
        f"<figcaption>{escape(text)}</figcaption></figure>"
    )


def players(sounds, *, sr=SR):
    """Return a grid of players: `sounds` maps the line to be read to (samples,)."""
    inside = "".join(player(y, text, sr=sr).data for text, y in sounds.items())
    return HTML(f'<div class="players">{inside}</div>')
