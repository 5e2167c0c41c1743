"""Whom a verdict follows: listeners whose habits are known get the shares that they deserve."""

import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from genrelib import baselines, disk, records, synth
from genrelib.corpus import Corpus
from genrelib.profiles import profile
from genrelib.studies import follows_production, interventions

TEN = len(synth.GENRES)
LABELS = np.arange(TEN).repeat(2)
ARTISTS = [f"artist {number}" for number in range(len(LABELS))]


def all_say(*columns):
    """Return verdicts (1 training, clips, takes) of what is said to: as it is, later, two tempos, swaps."""
    width = len(interventions.names()) - TEN
    heads = [np.broadcast_to(column, (len(LABELS),)) for column in columns[:width]]
    swaps = np.broadcast_to(columns[width], (len(LABELS), TEN))
    return np.concatenate([np.stack(heads, axis=1), swaps], axis=1)[None]


def shares(said):
    return follows_production.follow(said, LABELS, ARTISTS)["share"].to_dict()


def test_a_musician_follows_the_music():
    found = shares(all_say(LABELS, LABELS, LABELS, LABELS, LABELS[:, None]))
    assert found["swapped: follows the music"] == found["right at all three tempos"] == 1
    for none in (
        "swapped: follows the production",
        "swapped: follows neither",
        "lost by the swap",
        "pulled by the production",
        "not swapped: names that production's genre",
        "changes, tempo ±6 %",
    ):
        assert found[none] == 0, none


def test_a_horse_follows_the_production():
    found = shares(all_say(LABELS, LABELS, LABELS, LABELS, np.arange(TEN)))
    assert found["right, as it is"] == found["right, in its genre's production"] == 1
    assert found["swapped: follows the production"] == found["pulled by the production"] == 1
    assert found["lost by the swap"] == 1 and found["swapped: follows the music"] == 0
    assert (
        follows_production.pull(all_say(LABELS, LABELS, LABELS, LABELS, np.arange(TEN)), LABELS).tolist()
        == [[1] * TEN] * TEN
    )


def test_who_always_says_the_same_is_pulled_by_nothing():
    found = shares(all_say(0, 0, 0, 0, 0))
    assert found["right, as it is"] == pytest.approx(1 / TEN)
    assert (
        found["swapped: follows the music"] == found["swapped: follows the production"] == pytest.approx(0.1)
    )
    assert found["swapped: follows neither"] == pytest.approx(0.8)
    assert found["pulled by the production"] == found["lost by the swap"] == 0


def test_a_tempo_may_make_or_break_a_verdict():
    wrong = (LABELS + 1) % TEN
    found = shares(all_say(LABELS, LABELS, wrong, LABELS, LABELS[:, None]))
    assert found["changes, tempo ±6 %"] == 0.5 and found["changes, cut 20 ms later"] == 0
    assert found["right at all three tempos"] == 0 and found["right at one of three tempos"] == 1


def test_the_findings_of_a_swap_add_up_clip_by_clip():
    said = np.random.default_rng(0).integers(0, TEN, (3, len(LABELS), len(interventions.names())))
    found = follows_production.findings(said, LABELS)
    three = [found[f"swapped: follows {whom}"] for whom in ("the music", "the production", "neither")]
    assert (sum(part.astype(int) for part in three) == 1).all()
    table = follows_production.follow(said, LABELS, ARTISTS)
    assert (table["low"] <= table["share"]).all() and (table["share"] <= table["high"]).all()
    assert table.loc["swapped: follows the music", "trials"] == 3 * len(LABELS) * (TEN - 1)


def test_what_has_no_sound_gets_no_verdict_and_no_count():
    heard = np.zeros((len(LABELS), len(interventions.CHANGES), 2, 3, 4), np.float32)
    heard[:, :, 1] = 1  # the second of each pair sounds otherwise
    heard[:5, 0] = np.nan
    said = follows_production.verdicts(lambda X: X[:, 0, 0].astype(int), heard)
    assert (said[:5, 0] == records.UNTESTED).all() and (said[5:, 0] == [0, 1]).all()
    flips = follows_production.flips(said[None], ARTISTS)
    assert flips.index.tolist() == list(interventions.CHANGES) and (flips["share"] == 1).all()
    assert flips["trials"].iloc[0] == len(LABELS) - 5 and flips["trials"].iloc[1] == len(LABELS)


def test_the_svm_does_not_learn_from_the_clips_held_out(monkeypatch):
    learned = {}

    class Noted:
        def fit(self, X, labels):
            learned.update(X=X, labels=labels)
            return self

    monkeypatch.setitem(baselines.CLASSIFIERS, "SVM", lambda seed: Noted())
    table = pd.DataFrame({"genre": [*"aabb"]}, index=[*"ijkl"])
    X = np.arange(4, dtype=np.float32)[:, None, None] + np.zeros((4, 7, 2), np.float32)
    follows_production.svm_beside(X, Corpus("four", table), ["j"], length=3)
    assert learned["X"][:, 0].tolist() == [0, 0, 0, 2, 2, 2, 3, 3, 3]  # three excerpts cover seven frames
    assert learned["labels"].tolist() == [0, 0, 0, 1, 1, 1, 1, 1, 1]


def test_washing_takes_an_equalizer_away():
    X = np.random.default_rng(0).normal(size=(2, 9, 4))
    equalizer = np.array([3.0, -6.0, 0.0, 1.0])
    assert follows_production.washed(X).shape == (2, 2 * 4)  # no column that is zero but for rounding
    assert np.allclose(follows_production.washed(X + equalizer), follows_production.washed(X), atol=1e-6)


def test_the_record_can_be_written_and_read(tmp_path, monkeypatch):
    """Everything that takes long is put aside: the corpus, the clips, the trainings."""
    genres = [genre for genre in synth.GENRES for _ in range(3)]
    table = pd.DataFrame({"genre": genres, "artist": [f"a{n}" for n in range(30)]}, index=map(str, range(30)))
    corpus, rng = Corpus("small", table), np.random.default_rng(0)
    corpus.__dict__["checksum"] = "of no sound"
    sizes = {
        interventions.in_takes: (len(interventions.names()),),
        interventions.compared: (len(interventions.CHANGES), 2),
    }
    store = SimpleNamespace(corpus=corpus, load=lambda: np.zeros((30, 5, 4)))
    monkeypatch.setattr(follows_production, "open_corpus", lambda name, profile: corpus)
    monkeypatch.setattr(follows_production, "feature_store", lambda corpus, kind: store)
    monkeypatch.setattr(
        interventions, "make", lambda what, clips: rng.normal(size=(len(clips), *sizes[what], 5, 4))
    )
    card = {"network": "ours", "split": {"held_out": ["0", "7"]}}
    monkeypatch.setattr(follows_production, "kept_model", lambda corpus, **how: (None, card))
    monkeypatch.setattr(follows_production, "embed", lambda model, X, length: rng.normal(size=(30, 6)))
    guess = {"our network": lambda X: rng.integers(0, TEN, len(X)), "SVM": lambda X: np.zeros(len(X), int)}
    monkeypatch.setattr(follows_production, "listeners", lambda *given: guess)
    monkeypatch.setattr(disk, "CHECKOUT", tmp_path)
    path = follows_production.record(profile("tiny"), "horse-small")
    assert path == tmp_path / "data" / "results" / "horse-small.json"
    record = json.loads(path.read_text())
    assert record == records.load_result("horse-small")
    assert record["artists"] == follows_production.ARTISTS * TEN and record["profile"]["seeds"] == 2
    assert set(record["follow"]["SVM"]) == set(follows_production.findings(all_say(*[0] * 5), LABELS))
    assert record["follow"]["SVM"]["right, as it is"]["share"] == pytest.approx(1 / TEN)
    assert np.shape(record["pull"]["our network"]) == (TEN, TEN)
    assert set(record["flips"]["SVM"]) == set(interventions.CHANGES)
    assert record["alike"]["same genre"]["trials"] == 4
