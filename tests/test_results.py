"""All answers of a corpus are gathered, scored with what they took, and told apart."""

import numpy as np
import pytest
from test_evaluation import toy

from genrelib import baselines, trials
from genrelib.profiles import Profile
from genrelib.studies import results

PROFILE = Profile("toy", clips_per_genre=3, seeds=1, epochs=2)
RIGHT = {(network, kind): 60 - 6 * n for n, (network, kind) in enumerate(results.TRAINED)}  # of 60 clips
RIGHT |= {
    (name, f"{kind} statistics"): 30 - 2 * n - (kind == "mel")
    for n, name in enumerate(baselines.CLASSIFIERS)
    for kind in ("mfcc", "mel")
}
CLIP_BONUS = 20  # clips more that a classifier gets right when clips are dealt


def first_right(corpus, count):
    """Return predictions (1, clips) that are right on `count` clips, the first ones, and wrong after."""
    return np.where(np.arange(len(corpus)) < count, corpus.labels, 1 - corpus.labels)[None]


@pytest.fixture
def answered(monkeypatch):
    """Let every system answer at once, each right on another number of clips."""

    def train(corpus, *, network, kind, **how):
        said = first_right(corpus, RIGHT[network, kind])
        weights = 100 * list(RIGHT).index((network, kind))
        run = {"predictions": said, "probabilities": 0.9 * np.eye(2)[said] + 0.05, "weights": weights}
        return run | {"seconds": [1.0], "curves": [{"loss": [2.0, 1.0]}], "steps": [10]}

    def evaluate(corpus, *, kind, by, names, **how):
        more = CLIP_BONUS * (by == "clip")
        said = {name: first_right(corpus, RIGHT[name, f"{kind} statistics"] + more) for name in names}
        return {"predictions": said, "seconds": {name: len(name) / 10 for name in names}}

    def fewer(corpus, **how):
        said = np.vstack([first_right(corpus, 60), first_right(corpus, 30)])
        return {"tests": [{"size": 2, "classifier": "SVM", "predictions": said}]}

    monkeypatch.setattr(trials, "train_and_test", train)
    monkeypatch.setattr(baselines, "evaluate_all", evaluate)
    monkeypatch.setattr(baselines, "evaluate_fewer", fewer)
    return toy()


def test_a_chapter_hears_our_network_on_mel_and_the_classifiers(answered):
    live = results.table(results.all_answers(answered, PROFILE, by="artist"), answered, by="artist")
    networks = live[live["weights"].notna()]
    assert networks[["system", "features", "accuracy"]].values.tolist() == [["ours", "mel", 1.0]]
    assert networks[["epochs", "steps"]].values.tolist() == [[2, 10]]
    slow = set(baselines.CLASSIFIERS) - set(baselines.QUICK)
    assert slow <= set(live["system"][live["features"] == "mfcc statistics"])
    assert not slow & set(live["system"][live["features"] == "mel statistics"])


def test_each_score_is_that_of_its_own_system_under_its_own_split(answered):
    measured = results.measure(answered, profile=PROFILE)
    for row in measured["results"]:
        right = RIGHT[row["system"], row["features"]] + CLIP_BONUS * (row["by"] == "clip")
        assert row["accuracy"] == pytest.approx(right / 60, abs=1e-4), row
    fair = [row for row in measured["results"] if row["by"] == "artist"]
    assert {(row["system"], row["features"]) for row in fair} == set(RIGHT)
    quick = [row for row in measured["results"] if row["by"] == "clip"]
    assert {row["system"] for row in quick} == set(baselines.QUICK) and len(quick) == 2 * len(baselines.QUICK)
    assert [row["weights"] for row in quick] == [None] * len(quick)


def test_pairs_subtract_the_second_from_the_first(answered):
    measured = results.measure(answered, profile=PROFILE)
    assert [(row["first"], row["minus"]) for row in measured["pairs"]] == list(results.PAIRS)
    for row in measured["pairs"]:
        expected = (RIGHT[row["first"]] - RIGHT[row["minus"]]) / 60
        assert row["difference"] == pytest.approx(expected, abs=1e-4) != 0


def test_what_is_looked_at_closely_is_of_the_right_system(answered):
    measured = results.measure(answered, profile=PROFILE)
    assert measured["fewer"][0] | {"easiest": 1.0, "hardest": 0.5, "sets": 2} == measured["fewer"][0]
    svm = RIGHT["SVM", "mfcc statistics"] / 30  # calm comes first; nothing loud is right
    assert measured["confusion"]["SVM on mfcc statistics"].tolist() == [
        [pytest.approx(svm, abs=1e-3), pytest.approx(1 - svm, abs=1e-3)],
        [1, 0],
    ]
    assert [row["recall"] for row in measured["by_genre"]["ours on mel"]] == [1, 1]
    assert set(measured["calibration"]) == {f"{network} on {kind}" for network, kind in results.TRAINED}
    for network, kind in results.TRAINED:
        (sure,) = measured["calibration"][f"{network} on {kind}"]["bins"]
        assert sure["sure"] == 0.95 and sure["right"] == pytest.approx(RIGHT[network, kind] / 60, abs=1e-4)
