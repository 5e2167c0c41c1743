"""What is no music: silence, noises, tones, talk and applause, each drawn from a seed (chapter 13).

`NOISES` declares them: a name, and a function of samples and of a stream of random numbers. `make` colours
what it returns as another place and another microphone would, so that no two sounds of a kind are alike.
"""

import numpy as np
from scipy import fft

from .streams import stream
from .voices import SR, bump_curve, draw_patch, noise, play

__all__ = ["NOISES", "make"]


def _silence(n, rng):
    """Nothing, or what rounding to 16 bits leaves of nothing."""
    return np.rint(rng.choice([0, 0.6]) * noise(n, rng)) / 32768


def _coloured(slope):
    """Return a maker of noise whose power changes by `slope` dB per octave."""

    def make(n, rng):
        f = np.maximum(fft.rfftfreq(n, 1 / SR), 20)
        steep = slope + rng.uniform(-0.7, 0.7)
        return fft.irfft(fft.rfft(noise(n, rng)) * (f / 1000) ** (steep / 6.02), n)

    return make


def _hum(n, rng):
    """Mains: 50 or 60 Hz with overtones, over a little hiss."""
    t, mains = np.arange(n) / SR, rng.choice([50, 60]) * rng.uniform(0.998, 1.002)
    overtones = (
        rng.uniform(0.1, 1) / k * np.sin(2 * np.pi * k * mains * t + rng.uniform(0, 6.28))
        for k in range(1, int(rng.integers(4, 24)))
    )
    return sum(overtones) + 10 ** rng.uniform(-4, -1.5) * noise(n, rng)


def _tone(n, rng):
    """One to three tones that hold, glide or beep, as a test signal, a kettle or a telephone."""
    t, y = np.arange(n) / SR, 10 ** rng.uniform(-5, -2) * noise(n, rng)
    for _ in range(rng.integers(1, 4)):
        glide = rng.choice([0, rng.uniform(-0.15, 0.15)])  # octaves per second
        hertz = 80 * 2 ** rng.uniform(0, 5.5) * 2 ** (glide * t)
        y += rng.uniform(0.3, 1) * np.sin(2 * np.pi * np.cumsum(hertz) / SR)
    beeps = rng.choice([0, rng.uniform(0.5, 4)])  # per second
    return y * (np.sin(2 * np.pi * beeps * t + 1) > 0) if beeps else y


def _talk(n, rng):
    """Sentences of four to fourteen syllables, with a pause after each, by one throat."""
    patch, y, at = draw_patch(rng, rng), np.zeros(n + SR), int(rng.uniform(0, 0.3) * SR)
    pitch = rng.uniform(40, 58)  # from a low man's voice to a child's
    while at < n:
        for left in range(int(rng.integers(4, 15)), 0, -1):
            seconds = rng.uniform(0.09, 0.26) * (1.4 if left == 1 else 1)
            falling = pitch + rng.normal(0, 1.5) + min(left, 6) / 3
            said = play("rap-voice", (falling,), seconds, rng.uniform(0.5, 0.9), patch, "", rng)
            y[at : at + len(said)] += said[: len(y) - at]
            at += int(seconds * SR)
            if at >= n:
                break
        at += int(rng.uniform(0.2, 0.9) * SR)
    return y[:n]


def _babble(n, rng):
    """Five to nine people who talk at once."""
    return sum(_talk(n, rng) * rng.uniform(0.3, 1) for _ in range(rng.integers(5, 10)))


def _impulses(n, rng, *, rate, seconds, low, high):
    """Short bursts of noise between two frequencies, so many per second, at random moments."""
    y, size = np.zeros(n + SR), int(seconds * SR)
    from scipy import signal

    band = signal.butter(2, (low, high), "bandpass", fs=SR, output="sos")
    for at in rng.integers(0, n, rng.poisson(rate * n / SR)):
        burst = noise(size, rng) * np.exp(-np.arange(size) / (size * rng.uniform(0.1, 0.3)))
        y[at : at + size] += rng.lognormal(0, 0.5) * burst
    return signal.sosfilt(band, y[:n])


def _applause(n, rng):
    """Hands, from a dozen people to a hall, which swell and ebb."""
    rate, low = 10 ** rng.uniform(1.4, 3), rng.uniform(300, 900)
    y = _impulses(n, rng, rate=rate, seconds=0.02, low=low, high=low * rng.uniform(4, 8))
    swell = np.interp(np.arange(n), np.linspace(0, n, 6), rng.uniform(0.4, 1, 6))
    return y * swell


def _clicks(n, rng):
    """Steps, knocks, keys: a few short sounds per second."""
    low = 80 * 2 ** rng.uniform(0, 4)
    y = _impulses(n, rng, rate=rng.uniform(1, 9), seconds=0.08, low=low, high=min(8 * low, 9000))
    return y + 10 ** rng.uniform(-4, -2.5) * noise(n, rng)


def _wind(n, rng):
    """Gusts: noise whose band and strength wander."""
    gusts = np.interp(np.arange(n), np.linspace(0, n, 14), rng.uniform(0.05, 1, 14))
    low, high = (_coloured(slope)(n, rng) for slope in (-9, -4))
    return gusts * low / low.std() + gusts**3 * rng.uniform(0.1, 0.6) * high / high.std()


def _room(n, rng):
    """An empty room: a ventilator, a little mains, and somebody far away."""
    y = _coloured(-5)(n, rng)
    y /= y.std()
    y += rng.uniform(0, 0.5) * _hum(n, rng)
    far = _talk(n, rng) if rng.random() < 0.4 else _clicks(n, rng)
    return y + rng.uniform(0, 0.3) * far / (far.std() + 1e-9)


NOISES = {
    "silence": _silence,
    "white noise": _coloured(0),
    "pink noise": _coloured(-3),
    "brown noise": _coloured(-6),
    "hum": _hum,
    "tones": _tone,
    "speech": _talk,
    "babble": _babble,
    "applause": _applause,
    "clicks": _clicks,
    "wind": _wind,
    "an empty room": _room,
}


def make(kind, number, *, seconds=10.0, seed=0):
    """Make a sound that is no music.

    Parameters
    ----------
    kind : str
        One of NOISES.
    number : int
        Of the sound among its kind; with `seed` it fixes every sample.
    seconds : float
    seed : int

    Returns
    -------
    (samples,) array, float32, full scale ±1, at 22 050 Hz

    Notes
    -----
    Chapter 13.
    """
    rng, n = stream(seed, "noises", kind, number), round(seconds * SR)
    y = NOISES[kind](n, rng)
    if kind != "silence":
        bumps = tuple(zip(120 * 2 ** rng.uniform(0, 6, 3), rng.normal(0, 4, 3), strict=True))
        f = np.maximum(fft.rfftfreq(n, 1 / SR), 20)
        y = fft.irfft(fft.rfft(y) * bump_curve(f, bumps, 0.7), n)
        y *= 10 ** (rng.uniform(-34, -6) / 20) / np.abs(y).max()
    return y.astype(np.float32)
