"""Results with their provenance: what was computed, from which sound, by which versions (chapters 6 to 9).

A result is computed once a set of parameters, corpus and code, and kept as JSON under `data/runs/`. The
results that the book cites from elsewhere than its own run are committed under `data/results/`.
"""

import json
import os
import platform
import time
from importlib.metadata import version

import numpy as np

from genrelib import disk

PACKAGES = ("numpy", "scipy", "scikit-learn", "librosa", "tensorflow", "keras")
CODE = ("audio", "corpus", "features", "store", "baselines", "networks", "augmentation", "checkpoints")
CODE += ("training", "evaluation", "ladder")


def kept(name, corpus, compute, **parameters):
    """Return the result `name` of a corpus under these parameters: read if kept, else computed and kept.

    `compute()` returns a dict of plain values and arrays. The record adds `parameters` and `provenance`.
    """
    wanted = json.dumps(parameters, sort_keys=True)
    apart = corpus.table.reindex(columns=["artist", "recording"]).to_csv()  # what a split keeps apart
    key = disk.digest(name, corpus.checksum, apart, wanted, disk.source_digest(*CODE))
    path = disk.data_dir("runs") / f"{name}-{corpus.name}-{key}.json"
    if not path.exists():
        start = time.perf_counter()
        result = compute()
        result |= {"parameters": parameters, "provenance": provenance(corpus, time.perf_counter() - start)}
        write(path, result)
    return read(path)


def provenance(corpus, seconds):
    """Say where a result comes from: the corpus and its checksum, versions, machine, seconds it took."""
    versions = {package: version(package) for package in PACKAGES}
    return {
        "corpus": {"name": corpus.name, "clips": len(corpus), "checksum": corpus.checksum},
        "versions": {"python": platform.python_version()} | versions,
        "machine": {"system": platform.system(), "processor": platform.machine(), "cores": os.cpu_count()},
        "seconds": round(seconds, 1),
        "date": time.strftime("%Y-%m-%d"),
    }


def committed(name):
    """Return the recorded result `data/results/<name>.json`.

    Raises FileNotFoundError naming what is recorded.
    """
    folder = disk.CHECKOUT / "data" / "results"
    if not (folder / f"{name}.json").exists():
        recorded = sorted(path.stem for path in folder.glob("*.json"))
        raise FileNotFoundError(f"no recorded result {name!r}; there are {recorded}")
    return read(folder / f"{name}.json")


def read(path):
    """Read a JSON record."""
    return json.loads(path.read_text(encoding="utf-8"))


def write(path, record):
    """Write a record as JSON, whole or not at all; arrays become lists, NumPy numbers plain ones."""
    with disk.whole(path) as part:
        part.write_text(json.dumps(record, indent=1, default=plain) + "\n", encoding="utf-8")


def plain(value):
    """Turn what JSON does not know into what it knows."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"cannot be written as JSON: {type(value).__name__}")
