"""Maps of clips that sound."""

from html import escape

import numpy as np

from genrelib import plots
from genrelib.audio import SR
from genrelib.players.sounds import excerpt
from genrelib.players.widget import widget

__all__ = ["heard_map"]

# outlines of matplotlib's markers, about one unit in radius
OUTLINES = {
    "o": "M1 0A1 1 0 1 1-1 0A1 1 0 1 1 1 0Z",
    "s": "M-.9-.9H.9V.9H-.9Z",
    "^": "M0-1.1 1 .9H-1Z",
    "v": "M0 1.1 1-.9H-1Z",
    "<": "M-1.1 0 .9-1V1Z",
    ">": "M1.1 0-.9-1V1Z",
    "D": "M0-1.2 1.2 0 0 1.2-1.2 0Z",
    "P": "M-.4-1.1H.4V-.4H1.1V.4H.4V1.1H-.4V.4H-1.1V-.4H-.4Z",
    "X": "M-1-.5-.5-1 0-.5.5-1 1-.5.5 0 1 .5.5 1 0 .5-.5 1-1 .5-.5 0Z",
    "*": "M0-1.3.35-.4 1.3-.4.55.2.8 1.1 0 .6-.8 1.1-.55.2-1.3-.4-.35-.4Z",
}


def heard_map(maps, genres, says, sounds, *, sr=SR):
    """Return maps, side by side, of clips that play when pointed at, tapped or reached by arrow keys.

    Parameters
    ----------
    maps : dict, title of a map -> (clips, 2) array
    genres : (clips,) names of genres
    says : (clips,) what the page says about each clip
    sounds : dict, position of a clip -> (samples,) array, for the clips to be heard; 3 s at 11 025 Hz are
        about 9 kB each
    sr : sampling rate in Hz

    Returns
    -------
    IPython.display.HTML

    Raises
    ------
    ValueError
        When maps, genres and texts differ in size.

    Notes
    -----
    Chapter 5.
    """
    if {len(points) for points in maps.values()} | {len(genres)} != {len(says)}:
        raise ValueError(f"maps, genres and says differ in size: {len(genres)} genres for {len(says)} clips")
    marks = _marks(genres)
    panels = "".join(_panel(title, np.asarray(points), genres, marks) for title, points in maps.items())
    buttons = "".join(_button(genre, marks[genre]) for genre in sorted(marks))
    hint = "Point at a clip, tap it, or move from clip to clip with the arrow keys."
    inside = (
        f'<div class="panels">{panels}</div><p class="said" role="status">{hint}</p>'
        f'<div class="genres" role="group" aria-label="Show one genre only">{buttons}</div>'
        '<label><input type="checkbox" checked> Play the clip that the mouse points at</label>'
    )
    data = {"says": list(says), "sounds": {number: excerpt(y, sr=sr) for number, y in sounds.items()}}
    return widget("map", inside, data)


def _marks(genres):
    """Return genre -> colour and outline of its marker, as attributes of an SVG path."""
    colours, markers = plots.palette(genres), plots.markers(genres)
    return {genre: f'fill="{colours[genre]}" d="{OUTLINES[markers[genre]]}"' for genre in colours}


def _panel(title, points, genres, marks):
    """Return one map as an SVG of 100 by 100 units, the points in their order."""
    low, span = points.min(axis=0), np.maximum(np.ptp(points, axis=0), 1e-9)
    places = np.round(4 + 92 * (points - low) / span, 2)
    paths = "".join(
        f'<path {marks[genre]} data-genre="{escape(genre, quote=True)}"'
        f' transform="translate({x:g} {100 - y:g})"/>'
        for genre, (x, y) in zip(genres, places, strict=True)
    )
    about = f"{title}: a map of {len(points)} clips. Arrow keys move from clip to clip, Enter plays."
    return (
        f'<figure style="margin:0"><figcaption>{escape(title)}</figcaption>'
        '<svg viewBox="0 0 100 100" tabindex="0" role="application"'
        f' aria-label="{escape(about, quote=True)}">{paths}</svg></figure>'
    )


def _button(genre, mark):
    """Return a button that shows its genre alone, with the genre's marker."""
    name = escape(genre, quote=True)
    icon = f'<svg viewBox="-1.4 -1.4 2.8 2.8" aria-hidden="true"><path {mark}/></svg>'
    return f'<button type="button" aria-pressed="false" data-genre="{name}">{icon} {name}</button>'
