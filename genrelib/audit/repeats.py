"""Which clips hold the same recording: fingerprints compared through an inverted index (chapter 2).

Two clips of one recording agree in hundreds of pairs of peaks *at one and the same offset*; clips that only
share a style agree at any. So every two clips that hold a hash in common vote for an offset, and the best
offset counts (Wang 2003). What a drum loop repeats is a few pairs again and again: each different hash votes
once. No two spectrograms are ever compared, so a thousand clips take seconds. A recording played faster, or
in another key, is not recognised.
"""

from itertools import combinations

import numpy as np
import pandas as pd

from genrelib.audit.fingerprint import HOP, RATE, look_at

__all__ = ["repetitions"]

COMMON = 10_000_000  # meetings of equal hashes to count, rarest first: what is everywhere tells nothing
VOTES = 40  # pairs of peaks that must agree at one offset,
SHARE = 0.04  # and their share of those in the overlap


def repetitions(corpus, looks=None):
    """Find the clips that hold the same samples, or the same recording.

    Parameters
    ----------
    corpus : Corpus
    looks : list of dict, optional
        As `look_at` returns them.

    Returns
    -------
    pandas.DataFrame
        A row per pair: clip, other, how ('exact', 'near', or 'title': the same title by the same artist),
        offset (seconds into `clip` at which `other` begins), overlap (seconds), votes (pairs of peaks that
        agree), share (of those in the overlap) and two_genres.

    Notes
    -----
    Chapter 2.
    """
    looks = look_at(corpus) if looks is None else looks
    clips, genre = corpus.table.index, corpus.table["genre"].to_numpy()
    found = _same_titles(corpus.table) | _same_recordings(looks) | _same_samples(looks)
    rows = [
        {"clip": clips[a], "other": clips[b], **row, "two_genres": genre[a] != genre[b]}
        for (a, b), row in sorted(found.items())
    ]
    columns = ["clip", "other", "how", "offset", "overlap", "votes", "share", "two_genres"]
    return pd.DataFrame(rows, columns=columns).astype({"two_genres": bool})


def _same_samples(looks):
    """Return {(a, b): row} of the looks with one digest."""
    seconds = [float(look["seconds"]) for look in looks]
    alike = _couples(pd.Series([str(look["digest"]) for look in looks]))
    return {(a, b): {"how": "exact", "offset": 0.0, "overlap": seconds[a]} for a, b in alike}


def _same_titles(table):
    """Return {(a, b): row} of the clips for which the source gives the same artist and the same title."""
    if "title" not in table:
        return {}
    named = table["artist"].str.casefold() + "\n" + table["title"].str.casefold()
    return {pair: {"how": "title"} for pair in _couples(named.reset_index(drop=True).dropna())}


def _couples(names):
    """Yield the positions of every two that share a name, a Series indexed by position."""
    for group in names.groupby(names).groups.values():
        yield from combinations(group, 2)


def _same_recordings(looks):
    """Return {(a, b): row} of looks whose fingerprints agree at one offset."""
    pairs = {}
    for a, b, shift, votes in _agreements(*_inverted(looks)).itertuples(index=False):
        seconds, held = _overlap(looks[a], looks[b], shift)
        if votes >= SHARE * held:
            offset = -shift * HOP / RATE
            row = {"how": "near", "offset": offset, "overlap": seconds, "votes": votes, "share": votes / held}
            pairs[a, b] = row
    return pairs


def _inverted(looks):
    """Return the inverted index of all fingerprints: hashes in order, the frame and the look of each.

    Hashes that occur once are left out, and so are the commonest: no more than COMMON meetings remain.
    """
    hashes, times = (np.concatenate([look[key] for look in looks]) for key in ("hashes", "times"))
    owner = np.repeat(np.arange(len(looks)), [len(look["hashes"]) for look in looks])
    order = np.lexsort((owner, hashes))
    _, entry, size = np.unique(hashes[order], return_inverse=True, return_counts=True)
    rarest = np.sort(size)
    commonest = rarest[np.cumsum(rarest * (rarest - 1) // 2) <= COMMON].max(initial=0)
    order = order[((size > 1) & (size <= commonest))[entry]]
    return hashes[order], times[order], owner[order]


def _agreements(hashes, times, owner):
    """Count at which shift two looks agree, with what `inverted` returns.

    Returns a table a, b, shift (frames, of b against a), votes: the hashes, each once, that agree at the best
    shift, where that are VOTES or more.
    """
    span = int(times.max(initial=0)) + 2
    width, n = span + 1, int(owner.max(initial=0)) + 1
    keys, seen = [np.empty(0, np.int64)], [np.empty(0, hashes.dtype)]
    for step in range(1, len(hashes)):
        equal = np.flatnonzero(hashes[step:] == hashes[:-step])
        if not len(equal):
            break
        equal = equal[owner[equal] != owner[equal + step]]
        pair = owner[equal] * n + owner[equal + step]
        shift = times[equal + step] - times[equal] + span
        for late in (0, 1):  # bins two frames wide, and again half a bin later: no offset falls between two
            keys.append((pair * 2 + late) * width + (shift + late) // 2)
            seen.append(hashes[equal])
    keys, votes = _distinct_votes(np.concatenate(keys), np.concatenate(seen))
    pair, late, bin_ = keys // width // 2, keys // width % 2, keys % width
    found = pd.DataFrame(
        {"a": pair // n, "b": pair % n, "shift": 2 * bin_ + 0.5 - late - span, "votes": votes}
    )
    return found.sort_values("votes", ascending=False).drop_duplicates(["a", "b"])


def _distinct_votes(keys, hashes):
    """Count the different hashes under each key. Returns keys and votes where those are VOTES or more."""
    values, counts = np.unique(keys, return_counts=True)
    often = np.isin(keys, values[counts >= VOTES])
    once = np.unique(np.column_stack([keys[often], hashes[often]]), axis=0)
    values, votes = np.unique(once[:, 0], return_counts=True)
    return values[votes >= VOTES], votes[votes >= VOTES]


def _overlap(a, b, shift):
    """Return of two looks, b shifted against a: the seconds that they share, and the hashes of the sparser
    one there."""
    frames = [float(look["seconds"]) * RATE / HOP for look in (a, b)]
    low, high = max(0.0, -shift), min(frames[0], frames[1] - shift)
    held = [
        np.count_nonzero((look["times"] >= low + move) & (look["times"] < high + move))
        for look, move in ((a, 0.0), (b, shift))
    ]
    return (high - low) * HOP / RATE, max(1, min(held))
