"""One look at a file: what the audit measures in it, and a fingerprint to recognise it by (chapter 2).

A file is decoded once, block after block, and the look is kept on disk, so that a second audit reads no
sound.

A repetition must be recognised after a change of gain, an MP3 encoder, some noise or equalizing, and when it
is another excerpt of the same recording. And two clips of one artist, with one drum sample at one tempo, must
*not* be taken for one. So a spectrogram is compared neither as a whole (an offset moves everything) nor by
its statistics (a style has the same). The fingerprint is Wang's (2003): the strongest peaks of the
spectrogram, in pairs. A pair (first bin, second bin, frames between) does not change with gain or offset, and
an encoder keeps the peaks because the ear needs them. `repeats` compares fingerprints.
"""

import hashlib
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed
from scipy.fft import rfft
from scipy.signal.windows import hann
from tqdm import tqdm

from genrelib import audio, disk

__all__ = ["HOP", "RATE", "fingerprint", "look", "look_at"]

FLAT = 3  # equal samples in a row, at the highest or the lowest value, make a flat top
LOWER_RATES = (8000, 11025, 16000, 22050, 24000)  # not 32000: MP3 encoders cut at 16 kHz themselves

WINDOW = 4096  # samples of a spectrum, at the sound's own rate

RATE, N_FFT, HOP = 11025, 1024, 256  # of the fingerprint: bins of 10.8 Hz, frames every 23 ms
AROUND = (15, 31)  # frames and bins in which a peak must be the highest
PEAKS = 20  # per second, the strongest
FAN = 6  # pairs that a peak begins
AHEAD, ASIDE = (2, 63), 95  # frames and bins between the peaks of a pair
AT_ONCE, TOGETHER = 1500, 50_000  # frames and peaks that are compared at a time: a long file takes no more


def look_at(corpus):
    """Look at every clip, or read what an earlier look has kept.

    Parameters
    ----------
    corpus : Corpus

    Returns
    -------
    list of dict
        As `look` returns them, in the order of the table.
    """
    paths, folder = corpus.paths, disk.data_dir("fingerprints")
    code = disk.code_digest(__name__)
    jobs = (delayed(_kept_look)(path, folder, code) for path in paths)
    run = Parallel(n_jobs=-1, prefer="threads", return_as="generator")(jobs)
    return list(tqdm(run, total=len(paths), desc="looking", unit="clip", delay=1))


def _kept_look(path, folder, code):
    """Return the `look` at a file as it is now, by this `code`: read if it is kept in `folder`."""
    stat = Path(path).stat()
    key = disk.digest(Path(path).resolve(), stat.st_size, stat.st_mtime_ns, code)
    record = folder / f"{key}.npz"
    if not record.exists():
        with disk.whole(record) as part:
            np.savez(part, **look(path))
    with np.load(record) as kept:
        return dict(kept)


def look(path):
    """Decode a file once and measure what the audit needs.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    dict
        rate (Hz), seconds, promised (seconds, by the header), silent and clipped (shares), cut (Hz) and step
        (dB) of the steepest fall at half of a lower rate, digest of the samples, hashes and times of the
        fingerprint.

    Raises
    ------
    ValueError
        As `audio.read`.
    """
    with audio.opened(path) as file:
        sound = _Measured(file.samplerate)
        hashes, times = fingerprint(audio.resampled(sound.through(audio.blocks(file)), sound.rate, RATE))
    seconds, promised = sound.held / sound.rate, audio.promised(path)
    cut, step = sound.steepest_fall()
    return {
        "rate": sound.rate,
        "seconds": seconds,
        "promised": seconds if np.isnan(promised) else promised,
        "silent": sound.silent_tenths / max(1, sound.tenths),
        "clipped": sum(sound.flat.values()) / sound.held,
        "cut": cut,
        "step": step,
        "digest": sound.digest.hexdigest(),
        "hashes": hashes,
        "times": times,
    }


class _Measured:
    """What is measured of a sound while it passes by, block after block."""

    def __init__(self, rate):
        self.rate, self.held = rate, 0
        self.digest = hashlib.sha256(str(rate).encode())
        self.tenths = self.silent_tenths = 0  # of a second
        self.low = self.high = 0.0
        self.flat = {"low": 0, "high": 0}  # samples in flat tops
        self.power, self.windows = 0, 0

    def through(self, blocks):
        """Yield the blocks as they are, each measured."""
        for y in blocks:
            self.held += len(y)
            self.digest.update(y)
            self._count_silence(y)
            self._count_flat_tops(y)
            self._add_power(y)
            yield y

    def _count_silence(self, y):
        """Count the tenths of a second in which no sample rises above -60 dB of full scale."""
        tenth = self.rate // 10
        tenths = np.abs(y[: len(y) // tenth * tenth]).reshape(-1, tenth)
        self.tenths += len(tenths)
        self.silent_tenths += int((tenths.max(axis=1) < audio.SILENT).sum())

    def _count_flat_tops(self, y):
        """Count the samples in flat tops: FLAT or more in a row at the very highest or lowest value.

        Turning a clipped sound down keeps its tops flat. Encoding or resampling it rounds them: then nothing
        is found.
        """
        if y.max() > self.high:
            self.high, self.flat["high"] = y.max(), 0
        if y.min() < self.low:
            self.low, self.flat["low"] = y.min(), 0
        for side, extreme in (("low", self.low), ("high", self.high)):
            if abs(extreme) > audio.SILENT:
                edges = np.flatnonzero(np.diff(np.r_[False, y == extreme, False]))
                lengths = edges[1::2] - edges[::2]
                self.flat[side] += int(lengths[lengths >= FLAT].sum())

    def _add_power(self, y):
        """Add up the power spectra of windows that follow one another."""
        blocks = y[: len(y) // WINDOW * WINDOW].reshape(-1, WINDOW)
        spectra = np.abs(rfft(blocks * hann(WINDOW, sym=False).astype(np.float32), axis=1)) ** 2
        self.power, self.windows = self.power + spectra.sum(axis=0), self.windows + len(blocks)

    def steepest_fall(self):
        """Return (Hz, dB): where the mean spectrum falls most at half of a lower rate, and by how much.

        The power from 0.85 to 0.95 of that frequency is compared with the power from 1.05 to 1.15 of it, each
        above a floor well below the rounding noise of 16 bits.
        """
        power = self.power / max(1, self.windows)
        hz = np.arange(len(power)) * self.rate / WINDOW
        floor = 0.01 * WINDOW * 2.0**-30 / 12

        def level(low, high):
            return 10 * np.log10(power[(hz >= low) & (hz < high)].mean() + floor)

        cuts = [lower / 2 for lower in LOWER_RATES if 1.15 * lower < self.rate]
        falls = [(level(0.85 * cut, 0.95 * cut) - level(1.05 * cut, 1.15 * cut), cut) for cut in cuts]
        step, cut = max(falls, default=(0.0, 0.0))
        return cut, float(step)


def fingerprint(blocks):
    """Return the pairs of spectral peaks of a sound.

    Parameters
    ----------
    blocks : iterable of (samples,) arrays
        At RATE, one after another.

    Returns
    -------
    hashes : array of uint32
        Each packs the bins of both peaks and the frames between them.
    frames : array of int32
        Of the first peak.

    Notes
    -----
    After Wang (2003). Chapter 2.
    """
    frame, bin_ = _peaks(blocks)
    found = [_pairs(frame, bin_, first) for first in range(0, max(1, len(frame)), TOGETHER)]
    hashes, frames = (np.concatenate(part) for part in zip(*found, strict=True))
    return hashes, frames


def _pairs(frame, bin_, start):
    """Return hashes and frames of the pairs that TOGETHER peaks, from number `start` on, begin."""
    stop, pairs = min(start + TOGETHER, len(frame)), []
    for step in range(1, 8 * FAN):
        first = np.arange(start, min(stop, len(frame) - step))
        second = first + step
        ahead, aside = frame[second] - frame[first], np.abs(bin_[second] - bin_[first])
        near = (ahead >= AHEAD[0]) & (ahead <= AHEAD[1]) & (aside <= ASIDE)
        pairs.append(np.column_stack([first, second])[near])
    first, second = np.concatenate(pairs).T
    order = np.argsort(first, kind="stable")  # of each peak, the pairs from the nearest second on
    first, second = first[order], second[order]
    turn = np.arange(len(first)) - np.searchsorted(first, first)
    first, second = first[turn < FAN], second[turn < FAN]
    packed = bin_[first] << 15 | bin_[second] << 6 | (frame[second] - frame[first])
    return packed.astype(np.uint32), frame[first].astype(np.int32)


def _peaks(blocks):
    """Return frames and bins of the strongest local maxima of a spectrogram, PEAKS per second, in time order.

    Bins below 86 Hz are passed over: hum and rumble.
    """
    found = [(np.empty(0, int), np.empty(0, int), np.empty(0, np.float32))]
    for first, own, y in _pieces(blocks):
        level, highest = _highest(y)
        frame, bin_ = np.nonzero(highest[own])
        found.append((first + own.start + frame, bin_, level[own][frame, bin_]))
    frame, bin_, level = (np.concatenate(part) for part in zip(*found, strict=True))
    second = frame * HOP // RATE
    order = np.lexsort((-level, second))
    turn = np.arange(len(order)) - np.searchsorted(second[order], second[order])
    keep = np.sort(order[turn < PEAKS])
    return frame[keep], bin_[keep]


def _pieces(blocks):
    """Cut a sound into pieces of AT_ONCE frames, and those around them that say which are the highest.

    Yields (number of the first frame, which frames of the piece count, the samples of the piece).
    """
    half, held, first = AROUND[0] // 2, np.empty(0, np.float32), 0
    start = 0  # of the frames that count: none goes before the first piece
    size = (AT_ONCE + 2 * half - 1) * HOP + N_FFT
    for y in blocks:
        held = np.concatenate([held, y])
        while len(held) > size:
            yield first, slice(start, half + AT_ONCE), held[:size]
            held, first, start = held[AT_ONCE * HOP :], first + AT_ONCE, half
    yield first, slice(start, None), held


def _highest(y):
    """Return the spectrogram of a sound, and where it is higher than all around."""
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(y, (0, max(0, N_FFT - len(y)))), N_FFT)[::HOP]
    level = np.log(np.abs(rfft(windows * hann(N_FFT, sym=False).astype(np.float32), axis=1)) + 1e-3)
    level = level[:, : N_FFT // 2]  # nine bits per bin
    around = _running_max(_running_max(level, AROUND[0], axis=0), AROUND[1], axis=1)
    highest = (around == level) & (level > np.log(1e-2))
    highest[:, :8] = False
    return level, highest


def _running_max(x, size, *, axis):
    """Return the maximum of `size` (odd) neighbours along an axis of (rows, columns), in the shape of `x`.

    The window grows by doubling, in log2(size) passes: over twice as fast as `scipy.ndimage.maximum_filter`,
    which would take most of the time of a look.
    """
    x = np.moveaxis(x, axis, 0)
    x = np.pad(x, ((size // 2,) * 2, (0, 0)), constant_values=-np.inf)
    width = 1
    while width < size:
        step = min(width, size - width)
        x = np.maximum(x[:-step], x[step:])
        width += step
    return np.moveaxis(x, 0, axis)
