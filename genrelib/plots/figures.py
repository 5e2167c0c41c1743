"""Figures in the page's own ink and type."""

import io
import re
import zlib
from html import escape, unescape
from importlib.resources import files

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from IPython.display import HTML
from matplotlib.collections import QuadMesh
from matplotlib.text import Text
from matplotlib.ticker import LogFormatterMathtext, NullFormatter

from genrelib.plots.colours import FAINT, INK, SERIES
from genrelib.plots.marks import HERE, captioned, curled
from genrelib.plots.tables import NO_FORMULA

__all__ = ["diagram", "show", "spectrogram", "use_style"]

_STYLE = {
    "figure.figsize": (7.2, 3.6),
    "figure.constrained_layout.use": True,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "savefig.dpi": 130,  # of what is drawn as pixels: images, and points that are `rasterized`
    "legend.facecolor": "none",
    "legend.frameon": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "genrelib",
    "text.parse_math": False,  # a name may hold dollars
    "font.size": 12,
    "axes.titlesize": 12.5,
    "axes.titlelocation": "left",
    "axes.titlepad": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.9,
    "axes.grid": False,
    "axes.axisbelow": True,
    "axes.prop_cycle": mpl.cycler(color=SERIES),
    "grid.color": FAINT,
    "grid.alpha": 0.35,
    "grid.linewidth": 0.7,
    "lines.linewidth": 1.6,
    "patch.edgecolor": "none",  # seaborn frames the bars of a histogram with it
    "image.cmap": "viridis",
    "image.origin": "lower",
    "image.aspect": "auto",
    "image.interpolation": "auto",  # sharp pixels when enlarged; averaged, not dropped, when reduced
} | {key: INK for key in ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color")}
_LEAST_TEXT = 8  # pixels; a screen too narrow for it scrolls the figure
_FEW_CELLS = 200  # a mesh with more, as that of a colour bar, becomes one picture instead of many paths


def use_style():
    """Give matplotlib, and with it seaborn, the look of the book.

    Sets `matplotlib.rcParams` for the rest of the session; `matplotlib.rcdefaults()` takes it back.

    Notes
    -----
    Every chapter. Do not call ``sns.set_theme`` after it: that would overwrite these settings.
    """
    mpl.rcParams.update(_STYLE)


def show(fig, *, alt, caption=None, source=HERE):
    """Return a figure for display, as an SVG that follows the page's colours and type, and close it.

    Parameters
    ----------
    fig : matplotlib figure
    alt : what there is to see, for readers who cannot see it
    caption : text under the figure
    source : where what is drawn comes from, or a list of sources: see `mark`

    Returns
    -------
    IPython.display.HTML

    Raises
    ------
    ValueError
        When `alt` is empty: every figure needs it.
    """
    if not alt.strip():
        raise ValueError("every figure needs an alternative text: show(fig, alt=...)")
    for mesh in fig.findobj(QuadMesh):
        if np.size(mesh.get_array()) > _FEW_CELLS:
            mesh.set_rasterized(True)
    for axis in (axis for ax in fig.axes for axis in (ax.xaxis, ax.yaxis)):
        if isinstance(axis.get_major_formatter(), LogFormatterMathtext):  # text is not read as mathematics
            axis.set_major_formatter("{x:g}")
            axis.set_minor_formatter(NullFormatter())
    drawn = io.StringIO()
    fig.savefig(drawn, format="svg", metadata={"Date": None})
    plt.close(fig)
    under = captioned(caption, source)
    return _figure(_page_svg(drawn.getvalue()), alt, under, fig.get_figwidth(), _legible_width(fig))


def diagram(name, *, caption):
    """Return one of the book's own drawings for display, in the page's colours and type.

    Parameters
    ----------
    name : of a file in the folder `diagrams` beside this module: "folds", "split", "windows", …
    caption : text under the drawing

    Returns
    -------
    IPython.display.HTML

    Notes
    -----
    A drawing is 480 units wide, its text at least 12, so that a phone shows it legibly. Its `title` is what
    readers are told who cannot see it. It has no style sheet and no ids, which would reach beyond it.
    """
    svg = files("genrelib.plots").joinpath("diagrams", f"{name}.svg").read_text("utf-8")
    title = re.search(r"\s*<title>(.*?)</title>", svg)
    legible = 480 * _LEAST_TEXT / 12
    return _figure(svg.replace(title[0], ""), unescape(title[1]), escape(caption), 5.4, legible)


def _figure(svg, alt, caption, inches, legible):
    """Return an SVG as a figure of the page, at most `inches` wide, and legible from `legible` pixels on.

    The caption is HTML.
    """
    label = escape(" ".join(alt.split()), quote=True)
    style = "width:100%;height:auto;stroke-linejoin:round;stroke-linecap:butt"
    svg = svg.replace("<svg ", f'<svg role="img" aria-label="{label}" style="{style}" ', 1)
    under = f"<figcaption>{caption}</figcaption>" if caption else ""
    style = f"max-width:{inches:.1f}in;margin:1em auto;--wide:{inches:.1f}in;--legible:{legible:.0f}px"
    return HTML(f'<figure class="drawn {NO_FORMULA}" style="{style}">{svg}{under}</figure>')


def _legible_width(fig):
    """Return the width in pixels below which the smallest text of a figure falls under `_LEAST_TEXT`."""
    sizes = [text.get_fontsize() for text in fig.findobj(Text) if text.get_visible() and text.get_text()]
    return 72 * fig.get_figwidth() * _LEAST_TEXT / min(sizes, default=np.inf)


def _page_svg(svg):
    """Return matplotlib's SVG as a part of a page: in the page's colours and type, with ids of its own."""
    svg = svg[svg.index("<svg") :].replace(INK, "currentColor")
    for number, colour in enumerate(SERIES, start=1):
        svg = svg.replace(colour, f"var(--series-{number}, {colour})")
    svg = re.sub(r"\s*<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"(?<=>)[^<>]+(?=</t(?:ext|span)>)", lambda drawn: curled(drawn[0]), svg)
    # a style sheet would reach beyond the figure, and a page has its own type (monospace stays monospace)
    svg = re.sub(r"\s*<defs>\s*<style.*?</style>\s*</defs>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"; font-family: '[^;\"]*sans-serif", "", svg)
    svg = re.sub(r"; font-family: 'DejaVu Sans'(?=[;\"])", "", svg)
    # a page holds many figures, and all of them share one namespace of ids
    svg = re.sub(r'(id="|href="#|url\(#)', rf"\g<1>f{zlib.crc32(svg.encode()):x}-", svg)
    return re.sub(r' width="[\d.]+pt" height="[\d.]+pt"', "", svg, count=1)


def spectrogram(ax, x, *, seconds, hz, depth=80, ticks=(100, 500, 1000, 3000, 10000)):
    """Draw frames by bands as an image over seconds and Hz.

    Parameters
    ----------
    ax : matplotlib axes
    x : (frames, bands) array
    seconds : length of the sound
    hz : (bands,) array, the centre of each band
    depth : what lies further below the largest value than this is drawn as if it lay there
    ticks : frequencies in Hz to be named on the axis

    Returns
    -------
    The image, for `fig.colorbar`.
    """
    top = x.max()
    image = ax.imshow(x.T, extent=(0, seconds, -0.5, len(hz) - 0.5), vmin=top - depth, vmax=top)
    named = [tick for tick in ticks if hz[0] <= tick <= hz[-1]]
    ax.set_yticks(np.interp(named, hz, np.arange(len(hz))), [f"{tick:g}" for tick in named])
    ax.set(xlabel="time (s)", ylabel="frequency (Hz)")
    return image
