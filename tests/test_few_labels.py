"""With a few labels, what was learned from is not asked about, and what tells genres apart is learned."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from genrelib import listening, networks, records, training
from genrelib.corpus import Corpus
from genrelib.profiles import Profile
from genrelib.studies import few_labels


@pytest.fixture
def corpus():
    genres = np.repeat(["calm", "even", "loud"], 6)
    table = pd.DataFrame({"genre": genres, "artist": None}, index=[f"c{n}" for n in range(18)])
    return Corpus("toy", table)


def test_so_many_clips_of_each_genre_are_learned_from_and_the_others_named(corpus):
    rng = np.random.default_rng(0)
    plain = np.eye(3)[corpus.labels] + rng.normal(0, 0.1, (18, 3))
    noise = rng.normal(size=(18, 3))
    learners = {
        name: few_labels._regression(X, corpus.labels) for name, X in (("plain", plain), ("noise", noise))
    }
    said = few_labels.predict(learners, corpus, per_genre=2, seeds=3)
    tested = said["plain"] != records.UNTESTED
    for row in tested:
        assert (np.bincount(corpus.labels[row]) == 4).all()
    assert (tested == (said["noise"] != records.UNTESTED)).all() and (tested[0] != tested[1]).any()
    right = {name: (rows == corpus.labels)[tested].mean() for name, rows in said.items()}
    assert right["plain"] == 1 and right["noise"] < 0.8


def test_clips_that_are_added_are_learned_from_as_well(corpus):
    X = np.eye(3)[corpus.labels]
    turned = np.tile(X, (20, 1)), np.tile((corpus.labels + 1) % 3, 20)
    known, asked = np.arange(0, 18, 6), np.arange(1, 18, 6)
    alone, outvoted = (few_labels._regression(X, corpus.labels, also=also) for also in (None, turned))
    assert list(alone(0, known, asked)) == [0, 1, 2] and list(outvoted(0, known, asked)) == [1, 2, 0]


def test_the_activations_are_those_that_the_last_layer_weighs():
    model = listening.load()
    clips = np.random.default_rng(0).normal(-40, 12, (2, 1, 60, 128)).astype(np.float32)
    hidden = few_labels.activations(model, clips)
    assert hidden.shape == (2, len(model.weights["dense/bias"])) and (hidden >= 0).all()
    for clip, active in zip(clips, hidden, strict=True):
        logits = active @ model.weights["genres/kernel"] + model.weights["genres/bias"]
        np.testing.assert_allclose(logits, model.logits(model.statistics(clip[0])), atol=1e-4)


def test_fine_tuning_starts_where_the_model_stands_and_keeps_its_normalisation():
    model = listening.load()
    length, labels = listening.EXCERPT, np.arange(20) % 10
    X = np.random.default_rng(0).normal(-40, 12, (20, length, 128)).astype(np.float32)
    X[:, :, :120] += 30 * np.eye(10)[labels].repeat(12, axis=1)[:, None]  # each genre has bands of its own
    how = few_labels.fine_tuning(model)
    before = how.build(length, 128, len(model.genres))
    logits = np.array([model.logits(model.statistics(x)) for x in X])
    said = training.predict(before, X, length)
    np.testing.assert_allclose(np.log(said) - np.log(said[:, :1]), logits - logits[:, :1], atol=1e-3)

    quick = replace(how, learning_rate=0.01)
    run = training.fit("ours", X, labels, np.repeat(["train", "asked"], 10), epochs=20, how=quick)
    normalise = run.model.layers[-1].get_layer("normalise")
    np.testing.assert_array_equal(np.ravel(normalise.mean), model.weights["normalise/mean"])
    assert how.learning_rate < networks.find("ours").learning_rate
    right = [
        training.predict(of, X[:10], length)[range(10), labels[:10]].mean() for of in (before, run.model)
    ]
    assert right[1] > right[0] + 0.1


def test_every_way_is_scored_at_every_count_and_compared_in_pairs(monkeypatch):
    """Learners stand in for the trainings: one that is always right, others that guess."""
    model = listening.load()
    genres = np.repeat(model.genres, 10)
    real = Corpus("real", pd.DataFrame({"genre": genres}, index=[f"c{n}" for n in range(100)]))
    rng = np.random.default_rng(0)

    class Store:
        def __init__(self, corpus, kind):
            self.corpus = corpus

        def load(self):
            return rng.normal(size=(100, 2, 128))

    def learners(*given, **more):
        ways = {name for pair in few_labels.PAIRS for name in pair}
        guesses = {way: lambda seed, known, asked: np.zeros(len(asked), int) for way in ways}
        return guesses | {few_labels.TUNED: lambda seed, known, asked: real.labels[asked]}

    monkeypatch.setattr(few_labels, "feature_store", Store)
    monkeypatch.setattr(few_labels, "_learners", learners)
    profile = Profile("toy", clips_per_genre=10, seeds=2, epochs=1)
    found = few_labels.measure(real, real, profile=profile)
    assert len(found["results"]) == len(few_labels.PER_GENRE) * 7
    tuned = [row for row in found["results"] if row["way"] == few_labels.TUNED]
    assert [row["per_genre"] for row in tuned] == list(few_labels.PER_GENRE)
    assert all(row["accuracy"] == 1 for row in tuned)
    gains = {(row["first"], row["minus"]): row["difference"] for row in found["pairs"]}
    assert gains[few_labels.TUNED, few_labels.SCRATCH] == pytest.approx(0.9, abs=0.03)
    assert gains[few_labels.LAST_LAYER, few_labels.POOLED] == 0
    other = Corpus("other", real.table.assign(genre="calm"))
    with pytest.raises(ValueError, match="'other' and 'real' hold different genres"):
        few_labels.measure(other, real, profile=profile)
