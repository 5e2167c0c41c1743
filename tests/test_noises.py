"""What is no music, and rooms: the same for the same seed, each as its name says."""

import numpy as np
import pytest
from scipy import signal

from genrelib import audio
from genrelib.synth import noises, rooms


@pytest.mark.parametrize("kind", noises.NOISES)
def test_a_noise_is_its_own_and_the_same_every_time(kind):
    y, again, other = (noises.make(kind, n, seconds=2) for n in (0, 0, 1))
    assert y.dtype == np.float32 and len(y) == 2 * audio.SR
    assert np.abs(y).max() < 0.6 and np.isfinite(y).all()
    np.testing.assert_array_equal(y, again)
    assert kind == "silence" or not np.array_equal(y, other)
    assert not np.array_equal(y, noises.make(kind, 0, seconds=2, seed=1)) or kind == "silence"


def slope(kind):
    """Return how the power of a noise changes, in dB per octave, as the mean of several."""
    slopes = []
    for n in range(8):
        hertz, power = signal.welch(noises.make(kind, n, seconds=4), audio.SR, nperseg=4096)
        used = (hertz > 100) & (hertz < 8000)
        slopes.append(np.polyfit(np.log2(hertz[used]), 10 * np.log10(power[used]), 1)[0])
    return np.mean(slopes)


def test_white_pink_and_brown_noise_fall_as_they_should():
    assert [slope(f"{colour} noise") for colour in ("white", "pink", "brown")] == pytest.approx(
        [0, -3, -6], abs=1
    )


def test_hum_stands_on_the_mains_and_its_overtones():
    hertz, power = signal.welch(noises.make("hum", 2, seconds=8), audio.SR, nperseg=2**15)
    loudest = hertz[power.argmax()]
    assert min(abs(loudest / mains - round(loudest / mains)) for mains in (50, 60)) < 0.03


def test_speech_has_pauses_and_babble_has_none():
    quiet = {}
    for kind in ("speech", "babble"):
        blocks = noises.make(kind, 0, seconds=10).reshape(100, -1).std(axis=1)
        quiet[kind] = (blocks < 0.05 * blocks.max()).mean()
    assert quiet["speech"] > 0.05 > quiet["babble"]


def test_a_room_goes_on_after_the_sound_and_takes_its_bass():
    y = np.zeros(3 * audio.SR, np.float32)
    y[: audio.SR] = noises.make("brown noise", 0, seconds=1)
    heard = [rooms.through_room(y, n) for n in range(4)]
    np.testing.assert_array_equal(heard[0], rooms.through_room(y, 0))
    assert not np.array_equal(heard[0], rooms.through_room(y, 0, seed=1))
    for room in heard:
        assert room.dtype == np.float32 and len(room) == len(y)
        assert np.abs(room).max() == pytest.approx(0.5)
        tail, end = room[audio.SR : audio.SR + audio.SR // 10].std(), room[-audio.SR // 2 :].std()
        assert tail > end > 0  # the room fades, the background stays
        bass = [
            np.square(signal.sosfilt(signal.butter(4, 60, fs=audio.SR, output="sos"), x)).sum()
            for x in (y, room)
        ]
        assert bass[1] / np.square(room).sum() < 0.5 * bass[0] / np.square(y).sum()
