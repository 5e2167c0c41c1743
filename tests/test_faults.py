"""Faults are planted where the truth says, and the audit finds them: no more, no fewer."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile

from genrelib import audio, audit, synth
from genrelib.audit import faults
from genrelib.audit.faults import FAULTS, plant
from genrelib.corpus import Corpus
from genrelib.sources import open_corpus


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """Twenty-four built-in clips of 12 s, two genres, four artists each."""
    folder, rows = tmp_path_factory.mktemp("sound"), {}
    for genre in ("country", "metal"):
        for index in range(12):
            clip = synth.compose(genre, index, seed=3, seconds=12.0)
            name = f"{genre}.{index:05d}"
            audio.write(folder / f"{name}.flac", synth.render(clip))
            rows[name] = {"path": str(folder / f"{name}.flac"), "genre": genre, "artist": clip.artist}
    return Corpus("sound", pd.DataFrame.from_dict(rows, orient="index").assign(seconds=12.0))


def listened(corpus, folder, **how):
    truth = plant(corpus, folder, **how)
    return truth, audit.audit(open_corpus(folder / "clips.csv"))


def test_every_kind_is_found_and_nothing_else(corpus, data, tmp_path):
    for kind in FAULTS:
        truth, result = listened(corpus, tmp_path / kind, each=2, kinds=(kind,), seed=1)
        assert len(truth) == 2 and set(truth["kind"]) == {kind}
        assert faults.found(truth, result.findings)["found"].all() == (kind != "wrong label"), kind
        assert faults.right(truth, result.findings)["right"].all(), result.findings


def test_the_sound_corpus_has_no_findings(corpus, data):
    result = audit.audit(corpus)
    assert result.findings.empty and result.pairs.empty


def test_planting_is_seeded_and_leaves_the_corpus_alone(corpus, data, tmp_path):
    before = corpus.table.copy()
    truth = plant(corpus, tmp_path / "a", each=2, seed=5)
    again = plant(corpus, tmp_path / "b", each=2, seed=5)
    other = plant(corpus, tmp_path / "c", each=2, seed=6)
    pd.testing.assert_frame_equal(truth, again)
    assert truth["of"].tolist() != other["of"].tolist()
    assert truth["of"].is_unique, "no clip has two faults"
    pd.testing.assert_frame_equal(corpus.table, before)
    opened, listed = open_corpus(tmp_path / "a" / "clips.csv"), pd.read_csv(tmp_path / "a" / "truth.csv")
    assert listed["clip"].tolist() == truth["clip"].tolist()
    moved = truth[truth["kind"] == "wrong label"]["clip"]
    assert (opened.table["genre"][moved] != corpus.table["genre"][moved]).all()
    assert (opened.table["path"][moved] == corpus.table["path"][moved]).all()
    adding = sum(FAULTS[kind].adds for kind in truth["kind"])
    assert len(opened) + len(opened.skipped) == len(corpus) + adding


def test_what_is_planted_is_what_is_declared(corpus, data, tmp_path):
    source, rng = corpus.table["path"].iloc[0], np.random.default_rng(0)
    y, sr = audio.samples(source)

    def made(kind, severity, suffix=".wav"):
        FAULTS[kind].make(source, tmp_path / f"x{suffix}", severity, rng)
        return audio.samples(tmp_path / f"x{suffix}")

    np.testing.assert_array_equal(made("exact repetition", None)[0], y)
    assert len(made("other excerpt", 5)[0]) == 5 * sr
    assert (made("silence", 0.6)[0] == 0).mean() == pytest.approx(0.6, abs=0.01)
    assert len(made("too short", 2)[0]) == 2 * sr
    assert made("wrong rate", 0.5)[1] == sr / 2
    clipped = made("clipping", 6)[0]
    assert (np.abs(clipped) >= np.abs(clipped).max() - 1e-4).sum() > 10
    assert np.abs(clipped).max() == pytest.approx(np.abs(y).max() / 2, abs=1e-3)
    noisy, at_once = made("noisy repetition", 0)[0], y[len(y) // 20 :]
    gain = (noisy @ at_once) / (at_once @ at_once)
    assert np.var(gain * at_once) / np.var(noisy - gain * at_once) == pytest.approx(1, rel=0.1)
    FAULTS["truncated"].make(source, tmp_path / "cut.flac", 0.5, rng)
    assert soundfile.info(source).frames == len(y)
    assert (tmp_path / "cut.flac").stat().st_size < 0.51 * Path(source).stat().st_size


def test_scores_count_each_finding_and_each_fault_once():
    truth = pd.DataFrame(
        {
            "kind": ["exact repetition", "silence", "other excerpt", "truncated"],
            "clip": ["x1", "c2", "x2", "c3"],
            "of": ["c1", "c2", "c4", "c3"],
        }
    )
    findings = pd.DataFrame(
        {
            "fault": ["exact repetition", "near repetition", "short", "unreadable", "clipped"],
            "clip": ["c1", "c4", "x2", "c3", "c2"],
            "other": ["x1", "c5", None, np.nan, None],
        }
    )
    assert faults.found(truth, findings)["found"].tolist() == [True, False, False, True]
    assert faults.right(truth, findings)["right"].tolist() == [True, False, True, True, False]


def test_what_cannot_be_planted(corpus, tmp_path):
    with pytest.raises(ValueError, match=r"unknown fault 'hum': choose of exact repetition, "):
        plant(corpus, tmp_path, kinds=("hum",))
    with pytest.raises(ValueError, match=r"sound has 24 clips, too few for 3 of 12 faults"):
        plant(corpus, tmp_path, each=3)
    assert all(set(f.expected) | set(f.besides) <= set(audit.FAULTS) for f in FAULTS.values())
