"""One table of clips, whichever the source, and the ways to split it (chapter 2)."""

import hashlib
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from sklearn.model_selection import StratifiedGroupKFold
from tqdm.auto import tqdm

from genrelib import acquire, audio, catalog, disk, synth
from genrelib.profiles import profile as named_profile

SHORTEST = 3.0  # seconds; a shorter file is no clip of music
PARTS = ("test", "validation", "train")


@dataclass(frozen=True, eq=False)
class Corpus:
    """A table of clips. The index is the clip's name; columns are path, genre, artist, seconds and whatever else is known.

    `artist` is missing (NA) where the source does not tell. `skipped` lists files left out: path and reason.
    """

    name: str
    table: pd.DataFrame
    skipped: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"path": [], "reason": []}))

    def __len__(self):
        return len(self.table)

    @property
    def genres(self):
        """The genres in alphabetical order, a tuple of str."""
        return tuple(sorted(self.table["genre"].unique()))

    @property
    def labels(self):
        """Each clip's genre as its position in `genres`, (clips,) int."""
        return np.searchsorted(self.genres, self.table["genre"])

    @cached_property
    def checksum(self):
        """A digest of the clips' names, genres and bytes: two runs with one checksum heard the same sound."""
        sums = (hashlib.sha256(Path(path).read_bytes()).hexdigest() for path in self.table["path"])
        return disk.digest(*self.table.index, *self.table["genre"], *sums)

    def take(self, clips):
        """Return the corpus of these clips only (a boolean mask, or names)."""
        return replace(self, table=self.table.loc[clips])

    def groups(self, by="artist"):
        """Return what must stay on one side of a split, (clips,): the `artist`, or the `clip` itself.

        Raises ValueError for another `by`, or when the source does not tell the artists.
        """
        if by == "clip":
            return self.table.index.to_numpy()
        if by != "artist":
            raise ValueError(f"cannot split by {by!r}: choose 'artist' or 'clip'")
        if self.table["artist"].isna().any():
            raise ValueError(f"corpus {self.name!r} does not tell every clip's artist: split by='clip', and say so")
        return self.table["artist"].to_numpy()

    @property
    def fairest(self):
        """'artist' where every genre has at least three known artists, so that a split can keep them apart; else 'clip'."""
        artists = self.table.groupby("genre")["artist"].nunique()
        return "artist" if self.table["artist"].notna().all() and artists.min() >= 3 else "clip"

    def folds(self, n=5, *, by="artist", seed=0):
        """Deal the clips into `n` folds, genres in equal shares, no group in two folds.

        Returns (clips,) int from 0 to n - 1. With fewer than `n` groups in some genre there are as many folds as groups.
        Raises ValueError when a genre has fewer than two groups, or a fold would lack a genre.
        """
        groups = self.groups(by)
        fewest = pd.Series(groups).groupby(self.table["genre"].to_numpy()).nunique()
        if fewest.min() < 2:
            raise ValueError(f"genre {fewest.idxmin()!r} has one {by} only, which cannot stand on both sides of a split")
        dealer = StratifiedGroupKFold(min(n, fewest.min()), shuffle=True, random_state=seed)
        fold = np.empty(len(self), dtype=int)
        for number, (_, held_out) in enumerate(dealer.split(fold, self.labels, groups)):
            fold[held_out] = number
            missing = set(self.genres) - set(self.table["genre"].iloc[held_out])
            if missing:
                raise ValueError(f"fold {number} holds no {', '.join(sorted(missing))}: take fewer folds than {n}")
        return fold

    def split(self, *, by="artist", seed=0):
        """Name each clip's part: one fold of five to 'test', one to 'validation', three to 'train'.

        Returns (clips,) pandas Series of str, indexed as the table. Raises ValueError as `folds`, and below three groups.
        """
        fold = self.folds(5, by=by, seed=seed)
        if fold.max() < 2:
            raise ValueError(f"a split into three parts needs three {by}s a genre")
        return pd.Series(np.take(PARTS, np.minimum(fold, 2)), index=self.table.index, name="part")


def open_corpus(name="builtin", *, profile="quick", seed=0):
    """Open a corpus: 'builtin', a data set of the catalogue, or a folder `<genre>/<clip>.wav|flac|ogg|mp3|au`.

    The built-in corpus is rendered on first use, `profile` saying how large; a data set of the catalogue is found on disk
    or downloaded. Raises ValueError for an unknown name, FileNotFoundError for a folder that is not there. Chapter 2.
    """
    if name == "builtin":
        return builtin(named_profile(profile).clips_per_genre, seed=seed)
    if name in catalog.DATASETS:
        return from_folder(acquire.folder(name), name=name, excluded=catalog.DATASETS[name].excluded)
    if Path(name).expanduser().is_dir():
        return from_folder(name)
    if "/" in str(name) or "\\" in str(name):
        raise FileNotFoundError(f"{name}: no such folder")
    raise ValueError(f"unknown corpus {name!r}: give a folder, or one of {', '.join(catalog.DATASETS)}")


def builtin(clips_per_genre, *, seed=0):
    """Render the built-in corpus to FLAC under `data/`, what is missing of it, and return it as a Corpus."""
    folder = disk.data_dir("corpora", f"builtin-{disk.source_digest('synth')}-{seed}")
    rows = synth.factors_table(clips_per_genre, seed=seed)
    table = pd.DataFrame(rows, index=[f"{row['genre']}.{row['index']:05d}" for row in rows])
    table["path"] = [str(folder / genre / f"{clip}.flac") for clip, genre in table["genre"].items()]
    missing = table[[not Path(path).exists() for path in table["path"]]]
    jobs = (delayed(render_to)(row.path, row.genre, row.index, seed) for row in missing.itertuples(index=False))
    run = Parallel(n_jobs=-1, return_as="generator_unordered")(jobs)
    for _ in tqdm(run, total=len(missing), desc="rendering", unit="clip", disable=missing.empty):
        pass
    return Corpus("builtin", table)


def render_to(path, genre, index, seed):
    """Render one clip of the built-in corpus into `path`."""
    audio.write(path, synth.render(synth.compose(genre, index, seed=seed)))


def from_folder(folder, *, name=None, excluded=None):
    """Make a Corpus of a folder with one sub-folder a genre. The artists are not known from it.

    `excluded` maps clip names to the reason why they are left out. What cannot be read or is too short is skipped and
    listed. Raises FileNotFoundError when there is no folder, ValueError with fewer than two genres.
    """
    folder = Path(folder).expanduser()
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder}: no such folder")
    paths = [path for path in sorted(folder.glob("*/*")) if path.suffix.lower() in audio.EXTENSIONS]
    rows, skipped = [], []
    for path in paths:
        try:
            if excluded and path.stem in excluded:
                raise audio.AudioError(excluded[path.stem])
            seconds = audio.duration(path)
            if seconds < SHORTEST:
                raise audio.AudioError(f"{seconds:.1f} s is shorter than {SHORTEST:.0f} s")
            rows.append({"path": str(path), "genre": path.parent.name, "artist": pd.NA, "seconds": seconds})
        except audio.AudioError as error:
            skipped.append({"path": str(path), "reason": str(error)})
    table = pd.DataFrame(rows, columns=["path", "genre", "artist", "seconds"])
    table.index = [Path(path).stem for path in table["path"]]
    if not table.index.is_unique:  # blues/01.wav and rock/01.wav are two clips
        table.index = [Path(path).relative_to(folder).as_posix() for path in table["path"]]
    empty = sorted({sub.name for sub in folder.iterdir() if sub.is_dir()} - set(table["genre"]))
    if table["genre"].nunique() < 2:
        raise ValueError(
            f"{folder}: needs at least two genres, one sub-folder each with {', '.join(audio.EXTENSIONS)} files; "
            f"found {table['genre'].nunique()}" + (f" (empty: {', '.join(empty)})" if empty else "")
        )
    skipped += [{"path": str(folder / genre), "reason": "holds no clip"} for genre in empty]
    return Corpus(name or folder.name, table, pd.DataFrame(skipped, columns=["path", "reason"]))
