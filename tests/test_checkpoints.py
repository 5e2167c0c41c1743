"""A training that stops on the way leaves its best model, and goes on as if it had never stopped."""

import signal
import subprocess
import sys
from dataclasses import replace

import keras
import numpy as np
import pytest
from toys import LIGHT, examples

from genrelib import checkpoints, networks, training

AUGMENT = ("mask", "mixup", "noise")


class Last(keras.callbacks.Callback):
    """Holds the weights of the last epoch, where `fit` gives back the best."""

    def on_epoch_end(self, epoch, logs):
        self.weights = self.model.get_weights()


class Stop(keras.callbacks.Callback):
    """Raises at the start of an epoch."""

    def __init__(self, epoch):
        super().__init__()
        self.epoch = epoch

    def on_epoch_begin(self, epoch, logs):
        if epoch == self.epoch:
            raise KeyboardInterrupt


class Spoil(keras.callbacks.Callback):
    """Puts NaN into the last layer at the start of the second epoch."""

    def on_epoch_begin(self, epoch, logs):
        if epoch == 1:
            self.model.get_layer("genres").bias.assign(np.full(3, np.nan))


def same_end(one, other):
    """Whether two trainings, (Run, Last) each, had the same curves, and the same weights at the end."""
    assert one[0].curves == other[0].curves and one[0].best == other[0].best
    for run in (lambda pair: pair[0].model.get_weights(), lambda pair: pair[1].weights):
        for mine, theirs in zip(run(one), run(other), strict=True):
            np.testing.assert_array_equal(mine, theirs)
    return True


@pytest.fixture(autouse=True, scope="module")
def repeatable():
    training.make_repeatable()


@pytest.fixture
def augmented(monkeypatch):
    monkeypatch.setitem(networks.NETWORKS, "ours", replace(networks.NETWORKS["ours"], augment=AUGMENT))


def trained(given, **options):
    last = Last()
    return training.fit("ours", **given, seed=4, epochs=4, callbacks=[last], **options), last


KILLED = """
import os, signal, sys
import keras
import numpy as np
from genrelib import networks, training
from dataclasses import replace

class Die(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs):
        if epoch == 2:
            os.kill(os.getpid(), signal.SIGKILL)

given = np.load(sys.argv[1])
augment = ("mask", "mixup", "noise")
networks.NETWORKS["ours"] = replace(networks.NETWORKS["ours"], augment=augment)
parts = {name: given[name] for name in ("X", "labels", "part")}
training.make_repeatable()
training.fit("ours", **parts, seed=4, epochs=4, checkpoint=sys.argv[2], callbacks=[Die()])
"""


def test_a_training_that_was_killed_ends_as_if_it_had_not_been(toy, tmp_path, augmented):
    given, path = examples(toy), tmp_path / "best.keras"
    np.savez(tmp_path / "given.npz", **given)
    killed = subprocess.run([sys.executable, "-c", KILLED, tmp_path / "given.npz", path], capture_output=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr[-2000:]
    assert path.exists() and path.with_suffix(".npz").exists()
    assert same_end(trained(given, checkpoint=path), trained(given))


def test_a_callback_that_raises_ends_a_training_as_a_kill_does(toy, tmp_path, augmented):
    given, path = examples(toy), tmp_path / "best.keras"
    with pytest.raises(KeyboardInterrupt):
        training.fit("ours", **given, seed=4, epochs=4, checkpoint=path, callbacks=[Stop(3)])
    assert path.with_suffix(".npz").exists()
    assert same_end(trained(given, checkpoint=path), trained(given))
    assert not path.with_suffix(".npz").exists()


def test_the_state_of_another_training_is_not_gone_on_with(toy, tmp_path):
    given, path = examples(toy), tmp_path / "best.keras"
    with pytest.raises(KeyboardInterrupt):
        training.fit("light", **given, how=LIGHT, seed=1, epochs=2, checkpoint=path, callbacks=[Stop(1)])
    assert path.with_suffix(".npz").exists()
    other = training.fit("light", **given, how=LIGHT, seed=2, epochs=2, checkpoint=path)
    alone = training.fit("light", **given, how=LIGHT, seed=2, epochs=2)
    assert other.curves == alone.curves


def test_a_loss_that_becomes_no_number_leaves_the_last_good_model(toy, tmp_path):
    given, path = examples(toy), tmp_path / "best.keras"
    with pytest.raises(checkpoints.TrainingError, match=r"at epoch 2, step 1; the best so far is in .*best"):
        training.fit("ours", **given, epochs=3, checkpoint=path, callbacks=[Spoil()])
    best = keras.saving.load_model(path)
    assert np.isfinite(training.predict(best, given["X"], 248)).all()
