"""A table of ready features: genres and numbers, and no sound (chapters 6 and 10)."""

from pathlib import Path

import numpy as np
import pandas as pd

from genrelib.corpus import Corpus
from genrelib.sources.tables import columns_of, rows_of

__all__ = ["from_ready", "is_ready"]

NEEDED = ("filename", "label")
BESIDE = {*NEEDED, "artist", "length"}  # columns that are no features


def is_ready(path):
    """Say whether a CSV file is a table of ready features: whether it has a column filename or label.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    bool
    """
    return not set(NEEDED).isdisjoint(columns_of(path))


def from_ready(path, *, name=None, genres=None):
    """Open a table of ready features, a row per clip.

    Parameters
    ----------
    path : str or path
        A CSV file with the columns filename, label and, if known, artist. All others but length, which says
        how many samples a clip has, are features.
    name : str, optional
        Of the corpus; by default that of the file.
    genres : sequence of str, optional
        The genres that there may be; any by default.

    Returns
    -------
    Corpus
        With `numbers` and no paths.

    Raises
    ------
    ValueError
        When a column is missing or holds something other than numbers, a clip has two rows or none of the
        genres, or with fewer than two genres.

    Notes
    -----
    Chapters 6 and 10.
    """
    columns = columns_of(path)
    found = list(rows_of(path, needed=NEEDED))
    if bad := next(((line, wrong) for line, _, wrong in found if wrong), None):
        raise ValueError(f"{path}, line {bad[0]}: {bad[1]}")
    rows = pd.DataFrame([row for _, row, _ in found], columns=columns)
    if set(columns) <= BESIDE:
        raise ValueError(f"{path}: no column of features beside {', '.join(columns)}")
    twice = rows["filename"][rows["filename"].duplicated()]
    if len(twice):
        raise ValueError(f"{path}: {twice.iloc[0]} has two rows: a clip has one")
    strange = rows[~rows["label"].isin(genres)] if genres else rows[rows["label"] == ""]
    if len(strange):
        clip, genre = strange[["filename", "label"]].iloc[0]
        expected = f"one of {', '.join(genres)}" if genres else "a genre"
        raise ValueError(f"{path}: {clip} has the label {genre!r}, not {expected}")
    if rows["label"].nunique() < 2:
        raise ValueError(f"{path}: needs at least two genres, found {rows['label'].nunique()}")
    numbers = tuple(column for column in rows if column not in BESIDE)
    table = rows[list(numbers)].apply(pd.to_numeric, errors="coerce")
    bad = ~np.isfinite(table.to_numpy(float))
    if bad.any():
        row, column = np.argwhere(bad)[0]
        value = rows[numbers[column]].iloc[row]
        raise ValueError(f"{path}: {numbers[column]} of {rows['filename'].iloc[row]} is {value!r}, no number")
    artist = rows["artist"].replace("", None) if "artist" in rows else None
    table.insert(0, "genre", rows["label"])
    table.insert(1, "artist", artist)
    table.index = pd.Index([Path(clip).stem for clip in rows["filename"]])
    return Corpus(name or Path(path).stem, table, numbers=numbers)
