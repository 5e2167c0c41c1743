"""A model that knows its doubt says less; one that does not is taken at its word."""

import numpy as np
import pytest

from genrelib.listening import doubt

LOGITS = np.array([[4.0, 2.0, 0.0], [0.1, 0.3, 0.2]])


def test_a_temperature_changes_how_sure_a_verdict_is_and_not_what_it_names():
    plain, cooler = (doubt.calibrated({"sure/temperature": np.float32(t)}, LOGITS) for t in (1, 0.5))
    np.testing.assert_allclose(plain, np.exp(LOGITS) / np.exp(LOGITS).sum(axis=1, keepdims=True))
    np.testing.assert_allclose(doubt.calibrated({}, LOGITS), plain)
    np.testing.assert_allclose(cooler, plain**2 / (plain**2).sum(axis=1, keepdims=True), rtol=1e-6)
    assert (cooler.argmax(axis=1) == plain.argmax(axis=1)).all()


def test_what_is_not_probable_enough_is_not_named():
    said = np.array([[0.5, 0.3, 0.2], [0.4, 0.3, 0.3]])
    assert doubt.is_sure({"sure/threshold": np.float32(0.45)}, said).tolist() == [True, False]
    assert doubt.is_sure({}, said).all()


@pytest.mark.parametrize("many", [True, False])
def test_what_lies_on_the_wrong_side_or_far_away_is_no_music(many):
    weights = {
        "batch_norm/mean": np.array([1.0, -1.0]),
        "batch_norm/variance": np.array([4.0, 1.0]) - 1e-3,
        "music/weights": np.array([1.0, 0.0]),
        "music/bias": 0.5,
        "music/farthest": 3.0,
    }
    statistics = np.array([[1.0, -1.0], [-1.0, -1.0], [41.0, -1.0]])  # amid the music; noise; like nothing
    assert doubt.deviations(weights, statistics)[:, 0].tolist() == [0, -1, 20]
    asked = statistics if many else [*statistics]
    found = doubt.is_music(weights, asked) if many else [doubt.is_music(weights, one) for one in asked]
    assert np.array(found).tolist() == [True, False, False]


def test_a_model_without_a_detector_takes_everything_for_music():
    assert doubt.is_music({}, np.zeros((4, 7))).tolist() == 4 * [True]
    assert doubt.is_music({}, np.zeros(7))
