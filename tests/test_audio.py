"""Reading and writing of sound: formats, rates, excerpts, and what is no sound."""

import librosa
import numpy as np
import pytest
import soundfile

from genrelib import audio

TONE = 0.5 * np.sin(2 * np.pi * 440 * np.arange(audio.SR * 4) / audio.SR).astype(np.float32)


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".ogg", ".mp3", ".au"])
def test_every_format_comes_back(tmp_path, suffix):
    audio.write(tmp_path / f"tone{suffix}", TONE)
    y = audio.read(tmp_path / f"tone{suffix}")
    assert y.dtype == np.float32 and y.ndim == 1
    assert audio.duration(tmp_path / f"tone{suffix}") == pytest.approx(4, abs=0.1)
    spectrum = np.abs(np.fft.rfft(y[: audio.SR]))
    assert spectrum.argmax() == 440
    assert np.abs(y[1000:-4000]).max() == pytest.approx(0.5, abs=0.03)


def test_channels_are_averaged_and_rates_converted_as_librosa_does(tmp_path):
    t = np.arange(44100 * 2) / 44100
    stereo = np.stack([np.sin(2 * np.pi * 300 * t), 0.2 * np.sin(2 * np.pi * 5000 * t)], axis=1) * 0.5
    soundfile.write(tmp_path / "a.wav", stereo, 44100, subtype="FLOAT")
    theirs, _ = librosa.load(tmp_path / "a.wav", sr=22050, res_type="soxr_hq")
    np.testing.assert_allclose(audio.read(tmp_path / "a.wav"), theirs, atol=1e-5)


def test_an_excerpt_is_what_stands_there(tmp_path):
    ramp = np.linspace(0, 0.9, audio.SR * 4, dtype=np.float32)
    audio.write(tmp_path / "ramp.flac", ramp)
    y = audio.read(tmp_path / "ramp.flac", start=1.5, seconds=2)
    np.testing.assert_allclose(y, ramp[int(1.5 * audio.SR) : int(3.5 * audio.SR)], atol=1e-4)
    assert len(audio.read(tmp_path / "ramp.flac", start=3, seconds=9)) == audio.SR


@pytest.mark.parametrize(
    ("sr", "kept"),
    [(7350, 8000), (8000, 8000), (22050, 22050), (37800, 44100), (88200, 48000), (192000, 48000)],
)
def test_an_mp3_has_a_rate_that_the_format_knows(tmp_path, sr, kept):
    tone = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(2 * sr) / sr).astype(np.float32)
    audio.write(tmp_path / "tone.mp3", tone, sr=sr)
    y, rate = audio.samples(tmp_path / "tone.mp3")
    assert rate == kept and len(y) / rate == pytest.approx(2, abs=0.2)
    spectrum = np.abs(np.fft.rfft(y[rate // 2 : rate // 2 + rate]))
    assert spectrum.argmax() == 1000


def test_what_is_no_sound_is_named(tmp_path):
    (tmp_path / "text.wav").write_text("not audio")
    (tmp_path / "empty.mp3").write_bytes(b"")
    audio.write(tmp_path / "none.wav", np.zeros(0, np.float32))
    soundfile.write(tmp_path / "nan.wav", np.array([0.1, np.nan] * 4000), audio.SR, subtype="FLOAT")
    for name, reason in (
        ("text.wav", "cannot be read as audio"),
        ("empty.mp3", "cannot be read as audio"),
        ("none.wav", "holds no samples"),
        ("nan.wav", "NaN"),
    ):
        with pytest.raises(audio.AudioError, match=f"{name}: .*{reason}") as caught:
            audio.read(tmp_path / name)
        assert "\n" not in str(caught.value)
    with pytest.raises(audio.AudioError, match="from 5 s on"):
        audio.write(tmp_path / "tone.wav", TONE)
        audio.read(tmp_path / "tone.wav", start=5)
    with pytest.raises(FileNotFoundError, match=r"gone\.wav: no such file"):
        audio.read(tmp_path / "gone.wav")
    with pytest.raises(FileNotFoundError):
        audio.duration(tmp_path / "gone.wav")


def test_examine_refuses_the_short_and_the_silent(tmp_path):
    audio.write(tmp_path / "tone.wav", TONE)
    assert audio.examine(tmp_path / "tone.wav", shortest=3) == 4
    with pytest.raises(audio.AudioError, match=r"4\.0 s is shorter than 5 s"):
        audio.examine(tmp_path / "tone.wav", shortest=5)
    audio.write(tmp_path / "faint.wav", TONE * 1e-3)
    with pytest.raises(audio.AudioError, match="is silent throughout"):
        audio.examine(tmp_path / "faint.wav", shortest=3)


def test_a_failed_write_leaves_no_file(tmp_path):
    with pytest.raises((ValueError, RuntimeError, TypeError)):
        audio.write(tmp_path / "x.wav", np.zeros((2, 3, 4)))
    assert list(tmp_path.iterdir()) == []
