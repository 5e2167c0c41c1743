"""A part of a page that listens."""

import base64
import zlib
from html import escape

import numpy as np

from genrelib import plots
from genrelib.audio import SR
from genrelib.players.sounds import data_uri
from genrelib.players.widget import widget

__all__ = ["listener", "packed"]

PEAK = 0.45  # of a clip; MP3 overshoots, and browsers, unlike Python, cut off what lies above full scale
MANY = 4096  # weights; a set of more is written as halves

INSIDE = """
<div class="pick" role="group" aria-label="What to listen to">{buttons}
<button type="button" class="open">Open a file …</button>
<button type="button" class="microphone" aria-pressed="false">Microphone</button>
<input type="file" accept="audio/*" aria-label="A sound file" hidden></div>
<p class="said" role="status"><noscript>This part of the page needs JavaScript.</noscript></p>
<progress class="done" aria-label="How much has been heard" hidden></progress>
<div class="shown"><div>
<figure class="sound" hidden><figcaption></figcaption></figure>
<div class="picture"><canvas class="seen" role="img"
 aria-label="The mel spectrogram that the network hears: time to the right, pitch upwards"></canvas>
<div class="line"></div><span class="high">11 kHz</span><span class="low">0 Hz</span></div>
<ol class="strip" aria-label="The verdicts, second by second"></ol>
<p class="axis"><span class="begin"></span><span class="end"></span></p>
</div><div>
<p class="heading">How probable each genre is <span class="about"></span></p>
<ul class="bars" aria-label="Probability of each genre">{bars}</ul>
</div></div>
<p class="note">Drop a sound file here, or let the microphone hear what you play. Nothing leaves this machine:
the network is in the page. {card}</p>
"""


def listener(model, clips, *, sr=SR):
    """Return a part of a page that names what it hears: clips, files of the reader's, the microphone.

    The five steps up to the decibels and the network are its script's, `ears.js`. It works without a server
    and without a network connection.

    Parameters
    ----------
    model : listening.Model
    clips : dict, the line under a clip -> (samples,) array; its first is heard when the page opens. Ten
        seconds at 22 050 Hz are about 50 kB each, and are loaded when they are chosen.
    sr : sampling rate of the clips in Hz

    Returns
    -------
    IPython.display.HTML

    Raises
    ------
    ValueError
        When the model hears another kind of features than mel bands.

    Notes
    -----
    Chapter 13. In the pages, the build puts weights and clips into scripts of their own.
    """
    kind = model.card["features"]["kind"]
    if kind != "mel":
        raise ValueError(f"the page hears mel bands, and this model hears {kind!r}")
    parts = {}

    def part(name, value):
        key = f"{name}-{zlib.crc32(repr(value).encode()):x}"
        parts[key] = value
        return key

    colours = plots.palette(model.genres)
    data = {
        "genres": model.genres,
        "colours": [colours[genre] for genre in model.genres],
        "weights": part("weights", packed(model.weights)),
        "clips": [{"text": text, "key": part("clip", _heard(y, sr))} for text, y in clips.items()],
    }
    inside = INSIDE.format(
        buttons="".join(_button(number, text) for number, text in enumerate(clips)),
        bars="".join(_bar(genre, colours[genre]) for genre in model.genres),
        card=escape(" ".join(_honest(model.card))),
    )
    return widget("listener", inside, data, scripts=("ears", "listener"), parts=parts)


def packed(weights):
    """Pack weights for a script: as halves where nothing is lost by it, or where there are many.

    Parameters
    ----------
    weights : dict of str -> array, float32

    Returns
    -------
    dict
        `layout`, a list of [name, numbers, 'f2' or 'f4'], and `base64`, the numbers in that order.
    """
    layout, body = [], b""
    for name, values in weights.items():
        halves = values.astype("<f2")
        small = values.size > MANY or np.array_equal(halves, values)
        layout.append([name, values.size, "f2" if small else "f4"])
        body += (halves if small else values.astype("<f4")).tobytes()
    return {"layout": layout, "base64": base64.b64encode(body).decode()}


def _honest(card):
    """Yield what the card of a model says about how often it is right."""
    yield f"Held out of its training: {card['tested']}."
    if "elsewhere" in card:
        yield f"{card['elsewhere'][:1].upper()}{card['elsewhere'][1:]}."


def _heard(y, sr):
    """Return a clip as a `data:` address."""
    return data_uri(PEAK * y / np.abs(y).max(), sr=sr, level=0.85)


def _button(number, text):
    """Return the button of a clip."""
    return f'<button type="button" data-clip="{number}" aria-pressed="false">▶ {escape(text)}</button> '


def _bar(genre, colour):
    """Return the bar of a genre."""
    return (
        f'<li style="--genre:{colour}"><span class="name">{escape(genre)}</span>'
        '<span class="bar"></span><span class="share"></span></li>'
    )
