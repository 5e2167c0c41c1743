"""What is dealt both ways can be, and a classifier that remembers artists gains by it."""

import json

import numpy as np
import pandas as pd
import pytest

from genrelib import evaluation
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


def test_the_record_on_real_clips_holds_scores_of_the_part_that_can_be_dealt(
    real, data, tmp_path, monkeypatch
):
    from genrelib import disk
    from genrelib.sources import open_corpus

    monkeypatch.setattr(disk, "CHECKOUT", tmp_path)
    corpus = open_corpus(str(real / "gtzan_mini"))
    with pytest.raises(ValueError, match="no two genres with 3 known artists"):
        leakage.record(corpus, seeds=1, name="nobody")
    names = corpus.table["genre"].str.cat(corpus.table.groupby("genre").cumcount().mod(5).astype(str))
    named = Corpus("mini", corpus.table.assign(artist=names))
    kept = json.loads(leakage.record(named, seeds=1, name="mini").read_text())
    assert kept["scores"]["artist"]["clips"] == len(corpus)
    difference = kept["scores"]["clip"]["accuracy"] - kept["scores"]["artist"]["accuracy"]
    assert kept["worth"]["difference"] == pytest.approx(difference)
    assert str(real) not in json.dumps(kept)
