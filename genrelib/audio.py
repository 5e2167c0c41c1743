"""Read a sound from disk as one float32 channel at the rate asked for, and write one (chapter 1)."""

import io
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import soundfile
import soxr

from genrelib import disk

__all__ = [
    "EXTENSIONS",
    "SILENT",
    "SR",
    "AudioError",
    "duration",
    "examine",
    "mp3",
    "opened",
    "read",
    "samples",
    "write",
]

SR = 22050
MP3_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
EXTENSIONS = (".wav", ".flac", ".ogg", ".mp3", ".au")
SILENT = 1e-3  # a peak below -60 dB of full scale: nothing to hear


class AudioError(ValueError):
    """A file that holds no usable sound; the message names the file and says why."""


def read(path, *, sr=SR, start=0.0, seconds=None):
    """Read a sound: the channels averaged, resampled.

    Parameters
    ----------
    path : str or path
        A WAV, FLAC, OGG, MP3 or AU file.
    sr : int
        The sampling rate to resample to, in Hz.
    start : float
        Where an excerpt begins, in seconds.
    seconds : float, optional
        How long it lasts; to the end of the file by default.

    Returns
    -------
    (samples,) array, float32, full scale ±1

    Raises
    ------
    FileNotFoundError
        When there is no such file.
    AudioError
        When it is no audio, is empty, or holds NaN or infinite samples.

    Notes
    -----
    Chapter 1.
    """
    y, rate = samples(path, start=start, seconds=seconds)
    return y if rate == sr else soxr.resample(y, rate, sr)


def samples(path, *, start=0.0, seconds=None):
    """Read a sound at its own sampling rate, the channels averaged.

    Parameters
    ----------
    path : str or path
    start, seconds : float
        As in `read`.

    Returns
    -------
    y : (samples,) array, float32, full scale ±1
    sr : int
        In Hz.

    Raises
    ------
    FileNotFoundError, AudioError
        As in `read`.
    """
    with opened(path) as file:
        file.seek(min(int(start * file.samplerate), file.frames))
        frames = -1 if seconds is None else int(seconds * file.samplerate)
        kept_as = "int16" if file.subtype == "PCM_16" else "float32"  # NumPy turns one into the other quicker
        y, rate = file.read(frames, dtype=kept_as, always_2d=True), file.samplerate
    y = y.mean(axis=1, dtype=np.float32) if y.shape[1] > 1 else y[:, 0].astype(np.float32, copy=False)
    if kept_as == "int16":
        y /= 2**15
    if not y.size:
        raise AudioError(f"{path}: holds no samples" + (f" from {start:g} s on" if start else ""))
    if not np.isfinite(y).all():
        raise AudioError(f"{path}: holds NaN or infinite samples")
    return y, rate


@contextmanager
def opened(path):
    """Open an audio file for reading, for the length of a block.

    Parameters
    ----------
    path : str or path

    Yields
    ------
    soundfile.SoundFile

    Raises
    ------
    FileNotFoundError
        When there is no such file.
    AudioError
        When it cannot be read as audio, be it now or later in the block.
    """
    if not Path(path).exists():
        raise FileNotFoundError(f"{path}: no such file")
    try:
        with soundfile.SoundFile(path) as file:
            yield file
    except soundfile.SoundFileRuntimeError as error:
        reason = getattr(error, "error_string", str(error)).rstrip(".")
        if "not exist" in reason or "not recognised" in reason:  # the file is there; it is just no sound
            reason = "no known format"
        raise AudioError(f"{path}: cannot be read as audio ({reason})") from error


def duration(path):
    """Read the length of an audio file from its header.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    float
        In seconds.

    Raises
    ------
    FileNotFoundError, AudioError
        As in `read`.
    """
    with opened(path) as file:
        return file.frames / file.samplerate


def examine(path, *, shortest):
    """Read a whole file, and refuse it if no music can be heard in it.

    Parameters
    ----------
    path : str or path
    shortest : float
        How long it has to be, in seconds.

    Returns
    -------
    float
        Its length in seconds.

    Raises
    ------
    FileNotFoundError
        When there is no such file.
    AudioError
        When it is no audio, too short, silent throughout, or holds NaN or infinite samples.

    Notes
    -----
    Chapter 2.
    """
    y, rate = samples(path)
    if len(y) / rate < shortest:
        raise AudioError(f"{path}: {len(y) / rate:.1f} s is shorter than {shortest:g} s")
    if np.abs(y).max() < SILENT:
        raise AudioError(f"{path}: is silent throughout")
    return len(y) / rate


def write(path, y, *, sr=SR):
    """Write a sound, whole or not at all.

    Parameters
    ----------
    path : str or path
        Its suffix decides the format.
    y : (samples,) array, full scale ±1
    sr : int
        Its sampling rate in Hz.
    """
    with disk.whole(path) as part:
        if part.suffix == ".mp3":
            part.write_bytes(mp3(y, sr=sr))
        else:
            soundfile.write(part, y, sr)


def mp3(y, *, sr=SR, **options):
    """Encode a sound as an MP3; at another rate, if the format does not know its own.

    Parameters
    ----------
    y : (samples,) array, full scale ±1
    sr : int
        Its sampling rate in Hz: the next higher one that MP3 knows is used, 48 000 at most.
    **options
        As `soundfile.write` takes them.

    Returns
    -------
    bytes
    """
    rate = min((rate for rate in MP3_RATES if rate >= sr), default=MP3_RATES[-1])
    body = io.BytesIO()
    soundfile.write(body, y if rate == sr else soxr.resample(y, sr, rate), rate, format="MP3", **options)
    return body.getvalue()
