"""The order of a dict of CPython 2.7, the labels that it gives, and the scores that they allow."""

import hashlib

import numpy as np
import pandas as pd
import pytest

from genrelib import catalog, disk, profiles
from genrelib.corpus import Corpus
from genrelib.studies import labels_2016, training_2016
from genrelib.studies.labels_2016 import LABELS, PAIRED, RIGHT, SHUFFLED, dict_order, relabel, string_hash


def named_as_gtzan(clips):
    """Return a corpus whose clips are named as GTZAN's, by artists of four clips in a row."""
    rows = [
        (f"{genre}.{number:05d}", genre, f"{genre} {number // 4}")
        for genre in catalog.GENRES
        for number in range(clips)
    ]
    return Corpus("toy", pd.DataFrame(rows, columns=["clip", "genre", "artist"]).set_index("clip"))


def in_order(keys):
    return [keys[at] for at in dict_order(keys)]


def test_a_string_is_hashed_as_by_cpython_2_7():
    assert string_hash("a") == 12416037344
    assert string_hash("ab") != string_hash("ba")
    assert 0 <= string_hash("rock.00099") < 2**64


def test_a_small_dict_comes_out_as_cpython_2_7_yields_it():
    assert in_order(["a", "b", "c"]) == ["a", "c", "b"]
    assert in_order(["one", "two", "three"]) == ["three", "two", "one"]


@pytest.mark.parametrize(
    ("clips", "digest"),  # of the keys of such a dict, joined by blanks, as Python 2.7.18 wrote them
    [
        (10, "ef11998aaced6888f431f388bd40bbebe5156244c9bae5154cfed435dff7fe7e"),
        (30, "5c12336a1ea2961edd391fc32063f4daa0ccd1b4070e683a3c4ec26b19dc2a41"),
        (100, "d01a92844d03402b2bcd56a86bac51d76e37aa3f777c230a6f98c80844f60a6f"),
        (200, "5f7e43331e277fc74e688d0cc313de949d52f6afd6723113254e3f8e894e5fad"),
    ],
)
def test_the_clips_come_out_as_python_2_7_18_yielded_them(clips, digest):
    keys = list(named_as_gtzan(clips).table.index)
    assert hashlib.sha256(" ".join(in_order(keys)).encode()).hexdigest() == digest


def test_as_paired_98_of_gtzans_1000_clips_keep_their_genre_and_neighbours_stay_together():
    corpus = named_as_gtzan(100)
    given = relabel(corpus)
    assert (given.table["genre"] == corpus.table["genre"]).sum() == 98
    assert labels_2016.share_alike(given) == pytest.approx(0.871)
    assert labels_2016.share_alike(relabel(corpus, SHUFFLED)) < 0.4
    assert labels_2016.share_alike(corpus) == 1


def test_neighbours_by_one_artist_are_counted_within_their_genre():
    corpus = named_as_gtzan(8)  # two artists of four clips: six of seven neighbours in each genre
    assert labels_2016.share_of_one_artist(corpus) == pytest.approx(6 / 7)
    later = corpus.table["artist"].where(corpus.table.index.str[-1].astype(int) > 1)
    known = Corpus("toy", corpus.table.assign(artist=later))
    assert labels_2016.share_of_one_artist(known) == pytest.approx(4 / 5)


@pytest.mark.parametrize("labels", LABELS)
def test_clips_and_artists_stay_and_every_label_is_given_as_often(labels):
    corpus = named_as_gtzan(12)
    given = relabel(corpus, labels)
    assert given.table.drop(columns="genre").equals(corpus.table.drop(columns="genre"))
    assert (given.labels == corpus.labels).all() == (labels == RIGHT)
    assert sorted(given.labels) == sorted(corpus.labels)


def test_the_pairing_knows_names_and_genres_only_not_the_order_of_the_table():
    corpus = named_as_gtzan(10)
    mixed = corpus.take(np.random.default_rng(0).permutation(corpus.table.index))
    assert relabel(mixed).table["genre"].to_dict() == relabel(corpus).table["genre"].to_dict()
    with pytest.raises(ValueError, match="unknown labels 'guessed': choose one of right, as paired"):
        relabel(corpus, "guessed")


def test_the_study_of_ready_features_uses_their_published_splits(tmp_path):
    corpus = named_as_gtzan(20)
    folds = corpus.folds(2, by="artist").astype(str)
    features = pd.get_dummies(corpus.table["artist"], dtype=float)
    table = corpus.table.assign(ours=folds).join(features)
    ready = Corpus("ready", table, splits=("ours",), numbers=tuple(features))
    measured = labels_2016.measure(ready, profile=profiles.profile("tiny"))
    assert {row["by"] for row in measured["results"]} == {"clip", "ours"}
    assert len(measured["results"]) == 2 * len(LABELS) and measured["neighbours"] > 0.7


def test_who_recognises_artists_alone_scores_with_the_pairing_where_artists_are_shared():
    corpus = named_as_gtzan(20)
    X = np.eye(50)[pd.factorize(corpus.table["artist"])[0]]  # says who plays, and nothing else
    rows = labels_2016.judge(X, corpus.table.index, corpus, splits=("clip", "artist"), seeds=1)
    scores = {(row["labels"], row["by"]): row["accuracy"] for row in rows}
    assert scores[RIGHT, "clip"] > 0.9 and scores[PAIRED, "clip"] > 0.6
    assert scores[SHUFFLED, "clip"] < 0.3
    assert max(scores[labels, "artist"] for labels in LABELS) < 0.3


def logs():
    return pd.read_csv(disk.CHECKOUT / "data" / "lachmish-2016-log.csv", comment="#", index_col="step")


def test_the_log_of_2016_holds_every_step():
    log = logs()
    assert list(log.index) == list(range(1, training_2016.STEPS + 1)) and log.notna().all(axis=None)
    right = log[["mel_accuracy", "mfcc_accuracy"]] * training_2016.BATCH
    np.testing.assert_allclose(right, right.round(), atol=0.001)


@pytest.mark.parametrize("kind", ["mel", "mfcc"])
def test_the_log_of_2016_says_what_the_published_file_says(kind, real):
    published = pd.read_csv(real / "lachmish_2016" / f"training_log_{kind}.csv", index_col="step")
    for what in ("loss", "accuracy"):
        np.testing.assert_allclose(logs()[f"{kind}_{what}"], published[f"batch_{what}"], rtol=1e-5)
