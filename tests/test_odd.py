"""The music that people really have: every odd file is a clip or listed, and nothing stops the rest."""

import fcntl
import io
import os
import re
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import odd
import pytest
import soundfile
from click.testing import CliRunner
from conftest import ROOT
from odd import ordinary, put, tone

from genrelib import audio, audit, disk
from genrelib.__main__ import main
from genrelib.audit import faults, fingerprint
from genrelib.sources import open_corpus
from genrelib.store import feature_store

sys.path.insert(0, str(ROOT / "book"))
import build

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes, links and names that are bytes")

NO_FILE = "is not a file, but a folder, pipe or device"
KINDS = {  # what is done to a folder of four clips -> how many more there are, and what is listed
    odd.flac_of_unknown_length: (1, {}),
    odd.wav_from_a_pipe: (2, {"jazz/zero.wav": "holds no samples"}),
    odd.high_resolution: (2, {}),
    odd.other_containers: (13, {}),
    odd.names_that_are_no_utf8: (4, {}),
    odd.files_of_other_kinds: (
        0,
        {
            "": r"5 other files \(.cue 1, .jpg 2, .m4a 1, no suffix 1\)",
            "loose.wav": "lies in no genre's folder",
            "empty": "holds no clip",
        },
    ),
    odd.hidden_and_system_folders: (0, {}),
    odd.linked_artist: (2, {}),
    odd.links_in_a_ring: (
        0,
        {
            "jazz/again": r"leads to .*/rock, which has been read",
            "jazz/up": r"leads to .*/music, which has been read",
            "jazz/gone.wav": "no such file",
            "jazz/self.wav": "no such file",
        },
    ),
    odd.no_files_at_all: (0, {f"jazz/{name}.wav": NO_FILE for name in ("pipe", "device", "socket")}),
    odd.folder_called_like_a_sound: (1, {}),
    odd.headers_that_cannot_be: (
        0,
        {
            "jazz/slow.wav": "has a sampling rate of 1 Hz: its header is damaged",
            "jazz/fast.wav": "has a sampling rate of 2000000000 Hz: its header is damaged",
            "jazz/wide.wav": "has 100 channels: its header is damaged",
            "jazz/text.wav": r"cannot be read as audio \(no known format\)",
            "jazz/empty.flac": r"cannot be read as audio \(no known format\)",
        },
    ),
    odd.too_little_to_hear: (
        0,
        {
            "jazz/jingle.wav": "1.5 s is shorter than 3 s",
            "jazz/mute.wav": "is silent throughout",
            "jazz/nan.wav": "holds NaN or infinite samples",
            "jazz/none.wav": "holds no samples",
        },
    ),
    odd.genre_that_begins_with_silence: (
        0,
        {
            "ambient/slow0.flac": "is silent for its first 30 s",
            "ambient/slow1.flac": "is silent for its first 30 s",
            "ambient": "holds no clip that can be used, of 2",
        },
    ),
    odd.mp3_headers: (3, {"jazz/less.mp3": "holds 10.* s, of which its header gives away .* s: mend it"}),
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_what_is_no_clip_is_listed_and_the_rest_opens(kind, tmp_path, data):
    folder = ordinary(tmp_path / "music")
    kind(folder)
    more, listed = KINDS[kind]
    opened = open_corpus(folder)
    assert len(opened) == 4 + more
    found = {}
    for path, reason in opened.skipped.itertuples(index=False):
        found["" if path == str(folder) else path.removeprefix(f"{folder}/")] = reason
    assert found.keys() == listed.keys()
    assert {name: reason for name, reason in found.items() if not re.match(listed[name], reason)} == {}
    texts = [*opened.table.index, *opened.genres, *found, *found.values()]
    assert [text for text in texts if text != disk.shown(text)] == []
    store = feature_store(opened, n_frames=20)
    assert store.corpus.genres == opened.genres and len(store.corpus) == len(opened)
    assert len(audit.look_at(opened)) == len(opened) and opened.checksum


def test_a_folder_that_may_not_be_read_is_listed(tmp_path, data, monkeypatch):
    folder = ordinary(tmp_path / "music")
    put(folder / "rock" / "ann" / "a.wav")
    listdir = os.listdir

    def refuse(path):
        if str(path).endswith("ann"):
            raise PermissionError(13, "Permission denied")
        return listdir(path)

    monkeypatch.setattr(os, "listdir", refuse)
    (path, reason), *more = open_corpus(folder).skipped.itertuples(index=False)
    assert (path, reason) == (str(folder / "rock" / "ann"), "cannot be opened (Permission denied)")
    assert more == []


def test_a_linked_folder_names_the_artist(tmp_path, data):
    odd.linked_artist(ordinary(tmp_path / "music"))
    assert open_corpus(tmp_path / "music").table["artist"].dropna().to_dict() == {"a": "ann"}


def test_names_that_are_no_utf8_go_through_lists_and_caches(tmp_path, data):
    odd.names_that_are_no_utf8(ordinary(tmp_path / "music", clips=6))
    opened = open_corpus(tmp_path / "music")
    assert {r"caf\xe9", r"two\nlines", r"\xff\xfe\x1b[31m"} < set(opened.table.index)
    assert opened.genres == ("jazz", r"m\xfasica", "rock")
    assert open_corpus(tmp_path / "music").table.equals(opened.table), "the second look is from the cache"
    listed = opened.take(opened.table["genre"] != r"m\xfasica")
    faults.plant(listed, tmp_path / "planted", each=len(listed), kinds=("clipping",))
    again = open_corpus(tmp_path / "planted" / "clips.csv")
    assert r"caf\xe9" in again.table.index
    said = CliRunner().invoke(main, ["corpus", str(tmp_path / "music")])
    assert said.exit_code == 0 and r"m\xfasica" in said.output


def test_planted_faults_are_found_where_files_share_names(tmp_path, data):
    for number, genre in enumerate(("jazz", "rock")):
        for clip in range(3):
            put(tmp_path / "music" / genre / f"{clip:02}.wav", 6, seed=10 * number + clip)
    opened = open_corpus(tmp_path / "music")
    assert opened.table.index[0] == "jazz/00.wav"
    kinds = ("silence", "not audio", "exact repetition")
    truth = faults.plant(opened, tmp_path / "planted", each=1, kinds=kinds)
    spoilt = open_corpus(tmp_path / "planted" / "clips.csv")
    named = {f"clip.{n:05}" for n in range(6)} | {"extra.00002"}
    assert set(spoilt.table.index) == named - {truth["clip"][1]}
    assert faults.found(truth, audit.audit(spoilt).findings)["found"].all()


def test_what_headers_promise(tmp_path, data):
    folder = ordinary(tmp_path / "music")
    for kind in (odd.flac_of_unknown_length, odd.wav_from_a_pipe, odd.mp3_headers):
        kind(folder)
    promised = {path.name: audio.promised(path) for path in folder.rglob("*.*")}
    assert promised["jazz0.wav"] == promised["rock1.wav"] == odd.SECONDS
    assert promised["more.mp3"] == pytest.approx(20, abs=0.2)
    nothing = {name for name, seconds in promised.items() if np.isnan(seconds)}
    assert nothing == {"piped.flac", "sox.wav", "ffmpeg.wav", "zero.wav", "plain.mp3"}
    assert audio.duration(folder / "jazz" / "piped.flac") == odd.SECONDS
    opened = open_corpus(folder)
    found = audit.files(opened, audit.look_at(opened))
    assert found.loc[found["fault"] == "incomplete", "clip"].tolist() == ["more"]


def test_an_mp3_comes_in_blocks_as_it_comes_whole(tmp_path, monkeypatch):
    path = put(tmp_path / "a.mp3", 20, sr=22050, bitrate_mode="CONSTANT", compression_level=0.5)
    whole = audio.read(path)
    monkeypatch.setattr(audio, "BLOCK", 1)
    np.testing.assert_array_equal(audio.read(path), whole)
    lower = np.concatenate(list(audio.resampled([whole], audio.SR, 11025)))
    np.testing.assert_array_equal(audio.read(path, sr=11025), lower)


def test_a_long_file_takes_no_more_memory_than_a_short_one(tmp_path, data, monkeypatch):
    folder, part = ordinary(tmp_path / "music"), tone(60)
    with soundfile.SoundFile(folder / "jazz" / "mix.wav", "w", odd.SR, 1) as file:
        for _ in range(6):
            file.write(part)
    monkeypatch.setattr(audio, "BLOCK", 1 << 16)
    monkeypatch.setattr(fingerprint, "AT_ONCE", 200)
    whole = 4 * 6 * 60 * odd.SR  # bytes, read at once
    for work in (
        lambda: open_corpus(folder),
        lambda: fingerprint.look(folder / "jazz" / "mix.wav"),
        lambda: feature_store(open_corpus(folder), n_frames=20),
        lambda: open_corpus(folder).checksum,
    ):
        tracemalloc.start()
        work()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < whole / 2


HEAD = "path,genre,artist\n"
GOOD = "".join(
    f"{genre}/{genre}{clip}.wav,{genre},{genre} {clip}\n" for genre in ("jazz", "rock") for clip in (0, 1)
)
ROWS = {  # the lines after four good ones -> the clips there are more, and what is listed
    "blank": (",,\n\n , ,\n", 0, []),
    "no genre": ("jazz/more.wav,,ann\n", 0, ["line 6 of clips.csv: names no genre"]),
    "blank genre": ("jazz/more.wav,  ,ann\n", 0, ["line 6 of clips.csv: names no genre"]),
    "no file": (",jazz,ann\n", 0, ["line 6 of clips.csv: names no file"]),
    "spelling": ("jazz/more.wav,NA,None\nrock/more.wav,nan,NULL\n", 2, []),
    "blanks around": ("jazz/more.wav, jazz , ann\n", 1, []),
    "twice": ("./jazz/jazz0.wav,rock,\n", 0, ["line 6 of clips.csv: names a clip for the second time"]),
    "few values": ("jazz/more.wav,jazz\n", 1, []),
    "many values": (
        "jazz/a, b.wav,jazz,ann\n",
        0,
        ["line 6 of clips.csv: 4 values in 3 columns: one with a"],
    ),
    "quotes": ('"jazz/a, b.wav",jazz,"ann ""x"" b"\n', 1, []),
    "no such file": ("jazz/gone.wav,jazz,ann\n", 0, ["no such file"]),
    "a folder": ("jazz,jazz,ann\n", 0, [NO_FILE]),
    "somebody's home": ("~nobody-here/x.wav,jazz,ann\n", 0, ["no such file"]),
}


@pytest.fixture
def listed(tmp_path, data):
    """A folder of sounds, and the place of a CSV file beside them."""
    folder = ordinary(tmp_path / "music")
    for seed, name in enumerate(("jazz/more.wav", "rock/more.wav", "jazz/a, b.wav"), 50):
        put(folder / name, seed=seed)
    return folder / "clips.csv"


@pytest.mark.parametrize("rows", ROWS)
def test_rows_of_a_csv_file_are_clips_or_listed(rows, listed):
    text, more, reasons = ROWS[rows]
    for form in (HEAD + GOOD + text, (HEAD + GOOD + text).replace("\n", "\r\n")):
        listed.write_bytes(b"\xef\xbb\xbf" + form.encode())
        opened = open_corpus(listed)
        assert len(opened) == 4 + more
        assert opened.table["genre"].notna().all() and "" not in opened.genres
        found = opened.skipped["reason"].tolist()
        assert len(found) == len(reasons) and all(map(str.startswith, found, reasons))
    if rows == "spelling":
        assert opened.genres == ("NA", "jazz", "nan", "rock")
        assert set(opened.table["artist"]) > {"None", "NULL"}


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ((HEAD + GOOD).encode("utf-16"), "clips.csv: is UTF-16; save the table as CSV in UTF-8"),
        ((HEAD + GOOD + "jazz/é.wav,jazz,\n").encode("latin-1"), "clips.csv, line 6: is not UTF-8;"),
        ((HEAD + GOOD + "jazz/more.wav,jazz,é\n").encode("latin-1"), "clips.csv, line 6: is not UTF-8;"),
        (
            (HEAD + GOOD).replace(",", ";").encode(),
            "clips.csv: is separated by semicolons; save the table with",
        ),
        ((HEAD + GOOD).replace(",", "\t").encode(), "clips.csv: is separated by tabs; save the table with"),
        ((HEAD + GOOD + '"jazz/more.wav,jazz,\n').encode(), "clips.csv, after line 5: is no CSV"),
        (
            (HEAD + GOOD).replace("genre", "style").encode(),
            "clips.csv: no column genre; needs path and genre",
        ),
        (b"", "clips.csv: no column path and no genre"),
        (HEAD.encode(), "clips.csv: needs at least two genres"),
    ],
)
def test_a_csv_file_that_cannot_be_read_is_named_with_the_way_out(body, says, listed):
    listed.write_bytes(body)
    run = CliRunner().invoke(main, ["corpus", str(listed)])
    assert run.exit_code == 2 and run.stderr.startswith("genrelib: ") and run.stderr.count("\n") == 1
    assert says in run.stderr


def test_a_csv_file_may_name_files_that_are_no_utf8(listed):
    put(listed.parent / "jazz" / os.fsdecode(b"caf\xe9.wav"))
    listed.write_bytes((HEAD + GOOD).encode() + b"jazz/caf\xe9.wav,jazz,ann\n")
    assert r"caf\xe9" in open_corpus(listed).table.index


def test_a_csv_file_may_name_its_clips(listed):
    rows = [f"{genre}/{genre}{n}.wav,{genre},{genre}-{n}\n" for genre in ("jazz", "rock") for n in (0, 1)]
    listed.write_text("path,genre,clip\n" + "".join(rows))
    assert list(open_corpus(listed).table.index) == ["jazz-0", "jazz-1", "rock-0", "rock-1"]
    listed.write_text("path,genre,clip\n" + "".join(rows).replace("jazz-1", "jazz-0"))
    assert list(open_corpus(listed).table.index) == ["jazz0", "jazz1", "rock0", "rock1"]


def test_a_folder_is_found_wherever_the_process_goes(tmp_path, data, monkeypatch):
    ordinary(tmp_path / "home" / "two")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    for name in ("~/two", "home/two", Path("home") / ".." / "home" / "two"):
        opened = open_corpus(name)
        assert opened.name == "two" and all(map(os.path.isabs, opened.table["path"]))
    monkeypatch.chdir(tmp_path / "home" / "two")
    assert open_corpus(Path(".")).name == "two"
    with pytest.raises(FileNotFoundError, match="~nobody-here/x: no such folder"):
        open_corpus("~nobody-here/x")


def test_the_folder_of_genres_is_named_when_the_one_above_is_given(tmp_path, data):
    ordinary(tmp_path / "Data" / "genres_original")
    (tmp_path / "Data" / "images_original" / "jazz").mkdir(parents=True)
    with pytest.raises(ValueError, match=r"Data: holds one folder of sounds.*give .*/genres_original$"):
        open_corpus(tmp_path / "Data")


def test_few_clips_are_told_at_opening(tmp_path, data):
    put(ordinary(tmp_path / "music", clips=3) / "folk" / "one.wav")
    said = CliRunner().invoke(main, ["corpus", str(tmp_path / "music")]).output
    assert re.findall(r"(\w+) +\d clips, no known artists: too few, a split needs 3", said) == ["folk"]


def test_any_terminal_shows_what_it_can(tmp_path, data, monkeypatch):
    put(ordinary(tmp_path / "音楽") / "café" / "ö.wav")
    (tmp_path / "音楽" / "jazz" / "broken-é-音.wav").write_text("no sound")
    run = CliRunner(charset="cp1252").invoke(main, ["corpus", str(tmp_path / "音楽")])
    assert run.exit_code == 0 and "??: 5 clips" in run.output and "broken-é-?.wav" in run.output
    for verb in main.commands:
        assert CliRunner(charset="cp1252").invoke(main, [verb, "--help"]).exit_code == 0
    screen = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
    monkeypatch.setattr(sys, "stderr", screen)
    assert build.main(["--known", "--corpus", "音楽"]) == 2
    screen.flush()
    assert b"unknown corpus '??'" in screen.buffer.getvalue()


def test_a_checkout_that_cannot_be_written_to_names_the_variable(tmp_path, data, monkeypatch, capsys):
    folder = ordinary(tmp_path / "music", clips=3)
    (tmp_path / "in-the-way").write_text("")
    monkeypatch.setenv("GENRELIB_BUILD", str(tmp_path / "in-the-way"))
    assert build.main(["--corpus", str(folder)]) == 1
    said = capsys.readouterr().err.strip()
    assert said.startswith("cannot write to ") and said.endswith("set GENRELIB_BUILD to a folder of your own")


def test_a_folder_whose_name_no_page_can_show_makes_no_book(tmp_path, capsys):
    folder = tmp_path / os.fsdecode(b"m\xfasica")
    folder.mkdir()
    assert build.main(["--known", "--corpus", str(folder)]) == 2
    assert r"m\xfasica: no page can show this name; rename it" in capsys.readouterr().err


def test_a_book_of_a_csv_file_is_made_anew_when_a_sound_changes(listed):
    listed.write_text(HEAD + GOOD)
    assert build.known(str(listed), "tiny") == str(listed)
    before = build.listing(listed)
    put(listed.parent / "rock" / "rock0.wav", seed=77)
    after = build.listing(listed)
    listed.write_text(HEAD)
    assert len({before, after, build.listing(listed), build.listing(listed.parent / "nowhere")}) == 4


def test_a_book_is_made_anew_when_a_linked_sound_changes(tmp_path):
    odd.linked_artist(ordinary(tmp_path / "music"))
    before = build.listing(tmp_path / "music")
    put(tmp_path / "disk" / "ann" / "a.wav", seed=77)
    assert build.listing(tmp_path / "music") != before


def test_a_store_needs_no_locks_and_says_what_ails_its_disk(tmp_path, data, monkeypatch):
    opened = open_corpus(ordinary(tmp_path / "music"))
    made = feature_store(opened, n_frames=20)
    with open(made.path, "rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert made.load().shape == feature_store(opened, n_frames=20).shape

    def broken(*_, **__):
        raise OSError(5, "Unable to synchronously open file")

    monkeypatch.setattr("h5py.File", broken)
    with pytest.raises(OSError, match=r"\.h5: cannot be read \(Input/output error\)"):
        feature_store(opened, n_frames=20)


def test_a_damaged_record_of_what_was_read_is_made_anew(tmp_path, data):
    opened = open_corpus(ordinary(tmp_path / "music"))
    (record,) = (data / "checks").iterdir()
    record.write_bytes(record.read_bytes()[:50])
    assert open_corpus(tmp_path / "music").table.equals(opened.table)


def test_every_suffix_is_read(tmp_path):
    odd.other_containers(tmp_path)
    written = {path.suffix.lower() for path in tmp_path.rglob("*.*")}
    assert written | {".mp3", ".flac", ".ogg"} == set(audio.EXTENSIONS)
