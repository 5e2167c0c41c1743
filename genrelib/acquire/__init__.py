"""Bring the sounds of a data set of the catalogue to disk, once, whole and checked (chapter 14)."""

import hashlib
import shutil
import warnings
from pathlib import Path

from genrelib import audio, catalog, disk
from genrelib.acquire.archives import ArchiveError, extract
from genrelib.acquire.download import DownloadError, download

__all__ = [
    "ArchiveError",
    "DownloadError",
    "contents",
    "download",
    "extract",
    "fetch",
    "folder",
    "published_artists",
    "published_splits",
]


def folder(name):
    """Find a copy of a data set on disk, or download it.

    Parameters
    ----------
    name : str
        As in the catalogue.

    Returns
    -------
    pathlib.Path
        Its folder.

    Raises
    ------
    ValueError, OSError
        As in `fetch`.

    Notes
    -----
    Chapter 14.
    """
    found = next(iter(disk.shared_copies(name)), None) or fetch(name)
    return _around_genres(found, catalog.DATASETS[name].genres)


def _around_genres(folder, genres):
    """Return the folder in it that holds the genres' folders of sounds: copies come in wrappings of others.

    Kaggle's holds `Data/genres_original`, and pictures under the same genres beside it.
    """
    for wrapped in ("", "*/", "*/*/"):
        for path in sorted(path for genre in genres for path in folder.glob(f"{wrapped}{genre}")):
            if any(sound.suffix.lower() in audio.EXTENSIONS for sound in path.glob("*")):
                return path.parent
    return folder


def fetch(name):
    """Download a data set and unpack it into the data folder, unless it is there.

    Mirrors are tried in order, and a download that broke off goes on from there. Archives are unpacked beside
    the folder, which takes its name when all is there and checked: a folder that exists is complete.

    Parameters
    ----------
    name : str
        As in the catalogue.

    Returns
    -------
    pathlib.Path
        Its folder.

    Raises
    ------
    ValueError
        For an unknown name, or a data set that cannot be downloaded.
    DownloadError
        When no mirror has it.
    ArchiveError
        When what arrived is damaged, or is not what the catalogue declares.
    OSError
        When the disk is full.

    Notes
    -----
    Chapter 14.
    """
    if name not in catalog.DATASETS:
        raise ValueError(f"unknown data set {name!r}: choose one of {', '.join(catalog.DATASETS)}")
    dataset = catalog.DATASETS[name]
    target = disk.data_dir() / name.replace("-", "_")
    if not dataset.remotes:
        place = "" if name == "builtin" else f"; a copy of yours belongs in {target}"
        raise ValueError(f"{name} is not for downloading: {dataset.how_to_get}{place}")
    if target.is_dir() and any(target.iterdir()):
        return target
    archives = [
        _receive(remote, disk.data_dir("downloads") / remote.file, dataset, target)
        for remote in dataset.remotes
    ]
    _unpack(archives, dataset, target)
    for archive in archives:
        archive.unlink()
    return target


def _receive(remote, path, dataset, target):
    """Download one file of a data set; when that fails, say where a copy of the reader's own belongs."""
    try:
        return download(remote, path)
    except DownloadError as error:
        way_out = f"put it into {target} by hand, or set GENRELIB_DATA to a folder that holds {target.name}/"
        raise DownloadError(f"{dataset.name} could not be downloaded: {error}; {way_out}") from error


def _unpack(archives, dataset, target):
    """Unpack archives beside `target`, check what they hold, and give it the name `target` when all is well.

    An archive that cannot be used is deleted, so that the next run downloads it anew. Raises ArchiveError.
    """
    fresh = target.with_name(f".{target.name}.unpacking")
    shutil.rmtree(fresh, ignore_errors=True)  # what a killed run left
    try:
        for archive in archives:
            extract(archive, fresh)
        if dataset.contents:
            _check_contents(fresh / dataset.inside, dataset)
        if not (fresh / dataset.inside).is_dir():
            raise ArchiveError(
                f"{dataset.name}: the archive holds no folder {dataset.inside}: its publisher has changed it"
            )
        if target.is_dir():
            target.rmdir()
        (fresh / dataset.inside).rename(target)
    except ArchiveError:
        for archive in archives:
            archive.unlink()
        raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def contents(folder):
    """Count the clips of a folder `<genre>/<clip>`, and compute a digest of them.

    Parameters
    ----------
    folder : str or path

    Returns
    -------
    counts : dict of str to int
        Clips per genre.
    digest : str
        'sha256:…', of names and bytes in the order of the names. A file in no genre folder does not
        count.

    Notes
    -----
    Chapter 14.
    """
    folder, total, counts = Path(folder), hashlib.sha256(), {}
    for path in sorted(folder.glob("*/*.wav"), key=lambda path: path.relative_to(folder).as_posix()):
        name = path.relative_to(folder).as_posix().encode()
        total.update(name + b"\0" + hashlib.sha256(path.read_bytes()).digest())
        counts[path.parent.name] = counts.get(path.parent.name, 0) + 1
    return counts, f"sha256:{total.hexdigest()}"


def _check_contents(folder, dataset):
    """Raise ArchiveError when an unpacked folder does not hold the clips that the catalogue declares."""
    counts, found = contents(folder)
    if counts != dict.fromkeys(dataset.genres, dataset.contents.clips_per_genre):
        raise ArchiveError(
            f"{dataset.name}: the archive holds {counts or 'no clips'}, "
            f"not {dataset.contents.clips_per_genre} in each of {len(dataset.genres)} genres: "
            "its publisher has changed it"
        )
    if found != dataset.contents.digest:
        raise ArchiveError(
            f"{dataset.name}: not the clips declared (expected {dataset.contents.digest}, got {found})"
        )


def published_splits(name):
    """Read the splits that others have published of a data set, and the artists that their lists number.

    Parameters
    ----------
    name : str
        As in the catalogue.

    Returns
    -------
    splits : dict of str to dict
        Name of the split to {clip: part or fold}. A split whose lists, which are small, lie neither on disk
        nor at their addresses is missing, with a warning.
    artists : dict of str to str
        Clip to artist, as 'artist 17'.
    """
    splits, artists = {}, {}
    for split, published in catalog.DATASETS[name].splits.items():
        try:
            texts = {part: _small_file(published.folder, each) for part, each in published.lists.items()}
        except DownloadError as error:
            where = disk.data_dir() / published.folder
            warnings.warn(
                f"{name} is opened without its {split} split: {error}; put its lists into {where}",
                stacklevel=2,
            )
            continue
        lines = {part: [line.split() for line in text.splitlines() if line] for part, text in texts.items()}
        splits[split] = {_clip_of(line[0]): part for part, listed in lines.items() for line in listed}
        numbered = [line for listed in lines.values() for line in listed if len(line) > 1]
        artists |= {_clip_of(clip): f"artist {number}" for clip, number in numbered}
    return splits, artists


def _clip_of(path):
    """Return the clip that a line of a list names: blues.00012 for ./blues_00012.wav."""
    return Path(path).stem.replace("_", ".")


def published_artists(name):
    """Read who plays what in a data set, from its index.

    A line of the index reads `blues.00000.wav ::: artist ::: title`; a comment begins with `#`.

    Parameters
    ----------
    name : str
        As in the catalogue.

    Returns
    -------
    artists, titles : dict of str to str
        Clip to artist and clip to title, without the clips for which the index has none; both are empty where
        there is no index, or where it cannot be downloaded (with a warning).
    """
    remote = catalog.DATASETS[name].index
    try:
        lines = _small_file(f"{name}-splits", remote).splitlines() if remote else []
    except DownloadError as error:
        warnings.warn(f"the artists of {name} stay unknown: {error}", stacklevel=2)
        lines = []
    fields = [line.split(":::") for line in lines if line.count(":::") == 2 and not line.startswith("#")]
    artists = {Path(clip.strip()).stem: artist.strip() for clip, artist, _ in fields if artist.strip()}
    titles = {Path(clip.strip()).stem: title.strip() for clip, _, title in fields if title.strip()}
    return artists, titles


def _small_file(folder, remote):
    """Return the text of a list: of a copy in such a folder of the data, else of a download."""
    copies = [found / remote.file for found in disk.shared_copies(folder)]
    path = next((copy for copy in copies if copy.exists()), None)
    path = path or download(remote, disk.data_dir("downloads") / remote.file)
    return path.read_text(encoding="utf-8", errors="replace")
