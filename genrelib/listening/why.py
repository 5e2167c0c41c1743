"""What a verdict hangs on: causes that move it, and the clips that sound most alike (chapter 13).

The changes are made in the spectrogram, where they cost nothing; chapter 12 makes some in the music itself.
"""

import zipfile
from contextlib import suppress
from pathlib import Path

import numpy as np
from tqdm import tqdm

from genrelib import audio, disk, features
from genrelib.listening import sound
from genrelib.listening.ears import EXCERPT
from genrelib.listening.frames import Frames
from genrelib.listening.songs import FAILURES, file_key, songs_in

__all__ = ["CHANGES", "excerpts_of", "learned_from", "moved", "nearest"]

EDGES = np.linspace(0, features.hz_to_mel(audio.SR / 2), features.N_MELS + 2)
HZ = features.mel_to_hz(EDGES[1:-1])  # of the middle of each band
BASS, TREBLE = 250.0, 2000.0  # Hz


def _louder(where, by):
    """Change the level of some bands by so many dB."""
    return lambda db: db + np.where(where, np.float32(by), np.float32(0))


def _played(speed):
    """Play so many times as fast, at the same pitch."""
    return lambda db: _between(db, np.arange(0, len(db) - 1, speed)[: len(db)])


def _transposed(semitones):
    """Play higher by so many semitones, at the same tempo."""
    bands = np.interp(HZ / 2 ** (semitones / 12), HZ, np.arange(len(HZ)))
    return lambda db: _between(db.T, bands).T


def _between(rows, places):
    """Return rows at places between them."""
    first = np.minimum(places.astype(int), len(rows) - 2)
    share = (places - first)[:, None].astype(np.float32)
    return (1 - share) * rows[first] + share * rows[first + 1]


def _evened(db):
    """Halve, in dB, how far each frame's level lies from the mean."""
    level = features.DB * np.log(np.exp(db / features.DB).mean(axis=1, keepdims=True))
    return db - (level - level.mean()) / 2


CHANGES = {
    "treble 10 dB louder": _louder(HZ > TREBLE, 10),
    "treble 10 dB softer": _louder(HZ > TREBLE, -10),
    "bass 10 dB louder": _louder(HZ < BASS, 10),
    "bass 10 dB softer": _louder(HZ < BASS, -10),
    "a quarter faster": _played(1.25),
    "a quarter slower": _played(0.75),
    "two semitones higher": _transposed(2),
    "two semitones lower": _transposed(-2),
    "loud and soft half as far apart": _evened,
}


def excerpts_of(path):
    """Cut a file into excerpts of ten seconds; what is left at its end counts only when it is all.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    list of (frames, 128) arrays, in dB

    Raises
    ------
    FileNotFoundError, AudioError
        As in `sound.pieces`.
    """
    frames = Frames()
    db = np.concatenate([frames(y) for y in sound.pieces(path)])
    whole = [db[first : first + EXCERPT] for first in range(0, len(db) - EXCERPT + 1, EXCERPT)]
    return whole or [db]


def moved(model, excerpts):
    """Say which changes of a song move the probability of its genre most.

    Parameters
    ----------
    model : Model
    excerpts : list of (frames, 128) arrays, in dB
        As `excerpts_of` returns them.

    Returns
    -------
    before : (genres,) array
        The mean over the excerpts as they are.
    after : dict of str -> (genres,) array
        And after each of CHANGES, the one first that moves the most probable genre furthest.

    Notes
    -----
    Chapter 13.
    """
    before = np.mean([model(db) for db in excerpts], axis=0)
    after = {
        name: np.mean([model(change(db)) for db in excerpts], axis=0) for name, change in CHANGES.items()
    }
    best = before.argmax()
    return before, dict(sorted(after.items(), key=lambda item: -abs(item[1][best] - before[best])))


def learned_from(model):
    """List the clips that a model has learned from, as far as they lie on this machine.

    Parameters
    ----------
    model : Model

    Returns
    -------
    list of str
        Paths; none when the corpus is not there, or is no folder.
    """
    source, held_out = model.card["corpus"].get("source") or "", set(model.card["split"]["held_out"])
    name, _, seed = source.partition(", seed ")
    if name == "builtin":
        from genrelib.sources.rendered import folder_name  # brings pandas, which only this needs

        folder = disk.data_dir("corpora") / folder_name(seed or 0)
    else:
        folder = Path(source)
    with suppress(ValueError):  # it holds none
        paths = songs_in(folder)[0] if source and folder.is_dir() else []
        return [path for path in paths if not held_out & set(_names_of(path, folder))]
    return []


def _names_of(path, folder):
    """Return what a clip may be called: after its file, or after its path where two share a name."""
    path = Path(path)
    return path.stem, path.relative_to(folder).with_suffix("").as_posix()


def nearest(model, excerpts, paths, *, count=3):
    """Find the clips that sound most like a song to the model.

    What the layer before the last says of each clip is kept below `data/heard/`, and heard again only when
    the file has changed.

    Parameters
    ----------
    model : Model
    excerpts : list of (frames, 128) arrays, in dB
        Of the song.
    paths : list of str
        Of the clips.
    count : int
        How many to find.

    Returns
    -------
    list of str
        Paths, the nearest first.
    """
    kept = disk.data_dir("heard") / f"{model.digest}-points.npz"
    points = _read_points(kept)
    keys = {path: str(file_key(path)) for path in paths}
    missing = [path for path in paths if keys[path] not in points]
    for path in tqdm(missing, unit="clip", disable=None if missing else True):
        with suppress(*FAILURES):  # what cannot be heard is near to nothing
            points[keys[path]] = _point(model, excerpts_of(path))
    if missing:
        with disk.whole(kept) as part:
            np.savez(part, keys=np.array(list(points)), points=np.array(list(points.values())))
    here = _point(model, excerpts)
    far = {path: np.linalg.norm(points[key] - here) for path, key in keys.items() if key in points}
    return sorted(far, key=far.get)[:count]


def _point(model, excerpts):
    return np.mean([model.hidden(model.statistics(db)) for db in excerpts], axis=0)


def _read_points(path):
    """Return the points that are kept in a file: key -> array. A damaged one holds none."""
    with suppress(*FAILURES, KeyError, EOFError, zipfile.BadZipFile):
        with np.load(path, allow_pickle=False) as file:
            return dict(zip(file["keys"].tolist(), file["points"], strict=True))
    return {}
