"""The feature store: one HDF5 file a corpus and a kind of feature, computed once and kept (chapter 5).

The file is named after a digest of the corpus, the parameters and the code, so that a store made otherwise is
never mistaken for this one. It is laid out once, with room for every clip, and then filled row by row: what
HDF5 itself notes in the file never changes again. So a run may be killed at any moment and the next goes on
where it stopped, and two runs at once only write the same bytes twice. The file takes its name when no row
is missing.
"""

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from tqdm.auto import tqdm

from genrelib import audio, disk, features
from genrelib.corpus import Corpus

N_FRAMES = 747  # at 100 ms every 40 ms: what the shortest GTZAN clip (29.98 s) fills
PENDING, DONE, BAD = 0, 1, 2
REASON = 300  # bytes kept of the reason why a clip cannot be used


@dataclass(frozen=True, eq=False)
class FeatureStore:
    """Features of the clips of `corpus` (those that could be used), in the rows of the file at `path`."""

    path: Path
    corpus: Corpus
    rows: np.ndarray

    def load(self):
        """Return all features as an array (clips, frames, bands), float32."""
        with h5py.File(self.path) as file:
            x = file["X"][:]
        return x if len(self.rows) == len(x) else x[self.rows]


def feature_store(corpus, kind="mel", *, n_frames=N_FRAMES, **window):
    """Compute, or find, the features of every clip of a corpus.

    `kind` is 'mel' (dB, 128 bands) or 'mfcc' (13 coefficients); `window` passes `n_fft`, `hop_length`,
    `n_mels`, `n_mfcc` on to `features`. Each clip gives its first frames: `n_frames`, or fewer where clips
    are shorter (see `common_frames`). A clip that cannot be used (unreadable, silent, too short) is left out
    of `.corpus` and listed in `.corpus.skipped`.
    Returns a FeatureStore. Raises ValueError for an unknown kind, for parameters that cannot be, or when no
    clip is left; OSError when the disk is full or the kept file is damaged.
    """
    if kind not in features.KINDS:
        raise ValueError(f"unknown kind of feature {kind!r}: choose one of {', '.join(features.KINDS)}")
    n_fft, hop_length = window.get("n_fft", features.N_FFT), window.get("hop_length", features.HOP)
    bands = features.KINDS[kind](np.zeros(max(n_fft, 2)), **window).shape[1]  # refuses what cannot be
    n_frames = common_frames(corpus, n_frames, n_fft, hop_length)
    code = disk.source_digest("audio", "features", "store")
    key = disk.digest(corpus.checksum, kind, n_frames, sorted(window.items()), code)
    path = disk.data_dir("features") / f"{corpus.name}-{kind}-{key}.h5"
    compute = partial(row, kind=kind, samples=n_fft + (n_frames - 1) * hop_length, window=window)
    fill(path, corpus.table["path"].tolist(), (len(corpus), n_frames, bands), compute)
    status, reasons = read_status(path)
    bad = status == BAD
    if bad.all():
        raise ValueError(f"corpus {corpus.name!r} has no usable clip: {reasons[0]}")
    skipped = pd.DataFrame({"path": corpus.table["path"][bad], "reason": reasons[bad]})
    skipped = pd.concat([corpus.skipped, skipped], ignore_index=True)
    return FeatureStore(
        path, replace(corpus, table=corpus.table[~bad], skipped=skipped), np.flatnonzero(~bad)
    )


def common_frames(corpus, n_frames, n_fft, hop_length):
    """Return how many frames each clip gives: `n_frames`, or as many as the shortest clip fills.

    So clips of ten seconds are used whole. Of the shortest twentieth, those much shorter than the rest
    (below nine tenths) do not count: they will be skipped, instead of cutting all others to their length.
    Raises ValueError when that is not even one frame.
    """
    known = corpus.table["seconds"].to_numpy(float)
    seconds = known[known >= 0.9 * np.quantile(known, 0.05, method="lower")].min()
    count = min(n_frames, features.frame_count(seconds * audio.SR + 0.01, n_fft=n_fft, hop_length=hop_length))
    if count < 1:
        raise ValueError(
            f"clips of {seconds:.2f} s give no frame: {n_frames} asked for, windows of {n_fft} samples"
        )
    return count


def fill(path, clips, shape, compute):
    """Compute the rows that the file beside `path` still lacks; when none is missing it becomes `path`."""
    part = path.with_suffix(".part")
    disk.sweep(path.parent)
    while not path.exists():
        if not part.exists():
            lay_out(part, shape)
        try:
            todo = np.flatnonzero(read_status(part)[0] == PENDING)
            if not len(todo):
                part.replace(path)
                break
            put = writer(part)
            run = Parallel(n_jobs=-1, prefer="threads", return_as="generator_unordered")(
                delayed(compute)(number, clips[number]) for number in todo
            )
            for result in tqdm(run, total=len(todo), desc="features", unit="clip"):
                put(*result)
        except FileNotFoundError:  # another run has finished the same file
            if not path.exists():
                raise
    part.unlink(missing_ok=True)


def lay_out(path, shape):
    """Make an HDF5 file with room for features of `shape` (clips, frames, bands), every clip pending."""
    early = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    early.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    early.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
    with disk.whole(path) as part, h5py.File(part, "w") as file:
        file.create_dataset("X", shape, "f4", dcpl=early)
        file.create_dataset("reason", shape[:1], f"S{REASON}", dcpl=early)
        file.create_dataset("status", data=np.full(shape[:1], PENDING, np.uint8))


def writer(path):
    """Return a function that writes one clip's row straight to its place in the file, the status last.

    It raises OSError, saying that nothing is lost, when the disk is full.
    """
    with h5py.File(path) as file:
        start = {name: file[name].id.get_offset() for name in file}
        size = {name: file[name].dtype.itemsize * int(np.prod(file[name].shape[1:])) for name in file}

    def put(number, x, reason):
        parts = {"status": bytes([DONE if reason is None else BAD])}
        parts |= (
            {"X": x.tobytes()}
            if reason is None
            else {"reason": reason.encode()[:REASON].ljust(REASON, b"\0")}
        )
        try:
            with open(path, "r+b") as file:
                for name in sorted(parts):  # "X" and "reason" sort before "status"
                    file.seek(start[name] + number * size[name])
                    file.write(parts[name])
        except FileNotFoundError:
            raise
        except OSError as error:
            raise OSError(
                f"cannot write {path} ({error.strerror}); mend that and run again: it goes on"
            ) from error

    return put


def read_status(path):
    """Return each row's status and the reason why it is bad. Raises OSError when the file is damaged."""
    try:
        with h5py.File(path) as file:
            status, reasons = file["status"][:], np.char.decode(file["reason"][:], errors="ignore")
    except FileNotFoundError:
        raise
    except OSError as error:
        raise OSError(f"{path}: is damaged ({error}); delete it and run again") from error
    return status, reasons


def row(number, path, kind, samples, window):
    """Return (number, features or None, None or the reason why there are none) of `samples` of a clip."""
    try:
        y = audio.read(path, seconds=samples / audio.SR + 0.1)[:samples]
        if len(y) < samples:
            held, wanted = len(y) / audio.SR, samples / audio.SR
            raise audio.AudioError(f"{path}: {held:.2f} s are shorter than the {wanted:.2f} s asked for")
        if not y.any():
            raise audio.AudioError(f"{path}: is silent throughout")
        return number, features.KINDS[kind](y, **window).astype(np.float32, copy=False), None
    except (OSError, ValueError) as error:
        return number, None, str(error)
