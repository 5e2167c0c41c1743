"""One look for every figure: vector graphics that take the page's own text colour, light or dark, with alternative text.

Use `show(fig, alt=...)` as the last line of a cell. Draw images with `imshow` (a mesh would be thousands of paths).
"""

import io
import re
from html import escape

import matplotlib as mpl
import matplotlib.pyplot as plt
from IPython.display import HTML

INK = "#1a1b1c"  # stands for the page's text colour; `show` replaces it
FAINT = "#8a8b8c"  # grid lines, legible on white and on black

# Ten colours after Okabe & Ito (2008) and Tol (2021), told apart with any common colour vision when the marker helps.
PALETTE = {
    "blues": ("#2f7fd0", "o"),
    "classical": ("#a06bc9", "s"),
    "country": ("#c98a00", "^"),
    "disco": ("#e0529c", "D"),
    "hiphop": ("#6b7f1f", "v"),
    "jazz": ("#1aa08c", "P"),
    "metal": ("#7d8590", "X"),
    "pop": ("#d9534f", "*"),
    "reggae": ("#2e9e4f", "<"),
    "rock": ("#a35c2c", ">"),
}
SEQUENTIAL = "viridis"

STYLE = {
    "figure.figsize": (7.2, 3.6),
    "figure.constrained_layout.use": True,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "legend.facecolor": "none",
    "legend.frameon": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "genrelib",
    "font.size": 11,
    "axes.titlesize": 12,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "grid.color": FAINT,
    "grid.alpha": 0.35,
    "lines.linewidth": 1.6,
    "image.cmap": SEQUENTIAL,
    "image.origin": "lower",
    "image.aspect": "auto",
    "image.interpolation": "nearest",
} | {key: INK for key in ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color")}
mpl.rcParams.update(STYLE)


def colour(genre):
    """Return the colour of a genre; a genre outside the ten gets one from matplotlib's tab20, by its name."""
    return PALETTE[genre][0] if genre in PALETTE else mpl.colormaps["tab20"](sum(map(ord, genre)) % 20)


def marker(genre):
    """Return the marker of a genre, the second cue beside the colour."""
    return PALETTE[genre][1] if genre in PALETTE else "o"


def show(fig, *, alt, caption=None):
    """Return a figure for display, as an SVG that follows the page's colours, and close it.

    `alt` says what is to be seen to who does not see it; `caption` stands under the figure. Every figure needs `alt`.
    """
    drawn = io.StringIO()
    fig.savefig(drawn, format="svg", metadata={"Date": None})
    plt.close(fig)
    svg = drawn.getvalue()
    svg = svg[svg.index("<svg") :].replace(INK, "currentColor")
    svg = re.sub(r"(font(?:-family)?: [^;\"]*?)'DejaVu Sans'[^;\"]*", r"\1inherit", svg)
    # each figure's ids are its own: pages hold many figures, and ids are one namespace a page
    mark = f"f{abs(hash_text(svg)):x}"
    svg = re.sub(r'(id="|href="#|url\(#)', rf"\g<1>{mark}-", svg)
    svg = re.sub(r'width="[\d.]+pt" height="[\d.]+pt"', "", svg, count=1)
    svg = svg.replace("<svg ", f'<svg role="img" aria-label="{escape(alt, quote=True)}" ', 1)
    under = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    width = fig.get_figwidth()
    return HTML(f'<figure class="drawn" style="max-width:{width:.1f}in">{svg}{under}</figure>')


def hash_text(text):
    """Return a 32-bit number of a text, the same in every process."""
    import zlib

    return zlib.crc32(text.encode())
