"""What differs between generated and real music is found where it is, and looks are counted."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from genrelib import disk, records
from genrelib.__main__ import main
from genrelib.corpus import Corpus
from genrelib.profiles import Profile
from genrelib.studies import halves, realism

PROFILE = Profile("toy", clips_per_genre=6, seeds=2, epochs=1)
GENRES = ("calm", "even", "loud")
HIGH = realism._band_hz() > 8400


def clips(*, steps=(2.0, 4.0, 6.0), top=-20.0, seed=0):
    """Three genres of twelve clips that differ by their steps from frame to frame, (36, 200, 128) in dB."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(36, 200, 128)) * np.repeat(steps, 12)[:, None, None]
    return (X + np.where(HIGH, top, 0.0)).astype(np.float32)


def corpus(name, *, artists=6):
    table = pd.DataFrame({"genre": np.repeat(GENRES, 12), "artist": [f"artist {n // 2}" for n in range(36)]})
    return Corpus(name, table.set_index(pd.Index([f"clip{n}" for n in range(36)])))


@pytest.fixture
def sounds(monkeypatch):
    """Let arrays stand for the features of corpora."""
    X = {"builtin": clips(), "real": clips(steps=(6.0, 4.0, 2.0), top=-40.0, seed=1)}
    monkeypatch.setattr(
        realism,
        "feature_store",
        lambda asked, kind: SimpleNamespace(corpus=asked, load=lambda: X[asked.name]),
    )
    return X


def test_level_movement_and_attacks_are_those_of_each_octave():
    x = np.zeros((1, 100, 128))
    x[0, ::2, ~HIGH] = 20.0  # every second frame, below 8.4 kHz only
    row = realism.traits(x).iloc[0]
    assert row["movement", "0.8–1.6"] == pytest.approx(10) and row["attack", "0.8–1.6"] == pytest.approx(
        20, 0.01
    )
    assert row["movement", "> 8.4 kHz"] == row["attack", "> 8.4 kHz"] == 0
    assert row["level", "0.8–1.6"] - row["level", "> 8.4 kHz"] == pytest.approx(10)
    assert set(row.index.get_level_values("octave")) == {*realism.OCTAVES, ""}


def test_a_click_is_percussive_and_a_tone_is_bumpy():
    tone, click = np.full((2, 100, 128), -60.0)
    tone[:, 70], click[50] = 0.0, 0.0
    table = realism.traits(np.stack([tone, click]))
    assert table["percussive"].to_numpy()[1] > 0.9 > 0.1 > table["percussive"].to_numpy()[0]
    assert table["bumpiness"].to_numpy()[0] > 3 * table["bumpiness"].to_numpy()[1]
    assert table["peaks"].to_numpy()[1] > 100


def test_differences_are_found_in_their_octave_and_genre(sounds):
    table, correlation, pooled = realism.compare(corpus("builtin"), corpus("real"))
    assert -20 < table.loc[("level", "> 8.4 kHz"), "difference"] < -15
    attack = table.loc[("attack", "0.4–0.8")]
    assert attack["calm"] > 4 and abs(attack["even"]) < 0.2 and attack["loud"] < -4
    assert correlation["attack"] < -0.9  # the genres have changed places
    assert [len(each) for each in pooled] == [36, 36] and len(pooled[0].numbers) == 384
    again = realism.compare(corpus("builtin"), corpus("builtin"))[1]
    assert again["attack"] == pytest.approx(1)


def test_two_worlds_are_told_apart_and_one_is_not(sounds):
    _, _, apart = realism.compare(corpus("builtin"), corpus("real"))
    found = realism.told_apart(*apart)
    assert found["accuracy"] > 0.95 and found["clips"] == 72
    sounds["real"] = clips(seed=2)
    _, _, alike = realism.compare(corpus("builtin"), corpus("real"))
    found = realism.told_apart(*alike)
    assert found["low"] < 0.55 and found["accuracy"] < 0.75


def test_a_clip_of_no_known_artist_is_one_by_itself(sounds):
    real = corpus("real")
    nobody = replace(real, table=real.table.assign(artist=None))
    _, _, (_, pooled) = realism.compare(corpus("builtin"), nobody, artists=pd.Series({"clip0": "Ella"}))
    assert list(pooled.table["artist"][:2]) == ["Ella", "clip1"]


def test_a_record_holds_both_worlds_and_counts_its_looks(sounds, monkeypatch, tmp_path):
    rng = np.random.default_rng(0)
    columns = pd.DataFrame(
        rng.normal(size=(36, 2)), columns=["mfcc1_mean", "tempo"], index=corpus("x").table.index
    )
    numbered = corpus("real").table.join(columns).assign(**{"artist-filtered": "fold 0"})
    ready = Corpus("real", numbered, splits=("artist-filtered",), numbers=("mfcc1_mean", "tempo"))
    monkeypatch.setattr(halves, "described", lambda source, whole: columns[["mfcc1_mean"]])
    monkeypatch.setattr(realism, "ALIGNED_BY", {"sound": 6, "ready features": 6})
    monkeypatch.setattr(Corpus, "checksum", "of a toy")
    monkeypatch.setattr(disk, "CHECKOUT", tmp_path)
    found = realism.measure(corpus("builtin"), ready, corpus("real"), profile=PROFILE, half="even")
    assert (
        found["told_apart"]["sound"]["clips"] == 72 and found["told_apart"]["ready features"]["clips"] == 54
    )
    for rows in found["carried_over"].values():
        assert [row["way"] for row in rows] == 2 * ["as it is", "means and deviations"]
    assert len(found["report"]) == 3 * len(realism.OCTAVES) + 4
    records.write_result(realism.RECORD, found)
    again = realism.measure(corpus("builtin"), ready, corpus("real"), profile=PROFILE, half="even")
    assert [len(again["looks"][half]) for half in ("even", "odd")] == [2, 0]


def test_the_steps_lead_from_the_corpus_before_to_the_record():
    steps = realism.steps()
    assert steps["step"].iloc[0] == "before"
    assert set(steps["on"]) == {"GTZAN mini", "half of GTZAN", "built-in corpus"}
    spans = steps.dropna()
    assert (spans["low"] <= spans["accuracy"]).all() and (spans["accuracy"] <= spans["high"]).all()
    now = steps[steps["step"] == "all of it"].set_index(["on", "what"])["accuracy"]
    record = records.load_result(realism.RECORD)
    for rows, on in zip(record["carried_over"].values(), ("GTZAN mini", "half of GTZAN"), strict=True):
        plain = {row["system"]: row["accuracy"] for row in rows if row["way"] == "as it is"}
        assert {name: now[on, name] for name in plain} == pytest.approx(plain)


def test_other_genres_are_refused(sounds):
    real = corpus("real")
    with pytest.raises(ValueError, match="'builtin' and 'real' hold different genres"):
        realism.compare(corpus("builtin"), replace(real, table=real.table.assign(genre="calm")))


def test_the_command_prints_what_differs(sounds, monkeypatch):
    monkeypatch.setattr("genrelib.sources.open_corpus", lambda name, **how: corpus(name))
    run = CliRunner().invoke(main, ["realism", "real"])
    assert run.exit_code == 0, run.output
    assert "the genres' profiles correlate: level" in run.output
    assert "% of 72 clips (" in run.output
