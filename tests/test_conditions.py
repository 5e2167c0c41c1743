"""The ways to the ear: each changes what its name says, and is made once."""

import numpy as np
import pandas as pd
import pytest

from genrelib import audio
from genrelib.corpus import Corpus
from genrelib.listening import Frames
from genrelib.studies import codecs, conditions

TIME = np.arange(4 * audio.SR) / audio.SR
TONE = (0.3 * np.sin(2 * np.pi * 440 * TIME)).astype(np.float32)


def hertz(y):
    """Return where most of a sound is."""
    spectrum = np.abs(np.fft.rfft(y * np.hanning(len(y))))
    return np.fft.rfftfreq(len(y), 1 / audio.SR)[spectrum.argmax()]


@pytest.mark.parametrize("name", [n for n, c in conditions.CONDITIONS.items() if c.kind == "codec"])
def test_a_codec_gives_the_same_sound_back_but_not_the_same_samples(name):
    y = conditions.CONDITIONS[name].change(TONE, 0)
    assert abs(len(y) - len(TONE)) < 0.2 * audio.SR
    assert hertz(y) == pytest.approx(440, abs=1)
    inside = slice(audio.SR, 3 * audio.SR)  # some codecs add silence at the ends
    assert y[inside].std() == pytest.approx(TONE.std(), rel=0.1)
    assert not np.array_equal(y[: len(TONE)], TONE[: len(y)])


@pytest.mark.parametrize(
    ("name", "octaves"), [("22.05 kHz taken for 44.1", 1), ("44.1 kHz taken for 22.05", -1)]
)
def test_a_wrong_rate_is_another_pitch_and_another_length(name, octaves):
    y = conditions.CONDITIONS[name].change(TONE, 0)
    assert hertz(y) == pytest.approx(440 * 2.0**octaves, rel=0.01)
    assert len(y) == pytest.approx(len(TONE) / 2.0**octaves, rel=0.01)


def test_a_gain_keeps_the_shape_and_clipping_does_not():
    softer, louder, cut = (
        conditions.CONDITIONS[name].change(TONE, 0)
        for name in ("30 dB softer", "6 dB louder", "clipped by 12 dB")
    )
    np.testing.assert_allclose(softer, TONE * 10**-1.5, rtol=1e-5)
    np.testing.assert_allclose(louder, TONE * 10**0.3, rtol=1e-5)
    assert np.abs(cut).max() == 1 and (np.abs(cut) == 1).mean() > 0.5


def test_what_is_heard_is_made_once_and_does_not_depend_on_who_else_is(tmp_path, monkeypatch):
    monkeypatch.setenv("GENRELIB_DATA", str(tmp_path))
    rows = []
    for n in range(3):
        path = tmp_path / f"clip{n}.wav"
        audio.write(path, TONE * (1 + n) / 4)
        rows.append({"path": str(path), "genre": "tone", "artist": "a", "seconds": 4.0})
    corpus = Corpus("tones", pd.DataFrame(rows, index=["a", "b", "c"]))
    few = {"start": 0.0, "seconds": 2.0, "frames": 40}
    X = conditions.heard(conditions.ROOM, corpus, **few)
    assert X.shape == (3, 40, 128) and X.dtype == np.float32
    np.testing.assert_array_equal(conditions.heard(conditions.ROOM, corpus.take(["b"]), **few)[0], X[1])
    plain = conditions.heard(conditions.AS_IT_IS, corpus, **few)
    expected = Frames()(TONE[: 2 * audio.SR] / 2)[:40]
    loud = expected > expected.max() - 40  # above what 16 bits round
    np.testing.assert_allclose(plain[1][loud], expected[loud], atol=0.1)
    monkeypatch.setattr(conditions, "_frames", None)  # nothing is made a second time
    np.testing.assert_array_equal(conditions.heard(conditions.ROOM, corpus, **few), X)


def test_a_clip_that_is_too_short_is_named(tmp_path):
    audio.write(tmp_path / "short.wav", TONE[: audio.SR])
    with pytest.raises(ValueError, match=r"short\.wav: 23 frames, 40 are needed"):
        conditions._frames(tmp_path / "short.wav", 0, lambda y, number: y, 0.0, 2.0, 40)


def test_two_channels_differ_and_their_mean_is_the_sound():
    y = np.random.default_rng(0).normal(scale=0.1, size=audio.SR).astype(np.float32)
    both = codecs.channels_of(y, audio.SR, 2)
    np.testing.assert_allclose(both.mean(axis=1), y, atol=1e-6)
    assert np.corrcoef(both.T)[0, 1] < 0.9
    assert codecs.channels_of(y, audio.SR, 1).shape == (len(y), 1)
    assert np.abs(codecs.channels_of(9 * y, audio.SR, 2)).max() == pytest.approx(1)


def test_training_meets_many_codecs_and_never_the_one_that_is_kept_for_the_test():
    assert {name.split(",")[0] for name in codecs.LEARNED} == {"MP3", "Ogg Vorbis", "Opus"}
    chosen = [codecs.learned(TONE[: audio.SR], number) for number in range(2)]
    for name, y in zip(codecs.LEARNED, chosen, strict=False):
        np.testing.assert_array_equal(y, codecs.CODECS[name](TONE[: audio.SR]))
