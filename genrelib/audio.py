"""Read a sound from disk as one float32 channel at the rate asked for, and write one (chapter 1)."""

import io
import mmap
import os
import wave
from contextlib import contextmanager, suppress

import numpy as np
import soundfile
import soxr

from genrelib import disk

__all__ = [
    "EXTENSIONS",
    "SILENT",
    "SR",
    "AudioError",
    "blocks",
    "duration",
    "examine",
    "mp3",
    "opened",
    "promised",
    "read",
    "resampled",
    "said_of",
    "samples",
    "write",
]

SR = 22050
MP3_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
EXTENSIONS = (  # of what libsndfile reads; a file is known by its content all the same
    *(".wav", ".wave", ".bwf", ".rf64", ".w64", ".aiff", ".aif", ".aifc", ".caf", ".au", ".snd"),
    *(".flac", ".ogg", ".oga", ".opus", ".mp3"),
)
SILENT = 1e-3  # a peak below -60 dB of full scale: nothing to hear
RATES, CHANNELS = (1000, 768_000), 64  # what music is kept in; a header that says otherwise is damaged
BLOCK = 1 << 21  # numbers read at a time, or those of a second: what a long file takes of memory
MP3_KBITS = (  # per second, of MPEG 2 and of MPEG 1, by the four bits of a frame's header
    (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
)
PLACEHOLDER = (1 << 31) - (1 << 13)  # bytes of sound that a WAV header says before it knows, or more
UNKNOWN = 1 << 62  # frames; a header that says more was written before the length was known


class AudioError(ValueError):
    """A file that holds no usable sound; the message names the file and says why."""

    def __str__(self):
        path, reason = self.args
        return f"{disk.shown(path)}: {reason}"


class _Stream(soundfile.SoundFile):
    """A sound that is read from its beginning to its end.

    soundfile seeks to where it is already after every block. A FLAC file of unknown length refuses that, and
    an MP3 file comes back with a crack there.
    """

    def seekable(self):
        return False


def read(path, *, sr=SR, start=0.0, seconds=None):
    """Read a sound: the channels averaged, resampled.

    Parameters
    ----------
    path : str or path
        A file of a kind that libsndfile reads: WAV, FLAC, OGG, MP3, AIFF, AU and others.
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
    with _excerpt(path, start, seconds) as (rate, found):
        return _joined(path, resampled(found, rate, sr), start)


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
    with _excerpt(path, start, seconds) as (rate, found):
        return _joined(path, found, start), rate


@contextmanager
def _excerpt(path, start, seconds):
    """Open an excerpt for the length of a block: the sampling rate, and the blocks of samples."""
    with opened(path) as file:
        if start:
            file.seek(min(int(start * file.samplerate), file.frames))
        yield file.samplerate, blocks(file, seconds=seconds)


def _joined(path, found, start):
    """Put blocks of samples together. Raises AudioError when there is none."""
    y = np.concatenate([np.empty(0, np.float32), *found])
    if not y.size:
        raise AudioError(path, "holds no samples" + (f" from {start:g} s on" if start else ""))
    return y


def blocks(file, *, seconds=None):
    """Read an open sound one block after another, the channels averaged, however long it is.

    Parameters
    ----------
    file : soundfile.SoundFile
        As `opened` gives it.
    seconds : float, optional
        How much of it, from the file's present position; to its end by default.

    Yields
    ------
    (samples,) array, float32, full scale ±1
        Of a whole number of seconds, but for the last.

    Raises
    ------
    AudioError
        When a sample is NaN or infinite.
    """
    size = max(1, BLOCK // (file.samplerate * file.channels)) * file.samplerate
    left = UNKNOWN if seconds is None else int(seconds * file.samplerate)
    kept_as = "int16" if file.subtype == "PCM_16" else "float32"  # NumPy turns one into the other quicker
    while len(block := file.read(min(size, left), dtype=kept_as, always_2d=True)):
        left -= len(block)
        y = block[:, 0].astype(np.float32)
        for channel in block.T[1:]:  # an eighth of the time that `mean` takes, with the same result
            y += channel
        y /= block.shape[1]
        if kept_as == "int16":
            y /= 2**15
        if not np.isfinite(y).all():
            raise AudioError(file.name, "holds NaN or infinite samples")
        yield y


def resampled(found, rate, sr):
    """Resample a sound that comes in blocks; the result does not depend on how it is cut.

    Parameters
    ----------
    found : iterable of (samples,) arrays, float32
    rate, sr : int
        The sampling rate that it has, and the one to resample to, in Hz.

    Yields
    ------
    (samples,) array, float32
    """
    if rate == sr:
        yield from found
        return
    stream = soxr.ResampleStream(rate, sr, 1, dtype="float32")
    for y in found:
        yield stream.resample_chunk(y)
    yield stream.resample_chunk(np.empty(0, np.float32), last=True)


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
        When it cannot be read as audio, now or later in the block.
    """
    if not os.path.exists(path):
        raise FileNotFoundError(f"{disk.shown(path)}: no such file")
    if not os.path.isfile(path):  # to open a pipe would wait for its writer
        raise AudioError(path, "is not a file, but a folder, pipe or device")
    if not os.access(path, os.R_OK):
        raise AudioError(path, "cannot be opened (permission denied)")
    try:
        with _Stream(_named(path)) as file:
            if not RATES[0] <= file.samplerate <= RATES[1]:
                raise AudioError(path, f"has a sampling rate of {file.samplerate} Hz: its header is damaged")
            if file.channels > CHANNELS:
                raise AudioError(path, f"has {file.channels} channels: its header is damaged")
            yield file
    except soundfile.SoundFileRuntimeError as error:
        reason = getattr(error, "error_string", str(error)).rstrip(".")
        if "not exist" in reason or "not recognised" in reason:  # the file is there; it is just no sound
            reason = "no known format"
        raise AudioError(path, f"cannot be read as audio ({reason})") from error


def _named(path):
    """Return the name of a file as libsndfile takes it: as bytes, where file names are bytes."""
    return os.fsencode(path) if os.name == "posix" else os.fspath(path)


def said_of(path, error):
    """Return what an error says of a file, without its name.

    Parameters
    ----------
    path : str or path
    error : Exception

    Returns
    -------
    str
    """
    return str(error).removeprefix(f"{disk.shown(path)}: ")


def duration(path):
    """Read the length of an audio file from its header.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    float
        In seconds; of a file whose header does not know, as many as it holds.

    Raises
    ------
    FileNotFoundError, AudioError
        As in `read`.
    """
    with opened(path) as file:
        frames = file.frames if file.frames < UNKNOWN else sum(map(len, blocks(file)))
        return frames / file.samplerate


def examine(path, *, shortest, heard=30.0):
    """Read a whole file, and refuse it if no music can be heard in it.

    Parameters
    ----------
    path : str or path
    shortest : float
        How long it has to be, in seconds.
    heard : float
        In how many seconds from its beginning something has to be heard.

    Returns
    -------
    float
        Its length in seconds.

    Raises
    ------
    FileNotFoundError
        When there is no such file.
    AudioError
        When it is no audio, too short, silent, holds NaN or infinite samples, or more than can be read.

    Notes
    -----
    Chapter 2.
    """
    held, early, peak = 0, 0.0, 0.0
    with opened(path) as file:
        rate, is_mp3 = file.samplerate, file.format == "MP3"
        for y in blocks(file):
            level = np.abs(y)
            early = max(early, level[: max(0, int(heard * rate) - held)].max(initial=0))
            peak, held = max(peak, level.max()), held + len(y)
    seconds = held / rate
    if not held:
        raise AudioError(path, "holds no samples")
    if is_mp3 and (in_frames := _mp3_seconds(path)) > seconds + 1:
        raise AudioError(
            path,
            f"holds {in_frames:.1f} s, of which its header gives away {seconds:.1f} s: "
            "mend it with ffmpeg -i old.mp3 -c copy new.mp3",
        )
    if seconds < shortest:
        raise AudioError(path, f"{seconds:.1f} s is shorter than {shortest:g} s")
    if early < SILENT:
        where = "throughout" if peak < SILENT else f"for its first {heard:g} s"
        raise AudioError(path, f"is silent {where}")
    return seconds


def promised(path):
    """Read how much sound the header of a file promises.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    float
        In seconds; NaN where it promises nothing: it was written before the length was known, or the format
        has no place for it.

    Raises
    ------
    FileNotFoundError, AudioError
        As in `read`.

    Notes
    -----
    Chapter 2. libsndfile quietly corrects the header of a WAV file that was cut short, so that one is read
    here as it stands; and where an MP3 file says nothing, it guesses.
    """
    with opened(path) as file:
        frames, rate, kind = file.frames, file.samplerate, file.format
    if kind == "WAV":
        with suppress(wave.Error, EOFError), open(path, "rb") as body, wave.open(body) as file:
            frames = file.getnframes()
            if frames * file.getsampwidth() * file.getnchannels() >= PLACEHOLDER:
                frames = 0
    if kind == "MP3" and not _says_its_length(path):
        frames = 0
    return frames / rate if 0 < frames < UNKNOWN else np.nan


def _says_its_length(path):
    """Say whether the first frame of an MP3 file says how many there are."""
    with open(path, "rb") as file:
        file.seek(_after_tag(file.read(10)))
        return any(mark in file.read(1500) for mark in (b"Xing", b"Info", b"VBRI"))


def _after_tag(start):
    """Return where an MP3 file goes on after a tag: it gives its length in four times seven bits."""
    sizes = zip(start[6:10], (21, 14, 7, 0), strict=True)
    return 10 + sum(byte << shift for byte, shift in sizes) if start[:3] == b"ID3" and len(start) == 10 else 0


def _mp3_seconds(path):
    """Return how many seconds an MP3 file holds: its frames counted up to the first that is none.

    libsndfile plays as much as the first frame says, and where it says nothing, as much as would be there if
    all frames were as large as the first.
    """
    seconds = 0.0
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as body:
        at = _after_tag(body[:10])
        while at + 4 <= len(body):
            sync, how, what = body[at], body[at + 1], body[at + 2]
            version, rate, kbits = how >> 3 & 3, what >> 2 & 3, what >> 4
            if sync != 0xFF or how >> 5 != 7 or version == 1 or how >> 1 & 3 != 1 or rate == 3:
                break
            if not 0 < kbits < 15:
                break
            hz = (44100, 48000, 32000)[rate] >> (0 if version == 3 else 1 if version == 2 else 2)
            samples = 1152 if version == 3 else 576
            at += samples // 8 * MP3_KBITS[version == 3][kbits] * 1000 // hz + (what >> 1 & 1)
            seconds += samples / hz
    return seconds


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
            soundfile.write(_named(part), y, sr)


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
