"""How fast a song is named, and what it takes of memory: ours, and librosa and Keras in a loop.

python -m genrelib record listening-speed

What is started as a program takes turns with its peer, so that a busy moment of the machine meets both. The
peer does what a script would that somebody writes in an evening: once a second it takes the last ten seconds,
asks librosa for their mel spectrogram, and asks Keras.
"""

import os
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import numpy as np
import soundfile
import soxr
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from genrelib import audio, disk, features, listening
from genrelib.listening import sound

MINUTES, HOURS = 10, 2
PEER = """
import sys
import keras, librosa
import numpy as np

model = keras.saving.load_model(sys.argv[1])
y, sr = librosa.load(sys.argv[2], sr=22050)
said = []
for second in range(1, len(y) // sr + 1):
    heard = y[max(0, second - 10) * sr : second * sr]
    mel = librosa.feature.melspectrogram(y=heard, sr=sr, n_fft=2205, hop_length=882, n_mels=128, center=False)
    said.append(model(librosa.power_to_db(mel).T[None], training=False))
print(np.mean(said[9:] or said[-1:], axis=0))
"""
STREAM = """
import os
os.environ["OPENBLAS_NUM_THREADS"] = "1"
from itertools import cycle, islice
from genrelib import audio, listening

y = audio.read({path!r})[: 30 * audio.SR]
pieces = cycle([y[first : first + 2205] for first in range(0, len(y), 2205)])
for number, _ in enumerate(listening.hear(listening.load(), islice(pieces, {hours} * 36000)), 1):
    if number in (60, {hours} * 3600):
        print(next(int(line.split()[1]) / 1024 for line in open("/proc/self/status") if "VmHWM" in line))
"""


def started(command):
    """Run a program, and return its seconds by the clock on the wall, and of the processor."""
    environment = os.environ | {"PYTHONPATH": str(disk.CHECKOUT), "TF_CPP_MIN_LOG_LEVEL": "3"}
    begin, before = time.perf_counter(), os.times()
    subprocess.run([sys.executable, *command], env=environment, capture_output=True, check=True)
    after = os.times()
    busy = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - begin, busy


def spread(times):
    """Return the median and the least of (seconds by the clock, of the processor), and how many there are."""
    wall, busy = np.transpose(times)
    return {
        "seconds": round(float(np.median(wall)), 3),
        "least": round(float(wall.min()), 3),
        "processor": round(float(np.median(busy)), 3),
        "rounds": len(wall),
    }


def took(work):
    """Return the seconds that work takes, by the clock and of the processor."""
    begin, busy = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - begin, time.process_time() - busy


def cold(clip, keras_file, rounds):
    """Start the command, and the peer, on a clip of 30 s."""
    programs = {
        "genrelib classify": ["-m", "genrelib", "classify", clip],
        "librosa and Keras": ["-c", PEER, keras_file, clip],
    }
    times = {name: [] for name in programs}
    for name in tqdm(list(programs) * rounds, unit="start"):
        times[name].append(started(programs[name]))
    return {name: spread(values) for name, values in times.items()}


def latency(model, y, rounds=300):
    """Time from the last sample of a second to the verdict on the ten that end there."""
    ears = listening.Ears(model)
    ears.hear(np.resize(y, 10 * audio.SR))
    second = np.resize(y, audio.SR)
    ears.hear(second[:-441])
    times = []
    for _ in range(rounds):
        times.append(took(lambda: ears.hear(second[-441:])))
        ears.hear(second[:-441])
    milliseconds = 1000 * np.array(times)
    return {
        "median in ms": round(float(np.median(milliseconds[:, 0])), 2),
        "95 % in ms": round(float(np.quantile(milliseconds[:, 0], 0.95)), 2),
        "processor, median in ms": round(float(np.median(milliseconds[:, 1])), 2),
    }


def long_files(model, y, folder, rounds):
    """Hear a long file with a verdict per second: how many seconds of sound in one of the processor."""
    long = np.resize(y, MINUTES * 60 * audio.SR)
    soundfile.write(folder / "long.wav", long, audio.SR)
    at_44 = soxr.resample(long, audio.SR, 44100)
    soundfile.write(folder / "long.flac", np.stack([at_44, 0.9 * at_44], axis=1), 44100)
    found = {}
    for name, file in (("WAV, 22 kHz mono", "long.wav"), ("FLAC, 44.1 kHz stereo", "long.flac")):
        times = [took(partial(_hear, model, folder / file)) for _ in range(rounds)]
        wall, busy = (MINUTES * 60 / np.median(values) for values in np.transpose(times))
        found[name] = {"times real time": round(wall), "per second of the processor": round(busy)}
    return found


def _hear(model, path):
    return list(listening.hear(model, sound.pieces(path)))


def per_second(model, keras_file, y, rounds=20):
    """Compare one second of listening, without start: ours and the peer's, in turns, on one thread each."""
    import keras
    import librosa

    network, ears, ten = keras.saving.load_model(keras_file), listening.Ears(model), y[: 10 * audio.SR]

    def peer():
        sizes = {"n_fft": features.N_FFT, "hop_length": features.HOP, "n_mels": features.N_MELS}
        mel = librosa.feature.melspectrogram(y=ten, sr=audio.SR, center=False, **sizes)
        network(librosa.power_to_db(mel).T[None], training=False)

    times = {"ours": [], "librosa and Keras": []}
    ears.hear(ten)
    peer()
    for _ in range(rounds):
        times["ours"].append(took(lambda: ears.hear(ten[: audio.SR])))
        times["librosa and Keras"].append(took(peer))
    return {name: round(float(1000 * np.median(np.array(values)[:, 1])), 2) for name, values in times.items()}


def memory(clip, keras_file):
    """Return the peak memory, in MB, of a process that hears two hours, and of the peer on 30 s."""
    environment = os.environ | {"PYTHONPATH": str(disk.CHECKOUT), "TF_CPP_MIN_LOG_LEVEL": "3"}
    how = {"env": environment, "capture_output": True, "text": True, "check": True}
    program = STREAM.format(path=str(clip), hours=HOURS)
    after = subprocess.run([sys.executable, "-c", program], **how).stdout.split()
    peak = (
        "\nprint(next(int(line.split()[1]) / 1024 for line in open('/proc/self/status') if 'VmHWM' in line))"
    )
    peer = subprocess.run([sys.executable, "-c", PEER + peak, keras_file, clip], **how).stdout.split()
    found = (*after, peer[-1])
    names = ("ours, after a minute", f"ours, after {HOURS} hours", "librosa and Keras, after 30 s")
    return {name: round(float(size)) for name, size in zip(names, found, strict=True)}


def measure(corpus, *, profile, rounds=3):
    """Measure everything on the first clip of the corpus, with the model that comes with the package."""
    from genrelib import networks

    model = listening.load()
    with tempfile.TemporaryDirectory() as name, threadpool_limits(1):
        folder = Path(name)
        y = np.resize(audio.read(corpus.table["path"].iloc[0]), 30 * audio.SR)
        clip, keras_file = folder / "clip.wav", folder / "model.keras"
        soundfile.write(clip, y, audio.SR)
        networks.ours(248, features.N_MELS, len(model.genres)).save(keras_file)
        started(["-m", "genrelib", "classify", clip])  # its files are in memory, and compiled
        return {
            "cold start on 30 s": cold(clip, keras_file, rounds),
            "latency of a verdict": latency(model, y),
            f"a file of {MINUTES} minutes": long_files(model, y, folder, rounds),
            "one second, processor in ms": per_second(model, keras_file, y),
            "peak memory in MB": memory(clip, keras_file),
        }
