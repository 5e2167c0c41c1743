"""A table of clips is opened from every source, and every kind of bad input is named."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import soundfile
from click.testing import CliRunner

from genrelib import audio, audit, catalog, disk, sources, synth
from genrelib.__main__ import main
from genrelib.sources import catalogue, checks, open_corpus

RNG = np.random.default_rng(1)


def noise(seconds=4.0):
    return 0.3 * RNG.standard_normal(int(seconds * audio.SR)).astype(np.float32)


def put(path, y=None):
    audio.write(path, noise() if y is None else y)
    return path


@pytest.fixture
def folder(tmp_path, data):
    """Two genres, two clips each."""
    for name in ("blues/a.wav", "blues/b.flac", "rock/c.ogg", "rock/d.au"):
        put(tmp_path / "mine" / name)
    return tmp_path / "mine"


def test_a_folder_becomes_a_table(folder):
    opened = open_corpus(str(folder))
    assert opened.genres == ("blues", "rock") and len(opened) == 4
    assert list(opened.table.index) == ["a", "b", "c", "d"]
    assert opened.table["seconds"].tolist() == pytest.approx([4] * 4, abs=0.05)
    assert opened.labels.tolist() == [0, 0, 1, 1]
    assert opened.fairest == "clip" and len(opened.skipped) == 0


def test_folders_of_artists_tell_the_artists(tmp_path, data):
    for genre in ("blues", "rock"):
        for artist in ("x", "y", "z"):
            for clip in range(2):
                put(tmp_path / genre / f"{genre}-{artist}" / f"{clip}.wav")
    opened = open_corpus(tmp_path)
    assert opened.fairest == "artist"
    assert opened.table["artist"].nunique() == 6
    assert opened.straddling(opened.split(by="artist")) == []
    assert "rock/rock-x/0.wav" in opened.table.index, "clips that share a name are told apart by their paths"


def test_a_csv_file_becomes_a_table(folder, tmp_path):
    paths = ["mine/blues/a.wav", "mine/blues/b.flac", "mine/rock/c.ogg"]
    rows = pd.DataFrame({"path": paths, "genre": ["slow", "slow", "fast"], "artist": ["p", None, "q"]})
    rows.loc[3] = ["mine/gone.wav", "fast", "q"]
    rows.to_csv(tmp_path / "list.csv", index=False)
    opened = open_corpus(tmp_path / "list.csv")
    assert opened.table["genre"].to_dict() == {"a": "slow", "b": "slow", "c": "fast"}
    assert opened.table["artist"].dropna().to_dict() == {"a": "p", "c": "q"}
    assert opened.skipped["reason"].tolist() == ["no such file"]
    rows.drop(columns="genre").to_csv(tmp_path / "list.csv", index=False)
    with pytest.raises(ValueError, match=r"list\.csv: no column genre"):
        open_corpus(tmp_path / "list.csv")


def test_what_cannot_be_used_is_skipped_counted_and_listed(folder):
    put(folder / "rock" / "short.wav", noise(1))
    put(folder / "rock" / "silent.wav", np.zeros(audio.SR * 4, np.float32))
    (folder / "rock" / "text.mp3").write_text("I am no sound")
    soundfile.write(folder / "blues" / "nan.wav", np.full(audio.SR * 4, np.nan), audio.SR, subtype="FLOAT")
    (folder / "jazz").mkdir()
    (folder / "rock" / ".c.ogg").write_bytes(b"hidden")
    (folder / "rock" / "cover.jpg").write_bytes(b"no sound by its name")
    opened = open_corpus(folder)
    assert len(opened) == 4
    reasons = {os.path.basename(path): reason for path, reason in opened.skipped.itertuples(index=False)}
    assert reasons == {
        "jazz": "holds no clip",
        "mine": "1 other file (.jpg 1)",
        "nan.wav": "holds NaN or infinite samples",
        "short.wav": "1.0 s is shorter than 3 s",
        "silent.wav": "is silent throughout",
        "text.mp3": "cannot be read as audio (no known format)",
    }


def test_a_second_look_is_from_the_record_until_a_file_changes(folder, monkeypatch):
    open_corpus(folder)
    looked = []
    monkeypatch.setattr(checks, "_examine", lambda path: looked.append(path) or (4.0, None))
    open_corpus(folder)
    assert looked == []
    put(folder / "blues" / "a.wav", noise(5))
    open_corpus(folder)
    assert looked == [str(folder / "blues" / "a.wav")]


def test_a_look_that_is_stopped_keeps_what_it_has_learned(folder, monkeypatch):
    looked, examine = [], checks._examine

    def stopped(path):
        if path.endswith("d.au"):
            raise KeyboardInterrupt
        return examine(path)

    monkeypatch.setattr(checks, "Parallel", lambda **_: lambda jobs: (job(*given) for job, given, _ in jobs))
    monkeypatch.setattr(checks, "_examine", stopped)
    with pytest.raises(KeyboardInterrupt):
        open_corpus(folder)
    monkeypatch.setattr(checks, "_examine", lambda path: looked.append(path) or examine(path))
    assert len(open_corpus(folder)) == 4
    assert looked == [str(folder / "rock" / "d.au")]


def test_names_and_folders_that_are_not_there(data, tmp_path):
    with pytest.raises(
        ValueError, match=r"unknown corpus 'gtzan-mnii': give a folder, or one of builtin, gtzan-mini"
    ):
        open_corpus("gtzan-mnii")
    with pytest.raises(FileNotFoundError, match="nowhere: no such folder"):
        open_corpus(tmp_path / "nowhere")
    with pytest.raises(ValueError, match=r"unknown profile 'huge': choose one of tiny, quick, full"):
        open_corpus("builtin", profile="huge")


def test_one_genre_or_none_is_too_few(tmp_path, data):
    mine = tmp_path / "mine"
    mine.mkdir()
    with pytest.raises(ValueError, match=r"needs at least two genres.*found 0"):
        open_corpus(mine)
    put(mine / "blues" / "a.wav")
    (mine / "rock").mkdir()
    with pytest.raises(ValueError, match=r"found 1; 1 left out, as .*rock: holds no clip"):
        open_corpus(mine)


def test_the_command_line_says_it_in_one_line(folder, tmp_path):
    run = CliRunner().invoke(main, ["corpus", str(folder)])
    assert run.exit_code == 0 and "4 clips" in run.output and "split by clip" in run.output
    for arguments in (["corpus", "nix"], ["corpus", str(tmp_path / "no" / "x")], ["fetch", "nix"]):
        run = CliRunner().invoke(main, arguments)
        assert run.exit_code == 2
        assert run.stderr.startswith("genrelib: ") and run.stderr.count("\n") == 1
    run = CliRunner().invoke(main, ["datasets"])
    assert run.exit_code == 0 and "gtzan-mini" in run.output and "CC0-1.0" in run.output


def test_ctrl_c_says_how_to_go_on(monkeypatch):
    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(sources, "open_corpus", stopped)
    run = CliRunner().invoke(main, ["corpus"])
    assert run.exit_code == 130 and "run it again to resume" in run.stderr and "Traceback" not in run.stderr


def test_an_unwritable_data_folder_is_one_line(folder, tmp_path, monkeypatch):
    (tmp_path / "in-the-way").write_text("")
    monkeypatch.setenv("GENRELIB_DATA", str(tmp_path / "in-the-way"))
    for name in (str(folder), "builtin"):
        run = CliRunner().invoke(main, ["corpus", name])
        assert run.exit_code == 2 and "cannot write to" in run.stderr and run.stderr.count("\n") == 1


def test_the_free_music_archives_table_of_tracks(tmp_path, data):
    columns = pd.MultiIndex.from_tuples(
        [("artist", "id"), ("set", "split"), ("set", "subset"), ("track", "genre_top")]
    )
    rows = [
        [1, "training", "small", "Rock"],
        [2, "test", "small", "Folk"],
        [3, "training", "large", "Rock"],
        [4, "validation", "small", "Folk"],
    ]
    tracks = pd.DataFrame(rows, columns=columns, index=pd.Index([2, 5, 10, 141], name="track_id"))
    (tmp_path / "fma_metadata").mkdir()
    tracks.to_csv(tmp_path / "fma_metadata" / "tracks.csv")
    clips = catalogue._fma_clips(tmp_path, "small")
    assert list(clips.index) == ["000002", "000005", "000141"]
    assert clips["official"].tolist() == ["train", "test", "validation"]
    assert clips.loc["000141", "path"].endswith(os.path.join("fma_small", "000", "000141.mp3"))
    for path in clips["path"][:2]:
        put(path)
    opened = checks.gather("fma-small", clips, {"000141": "holds no audio"})
    assert opened.genres == ("Folk", "Rock") and opened.skipped["reason"].tolist() == ["holds no audio"]
    opened = replace(opened, splits=("official",))
    assert opened.split(by="official").to_dict() == {"000002": "train", "000005": "test"}
    twice = audit.leaks(
        opened, opened.split(by="official"), pd.DataFrame([("000002", "000005")], columns=["clip", "other"])
    )
    assert twice["what"].tolist() == ["recording"], "the artists are kept apart, a repetition is not"


def test_the_free_music_archive_is_split_as_its_publishers_have(tmp_path, data):
    columns = pd.MultiIndex.from_tuples(
        [("artist", "id"), ("set", "split"), ("set", "subset"), ("track", "genre_top")]
    )
    splits = ("training", "validation", "test")
    rows = [[n, splits[n % 3], "small", ("Rock", "Folk")[n // 3]] for n in range(6)]
    folder = data / "fma_small"
    (folder / "fma_metadata").mkdir(parents=True)
    tracks = pd.DataFrame(rows, columns=columns, index=pd.Index(range(1, 7), name="track_id"))
    tracks.to_csv(folder / "fma_metadata" / "tracks.csv")
    for n in range(1, 7):
        put(folder / "fma_small" / "000" / f"{n:06d}.mp3")
    opened = open_corpus("fma-small")
    assert opened.fairest == catalog.DATASETS["fma-small"].split == "official"
    assert opened.split(by="official").tolist() == 2 * ["train", "validation", "test"]


def test_gtzan_mini_is_found_beside_the_checkout(real, data):
    opened = open_corpus("gtzan-mini")
    assert len(opened) == 100 and len(opened.genres) == 10 and opened.skipped.empty
    assert opened.table["artist"].notna().sum() == 96
    assert opened.table.loc["reggae.00003", "artist"] == "Bob Marley"
    assert opened.fairest == "clip"


RENDER = "from genrelib.sources import builtin; print('ready', flush=True); print(builtin(1).checksum)"


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    """The data folder and the checksum of ten built-in clips, rendered without a break."""
    folder = tmp_path_factory.mktemp("rendered")
    run = subprocess.run(
        [sys.executable, "-c", RENDER],
        env=os.environ | {"GENRELIB_DATA": str(folder)},
        capture_output=True,
        check=True,
    )
    return folder, run.stdout.split()[-1].decode()


def test_the_built_in_corpus_is_rendered_once_and_is_what_synth_renders(rendered, monkeypatch):
    folder, checksum = rendered
    monkeypatch.setenv("GENRELIB_DATA", str(folder))
    monkeypatch.setattr("genrelib.sources.rendered._render_to", lambda *_: pytest.fail("rendered again"))
    opened = sources.builtin(1)
    assert opened.checksum == checksum and opened.genres == synth.GENRES
    assert {"artist", "tempo", "key", "swing", "instruments", "progression", "production"} < set(opened.table)
    clip = opened.table.loc["jazz.00000"]
    y = synth.render(synth.compose("jazz", 0))
    np.testing.assert_allclose(audio.read(clip["path"]), np.clip(y, -1, 1), atol=1e-4)
    assert audio.duration(clip["path"]) == pytest.approx(clip["seconds"], abs=0.01)


@pytest.mark.skipif(os.name != "posix", reason="kills a process group")
def test_killed_while_rendering_nothing_is_half_written_and_the_next_run_goes_on(rendered, tmp_path):
    environment = os.environ | {"GENRELIB_DATA": str(tmp_path)}
    whole = {path.name: path.read_bytes() for path in rendered[0].glob("corpora/*/*/[!.]*")}
    run = subprocess.Popen(
        [sys.executable, "-c", RENDER],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    run.stdout.readline()
    give_up = time.monotonic() + 60
    while len(list(tmp_path.glob("corpora/*/*/[!.]*"))) < 3 and time.monotonic() < give_up:
        time.sleep(0.02)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    done = list(tmp_path.glob("corpora/*/*/[!.]*"))
    assert 3 <= len(done) < 10
    assert all(path.read_bytes() == whole[path.name] for path in done)
    before = {path: path.stat().st_mtime_ns for path in done}
    again = subprocess.run([sys.executable, "-c", RENDER], env=environment, capture_output=True, check=True)
    assert again.stdout.split()[-1].decode() == rendered[1]
    assert all(path.stat().st_mtime_ns == time_ for path, time_ in before.items()), (
        "nothing is rendered twice"
    )


def test_remains_of_a_kill_are_swept(rendered, monkeypatch):
    monkeypatch.setenv("GENRELIB_DATA", str(rendered[0]))
    remains = next(rendered[0].glob("corpora/*/blues")) / ".blues.00000-x.flac"
    remains.write_bytes(b"half")
    os.utime(remains, (time.time() - 7200,) * 2)
    assert len(sources.builtin(1)) == 10
    assert not remains.exists()
    assert disk.data_dir() == rendered[0]
