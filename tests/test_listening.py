"""What is heard does not depend on how a sound comes, nor on how loud it is, and is what Keras hears."""

import json
import tracemalloc

import keras
import numpy as np
import pytest
from sounds import music

from genrelib import audio, features, listening, models, networks, training

GENRES = ["calm", "even", "loud"]
TEN = 10 * audio.SR


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Two saved networks whose weights are far from those that a fresh network starts with, by kind."""
    rng = np.random.default_rng(0)
    paths = {}
    for kind, bands in (("mel", features.N_MELS), ("mfcc", features.N_MFCC)):
        model = networks.ours(248, bands, len(GENRES))
        model.set_weights([_unlike_zero(rng, weight) for weight in model.get_weights()])
        paths[kind] = tmp_path_factory.mktemp(kind) / "toy.keras"
        models.save(model, paths[kind], card_of(kind))
    return paths


def _unlike_zero(rng, weight):
    if weight.ndim < 2:
        return rng.uniform(0.5, 1.5, size=weight.shape)
    return rng.normal(scale=0.04, size=weight.shape)


def card_of(kind, **changes):
    by = {"kind": kind, "sr": audio.SR, "n_fft": features.N_FFT, "hop_length": features.HOP}
    return {"network": "ours", "genres": GENRES, "features": by, "training": {"excerpt": 248}} | changes


@pytest.fixture(scope="module")
def model(made):
    return listening.load(made["mel"])


@pytest.mark.parametrize("kind", features.KINDS)
@pytest.mark.parametrize("seconds", [0.5, 4, 10])
def test_numpy_says_what_keras_says(made, kind, seconds):
    y = music(seconds)
    in_keras, _ = models.load(made[kind])
    x = features.KINDS[kind](y)[None]
    expected = training.predict(in_keras, x, 248)[0]
    said = listening.load(made[kind])(listening.Frames()(y))
    assert np.ptp(expected) > 0.05
    np.testing.assert_allclose(said, expected, atol=1e-5)


@pytest.mark.parametrize("name", [name for name in networks.NETWORKS if name != "ours"])
def test_a_network_that_cannot_listen_is_named(tmp_path, name):
    small = keras.Sequential([keras.Input((248, 13)), keras.layers.Flatten(), keras.layers.Dense(3)])
    models.save(small, tmp_path / "run.keras", card_of("mfcc", network=name))
    assert not (tmp_path / "run.npz").exists()
    with pytest.raises(FileNotFoundError, match=f"its network is '{name}', and only 'ours' can listen"):
        listening.load(tmp_path / "run.keras")


@pytest.mark.parametrize(
    "damage",
    [
        lambda body: body[: len(body) // 2],
        lambda body: b"",
        lambda body: b"no model",
        lambda body: body.replace(b"genres/bias", b"genres/bits"),
    ],
)
def test_a_damaged_model_is_one_line(made, tmp_path, damage):
    (tmp_path / "run.npz").write_bytes(damage(made["mel"].with_suffix(".npz").read_bytes()))
    with pytest.raises(ValueError, match=r"run\.npz: is not a model that can listen \(.+\)$") as caught:
        listening.load(tmp_path / "run.npz")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"genres": ["calm", "even"]}, "its card names calm, even, and it has 3 answers"),
        ({"features": {"kind": "mel", "sr": 44100}}, "it hears .*44100"),
    ],
)
def test_a_card_that_does_not_fit_the_weights_is_refused(model, tmp_path, changes, said):
    models.write_weights(tmp_path / "run.npz", model.weights, card_of("mel", **changes))
    with pytest.raises(ValueError, match=said):
        listening.load(tmp_path / "run.npz")


def test_half_the_digits_are_enough(model, tmp_path):
    models.write_weights(tmp_path / "run.npz", model.weights, model.card, dtype="float16")
    halved = listening.load(tmp_path / "run.npz")
    assert halved.digest != model.digest and halved.card == json.loads(json.dumps(model.card))
    frames = listening.Frames()(music(10))
    np.testing.assert_allclose(halved(frames), model(frames), atol=2e-2)


def pieces_of(y, rng, longest):
    """Cut a sound into pieces of random lengths, from one sample on."""
    marks = np.cumsum(np.exp(rng.uniform(0, np.log(longest), size=len(y))).astype(int))
    return np.split(y, marks[marks < len(y)])


@pytest.mark.parametrize("longest", [3, 500, 2205, 22050, 10**7])
@pytest.mark.parametrize("seed", range(3))
def test_frames_and_verdicts_do_not_depend_on_the_pieces(model, longest, seed):
    rng = np.random.default_rng(seed)
    y = music(3 if longest < 10 else 14, seed)
    pieces = pieces_of(y, rng, longest)
    assert sum(map(len, pieces)) == len(y)
    frames = listening.Frames()
    in_pieces = np.concatenate([frames(piece) for piece in pieces])
    whole = listening.Frames()(y)
    assert len(whole) == features.frame_count(len(y))
    np.testing.assert_allclose(in_pieces, whole, atol=1e-5 * np.abs(whole).max())
    ears = listening.Ears(model)
    found = [verdict for piece in pieces for verdict in ears.hear(piece)]
    expected = listening.Ears(model).hear(y)
    assert [(one.second, one.frames) for one in found] == [(one.second, one.frames) for one in expected]
    assert [one.second for one in found] == list(range(1, int(len(y) / audio.SR) + 1))
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one.probabilities, other.probabilities, atol=1e-5)
        np.testing.assert_allclose(one.smoothed, other.smoothed, atol=1e-5)


def test_no_frame_is_computed_twice(model, monkeypatch):
    computed, power = [], features.fourier_power
    monkeypatch.setattr(features, "fourier_power", lambda x: computed.append(len(x)) or power(x))
    y = music(15)
    ears = listening.Ears(model)
    for piece in np.split(y, range(700, len(y), 700)):
        ears.hear(piece)
    assert sum(computed) == features.frame_count(len(y))


def test_frames_are_those_of_the_book_without_their_floor():
    y = music(4)
    frames = listening.Frames()(y)
    np.testing.assert_allclose(np.maximum(frames, frames.max() - 80), features.log_mel(y), atol=1e-4)
    assert listening.Frames()(np.zeros(TEN, np.float32)).max() < -250


def test_a_verdict_is_about_the_last_ten_seconds(model):
    y = music(25)
    for verdict in listening.Ears(model, every=2.5).hear(y):
        end = round(verdict.second * audio.SR)
        about = listening.Frames()(y[:end])[-248:]
        assert verdict.frames == len(about) and verdict.whole == (verdict.second >= 10)
        np.testing.assert_allclose(verdict.probabilities, model(about), atol=1e-5)


@pytest.mark.parametrize("db", [-30, -12, 6])
def test_the_verdict_does_not_depend_on_how_loud_a_sound_is(made, db):
    y = music(12)
    for path in made.values():
        model = listening.load(path)
        expected = [verdict.probabilities for verdict in listening.Ears(model).hear(y)]
        found = listening.Ears(model).hear(np.float32(10 ** (db / 20)) * y)
        np.testing.assert_allclose([one.probabilities for one in found], expected, atol=1e-4)
        assert not any(one.silent for one in found)


def test_smoothing_follows_a_change_slowly_and_forgets(model):
    y = np.concatenate([music(20, 1), music(20, 2)])
    verdicts = listening.Ears(model).hear(y)
    share, smoothed = 1 - np.exp(-1 / 3), verdicts[0].probabilities
    for verdict in verdicts:
        smoothed = smoothed + share * (verdict.probabilities - smoothed)
        np.testing.assert_allclose(verdict.smoothed, smoothed, atol=1e-6)
        assert verdict.smoothed.sum() == pytest.approx(1, abs=1e-5)


def test_silence_is_named_and_does_not_count_beside_sound(model):
    assert all(one.silent for one in listening.Ears(model).hear(np.zeros(12 * audio.SR, np.float32)))
    faint = (1e-4 * np.random.default_rng(0).normal(size=TEN)).astype(np.float32)
    assert all(one.silent for one in listening.Ears(model).hear(faint))
    sound = music(12)
    with_silence = np.concatenate([sound, np.zeros(15 * audio.SR, np.float32)])
    verdicts = listening.Ears(model).hear(with_silence)
    assert [one.silent for one in verdicts] == 21 * [False] + 6 * [True]
    expected = np.mean([one.probabilities for one in verdicts[9:21]], axis=0)
    np.testing.assert_allclose(listening.classify(model, with_silence), expected, atol=1e-6)


def test_a_short_sound_is_heard_as_a_whole(model):
    y = music(3.7)
    np.testing.assert_allclose(
        listening.classify(model, y), model(listening.Frames()(y[: 3 * audio.SR])), atol=1e-6
    )
    short = y[: round(0.6 * audio.SR)]
    np.testing.assert_allclose(listening.classify(model, short), model(listening.Frames()(short)), atol=1e-6)
    for seconds in (0, 0.05, 0.4):
        with pytest.raises(ValueError, match=rf"{seconds:.2f} s is too short: at least 0\.46 s are needed"):
            listening.classify(model, y[: round(seconds * audio.SR)])


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda y: (32767 * y).astype(np.int16), "not int16"),
        (lambda y: 32767 * y, "divide by full scale"),
        (lambda y: np.full_like(y, np.nan), "not up to nan"),
        (lambda y: np.stack([y, y], axis=1), r"one channel, \(samples,\), not \(22050, 2\)"),
    ],
)
def test_samples_of_another_scale_are_refused_with_the_way_out(model, spoil, told):
    y = np.sin(np.arange(22050, dtype=np.float32) + 0.57)
    listening.classify(model, 1.5 * y)  # a decoder may overshoot
    with pytest.raises(ValueError, match=told):
        listening.classify(model, spoil(y))


def test_memory_does_not_grow_with_the_sound(model):
    pieces = np.split(music(10), 100)
    ears, peaks = listening.Ears(model), []
    for _ in range(3):
        tracemalloc.start()
        for piece in 9 * pieces:
            ears.hear(piece)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert max(peaks) < 1.05 * min(peaks) and max(peaks) < 16e6
