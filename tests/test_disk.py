"""Where data lies, and that a file appears whole or not at all."""

import os
import time

import pytest

from genrelib import disk


def test_data_dir_is_made_where_the_environment_says(data):
    assert disk.data_dir("features", "mel") == data / "features" / "mel"
    assert (data / "features" / "mel").is_dir()


def test_data_dir_is_the_checkouts_own_by_default(monkeypatch):
    monkeypatch.delenv("GENRELIB_DATA", raising=False)
    assert disk.data_dir() == disk.CHECKOUT / "data"


def test_an_empty_variable_names_no_data_folder(monkeypatch):
    monkeypatch.setenv("GENRELIB_DATA", "")
    assert disk.data_dir() == disk.CHECKOUT / "data"


def test_names_of_files_are_shown_in_one_line_of_text():
    assert disk.shown("Mum's 音楽　 ü.wav") == "Mum's 音楽　 ü.wav"
    assert (
        disk.shown(b"/rock/caf\xe9.wav")
        == disk.shown(os.fsdecode(b"/rock/caf\xe9.wav"))
        == r"/rock/caf\xe9.wav"
    )
    assert disk.shown("two\nlines\x1b[31m\u202e.wav") == r"two\nlines\x1b[31m\u202e.wav"


def test_digests_take_any_name_of_a_file():
    assert disk.digest("caf\udce9") == disk.digest(b"caf\xe9") != disk.digest("café")


def test_an_unwritable_data_folder_names_the_way_out(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("GENRELIB_DATA", str(tmp_path / "file"))
    with pytest.raises(OSError, match=r"cannot write to .*features \(.+\); set GENRELIB_DATA"):
        disk.data_dir("features")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_data_folder_names_the_way_out(data):
    data.mkdir()
    data.chmod(0o500)
    with pytest.raises(OSError, match="cannot write to"):
        disk.data_dir()


def test_whole_gives_the_file_its_name_only_at_the_end(tmp_path):
    path = tmp_path / "deep" / "a.txt"
    with disk.whole(path) as part:
        part.write_text("new")
        assert not path.exists()
        assert part.suffix == ".txt"
    assert path.read_text() == "new"
    assert os.listdir(path.parent) == ["a.txt"]


def test_whole_keeps_the_old_file_when_the_writing_fails(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(RuntimeError), disk.whole(path) as part:
        part.write_text("half")
        raise RuntimeError
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_sweep_takes_old_remains_and_nothing_else(tmp_path):
    for name in (".old-x.flac", ".new-x.flac", "clip.flac"):
        (tmp_path / name).write_text("")
    for name in (".old-x.flac", "clip.flac"):
        os.utime(tmp_path / name, (time.time() - 7200,) * 2)
    disk.sweep(tmp_path)
    assert sorted(os.listdir(tmp_path)) == [".new-x.flac", "clip.flac"]


def test_shared_copies_pass_over_an_empty_folder(data):
    (data / "some_set").mkdir(parents=True)
    assert disk.shared_copies("some-set") == []
    (data / "some_set" / "blues").mkdir()
    assert disk.shared_copies("some-set") == [data / "some_set"]


def test_digest_tells_texts_and_their_borders_apart():
    assert disk.digest("ab", "c") != disk.digest("a", "bc")
    assert disk.digest("1", b"2") == disk.digest(1, "2")
    assert len(disk.digest("x")) == 16


def test_the_modules_that_source_needs_are_those_that_it_imports_and_all_that_these_import():
    assert disk.imported_modules("import numpy\nfrom genrelib import disk") == {"genrelib.disk"}
    notebook = "if colab:\n    %pip install this\n!ls\ndef late():\n    from genrelib.audit import faults"
    needed = disk.imported_modules(notebook)
    assert {"genrelib.audit", "genrelib.audit.faults", "genrelib.audio", "genrelib.catalog"} <= needed
    assert not {"genrelib.training", "genrelib.synth", "genrelib"} & needed


def test_modules_that_are_imported_from_beside_a_module_count():
    needed = disk.imported_modules("from genrelib import synth")
    assert {"genrelib.synth.composer", "genrelib.synth.voices", "genrelib.synth.streams"} <= needed


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A package of two modules, of which one imports the other; returns a function that rewrites one."""
    monkeypatch.setattr(disk, "PACKAGE", tmp_path / "genrelib")

    def write(name, code):
        path = tmp_path / "genrelib" / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(code)
        return disk.code_digest("genrelib.above")

    (tmp_path / "genrelib").mkdir()
    (tmp_path / "genrelib" / "below.py").write_text("x = 1\n")
    (tmp_path / "genrelib" / "above.py").write_text("from genrelib import below\n")
    return write


def test_a_code_digest_follows_what_a_module_imports_but_neither_comments_nor_public_names(module):
    before = disk.code_digest("genrelib.above")
    assert module("below", '"""What it is for."""\n\nx  =  1  # a comment\n') == before
    assert module("below", '__all__ = ["x"]\nx = 1\n') == before
    assert module("beside", "y = 1\n") == before
    assert module("below", "x = 2\n") != before
