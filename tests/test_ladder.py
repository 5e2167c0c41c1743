"""The ladder from 2016 to ours changes one thing a rung, builds what it says, and compares in pairs."""

from dataclasses import asdict, replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from genrelib import features, networks, training, trials
from genrelib.corpus import Corpus
from genrelib.studies import labels_2016, ladder
from genrelib.studies.ladder import LADDERS, SIZES


@pytest.fixture
def corpus(tmp_path):
    """Two genres of five artists with two clips each; the files are there, the sound is not."""
    (tmp_path / "sound").write_bytes(b"x")
    rows = [
        (f"{genre}.{artist}.{clip}", genre, f"{genre}{artist}", str(tmp_path / "sound"))
        for genre in ("calm", "loud")
        for artist in range(5)
        for clip in range(2)
    ]
    return Corpus("toy", pd.DataFrame(rows, columns=["clip", "genre", "artist", "path"]).set_index("clip"))


@pytest.mark.parametrize("name", LADDERS)
def test_a_rung_changes_one_thing(name):
    recipes = [asdict(recipe) for _, recipe in ladder.rungs(name)]
    assert recipes[0] == asdict(LADDERS[name].start)
    for before, after in pairwise(recipes):
        assert sum(before[key] != after[key] for key in before) == 1


def test_the_mel_ladder_comes_to_ours_and_an_unknown_one_is_named():
    recipe = dict(ladder.rungs("mel"))["excerpts and averaging"]
    stopped = replace(networks.NETWORKS["ours"], stops_early=True)  # as every rung is
    assert ladder.how_of(recipe, SIZES["recorded"]) == stopped
    with pytest.raises(ValueError, match="unknown ladder 'rope': choose one of mel, mfcc, augmentation"):
        ladder.rungs("rope")


def test_the_first_rungs_build_the_codes_networks():
    size = SIZES["live"]
    rungs = dict(ladder.rungs("mel"))
    model = ladder.how_of(rungs["labels as paired in 2016"], size).build(size.frames, 128, 3)
    assert [model.get_layer(f"convolve_{n}").filters for n in (1, 2, 3)] == list(size.maps)
    assert model.get_layer("dense").get_weights()[0].std() == pytest.approx(1, abs=0.05)
    assert "normalise" not in {layer.name for layer in model.layers}
    model = ladder.how_of(rungs["small first weights"], size).build(size.frames, 128, 3)
    assert model.get_layer("dense").get_weights()[0].std() < 0.1
    assert model.layers[0].name == "normalise"
    twin = ladder.how_of(ladder.rungs("mfcc")[0][1], size).build(size.frames, 13, 3)
    assert "convolve_3" not in {layer.name for layer in twin.layers}
    assert twin.get_layer("dense").units == size.dense // 8


def test_what_a_rung_hears():
    rng = np.random.default_rng(0)
    power = 10 ** rng.normal(size=(2, 100, 128)).astype(np.float32)
    db = 10 * np.log10(power)
    size = SIZES["live"]
    first = {name: ladder.rungs(name)[0][1] for name in LADDERS}
    np.testing.assert_allclose(ladder.input_of(first["mel"], db, size), power[:, :75], rtol=1e-4)
    louder = db + rng.normal(size=(2, 100, 1)).astype(np.float32)
    own = [ladder.input_of(first["mfcc"], x, size) for x in (db, louder)]
    np.testing.assert_allclose(*own, atol=1e-3)  # loudness is lost, window by window
    kept = [ladder.input_of(dict(ladder.rungs("mfcc"))["loudness kept"], x, size) for x in (db, louder)]
    assert np.abs(kept[0] - kept[1])[..., 0].max() > 1
    np.testing.assert_allclose(kept[0], features.truncate(features.cepstrum(db[:, :75])), rtol=1e-5)
    assert ladder.input_of(ladder.rungs("mel")[-1][1], db, size).shape == (2, 100, 128)


def test_where_artists_are_unknown_all_rungs_are_by_clip(corpus):
    unknown = Corpus("toy", corpus.table.assign(artist=None))
    found = ladder.possible(unknown, "mel")
    assert {recipe.by for _, recipe in found} == {"clip"}
    assert len(found) == len(ladder.possible(corpus, "mel")) - 1  # to keep artists apart is no change
    assert len({recipe for _, recipe in found}) == len(found)


def pretended(monkeypatch, corpus):
    """Let rung number n name the first 2 n clips of every fold as it was taught, without training."""
    store = type("Store", (), {"corpus": corpus, "load": lambda self: np.zeros((20, 100, 128), np.float32)})()
    monkeypatch.setattr(ladder, "feature_store", lambda *args: store)
    asked, taught = [], []

    def cross_train(network, X, corpus, *, by, seeds, **how):
        asked.append((network, X.shape, by, how["how"].augment))
        taught.append(tuple(corpus.table["genre"]))
        right = np.arange(len(corpus)) < 2 * len(asked)
        said = np.where(right, corpus.labels, 1 - corpus.labels)
        run = training.Run(None, {"loss": [2.0, 1.0]}, best=1, seconds=0.5, weights=7, steps=3, excerpt=5)
        return [run] * seeds, np.repeat(np.eye(2)[said][None], seeds, axis=0)

    monkeypatch.setattr(trials, "cross_train", cross_train)
    return asked, taught


def test_a_ladder_is_climbed_once_and_compared_with_the_rung_before(corpus, data, monkeypatch):
    asked, taught = pretended(monkeypatch, corpus)
    rows = ladder.table(corpus, "mel", "live")
    assert [row["rung"] for row in rows] == list(LADDERS["mel"].changes)
    assert [row["accuracy"] for row in rows] == [(2 + 2 * n) / 20 for n in range(len(rows))]
    assert rows[0]["step"] is None
    own = tuple(corpus.table["genre"])
    assert taught[0] == tuple(labels_2016.relabel(corpus).table["genre"]) != own and set(taught[1:]) == {own}
    assert [row["step"]["difference"] for row in rows[1:]] == pytest.approx([0.1] * (len(rows) - 1))
    assert (rows[0]["first_loss"], rows[0]["last_loss"], rows[0]["steps"]) == ([2.0], [1.0], [6])
    assert asked[:2] == 2 * [("code_2016", (20, 75, 128), "clip", ())]
    assert asked[-2] == ("ours", (20, 100, 128), "artist", networks.NETWORKS["ours"].augment)
    assert ladder.table(corpus, "mel", "live") == rows and len(asked) == len(rows)


def test_augmentations_are_compared_with_none(corpus, data, monkeypatch):
    pretended(monkeypatch, corpus)
    rows = ladder.table(corpus, "augmentation", "live")
    assert [row["step"]["difference"] for row in rows[1:]] == pytest.approx(
        [0.1 * n for n in range(1, len(rows))]
    )
