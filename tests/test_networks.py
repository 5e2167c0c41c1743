"""The networks have the shapes and the weights that one works out by hand."""

import keras
import numpy as np
import pytest

from genrelib import features, networks


def shapes(model):
    return networks.layers_table(model)["shape"].to_dict()


def test_the_figure_of_2016():
    model = networks.figure_2016(599, 128, 10)
    by_name = shapes(model)
    assert [by_name[f"pool_{n}"] for n in (1, 2, 3)] == [(149, 256), (73, 256), (35, 512)]
    assert (by_name["dense"], by_name["genres"]) == ((1024,), (10,))
    weights = networks.layers_table(model)["weights"]
    assert weights["convolve_1"] == 4 * 128 * 256 + 256
    assert weights["dense"] == 35 * 512 * 1024 + 1024


def test_the_code_of_2016():
    table = networks.layers_table(networks.code_2016(599, 128, 10, dense=32))
    assert [table["shape"][f"pool_{n}"] for n in (1, 2, 3)] == [(150, 32, 149), (75, 16, 73), (38, 8, 35)]
    assert table["weights"]["convolve_2"] == 4 * 4 * 149 * 73 + 73
    assert table["weights"]["dense"] == 38 * 8 * 35 * 32 + 32
    twin = shapes(networks.code_2016(599, 13, 10, maps=(149, 73), dense=16))
    assert twin["pool_2"] == (75, 2, 73)


def test_the_code_of_2016_draws_each_layer_anew_from_a_standard_normal():
    model = networks.code_2016(64, 16, 3, maps=(8, 8), dense=64)
    first, bias = model.get_layer("dense").get_weights()
    assert first.std() == pytest.approx(1, abs=0.03)
    assert bias.std() == pytest.approx(1, abs=0.3)
    a, b = (model.get_layer(f"convolve_{n}").get_weights()[1] for n in (1, 2))
    assert not np.allclose(a, b)


@pytest.mark.parametrize("bands", [128, 13])
def test_ours_takes_any_length_and_gives_probabilities(bands):
    model = networks.ours(248, bands, 4)
    for frames in (75, 248):
        given = model.predict(np.random.default_rng(0).normal(size=(2, frames, bands)), verbose=0)
        assert given.shape == (2, 4)
        np.testing.assert_allclose(given.sum(axis=1), 1, rtol=1e-5)
    assert model.count_params() < 350_000


def test_an_unknown_network_is_named():
    with pytest.raises(
        ValueError, match=r"unknown network 'resnet': choose one of figure_2016, code_2016, ours"
    ):
        networks.find("resnet")


def test_ours_hears_mean_and_deviation_of_each_band_and_the_answers_of_its_filters():
    model = networks.ours(248, 5, 3)
    onset = np.zeros((4, 5, 2), np.float32)
    onset[:, :, 0] = [[-1], [-1], [1], [1]]  # chapter 7 writes it by hand
    for apart in (1, 3):
        model.get_layer(f"filter_bands_{apart}").set_weights([onset, np.zeros(10)])
    x = np.random.default_rng(0).normal(size=(1, 90, 5)).astype(np.float32)
    kept = keras.Model(model.inputs, model.get_layer("statistics").output)(x).numpy()[0]
    x -= 10 * np.log10((10 ** (x / 10)).mean())
    np.testing.assert_allclose(kept[:5], x[0].mean(axis=0), atol=1e-5)
    np.testing.assert_allclose(kept[5:10], x[0].std(axis=0), rtol=1e-3)
    for apart, answers in ((1, kept[10:30]), (3, kept[30:])):
        last = 90 - 3 * apart
        answer = sum(w * x[0, at * apart : at * apart + last] for at, w in enumerate((-1, -1, 1, 1)))
        answer, (mean, largest) = np.maximum(answer, 0), answers.reshape(2, 5, 2)[:, :, 0]
        np.testing.assert_allclose(mean, answer.mean(axis=0), rtol=1e-4)
        np.testing.assert_allclose(largest, answer.max(axis=0), rtol=1e-4)


@pytest.mark.parametrize("bands", [features.N_MELS, features.N_MFCC])
def test_ours_says_the_same_of_a_sound_at_any_gain(bands):
    model, hear = networks.ours(248, bands, 4), features.log_mel if bands == 128 else features.mfcc
    y = np.random.default_rng(0).normal(size=(22050, 2)).cumsum(axis=0)[:, 0]
    loud, *softly = [model(hear(gain * y / np.abs(y).max())[None]) for gain in (1, 0.1, 0.01)]
    for said in softly:
        np.testing.assert_allclose(said, loud, atol=1e-4)


def test_the_level_of_mel_bands_is_a_mean_power_of_one_and_their_floor_80_db_down():
    x = np.random.default_rng(0).uniform(-150, 10, size=(2, 30, 6)).astype(np.float32)
    even = networks.level(6)(x).numpy()
    np.testing.assert_allclose((10 ** (even / 10)).mean(axis=(1, 2)), 1, rtol=1e-4)
    np.testing.assert_allclose(np.ptp(even, axis=(1, 2)), 80, rtol=1e-5)
    loud = even > even.min(axis=(1, 2), keepdims=True)
    shift = (x - even)[0][loud[0]]
    np.testing.assert_allclose(shift, shift[0], atol=1e-3)


def test_ours_learns_from_silence_and_comes_back_from_disk(tmp_path):
    model = networks.ours(248, 5, 3)
    model.compile("adam", "categorical_crossentropy")
    assert np.isfinite(model.train_on_batch(np.zeros((4, 90, 5)), np.eye(3)[[0, 1, 2, 0]]))
    assert all(np.isfinite(weight).all() for weight in model.get_weights())
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    x = np.random.default_rng(0).normal(size=(1, 90, 5)).astype(np.float32)
    np.testing.assert_allclose(again(x), model(x), rtol=1e-5)
