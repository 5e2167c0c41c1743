"""The genre labels that tagtraum gives to the songs of the Million Song Dataset (chapter 14)."""

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

__all__ = ["Labels", "read_labels"]

ROW = re.compile(r"(TR[A-Z0-9]{16})\t([^\t]+)(?:\t([^\t]+))?")


@dataclass(frozen=True, eq=False)
class Labels:
    """The labels of a file.

    Parameters
    ----------
    path : pathlib.Path
    table : pandas.DataFrame
        One row per track, indexed by track_id: label and minority, the second label or None.
    repeated : int
        Lines that only repeat one.
    contradicting : tuple of str
        Tracks that were left out because two lines give them two labels.
    malformed : tuple of int
        Numbers of the lines that are no label.
    """

    path: Path
    table: pd.DataFrame
    repeated: int
    contradicting: tuple
    malformed: tuple

    @property
    def names(self):
        """The labels that occur, alphabetically."""
        return tuple(sorted(self.table["label"].unique()))


def read_labels(path):
    """Read a tagtraum label file.

    A line is a track, a tab, its majority genre and, where listeners disagreed, a tab and the minority genre.
    Lines that begin with `#` are comments.

    Parameters
    ----------
    path : str or path
        A `.cls` file, or the `.cls.zip` that the publisher offers.

    Returns
    -------
    Labels

    Raises
    ------
    FileNotFoundError
        When there is no such file.
    ValueError
        When at least as many of its lines are something else as are labels, or a ZIP archive does not hold
        one `.cls` file.

    Notes
    -----
    Chapter 14.
    """
    path = Path(path).expanduser()
    if not path.is_file():
        raise FileNotFoundError(
            f"{path}: no such file; `python -m genrelib fetch tagtraum` brings the labels"
        )
    rows, malformed = [], []
    for number, line in enumerate(_text(path).splitlines(), 1):
        if row := ROW.fullmatch(line.rstrip()):
            rows.append(row.groups())
        elif line.strip() and not line.startswith("#"):
            malformed.append(number)
    if len(malformed) >= len(rows):
        raise ValueError(
            f"{path}: is not a label file: {len(rows)} of its lines are a track, a tab and a genre, "
            f"{len(malformed)} are not"
        )
    lines = pd.DataFrame(rows, columns=["track_id", "label", "minority"], dtype=object)
    distinct = lines.drop_duplicates(["track_id", "label"])
    torn = distinct["track_id"][distinct["track_id"].duplicated()].unique()
    table = distinct[~distinct["track_id"].isin(torn)].set_index("track_id")
    return Labels(path, table, len(lines) - len(distinct), tuple(torn), tuple(malformed))


def _text(path):
    """Return the text of a label file, out of its ZIP archive if it lies in one."""
    body = path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            members = [name for name in archive.namelist() if name.endswith(".cls")]
            if len(members) != 1:
                raise ValueError(f"{path}: should hold one .cls file, holds {len(members)}")
            body = archive.read(members[0])
    return body.decode("utf-8-sig", "replace")
