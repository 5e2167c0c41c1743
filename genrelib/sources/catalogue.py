"""Data sets of the catalogue, with what is published of their clips (chapter 2)."""

from dataclasses import replace

import pandas as pd

from genrelib.sources.checks import gather
from genrelib.sources.folders import from_folder

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
        return gather(dataset.name, _fma_clips(folder, dataset.name.partition("-")[2]), excluded)
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
