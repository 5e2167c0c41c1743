"""A toy corpus and a toy network: what the tests of training share."""

import keras
import numpy as np
import pandas as pd

from genrelib import models, networks, trials
from genrelib.corpus import Corpus


def make_corpus(path):
    """Three genres of six artists with two clips each; every clip is the same file."""
    rows = [
        (f"{genre}.{artist}.{clip}", genre, f"{genre}{artist}", str(path))
        for genre in ("calm", "even", "loud")
        for artist in range(6)
        for clip in range(2)
    ]
    return Corpus("toy", pd.DataFrame(rows, columns=["clip", "genre", "artist", "path"]).set_index("clip"))


def make_features(corpus, frames=300, bands=5):
    """Features in which each genre has its own loudest band."""
    X = np.random.default_rng(0).normal(size=(len(corpus), frames, bands)).astype(np.float32)
    X[np.arange(len(corpus)), :, corpus.labels] += 3
    return 10 * X - 40


def examples(corpus, **sizes):
    """What `training.fit` takes of a corpus: features, labels, and the parts of the first training."""
    parts = trials.rotation(corpus, 0, by="artist")
    return {"X": make_features(corpus, **sizes), "labels": corpus.labels, "part": parts}


def use_store(monkeypatch, corpus, X):
    """Let X stand for the features of any corpus of its clips that is asked for."""

    def find(asked, *args):
        rows = corpus.table.index.get_indexer(asked.table.index)
        return type("Store", (), {"corpus": asked, "load": lambda self: X[rows]})()

    for module in (trials, models):
        monkeypatch.setattr(module, "feature_store", find)


def _light(frames, bands, genres):
    """Build a network that is quick to compile."""
    layers = [keras.Input((frames, bands)), keras.layers.Normalization(name="normalise")]
    layers += [keras.layers.GlobalAveragePooling1D(), keras.layers.Dense(genres, activation="softmax")]
    return keras.Sequential(layers)


LIGHT = networks.Network(_light, excerpt=100, batch=8, learning_rate=0.01)
