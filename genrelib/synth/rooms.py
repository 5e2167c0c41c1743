"""What lies between a loudspeaker and a microphone: both, and the room around them (chapter 13).

The room's response is that of `production`, decaying noise after Moorer (1979); what else sounds in it comes
from `noises`.
"""

import numpy as np
from scipy import fft

from . import noises
from .production import room_spectrum
from .streams import stream
from .voices import SR, bump_curve

__all__ = ["BACKGROUNDS", "through_room"]

BACKGROUNDS = ("an empty room", "babble", "hum", "pink noise", "wind")


def through_room(y, number, *, seed=0):
    """Play a sound in a room, and record it there.

    A small loudspeaker has no bass and resonates; the room answers for 0.2 to 1 s, more loudly the further
    away the microphone is; the microphone has a curve of its own and hears the background, 10 to 30 dB
    below the music.

    Parameters
    ----------
    y : (samples,) array, full scale ±1, at 22 050 Hz
    number : int
        Of the room, of what stands in it, and of where; with `seed` it fixes every sample.
    seed : int

    Returns
    -------
    (samples,) array, float32, peak 0.5

    Notes
    -----
    Chapter 13.
    """
    rng = stream(seed, "rooms", number)
    seconds, damp, far = rng.uniform(0.2, 1.0), rng.uniform(1500, 5000), 10 ** rng.uniform(-0.7, 0.3)
    size = fft.next_fast_len(len(y) + round(seconds * SR), real=True)
    spectrum = fft.rfft(y, size) * _curve(size, rng, low=rng.uniform(80, 250), high=rng.uniform(6000, 11000))
    spectrum *= 1 + far * room_spectrum(seconds, damp, size)
    spectrum *= _curve(size, rng, low=rng.uniform(30, 120), high=11000)
    heard = fft.irfft(spectrum, size)[: len(y)]
    kind = BACKGROUNDS[rng.integers(len(BACKGROUNDS))]
    background = np.resize(noises.make(kind, number, seed=seed), len(y))
    background *= heard.std() / (background.std() + 1e-9) * 10 ** (-rng.uniform(10, 30) / 20)
    heard += background
    return (0.5 / (np.abs(heard).max() + 1e-9) * heard).astype(np.float32)


def _curve(size, rng, *, low, high):
    """Return the gain of a loudspeaker or microphone at each bin: a band with three bumps."""
    f = np.maximum(fft.rfftfreq(size, 1 / SR), 15)
    bumps = tuple(zip(150 * 2 ** rng.uniform(0, 5.5, 3), rng.normal(0, 3, 3), strict=True))
    return bump_curve(f, bumps) / np.sqrt((1 + (low / f) ** 4) * (1 + (f / high) ** 8))
