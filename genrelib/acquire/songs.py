"""The song files of the Million Song Dataset: facts about songs, no sound (chapter 14).

A song file is HDF5 and holds tables of one row. The summary files that come with the data set hold the same
tables with a row for each of their songs, and are read in the same way.
"""

import re
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
from tqdm import tqdm

__all__ = ["TABLES", "read_songs"]

TABLES = {  # table in the file -> the columns that are read of it; a longer name is cut
    "metadata/songs": np.dtype(
        [
            ("song_id", "S32"),
            ("artist_id", "S32"),
            ("artist_name", "S256"),
            ("title", "S256"),
            ("track_7digitalid", "i4"),
        ]
    ),
    "analysis/songs": np.dtype([("track_id", "S32"), ("duration", "f8")]),
}
COLUMNS = [name for columns in TABLES.values() for name in columns.names]
IDS = {  # they become names of files
    "track_id": re.compile(r"TR[A-Z0-9]{16}"),
    "artist_id": re.compile(r"AR[A-Z0-9]{16}"),
}


class _NoSong(Exception):
    """A file that holds no song of the Million Song Dataset; the message says why, without its name."""


def read_songs(folder):
    """Read every song file (`.h5`) below a folder.

    Parameters
    ----------
    folder : str or path

    Returns
    -------
    songs : pandas.DataFrame
        Indexed and sorted by track_id, each track once: song_id, artist_id, artist_name, title,
        track_7digitalid (-1 where the shop has none), duration in seconds, path.
    skipped : pandas.DataFrame
        Files that are damaged or hold no song: path and reason.

    Raises
    ------
    FileNotFoundError
        When there is no such folder, or no `.h5` file in it.

    Notes
    -----
    Chapter 14.
    """
    folder = Path(folder).expanduser()
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder}: no such folder")
    paths = sorted(path for path in folder.rglob("*.h5") if path.is_file())
    if not paths:
        raise FileNotFoundError(f"{folder}: holds no .h5 file; give the folder of the song files")
    read, skipped = [], []
    for path in tqdm(paths, desc="song files", unit="file", delay=1):
        try:
            read += [(*row, str(path)) for row in _rows(path)]
        except _NoSong as error:
            skipped.append({"path": str(path), "reason": str(error)})
    songs = pd.DataFrame(read, columns=[*COLUMNS, "path"])
    songs = songs.drop_duplicates("track_id").set_index("track_id").sort_index()
    return songs, pd.DataFrame(skipped, columns=["path", "reason"])


def _rows(path):
    """Read the songs of one file, a list of tuples in the order of `COLUMNS`. Raises _NoSong."""
    try:
        with h5py.File(path) as file:
            columns = [column for table in TABLES for column in _columns_of(file, table)]
    except (OSError, KeyError, TypeError, ValueError, RuntimeError, MemoryError) as error:
        raise _NoSong(f"cannot be read as HDF5 ({str(error).splitlines()[0]})") from error
    if len({len(column) for column in columns}) != 1 or not columns[0]:
        raise _NoSong("no song file: its tables do not hold the same songs")
    found = list(zip(*columns, strict=True))
    for name, form in IDS.items():
        for row in found:
            if not form.fullmatch(row[COLUMNS.index(name)]):
                raise _NoSong(f"no song file: {row[COLUMNS.index(name)]!r} is no {name}")
    return found


def _columns_of(file, table):
    """Read a table of an open file: for each of its columns in `TABLES` a list of str or numbers."""
    dataset = file.get(table)
    if not isinstance(dataset, h5py.Dataset):
        raise _NoSong(f"no song file: holds no table {table}")
    part = np.zeros(dataset.shape, TABLES[table])
    dataset.read_direct(part)  # these columns only: twice as fast as whole rows
    columns = [part[name].ravel().tolist() for name in part.dtype.names]
    return [
        [value.decode("utf-8", "replace") if isinstance(value, bytes) else value for value in column]
        for column in columns
    ]
