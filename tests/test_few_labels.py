"""With a few labels, what was learned from is not asked about, and what tells genres apart is learned."""

import numpy as np
import pandas as pd

from genrelib import listening, records
from genrelib.corpus import Corpus
from genrelib.studies import few_labels


def test_so_many_clips_of_each_genre_are_learned_from_and_the_others_named():
    genres = np.repeat(["calm", "even", "loud"], 6)
    corpus = Corpus(
        "toy", pd.DataFrame({"genre": genres, "artist": None}, index=[f"c{n}" for n in range(18)])
    )
    rng = np.random.default_rng(0)
    inputs = {
        "plain": np.eye(3)[corpus.labels] + rng.normal(0, 0.1, (18, 3)),
        "noise": rng.normal(size=(18, 3)),
    }
    said = few_labels.predict(inputs, corpus, per_genre=2, seeds=3)
    tested = said["plain"] != records.UNTESTED
    for row in tested:
        assert (np.bincount(corpus.labels[row]) == 4).all()
    assert (tested == (said["noise"] != records.UNTESTED)).all() and (tested[0] != tested[1]).any()
    right = {name: (rows == corpus.labels)[tested].mean() for name, rows in said.items()}
    assert right["plain"] == 1 and right["noise"] < 0.8


def test_the_answers_are_those_that_the_last_layer_weighs():
    model = listening.load()
    clips = np.random.default_rng(0).normal(-40, 12, (2, 1, 60, 128)).astype(np.float32)
    hidden = few_labels.answers(model, clips)
    assert hidden.shape == (2, len(model.weights["dense/bias"])) and (hidden >= 0).all()
    for clip, answer in zip(clips, hidden, strict=True):
        logits = answer @ model.weights["genres/kernel"] + model.weights["genres/bias"]
        np.testing.assert_allclose(logits, model.logits(model.statistics(clip[0])), atol=1e-4)
