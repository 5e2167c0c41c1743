"""The changes that a verdict is asked about are those that their names say."""

from dataclasses import replace

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner
from sounds import music

from genrelib import audio, features, listening, synth
from genrelib.__main__ import main
from genrelib.listening import why


def tone(hz, seconds=10, every=0.5):
    """A tone that is struck twice a second."""
    time = np.arange(round(seconds * audio.SR)) / audio.SR
    return (np.sin(2 * np.pi * hz * time) * np.exp(-8 * (time % every))).astype(np.float32)


def frames_of(y):
    return listening.Frames()(y)


@pytest.mark.parametrize(
    ("change", "semitones"),
    [("two semitones higher", 2), ("two semitones lower", -2), ("a quarter faster", 0)],
)
@pytest.mark.parametrize("hz", [440, 3000])
def test_a_tone_is_transposed_as_far_as_it_says_and_a_tempo_leaves_it(change, semitones, hz):
    moved = why.CHANGES[change](frames_of(tone(hz))).mean(axis=0)
    expected = frames_of(tone(hz * 2 ** (semitones / 12))).mean(axis=0)
    assert abs(int(moved.argmax()) - int(expected.argmax())) <= 1


@pytest.mark.parametrize(("change", "speed"), [("a quarter faster", 1.25), ("a quarter slower", 0.75)])
def test_strokes_come_as_often_as_the_tempo_says(change, speed):
    def strokes(db):
        level = db.max(axis=1)
        return np.fft.rfftfreq(len(level), features.HOP / audio.SR)[
            np.abs(np.fft.rfft(level - level.mean())).argmax()
        ]

    db = frames_of(tone(440))
    moved = why.CHANGES[change](db)
    assert strokes(moved) == pytest.approx(speed * strokes(db), rel=0.06)
    assert len(moved) <= len(db) and np.isfinite(moved).all()


def test_bass_and_treble_are_changed_alone():
    db = frames_of(music(10))
    for change, where, by in (
        ("bass 10 dB louder", why.HZ < 250, 10),
        ("treble 10 dB softer", why.HZ > 2000, -10),
    ):
        difference = why.CHANGES[change](db) - db
        np.testing.assert_allclose(difference[:, where], by, atol=1e-3)
        assert (difference[:, ~where] == 0).all() and 0 < where.sum() < len(where)


def test_loud_and_soft_come_together():
    def level(db):
        return 10 * np.log10((10 ** (db / 10)).mean(axis=1))

    db = frames_of(tone(440))
    np.testing.assert_allclose(
        np.ptp(level(why.CHANGES["loud and soft half as far apart"](db))), np.ptp(level(db)) / 2, rtol=1e-3
    )


def test_the_change_that_moves_most_comes_first():
    rock = [synth.render(synth.compose("rock", index, seconds=10.0)) for index in (1, 2)]
    model, excerpts = listening.load(), [frames_of(y) for y in rock]
    before, after = why.moved(model, excerpts)
    best = before.argmax()
    moves = [abs(said[best] - before[best]) for said in after.values()]
    assert moves == sorted(moves, reverse=True) and moves[0] > 0.01 and after.keys() == why.CHANGES.keys()
    for name, said in after.items():
        expected = np.mean([model(why.CHANGES[name](db)) for db in excerpts], axis=0)
        np.testing.assert_allclose(said, expected, atol=1e-6)


@pytest.fixture
def learned(tmp_path):
    """A model that has learned from a folder of four clips, two of them held out, and the folder."""
    folder, model = tmp_path / "clips", listening.load()
    (folder / "rock").mkdir(parents=True)
    for clip in range(4):
        soundfile.write(folder / "rock" / f"rock{clip}.wav", music(11, clip), audio.SR)
    card = model.card | {"corpus": {"source": str(folder)}, "split": {"held_out": ["rock0", "rock/rock3"]}}
    return replace(model, card=card), folder / "rock"


def test_the_nearest_clip_is_the_same_music(learned, data, monkeypatch):
    model, folder = learned
    clips = why.learned_from(model)
    assert clips == [str(folder / "rock1.wav"), str(folder / "rock2.wav")]
    for clip in clips:
        assert why.nearest(model, why.excerpts_of(clip), clips, count=2)[0] == clip
    monkeypatch.setattr(why, "excerpts_of", None)  # nothing is heard again
    assert len(why.nearest(model, [frames_of(music(10))], clips)) == 2


def test_clips_that_are_not_there_are_not_looked_for(learned, data):
    model, folder = learned
    for source in (None, "builtin", "gtzan-mini", str(folder / "nothing")):
        elsewhere = replace(model, card=model.card | {"corpus": {"source": source}})
        assert why.learned_from(elsewhere) == []


def test_a_clip_that_has_changed_is_heard_again_and_a_torn_file_is_made_anew(learned, data):
    model, _ = learned
    clips = why.learned_from(model)
    song = why.excerpts_of(clips[0])
    assert why.nearest(model, song, clips)[0] == clips[0]
    for clip, seed in zip(clips, (2, 1), strict=True):  # they change places
        soundfile.write(clip, music(11, seed), audio.SR, subtype="FLOAT")
    assert why.nearest(model, song, clips)[0] == clips[1]
    [kept] = (data / "heard").iterdir()
    kept.write_bytes(kept.read_bytes()[:99])
    assert why.nearest(model, song, clips)[0] == clips[1]


def test_the_command_says_why(tmp_path, data):
    soundfile.write(tmp_path / "a.wav", music(25), audio.SR)
    excerpts = why.excerpts_of(tmp_path / "a.wav")
    assert [len(db) for db in excerpts] == [248, 248]
    run = CliRunner().invoke(main, ["classify", str(tmp_path / "a.wav"), "--why", "--top", "4"])
    assert run.exit_code == 0, run.output
    lines = run.stdout.splitlines()[2:]
    before, after = why.moved(listening.load(), excerpts)
    assert lines[0].startswith(f"  what moves {listening.load().genres[before.argmax()]} most")
    assert [line[4:36].strip() for line in lines[1:5]] == list(after)[:4]
    assert lines[5:] == ["  none of the clips that it has learned from lies on this machine"]
    refused = CliRunner().invoke(main, ["classify", "a", "b", "--why"])
    assert refused.exit_code == 2 and "--why go with one file, not with 2" in refused.stderr
