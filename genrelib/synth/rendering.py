"""Notes in, samples out: the players' hands (timing, dynamics), their instruments, the mixing desk, the
master."""

import zlib

import numpy as np
import soxr

from .composer import score
from .drums import KITS, hit
from .factors import METRES, lineup
from .production import PRODUCTIONS, drawn_out, master
from .streams import stream
from .styles import STYLES
from .voices import INSTRUMENTS, SR, draw_patch, play, scratch, sing

__all__ = ["finish", "mix", "perform", "render"]

LEVELS = {
    "drums": 2.0,
    "bass": 0.0,
    "riff": -2.0,
    "rhythm": -8.0,
    "keys": -10.0,
    "pad": -12.0,
    "brass": -8.0,
    "choir": -11.0,
    "strings": -8.0,
    "lead": -2.0,
    "counter": -9.0,
    "low": -7.0,
    "voice": 3.0,
    "scratch": -7.0,
}
ECHOED = ("rhythm", "voice", "lead", "keys", "brass")
VELOCITIES = 4  # classes of loudness for which a note is played anew; between them it is only scaled
TAKES = 2  # strokes of a drum that differ


def render(factors, sr=SR):
    """Render a clip: perform its notes, mix them, master them.

    Parameters
    ----------
    factors : Factors
        As `compose` returns them; the same factors give the same samples.
    sr : int
        The sampling rate in Hz.

    Returns
    -------
    (round(factors.seconds * sr),) array, float32, full scale ±1

    Notes
    -----
    Chapter 1.
    """
    y = finish(factors, *mix(factors, perform(factors)))
    n = round(factors.seconds * sr)
    if sr != SR:
        y = np.clip(soxr.resample(y, SR, sr), -1, 1)
    return np.ascontiguousarray(np.pad(y, (0, max(0, n - len(y))))[:n], dtype=np.float32)


def finish(factors, dry, wet):
    """The mastered record of a dry and a wet bus, (n,) float32 at SR."""
    noise = stream(factors.seed, factors.genre, factors.artist, factors.index, "noise")
    return master(
        dry,
        wet,
        PRODUCTIONS[factors.production],
        loudness=factors.loudness,
        brightness=factors.brightness,
        console=desk(factors),
        rng=noise,
    )


def desk(factors):
    """The engineer's equalizer for this clip: (Hz, dB) bumps, mostly the artist's sound, partly the day's."""
    sound = stream(factors.seed, factors.genre, factors.artist, "console").normal(0, 1.2, 6)
    sound += stream(factors.seed, factors.genre, factors.artist, factors.index, "console").normal(0, 1.5, 6)
    return tuple(
        (at, float(gain))
        for at, gain in zip((60.0, 150.0, 400.0, 1000.0, 2500.0, 6000.0), sound, strict=True)
    )


def perform(factors):
    """{role: (n,) float32}: every part played, dry, before the mix."""
    n = round(factors.seconds * SR)
    parts, players = score(factors), lineup(factors.instruments)
    clock = Clock(factors)
    return {
        role: play_part(factors, role, players.get(role, "rock-kit"), events, clock, n)
        for role, events in parts.items()
        if events
    }


class Clock:
    """From beats to seconds: swing moves the off-beats, rubato breathes over phrases of four bars."""

    def __init__(self, factors):
        self.factors = factors
        self.grid = {8: 1.0, 16: 0.5}[STYLES[factors.genre][factors.substyle].swing_grid]
        rng = stream(factors.seed, factors.genre, factors.artist, factors.index, "rubato")
        last = factors.seconds * factors.tempo / 60 * 1.3 + 16
        self.beats = np.arange(0, last, 0.25)
        phrase = 4 * METRES[factors.metre]
        wave = np.sin(2 * np.pi * self.beats / phrase + rng.uniform(0, 6.28)) + 0.5 * np.sin(
            4 * np.pi * self.beats / phrase + rng.uniform(0, 6.28)
        )
        spacing = 15.0 / factors.tempo / (1 + factors.rubato * wave)
        self.seconds = np.concatenate([[0], np.cumsum(spacing)[:-1]])

    def __call__(self, beat):
        """Seconds at a beat (scalar or array)."""
        share = np.asarray(beat, dtype=float) / self.grid
        whole, part = np.floor(share + 1e-9), share - np.floor(share + 1e-9)
        s = self.factors.swing
        if s > 0.5:
            part = np.where(part < 0.5, part * 2 * s, s + (part - 0.5) * 2 * (1 - s))
        return np.interp((whole + part) * self.grid, self.beats, self.seconds)


def play_part(factors, role, name, events, clock, n):
    """One part on one track, (n,) float32: human timing, phrasing, each distinct note synthesized once."""
    f = factors
    patch = draw_patch(
        stream(f.seed, f.genre, f.artist, "timbre", role),
        stream(f.seed, f.genre, f.artist, f.index, "timbre", role),
    )
    habit = stream(f.seed, f.genre, f.artist, "push", role).normal(0, 3)
    rng = stream(f.seed, f.genre, f.artist, f.index, "timing", role)
    jitter = rng.normal(0, 1, len(events))
    phase = stream(f.seed, f.genre, f.artist, f.index, "dynamics").uniform(0, 6.28)
    swell = 2 * np.pi / (4 * METRES[f.metre])
    starts = (
        clock([e.beat for e in events])
        + (f.lag * (role != "drums") + habit + f.feel * np.clip(jitter, -2.5, 2.5)) / 1000
    )
    track, notes = np.zeros(n + 3 * SR, np.float32), {}
    for i, event in enumerate(events):
        if starts[i] * SR >= n:
            continue
        velocity = event.velocity * 10 ** (f.dynamics * np.sin(swell * event.beat + phase) / 40)
        play_event(track, notes, role, name, event, max(starts[i], 0.0), velocity, i, (f, patch))
    return track[:n]


def play_event(track, notes, role, name, event, start, velocity, i, player):
    """Add one event to the track; `notes` remembers what has been synthesized in this clip."""
    factors, patch = player
    step = min(max(round(velocity * VELOCITIES), 1), VELOCITIES) / VELOCITIES
    seconds = round(event.beats * 60 / factors.tempo, 2)
    whole = role == "drums" or INSTRUMENTS[name].together or len(event.pitches) == 1
    for j, pitches in enumerate([event.pitches] if whole else [(p,) for p in event.pitches]):
        take = (
            i % TAKES
            if role == "drums"
            else (i if role != "drums" and INSTRUMENTS[name].model in (sing, scratch) else 0)
        )
        key = (pitches, step, take) if role == "drums" else (pitches, seconds, step, event.art, take)
        if key not in notes:
            own = stream(
                factors.seed,
                factors.genre,
                factors.artist,
                factors.index,
                role,
                zlib.crc32(repr(key).encode()),
            )
            notes[key] = (
                hit(KITS[name], pitches, step, patch, own)
                if role == "drums"
                else play(name, pitches, max(seconds, 0.05), step, patch, event.art, own)
            )
        y = notes[key]
        at = int((start + j * event.strum) * SR)
        y = y[: max(0, len(track) - at)]
        track[at : at + len(y)] += y * np.float32(velocity / step)


def mix(factors, tracks):
    """Tracks to a dry and a wet bus, both (n,): levels of the style, the artist's taste, echoes of the
    production."""
    style, production = STYLES[factors.genre][factors.substyle], PRODUCTIONS[factors.production]
    n = round(factors.seconds * SR)
    dry, wet = np.zeros(n, np.float32), np.zeros(n, np.float32)
    players = lineup(factors.instruments)
    for role, track in tracks.items():
        taste = stream(factors.seed, factors.genre, factors.artist, "fader", role).normal(0, 1.2)
        day = stream(factors.seed, factors.genre, factors.artist, factors.index, "fader", role)
        taste += day.normal(0, 1.2)
        level = LEVELS[role] + style.mix.get(role, 0.0) + taste
        if style.touch:
            track = touched(track, style.touch)
        track = track * np.float32(10 ** (level / 20) / loud_part(track))
        if production.echo and role in ECHOED:
            track = echo(track, production.echo, 0.75 * 60 / factors.tempo)
        dry += track
        wet += track * np.float32(0.22 if role == "drums" else INSTRUMENTS[players[role]].wet)
    return dry, wet


def touched(track, share, hop=256, most=12.0):
    """Let the notes of a track differ more in loudness than they were played, or less, (n,) float32.

    share: dB added to each dB by which 12 ms are louder or softer than the seconds around them, at most
    `most`: a hard touch when above 0, a soft one when below.
    """
    from scipy import ndimage

    blocks = track[: len(track) // hop * hop].reshape(-1, hop)
    power = np.einsum("ij,ij->i", blocks, blocks) / hop
    around = ndimage.uniform_filter1d(power, 2 * SR // hop)
    apart = 10 * np.log10((power + 1e-9) / (around + 1e-9))
    return track * drawn_out(10 ** (np.clip(share * apart, -most, most) / 20), hop, len(track))


def loud_part(track):
    """Level of a track where it plays: 80th percentile of the rms of its sounding 50 ms blocks."""
    size = SR // 20
    blocks = track[: len(track) // size * size].reshape(-1, size)
    blocks = np.sqrt(np.einsum("ij,ij->i", blocks, blocks) / size)
    sounding = blocks[blocks > 0.02 * (blocks.max() + 1e-12)]
    return float(np.percentile(sounding, 80)) if len(sounding) else 1.0


def echo(track, gain, seconds):
    """Three repeats of a tape echo, each quieter by `gain`."""
    y = track.copy()
    for k in (1, 2, 3):
        late = int(k * seconds * SR)
        if late < len(y):
            y[late:] += np.float32(gain**k) * track[:-late]
    return y
