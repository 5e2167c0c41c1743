"""The network that listens, moved by some clips, is asked about the others."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from genrelib import listening
from genrelib.corpus import Corpus
from genrelib.profiles import Profile
from genrelib.studies import alignment_network

SIZES = Profile("toy", clips_per_genre=4, seeds=2, epochs=1)


@pytest.fixture
def clips(monkeypatch):
    """Four clips of each genre of the model, noise each with a colour of its own; and their corpus."""
    genres = np.repeat(listening.load().genres, 4)
    table = pd.DataFrame({"genre": genres, "artist": None}, index=[f"clip{n}" for n in range(40)])
    corpus, rng = Corpus("toy", table), np.random.default_rng(0)
    X = (rng.normal(-40, 12, (40, 1, 128)) + rng.normal(0, 4, (40, 300, 128))).astype(np.float32)
    store = SimpleNamespace(corpus=corpus, load=lambda: X)
    monkeypatch.setattr(alignment_network, "feature_store", lambda *args: store)
    return corpus


def test_clips_to_align_by_are_not_asked_about_and_no_shift_is_no_gain(clips, monkeypatch):
    found = alignment_network.measure(clips, profile=SIZES)
    assert [row["aligned_by"] for row in found["results"]] == list(alignment_network.CLIPS)
    assert [row["clips"] for row in found["results"]][-1] <= 20 and found["plain"]["clips"] == 40
    monkeypatch.setattr(alignment_network.alike, "align", lambda model, excerpts: model)
    rows = alignment_network.measure(clips, profile=SIZES)["results"]
    assert {row["gain"]["difference"] for row in rows} == {0}


def test_other_genres_than_the_models_are_refused(clips):
    clips.table.loc["clip0", "genre"] = "zydeco"
    with pytest.raises(ValueError, match="holds other genres than the model tells apart"):
        alignment_network.measure(clips, profile=SIZES)
