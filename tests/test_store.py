"""The store skips and lists what cannot be used, and loses nothing when it is killed or run twice at once."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest
import soundfile

from genrelib import audio, features, store
from genrelib.corpus import Corpus, from_folder
from genrelib.store import feature_store

SR = audio.SR
SMALL = {"n_fft": 1024, "hop_length": 1024, "n_mels": 40}


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
    monkeypatch.setattr(store, "fill", lambda path, *_: path.exists() or pytest.fail("computed again"))
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


def test_bad_clips_are_skipped_and_listed(folder):
    corpus = from_folder(folder)
    clip(folder / "jazz" / "jazz.0.wav", y=np.zeros(4 * SR))
    clip(folder / "jazz" / "jazz.1.wav", y=np.full(4 * SR, np.nan, np.float32), subtype="FLOAT")
    (folder / "rock" / "rock.2.wav").write_bytes(b"RIFF, not really")
    (folder / "rock" / "rock.3.wav").write_bytes((folder / "rock" / "rock.3.wav").read_bytes()[:90_000])
    clip(folder / "rock" / "rock.4.wav", sr=48000, y=np.random.default_rng(0).normal(0, 0.1, (4 * 48000, 2)))
    made = feature_store(corpus, **SMALL)
    reasons = made.corpus.skipped["reason"]
    assert len(made.corpus) == len(made.load()) == 8
    for name, why in {
        "jazz.0": "silent",
        "jazz.1": "NaN",
        "rock.2": "cannot be read",
        "rock.3": "shorter",
    }.items():
        assert (reasons.str.contains(name) & reasons.str.contains(why)).sum() == 1, (name, list(reasons))
        assert name not in made.corpus.table.index
    assert "rock.4" in made.corpus.table.index  # 48 kHz stereo is no fault
    y = audio.read(folder / "rock" / "rock.5.wav")
    assert np.allclose(made.load()[-1], features.log_mel(y, **SMALL)[: made.load().shape[1]], atol=0.1)
    assert list(feature_store(corpus, **SMALL).corpus.skipped["reason"]) == list(reasons)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"kind": "chroma"}, "unknown kind of feature 'chroma': choose one of mel, mfcc"),
        ({"hop_length": 0}, "a hop at least 1"),
        ({"n_fft": 256, "n_mels": 200}, "hold no bin"),
        ({"n_frames": 0}, "give no frame"),
        ({"n_fft": 10 * SR}, "give no frame"),
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
    with pytest.raises(ValueError, match=r"'clips' has no usable clip: .*silent"):
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

    store_writer, corpus = store.writer, from_folder(folder)
    monkeypatch.setattr(store, "writer", full)
    with pytest.raises(OSError, match="No space left"):
        feature_store(corpus, **SMALL)
    monkeypatch.setattr(store, "writer", store_writer)
    (part,) = (folder.parent / "data").rglob("*.part")
    assert (store.read_status(part)[0] == store.DONE).any()
    assert np.isfinite(feature_store(corpus, **SMALL).load()).all()


PROGRAM = """
import sys, time
from genrelib import store
from genrelib.corpus import from_folder
compute = store.row
def slowly(number, path, **settings):
    time.sleep(0.05)
    return compute(number, path, **settings)
store.row = slowly
print("begin", flush=True)
store.feature_store(from_folder(sys.argv[1]), n_fft=1024, hop_length=1024, n_mels=40)
"""


def start(folder):
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(folder)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    process.stdout.readline()
    return process


def test_killed_at_any_moment_it_goes_on(folder):
    done = set()
    for pause in (0.05, 0.12, 0.21):
        process = start(folder)
        time.sleep(pause)
        process.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
        process.wait()
        for part in (folder.parent / "data").rglob("*.part"):
            now = set(np.flatnonzero(store.read_status(part)[0] == store.DONE))
            assert now >= done, "a finished row was lost"
            done = now
            with h5py.File(part) as file:
                rows = {row: file["X"][row] for row in done}
    assert done, "no run lived long enough to finish a row"
    made = feature_store(from_folder(folder), **SMALL)
    x = made.load()
    for row, values in rows.items():
        assert np.array_equal(values, x[row])
    expected = np.stack([features.log_mel(audio.read(path), **SMALL) for path in made.corpus.table["path"]])
    assert np.allclose(x, expected[:, : x.shape[1]], atol=0.1)
    assert [path.suffix for path in made.path.parent.glob("[!.]*")] == [".h5"]


def test_two_at_once_make_one_store(folder):
    pair = [start(folder), start(folder)]
    assert [process.wait(60) for process in pair] == [0, 0]
    (path,) = (folder.parent / "data" / "features").iterdir()
    assert (store.read_status(path)[0] == store.DONE).all()
    made = feature_store(from_folder(folder), **SMALL)
    assert made.path == path and np.isfinite(made.load()).all()


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
