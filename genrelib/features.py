"""The five steps from samples to mel-frequency cepstral coefficients, each a function of its own (chapter 3).

1. `power_spectrogram`  cut the sound into overlapping windows and take the power of each one's Fourier transform
2. `mel_power`          pool the bins into bands with triangles that are even on the mel scale
3. `decibels`           take the logarithm
4. `cepstrum`           take the discrete cosine transform over the bands
5. `keep`               keep the first amplitudes

Axis order is (frames, bins), (frames, bands), (frames, coefficients): time first, so that a clip reads like a text.
The defaults are those of Lachmish (2016): 100 ms windows every 40 ms at 22 050 Hz, 128 bands, 13 coefficients.
"""

from functools import lru_cache

import numpy as np
from scipy.fft import dct, rfft
from scipy.signal import get_window

from genrelib.audio import SR

N_FFT, HOP, N_MELS, N_MFCC = 2205, 882, 128, 13
FLOOR = 1e-10  # the power that step 3 takes for silence, as librosa's amin
RANGE_DB = 80.0


def frames(y, *, n_fft=N_FFT, hop_length=HOP):
    """Cut (samples,) into (frames, n_fft) overlapping windows, a view without copying and without padding.

    Raises ValueError when the sound is shorter than one window or the hop is not positive.
    """
    y = np.ascontiguousarray(y, dtype=np.float32)
    if hop_length < 1:
        raise ValueError(f"hop_length must be at least 1 sample, not {hop_length}")
    if y.ndim != 1:
        raise ValueError(f"expected one channel (samples,), not an array of shape {y.shape}")
    if len(y) < n_fft:
        raise ValueError(f"a sound of {len(y)} samples is shorter than one window of {n_fft}")
    return np.lib.stride_tricks.sliding_window_view(y, n_fft)[::hop_length]


def power_spectrogram(y, *, n_fft=N_FFT, hop_length=HOP):
    """Take the Fourier power of each Hann window (step 1).

    Returns (frames, 1 + n_fft // 2), linear power. Chapter 3; as `librosa.stft(center=False)`, squared.
    """
    spectrum = rfft(frames(y, n_fft=n_fft, hop_length=hop_length) * hann(n_fft), axis=1)
    return spectrum.real**2 + spectrum.imag**2


@lru_cache
def hann(n_fft):
    """Return the Hann window of n_fft samples, float32."""
    return get_window("hann", n_fft).astype(np.float32)


def hz_to_mel(hz):
    """Convert Hz to mels on Slaney's scale: linear below 1 kHz, logarithmic above (Auditory Toolbox, 1998)."""
    hz = np.asarray(hz, dtype=float)
    return np.where(hz < 1000, hz * 3 / 200, 15 + 27 * np.log(np.maximum(hz, 1000) / 1000) / np.log(6.4))


def mel_to_hz(mel):
    """Convert mels on Slaney's scale to Hz."""
    mel = np.asarray(mel, dtype=float)
    return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp(np.log(6.4) * (mel - 15) / 27))


@lru_cache
def mel_triangles(*, sr=SR, n_fft=N_FFT, n_mels=N_MELS):
    """Draw triangles over the bins, evenly spaced in mels from 0 to sr / 2, each of unit area in Hz.

    Returns (n_mels, 1 + n_fft // 2) float32. Raises ValueError when a triangle would hold no bin.
    """
    bins = np.fft.rfftfreq(n_fft, 1 / sr)
    edges = mel_to_hz(np.linspace(0, hz_to_mel(sr / 2), n_mels + 2))
    rising = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    triangles = np.maximum(0, np.minimum(rising, falling)) * (2 / (edges[2:] - edges[:-2]))[:, None]
    if not triangles.any(axis=1).all():
        empty = int((~triangles.any(axis=1)).sum())
        raise ValueError(f"{empty} of {n_mels} mel bands hold no bin of {n_fft} samples: ask for fewer bands or a longer window")
    return triangles.astype(np.float32)


def mel_power(power, *, sr=SR, n_fft=N_FFT, n_mels=N_MELS):
    """Pool a power spectrogram (frames, 1 + n_fft // 2) into mel bands (step 2).

    Returns (frames, n_mels), linear power. Raises ValueError when a band would hold no bin.
    Chapter 3; triangles after Slaney's scale, as librosa draws them.
    """
    return power @ mel_triangles(sr=sr, n_fft=n_fft, n_mels=n_mels).T


def decibels(power, *, range_db=RANGE_DB):
    """Take the logarithm of a power (step 3), nothing lower than `range_db` below the loudest point of the whole array.

    Returns the shape given, in dB relative to a power of 1. As `librosa.power_to_db(ref=1)`; chapter 3.
    """
    db = 10 * np.log10(np.maximum(power, FLOOR))
    return np.maximum(db, db.max() - range_db)


def cepstrum(db):
    """Take the orthonormal discrete cosine transform (type II) of each frame over its bands (step 4).

    (frames, bands) dB in, (frames, bands) coefficients out: the first is the level, the next few the spectrum's shape.
    """
    return dct(db, axis=-1, norm="ortho")


def keep(coefficients, *, n_mfcc=N_MFCC):
    """Keep the first `n_mfcc` amplitudes of each frame (step 5). Returns (frames, n_mfcc).

    Raises ValueError when there are fewer to keep from.
    """
    if not 1 <= n_mfcc <= coefficients.shape[-1]:
        raise ValueError(f"cannot keep {n_mfcc} of {coefficients.shape[-1]} coefficients")
    return coefficients[..., :n_mfcc]


def log_mel(y, *, sr=SR, n_fft=N_FFT, hop_length=HOP, n_mels=N_MELS):
    """Turn (samples,) into a mel spectrogram in decibels, (frames, n_mels) float32: steps 1 to 3."""
    power = power_spectrogram(y, n_fft=n_fft, hop_length=hop_length)
    return decibels(mel_power(power, sr=sr, n_fft=n_fft, n_mels=n_mels))


def mfcc(y, *, n_mfcc=N_MFCC, **window):
    """Turn (samples,) into cepstral coefficients, (frames, n_mfcc) float32: all five steps. `window` as in `log_mel`."""
    return keep(cepstrum(log_mel(y, **window)), n_mfcc=n_mfcc)


KINDS = {"mel": log_mel, "mfcc": mfcc}
