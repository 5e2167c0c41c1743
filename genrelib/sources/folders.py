"""Sounds of one's own: a folder of genres, or a CSV file that lists clips (chapter 2)."""

import os
from collections import Counter
from pathlib import Path
from urllib.parse import quote

import pandas as pd

from genrelib import audio, disk
from genrelib.sources.checks import gather
from genrelib.sources.tables import is_text, rows_of

__all__ = ["from_csv", "from_folder"]

SYSTEM = (  # folders that systems leave among one's own; like hidden ones they are passed over
    *("__macosx", "@eadir", "#recycle", "@recycle", "$recycle.bin", "recycler"),
    *("system volume information", "lost+found"),
)


def from_folder(folder, *, name=None, excluded=None):
    """Open a folder `<genre>/<clip>` or `<genre>/<artist>/<clip>`; hidden files are passed over.

    Parameters
    ----------
    folder : str or path
    name : str, optional
        Of the corpus; by default that of the folder.
    excluded : dict of str to str, optional
        Clips to leave out, and why.

    Returns
    -------
    Corpus
        What cannot be used is listed in `.skipped`; files that are no sounds by their names are counted
        there.

    Raises
    ------
    FileNotFoundError
        When there is no such folder.
    ValueError
        With fewer than two genres.

    Notes
    -----
    Chapter 2. Links to folders are followed, but no folder is read twice.
    """
    folder = disk.absolute(folder)
    if not folder.is_dir():
        raise FileNotFoundError(f"{disk.shown(folder)}: no such folder")
    paths, skipped = _sounds(folder)
    steps = [[disk.shown(step) for step in path.relative_to(folder).parts] for path in paths]
    clips = pd.DataFrame(
        {
            "path": _exact(paths),
            "genre": [step[0] for step in steps],
            "artist": [step[1] if len(step) > 2 else None for step in steps],
        },
    ).set_axis(_names_of(paths, folder))
    if clips["genre"].nunique() == 1 and clips["artist"].nunique() > 1:
        inside = folder / paths[0].relative_to(folder).parts[0]
        raise ValueError(
            f"{disk.shown(folder)}: holds one folder of sounds only; if its sub-folders are the genres, "
            f"give {disk.shown(inside)}"
        )
    return gather(name or disk.shown(folder.name), clips, excluded, skipped=skipped, source=folder)


def _exact(paths):
    """Return paths as a column that keeps them as they are: names of files need not be UTF-8."""
    return pd.Series([os.fspath(path) for path in paths], dtype=object)


def _sounds(folder):
    """List the sounds in a folder of genres, and say what else is there.

    Returns
    -------
    sounds : list of pathlib.Path, sorted
    skipped : list of dict: path and reason
    """
    sounds, skipped, others = [], [], Counter()
    for path, trouble in disk.walk(folder, pass_over=_is_passed_over):
        if trouble:
            skipped.append((path, trouble))
        elif path.suffix.lower() not in audio.EXTENSIONS:
            others[path.suffix.lower() or "no suffix"] += path.parent != folder
        elif path.parent == folder:
            skipped.append((path, "lies in no genre's folder"))
        else:
            sounds.append(path)
    told = {path.relative_to(folder).parts[:1] for path in [*sounds, *(path for path, _ in skipped)]}
    for name in sorted(os.listdir(folder)):
        if os.path.isdir(folder / name) and (name,) not in told and not _is_passed_over(name):
            skipped.append((folder / name, "holds no clip"))
    if total := others.total():
        kinds = ", ".join(f"{suffix} {count}" for suffix, count in sorted(others.items()) if count)
        skipped.insert(0, (folder, f"{total} other file{'s' * (total > 1)} ({kinds})"))
    return sorted(sounds), [{"path": disk.shown(path), "reason": disk.shown(why)} for path, why in skipped]


def _is_passed_over(name):
    """Say whether a file or folder is hidden, or the system's own."""
    return name.startswith(".") or name.lower() in SYSTEM


def _names_of(paths, folder):
    """Name clips after their files, or their paths where two share a name (blues/01.wav, rock/01.wav)."""
    inside = [Path(os.path.relpath(path, folder)).as_posix() for path in paths]
    for names in ([Path(path).stem for path in paths], inside):
        names = pd.Index([disk.shown(name) for name in names])
        if names.is_unique:
            return names
    return pd.Index([quote(os.fsencode(path)) for path in inside])  # as shown, two names are alike


def from_csv(path):
    """Open the clips that a CSV file lists.

    Parameters
    ----------
    path : str or path
        Its columns are path, genre and, if known, artist. A relative path starts from the file's folder. A
        column clip, with another name in each row, names the clips.

    Returns
    -------
    Corpus
        Rows that name no file or no genre are listed in `.skipped`; blank ones are passed over.

    Raises
    ------
    ValueError
        When a column is missing, when it is not written as CSV and in UTF-8, or with fewer than two genres.

    Notes
    -----
    Chapter 2. Values are taken as they are written: `NA` is a name like any other.
    """
    path = disk.absolute(path)
    found, skipped = {}, []
    for line, row, wrong in rows_of(path, needed=("path", "genre")):
        genre, artist = row["genre"].strip(), row.get("artist", "").strip()
        clip = disk.absolute(path.parent / os.path.expanduser(row["path"])) if row["path"].strip() else path
        if not (is_text(genre + artist) and (is_text(row["path"]) or os.path.lexists(clip))):
            raise ValueError(f"{disk.shown(path)}, line {line}: is not UTF-8; save the table as CSV in UTF-8")
        if wrong := wrong or _wrong(no_file=clip == path, no_genre=not genre, again=clip in found):
            skipped.append({"path": disk.shown(clip), "reason": f"line {line} of {path.name}: {wrong}"})
        else:
            found[clip] = {"genre": genre, "artist": artist or None, "clip": row.get("clip", "").strip()}
    clips = pd.DataFrame(list(found.values()), columns=["genre", "artist", "clip"])
    clips.insert(0, "path", _exact(found))
    named = pd.Index(clips.pop("clip").map(disk.shown).tolist())
    own = named.is_unique and "" not in named
    clips = clips.set_axis(named if own else _names_of(found, path.parent))
    return gather(disk.shown(path.stem), clips, skipped=skipped, source=path)


def _wrong(*, no_file, no_genre, again):
    """Say what a row of a CSV file names wrongly, if anything."""
    if no_file or no_genre:
        return "names no file" if no_file else "names no genre"
    return "names a clip for the second time" if again else ""
