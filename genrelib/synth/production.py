"""Rooms, tape and mastering: one declared table for all genres, so that a production can be exchanged by
name.

Everything linear (room, equalizer, band limits) is one multiplication in the frequency domain. Then come
compression, saturation, loudness, and the noise of the medium. The room is a decaying noise with a late tail
that loses its treble sooner (the statistical model of Moorer 1979) and a few early reflections; a stereo pair
folded to mono is the mean of its two impulse responses, so the fold is made there and the room costs one
convolution.
"""

import functools
from dataclasses import dataclass

import numpy as np
from scipy import fft

from .streams import stream
from .voices import CONTROL, SR, bump_curve, hold, noise

__all__ = ["PRODUCTIONS", "drawn_out", "master", "room_spectrum"]

_CLICK = np.hanning(14)[1:-1].astype(np.float32)


@dataclass(frozen=True)
class Production:
    """How a record was made. room: seconds to -60 dB; wet: room against direct sound; damp: Hz above which
    the room is duller; low, high: band in Hz (an old medium is narrow); tilt: dB per octave around 700 Hz;
    eq: (Hz, dB) bumps; ratio, threshold: compressor (dB against the mean level); drive: tape or limiter
    saturation; rms: dBFS; hiss: dBFS of noise; crackle: clicks a second; echo: share of each repeat of a tape
    echo, three quarters of a beat late; grain: noise that follows the signal (asperity of tape, breath,
    strings, air), as a share of it."""

    room: float = 0.6
    wet: float = 0.25
    damp: float = 3500.0
    low: float = 35.0
    high: float = 9800.0
    tilt: float = 0.0
    eq: tuple = ()
    ratio: float = 2.0
    threshold: float = 3.0
    drive: float = 0.3
    rms: float = -18.0
    hiss: float = -78.0
    crackle: float = 0.0
    echo: float = 0.0
    grain: float = 0.035


PRODUCTIONS = {
    "78rpm": Production(0.3, 0.08, 2500, 130, 3900, 0.6, ((900, 5), (2500, 3)), 2.5, 2, 0.8, -18, -50, 14),
    "field-tape": Production(0.4, 0.15, 3000, 80, 6200, 0.2, ((500, 2), (2000, 3)), 1.6, 3, 0.4, -20, -52, 0),
    "swing-1940": Production(
        1.0, 0.64, 3000, 100, 4800, -0.6, ((100, 3), (400, 2), (600, 3), (1800, 3)), 2.0, 2, 0.6, -18, -41, 6
    ),
    "chess-1955": Production(0.6, 0.2, 2800, 75, 5600, 0.0, ((250, 2), (1500, 4)), 2.2, 2, 0.9, -17, -54, 1),
    "studio-1960s": Production(0.9, 0.3, 3500, 60, 7000, -0.1, ((300, 1), (2200, 3)), 2.2, 2, 0.5, -18, -60),
    "jazz-club-1960": Production(
        0.8, 0.45, 3600, 50, 6600, -1.5, ((100, 3), (400, 2), (200, 1), (3000, 1)), 1.4, 4, 0.2, -21, -55
    ),
    "jazz-modern": Production(
        1.1, 0.4, 5000, 35, 7600, -1.5, ((100, 3), (400, 2), (120, 2), (4000, 1)), 1.4, 4, 0.1, -20, -60
    ),
    "nashville-1965": Production(
        1.1, 0.48, 3600, 65, 7800, 0.0, ((80, 7), (250, 3), (400, -1), (2800, 3)), 2.2, 2, 0.4, -18, -56, 0.5
    ),
    "nashville-1990s": Production(
        1.0, 0.33, 5000, 40, 9200, 0.2, ((80, 7), (250, 3), (200, -1), (3500, 3)), 2.6, 2, 0.3, -16, -60
    ),
    "studio-1970s": Production(
        0.5, 0.15, 3500, 45, 7800, -0.2, ((90, 2), (250, 2), (3000, 1)), 2.2, 2, 0.5, -18, -60
    ),
    "live-club": Production(1.3, 0.67, 3000, 60, 7400, 0.0, ((300, 2), (2500, 2)), 2.0, 3, 0.4, -18, -47),
    "disco-1978": Production(
        0.6, 0.32, 4500, 45, 8400, 0.3, ((90, 2), (500, -2), (6000, 3)), 2.4, 2, 0.5, -17, -60, 0.3
    ),
    "disco-12inch": Production(
        0.5, 0.24, 5000, 35, 8800, 0.2, ((70, 4), (400, -2), (7000, 4)), 3.0, 1, 0.5, -15, -60
    ),
    "kingston-1975": Production(
        0.5, 0.2, 3200, 40, 7400, -0.4, ((80, 5), (1500, 2)), 2.0, 2, 0.6, -18, -58, 0.3, 0.15
    ),
    "island-1977": Production(
        0.7, 0.2, 4000, 40, 7800, -0.3, ((80, 4), (3000, 2)), 2.2, 2, 0.4, -17, -60, 0, 0.1
    ),
    "dub": Production(1.4, 0.4, 2800, 35, 7000, -0.6, ((65, 7), (1200, 2)), 2.2, 2, 0.7, -17, -58, 0.5, 0.45),
    "boom-bap-1994": Production(
        0.3, 0.08, 3500, 35, 7800, -0.1, ((70, 4), (300, 1), (3500, 2)), 3.0, 1, 0.8, -15, -58, 1.5
    ),
    "hiphop-modern": Production(
        0.5, 0.12, 5000, 28, 8000, 0.0, ((60, 5), (400, -2), (5000, 3)), 3.5, 1, 0.7, -13, -60
    ),
    "hiphop-loud": Production(
        0.6, 0.15, 5000, 28, 8200, 0.1, ((55, 6), (400, -3), (6000, 3)), 4.0, 0, 1.2, -11, -60
    ),
    "pop-1985": Production(
        1.4, 0.3, 5500, 45, 10000, 0.3, ((110, 1), (450, -2), (5000, 3)), 2.4, 2, 0.2, -17, -60
    ),
    "digital-1990s": Production(
        0.9, 0.22, 5000, 38, 9000, -0.2, ((100, 2), (350, -1), (4000, 2)), 2.6, 2, 0.3, -15, -60
    ),
    "pop-modern": Production(
        0.9, 0.2, 6000, 32, 10400, 0.3, ((80, 4), (350, -3), (6000, 4)), 4.0, 0, 0.8, -12, -60
    ),
    "rock-1970": Production(
        0.6, 0.22, 3500, 50, 7400, -0.9, ((90, 2), (150, 2), (2000, 3)), 2.4, 2, 0.9, -16, -60
    ),
    "arena-1980s": Production(
        1.6, 0.35, 4500, 48, 8200, -0.3, ((120, 2), (450, -2), (3500, 3)), 2.6, 1, 0.5, -15, -60
    ),
    "grunge-1992": Production(
        0.6, 0.2, 4500, 42, 8400, -0.4, ((120, 2), (1500, 2), (4000, 2)), 3.0, 1, 1.0, -14, -60
    ),
    "metal-1986": Production(
        1.0, 0.25, 4000, 50, 7900, -0.3, ((110, 2), (500, -4), (3500, 4)), 2.6, 1, 0.7, -15, -60
    ),
    "metal-modern": Production(
        0.6, 0.14, 5000, 42, 8200, -0.5, ((90, 4), (500, -5), (4000, 4)), 4.0, 0, 1.2, -11, -60
    ),
    "metal-lofi": Production(0.8, 0.3, 3500, 90, 7200, 0.0, ((250, 2), (3000, 5)), 2.6, 1, 1.4, -14, -54),
    "concert-hall": Production(
        2.2, 0.65, 3800, 32, 7200, -1.4, ((90, 7), (250, 2), (300, 1)), 1.0, 9, 0.0, -24, -60
    ),
    "concert-hall-1960": Production(
        2.0, 0.55, 3000, 55, 6400, -1.2, ((90, 7), (250, 2), (400, 2)), 1.3, 6, 0.2, -22, -52, 0.3
    ),
    "chamber": Production(
        1.3, 0.42, 4200, 38, 7600, -1.3, ((90, 7), (250, 2), (500, 1)), 1.0, 9, 0.0, -23, -58
    ),
    "church": Production(
        3.2, 0.85, 2800, 40, 7000, -1.3, ((90, 7), (250, 2), (250, 2)), 1.0, 9, 0.0, -23, -56
    ),
}


@functools.lru_cache(maxsize=6)
def room_spectrum(room, damp, size):
    """Spectrum of a room's response folded to mono, without the direct sound, energy 1. room in seconds, damp
    in Hz."""
    from scipy import signal  # takes as long to import as everything else

    rng = stream("room", int(1000 * room), int(damp))
    n = int(min(room * 1.1, 3.0) * SR)
    t = np.arange(n) / SR
    dull = signal.lfilter(*signal.butter(1, damp / (SR / 2)), rng.standard_normal((2, n)).mean(0))
    bright = rng.standard_normal((2, n)).mean(0)
    response = bright * np.exp(-6.9 * t / (0.35 * room)) * 0.5 + dull * np.exp(-6.9 * t / room)
    response[: int(0.008 * SR)] = 0
    for at in rng.uniform(0.008, 0.045, 6):
        response[int(at * SR)] += rng.normal(0, 6)
    return fft.rfft((response / np.sqrt(np.sum(response**2))).astype(np.float32), size)


def spectrum_shape(production, brightness, console, f):
    """Linear gain of equalizer and band limits at f Hz; brightness in dB per octave on top of the
    production's tilt; console: the engineer's own (Hz, dB) bumps."""
    f = np.maximum(f, 15.0)
    tilt = (production.tilt + brightness) * np.clip(np.log2(f / 700), -4, 4)
    band = 1 / np.sqrt((1 + (production.low / f) ** 6) * (1 + (f / production.high) ** 12))
    return 10 ** (tilt / 20) * band * bump_curve(f, production.eq + console, 0.7)


def compress(y, ratio, threshold):
    """Feed-forward compressor on a 5 ms grid: above the clip's mean level + threshold dB, `ratio` dB in give
    1 dB out."""
    from scipy import ndimage, signal

    hop = 128
    blocks = np.sqrt(np.mean(y[: len(y) // hop * hop].reshape(-1, hop) ** 2, axis=1) + 1e-12)
    smooth = signal.lfilter(
        [0.12], [1, -0.88], ndimage.maximum_filter1d(blocks, 5), zi=[0.88 * blocks[:40].mean()]
    )[0]
    over = 20 * np.log10(smooth / (np.sqrt(np.mean(y**2)) + 1e-9)) - threshold
    gain = 10 ** (-np.maximum(over, 0) * (1 - 1 / ratio) / 20)
    return y * drawn_out(gain, hop, len(y))


def drawn_out(gain, hop, n):
    """A gain, one value every `hop` samples, at each of n samples."""
    at = np.arange(-(-n // CONTROL) + 1) * CONTROL
    return hold(np.interp(at, np.arange(len(gain)) * hop + hop / 2, gain), n)


def limit(y, ceiling=0.97):
    """Soft limiter: untouched below half the ceiling, never above it."""
    knee = 0.6 * ceiling
    size = np.abs(y)
    over = size > knee
    y[over] = np.sign(y[over]) * (knee + (ceiling - knee) * np.tanh((size[over] - knee) / (ceiling - knee)))
    return y


def dull(y):
    """White noise without its top octave, in place: as loud, 6 dB softer at 7 kHz and silent at 11."""
    for _ in range(2):
        y[1:] += y[:-1].copy()
    return y * np.float32(1 / np.sqrt(6))


def medium_noise(n, production, rng):
    """Hiss and crackle of tape and disc, (n,) float32."""
    hiss = noise(n, rng) * np.float32(10 ** (production.hiss / 20))
    for at in rng.integers(0, max(n - 40, 1), rng.poisson(production.crackle * n / SR)):
        hiss[at : at + 12] += rng.normal(0, 0.04) * _CLICK[: len(hiss[at : at + 12])]
    return hiss


def master(dry, wet, production, *, loudness, brightness, console, rng):
    """Dry and wet buses (n,) to a finished mono record (n,) float32 within ±0.97.

    loudness: dB on top of the production's level; brightness: dB per octave on top of its tilt;
    console: the engineer's own equalizer, (Hz, dB) bumps.
    """
    n = len(dry)
    size = fft.next_fast_len(n + int(production.room * SR), real=True)
    spectrum = fft.rfft(dry, size)
    spectrum += fft.rfft(wet, size) * (
        room_spectrum(production.room, production.damp, size) * np.float32(4.0 * production.wet)
    )
    spectrum *= _shape_grid(size, production, brightness, console)
    y = fft.irfft(spectrum, size)[:n]
    y /= np.sqrt(np.mean(y**2)) + np.float32(1e-9)
    y *= 1 + dull(noise(n, rng)) * np.float32(production.grain)
    y = compress(y, production.ratio, production.threshold)
    if production.drive:
        y = np.tanh(production.drive * 0.5 * y) / np.float32(production.drive * 0.5)
    y *= np.float32(10 ** ((production.rms + loudness) / 20)) / (np.sqrt(np.mean(y**2)) + np.float32(1e-9))
    y += medium_noise(n, production, rng)
    return limit(y.astype(np.float32))


def _shape_grid(size, production, brightness, console):
    """`spectrum_shape` in 8192 steps of equal width (1.3 Hz): smooth enough, and far cheaper than at every
    bin."""
    wide = size // 2 // 8192 + 1
    f = (np.arange(size // 2 // wide + 1) + 0.5) * wide * (SR / size)
    return np.repeat(spectrum_shape(production, brightness, console, f).astype(np.float32), wide)[
        : size // 2 + 1
    ]
