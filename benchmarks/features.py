"""How fast features are: decode a clip of 30 s and compute its log-mel spectrogram, ours and other ways.

python -m genrelib record features-speed

All ways take turns, clip by clip, so that a busy moment of the machine meets every one of them. librosa comes
with the book; audioFlux and torchaudio are measured where they are installed, and listed where they are not.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import h5py
import librosa
import numpy as np
import pandas as pd
import soundfile
from joblib import Parallel, delayed
from scipy.fft import rfft
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from genrelib import audio, disk, features, store
from genrelib.corpus import Corpus

SR, N_FFT, HOP, N_MELS = audio.SR, features.N_FFT, features.HOP, features.N_MELS
YEAR_2016 = "as in 2016, 599 calls"
PEERS = ("librosa", "audioflux", "torchaudio")
TIMES = 5  # that a round takes every clip: starting two threads should not count
FOLDERS = {100: 5, 1000: 1}  # clips of a folder, and how often the programs are started on it
LOOP = """
import sys
from pathlib import Path
import librosa

sizes = {"n_fft": 2205, "hop_length": 882, "n_mels": 128, "center": False}
for path in Path(sys.argv[1]).rglob("*.wav"):
    y, sr = librosa.load(path, sr=22050)
    librosa.power_to_db(librosa.feature.melspectrogram(y=y, sr=sr, **sizes))
"""
PROGRAMS = {"genrelib features": ("-m", "genrelib", "features"), "loop over librosa": ("-c", LOOP)}


def ours(path):
    return features.log_mel(audio.read(path))


def two_workers(paths):
    return Parallel(n_jobs=2, prefer="threads")(delayed(ours)(path) for path in paths)


def by_librosa(path):
    y, _ = librosa.load(path, sr=None)
    mel = librosa.feature.melspectrogram(y=y, sr=SR, n_fft=N_FFT, hop_length=HOP, n_mels=N_MELS, center=False)
    return librosa.power_to_db(mel)


def as_in_2016(path, windows=599):
    """Load each window from the file by itself, and call the library on it, with its own defaults."""
    spectra = []
    for window in range(windows):
        y, _ = librosa.load(path, sr=SR, offset=window * HOP / SR, duration=N_FFT / SR)
        mel = librosa.feature.melspectrogram(y=y, sr=SR, n_mels=N_MELS)
        spectra.append(librosa.power_to_db(mel, ref=np.max))
    return spectra


def by_audioflux(path):
    """Windows of 2048 samples: audioFlux transforms powers of two only, which are quicker than 2205."""
    import audioflux

    y, _ = soundfile.read(path, dtype="float32")
    mel, _ = audioflux.mel_spectrogram(y, num=N_MELS, radix2_exp=11, samplate=SR, slide_length=HOP)
    return audioflux.utils.power_to_db(mel)


def torchaudio_transform():
    """Return a function that does it with torchaudio; its tables are made once."""
    import torch
    from torchaudio import transforms

    torch.set_num_threads(1)
    sizes = {"n_fft": N_FFT, "hop_length": HOP, "n_mels": N_MELS, "norm": "slaney", "mel_scale": "slaney"}
    mel, db = transforms.MelSpectrogram(SR, center=False, **sizes), transforms.AmplitudeToDB(top_db=80)

    def transform(path):
        return db(mel(torch.from_numpy(soundfile.read(path, dtype="float32")[0])))

    return transform


def ways():
    """Return every way that can be measured here, (paths) -> anything, and the peers that are missing."""
    each = {"ours, 1 worker": ours, "librosa, a call a clip": by_librosa}
    missing = [name for name in PEERS if not find_spec(name)]
    if "audioflux" not in missing:
        each["audioFlux"] = by_audioflux
    if "torchaudio" not in missing:
        each["torchaudio"] = torchaudio_transform()
    every = {name: partial(map_all, way) for name, way in each.items()}
    return every | {"ours, 2 workers": two_workers}, missing


def map_all(way, paths):
    return [way(path) for path in paths]


def milliseconds(work):
    """Return what work takes: milliseconds by the clock on the wall, and of the processor."""
    begin, busy = time.perf_counter(), time.process_time()
    work()
    return 1000 * (time.perf_counter() - begin), 1000 * (time.process_time() - busy)


def spread(times):
    """Return the median and the quartiles of (milliseconds, of the processor), and how many there are."""
    wall, busy = np.transpose(times)
    low, median, high = np.quantile(wall, (0.25, 0.5, 0.75)).round(2)
    return {
        "ms": median,
        "low": low,
        "high": high,
        "processor": np.median(busy).round(2),
        "rounds": len(wall),
    }


def steps(path):
    """Return what each step of ours takes on a clip, by running ever more of them: name -> function."""
    y = audio.read(path)
    windows = features.frames(y)
    count = features.TOGETHER // N_FFT
    batches = [windows[n : n + count] for n in range(0, len(windows), count)]
    faded = [batch * features.hann(N_FFT) for batch in batches]
    powers = [features.fourier_power(batch) for batch in batches]
    mel = np.concatenate([features.mel_power(power) for power in powers])
    return {
        "decode WAV": lambda: audio.read(path),
        "decode FLAC": lambda: audio.read(path.with_suffix(".flac")),
        "windows and FFT": lambda: [features.fourier_power(batch) for batch in batches],
        "FFT alone (the floor)": lambda: [rfft(batch, axis=1) for batch in faded],
        "mel": lambda: [features.mel_power(power) for power in powers],
        "log": lambda: features.decibels(mel),
    }


STORED = {
    "plain": {},
    "shuffled, gzip 1": {"shuffle": True, "compression": "gzip", "compression_opts": 1},
    "shuffled, lzf": {"shuffle": True, "compression": "lzf"},
}


def compression(x, times=15):
    """Return what a clip's features weigh and take as chunks of a file, left alone and compressed."""
    rows = {}
    for name, how in STORED.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "x.h5"
            with h5py.File(path, "w") as file:
                file.create_dataset("X", (times, *x.shape), "f4", chunks=(1, *x.shape), **how)
            write = spread([milliseconds(partial(put, path, row, x)) for row in range(times)])["processor"]
            read = spread([milliseconds(partial(get, path, row)) for row in range(times)])["processor"]
            with h5py.File(path) as file:
                share = file["X"].id.get_storage_size() / x.nbytes / times
        rows[name] = {"share": round(share, 3), "write": write, "read": read}
    return rows


def put(path, row, x):
    with h5py.File(path, "r+") as file:
        file["X"][row] = x


def get(path, row):
    with h5py.File(path) as file:
        return file["X"][row]


def programs(paths, clips, rounds):
    """Return the seconds that the command, and a plain loop over librosa, take on a folder of so many clips.

    Each is a program of its own, started on an empty data folder, with as many threads as it takes.
    """
    seconds = {name: [] for name in PROGRAMS}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(clips):
            sound = Path(folder) / f"genre {number % len(paths)}" / f"{number:04}.wav"
            sound.parent.mkdir(exist_ok=True)
            shutil.copy(paths[number % len(paths)], sound)
        for name in list(PROGRAMS) * rounds:
            with tempfile.TemporaryDirectory() as data:
                environment = os.environ | {"GENRELIB_DATA": data, "PYTHONPATH": str(disk.CHECKOUT)}
                begin = time.perf_counter()
                command = [sys.executable, *PROGRAMS[name], folder]
                subprocess.run(command, env=environment, capture_output=True, check=True)
                seconds[name].append(round(time.perf_counter() - begin, 2))
    return seconds


def peak_memory(path, clips):
    """Return the largest memory, in MB, of a process that computes the features of so many clips."""
    program = f"import runpy; runpy.run_path({__file__!r})['fill_a_store']({str(path)!r}, {clips})"
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"GENRELIB_DATA": folder, "PYTHONPATH": str(disk.CHECKOUT)}
        run = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    return float(run.stdout.split()[-1])


def fill_a_store(path, clips):
    """Compute the features of a clip so many times over, and print the peak of the process's memory in MB."""
    table = pd.DataFrame({"path": [path] * clips, "genre": "x", "artist": "x", "seconds": 30.0})
    store.feature_store(Corpus("same", table))
    print(next(int(line.split()[1]) / 1024 for line in open("/proc/self/status") if line.startswith("VmHWM")))


def measure(corpus, *, profile, rounds=10, rounds_2016=3):
    """Measure everything on a clip of each genre, `rounds` times; the way of 2016, which is slow, less often.

    One thread per worker: ours gets its second by joblib.
    """
    with tempfile.TemporaryDirectory() as folder, threadpool_limits(1):
        paths = []
        for name, clip in corpus.table.groupby("genre").head(1).iterrows():
            paths.append(Path(folder) / f"{name}.wav")
            for path in (paths[-1], paths[-1].with_suffix(".flac")):
                audio.write(path, audio.read(clip["path"]))
        return time_all(paths, rounds, rounds_2016)


def time_all(paths, rounds, rounds_2016):
    """Time every way, every step, the store and the memory on these clips."""
    every, missing = ways()
    times, cost = {name: [] for name in every}, {name: [] for name in steps(paths[0])}
    clips = TIMES * paths
    for way in every.values():
        way(paths)  # tables are made, files are in memory
    for _ in tqdm(range(rounds), unit="round"):
        for name, way in every.items():
            times[name].append(np.divide(milliseconds(partial(way, clips)), len(clips)))
        for name, step in steps(paths[0]).items():
            cost[name].append(milliseconds(step))
    times[YEAR_2016] = [milliseconds(partial(as_in_2016, path)) for path in paths[:rounds_2016]]
    return {
        "ways": {name: spread(values) for name, values in times.items()},
        "steps": {name: spread(values) for name, values in cost.items()},
        "store": compression(ours(paths[0])),
        "programs, in seconds": {str(clips): programs(paths, clips, n) for clips, n in FOLDERS.items()},
        "peak memory in MB": {str(clips): round(peak_memory(paths[0], clips)) for clips in (20, 400)},
        "peers": {name: version(name) for name in PEERS if name not in missing},
        "missing": missing,
    }
