"""Whom a verdict follows: listeners whose habits are known get the shares that they deserve."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from genrelib import baselines, records, synth
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


BANDS = 4  # the first tells the music's genre, the second the production's, the third the neighbours'


def in_bands(**bands):
    """Return features of five frames whose bands hold what is given, arrays of one shape."""
    values = np.stack([*bands.values(), *[np.zeros_like(bands["music"])] * (BANDS - len(bands))], axis=-1)
    return np.repeat(values[..., None, :], 5, axis=-2).astype(np.float32)


def takes_of(clips):
    """Stand for `interventions.in_takes`: in every swap the second band tells the production's genre."""
    music = np.array([synth.GENRES.index(clip.genre) for clip in clips])[:, None]
    takes = len(interventions.names()) - TEN
    music = np.repeat(music, takes + TEN, axis=1)
    swaps = np.broadcast_to(np.arange(TEN), (len(clips), TEN))
    return in_bands(music=music, production=np.concatenate([music[:, :takes], swaps], axis=1))


def changes_of(clips):
    """Stand for `interventions.compared`: the first change moves the production on, the others nothing."""
    music = np.array([synth.GENRES.index(clip.genre) for clip in clips])[:, None, None]
    music = np.broadcast_to(music, (len(clips), len(interventions.CHANGES), 2))
    production = music.copy()
    production[:, 0, 1] = (production[:, 0, 1] + 1) % TEN
    return in_bands(music=music, production=production)


@pytest.fixture
def made(monkeypatch):
    """Let interventions be made at once, in features that say what they are."""
    ways = {interventions.in_takes: takes_of, interventions.compared: changes_of}
    monkeypatch.setattr(interventions, "make", lambda what, clips: ways[what](clips))
    monkeypatch.setattr(follows_production, "ARTISTS", 2)


@pytest.fixture
def trained(monkeypatch):
    """Let the network be one that hears the production, the SVM one that hears the music, and its neighbours
    be of its genre: a corpus of three clips per genre."""
    genres = np.repeat(synth.GENRES, 3)
    table = pd.DataFrame({"genre": genres, "artist": [f"a{n}" for n in range(30)]}, index=map(str, range(30)))
    corpus = Corpus("small", table)
    store = SimpleNamespace(corpus=corpus, load=lambda: np.zeros((30, 5, BANDS)))
    monkeypatch.setattr(follows_production, "feature_store", lambda corpus, kind: store)
    card = {"network": "ours", "split": {"held_out": ["0", "7"]}}
    monkeypatch.setattr(follows_production, "kept_model", lambda corpus, **how: (None, card))
    listen = {"our network": lambda X: X[:, 0, 1].astype(int), "SVM": lambda X: X[:, 0, 0].astype(int)}
    monkeypatch.setattr(follows_production, "listeners", lambda *given: listen)
    points = np.eye(TEN)[corpus.labels]
    monkeypatch.setattr(follows_production, "embed", lambda model, X, length: points)
    return corpus


def test_what_is_measured_tells_a_horse_from_a_musician(made, trained):
    measured = follows_production.measure(trained, profile=profile("tiny"))
    assert measured["artists"] == 2 * TEN
    horse, musician = measured["follow"]["our network"], measured["follow"]["SVM"]
    assert horse["swapped: follows the production"]["share"] == 1
    assert musician["swapped: follows the music"]["share"] == 1
    assert horse["right, as it is"]["trials"] == 2 * 2 * TEN  # two trainings
    np.testing.assert_array_equal(measured["pull"]["our network"], np.ones((TEN, TEN)))
    np.testing.assert_array_equal(measured["pull"]["SVM"], np.eye(TEN))
    first, *others = interventions.CHANGES
    assert [measured["flips"][who][first]["share"] for who in ("our network", "SVM")] == [1, 0]
    assert {measured["flips"]["our network"][name]["share"] for name in others} == {0}


def test_what_is_measured_counts_the_neighbours_of_held_out_clips_alone(made, trained):
    alike = follows_production.measure(trained, profile=profile("tiny"))["alike"]["same genre"]
    assert alike["trials"] == 4  # two clips, two trainings
    assert alike["share"] == pytest.approx(2 / 5)  # of five neighbours two are left that are of the genre
    assert alike["chance"] == pytest.approx(2 / 29)
