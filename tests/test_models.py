"""A saved model answers as before, knows what it was not trained on, and says in one line what is wrong."""

import json
import zipfile

import numpy as np
import pytest
from click.testing import CliRunner
from toys import make_features, use_store

from genrelib import features, models, networks, records, training
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


def test_a_model_hears_a_short_sound(saved):
    model, card = models.load(saved)
    y = np.random.default_rng(0).normal(size=3 * 22050).astype(np.float32)
    probabilities = models.classify(model, card, y)
    assert probabilities.shape == (3,) and probabilities.sum() == pytest.approx(1, abs=1e-5)
    with pytest.raises(ValueError, match="shorter than one window"):
        models.classify(model, card, y[: features.N_FFT - 1])


def test_other_genres_than_the_models_are_refused(saved, toy):
    model, card = models.load(saved)
    two = toy.take(toy.table["genre"] != "even")
    with pytest.raises(ValueError, match="the model knows calm, even, loud; corpus 'toy' holds other genres"):
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
    assert card["training"] | {"epochs": 3, "seed": 0, "patience": training.PATIENCE} == card["training"]
    assert (card["training"]["batch"], card["training"]["excerpt"]) == (how.batch, how.excerpt)
    assert {"keras", "tensorflow", "numpy"} <= set(card["versions"])


def test_the_commands_train_and_evaluate(toy, data, monkeypatch):
    use_store(monkeypatch, toy, make_features(toy, bands=13))
    monkeypatch.setattr("genrelib.sources.open_corpus", lambda name, **options: toy)
    options = {"--kind": "mfcc", "--seed": "3", "--epochs": "1", "--tensorboard": str(data / "tb")}
    command = ["train", "toy", *(word for option in options.items() for word in option)]
    trained = CliRunner().invoke(main, command)
    path = data / "models" / "toy-ours-mfcc-3.keras"
    assert trained.exit_code == 0 and trained.stdout.startswith(f"{path}: ")
    assert sorted(file.name for file in path.parent.iterdir()) == [path.with_suffix(".json").name, path.name]
    assert json.loads(path.with_suffix(".json").read_text())["training"]["seed"] == 3
    assert list((data / "tb").rglob("*tfevents*"))
    evaluated = CliRunner().invoke(main, ["evaluate", str(path)])
    assert evaluated.exit_code == 0 and evaluated.stdout.startswith("accuracy ")
    path.write_text("no model")
    refused = CliRunner().invoke(main, ["evaluate", str(path)])
    assert refused.exit_code == 2 and refused.stderr.count("\n") == 1
