"""Filters, effects and neighbours: what they say of cases whose answer is known."""

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_selection import f_classif

from genrelib import audio, models, networks
from genrelib.corpus import Corpus
from genrelib.studies import inspection
from genrelib.studies.inspection import Field, Response


def corpus_of(genres, artists=None):
    """A corpus of clips without sound."""
    table = pd.DataFrame(
        {"genre": genres, "artist": artists}, index=[f"clip-{n}" for n in range(len(genres))]
    )
    return Corpus("small", table)


def moved(output_of, frames, bands):
    """Return which numbers of an output move when one frame of the input changes, (frames, numbers) bool."""
    rng = np.random.default_rng(0)
    x = np.tile(rng.normal(size=(frames, bands)), (frames + 1, 1, 1)).astype("float32")
    x[np.arange(frames), np.arange(frames)] += rng.normal(0, 5, (frames, bands))
    y = output_of.predict(x, verbose=0)
    return np.abs(y[:-1] - y[-1:]).max(axis=2) > 1e-6


def test_a_field_is_what_a_number_hears():
    import keras
    from keras import layers

    sound = keras.Input((60, 3))
    x = layers.Conv1D(8, 4, padding="same", name="first")(sound)
    x = layers.AveragePooling1D(4)(layers.BatchNormalization()(x))
    x = layers.Conv1D(8, 3, dilation_rate=2, name="second")(x)
    x = layers.Conv1D(8, 3, strides=2, name="third")(layers.AveragePooling1D(2)(x))
    model = keras.Model(sound, layers.GlobalAveragePooling1D()(x))
    found = inspection.convolutions(model)
    assert list(found) == ["first", "second", "third"]
    for output, field in found.values():
        for number, heard in enumerate(moved(keras.Model(sound, output), 60, 3).T):
            begin = field.first + number * field.step
            heard = np.flatnonzero(heard)  # with gaps where a convolution is dilated
            assert (heard[0], heard[-1]) == (max(begin, 0), min(begin + field.frames, 60) - 1)


def test_the_answer_is_taken_behind_the_rectifier():
    model = networks.ours(100, 16, 3)
    response = inspection.respond(
        model, np.random.default_rng(0).normal(size=(40, 100, 16)).astype("float32")
    )
    assert list(response) == ["filter_bands_1", "filter_bands_3"]
    assert [layer.field.frames for layer in response.values()] == [4, 10]  # side by side, not in a row
    for layer in response.values():
        assert layer.mean.shape == layer.peak.shape == layer.at.shape
        assert len(layer.mean) == 40 and (layer.mean >= 0).all() and (layer.peak >= layer.mean).all()


def test_hidden_units_answer_to_one_stretch_after_the_other():
    model = networks.ours(100, 16, 3)
    X = np.random.default_rng(0).normal(size=(5, 130, 16)).astype("float32")
    told = inspection.respond(model, X, 50)["hidden"]
    first, second = (inspection.embed(model, X[:, at : at + 50], 50) for at in (0, 50))
    np.testing.assert_allclose(told.mean, (first + second) / 2, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(told.peak, np.maximum(first, second), rtol=1e-4, atol=1e-5)
    assert told.at.max() == 1 and told.field.begins(1) == pytest.approx(50 * 0.04)


def test_a_model_without_convolutions_is_refused():
    import keras

    model = keras.Sequential([keras.Input((4, 2)), keras.layers.Flatten()], name="flat")
    with pytest.raises(ValueError, match="'flat' has no convolution"):
        inspection.convolutions(model)


def test_answers_where_there_is_no_sound_are_nan():
    model = networks.ours(20, 16, 3)
    heard = np.random.default_rng(0).normal(size=(3, 2, 20, 16)).astype("float32")
    heard[1, 1] = np.nan
    for layer, mean in inspection.mean_answers(model, heard).items():
        assert np.isnan(mean[1, 1]).all() and np.isnan(mean).sum() == mean.shape[-1]
        assert np.allclose(mean[2, 0], inspection.respond(model, heard[2, :1])[layer].mean[0], atol=1e-5)


def test_telling_filters_stand_for_different_genres():
    labels = np.repeat([0, 1, 2], 20)
    noise = np.random.default_rng(0).normal(size=(60, 5))
    mean = noise + np.outer(labels == 0, [9, 8, 0, 0, 0]) + np.outer(labels == 1, [0, 0, 7, 0, 0])
    mean[:, 3] = 0  # never answers
    response = Response(mean, mean, np.zeros(mean.shape, int), Field(1, 1, 0))
    assert list(inspection.telling(response, labels, 2)) == [0, 2]
    assert 3 not in inspection.telling(response, labels, 5)


def test_the_share_between_genres_is_that_of_the_analysis_of_variance():
    rng = np.random.default_rng(0)
    mean = rng.normal(size=(30, 4)) + np.repeat([0, 1, 2], 10)[:, None]
    mean[:, 3] = 5.0
    genre, twice = np.repeat(["a", "b", "c"], 10), np.arange(30) % 3
    ratio, _ = f_classif(mean[:, :3], genre)
    found = inspection.share_between(mean, genre)
    assert np.allclose(found[:3], 1 / (1 + 27 / (2 * ratio))) and np.isnan(found[3])
    drawn = np.repeat(np.arange(30), twice)
    again = inspection.share_between(mean[drawn], genre[drawn])
    weighed = inspection.share_between(mean, genre, twice)
    assert np.allclose(weighed[:3], again[:3]), "a weight is a count"


def test_a_mean_moment_and_a_reel_are_cut_where_the_filter_answers_most(tmp_path):
    peak, at = np.array([[2.0], [1.0], [3.0]]), np.array([[50], [0], [200]])
    response = Response(peak, peak, at, Field(5, 1, 0))
    X = np.arange(3)[:, None, None] * 1000.0 + np.arange(100)[None, :, None] + np.zeros((1, 1, 2))
    mean = inspection.mean_moment(response, 0, X, ["a", "b", "c"], count=2)
    # the best two: clip 2, whose moment is moved back into the clip, and clip 0
    assert mean[:, 0].tolist() == [(2095 + t + 50 + t) / 2 for t in range(5)]
    corpus = corpus_of([*"aab"])
    y = 0.1 * np.sin(np.arange(12 * audio.SR) / 20).astype(np.float32)
    corpus.table["path"] = [audio.write(tmp_path / f"{n}.wav", y) or tmp_path / f"{n}.wav" for n in range(3)]
    sound, places = inspection.reel(response, 0, corpus, ["a", "b", "c"], count=2)
    assert places == f"{corpus.table.index[2]} at 8.0 s, {corpus.table.index[0]} at 2.0 s"
    assert len(sound) == pytest.approx(2 * (response.field.seconds + 0.25) * audio.SR, abs=4)
    assert np.abs(sound).max() == pytest.approx(1)


def test_moments_are_the_strongest_each_of_another_artist():
    peak = np.array([[5.0], [4.0], [3.0], [2.0], [1.0]])
    response = Response(peak, peak, np.array([[10], [0], [20], [0], [0]]), Field(19, 4, -5))
    best = inspection.moments(response, 0, ["a", "a", "b", "b", "c"], 3)
    assert list(best["clip"]) == [0, 2, 4] and list(best["answer"]) == [5, 3, 1]
    assert best["second"].tolist() == pytest.approx([35 * 0.04, 75 * 0.04, 0])  # never before the clip begins
    assert response.field.seconds == pytest.approx(0.1 + 18 * 0.04)


def test_an_effect_is_in_deviations_over_clips():
    rng = np.random.default_rng(0)
    before = rng.normal(3, 2, (50, 7))
    after = before + np.array([0, 1, 0, 0, 0, 0, 0]) * before.std(axis=0)
    after[:, 2] = before[:, 2] + rng.normal(0, 1, 50)
    before[:, 3] = after[:, 3] = 0  # a filter that never answers
    before[:, 4] *= 0.05  # and one that hardly does
    with_gap = [np.vstack([x, np.full((1, 7), np.nan)]) for x in (before, after)]
    effect, low, high = inspection.effects(*with_gap)
    assert effect[:2] == pytest.approx([0, 1]) and low[1] == pytest.approx(1) and high[1] == pytest.approx(1)
    assert low[2] < 0 < high[2] and np.isnan(effect[3]) and np.isnan(effect[4])


def test_halves_of_the_clips_are_measured_by_one_deviation():
    before = np.array([[0.0, 0.0], [1.0, 8.0], [10.0, 8.0], [11.0, 0.0]])
    moved = inspection.shifts(before, before + np.array([1.0, 0.0]))
    first, second = (inspection.mean_shift(moved[rows])[0] for rows in (slice(2), slice(2, 4)))
    assert first[0] == second[0] == pytest.approx(1 / before[:, 0].std()) and first[1] == 0


def test_a_filter_is_chosen_on_one_half_and_measured_on_the_other(monkeypatch):
    rng = np.random.default_rng(0)
    before = rng.normal(size=(12, 2, 3))  # clips, causes, filters
    after = before.copy()
    after[::2, 0, 1] += 5  # the first cause moves filter 1, where it is chosen
    after[1::2, 0, 1] -= 3
    after[:, 1, 2] += 4
    answered = {"band": np.stack([before, after], axis=2)}
    monkeypatch.setattr(inspection, "mean_answers", lambda model, heard, length=None: answered)
    chosen, effects = inspection.cross_examined(None, answered["band"], "band")
    assert chosen == [1, 2] and effects.shape == (2, 2, 3)
    assert effects[0, 0, 2] < 0, "measured on the clips that it was not chosen by"
    assert effects[1, 1, 1] > 0 and np.allclose(effects[[0, 1], [1, 0]], 0)
    measured = inspection.effects_of_changes(None, answered["band"], None)["band"]
    assert measured.shape == (2, 3, 3)
    np.testing.assert_allclose(measured[1], inspection.effects(before[:, 1], after[:, 1]))


def test_counted_shares_count_trials_and_resample_groups():
    hits = np.array([[True, True, False, False]])
    told = np.array([[True, True, True, False]])
    row = inspection.counted(hits & told, told, ["a", "a", "b", "c"])
    assert row["share"] == pytest.approx(2 / 3) and row["trials"] == 3
    assert (row["low"], row["high"]) == (0, 1)  # two groups with trials: both may be drawn twice
    never = inspection.counted(hits & False, told, ["a", "a", "b", "c"])
    assert never["low"] == 0 and never["high"] > 0.5  # two groups do not prove that it never happens
    same = inspection.counted(0.0 * hits, told, ["a", "a", "b", "c"])
    assert (same["low"], same["high"]) == (0, 0)  # differences that are all zero


def test_the_nearest_are_nearest_by_angle():
    points = np.array([[1, 0], [5, 0.1], [1, 1], [-1, 0]], float)
    assert list(inspection.nearest(points, 0)) == [1, 2, 3]
    assert list(inspection.nearest(points, 0, among=[True, False, True, True])) == [2, 3]


def test_likeness_leaves_the_own_artist_out():
    points = np.array([[1, 0], [1, 0.01], [1, 0.2], [0, 1], [0.01, 1], [0.2, 1]])
    corpus = corpus_of([*"aaabbb"], ["x", "x", "y", "v", "v", "w"])
    table = inspection.likeness([(points, [0, 3])], corpus, by="artist", count=1)
    assert table["share"].to_dict() == {
        "same genre": 1,
        "same genre, own artist left out": 1,
        "same artist": 1,
    }
    assert table["chance"].tolist() == pytest.approx([2 / 5, 1 / 4, 1 / 5])
    unknown = inspection.likeness([(points, [0, 3])], corpus_of([*"aaabbb"]), by="clip", count=2)
    assert list(unknown.index) == ["same genre"] and unknown["trials"].iloc[0] == 2


def test_a_model_is_trained_once(data, monkeypatch):
    trained = []

    def train_model(corpus, **how):
        trained.append(how)
        return f"model {len(trained)}", {"network": "ours"}

    def save(model, path, card):
        path.write_text(model)
        path.with_suffix(".json").write_text("{}")

    monkeypatch.setattr(models, "train_model", train_model)
    monkeypatch.setattr(models, "save", save)
    monkeypatch.setattr(models, "load", lambda path: path.read_text())
    corpus = corpus_of([*"aabb"])
    corpus.__dict__["checksum"] = "of no sound"
    once, again, other = (models.kept_model(corpus, by="clip", epochs=1, seed=seed) for seed in (0, 0, 1))
    assert once == again == "model 1" and other == "model 2"
    assert [how["seed"] for how in trained] == [0, 1]
