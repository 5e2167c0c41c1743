"""Every file is read once before it becomes a clip; what was found is kept (chapter 2)."""

import json
import os

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from tqdm import tqdm

from genrelib import audio, disk
from genrelib.corpus import Corpus

__all__ = ["gather"]

SHORTEST = 3.0  # seconds; a shorter file is no clip of music


def gather(name, clips, excluded=None, *, skipped=(), source=None):
    """Make a corpus of clips that were found: keep those that can be used, list the others.

    Parameters
    ----------
    name : str
        Of the corpus.
    clips : pandas.DataFrame
        Indexed by the clip's name; columns are path, genre, artist and whatever else is known.
    excluded : dict of str to str, optional
        Clips to leave out, and why.
    skipped : sequence of dict
        What was left out already: path and reason.
    source : path, optional
        Where the clips were looked for, for messages; by default the corpus is named.

    Returns
    -------
    Corpus

    Raises
    ------
    ValueError
        When fewer than two genres are left.
    """
    excluded = excluded or {}
    out = {clip: excluded[clip] for clip in clips.index if clip in excluded}
    listed = clips.drop(index=list(out))
    found = _examined(listed["path"])
    usable = np.array([seconds is not None for seconds, _ in found], dtype=bool)
    table = listed[usable].assign(seconds=[seconds for seconds, _ in found if seconds is not None])
    lost = listed["genre"].value_counts().drop(table["genre"].unique(), errors="ignore")
    skipped = [
        *skipped,
        *({"path": disk.shown(clips["path"][clip]), "reason": reason} for clip, reason in out.items()),
        *(
            {"path": disk.shown(path), "reason": reason}
            for path, (_, reason) in zip(listed["path"], found, strict=True)
            if reason
        ),
        *({"path": genre, "reason": f"holds no clip that can be used, of {n}"} for genre, n in lost.items()),
    ]
    if table["genre"].nunique() < 2:
        one = skipped[0] if skipped else {}
        left_out = f"; {len(skipped)} left out, as {one['path']}: {one['reason']}" if one else ""
        raise ValueError(
            f"{disk.shown(source or name)}: needs at least two genres with sounds "
            f"({', '.join(audio.EXTENSIONS)}); found {table['genre'].nunique()}{left_out}"
        )
    return Corpus(name, table, pd.DataFrame(skipped, columns=["path", "reason"]))


def _examined(paths):
    """Read every file once: (seconds, None) for a clip that can be used, (None, reason) for another, in the
    order given.

    What was found is kept, under each file's size and time of change, so that a second look is quick, in
    whichever corpus the file then is.
    """
    code = disk.digest(disk.code_digest("genrelib.audio"), SHORTEST)
    record = disk.data_dir("checks") / f"{code}.json"
    known = _read_checks(record)
    stamps = {path: _stamp(path) for path in paths}
    new = [path for path in stamps if known.get(path, [None])[0] != stamps[path]]
    run = Parallel(n_jobs=-1, prefer="threads", return_as="generator")(
        delayed(_examine)(path) for path in new
    )
    found = tqdm(run, total=len(new), desc="reading", unit="clip", disable=not new, delay=1)
    learned = {}
    try:
        for path, result in zip(new, found, strict=True):
            learned[path] = [stamps[path], *result]
    finally:  # a run that is stopped keeps what it has learned
        if learned:
            with disk.whole(record) as part:  # another run may have written meanwhile
                part.write_text(json.dumps(_read_checks(record) | learned), encoding="utf-8")
    known |= learned
    return [tuple(known[path][1:]) for path in paths]


def _read_checks(record):
    """Return {path: [stamp, seconds, reason]} of the files read before; none if it is damaged."""
    try:
        return json.loads(record.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}


def _stamp(path):
    """Return what changes when a file changes: its size and time of change; empty when it is not there."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):  # not there, not to be seen, or no name that a file can have
        return ""
    return f"{found.st_size} {found.st_mtime_ns}"


def _examine(path):
    """Return (seconds, None) of a usable clip, or (None, reason)."""
    try:
        return audio.examine(path, shortest=SHORTEST), None
    except (audio.AudioError, OSError) as error:
        return None, audio.said_of(path, error)
