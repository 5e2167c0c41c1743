"""One table of clips, whichever the source, and the ways to split it (chapter 2)."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from genrelib import disk

__all__ = ["PARTS", "Corpus"]

PARTS = {"train": 3, "validation": 1, "test": 1}  # part -> its share of each genre, in fifths


@dataclass(frozen=True, eq=False)
class Corpus:
    """A table of clips.

    Parameters
    ----------
    name : str
    table : pandas.DataFrame
        Indexed by the clip's name; columns are path, genre, artist (NA where the source does not name one),
        seconds and whatever else is known.
    skipped : pandas.DataFrame
        Files that were left out: path and reason.
    source : str
        What opens it again: 'builtin', a name of the catalogue, or the whole path of a folder or CSV file.
    """

    name: str
    table: pd.DataFrame
    skipped: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"path": [], "reason": []}))
    source: str = ""

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
        with ThreadPoolExecutor() as pool:  # hashing does not hold Python's lock
            sums = list(pool.map(_sha256, self.table["path"]))
        return disk.digest(*self.table.index, *self.table["genre"], *sums)

    def take(self, clips):
        """Select some of the clips.

        Parameters
        ----------
        clips : (clips,) array of bool, or sequence of str
            A mask, or names.

        Returns
        -------
        Corpus
        """
        return replace(self, table=self.table.loc[clips])

    def known(self):
        """Select the clips whose artist is known: the part that can be split by artist.

        Returns
        -------
        Corpus
        """
        return self.take(self.table["artist"].notna())

    def together(self, pairs):
        """Declare which clips repeat one another.

        From then on no split, by clip or by artist, tears them apart.

        Parameters
        ----------
        pairs : pandas.DataFrame
            With the columns clip and other, as `audit.repetitions` makes it; chains are followed.

        Returns
        -------
        Corpus
            With a column `recording`: clips that repeat one another share one, named after the first of them.
        """
        clips = self.table.index
        ends = [clips.get_indexer(pairs[end]) for end in ("clip", "other")]
        both = (ends[0] >= 0) & (ends[1] >= 0)
        number = _components(ends[0][both], ends[1][both], len(clips))
        first = np.unique(number, return_index=True)[1]
        return replace(self, table=self.table.assign(recording=clips[first[number]]))

    def groups(self, by="artist"):
        """Name what must stay on one side of a split.

        Parameters
        ----------
        by : {'artist', 'clip'}
            Where repetitions are known (`together`), 'clip' stands for the recording, and artists who share a
            recording are one group.

        Returns
        -------
        (clips,) array of str

        Raises
        ------
        ValueError
            For another `by`, or when the source does not name every clip's artist.
        """
        recording = self.table.get("recording", self.table.index.to_series()).to_numpy()
        if by == "clip":
            return recording
        if by != "artist":
            raise ValueError(f"cannot split by {by!r}: choose 'artist' or 'clip'")
        if self.table["artist"].isna().any():
            raise ValueError(
                f"corpus {self.name!r} does not tell every clip's artist: split by='clip', and say so"
            )
        artist, names = pd.factorize(self.table["artist"])
        recording, recordings = pd.factorize(recording)
        group = _components(artist, len(names) + recording, len(names) + len(recordings))
        merged = pd.Series(names).groupby(group[: len(names)]).agg(" + ".join)
        return merged[group[artist]].to_numpy()

    @property
    def fairest(self):
        """'artist' where every genre has three known artists, so that they can be kept apart; else 'clip'."""
        if self.table["artist"].isna().any():
            return "clip"
        artists = pd.Series(self.groups("artist")).groupby(self.table["genre"].to_numpy()).nunique()
        return "artist" if artists.min() >= 3 else "clip"

    def folds(self, n=5, *, by="artist", seed=0):
        """Deal the clips into folds, genres in equal shares, no group in two folds.

        Parameters
        ----------
        n : int
            How many folds; with fewer groups than that in some genre, as many as it has groups.
        by : {'artist', 'clip'}
            What is kept apart.
        seed : int

        Returns
        -------
        (clips,) array of int
            From 0 to n - 1.

        Raises
        ------
        ValueError
            When a genre has fewer than two groups, or a fold would lack a genre.

        Notes
        -----
        Chapter 6.
        """
        fewest = pd.Series(self.groups(by)).groupby(self.table["genre"].to_numpy()).nunique()
        if fewest.min() < 2:
            raise ValueError(
                f"genre {fewest.idxmin()!r} has one {by} only, which cannot stand on both sides of a split"
            )
        return self.deal([1] * min(n, int(fewest.min())), by=by, seed=seed)

    def split(self, *, by="artist", seed=0):
        """Name each clip's part, so that no group stands in two parts.

        Three fifths of each genre go to 'train', a fifth each to 'validation' and 'test'.

        Parameters
        ----------
        by : {'artist', 'clip', 'published'}
            What is kept apart. With 'published' the parts are those that the publishers of the data set have
            drawn.
        seed : int

        Returns
        -------
        (clips,) pandas.Series of str
            Indexed as the table; NA for clips that a published split leaves out.

        Raises
        ------
        ValueError
            When a part would lack a genre, as with fewer than three groups in it, and when no split is
            published.

        Notes
        -----
        Chapter 2.
        """
        if by == "published":
            if "part" not in self.table:
                raise ValueError(
                    f"corpus {self.name!r} has no published split: split by='artist' or by='clip'"
                )
            return self.table["part"]
        part = self.deal(PARTS.values(), by=by, seed=seed)
        return pd.Series(np.take(list(PARTS), part), index=self.table.index, name="part")

    def deal(self, weights, *, by, seed):
        """Deal the clips into parts, genre by genre in given proportions.

        Whole groups are dealt, from the largest to the smallest and in random order among equals, each to the
        part that holds least of its genre for its weight.

        Parameters
        ----------
        weights : sequence of float
            One per part.
        by : {'artist', 'clip'}
            What is kept apart.
        seed : int

        Returns
        -------
        (clips,) array of int
            The parts' positions in `weights`.

        Raises
        ------
        ValueError
            When a part would lack a genre.
        """
        weights = np.array(list(weights))
        sizes = pd.crosstab(self.groups(by), self.table["genre"].to_numpy())  # (groups, genres) clips
        sizes = sizes.sample(frac=1, random_state=seed)
        order = np.lexsort(
            (-sizes.sum(axis=1), -(sizes > 0).sum(axis=1))
        )  # who plays several genres goes first
        dealt, part_of = np.zeros((len(weights), sizes.shape[1])), {}
        for group, size in zip(sizes.index[order], sizes.to_numpy()[order], strict=True):
            of_genre, of_all = dealt[:, size > 0].sum(axis=1) / weights, dealt.sum(axis=1) / weights
            part_of[group] = np.lexsort((of_all, of_genre))[0]
            dealt[part_of[group]] += size
        if not dealt.all():
            part, genre = np.argwhere(dealt == 0)[0]
            place = f"part {part + 1} of {len(weights)}"
            raise ValueError(f"{place} would hold no {sizes.columns[genre]}: it has too few {by}s")
        return np.array([part_of[group] for group in self.groups(by)])

    def straddling(self, part, *, by="artist"):
        """List the groups that stand in more than one part or fold: none, if the split keeps them apart.

        Parameters
        ----------
        part : (clips,) array or Series
            As `split` or `folds` returned it.
        by : {'artist', 'clip'}

        Returns
        -------
        list of str

        Raises
        ------
        ValueError
            As in `groups`.
        """
        parts_of = pd.Series(np.asarray(part)).groupby(self.groups(by)).nunique()
        return list(parts_of.index[parts_of > 1])


def _sha256(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def _components(a, b, n):
    """Number the connected components of `n` nodes, of which a[i] and b[i] are linked. Returns (n,) int."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = coo_array((np.ones(len(a)), (a, b)), shape=(n, n))
    return connected_components(links, directed=False)[1]
