"""Scores, intervals, comparisons and confusions against worked examples and known formulas."""

import re

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest
from sklearn.calibration import calibration_curve

from genrelib import acquire, audio, baselines, catalog, disk, evaluation, records, trials
from genrelib.corpus import Corpus
from genrelib.records import UNTESTED
from genrelib.sources import open_corpus


def toy(artists_a_genre=10, clips_an_artist=3):
    rows = [
        (f"{genre}.{artist}.{clip}", genre, f"{genre}{artist}")
        for genre in ("calm", "loud")
        for artist in range(artists_a_genre)
        for clip in range(clips_an_artist)
    ]
    return Corpus("toy", pd.DataFrame(rows, columns=["clip", "genre", "artist"]).set_index("clip"))


def test_the_interval_covers_the_truth_about_as_often_as_it_says(monkeypatch):
    """Intervals of 100 independent clips, each right with 70 %, hold 70 % in about 95 % of the cases."""
    drawn = evaluation.group_draws(100)  # once for all: drawing takes longest
    monkeypatch.setattr(evaluation, "group_draws", lambda groups: drawn)
    right = np.random.default_rng(0).random((1000, 100)) < 0.7
    intervals = np.array([evaluation.bootstrap_interval(r, np.ones(100), np.arange(100)) for r in right])
    low, high = intervals.T
    assert 0.92 < ((low <= 0.7) & (high >= 0.7)).mean() < 0.97
    assert (low > 0.7).mean() > 0.01 < (high < 0.7).mean()  # it misses on either side


def test_clips_that_share_an_artist_widen_the_interval():
    corpus = toy()
    predictions = np.repeat(np.arange(20) % 2, 3)[None]  # right or wrong by whole artists
    by_clip = evaluation.score(predictions, corpus, by="clip")
    by_artist = evaluation.score(predictions, corpus, by="artist")
    assert by_clip.accuracy == by_artist.accuracy == 0.5
    assert by_artist.high - by_artist.low > 1.4 * (by_clip.high - by_clip.low)
    assert evaluation.score(predictions, corpus, by="artist") == by_artist  # seeded


def test_a_score_counts_what_was_tested_and_says_it():
    corpus = toy()
    predictions = np.full((3, 60), UNTESTED)
    predictions[0, :10] = 0  # right: the first thirty clips are calm
    predictions[1, 25:35] = 0  # half right
    score = evaluation.score(predictions, corpus, by="artist")
    assert (score.accuracy, score.clips, score.seeds) == (0.75, 20, 3)
    text = str(score)
    assert text.startswith("75.0 % (") and text.endswith("; 20 clips, artists apart, 3 seeds)")
    assert "1 seed)" in str(evaluation.score(predictions[:1], corpus, by="clip"))


@pytest.mark.parametrize(
    ("predictions", "says"),
    [(np.zeros((1, 7), int), "do not fit"), (np.full((1, 60), UNTESTED), "no clip was")],
)
def test_what_cannot_be_scored_is_named(predictions, says):
    with pytest.raises(ValueError, match=says):
        evaluation.score(predictions, toy(), by="clip")


def test_a_paired_difference_is_surer_than_two_intervals():
    corpus = toy(artists_a_genre=50, clips_an_artist=1)
    rng = np.random.default_rng(1)
    a = np.where(rng.random(100) < 0.7, corpus.labels, 1 - corpus.labels)[None]
    b = a.copy()
    wrong = np.flatnonzero(a[0] == corpus.labels)[:8]  # b fails where a does, and on eight clips more
    b[0, wrong] = 1 - b[0, wrong]
    difference = evaluation.compare(a, b, corpus, by="clip")
    assert difference.difference == pytest.approx(0.08)
    assert difference.significant
    alone = [evaluation.score(predictions, corpus, by="clip") for predictions in (a, b)]
    assert alone[0].low < alone[1].high
    assert str(difference).startswith("+8.0 points (+")
    assert not evaluation.compare(a, a, corpus, by="clip").significant
    nothing = evaluation.Difference(-0.0001, -0.0, 0.0, 100, "clip")
    assert str(nothing).startswith("0.0 points (0.0 to 0.0; ")
    assert "−8.0 points" in str(evaluation.compare(b, a, corpus, by="clip"))


def test_the_other_predictions_may_be_judged_by_other_labels():
    corpus = toy()
    turned = corpus.take(corpus.table.index)
    turned.table["genre"] = corpus.table["genre"].to_numpy()[::-1]
    assert list(turned.labels) == list(1 - corpus.labels)
    predictions = corpus.labels[None]
    assert evaluation.compare(predictions, predictions, corpus, by="clip", corpus_b=turned).difference == 1
    assert evaluation.compare(predictions, predictions, turned, by="clip", corpus_b=corpus).difference == -1


def test_only_clips_that_both_tested_are_compared():
    corpus = toy()
    a, b = np.full((1, 60), UNTESTED), np.full((1, 60), UNTESTED)
    a[0, :30], b[0, 20:] = 0, 1
    difference = evaluation.compare(a, b, corpus, by="clip")
    assert (difference.clips, difference.difference) == (10, 1.0)
    b[0, 20:30] = UNTESTED
    with pytest.raises(ValueError, match="no clip was tested in both"):
        evaluation.compare(a, b, corpus, by="clip")


def test_confusion_has_truth_in_rows():
    corpus = toy(artists_a_genre=2, clips_an_artist=2)
    predictions = np.array([[0, 0, 0, 1, 1, 1, 1, 1], [0, UNTESTED, UNTESTED, UNTESTED, 0, 0, 1, 1]])
    np.testing.assert_allclose(evaluation.confusion(predictions, corpus), [[4 / 5, 1 / 5], [2 / 8, 6 / 8]])


def test_every_benchmark_has_its_split_its_source_and_an_entry_in_the_bibliography():
    table = records.benchmarks()
    assert table["accuracy"].between(0, 1).all() and table["accuracy"].notna().all()
    assert (table["accuracy"] > 1 / table["genres"]).all()
    assert table[["system", "dataset", "split", "source", "cite"]].notna().all(axis=None)
    entries = (disk.CHECKOUT / "book" / "references.bib").read_text(encoding="utf-8")
    assert [key for key in table["cite"].unique() if f"{{{key}," not in entries] == []
    for key, name in table[["cite", "reference"]].drop_duplicates().to_numpy():
        entry = entries[entries.index(f"{{{key},") :].partition("\n}")[0]
        first, *_, year = re.findall(r"[^\W\d]+|\d{4}", name)
        assert f"author = {{{first}," in entry and f"year = {{{year}}}" in entry
    ours_2016 = table[table["cite"] == "lachmish2016"].set_index("system")
    counts = ours_2016["accuracy"] * ours_2016["test_clips"]
    np.testing.assert_allclose(counts.dropna(), [30, 11], atol=0.001)


@pytest.mark.parametrize(
    "path", sorted((disk.CHECKOUT / "data" / "results").glob("*.json")), ids=lambda p: p.stem
)
def test_a_recorded_result_says_what_it_rests_on_and_names_no_folder(path):
    text = path.read_text(encoding="utf-8")
    assert "/home/" not in text and "/tmp/" not in text and "/root/" not in text and "/work/" not in text
    record = records.load_result(path.stem)
    assert record["provenance"]["versions"] and record["provenance"]["corpus"]["checksum"]
    for row in record["results"] if isinstance(record.get("results"), list) else []:
        assert row["low"] <= row["accuracy"] <= row["high"]
        assert row["seeds"] >= 1 and row["clips"] >= 1 and row["by"] in SPLITS


def test_recall_and_precision_of_each_genre():
    corpus = toy(artists_a_genre=4, clips_an_artist=1)
    told = np.array([[0, 0, 0, 1, 1, 1, UNTESTED, 0]])
    table = evaluation.by_genre(told, corpus, by="artist")
    assert list(table.index) == ["calm", "loud"]
    np.testing.assert_allclose(table["recall"], [3 / 4, 2 / 3])
    np.testing.assert_allclose(table["precision"], [3 / 4, 2 / 3])
    assert list(table["recall_tests"]) == [4, 3] and list(table["precision_tests"]) == [4, 3]
    assert (table["recall_low"] < table["recall"]).all() and (table["recall"] < table["recall_high"]).all()


def test_a_genre_that_is_never_named_has_no_precision():
    table = evaluation.by_genre(np.zeros((1, 60), int), toy(), by="artist")
    assert np.isnan(table.loc["loud", ["precision", "precision_low", "precision_high"]].astype(float)).all()
    assert (table.loc["loud", "recall"], table.loc["loud", "precision_tests"]) == (0, 0)


def test_who_is_always_right_is_not_beyond_doubt():
    corpus = toy(artists_a_genre=10, clips_an_artist=3)
    score = evaluation.score(corpus.labels[None], corpus, by="artist")
    assert score.accuracy == score.high == 1
    assert score.low == pytest.approx(binomtest(20, 20).proportion_ci(method="wilson").low)
    never = evaluation.by_genre(np.zeros((2, 60), int), corpus, by="artist").loc["loud"]
    assert (never["recall"], never["recall_low"]) == (0, 0)
    assert never["recall_high"] == pytest.approx(binomtest(0, 10).proportion_ci(method="wilson").high)


def sure_of(corpus, confidence, share_right, seed=0):
    """Probabilities (1, clips, 2) of a classifier that is `confidence` sure and right in `share_right`."""
    right = np.random.default_rng(seed).random(len(corpus)) < share_right
    named = np.where(right, corpus.labels, 1 - corpus.labels)
    return np.where(np.arange(2) == named[:, None], confidence, 1 - confidence)[None]


def test_who_is_as_sure_as_right_is_calibrated_and_who_is_too_sure_is_not():
    corpus = toy(artists_a_genre=300, clips_an_artist=1)
    good, bad = sure_of(corpus, 0.75, 0.75), sure_of(corpus, 0.95, 0.75)
    (low_bin,) = evaluation.reliability(good, corpus, by="artist").itertuples()
    assert low_bin.sure == pytest.approx(0.75) and low_bin.tests == 600
    assert low_bin.low < 0.75 < low_bin.high
    assert evaluation.calibration_error(good, corpus, by="artist")[0] < 0.05
    error, low, high = evaluation.calibration_error(bad, corpus, by="artist")
    assert error == pytest.approx(0.2, abs=0.05) and 0.1 < low < error < high


def test_reliability_finds_the_points_of_scikit_learn():
    corpus = toy(artists_a_genre=10, clips_an_artist=3)
    sure = np.random.default_rng(0).choice(np.linspace(0.55, 1, 10), len(corpus))  # with borders
    named = np.where(np.random.default_rng(1).random(len(corpus)) < sure, corpus.labels, 1 - corpus.labels)
    probabilities = np.where(np.arange(2) == named[:, None], sure[:, None], 1 - sure[:, None])[None]
    right, confident = calibration_curve(named == corpus.labels, sure, n_bins=10)
    bins = evaluation.reliability(probabilities, corpus, by="artist")
    np.testing.assert_allclose(bins[["right", "sure"]], np.transpose([right, confident]))


def test_the_calibration_error_is_the_mean_gap_of_the_bins_and_forgets_the_untested():
    corpus = toy(artists_a_genre=20, clips_an_artist=2)
    probabilities = np.vstack([sure_of(corpus, 0.65, 0.9), sure_of(corpus, 0.85, 0.5, seed=1)])
    probabilities[1, ::3] = 0
    bins = evaluation.reliability(probabilities, corpus, by="artist")
    assert bins["tests"].sum() == 80 + 53
    by_hand = ((bins["sure"] - bins["right"]).abs() * bins["tests"]).sum() / bins["tests"].sum()
    assert evaluation.calibration_error(probabilities, corpus, by="artist")[0] == pytest.approx(by_hand)


def test_a_split_is_named():
    corpus = toy()
    told = np.zeros((1, 60), int)
    corpus = Corpus("toy", corpus.table.assign(filtered="test"), splits=("filtered",))
    score = evaluation.score(told, corpus, by="filtered")
    assert score.basis == "60 clips, filtered split, 1 seed"
    assert evaluation.score(told, corpus, by="artist").basis == "60 clips, artists apart, 1 seed"
    assert (score.low, score.high) == (
        evaluation.score(told, corpus, by="artist").low,
        evaluation.score(told, corpus, by="artist").high,
    )
    corpus.table["artist"] = None
    assert (
        evaluation.score(told, corpus, by="filtered").high == evaluation.score(told, corpus, by="clip").high
    )


SPLITS = ("artist", "clip", *catalog.DATASETS["gtzan"].splits)
GTZAN = catalog.DATASETS["gtzan"].genres
LISTS = {"train": 3, "valid": 2, "test": 2}  # of the published split -> clips per genre


@pytest.fixture
def like_gtzan(data, monkeypatch):
    """A GTZAN of seven clips per genre with made-up lists of its splits, each genre its own tone in noise.

    The names of its artists cannot be had.
    """
    monkeypatch.setattr(acquire, "published_artists", lambda name: ({}, {}))
    for folder in ("gtzan_splits", "gtzan_folds"):
        (data / folder).mkdir(parents=True)
    folds = {number: [] for number in (1, 2, 3)}
    rng, excluded = np.random.default_rng(0), catalog.DATASETS["gtzan"].excluded
    clips = {genre: [f"{genre}.{n:05d}" for n in range(100)] for genre in GTZAN}
    usable = {genre: iter([clip for clip in names if clip not in excluded]) for genre, names in clips.items()}
    for part, count in LISTS.items():
        names = [f"{genre}/{next(usable[genre])}.wav" for genre in GTZAN for _ in range(count)]
        (data / "gtzan_splits" / f"{part}_filtered.txt").write_text("\n".join(names))
        for artist, name in enumerate(names):
            clip = name.split("/")[1].replace(".", "_", 1)
            folds[1 + artist % 3].append(f"./{clip}\t{part}{artist}")
            noise = rng.normal(0, 0.1, int(10.1 * audio.SR))
            tone = np.sin(np.arange(len(noise)) * 0.05 * 1.4 ** GTZAN.index(name.split("/")[0]))
            audio.write(data / "gtzan" / name, np.float32(0.3 * noise + 0.3 * tone))
    for number, lines in folds.items():
        (data / "gtzan_folds" / f"f{number}_evaluate_groups.txt").write_text("\n".join(lines))
    return open_corpus("gtzan")


def test_gtzan_is_tested_once_by_its_published_folds(like_gtzan):
    corpus = like_gtzan
    turns = [trials.rotation(corpus, number, by="artist-filtered") for number in range(3)]
    assert (np.array([turn == "test" for turn in turns]).sum(axis=0) == 1).all()
    run = baselines.evaluate_all(corpus, by="artist-filtered", seeds=1, names=("SVM",))
    score = evaluation.score(run["predictions"]["SVM"], corpus, by="artist-filtered")
    assert score.basis == "70 clips, artist-filtered split, 1 seed" and score.accuracy > 0.5


def test_gtzan_goes_its_published_way_from_split_to_scores(like_gtzan):
    corpus = like_gtzan
    by = corpus.fairest
    assert by == "fault-filtered"
    assert dict(corpus.split(by=by).value_counts()) == {"train": 30, "validation": 20, "test": 20}
    run = baselines.evaluate_all(corpus, by=by, seeds=1, names=("k-NN", "SVM"))
    for predictions in run["predictions"].values():
        score = evaluation.score(predictions, corpus, by=by)
        assert (score.clips, score.by) == (20, by)
        assert score.accuracy > 0.5  # chance is 0.1
    run = trials.train_and_test(corpus, kind="mfcc", by=by, seeds=1, epochs=1)
    tested = np.array(run["predictions"])[0] != UNTESTED
    assert sorted(corpus.table.index[tested]) == sorted(corpus.table.index[corpus.table[by] == "test"])
    np.testing.assert_allclose(np.array(run["probabilities"])[0][tested].sum(axis=1), 1, atol=1e-3)
    assert not np.array(run["probabilities"])[0][~tested].any()
