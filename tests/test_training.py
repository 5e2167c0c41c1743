"""Training keeps parts apart, repeats itself, and stops where it must."""

import os
import subprocess
import sys
from dataclasses import replace

import keras
import numpy as np
import pytest
from toys import LIGHT, examples, make_features

from genrelib import checkpoints, networks, training


def test_excerpts_cover_a_clip_from_end_to_end():
    X = np.arange(600).reshape(1, 600, 1)
    cut = training.excerpts(X, 248)
    assert cut.shape == (1, 3, 248, 1)
    assert (cut[0, 0, 0, 0], cut[0, -1, -1, 0]) == (0, 599)
    assert training.excerpts(X, 600).shape == (1, 1, 600, 1)
    with pytest.raises(ValueError, match=r"clips of 24\.1 s are shorter than the 24\.\d s that are heard"):
        training.excerpts(X, 601)


def test_a_seed_repeats_itself_normalises_on_the_training_part_and_keeps_the_best(toy, tmp_path):
    given = examples(toy)
    training.make_repeatable()
    given["X"][given["part"] == "test"] += 1000  # would move the mean if it were seen
    first = training.fit("ours", **given, epochs=2, checkpoint=tmp_path / "best.keras")
    again = training.fit("ours", **given, epochs=2)
    other = training.fit("ours", **given, epochs=2, seed=1)
    assert first.curves == again.curves != other.curves
    cut = training.excerpts(given["X"][given["part"] == "train"], first.excerpt)
    heard = first.model.get_layer("level")(cut.reshape(-1, *cut.shape[2:])).numpy()
    mean = first.model.get_layer("normalise").mean.numpy().ravel()
    np.testing.assert_allclose(mean, heard.mean(axis=(0, 1)), atol=1e-3)
    best = keras.saving.load_model(tmp_path / "best.keras")
    for mine, kept in zip(first.model.get_weights(), best.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, kept)


def test_what_is_missing_from_a_split_is_named(toy):
    X, all_train = make_features(toy), np.full(len(toy), "train")
    with pytest.raises(ValueError, match="no clip in the 'train' part"):
        training.fit("ours", X, toy.labels, np.full(len(toy), "validation"), epochs=1)
    with pytest.raises(ValueError, match="unknown network 'mine'"):
        training.fit("mine", X, toy.labels, all_train, epochs=1)
    part = np.where(toy.labels == 1, "validation", "train")
    with pytest.raises(ValueError, match="no clip of genre number 1 in the 'train' part"):
        training.fit("ours", X, toy.labels, part, epochs=1)


def test_a_training_that_nothing_validates_goes_to_its_end_and_keeps_the_last_weights(toy, tmp_path):
    given, path, epochs = examples(toy), tmp_path / "last.keras", training.PATIENCE + 2
    given["part"] = training.taught(given["part"], networks.NETWORKS["ours"])
    assert set(given["part"]) == {"train", "test"}
    assert "validation" in training.taught(examples(toy)["part"], LIGHT)
    kept = []

    class Keep(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs):
            kept.append(self.model.get_weights())

    steep = replace(LIGHT, learning_rate=3.0)  # its loss rises now and then
    run = training.fit("light", **given, how=steep, epochs=epochs, checkpoint=path, callbacks=[Keep()])
    assert run.best == epochs - 1 and set(run.curves) == {"loss", "accuracy"}
    for found in (run.model, keras.saving.load_model(path)):
        np.testing.assert_array_equal(found.get_weights()[-1], kept[-1][-1])


@pytest.mark.parametrize("number", [np.nan, -np.inf])
def test_features_that_are_no_numbers_are_refused_before_the_training(toy, tmp_path, number):
    given = examples(toy)
    given["X"][[3, 5], 7] = number
    with pytest.raises(checkpoints.TrainingError, match="the features of 2 of 36 clips hold NaN") as caught:
        training.fit("ours", **given, epochs=1, checkpoint=tmp_path / "best.keras")
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_callbacks_are_called_after_ours(toy, tmp_path):
    seen, path = [], tmp_path / "best.keras"

    class Note(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs):
            seen.append((epoch, sorted(logs), path.exists()))

    training.fit("light", **examples(toy), how=LIGHT, epochs=2, checkpoint=path, callbacks=[Note()])
    names = ["accuracy", "loss", "val_accuracy", "val_loss"]
    assert seen == [(0, names, True), (1, names, True)]


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


def test_two_devices_learn_what_one_does(toy, tmp_path):
    np.savez(tmp_path / "given.npz", **examples(toy))
    command = [sys.executable, "-c", TWO_DEVICES, tmp_path / "given.npz"]
    run = subprocess.run(
        command, capture_output=True, text=True, env=os.environ | {"TF_NUM_INTRAOP_THREADS": "1"}
    )
    assert run.returncode == 0, run.stderr[-3000:]
    assert run.stdout.split()[-1] == "2"


def test_tensorboard_is_written_only_when_asked(toy, tmp_path):
    training.fit("light", **examples(toy), how=LIGHT, epochs=1, logs=str(tmp_path / "logs"))
    written = [path for path in (tmp_path / "logs").rglob("*tfevents*") if path.stat().st_size > 100]
    assert {path.parent.name for path in written} == {"train", "validation"}


def test_features_of_another_kind_than_the_models_are_refused(toy):
    model = networks.ours(248, 13, 3)
    with pytest.raises(ValueError, match="features of 128 bands for a model that hears 13"):
        training.predict(model, make_features(toy, bands=128), 248)
