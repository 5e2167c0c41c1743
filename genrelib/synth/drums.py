"""Drums: modes that ring, noise that is filtered, and kits that say how. `hit(kit, drum, velocity, patch,
rng)`.

Membranes are sines whose pitch falls as the skin relaxes; snares add noise (the wires); cymbals are noise
through a few resonances after the square-wave clusters of the TR-808. Noise is shaped in the frequency
domain, where any band is one line.
"""

import functools
from dataclasses import dataclass

import numpy as np
from scipy import fft

from .voices import SR, bins, bump_curve, hold, noise, ticks

__all__ = ["KITS", "STROKES", "hit"]


@dataclass(frozen=True)
class Kit:
    """A drum kit. Hz and seconds; hat, ride: centre of their band; level: dB of single drums against the
    usual."""

    kick: float = 52.0
    punch: float = 0.35  # how far the kick's pitch falls: more = more click
    boom: float = 0.22
    snare: float = 190.0
    wires: float = 0.16
    crack: float = 2200.0
    hat: float = 7500.0
    hat_decay: float = 0.05
    ride: float = 5200.0
    ride_decay: float = 0.7
    tom: float = 110.0
    gate: float = 0.0  # seconds of gated reverb on snare and toms (the 1980s)
    hand: float = 300.0  # conga


# fmt: off
KITS = {
    "rock-kit": Kit(),
    "vintage-kit": Kit(kick=60, punch=0.2, boom=0.16, snare=210, wires=0.13, crack=1700, hat=6000, ride=4400),
    "country-kit": Kit(kick=62, punch=0.2, boom=0.14, snare=220, wires=0.1, crack=2400, hat=6800),
    "jazz-kit": Kit(
        kick=70, punch=0.15, boom=0.2, snare=230, wires=0.18, crack=2600, hat=6500, ride=5600, ride_decay=1.0,
    ),
    "brush-kit": Kit(
        kick=72, punch=0.1, boom=0.18, snare=220, wires=0.2, crack=2600, hat=6000, ride=5200, ride_decay=0.9,
    ),
    "disco-kit": Kit(
        kick=58, punch=0.4, boom=0.12, snare=200, wires=0.12, crack=1900, hat=8000, hat_decay=0.04,
    ),
    "boombap-kit": Kit(
        kick=56, punch=0.5, boom=0.2, snare=205, wires=0.11, crack=1800, hat=6200, hat_decay=0.03,
    ),
    "808-kit": Kit(
        kick=46, punch=0.3, boom=0.45, snare=185, wires=0.12, crack=3200, hat=8500, hat_decay=0.03,
    ),
    "metal-kit": Kit(
        kick=55, punch=1.0, boom=0.12, snare=200, wires=0.13, crack=2600, hat=8000, ride=5800, tom=95,
    ),
    "reggae-kit": Kit(
        kick=56, punch=0.15, boom=0.2, snare=260, wires=0.07, crack=2200, hat=7000, hat_decay=0.035,
    ),
    "pop-kit": Kit(
        kick=54, punch=0.6, boom=0.16, snare=205, wires=0.13, crack=2800, hat=8500, hat_decay=0.04,
    ),
    "gated-kit": Kit(kick=52, punch=0.6, boom=0.2, snare=185, wires=0.18, crack=1800, hat=8000, gate=0.26),
}
# fmt: on
DRUM_LEVELS = {  # dB against the snare
    "kick": 4,
    "kick808": 6,
    "snare": 0,
    "ghost": -8,
    "hat": -6,
    "open": -4,
    "pedal": -10,
    "ride": -6,
    "crash": -3,
    "tom": -1,
    "clap": -3,
    "rim": -4,
    "shaker": -10,
    "tambourine": -8,
    "cowbell": -10,
    "brush": -6,
    "conga": -6,
}


def hit(kit, drum, velocity, patch, rng):
    """One stroke, float32 samples at SR."""
    return (STROKES[drum](kit, velocity, patch, rng) * (velocity * 10 ** (DRUM_LEVELS[drum] / 20))).astype(
        np.float32
    )


def shaped_noise(seconds, rng, low, high, decay, bumps=()):
    """Noise between two corners (Hz), dying to -60 dB in `decay` seconds, rms about 0.3 at its start."""
    n = fft.next_fast_len(int(seconds * SR), real=True)
    y = fft.irfft(fft.rfft(noise(n, rng)) * _band(n, low, high, bumps), n)
    return y * hold(0.3 * np.exp(-6.9 * ticks(n) / decay), n)


@functools.lru_cache(maxsize=256)
def _band(n, low, high, bumps):
    """Gain at the bins of an n-point FFT that leaves white noise with rms 1."""
    f = np.maximum(bins(n), 20.0)
    gain = bump_curve(f, bumps, 0.15) / np.sqrt((1 + (low / f) ** 6) * (1 + (f / high) ** 6))
    return (gain / np.sqrt(np.mean(gain**2))).astype(np.float32)


def membrane(freq, seconds, decay, fall, depth):
    """A drum skin: a sine whose pitch falls from (1 + depth)·freq to freq with time constant `fall`."""
    n = int(seconds * SR)
    at = ticks(n)
    phase = hold(2 * np.pi * freq * (at + depth * fall * (1 - np.exp(-at / fall))), n)
    return np.sin(phase) * hold(np.exp(-at / decay), n)


def _kick(kit, velocity, patch, rng):
    y = membrane(
        kit.kick * 2 ** (0.25 * patch.detune),
        0.5,
        kit.boom * 2 ** (0.5 * patch.decay),
        0.03,
        3 + 2 * kit.punch,
    )
    click = shaped_noise(0.03, rng, 1500, 5000 * 2 ** (0.5 * patch.bright), 0.02)
    y[: len(click)] += kit.punch * (1 + patch.attack) * click * velocity
    return 0.9 * np.tanh(1.4 * y)


def _kick808(kit, velocity, patch, rng):
    return 0.9 * np.tanh(
        1.6 * membrane(46 * 2 ** (0.2 * patch.detune), 1.0, 0.45 * 2 ** (0.5 * patch.decay), 0.02, 4.0)
    )


def _snare(kit, velocity, patch, rng):
    shell = membrane(kit.snare * 2 ** (0.3 * patch.detune), 0.35, 0.06, 0.02, 0.5)
    wires = shaped_noise(
        0.45,
        rng,
        500,
        8500 * 2 ** (0.4 * patch.bright),
        3 * kit.wires * 2 ** (0.5 * patch.decay),
        ((kit.crack * 2 ** (0.5 * patch.bright), 6),),
    )
    wires[: len(shell)] += 0.55 * shell
    if kit.gate:
        tail = shaped_noise(kit.gate + 0.03, rng, 250, 6000, 2.0)
        wires[: len(tail)] += 0.5 * tail * np.minimum(1, np.linspace(8, 0, len(tail)))
    return 0.9 * wires


def _ghost(kit, velocity, patch, rng):
    return _snare(kit, velocity, patch, rng)


def _cymbal(centre, decay, patch, rng, seconds, low):
    shift = 2 ** (0.35 * patch.bright)
    bumps = tuple((centre * r * shift, 5) for r in (0.55, 0.8, 1.0, 1.27))
    return shaped_noise(seconds, rng, low * shift, 10500, decay, bumps)


def _hat(kit, velocity, patch, rng):
    return _cymbal(kit.hat, 7 * kit.hat_decay * 2 ** (0.5 * patch.decay), patch, rng, 0.25, 4200)


def _open(kit, velocity, patch, rng):
    return _cymbal(kit.hat, 0.6 * 2 ** (0.5 * patch.decay), patch, rng, 0.4, 4200)


def _pedal(kit, velocity, patch, rng):
    return _cymbal(kit.hat * 0.8, 0.12, patch, rng, 0.12, 3500)


def _ride(kit, velocity, patch, rng):
    y = _cymbal(kit.ride, 1.5 * kit.ride_decay * 2 ** (0.4 * patch.decay), patch, rng, 0.9, 2800)
    ping = membrane(kit.ride * 0.62, 0.25, 0.06, 0.01, 0.0)
    y[: len(ping)] += 0.25 * ping
    return y


def _crash(kit, velocity, patch, rng):
    return 1.2 * _cymbal(kit.ride * 0.9, 2.2, patch, rng, 1.4, 1500)


def _tom(kit, velocity, patch, rng):
    y = membrane(kit.tom * 2 ** (0.3 * patch.detune + rng.choice([-0.4, 0, 0.35])), 0.45, 0.14, 0.05, 0.4)
    skin = shaped_noise(0.1, rng, 200, 3000, 0.08)
    y[: len(skin)] += 0.4 * skin
    return y


def _clap(kit, velocity, patch, rng):
    y = shaped_noise(0.3, rng, 700, 5000, 0.3, ((1200 * 2 ** (0.4 * patch.bright), 7),))
    t = np.arange(len(y)) / SR
    hands = sum((t >= at) * np.exp(-(t - at).clip(0) / 0.006) for at in (0.0, 0.011, 0.022))
    return y * (0.8 * hands.clip(0, 1.2) + 0.5 * (t > 0.025))


def _rim(kit, velocity, patch, rng):
    y = membrane(1650 * 2 ** (0.3 * patch.detune), 0.12, 0.012, 0.01, 0.1) + 0.7 * membrane(
        480, 0.12, 0.02, 0.01, 0.1
    )
    stick = shaped_noise(0.05, rng, 1500, 7000, 0.03)
    y[: len(stick)] += 0.5 * stick
    return y


def _shaker(kit, velocity, patch, rng):
    y = shaped_noise(0.09, rng, 5000, 10000, 0.4)
    return y * np.hanning(len(y))


def _tambourine(kit, velocity, patch, rng):
    return _cymbal(8200, 0.3, patch, rng, 0.2, 5500)


def _cowbell(kit, velocity, patch, rng):
    t = np.arange(int(0.3 * SR)) / SR
    return (
        0.5
        * (np.tanh(3 * np.sin(2 * np.pi * 562 * t)) + np.tanh(3 * np.sin(2 * np.pi * 845 * t)))
        * np.exp(-t / 0.08)
    )


def _brush(kit, velocity, patch, rng):
    y = shaped_noise(0.3, rng, 900, 7000 * 2 ** (0.4 * patch.bright), 1.0)
    shape = np.minimum(np.linspace(0, 8, len(y)), 1) * np.exp(
        -np.arange(len(y)) / SR / (0.05 + 0.1 * (1 - velocity))
    )
    return y * shape


def _conga(kit, velocity, patch, rng):
    y = membrane(kit.hand * 2 ** (rng.choice([-0.5, 0.0]) + 0.2 * patch.detune), 0.3, 0.07, 0.02, 0.15)
    slap = shaped_noise(0.04, rng, 800, 5000, 0.03)
    y[: len(slap)] += 0.5 * slap
    return y


STROKES = {
    "kick": _kick,
    "kick808": _kick808,
    "snare": _snare,
    "ghost": _ghost,
    "hat": _hat,
    "open": _open,
    "pedal": _pedal,
    "ride": _ride,
    "crash": _crash,
    "tom": _tom,
    "clap": _clap,
    "rim": _rim,
    "shaker": _shaker,
    "tambourine": _tambourine,
    "cowbell": _cowbell,
    "brush": _brush,
    "conga": _conga,
}
