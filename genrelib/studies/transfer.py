"""From generated music to real: trained on the built-in corpus only, asked about records (chapter 10)."""

import time
from dataclasses import asdict

import pandas as pd

from genrelib import baselines, evaluation, records, trials
from genrelib.store import feature_store

__all__ = ["measure", "transfer"]


def transfer(source, target, profile):
    """Train on every clip of one corpus, test on every clip of another.

    Parameters
    ----------
    source : Corpus
        What is learned from; for the networks one fold of it validates.
    target : Corpus
        What is tested.
    profile : Profile
        Says how many seeds and epochs.

    Returns
    -------
    pandas.DataFrame
        As `results.table`.

    Raises
    ------
    ValueError
        When the genres of the two differ.

    Notes
    -----
    Chapter 10.
    """
    if source.genres != target.genres:
        raise ValueError(f"corpora {source.name!r} and {target.name!r} hold different genres")
    rows = []
    for kind in ("mfcc", "mel"):
        stores = [feature_store(corpus, kind) for corpus in (source, target)]
        X, heard = (store.load() for store in stores)
        learned, asked = (store.corpus for store in stores)
        start = time.perf_counter()
        svm = baselines.CLASSIFIERS["SVM"](0).fit(baselines.clip_statistics(X), learned.labels)
        predictions = {"SVM": svm.predict(baselines.clip_statistics(heard))[None]}
        seconds = {"SVM": time.perf_counter() - start}
        start = time.perf_counter()
        predictions["ours"] = trials.train_and_predict(
            X,
            learned,
            heard,
            network="ours",
            kind=kind,
            by=learned.fairest,
            seeds=profile.seeds,
            epochs=profile.epochs,
        )
        seconds["ours"] = time.perf_counter() - start
        for system, predicted in predictions.items():
            scored = asdict(evaluation.score(predicted, asked, by="clip"))
            row = {"system": system, "features": kind + " statistics" * (system == "SVM"), **scored}
            rows.append(row | {"seconds": round(seconds[system], 1)})
    return pd.DataFrame(rows)


def measure(source, target, *, profile):
    """Train on one corpus, test on another, and say from which was learned.

    Parameters
    ----------
    source, target : Corpus
        What is learned from, and what is tested.
    profile : Profile
        Says how many seeds and epochs.

    Returns
    -------
    dict
        The `genres`, the corpus that was `learned`, and the rows of `transfer` as `results`.
    """
    results = records.plain_rows(transfer(source, target, profile))
    return {"genres": source.genres, "learned": records.origin(source), "results": results}
