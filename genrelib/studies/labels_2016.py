"""The labels of 2016: how features and labels parted, and what a score is worth then (chapter 9).

The program of 2016 kept the features of each clip in a dict and the labels in a list, and saved the values of
the dict beside the list. It ran under CPython 2.7, whose dict yields its values in the order of its hash
table. `dict_order` works that order out, `relabel` gives each clip the label that ended up beside it,
and `judge` scores a classifier that learns from such labels.
"""

from dataclasses import asdict, replace

import numpy as np

from genrelib import baselines, evaluation
from genrelib.store import feature_store

__all__ = [
    "LABELS",
    "PAIRED",
    "RIGHT",
    "SHUFFLED",
    "dict_order",
    "judge",
    "measure",
    "relabel",
    "share_alike",
    "share_of_one_artist",
    "string_hash",
]

RIGHT, PAIRED, SHUFFLED = "right", "as paired in 2016", "shuffled clip by clip"
LABELS = (RIGHT, PAIRED, SHUFFLED)
WORD = 2**64 - 1  # what an unsigned integer of 64 bits holds


def string_hash(text):
    """Hash a string as CPython 2.7 does on a machine of 64 bits.

    Parameters
    ----------
    text : str
        Not empty.

    Returns
    -------
    int
        Without its sign, which Python 2 adds where the first bit is set.

    Notes
    -----
    Chapter 9. `string_hash` of `Objects/stringobject.c`, without the option -R.
    """
    letters = text.encode()
    value = letters[0] << 7
    for letter in letters:
        value = (1000003 * value ^ letter) & WORD
    return value ^ len(letters)


def dict_order(keys):
    """Return the order in which a dict of CPython 2.7 yields what was put into it.

    Parameters
    ----------
    keys : sequence of str
        In the order in which they are put in, each once.

    Returns
    -------
    (keys,) array of int
        Positions in `keys`: the first is that of the first value.

    Notes
    -----
    Chapter 9. `Objects/dictobject.c`: a key whose place is taken goes on to another; a table that is two
    thirds full is laid out anew, with more than four places per key.
    """
    table = [None] * 8
    for number, key in enumerate(keys):
        _put(table, key, number)
        used = number + 1
        if 3 * used >= 2 * len(table):
            size = 8
            while size <= 4 * used:
                size *= 2
            entries, table = [entry for entry in table if entry], [None] * size
            for entry in entries:
                _put(table, *entry)
    return np.array([entry[1] for entry in table if entry])


def _put(table, key, number):
    """Put a key and its number into the first free place of the table that its hash leads to."""
    place = rest = string_hash(key)
    while table[place % len(table)]:
        place = 5 * place + rest + 1
        rest >>= 5
    table[place % len(table)] = key, number


def relabel(corpus, labels=PAIRED, *, seed=0):
    """Give the clips of a corpus other labels.

    Parameters
    ----------
    corpus : Corpus
    labels : str
        One of LABELS. As paired in 2016, clip k of those that the dict yields gets the genre of the k-th clip
        that was read, genre by genre and name by name.
    seed : int
        Of the shuffling.

    Returns
    -------
    Corpus
        The same clips in the same order, artists and all, with `genre` as given.

    Raises
    ------
    ValueError
        For other labels.

    Notes
    -----
    Chapter 9.
    """
    if labels not in LABELS:
        raise ValueError(f"unknown labels {labels!r}: choose one of {', '.join(LABELS)}")
    read = corpus.table["genre"].sort_index().sort_values(kind="stable")
    if labels == PAIRED:
        read.index = read.index[dict_order(read.index)]
    if labels == SHUFFLED:
        read.index = np.random.default_rng(seed).permutation(read.index)
    return replace(corpus, table=corpus.table.assign(genre=read.reindex(corpus.table.index)))


def share_alike(given):
    """Return how many of ten neighbours in number share one given label, on average.

    Parameters
    ----------
    given : Corpus
        Relabelled; its clips are named <genre>.<number>.

    Returns
    -------
    float
        The mean over all blocks of clips whose names differ in the last digit only; a block counts with the
        share of its commonest label.
    """
    blocks = given.table["genre"].groupby(given.table.index.str[:-1])
    return float(blocks.agg(lambda genre: genre.value_counts(normalize=True).iloc[0]).mean())


def share_of_one_artist(corpus):
    """Return how many clips are by the same artist as the next one in number.

    Parameters
    ----------
    corpus : Corpus

    Returns
    -------
    float
        Of the clips that have a next one in their genre; those whose artist is unknown do not count. NaN
        where none is known.
    """
    known = corpus.table[["genre", "artist"]].dropna().sort_index()
    following = known.groupby("genre")["artist"].shift(-1)
    return float((known["artist"] == following)[following.notna()].mean())


def judge(X, clips, corpus, *, splits, seeds):
    """Score the SVM that learns from each of LABELS and is tested on the same, with each split.

    Parameters
    ----------
    X : (clips, features) array
    clips : sequence of str
        The clips of the rows of X.
    corpus : Corpus
        All clips that were paired, with their right labels.
    splits : sequence of str
        What is kept apart, as `baselines.cross_validate` takes it.
    seeds : int

    Returns
    -------
    list of dict
        `labels`, and a score; `by` is its split, its interval is over artists where they are known.

    Notes
    -----
    Chapter 9.
    """
    rows = []
    for labels in LABELS:
        given = relabel(corpus, labels).take(clips)
        for by in splits:
            predictions = baselines.cross_validate(baselines.CLASSIFIERS["SVM"], X, given, by=by, seeds=seeds)
            scored = asdict(evaluation.score(predictions, given, by=corpus.fairest_folds))
            rows.append({"labels": labels} | scored | {"by": by})
    return rows


def measure(corpus, *, profile):
    """Score the SVM with right labels, with those of 2016 and with shuffled ones, split by clip and fairly.

    Parameters
    ----------
    corpus : Corpus
        Of ready features, or of sounds: then MFCCs are computed, if they are not in the store.
    profile : Profile
        Says how many seeds.

    Returns
    -------
    dict
        How many labels the pairing has `kept`, the share of ten neighbours that are `alike` in it, that of
        `neighbours` by one artist, and the `results` of `judge`.
    """
    if corpus.numbers:
        X, usable = corpus.ready(), corpus
    else:
        store = feature_store(corpus, "mfcc")
        X, usable = baselines.clip_statistics(store.load()), store.corpus
    given, splits = relabel(corpus), dict.fromkeys(("clip", *corpus.splits, corpus.fairest_folds))
    return {
        "kept": int((given.labels == corpus.labels).sum()),
        "alike": share_alike(given),
        "neighbours": share_of_one_artist(corpus),
        "results": judge(X, usable.table.index, corpus, splits=splits, seeds=profile.seeds),
    }
