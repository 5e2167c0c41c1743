"""One look for every figure: vector graphics in the page's own colour and type, with alternative text.

Use `show(fig, alt=...)` as the last line of a cell. Draw images with `imshow`: a mesh is thousands of paths.
"""

import io
import re
import zlib
from html import escape

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from IPython.display import HTML

INK = "#1a1b1c"  # stands for the page's text colour; `show` replaces it
FAINT = "#8a8b8c"  # grid lines, legible on white and on black

# Ten colours found by search: told apart with normal, red-, green- and blue-blind vision (simulated after
# Machado, Oliveira & Fernandes 2009), each 3 : 1 against white and dark pages. The marker is the second cue.
PALETTE = {
    "blues": ("#428aff", "o"),
    "classical": ("#6f4ad9", "s"),
    "country": ("#945f13", "^"),
    "disco": ("#c4007f", "D"),
    "hiphop": ("#a09403", "v"),
    "jazz": ("#0a7189", "P"),
    "metal": ("#9b8db1", "X"),
    "pop": ("#f56177", "*"),
    "reggae": ("#05a77f", "<"),
    "rock": ("#5f6a50", ">"),
}
GUESTS = {}  # other genres, in the looks they have been given
SEQUENTIAL = "viridis"

STYLE = {
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
    "font.size": 11.5,
    "axes.titlesize": 12,
    "axes.titlelocation": "left",
    "axes.titlepad": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.9,
    "axes.grid": False,
    "axes.axisbelow": True,
    "grid.color": FAINT,
    "grid.alpha": 0.35,
    "grid.linewidth": 0.7,
    "lines.linewidth": 1.6,
    "image.cmap": SEQUENTIAL,
    "image.origin": "lower",
    "image.aspect": "auto",
    "image.interpolation": "auto",  # sharp pixels when enlarged; averaged, not dropped, when reduced
} | {key: INK for key in ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color")}
mpl.rcParams.update(STYLE)


def look(genre):
    """Return (colour, marker) of a genre.

    A genre outside the ten takes one of the ten colours, chosen by its name, with another marker than the
    genre that owns the colour; the first ten such genres differ.
    """
    if genre in PALETTE:
        return PALETTE[genre]
    looks = list(PALETTE.values())
    if genre not in GUESTS:
        slots = [(zlib.crc32(genre.encode()) + step) % len(looks) for step in range(len(looks))]
        GUESTS[genre] = next((slot for slot in slots if slot not in GUESTS.values()), slots[0])
    return looks[GUESTS[genre]][0], looks[GUESTS[genre] - 5][1]


def colour(genre):
    """Return the colour of a genre."""
    return look(genre)[0]


def marker(genre):
    """Return the marker of a genre, the second cue beside the colour."""
    return look(genre)[1]


def show(fig, *, alt, caption=None):
    """Return a figure for display, as an SVG that follows the page's colours and type, and close it.

    `alt` says what is to be seen to who does not see it; `caption` stands under the figure.
    Raises ValueError when `alt` is empty: every figure needs it.
    """
    if not alt.strip():
        raise ValueError("every figure needs an alternative text: show(fig, alt=...)")
    drawn = io.StringIO()
    fig.savefig(drawn, format="svg", metadata={"Date": None})
    plt.close(fig)
    svg = drawn.getvalue()
    svg = svg[svg.index("<svg") :].replace(INK, "currentColor")
    svg = re.sub(r"\s*<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    # a style sheet would reach beyond the figure, and a page has its own type (monospace stays monospace)
    svg = re.sub(r"\s*<defs>\s*<style.*?</style>\s*</defs>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"; font-family: '[^;\"]*sans-serif", "", svg)
    svg = re.sub(r"; font-family: 'DejaVu Sans'(?=[;\"])", "", svg)
    # each figure's ids are its own: pages hold many figures, and ids are one namespace a page
    svg = re.sub(r'(id="|href="#|url\(#)', rf"\g<1>f{zlib.crc32(svg.encode()):x}-", svg)
    svg = re.sub(r' width="[\d.]+pt" height="[\d.]+pt"', "", svg, count=1)
    label = escape(" ".join(alt.split()), quote=True)
    style = "width:100%;height:auto;stroke-linejoin:round;stroke-linecap:butt"
    svg = svg.replace("<svg ", f'<svg role="img" aria-label="{label}" style="{style}" ', 1)
    under = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    width = fig.get_figwidth()
    kind = "drawn wide" if width > 8 else "drawn"
    return HTML(
        f'<figure class="{kind}" style="max-width:{width:.1f}in;margin:1em auto">{svg}{under}</figure>'
    )


def spectrogram(ax, x, *, seconds, hz, depth=80, ticks=(100, 500, 1000, 3000, 10000)):
    """Draw (frames, bands) as an image over seconds and Hz, from the largest value down to `depth` below it.

    `hz` (bands,) is what each band is centred on; `ticks` in Hz are those to be named. Returns the image.
    """
    top = x.max()
    image = ax.imshow(x.T, extent=(0, seconds, -0.5, len(hz) - 0.5), vmin=top - depth, vmax=top)
    named = [tick for tick in ticks if hz[0] <= tick <= hz[-1]]
    ax.set_yticks(np.interp(named, hz, np.arange(len(hz))), [f"{tick:g}" for tick in named])
    ax.set(xlabel="time in s", ylabel="frequency in Hz")
    return image


def clips(ax, points, genres, *, title=""):
    """Draw a map of clips (clips, 2), each genre in its colour and marker, without numbers on the axes."""
    for genre in sorted(set(genres)):
        x, y = points[np.asarray(genres) == genre].T
        ax.plot(x, y, marker(genre), color=colour(genre), markersize=5, alpha=0.85, mew=0, label=genre)
    ax.set(xticks=[], yticks=[], title=title)
