"""The baselines keep groups apart, learn what can be learned, and say what does not fit."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.neural_network import BernoulliRBM

from genrelib import baselines, records
from genrelib.corpus import Corpus


@pytest.fixture
def corpus():
    """Two genres of ten artists with three clips each, no sound behind them."""
    rows = [
        (f"{genre}.{artist}.{clip}", genre, f"{genre}{artist}")
        for genre in ("calm", "loud")
        for artist in range(10)
        for clip in range(3)
    ]
    table = pd.DataFrame(rows, columns=["clip", "genre", "artist"]).set_index("clip")
    return Corpus("toy", table)


def artist_numbers(corpus):
    return np.unique(corpus.table["artist"], return_inverse=True)[1]


def test_statistics_are_mean_deviation_and_deviation_of_steps():
    X = np.zeros((2, 4, 1), np.float32)
    X[1, :, 0] = [0, 2, 0, 2]
    pooled = baselines.clip_statistics(X)
    assert pooled.shape == (2, 3)
    np.testing.assert_allclose(pooled[0], 0)
    np.testing.assert_allclose(pooled[1], [1, 1, np.std([2, -2, 2])])


@pytest.mark.parametrize("shape", [(3, 1, 4), (3, 4), (3,)])
def test_statistics_need_clips_of_frames(shape):
    with pytest.raises(ValueError, match="at least two frames"):
        baselines.clip_statistics(np.zeros(shape))


@pytest.mark.parametrize("name", baselines.CLASSIFIERS)
def test_every_classifier_but_the_majority_learns_what_is_plain(corpus, name):
    X = np.c_[corpus.labels, np.random.default_rng(0).normal(size=len(corpus))]
    predicted = baselines.cross_validate(baselines.CLASSIFIERS[name], X, corpus, by="artist", seeds=2)
    right = (predicted == corpus.labels).mean()
    assert right <= 0.5 if name == "majority" else right == 1.0


def test_the_deep_belief_network_starts_from_what_the_machines_learned_and_is_tuned_in_every_layer(corpus):
    X = np.random.default_rng(0).random((len(corpus), 6))
    X[:, 0] = corpus.labels
    machine = BernoulliRBM(baselines.LAYERS[0], learning_rate=0.05, batch_size=20, random_state=3).fit(X)
    network = baselines.DeepBelief(3).fit(X, corpus.labels).network_
    plain = baselines._network(3).fit(X, corpus.labels)
    moved, apart = (
        np.abs(network.coefs_[0] - start).mean() for start in (machine.components_.T, plain.coefs_[0])
    )
    assert 0 < moved < apart
    second = BernoulliRBM(baselines.LAYERS[1], learning_rate=0.05, batch_size=20, random_state=3)
    second.fit(machine.transform(X))
    assert 0 < np.abs(network.coefs_[1] - second.components_.T).mean() < np.abs(second.components_).mean()
    assert [weights.shape for weights in network.coefs_] == [weights.shape for weights in plain.coefs_]


def test_the_probabilities_of_cross_validation_are_those_of_its_predictions(corpus):
    X = np.random.default_rng(0).normal(size=(len(corpus), 5))
    make = baselines.CLASSIFIERS["logistic regression"]
    told = baselines.cross_validate(make, X, corpus, by="artist", seeds=2)
    sure = baselines.cross_validate(make, X, corpus, by="artist", seeds=2, ask="predict_proba")
    assert sure.shape == (2, len(corpus), 2)
    np.testing.assert_allclose(sure.sum(axis=2), 1)
    np.testing.assert_array_equal(sure.argmax(axis=2), told)


def test_a_published_split_is_learned_from_two_parts_and_tests_the_third(corpus):
    part = np.array(["train", "validation", "test"])[np.arange(len(corpus)) % 3].astype(object)
    part[:6] = None
    corpus = replace(corpus, table=corpus.table.assign(filtered=part), splits=("filtered",))
    seen = []

    class Listener(DummyClassifier):
        def fit(self, X, y):
            seen.extend(X[:, 0])
            return super().fit(X, y)

    X = np.arange(len(corpus))[:, None]
    told = baselines.cross_validate(lambda seed: Listener(), X, corpus, by="filtered", seeds=1)
    assert sorted(seen) == list(np.flatnonzero((part == "train") | (part == "validation")))
    np.testing.assert_array_equal(told[0] != records.UNTESTED, part == "test")


def test_sets_of_genres_differ_and_are_the_same_again():
    genres = "abcdefghij"
    drawn = baselines.genre_sets(genres, 4, 12)
    assert len(set(drawn)) == 12 and {len(set(members)) for members in drawn} == {4}
    assert drawn == baselines.genre_sets(genres, 4, 12)
    assert len(baselines.genre_sets("abc", 2, 12)) == 3


def test_fewer_genres_are_predicted_as_positions_among_all(data, tmp_path, monkeypatch):
    path = tmp_path / "sound"
    path.write_bytes(b"x")
    rows = [(f"{g}{a}", g, f"{g}{a}", str(path)) for g in ("calm", "even", "loud") for a in range(6)]
    corpus = Corpus("toy", pd.DataFrame(rows, columns=["clip", "genre", "artist", "path"]).set_index("clip"))
    X = np.random.default_rng(0).normal(size=(18, 9, 2)) + 9 * corpus.labels[:, None, None]
    store = type("Store", (), {"corpus": corpus, "load": lambda self: X})()
    monkeypatch.setattr(baselines, "feature_store", lambda *args: store)
    tests = baselines.evaluate_fewer(corpus, sets=2, by="artist")["tests"]
    assert {test["size"] for test in tests} == {2}  # three genres are all there are
    for test in tests:
        for genres, told in zip(test["genres"], np.array(test["predictions"]), strict=True):
            inside = corpus.table["genre"].isin(genres).to_numpy()
            assert (told[~inside] == records.UNTESTED).all()
            assert {corpus.genres[g] for g in told[inside]} <= set(genres)
            if test["classifier"] == "SVM":
                np.testing.assert_array_equal(told[inside], corpus.labels[inside])


def test_an_artist_is_no_help_when_artists_are_apart(corpus):
    """Features that name the artist and nothing else: by clip they tell all, by artist nothing."""
    X = np.eye(20)[artist_numbers(corpus)]
    make = baselines.CLASSIFIERS["SVM"]
    by_clip = baselines.cross_validate(make, X, corpus, by="clip", seeds=2)
    by_artist = baselines.cross_validate(make, X, corpus, by="artist", seeds=2)
    assert (by_clip == corpus.labels).mean() > 0.9
    assert (by_artist == corpus.labels).mean() < 0.7


def test_seeds_are_a_number_or_the_seeds_and_say_the_same(corpus):
    X = np.random.default_rng(0).normal(size=(len(corpus), 5))
    make = baselines.CLASSIFIERS["decision tree"]
    first = baselines.cross_validate(make, X, corpus, by="artist", seeds=2)
    again = baselines.cross_validate(make, X, corpus, by="artist", seeds=[0, 1])
    np.testing.assert_array_equal(first, again)
    assert (first[0] != first[1]).any()


def test_features_of_other_clips_are_refused(corpus):
    with pytest.raises(ValueError, match="3 rows of features do not fit the 60 clips of corpus 'toy'"):
        baselines.cross_validate(baselines.CLASSIFIERS["SVM"], np.zeros((3, 2)), corpus, by="clip", seeds=1)


def test_all_baselines_are_kept_and_leave_out_clips_without_features(corpus, data, tmp_path, monkeypatch):
    path = tmp_path / "sound"
    path.write_bytes(b"x")
    corpus.table["path"] = str(path)

    class Store:
        def __init__(self):
            self.corpus = corpus.take(np.arange(len(corpus)) != 5)

        def load(self):
            return np.random.default_rng(0).normal(size=(len(self.corpus), 9, 2)).astype(np.float32)

    asked = []
    monkeypatch.setattr(baselines, "feature_store", lambda *args: asked.append(args) or Store())
    run, again = (
        baselines.evaluate_all(corpus, by="artist", seeds=2, names=("k-NN", "SVM")) for _ in range(2)
    )
    assert run == again and len(asked) == 1
    predictions = np.array(run["predictions"]["SVM"])
    assert list(run["predictions"]) == ["k-NN", "SVM"]
    assert (predictions[:, 5] == records.UNTESTED).all()
    assert (np.delete(predictions, 5, axis=1) != records.UNTESTED).all()
