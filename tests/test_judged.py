"""The judging half: what was best where one could look is reported, not what is best here."""

import numpy as np
import pytest

from genrelib import disk, records, sources
from genrelib.profiles import Profile
from genrelib.studies import alignment, halves, judged

ROWS = {
    halves.RECORD: [
        {"system": "SVM", "accuracy": 0.4},
        {"system": "k-NN", "accuracy": 0.3},
    ],
    alignment.RECORD: [
        {"system": "SVM", "way": "means", "aligned_by": 10, "accuracy": 0.4},
        {"system": "SVM", "way": "means", "aligned_by": 30, "accuracy": 0.5},
    ],
}


class Asked:
    """Stands in for a corpus: the studies are stubs here."""

    genres = ("calm", "loud")


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """Both studies answer with their rows turned about, and tell which half they were asked for."""
    monkeypatch.setattr(disk, "CHECKOUT", tmp_path)
    monkeypatch.setattr(records, "origin", lambda corpus: {"name": "a toy"})
    halves_asked = []
    for study in (halves, alignment):

        def measure(source, target, *, profile, half, name=study.RECORD):
            halves_asked.append(half)
            accuracies = [row["accuracy"] for row in reversed(ROWS[name])]
            rows = [row | {"accuracy": a} for row, a in zip(ROWS[name], accuracies, strict=True)]
            return {"results": rows, "half": half, "genres": [], "learned": {}, "looks": {}}

        monkeypatch.setattr(study, "measure", measure)
    return halves_asked


def measure():
    return judged.measure(Asked, Asked, profile=Profile("toy", clips_per_genre=6, seeds=2, epochs=1))


def test_the_choice_is_that_of_the_even_half(asked):
    for name, rows in ROWS.items():
        records.write_result(name, {"results": rows})
    found = measure()
    assert asked == ["odd", "odd"]
    assert found[halves.RECORD]["chosen"] == {"system": "SVM", "accuracy": 0.3}  # k-NN has 0.4 here
    assert found[alignment.RECORD]["chosen"]["aligned_by"] == 30
    assert found[alignment.RECORD]["chosen"]["accuracy"] == 0.4


def test_two_accuracies_of_different_artists_differ_by_what_both_leave_open():
    def row(accuracy, arm):
        return {"accuracy": accuracy, "low": accuracy - arm, "high": accuracy + arm}

    gap = judged.apart(row(0.3, 0.03), row(0.5, 0.04))
    assert list(gap.values()) == pytest.approx([-0.2, -0.25, -0.15])
    lopsided = judged.apart(
        {"accuracy": 0.3, "low": 0.3, "high": 0.4}, {"accuracy": 0.5, "low": 0.5, "high": 0.6}
    )
    assert list(lopsided.values()) == pytest.approx([-0.2, -0.3, -0.1])

    rng = np.random.default_rng(0)  # as often as promised, the interval holds the true difference
    shares = rng.binomial(200, [[0.3], [0.4]], (2, 2000)) / 200
    arms = 1.96 * np.sqrt(shares * (1 - shares) / 200)
    held = 0
    for pair, arm in zip(shares.T, arms.T, strict=True):
        gap = judged.apart(*map(row, pair, arm))
        held += gap["low"] <= -0.1 <= gap["high"]
    assert held / 2000 == pytest.approx(0.95, abs=0.015)


def test_the_second_goal_is_what_the_report_of_2016_says():
    published = records.benchmarks().query("cite == 'lachmish2016'")["accuracy"].max()
    assert judged.GOALS[alignment.RECORD][1] == published


def test_nearly_a_fifth_of_the_judging_half_is_by_artists_of_gtzan_mini(real):
    """As chapter 10 says in words."""
    artists = halves.half_of(sources.open_corpus("gtzan-features"), judged.HALF).table["artist"]
    seen = artists[artists.index.isin([path.stem for path in (real / "gtzan_mini").glob("*/*.wav")])]
    assert 30 < len(seen) < 45 and 0.17 < artists.isin(seen).mean() < 0.2


def test_every_look_is_counted(asked):
    for name, rows in ROWS.items():
        records.write_result(name, {"results": rows})
    assert len(measure()["looks"]["odd"]) == 1
    records.write_result(judged.RECORD, measure())
    assert [len(measure()["looks"][half]) for half in ("even", "odd")] == [0, 2]


def test_nothing_is_judged_before_the_even_half_is_recorded(asked):
    with pytest.raises(FileNotFoundError, match=halves.RECORD):
        measure()
    assert not asked
