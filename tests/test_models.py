"""A saved model answers as before, knows what it was not trained on, and says in one line what is wrong."""

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from toys import make_features, use_store

from genrelib import acquire, audio, catalog, models, networks, records
from genrelib.__main__ import main


@pytest.fixture(scope="module")
def trained(toy):
    X = make_features(toy, bands=13)
    with pytest.MonkeyPatch.context() as monkeypatch:
        use_store(monkeypatch, toy, X)
        return X, *models.train_model(toy, kind="mfcc", by="artist", epochs=3)


@pytest.fixture
def saved(toy, trained, tmp_path, monkeypatch):
    X, model, card = trained
    use_store(monkeypatch, toy, X)
    models.save(model, tmp_path / "toy.keras", card)
    return tmp_path / "toy.keras"


def test_a_saved_model_answers_as_before_and_knows_what_it_has_not_heard(saved, toy):
    model, card = models.load(saved)
    assert card["genres"] == ["calm", "even", "loud"] and card["features"]["kind"] == "mfcc"
    predictions, by = models.predict_held_out(model, card, toy)
    asked = predictions[0] != records.UNTESTED
    assert by == "artist" and list(toy.table.index[asked]) == card["split"]["held_out"]
    hits = int((predictions[0] == toy.labels)[asked].sum())
    assert card["tested"].startswith(f"{hits} of {asked.sum()} clips right")
    assert str(saved.parent) not in saved.with_suffix(".json").read_text()


@pytest.mark.parametrize("frames", [73, 200])
@pytest.mark.parametrize("network", ["ours", "figure_2016"])
def test_clips_shorter_than_an_excerpt_are_heard_as_a_whole(toy, tmp_path, monkeypatch, network, frames):
    use_store(monkeypatch, toy, make_features(toy, frames=frames, bands=13))
    model, card = models.train_model(toy, network=network, kind="mfcc", by="artist", epochs=1)
    models.save(model, tmp_path / "toy.keras", card)
    model, card = models.load(tmp_path / "toy.keras")
    assert card["training"]["excerpt"] == frames
    assert (models.predict_held_out(model, card, toy)[0] != records.UNTESTED).any()
    use_store(monkeypatch, toy, make_features(toy, frames=72, bands=13))
    if network == "ours":
        models.predict_held_out(model, card, toy)
    else:
        with pytest.raises(ValueError, match=r"clips of 2\.9 s are shorter than the \d\.\d s that are heard"):
            models.predict_held_out(model, card, toy)


@pytest.mark.parametrize("genres", [["calm", "even"], ["calm", "loud", "even"], ["calm", "even", "even"]])
def test_a_card_that_does_not_name_the_models_genres_is_neither_written_nor_read(saved, tmp_path, genres):
    model, card = models.load(saved)
    with pytest.raises(ValueError, match="the model has 3 outputs"):
        models.save(model, tmp_path / "other", card | {"genres": genres})
    assert not (tmp_path / "other.keras").exists()
    saved.with_suffix(".json").write_text(json.dumps(card | {"genres": genres}))
    with pytest.raises(ValueError, match=r"toy\.keras: is no model that can be loaded \(its card names"):
        models.load(saved)


def test_a_corpus_that_has_changed_is_asked_about_what_was_held_out_alone(saved, toy):
    model, card = models.load(saved)
    held_out = card["split"]["held_out"]
    changed = toy.take(toy.table.index != held_out[0])
    here = card | {"corpus": card["corpus"] | {"source": "/music/toy"}}
    for source, expected in (("/music/toy", held_out[1:]), ("/music/other", list(changed.table.index))):
        predictions, _ = models.predict_held_out(model, here, replace(changed, source=source))
        assert list(changed.table.index[predictions[0] != records.UNTESTED]) == expected
    learned = replace(toy.take(~toy.table.index.isin(held_out)), source="/music/toy")
    with pytest.raises(ValueError, match="holds no clip that the model has not learned from"):
        models.predict_held_out(model, here, learned)


def test_other_genres_than_the_models_are_refused(saved, toy):
    model, card = models.load(saved)
    two = toy.take(toy.table["genre"] != "even")
    with pytest.raises(ValueError, match="the model knows calm, even, loud; corpus 'toy' holds calm, loud"):
        models.predict_held_out(model, card, two)


@pytest.mark.parametrize("damage", ["truncate", "other", "version", "card"])
def test_a_damaged_model_is_one_line(saved, damage):
    path = saved
    if damage == "truncate":
        path.write_bytes(path.read_bytes()[:500])
    elif damage == "other":
        path.write_text("no model")
    elif damage == "version":
        from_another_version(path)
    else:
        path.with_suffix(".json").write_text(json.dumps({"network": "ours of another day"}))
    with pytest.raises(ValueError, match=r"toy\.keras: is no model that can be loaded") as caught:
        models.load(path)
    assert "\n" not in str(caught.value)


def test_a_model_without_its_card_is_named(saved):
    saved.with_suffix(".json").unlink()
    with pytest.raises(FileNotFoundError, match=r"toy\.json: no such file"):
        models.load(saved)


def from_another_version(path):
    """Rewrite a model file as if its Keras knew a layer that this one does not."""
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    parts["config.json"] = parts["config.json"].replace(b"MaxPooling1D", b"NewPooling1D")
    with zipfile.ZipFile(path, "w") as file:
        for name, content in parts.items():
            file.writestr(name, content)


def test_a_card_says_how_to_make_the_model_again(saved):
    card = json.loads(saved.with_suffix(".json").read_text())
    how = networks.NETWORKS["ours"]
    assert card["training"] | {"epochs": 3, "seed": 0, "stops_early": False} == card["training"]
    assert (card["training"]["batch"], card["training"]["excerpt"]) == (how.batch, how.excerpt)
    assert {"keras", "tensorflow", "numpy"} <= set(card["versions"])


@pytest.fixture
def laid_out_as_gtzan(real, data, monkeypatch):
    """Real excerpts under the names of GTZAN's clips: one for each part of the one split and fold of the
    other that there is.

    The index of artists cannot be had.
    """
    monkeypatch.setattr(acquire, "published_artists", lambda name: ({}, {}))
    splits, _ = acquire.published_splits("gtzan")
    places = pd.DataFrame(splits).dropna().sort_index()
    for genre in catalog.GENRES:
        named = places[places.index.str.startswith(f"{genre}.")].drop_duplicates()
        sounds = sorted((real / "gtzan_mini" / genre).iterdir())
        for clip, sound in zip(named.index, sounds, strict=False):
            audio.write(data / "gtzan" / genre / f"{clip}.wav", audio.read(sound, seconds=10.1))
    return splits


def test_the_commands_use_the_published_split_and_say_so(laid_out_as_gtzan, data):
    train = CliRunner().invoke(main, ["train", "gtzan", "--kind", "mfcc", "--epochs", "1"])
    assert train.exit_code == 0, train.output
    assert "clips right, fault-filtered split" in train.stdout
    path = Path(train.stdout.partition(": ")[0])
    card = json.loads(path.with_suffix(".json").read_text())
    assert card["split"]["by"] == "fault-filtered" and card["split"]["held_out"]
    assert {laid_out_as_gtzan["fault-filtered"][clip] for clip in card["split"]["held_out"]} == {"test"}
    evaluated = CliRunner().invoke(main, ["evaluate", str(path)])
    assert evaluated.exit_code == 0, evaluated.output
    assert f"; {len(card['split']['held_out'])} clips, fault-filtered split, 1 seed)" in evaluated.stdout
    listed = CliRunner().invoke(main, ["corpus", "gtzan"]).stdout
    assert "  split by fault-filtered;" in listed and "is not there, though in the fault-filtered" in listed


def test_the_commands_train_and_evaluate(toy, data, monkeypatch):
    use_store(monkeypatch, toy, make_features(toy, bands=13))
    here, asked = replace(toy, source="/music/toy"), []
    monkeypatch.setattr("genrelib.sources.open_corpus", lambda name, **options: asked.append(name) or here)
    options = {"--kind": "mfcc", "--seed": "3", "--epochs": "1", "--tensorboard": str(data / "tb")}
    command = ["train", "toy", *(word for option in options.items() for word in option)]
    trained = CliRunner().invoke(main, command)
    path = data / "models" / f"{toy.key}-ours-mfcc-3.keras"
    assert trained.exit_code == 0 and trained.stdout.startswith(f"{path}: ")
    files = [path.with_suffix(suffix).name for suffix in (".json", ".keras", ".npz")]
    assert sorted(file.name for file in path.parent.iterdir()) == files
    assert json.loads(path.with_suffix(".json").read_text())["training"]["seed"] == 3
    assert list((data / "tb").rglob("*tfevents*"))
    evaluated = CliRunner().invoke(main, ["evaluate", str(path)])
    assert evaluated.exit_code == 0 and evaluated.stdout.startswith("accuracy ")
    assert asked == ["toy", "/music/toy"]  # found again from any folder
    path.write_text("no model")
    refused = CliRunner().invoke(main, ["evaluate", str(path)])
    assert refused.exit_code == 2 and refused.stderr.count("\n") == 1


def test_weights_that_were_packed_make_the_same_model_again(toy):
    model = networks.ours(248, 128, 3)
    networks.adapt(model, np.random.default_rng(2).normal(-30, 5, (8, 248, 128)).astype("float32"))
    assert model.get_layer("normalise").get_weights()[0].any()
    for layer in model.layers:
        if layer.name != "normalise":
            layer.set_weights(
                [np.random.default_rng(0).uniform(0.5, 1, w.shape) for w in layer.get_weights()]
            )
    card = {"network": "ours", "genres": ["calm", "even", "loud"]}
    again = models.unpack(models.pack(model) | {"another/number": np.ones(3)}, card)
    clips = np.random.default_rng(1).normal(-20, 10, (2, 248, 128)).astype("float32")
    assert np.allclose(model(clips), again(clips), atol=1e-6)
