"""Read a sound from disk as one float32 channel at the rate asked for, and write one (chapter 1)."""

from pathlib import Path

import numpy as np
import soundfile
import soxr

from genrelib import disk

SR = 22050
EXTENSIONS = (".wav", ".flac", ".ogg", ".mp3", ".au")


class AudioError(ValueError):
    """A file that holds no usable sound; the message names the file and says why."""


def read(path, *, sr=SR, start=0.0, seconds=None):
    """Read a WAV, FLAC, OGG, MP3 or AU file: the channels averaged, resampled to `sr` Hz.

    `start` and `seconds` cut an excerpt. Returns (samples,) float32, full scale ±1.
    Raises FileNotFoundError, or AudioError when the file is no audio, is empty, or holds NaN or infinite samples.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"{path}: no such file")
    try:
        with soundfile.SoundFile(path) as file:
            file.seek(min(int(start * file.samplerate), file.frames))
            frames = -1 if seconds is None else int(seconds * file.samplerate)
            y, rate = file.read(frames, dtype="float32", always_2d=True), file.samplerate
    except (soundfile.LibsndfileError, RuntimeError) as error:
        raise AudioError(f"{path}: cannot be read as audio ({str(error).rstrip('.')})") from error
    y = y.mean(axis=1)
    if not y.size:
        raise AudioError(f"{path}: holds no samples")
    if not np.isfinite(y).all():
        raise AudioError(f"{path}: holds NaN or infinite samples")
    return y if rate == sr else soxr.resample(y, rate, sr)


def duration(path):
    """Return the length of an audio file in seconds, from its header. Raises AudioError."""
    try:
        return soundfile.info(path).duration
    except (soundfile.LibsndfileError, RuntimeError) as error:
        raise AudioError(f"{path}: cannot be read as audio ({str(error).rstrip('.')})") from error


def write(path, y, *, sr=SR):
    """Write (samples,) to `path`, whole or not at all; the suffix decides the format."""
    with disk.whole(path) as part:
        soundfile.write(part, y, sr)
