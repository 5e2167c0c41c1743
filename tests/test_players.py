"""Players: bytes in the page, loudness, text (genrelib.players)."""

import base64
import io
import xml.etree.ElementTree as ET

import numpy as np
import pytest
import soundfile

from genrelib import players

SR = 22050
TONE = 0.1 * np.sin(2 * np.pi * 440 * np.arange(3 * SR) / SR, dtype=np.float32)


def heard(html):
    """Return what the players of a piece of HTML play: a list of (samples,)."""
    sounds = []
    for audio in ET.fromstring(html.replace("<audio controls ", '<audio controls="" ')).iter("audio"):
        head, code = audio.get("src").split(",")
        assert head == "data:audio/mpeg;base64"
        sounds.append(soundfile.read(io.BytesIO(base64.b64decode(code)))[0])
    return sounds


def test_a_player_plays_what_it_was_given():
    (y,) = heard(players.player(TONE, "a tone").data)
    assert len(y) == pytest.approx(len(TONE), abs=3000)  # MP3 pads
    spectrum = np.abs(np.fft.rfft(y))
    assert np.argmax(spectrum) * SR / len(y) == pytest.approx(440, abs=1)
    assert np.abs(y).max() == pytest.approx(0.708, rel=0.1)


def test_level_can_be_kept_but_never_clips():
    (quiet,) = heard(players.player(TONE, "as it is", level=False).data)
    assert np.std(quiet) == pytest.approx(0.1 / np.sqrt(2), rel=0.05)
    (loud,) = heard(players.player(30 * TONE, "too loud", level=False).data)
    assert np.abs(loud).max() < 1


def test_the_ends_are_faded_and_the_sound_is_left_alone():
    y = np.ones(SR, dtype=np.float32)
    (sound,) = heard(players.player(y, "a step").data)
    assert np.abs(np.diff(sound)).max() < 0.2  # no click
    assert (y == 1).all()


@pytest.mark.parametrize("y", [np.zeros(SR), np.array([]), np.array([0.1, np.nan]), np.array([np.inf, 0.1])])
def test_nothing_to_hear_is_an_error_that_names_the_player(y):
    with pytest.raises(ValueError, match="nothing to hear in 'the rain'"):
        players.player(y, "the rain")


def test_ten_seconds_weigh_little():
    noise = np.random.default_rng(0).normal(size=10 * SR)
    assert len(players.player(noise, "noise").data) < 200_000


def test_the_text_is_shown_and_read_out():
    figure = ET.fromstring(
        players.player(TONE, 'drums & "bass" <loud>').data.replace(" controls ", ' controls="" ')
    )
    assert figure.get("class") == "player"
    assert figure.find("figcaption").text == figure.find("audio").get("aria-label") == 'drums & "bass" <loud>'


def test_a_grid_keeps_its_order():
    grid = players.players({"high": TONE, "low": TONE[::2]}).data
    assert [len(y) > 2 * SR for y in heard(grid)] == [True, False]
    assert grid.index("high") < grid.index("low")
    assert grid.startswith('<div class="players"')


@pytest.mark.parametrize("sr", [8000, 16000, 44100])
def test_other_rates_keep_their_pitch(sr):
    y = np.sin(2 * np.pi * 440 * np.arange(sr) / sr)
    sound, rate = soundfile.read(io.BytesIO(base64.b64decode(players.data_uri(y, sr=sr).split(",")[1])))
    assert rate == sr and len(sound) == pytest.approx(sr, abs=3000)
