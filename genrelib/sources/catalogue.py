"""Data sets of the catalogue, with what is published of their clips (chapter 2)."""

from dataclasses import replace
from pathlib import Path

import pandas as pd

from genrelib import catalog
from genrelib.sources.checks import gather
from genrelib.sources.folders import from_folder
from genrelib.sources.ready import from_ready

__all__ = ["from_catalogue"]


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
        When the data set is no corpus, and as in `from_folder` or `from_ready`.
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
        corpus = gather(dataset.name, _fma_clips(folder, dataset.name.partition("-")[2]), excluded)
        return replace(corpus, splits=(dataset.split,))
    splits, numbers = acquire.published_splits(dataset.name)
    if dataset.layout == "ready":
        corpus = from_ready(folder / catalog.READY, name=dataset.name, genres=dataset.genres)
        return _with_splits(corpus, splits, numbers)
    listed = set().union(*splits.values())
    excluded = {clip: reason for clip, reason in excluded.items() if clip not in listed}
    corpus = from_folder(folder, name=dataset.name, excluded=excluded)
    artists, titles = acquire.published_artists(dataset.name)
    known = {"artist": dataset.artists | artists, "title": titles}
    columns = {column: corpus.table.index.map(values.get) for column, values in known.items() if values}
    corpus = replace(corpus, table=corpus.table.assign(**columns))
    if dataset.repeated and not everything:
        corpus = corpus.together(pd.DataFrame(dataset.repeated.items(), columns=["clip", "other"]))
    return _with_splits(corpus, splits, numbers)


def _with_splits(corpus, splits, numbers):
    """Add published splits to a corpus, and the artists that they number.

    Clips of one number bear the first name that one of them has. What a split names and is not there is
    listed as skipped.
    """
    table, named = corpus.table, {}
    for split, part_of in splits.items():
        for clip in part_of:
            named.setdefault(clip, []).append(split)
    there = {*table.index, *(Path(path).stem for path in corpus.skipped["path"])}
    lost = [
        {"path": clip, "reason": f"is not there, though in the {' and the '.join(by)} split"}
        for clip, by in sorted(named.items())
        if clip not in there
    ]
    number = pd.Series(table.index.map(numbers.get), table.index, dtype=object)
    artist = table["artist"].groupby(number).transform("first").fillna(number).fillna(table["artist"])
    columns = {split: table.index.map(part_of.get) for split, part_of in splits.items()}
    return replace(
        corpus,
        table=table.assign(artist=artist, **columns),
        skipped=pd.concat([corpus.skipped, pd.DataFrame(lost)], ignore_index=True),
        splits=tuple(splits),
    )


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
            "official": tracks["set", "split"].replace("training", "train").to_numpy(),
        },
        index=names,
    )
