"""A few labels: what a network taught by generated music is worth with few real clips (chapter 10).

The network that comes with the book keeps its filters and its dense layer; only the last layer is learned
anew, on k clips per genre. Beside it stand the same network with its weights shuffled within each layer, as
if it had learned nothing, and the classifier of chapter 6 on pooled statistics.
"""

from dataclasses import asdict, replace

import numpy as np
import pandas as pd

from genrelib import baselines, evaluation, listening, records, training
from genrelib.store import feature_store
from genrelib.studies import listener

__all__ = ["LEARNED", "PER_GENRE", "POOLED", "SHUFFLED", "answers", "measure", "predict"]

PER_GENRE = (1, 3, 5)
LEARNED = "the network's answers"
SHUFFLED = "the same, weights shuffled"
POOLED = "pooled statistics"


def answers(model, clips):
    """Return what the dense layer of a model answers, the mean over the excerpts of each clip.

    Parameters
    ----------
    model : listening.Model
    clips : (clips, excerpts, frames, 128) array, in dB

    Returns
    -------
    (clips, units) array
    """
    return model.hidden(listener.statistics_of(model, clips)).mean(axis=1)


def predict(inputs, corpus, *, per_genre, seeds):
    """Learn from some clips of each genre, and name all others.

    Parameters
    ----------
    inputs : dict of str to (clips, features) array
    corpus : Corpus
    per_genre : int
        Clips to learn from.
    seeds : int
        How many draws of them.

    Returns
    -------
    dict of str to (seeds, clips) array of int
    """
    said = {name: np.full((seeds, len(corpus)), records.UNTESTED) for name in inputs}
    for seed in range(seeds):
        order = np.random.default_rng(seed).permutation(len(corpus))
        turn = pd.Series(order).groupby(corpus.labels[order]).cumcount().to_numpy()
        known, asked = order[turn < per_genre], order[turn >= per_genre]
        for name, X in inputs.items():
            made = baselines.CLASSIFIERS["logistic regression"](seed).fit(X[known], corpus.labels[known])
            said[name][seed, asked] = made.predict(X[asked])
    return said


def measure(corpus, *, profile):
    """Score the network's answers, those of a shuffled one, and pooled statistics, by clips per genre.

    Parameters
    ----------
    corpus : Corpus
        Of real clips.
    profile : Profile
        Says how many draws.

    Returns
    -------
    dict
        `results`, a row per input and number of clips: its score, and in `gain` what the network's answers
        gain on it, in pairs.
    """
    store, model = feature_store(corpus, "mel"), listening.load()
    X = store.load()[:, : training.FRAMES]
    clips = training.excerpts(X, listening.EXCERPT)
    rng = np.random.default_rng(0)
    mixed = {
        name: rng.permuted(w.ravel()).reshape(w.shape) if name.startswith(("filter", "dense")) else w
        for name, w in model.weights.items()
    }
    inputs = {
        LEARNED: answers(model, clips),
        SHUFFLED: answers(replace(model, weights=mixed), clips),
        POOLED: baselines.clip_statistics(X),
    }
    rows = []
    for count in PER_GENRE:
        said = predict(inputs, store.corpus, per_genre=count, seeds=profile.seeds)
        for name, predictions in said.items():
            gain = evaluation.compare(said[LEARNED], predictions, store.corpus, by="clip")
            scored = asdict(evaluation.score(predictions, store.corpus, by="clip"))
            rows.append({"input": name, "per_genre": count, **scored, "gain": asdict(gain)})
    return {"results": records.plain_rows(pd.DataFrame(rows))}
