"""One table of clips, whichever the source, and the ways to split it (chapter 2)."""

import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from genrelib import disk

__all__ = ["PARTS", "Corpus"]

ORDERS = 20  # in which groups are dealt before a split is given up
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
    splits : tuple of str
        The splits that others have published, the one to use first. Each is a column of the table that names
        a clip's part ('train', 'validation' or 'test') or its fold; NA for a clip that the split leaves out.
    numbers : tuple of str
        Of a corpus without sound: the columns of the table that hold its ready features.
    """

    name: str
    table: pd.DataFrame
    skipped: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"path": [], "reason": []}))
    source: str = ""
    splits: tuple = ()
    numbers: tuple = ()

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
        """A digest of the clips' names, genres and bytes: two runs with one checksum heard the same sound.

        Without sound the ready features stand for the bytes.
        """
        if self.numbers:
            sums = [self.ready().tobytes()]
        else:
            with ThreadPoolExecutor() as pool:  # hashing does not hold Python's lock
                sums = list(pool.map(_sha256, self.paths))
        return disk.digest(*self.table.index, *self.table["genre"], *sums)

    @property
    def paths(self):
        """The file of each clip, a list of str. ValueError for a corpus of ready features, which has none."""
        if self.numbers:
            raise ValueError(
                f"corpus {self.name!r} is a table of ready features: it holds no sound, which this needs"
            )
        return self.table["path"].tolist()

    def ready(self):
        """Return the ready features of a corpus that holds them.

        Returns
        -------
        (clips, columns) array of float
            Its columns are named in `numbers`.

        Raises
        ------
        ValueError
            For a corpus of sounds.
        """
        if not self.numbers:
            raise ValueError(f"corpus {self.name!r} holds sound, not ready features: compute them")
        return self.table[list(self.numbers)].to_numpy(float)

    @property
    def stem(self):
        """The corpus's name as the name of a file can begin with it."""
        return re.sub(r"[^\w.-]+", "_", self.name)[:40]

    @property
    def key(self):
        """`stem` with a digest of the sound: of two corpora of one name, each has its own."""
        return f"{self.stem}-{self.checksum[:8]}"

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
        by : {'artist', 'clip'} or one of `splits`
            Where repetitions are known (`together`), 'clip' stands for the recording, and artists who share a
            recording are one group. Of a published split the groups are the artists; a clip whose artist is
            unknown is one by itself.

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
        if by not in ("artist", *self.splits):
            raise ValueError(
                f"corpus {self.name!r} has no split {by!r}: choose one of "
                f"{', '.join((*self.splits, 'artist', 'clip'))}"
            )
        known = self.table["artist"].notna()
        if by == "artist" and not known.all():
            raise ValueError(
                f"corpus {self.name!r} does not tell every clip's artist: split by='clip', and say so"
            )
        artist, names = pd.factorize(np.where(known, self.table["artist"], recording))
        recording, recordings = pd.factorize(recording)
        group = _components(artist, len(names) + recording, len(names) + len(recordings))
        merged = pd.Series(names).groupby(group[: len(names)]).agg(" + ".join)
        return merged[group[artist]].to_numpy()

    @cached_property
    def fairest(self):
        """The fairest split: the first published one that is whole, else 'artist' or 'clip', as the folds."""
        return next(filter(self._is_whole, self.splits), None) or self.fairest_folds

    @cached_property
    def fairest_folds(self):
        """The fairest split that tests every clip once.

        That is published folds; else 'artist' where three parts can be dealt so, which takes three known
        artists in every genre; else 'clip'.
        """
        for by in self.splits:
            if self._is_whole(by) and not self.is_fixed(by):
                return by
        if self.table["artist"].isna().any():
            return "clip"
        try:
            self.split(by="artist")
            return "artist" if self.folds(3, by="artist").max() == 2 else "clip"
        except ValueError:
            return "clip"

    def _is_whole(self, by):
        """Say whether every part or fold of a published split holds every genre: of a part of the data set
        it may not.
        """
        held = pd.crosstab(self.table["genre"], self.table[by]).reindex(self.genres, fill_value=0)
        return bool(held.to_numpy().all()) and held.shape[1] >= (3 if self.is_fixed(by) else 2)

    def is_fixed(self, by):
        """Say whether a split always tests the same clips: a published one into parts.

        Parameters
        ----------
        by : str
            As in `split`.

        Returns
        -------
        bool
        """
        return by in self.splits and self.table[by].dropna().isin(list(PARTS)).all()

    def used(self, by):
        """Select the clips that a split uses: all of them, unless it is a published one.

        Parameters
        ----------
        by : str
            As in `split`.

        Returns
        -------
        Corpus
        """
        return self.take(self.table[by].notna()) if by in self.splits else self

    def folds(self, n=5, *, by="artist", seed=0):
        """Deal the clips into folds, genres in equal shares, no group in two folds.

        Parameters
        ----------
        n : int
            How many folds; fewer where some genre has fewer groups, or where so many cannot be dealt because
            groups play several genres.
        by : {'artist', 'clip'} or one of `splits`
            What is kept apart. Published folds are as they are: `n` and `seed` do not count.
        seed : int

        Returns
        -------
        (clips,) array of int
            From 0 to n - 1; -1 for clips that published folds leave out.

        Raises
        ------
        ValueError
            When a genre has fewer than two groups, a fold would lack a genre, or a published split has parts
            instead of folds.

        Notes
        -----
        Chapter 6.
        """
        if self.is_fixed(by):
            raise ValueError(f"the {by} split of corpus {self.name!r} has parts and no folds")
        if by in self.splits:
            return pd.factorize(self.table[by], sort=True)[0]
        fewest = pd.Series(self.groups(by)).groupby(self.table["genre"].to_numpy()).nunique()
        if fewest.min() < 2:
            raise ValueError(
                f"genre {fewest.idxmin()!r} has one {by} only, which cannot stand on both sides of a split"
            )
        for fewer in range(min(n, int(fewest.min())), 2, -1):
            with suppress(ValueError):
                return self.deal([1] * fewer, by=by, seed=seed)
        return self.deal([1, 1], by=by, seed=seed)

    def split(self, *, by="artist", seed=0):
        """Name each clip's part, so that no group stands in two parts.

        Three fifths of each genre go to 'train', a fifth each to 'validation' and 'test'.

        Parameters
        ----------
        by : {'artist', 'clip'} or one of `splits`
            What is kept apart. A published split has the parts that its publishers have drawn. Of published
            folds each is the test part in its turn; a quarter of the others validates, artists apart where
            they are known.
        seed : int
            Of published folds it says whose turn it is.

        Returns
        -------
        (clips,) pandas.Series of str
            Indexed as the table; NA for clips that a published split leaves out.

        Raises
        ------
        ValueError
            When a part would lack a genre, as with fewer than three groups in it, or for a split that the
            corpus does not have.

        Notes
        -----
        Chapter 2.
        """
        if self.is_fixed(by):
            return self.table[by]
        if by in self.splits:
            return self._turn(by, seed)
        part = self.deal(PARTS.values(), by=by, seed=seed)
        return pd.Series(np.take(list(PARTS), part), index=self.table.index, name="part")

    def _turn(self, by, seed):
        """Name each clip's part in one turn of published folds, as `split` does."""
        fold = self.folds(by=by)
        test = seed % (fold.max() + 1)
        part = pd.Series(np.where(fold == test, "test", None), index=self.table.index, name="part")
        known = self.take((fold >= 0) & (fold != test))
        shares = [PARTS["train"], PARTS["validation"]]
        dealt = known.deal(shares, by="clip" if known.table["artist"].isna().any() else "artist", seed=seed)
        part[known.table.index] = np.take(["train", "validation"], dealt)
        return part

    def deal(self, weights, *, by, seed):
        """Deal the clips into parts, genre by genre in given proportions.

        Whole groups are dealt, from the largest to the smallest and in random order among equals, each to the
        part that holds least of its genre for its weight. Where a part would lack a genre, because groups
        play several genres, other orders are tried.

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
            When a part would lack a genre in every order that was tried.
        """
        weights, groups = np.array(list(weights)), self.groups(by)
        sizes = pd.crosstab(groups, self.table["genre"].to_numpy())  # (groups, genres) clips
        for order in (seed, *(np.array([seed, number]) for number in range(1, ORDERS))):
            part_of, dealt = _dealt(sizes.sample(frac=1, random_state=order), weights)
            if dealt.all():
                return np.array([part_of[group] for group in groups])
        part, genre = np.argwhere(dealt == 0)[0]
        place = f"part {part + 1} of {len(weights)}"
        raise ValueError(f"{place} would hold no {sizes.columns[genre]}: it has too few {by}s")

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


def _dealt(sizes, weights):
    """Deal groups, in the order of `sizes` (groups, genres) where they are equals.

    Returns group -> part, and what each part holds: (parts, genres) clips.
    """
    order = np.lexsort((-sizes.sum(axis=1), -(sizes > 0).sum(axis=1)))  # who plays several genres goes first
    dealt, part_of = np.zeros((len(weights), sizes.shape[1])), {}
    for group, size in zip(sizes.index[order], sizes.to_numpy()[order], strict=True):
        of_genre, of_all = dealt[:, size > 0].sum(axis=1) / weights, dealt.sum(axis=1) / weights
        part_of[group] = np.lexsort((of_all, of_genre))[0]
        dealt[part_of[group]] += size
    return part_of, dealt


def _sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _components(a, b, n):
    """Number the connected components of `n` nodes, of which a[i] and b[i] are linked. Returns (n,) int."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = coo_array((np.ones(len(a)), (a, b)), shape=(n, n))
    return connected_components(links, directed=False)[1]
