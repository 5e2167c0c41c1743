"""Results with their provenance: what was computed, from which sound, by which versions (chapters 6 to 11).

A result is computed once for each set of parameters, corpus and code, and kept as JSON under `data/runs/`.
The results that the book cites from elsewhere than its own run are committed under `data/results/`.
"""

import json
import os
import platform
import time
from importlib.metadata import version

import numpy as np
import pandas as pd

from genrelib import disk

__all__ = [
    "PACKAGES",
    "UNTESTED",
    "benchmarks",
    "kept",
    "load_result",
    "origin",
    "plain_rows",
    "provenance",
    "read",
    "split_name",
    "write",
    "write_result",
]

PACKAGES = ("numpy", "scipy", "scikit-learn", "librosa", "tensorflow", "keras")
UNTESTED = -1  # in predictions: this clip was not tested


def kept(name, corpus, compute, *, code, **parameters):
    """Return the result `name` of a corpus under these parameters: read if kept, else computed and kept.

    Parameters
    ----------
    name : str
        What is computed; the kept file is named after it.
    corpus : Corpus
        Whose clips it is computed from.
    compute : callable
        Takes nothing, returns a dict of plain values and arrays.
    code : str
        The module that computes it, as its ``__name__``. A result is computed anew when this module changes,
        or one that it imports; no other module counts.
    **parameters
        What else the result depends on, as plain values.

    Returns
    -------
    dict
        The result, with its `parameters` and its `provenance`.
    """
    wanted = json.dumps(parameters, sort_keys=True)
    # what a split keeps apart
    apart = corpus.table.reindex(columns=["artist", "recording", *corpus.splits]).to_csv()
    key = disk.digest(name, corpus.checksum, apart, wanted, disk.code_digest(code))
    path = disk.data_dir("runs") / f"{name}-{corpus.stem}-{key}.json"
    if not path.exists():
        start = time.perf_counter()
        result = compute()
        result |= {"parameters": parameters, "provenance": provenance(corpus, time.perf_counter() - start)}
        write(path, result)
    return read(path)


def provenance(corpus, seconds):
    """Say where a result comes from.

    Parameters
    ----------
    corpus : Corpus
    seconds : float
        How long it took.

    Returns
    -------
    dict
        The corpus with its checksum, versions of the packages, machine, seconds and date.
    """
    versions = {package: version(package) for package in PACKAGES}
    return {
        "corpus": origin(corpus),
        "versions": {"python": platform.python_version()} | versions,
        "machine": {"system": platform.system(), "processor": platform.machine(), "cores": os.cpu_count()},
        "seconds": round(seconds, 1),
        "date": time.strftime("%Y-%m-%d"),
    }


def origin(corpus):
    """Say which corpus it is.

    Parameters
    ----------
    corpus : Corpus

    Returns
    -------
    dict
        Its name, the number of its clips, and its checksum.
    """
    return {"name": corpus.name, "clips": len(corpus), "checksum": corpus.checksum}


def load_result(name):
    """Read a recorded result.

    Parameters
    ----------
    name : str
        Of the file in `data/results/`, without the suffix.

    Returns
    -------
    dict

    Raises
    ------
    FileNotFoundError
        When there is no such record; it names those that there are.
    """
    folder = disk.CHECKOUT / "data" / "results"
    if not (folder / f"{name}.json").exists():
        recorded = sorted(path.stem for path in folder.glob("*.json"))
        raise FileNotFoundError(f"no recorded result {name!r}; there are {recorded}")
    return read(folder / f"{name}.json")


def write_result(name, result):
    """Write a result to `data/results/`, whole or not at all.

    Parameters
    ----------
    name : str
        Of the file, without the suffix.
    result : dict
        Plain values, arrays and NumPy numbers.

    Returns
    -------
    pathlib.Path
        The file.
    """
    path = disk.CHECKOUT / "data" / "results" / f"{name}.json"
    write(path, result)
    return path


def split_name(by):
    """Return a split in words.

    Parameters
    ----------
    by : str
        As in `Corpus.split`.

    Returns
    -------
    str
        'clips apart', 'artists apart', or the name of a published split, as 'fault-filtered split'.
    """
    return f"{by}s apart" if by in ("clip", "artist") else f"{by} split"


def benchmarks():
    """Read the results that others published, `data/benchmarks.csv`.

    Returns
    -------
    pandas.DataFrame
        Accuracies and intervals are fractions.
    """
    return pd.read_csv(disk.CHECKOUT / "data" / "benchmarks.csv", keep_default_na=False, na_values=[""])


def plain_rows(table):
    """Turn a table into rows that JSON can hold.

    Parameters
    ----------
    table : pandas.DataFrame

    Returns
    -------
    list of dict
        None where a number is missing, numbers to four places.
    """
    return table.round(4).astype(object).where(table.notna(), None).to_dict("records")


def read(path):
    """Read a JSON record.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    dict
    """
    return json.loads(path.read_text(encoding="utf-8"))


def write(path, record):
    """Write a record as JSON, whole or not at all.

    Parameters
    ----------
    path : pathlib.Path
    record : dict
        Arrays become lists, NumPy numbers plain ones.

    Raises
    ------
    TypeError
        For a value that JSON does not know.
    """
    with disk.whole(path) as part:
        part.write_text(json.dumps(record, indent=1, default=_plain) + "\n", encoding="utf-8")


def _plain(value):
    """Turn what JSON does not know into what it knows."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"cannot be written as JSON: {type(value).__name__}")
