"""All answers of a corpus are gathered, scored with what they took, and recorded."""

import numpy as np
from test_evaluation import toy

from genrelib import baselines, records, trials
from genrelib.profiles import Profile
from genrelib.studies import results


def answered(corpus, monkeypatch):
    """Let networks and classifiers answer at once, each rightly on the clips it is asked."""
    told = {"predictions": corpus.labels[None], "probabilities": np.eye(2)[corpus.labels][None]}
    told |= {"seconds": [1.0], "weights": 7, "curves": [{"loss": [2.0, 1.0]}], "steps": [10]}
    monkeypatch.setattr(trials, "train_and_test", lambda corpus, **how: told)
    monkeypatch.setattr(
        baselines,
        "evaluate_all",
        lambda corpus, *, names, **how: {
            "predictions": {name: corpus.labels[None] for name in names},
            "seconds": dict.fromkeys(names, 0.1),
        },
    )
    fewer = {"size": 2, "classifier": "SVM", "predictions": np.array([corpus.labels, 0 * corpus.labels])}
    monkeypatch.setattr(baselines, "evaluate_fewer", lambda *args, **how: {"tests": [fewer]})


def test_everything_is_scored_with_what_it_took_and_recorded(data, tmp_path, monkeypatch):
    corpus = toy()
    corpus.table["path"] = str(tmp_path / "sound")
    (tmp_path / "sound").write_bytes(b"x")
    answered(corpus, monkeypatch)
    profile = Profile("toy", clips_per_genre=3, seeds=1, epochs=2)
    live = results.table(results.all_answers(corpus, profile, by="artist"), corpus, by="artist")
    networks = live[live["weights"].notna()]
    assert list(networks["system"]) == ["ours"]
    assert (networks["epochs"] == 2).all() and (networks["steps"] == 10).all()
    written = {}
    monkeypatch.setattr(records, "write_result", lambda name, result: written.update({name: result}))
    results.record(corpus, profile, "toy")
    record = written["toy"]
    assert {row["by"] for row in record["results"]} == {"artist", "clip"}
    assert [row["weights"] for row in record["results"] if row["by"] == "clip"] == 6 * 2 * [None]
    assert record["fewer"][0] | {"easiest": 1.0, "hardest": 0.5, "sets": 2} == record["fewer"][0]
    assert [(row["first"], row["minus"]) for row in record["pairs"]] == list(results.PAIRS)
    assert {row["difference"] for row in record["pairs"]} == {0}
    assert set(record["calibration"]) == {f"{n} on {k}" for n, k in results.TRAINED}
    assert record["by_genre"]["ours on mel"][1]["recall"] == 1
