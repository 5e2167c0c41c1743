"""Does more generated music help, and more of what: clips, artists or sub-styles (chapter 15)?

One of the three grows while the others stand still. Each time the same classifiers are asked about generated
artists that they never heard, and about half of GTZAN. What grows on the former alone has only been learned
about the generator.
"""

from dataclasses import asdict, replace

import numpy as np
import pandas as pd

from genrelib import baselines, evaluation, records
from genrelib.studies import halves

__all__ = ["AXES", "GENERATED", "NAMES", "REAL", "chosen", "measure", "predict"]

RECORD = "growth-builtin"
NAMES = ("logistic regression", "SVM")
GENERATED, REAL = "generated artists never heard", "GTZAN"
AXES = {  # what grows -> how much of it per genre, and what stands still
    "clips": [{"clips": n} for n in (18, 36, 72)],
    "artists": [{"artists": n, "clips": 18} for n in (6, 9, 18)],
    "sub-styles": [{"substyles": n, "artists": 4, "clips": 12} for n in (1, 2, 4)],
}


def chosen(table, rng, *, clips, artists=None, substyles=None):
    """Choose clips of each genre, spread evenly over artists, and these over sub-styles.

    Parameters
    ----------
    table : pandas.DataFrame
        With genre, artist and substyle of each clip. An artist has one genre and one sub-style.
    rng : numpy.random.Generator
    clips, artists, substyles : int
        How many of each genre, or as many as there are; None: all.

    Returns
    -------
    pandas.DataFrame
        The rows chosen.
    """
    rows = table.sample(frac=1, random_state=rng)
    style = rows.groupby("genre")["substyle"].transform(lambda names: pd.factorize(names)[0])
    rows = rows[style < (substyles or len(table))]
    each = rows.drop_duplicates("artist")
    turn = each.groupby(["genre", "substyle"]).cumcount().sort_values(kind="stable")
    kept = each.loc[turn.index].groupby("genre").head(artists or len(table))["artist"]
    rows = rows[rows["artist"].isin(kept)]
    turn = rows.groupby("artist").cumcount().sort_values(kind="stable")
    return rows.loc[turn.index].groupby("genre").head(clips)


def predict(learned, asked, *, seeds, **size):
    """Learn from part of the generated clips, and ask about other generated artists and about real clips.

    Parameters
    ----------
    learned : Corpus
        Generated, as ready features, with sub-styles; a fifth of its artists after the other is asked about.
    asked : Corpus
        Real, of the same features.
    seeds : int
        How often all artists are dealt into fifths; each fifth has a draw of its own.
    **size
        As `chosen` takes it.

    Returns
    -------
    said : dict of (system, world) to (draws, clips) array of int
    known : pandas.DataFrame
        How many clips, artists and sub-styles per genre were learned from, a row per draw.
    """
    X, new, labels, table = learned.ready(), asked.ready(), learned.labels, learned.table
    said = {(name, GENERATED): np.full((seeds, len(learned)), records.UNTESTED) for name in NAMES}
    real, known = {name: [] for name in NAMES}, []
    for seed in range(seeds):
        fold = learned.folds(by="artist", seed=seed)
        for number in range(fold.max() + 1):
            test = fold == number
            drawn = chosen(table[~test], np.random.default_rng([seed, number]), **size)
            rows = table.index.get_indexer(drawn.index)
            per_genre = drawn.assign(clip=drawn.index).groupby("genre")[["clip", "artist", "substyle"]]
            known.append(per_genre.nunique().mean())
            for name in NAMES:
                made = baselines.CLASSIFIERS[name](seed).fit(X[rows], labels[rows])
                said[name, GENERATED][seed, test] = made.predict(X[test])
                real[name].append(made.predict(new))
    return said | {(name, REAL): np.array(rows) for name, rows in real.items()}, pd.DataFrame(known)


def measure(source, ready, *, profile, half):
    """Score classifiers by how many generated clips, artists and sub-styles they have learned from.

    Parameters
    ----------
    source : Corpus
        Of generated sounds, with artists and sub-styles. Its ready features are computed.
    ready : Corpus
        GTZAN as features.
    profile : Profile
        Says how many draws.
    half : str
        One of `halves.HALVES`, of `ready`.

    Returns
    -------
    dict
        `results`, a row per axis, size, classifier and world: its score, and in `gain` what it gains in pairs
        on the smallest size; `known`, what was learned from per genre, on average; the `looks` at GTZAN's
        halves.

    Raises
    ------
    ValueError
        When the genres of the two differ.
    """
    asked = halves.half_of(ready, half, whole=False)
    learned = halves.learned_from(source, asked, whole=False)
    learned = replace(learned, table=learned.table.join(source.table["substyle"]))
    worlds, rows, known = {GENERATED: learned, REAL: asked}, [], []
    for axis, sizes in AXES.items():
        least = None
        for size in sizes:
            said, counts = predict(learned, asked, seeds=profile.seeds, **size)
            least = least or said
            place = {"axis": axis, "size": size[axis.replace("-", "")]}
            known.append(place | counts.mean().to_dict())
            for (name, world), predictions in said.items():
                scored = asdict(evaluation.score(predictions, worlds[world], by="artist"))
                gain = evaluation.compare(predictions, least[name, world], worlds[world], by="artist")
                rows.append({**place, "system": name, "world": world, **scored, "gain": asdict(gain)})
    return {
        "genres": source.genres,
        "half": half,
        "learned": records.origin(source),
        "results": records.plain_rows(pd.DataFrame(rows)),
        "known": records.plain_rows(pd.DataFrame(known)),
        "looks": halves.looks(RECORD, half),
    }
