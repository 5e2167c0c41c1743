"""One look at a file: what the audit measures in it, and a fingerprint to recognise it by (chapter 2).

A file is decoded once, and the look is kept on disk, so that a second audit reads no sound.

A repetition must be recognised after a change of gain, an MP3 encoder, some noise or equalizing, and when it
is another excerpt of the same recording. And two clips of one artist, with one drum sample at one tempo, must
*not* be taken for one. So a spectrogram is compared neither as a whole (an offset moves everything) nor by
its statistics (a style has the same). The fingerprint is Wang's (2003): the strongest peaks of the
spectrogram, in pairs. A pair (first bin, second bin, frames between) does not change with gain or offset, and
an encoder keeps the peaks because the ear needs them. How fingerprints are compared stands in `repeats`.
"""

import wave
from pathlib import Path

import numpy as np
import soxr
from joblib import Parallel, delayed
from scipy.fft import rfft
from scipy.signal.windows import hann
from tqdm.auto import tqdm

from genrelib import audio, disk

__all__ = ["HOP", "RATE", "fingerprint", "look", "look_at"]

FLAT = 3  # equal samples in a row, at the highest or the lowest value, make a flat top
LOWER_RATES = (8000, 11025, 16000, 22050, 24000)  # not 32000: MP3 encoders cut at 16 kHz themselves

RATE, N_FFT, HOP = 11025, 1024, 256  # of the fingerprint: bins of 10.8 Hz, frames every 23 ms
AROUND = (15, 31)  # frames and bins in which a peak must be the highest
PEAKS = 20  # per second, the strongest
FAN = 6  # pairs that a peak begins
AHEAD, ASIDE = (2, 63), 95  # frames and bins between the peaks of a pair


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
    y, rate = audio.samples(path)
    cut, step = _steepest_fall(y, rate)
    hashes, times = fingerprint(y if rate == RATE else soxr.resample(y, rate, RATE))
    return {
        "rate": rate,
        "seconds": len(y) / rate,
        "promised": _promised(path),
        "silent": _silent_share(y, rate),
        "clipped": _clipped_share(y),
        "cut": cut,
        "step": step,
        "digest": disk.digest(rate, y.tobytes()),
        "hashes": hashes,
        "times": times,
    }


def _promised(path):
    """Return the seconds that a file's header promises.

    libsndfile quietly corrects the header of a WAV file that was cut short, so that one is read here as it
    stands. A header written before the length was known holds the largest number: it promises nothing.
    """
    try:
        with wave.open(str(path)) as file:
            size = file.getnframes() * file.getsampwidth() * file.getnchannels()
            return file.getnframes() / file.getframerate() if size < 2**31 - 1 else audio.duration(path)
    except (wave.Error, EOFError):  # another format
        return audio.duration(path)


def _silent_share(y, rate):
    """Return the share of tenths of a second in which no sample rises above -60 dB of full scale."""
    tenth = rate // 10
    tenths = np.abs(y[: len(y) // tenth * tenth]).reshape(-1, tenth)
    return float((tenths.max(axis=1) < audio.SILENT).mean())


def _clipped_share(y):
    """Return the share of samples in flat tops: FLAT or more in a row at the very highest or lowest value.

    Turning a clipped sound down keeps its tops flat. Encoding or resampling it rounds them: then nothing is
    found.
    """
    flat = 0
    for extreme in (value for value in (y.min(), y.max()) if abs(value) > audio.SILENT):
        edges = np.flatnonzero(np.diff(np.r_[False, y == extreme, False]))
        lengths = edges[1::2] - edges[::2]
        flat += lengths[lengths >= FLAT].sum()
    return float(flat / len(y))


def _steepest_fall(y, rate):
    """Return (Hz, dB): where the mean spectrum falls most at half of a lower rate, and by how much.

    Compared is the power from 0.85 to 0.95 of that frequency with the power from 1.05 to 1.15 of it, each
    above a floor well below the rounding noise of 16 bits.
    """
    size = 4096
    blocks = y[: len(y) // size * size].reshape(-1, size)
    power = (np.abs(rfft(blocks * hann(size, sym=False).astype(np.float32), axis=1)) ** 2).mean(axis=0)
    hz = np.arange(len(power)) * rate / size
    floor = 0.01 * size * 2.0**-30 / 12

    def level(low, high):
        return 10 * np.log10(power[(hz >= low) & (hz < high)].mean() + floor)

    cuts = [lower / 2 for lower in LOWER_RATES if 1.15 * lower < rate]
    falls = [(level(0.85 * cut, 0.95 * cut) - level(1.05 * cut, 1.15 * cut), cut) for cut in cuts]
    step, cut = max(falls, default=(0.0, 0.0))
    return cut, float(step)


def fingerprint(y):
    """Return the pairs of spectral peaks of a sound.

    Parameters
    ----------
    y : (samples,) array
        At RATE.

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
    frame, bin_ = _peaks(y)
    pairs = []
    for step in range(1, 8 * FAN):
        first, second = np.arange(len(frame) - step), np.arange(step, len(frame))
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


def _peaks(y):
    """Return frames and bins of the strongest local maxima of a spectrogram, PEAKS per second, in time order.

    Bins below 86 Hz are passed over: hum and rumble.
    """
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(y, (0, max(0, N_FFT - len(y)))), N_FFT)[::HOP]
    level = np.log(np.abs(rfft(windows * hann(N_FFT, sym=False).astype(np.float32), axis=1)) + 1e-3)
    level = level[:, : N_FFT // 2]  # nine bits per bin
    around = _running_max(_running_max(level, AROUND[0], axis=0), AROUND[1], axis=1)
    highest = (around == level) & (level > np.log(1e-2))
    highest[:, :8] = False
    frame, bin_ = np.nonzero(highest)
    second = frame * HOP // RATE
    order = np.lexsort((-level[frame, bin_], second))
    turn = np.arange(len(order)) - np.searchsorted(second[order], second[order])
    keep = np.sort(order[turn < PEAKS])
    return frame[keep], bin_[keep]


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
