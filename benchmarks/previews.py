"""How fast the Million Song road is: song files and labels read a second, previews a second by threads.

python benchmarks/previews.py LABELS.cls [previews to fetch]
"""

import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from genrelib.acquire import previews, shop
from genrelib.acquire.labels import read_labels
from genrelib.acquire.songs import read_songs

FILES, LATENCY = 1000, 0.1  # song files to read; seconds that a shop far away takes to answer


class Distant(shop.Counter):
    """A counter whose answers take their time on the way."""

    def answer(self, *arguments, **options):
        time.sleep(LATENCY)
        super().answer(*arguments, **options)


def write_road(folder, n):
    """Write n song files, and a label for each."""
    for number in range(1, n + 1):
        song = {"track_id": f"TRAAAAA{number:011}", "artist_id": f"ARAAAAA{number:011}", "duration": 240.0}
        song |= {"song_id": "SO", "artist_name": "somebody", "title": "a song", "track_7digitalid": number}
        shop.write_song(folder, song)
    labels = "".join(f"TRAAAAA{number:011}\tRap\n" for number in range(1, n + 1))
    (folder / "labels.cls").write_text(labels)


def seconds(work):
    """Return the seconds that `work()` takes by the clock and of the processor, and what it returns."""
    start, busy = time.perf_counter(), time.process_time()
    result = work()
    return time.perf_counter() - start, time.process_time() - busy, result


def time_reading(path):
    """Time labels, their join with a song each, and song files; prints a line each."""
    took, busy, labels = seconds(lambda: read_labels(path))
    print(f"{len(labels.table)} labels read in {took:.2f} s (processor {busy:.2f} s)")
    columns = {"track_7digitalid": np.arange(len(labels.table)) + 1, "artist_id": "AR", "path": ""}
    songs = pd.DataFrame(columns, index=labels.table.index)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        took, busy, table = seconds(lambda: previews.chosen(songs, labels.table, folder, set(), None))
        wanted = int((table["state"] == "asked").sum())
        print(f"joined with as many songs in {took:.2f} s (processor {busy:.2f} s): {wanted} have a genre")
        write_road(folder, FILES)
        took, busy, _ = seconds(lambda: read_songs(folder))
        print(f"{FILES} song files in {took:.2f} s (processor {busy:.2f} s): {FILES / took:.0f} a second")


def rate(sound, n, counter, jobs):
    """Return how many of n previews a second come through, song files and labels included."""
    with (
        tempfile.TemporaryDirectory() as name,
        shop.Shop(dict.fromkeys(range(1, n + 1), sound), counter) as server,
    ):
        folder = Path(name)
        write_road(folder, n)
        os.environ.update(server.credentials)
        options = {"server": server.url, "jobs": jobs, "out": folder / "out"}
        took, _, summary = seconds(lambda: previews.fetch_previews(folder, folder / "labels.cls", **options))
    return summary.count("downloaded") / took


def main(path, n):
    """Time the road's parts; prints a small table."""
    time_reading(path)
    noise = 0.3 * np.random.default_rng(0).standard_normal(30 * 22050).astype(np.float32)
    sound = shop.mp3(noise, 22050)
    print(f"{n} previews of 30 s, {len(sound) / 1000:.0f} kB each, from a shop in this process")
    for counter, where in ((shop.Counter, "next door"), (Distant, f"{1000 * LATENCY:.0f} ms away")):
        for jobs in (1, 4, 16):
            print(f"  {where:13} {jobs:2} at once: {rate(sound, n, counter, jobs):6.1f} a second")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 100)
