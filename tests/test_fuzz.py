"""Damaged headers, strange names and torn tables, by the hundred: no traceback, no hang, and no clip is lost.

`make fuzz` tries many more seeds than the suite does.
"""

import csv
import io
import json
import os
import subprocess
import sys

import numpy as np
import odd
import pytest

from genrelib import disk
from genrelib.sources import open_corpus

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks Linux what a process took")

SEEDS = range(int(os.environ.get("FUZZ_SEEDS", "1")))
EACH = 40  # damaged files of each format, for a seed
FORMATS = {
    "wav": (".wav", {}),
    "rf64": (".wav", {"format": "RF64"}),
    "flac": (".flac", {}),
    "ogg": (".ogg", {}),
    "mp3": (".mp3", {"bitrate_mode": "VARIABLE"}),
    "au": (".au", {}),
    "aiff": (".aiff", {"subtype": "PCM_24"}),
}
SIGNS = [b",", b'"', b"\n", b"\r", b";", b"\0", b"\xe9", b"NA", b" ", b",,,", b"\t", b"~", b"/", b""]
MEMORY = 300  # MB
EXTREMES = [bytes(4), b"\xff" * 4, b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x80\0\0\0", b"\1\0\0\0"]
USE = """
import json, sys
from genrelib import audit, store
from genrelib.sources import open_corpus
opened = open_corpus(sys.argv[1])
features = store.feature_store(opened, n_frames=20, jobs=1)
audit.look_at(features.corpus)
paths = [*features.corpus.table["path"], *features.corpus.skipped["path"]]
with open("/proc/self/status") as status:
    peak = next(int(line.split()[1]) / 1000 for line in status if line.startswith("VmHWM"))
print(json.dumps([peak, paths, features.corpus.skipped["reason"].tolist()]))
"""


def damaged(body, rng):
    """Damage a file in one to three places, mostly in its header."""
    body = bytearray(body)
    for _ in range(rng.integers(1, 4)):
        at = int(rng.integers(min(len(body), 64 if rng.random() < 0.8 else len(body))))
        match rng.integers(6):
            case 0:
                body[at] = rng.integers(256)
            case 1:
                body[at : at + 4] = EXTREMES[rng.integers(len(EXTREMES))]
            case 2:
                body[at : at + 8] = rng.bytes(8)
            case 3:
                del body[at : at + int(rng.integers(1, 40))]
            case 4:
                body[at:at] = rng.bytes(int(rng.integers(1, 40)))
            case 5:
                del body[max(8, int(rng.integers(len(body)))) :]
        body = body or bytearray(b"\0")
    return bytes(body)


def used(folder, data):
    """Open a folder in a process of its own, with features and looks: its memory in MB, paths, reasons."""
    run = subprocess.run(
        [sys.executable, "-c", USE, folder],
        env=os.environ | {"GENRELIB_DATA": str(data)},
        capture_output=True,
        timeout=240,
    )
    assert run.returncode == 0, run.stderr[-3000:].decode(errors="replace")
    return json.loads(run.stdout.splitlines()[-1])


@pytest.mark.parametrize("seed", SEEDS)
def test_damaged_sounds_are_clips_or_listed(seed, tmp_path):
    rng, folder = np.random.default_rng(seed), odd.ordinary(tmp_path / "music")
    for name, (suffix, how) in FORMATS.items():
        body = odd.put(tmp_path / f"whole{suffix}", 3.5, seed=seed, **how).read_bytes()
        for number in range(EACH):
            genre = ("jazz", "rock")[number % 2]
            (folder / genre / f"{name} {number}{suffix}").write_bytes(damaged(body, rng))
    peak, paths, reasons = used(folder, tmp_path / "data")
    assert sorted(paths) == sorted(str(path) for path in folder.rglob("*.*"))
    assert all(reasons) and [reason for reason in reasons if reason != disk.shown(reason)] == []
    assert peak < MEMORY


def strange_name(rng):
    """Make a name of bytes: any but the two that no name may hold."""
    body = rng.bytes(int(rng.integers(1, 40))).replace(b"/", b"").replace(b"\0", b"")
    return os.fsdecode((b"a" if body[:1] in (b".", b"") else b"") + body)


@pytest.mark.parametrize("seed", SEEDS)
def test_strange_names_are_clips(seed, tmp_path):
    rng, folder = np.random.default_rng(seed), odd.ordinary(tmp_path / "music")
    body = (folder / "jazz" / "jazz0.wav").read_bytes()
    for _ in range(30):
        path = folder.joinpath(*(strange_name(rng) for _ in range(rng.integers(1, 3))), strange_name(rng))
        path = path.with_name(path.name + ".wav")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    _, paths, reasons = used(folder, tmp_path / "data")
    assert sorted(paths) == sorted(os.path.join(*step) for step in _files(folder)) and reasons == []


def _files(folder):
    return [(place, name) for place, _, names in os.walk(folder) for name in names]


def torn(table, rng):
    """Damage a CSV file in a few places."""
    table = bytearray(table)
    for _ in range(rng.integers(1, 6)):
        at = int(rng.integers(len(table)))
        table[at : at + int(rng.integers(3))] = SIGNS[rng.integers(len(SIGNS))]
    return bytes(table)


@pytest.mark.parametrize("seed", SEEDS)
def test_rows_of_torn_tables_are_clips_or_listed(seed, tmp_path, data):
    rng, folder = np.random.default_rng(seed), odd.ordinary(tmp_path / "music")
    lines = [f"{genre}/{genre}{clip}.wav,{genre},ann" for genre in ("jazz", "rock") for clip in (0, 1)]
    whole, opened = "\n".join(["path,genre,artist", *lines, ""]).encode(), 0
    for _ in range(150):
        (folder / "clips.csv").write_bytes(body := torn(whole, rng))
        try:
            corpus = open_corpus(folder / "clips.csv")
        except ValueError as error:
            assert str(error).startswith(f"{folder}/clips.csv") and "\n" not in str(error), body
            continue
        opened += 1
        rows = csv.reader(io.StringIO(body.decode("utf-8", "replace"), newline=""))
        held = sum(any(value.strip() for value in row) for row in rows) - 1
        told = corpus.skipped["reason"].str.startswith("holds no clip that can be used")
        assert len(corpus) + (~told).sum() == held, body
    assert opened > 30
