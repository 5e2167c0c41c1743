"""Trainings on turning folds test every clip once, keep what they found, and carry over to another corpus."""

import numpy as np
import pytest
from toys import LIGHT, make_features, use_store

from genrelib import networks, records, trials


def test_five_trainings_test_every_clip_once_with_artists_apart(toy):
    parts = np.array([trials.rotation(toy, number, by="artist") for number in range(5)])
    assert ((parts == "test").sum(axis=0) == 1).all()
    assert ((parts == "validation").sum(axis=0) == 1).all()
    artists = toy.table["artist"].to_numpy()
    for part in parts:
        assert len({(artist, name) for artist, name in zip(artists, part, strict=True)}) == len(set(artists))
    assert (trials.rotation(toy, 5, by="artist") != parts[0]).any()


def test_too_few_artists_or_clips_for_three_parts_are_named(toy):
    two = toy.take(toy.table["artist"].str[-1].isin(["0", "1"]))
    with pytest.raises(ValueError, match="needs three artists per genre"):
        trials.rotation(two, 0, by="artist")
    one = toy.take((toy.table["genre"] != "even") | (toy.table["artist"] == "even0"))
    with pytest.raises(ValueError, match="genre 'even' has one artist only"):
        trials.rotation(one, 0, by="artist")
    few = toy.take(toy.table.groupby("genre").cumcount() < 2)
    with pytest.raises(ValueError, match="needs three clips per genre"):
        trials.rotation(few, 0, by="clip")


def test_what_is_plain_is_learned_kept_and_not_learned_again(toy, data, monkeypatch):
    use_store(monkeypatch, toy, make_features(toy))
    run = trials.train_and_test(toy, kind="mfcc", by="artist", seeds=2, epochs=6)
    predictions = np.array(run["predictions"])
    tested = predictions != records.UNTESTED
    assert predictions.shape == (2, 36) and not (tested[0] & tested[1]).any()
    assert (predictions == toy.labels)[tested].mean() > 0.9
    assert len(run["curves"]) == 2 and set(run["curves"][0]) == {"loss", "accuracy"}
    assert run["best"] == [5, 5]  # no clip validates: all were learned from, to the end
    monkeypatch.setattr(trials, "fit", None)
    assert trials.train_and_test(toy, kind="mfcc", by="artist", seeds=2, epochs=6) == run


def test_what_one_corpus_teaches_is_asked_of_the_clips_of_another(toy, monkeypatch):
    X, parts, fit = make_features(toy), [], trials.fit
    order = np.random.default_rng(1).permutation(len(toy))[:7]
    heard = X[order] + np.float32(0.5)

    def watched(network, X, labels, part, **options):
        parts.append(part)
        return fit(network, X, labels, part, **options)

    monkeypatch.setattr(trials, "fit", watched)
    given = {"kind": "mfcc", "by": "artist", "seeds": 2, "epochs": 6}
    predictions = trials.train_and_predict(X, toy, heard, **given)
    assert predictions.shape == (2, 7)
    assert (predictions == toy.labels[order]).mean() > 0.9
    assert [set(part) for part in parts] == [{"train"}] * 2

    parts.clear()
    monkeypatch.setitem(networks.NETWORKS, "ours", LIGHT)  # which stops early
    trials.train_and_predict(X, toy, heard, **given)
    artists = toy.table["artist"].to_numpy()
    for part in parts:  # every clip is learned from or validates, and no artist does both
        assert set(part) == {"train", "validation"}
        assert not set(artists[part == "train"]) & set(artists[part == "validation"])
    assert (parts[0] != parts[1]).any()
