"""One table of clips, whichever the source, and the ways to split it (chapter 2)."""

import hashlib
import json
import os
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from tqdm.auto import tqdm

from genrelib import acquire, audio, catalog, disk, synth
from genrelib.profiles import profile as named_profile

SHORTEST = 3.0  # seconds; a shorter file is no clip of music
PARTS = {"train": 3, "validation": 1, "test": 1}  # part -> its share of each genre, in fifths


@dataclass(frozen=True, eq=False)
class Corpus:
    """A table of clips. The index is the clip's name; columns are path, genre, artist, seconds and whatever
    else is known.

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

    def known(self):
        """Return the corpus of the clips whose artist is told: the part that can be split by artist."""
        return self.take(self.table["artist"].notna())

    def together(self, pairs):
        """Return the corpus with a column `recording`: clips that repeat one another share one, named after
        the first of them.

        `pairs` is a table with the columns clip and other, as `audit.repetitions` makes it; chains are
        followed. From then on no split, by clip or by artist, tears a recording apart.
        """
        clips = self.table.index
        ends = [clips.get_indexer(pairs[end]) for end in ("clip", "other")]
        both = (ends[0] >= 0) & (ends[1] >= 0)
        number = components(ends[0][both], ends[1][both], len(clips))
        first = np.unique(number, return_index=True)[1]
        return replace(self, table=self.table.assign(recording=clips[first[number]]))

    def groups(self, by="artist"):
        """Return what must stay on one side of a split, (clips,): the `artist`, or the `clip` itself.

        Where repetitions are known (`together`), it is the recording instead of the clip, and artists who
        share a recording are one group. Raises ValueError for another `by`, or when the source does not tell
        the artists.
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
        group = components(artist, len(names) + recording, len(names) + len(recordings))
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
        """Deal the clips into `n` folds, genres in equal shares, no group in two folds.

        Returns (clips,) int from 0 to n - 1. With fewer than `n` groups in some genre there are as many folds
        as groups. Raises ValueError when a genre has fewer than two groups, or a fold would lack a genre.
        """
        fewest = pd.Series(self.groups(by)).groupby(self.table["genre"].to_numpy()).nunique()
        if fewest.min() < 2:
            raise ValueError(
                f"genre {fewest.idxmin()!r} has one {by} only, which cannot stand on both sides of a split"
            )
        return self.deal([1] * min(n, int(fewest.min())), by=by, seed=seed)

    def split(self, *, by="artist", seed=0):
        """Name each clip's part: three fifths of each genre to 'train', a fifth to 'validation' and to
        'test'.

        No group stands in two parts. With `by='published'` the parts are those that the publishers of the
        data set have drawn, and clips that they left out have none (NA).
        Returns (clips,) pandas Series of str, indexed as the table. Raises ValueError when a part would lack
        a genre, as with fewer than three groups in it, and when no split is published.
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
        """Deal the clips into as many parts as there are weights, genre by genre in these proportions.

        Whole groups are dealt, from the largest to the smallest and in random order among equals, each to the
        part that holds least of its genre for its weight. Returns (clips,) int, the parts' positions in
        `weights`.
        Raises ValueError when a part would lack a genre.
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
        """Return the names of the groups that stand in more than one part or fold: none, if the split keeps
        them apart.

        `part` is what `split` or `folds` returned, (clips,). Raises ValueError as `groups`.
        """
        parts_of = pd.Series(np.asarray(part)).groupby(self.groups(by)).nunique()
        return list(parts_of.index[parts_of > 1])


def components(a, b, n):
    """Number the connected components of `n` nodes, of which a[i] and b[i] are linked. Returns (n,) int."""
    links = coo_array((np.ones(len(a)), (a, b)), shape=(n, n))
    return connected_components(links, directed=False)[1]


def open_corpus(name="builtin", *, profile="quick", seed=0, everything=False):
    """Open a corpus: 'builtin', a data set of the catalogue, a folder of sounds, or a CSV file.

    The built-in corpus is rendered on first use, `profile` saying how large; a data set of the catalogue is
    found on disk or downloaded. A folder holds `<genre>/<clip>` or `<genre>/<artist>/<clip>`, WAV, FLAC, OGG,
    MP3 or AU; a CSV file has the columns path, genre and, if known, artist. Every file is read once: what is
    no usable clip stands in `.skipped`, and so does what the catalogue excludes, unless `everything` is
    asked for.
    Raises ValueError for an unknown name or fewer than two genres, FileNotFoundError for a folder that is not
    there, and what `acquire.fetch` raises. Chapter 2.
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
    """Render the built-in corpus to FLAC under `data/`, what is missing of it, and return it as a Corpus."""
    folder = disk.data_dir("corpora", f"builtin-{disk.source_digest('synth')}-{seed}")
    disk.sweep(folder)
    rows = synth.factors_table(clips_per_genre, seed=seed)
    table = pd.DataFrame(rows, index=[f"{row['genre']}.{row['index']:05d}" for row in rows])
    table["path"] = [str(folder / genre / f"{clip}.flac") for clip, genre in table["genre"].items()]
    missing = table[[not Path(path).exists() for path in table["path"]]]
    jobs = (
        delayed(render_to)(row.path, row.genre, row.index, seed) for row in missing.itertuples(index=False)
    )
    run = Parallel(n_jobs=-1, return_as="generator_unordered")(jobs)
    for _ in tqdm(run, total=len(missing), desc="rendering", unit="clip", disable=missing.empty):
        pass
    return Corpus("builtin", table)


def render_to(path, genre, index, seed):
    """Render one clip of the built-in corpus into `path`."""
    audio.write(path, synth.render(synth.compose(genre, index, seed=seed)))


def from_catalogue(dataset, *, everything=False):
    """Make a Corpus of a data set of the catalogue, with the artists and exclusions declared there; with
    `everything`, what is excluded stays in."""
    if not dataset.layout:
        raise ValueError(f"{dataset.name} holds no sound to open as a corpus: {dataset.road}")
    folder, excluded = acquire.folder(dataset.name), {} if everything else dataset.excluded
    if dataset.layout == "fma":
        return gather(dataset.name, fma_clips(folder, dataset.name.partition("-")[2]), excluded)
    corpus = from_folder(folder, name=dataset.name, excluded=excluded)
    artists, titles = acquire.published_artists(dataset.name)
    parts = acquire.published_parts(dataset.name)
    known = {"artist": dataset.artists | artists, "title": titles, "part": parts}
    columns = {column: corpus.table.index.map(values.get) for column, values in known.items() if values}
    return replace(corpus, table=corpus.table.assign(**columns))


def fma_clips(folder, subset):
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
    """Make a Corpus of a CSV file with the columns path, genre and, if known, artist; a path counts from the
    file's folder.

    Raises ValueError when a column is missing.
    """
    clips = pd.read_csv(path, dtype=str)
    missing = {"path", "genre"} - set(clips)
    if missing:
        raise ValueError(
            f"{path}: no column {' and no '.join(sorted(missing))}; needs path, genre and, if known, artist"
        )
    clips["path"] = [str(path.parent / name) for name in clips["path"]]
    clips.index = names_of(clips["path"], path.parent)
    return gather(path.stem, clips.reindex(columns=["path", "genre", "artist"]))


def from_folder(folder, *, name=None, excluded=None):
    """Make a Corpus of a folder `<genre>/<clip>` or `<genre>/<artist>/<clip>`; hidden files are passed over.

    `excluded` maps clip names to the reason why they are left out. What cannot be used is skipped and listed.
    Raises FileNotFoundError when there is no folder, ValueError with fewer than two genres.
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
        index=names_of(paths, folder),
    )
    empty = sorted(set(genres) - set(clips["genre"]))
    skipped = [{"path": str(folder / genre), "reason": "holds no clip"} for genre in empty]
    return gather(name or folder.name, clips, excluded, skipped=skipped, source=folder)


def names_of(paths, folder):
    """Name clips after their files, or their paths where two share a name (blues/01.wav, rock/01.wav)."""
    names = pd.Index([Path(path).stem for path in paths])
    return (
        names
        if names.is_unique
        else pd.Index([Path(os.path.relpath(path, folder)).as_posix() for path in paths])
    )


def gather(name, clips, excluded=None, *, skipped=(), source=None):
    """Make a Corpus of a table of clips (path, genre, artist, …): keep what can be used, list the rest with
    its reason.

    Raises ValueError when fewer than two genres are left.
    """
    excluded = excluded or {}
    out = {clip: excluded[clip] for clip in clips.index if clip in excluded}
    listed = clips.drop(index=list(out))
    found = examined(listed["path"])
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


def examined(paths):
    """Read every file once: (seconds, None) for a clip that can be used, (None, reason) for another, in the
    order given.

    What was found is kept, under each file's size and time of change, so that a second look is quick, in
    whichever corpus the file then is.
    """
    record = disk.data_dir("checks") / f"{disk.source_digest('audio')}.json"
    known = read_checks(record)
    stamps = {path: stamp(path) for path in paths}
    new = [path for path in stamps if known.get(path, [None])[0] != stamps[path]]
    run = Parallel(n_jobs=-1, prefer="threads", return_as="generator")(delayed(examine)(path) for path in new)
    found = tqdm(run, total=len(new), desc="reading", unit="clip", disable=not new, delay=1)
    learned = {path: [stamps[path], *result] for path, result in zip(new, found, strict=True)}
    if new:
        with disk.whole(record) as part:  # another run may have written meanwhile
            part.write_text(json.dumps(read_checks(record) | learned), encoding="utf-8")
    known |= learned
    return [tuple(known[path][1:]) for path in paths]


def read_checks(record):
    """Return {path: [stamp, seconds, reason]} of the files that were read before."""
    return json.loads(record.read_text(encoding="utf-8")) if record.exists() else {}


def stamp(path):
    """Return what changes when a file changes: its size and time of change; empty when it is not there."""
    path = Path(path)
    return f"{path.stat().st_size} {path.stat().st_mtime_ns}" if path.exists() else ""


def examine(path):
    """Return (seconds, None) of a usable clip, or (None, reason)."""
    try:
        return audio.examine(path, shortest=SHORTEST), None
    except (audio.AudioError, FileNotFoundError) as error:
        return None, str(error).removeprefix(f"{path}: ")
