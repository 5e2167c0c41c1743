"""What filters look like, and what moves them, as pictures in red and blue."""

import matplotlib.pyplot as plt
import numpy as np

from genrelib.plots.tables import number_text

__all__ = ["effects", "pictures"]


def pictures(rows, *, hz, limits, hop=None, ticks=(100, 1000, 3000, 10000)):
    """Draw pictures of frames by bands in a grid: red above zero, blue below.

    Parameters
    ----------
    rows : list of dict, title to (frames, bands) array
    hz : (bands,) array, the centre of each band
    limits : for each row, the value at which the colours are full
    hop : seconds between frames; the frames are numbered if there is none
    ticks : frequencies in Hz to be named on the axis

    Returns
    -------
    matplotlib figure

    Notes
    -----
    Chapter 12.
    """
    shape = len(rows), max(map(len, rows))
    fig, axes = plt.subplots(*shape, figsize=(7.6, 2.8 * len(rows)), sharey=True, squeeze=False)
    for row, shown, limit in zip(axes, rows, limits, strict=True):
        for ax, (title, x) in zip(row, shown.items(), strict=False):
            span = (0, len(x) * hop) if hop else (0.5, len(x) + 0.5)
            look = {"cmap": "RdBu_r", "vmin": -limit, "vmax": limit, "interpolation": "nearest"}
            image = ax.imshow(x.T, extent=(*span, -0.5, len(hz) - 0.5), **look)
            ax.set_title(title, fontsize=10)
            ax.locator_params(axis="x", nbins=3 if hop else 4, integer=hop is None)
            ax.set_xlabel("time (s)" if hop else "frame")
        for ax in row[len(shown) :]:
            ax.set_visible(False)
        row[0].set_yticks(np.interp(ticks, hz, np.arange(len(hz))), [f"{tick:g}" for tick in ticks])
        row[0].set_ylabel("band (Hz)")
        fig.colorbar(image, ax=row[-1])
    return fig


def effects(ax, sizes, *, rows, columns, cbar=True):
    """Draw effects as a heat map, with a number where the interval leaves zero out.

    Parameters
    ----------
    ax : matplotlib axes
    sizes : (rows, columns, 3) array, each an effect and the ends of its interval, in standard deviations
    rows, columns : list of str
    cbar : draw the bar that explains the colours

    Notes
    -----
    Chapter 12.
    """
    import seaborn as sns

    middle, low, high = np.moveaxis(np.asarray(sizes), 2, 0)
    texts = np.vectorize(lambda value: number_text(value, signed=True))(middle)
    sns.heatmap(
        middle,
        annot=np.where((low > 0) | (high < 0), texts, ""),
        fmt="",
        annot_kws={"fontsize": 9},
        xticklabels=columns,
        yticklabels=rows,
        cmap="RdBu_r",
        vmin=-2,
        vmax=2,
        cbar=cbar,
        cbar_kws={"label": "effect (standard deviations over clips)"} if cbar else None,
        ax=ax,
    )
    ax.tick_params(axis="y", rotation=0)
    ax.tick_params(axis="x", rotation=40)
    plt.setp(ax.get_xticklabels(), ha="right", rotation_mode="anchor")
