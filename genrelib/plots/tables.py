"""Tables that a screen reader can walk through, the texts of their cells, and names as they are."""

import re
from html import escape
from itertools import groupby
from numbers import Integral, Real

import numpy as np
import pandas as pd
from IPython.display import HTML

from genrelib import catalog, disk
from genrelib.plots.marks import HERE, captioned

__all__ = [
    "accuracy_text",
    "corpus_title",
    "difference_text",
    "goal_text",
    "listed",
    "literal",
    "number_text",
    "percent_text",
    "share_text",
    "table",
]

NO_FORMULA = "tex2jax_ignore mathjax_ignore"  # class of an element in which MathJax seeks no formula
_WHOLE_NAME = 22  # letters up to which a name is not broken: as many as GlobalAveragePooling1D has

_NUMBER = re.compile(
    r"[+−]?[\d\u202f.,]+((?:[–\s±]+|\sto\s[+−]?)[\d.]+)?(\s?%)?(\s\(.*\))?"
)  # a range, ± or an interval may follow


def literal(name):
    """Write a name so that Markdown shows it as it is, whatever its characters mean there.

    Parameters
    ----------
    name : str
        Of a genre, an artist, a clip, a corpus, a file: whatever a reader's folders hold.

    Returns
    -------
    str
        Letters, digits and blanks stay; what Markdown, HTML or a formula could read is written as a character
        reference, and what is no character as its code. HTML shows it as it is, too.
    """
    text = disk.shown(str(name))
    plain = "".join(c if c.isalnum() or c == " " else f"&#{ord(c)};" for c in text)
    return f'<span class="{NO_FORMULA}">{plain}</span>' if {"$", "\\"} & set(text) else plain


def corpus_title(name):
    """Write what a sentence calls a corpus: "the built-in corpus" for "builtin".

    Parameters
    ----------
    name : of a corpus, as `open_corpus` takes it

    Returns
    -------
    str
        The name itself where the catalogue has no such data set, as for a folder of the reader's.
    """
    known = catalog.DATASETS.get(name)
    return known.title.replace("The ", "the ") if known else name


def number_text(value, digits=1, *, signed=False):
    """Write a number as the book prints it: −3.2, 0.0, 661 500.

    Parameters
    ----------
    value : number
    digits : digits after the point
    signed : write + before what is above zero

    Returns
    -------
    str, with a true minus, never "−0.0", and thousands apart from five digits on; an en dash for NaN
    """
    if np.isnan(value):
        return "–"
    value = round(float(value), digits) + 0.0  # + 0.0 turns -0.0 into 0.0
    sign, group = "+" if signed and value else "", "," if abs(value) >= 10_000 else ""
    return f"{value:{sign}{group}.{digits}f}".replace("-", "−").replace(",", "\u202f")


def percent_text(share, digits=0):
    """Write a share as a percentage: 0.571 as "57 %", with a no-break space.

    Parameters
    ----------
    share : float
    digits : digits after the point

    Returns
    -------
    str
    """
    return f"{number_text(100 * share, digits)}\u00a0%"


def accuracy_text(row, digits=1):
    """Write the accuracy of a table's row with its interval, in %: "57.1 (50.2–63.9)".

    Parameters
    ----------
    row : mapping or row of a table with `accuracy`, `low` and `high`, as shares
    digits : digits of the interval after the point

    Returns
    -------
    str
    """
    low, high = (number_text(100 * row[end], digits) for end in ("low", "high"))
    return f"{number_text(100 * row['accuracy'])} ({low}–{high})"


def difference_text(row, digits=1):
    """Write the paired difference of a table's row with its interval, in points: "−3.1 (−8.1 to +2.0)".

    Parameters
    ----------
    row : mapping or row of a table with `difference`, `low` and `high`, as shares
    digits : digits of the interval after the point

    Returns
    -------
    str
    """
    low, high = (number_text(100 * row[end], digits, signed=True) for end in ("low", "high"))
    return f"{number_text(100 * row['difference'], signed=True)} ({low} to {high})"


def goal_text(row, goal):
    """Set an accuracy beside a goal: "30.0 (25.0–35.0) %, measurably below the goal of 40.0 % (by …)".

    Parameters
    ----------
    row : mapping or row of a table with `accuracy`, `low` and `high`, as shares
    goal : share

    Returns
    -------
    str, "not measurably" where the interval holds the goal
    """
    gap = row["accuracy"] - goal
    sure = "not measurably" if row["low"] <= goal <= row["high"] else "measurably"
    side = f"{sure} {'below' if gap < 0 else 'above'} the goal of {percent_text(goal, 1)}"
    return f"{accuracy_text(row)}\u00a0%, {side} (by {number_text(100 * abs(gap))} points)"


def listed(words):
    """Write words in a row: "a, b and c".

    Parameters
    ----------
    words : iterable, not empty

    Returns
    -------
    str
    """
    *most, last = map(str, words)
    return f"{', '.join(most)} and {last}" if most else last


def share_text(row, digits=0):
    """Write a share or a difference of shares with its interval, in percent or points: "57 (50–64)".

    Parameters
    ----------
    row : mapping or row of a table with `share`, `low` and `high`
    digits : digits after the point

    Returns
    -------
    str
    """
    share, low, high = (number_text(100 * row[key], digits) for key in ("share", "low", "high"))
    return f"{share} ({low}{' to ' if '−' in low else '–'}{high})"


def table(frame, *, caption=None, digits=1, source=HERE, choose=()):
    """Return a DataFrame as a table of the page.

    Parameters
    ----------
    frame : DataFrame; its index heads the rows unless it is a nameless `RangeIndex`. The index's name heads
        its column, so name it: `frame.rename_axis("system")`. Columns may have several levels.
    caption : text above the table
    digits : digits after the point of numbers that are not whole; or a dict, column -> digits (1 for others)
    source : where the numbers come from, or a list of sources: see `mark`
    choose : names of columns. Where there are any, a reader of the page can choose rows by these, and sort
        them by every column.

    Returns
    -------
    IPython.display.HTML. Numbers stand to the right, text to the left; what is missing is an en dash, True is
    "yes" and False "no". Every value is escaped unless it is an `IPython.display.HTML` itself.
    """
    plain = isinstance(frame.index, pd.RangeIndex) and frame.index.name is None
    levels = [] if plain else [frame.index.get_level_values(at) for at in range(frame.index.nlevels)]
    places = digits if isinstance(digits, dict) else dict.fromkeys(frame.columns, digits)
    headers = [[_cell(value, 1) for value in level] for level in levels]
    columns = [
        [_cell(value, places.get(name, 1)) for value in frame.iloc[:, at]]
        for at, name in enumerate(frame.columns)
    ]
    looks = [_look(column) for column in headers + columns]
    tags = ['th scope="row"'] * len(headers) + ["td"] * len(columns)
    body = list(map(_body_look, looks, headers + columns))
    rows = ("".join(map(_element, tags, body, row)) for row in zip(*headers, *columns, strict=True))
    above = _element("caption", ' style="caption-side:top;text-align:start"', captioned(caption, source))
    chosen = " ".join(str(len(headers) + frame.columns.get_loc(name)) for name in choose)
    chosen = f' data-choose="{chosen}"' if chosen else ""
    return HTML(
        f'<table class="table {NO_FORMULA}" style="font-variant-numeric:tabular-nums"{chosen}>'
        f"{above if caption else ''}"
        f"<thead>{_head(frame.columns, [level.name for level in levels], looks)}</thead>"
        f"<tbody>{_rows(rows)}</tbody></table>"
    )


def _cell(value, digits):
    """Return one value of a table as HTML."""
    if isinstance(value, HTML):
        return value.data
    if np.ndim(value) == 0 and pd.isna(value):
        return "–"
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, Real):
        return number_text(value, 0 if isinstance(value, Integral) else digits)
    return escape(str(value))


def _look(column):
    """Return how the cells of a column stand: numbers to the right, text to the left."""
    shown = [cell for cell in column if cell not in ("–", "")]
    if shown and all(map(_NUMBER.fullmatch, shown)):
        return ' class="number" style="text-align:end"'
    return ' style="text-align:start"'


def _body_look(look, column):
    """Return how the cells of a column stand below its head: intervals and short names stay on one line."""
    names = all(len(cell) <= _WHOLE_NAME and " " not in cell for cell in column)
    return look[:-1] + ';white-space:nowrap"' if names or "number" in look else look


def _head(columns, names, looks):
    """Return the head of a table: the names of the index's levels, then a row per level of the columns."""
    high = columns.nlevels
    corner = "".join(
        _element(f'th scope="col" rowspan="{high}"', look, escape(str(name)))
        if name is not None
        else f'<td rowspan="{high}"></td>'
        for name, look in zip(names, looks[: len(names)], strict=True)
    )
    paths = [path if high > 1 else (path,) for path in columns]
    rows = [corner] + [""] * (high - 1)
    for level in range(high):
        for at, wide in _spans(paths, level):
            tag = f'th scope="colgroup" colspan="{wide}"' if level < high - 1 else 'th scope="col"'
            look = ' style="text-align:center"' if wide > 1 else looks[len(names) + at]
            rows[level] += _element(tag, look, escape(str(paths[at][level])))
    return _rows(rows)


def _spans(paths, level):
    """Return (first, how many) columns for each label of a level: neighbours under the same labels share one,
    except on the last level."""
    last = level == len(paths[0]) - 1
    groups = groupby(range(len(paths)), lambda at: at if last else paths[at][: level + 1])
    return [(columns[0], len(columns)) for columns in (list(group) for _, group in groups)]


def _rows(rows):
    """Return rows of a table, each of which is its cells."""
    return "".join(f"<tr>{row}</tr>" for row in rows)


def _element(tag, look, inside):
    """Return an HTML element; `tag` is its name with its attributes."""
    return f"<{tag}{look}>{inside}</{tag.split()[0]}>"
