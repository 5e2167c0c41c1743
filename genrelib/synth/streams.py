"""Random numbers that do not know of one another: one stream per concern.

A corpus whose factors can be changed one at a time needs more than one seed. If the notes, the timing and the
room all drew from the same generator, one more note would change every later draw. Here each concern has a
name, and a stream is derived from (seed, ..., name) by `numpy.random.SeedSequence`, so that leaving out the
drums leaves the singer alone, and clip 17 is the same whether it is made first, last, or in another process.
"""

import zlib

import numpy as np

__all__ = ["artist_of", "pick", "stream"]

GROUP_SIZES = (3, 5)  # clips per artist, both ends included


def stream(*keys):
    """Generator for these keys (integers, or strings such as the name of a concern), the same for the same
    keys."""
    entropy = [zlib.crc32(k.encode()) if isinstance(k, str) else int(k) for k in keys]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(entropy)))


def artist_of(genre, index, seed):
    """Number of the artist of clip `index`: consecutive groups of 3–5, drawn from (seed, genre) alone."""
    rng, artist, end = stream(seed, genre, "groups"), 0, 0
    while True:
        end += int(rng.integers(GROUP_SIZES[0], GROUP_SIZES[1] + 1))
        if index < end:
            return artist
        artist += 1


def pick(rng, options, weights=None):
    """One of a sequence, with optional weights; always one draw, so that later draws stay in step."""
    cumulative = np.cumsum(np.ones(len(options)) if weights is None else weights)
    return options[int(np.searchsorted(cumulative, rng.random() * cumulative[-1], side="right"))]
