"""The trial of the audit counts each planted fault and each finding once."""

import pandas as pd
import pytest

from genrelib import audio, profiles, synth
from genrelib.corpus import Corpus
from genrelib.studies import planted_faults


@pytest.fixture
def corpus(tmp_path):
    """Twelve built-in clips of 10 s, two genres."""
    rows = {}
    for genre in ("country", "metal"):
        for index in range(6):
            clip = synth.compose(genre, index, seed=3, seconds=10.0)
            path = tmp_path / f"{genre}.{index}.flac"
            audio.write(path, synth.render(clip))
            rows[path.stem] = {"path": str(path), "genre": genre, "artist": clip.artist}
    return Corpus("sound", pd.DataFrame.from_dict(rows, orient="index").assign(seconds=10.0))


def test_what_is_plain_is_found_and_only_severities_that_exist_are_counted(corpus, data, monkeypatch):
    monkeypatch.setattr(planted_faults, "EACH", 1)
    monkeypatch.setattr(planted_faults, "LEVELS", range(2))
    measured = planted_faults.measure(corpus, profile=profiles.profile("tiny"), plantings=1)
    assert (measured["clips"], measured["seeds"]) == (12, 1)
    found = {(row["kind"], row["severity"]): (row["hits"], row["of"]) for row in measured["found"]}
    assert found["exact repetition", None] == found["silence", 1.0] == found["not audio", None] == (1, 1)
    assert ("silence", 0.8) in found and ("silence", 0.6) not in found
    assert {row["fault"]: row["hits"] == row["of"] for row in measured["right"]}["exact repetition"]
