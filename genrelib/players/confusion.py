"""A confusion matrix that sounds."""

from html import escape

import numpy as np

from genrelib.audio import SR
from genrelib.players.sounds import excerpt
from genrelib.players.widget import widget
from genrelib.plots import percent_text

__all__ = ["heard_confusion"]

HINT = "Click or tap a framed cell, or move to it with the arrow keys and press Enter."


def heard_confusion(title, confused, genres, clips, *, sr=SR):
    """Return a confusion matrix whose cells play clips of theirs when they are clicked or tapped.

    Parameters
    ----------
    title : caption of the table
    confused : (genres, genres) array of shares, the true genre in rows, the predicted one in columns
    genres : names of the genres
    clips : dict, (true, predicted), positions in `genres` -> list of (text, (samples,) array); 3 s at
        11 025 Hz are about 9 kB each. The first click plays the first clip, the next click the next.
    sr : sampling rate in Hz

    Returns
    -------
    IPython.display.HTML. Arrow keys move from cell to cell.

    Raises
    ------
    ValueError
        When matrix and genres differ in size.

    Notes
    -----
    Chapter 11.
    """
    confused = np.asarray(confused)
    if confused.shape != (len(genres), len(genres)):
        raise ValueError(f"a confusion of shape {confused.shape} does not fit {len(genres)} genres")
    data = {
        f"{true}-{predicted}": [(text, excerpt(y, sr=sr)) for text, y in cell]
        for (true, predicted), cell in clips.items()
    }
    head = "".join(f'<th scope="col"><span>{escape(genre)}</span></th>' for genre in genres)
    body = "".join(_row(true, genres, confused[true], data) for true in range(len(genres)))
    inside = (
        f'<div class="scroll"><table><caption>{escape(title)}</caption>'
        f'<thead><tr><th scope="col">true ↓ predicted&nbsp;→</th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
        f'<p class="said" role="status">{HINT}</p><div class="clips"></div>'
    )
    return widget("confusion", inside.replace('tabindex="-1"', 'tabindex="0"', 1), data)


def _row(true, genres, shares, data):
    """Return one row of a confusion matrix."""
    cells = (
        _cell(f"{true}-{predicted}", genres[true], other, shares[predicted], data)
        for predicted, other in enumerate(genres)
    )
    return f'<tr><th scope="row">{escape(genres[true])}</th>{"".join(cells)}</tr>'


def _cell(cell, genre, other, share, data):
    """Return one cell of a confusion matrix: a button where there is something to hear."""
    percent, style = f"{100 * share:.0f}" if share >= 0.005 else "", f'style="--share:{share:.2f}"'
    if cell not in data:
        return f"<td><span {style}>{percent}</span></td>"
    what = f"{genre}, recognised" if genre == other else f"{genre}, taken for {other}"
    label = escape(f"{what}: {percent_text(share)}", quote=True)
    return (
        f'<td><button type="button" tabindex="-1" aria-pressed="false" aria-label="{label}"'
        f' data-cell="{cell}" {style}>{percent}</button></td>'
    )
