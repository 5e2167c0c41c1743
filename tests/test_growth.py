"""What grows is what was asked for, the rest stands still, and every look at real clips is counted."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from genrelib import disk, records
from genrelib.corpus import Corpus
from genrelib.profiles import Profile
from genrelib.studies import growth, halves

PROFILE = Profile("toy", clips_per_genre=36, seeds=1, epochs=1)
GENRES = ("calm", "even", "loud")
NUMBERS = ("x0", "x1", "x2", "tempo")


def corpus(*, taste=0.0, seed=0):
    """Three genres of twelve artists with three clips each and four sub-styles; each artist has a taste.

    The tempo is the genre, and is left out.
    """
    rng, rows = np.random.default_rng(seed), []
    for number, genre in enumerate(np.repeat(GENRES, 12)):
        place = 2 * np.eye(3)[number // 12] + rng.normal(0, taste, 3)
        about = {"genre": genre, "artist": f"artist {number}", "substyle": f"{genre} {number % 4}"}
        about |= {"artist-filtered": f"fold {number // 2 % 3}"}
        for _ in range(3):
            x = [*place + rng.normal(0, 0.1, 3), number // 12]
            rows.append(about | dict(zip(NUMBERS, x, strict=True)))
    table = pd.DataFrame(rows, index=[f"clip{n}" for n in range(len(rows))])
    return Corpus("toy", table, splits=("artist-filtered",), numbers=NUMBERS)


@pytest.mark.parametrize(
    ("size", "counts"),
    [
        ({"clips": 12}, (12, 12, 4)),
        ({"clips": 24}, (24, 12, 4)),
        ({"clips": 12, "artists": 6}, (12, 6, 4)),
        ({"clips": 9, "artists": 3, "substyles": 1}, (9, 3, 1)),
        ({"clips": 9, "artists": 3, "substyles": 2}, (9, 3, 2)),
        ({"clips": 9, "artists": 3}, (9, 3, 3)),
    ],
)
def test_clips_are_chosen_evenly_from_so_many_artists_and_sub_styles(size, counts):
    drawn = growth.chosen(corpus().table, np.random.default_rng(0), **size)
    for _, rows in drawn.groupby("genre"):
        assert (len(rows), rows["artist"].nunique(), rows["substyle"].nunique()) == counts
        per_artist = rows.groupby("artist").size()
        assert per_artist.max() - per_artist.min() <= 1
    again, other = (growth.chosen(corpus().table, np.random.default_rng(n), **size).index for n in (0, 1))
    assert list(again) == list(drawn.index) != list(other)


@pytest.fixture
def measured(monkeypatch, tmp_path):
    """Measure growth on a corpus whose artists have a taste, from one artist of each genre to eight."""
    monkeypatch.setattr(growth, "AXES", {"artists": [{"artists": n, "clips": n} for n in (1, 8)]})
    monkeypatch.setattr(halves, "described", lambda source, whole: source.table[[*NUMBERS[:3]]])
    monkeypatch.setattr(Corpus, "checksum", "of a toy")
    monkeypatch.setattr(disk, "CHECKOUT", tmp_path)

    def measure(real=None):
        return growth.measure(
            corpus(taste=1.0), real or corpus(taste=1.0, seed=1), profile=PROFILE, half="even"
        )

    return measure


def gains(found):
    return {(row["world"], row["size"]): row["gain"] for row in found["results"] if row["system"] == "SVM"}


def test_more_artists_help_where_each_has_a_taste_of_their_own(measured):
    found = measured()
    assert len(found["results"]) == 2 * 2 * 2
    gain = gains(found)
    for world in (growth.GENERATED, growth.REAL):
        assert gain[world, 1]["difference"] == 0 and gain[world, 8]["low"] > 0.05
    assert [row["artist"] for row in found["known"]] == [1, 8]
    assert [row["clip"] for row in found["known"]] == [1, 8]
    tests = {row["world"]: (row["clips"], row["by"]) for row in found["results"]}
    assert tests == {growth.GENERATED: (108, "artist"), growth.REAL: (54, "artist")}


def test_what_grows_at_home_alone_is_no_gain_on_real_clips(measured):
    real = corpus(taste=1.0, seed=1)
    genres = np.random.default_rng(0).permutation(real.table["artist"].unique())
    turned = dict(zip(real.table["artist"].unique(), np.repeat(GENRES, 12)[genres.argsort()], strict=True))
    gain = gains(measured(replace(real, table=real.table.assign(genre=real.table["artist"].map(turned)))))
    assert gain[growth.GENERATED, 8]["low"] > 0.05 and gain[growth.REAL, 8]["low"] < 0.05


def test_every_look_is_counted(measured):
    records.write_result(growth.RECORD, measured())
    assert {half: len(days) for half, days in measured()["looks"].items()} == {"even": 2, "odd": 0}
