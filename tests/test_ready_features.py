"""The ready features computed from sound are librosa's, and those of the table."""

import librosa
import numpy as np
import pandas as pd
import pytest

from genrelib import audio, synth
from genrelib.sources import open_corpus
from genrelib.studies import ready_features


@pytest.fixture(scope="module")
def y():
    return synth.render(synth.compose("disco", 3, seconds=6.0)).astype(np.float32)


def test_the_numbers_are_what_librosa_computes_call_by_call(y, monkeypatch):
    """librosa's own functions, each with a spectrum of its own, mirrored at the ends as it once was."""
    ours, sr = ready_features.describe(y), audio.SR
    mirrored = {"y": y, "sr": sr, "pad_mode": "reflect"}
    spectrum = librosa.stft(y, pad_mode="reflect")
    harmony, percussion = (librosa.istft(part, length=len(y)) for part in librosa.decompose.hpss(spectrum))
    theirs = {
        "spectral_centroid": librosa.feature.spectral_centroid(**mirrored),
        "spectral_bandwidth": librosa.feature.spectral_bandwidth(**mirrored),
        "rolloff": librosa.feature.spectral_rolloff(**mirrored),
        "chroma_stft": librosa.feature.chroma_stft(**mirrored),
        "harmony": harmony,
        "perceptr": percussion,
    }
    theirs |= {f"mfcc{n}": row for n, row in enumerate(librosa.feature.mfcc(**mirrored), 1)}
    for name, values in theirs.items():
        np.testing.assert_allclose(ours[f"{name}_mean"], np.mean(values), rtol=1e-4, atol=1e-7, err_msg=name)
        np.testing.assert_allclose(ours[f"{name}_var"], np.var(values), rtol=1e-4, err_msg=name)
    assert len(ours) == 57


def test_a_clip_of_gtzan_comes_out_as_in_its_table(real):
    table = open_corpus("gtzan-features").table
    ours = ready_features.describe(audio.read(real / "gtzan_mini" / "pop" / "pop.00005.wav"))
    theirs = table.loc["pop.00005", list(ours)].astype(float)
    close = np.isclose(list(ours.values()), theirs, rtol=1e-3, atol=1e-5)
    assert list(theirs.index[~close]) == []


def test_a_match_is_measured_per_column():
    theirs = pd.DataFrame({"same": [0.0, 1, 2, 3], "other": [0.0, 1, 2, 3]}, index=list("abcd"))
    ours = theirs.assign(other=[0.0, 1, 2, 6]).iloc[::-1]
    table = ready_features.match(ours, theirs)
    assert table.loc["same"].tolist() == [1, 0, 4]
    assert table.loc["other", "correlation"] < 0.99
    assert table.loc["other", "largest"] == pytest.approx(3 / theirs["other"].std())
