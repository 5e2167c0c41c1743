"""How fast the built-in corpus is made: clips a second and times real time in one process, split by stage.

python benchmarks/corpus.py [clips a genre]
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time

import soundfile

from genrelib import synth
from genrelib.synth.rendering import finish, mix, perform
from genrelib.synth.voices import SR

STAGES = ("compose", "render", "master", "write")


def main(n):
    """Time n clips a genre; prints a table of the stages and the totals, in wall and in processor time."""
    spent, seconds = dict.fromkeys(STAGES, 0.0), 0.0
    synth.render(synth.compose("rock", 0, seconds=2))
    begin, busy = perf_counter(), process_time()
    with tempfile.TemporaryDirectory() as folder:
        for genre in synth.GENRES:
            for index in range(n):
                marks = [process_time()]
                clip = synth.compose(genre, index)
                marks.append(process_time())
                tracks = perform(clip)
                marks.append(process_time())
                y = finish(clip, *mix(clip, tracks))
                marks.append(process_time())
                soundfile.write(Path(folder) / f"{genre}{index}.flac", y, SR)
                marks.append(process_time())
                seconds += clip.seconds
                for stage, a, b in zip(STAGES, marks, marks[1:], strict=False):
                    spent[stage] += b - a
    wall, busy, clips = perf_counter() - begin, process_time() - busy, n * len(synth.GENRES)
    print(f"{clips} clips of {seconds / clips:.0f} s, one process")
    for stage in STAGES:
        print(f"  {stage:8s} {1000 * spent[stage] / clips:7.1f} ms a clip")
    print(f"  processor {clips / busy:5.2f} clips/s, {seconds / busy:5.0f} times real time")
    print(f"  wall      {clips / wall:5.2f} clips/s, {seconds / wall:5.0f} times real time")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 4)
