"""Accuracies over a number, as of clips that were learned from."""

from itertools import cycle

from genrelib.plots.colours import SERIES

__all__ = ["accuracy_lines"]

_LOOKS = ("o-", "s--", "D-.", "^:")
_ASIDE = 0.015  # of the widest number: lines stand beside each other


def accuracy_lines(axis, rows, x, *, by):
    """Draw accuracies in % with their intervals over a number, a line per value of another column.

    Parameters
    ----------
    axis : matplotlib axes
    rows : DataFrame with `accuracy`, `low` and `high`, as shares
    x : its column with the numbers, each of which gets a tick
    by : its column whose values name the lines

    Notes
    -----
    Chapters 10 and 15.
    """
    groups = rows.groupby(by, sort=False)
    for number, ((name, some), look, hue) in enumerate(
        zip(groups, cycle(_LOOKS), cycle(SERIES), strict=False)
    ):
        y, low, high = (100 * some[key].to_numpy() for key in ("accuracy", "low", "high"))
        at = some[x] + _ASIDE * number * rows[x].max()
        axis.errorbar(at, y, [y - low, high - y], fmt=look, color=hue, markersize=4, label=name)
    ticks = sorted(rows[x].unique())
    axis.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axis.set_ylim(0, 100)
