"""From the recipe of 2016 to ours, one change per rung: which of them is the result worth? (chapter 10)

A rung is a change to the one before it, declared as data. Every rung is trained by the same rule (`training`:
AdamW on a falling rate, until the validation loss no longer improves), on the same clips, and tested on folds
that were held out. `SIZES` says what was made smaller to fit into the time, and is kept with the result.
"""

from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import accumulate

import numpy as np

from genrelib import evaluation, features, networks, records, training, trials
from genrelib.augmentation import AUGMENTATIONS
from genrelib.networks import NETWORKS
from genrelib.store import feature_store
from genrelib.studies.labels_2016 import PAIRED, RIGHT, relabel

__all__ = [
    "LADDERS",
    "SIZES",
    "Ladder",
    "Recipe",
    "Size",
    "climb",
    "how_of",
    "input_of",
    "measure",
    "possible",
    "rungs",
    "table",
]


@dataclass(frozen=True)
class Recipe:
    """All that a rung may change.

    Parameters
    ----------
    input : str
        What is learned from, one of INPUTS.
    kind : str
        'mel' or 'mfcc'.
    normalise : bool
        Whether the input is normalised.
    deviation : float or None
        Of the first weights; None is Keras' own choice.
    network : str
        One of `networks.NETWORKS`.
    by : str
        What the split keeps apart.
    augment : tuple of str
        Of `augmentation.AUGMENTATIONS`.
    excerpts : bool
        Whether random excerpts are learned from and a clip's prediction is their mean; if not, only the
        beginning of each clip is used.
    labels : str
        What is learned and tested, one of `labels_2016.LABELS`.
    """

    input: str
    kind: str = "mel"
    normalise: bool = False
    deviation: float | None = 1.0
    network: str = "code_2016"
    by: str = "clip"
    augment: tuple = ()
    excerpts: bool = False
    labels: str = RIGHT


# each input is made of the mel spectrogram in decibels, (clips, frames, 128)
INPUTS = {
    "power": features.db_to_power,
    "decibels": lambda db: db,
    "own maximum": lambda db: _mfcc(np.maximum(db - db.max(axis=2, keepdims=True), -features.RANGE_DB)),
    "mfcc": lambda db: _mfcc(db),
}


@dataclass(frozen=True)
class Ladder:
    """Where a ladder begins, what each rung changes, and whether rungs are compared with the first one.

    Parameters
    ----------
    start : Recipe
    changes : dict
        Title of the rung to what it changes.
    to_first : bool
        If not, a rung is compared with the one before.
    """

    start: Recipe
    changes: dict
    to_first: bool = False


# the same for both features
FROM_2016 = {"labels as paired in 2016": {}, "each label with its clip": {"labels": RIGHT}}
TO_OURS = {
    "input normalised": {"normalise": True},
    "small first weights": {"deviation": None},
    "the figure's architecture": {"network": "figure_2016"},
    "our architecture": {"network": "ours"},
    "artists apart": {"by": "artist"},
}
LADDERS = {
    "mel": Ladder(
        Recipe("power", labels=PAIRED),
        {
            **FROM_2016,
            "input in decibels": {"input": "decibels"},
            **TO_OURS,
            "excerpts and averaging": {"excerpts": True},  # ours
            "augmentation, not kept": {"augment": ("equalise",)},
        },
    ),
    "mfcc": Ladder(
        Recipe("own maximum", kind="mfcc", labels=PAIRED),
        {**FROM_2016, "loudness kept": {"input": "mfcc"}, **TO_OURS},
    ),
    "augmentation": Ladder(
        Recipe("decibels", network="ours", by="artist", excerpts=True),
        {"none": {}} | {name: {"augment": (name,)} for name in AUGMENTATIONS},
        to_first=True,
    ),
}


@dataclass(frozen=True)
class Size:
    """How much is computed of a ladder.

    Parameters
    ----------
    seeds, epochs : int
    maps : tuple of int
        Filters of the code's network: 149, 73, 35 in 2016.
    dense : int
        Units of the code's network: 8192 in 2016.
    frames : int
        So many of each clip are used until the last rungs use whole clips: 75 are 3 s, 599 in 2016.
    """

    seeds: int
    epochs: int
    maps: tuple
    dense: int
    frames: int = 75


SIZES = {
    "live": Size(seeds=1, epochs=4, maps=(12, 6, 3), dense=512),
    "recorded": Size(seeds=3, epochs=12, maps=(37, 18, 9), dense=2048),
}


ENDS = {"first": 0, "last": -1}  # of a training


def _mfcc(db):
    """Take the last two of the five steps from a mel spectrogram in decibels: (…, 128) to (…, 13)."""
    return np.float32(features.truncate(features.cepstrum(db)))


def rungs(name):
    """Return the rungs of a ladder.

    Parameters
    ----------
    name : str
        One of LADDERS.

    Returns
    -------
    list of (str, Recipe)
        Title and recipe, each the one before with one change.

    Raises
    ------
    ValueError
        For an unknown ladder.
    """
    if name not in LADDERS:
        raise ValueError(f"unknown ladder {name!r}: choose one of {', '.join(LADDERS)}")
    steps = LADDERS[name].changes
    recipes = accumulate(
        steps.values(), lambda recipe, change: replace(recipe, **change), initial=LADDERS[name].start
    )
    return list(zip(steps, list(recipes)[1:], strict=True))


def how_of(recipe, size):
    """Say how the network of a rung is built and trained; all stop early, so that one thing changes per rung.

    Parameters
    ----------
    recipe : Recipe
    size : Size

    Returns
    -------
    networks.Network
    """
    how = NETWORKS[recipe.network]
    build = how.build
    if recipe.network == "code_2016":
        maps, dense = (size.maps, size.dense) if recipe.kind == "mel" else (size.maps[:2], size.dense // 8)
        first = {"deviation": recipe.deviation, "normalise": recipe.normalise}
        build = partial(networks.code_2016, maps=maps, dense=dense, **first)
    excerpt = how.excerpt if recipe.excerpts else size.frames
    return replace(how, build=build, excerpt=excerpt, augment=recipe.augment, stops_early=True)


def input_of(recipe, db, size):
    """Return what a rung learns from.

    Parameters
    ----------
    recipe : Recipe
    db : (clips, frames, 128) array
        Mel spectrograms in decibels.
    size : Size

    Returns
    -------
    (clips, frames, bands) array of float32
    """
    return np.float32(INPUTS[recipe.input](db if recipe.excerpts else db[:, : size.frames]))


def possible(corpus, name):
    """Return the rungs that a corpus allows.

    Where artists cannot be kept apart, all rungs are by clip, and those that then change nothing are left
    out.

    Parameters
    ----------
    corpus : Corpus
    name : str
        One of LADDERS.

    Returns
    -------
    list of (str, Recipe)
    """
    if corpus.fairest_folds == "artist":
        return rungs(name)
    found = {}
    for title, recipe in rungs(name):
        found.setdefault(replace(recipe, by="clip"), title)
    return [(title, recipe) for recipe, title in found.items()]


def climb(corpus, name="mel", size="live"):
    """Yield each rung of a ladder as it is measured.

    Parameters
    ----------
    corpus : Corpus
    name : str
        One of LADDERS.
    size : str
        One of SIZES.

    Yields
    ------
    title : str
    recipe : Recipe
    record : dict
        The `trials.summary` of the trainings, kept by `records.kept`.
    """
    size = SIZES[size]
    for title, recipe in possible(corpus, name):
        parameters = {"recipe": asdict(recipe), "size": asdict(size)}
        compute = partial(_train_rung, corpus, title, recipe, size)
        yield title, recipe, records.kept("ladder", corpus, compute, code=__name__, **parameters)


def _train_rung(corpus, title, recipe, size):
    """Train a rung `size.seeds` times, each with another fold held out, and return its record."""
    store = feature_store(corpus, "mel")
    given = relabel(corpus, recipe.labels).take(store.corpus.table.index)
    X = input_of(recipe, store.load()[:, : training.FRAMES], size)
    how = {"how": how_of(recipe, size), "kind": recipe.kind, "epochs": size.epochs}
    runs, tested = trials.cross_train(
        recipe.network, X, given, by=recipe.by, seeds=size.seeds, title=title, **how
    )
    return trials.summary(runs, trials.expand_to(tested, store.corpus, corpus))


def table(corpus, name="mel", size="live"):
    """Measure a ladder, rung by rung.

    Parameters
    ----------
    corpus : Corpus
    name : str
        One of LADDERS.
    size : str
        One of SIZES.

    Returns
    -------
    list of dict
        The rung, its recipe, its score, and what it took. `first_loss` and `last_loss` are those of the first
        and the last epoch of each training; `step` is the paired difference from the rung before (or the
        first one) on the clips that both tested.

    Notes
    -----
    Chapter 10.
    """
    rows, before = [], None
    for title, recipe, record in climb(corpus, name, size):
        predictions, given = np.array(record["predictions"]), relabel(corpus, recipe.labels)
        step = before and evaluation.compare(predictions, before[0], given, by=recipe.by, corpus_b=before[1])
        took = {key: record[key] for key in ("seconds", "steps", "best", "weights")}
        losses = {
            f"{key}_loss": [curve["loss"][at] for curve in record["curves"]] for key, at in ENDS.items()
        }
        scored = asdict(evaluation.score(predictions, given, by=recipe.by))
        row = {"rung": title, "recipe": asdict(recipe), **scored, **took, **losses}
        rows.append(row | {"step": step and asdict(step)})
        if not (rows[1:] and LADDERS[name].to_first):
            before = predictions, given
    return rows


def measure(corpus, *, profile):
    """Climb every ladder at the size 'recorded'.

    Parameters
    ----------
    corpus : Corpus
        Its features are computed, if they are not in the store.
    profile : Profile
        Not needed here: SIZES says how much is computed of a ladder.

    Returns
    -------
    dict
        The `size`, and in `ladders` the rows of each, as `table` returns them.
    """
    ladders = {name: table(corpus, name, "recorded") for name in LADDERS}
    return {"size": asdict(SIZES["recorded"]), "ladders": ladders}
