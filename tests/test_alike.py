"""A model that is moved to a world by its sounds alone hears that world as it heard its own."""

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner
from sounds import music

from genrelib import audio, listening
from genrelib.__main__ import main
from genrelib.listening import alike, doubt


def excerpts(count=12):
    rng = np.random.default_rng(0)
    shapes = rng.normal(-40, 12, (count, 1, 128))
    return (shapes + rng.normal(0, 4, (count, 60, 128))).astype(np.float32)


def test_where_nothing_is_different_nothing_changes_and_elsewhere_the_means_agree():
    model, sounds = listening.load(), excerpts()
    heard = np.array([model.statistics(db) for db in sounds])
    own = {"batch_norm/mean": heard.mean(axis=0)}
    at_home = type(model)(model.weights | own, model.card, model.digest)
    for db in sounds:
        np.testing.assert_allclose(alike.align(at_home, sounds)(db), at_home(db), atol=1e-5)

    moved = alike.align(model, sounds)  # as if batch normalisation had the other world's means
    renewed = type(model)(model.weights | own, model.card, model.digest)
    for db in sounds:
        np.testing.assert_allclose(moved(db), renewed(db), atol=1e-4)
    assert max(np.abs(moved(db) - model(db)).max() for db in sounds) > 0.05
    assert moved.digest != model.digest


def test_whether_it_is_music_is_asked_as_before_and_nothing_is_no_world():
    model, sounds = listening.load(), excerpts()
    moved = alike.align(model, sounds)
    for db in sounds:
        statistics = model.statistics(db)
        assert doubt.is_music(moved.weights, statistics) == doubt.is_music(model.weights, statistics)
    with pytest.raises(ValueError, match="no excerpt to align by"):
        alike.align(model, [])


def test_the_command_aligns_by_a_folder_and_says_by_how_much(tmp_path, data):
    mine = tmp_path / "mine"
    mine.mkdir()
    soundfile.write(tmp_path / "song.wav", music(12), audio.SR)
    soundfile.write(mine / "one.wav", music(21)[:, None].repeat(2, axis=1), audio.SR)
    (mine / "broken.wav").write_bytes(b"no sound")
    asked = [str(tmp_path / "song.wav"), "--like", str(mine)]
    plain, like = (CliRunner().invoke(main, ["classify", *words]) for words in (asked[:1], asked))
    assert plain.exit_code == like.exit_code == 0, like.output
    assert "aligned by 2 excerpts of 1 song in" in like.stderr and "take 10 songs or more" in like.stderr
    [warning] = [line for line in like.stderr.splitlines() if "no longer count on them" in line]
    assert 'when it says "not sure"' in warning and "no longer" not in plain.stderr
    assert "broken.wav" in like.stderr and plain.stdout != like.stdout
    (mine / "one.wav").unlink()
    refused = CliRunner().invoke(main, ["classify", *asked])
    assert refused.exit_code == 2 and "holds no music that can be heard" in refused.stderr
