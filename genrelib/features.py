"""The five steps from samples to mel-frequency cepstral coefficients, and the way back (chapter 3).

1. `power_spectrogram`  cut the sound into overlapping windows, take the power of each one's Fourier transform
2. `mel_power`          pool the bins into bands with triangles that are even on the mel scale
3. `decibels`           take the logarithm
4. `cepstrum`           take the discrete cosine transform over the bands
5. `truncate`           keep the first amplitudes

Back again, as far as that goes: `mfcc_to_mel` undoes 5 and 4, `db_to_power` 3, `mel_to_power` 2,
`griffin_lim` 1.

Axis order is (frames, bins), (frames, bands), (frames, coefficients): time first, a clip reads like a text.
The defaults are Lachmish's (2016): 100 ms windows every 40 ms at 22 050 Hz, 128 bands, 13 coefficients.
"""

from functools import lru_cache
from math import log

import numpy as np
from scipy.fft import dct, idct, irfft, rfft

from genrelib.audio import SR

__all__ = [
    "DB",
    "HOP",
    "KINDS",
    "N_FFT",
    "N_MELS",
    "N_MFCC",
    "RANGE_DB",
    "TOGETHER",
    "cepstrum",
    "db_to_power",
    "decibels",
    "fourier_power",
    "frame_count",
    "frames",
    "griffin_lim",
    "hann",
    "hz_to_mel",
    "log_mel",
    "mel_power",
    "mel_spectrogram",
    "mel_to_hz",
    "mel_to_power",
    "mel_triangles",
    "mfcc",
    "mfcc_to_mel",
    "overlap_add",
    "power_spectrogram",
    "truncate",
]

N_FFT, HOP, N_MELS, N_MFCC = 2205, 882, 128, 13
# samples of the windows that are taken together: they stay in the processor's cache, and BLAS computes their
# products in one thread, where several would fight with the workers and sum in another order
TOGETHER = 48 * N_FFT
FLOOR = 1e-10  # the power that step 3 takes for silence, as librosa's amin
RANGE_DB = 80.0
DB = 10 / log(10)  # decibels in a power of e: NumPy's natural logarithm is three times as quick as that to 10


def frames(y, *, n_fft=N_FFT, hop_length=HOP):
    """Cut a sound into overlapping windows: a view, without copying and without padding.

    Parameters
    ----------
    y : (samples,) array
    n_fft, hop_length : int
        Samples of a window, and from one window to the next.

    Returns
    -------
    (frames, n_fft) array, float32

    Raises
    ------
    ValueError
        When there is more than one channel, a sample is NaN or infinite, the sound is shorter than one
        window, or window or hop are not positive numbers of samples.

    Notes
    -----
    Chapter 3.
    """
    y = np.ascontiguousarray(y, dtype=np.float32)
    if hop_length < 1 or n_fft < 2:
        raise ValueError(
            f"a window of {n_fft} samples every {hop_length}: a window takes at least 2, a hop at least 1"
        )
    if y.ndim != 1:
        raise ValueError(
            f"expected one channel (samples,), not an array of shape {y.shape}: average the channels first"
        )
    if len(y) < n_fft:
        raise ValueError(f"a sound of {len(y)} samples is shorter than one window of {n_fft}")
    if not np.isfinite(y).all():
        raise ValueError(f"{np.count_nonzero(~np.isfinite(y))} of {len(y)} samples are NaN or infinite")
    return np.lib.stride_tricks.sliding_window_view(y, n_fft)[::hop_length]


def frame_count(samples, *, n_fft=N_FFT, hop_length=HOP):
    """Count the whole windows that fit into a sound.

    Parameters
    ----------
    samples : int
        How long the sound is.
    n_fft, hop_length : int
        As in `frames`.

    Returns
    -------
    int
        0 when not even one fits.

    Notes
    -----
    Chapter 4.
    """
    return max(0, 1 + (int(samples) - n_fft) // hop_length)


def power_spectrogram(y, *, n_fft=N_FFT, hop_length=HOP):
    """Take the Fourier power of each Hann window (step 1).

    Parameters
    ----------
    y : (samples,) array
    n_fft, hop_length : int
        As in `frames`.

    Returns
    -------
    (frames, 1 + n_fft // 2) array, linear power

    Raises
    ------
    ValueError
        As in `frames`.

    Notes
    -----
    Chapter 3. As `librosa.stft(center=False)`, squared.
    """
    return fourier_power(frames(y, n_fft=n_fft, hop_length=hop_length))


def fourier_power(windows):
    """Fade the ends of windows and take their Fourier power.

    Parameters
    ----------
    windows : (frames, n_fft) array

    Returns
    -------
    (frames, 1 + n_fft // 2) array, linear power

    Notes
    -----
    Chapter 3.
    """
    spectrum = rfft(windows * hann(windows.shape[1]), axis=1)
    return spectrum.real**2 + spectrum.imag**2


@lru_cache
def hann(n_fft):
    """Return a Hann window.

    Parameters
    ----------
    n_fft : int

    Returns
    -------
    (n_fft,) array, float32

    Notes
    -----
    Chapter 3. As `scipy.signal.get_window`.
    """
    return (0.5 + 0.5 * np.cos(np.linspace(-np.pi, np.pi, n_fft, endpoint=False))).astype(np.float32)


def hz_to_mel(hz):
    """Convert frequencies to mels on Slaney's scale: linear below 1 kHz, logarithmic above.

    Parameters
    ----------
    hz : float or array, in Hz

    Returns
    -------
    array of the same shape, in mels

    Notes
    -----
    Chapter 3. Slaney (1998), as `librosa.hz_to_mel`.
    """
    hz = np.asarray(hz, dtype=float)
    return np.where(hz < 1000, hz * 3 / 200, 15 + 27 * np.log(np.maximum(hz, 1000) / 1000) / np.log(6.4))


def mel_to_hz(mel):
    """Convert mels on Slaney's scale to frequencies.

    Parameters
    ----------
    mel : float or array, in mels

    Returns
    -------
    array of the same shape, in Hz

    Notes
    -----
    Chapter 3. As `librosa.mel_to_hz`.
    """
    mel = np.asarray(mel, dtype=float)
    return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp(np.log(6.4) * (mel - 15) / 27))


@lru_cache
def mel_triangles(*, sr=SR, n_fft=N_FFT, n_mels=N_MELS):
    """Draw triangles over the bins of a spectrum, evenly spaced in mels, each of unit area in Hz.

    Parameters
    ----------
    sr : int
        The sampling rate in Hz; the triangles reach from 0 to sr / 2.
    n_fft : int
        Samples of a window.
    n_mels : int
        How many triangles.

    Returns
    -------
    (n_mels, 1 + n_fft // 2) array, float32, read-only

    Raises
    ------
    ValueError
        When a triangle would hold no bin.

    Notes
    -----
    Chapter 3. As `librosa.filters.mel`.
    """
    if n_mels < 1:
        raise ValueError(f"cannot pool a spectrum into {n_mels} mel bands: ask for at least one")
    bins = np.fft.rfftfreq(n_fft, 1 / sr)
    edges = mel_to_hz(np.linspace(0, hz_to_mel(sr / 2), n_mels + 2))
    rising = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    triangles = np.maximum(0, np.minimum(rising, falling)) * (2 / (edges[2:] - edges[:-2]))[:, None]
    empty = np.count_nonzero(~triangles.any(axis=1))
    if empty:
        raise ValueError(
            f"{empty} of {n_mels} mel bands hold no bin of {n_fft} samples: fewer bands, or a longer window"
        )
    triangles = triangles.astype(np.float32)
    triangles.flags.writeable = False  # one array serves every call
    return triangles


@lru_cache
def _mel_blocks(*, sr=SR, n_fft=N_FFT, n_mels=N_MELS, size=16):
    """Cut the triangles into blocks of a few bands, which cover a few bins and leave most zeros out.

    Returns a list of (slice of bins, weights (bins, bands)).
    """
    blocks = []
    for first in range(0, n_mels, size):
        block = mel_triangles(sr=sr, n_fft=n_fft, n_mels=n_mels)[first : first + size]
        under = np.flatnonzero(block.any(axis=0))
        bins = slice(under[0], under[-1] + 1)
        blocks.append((bins, np.ascontiguousarray(block[:, bins].T)))
    return blocks


def mel_power(power, *, sr=SR, n_fft=N_FFT, n_mels=N_MELS):
    """Pool a power spectrogram into mel bands (step 2).

    Parameters
    ----------
    power : (frames, 1 + n_fft // 2) array, linear power
    sr, n_fft, n_mels : int
        As in `mel_triangles`.

    Returns
    -------
    (frames, n_mels) array, linear power

    Raises
    ------
    ValueError
        When a band would hold no bin.

    Notes
    -----
    Chapter 3. Triangles on Slaney's scale, as `librosa.filters.mel` draws them.
    """
    blocks = _mel_blocks(sr=sr, n_fft=n_fft, n_mels=n_mels)
    return np.concatenate([power[:, bins] @ weights for bins, weights in blocks], axis=1)


def decibels(power, *, range_db=RANGE_DB):
    """Take the logarithm of a power (step 3).

    Parameters
    ----------
    power : array, linear power
    range_db : float
        Nothing lies further than this below the loudest point of the array.

    Returns
    -------
    array of the same shape, in dB relative to a power of 1

    Notes
    -----
    Chapter 3. As `librosa.power_to_db(ref=1)`.
    """
    db = DB * np.log(np.maximum(power, FLOOR))
    return np.maximum(db, db.max() - range_db)


def cepstrum(db):
    """Take the discrete cosine transform of each frame over its bands (step 4).

    Parameters
    ----------
    db : (frames, bands) array, in dB

    Returns
    -------
    (frames, bands) array of coefficients
        The first is the level, the next few the shape.

    Notes
    -----
    Chapter 3. Type II, orthonormal, as `scipy.fft.dct(norm="ortho")`.
    """
    return dct(db, axis=-1, norm="ortho")


def truncate(coefficients, *, n_mfcc=N_MFCC):
    """Keep the first amplitudes of each frame (step 5).

    Parameters
    ----------
    coefficients : (frames, bands) array
    n_mfcc : int
        How many to keep.

    Returns
    -------
    (frames, n_mfcc) array

    Raises
    ------
    ValueError
        When there are fewer to keep from.

    Notes
    -----
    Chapter 3.
    """
    if not 1 <= n_mfcc <= coefficients.shape[-1]:
        raise ValueError(f"cannot keep {n_mfcc} of {coefficients.shape[-1]} coefficients")
    return coefficients[..., :n_mfcc]


def mel_spectrogram(y, *, sr=SR, n_fft=N_FFT, hop_length=HOP, n_mels=N_MELS):
    """Turn a sound into a mel spectrogram: steps 1 and 2, a few dozen windows at a time.

    Parameters
    ----------
    y, sr, n_fft, hop_length, n_mels
        As in `log_mel`.

    Returns
    -------
    (frames, n_mels) array, float32, linear power

    Raises
    ------
    ValueError
        As in `frames` and `mel_triangles`.

    Notes
    -----
    Chapter 3.
    """
    windows, bands = frames(y, n_fft=n_fft, hop_length=hop_length), {"sr": sr, "n_mels": n_mels}
    count = max(1, TOGETHER // n_fft)
    batches = [windows[first : first + count] for first in range(0, len(windows), count)]
    return np.concatenate([mel_power(fourier_power(batch), n_fft=n_fft, **bands) for batch in batches])


def log_mel(y, *, sr=SR, n_fft=N_FFT, hop_length=HOP, n_mels=N_MELS):
    """Turn a sound into a mel spectrogram in decibels: steps 1 to 3.

    Parameters
    ----------
    y : (samples,) array
    sr : int
        Its sampling rate in Hz.
    n_fft, hop_length : int
        As in `frames`.
    n_mels : int
        As in `mel_triangles`.

    Returns
    -------
    (frames, n_mels) array, float32, in dB

    Raises
    ------
    ValueError
        As in `frames` and `mel_triangles`.

    Notes
    -----
    Chapter 3.
    """
    return decibels(mel_spectrogram(y, sr=sr, n_fft=n_fft, hop_length=hop_length, n_mels=n_mels))


def mfcc(y, *, n_mfcc=N_MFCC, **window):
    """Turn a sound into mel-frequency cepstral coefficients: all five steps.

    Parameters
    ----------
    y : (samples,) array
    n_mfcc : int
        How many coefficients to keep.
    **window
        `sr`, `n_fft`, `hop_length` and `n_mels`, as in `log_mel`.

    Returns
    -------
    (frames, n_mfcc) array, float32

    Raises
    ------
    ValueError
        As in `log_mel` and `truncate`.

    Notes
    -----
    Chapter 3.
    """
    return truncate(cepstrum(log_mel(y, **window)), n_mfcc=n_mfcc)


KINDS = {"mel": log_mel, "mfcc": mfcc}


def mfcc_to_mel(coefficients, *, n_mels=N_MELS):
    """Go back over steps 5 and 4: put zeros for what was thrown away, and transform back.

    Parameters
    ----------
    coefficients : (frames, n_mfcc) array
    n_mels : int

    Returns
    -------
    (frames, n_mels) array, in dB

    Notes
    -----
    Chapter 3. As `librosa.feature.inverse.mfcc_to_mel`, but in decibels.
    """
    return idct(coefficients, n=n_mels, axis=-1, norm="ortho")


def db_to_power(db):
    """Go back over step 3: turn decibels into linear power.

    Parameters
    ----------
    db : array, in dB

    Returns
    -------
    array of the same shape, linear power

    Notes
    -----
    Chapter 3. As `librosa.db_to_power`.
    """
    return 10 ** (db / 10)


def mel_to_power(mel, *, sr=SR, n_fft=N_FFT, n_iter=100):
    """Go back over step 2: find a power spectrogram, nowhere negative, that pools into these mel bands.

    Parameters
    ----------
    mel : (frames, n_mels) array, linear power
    sr, n_fft : int
        As in `mel_triangles`.
    n_iter : int
        How many updates.

    Returns
    -------
    (frames, 1 + n_fft // 2) array, linear power

    Notes
    -----
    Chapter 3. There are more bins than bands, so this is one answer of many: bands spread over their
    triangles, then the updates of Lee & Seung (2001).
    """
    from scipy.sparse import csr_array

    triangles = csr_array(mel_triangles(sr=sr, n_fft=n_fft, n_mels=mel.shape[-1]))
    pool = triangles.T.tocsr()
    wanted = mel @ triangles
    power = wanted.copy()
    for _ in range(n_iter):
        power *= wanted / np.maximum((power @ pool) @ triangles, 1e-30)
    return power


def overlap_add(spectrum, *, n_fft=N_FFT, hop_length=HOP):
    """Find the sound whose windows come nearest to complex spectra.

    Parameters
    ----------
    spectrum : (frames, 1 + n_fft // 2) complex array
    n_fft, hop_length : int
        As in `frames`.

    Returns
    -------
    (samples,) array, float32

    Notes
    -----
    Chapter 3. As `librosa.istft(center=False)`; the ends, which hardly any window covers, fade.
    """
    pieces = irfft(spectrum, n=n_fft, axis=1) * hann(n_fft)
    y = np.zeros(n_fft + hop_length * (len(pieces) - 1), dtype=np.float32)
    weight = np.zeros_like(y)
    for number, piece in enumerate(pieces):
        here = slice(number * hop_length, number * hop_length + n_fft)
        y[here] += piece
        weight[here] += hann(n_fft) ** 2
    return y / np.maximum(weight, 0.1)  # the ends, under hardly any window, fade


def griffin_lim(power, *, n_fft=N_FFT, hop_length=HOP, n_iter=50, seed=0):
    """Go back over step 1: find phases that fit a power spectrogram.

    Parameters
    ----------
    power : (frames, 1 + n_fft // 2) array, linear power
    n_fft, hop_length : int
        As in `frames`.
    n_iter : int
        How often overlapping windows are brought to agree.
    seed : int
        Of the random phases to begin with.

    Returns
    -------
    (samples,) array, float32

    Notes
    -----
    Chapter 3. Griffin & Lim (1984), with the momentum of Perraudin et al. (2013), as `librosa.griffinlim`.
    """
    amplitude = np.sqrt(power)
    phase = np.exp(2j * np.pi * np.random.default_rng(seed).random(power.shape)).astype(np.complex64)
    before = 0
    for _ in range(n_iter):
        y = overlap_add(amplitude * phase, n_fft=n_fft, hop_length=hop_length)
        now = rfft(frames(y, n_fft=n_fft, hop_length=hop_length) * hann(n_fft), axis=1)
        phase = now - before * (0.99 / 1.99)
        phase /= np.maximum(np.abs(phase), 1e-12)
        before = now
    return overlap_add(amplitude * phase, n_fft=n_fft, hop_length=hop_length)
