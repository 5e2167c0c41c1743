"""Whole songs: heard one by one or as a folder, and what a run that was stopped has heard already."""

import json
import os
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from itertools import groupby

import numpy as np
from tqdm import tqdm

from genrelib import audio, disk
from genrelib.listening import doubt, sound
from genrelib.listening.ears import EVERY, counted, hear, overall

__all__ = ["Song", "file_key", "hear_song", "hear_songs", "name", "name_smoothed", "runs", "songs_in"]

SILENCE, NO_MUSIC, NOT_SURE = "silence", "no music", "not sure"
FAILURES = (OSError, ValueError, ImportError)
GROWS = (
    "{0}: was written to while it was heard, and is named by what was there before; "
    "to hear it while it grows: tail -c +1 -f {0} | genrelib classify -"
)


def name(model, probabilities, *, silent, music, least=None):
    """Put what a model says into a word.

    Parameters
    ----------
    model : Model
    probabilities : (genres,) array
    silent, music : bool
        Whether there was nothing to hear, and whether what there was is music.
    least : float, optional
        The probability below which the most probable genre is not named; the model's own by default.

    Returns
    -------
    str
        "silence", "no music", "not sure", or a genre.

    Notes
    -----
    Chapter 13.
    """
    if silent:
        return SILENCE
    if not music:
        return NO_MUSIC
    best = int(np.argmax(probabilities))
    sure = doubt.is_sure(model.weights, probabilities) if least is None else probabilities[best] >= least
    return model.genres[best] if sure else NOT_SURE


def name_smoothed(model, verdict, *, least=None):
    """Put a verdict into a word, in view of those before it.

    Parameters
    ----------
    model : Model
    verdict : Verdict
    least : float, optional
        As in `name`.

    Returns
    -------
    str
    """
    return name(model, verdict.smoothed, silent=verdict.silent, music=verdict.music, least=least)


def runs(model, verdicts, *, least=None):
    """Put together verdicts that say the same one after another, smoothed.

    Parameters
    ----------
    model : Model
    verdicts : list of Verdict
    least : float, optional
        As in `name`.

    Returns
    -------
    list of (float, float, str)
        From when to when, in seconds, and what.
    """
    begins = [0.0, *(verdict.second for verdict in verdicts)]
    said = [name_smoothed(model, verdict, least=least) for verdict in verdicts]
    spans = zip(begins, begins[1:], said, strict=False)
    grouped = [list(run) for _, run in groupby(spans, key=lambda span: span[2])]
    return [(run[0][0], run[-1][1], run[0][2]) for run in grouped]


@dataclass(frozen=True)
class Song:
    """What a model says of a file.

    Parameters
    ----------
    path : str
    seconds : float
        How much of it was heard.
    said : str
        As `name` says it.
    probabilities : list of float
        Of each genre.
    runs : list of (float, float, str)
        As `runs` returns them.
    """

    path: str
    seconds: float
    said: str
    probabilities: list
    runs: list


def hear_song(model, path, *, every=EVERY, least=None, tell=None):
    """Listen to a file.

    Parameters
    ----------
    model : Model
    path : str or path
    every : float
        Seconds from one verdict to the next.
    least : float, optional
        As in `name`.
    tell : callable, optional
        Is told the path and each verdict.

    Returns
    -------
    Song

    Raises
    ------
    FileNotFoundError, AudioError, ValueError
        When it cannot be heard; the message names it.

    Notes
    -----
    Chapter 13.
    """
    verdicts = []
    try:
        for verdict in hear(model, sound.pieces(path), every=every):
            verdicts.append(verdict)
            if tell:
                tell(path, verdict)
    except audio.AudioError:
        raise
    except ValueError as error:
        raise audio.AudioError(path, str(error)) from error
    said, heard = overall(verdicts), counted(verdicts)
    music = 2 * sum(verdict.music for verdict in heard) >= len(heard)
    silent = all(verdict.silent for verdict in heard)
    return Song(
        path=os.fspath(path),
        seconds=verdicts[-1].second,
        said=name(model, said, silent=silent, music=music, least=least),
        probabilities=[round(float(share), 4) for share in said],
        runs=runs(model, verdicts, least=least),
    )


def songs_in(folder):
    """List the files of a folder, and of those in it, that may be music by their endings.

    Parameters
    ----------
    folder : str or path

    Returns
    -------
    paths : list of str
    trouble : list of str
        What could not be opened, and why, in a line each.

    Raises
    ------
    ValueError
        When there is none.
    """
    paths, trouble = [], []
    for path, said in disk.walk(folder, pass_over=lambda name: name.startswith(".")):
        if not said and path.suffix.lower() not in sound.EXTENSIONS:
            continue
        if not said and path.is_file():
            paths.append(os.fspath(path))
        else:  # to open a pipe would wait for its writer
            trouble.append(f"{disk.shown(path)}: {said or 'is no file'}")
    if not paths:
        raise ValueError(f"{disk.shown(folder)}: holds no music, neither itself nor a folder in it")
    return sorted(paths), trouble


def hear_songs(model, paths, *, every=EVERY, least=None, jobs=1, resume=False, tell=None):
    """Listen to files, several with a progress bar.

    Parameters
    ----------
    model : Model
    paths : list of str
    every, least, tell
        As in `hear_song`.
    jobs : int
        Files at once.
    resume : bool
        Whether to go on where a run was that was stopped. What has been heard is noted below `data/heard/`,
        by path, size and time of each file.

    Returns
    -------
    songs : list of Song
        In the order of the paths.
    failed : list of str
        What could not be heard, and why, in a line each.

    Notes
    -----
    Chapter 13.
    """
    journal = _Journal(model.digest, every, least) if resume else None

    def heard(path):
        key = file_key(path)
        try:
            known = journal and journal.find(key, path)
            song = known or hear_song(model, path, every=every, least=least, tell=tell)
        except BrokenPipeError:  # not the song's: whoever reads what `tell` writes has seen enough
            raise
        except FAILURES as error:
            return None, f"{disk.shown(path)}: {audio.said_of(path, error)}"
        if file_key(path) != key:
            warnings.warn(GROWS.format(disk.shown(path)), stacklevel=2)
            return None, song
        _warn_of_a_break(song)
        return key, song

    songs, failed, quiet = [], [], len(paths) == 1 or None  # None: where nobody looks at a bar
    with ThreadPoolExecutor(jobs) as pool, tqdm(total=len(paths), unit="song", disable=quiet) as bar:
        try:
            for key, song in pool.map(heard, paths):
                bar.update()
                (songs if isinstance(song, Song) else failed).append(song)
                if journal and key:
                    journal.note(key, song)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return songs, failed


def _warn_of_a_break(song):
    """Say so when a file ends before its header says."""
    with suppress(OSError, audio.AudioError):
        promised = audio.promised(song.path)
        if promised > song.seconds + 2:  # a verdict is a second old, and some coders promise a little more
            ends = f"{disk.shown(song.path)}: breaks off after {song.seconds:.0f} s"
            warnings.warn(f"{ends} of {promised:.0f}; it is named by what is there", stacklevel=3)


class _Journal:
    """Songs that have been heard, one per line of a file; a line that a kill tore is passed over."""

    def __init__(self, *asked):
        name = disk.digest(*asked, disk.code_digest(__name__))
        self._path, self._songs = disk.data_dir("heard") / f"{name}.jsonl", {}
        with suppress(FileNotFoundError):
            for line in self._path.read_text(encoding="utf-8", errors="replace").splitlines():
                with suppress(ValueError, KeyError, TypeError):
                    entry = json.loads(line)
                    self._songs[tuple(entry["key"])] = Song(**entry["song"])

    def find(self, key, path):
        """Return a song that has been heard, if the file of this key still lies at its path, or None."""
        found = self._songs.get(key)
        return found and replace(found, path=path)

    def note(self, key, song):
        """Write down what was heard, unless it is there already."""
        if key not in self._songs:
            self._songs[key] = song
            with open(self._path, "a", encoding="utf-8") as file:  # the line end first: the last may be torn
                file.write("\n" + json.dumps({"key": key, "song": asdict(song)}))


def file_key(path):
    """Tell a file, as it is now, from others and from what it was.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    tuple or None
        Its path, size and time; None when it is not there.
    """
    with suppress(OSError):
        about = os.stat(path)
        return os.path.abspath(path), about.st_size, about.st_mtime_ns
