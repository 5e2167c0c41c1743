"""From generated music to real: trained on the built-in corpus only, asked about records (chapter 9)."""

import time
from dataclasses import asdict

import pandas as pd

from genrelib import baselines, evaluation, records, trials
from genrelib.store import feature_store

__all__ = ["measure", "transfer"]


def transfer(source, target, profile):
    """Train on every clip of `source`, test on every clip of `target`: what does one corpus teach of another?

    Returns a table as `results.table`; for the networks one fold of the source validates. Raises
    ValueError when the genres of the two differ.
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
    """Train on one corpus, test on another: `transfer`, with what was learned from.

    Parameters
    ----------
    source, target : Corpus
        What is learned from, and what is tested.
    profile : Profile
        Says how many seeds and epochs.

    Returns
    -------
    dict
        The `genres`, the corpus that was `learned`, and the rows of the table as `results`.
    """
    results = records.plain_rows(transfer(source, target, profile))
    return {"genres": source.genres, "learned": records.origin(source), "results": results}
