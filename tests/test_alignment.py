"""Alignment moves one world to where another lies: a gain where they differ, a price where they agree."""

import numpy as np
import pandas as pd
import pytest

from genrelib import disk
from genrelib.corpus import Corpus
from genrelib.profiles import Profile
from genrelib.studies import alignment, halves

X = ("x0", "x1", "x2")
PLACES = {"calm": (0, 0, 0), "even": (9, 0, 0), "loud": (0, 9, 0)}


def ready(name, *, shift=0.0, scale=1.0):
    """Three genres of eight numbered artists with two clips each, in a world moved and stretched."""
    rng, rows = np.random.default_rng(len(name)), []
    for number, genre in enumerate(np.repeat(list(PLACES), 8)):
        for _ in range(2):
            x = scale * (np.array(PLACES[genre]) + rng.normal(0, 0.5, 3)) + shift
            fold = {"artist-filtered": f"fold {number % 4 // 2}"}
            rows.append({"genre": genre, "artist": f"artist {number}"} | fold | dict(zip(X, x, strict=True)))
    table = pd.DataFrame(rows, index=[f"clip{n}" for n in range(len(rows))])
    return Corpus(name, table, splits=("artist-filtered",), numbers=X)


def test_means_and_if_asked_deviations_come_to_those_of_the_other_world():
    rng = np.random.default_rng(0)
    like, learned = rng.normal(5, 2, (40, 3)), rng.normal(-1, 7, (60, 3))
    means, both = (alignment.align(like, like, learned, deviation=each) for each in (False, True))
    for moved in (means, both):
        np.testing.assert_allclose(moved.mean(axis=0), learned.mean(axis=0))
    np.testing.assert_allclose(means.std(axis=0), like.std(axis=0))
    np.testing.assert_allclose(both.std(axis=0), learned.std(axis=0))
    one = alignment.align(like, like[:1], learned, deviation=True)  # has no deviation
    np.testing.assert_allclose(one, alignment.align(like, like[:1], learned))


def test_a_world_that_is_moved_and_stretched_is_named_again_once_aligned():
    options = {"seeds": 2, "clips": (24,), "names": ("logistic regression",)}
    rows = alignment.scores(ready("learned"), ready("asked", shift=30, scale=3), **options)
    found = {row["way"]: row for row in rows}
    assert found["as it is"]["accuracy"] < 0.8 < 0.95 < found["means and deviations"]["accuracy"]
    assert found["means and deviations"]["gain"]["low"] > 0 and found["as it is"]["gain"]["difference"] == 0
    assert {row["clips"] for row in rows} <= set(range(24, 48))  # the drawn ones are not asked about

    shuffled = alignment.scores(ready("learned"), ready("asked"), **options, shuffled=True)
    assert max(row["accuracy"] for row in shuffled) < 0.7


def test_a_record_holds_both_worlds_the_controls_and_the_looks(monkeypatch, tmp_path):
    monkeypatch.setattr(halves, "described", lambda corpus, whole: corpus.table[[*X]])
    monkeypatch.setattr(alignment, "NAMES", ("k-NN",))
    monkeypatch.setattr(
        alignment.scores, "__kwdefaults__", {"clips": (1, 6), "names": ("k-NN",), "shuffled": False}
    )
    monkeypatch.setattr(alignment, "CLIPS", (1, 6))
    monkeypatch.setattr(Corpus, "checksum", "of a toy")
    monkeypatch.setattr(disk, "CHECKOUT", tmp_path)
    sizes = Profile("toy", clips_per_genre=6, seeds=2, epochs=1)
    found = alignment.measure(ready("builtin"), ready("real", shift=9), profile=sizes, half="even")
    assert [row["aligned_by"] for row in found["results"]] == [1, 1, 1, 6, 6, 6]
    assert {row["aligned_by"] for row in found["shuffled"]} == {6}
    agree = {(row["way"], row["aligned_by"]): row["gain"]["difference"] for row in found["agree"]}
    assert agree["means", 1] < agree["means", 6] <= 0.05  # one clip says little about where a world lies
    assert [len(found["looks"][half]) for half in ("even", "odd")] == [1, 0]
    other = ready("real")
    other.table.loc[other.table["genre"] == "calm", "genre"] = "still"
    with pytest.raises(ValueError, match="hold different genres"):
        alignment.measure(ready("builtin"), other, profile=sizes, half="even")
