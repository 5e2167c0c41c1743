"""Results with their provenance: kept once, found again, written whole (genrelib.records)."""

import json

import numpy as np
import pandas as pd
import pytest

from genrelib import records
from genrelib.corpus import Corpus

CODE = "genrelib.features"


@pytest.fixture
def corpus(tmp_path):
    """Two clips that hold no sound: a record looks at their bytes only."""
    paths = []
    for name in ("one", "two"):
        paths.append(tmp_path / f"{name}.wav")
        paths[-1].write_text(name)
    table = pd.DataFrame(
        {"path": map(str, paths), "genre": ["a", "b"], "artist": pd.NA}, index=["one", "two"]
    )
    return Corpus("small", table)


class Counting:
    """A result that tells how often it was computed."""

    times = 0

    def __call__(self):
        self.times += 1
        return {"scores": np.linspace(0, 1, 3), "n": np.int64(7), "time": self.times}


def test_a_result_is_computed_once(data, corpus):
    compute = Counting()
    first = records.kept("thing", corpus, compute, code=CODE, k=3)
    again = records.kept("thing", corpus, compute, code=CODE, k=3)
    assert first == again and compute.times == 1
    assert first["scores"] == [0, 0.5, 1] and first["n"] == 7
    assert first["parameters"] == {"k": 3}


def test_other_parameters_names_or_clips_are_another_result(data, corpus):
    compute = Counting()
    records.kept("thing", corpus, compute, code=CODE, k=3)
    records.kept("thing", corpus, compute, code=CODE, k=4)
    records.kept("other", corpus, compute, code=CODE, k=3)
    (data.parent / "one.wav").write_text("changed")
    records.kept("thing", Corpus("small", corpus.table), compute, code=CODE, k=3)
    assert compute.times == 4


def test_a_result_depends_on_the_code_that_computes_it_and_on_no_other(data, corpus, monkeypatch):
    digests, compute = {"genrelib.features": "old", "genrelib.baselines": "old"}, Counting()
    monkeypatch.setattr(records.disk, "code_digest", digests.__getitem__)
    records.kept("thing", corpus, compute, code="genrelib.features")
    digests["genrelib.baselines"] = "new"
    records.kept("thing", corpus, compute, code="genrelib.features")
    assert compute.times == 1
    digests["genrelib.features"] = "new"
    assert records.kept("thing", corpus, compute, code="genrelib.features")["time"] == compute.times == 2


def test_the_module_that_computes_a_result_is_its_code(data, corpus):
    compute = Counting()
    records.kept("thing", corpus, compute, code="genrelib.features")
    records.kept("thing", corpus, compute, code="genrelib.baselines")
    assert compute.times == 2


def test_a_record_says_where_it_comes_from(data, corpus):
    origin = records.kept("thing", corpus, Counting(), code=CODE)["provenance"]
    assert origin["corpus"] == {"name": "small", "clips": 2, "checksum": corpus.checksum}
    assert set(records.PACKAGES) < set(origin["versions"])
    assert origin["machine"]["cores"] >= 1 and origin["seconds"] >= 0
    assert len(origin["date"]) == len("2025-01-31")


def test_a_computation_that_fails_leaves_nothing(data, corpus):
    def broken():
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        records.kept("thing", corpus, broken, code=CODE)
    assert not list((data / "runs").glob("*"))


def test_what_cannot_be_written_leaves_the_old_file(tmp_path):
    path = tmp_path / "record.json"
    records.write(path, {"a": 1})
    with pytest.raises(TypeError, match="cannot be written as JSON: set"):
        records.write(path, {"a": {1}})
    assert records.read(path) == {"a": 1}
    assert list(tmp_path.iterdir()) == [path]


def test_a_record_is_plain_json_with_a_newline_at_its_end(tmp_path):
    records.write(tmp_path / "r.json", {"x": np.float32(0.5), "y": [np.bool_(True)], "word": "naïve"})
    text = (tmp_path / "r.json").read_text(encoding="utf-8")
    assert json.loads(text) == {"x": 0.5, "y": [True], "word": "naïve"} and text.endswith("}\n")


def test_a_recorded_result_is_read_and_a_missing_one_names_what_there_is(tmp_path, monkeypatch):
    monkeypatch.setattr(records.disk, "CHECKOUT", tmp_path)
    records.write(tmp_path / "data" / "results" / "known.json", {"a": 1})
    assert records.load_result("known") == {"a": 1}
    with pytest.raises(FileNotFoundError, match=r"no recorded result 'unknown'; there are \['known'\]"):
        records.load_result("unknown")


def test_what_is_kept_apart_makes_another_result(data, corpus):
    compute = Counting()
    records.kept("thing", corpus, compute, code=CODE)
    artists = Corpus("small", corpus.table.assign(artist=["x", "y"]))
    records.kept("thing", artists, compute, code=CODE)
    records.kept(
        "thing", artists.together(pd.DataFrame({"clip": ["one"], "other": ["two"]})), compute, code=CODE
    )
    assert compute.times == 3
