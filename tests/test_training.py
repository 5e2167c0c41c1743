"""Training keeps parts apart, repeats itself, stops where it must, and saves a model that answers alike."""

import json
import os
import signal
import subprocess
import sys
import zipfile
from dataclasses import replace

import keras
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from genrelib import checkpoints, features, models, networks, records, training, trials
from genrelib.__main__ import main
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
    for module in (trials, models):
        monkeypatch.setattr(module, "feature_store", lambda *args: store)


def light(frames, bands, genres):
    """Build a network that is quick to compile."""
    layers = [keras.Input((frames, bands)), keras.layers.Normalization(name="normalise")]
    layers += [keras.layers.GlobalAveragePooling1D(), keras.layers.Dense(genres, activation="softmax")]
    return keras.Sequential(layers)


LIGHT = networks.Network(light, excerpt=100, batch=8, learning_rate=0.01)


def test_excerpts_cover_a_clip_from_end_to_end():
    X = np.arange(600).reshape(1, 600, 1)
    cut = training.excerpts(X, 248)
    assert cut.shape == (1, 3, 248, 1)
    assert (cut[0, 0, 0, 0], cut[0, -1, -1, 0]) == (0, 599)
    assert training.excerpts(X, 600).shape == (1, 1, 600, 1)
    with pytest.raises(ValueError, match="clips of 600 frames are shorter than an excerpt of 601"):
        training.excerpts(X, 601)


def test_five_trainings_test_every_clip_once_with_artists_apart(corpus):
    parts = np.array([trials.rotation(corpus, number, by="artist") for number in range(5)])
    assert ((parts == "test").sum(axis=0) == 1).all()
    assert ((parts == "validation").sum(axis=0) == 1).all()
    artists = corpus.table["artist"].to_numpy()
    for part in parts:
        assert len({(artist, name) for artist, name in zip(artists, part, strict=True)}) == len(set(artists))
    assert (trials.rotation(corpus, 5, by="artist") != parts[0]).any()


def test_a_split_needs_three_groups(corpus):
    few = corpus.take(corpus.table["artist"].str[-1].isin(["0", "1"]))
    with pytest.raises(ValueError, match="needs three artists a genre"):
        trials.rotation(few, 0, by="artist")


def test_what_is_plain_is_learned_kept_and_not_learned_again(corpus, data, monkeypatch):
    stored(monkeypatch, corpus, plain(corpus))
    run = trials.train_and_test(corpus, kind="mfcc", by="artist", seeds=2, epochs=6)
    predictions = np.array(run["predictions"])
    tested = predictions != records.UNTESTED
    assert predictions.shape == (2, 36) and not (tested[0] & tested[1]).any()
    assert (predictions == corpus.labels)[tested].mean() > 0.9
    assert len(run["curves"]) == 2 and len(run["curves"][0]["val_loss"]) == 6
    monkeypatch.setattr(trials, "fit", None)
    assert trials.train_and_test(corpus, kind="mfcc", by="artist", seeds=2, epochs=6) == run


def test_a_seed_repeats_itself_normalises_on_the_training_part_and_keeps_the_best(corpus, tmp_path):
    X, part = plain(corpus), trials.rotation(corpus, 0, by="artist")
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


def test_what_is_missing_from_a_split_is_named(corpus):
    X, all_train = plain(corpus), np.full(len(corpus), "train")
    with pytest.raises(ValueError, match="no clip in the 'validation' part"):
        training.fit("ours", X, corpus.labels, all_train, epochs=1)
    with pytest.raises(ValueError, match="unknown network 'mine'"):
        training.fit("mine", X, corpus.labels, all_train, epochs=1)
    part = np.where(corpus.labels == 1, "validation", "train")
    with pytest.raises(ValueError, match="no clip of genre number 1 in the 'train' part"):
        training.fit("ours", X, corpus.labels, part, epochs=1)


def test_a_loss_that_is_no_number_stops_and_says_where(corpus, tmp_path):
    X, part = plain(corpus), trials.rotation(corpus, 0, by="artist")
    X[part == "train"] = np.nan
    with pytest.raises(checkpoints.TrainingError, match=r"the features of \d+ of 36 clips hold NaN"):
        training.fit("ours", X, corpus.labels, part, epochs=1, checkpoint=tmp_path / "best.keras")
    assert list(tmp_path.iterdir()) == []


def test_a_loss_that_becomes_no_number_leaves_the_last_good_model(corpus, tmp_path, monkeypatch):
    X, part = plain(corpus), trials.rotation(corpus, 0, by="artist")
    monkeypatch.setattr(checkpoints.ResumableTraining, "on_epoch_begin", spoil_the_second)
    path = tmp_path / "best.keras"
    with pytest.raises(checkpoints.TrainingError, match=r"at epoch 2, step 1; the best so far is in .*best"):
        training.fit("ours", X, corpus.labels, part, epochs=3, checkpoint=path)
    kept = keras.saving.load_model(path)
    assert np.isfinite(training.predict(kept, X, 248)).all()


def spoil_the_second(watch, epoch, logs=None):
    watch.epoch = epoch
    if epoch == 1:
        watch.model.get_layer("genres").bias.assign(np.full(3, np.nan))


KILLED = """
import os, signal, sys
import numpy as np
from genrelib import checkpoints, networks, training
from dataclasses import replace

def die(watch, epoch, logs=None):
    watch.epoch = epoch
    if epoch == 2:
        os.kill(os.getpid(), signal.SIGKILL)

checkpoints.ResumableTraining.on_epoch_begin = die
given = np.load(sys.argv[1])
augment = ("mask", "mixup", "noise")
networks.NETWORKS["ours"] = replace(networks.NETWORKS["ours"], augment=augment)
training.fit("ours", given["X"], given["labels"], given["part"], seed=4, epochs=4, checkpoint=sys.argv[2])
"""


def test_a_training_that_was_killed_ends_as_if_it_had_not_been(corpus, tmp_path, monkeypatch):
    augment = ("mask", "mixup", "noise")
    monkeypatch.setitem(networks.NETWORKS, "ours", replace(networks.NETWORKS["ours"], augment=augment))
    monkeypatch.setattr(checkpoints.ResumableTraining, "on_train_end", keep_the_last)
    given = {"X": plain(corpus), "labels": corpus.labels, "part": trials.rotation(corpus, 0, by="artist")}
    whole = training.fit("ours", **given, seed=4, epochs=4)
    np.savez(tmp_path / "given.npz", **given)
    path = tmp_path / "best.keras"
    killed = subprocess.run([sys.executable, "-c", KILLED, tmp_path / "given.npz", path], capture_output=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr[-2000:]
    assert path.exists() and path.with_suffix(".npz").exists()
    goes_on = training.fit("ours", **given, seed=4, epochs=4, checkpoint=path)
    assert goes_on.curves == whole.curves and goes_on.best == whole.best
    for mine, theirs in zip(goes_on.model.get_weights(), whole.model.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)


def keep_the_last(watch, logs=None):
    """End a training with the weights of its last epoch instead of its best."""
    watch.bar.close()


def test_the_state_of_another_training_is_not_gone_on_with(corpus, tmp_path, monkeypatch):
    given = {"X": plain(corpus), "labels": corpus.labels, "part": trials.rotation(corpus, 0, by="artist")}
    path = tmp_path / "best.keras"
    monkeypatch.setattr(
        checkpoints.ResumableTraining, "on_train_end", keep_the_last
    )  # which leaves the state
    training.fit("light", **given, how=LIGHT, seed=1, epochs=1, checkpoint=path)
    assert path.with_suffix(".npz").exists()
    other = training.fit("light", **given, how=LIGHT, seed=2, epochs=1, checkpoint=path)
    alone = training.fit("light", **given, how=LIGHT, seed=2, epochs=1)
    assert other.curves == alone.curves


TWO_DEVICES = """
import sys
import numpy as np
import tensorflow as tf

cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
import keras
from genrelib import networks, training

def plain(frames, bands, genres):
    layers = [keras.Input((frames, bands)), keras.layers.Normalization(name="normalise")]
    layers += [keras.layers.Conv1D(8, 4, activation="relu"), keras.layers.GlobalAveragePooling1D()]
    return keras.Sequential([*layers, keras.layers.Dense(genres, activation="softmax", name="genres")])

how = networks.Network(plain, excerpt=100, batch=12, learning_rate=0.01, augment=("mask", "mixup"))
given = np.load(sys.argv[1])
curves = []
for devices in (["CPU:0"], ["CPU:0", "CPU:1"]):
    with tf.distribute.MirroredStrategy(devices).scope():
        run = training.fit("ours", given["X"], given["labels"], given["part"], epochs=3, how=how)
    curves.append([run.curves["loss"], run.curves["val_loss"]])
print(tf.distribute.MirroredStrategy(devices).num_replicas_in_sync)
np.testing.assert_allclose(*curves, rtol=1e-3)
assert curves[0][0][-1] < curves[0][0][0]
"""


def test_two_devices_learn_what_one_does(corpus, tmp_path):
    given = {"X": plain(corpus), "labels": corpus.labels, "part": trials.rotation(corpus, 0, by="artist")}
    np.savez(tmp_path / "given.npz", **given)
    command = [sys.executable, "-c", TWO_DEVICES, tmp_path / "given.npz"]
    run = subprocess.run(
        command, capture_output=True, text=True, env=os.environ | {"TF_NUM_INTRAOP_THREADS": "1"}
    )
    assert run.returncode == 0, run.stderr[-3000:]
    assert run.stdout.split()[-1] == "2"


def test_tensorboard_is_told_only_when_asked(corpus, tmp_path):
    given = {"X": plain(corpus), "labels": corpus.labels, "part": trials.rotation(corpus, 0, by="artist")}
    training.fit("light", **given, how=LIGHT, epochs=1, logs=str(tmp_path / "logs"))
    told = [path for path in (tmp_path / "logs").rglob("*tfevents*") if path.stat().st_size > 100]
    assert {path.parent.name for path in told} == {"train", "validation"}


@pytest.fixture(scope="module")
def trained(corpus):
    X = plain(corpus, bands=13)
    with pytest.MonkeyPatch.context() as monkeypatch:
        stored(monkeypatch, corpus, X)
        return X, *models.train_model(corpus, kind="mfcc", by="artist", epochs=3)


@pytest.fixture
def saved(corpus, trained, tmp_path, monkeypatch):
    X, model, card = trained
    stored(monkeypatch, corpus, X)
    models.save(model, tmp_path / "toy.keras", card)
    return tmp_path / "toy.keras"


def test_a_saved_model_answers_as_before_and_knows_what_it_has_not_heard(saved, corpus):
    model, card = models.load(saved)
    assert card["genres"] == ["calm", "even", "loud"] and card["features"]["kind"] == "mfcc"
    predictions, by = models.predict_held_out(model, card, corpus)
    asked = predictions[0] != records.UNTESTED
    assert by == "artist" and list(corpus.table.index[asked]) == card["split"]["held_out"]
    hits = int((predictions[0] == corpus.labels)[asked].sum())
    assert card["tested"].startswith(f"{hits} of {asked.sum()} clips right")
    assert str(saved.parent) not in saved.with_suffix(".json").read_text()


def test_a_model_hears_a_short_sound(saved):
    model, card = models.load(saved)
    y = np.random.default_rng(0).normal(size=3 * 22050).astype(np.float32)
    probabilities = models.classify(model, card, y)
    assert probabilities.shape == (3,) and probabilities.sum() == pytest.approx(1, abs=1e-5)
    with pytest.raises(ValueError, match="shorter than one window"):
        models.classify(model, card, y[: features.N_FFT - 1])


def test_other_genres_than_the_models_are_refused(saved, corpus):
    model, card = models.load(saved)
    two = corpus.take(corpus.table["genre"] != "even")
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


def test_features_of_another_kind_than_the_models_are_refused(saved, corpus):
    model, _ = models.load(saved)
    with pytest.raises(ValueError, match="features of 128 bands for a model that hears 13"):
        training.predict(model, plain(corpus, bands=128), 248)


def test_a_card_tells_how_to_make_the_model_again(saved):
    card = json.loads(saved.with_suffix(".json").read_text())
    how = networks.NETWORKS["ours"]
    assert card["training"] | {"epochs": 3, "seed": 0, "patience": training.PATIENCE} == card["training"]
    assert (card["training"]["batch"], card["training"]["excerpt"]) == (how.batch, how.excerpt)
    assert {"keras", "tensorflow", "numpy"} <= set(card["versions"])


def test_too_few_artists_or_clips_for_three_parts_are_named(corpus):
    one = corpus.take((corpus.table["genre"] != "even") | (corpus.table["artist"] == "even0"))
    with pytest.raises(ValueError, match="genre 'even' has one artist only"):
        trials.rotation(one, 0, by="artist")
    few = corpus.take(corpus.table.groupby("genre").cumcount() < 2)
    with pytest.raises(ValueError, match="needs three clips a genre"):
        trials.rotation(few, 0, by="clip")


def test_the_commands_train_and_evaluate(corpus, data, monkeypatch):
    stored(monkeypatch, corpus, plain(corpus, bands=13))
    monkeypatch.setattr("genrelib.sources.open_corpus", lambda name, **options: corpus)
    command = [
        "train",
        "toy",
        "--kind",
        "mfcc",
        "--seed",
        "3",
        "--epochs",
        "1",
        "--tensorboard",
        str(data / "tb"),
    ]
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
