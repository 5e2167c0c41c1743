"""The networks have the shapes and the weights that one works out by hand."""

import keras
import numpy as np
import pytest

from genrelib import networks


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


@pytest.mark.parametrize("network", [networks.ours, networks.bandwise])
@pytest.mark.parametrize("bands", [128, 13])
def test_ours_take_any_length_and_give_probabilities(network, bands):
    model = network(248, bands, 4)
    for frames in (75, 248):
        given = model.predict(np.random.default_rng(0).normal(size=(2, frames, bands)), verbose=0)
        assert given.shape == (2, 4)
        np.testing.assert_allclose(given.sum(axis=1), 1, rtol=1e-5)
    assert model.count_params() < 150_000


def test_an_unknown_network_is_named():
    with pytest.raises(
        ValueError, match=r"unknown network 'resnet': choose one of figure_2016, code_2016, ours, bandwise"
    ):
        networks.find("resnet")


def test_the_bandwise_network_hears_the_step_from_frame_to_frame_in_silence_too(tmp_path):
    model = networks.bandwise(248, 5, 3)
    layer = model.get_layer("filter_bands")
    step = np.zeros((4, 5, 2), np.float32)
    step[:2, :, 0] = [[-1], [1]]
    layer.set_weights([step])
    x = np.random.default_rng(0).normal(size=(1, 90, 5)).astype(np.float32)
    heard = keras.Model(model.inputs, model.get_layer("statistics").output)(x).numpy()[0, 10:].reshape(5, 2)
    np.testing.assert_allclose(heard[:, 0], np.sqrt(np.diff(x[0, :88], axis=0).var(axis=0) + 1e-3), rtol=1e-3)
    model.compile("adam", "categorical_crossentropy")
    assert np.isfinite(model.train_on_batch(np.zeros((4, 90, 5)), np.eye(3)[[0, 1, 2, 0]]))
    assert all(np.isfinite(weight).all() for weight in model.get_weights())
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(again(x), model(x), rtol=1e-5)
