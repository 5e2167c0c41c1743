"""The five steps agree with librosa, refuse what cannot be, and can be heard again on the way back."""

import librosa
import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from genrelib import features

SR = 22050
# rate, window, hop, bands, coefficients: windows that are no power of two, and odd ones
SETTINGS = [
    (22050, 2205, 882, 128, 13),
    (22050, 2048, 512, 128, 20),
    (22050, 551, 221, 40, 13),
    (44100, 4410, 1764, 128, 20),
    (16000, 1600, 640, 128, 13),
    (8000, 801, 333, 40, 20),
    (96000, 9600, 3840, 40, 13),
]


def music(sr, seconds=1.5, seed=0):
    """Harmonics that decay over a floor of noise, with a silence in the middle."""
    rng = np.random.default_rng(seed)
    t = np.arange(int(sr * seconds)) / sr
    pitch = rng.uniform(60, 400)
    y = sum(
        np.sin(2 * np.pi * pitch * k * t + rng.uniform(0, 6)) * np.exp(-k * (t % 0.5)) for k in range(1, 9)
    )
    y = y + rng.normal(0, 0.02, len(t))
    y[len(t) // 2 : len(t) // 2 + len(t) // 8] = 0
    return (0.1 * y).astype(np.float32)


def assert_agree(ours, theirs, tolerance=1e-4):
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).max() <= tolerance * np.abs(theirs).max()


def drawn(seed):
    """A setting drawn at random: any rate and hop, 40 or 128 bands, and a window long enough for them."""
    rng = np.random.default_rng(seed)
    sr, n_mels = int(rng.integers(8000, 96000)), int(rng.choice([40, 128]))
    n_fft = round(sr * rng.uniform(0.03 if n_mels == 40 else 0.1, 0.25))
    return sr, n_fft, int(rng.integers(n_fft // 8, 2 * n_fft)), n_mels, int(rng.choice([13, 20]))


@pytest.mark.parametrize("setting", [*SETTINGS, *map(drawn, range(20))], ids=str)
def test_every_step_agrees_with_librosa(setting):
    sr, n_fft, hop, n_mels, n_mfcc = setting
    y = music(sr, seed=sum(setting))
    power = features.power_spectrogram(y, n_fft=n_fft, hop_length=hop)
    stft = librosa.stft(y, n_fft=n_fft, hop_length=hop, center=False)
    assert_agree(power, np.abs(stft.T) ** 2)
    triangles = librosa.filters.mel(sr=sr, n_fft=n_fft, n_mels=n_mels)
    assert_agree(features.mel_triangles(sr=sr, n_fft=n_fft, n_mels=n_mels), triangles)
    mel = features.mel_power(power, sr=sr, n_fft=n_fft, n_mels=n_mels)
    theirs = librosa.feature.melspectrogram(
        y=y, sr=sr, n_fft=n_fft, hop_length=hop, n_mels=n_mels, center=False
    )
    assert_agree(mel, theirs.T)
    theirs = librosa.power_to_db(theirs)
    assert_agree(features.decibels(mel), theirs.T)
    coefficients = features.mfcc(y, sr=sr, n_fft=n_fft, hop_length=hop, n_mels=n_mels, n_mfcc=n_mfcc)
    assert_agree(coefficients, librosa.feature.mfcc(S=theirs, n_mfcc=n_mfcc).T)
    assert power.dtype == mel.dtype == coefficients.dtype == np.float32


def test_mel_scale_agrees_with_librosa_both_ways():
    hz = np.array([0, 20, 440, 999, 1000, 1001, 4000, 11025, 48000.0])
    assert features.hz_to_mel(hz) == pytest.approx(librosa.hz_to_mel(hz))
    assert features.mel_to_hz(features.hz_to_mel(hz)) == pytest.approx(hz)


def test_defaults_are_those_of_2016():
    y = music(SR, seconds=30)
    assert features.log_mel(y).shape == (748, 128)
    assert features.mfcc(y).shape == (748, 13)
    assert features.frame_count(30 * SR) == 748
    assert features.frame_count(2204) == 0 and features.frame_count(2205) == 1


@pytest.mark.parametrize(
    ("y", "settings", "says"),
    [
        (np.zeros(0), {}, "shorter than one window"),
        (np.zeros(1), {}, "shorter than one window"),
        (np.zeros(2204), {}, "2204 samples is shorter than one window of 2205"),
        (np.zeros((2, 9000)), {}, "one channel"),
        (np.full(9000, np.nan), {}, "9000 of 9000 samples are NaN"),
        (np.r_[np.zeros(9000), np.inf], {}, "1 of 9001 samples are NaN or infinite"),
        (np.zeros(9000), {"hop_length": 0}, "a hop at least 1"),
        (np.zeros(9000), {"hop_length": -5}, "a hop at least 1"),
        (np.zeros(9000), {"n_fft": 0}, "a window takes at least 2"),
        (np.zeros(9000), {"n_fft": 256, "n_mels": 200}, "mel bands hold no bin"),
        (np.zeros(9000), {"n_mels": 0}, "at least one"),
    ],
)
def test_bad_input_is_refused(y, settings, says):
    for kind in features.KINDS.values():
        with pytest.raises(ValueError, match=says):
            kind(y, **settings)


@pytest.mark.parametrize("n_mfcc", [0, -1, 129])
def test_cannot_keep_more_coefficients_than_bands(n_mfcc):
    with pytest.raises(ValueError, match="cannot keep"):
        features.mfcc(music(SR), n_mfcc=n_mfcc)


def test_frames_taken_together_are_the_frames_taken_one_by_one():
    y = music(SR, seconds=12)
    assert features.frames(y).size > 2 * features.TOGETHER
    assert_agree(
        features.log_mel(y), features.decibels(features.mel_power(features.power_spectrogram(y))), 1e-6
    )


@pytest.mark.parametrize("n_fft", [441, 2205, 8820])
def test_features_are_the_same_however_many_threads_multiply(n_fft):
    y = music(SR, seconds=12)
    with threadpool_limits(1):
        alone = features.log_mel(y, n_fft=n_fft, n_mels=40)
    with threadpool_limits(2):
        np.testing.assert_array_equal(features.log_mel(y, n_fft=n_fft, n_mels=40), alone)


def test_silence_is_flat_and_finite():
    x = features.log_mel(np.zeros(SR))
    assert x == pytest.approx(-100, abs=1e-4) and len(np.unique(x)) == 1
    assert np.allclose(features.mfcc(np.zeros(SR))[:, 1:], 0, atol=1e-3)


def test_int16_samples_are_taken_as_numbers():
    y = (music(SR) * 32767).astype(np.int16)
    assert_agree(features.log_mel(y), features.log_mel(y.astype(np.float32)))


def test_way_back_undoes_each_step():
    y = music(SR)
    power = features.power_spectrogram(y)
    mel = features.mel_power(power)
    db = features.decibels(mel)
    coefficients = features.cepstrum(db)
    assert_agree(features.mfcc_to_mel(coefficients), db, 1e-5)
    assert_agree(features.db_to_power(db), mel, 1e-5)
    spread = features.mel_to_power(mel)
    assert (spread >= 0).all()
    assert_agree(features.mel_power(spread), mel, 0.05)
    rough = features.mfcc_to_mel(features.truncate(coefficients, n_mfcc=13))
    finer = features.mfcc_to_mel(features.truncate(coefficients, n_mfcc=40))
    assert np.std(rough - db) > np.std(finer - db) > 0


def test_overlap_add_of_true_phases_is_the_sound():
    y = music(SR)
    spectrum = np.fft.rfft(features.frames(y) * features.hann(2205), axis=1)
    back = features.overlap_add(spectrum)
    inside = slice(1000, len(back) - 1000)
    assert_agree(back[inside], y[: len(back)][inside])


def test_griffin_lim_finds_phases_that_fit():
    y = music(SR)[: SR // 2]
    power = features.power_spectrogram(y)
    back = features.power_spectrogram(features.griffin_lim(power))
    seen = np.corrcoef(features.decibels(back).ravel(), features.decibels(power).ravel())[0, 1]
    assert seen > 0.95
    assert np.array_equal(features.griffin_lim(power, n_iter=2), features.griffin_lim(power, n_iter=2))
