"""The built-in corpus: rendered on first use, kept as files (chapter 1)."""

from pathlib import Path

import pandas as pd
from joblib import Parallel, delayed
from tqdm import tqdm

from genrelib import audio, disk
from genrelib.corpus import Corpus

__all__ = ["builtin", "folder_name"]


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

    folder = disk.data_dir("corpora", folder_name(seed))
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


def folder_name(seed):
    """Name the folder, below `data/corpora/`, that holds the music of a seed, as the code composes it now.

    Parameters
    ----------
    seed : int or str

    Returns
    -------
    str
    """
    return f"builtin-{disk.code_digest('genrelib.synth')}-{seed}"


def _render_to(path, genre, index, seed):
    """Render one clip of the built-in corpus into `path`."""
    from genrelib import synth

    audio.write(path, synth.render(synth.compose(genre, index, seed=seed)))
