"""What is dealt both ways can be, and a classifier that remembers artists gains by it."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from genrelib import evaluation, profiles
from genrelib.corpus import Corpus
from genrelib.studies import leakage


def corpus_of(artists):
    """Make a corpus without sound: {genre: its clips' artists}."""
    rows = [{"genre": genre, "artist": name} for genre, names in artists.items() for name in names]
    table = pd.DataFrame(rows, index=[f"clip.{number}" for number in range(len(rows))])
    return Corpus("silent", table)


def test_only_genres_with_three_known_artists_can_be_dealt_both_ways():
    corpus = corpus_of({"a": "xxyyzz", "b": "ppqqrr", "c": "uuuvvv", "d": [*"klm", None]})
    part = leakage.separable(corpus)
    assert part.genres == ("a", "b", "d")
    assert part.table["artist"].notna().all() and len(part) == 15


def test_one_such_genre_is_not_enough():
    assert leakage.separable(corpus_of({"a": "xyz", "b": "pppqqq"})) is None


def test_a_classifier_that_knows_the_artist_gains_by_dealing_clips():
    letters = "abcdefghijklmnop"
    corpus = corpus_of({"one": 5 * letters[:8], "two": 5 * letters[8:]})
    rng = np.random.default_rng(0)
    voice = {artist: rng.normal(0, 10, 6) for artist in letters}  # tells who plays, not what
    X = np.array([voice[artist] for artist in corpus.table["artist"]]) + rng.normal(0, 0.1, (len(corpus), 6))
    predicted = leakage.predict_both(X, corpus, seeds=2)
    by_clip, by_artist = (evaluation.score(predicted[by], corpus, by="artist") for by in ("clip", "artist"))
    assert by_clip.accuracy > 0.95 > 0.75 > by_artist.accuracy
    assert evaluation.compare(predicted["clip"], predicted["artist"], corpus, by="artist").low > 0


@pytest.fixture
def audible(monkeypatch):
    """Let features be numbers that tell who plays: a function corpus -> None that announces the corpus."""

    def announce(corpus):
        _, artist = np.unique(corpus.table["artist"].fillna("").astype(str), return_inverse=True)
        noise = np.random.default_rng(0).normal(0, 0.1, (len(corpus), 8, 4))
        voice = np.random.default_rng(1).normal(0, 10, (artist.max() + 1, 4))
        store = SimpleNamespace(corpus=corpus, load=lambda: voice[artist][:, None] + noise)
        monkeypatch.setattr(leakage, "feature_store", lambda corpus, kind: store)

    return announce


def test_what_is_measured_is_of_the_clips_that_can_be_dealt(audible):
    corpus = corpus_of({"a": 5 * "uvwxyz", "b": 5 * "klmnop", "few": "qqqqrrrr"})
    audible(corpus)
    measured = leakage.measure(corpus, profile=profiles.profile("tiny"))
    assert measured["genres"] == ("a", "b")
    scores = measured["scores"]
    assert scores["clip"]["clips"] == scores["artist"]["clips"] == 60 and scores["clip"]["seeds"] == 2
    assert scores["clip"]["accuracy"] > 0.8 > 0.6 > scores["artist"]["accuracy"]
    difference = scores["clip"]["accuracy"] - scores["artist"]["accuracy"]
    assert measured["worth"]["difference"] == pytest.approx(difference)
    assert measured["worth"]["by"] == scores["clip"]["by"] == "artist"


def test_where_no_artists_are_known_nothing_is_measured(audible):
    corpus = corpus_of({"a": [None] * 6, "b": [None] * 6})
    audible(corpus)
    with pytest.raises(ValueError, match="corpus 'silent' has no two genres with 3 known artists"):
        leakage.measure(corpus, profile=profiles.profile("tiny"))
