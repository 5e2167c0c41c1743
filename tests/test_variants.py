"""Variants of the built-in corpus change what they say, and are compared on the same real clips."""

import numpy as np
import pandas as pd
import pytest

from genrelib import synth
from genrelib.corpus import Corpus
from genrelib.studies import variants

SEED = 1


def composed(name, index):
    return synth.compose("jazz", index, seed=SEED, **variants.VARIANTS[name]("jazz", index, SEED))


@pytest.mark.parametrize("name", variants.VARIANTS)
def test_a_variant_can_be_composed_is_repeatable_and_says_what_it_is(name):
    clips = [composed(name, index) for index in range(variants.CLIPS)]
    assert clips[:3] == [composed(name, index) for index in range(3)]
    assert variants.VARIANTS[name].__doc__.endswith(".")
    if name == "as it is":
        assert clips[0] == synth.compose("jazz", 0, seed=SEED)


@pytest.mark.parametrize(
    ("name", "factor", "most"),
    [
        ("one studio", "production", 1),
        ("two artists per genre", "artist", 2),
        ("one line-up per genre", "instruments", 1),
        ("one sub-style per genre", "substyle", 1),
    ],
)
def test_what_is_taken_away_is_gone_and_was_there(name, factor, most):
    plain, varied = (
        {getattr(composed(which, index), factor) for index in range(variants.CLIPS)}
        for which in ("as it is", name)
    )
    assert len(varied) == most < len(plain)


def test_any_studio_is_no_hint_of_the_genre():
    studios = {composed("any studio", index).production for index in range(variants.CLIPS)}
    own = {name for style in synth.STYLES["jazz"].values() for name in style.productions}
    assert len(studios) > 8 and studios - own


@pytest.fixture
def target(tmp_path, data):
    """Twenty clips of the ten genres, no sound behind them."""
    (tmp_path / "sound").write_bytes(b"x")
    rows = [(f"{genre}.{n}", genre, str(tmp_path / "sound")) for genre in synth.GENRES for n in range(2)]
    table = pd.DataFrame(rows, columns=["clip", "genre", "path"]).set_index("clip").assign(artist=None)
    return Corpus("real", table)


def test_variants_are_scored_and_compared_in_pairs_and_kept(target, monkeypatch):
    heard = np.repeat(np.arange(10.0), 2)[:, None, None] * np.ones((20, 5, 128))
    store = type("Store", (), {"corpus": target, "load": lambda self: heard})()
    monkeypatch.setattr(variants, "feature_store", lambda *args: store)
    monkeypatch.setattr(variants, "CLIPS", 2)
    monkeypatch.setattr(variants, "CORPUS_SEEDS", 2)
    monkeypatch.setattr(
        variants, "VARIANTS", {"as it is": variants._as_it_is, "one studio": variants._one_studio}
    )
    rendered = []

    def _statistics(clip):  # one studio for all makes all sound alike
        rendered.append(clip)
        level = 0 if clip.production == "studio-1970s" else synth.GENRES.index(clip.genre)
        return np.r_[np.full(128, level), np.zeros(256)]

    monkeypatch.setattr(variants, "Parallel", lambda **how: lambda jobs: (run(*of) for run, of, _ in jobs))
    monkeypatch.setattr(variants, "_statistics", _statistics)
    table = variants.ablation(target).set_index("variant")
    assert len(rendered) == 2 * 2 * 20
    assert table.loc["as it is", "accuracy"] > 0.8 and table.loc["one studio", "accuracy"] <= 0.2
    assert table.loc["as it is", "more"] == 0 and table.loc["one studio", "more_high"] < 0
    assert (table["seeds"] == 2).all() and (table["clips"] == 20).all()
    variants.ablation(target)
    assert len(rendered) == 2 * 2 * 20


def test_other_genres_are_refused(target, monkeypatch):
    other = Corpus("mine", target.table.assign(genre=["left", "right"] * 10))
    store = type("Store", (), {"corpus": other})()
    monkeypatch.setattr(variants, "feature_store", lambda *args: store)
    with pytest.raises(ValueError, match="corpus 'mine' holds other genres than the built-in corpus"):
        variants.ablation(other)
