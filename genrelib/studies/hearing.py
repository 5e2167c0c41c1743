"""What is lost between a record and an ear: seconds, codecs, rooms, rates, levels (chapter 13).

Asked are the network that ships, which has also learned through a room and through codecs, and the same one
that has learned through one of the two, or neither: about clips that none has learned from, those of the test
part of the built-in corpus, and real music.
"""

from dataclasses import asdict

import numpy as np

from genrelib import evaluation
from genrelib.store import feature_store
from genrelib.studies import conditions, listener
from genrelib.training import make_repeatable

__all__ = ["SECONDS", "measure", "seconds_heard", "verdicts"]

SECONDS = (1, 2, 3, 5, 7, 10, 15, 20, 30)
STARTS = (0, 10, 20)  # from where on a clip is heard, in seconds; a tenth of a second is missing at its end
SHARE = {"builtin": 4, "real": 2}  # codecs are slow: every so many clips are encoded


def verdicts(model, X):
    """Ask a model about clips: the mean of a verdict per second.

    Parameters
    ----------
    model : Model
    X : (clips, frames, 128) array

    Returns
    -------
    (clips, genres) array of probabilities
    """
    heard = listener.excerpts_heard(X)
    return np.stack([np.mean([model(db) for db in clip], axis=0) for clip in heard])


def seconds_heard(model, X, seconds):
    """Name clips after so many seconds, from several places on.

    Parameters
    ----------
    model : Model
    X : (clips, frames, 128) array
    seconds : float

    Returns
    -------
    (places, clips) array of int
        Positions of the genres; one row for each place after which a clip still lasts so long.
    """
    count = min(round(seconds * listener.EVERY) - 2, X.shape[1])  # the last two windows reach beyond
    starts = [start * listener.EVERY for start in STARTS]
    fitting = [start for start in starts if start + count <= X.shape[1]] or starts[:1]
    return np.array([verdicts(model, X[:, start : start + count]).argmax(axis=1) for start in fitting])


def measure(corpus, real, *, profile):
    """Measure what is lost under every condition, and after how many seconds how much is right.

    Parameters
    ----------
    corpus : Corpus
        The built-in one.
    real : Corpus
        Real music of the same genres.
    profile : Profile
        Says how many epochs.

    Returns
    -------
    dict
        `seconds` and `conditions`, rows of scores.
    """
    make_repeatable()
    store, asked = feature_store(corpus), feature_store(real)
    corpus, by = store.corpus, store.corpus.fairest
    trained = {way: listener.trained(corpus, way, epochs=profile.epochs) for way in listener.WAYS}
    test = (corpus.split(by=by) == "test").to_numpy()
    places = {
        "builtin": (corpus.take(test), store.load()[test], by),
        "real": (asked.corpus, asked.load(), "clip"),
    }
    seconds, rows = [], []
    for name, (clips, X, apart) in places.items():
        for heard in SECONDS:
            named = seconds_heard(trained[listener.HARDENED], X, heard)
            row = {"corpus": name, "seconds": heard, "places": len(named)}
            seconds.append(row | asdict(evaluation.score(named, clips, by=apart)))
        rows += _conditions(name, trained, clips, apart)
    return {"genres": corpus.genres, "seconds": seconds, "conditions": rows}


def _conditions(name, models, clips, by):
    """Ask every model about clips under every condition, ten seconds of each."""
    rows, asked = [], {share: clips.take(clips.table.index[::share]) for share in (1, SHARE[name])}
    before = {share: _named(models, conditions.AS_IT_IS, some) for share, some in asked.items()}
    for condition, about in conditions.CONDITIONS.items():
        if about.kind == "training":
            continue
        share = SHARE[name] if about.kind == "codec" else 1
        chosen, after = asked[share], _named(models, condition, asked[share])
        for way, now in after.items():
            was = before[share][way]
            stays = (was == now)[0]
            low, high = evaluation.share_interval(stays, np.ones(len(stays)), chosen.groups(by))
            row = {"corpus": name, "condition": condition, "kind": about.kind, "trained": way}
            row |= {"score": asdict(evaluation.score(now, chosen, by=by))}
            row |= {"stays": {"accuracy": float(stays.mean()), "low": low, "high": high}}
            row |= {"lost": asdict(evaluation.compare(now, was, chosen, by=by))}
            if way != listener.PLAIN:
                row["gained"] = asdict(evaluation.compare(now, after[listener.PLAIN], chosen, by=by))
            rows.append(row)
    return rows


def _named(models, condition, clips):
    """Return the genres that every model names under a condition: its way -> a (1, clips) array of int."""
    X = conditions.heard(condition, clips)
    return {way: verdicts(model, X).argmax(axis=1)[None] for way, model in models.items()}
