"""Paired differences, drawn and in words."""

from genrelib.plots.colours import FAINT, SERIES
from genrelib.plots.tables import number_text

__all__ = ["forest", "pairs_text"]


def forest(ax, rows, *, names):
    """Draw paired differences with their intervals, a row each.

    Parameters
    ----------
    ax : matplotlib axes
    rows : list of dict with `difference`, `low` and `high`, as shares
    names : list of str, the label of each row

    Notes
    -----
    A mark is filled where the interval leaves zero out. Chapter 10.
    """
    for at, row in enumerate(rows):
        ax.errorbar(
            100 * row["difference"],
            at,
            xerr=[[100 * (row["difference"] - row["low"])], [100 * (row["high"] - row["difference"])]],
            marker="o",
            capsize=3,
            color=SERIES[0],
            markerfacecolor=SERIES[0] if row["low"] > 0 or row["high"] < 0 else "none",
        )
    ax.axvline(0, color=FAINT, linestyle=":")
    ax.set(ylim=(len(rows) - 0.5, -0.5), xlabel="difference (points)")
    ax.set_yticks(range(len(rows)), names, fontsize=9)


def pairs_text(rows, *, name):
    """Say which systems beat which, and which differences are not measurable.

    Parameters
    ----------
    rows : list of dict with `first` and `minus`, (system, features) each, and `difference`, `low`, `high`, as
        shares
    name : function from a system and its features to words

    Returns
    -------
    str, sentences with each difference and its interval in points, the better system first

    Notes
    -----
    Chapter 10.
    """
    wins, ties = {}, []
    for row in rows:
        better, worse = name(*row["first"]), name(*row["minus"])
        ends = [row[end] for end in ("difference", "low", "high")]
        if ends[0] < 0:
            better, worse, ends = worse, better, [-ends[0], -ends[2], -ends[1]]
        gap, low, high = (number_text(100 * end) for end in ends)
        if ends[1] > 0:
            wins.setdefault(better, []).append(f"{worse} by {gap} ({low} to {high})")
        else:
            ties.append(f"{better} over {worse}, {gap} ({low} to {high})")
    said = [f"{winner} beats {', '.join(beaten)}" for winner, beaten in wins.items()]
    if ties:
        said.append(f"{'not measurable' if wins else 'no difference is measurable'}: {'; '.join(ties)}")
    return ". ".join(part[0].upper() + part[1:] for part in said) + "."
