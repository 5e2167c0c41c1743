"""The feature store: one HDF5 file per corpus and kind of feature, computed once and kept (chapter 5).

The file is named after a digest of the corpus, the parameters and the code, so that a store made otherwise is
never mistaken for this one. It is laid out once, with room for every clip, and then filled row by row: what
HDF5 itself notes in the file never changes again. So a run may be killed at any moment and the next goes on
where it stopped, and two runs at once only write the same bytes twice. The file takes its name when no row
is missing.

A row is a chunk of its own, and is not compressed: shuffled and deflated, log-mel features still take 83 % of
the room, and ten times as long to write (`benchmarks/features.py`).
"""

import os
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from tqdm import tqdm

from genrelib import audio, disk, features
from genrelib.corpus import Corpus

__all__ = [
    "SAMPLES",
    "FeatureStore",
    "feature_store",
]

SAMPLES = (
    660_177  # of a clip at most: the 747 frames of 100 ms every 40 ms that clips of just under 30 s fill
)
BATCH = 256  # clips handed out at a time: of so many, and no more, may results wait to be written
PENDING, DONE, BAD = 0, 1, 2
REASON = 300  # bytes kept of the reason why a clip cannot be used


@dataclass(frozen=True, eq=False)
class FeatureStore:
    """Features of a corpus, in a file.

    Parameters
    ----------
    path : pathlib.Path
        The HDF5 file.
    corpus : Corpus
        The clips that could be used.
    rows : (clips,) array of int
        Their rows in the file.
    """

    path: Path
    corpus: Corpus
    rows: np.ndarray

    @property
    def shape(self):
        """How much `load` returns: (clips, frames, bands)."""
        with _stored(self.path) as file:
            return (len(self.rows), *file["X"].shape[1:])

    def load(self):
        """Read all features.

        Returns
        -------
        (clips, frames, bands) array, float32

        Notes
        -----
        Chapter 5.
        """
        with _stored(self.path) as file:
            x = file["X"][:]
        return x if len(self.rows) == len(x) else x[self.rows]


def feature_store(corpus, kind="mel", *, n_frames=None, jobs=-1, **window):
    """Compute, or find, the features of every clip of a corpus.

    Parameters
    ----------
    corpus : Corpus
    kind : {'mel', 'mfcc'}
        Mel spectrograms (dB, 128 bands), or 13 coefficients.
    n_frames : int, optional
        How many of each clip's first frames; those of its first SAMPLES by default. Fewer where clips are
        shorter: as many as the shortest fills, but for those that are much shorter than the others.
    jobs : int
        Threads, -1 for one per core. Inside `joblib.parallel_config(backend="dask")` the cores of a cluster,
        whose workers have to see the clips under the same paths.
    **window
        `n_fft`, `hop_length`, `n_mels` and `n_mfcc`, as in `features`.

    Returns
    -------
    FeatureStore
        A clip that cannot be used (unreadable, silent, too short) is left out of its `.corpus` and listed in
        `.corpus.skipped`.

    Raises
    ------
    ValueError
        For an unknown kind, for parameters that cannot be, for a corpus without sound, or when no clip of a
        genre is left.
    OSError
        When the disk is full, or the kept file is damaged or cannot be read.

    Notes
    -----
    Chapter 5.
    """
    if kind not in features.KINDS:
        raise ValueError(f"unknown kind of feature {kind!r}: choose one of {', '.join(features.KINDS)}")
    clips, window = corpus.paths, {"n_fft": features.N_FFT, "hop_length": features.HOP} | window
    n_fft, hop_length = window["n_fft"], window["hop_length"]
    bands = features.KINDS[kind](np.zeros(max(n_fft, 2)), **window).shape[1]  # refuses what cannot be
    if n_frames is None:
        n_frames = max(1, features.frame_count(SAMPLES, n_fft=n_fft, hop_length=hop_length))
    n_frames = _common_frames(corpus, n_frames, n_fft, hop_length)
    code = disk.code_digest(__name__)
    key = disk.digest(corpus.checksum, kind, n_frames, sorted(window.items()), code)
    path = disk.data_dir("features") / f"{corpus.stem}-{kind}-{key}.h5"
    compute = partial(_row, kind=kind, samples=n_fft + (n_frames - 1) * hop_length, window=window)
    _fill(path, clips, (len(corpus), n_frames, bands), compute, jobs)
    status, reasons = _read_status(path)
    bad = status == BAD
    skipped = corpus.table.loc[bad, ["path", "genre"]].assign(reason=reasons[bad])
    lost = skipped[~skipped["genre"].isin(corpus.table["genre"][~bad])]
    if len(lost):
        path, genre, reason = lost.iloc[0]
        raise ValueError(
            f"corpus {corpus.name!r}: no clip of {genre!r} can be used ({disk.shown(path)}: {reason}); "
            "give the genre other clips, or leave it out"
        )
    skipped = skipped.drop(columns="genre").assign(path=skipped["path"].map(disk.shown))
    skipped = pd.concat([corpus.skipped, skipped], ignore_index=True)
    return FeatureStore(
        path, replace(corpus, table=corpus.table[~bad], skipped=skipped), np.flatnonzero(~bad)
    )


def _common_frames(corpus, n_frames, n_fft, hop_length):
    """Return how many frames each clip gives: `n_frames`, or as many as fit into the common length.

    Raises ValueError when that is not even one frame.
    """
    seconds = _common_length(corpus.table, (n_fft + (n_frames - 1) * hop_length) / audio.SR)
    count = min(n_frames, features.frame_count(seconds * audio.SR + 0.01, n_fft=n_fft, hop_length=hop_length))
    if count < 1:
        raise ValueError(
            f"clips of {seconds:.2f} s give no frame: {n_frames} asked for, "
            f"windows of {n_fft / audio.SR:.2f} s ({n_fft} samples)"
        )
    return count


def _common_length(table, wanted):
    """Return how many seconds of each clip are used: as many as `wanted`, or fewer where clips are shorter.

    Cut to the shortest, all clips would pay for one; cut to the longest, most would be lost. A length is
    worth its seconds times the cube of the clips that fill it: to leave out a tenth of them has to bring a
    third more sound. No genre loses more than half of its clips: these may all be short.
    """
    held = table["seconds"].clip(upper=wanted)
    lengths = np.unique(held[held <= held.groupby(table["genre"]).median().min()])
    clips = len(held) - np.searchsorted(np.sort(held), lengths)
    return lengths[np.argmax(lengths * clips**3.0)]


def _fill(path, clips, shape, compute, jobs):
    """Compute the rows that the file beside `path` still lacks; when none is missing it becomes `path`."""
    part = path.with_suffix(".part")
    disk.sweep(path.parent)
    while not path.exists():
        if not part.exists():
            _lay_out(part, shape)
        try:
            missing = np.flatnonzero(_read_status(part)[0] == PENDING)
            if not len(missing):
                part.replace(path)
                break
            put, done = _writer(part), len(clips) - len(missing)
            rows = _computed(compute, clips, missing, jobs)
            for result in tqdm(rows, initial=done, total=len(clips), desc="features", unit="clip"):
                put(*result)
        except FileNotFoundError:  # another run has finished the same file
            if not path.exists():
                raise
    part.unlink(missing_ok=True)


def _computed(compute, clips, numbers, jobs):
    """Yield what `compute` makes of the clips with these numbers, as it is ready, one BATCH after another."""
    with Parallel(n_jobs=jobs, prefer="threads", return_as="generator_unordered") as run:
        for start in range(0, len(numbers), BATCH):
            yield from run(delayed(compute)(n, clips[n]) for n in numbers[start : start + BATCH])


def _stored(path, mode="r"):
    """Open a store, without HDF5's locks: not every file system has them, and `_fill` needs none."""
    return h5py.File(path, mode, locking=False)


def _lay_out(path, shape):
    """Make an HDF5 file with room for features of `shape` (clips, frames, bands), every clip pending."""
    with disk.whole(path) as part, _stored(part, "w") as file:
        file.create_dataset("X", shape, "f4", chunks=(1, *shape[1:]), dcpl=_placed_at_once())
        file.create_dataset("reason", shape[:1], f"S{REASON}", dcpl=_placed_at_once())
        file.create_dataset("status", data=np.full(shape[:1], PENDING, np.uint8))


def _placed_at_once():
    """Return how to make a dataset that has its place in the file before anything is written to it."""
    early = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    early.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    early.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
    return early


def _writer(path):
    """Return a function that writes one clip's row straight to its place in the file, the status last.

    It raises OSError, saying that nothing is lost, when the disk is full.
    """
    with _stored(path) as file:
        x_at = [file["X"].id.get_chunk_info_by_coord((n, 0, 0)).byte_offset for n in range(len(file["X"]))]
        reason_at, status_at = file["reason"].id.get_offset(), file["status"].id.get_offset()

    def put(number, x, reason):
        if reason is None:
            where, what, status = x_at[number], x.tobytes(), DONE
        else:
            where, what, status = (
                reason_at + REASON * number,
                reason.encode()[:REASON].ljust(REASON, b"\0"),
                BAD,
            )
        try:
            with open(path, "r+b") as file:
                for place, data in ((where, what), (status_at + number, bytes([status]))):
                    file.seek(place)
                    file.write(data)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise OSError(
                f"cannot write {path} ({error.strerror}); mend that and run again: it goes on"
            ) from error

    return put


def _read_status(path):
    """Return each row's status and the reason why it is bad. Raises OSError when the file is damaged."""
    try:
        with _stored(path) as file:
            status, reasons = file["status"][:], np.char.decode(file["reason"][:], errors="ignore")
    except FileNotFoundError:
        raise
    except OSError as error:
        if error.errno:
            raise OSError(f"{path}: cannot be read ({os.strerror(error.errno)})") from error
        raise OSError(f"{path}: is damaged ({error}); delete it and run again") from error
    return status, reasons


def _row(number, path, kind, samples, window):
    """Return (number, features or None, None or the reason why there are none) of `samples` of a clip."""
    try:
        y = audio.read(path, seconds=samples / audio.SR + 0.1)[:samples]
        if len(y) < samples:
            held, wanted = len(y) / audio.SR, samples / audio.SR
            return number, None, f"{held:.2f} s are shorter than the {wanted:.2f} s asked for"
        if not y.any():
            return number, None, f"is silent for its first {samples / audio.SR:.2f} s"
        return number, features.KINDS[kind](y, **window).astype(np.float32, copy=False), None
    except (OSError, ValueError) as error:
        return number, None, audio.said_of(path, error)
