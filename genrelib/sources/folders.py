"""Sounds of one's own: a folder of genres, or a CSV file that lists clips (chapter 2)."""

import os
from pathlib import Path

import pandas as pd

from genrelib import audio
from genrelib.sources.checks import gather

__all__ = ["from_csv", "from_folder"]


def from_csv(path):
    """Open the clips that a CSV file lists.

    Parameters
    ----------
    path : pathlib.Path
        Its columns are path, genre and, if known, artist. A relative path starts from the file's folder.

    Returns
    -------
    Corpus

    Raises
    ------
    ValueError
        When a column is missing, or with fewer than two genres.

    Notes
    -----
    Chapter 2.
    """
    clips = pd.read_csv(path, dtype=str)
    missing = {"path", "genre"} - set(clips)
    if missing:
        raise ValueError(
            f"{path}: no column {' and no '.join(sorted(missing))}; needs path, genre and, if known, artist"
        )
    clips["path"] = [str(path.parent / name) for name in clips["path"]]
    clips.index = _names_of(clips["path"], path.parent)
    return gather(path.stem, clips.reindex(columns=["path", "genre", "artist"]))


def from_folder(folder, *, name=None, excluded=None):
    """Open a folder `<genre>/<clip>` or `<genre>/<artist>/<clip>`; hidden files are passed over.

    Parameters
    ----------
    folder : str or path
    name : str, optional
        Of the corpus; by default that of the folder.
    excluded : dict of str to str, optional
        Clips to leave out, and why.

    Returns
    -------
    Corpus
        What cannot be used is listed in `.skipped`.

    Raises
    ------
    FileNotFoundError
        When there is no such folder.
    ValueError
        With fewer than two genres.

    Notes
    -----
    Chapter 2.
    """
    folder = Path(folder).expanduser()
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder}: no such folder")
    genres = sorted(sub.name for sub in folder.iterdir() if sub.is_dir() and sub.name[0] not in "._")
    paths = [path for genre in genres for path in sorted((folder / genre).rglob("*"))]
    paths = [path for path in paths if path.suffix.lower() in audio.EXTENSIONS and path.name[0] != "."]
    steps = [path.relative_to(folder).parts for path in paths]
    clips = pd.DataFrame(
        {
            "path": [str(path) for path in paths],
            "genre": [step[0] for step in steps],
            "artist": [step[1] if len(step) > 2 else None for step in steps],
        },
        index=_names_of(paths, folder),
    )
    empty = sorted(set(genres) - set(clips["genre"]))
    skipped = [{"path": str(folder / genre), "reason": "holds no clip"} for genre in empty]
    return gather(name or folder.name, clips, excluded, skipped=skipped, source=folder)


def _names_of(paths, folder):
    """Name clips after their files, or their paths where two share a name (blues/01.wav, rock/01.wav)."""
    names = pd.Index([Path(path).stem for path in paths])
    return (
        names
        if names.is_unique
        else pd.Index([Path(os.path.relpath(path, folder)).as_posix() for path in paths])
    )
