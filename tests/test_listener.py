"""Doubt is chosen on clips that nobody learned from; the model that ships is the one that was measured."""

import numpy as np
import pytest

from genrelib import disk, listening, records
from genrelib.listening import doubt
from genrelib.sources import open_corpus
from genrelib.store import feature_store
from genrelib.studies import hearing, listener


def test_the_temperature_of_a_bold_network_is_found():
    rng = np.random.default_rng(0)
    logits = rng.normal(scale=2, size=(400, 5, 4))
    p = doubt.calibrated({}, logits).cumsum(axis=-1)
    labels = (rng.random((400, 1)) > p[:, 0]).sum(axis=-1)  # as sure as it is right, on the first excerpt
    chosen = listener.choose_temperature(3 * logits[:, :1], labels)
    assert chosen == pytest.approx(3, rel=0.15)


def test_the_threshold_is_the_lowest_that_keeps_the_price():
    sure = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    right = np.array([True, True, False, True, False])
    assert (
        listener.choose_threshold(sure, right, 0.26) == 0.6
    )  # one of four wrong, though one of three is more
    assert listener.choose_threshold(sure, right, 0.2) == 0.8
    assert listener.choose_threshold(sure, ~right, 0.1) == 1.0


def test_the_detector_tells_sides_apart_and_is_not_carried_away_by_one_number():
    rng = np.random.default_rng(0)
    music, noise = rng.normal(size=(300, 50)), rng.normal(size=(60, 50)) + 1.5
    weights, bias = listener.detector(np.concatenate([music, noise]), np.arange(360) < 300)
    found = np.concatenate([music, noise]) @ weights + bias >= 0
    assert found[:300].mean() > 0.95 and found[300:].mean() < 0.05
    assert np.abs(weights).max() < 5 * np.abs(weights).mean()


def test_a_clip_is_heard_once_a_second_and_a_short_one_as_a_whole():
    X = np.arange(2 * 300).reshape(2, 300, 1)
    assert listener.excerpts_heard(X)[0, :, 0, 0].tolist() == [0, 25, 50]
    assert listener.excerpts_heard(X[:, :100]).shape == (2, 1, 100, 1)


def test_seconds_are_heard_from_every_place_where_they_fit():
    def longest(db):
        return np.eye(3)[min(len(db) // 60, 2)]

    X = np.zeros((4, 700, 128), np.float32)
    assert hearing.seconds_heard(longest, X, 1).tolist() == 3 * [4 * [0]]
    assert hearing.seconds_heard(longest, X, 3).tolist() == 3 * [4 * [1]]
    assert hearing.seconds_heard(longest, X, 15).shape == (2, 4)
    assert hearing.seconds_heard(longest, X, 30).shape == (1, 4)


def test_the_model_that_ships_is_the_one_that_was_measured():
    record = records.load_result("listener")
    model = listening.load()
    assert listener.SHIPPED.stat().st_size < 1_000_000
    assert disk.digest(listener.SHIPPED.read_bytes()) == record["file"]
    assert f"{record['scores']['builtin']['clips']} clips right" in model.card["tested"]
    assert {"elsewhere", "learned", "doubt"} <= set(model.card)
    for name in ("temperature", "threshold", "error"):
        assert model.weights[f"sure/{name}"] == pytest.approx(record[name], abs=1e-3)


def test_the_model_that_ships_says_of_clips_held_out_what_the_record_says():
    """Ask about those of the smallest corpus; another processor rounds sounds in its own way."""
    said = records.load_result("listener")["verdicts"]
    model, corpus = listening.load(), open_corpus("builtin", profile="tiny")
    asked = corpus.take(corpus.table.index.isin(model.card["split"]["held_out"]))
    assert len(asked) >= 20 and set(asked.table.index) <= set(said)
    named = hearing.verdicts(model, feature_store(asked).load()).argmax(axis=1)
    same = [model.genres[one] == said[clip] for one, clip in zip(named, asked.table.index, strict=True)]
    assert np.mean(same) >= 0.9
