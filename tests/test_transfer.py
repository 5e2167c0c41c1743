"""From one corpus to another: trained on all of the first, tested on all of the second."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from toys import LIGHT, make_corpus, make_features

from genrelib import networks, trials
from genrelib.corpus import Corpus
from genrelib.profiles import Profile
from genrelib.studies import transfer

PROFILE = Profile("toy", clips_per_genre=3, seeds=2, epochs=8)


@pytest.fixture
def pair(tmp_path, data, monkeypatch):
    """Two corpora of the same genres: in the second, the loudest bands of two genres have changed places.

    A light network stands for ours.
    """
    (tmp_path / "sound").write_bytes(b"x")
    source = make_corpus(tmp_path / "sound")
    target = Corpus("real", source.table.groupby("genre").head(5))
    swapped = make_features(target)
    moved = target.labels > 0
    swapped[moved] = swapped[moved][..., [0, 2, 1, 3, 4]]
    X = {"toy": make_features(source), "real": swapped}

    def feature_store(corpus, kind):
        return SimpleNamespace(corpus=corpus, load=lambda: X[corpus.name])

    monkeypatch.setattr(transfer, "feature_store", feature_store)
    monkeypatch.setitem(networks.NETWORKS, "ours", replace(LIGHT, learning_rate=0.1))
    return source, target


def test_what_is_learned_from_the_one_is_asked_of_the_other(pair):
    source, target = pair
    measured = transfer.measure(source, target, profile=PROFILE)
    rows = measured["results"]
    assert [(row["system"], row["features"]) for row in rows] == [
        ("SVM", "mfcc statistics"),
        ("ours", "mfcc"),
        ("SVM", "mel statistics"),
        ("ours", "mel"),
    ]
    # the five clips of the first genre are right, those of the two that changed places are not
    assert [row["accuracy"] for row in rows] == [pytest.approx(1 / 3, abs=1e-4)] * 4
    assert [row["seeds"] for row in rows] == [1, 2, 1, 2]
    assert {(row["clips"], row["by"]) for row in rows} == {(15, "clip")}
    assert measured["genres"] == source.genres
    assert (measured["learned"]["name"], measured["learned"]["clips"]) == ("toy", 36)


def test_the_network_is_asked_about_every_clip_by_each_seed(pair, monkeypatch):
    asked = []

    def train_and_predict(X, learned, heard, **how):
        asked.append((len(X), learned.name, len(heard), how["kind"], how["seeds"], how["epochs"]))
        return np.zeros((2, len(heard)), int)

    monkeypatch.setattr(trials, "train_and_predict", train_and_predict)
    transfer.transfer(*pair, PROFILE)
    assert asked == [(36, "toy", 15, kind, 2, 8) for kind in ("mfcc", "mel")]


def test_corpora_of_different_genres_are_refused(pair):
    source, target = pair
    other = Corpus("mine", target.table.assign(genre="left"))
    with pytest.raises(ValueError, match="corpora 'toy' and 'mine' hold different genres"):
        transfer.transfer(source, other, PROFILE)
