"""A stand-in for the shop of previews on this machine, for the Million Song road without a key (chapter 14).

`stock` turns clips of any corpus into song files, labels and previews; `Shop` sells the previews, and checks
each signature as a real one does.
"""

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
from oauthlib.oauth1 import RequestValidator, SignatureOnlyEndpoint

from genrelib import audio, catalog, disk
from genrelib.acquire.previews import CREDENTIALS, LENGTH
from genrelib.acquire.songs import TABLES

__all__ = ["KEY", "SECRET", "Counter", "Shop", "stock", "write_song"]

KEY, SECRET = "rehearsalkeywithoutworth", "rehearsalsecretwithoutworth"


class _Books(RequestValidator):
    """What the shop knows: one customer, and the numbers of the requests that it has answered."""

    allowed_signature_methods = ("HMAC-SHA1",)
    enforce_ssl = False
    dummy_client = "nobody"

    def __init__(self):
        super().__init__()
        self.used, self.lock = set(), threading.Lock()

    def validate_client_key(self, client_key, request):
        return client_key == KEY

    def get_client_secret(self, client_key, request):
        return SECRET if client_key == KEY else "no secret"

    def validate_timestamp_and_nonce(self, client_key, timestamp, nonce, request, **_):
        with self.lock:
            new = (timestamp, nonce) not in self.used
            self.used.add((timestamp, nonce))
        return new


class Counter(BaseHTTPRequestHandler):
    """Answers one customer: 401 without a good signature, 404 without a preview, else the preview."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else head and body wait for one another

    def do_GET(self):
        number = re.fullmatch(r"/clip/(\d+)", self.path.partition("?")[0])
        clip = self.server.clips.get(int(number[1])) if number else None
        start = int((self.headers.get("Range") or "bytes=0-").removeprefix("bytes=").rstrip("-"))
        self.server.asked.append((int(number[1]) if number else None, start))
        if not self.server.signed(self):
            self.answer(401)
        elif clip is None:
            self.answer(404)
        elif start >= len(clip):
            self.answer(416, headers={"Content-Range": f"bytes */{len(clip)}"})
        else:
            span = {"Content-Range": f"bytes {start}-{len(clip) - 1}/{len(clip)}"} if start else {}
            self.answer(206 if start else 200, clip[start:], headers={"Content-Type": "audio/mpeg"} | span)

    def answer(self, status, body=b"", *, headers=()):
        """Send an answer whole."""
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | dict(headers)).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Keep quiet: an address holds a signature."""


class Shop(ThreadingHTTPServer):
    """A shop on 127.0.0.1 that sells previews while its block runs.

    Parameters
    ----------
    clips : dict of int to bytes
        7digital number to an MP3.
    counter : type
        The class of the handler that answers.

    Attributes
    ----------
    url : str
        Its address.
    credentials : dict of str to str
        The environment variables that hold its key.
    asked : list of tuple
        What was asked for: (number, first byte).

    Notes
    -----
    Chapter 14.
    """

    daemon_threads = True

    def __init__(self, clips, counter=Counter):
        super().__init__(("127.0.0.1", 0), counter)
        self.clips, self.asked = clips, []
        self.credentials = dict(zip(CREDENTIALS, (KEY, SECRET), strict=True))
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.endpoint = SignatureOnlyEndpoint(_Books())

    def __enter__(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def signed(self, request):
        """Say whether a request carries a signature of the customer's, of this hour, not seen before."""
        return self.endpoint.validate_request(self.url + request.path, "GET", None, dict(request.headers))[0]

    def handle_error(self, request, client_address):
        """Keep quiet about a customer who leaves in the middle of a song."""


def stock(clips, folder, *, seconds=LENGTH):
    """Write what the Million Song road starts from, for clips of a corpus.

    Below the folder there will be one song file per clip, and `labels.cls` with the name that tagtraum's CD1
    has for its genre; a clip of a genre that CD1 has no name for gets no label.

    Parameters
    ----------
    clips : pandas.DataFrame
        With the columns path, genre and artist, as `Corpus.table`.
    folder : str or path
    seconds : float
        How long a preview is.

    Returns
    -------
    dict of int to bytes
        What a shop then sells: 7digital number to an MP3 of the first `seconds`.

    Notes
    -----
    Chapter 14.
    """
    folder = Path(folder)
    names = {catalog.TAGTRAUM_GENRES[label]: label for label in catalog.TAGTRAUM}
    previews, labels = {}, ["# labels of a rehearsal"]
    for number, (name, clip) in enumerate(clips.iterrows(), 1):
        y, sr = audio.samples(clip["path"], seconds=seconds)
        previews[number] = audio.mp3(y, sr=sr)
        artist = name if pd.isna(clip["artist"]) else clip["artist"]  # two unknown ones are not one
        song = {
            "track_id": f"TR{disk.digest('track', name).upper()}",
            "song_id": f"SO{disk.digest('song', name).upper()}",
            "artist_id": f"AR{disk.digest('artist', artist).upper()}",
            "artist_name": str(artist),
            "title": str(name),
            "track_7digitalid": number,
            "duration": len(y) / sr,
        }
        write_song(folder, song)
        if label := names.get(clip["genre"]):
            labels.append(f"{song['track_id']}\t{label}")
    with disk.whole(folder / "labels.cls") as part:
        part.write_text("\n".join(labels) + "\n", encoding="utf-8")
    return previews


def write_song(folder, song):
    """Write a song file as the Million Song Dataset has them, three folders deep.

    Parameters
    ----------
    folder : str or path
    song : dict
        A value for each column in TABLES.

    Returns
    -------
    pathlib.Path
        The file.
    """
    track = song["track_id"]
    path = Path(folder, *track[2:5], f"{track}.h5")
    with disk.whole(path) as part, h5py.File(part, "w") as file:
        for table, columns in TABLES.items():
            row = tuple(
                str(song[name]).encode() if columns[name].kind == "S" else song[name]
                for name in columns.names
            )
            file[table] = np.array([row], columns)
    return path
