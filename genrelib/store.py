"""The feature store: one HDF5 file a corpus and a kind of feature, computed once and kept (chapter 5).

The file is named after a digest of the corpus, the parameters and the code, so that a store made otherwise is never
mistaken for this one. It is filled row by row and takes its name when it is complete: a run that was stopped goes on.
"""

from dataclasses import dataclass, replace
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


@dataclass(frozen=True, eq=False)
class FeatureStore:
    """Features of the clips of `corpus` (those that could be used), in the rows of the file at `path`."""

    path: Path
    corpus: Corpus
    rows: np.ndarray

    def load(self):
        """Return all features as an array (clips, frames, bands), float32."""
        with h5py.File(self.path) as file:
            return file["X"][:][self.rows]


def feature_store(corpus, kind="mel", *, n_frames=N_FRAMES, **window):
    """Compute, or find, the features of every clip of a corpus.

    `kind` is 'mel' (dB, 128 bands) or 'mfcc' (13 coefficients); `window` passes `n_fft`, `hop_length`, `n_mels`, `n_mfcc`
    on to `features`. Each clip gives its first `n_frames` frames. A clip that cannot be used (unreadable, silent, too
    short) is left out of `.corpus` and listed in `.corpus.skipped`.
    Returns a FeatureStore. Raises ValueError for an unknown kind, or when no clip is left.
    """
    if kind not in features.KINDS:
        raise ValueError(f"unknown kind of feature {kind!r}: choose one of {', '.join(features.KINDS)}")
    key = disk.digest(
        corpus.checksum, kind, n_frames, sorted(window.items()), disk.source_digest("audio", "features")
    )
    path = disk.data_dir("features") / f"{corpus.name}-{kind}-{key}.h5"
    if not path.exists():
        fill(path.with_suffix(".part"), corpus, kind, n_frames, window)
        path.with_suffix(".part").replace(path)
    with h5py.File(path) as file:
        status, reasons = file["status"][:], file["reason"].asstr()[:]
    bad = status == BAD
    if bad.all():
        raise ValueError(f"corpus {corpus.name!r} has no usable clip: {reasons[0]}")
    skipped = pd.DataFrame({"path": corpus.table["path"][bad], "reason": reasons[bad]})
    kept = replace(corpus, table=corpus.table[~bad], skipped=pd.concat([corpus.skipped, skipped], ignore_index=True))
    return FeatureStore(path, kept, np.flatnonzero(~bad))


def fill(path, corpus, kind, n_frames, window):
    """Compute the rows that the file at `path` does not hold yet, in parallel, one process writing."""
    try:
        file = h5py.File(path, "a")
    except OSError:  # a run was killed while HDF5 had the file open: begin again
        path.unlink()
        file = h5py.File(path, "a")
    with file:
        if "status" not in file:
            file.create_dataset("reason", (len(corpus),), h5py.string_dtype())
            file.create_dataset("status", data=np.zeros(len(corpus), np.uint8))
        todo = np.flatnonzero(file["status"][:] == PENDING)
        jobs = (delayed(row)(number, corpus.table["path"].iloc[number], kind, n_frames, window) for number in todo)
        run = Parallel(n_jobs=-1, return_as="generator_unordered")(jobs)
        for number, x, reason in tqdm(run, total=len(todo), desc=f"{kind} features", unit="clip", disable=not len(todo)):
            if x is None:
                file["reason"][number] = reason
            else:
                if "X" not in file:
                    file.create_dataset("X", (len(corpus), *x.shape), "f4", chunks=(1, *x.shape))
                file["X"][number] = x
            file["status"][number] = DONE if reason is None else BAD
            file.flush()


def row(number, path, kind, n_frames, window):
    """Return (number, features or None, None or the reason why there are none) of one clip."""
    try:
        y = audio.read(path)
        if not y.any():
            raise audio.AudioError(f"{path}: is silent throughout")
        x = features.KINDS[kind](y, **window)[:n_frames]
        if len(x) < n_frames:
            raise audio.AudioError(f"{path}: {len(x)} frames are fewer than the {n_frames} asked for")
        return number, x, None
    except (OSError, ValueError) as error:
        return number, None, str(error)
