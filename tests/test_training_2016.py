"""The training of 2016, step by step: what it learns from, and what it is tested on."""

import numpy as np
import pytest

from genrelib.records import UNTESTED
from genrelib.studies import training_2016


@pytest.fixture(scope="module")
def run():
    """A small network on 50 clips that say their genre."""
    import keras

    keras.utils.set_random_seed(0)
    labels = np.arange(50) % 2
    X = np.where(labels[:, None, None] == 1, 1.0, -1.0) * np.ones((50, 4, 3), np.float32)
    model = keras.Sequential([keras.Input((4, 3)), keras.layers.Flatten(), keras.layers.Dense(2, "softmax")])
    return labels, training_2016.train(model, X, labels, steps=60, every=20)


def test_every_step_and_every_test_is_noted(run):
    _, noted = run
    assert (len(noted["right"]), len(noted["loss"]), len(noted["held_out"])) == (60, 3, 3)
    assert 0 <= min(noted["right"]) and max(noted["right"]) <= training_2016.BATCH
    assert noted["right"][-1] == training_2016.BATCH and noted["loss"][-1] < noted["loss"][0]


def test_a_fifth_of_the_clips_is_held_out_and_tested(run):
    labels, noted = run
    tested = noted["predictions"] != UNTESTED
    assert tested.sum() == 10
    assert noted["held_out"][-1] == np.mean(noted["predictions"][tested] == labels[tested]) == 1


def test_the_steps_of_2016_end_with_a_test():
    assert training_2016.STEPS % training_2016.EVERY == 0
    assert training_2016.STEPS == 100_000 // training_2016.BATCH
