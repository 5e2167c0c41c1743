"""What dealing by clip is worth, where an artist gives himself away and a genre does not."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from genrelib.corpus import Corpus
from genrelib.profiles import Profile
from genrelib.studies import splits

PROFILE = Profile("toy", clips_per_genre=18, seeds=2, epochs=1)


def ready(*, genre_shows, seed=0):
    """Two genres of six artists with six clips each: each artist has a sound, and his genre has one or not.

    Published are two folds and a split into parts, artists apart in both.
    """
    rng, rows = np.random.default_rng(seed), []
    for genre in ("calm", "loud"):
        for artist in range(6):
            own = rng.normal(size=8) + 6 * genre_shows * (genre == "loud")
            for _ in range(6):
                part = ("train", "train", "validation")[artist % 3] if artist < 4 else "test"
                row = {
                    "genre": genre,
                    "artist": f"{genre}{artist}",
                    "fold": f"fold {artist % 2}",
                    "parts": part,
                }
                rows.append(row | {f"x{n}": value for n, value in enumerate(own + rng.normal(0, 0.05, 8))})
    table = pd.DataFrame(rows, index=[f"clip{n}" for n in range(len(rows))])
    return Corpus("toy", table, splits=("parts", "fold"), numbers=tuple(f"x{n}" for n in range(8)))


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """The quick classifiers stand for all."""
    monkeypatch.setattr(
        splits.baselines,
        "CLASSIFIERS",
        {name: splits.baselines.CLASSIFIERS[name] for name in ("k-NN", "SVM")},
    )
    monkeypatch.setattr(splits.worth, "__kwdefaults__", {"names": ("k-NN", "SVM")})


def test_where_only_artists_show_the_split_is_worth_everything():
    measured = splits.measure(ready(genre_shows=False), profile=PROFILE)
    scores = {(row["system"], row["by"]): row for row in measured["results"]}
    assert set(scores) == {(name, by) for name in ("k-NN", "SVM") for by in ("clip", "fold", "parts")}
    assert scores["SVM", "clip"]["accuracy"] > 0.9 > 0.7 > scores["SVM", "fold"]["accuracy"]
    assert scores["SVM", "parts"]["clips"] == 24 and scores["SVM", "fold"]["clips"] == 72
    (gap,) = (row for row in measured["worth"] if row["system"] == "SVM")
    assert gap["low"] > 0 and gap["clips"] == 72
    difference = scores["SVM", "clip"]["accuracy"] - scores["SVM", "fold"]["accuracy"]
    assert gap["difference"] == pytest.approx(difference, abs=2e-4)


def test_where_genres_show_the_split_is_worth_nothing():
    measured = splits.measure(ready(genre_shows=True), profile=PROFILE)
    assert [row["difference"] for row in measured["worth"]] == [0, 0]
    assert {row["accuracy"] for row in measured["results"]} == {1}
    assert {(row["by"], row["clips"]) for row in measured["everywhere"]} == {("clip", 72)}


def test_the_interval_of_clips_apart_is_over_artists_too():
    corpus = ready(genre_shows=False)
    rows, _ = splits.worth(corpus.ready(), corpus, by="fold", seeds=1)
    alone = replace(corpus, table=corpus.table.assign(artist=corpus.table.index))
    narrow, _ = splits.worth(alone.ready(), alone, by="fold", seeds=1)
    widths = [row["high"] - row["low"] for row in (rows[1], narrow[1])]
    assert rows[1]["accuracy"] == narrow[1]["accuracy"] and widths[0] > 1.2 * widths[1]


def test_a_corpus_without_published_folds_is_refused():
    corpus = ready(genre_shows=True)
    with pytest.raises(ValueError, match="'toy' has no published folds and parts"):
        splits.measure(replace(corpus, splits=("parts",)), profile=PROFILE)
