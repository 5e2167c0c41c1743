"""Training keeps parts apart, repeats itself, stops where it must, and saves a model that answers alike."""

import json

import keras
import numpy as np
import pandas as pd
import pytest

from genrelib import baselines, features, training
from genrelib.corpus import Corpus


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """Three genres of six artists with two clips each; the files are there, the sound is not."""
    path = tmp_path_factory.mktemp("corpus") / "sound"
    path.write_bytes(b"x")
    rows = [
        (f"{genre}.{artist}.{clip}", genre, f"{genre}{artist}", str(path))
        for genre in ("calm", "even", "loud")
        for artist in range(6)
        for clip in range(2)
    ]
    return Corpus("toy", pd.DataFrame(rows, columns=["clip", "genre", "artist", "path"]).set_index("clip"))


def plain(corpus, frames=300, bands=5):
    """Features in which each genre has its own loudest band."""
    X = np.random.default_rng(0).normal(size=(len(corpus), frames, bands)).astype(np.float32)
    X[np.arange(len(corpus)), :, corpus.labels] += 3
    return 10 * X - 40


def stored(monkeypatch, corpus, X):
    store = type("Store", (), {"corpus": corpus, "load": lambda self: X})()
    monkeypatch.setattr(training, "feature_store", lambda *args: store)


def test_excerpts_cover_a_clip_from_end_to_end():
    X = np.arange(600).reshape(1, 600, 1)
    cut = training.excerpts(X, 248)
    assert cut.shape == (1, 3, 248, 1)
    assert (cut[0, 0, 0, 0], cut[0, -1, -1, 0]) == (0, 599)
    assert training.excerpts(X, 600).shape == (1, 1, 600, 1)
    with pytest.raises(ValueError, match="clips of 600 frames are shorter than an excerpt of 601"):
        training.excerpts(X, 601)


def test_random_excerpts_give_each_clip_its_share_and_keep_its_label():
    X = np.arange(4)[:, None, None] * np.ones((1, 30, 2), np.float32)
    heard = list(training.random_excerpts(X, np.arange(4), 10, batch=5, seed=0))
    assert [len(labels) for _, labels in heard] == [5, 5, 2]
    labels = np.concatenate([labels for _, labels in heard])
    assert sorted(labels) == sorted(list(range(4)) * 3)
    for x, y in heard:
        np.testing.assert_array_equal(x[:, 0, 0], y)


def test_five_trainings_test_every_clip_once_with_artists_apart(corpus):
    parts = np.array([training.rotation(corpus, number, by="artist") for number in range(5)])
    assert ((parts == "test").sum(axis=0) == 1).all()
    assert ((parts == "validation").sum(axis=0) == 1).all()
    artists = corpus.table["artist"].to_numpy()
    for part in parts:
        assert len({(artist, name) for artist, name in zip(artists, part, strict=True)}) == len(set(artists))
    assert (training.rotation(corpus, 5, by="artist") != parts[0]).any()


def test_a_split_needs_three_groups(corpus):
    few = corpus.take(corpus.table["artist"].str[-1].isin(["0", "1"]))
    with pytest.raises(ValueError, match="needs three artists a genre"):
        training.rotation(few, 0, by="artist")


def test_what_is_plain_is_learned_kept_and_not_learned_again(corpus, data, monkeypatch):
    stored(monkeypatch, corpus, plain(corpus))
    run = training.train_and_test(corpus, kind="mfcc", by="artist", seeds=2, epochs=6)
    predictions = np.array(run["predictions"])
    tested = predictions != baselines.UNTESTED
    assert predictions.shape == (2, 36) and not (tested[0] & tested[1]).any()
    assert (predictions == corpus.labels)[tested].mean() > 0.9
    assert len(run["curves"]) == 2 and len(run["curves"][0]["val_loss"]) == 6
    monkeypatch.setattr(training, "fit", None)
    assert training.train_and_test(corpus, kind="mfcc", by="artist", seeds=2, epochs=6) == run


def test_a_seed_repeats_itself_normalises_on_the_training_part_and_keeps_the_best(corpus, tmp_path):
    X, part = plain(corpus), training.rotation(corpus, 0, by="artist")
    X[part == "test"] += 1000  # would move the mean if it were seen
    first = training.fit("ours", X, corpus.labels, part, epochs=2, checkpoint=tmp_path / "best.keras")
    again = training.fit("ours", X, corpus.labels, part, epochs=2)
    other = training.fit("ours", X, corpus.labels, part, epochs=2, seed=1)
    assert first.curves == again.curves != other.curves
    mean = first.model.get_layer("normalise").mean.numpy().ravel()
    np.testing.assert_allclose(mean, X[part == "train"].mean(axis=(0, 1)), rtol=1e-3)
    best = keras.saving.load_model(tmp_path / "best.keras")
    for mine, kept in zip(first.model.get_weights(), best.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, kept)


def test_a_missing_part_and_an_unknown_network_are_named(corpus):
    X = plain(corpus)
    with pytest.raises(ValueError, match="no clip in the 'validation' part"):
        training.fit("ours", X, corpus.labels, np.full(len(corpus), "train"), epochs=1)
    with pytest.raises(ValueError, match="unknown network 'mine'"):
        training.fit("mine", X, corpus.labels, np.full(len(corpus), "train"), epochs=1)


def test_a_loss_that_is_no_number_stops_and_says_where(corpus, tmp_path):
    X, part = plain(corpus), training.rotation(corpus, 0, by="artist")
    X[part == "train"] = np.nan
    with pytest.raises(training.TrainingError, match="the loss is nan at epoch 1, step 1;"):
        training.fit("ours", X, corpus.labels, part, epochs=1, checkpoint=tmp_path / "best.keras")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def trained(corpus):
    X = plain(corpus, bands=13)
    with pytest.MonkeyPatch.context() as monkeypatch:
        stored(monkeypatch, corpus, X)
        return X, *training.train_model(corpus, kind="mfcc", by="artist", epochs=3)


@pytest.fixture
def saved(corpus, trained, tmp_path, monkeypatch):
    X, model, card = trained
    stored(monkeypatch, corpus, X)
    training.save(model, tmp_path / "toy.keras", card)
    return tmp_path / "toy.keras"


def test_a_saved_model_answers_as_before_and_knows_what_it_has_not_heard(saved, corpus):
    model, card = training.load(saved)
    assert card["genres"] == ["calm", "even", "loud"] and card["features"]["kind"] == "mfcc"
    predictions, by = training.ask_model(model, card, corpus)
    asked = predictions[0] != baselines.UNTESTED
    assert by == "artist" and list(corpus.table.index[asked]) == card["split"]["held_out"]
    hits = int((predictions[0] == corpus.labels)[asked].sum())
    assert card["tested"].startswith(f"{hits} of {asked.sum()} clips right")
    assert str(saved.parent) not in saved.with_suffix(".json").read_text()


def test_a_model_hears_a_short_sound(saved):
    model, card = training.load(saved)
    y = np.random.default_rng(0).normal(size=3 * 22050).astype(np.float32)
    probabilities = training.classify(model, card, y)
    assert probabilities.shape == (3,) and probabilities.sum() == pytest.approx(1, abs=1e-5)
    with pytest.raises(ValueError, match="shorter than one window"):
        training.classify(model, card, y[: features.N_FFT - 1])


def test_other_genres_than_the_models_are_refused(saved, corpus):
    model, card = training.load(saved)
    two = corpus.take(corpus.table["genre"] != "even")
    with pytest.raises(ValueError, match="the model knows calm, even, loud; corpus 'toy' holds other genres"):
        training.ask_model(model, card, two)


@pytest.mark.parametrize("damage", ["truncate", "other", "card"])
def test_a_damaged_model_is_one_line(saved, damage):
    path = saved
    if damage == "truncate":
        path.write_bytes(path.read_bytes()[:500])
    elif damage == "other":
        path.write_text("no model")
    else:
        path.with_suffix(".json").write_text(json.dumps({"network": "ours of another day"}))
    with pytest.raises(ValueError, match=r"toy\.keras: is no model that can be loaded") as caught:
        training.load(path)
    assert "\n" not in str(caught.value)


def test_a_model_without_its_card_is_named(saved):
    saved.with_suffix(".json").unlink()
    with pytest.raises(FileNotFoundError, match=r"toy\.json: no such file"):
        training.load(saved)
