"""One look for every figure and table: vector graphics in the page's own colour and type, with alternative
text, and tables that a screen reader can walk through.

A chapter calls `use_style()` once and ends its cells with `show(fig, alt=...)` or with
`table(frame, caption=...)`. In between it draws with matplotlib and seaborn, as their documentation does.
A confusion matrix:

    ax = sns.heatmap(100 * shares, annot=True, fmt=".0f", vmin=0, vmax=100, cmap="viridis", square=True,
                     xticklabels=genres, yticklabels=genres, cbar_kws={"label": "% of the clips"})
    ax.set(xlabel="predicted genre", ylabel="true genre")
    plots.show(ax.figure, alt="...")

and a map of clips:

    ax = sns.scatterplot(x=points[:, 0], y=points[:, 1], hue=genres, style=genres, linewidth=0,
                         palette=plots.palette(genres), markers=plots.markers(genres))

Ink follows the page: black on white, light grey on black. Seaborn writes white or near-black into the cells
of a heat map, whichever is legible on the cell, and that stays.
"""

from genrelib.plots.colours import FAINT, INK, PALETTE, SERIES, colour, markers, palette
from genrelib.plots.curves import accuracy_lines
from genrelib.plots.figures import diagram, show, spectrogram, use_style
from genrelib.plots.filters import effects, pictures
from genrelib.plots.marks import HERE, PUBLISHED, mark
from genrelib.plots.pairs import forest, pairs_text
from genrelib.plots.tables import (
    accuracy_text,
    corpus_title,
    difference_text,
    goal_text,
    listed,
    literal,
    number_text,
    percent_text,
    share_text,
    table,
)

__all__ = [
    "FAINT",
    "HERE",
    "INK",
    "PALETTE",
    "PUBLISHED",
    "SERIES",
    "accuracy_lines",
    "accuracy_text",
    "colour",
    "corpus_title",
    "diagram",
    "difference_text",
    "effects",
    "forest",
    "goal_text",
    "listed",
    "literal",
    "mark",
    "markers",
    "number_text",
    "pairs_text",
    "palette",
    "percent_text",
    "pictures",
    "share_text",
    "show",
    "spectrogram",
    "table",
    "use_style",
]
