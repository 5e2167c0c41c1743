"""A few labels: what a network taught by generated music is worth with few real clips (chapter 10).

The network that comes with the book goes on learning from k real clips per genre, all of it or its last layer
alone. Beside it stand the same network from scratch, the same last layer on weights that are shuffled, as if
nothing had been learned, and the classifier of chapter 6 on pooled statistics, taught by the real clips alone
or by generated ones as well.
"""

from dataclasses import asdict, replace

import numpy as np
import pandas as pd

from genrelib import baselines, evaluation, listening, models, networks, records, training
from genrelib.store import feature_store
from genrelib.studies import listener

__all__ = [
    "AS_IT_IS",
    "LAST_LAYER",
    "MIXED",
    "NETWORKS",
    "PAIRS",
    "PER_GENRE",
    "POOLED",
    "REGRESSIONS",
    "SCRATCH",
    "SHUFFLED",
    "TUNED",
    "activations",
    "fine_tuning",
    "measure",
    "predict",
]

PER_GENRE = (1, 3, 5, 7)  # of ten: with all ten known there would be nobody to ask about
AS_IT_IS = "as it comes"
TUNED = "fine-tuned"
SCRATCH = "from scratch"
LAST_LAYER = "last layer alone"
SHUFFLED = "last layer, the rest shuffled"
POOLED = "pooled statistics"
MIXED = "pooled, generated clips added"
NETWORKS = (AS_IT_IS, TUNED, SCRATCH)
REGRESSIONS = (LAST_LAYER, SHUFFLED, POOLED, MIXED)
PAIRS = (
    (TUNED, AS_IT_IS),
    (TUNED, SCRATCH),
    (TUNED, POOLED),
    (LAST_LAYER, SHUFFLED),
    (LAST_LAYER, POOLED),
    (MIXED, POOLED),
)
GENTLER = 10  # times slower than from scratch: of 1, 3 and 10 what forgot least on generated clips


def activations(model, clips):
    """Return the activations of a model's dense layer, the mean over the excerpts of each clip.

    Parameters
    ----------
    model : listening.Model
    clips : (clips, excerpts, frames, 128) array, in dB

    Returns
    -------
    (clips, units) array
    """
    return model.hidden(listener.statistics_of(model, clips)).mean(axis=1)


def fine_tuning(model):
    """Say how our network goes on learning from where a model stands.

    Parameters
    ----------
    model : listening.Model

    Returns
    -------
    Network
        Its weights are those of the model, and so is its normalisation, which is not learned anew.
    """
    import keras

    def build(frames, bands, genres):  # a layer within a layer: `networks.adapt` leaves its normalisation
        return keras.Sequential([keras.Input((frames, bands)), models.unpack(model.weights, model.card)])

    ours = networks.find("ours")
    return replace(ours, build=build, learning_rate=ours.learning_rate / GENTLER)


def predict(learners, corpus, *, per_genre, seeds):
    """Learn from some clips of each genre, and name all others.

    Parameters
    ----------
    learners : dict of str to callable
        From a seed, and the positions of the clips that are known and of those asked about, to the genres of
        the latter.
    corpus : Corpus
    per_genre : int
        Clips to learn from.
    seeds : int
        How many draws of them.

    Returns
    -------
    dict of str to (seeds, clips) array of int
    """
    said = {name: np.full((seeds, len(corpus)), records.UNTESTED) for name in learners}
    for seed in range(seeds):
        order = np.random.default_rng(seed).permutation(len(corpus))
        turn = pd.Series(order).groupby(corpus.labels[order]).cumcount().to_numpy()
        known, asked = order[turn < per_genre], order[turn >= per_genre]
        for name, learn in learners.items():
            said[name][seed, asked] = learn(seed, known, asked)
    return said


def measure(source, corpus, *, profile):
    """Score every way to learn from k clips per genre.

    Parameters
    ----------
    source : Corpus
        Of generated clips, to be mixed with the real ones.
    corpus : Corpus
        Of real clips.
    profile : Profile
        Says how many draws and how many epochs.

    Returns
    -------
    dict
        `results`, a row per way and number of clips; `pairs`, what the first of each of PAIRS gains on the
        second, by number of clips.

    Raises
    ------
    ValueError
        When the genres of the two corpora, or of the network, differ.
    """
    model, store = listening.load(), feature_store(corpus, "mel")
    X, corpus = store.load()[:, : training.FRAMES], store.corpus
    if not source.genres == corpus.genres == tuple(model.genres):
        raise ValueError(
            f"corpora {source.name!r} and {corpus.name!r} hold different genres, or others than the model"
        )
    generated = feature_store(source, "mel")
    also = baselines.clip_statistics(generated.load()[:, : training.FRAMES]), generated.corpus.labels
    learners, rows, pairs = _learners(model, X, corpus.labels, also=also, epochs=profile.epochs), [], []
    training.make_repeatable()
    for count in PER_GENRE:
        said = predict(learners, corpus, per_genre=count, seeds=profile.seeds)
        for name, predictions in said.items():
            scored = asdict(evaluation.score(predictions, corpus, by="clip"))
            rows.append({"way": name, "per_genre": count, **scored})
        for first, minus in PAIRS:
            gain = asdict(evaluation.compare(said[first], said[minus], corpus, by="clip"))
            pairs.append({"first": first, "minus": minus, "per_genre": count, **gain})
    return {
        "results": records.plain_rows(pd.DataFrame(rows)),
        "pairs": records.plain_rows(pd.DataFrame(pairs)),
    }


def _learners(model, X, labels, *, also, epochs):
    """Return every way to learn from some of X (clips, frames, 128): its name -> a learner of `predict`."""
    clips, pooled = training.excerpts(X, listening.EXCERPT), baselines.clip_statistics(X)
    rng = np.random.default_rng(0)
    shuffled = {
        name: rng.permuted(w.ravel()).reshape(w.shape) if name.startswith(("filter", "dense")) else w
        for name, w in model.weights.items()
    }
    plain = model.logits(listener.statistics_of(model, clips)).mean(axis=1).argmax(axis=1)
    return {
        AS_IT_IS: lambda seed, known, asked: plain[asked],
        TUNED: _network(X, labels, fine_tuning(model), epochs=epochs, title=TUNED),
        SCRATCH: _network(X, labels, networks.find("ours"), epochs=epochs, title=SCRATCH),
        LAST_LAYER: _regression(activations(model, clips), labels),
        SHUFFLED: _regression(activations(replace(model, weights=shuffled), clips), labels),
        POOLED: _regression(pooled, labels),
        MIXED: _regression(pooled, labels, also=also),
    }


def _network(X, labels, how, *, epochs, title):
    """Return a learner that trains a network on the clips that are known, to the last epoch."""

    def learn(seed, known, asked):
        part = np.where(np.isin(np.arange(len(X)), known), "train", "asked")
        run = training.fit("ours", X, labels, part, seed=seed, epochs=epochs, title=title, how=how)
        return training.predict(run.model, X[asked], run.excerpt).argmax(axis=1)

    return learn


def _regression(X, labels, *, also=None):
    """Return a learner that fits a logistic regression to the clips that are known, and to others `also`."""
    more, genres = also or (X[:0], labels[:0])

    def learn(seed, known, asked):
        made = baselines.CLASSIFIERS["logistic regression"](seed)
        made.fit(np.concatenate([X[known], more]), np.concatenate([labels[known], genres]))
        return made.predict(X[asked])

    return learn
