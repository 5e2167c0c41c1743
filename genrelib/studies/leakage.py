"""What a careless split is worth: one classifier, one corpus, dealt by clip and by artist (chapter 2)."""

import time
from dataclasses import asdict

from genrelib import baselines, evaluation, records
from genrelib.store import feature_store

FEWEST = 3  # artists a genre, so that they can be kept apart


def separable(corpus):
    """Return the corpus of the clips that can be dealt either way: the artist told, and three of them or more
    in the genre; None where fewer than two genres are left."""
    known = corpus.known()
    artists = known.table.groupby("genre")["artist"].nunique()
    part = known.take(known.table["genre"].isin(artists.index[artists >= FEWEST]))
    return part if part.table["genre"].nunique() >= 2 else None


def predict_both(X, corpus, *, seeds, classifier="SVM"):
    """Predict every clip of a separable corpus with its clip held out, and with its artist held out.

    The same clips, classifier, seeds and number of folds both times. X (clips, features) in the order of the
    corpus. Returns {'clip': (seeds, clips), 'artist': (seeds, clips)}. Raises ValueError as `Corpus.folds`.
    """
    n_folds = int(corpus.folds(5, by="artist").max()) + 1
    make = baselines.CLASSIFIERS[classifier]
    return {
        by: baselines.cross_validate(make, X, corpus, by=by, seeds=seeds, n_folds=n_folds)
        for by in ("clip", "artist")
    }


def record(corpus, *, seeds, name):
    """Measure what dealing clips is worth on a corpus and write it to `data/results/<name>.json`: the score
    of each way, and their difference. Intervals are over artists. Returns the path."""
    start = time.perf_counter()
    store = feature_store(corpus, "mfcc")
    part = separable(store.corpus)
    if part is None:
        raise ValueError(f"corpus {corpus.name!r} has no two genres with {FEWEST} known artists each")
    rows = store.corpus.table.index.get_indexer(part.table.index)
    predicted = predict_both(baselines.clip_statistics(store.load()[rows]), part, seeds=seeds)
    worth = evaluation.compare(predicted["clip"], predicted["artist"], part, by="artist")
    return records.write_result(
        name,
        {
            "genres": part.genres,
            "scores": {
                by: asdict(evaluation.score(guess, part, by="artist")) for by, guess in predicted.items()
            },
            "worth": asdict(worth),
            "provenance": records.provenance(corpus, time.perf_counter() - start),
        },
    )
