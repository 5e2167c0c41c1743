"""Colours that mean a genre, and colours that do not."""

import zlib

__all__ = ["FAINT", "INK", "PALETTE", "SERIES", "colour", "markers", "palette"]

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
# Colours for everything that is no genre, found by the same search and far from the ten: steel blue, copper,
# sky blue, brick red, grey. The style sheet of the book has a lighter set for its dark pages.
SERIES = ("#3766a3", "#d1804c", "#27a0c3", "#a54646", "#958585")


def _styles(genres):
    """Return genre -> (colour, marker), the same for the same set of genres.

    A genre outside the ten takes one of the ten colours, chosen by its name, with another marker than the
    genre that owns the colour; the first ten such genres differ.
    """
    genres = list(dict.fromkeys(genres))
    owned, taken, styles = list(PALETTE.values()), set(), dict(PALETTE)
    for genre in sorted(set(genres) - set(PALETTE)):
        wish = zlib.crc32(genre.encode())
        slots = [(wish + step) % len(owned) for step in range(len(owned))]
        slot = next((slot for slot in slots if slot not in taken), slots[0])
        taken.add(slot)
        styles[genre] = owned[slot][0], owned[slot - len(owned) // 2][1]
    return {genre: styles[genre] for genre in genres}


def palette(genres):
    """Return the colour of each genre, for `palette=` of seaborn.

    Parameters
    ----------
    genres : names of genres; repetitions do no harm, so a column of a table will do

    Returns
    -------
    dict, genre -> colour. The ten genres of the book always have the same; others depend on the whole list,
    so pass `corpus.genres` wherever a genre is to look the same.
    """
    return {genre: colour for genre, (colour, _) in _styles(genres).items()}


def markers(genres):
    """Return the marker of each genre, for `markers=` of seaborn: the second cue beside the colour.

    Parameters
    ----------
    genres : as for `palette`

    Returns
    -------
    dict, genre -> marker of matplotlib
    """
    return {genre: marker for genre, (_, marker) in _styles(genres).items()}


def colour(genre):
    """Return the colour of one genre that stands alone; `palette` is for several.

    Parameters
    ----------
    genre : str

    Returns
    -------
    str
        As '#rrggbb'.
    """
    return palette([genre])[genre]
