"""Download one file: mirrors in order, resumed after a break, checked, whole or not at all (chapter 14)."""

import hashlib
import shutil
import warnings
from pathlib import Path

import requests
from tqdm import tqdm

import genrelib

__all__ = ["DownloadError", "Refused", "append", "asking_from", "download", "make_room", "plain"]

BLOCK = 1 << 13  # bytes; what a break can cost
TIMEOUT = (10, 60)  # seconds to connect, seconds of silence
BREAKS = 5  # times that one mirror may break off and be asked to go on
AGENT = {"User-Agent": f"genrelib/{genrelib.__version__}", "Accept-Encoding": "identity"}


class DownloadError(OSError):
    """A file that could not be had from any of its mirrors; the message names them and says why."""


class Refused(Exception):
    """What one mirror sent is of no use; the next may do better."""


def download(remote, path):
    """Download a file, unless it is there and right.

    What has arrived is kept in `path` + '.part', and the next run goes on from there. A file with a wrong
    checksum is refused, and the file that was at `path` stays.

    Parameters
    ----------
    remote : catalog.Remote
    path : str or path
        Where to.

    Returns
    -------
    pathlib.Path
        The path.

    Raises
    ------
    DownloadError
        When no mirror has it; the message names each and its reason.
    OSError
        When the disk has too little room.

    Notes
    -----
    Chapter 14.
    """
    path = Path(path)
    if path.exists() and _fits(path, remote):
        return path
    part = path.with_name(path.name + ".part")
    reasons = []
    for url in remote.urls:
        try:
            _receive(url, part, remote)
            if not _fits(part, remote):
                got = _digest(part, remote.checksum)
                part.unlink()
                raise Refused(f"wrong checksum of {path.name} (expected {remote.checksum}, got {got})")
            part.replace(path)
            return path
        except (requests.RequestException, Refused) as error:
            reasons.append(f"{url}: {plain(error)}")
    raise DownloadError("; ".join(reasons))


def _receive(url, part, remote):
    """Bring the bytes of `url` into `part`, going on after a break. Raises Refused, RequestException."""
    for left in reversed(range(BREAKS)):
        before = part.stat().st_size if part.exists() else 0
        try:
            if _stream(url, part, before, remote):
                return
        except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError):
            now = part.stat().st_size if part.exists() else 0
            if not left or now <= before:  # nothing more arrives: do not ask again
                raise
    raise Refused("the connection broke too often")


def _stream(url, part, start, remote):
    """Ask `url` for the bytes from `start` on and append them to `part`; say whether the file is complete."""
    with requests.get(url, headers=asking_from(start), stream=True, timeout=TIMEOUT) as answer:
        return append(answer, part, start, size=remote.size, desc=remote.file)


def asking_from(start):
    """Write the headers that ask for a part of a file.

    Parameters
    ----------
    start : int
        The byte from which on it is wanted.

    Returns
    -------
    dict of str to str
    """
    return AGENT | ({"Range": f"bytes={start}-"} if start else {})


def append(answer, part, start, *, size=None, **bar):
    """Append an answer to what has arrived of a file.

    Parameters
    ----------
    answer : requests.Response
        To the request for the bytes from `start` on.
    part : pathlib.Path
        The file.
    start : int
        Its length before.
    size : int, optional
        Its length in the end, where that is known beforehand.
    **bar
        Goes to the progress bar.

    Returns
    -------
    bool
        Whether the file is complete.

    Raises
    ------
    requests.RequestException
        When the server refuses, or the connection breaks.
    OSError
        When the disk has too little room.
    """
    if answer.status_code == 416:  # the server has nothing from `start` on: all has arrived, or too much
        if answer.headers.get("Content-Range") == f"bytes */{start}":
            return True
        part.unlink(missing_ok=True)
        return False
    answer.raise_for_status()
    if start and not _goes_on(answer, start):  # the server cannot go on: begin again
        part.unlink()
        if answer.status_code != 200:
            return False
        start = 0
    length = answer.headers.get("Content-Length", "")
    rest = int(length) if length.isdecimal() else 0
    make_room(part.parent, rest or (size or 0) - start)
    progress = tqdm(total=start + rest or size, initial=start, unit="B", unit_scale=True, **bar)
    with progress, open(part, "ab", buffering=0) as file:
        for block in answer.iter_content(BLOCK):
            file.write(block)
            progress.update(len(block))
    return True


def _goes_on(answer, start):
    """Say whether an answer holds the bytes from `start` on, as was asked."""
    return answer.status_code == 206 and answer.headers.get("Content-Range", "").startswith(f"bytes {start}-")


def make_room(folder, size):
    """Refuse to write what the disk has no room for.

    Parameters
    ----------
    folder : pathlib.Path
    size : int
        In bytes.

    Raises
    ------
    OSError
        When less is free.
    """
    free = shutil.disk_usage(folder).free
    if size > free:
        raise OSError(
            f"{folder}: needs {size / 1e9:.1f} GB, {free / 1e9:.1f} GB are free; "
            "set GENRELIB_DATA to a larger disk"
        )


def _fits(path, remote):
    """Say whether a file has its checksum. Without one any file fits.

    Where the publisher may repack, another checksum is worth a note only.
    """
    if remote.checksum is None or _digest(path, remote.checksum) == remote.checksum:
        return True
    if not remote.checksum_stable:
        warnings.warn(
            f"{remote.file}: its checksum has changed; what is inside is checked instead", stacklevel=4
        )
    return not remote.checksum_stable


def _digest(path, like):
    """Return the checksum of a file in the form of `like`, such as 'md5:…'."""
    method = like.partition(":")[0]
    with open(path, "rb") as file:
        return f"{method}:{hashlib.file_digest(file, method).hexdigest()}"


def plain(error):
    """Say in a few words what went wrong on the way.

    Parameters
    ----------
    error : Exception

    Returns
    -------
    str
        Without addresses, which may be signed.
    """
    match error:
        case requests.HTTPError():
            return f"the server says {error.response.status_code} {error.response.reason}"
        case requests.Timeout():
            return "no answer in time"
        case requests.exceptions.ChunkedEncodingError():
            return "the connection broke off"
        case requests.ConnectionError():
            return "no connection"
        case requests.TooManyRedirects():
            return "it redirects too often"
        case requests.RequestException():  # its text may hold an address that is signed
            return f"the request failed ({type(error).__name__})"
    return str(error)
