"""The Million Song road: song files, their genres, and thirty seconds of each song (chapter 14).

`fetch_previews` joins song files with tagtraum's labels and asks the shop for a preview of every song whose
label is one of the ten genres. What arrives becomes `<genre>/<artist>/<track>.mp3`, which `open_corpus`
reads as a corpus with artists. A preview takes that name when it is whole and was listened to; until then it
lies in `.parts/`, from where a broken one goes on. So a run may be killed at any moment, and the next asks
only for the rest. What the shop does not have is listed in `journal.jsonl` and is not asked for again.
"""

import json
import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import filelock
import numpy as np
import pandas as pd
import requests
from tqdm import tqdm

from genrelib import audio, catalog, disk
from genrelib.acquire.download import Refused, plain
from genrelib.acquire.labels import Labels, read_labels
from genrelib.acquire.provider import Provider, Stopped
from genrelib.acquire.songs import read_songs

__all__ = ["CREDENTIALS", "LENGTH", "KeyRefused", "Summary", "chosen", "fetch_previews", "genre_of"]

CREDENTIALS = ("SEVENDIGITAL_KEY", "SEVENDIGITAL_SECRET")  # environment variables
LENGTH = 30.0  # seconds of a preview
ENOUGH = 0.9  # of the length that a preview should have
STATE = {401: "refused", 403: "refused", 404: "unavailable", 410: "unavailable"}  # what an answer makes of it
REFUSALS = 5  # answers that refuse the key, and nothing else: the run stops
SHOWN = 10  # files and reasons that a printed summary names


class KeyRefused(OSError):
    """The shop does not take the key; the message says what to look at."""


@dataclass(frozen=True, eq=False)
class Summary:
    """What became of each song.

    Parameters
    ----------
    songs : pandas.DataFrame
        The columns of `read_songs` and of the labels, genre, path, state and reason. The states are
        downloaded, there, unavailable, refused, failed, left (for the next run), repeated (another song has
        the same preview), unlabelled, and unmapped (its label is none of the ten genres).
    others : pandas.DataFrame
        Files that hold no song: path and reason.
    labels : Labels
    out : pathlib.Path
        The folder of the previews.
    stopped : str
        Why the run ended early.
    """

    songs: pd.DataFrame
    others: pd.DataFrame
    labels: Labels
    out: Path
    stopped: str = ""

    def count(self, *states):
        """Count the songs in one of these states.

        Parameters
        ----------
        *states : str

        Returns
        -------
        int
        """
        return int(self.songs["state"].isin(states).sum())

    @property
    def unmapped(self):
        """{label: songs} of the labels that are none of the ten genres, the largest first."""
        return self.songs["label"][self.songs["state"] == "unmapped"].value_counts().to_dict()

    @property
    def reasons(self):
        """{reason: songs} of what failed or was refused, the most frequent first."""
        lost = self.songs["state"].isin(("failed", "refused"))
        return self.songs["reason"][lost].value_counts().to_dict()

    def __str__(self):
        labels = self.labels
        taken = {name: genre_of(name) for name in labels.names}
        renamed = [f"{name} → {genre}" for name, genre in taken.items() if genre not in (None, name.lower())]
        without = sorted(set(catalog.GENRES) - set(taken.values()))
        lines = [
            f"{len(self.songs)} songs; files that hold none: {len(self.others)}",
            *_shortened(f"  {path}: {reason}" for path, reason in self.others.itertuples(index=False)),
            f"{len(labels.table)} labels in {labels.path.name}; lines that repeat one: {labels.repeated}",
            f"  malformed lines, passed over: {_counted(labels.malformed)}",
            f"  tracks with two labels, left out: {_counted(labels.contradicting)}",
            f"  taken for one of the ten genres under another name: {', '.join(renamed) or 'none'}",
            f"  genres that no label in it stands for: {', '.join(without) or 'none'}",
            f"{self.out}",
            f"{self.count('downloaded'):8} downloaded",
            f"{self.count('there'):8} already there",
            f"{self.count('unavailable'):8} unavailable",
            f"{self.count('failed', 'refused'):8} failed",
            *_shortened(f"{number:12} {reason}" for reason, number in self.reasons.items()),
            f"{self.count('left'):8} left for the next run",
            f"{self.count('repeated'):8} the same preview as another song",
            f"{self.count('unlabelled'):8} unlabelled",
            f"{self.count('unmapped'):8} unmapped",
            *(f"{number:12} {label}" for label, number in self.unmapped.items()),
        ]
        return "\n".join(lines + ([f"stopped: {self.stopped}"] if self.stopped else []))


def _shortened(lines):
    """Return the first lines of many, and how many more there are."""
    lines = list(lines)
    more = [f"  … and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    return lines[:SHOWN] + more


def _counted(values):
    """Return how many values there are, and the first of them."""
    more = ", …" if len(values) > SHOWN else ""
    return f"{len(values)} ({', '.join(map(str, values[:SHOWN]))}{more})" if values else "0"


def fetch_previews(folder, labels, *, server=catalog.PREVIEWS, country="US", limit=None, jobs=4, out=None):
    """Download a preview of every song whose label is one of the ten genres.

    Parameters
    ----------
    folder : str or path
        Of the song files.
    labels : str or path
        A tagtraum file.
    server : str
        The address of the shop.
    country : str
        The country to buy for.
    limit : int, optional
        Songs to ask for in this run; all by default.
    jobs : int
        How many at once.
    out : str or path, optional
        The folder to write to; `data/previews` by default.

    Returns
    -------
    Summary

    Raises
    ------
    FileNotFoundError, ValueError
        As in `read_songs` and `read_labels`.
    ValueError
        When $SEVENDIGITAL_KEY and $SEVENDIGITAL_SECRET are not both set, or the server is not an address.
    KeyRefused
        When the shop does not accept the key.
    OSError
        When another run is at work in `out`, or the disk is full.

    Notes
    -----
    Chapter 14. The shop has given out no keys since about 2019.
    """
    provider = Provider(_checked(server), country, *_credentials(), jobs=jobs)
    found, others = read_songs(folder)
    known = read_labels(labels)
    out = Path(out) if out else disk.data_dir("previews")
    out.mkdir(parents=True, exist_ok=True)
    try:
        with filelock.FileLock(out / ".lock", timeout=0):
            journal = _Journal(out / "journal.jsonl", {"server": provider.server, "country": country})
            songs = chosen(found, known.table, out, journal.unavailable(), limit)
            songs.update(pd.DataFrame.from_dict(_run(songs, provider, journal, out, jobs), orient="index"))
    except filelock.Timeout as error:
        raise OSError(f"{out}: another run is at work there; wait until it ends") from error
    return Summary(songs, others, known, out, provider.why)


def _checked(server):
    """Return the address of a server. Raises ValueError when it is none."""
    if not server.startswith(("http://", "https://")):
        raise ValueError(f"server {server!r} is not an address: one begins with http:// or https://")
    return server


def _credentials():
    """Return key and secret from the environment. Raises ValueError when they are not there."""
    values = [os.environ.get(name, "").strip() for name in CREDENTIALS]
    if not all(values):
        raise ValueError(
            f"previews are signed: set {' and '.join(CREDENTIALS)} in the environment. The shop gives out no "
            "new keys; without one, use `python -m genrelib fetch fma-small`"
        )
    return values


def genre_of(label):
    """Find the one of the ten genres that a label is taken for.

    Parameters
    ----------
    label : str

    Returns
    -------
    str or None
        None if it is none of them.
    """
    names = {_spelt(name): genre for name, genre in catalog.TAGTRAUM_GENRES.items()}
    return names.get(_spelt(label))


def _spelt(label):
    """Return a label as it compares: 'New_Age' is 'new age'."""
    return label.replace("_", " ").lower()


def chosen(found, labels, out, gone, limit):
    """Say of each song what is to become of it.

    Parameters
    ----------
    found : pandas.DataFrame
        Songs, as `read_songs` returns them.
    labels : pandas.DataFrame
        As in `Labels`.
    out : pathlib.Path
        Where previews lie.
    gone : set of int
        Numbers of previews that the shop is known not to have.
    limit : int or None
        How many songs to ask for.

    Returns
    -------
    pandas.DataFrame
        As in `Summary`; the state 'asked' is left to be settled.
    """
    songs = found.drop(columns="path").join(labels)
    genres = {label: genre_of(label) for label in songs["label"].dropna().unique()}
    songs["genre"] = songs["label"].map(genres).astype(object)
    wanted = songs["genre"].notna()
    names = zip(songs["genre"].fillna("none"), songs["artist_id"], songs.index, strict=True)
    songs["path"] = [os.path.join(str(out), genre, artist, f"{track}.mp3") for genre, artist, track in names]
    number = songs["track_7digitalid"].where(wanted & (songs["track_7digitalid"] > 0))
    states = {
        "unlabelled": songs["label"].isna(),
        "unmapped": ~wanted,
        "repeated": number.duplicated() & number.notna(),
        "there": songs.index.isin(_lying(songs["path"][wanted], out)),
        "unavailable": number.isna() | number.isin(gone),
    }
    songs["state"] = np.select(list(states.values()), list(states), default="asked")
    asked = songs.index[songs["state"] == "asked"]
    songs.loc[asked[len(asked) if limit is None else limit :], "state"] = "left"
    return songs.assign(reason="")


def _lying(paths, out):
    """Return the tracks of which a preview lies in `out`.

    One that lies under another genre, from another label file, is moved to where it belongs now.
    """
    tracks = {path.stem: path for path in out.glob("*/*/*.mp3")}
    for track in tracks.keys() & paths.index:
        path = Path(paths[track])
        if tracks[track] != path:
            path.parent.mkdir(parents=True, exist_ok=True)
            tracks[track].replace(path)
    return list(tracks)


def _run(songs, provider, journal, out, jobs):
    """Ask for every song in the state 'asked', `jobs` at once. Returns {track: {state, reason}}.

    Raises KeyRefused when the first answers say nothing but that the key is refused.
    """
    asked = songs[songs["state"] == "asked"]
    parts = out / ".parts" / disk.digest(provider.server, provider.country)
    parts.mkdir(parents=True, exist_ok=True)
    outcomes, states = {}, Counter()
    with ThreadPoolExecutor(jobs) as pool:
        try:
            songs_of = {pool.submit(_bring, song, provider, parts): song for song in asked.itertuples()}
            bar = {"desc": "previews", "unit": "song", "disable": asked.empty}
            for job in tqdm(as_completed(songs_of), total=len(asked), **bar):
                song, (state, reason) = songs_of[job], job.result()
                outcomes[song.Index] = {"state": state, "reason": reason}
                states[state] += 1
                if state != "left":
                    journal.add(track=song.Index, preview=song.track_7digitalid, **outcomes[song.Index])
                if states["refused"] == states.total() == REFUSALS:
                    raise KeyRefused(
                        f"{provider.server} refuses the key, {reason.removeprefix('the server says ')}: "
                        f"look at {', '.join(CREDENTIALS)}, and at the clock of this machine"
                    )
        except BaseException:
            provider.stop("the run was stopped")
            pool.shutdown(cancel_futures=True)
            raise
    return outcomes


def _bring(song, provider, parts):
    """Bring one preview to its place, whole or not at all. Returns its state and, where there is one, the
    reason."""
    part = parts / f"{song.Index}.part"
    try:
        provider.fetch(song.track_7digitalid, part)
        _listen(part, song.duration)
    except requests.HTTPError as error:
        return STATE.get(error.response.status_code, "failed"), plain(error)
    except (requests.RequestException, Refused) as error:
        return "failed", plain(error)
    except Stopped as error:
        return "left", str(error)
    path = Path(song.path)
    path.parent.mkdir(parents=True, exist_ok=True)
    part.replace(path)
    return "downloaded", ""


def _listen(part, duration):
    """Read what has arrived, and throw it away when it is no MP3 of nearly the length that a preview of a
    song of `duration` seconds has. Raises Refused."""
    try:
        with audio.opened(part) as file:
            if file.format != "MP3":
                raise audio.AudioError(part, f"is {file.format}, not MP3")
        audio.examine(part, shortest=ENOUGH * min(LENGTH, duration))
    except audio.AudioError as error:
        part.unlink()
        raise Refused(f"what came is not a preview ({audio.said_of(part, error)})") from error


class _Journal:
    """What became of each song that was asked for: a line of JSON each, written as it happens.

    `shop` says which server was asked and for which country; a line counts for that only.
    """

    def __init__(self, path, shop):
        self.path, self.shop = path, shop

    def unavailable(self):
        """Return the numbers of the previews that this shop is known not to have.

        A killed run may leave half a line; it is ended here, and passed over.
        """
        if not self.path.exists():
            return set()
        text = self.path.read_text(encoding="utf-8", errors="replace")
        if text and not text.endswith("\n"):
            with open(self.path, "a", encoding="utf-8") as file:
                file.write("\n")
        entries = [entry for entry in map(_entry_of, text.splitlines()) if self.shop.items() <= entry.items()]
        return {entry["preview"] for entry in entries if entry["state"] == "unavailable"}

    def add(self, **entry):
        """Write one line, with the time and the shop."""
        entry = {"time": datetime.now(UTC).isoformat(timespec="seconds")} | entry | self.shop
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")


def _entry_of(line):
    """Return the dict that a line of the journal holds, {} where it holds none."""
    try:
        entry = json.loads(line)
    except ValueError:
        return {}
    return entry if isinstance(entry, dict) and {"preview", "state"} <= set(entry) else {}
