"""Downloads from a server that misbehaves, archives that mean harm, and what is left after a kill."""

import hashlib
import io
import os
import random
import tarfile
import threading
import time
import zipfile
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
import soundfile
from killing import workers

from genrelib import acquire, catalog
from genrelib.acquire import ArchiveError, DownloadError, download, extract
from genrelib.catalog import Contents, Dataset, Published, Remote
from genrelib.sources import open_corpus

BODY = np.random.default_rng(0).bytes(700_000)


def checksum(body, method="md5"):
    return f"{method}:{hashlib.new(method, body).hexdigest()}"


class Server(ThreadingHTTPServer):
    """Serves `files`; what stands before a file's name says how it misbehaves; `log` keeps (path, Range)."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.log = {}, []

    def handle_error(self, request, client_address):
        """A client that was killed is no error here."""

    def url(self, path):
        return f"http://127.0.0.1:{self.server_port}/{path}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        manner, _, name = self.path.strip("/").rpartition("/")
        self.server.log.append((self.path.strip("/"), self.headers.get("Range")))
        body = self.server.files.get(name)
        if manner == "error" or body is None:
            self.send_error(503 if manner == "error" else 404)
            return
        start = 0
        if (asked := self.headers.get("Range")) and manner != "no-ranges":
            start = int(asked.removeprefix("bytes=").rstrip("-"))
            if start >= len(body):
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(body)}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        rest = body[start:]
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        if manner == "cuts":  # breaks off after 300 kB, every time
            rest = rest[:300_000]
            self.close_connection = True
        if manner == "slow":
            for at in range(0, len(rest), 20_000):
                self.wfile.write(rest[at : at + 20_000])
                time.sleep(0.05)
        elif manner == "stuck":
            self.close_connection = True
        else:
            self.wfile.write(rest)


@pytest.fixture
def server():
    server = Server()
    server.files["a.bin"] = BODY
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def names(folder):
    return sorted(os.listdir(folder))


def asked_from(server):
    """The byte that each request to the server began with."""
    return [int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0 for _, asked in server.log]


def test_a_file_arrives_whole_and_once(server, tmp_path):
    remote = Remote((server.url("a.bin"),), checksum(BODY), len(BODY))
    assert download(remote, tmp_path / "a.bin").read_bytes() == BODY
    download(remote, tmp_path / "a.bin")
    assert len(server.log) == 1
    assert names(tmp_path) == ["a.bin"]


def test_a_broken_download_goes_on_where_it_broke(server, tmp_path):
    remote = Remote((server.url("cuts/a.bin"),), checksum(BODY, "sha256"))
    assert download(remote, tmp_path / "a.bin").read_bytes() == BODY
    assert len(server.log) == 3
    starts = asked_from(server)
    assert starts[0] == 0 and 250_000 < starts[1] <= 300_000 and 500_000 < starts[2] <= 600_000


def test_the_next_run_takes_up_the_part(server, tmp_path):
    (tmp_path / "a.bin.part").write_bytes(BODY[:500_000])
    download(Remote((server.url("a.bin"),), checksum(BODY)), tmp_path / "a.bin")
    assert (tmp_path / "a.bin").read_bytes() == BODY
    assert server.log == [("a.bin", "bytes=500000-")]
    assert names(tmp_path) == ["a.bin"]


def test_a_part_that_is_complete_is_not_fetched_again(server, tmp_path):
    (tmp_path / "a.bin.part").write_bytes(BODY)
    download(Remote((server.url("a.bin"),), checksum(BODY)), tmp_path / "a.bin")
    assert (tmp_path / "a.bin").read_bytes() == BODY


@pytest.mark.parametrize("part", [BODY[:1000], BODY + b"too much"])
def test_a_server_without_ranges_and_a_part_too_long_begin_again(server, tmp_path, part):
    (tmp_path / "a.bin.part").write_bytes(part)
    download(Remote((server.url("no-ranges/a.bin"),), checksum(BODY)), tmp_path / "a.bin")
    (tmp_path / "b.bin.part").write_bytes(BODY + b"too much")
    download(Remote((server.url("a.bin"),), checksum(BODY)), tmp_path / "b.bin")
    assert (tmp_path / "a.bin").read_bytes() == (tmp_path / "b.bin").read_bytes() == BODY


@pytest.mark.parametrize("bad", ["gone.bin", "error/a.bin", "stuck/a.bin"])
def test_the_next_mirror_helps(server, tmp_path, bad):
    remote = Remote((server.url(bad), "http://127.0.0.1:1/a.bin", server.url("a.bin")), checksum(BODY))
    assert download(remote, tmp_path / "a.bin").read_bytes() == BODY


def test_a_failing_mirror_does_not_cost_the_part(server, tmp_path):
    (tmp_path / "a.bin.part").write_bytes(BODY[:500_000])
    download(Remote((server.url("error/a.bin"), server.url("a.bin")), checksum(BODY)), tmp_path / "a.bin")
    assert server.log[-1] == ("a.bin", "bytes=500000-")


def test_a_wrong_checksum_is_refused_and_the_old_file_kept(server, tmp_path):
    (tmp_path / "a.bin").write_bytes(b"old")
    wrong = checksum(b"something else")
    with pytest.raises(DownloadError) as caught:
        download(Remote((server.url("a.bin"),), wrong), tmp_path / "a.bin")
    text = str(caught.value)
    assert (
        "a.bin" in text
        and f"expected {wrong}" in text
        and f"got {checksum(BODY)}" in text
        and "\n" not in text
    )
    assert (tmp_path / "a.bin").read_bytes() == b"old"
    assert names(tmp_path) == ["a.bin"]


def test_every_mirror_is_named_when_all_fail(server, tmp_path):
    remote = Remote((server.url("gone.bin"), "http://127.0.0.1:1/a.bin"), checksum(BODY))
    with pytest.raises(
        DownloadError, match=r"gone\.bin: the server says 404 .*; http://127\.0\.0\.1:1/a\.bin: no connec"
    ):
        download(remote, tmp_path / "a.bin")
    assert names(tmp_path) == []


def test_a_full_disk_is_told_before_a_byte_is_fetched(server, tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 1000}))
    with pytest.raises(OSError, match=r"needs 0\.0 GB, 0\.0 GB are free; set GENRELIB_DATA"):
        download(Remote((server.url("a.bin"),), checksum(BODY)), tmp_path / "a.bin")
    assert names(tmp_path) == []


def tone(seed):
    sound = io.BytesIO()
    y = 0.3 * np.random.default_rng(seed).standard_normal(22050 * 4).astype(np.float32)
    soundfile.write(sound, y, 22050, format="WAV")
    return sound.getvalue()


CLIPS = {
    f"set-main/genres/{genre}/{genre}.0000{n}.wav": tone(n) for genre in ("blues", "rock") for n in range(2)
}


def zipped(members, *, comment=b""):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.comment = comment
        for name, body in members.items():
            file.writestr(name, body)
    return packed.getvalue()


@pytest.fixture
def dataset(server, data, monkeypatch, tmp_path):
    """A data set `a-set` of four clips in an archive of a branch, served by `server`."""
    extract_to = tmp_path / "reference"
    (tmp_path / "a.zip").write_bytes(zipped(CLIPS))
    extract(tmp_path / "a.zip", extract_to)
    _, digest = acquire.contents(extract_to / "set-main" / "genres")
    server.files["a.zip"] = zipped(CLIPS)
    dataset = Dataset(
        "a-set",
        "A set",
        ("blues", "rock"),
        clips=4,
        how_to_get="one archive",
        remotes=(Remote((server.url("a.zip"),), checksum(server.files["a.zip"]), checksum_stable=False),),
        inside="set-main/genres",
        contents=Contents(2, digest),
        artists={"blues.00000": "A", "rock.00001": "B"},
        excluded={"rock.00000": "repeats blues.00000 exactly"},
    )
    monkeypatch.setitem(catalog.DATASETS, "a-set", dataset)
    return dataset


def test_a_data_set_is_fetched_once_unpacked_once_and_opened(server, dataset, data):
    corpus = open_corpus("a-set")
    assert list(corpus.table.index) == ["blues.00000", "blues.00001", "rock.00001"]
    assert corpus.table["artist"].dropna().to_dict() == {"blues.00000": "A", "rock.00001": "B"}
    assert corpus.skipped["reason"].tolist() == ["repeats blues.00000 exactly"]
    open_corpus("a-set")
    assert acquire.fetch("a-set") == data / "a_set"
    assert len(server.log) == 1
    assert sorted(path.name for path in data.iterdir()) == ["a_set", "checks", "downloads"]
    assert names(data / "downloads") == []


def test_a_repacked_archive_with_the_right_clips_is_taken_with_a_note(server, dataset):
    server.files["a.zip"] = zipped(CLIPS, comment=b"packed anew")
    with pytest.warns(UserWarning, match=r"a\.zip: its checksum has changed"):
        assert len(open_corpus("a-set")) == 3


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ({**CLIPS, "set-main/genres/rock/rock.00001.wav": tone(9)}, "not the clips declared"),
        (dict(list(CLIPS.items())[:3]), "not 2 in each of 2 genres"),
        ({"other/file.txt": b"x"}, "holds no clips"),
    ],
)
def test_a_repacked_archive_with_other_clips_is_refused(server, dataset, data, members, says):
    server.files["a.zip"] = zipped(members)
    with pytest.warns(UserWarning), pytest.raises(ArchiveError, match=says):
        acquire.fetch("a-set")
    assert names(data) == ["downloads"] and names(data / "downloads") == []


def test_without_a_network_the_error_names_the_address_and_the_way_out(dataset, data, monkeypatch):
    url = "http://127.0.0.1:1/a.zip"
    monkeypatch.setitem(catalog.DATASETS, "a-set", replace(dataset, remotes=(Remote((url,)),)))
    with pytest.raises(DownloadError) as caught:
        open_corpus("a-set")
    text = str(caught.value)
    assert (
        f"{url}: no connection" in text
        and f"put it into {data / 'a_set'} by hand" in text
        and "GENRELIB_DATA" in text
    )
    assert "\n" not in text


def test_a_copy_on_disk_is_used_without_asking_the_network(server, dataset, data, tmp_path):
    (tmp_path / "reference" / "set-main" / "genres").rename(tmp_path / "mine")
    data.mkdir()
    (tmp_path / "mine").rename(data / "a_set")
    assert len(open_corpus("a-set")) == 3
    assert server.log == []


def test_a_copy_as_kaggle_wraps_it_is_recognised(server, dataset, data, tmp_path):
    for genre in ("blues", "rock"):
        (data / "a_set" / "Data" / "images_original" / genre).mkdir(parents=True)
        (data / "a_set" / "Data" / "images_original" / genre / f"{genre}00000.png").write_bytes(b"picture")
    (tmp_path / "reference" / "set-main" / "genres").rename(data / "a_set" / "Data" / "originals")
    assert len(open_corpus("a-set")) == 3
    assert acquire.folder("a-set") == data / "a_set" / "Data" / "originals"
    assert server.log == []


def test_the_published_split_comes_from_its_lists(server, dataset, monkeypatch):
    server.files |= {
        "train.txt": b"blues/blues.00000.wav\nblues/blues.00001.wav\n",
        "test.txt": b"rock/rock.00001.wav\n",
    }
    published = declared(server, {"train": "train.txt", "test": "test.txt"})
    monkeypatch.setitem(catalog.DATASETS, "a-set", replace(dataset, splits={"filtered": published}))
    split = open_corpus("a-set").split(by="filtered")
    assert split.to_dict() == {"blues.00000": "train", "blues.00001": "train", "rock.00001": "test"}


def declared(server, lists):
    """Declare a split by the lists that the server holds."""
    remotes = {
        part: Remote((server.url(file),), checksum(server.files[file])) for part, file in lists.items()
    }
    return Published(remotes, "a_set_splits")


def test_published_folds_number_the_artists_and_what_is_not_there_is_listed(server, dataset, monkeypatch):
    server.files |= {
        "f1.txt": b"./blues_00000.wav\t7\n./rock_00000.wav\t9\n",
        "f2.txt": b"./blues_00001.wav\t7\n./rock_00009.wav\t9\n./blues_00008.wav\t0\n",
    }
    folds = declared(server, {"fold 1": "f1.txt", "fold 2": "f2.txt"})
    repeated = {"rock.00000": "blues.00000"}
    changed = replace(dataset, splits={"folds": folds}, repeated=repeated)
    monkeypatch.setitem(catalog.DATASETS, "a-set", changed)
    opened = open_corpus("a-set")
    # rock.00000 is excluded, but not from the folds that use it
    assert opened.table["folds"].dropna().to_dict() == {
        "blues.00000": "fold 1",
        "blues.00001": "fold 2",
        "rock.00000": "fold 1",
    }
    # artist 7 is called A, as one of his clips is; artist 9 has no name
    artists = {"blues.00000": "A", "blues.00001": "A", "rock.00000": "artist 9", "rock.00001": "B"}
    assert opened.table["artist"].to_dict() == artists
    # nothing that is dealt tears it from the clip that it repeats
    groups = dict(zip(opened.table.index, opened.groups("clip"), strict=True))
    assert groups["rock.00000"] == groups["blues.00000"] != groups["blues.00001"]
    assert opened.skipped.to_dict("records") == [
        {"path": clip, "reason": "is not there, though in the folds split"}
        for clip in ("blues.00008", "rock.00009")
    ]


def test_a_list_with_another_checksum_or_none_leaves_the_corpus_without_that_split(
    server, dataset, data, monkeypatch
):
    server.files |= {"f1.txt": b"./blues_00000.wav\t7\n", "f2.txt": b"./rock_00001.wav\t9\n"}
    folds = declared(server, {"fold 1": "f1.txt", "fold 2": "f2.txt"})
    gone = Published({"test": Remote(("http://127.0.0.1:1/gone.txt",))}, "a_set_splits")
    splits = {"gone": gone, "folds": folds}
    monkeypatch.setitem(catalog.DATASETS, "a-set", replace(dataset, splits=splits))
    server.files["f2.txt"] = b"another text"
    with pytest.warns(UserWarning) as caught:
        opened = open_corpus("a-set")
    said = [str(one.message) for one in caught if "without its" in str(one.message)]
    assert opened.splits == () and opened.fairest == "clip"
    assert [text.split(":")[0] for text in said] == [
        "a-set is opened without its gone split",
        "a-set is opened without its folds split",
    ]
    assert "gone.txt: no connection" in said[0] and said[0].endswith(f"into {data / 'a_set_splits'}")
    (data / "a_set_splits").mkdir()
    (data / "a_set_splits" / "f2.txt").write_bytes(b"./rock_00001.wav\t9\n")
    with pytest.warns(UserWarning, match="gone"):
        assert open_corpus("a-set").splits == ("folds",)


def test_unknown_names_and_sets_that_are_not_for_downloading(data):
    with pytest.raises(ValueError, match=r"unknown data set 'gztan': choose one of builtin, gtzan-mini"):
        acquire.fetch("gztan")
    with pytest.raises(
        ValueError, match=r"homburg is not for downloading: .*a copy of yours belongs in .*homburg"
    ):
        acquire.fetch("homburg")
    with pytest.raises(ValueError, match="msd holds no sound to open as a corpus"):
        open_corpus("msd")


@pytest.mark.parametrize(
    "name", ["../evil.txt", "/evil.txt", "ok/../../evil.txt", "..\\evil.txt", "C:\\evil.txt"]
)
def test_a_zip_member_that_leaves_the_folder_is_refused(tmp_path, name):
    (tmp_path / "a.zip").write_bytes(zipped({"fine.txt": b"x", name: b"x"}))
    with pytest.raises(ArchiveError, match=r"refused, .*would leave the folder"):
        extract(tmp_path / "a.zip", tmp_path / "out")
    assert names(tmp_path / "out") == [] and names(tmp_path) == ["a.zip", "out"]


def tarred(*members):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as file:
        for name, kind, link in members:
            info = tarfile.TarInfo(name)
            info.type, info.linkname, info.size = kind, link, 4 if kind == tarfile.REGTYPE else 0
            file.addfile(info, io.BytesIO(b"text") if info.size else None)
    return packed.getvalue()


@pytest.mark.parametrize(
    "member",
    [
        ("../evil.txt", tarfile.REGTYPE, ""),
        ("link", tarfile.SYMTYPE, "/etc/passwd"),
        ("link", tarfile.SYMTYPE, "../../secret"),
        ("device", tarfile.CHRTYPE, ""),
    ],
)
def test_a_tar_member_that_leaves_the_folder_is_refused(tmp_path, member):
    (tmp_path / "a.tar.gz").write_bytes(tarred(("fine.txt", tarfile.REGTYPE, ""), member))
    with pytest.raises(ArchiveError, match="refused"):
        extract(tmp_path / "a.tar.gz", tmp_path / "out")
    assert names(tmp_path / "out") == [] and names(tmp_path) == ["a.tar.gz", "out"]


def test_a_zip_with_a_link_is_refused(tmp_path):
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr(link, "/etc")
    with pytest.raises(ArchiveError, match="refused"):
        extract(tmp_path / "a.zip", tmp_path / "out")


@pytest.mark.parametrize(
    "body",
    [b"<html>sorry</html>", zipped(CLIPS)[:-30], tarred(("a", tarfile.REGTYPE, ""))[:60]],
    ids=["page", "zip", "tar"],
)
def test_a_damaged_archive_is_named(tmp_path, body):
    (tmp_path / "a.zip").write_bytes(body)
    with pytest.raises(ArchiveError, match=r"a\.zip: is damaged or no archive"):
        extract(tmp_path / "a.zip", tmp_path / "out")


def test_a_good_tar_is_unpacked(tmp_path):
    (tmp_path / "a.tar.gz").write_bytes(tarred(("genres/blues/a.txt", tarfile.REGTYPE, "")))
    extract(tmp_path / "a.tar.gz", tmp_path / "out")
    assert (tmp_path / "out" / "genres" / "blues" / "a.txt").read_text() == "text"


def test_killed_at_any_moment_a_download_goes_on(server, tmp_path):
    """SIGKILL at 20 moments of slow downloads: each run takes up what has arrived; no byte comes twice."""
    moments, target, kills = random.Random(0), tmp_path / "a.bin", 0
    part = target.with_name("a.bin.part")
    prepare = f"""
from pathlib import Path
from genrelib.acquire import download
from genrelib.catalog import Remote
remote, target = Remote(({server.url("slow/a.bin")!r},), {checksum(BODY)!r}), Path({str(target)!r})
"""
    with workers(prepare, "download(remote, target)") as let_work:
        while kills < 20:
            arrived = part.stat().st_size if part.exists() else 0
            server.log.clear()
            kills += not let_work(moments.uniform(0.02, 0.15))
            assert set(asked_from(server)) <= {arrived}
            if target.exists():
                assert target.read_bytes() == BODY and names(tmp_path) == ["a.bin"]
                target.unlink()
            assert names(tmp_path) in ([], ["a.bin.part"])
            assert BODY.startswith(part.read_bytes() if part.exists() else b"")
        assert let_work()
    assert target.read_bytes() == BODY and names(tmp_path) == ["a.bin"]


def test_killed_while_unpacking_the_next_run_is_whole(server, dataset, data):
    remains = data / ".a_set.unpacking" / "set-main" / "genres" / "blues"
    remains.mkdir(parents=True)
    (remains / "blues.00009.wav").write_bytes(b"half")
    assert len(open_corpus("a-set")) == 3
    assert not remains.exists()
