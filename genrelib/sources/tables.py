"""Read a CSV file row by row, whatever made it, and say what is wrong with it (chapter 2).

Values are taken as they are written: no word, such as `NA` or `None`, stands for a missing one.
"""

import codecs
import csv
import io
from pathlib import Path

from genrelib import disk

__all__ = ["columns_of", "is_text", "rows_of"]

SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}


def columns_of(path):
    """Read the names of the columns of a CSV file.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    list of str

    Raises
    ------
    ValueError
        When it is not written as CSV, in UTF-8 and with commas.
    """
    return next(_lines(path))[1]


def rows_of(path, *, needed):
    """Read the rows of a CSV file that are not blank.

    Parameters
    ----------
    path : str or path
    needed : sequence of str
        Columns that must be there.

    Yields
    ------
    line : int
        The number of the row's last line.
    row : dict of str to str
        Its values by column. Bytes that are no UTF-8, as the name of a file may have them, are escaped as in
        `os.fsdecode`; `is_text` tells.
    wrong : str
        What is wrong with it as a row of a table; else empty.

    Raises
    ------
    ValueError
        As in `columns_of`, and when a column is missing.
    """
    lines = _lines(path)
    columns = next(lines)[1]
    if missing := [name for name in needed if name not in columns]:
        lacks, asks = " and no ".join(missing), " and ".join(needed)
        raise ValueError(f"{disk.shown(path)}: no column {lacks}; needs {asks}")
    for line, values in lines:
        if any(value.strip() for value in values):
            wrong = f"{len(values)} values in {len(columns)} columns: one with a comma in it needs quotes"
            row = dict.fromkeys(columns, "") | dict(zip(columns, values, strict=False))
            yield line, row, wrong if len(values) > len(columns) else ""


def _lines(path):
    """Yield the number of the last line and the values of every row, the names of the columns first."""
    body = Path(path).read_bytes()
    if body[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        raise ValueError(f"{disk.shown(path)}: is UTF-16; save the table as CSV in UTF-8")
    text = io.StringIO(body.decode("utf-8-sig", "surrogateescape"), newline="")
    reader, line = csv.reader(text, strict=True), 0
    try:
        columns = [name.strip() for name in next(reader, [])]
        for sign, kind in SEPARATORS.items():
            if len(columns) == 1 and sign in columns[0]:
                raise ValueError(f"{disk.shown(path)}: is separated by {kind}; save the table with commas")
        yield 1, columns
        for values in reader:
            line = reader.line_num
            yield line, values
    except csv.Error as error:
        raise ValueError(f"{disk.shown(path)}, after line {line}: is no CSV ({error})") from error


def is_text(value):
    """Say whether a value was UTF-8.

    Parameters
    ----------
    value : str

    Returns
    -------
    bool
    """
    return not any("\udc80" <= sign <= "\udcff" for sign in value)
