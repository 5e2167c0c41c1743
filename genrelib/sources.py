"""How a table of clips is opened: the built-in corpus, a folder, a CSV file, or the catalogue (chapter 2)."""

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from tqdm.auto import tqdm

from genrelib import audio, catalog, disk
from genrelib.corpus import Corpus
from genrelib.profiles import profile as named_profile

__all__ = ["builtin", "from_catalogue", "from_csv", "from_folder", "open_corpus"]

SHORTEST = 3.0  # seconds; a shorter file is no clip of music


def open_corpus(name="builtin", *, profile="quick", seed=0, everything=False):
    """Open a corpus: 'builtin', a data set of the catalogue, a folder of sounds, or a CSV file.

    Parameters
    ----------
    name : str or path
        'builtin' is rendered on first use; a data set of the catalogue is found on disk or downloaded. A
        folder holds `<genre>/<clip>` or `<genre>/<artist>/<clip>`, WAV, FLAC, OGG, MP3 or AU; a CSV file has
        the columns path, genre and, if known, artist.
    profile : str
        How large the built-in corpus is.
    seed : int
        Of the built-in corpus.
    everything : bool
        Whether to keep what the catalogue excludes.

    Returns
    -------
    Corpus
        Every file has been read once; what is no usable clip, or is excluded, stands in `.skipped`.

    Raises
    ------
    ValueError
        For an unknown name, or fewer than two genres.
    FileNotFoundError
        For a folder that is not there.
    OSError
        Whatever `acquire.fetch` raises.

    Notes
    -----
    Chapter 2.
    """
    if name == "builtin":
        return builtin(named_profile(profile).clips_per_genre, seed=seed)
    if name in catalog.DATASETS:
        return from_catalogue(catalog.DATASETS[name], everything=everything)
    path = Path(name).expanduser()
    if path.is_file() and path.suffix.lower() == ".csv":
        return from_csv(path)
    if path.is_dir():
        return from_folder(path)
    if "/" in str(name) or "\\" in str(name):
        raise FileNotFoundError(f"{name}: no such folder or CSV file")
    raise ValueError(f"unknown corpus {name!r}: give a folder, or one of {', '.join(catalog.DATASETS)}")


def builtin(clips_per_genre, *, seed=0):
    """Open the built-in corpus; render those of its clips that are missing.

    Parameters
    ----------
    clips_per_genre : int
    seed : int
        Another seed composes other music.

    Returns
    -------
    Corpus
        FLAC files below `data/corpora/`.

    Notes
    -----
    Chapter 1.
    """
    from genrelib import synth

    folder = disk.data_dir("corpora", f"builtin-{disk.code_digest('genrelib.synth')}-{seed}")
    disk.sweep(folder)
    rows = synth.factors_table(clips_per_genre, seed=seed)
    table = pd.DataFrame(rows, index=[f"{row['genre']}.{row['index']:05d}" for row in rows])
    table["path"] = [str(folder / genre / f"{clip}.flac") for clip, genre in table["genre"].items()]
    missing = table[[not Path(path).exists() for path in table["path"]]]
    jobs = (
        delayed(_render_to)(row.path, row.genre, row.index, seed) for row in missing.itertuples(index=False)
    )
    run = Parallel(n_jobs=-1, return_as="generator_unordered")(jobs)
    for _ in tqdm(run, total=len(missing), desc="rendering", unit="clip", disable=missing.empty):
        pass
    return Corpus("builtin", table)


def _render_to(path, genre, index, seed):
    """Render one clip of the built-in corpus into `path`."""
    from genrelib import synth

    audio.write(path, synth.render(synth.compose(genre, index, seed=seed)))


def from_catalogue(dataset, *, everything=False):
    """Open a data set of the catalogue, with the artists, titles and parts that are known of its clips.

    Parameters
    ----------
    dataset : catalog.Dataset
    everything : bool
        Whether to keep what the catalogue excludes.

    Returns
    -------
    Corpus

    Raises
    ------
    ValueError
        When the data set holds no sound.
    OSError
        As in `acquire.folder`.

    Notes
    -----
    Chapter 2.
    """
    from genrelib import acquire

    if not dataset.layout:
        raise ValueError(f"{dataset.name} holds no sound to open as a corpus: {dataset.how_to_get}")
    folder, excluded = acquire.folder(dataset.name), {} if everything else dataset.excluded
    if dataset.layout == "fma":
        return _gather(dataset.name, _fma_clips(folder, dataset.name.partition("-")[2]), excluded)
    corpus = from_folder(folder, name=dataset.name, excluded=excluded)
    artists, titles = acquire.published_artists(dataset.name)
    parts = acquire.published_parts(dataset.name)
    known = {"artist": dataset.artists | artists, "title": titles, "part": parts}
    columns = {column: corpus.table.index.map(values.get) for column, values in known.items() if values}
    return replace(corpus, table=corpus.table.assign(**columns))


def _fma_clips(folder, subset):
    """List the clips of the Free Music Archive's `subset`, from its table of tracks."""
    tracks = pd.read_csv(folder / "fma_metadata" / "tracks.csv", index_col=0, header=[0, 1], low_memory=False)
    sizes = ("small", "medium", "large", "full")
    tracks = tracks[tracks["set", "subset"].isin(sizes[: sizes.index(subset) + 1])]
    names = [f"{track:06d}" for track in tracks.index]
    return pd.DataFrame(
        {
            "path": [str(folder / f"fma_{subset}" / name[:3] / f"{name}.mp3") for name in names],
            "genre": tracks["track", "genre_top"].to_numpy(),
            "artist": [f"artist {number}" for number in tracks["artist", "id"]],
            "part": tracks["set", "split"].replace("training", "train").to_numpy(),
        },
        index=names,
    )


def from_csv(path):
    """Open the clips that a CSV file lists.

    Parameters
    ----------
    path : pathlib.Path
        Its columns are path, genre and, if known, artist. A relative path starts from the file's folder.

    Returns
    -------
    Corpus

    Raises
    ------
    ValueError
        When a column is missing, or with fewer than two genres.

    Notes
    -----
    Chapter 2.
    """
    clips = pd.read_csv(path, dtype=str)
    missing = {"path", "genre"} - set(clips)
    if missing:
        raise ValueError(
            f"{path}: no column {' and no '.join(sorted(missing))}; needs path, genre and, if known, artist"
        )
    clips["path"] = [str(path.parent / name) for name in clips["path"]]
    clips.index = _names_of(clips["path"], path.parent)
    return _gather(path.stem, clips.reindex(columns=["path", "genre", "artist"]))


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
        What cannot be used is listed in `.skipped`.

    Raises
    ------
    FileNotFoundError
        When there is no such folder.
    ValueError
        With fewer than two genres.

    Notes
    -----
    Chapter 2.
    """
    folder = Path(folder).expanduser()
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder}: no such folder")
    genres = sorted(sub.name for sub in folder.iterdir() if sub.is_dir() and sub.name[0] not in "._")
    paths = [path for genre in genres for path in sorted((folder / genre).rglob("*"))]
    paths = [path for path in paths if path.suffix.lower() in audio.EXTENSIONS and path.name[0] != "."]
    steps = [path.relative_to(folder).parts for path in paths]
    clips = pd.DataFrame(
        {
            "path": [str(path) for path in paths],
            "genre": [step[0] for step in steps],
            "artist": [step[1] if len(step) > 2 else None for step in steps],
        },
        index=_names_of(paths, folder),
    )
    empty = sorted(set(genres) - set(clips["genre"]))
    skipped = [{"path": str(folder / genre), "reason": "holds no clip"} for genre in empty]
    return _gather(name or folder.name, clips, excluded, skipped=skipped, source=folder)


def _names_of(paths, folder):
    """Name clips after their files, or their paths where two share a name (blues/01.wav, rock/01.wav)."""
    names = pd.Index([Path(path).stem for path in paths])
    return (
        names
        if names.is_unique
        else pd.Index([Path(os.path.relpath(path, folder)).as_posix() for path in paths])
    )


def _gather(name, clips, excluded=None, *, skipped=(), source=None):
    """Make a Corpus of a table of clips (path, genre, artist, …): keep what can be used, list the rest with
    its reason.

    Raises ValueError when fewer than two genres are left.
    """
    excluded = excluded or {}
    out = {clip: excluded[clip] for clip in clips.index if clip in excluded}
    listed = clips.drop(index=list(out))
    found = _examined(listed["path"])
    usable = np.array([seconds is not None for seconds, _ in found], dtype=bool)
    table = listed[usable].assign(seconds=[seconds for seconds, _ in found if seconds is not None])
    skipped = [
        *skipped,
        *({"path": clips["path"][clip], "reason": reason} for clip, reason in out.items()),
        *(
            {"path": path, "reason": reason}
            for path, (_, reason) in zip(listed["path"], found, strict=True)
            if reason
        ),
    ]
    if table["genre"].nunique() < 2:
        raise ValueError(
            f"{source or name}: needs at least two genres, a sub-folder each with "
            f"{', '.join(audio.EXTENSIONS)} files; found {table['genre'].nunique()}"
            + (f" ({skipped[0]['path']}: {skipped[0]['reason']})" if skipped else "")
        )
    return Corpus(name, table, pd.DataFrame(skipped, columns=["path", "reason"]))


def _examined(paths):
    """Read every file once: (seconds, None) for a clip that can be used, (None, reason) for another, in the
    order given.

    What was found is kept, under each file's size and time of change, so that a second look is quick, in
    whichever corpus the file then is.
    """
    record = disk.data_dir("checks") / f"{disk.code_digest('genrelib.audio')}.json"
    known = _read_checks(record)
    stamps = {path: _stamp(path) for path in paths}
    new = [path for path in stamps if known.get(path, [None])[0] != stamps[path]]
    run = Parallel(n_jobs=-1, prefer="threads", return_as="generator")(
        delayed(_examine)(path) for path in new
    )
    found = tqdm(run, total=len(new), desc="reading", unit="clip", disable=not new, delay=1)
    learned = {path: [stamps[path], *result] for path, result in zip(new, found, strict=True)}
    if new:
        with disk.whole(record) as part:  # another run may have written meanwhile
            part.write_text(json.dumps(_read_checks(record) | learned), encoding="utf-8")
    known |= learned
    return [tuple(known[path][1:]) for path in paths]


def _read_checks(record):
    """Return {path: [stamp, seconds, reason]} of the files that were read before."""
    return json.loads(record.read_text(encoding="utf-8")) if record.exists() else {}


def _stamp(path):
    """Return what changes when a file changes: its size and time of change; empty when it is not there."""
    path = Path(path)
    return f"{path.stat().st_size} {path.stat().st_mtime_ns}" if path.exists() else ""


def _examine(path):
    """Return (seconds, None) of a usable clip, or (None, reason)."""
    try:
        return audio.examine(path, shortest=SHORTEST), None
    except (audio.AudioError, FileNotFoundError) as error:
        return None, str(error).removeprefix(f"{path}: ")
