"""How a table is opened: built-in corpus, folder, CSV file, catalogue, ready features (chapter 2)."""

from dataclasses import replace

from genrelib import catalog, disk
from genrelib.profiles import profile as named_profile
from genrelib.sources.catalogue import from_catalogue
from genrelib.sources.folders import from_csv, from_folder
from genrelib.sources.ready import from_ready, is_ready
from genrelib.sources.rendered import builtin

__all__ = ["builtin", "from_catalogue", "from_csv", "from_folder", "from_ready", "open_corpus"]


def open_corpus(name="builtin", *, profile="quick", seed=0, everything=False):
    """Open a corpus: 'builtin', a data set of the catalogue, a folder of sounds, or a CSV file.

    Parameters
    ----------
    name : str or path
        'builtin' is rendered on first use; a data set of the catalogue is found on disk or downloaded. A
        folder holds `<genre>/<clip>` or `<genre>/<artist>/<clip>`, with suffixes of `audio.EXTENSIONS`; a CSV
        file has the columns path, genre and, if known, artist, or filename, label and ready features.
    profile : str
        How large the built-in corpus is.
    seed : int
        Of the built-in corpus.
    everything : bool
        Whether to keep what the catalogue excludes.

    Returns
    -------
    Corpus
        Every file has been read once; what is no usable clip, or is excluded, is listed in `.skipped`.

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
        corpus = builtin(named_profile(profile).clips_per_genre, seed=seed)
        return replace(corpus, source=f"{name}, seed {seed}" if seed else name)
    if name in catalog.DATASETS:
        return replace(from_catalogue(catalog.DATASETS[name], everything=everything), source=name)
    path = disk.absolute(name)
    if path.is_file() and path.suffix.lower() == ".csv":
        return replace(from_ready(path) if is_ready(path) else from_csv(path), source=str(path))
    if path.is_dir():
        return replace(from_folder(path), source=str(path))
    if "/" in str(name) or "\\" in str(name):
        raise FileNotFoundError(f"{disk.shown(name)}: no such folder or CSV file")
    raise ValueError(f"unknown corpus {name!r}: give a folder, or one of {', '.join(catalog.DATASETS)}")
