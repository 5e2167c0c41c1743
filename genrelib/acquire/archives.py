"""Unpack a ZIP or tar archive without letting it write outside its folder (chapter 14)."""

import stat
import tarfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath, PureWindowsPath

from genrelib.acquire.download import make_room

__all__ = ["ArchiveError", "extract"]


class ArchiveError(ValueError):
    """An archive that is damaged, holds what it should not, or wants to write where it must not."""


def extract(archive, folder):
    """Unpack a ZIP or a (compressed) tar archive.

    Parameters
    ----------
    archive : str or path
    folder : str or path
        Where to; it may exist.

    Raises
    ------
    ArchiveError
        Before a byte is written, when a member would leave the folder; and when the archive is damaged or is
        not an archive.
    OSError
        When the disk has too little room.

    Notes
    -----
    Chapter 14.
    """
    archive, folder = Path(archive), Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        if zipfile.is_zipfile(archive):
            _unzip(archive, folder)
        else:
            _untar(archive, folder)
    except tarfile.FilterError as error:
        raise ArchiveError(f"{archive}: refused, {error}") from error
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError) as error:
        raise ArchiveError(
            f"{archive}: is damaged or no archive ({error}); run again to download it anew"
        ) from error


def _unzip(archive, folder):
    """Unpack a ZIP archive whose members all stay below `folder`."""
    with zipfile.ZipFile(archive) as file:
        members = file.infolist()
        for member in members:
            if _leaves(member.filename) or stat.S_ISLNK(member.external_attr >> 16):
                raise ArchiveError(f"{archive}: refused, {member.filename!r} would leave the folder")
        make_room(folder, sum(member.file_size for member in members))
        file.extractall(folder)


def _untar(archive, folder):
    """Unpack a tar archive with Python's `data` filter, once every member has passed it."""
    with tarfile.open(archive) as file:
        members = file.getmembers()
        for member in members:
            tarfile.data_filter(member, folder)
        make_room(folder, sum(member.size for member in members))
        file.extractall(folder, members, filter="data")


def _leaves(name):
    """Say whether a member's name is absolute or climbs out of its folder, on any system."""
    return any(
        path.is_absolute() or path.drive or ".." in path.parts
        for path in (PurePosixPath(name), PureWindowsPath(name))
    )
