"""Melodic instruments, each a small physical or perceptual model, all with one signature.

`play(instrument, pitches, seconds, velocity, patch, art, rng)` gives float32 samples at `SR`. Four models are
behind the names in `INSTRUMENTS`:

* `string` – plucked and struck strings: Karplus & Strong (1983) with the extensions of Jaffe & Smith (1983),
  a delay line with a loss filter. Its transfer function is evaluated in the frequency domain, where the delay
  may be fractional (in tune at any pitch), losses may have any shape, and stiffness stretches the partials as
  in a piano.
* `amped` – such strings summed, wave-shaped (`tanh`) and sent through a loudspeaker's band.
* `sustained` – bowed strings, winds, organs, pads: two wavetables, dark and bright, crossfaded by the
  envelope, with vibrato, breath noise, and several detuned players where there is a section.
* `fm` – electric pianos, bells, clavinet, brass-like synthesizers: Chowning (1973).
* `sing` – a voice: the same wavetables, their harmonics weighted by formants (Peterson & Barney's vowels,
  1952), gliding between two vowels a syllable, with consonants of filtered noise.

A `Patch` is what makes one artist's guitar not another's: brightness, attack, decay, detuning, drive and a
resonance curve.
"""

import functools
from dataclasses import dataclass, field

import numpy as np
from scipy import fft

__all__ = [
    "CONTROL",
    "INSTRUMENTS",
    "SR",
    "Patch",
    "bins",
    "bump_curve",
    "draw_patch",
    "fm",
    "formants",
    "hertz",
    "hold",
    "noise",
    "play",
    "scratch",
    "sing",
    "string",
    "string_spectrum",
    "sustained",
    "ticks",
]

SR = 22050
TABLE = 4096
CONTROL = 32  # samples between two points of an envelope or of a pitch curve
_RAMP = np.arange(CONTROL, dtype=np.float32) / CONTROL
_POOL = np.random.Generator(np.random.PCG64(1983)).standard_normal(2**19).astype(np.float32)
# fmt: off
VOWELS = {
    "a": (730, 1090, 2440, 3400, 4500),
    "e": (530, 1840, 2480, 3500, 4500),
    "i": (280, 2250, 2950, 3600, 4600),
    "o": (500, 880, 2410, 3300, 4400),
    "u": (310, 870, 2240, 3200, 4300),
    "ae": (660, 1720, 2410, 3400, 4500),
    "uh": (560, 1200, 2390, 3300, 4400),
}
# fmt: on
VOWEL_NAMES = tuple(VOWELS)
_SMOOTH = np.full(4, 0.25, np.float32)
_WIDTHS = (80, 100, 140, 220, 300)
_LEVELS = (0, -5, -11, -17, -24)


@dataclass(frozen=True)
class Patch:
    """One player's instrument: numbers around 0 (within ±1), a resonance curve of (Hz, dB) bumps, and the
    ripple of its body: dB every sixth of an octave from 80 Hz. Wooden bodies and throats have dozens of
    narrow modes, so that the same string sounds different from note to note."""

    bright: float = 0.0
    attack: float = 0.0
    decay: float = 0.0
    detune: float = 0.0
    drive: float = 0.0
    bumps: tuple = ()
    ripple: tuple = ()


def draw_patch(artist, day):
    """A patch from two streams: what an artist's hands, instrument and amplifier have that others have not,
    and what they are on one day, with another string, reed or microphone."""
    numbers = np.clip(artist.normal(0, 0.45, 5) + day.normal(0, 0.35, 5), -1, 1)
    bumps = tuple(
        (float(110 * 2 ** rng.uniform(0, 6.3)), float(rng.normal(0, 2.4)))
        for rng in (artist, artist, day, day)
    )
    ripple = artist.normal(0, 2.2, 44) + day.normal(0, 2.2, 44)
    return Patch(*(float(x) for x in numbers), bumps=bumps, ripple=tuple(float(x) for x in ripple))


@functools.lru_cache(maxsize=256)
def resonance(n, bumps, ripple=()):
    """Amplitude of a resonance curve at the bins of an n-point FFT: bumps a third of an octave to an octave
    wide."""
    f = np.maximum(bins(n), 20.0)
    return (bump_curve(f, bumps) * ripple_curve(f, ripple)).astype(np.float32)


def bump_curve(hertz, bumps, width=0.45):
    """Linear gain at these frequencies of bumps (Hz, dB), Gaussian on the octave axis."""
    octaves = np.log2(hertz)
    decibels = (
        sum(g * np.exp(-0.5 * ((octaves - np.log2(c)) / width) ** 2) for c, g in bumps)
        if bumps
        else 0.0 * octaves
    )
    return 10 ** (decibels / 20)


def ripple_curve(hertz, ripple):
    """Linear gain at these frequencies of a body's ripple."""
    return (
        10 ** (np.interp(6 * np.log2(hertz / 80), np.arange(len(ripple)), ripple) / 20)
        if ripple
        else np.ones(len(hertz))
    )


def hertz(pitch):
    """Frequency of a MIDI pitch, A4 = 69 = 440 Hz."""
    return 440.0 * 2.0 ** ((pitch - 69) / 12)


def length_class(seconds):
    """Number of samples that holds so many seconds: 2 or 3 times a power of two, so that a few sizes serve
    all notes."""
    n = max(seconds, 0.1) * SR
    power = 2 ** int(np.ceil(np.log2(n)))
    return min(power * 3 // 4 if n <= power * 3 // 4 else power, 2**17)


@functools.lru_cache(maxsize=32)
def bins(n):
    """Frequencies in Hz of the bins of an n-point FFT of real samples, float32."""
    return fft.rfftfreq(n, 1 / SR).astype(np.float32)


@functools.lru_cache(maxsize=256)
def loudspeaker(n, low, high, bumps):
    """Gain of a guitar cabinet at the bins of an n-point FFT: a band between two corners (Hz), and its
    resonances."""
    f = np.maximum(bins(n), 1.0)
    return resonance(n, bumps) / np.sqrt((1 + (low / f) ** 4) * (1 + (f / high) ** 6))


def hold(curve, n):
    """A control curve (one value every `CONTROL` samples) drawn out to n samples, linearly, float32."""
    curve = np.asarray(curve, np.float32)
    steps = np.diff(curve)[:, None] * _RAMP
    steps += curve[:-1, None]
    return steps.reshape(-1)[:n]


def ticks(n):
    """Times in seconds of the control points that `hold` needs for n samples."""
    return np.arange(-(-n // CONTROL) + 1) * (CONTROL / SR)


def periods(cents, n):
    """Running time in seconds, warped by a control curve of cents: multiply by a frequency to get its phase.
    (n,) float64."""
    speed = np.exp2(cents / 1200) * (CONTROL / SR)
    edges = np.concatenate([[0], np.cumsum(speed)[:-1]])
    return (edges[:-1, None] + np.diff(edges)[:, None] * _RAMP.astype(float)).reshape(-1)[:n]


def fade(y, seconds, release):
    """Let a sound ring `seconds`, then release it in place; what remains is cut off."""
    stop = int(seconds * SR)
    tail = min(int(release * SR), len(y) - stop)
    if tail <= 0:
        y[-64:] *= np.linspace(1, 0, len(y[-64:]), dtype=np.float32)
        return y
    y = y[: stop + tail]
    y[stop:] *= np.linspace(1, 0, tail, dtype=np.float32) ** 2
    return y


def string_spectrum(freq, n, *, decay, damp, pick, stiff, tone):
    """Spectrum of one pluck: excitation / (1 - loss · delay), with the time axis damped by exp(-a·t) against
    wrap-around.

    decay: seconds to -60 dB of the fundamental; damp: Hz above which partials die sooner; pick: where the
    string is plucked, share of its length; stiff: inharmonicity B; tone: corner in Hz of the excitation.
    Returns (n // 2 + 1) complex64 and a.
    """
    f = bins(n)
    k = f * np.float32(1 / freq)
    k /= np.sqrt(1 + np.float32(stiff) * k * k)
    a = 6.9 * SR / n
    dull = f * np.float32(1 / damp)
    loop = np.exp(np.float32(-6.9 / (decay * freq)) * (1 + dull * np.sqrt(dull)) - np.float32(a / freq))
    turn = np.float32(2 * np.pi) * (k - np.floor(k))
    touch = np.float32(2 * np.pi * pick) * k
    high = f * np.float32(1 / tone)
    excitation = k * k / ((0.25 + k * k) * (1 + high * high))
    spectrum = np.empty(len(f), np.complex64)
    spectrum.real, spectrum.imag = 1 - loop * np.cos(turn), loop * np.sin(turn)
    comb = np.empty(len(f), np.complex64)
    comb.real, comb.imag = excitation * (1 - 0.9 * np.cos(touch)), 0.9 * excitation * np.sin(touch)
    return comb / spectrum, a


def string(
    pitches, seconds, velocity, patch, art, rng, *, release=0.08, knock=0.15, body=(), decay=3.0, **more
):
    """Plucked or struck strings, clean; one per pitch, in one buffer. `more` about them as in
    `plucked`."""
    y, _ = plucked(pitches, seconds, velocity, patch, art, decay=decay, bumps=body + patch.bumps, **more)
    burst = int(0.02 * SR)
    click = noise(burst, rng) * np.linspace(1, 0, burst, dtype=np.float32) ** 3
    y[:burst] += (
        knock * (1 + patch.attack) * np.abs(y[: burst * 4]).max() * np.convolve(click, _SMOOTH, "same")
    )
    return fade(y, seconds, release)


def plucked(
    pitches,
    seconds,
    velocity,
    patch,
    art,
    *,
    decay,
    damp=2500.0,
    pick=0.18,
    stiff=2e-5,
    tone=2600.0,
    pair=0.0,
    muted=0.12,
    bumps=(),
):
    """Strings without a body, and the length of their buffer. `decay`, `damp`, `pick`, `stiff` and `tone` as
    in `string_spectrum`; `pair`: cents between the two strings of a course; `muted`: decay under the hand."""
    if art == "mute":
        decay, damp, seconds = muted, damp * 0.5, min(seconds, 0.3)
    n = length_class(min(seconds + 0.1, 3.0 * decay))
    loud = 0.35 + 0.9 * velocity
    total = 0
    for pitch in pitches:
        for cents in (0.0,) if not pair else (-pair, pair):
            spectrum, a = string_spectrum(
                hertz(pitch + cents / 100),
                n,
                decay=decay * 2 ** (0.6 * patch.decay) * 2 ** ((55 - pitch) / 36),
                damp=damp * 2 ** (0.7 * patch.bright),
                pick=pick * (1 + 0.4 * patch.attack),
                stiff=stiff,
                tone=tone * loud * 2 ** (0.8 * patch.bright),
            )
            total = total + spectrum
    y = fft.irfft(total * resonance(n, bumps, patch.ripple), n)
    y *= hold(np.exp(a * ticks(n)), n)
    y /= np.abs(y).max() + 1e-9
    return y.astype(np.float32) * np.float32(velocity), n


def amped(
    pitches,
    seconds,
    velocity,
    patch,
    art,
    rng,
    *,
    drive=8.0,
    cabinet=(110.0, 4200.0),
    decay=6.0,
    damp=3500.0,
    tone=3800.0,
    pick=0.12,
    release=0.05,
    muted=0.35,
    bumps=((2200.0, 4.0), (400.0, -3.0)),
):
    """Strings into a valve stage and a loudspeaker. Distorting their sum is what makes a power chord
    growl."""
    string = {"decay": decay, "damp": damp, "pick": pick, "stiff": 1e-5, "tone": tone, "muted": muted}
    y, n = plucked(pitches, seconds, velocity, patch, art, **string)
    y = y / (np.abs(y[: n // 4]).max() + 1e-9) * drive * 2**patch.drive * (0.6 + 0.6 * velocity)
    y = np.tanh(y + 0.25) - np.float32(np.tanh(0.25))
    low, high = cabinet
    y = fft.irfft(
        fft.rfft(y) * loudspeaker(n, low, high * 2 ** (0.35 * patch.bright), bumps + patch.bumps), n
    )
    y *= np.float32((0.5 + 0.5 * velocity) / (np.abs(y).max() + 1e-9))
    return fade(y, min(seconds, 0.3) if art == "mute" else seconds, release)


def bend(y, semitones):
    """Play a note at varying speed: semitones (len(y),) of pitch change at each output sample."""
    position = np.cumsum(np.exp2(semitones / 12))
    return np.interp(position, np.arange(len(y)), y, right=0.0).astype(np.float32)


def bend_curve(art, t, seconds, rng):
    """Semitones at times t (seconds) of an articulation, or None for those that do not move the pitch."""
    if art == "bend":
        size, time = (2.0 if rng.random() < 0.6 else 1.0), rng.uniform(0.06, 0.2)
        return -size * np.clip(1 - (t - 0.04) / time, 0, 1) + 0.15 * np.sin(2 * np.pi * 5.3 * t) * np.clip(
            t - 0.35, 0, 1
        )
    if art == "slide":
        start, time = (-3, -2, 2, -5)[int(rng.integers(4))], rng.uniform(0.1, 0.25)
        return start * np.clip(1 - t / time, 0, 1) + 0.12 * np.sin(2 * np.pi * 5.5 * t) * np.clip(
            t * 2 - 0.4, 0, 1
        )
    if art == "vib":
        return 0.3 * np.sin(2 * np.pi * rng.uniform(4.8, 6.2) * t) * np.clip(t * 2.5 - 0.3, 0, 1)
    if art == "scoop":
        return -rng.uniform(0.7, 2.0) * np.clip(1 - t / 0.12, 0, 1)
    if art == "yodel":
        return np.where(t < 0.4 * seconds, 0.0, 7.0)
    if art == "fall":
        return -5.0 * np.clip((t - 0.6 * seconds) / max(0.4 * seconds, 0.1), 0, 1) ** 2
    return None


def wavetable(freq, amplitude):
    """One period of a sound whose harmonic k has amplitude(k·freq Hz, k), band-limited. Returns (TABLE,)
    float32, rms 1."""
    k = np.arange(1, max(2, min(90, int(0.46 * SR / freq) + 1)))
    spectrum = np.zeros(TABLE // 2 + 1, np.complex64)
    spectrum[k] = amplitude(k * freq, k) * np.exp(1j * (k * k * 0.7 % 6.283))
    table = fft.irfft(spectrum, TABLE)
    return (table / (np.sqrt(np.mean(table**2)) + 1e-12)).astype(np.float32)


def read_table(table, phase):
    """Read a wavetable at phases in periods; 4096 points need no interpolation (error near -60 dB)."""
    return table.take((phase * TABLE).astype(np.int32) & (TABLE - 1))


@functools.lru_cache(maxsize=512)
def pipe_table(freq, slope, odd, corner, bumps, ripple, bars):
    """Wavetable of a steady instrument: harmonics k^-slope above a corner in Hz, through its resonances."""

    def amplitude(f, k):
        base = np.array([dict(bars).get(int(i), 0.0) for i in k]) if bars else k**-slope
        return (
            base
            * (1 - odd * (k % 2 == 0))
            / np.sqrt(1 + (f / corner) ** 2)
            * bump_curve(f, bumps)
            * ripple_curve(f, ripple)
        )

    return wavetable(freq, amplitude)


@functools.lru_cache(maxsize=512)
def vowel_table(freq, vowel, scale, tilt, ripple):
    """Wavetable of a sung vowel."""
    return wavetable(freq, lambda f, k: formants(f, vowel, scale, tilt) * ripple_curve(f, ripple))


def noise(n, rng):
    """n samples of white noise, float32, from a pool, starting where the stream says: ten times faster than
    drawing them."""
    start = int(rng.integers(len(_POOL)))
    return (
        np.take(_POOL, np.arange(start, start + n), mode="wrap")
        if start + n > len(_POOL)
        else _POOL[start : start + n].copy()
    )


def envelope(t, end, attack, release, sustain=1.0, decay=0.3):
    """Attack, exponential approach to `sustain`, release before `end`, at times t in seconds."""
    body = np.minimum(t / max(attack, 1e-3), 1.0) * (sustain + (1 - sustain) * np.exp(-t / decay))
    return body * np.clip((end - t) / max(release, 1e-3), 0, 1)


def sustained(
    pitches,
    seconds,
    velocity,
    patch,
    art,
    rng,
    *,
    slope=1.2,
    odd=0.0,
    attack=0.05,
    release=0.1,
    sustain=0.85,
    vibrato=(5.5, 18.0),
    players=1,
    spread=7.0,
    breath=0.02,
    body=(),
    tremolo=0.0,
    dark=0.8,
    corner=2500.0,
    bars=(),
):
    """Winds, bowed strings, organs, pads. slope: harmonics fall as k^-slope; odd: how much the even ones are
    missing (a closed pipe); bars: drawbars of an organ as (harmonic, level); players and spread: a section
    and its detuning in cents."""
    n = int((seconds + release) * SR)
    t = ticks(n)
    cents = (
        vibrato[1]
        * np.sin(2 * np.pi * vibrato[0] * (1 + 0.12 * patch.detune) * t + rng.uniform(0, 6.28))
        * np.clip(t * 3 - 0.5, 0, 1 if art != "vib" else 2)
    )
    curve = bend_curve(art, t, seconds, rng) if art != "vib" else None
    run = periods(cents if curve is None else cents + 100 * curve, n)
    env = envelope(t, n / SR, attack * 2 ** (0.8 * patch.attack), release, sustain)
    shine = hold(np.clip(env * (0.35 + 0.75 * velocity), 0, 1), n)
    corner = corner * 2 ** (0.9 * patch.bright)
    y = np.zeros(n, np.float32)
    for pitch in pitches:
        freq = hertz(pitch)
        soft = pipe_table(freq, slope + dark, odd, corner, body + patch.bumps, patch.ripple, bars)
        full = pipe_table(freq, slope, odd, corner, body + patch.bumps, patch.ripple, bars)
        for player in range(players):
            off = 2 ** (
                spread
                * (1 + 0.4 * patch.detune)
                * ((player - (players - 1) / 2) / max(players - 1, 1))
                / 1200
            )
            phase = run * (freq * off) + rng.random()
            dull = read_table(soft, phase)
            y += dull + shine * (read_table(full, phase) - dull) if dark else dull
    y *= np.float32(1 / np.sqrt(len(pitches) * players))
    if breath:
        y += _breath(n, rng) * np.float32(breath * (1 + 0.5 * patch.drive) * 3)
    if tremolo:
        env = env * (1 - tremolo * (0.5 + 0.5 * np.sin(2 * np.pi * (6.2 + patch.detune) * t)))
    return y * hold(0.25 * velocity * env, n)


def _breath(n, rng):
    air = noise(n, rng)
    air[1:] -= np.float32(0.7) * air[:-1]
    return air


def fm(
    pitches,
    seconds,
    velocity,
    patch,
    art,
    rng,
    *,
    ratio=1.0,
    index=2.0,
    fall=0.5,
    decay=1.5,
    attack=0.003,
    release=0.15,
    tine=0.0,
    sustain=0.0,
    detune=0.0,
):
    """Two sine operators: the modulator's index falls faster than the loudness, so that a note begins
    bright."""
    n = (
        int(min(seconds + release, 3 * decay + release) * SR)
        if not sustain
        else int((seconds + release) * SR)
    )
    t, at = np.arange(n, dtype=np.float32) / SR, ticks(n)
    env = hold(envelope(at, n / SR, attack, release, sustain, decay * 2 ** (0.5 * patch.decay)), n)
    depth = hold(index * 2 ** (0.8 * patch.bright) * (0.3 + velocity) * (0.15 + 0.85 * np.exp(-at / fall)), n)
    y = np.zeros(n, np.float32)
    for pitch in pitches:
        w = np.float32(2 * np.pi * hertz(pitch))
        y += np.sin(w * t + depth * np.sin(w * np.float32(ratio) * t))
        if detune:
            other = np.float32(w * 2 ** (detune / 1200))
            y += np.sin(other * t + depth * np.sin(other * np.float32(ratio) * t))
        if tine:
            y += hold(tine * velocity * np.exp(-at / 0.12), n) * np.sin(w * np.float32(7 + patch.detune) * t)
    return np.float32(0.3 * velocity / np.sqrt(len(pitches))) * env * y


def sub(pitches, seconds, velocity, patch, art, rng, *, drive=1.6, decay=1.2):
    """The long bass drum of a drum machine, tuned: a sine with a falling start, slightly overdriven."""
    n = int((seconds + 0.1) * SR)
    t = np.arange(n, dtype=np.float32) / SR
    freq = hertz(pitches[0])
    phase = freq * t + 1.2 * (1 - np.exp(-t / 0.02))
    y = np.tanh(drive * 2**patch.drive * np.sin(2 * np.pi * phase) * np.exp(-t / (decay * 2**patch.decay)))
    return fade((velocity * 0.7 * y).astype(np.float32), seconds, 0.08)


def formants(f, vowel, scale, tilt):
    """Linear amplitude at f (Hz) of a vowel's resonances, on a source that falls with `tilt` dB per octave
    above 200 Hz."""
    gain = np.zeros_like(f, dtype=float)
    for centre, width, level in zip(VOWELS[vowel], _WIDTHS, _LEVELS, strict=True):
        gain += 10 ** (level / 20) / (1 + ((f - centre * scale) / width) ** 2) ** 0.9
    return gain * 10 ** (-tilt * np.log2(np.maximum(f, 200) / 200) / 20)


def sing(
    pitches,
    seconds,
    velocity,
    patch,
    art,
    rng,
    *,
    scale=1.0,
    tilt=3.5,
    vibrato=(5.6, 28.0),
    breath=0.012,
    rough=0.0,
    consonants=0.5,
    speech=False,
    players=1,
    attack=0.035,
    release=0.06,
):
    """A syllable: consonant, then a vowel that turns into another. Returns (n,) float32."""
    n = int((seconds + release) * SR)
    t = ticks(n)
    first, second = VOWEL_NAMES[int(rng.integers(7))], VOWEL_NAMES[int(rng.integers(7))]
    cents = (
        vibrato[1]
        * (1 + 0.5 * patch.attack)
        * np.sin(2 * np.pi * vibrato[0] * t + rng.uniform(0, 6.28))
        * np.clip(3 * t - 0.6, 0, 1)
    )
    curve = bend_curve(art, t, seconds, rng)
    cents += 100 * (0 if curve is None else curve) - 60 * np.exp(-t / 0.04)
    if speech:
        cents += rng.normal(0, 120) - 250 * (t / max(seconds, 0.1)) * rng.uniform(-0.3, 1.0)
    coarse = np.arange(0, t[-1] + 0.05, 0.04)
    cents += np.interp(t, coarse, rng.normal(0, 6 + 40 * rough, len(coarse)))
    run = periods(cents, n)
    scale, tilt = scale * 2 ** (0.11 * patch.bright), tilt - 2.0 * (velocity - 0.6)
    blend = hold(np.clip((t / max(seconds, 0.1) - 0.3) * 2.5, 0, 1), n)
    y = np.zeros(n, np.float32)
    for pitch in pitches:
        freq = hertz(pitch)
        one, two = (
            vowel_table(freq, first, scale, tilt, patch.ripple),
            vowel_table(freq, second, scale, tilt, patch.ripple),
        )
        for _ in range(players):
            phase = run * (freq * 2 ** (rng.normal(0, 9 if players > 1 else 0) / 1200)) + rng.random()
            sung = read_table(one, phase)
            y += sung + blend * (read_table(two, phase) - sung)
    y *= np.float32(1 / np.sqrt(len(pitches) * players))
    y += np.float32(breath * 2**patch.drive * 3) * _breath(n, rng)
    if rough:
        y *= 1 + np.float32(0.9 * rough) * np.repeat(noise(n // 8 + 2, rng), 8)[:n]
        y = np.tanh(np.float32(1.5 + 4 * rough) * y) / np.float32(1 + rough)
    y *= hold(envelope(t, n / SR, attack, release, 0.8), n)
    if rng.random() < consonants:
        _consonant(y, rng)
    return np.float32(0.25 * velocity) * y


def _consonant(y, rng):
    """Hiss or burst over the start of a syllable, in place: s, sh, t, k by the band of the noise."""
    size = min(int(rng.uniform(0.03, 0.11) * SR), len(y))
    air = noise(size + 2, rng)
    air = air[2:] - rng.uniform(0.2, 1.6) * air[1:-1] + 0.6 * air[:-2]
    y[:size] *= np.linspace(0.1, 1, size)
    y[:size] += rng.uniform(0.25, 1.1) * air * np.hanning(size)


def scratch(pitches, seconds, velocity, patch, art, rng):
    """A record moved by hand under the needle: a short sound played with a speed that goes to and fro."""
    n = int(max(seconds, 0.12) * SR)
    t = np.arange(n) / SR
    speed = np.sin(2 * np.pi * rng.uniform(2.5, 5) * t + rng.uniform(0, 1)) * rng.uniform(0.8, 2.2)
    source = noise(4 * SR // 10, rng)
    source = np.convolve(source, np.hanning(10), "same") + np.sin(
        2 * np.pi * 330 * np.arange(len(source)) / SR
    )
    y = np.interp(np.cumsum(speed) % len(source), np.arange(len(source)), source)
    return (0.25 * velocity * y * np.abs(speed) * np.hanning(n) ** 0.3).astype(np.float32)


@dataclass(frozen=True)
class Instrument:
    """A model with its settings. low, high: MIDI range it is played in; together: chords are one sound (they
    share an amplifier, a bellows, a section) rather than notes apart; wet: share sent to the room."""

    model: object
    low: int
    high: int
    settings: dict = field(default_factory=dict)
    together: bool = False
    wet: float = 0.25


def _i(model, low, high, *, together=False, wet=0.25, **settings):
    return Instrument(model, low, high, settings, together, wet)


_CAB = {"together": True, "wet": 0.15}
_LEAD = {"together": True, "wet": 0.35}
_SECTION = {"together": True, "wet": 0.45}

# fmt: off
INSTRUMENTS = {
    # strings, plucked and struck
    "nylon-guitar": _i(
        string, 40, 76, decay=2.2, damp=1600, tone=1500, pick=0.25, body=((110, 5), (220, 4)), knock=0.12,
    ),
    "acoustic-guitar": _i(
        string, 40, 76, decay=3.0, damp=3800, tone=4200, pick=0.16, body=((105, 4), (210, 4), (3500, 3)),
        knock=0.3,
    ),
    "clean-guitar": _i(
        string, 40, 79, decay=4.0, damp=2600, tone=2400, pick=0.12, body=((900, 2), (2500, 3)), knock=0.08,
    ),
    "jazz-guitar": _i(
        string, 43, 79, decay=2.4, damp=1300, tone=1100, pick=0.3, body=((350, 3),), knock=0.08,
    ),
    "funk-guitar": _i(
        string, 50, 82, decay=1.8, damp=4200, tone=4200, pick=0.08, body=((1400, 3), (3000, 4)), knock=0.2,
        muted=0.05, wet=0.12,
    ),
    "wah-guitar": _i(
        string, 48, 80, decay=1.6, damp=4000, tone=3600, pick=0.1, body=((1100, 10), (4500, -8)), knock=0.25,
        muted=0.05, wet=0.15,
    ),
    "twang-guitar": _i(
        string, 43, 84, decay=2.6, damp=4200, tone=4500, pick=0.07, body=((2600, 5), (250, -3)), knock=0.2,
    ),
    "skank-guitar": _i(
        string, 50, 79, decay=0.9, damp=3400, tone=3400, pick=0.1, body=((1300, 4), (200, -6)), knock=0.25,
        wet=0.25,
    ),
    "pedal-steel": _i(
        string, 50, 86, decay=5.0, damp=3200, tone=3000, pick=0.1, body=((1800, 4),), knock=0.03, release=0.2,
        wet=0.4,
    ),
    "banjo": _i(
        string, 50, 84, decay=0.8, damp=4200, tone=5200, pick=0.07, body=((700, 6), (2600, 4)), knock=0.35,
        wet=0.12,
    ),
    "mandolin": _i(
        string, 55, 88, decay=0.9, damp=4500, tone=5000, pick=0.1, body=((480, 4), (3000, 3)), pair=4.0,
        knock=0.3,
    ),
    "harp": _i(string, 40, 96, decay=3.0, damp=2400, tone=2000, pick=0.4, knock=0.04, release=0.5, wet=0.4),
    "harpsichord": _i(
        string, 40, 88, decay=2.4, damp=6000, tone=7000, pick=0.08, stiff=6e-05, pair=2.0, knock=0.3,
        release=0.1, wet=0.4,
    ),
    "piano": _i(
        string, 33, 96, decay=6.0, damp=2300, tone=1500, pick=0.12, stiff=0.00035, pair=0.8, knock=0.12,
        release=0.18, wet=0.3,
    ),
    "upright-piano": _i(
        string, 36, 92, decay=3.5, damp=2600, tone=1900, pick=0.14, stiff=0.0006, pair=3.0,
        body=((350, 4), (1000, 3)), knock=0.2, release=0.12,
    ),
    "honky-piano": _i(
        string, 36, 92, decay=3.0, damp=3200, tone=2600, pick=0.13, stiff=0.0006, pair=9.0, body=((700, 4),),
        knock=0.2, release=0.1,
    ),
    "upright-bass": _i(
        string, 28, 50, decay=1.3, damp=700, tone=520, pick=0.3, body=((95, 5), (180, 3)), knock=0.12,
        release=0.06, wet=0.1,
    ),
    "electric-bass": _i(string, 28, 50, decay=2.6, damp=1100, tone=800, pick=0.25, knock=0.08, wet=0.04),
    "picked-bass": _i(
        string, 28, 50, decay=3.0, damp=2600, tone=2100, pick=0.1, knock=0.2, body=((800, 3),), wet=0.04,
    ),
    "slap-bass": _i(
        string, 28, 52, decay=2.2, damp=4200, tone=4200, pick=0.08, knock=0.5, body=((80, 4), (2500, 5)),
        wet=0.05,
    ),
    "dub-bass": _i(
        string, 28, 48, decay=2.0, damp=420, tone=260, pick=0.4, knock=0.03, body=((70, 5),), wet=0.02,
    ),
    # strings into an amplifier
    "crunch-guitar": _i(amped, 40, 76, drive=2.2, cabinet=(100, 4400), **_CAB),
    "overdrive-guitar": _i(amped, 38, 74, drive=7.0, cabinet=(95, 4400), **_CAB),
    "metal-guitar": _i(
        amped, 36, 64, drive=22.0, cabinet=(80, 4600), bumps=((110, 6), (600, -4), (2400, 3)), muted=0.28,
        **_CAB,
    ),
    "lead-guitar": _i(amped, 52, 88, drive=9.0, cabinet=(160, 4400), decay=9.0, bumps=((1200, 5),), **_LEAD),
    "slide-guitar": _i(amped, 50, 84, drive=2.5, cabinet=(150, 4200), decay=5.0, bumps=((1500, 4),), **_LEAD),
    # sustained
    "violin": _i(
        sustained, 55, 93, slope=1.0, attack=0.07, release=0.15, vibrato=(5.8, 26), breath=0.015,
        body=((480, 5), (1000, 3), (2800, 5)), corner=2600, wet=0.45,
    ),
    "fiddle": _i(
        sustained, 55, 90, slope=0.9, attack=0.03, release=0.06, vibrato=(5.5, 12), breath=0.03,
        body=((500, 5), (2800, 7)), corner=4600, wet=0.25,
    ),
    "viola": _i(
        sustained, 48, 81, slope=1.1, attack=0.09, release=0.15, vibrato=(5.4, 22),
        body=((350, 5), (1600, 4)), corner=3200, wet=0.45,
    ),
    "cello": _i(
        sustained, 36, 69, slope=1.05, attack=0.09, release=0.18, vibrato=(5.2, 20),
        body=((220, 5), (600, 3), (2000, 3)), corner=2600, wet=0.45,
    ),
    "violins": _i(
        sustained, 60, 96, slope=1.0, attack=0.09, release=0.2, players=4, spread=22, vibrato=(5.7, 14),
        body=((500, 4), (2800, 4)), corner=2400, **_SECTION,
    ),
    "strings": _i(
        sustained, 48, 84, slope=1.1, attack=0.12, release=0.25, players=3, spread=24, vibrato=(5.4, 10),
        body=((400, 4), (2400, 3)), corner=2200, **_SECTION,
    ),
    "low-strings": _i(
        sustained, 31, 57, slope=1.1, attack=0.1, release=0.2, players=3, spread=20,
        body=((160, 4), (500, 3)), corner=1500, **_SECTION,
    ),
    "saw-strings": _i(
        sustained, 48, 84, slope=1.0, attack=0.2, release=0.35, players=3, spread=28, vibrato=(0.8, 5),
        breath=0.0, corner=3500, **_SECTION,
    ),
    "synth-pad": _i(
        sustained, 45, 79, slope=1.3, attack=0.3, release=0.5, players=3, spread=20, vibrato=(0.6, 6),
        breath=0.0, corner=1400, **_SECTION,
    ),
    "synth-lead": _i(
        sustained, 57, 88, slope=1.0, attack=0.005, release=0.08, players=2, spread=14, breath=0.0,
        corner=3800, together=True,
    ),
    "whistle-lead": _i(
        sustained, 72, 96, slope=2.2, attack=0.02, release=0.08, vibrato=(5.5, 25), breath=0.0, corner=3000,
    ),
    "synth-bass": _i(
        sustained, 28, 50, slope=1.0, attack=0.004, release=0.03, sustain=0.5, players=2, spread=9,
        vibrato=(5, 0), breath=0.0, corner=600, dark=0.9, wet=0.03,
    ),
    "flute": _i(
        sustained, 60, 93, slope=2.4, attack=0.06, release=0.1, vibrato=(5.2, 16), breath=0.06, corner=2400,
        wet=0.4,
    ),
    "oboe": _i(
        sustained, 58, 88, slope=0.7, attack=0.04, vibrato=(5.5, 14), body=((1100, 8), (2900, 5)),
        corner=3200, wet=0.4,
    ),
    "clarinet": _i(
        sustained, 50, 88, slope=1.0, odd=0.85, attack=0.04, vibrato=(5, 3), breath=0.02, corner=1900,
        wet=0.35,
    ),
    "horn": _i(
        sustained, 41, 74, slope=1.5, attack=0.08, vibrato=(5, 4), body=((450, 6),), corner=900, dark=1.4,
        wet=0.5,
    ),
    "trumpet": _i(
        sustained, 55, 84, slope=0.7, attack=0.03, vibrato=(5.5, 12), body=((1200, 5), (2400, 3)),
        corner=3600, dark=1.2, breath=0.02,
    ),
    "muted-trumpet": _i(
        sustained, 57, 84, slope=0.4, attack=0.03, vibrato=(5.5, 12), body=((1800, 9), (500, -6)),
        corner=4000, breath=0.03, wet=0.35,
    ),
    "trombone": _i(
        sustained, 40, 70, slope=0.9, attack=0.05, vibrato=(5, 8), body=((700, 5),), corner=2200, dark=1.2,
        breath=0.02,
    ),
    "sax": _i(
        sustained, 53, 84, slope=0.8, attack=0.03, vibrato=(5.2, 16), body=((700, 4), (1500, 4), (3000, 2)),
        corner=3400, breath=0.06,
    ),
    "tenor-sax": _i(
        sustained, 44, 76, slope=0.85, attack=0.035, vibrato=(5, 18), body=((500, 5), (1300, 4)), corner=2600,
        breath=0.08,
    ),
    "brass-section": _i(
        sustained, 50, 82, slope=0.75, attack=0.035, release=0.08, players=2, spread=14, vibrato=(5.2, 5),
        body=((1200, 4),), corner=3400, dark=1.3, together=True, wet=0.3,
    ),
    "sax-section": _i(
        sustained, 48, 76, slope=0.85, attack=0.04, release=0.08, players=2, spread=16, vibrato=(5, 12),
        body=((600, 5), (1400, 3)), corner=2600, breath=0.05, together=True, wet=0.3,
    ),
    "harmonica": _i(
        sustained, 55, 86, slope=0.5, attack=0.03, release=0.06, vibrato=(5.2, 18),
        body=((1000, 5), (2300, 5)), corner=3600, breath=0.07, tremolo=0.2,
    ),
    "melodica": _i(
        sustained, 57, 84, slope=0.6, attack=0.04, vibrato=(5, 6), body=((1300, 5),), corner=3000,
        breath=0.03, wet=0.5,
    ),
    "accordion": _i(
        sustained, 50, 84, slope=0.7, attack=0.04, players=2, spread=12, vibrato=(5, 0), body=((900, 4),),
        corner=3200, together=True,
    ),
    "hammond": _i(
        sustained, 43, 84, slope=1.0, attack=0.006, release=0.05, sustain=1.0, vibrato=(6.4, 9), breath=0.0,
        tremolo=0.2, dark=0.0, corner=4000, together=True,
        bars=((1, 1), (2, 0.8), (3, 0.7), (4, 0.35), (6, 0.2), (8, 0.3)),
    ),
    "church-organ": _i(
        sustained, 36, 88, attack=0.05, release=0.3, sustain=1.0, vibrato=(5, 0), breath=0.01, dark=0.0,
        corner=4500, together=True, wet=0.6,
        bars=((1, 1), (2, 0.7), (4, 0.5), (6, 0.25), (8, 0.3), (12, 0.1), (16, 0.1)),
    ),
    # frequency modulation
    "rhodes": _i(fm, 40, 84, ratio=1.0, index=1.3, fall=0.4, decay=1.6, tine=0.2, wet=0.25),
    "fm-bell": _i(fm, 55, 96, ratio=3.5, index=1.6, fall=0.5, decay=1.6, wet=0.4),
    "vibes": _i(fm, 53, 89, ratio=4.0, index=0.5, fall=0.15, decay=1.8, wet=0.35),
    "clav": _i(fm, 43, 82, ratio=1.0, index=4.5, fall=0.25, decay=0.5, release=0.04, wet=0.12),
    "synth-brass": _i(
        fm, 45, 84, ratio=1.0, index=4.0, fall=0.6, decay=1.0, attack=0.03, sustain=0.7, detune=9, wet=0.3,
    ),
    "sub-808": _i(sub, 26, 45, together=True, wet=0.0),
    # voices
    "male-voice": _i(sing, 46, 66, scale=1.0, consonants=0.9, wet=0.3),
    "female-voice": _i(sing, 56, 76, scale=1.16, tilt=3.5, consonants=0.9, wet=0.32),
    "tenor": _i(sing, 50, 71, scale=1.0, tilt=2.5, vibrato=(5.8, 60), consonants=0.25, breath=0.005, wet=0.5),
    "soprano": _i(
        sing, 60, 84, scale=1.18, tilt=3.5, vibrato=(6.0, 70), consonants=0.2, breath=0.005, wet=0.55,
    ),
    "shout-voice": _i(sing, 50, 71, scale=1.02, tilt=1.5, rough=0.25, consonants=0.6, breath=0.03, wet=0.3),
    "growl-voice": _i(
        sing, 36, 48, scale=0.92, tilt=1.0, rough=0.9, consonants=0.6, breath=0.12, vibrato=(5, 0), wet=0.25,
    ),
    "rap-voice": _i(
        sing, 43, 57, scale=1.0, tilt=2.5, vibrato=(5, 0), consonants=1.0, breath=0.06, speech=True,
        attack=0.01, release=0.03, wet=0.1,
    ),
    "choir-voices": _i(
        sing, 50, 77, scale=1.08, tilt=4.5, players=2, vibrato=(5.4, 20), consonants=0.15, attack=0.08,
        release=0.2, **_SECTION,
    ),
    "scratch-deck": _i(scratch, 60, 60, wet=0.05),
}
# fmt: on


def play(name, pitches, seconds, velocity, patch, art, rng):
    """Samples of one note or chord, float32 at SR."""
    instrument = INSTRUMENTS[name]
    y = instrument.model(pitches, seconds, velocity, patch, art, rng, **instrument.settings)
    if instrument.model in (string, amped):
        curve = bend_curve(art, np.arange(len(y)) / SR, seconds, rng) if art else None
        if curve is not None:
            y = bend(y, curve)
    return y
