"""What a careless split is worth: one classifier, one corpus, dealt by clip and by artist (chapter 2)."""

from dataclasses import asdict

from genrelib import baselines, evaluation
from genrelib.store import feature_store

__all__ = ["measure", "predict_both", "separable"]

FEWEST = 3  # artists per genre, so that they can be kept apart


def separable(corpus):
    """Return the clips that can be dealt either way: by clip and by artist.

    Parameters
    ----------
    corpus : Corpus

    Returns
    -------
    Corpus or None
        The clips with a known artist, in genres of FEWEST such artists or more; None where fewer than two
        genres are left.

    Notes
    -----
    Chapter 2.
    """
    known = corpus.known()
    artists = known.table.groupby("genre")["artist"].nunique()
    part = known.take(known.table["genre"].isin(artists.index[artists >= FEWEST]))
    return part if part.table["genre"].nunique() >= 2 else None


def predict_both(X, corpus, *, seeds, classifier="SVM"):
    """Predict every clip with its clip held out, and with its artist held out.

    The same clips, classifier, seeds and number of folds both times.

    Parameters
    ----------
    X : (clips, features) array
        In the order of the corpus.
    corpus : Corpus
        As `separable` returns it.
    seeds : int
    classifier : str
        One of `baselines.CLASSIFIERS`.

    Returns
    -------
    dict
        'clip' and 'artist', each with (seeds, clips) predictions.

    Raises
    ------
    ValueError
        As `Corpus.folds`.

    Notes
    -----
    Chapter 2.
    """
    n_folds = int(corpus.folds(5, by="artist").max()) + 1
    make = baselines.CLASSIFIERS[classifier]
    return {
        by: baselines.cross_validate(make, X, corpus, by=by, seeds=seeds, n_folds=n_folds)
        for by in ("clip", "artist")
    }


def measure(corpus, *, profile):
    """Measure what dealing clips instead of artists is worth on a corpus.

    Parameters
    ----------
    corpus : Corpus
        Its features are computed, if they are not in the store.
    profile : Profile
        Says how many seeds.

    Returns
    -------
    dict
        The `genres` that can be dealt either way, the `scores` of each way, and what dealing clips is
        `worth`: their difference. Intervals are over artists.

    Raises
    ------
    ValueError
        When fewer than two genres have enough known artists.
    """
    store = feature_store(corpus, "mfcc")
    part = separable(store.corpus)
    if part is None:
        raise ValueError(f"corpus {corpus.name!r} has no two genres with {FEWEST} known artists each")
    rows = store.corpus.table.index.get_indexer(part.table.index)
    predicted = predict_both(baselines.clip_statistics(store.load()[rows]), part, seeds=profile.seeds)
    worth = evaluation.compare(predicted["clip"], predicted["artist"], part, by="artist")
    scores = {by: asdict(evaluation.score(guess, part, by="artist")) for by, guess in predicted.items()}
    return {"genres": part.genres, "scores": scores, "worth": asdict(worth)}
