"""From one corpus to half of another: the halves share no artist, and every look is counted."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from genrelib import baselines, disk, records
from genrelib.corpus import Corpus
from genrelib.profiles import Profile
from genrelib.sources import open_corpus
from genrelib.studies import halves, ready_features

PROFILE = Profile("toy", clips_per_genre=6, seeds=2, epochs=1)
X = ("x0", "x1")


def ready(name, *, swapped=False):
    """Three genres of eight numbered artists with two clips each, every genre at a place of its own.

    In a swapped corpus the last two genres of the even artists have changed places.
    """
    rng, rows = np.random.default_rng(0), []
    places = {"calm": (0, 0), "even": (9, 0), "loud": (0, 9)}
    for number, genre in enumerate(np.repeat(list(places), 8)):
        for _ in range(2):
            turn = {"even": "loud", "loud": "even"} if swapped and number % 2 == 0 else {}
            x = np.array(places[turn.get(genre, genre)]) + rng.normal(0, 0.5, 2)
            fold = f"fold {number % 4 // 2}"
            rows.append(
                {"genre": genre, "artist": f"artist {number}", "artist-filtered": fold}
                | dict(zip(X, x, strict=True))
            )
    table = pd.DataFrame(rows, index=[f"clip{n}" for n in range(len(rows))])
    return Corpus(name, table, splits=("artist-filtered",), numbers=X)


@pytest.fixture
def pair(monkeypatch, tmp_path):
    """Generated and real; in the real corpus two genres of the even artists have changed places."""
    source, target = ready("builtin"), ready("real", swapped=True)
    monkeypatch.setattr(halves, "described", lambda corpus, whole: corpus.table[[*X]])
    monkeypatch.setattr(Corpus, "checksum", "of a toy")
    monkeypatch.setattr(disk, "CHECKOUT", tmp_path)
    names = {name: baselines.CLASSIFIERS[name] for name in ("naive Bayes", "SVM")}
    monkeypatch.setattr(baselines, "CLASSIFIERS", names)
    monkeypatch.setattr(halves.predict, "__kwdefaults__", {"names": tuple(names)})
    return source, target


def test_only_the_half_that_was_asked_for_is_scored(pair):
    even, odd = (halves.measure(*pair, profile=PROFILE, half=half) for half in ("even", "odd"))
    for row in even["results"]:  # one genre of three is where it was
        assert (row["accuracy"], row["clips"], row["by"]) == (pytest.approx(1 / 3, abs=1e-4), 24, "artist")
    assert [row["accuracy"] for row in odd["results"]] == [1, 1]
    assert all(row["seeds"] == 2 for row in even["results"] + even["shuffled"] + even["within"])
    assert max(row["accuracy"] for row in odd["shuffled"]) < 0.8


def test_every_look_is_counted_in_the_record(pair):
    first = halves.measure(*pair, profile=PROFILE, half="even")
    assert first["looks"] == {"even": [first["looks"]["even"][0]], "odd": []}
    records.write_result(halves.RECORD, first)
    second = halves.measure(*pair, profile=PROFILE, half="odd")
    assert {half: len(dates) for half, dates in second["looks"].items()} == {"even": 1, "odd": 1}


def test_other_genres_are_refused(pair):
    source, target = pair
    other = replace(source, table=source.table.assign(genre="calm"))
    with pytest.raises(ValueError, match="'builtin' and 'real' hold different genres"):
        halves.measure(other, target, profile=PROFILE, half="even")


def test_the_halves_of_gtzan_share_no_artist_and_hold_all_that_is_numbered(real):
    corpus = open_corpus("gtzan-features")
    even, odd = (halves.half_of(corpus, half) for half in halves.HALVES)
    assert (len(even), len(odd)) == (471, 477)
    assert not set(even.table["artist"]) & set(odd.table["artist"])
    assert even.genres == odd.genres == corpus.genres
    noise = np.random.default_rng(0).normal(size=30_000)
    slow = set(even.numbers) - set(halves.half_of(corpus, "even", whole=False).numbers)
    assert slow == set(even.numbers) - set(ready_features.describe(noise, whole=False))
