"""Sound in pieces of one channel at 22 050 Hz: from a file, a pipe, an address or a microphone.

What libsndfile does not read (M4A, AAC, WMA, WebM, and anything that comes through a pipe or from an address)
PyAV decodes, and sounddevice opens the microphone: both are optional.
"""

import os
import re
import stat
import sys
import time
import warnings
from itertools import groupby
from operator import itemgetter
from queue import Empty, SimpleQueue

import numpy as np

from genrelib import audio

__all__ = ["EXTENSIONS", "is_stream", "microphone", "pieces"]

EXTENSIONS = (
    *audio.EXTENSIONS,
    ".m4a",
    ".m4b",
    ".mp4",
    ".aac",
    ".wma",
    ".webm",
    ".mka",
    ".ac3",
    ".amr",
    ".ape",
)
GATHERED = 0.02  # seconds that are resampled at once, at least: the call costs as much as they do
PATIENCE = 15.0  # seconds without a byte after which a stream has stalled
TRIES = 6  # connections in a row that bring no sound before a stream is given up
LONGEST_WAIT = 30.0  # seconds between two of them
EXTRA = "pip install 'genrelib[listen]'"


def is_stream(source):
    """Say whether a source is heard as it arrives: a pipe or an address.

    Parameters
    ----------
    source : str or path

    Returns
    -------
    bool
    """
    source = os.fspath(source)
    return source == "-" or _is_address(source) or (os.path.exists(source) and _is_pipe(source))


def _is_address(source):
    return source.partition("://")[0].lower() in ("http", "https")


def _is_pipe(path):
    return stat.S_ISFIFO(os.stat(path).st_mode)


def pieces(source):
    """Read a sound in pieces.

    Parameters
    ----------
    source : str or path
        A file, `-` for standard input, or an address that begins with http.

    Yields
    ------
    (samples,) array, float32
        One channel at 22 050 Hz, full scale ±1.

    Raises
    ------
    FileNotFoundError
        When there is no such file.
    AudioError
        When it is no sound, or holds NaN or infinite samples.
    OSError
        When an address does not answer, or answers with something other than sound.
    ImportError
        When PyAV is needed and missing.

    Notes
    -----
    Chapter 13. A stream that stalls or breaks off is connected again, which is said as a warning.
    """
    source = os.fspath(source)
    if source == "-":
        found = _decoded(sys.stdin.buffer, "standard input")
    elif _is_address(source):
        found = _radio(source)
    elif os.path.exists(source) and _is_pipe(source):
        found = _piped(source)
    else:
        found = _file(source)
    return _even(found)


def microphone():
    """Listen to the microphone, for as long as it is asked.

    Yields
    ------
    (samples,) array, float32
        As `pieces`.

    Raises
    ------
    ImportError
        When sounddevice or what it rests on is missing.
    OSError
        When there is no microphone, or it gives no sound.

    Notes
    -----
    Chapter 13.
    """
    return _even(_recorded())


def _even(found):
    """Bring blocks of samples, (sampling rate, samples), to 22 050 Hz; the rate may change on the way."""
    for rate, run in groupby(found, key=itemgetter(0)):
        yield from audio.resampled(_gathered((y for _, y in run), GATHERED * rate), rate, audio.SR)


def _gathered(found, least):
    """Put blocks together until they hold so many samples."""
    waiting, held = [], 0
    for y in found:
        waiting.append(y)
        held += len(y)
        if held >= least:
            yield np.concatenate(waiting) if len(waiting) > 1 else y
            waiting, held = [], 0
    if held:
        yield np.concatenate(waiting)


def _file(path):
    """Read a file with libsndfile or, where that refuses it or finds no samples in it, with PyAV.

    The header of a recording that goes on often says that there are none.
    """
    begun, known = False, True
    try:
        with audio.opened(path) as file:
            for y in audio.blocks(file):
                begun = True
                yield file.samplerate, y
    except audio.AudioError as error:
        if begun or "cannot be read as audio" not in str(error):
            raise
        known = False
    if begun:
        return
    reason = "holds no samples, its header says" if known else "libsndfile does not know it"
    try:
        yield from _decoded(f"file:{path}", path)
    except ImportError as error:
        raise audio.AudioError(path, f"{reason}; {audio.said_of(path, error)}") from error
    except audio.AudioError as error:
        if known and "no known format" in str(error):
            raise audio.AudioError(path, reason) from error
        raise


def _piped(path):
    with open(path, "rb") as body:
        yield from _decoded(body, path)


def _decoded(body, name):
    """Decode a file, or what comes through a file object.

    Damaged packets are passed over: a stream is joined in the middle of one.
    """
    try:
        import av
    except ImportError as error:
        raise ImportError(f"{name}: PyAV is needed to read it: {EXTRA}") from error
    any_sound = False
    try:
        with av.open(body, buffer_size=4096, metadata_errors="replace") as container:
            if not container.streams.audio:
                raise audio.AudioError(name, "holds no sound")
            for rate, y in _samples(av, container):
                if not np.isfinite(y).all():
                    raise audio.AudioError(name, "holds NaN or infinite samples")
                any_sound = True
                yield rate, y
    except av.FFmpegError as error:
        if not any_sound:
            raise audio.AudioError(name, "cannot be read as audio (no known format)") from error
    if not any_sound:
        raise audio.AudioError(name, "holds no samples")


def _samples(av, container):
    """Yield (sampling rate, samples), the channels averaged, of the first sound in a container."""
    for packet in container.demux(audio=0):
        try:
            frames = packet.decode()
        except av.InvalidDataError:
            continue
        yield from ((frame.sample_rate, _averaged(frame)) for frame in frames)


def _averaged(frame):
    """Return the mean of the channels of a frame that PyAV has decoded."""
    y = frame.to_ndarray()
    if not frame.format.is_planar:
        y = y.reshape(-1, len(frame.layout.channels)).T
    full_scale = 1 if y.dtype.kind == "f" else 2 ** (8 * y.itemsize - 1)
    middle = full_scale if y.dtype.kind == "u" else 0
    return (y.mean(axis=0, dtype=np.float32) - middle) / np.float32(full_scale)


def _radio(address):
    """Listen to an address; a stream that stalls or breaks off is connected again, later and later."""
    heard, failed = False, 0
    while True:
        try:
            for found in _connection(address):
                heard, failed = True, 0
                yield found
            return
        except (OSError, audio.AudioError) as error:
            if not heard:
                raise
            reason = str(error).removeprefix(f"{address}: ")
        failed += 1
        if failed > TRIES:
            raise OSError(f"{address}: {reason}; given up after {TRIES} connections without sound")
        wait = min(2 ** (failed - 1), LONGEST_WAIT)
        warnings.warn(f"{address}: {reason}; connecting again in {wait:g} s", stacklevel=2)
        time.sleep(wait)


def _connection(address):
    """Listen to an address until it ends. Raises OSError when that is no end: a station has none."""
    with _Body(address) as body:
        try:
            yield from _decoded(body, address)
        except audio.AudioError as error:
            if not body.broken:
                raise
            raise OSError(f"{address}: {body.broken}") from error
        if not body.has_an_end:
            raise OSError(f"{address}: {body.broken or 'the stream ended'}")
        if body.broken:
            warnings.warn(f"{address}: {body.broken}; heard as far as it came", stacklevel=2)


class _Body:
    """What a server sends, as a file object that remembers in `broken` what broke it off."""

    def __init__(self, address):
        import requests

        from genrelib.acquire.download import AGENT, plain

        self.broken, self._plain, self._failure, self._rest = "", plain, requests.RequestException, b""
        try:
            self._answer = requests.get(address, stream=True, timeout=PATIENCE, headers=AGENT)
            self._answer.raise_for_status()
        except requests.RequestException as error:
            raise OSError(f"{address}: {plain(error)}") from error
        kind = self._answer.headers.get("Content-Type", "")
        if kind.startswith("text/html"):
            raise OSError(f"{address}: is a web page; give the address of the sound itself")
        if "mpegurl" in kind.lower() or "scpls" in kind.lower():
            inside = re.search(r"https?://\S+", self._answer.text)
            way_out = f", {inside[0]}" if inside else ""
            raise OSError(f"{address}: is a playlist; give the address in it{way_out}")
        self.has_an_end = bool({"Content-Length", "Transfer-Encoding"} & set(self._answer.headers))
        self._chunks = self._answer.iter_content(4096)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._answer.close()

    def read(self, size):
        """Return the next bytes, at most so many; none at the end."""
        try:
            self._rest = self._rest or next(self._chunks, b"")
        except self._failure as error:
            self.broken = self._plain(error)
        piece, self._rest = self._rest[:size], self._rest[size:]
        return piece


def _recorded():
    """Yield (sampling rate, samples) from the microphone."""
    try:
        import sounddevice
    except ImportError as error:
        raise ImportError(f"sounddevice opens the microphone: {EXTRA}") from error
    except OSError as error:
        raise OSError(f"the microphone needs PortAudio ({error}); on Linux install libportaudio2") from error
    heard = SimpleQueue()
    try:
        rate = int(sounddevice.query_devices(kind="input")["default_samplerate"])
        stream = sounddevice.InputStream(
            samplerate=rate,
            channels=1,
            dtype="float32",
            callback=lambda block, *_: heard.put(block[:, 0].copy()),
        )
        with stream:
            while True:
                yield rate, heard.get(timeout=PATIENCE)
    except (sounddevice.PortAudioError, ValueError) as error:
        raise OSError(f"no microphone can be opened ({error})") from error
    except Empty as error:
        raise OSError(f"the microphone gave no sound for {PATIENCE:g} s") from error
