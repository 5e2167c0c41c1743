"""The store skips and lists what cannot be used, and loses nothing when it is killed or run twice at once."""

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest
import soundfile
from click.testing import CliRunner

from genrelib import audio, features, store
from genrelib.__main__ import main
from genrelib.corpus import Corpus
from genrelib.sources import from_folder
from genrelib.store import feature_store

SR = audio.SR
SMALL = {"n_fft": 1024, "hop_length": 1024, "n_mels": 40}
WINDOW, SAMPLES = ("--window-ms", "50", "--hop-ms", "50"), {"n_fft": 1102, "hop_length": 1102}


def clip(path, seconds=4.0, *, seed=0, y=None, sr=SR, subtype=None):
    path.parent.mkdir(parents=True, exist_ok=True)
    y = np.random.default_rng(seed).normal(0, 0.1, int(seconds * sr)) if y is None else y
    soundfile.write(path, y, sr, subtype=subtype)


@pytest.fixture
def folder(tmp_path, data):
    for number, genre in enumerate(("jazz", "rock")):
        for index in range(6):
            clip(tmp_path / "clips" / genre / f"{genre}.{index}.wav", seed=10 * number + index)
    return tmp_path / "clips"


def test_rows_are_the_clips_features(folder):
    corpus = from_folder(folder)
    for kind, bands in (("mel", 128), ("mfcc", 13)):
        made = feature_store(corpus, kind, n_frames=50)
        x = made.load()
        assert x.shape == (12, 50, bands) and x.dtype == np.float32
        y = audio.read(corpus.table["path"].iloc[7])[: 2205 + 49 * 882]
        assert np.allclose(x[7], features.KINDS[kind](y), atol=1e-3)


def test_found_again_and_keyed_by_parameters(folder, monkeypatch):
    corpus = from_folder(folder)
    first = feature_store(corpus, **SMALL)
    assert feature_store(corpus, "mfcc", **SMALL).path != first.path
    assert feature_store(corpus, **SMALL, n_frames=3).path != first.path
    assert feature_store(corpus, **SMALL | {"n_mels": 20}).path != first.path
    assert feature_store(corpus.take(corpus.table.index[:9]), **SMALL).path != first.path
    monkeypatch.setattr(store, "_fill", lambda path, *_: path.exists() or pytest.fail("computed again"))
    assert feature_store(from_folder(folder), **SMALL).path == first.path
    assert not list(first.path.parent.glob("*.part"))


def test_short_clips_are_used_whole(tmp_path, data):
    for genre in ("jazz", "rock"):
        for index in range(3):
            clip(tmp_path / "ten" / genre / f"{index}.wav", 10 + index / 10)
    made = feature_store(from_folder(tmp_path / "ten"))
    assert made.load().shape == (6, features.frame_count(10 * SR), 128)
    assert made.corpus.skipped.empty


def test_one_short_clip_does_not_cut_the_others(tmp_path, data):
    for index in range(20):
        clip(tmp_path / "most" / "jazz" / f"{index}.wav", 6, seed=index)
        clip(tmp_path / "most" / "rock" / f"{index}.wav", 3.5 if index == 4 else 5.9, seed=index)
    made = feature_store(from_folder(tmp_path / "most"))
    assert made.load().shape[:2] == (39, features.frame_count(5.9 * SR))
    assert "3.50 s are shorter than the 5.9" in made.corpus.skipped["reason"].item()


@pytest.mark.parametrize(
    ("seconds", "common"),
    [
        ({"jazz": [30] * 12 + [4, 4], "rock": [30] * 24}, 30),  # two jingles
        ({"jazz": [30, 29.9, 31], "rock": [29.5, 40, 300]}, 29.5),  # nobody is left out for half a second
        ({"jazz": [12, 30, 30, 40], "rock": [14, 26, 30, 35]}, 12),  # few clips, each worth more than length
        ({"jazz": [5, 6, 4], "rock": [30] * 30}, 5),  # all of a genre are short: half of them stay
    ],
)
def test_the_common_length_is_worth_most(seconds, common):
    rows = [(genre, float(one)) for genre, held in seconds.items() for one in held]
    assert store._common_length(pd.DataFrame(rows, columns=["genre", "seconds"]), 30.0) == common


def test_bad_clips_are_skipped_and_listed(folder):
    corpus = from_folder(folder)
    clip(folder / "jazz" / "jazz.0.wav", y=np.zeros(4 * SR))
    clip(folder / "jazz" / "jazz.1.wav", y=np.full(4 * SR, np.nan, np.float32), subtype="FLOAT")
    (folder / "rock" / "rock.2.wav").write_bytes(b"RIFF, not really")
    (folder / "rock" / "rock.3.wav").write_bytes((folder / "rock" / "rock.3.wav").read_bytes()[:90_000])
    clip(folder / "rock" / "rock.4.wav", sr=48000, y=np.random.default_rng(0).normal(0, 0.1, (4 * 48000, 2)))
    made = feature_store(corpus, **SMALL)
    reasons = made.corpus.skipped.set_index("path")["reason"].rename(lambda path: Path(path).stem)
    assert len(made.corpus) == len(made.load()) == 8 and len(reasons) == 4
    for name, why in {
        "jazz.0": "silent",
        "jazz.1": "NaN",
        "rock.2": "cannot be read",
        "rock.3": "shorter",
    }.items():
        assert why in reasons[name]
        assert name not in made.corpus.table.index
    assert "rock.4" in made.corpus.table.index  # 48 kHz stereo is no fault
    y = audio.read(folder / "rock" / "rock.5.wav")
    assert np.allclose(made.load()[-1], features.log_mel(y, **SMALL)[: made.load().shape[1]], atol=0.1)
    assert list(feature_store(corpus, **SMALL).corpus.skipped["reason"]) == list(reasons)


def noise(samples, channels=1):
    return np.random.default_rng(0).normal(0, 0.1, (samples, channels))


def flac(seconds):
    sound = io.BytesIO()
    soundfile.write(sound, noise(seconds * SR), SR, format="FLAC")
    return sound.getvalue()


BAD = {  # what is written into the file, and what is said about it
    "empty.wav": (b"", "cannot be read as audio"),
    "no samples.wav": ((noise(0), SR), "holds no samples"),
    "one sample.wav": ((noise(1), SR), "0.00 s are shorter than the 3.99 s"),
    "one sample at 8 kHz.wav": ((noise(1), 8000), "0.00 s are shorter than the 3.99 s"),
    "half a window.wav": ((noise(500), SR), "0.02 s are shorter than the 3.99 s"),
    "zeros.wav": ((np.zeros(4 * SR), SR), "is silent for its first 3.99 s"),
    "one NaN.wav": ((np.r_[noise(4 * SR - 1).ravel(), np.nan], SR), "NaN or infinite"),
    "one infinity.wav": ((np.r_[noise(4 * SR - 1).ravel(), np.inf], SR), "NaN or infinite"),
    "corrupt header.wav": (b"RIFF\xff\xff\xff\xffWAVEjunk" + bytes(9000), "cannot be read as audio"),
    "truncated.flac": (flac(4)[:60_000], "cannot be read as audio|shorter than the 3.99 s"),
    "no flac at all.flac": (bytes(9000), "cannot be read as audio"),
}
GOOD = {"8 kHz.wav": (noise(4 * 8000), 8000), "96 kHz stereo.wav": (noise(4 * 96000, 2), 96000)}


def test_every_kind_of_bad_file_is_named_and_the_rest_is_used(tmp_path, data):
    for name, what in ({name: what for name, (what, _) in BAD.items()} | GOOD).items():
        if isinstance(what, bytes):
            (tmp_path / name).write_bytes(what)
        else:
            soundfile.write(tmp_path / name, *what, subtype="FLOAT")
    names = [*BAD, *GOOD]
    table = pd.DataFrame({"path": [str(tmp_path / name) for name in names], "genre": "x", "artist": "x"})
    made = feature_store(Corpus("bad", table.assign(seconds=4.0).set_axis(names)), **SMALL)
    assert list(made.corpus.table.index) == list(GOOD)
    assert made.shape[1] == features.frame_count(4 * SR, n_fft=1024, hop_length=1024)
    assert np.isfinite(made.load()).all() and (made.load().std(axis=(1, 2)) > 1).all()
    reasons = made.corpus.skipped.set_index(made.corpus.skipped["path"].map(os.path.basename))["reason"]
    for name, (_, says) in BAD.items():
        assert re.search(says, reasons[name]) and "\n" not in reasons[name]


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"kind": "chroma"}, "unknown kind of feature 'chroma': choose one of mel, mfcc"),
        ({"hop_length": 0}, "a hop at least 1"),
        ({"hop_length": -40}, "a hop at least 1"),
        ({"n_fft": 256, "n_mels": 200}, "hold no bin"),
        ({"n_frames": 0}, "give no frame"),
        ({"n_fft": 5 * SR}, "give no frame"),
    ],
)
def test_impossible_parameters_are_refused_at_once(folder, settings, says):
    with pytest.raises(ValueError, match=says):
        feature_store(from_folder(folder), **settings)
    assert not list((folder.parent / "data").rglob("*.part"))


def test_no_usable_clip(folder):
    corpus = from_folder(folder)
    for path in corpus.table["path"]:
        clip(Path(path), y=np.zeros(4 * SR))
    with pytest.raises(ValueError, match=r"no clip of 'jazz' can be used \(.*jazz\.0\.wav: is silent"):
        feature_store(corpus, **SMALL)


def test_unwritable_data_folder(folder, tmp_path, monkeypatch):
    (tmp_path / "a file").write_text("")
    monkeypatch.setenv("GENRELIB_DATA", str(tmp_path / "a file"))
    with pytest.raises(OSError, match="set GENRELIB_DATA"):
        feature_store(from_folder(folder))


def test_damaged_store_is_named(folder):
    made = feature_store(from_folder(folder), **SMALL)
    made.path.write_bytes(made.path.read_bytes()[:5000])
    with pytest.raises(OSError, match=r"is damaged .* delete it"):
        feature_store(from_folder(folder), **SMALL)


def test_full_disk_is_named_and_nothing_is_lost(folder, monkeypatch):
    def full(path):
        put = store_writer(path)

        def until_full(number, x, reason):
            if number == 5:
                raise OSError(28, "No space left on device")
            put(number, x, reason)

        return until_full

    store_writer, corpus = store._writer, from_folder(folder)
    monkeypatch.setattr(store, "_writer", full)
    with pytest.raises(OSError, match="No space left"):
        feature_store(corpus, **SMALL)
    monkeypatch.setattr(store, "_writer", store_writer)
    (part,) = (folder.parent / "data").rglob("*.part")
    assert (store._read_status(part)[0] == store.DONE).any()
    assert np.isfinite(feature_store(corpus, **SMALL).load()).all()


@pytest.fixture
def small_disk(tmp_path):
    """A file system of one megabyte; skips the test where none can be mounted."""
    place = tmp_path / "disk"
    place.mkdir()
    try:
        mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place], capture_output=True)
    except FileNotFoundError:
        pytest.skip("no mount command")
    if mount.returncode:
        pytest.skip("a tmpfs cannot be mounted here")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


def test_a_store_that_does_not_fit_the_disk(folder, small_disk, monkeypatch):
    corpus = from_folder(folder)  # twelve clips, 0.17 MB of features each
    monkeypatch.setenv("GENRELIB_DATA", str(small_disk))
    with pytest.raises(OSError, match=r"No space left.*run again: it goes on") as caught:
        feature_store(corpus, hop_length=256)
    assert str(small_disk) in str(caught.value) and "\n" not in str(caught.value)
    assert not list(small_disk.rglob("*.h5"))
    subprocess.run(["mount", "-o", "remount,size=9m", small_disk], check=True)
    assert np.isfinite(feature_store(corpus, hop_length=256).load()).all(), "with more room it goes on"


SLOWLY = """
import time
from genrelib import store
compute = store._row
def slowly(number, path, **settings):
    time.sleep(0.05)
    return compute(number, path, **settings)
store._row = slowly
"""
BEGIN = """
from genrelib.__main__ import main
print("begin", flush=True)
main()
"""


def start(folder, *options):
    """Start `python -m genrelib features` on a folder, a little slowed down."""
    command = [sys.executable, "-c", SLOWLY + BEGIN, "features", str(folder), *WINDOW, *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    process.stdout.readline()
    return process


def stores(folder):
    """Return the store beside a folder, unfinished or finished, in a list that may be empty."""
    return [path for path in folder.parent.rglob("[!.]*") if path.suffix in (".part", ".h5")]


def rows_done(folder):
    """Return the numbers of the rows that the store beside a folder holds."""
    try:
        return {
            row
            for path in stores(folder)
            for row in np.flatnonzero(store._read_status(path)[0] == store.DONE).tolist()
        }
    except FileNotFoundError:  # it took its last name this moment
        return rows_done(folder)


def test_killed_at_any_moment_it_goes_on(folder):
    done = set()
    for pause in (0, 0.03, 0.06):  # after its first row, somewhere in the middle of another
        process = start(folder, "--jobs", "1")
        deadline = time.monotonic() + 60
        while len(rows_done(folder)) <= len(done) < 12:  # on a busy machine all may be done before the kill
            assert process.poll() is None and time.monotonic() < deadline, "no row was finished"
            time.sleep(0.005)
        time.sleep(pause)
        process.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
        process.communicate()
        now = rows_done(folder)
        assert now >= done, "a finished row was lost"
        done = now
        (path,) = stores(folder)
        with h5py.File(path) as file:
            rows = {row: file["X"][row] for row in done}
    made = feature_store(from_folder(folder), **SAMPLES)
    x = made.load()
    for row, values in rows.items():
        assert np.array_equal(values, x[row])
    expected = np.stack([features.log_mel(audio.read(path), **SAMPLES) for path in made.corpus.table["path"]])
    assert np.allclose(x, expected[:, : x.shape[1]], atol=0.1)
    assert [path.suffix for path in made.path.parent.glob("[!.]*")] == [".h5"]


def test_two_at_once_make_one_store(folder):
    pair = [start(folder), start(folder)]
    said = [process.communicate(timeout=60)[0] for process in pair]
    assert [process.returncode for process in pair] == [0, 0] and said[0] == said[1]
    (path,) = (folder.parent / "data" / "features").iterdir()
    assert (store._read_status(path)[0] == store.DONE).all()
    made = feature_store(from_folder(folder), **SAMPLES)
    assert made.path == path and np.isfinite(made.load()).all()


def test_the_command_names_the_file_and_lists_bad_clips(folder):
    clip(folder / "jazz" / "jazz.3.wav", y=np.zeros(4 * SR))
    run = CliRunner().invoke(main, ["features", str(folder), "--kind", "mfcc", "--jobs", "1", *WINDOW])
    made = feature_store(from_folder(folder), "mfcc", **SAMPLES)
    assert run.stdout.splitlines()[0] == f"{made.path}: 11 clips, 80 frames of 13 numbers"
    assert "skipped: 1" in run.stdout and "jazz.3.wav: is silent" in run.stdout
    assert "features: 100%" in run.stderr
    assert made.shape == made.load().shape == (11, 80, 13)


@pytest.fixture
def cluster(tmp_path):
    """A Dask scheduler on this machine and two workers, processes of their own: the address, the workers."""
    pytest.importorskip("distributed")
    (tmp_path / "slowly.py").write_text(SLOWLY)
    running = []

    def dask(what, *options):
        command = [sys.executable, "-m", "dask", what, *options, "--host", "127.0.0.1", "--no-dashboard"]
        running.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        return running[-1]

    contact = tmp_path / "scheduler.json"
    dask("scheduler", "--port", "0", "--scheduler-file", str(contact))
    alone = ("--scheduler-file", str(contact), "--nthreads", "1", "--no-nanny")
    workers = [dask("worker", *alone, "--preload", str(tmp_path / "slowly.py")) for _ in range(2)]
    try:
        wait_for(lambda: contact.exists() and contact.read_text())  # it is empty for a moment
        yield json.loads(contact.read_text())["address"], workers
    finally:
        for process in running:
            process.kill()
            process.wait()


def wait_for(come_true, seconds=60):
    """Wait until `come_true()`; fails when it does not."""
    late = time.monotonic() + seconds
    while not come_true():
        assert time.monotonic() < late, "waited in vain"
        time.sleep(0.02)


def test_a_cluster_makes_the_same_rows_when_a_worker_dies(folder, cluster):
    for number in range(6, 30):
        clip(folder / "jazz" / f"jazz.{number}.wav", seed=100 + number)
    (folder / "rock" / "rock.2.wav").write_bytes((folder / "rock" / "rock.2.wav").read_bytes()[:90_000])
    address, workers = cluster
    process = start(folder, "--dask", address)
    wait_for(lambda: len(rows_done(folder)) > 8 or process.poll() is not None)
    assert process.poll() is None, "the run ended before a worker could be killed"
    workers[0].kill()
    said, trouble = process.communicate(timeout=60)
    assert process.returncode == 0, trouble
    assert "35 clips" in said and "rock.2.wav" in said
    far = feature_store(from_folder(folder), **SAMPLES)
    together = far.load()
    far.path.unlink()
    near = feature_store(from_folder(folder), **SAMPLES)
    assert near.path == far.path and np.array_equal(near.load(), together)
    assert near.corpus.skipped.equals(far.corpus.skipped)


def test_memory_does_not_grow_with_the_number_of_clips(tmp_path, data, monkeypatch):
    monkeypatch.setattr(store, "BATCH", 4)
    for number in range(2):
        clip(tmp_path / "few" / "jazz" / f"{number}.wav", seed=number)
    paths = [tmp_path / "few" / "jazz" / f"{number}.wav" for number in range(2)]
    peaks = []
    for clips in (8, 40):
        table = pd.DataFrame(
            {"path": map(str, paths * (clips // 2)), "genre": "jazz", "artist": "x", "seconds": 4.0}
        )
        table.index = [f"jazz.{number}" for number in range(clips)]
        tracemalloc.start()
        feature_store(Corpus(f"of-{clips}", table), hop_length=64)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.3 * peaks[0]


def test_memory_does_not_grow_with_the_clip(tmp_path, data, monkeypatch):
    asked = []
    read = audio.read
    monkeypatch.setattr(audio, "read", lambda path, **how: asked.append(how["seconds"]) or read(path, **how))
    for genre in ("jazz", "rock"):
        clip(tmp_path / "long" / genre / "1.wav", 60)
    feature_store(from_folder(tmp_path / "long"))
    assert max(asked) < 31


def test_corpus_need_not_come_from_a_folder(folder):
    paths = sorted(map(str, folder.glob("*/*.wav")))
    table = pd.DataFrame({"path": paths, "genre": ["a"] * 6 + ["b"] * 6, "artist": "x", "seconds": 4.0})
    assert feature_store(Corpus("mine", table), **SMALL).path.name.startswith("mine-mel-")
