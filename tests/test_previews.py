"""The Million Song road against a shop that checks signatures and has moods: what is on disk is whole, and
nothing is fetched twice."""

import json
import logging
import os
import random
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import filelock
import numpy as np
import pytest
import requests
from click.testing import CliRunner
from killing import workers
from oauthlib.oauth1 import Client

from genrelib import audio
from genrelib.__main__ import main
from genrelib.acquire import previews, provider, shop
from genrelib.acquire.previews import KeyRefused, fetch_previews
from genrelib.acquire.provider import Provider, Stopped
from genrelib.sources import open_corpus

SECONDS = 4.0
GENRES = ("Blues", "Jazz", "Rap")  # tagtraum's names
TAG = 128  # bytes of an ID3 tag behind the sound, which makes every preview another file


def preview(seed, *, seconds=SECONDS):
    y = 0.3 * np.random.default_rng(seed).standard_normal(int(seconds * 22050)).astype(np.float32)
    return audio.mp3(y)


SOUND = preview(0)


def clips(n):
    """Previews numbered from 1, all of one sound and no two of the same bytes."""
    return {
        number: SOUND + b"TAG" + f"{number:05}".encode().ljust(TAG - 3, b"\0") for number in range(1, n + 1)
    }


def track(number):
    return f"TRAAAAA{number:011}"


def write_road(folder, n, **changes):
    """Write n song files and a label file; `changes` {song number: other values} as `_3={...}`."""
    for number in range(1, n + 1):
        song = {
            "track_id": track(number),
            "song_id": f"SOAAAAA{number:011}",
            "artist_id": f"ARAAAAA{number // 2:011}",
            "artist_name": f"artist {number // 2}",
            "title": f"song {number}",
            "track_7digitalid": number,
            "duration": SECONDS,
        }
        shop.write_song(folder, song | changes.get(f"_{number}", {}))
    lines = [f"{track(number)}\t{GENRES[number % len(GENRES)]}" for number in range(1, n + 1)]
    (folder / "some.cls").write_text("\n".join(lines) + "\n")


class Moody(shop.Counter):
    """A counter that answers each request for a preview in the next of the moods that it is in about it."""

    def do_GET(self):
        if self.path.startswith("/store/"):  # an address that needs no signature, and must not get one
            self.server.told.append(f"{self.path}\n{self.headers}")
            return self.say(200, self.server.clips[self.number()])
        return super().do_GET()

    def answer(self, status, body=b"", *, headers=()):
        moods = self.server.moods.get(self.number()) if status in (200, 206) else None
        mood = moods.pop(0) if moods else None
        if mood is None:
            return super().answer(status, body, headers=headers)
        return mood(self, status, body, dict(headers))

    def number(self):
        return int(self.path.partition("?")[0].rsplit("/", 1)[1])

    def say(self, status, body=b"", **headers):
        super().answer(
            status, body, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )

    def promise(self, status, body, headers, sent):
        """Send the head of a whole answer and the first bytes of it."""
        self.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(body)), "Connection": "close"}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[:sent])
        self.wfile.flush()
        self.close_connection = True


def status(code, **headers):
    return lambda counter, *_: counter.say(code, b"sorry", **headers)


def cut(counter, status, body, headers):
    """Close the connection in the middle."""
    counter.promise(status, body, headers, len(body) // 2)


def reset(counter, status, body, headers):
    """Break the connection in the middle, without a farewell."""
    counter.promise(status, body, headers, len(body) // 2)
    counter.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    counter.connection.close()


def hang_up(counter, *_):
    """Close the connection without a word."""
    counter.close_connection = True


def stall(counter, status, body, headers):
    """Fall silent in the middle, for longer than anybody waits."""
    counter.promise(status, body, headers, len(body) // 2)
    time.sleep(0.6)


def slow(counter, status, body, headers, pause=0.01):
    """Send a little at a time."""
    counter.promise(status, body, headers, 0)
    for at in range(0, len(body), 4096):
        counter.wfile.write(body[at : at + 4096])
        time.sleep(pause)


def short(counter, status, body, headers):
    """Send half a preview as if it were all."""
    counter.say(200, body[: len(body) // 2])


def nothing(counter, *_):
    """Send no byte, and call it a success."""
    counter.say(200)


def page(counter, *_):
    """Send a page with a friendly word instead of sound."""
    counter.say(200, b"<html><body>Please log in</body></html>" * 20, Content_Type="text/html")


def wave(counter, *_):
    """Send sound, but no MP3."""
    counter.say(
        200,
        b"RIFF\x24\xfa\x00\x00WAVEfmt \x10\0\0\0\1\0\1\0\x22\x56\0\0\x44\xac\0\0\2\0\x10\0data\0\xfa\0\0"
        + b"\1\x10" * 32000,
    )


def ignore_range(counter, status, body, headers):
    """Send everything, whatever was asked for."""
    counter.say(200, counter.server.clips[counter.number()])


class Store(BaseHTTPRequestHandler):
    """Where a shop may redirect to: gives sound to anybody, and notes what it was told."""

    def do_GET(self):
        self.server.told.append(f"{self.path}\n{self.headers}")
        if self.path == "/round":
            self.send_response(302)
            self.send_header("Location", "/round")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = self.server.clips[int(self.path.rsplit("/", 1)[1])]
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def store():
    """A store on another address than the shop's: `localhost`, not 127.0.0.1."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Store)
    server.told, server.clips = [], clips(9)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


class Road(SimpleNamespace):
    """Song files, labels, a moody shop and a folder for what it sells."""

    def run(self, **options):
        return fetch_previews(
            self.msd, self.msd / "some.cls", **{"server": self.shop.url, "out": self.out} | options
        )

    def whole(self):
        """{number: path} of the previews under their names; none of them may be anything but whole."""
        names = {track(number): number for number in self.shop.clips}
        found = {names[path.stem]: path for path in self.out.glob("*/*/*") if path.suffix == ".mp3"}
        for number, path in found.items():
            assert path.read_bytes() == self.shop.clips[number], f"{path} is not whole"
            assert path.parent.name == f"ARAAAAA{number // 2:011}"
        return found

    def strays(self):
        """What else lies in the folder, besides the journal and the lock."""
        return [
            path
            for path in self.out.rglob("*")
            if path.is_file() and path.suffix != ".mp3" and path.name not in ("journal.jsonl", ".lock")
        ]

    def asked(self):
        """The numbers asked for since the last look."""
        numbers = [number for number, _ in self.shop.asked]
        self.shop.asked.clear()
        return numbers


@pytest.fixture
def road(tmp_path, monkeypatch):
    monkeypatch.setattr(provider, "BACKOFF", 0.01)
    monkeypatch.setattr(provider, "TIMEOUT", (2, 0.4))
    write_road(tmp_path / "msd", 6)
    with shop.Shop(clips(6), Moody) as server:
        server.moods, server.told = {}, []
        for name, value in server.credentials.items():
            monkeypatch.setenv(name, value)
        yield Road(msd=tmp_path / "msd", out=tmp_path / "out", shop=server)


def states(summary):
    return dict(zip(summary.songs["track_7digitalid"], summary.songs["state"], strict=True))


def test_previews_become_a_corpus_with_artists(road, data):
    summary = road.run()
    assert set(states(summary).values()) == {"downloaded"}
    assert sorted(road.asked()) == [1, 2, 3, 4, 5, 6]
    assert len(road.whole()) == 6 and road.strays() == []
    corpus = open_corpus(road.out)
    assert corpus.genres == ("blues", "hiphop", "jazz") and len(corpus) == 6 and corpus.skipped.empty
    assert corpus.table.loc[track(5)][["genre", "artist"]].tolist() == ["hiphop", "ARAAAAA00000000002"]
    again = road.run()
    assert set(states(again).values()) == {"there"} and road.asked() == []


PASSES = {  # what passes within one run: the moods about preview 3, and how often it is then asked for
    "500, then fine": ([status(500)], 2),
    "502, 503 and 504": ([status(502), status(503), status(504)], 4),
    "429 with Retry-After": ([status(429, Retry_After="0")], 2),
    "429 with a date": ([status(429, Retry_After="Wed, 21 Oct 2015 07:28:00 GMT")], 2),
    "503 with a Retry-After that says nothing": ([status(503, Retry_After="soon")], 2),
    "cut in the middle": ([cut], 2),
    "reset in the middle, twice": ([reset, reset], 3),
    "no answer": ([hang_up], 2),
    "stalled": ([stall], 2),
    "slow": ([slow], 1),
    "cut, and the rest as a whole": ([cut, ignore_range], 2),
}


@pytest.mark.parametrize(("moods", "times"), PASSES.values(), ids=PASSES)
@pytest.mark.parametrize("jobs", [1, 4])
def test_what_passes_is_tried_again(road, moods, times, jobs):
    road.shop.moods[3] = list(moods)
    summary = road.run(jobs=jobs)
    assert set(states(summary).values()) == {"downloaded"}, summary
    assert len(road.whole()) == 6 and road.strays() == []
    asked = road.asked()
    assert asked.count(3) == times and len(asked) == 5 + times


def test_a_broken_preview_goes_on_where_it_broke(road):
    road.shop.moods[3] = [cut]
    road.run()
    starts = [start for number, start in road.shop.asked if number == 3]
    assert starts[0] == 0 and len(SOUND) // 2 - 8192 < starts[1] <= (len(SOUND) + TAG) // 2


STAYS = {  # what does not pass: the moods, how often it is asked for, the state and the reason after the run
    "404": ([status(404)], 1, "unavailable", "404"),
    "410": ([status(410)], 1, "unavailable", "410"),
    "401": ([status(401)], 1, "refused", "401"),
    "403": ([status(403)], 1, "refused", "403"),
    "400": ([status(400)], 1, "failed", "400"),
    "500 for ever": ([status(500)] * 4, 4, "failed", "500"),
    "cut for ever": ([hang_up] * 4, 4, "failed", "no connection"),
    "half of it as if it were all": ([short], 1, "failed", "is shorter than"),
    "a page": ([page], 1, "failed", "not a preview (cannot be read as audio"),
    "a wave file": ([wave], 1, "failed", "is WAV, not MP3"),
    "nothing": ([nothing], 1, "failed", "not a preview"),
}


@pytest.mark.parametrize(("moods", "times", "state", "reason"), STAYS.values(), ids=STAYS)
def test_what_does_not_pass_costs_one_song_and_the_next_run_completes_the_rest(
    road, moods, times, state, reason
):
    road.shop.moods[3] = list(moods)
    summary = road.run()
    assert states(summary) == {1: "downloaded", 2: "downloaded", 3: state} | dict.fromkeys(
        (4, 5, 6), "downloaded"
    )
    assert reason in summary.songs.loc[track(3), "reason"]
    asked = road.asked()
    assert asked.count(3) == times and len(asked) == 5 + times
    assert sorted(road.whole()) == [1, 2, 4, 5, 6]
    assert road.strays() == [], "what is of no use is thrown away"
    again = road.run()
    assert road.asked() == ([] if state == "unavailable" else [3])
    assert again.count("there") == 5 and states(again)[3] == (
        "unavailable" if state == "unavailable" else "downloaded"
    )


@pytest.mark.parametrize("where", ["another host", "another address of the shop"])
def test_a_redirect_is_followed_and_learns_nothing(road, store, where):
    address = f"http://localhost:{store.server_port}/3" if where == "another host" else "/store/3"
    road.shop.moods[3] = [status(302, Location=address)]
    assert states(road.run())[3] == "downloaded"
    assert len(road.whole()) == 6
    (told,) = store.told or road.shop.told
    assert "/3\n" in told and "auth" not in told.lower() and shop.KEY not in told


def test_a_redirect_in_a_circle_ends(road, store):
    road.shop.moods[3] = [status(302, Location=f"http://localhost:{store.server_port}/round")]
    assert road.run().reasons == {"it redirects too often": 1}
    assert sorted(road.whole()) == [1, 2, 4, 5, 6] and road.strays() == []


def test_what_the_shop_does_not_have_is_asked_for_again_elsewhere_only(road):
    road.shop.moods[3] = [status(404)]
    road.run()
    road.asked()
    assert states(road.run())[3] == "unavailable" and road.asked() == []
    assert states(road.run(country="GB"))[3] == "downloaded" and road.asked() == [3]


def test_half_a_line_in_the_journal_costs_that_line_only(road):
    road.shop.moods |= {3: [status(404)], 4: [status(404)]}
    road.run(limit=3)
    journal = road.out / "journal.jsonl"
    journal.write_text(journal.read_text() + '{"track": "TRAAA')
    road.run()
    road.asked()
    assert states(road.run()) == dict.fromkeys((1, 2, 5, 6), "there") | dict.fromkeys((3, 4), "unavailable")
    assert road.asked() == []
    lines = [previews._entry_of(line) for line in journal.read_text().splitlines()]
    assert len(lines) == 7 and lines.count({}) == 1


def test_a_wrong_secret_stops_the_run_and_a_right_one_goes_on(road, monkeypatch):
    monkeypatch.setenv("SEVENDIGITAL_SECRET", "not the right one")
    with pytest.raises(KeyRefused) as caught:
        road.run(jobs=1)
    text = str(caught.value)
    assert "refuses the key, 401 Unauthorized" in text and "SEVENDIGITAL_SECRET" in text and "\n" not in text
    assert len(road.asked()) in (5, 6), "the sixth may be on its way"
    assert road.whole() == {} and road.strays() == []
    monkeypatch.setenv("SEVENDIGITAL_SECRET", shop.SECRET)
    assert road.run().count("downloaded") == 6


@pytest.mark.parametrize("missing", ["SEVENDIGITAL_KEY", "SEVENDIGITAL_SECRET"])
def test_without_a_key_nothing_is_asked(road, monkeypatch, missing):
    monkeypatch.setenv(missing, " ")
    with pytest.raises(ValueError, match="set SEVENDIGITAL_KEY and SEVENDIGITAL_SECRET in the environment"):
        road.run()
    assert road.asked() == []


def test_no_connection_is_a_failure_of_each_song_and_passes(road):
    summary = road.run(server="http://127.0.0.1:1")
    assert summary.reasons == {"no connection": 6} and road.whole() == {}
    assert road.run().count("downloaded") == 6
    with pytest.raises(ValueError, match=r"'previews\.7digital\.com' is not an address"):
        road.run(server="previews.7digital.com")


def test_a_long_rest_ends_the_run(road):
    road.shop.moods[3] = [status(429, Retry_After="3600")]
    summary = road.run(jobs=1)
    assert "a rest of 3600 s" in summary.stopped and summary.stopped in str(summary)
    assert states(summary) == {1: "downloaded", 2: "downloaded"} | dict.fromkeys((3, 4, 5, 6), "left")
    assert road.asked() == [1, 2, 3]
    assert road.run().count("downloaded") == 4


class Clock:
    """A clock that runs only while somebody waits."""

    def __init__(self, monkeypatch, *shops):
        self.now = 100.0
        monkeypatch.setattr(provider.time, "monotonic", lambda: self.now)
        for one in shops:
            monkeypatch.setattr(one.stopped, "wait", self.wait)

    def wait(self, seconds):
        self.now += seconds


def refusal(code, **headers):
    answer = requests.Response()
    answer.status_code = code
    answer.headers.update(headers)
    return requests.HTTPError(response=answer)


def test_a_rest_is_for_everybody_and_never_shortened(monkeypatch):
    one = Provider("http://127.0.0.1", "US", "key", "secret")
    clock = Clock(monkeypatch, one)
    assert one.pause(refusal(429, **{"Retry-After": "30"}), 1) == 0
    one.pause(refusal(503, **{"Retry-After": "5"}), 1)
    one.rest()  # whoever comes next
    assert 130 <= clock.now <= 130 + provider.BACKOFF
    one.rest()
    assert clock.now <= 130 + provider.BACKOFF, "the rest is over"
    one.stop("enough")
    with pytest.raises(Stopped, match="enough"):
        one.rest()


def test_pauses_grow_and_differ_and_refusals_are_not_tried_again():
    one = Provider("http://127.0.0.1", "US", "key", "secret")
    pauses = np.array([[one.pause(refusal(500), tried) for tried in (1, 2, 3)] for _ in range(200)])
    assert len(np.unique(pauses)) == pauses.size
    assert (pauses.min(axis=0) >= np.array([0.5, 1, 2]) * provider.BACKOFF).all()
    assert (pauses.max(axis=0) <= np.array([1.5, 3, 6]) * provider.BACKOFF).all()
    assert [one.pause(refusal(code), 1) for code in (400, 401, 403, 404, 410)] == [None] * 5
    assert one.pause(requests.exceptions.InvalidURL("x"), 1) is None


def test_a_rest_may_be_given_as_a_date():
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=50), usegmt=True)
    answer = refusal(429, **{"Retry-After": soon}).response
    assert 40 < provider._retry_after(answer) <= 50


def test_every_song_has_one_state_and_the_summary_tells_it(tmp_path, road):
    twin, none = {"track_7digitalid": 1}, {"track_7digitalid": -1}
    write_road(tmp_path / "msd", 10, _7=twin, _8=none)
    (tmp_path / "msd" / "page.h5").write_text("<html>")
    labels = tmp_path / "msd" / "some.cls"
    lines = labels.read_text().splitlines()
    lines[8:] = [f"{track(9)}\tLatin", "a malformed line", lines[0]]  # no label for song 10
    labels.write_text("\n".join([*lines, f"{track(6)}\tRap"]))
    road.shop.moods[2] = [status(404)]
    road.shop.moods[3] = [page]
    summary = road.run(limit=4, jobs=1)
    assert summary.songs["state"].tolist() == [
        "downloaded",
        "unavailable",
        "failed",
        "downloaded",
        "left",
        "unlabelled",
        "repeated",
        "unavailable",
        "unmapped",
        "unlabelled",
    ]
    assert road.asked() == [1, 2, 3, 4], "the limit counts what is asked for, not what is there"
    assert summary.unmapped == {"Latin": 1} and summary.labels.contradicting == (track(6),)
    text = str(summary)
    for line in (
        "10 songs; files that hold none: 1",
        "page.h5: cannot be read as HDF5",
        "8 labels in some.cls; lines that repeat one: 1",
        "malformed lines, passed over: 1 (10)",
        f"two labels, left out: 1 ({track(6)})",
        "Rap → hiphop",
        "no label in it stands for: classical, country, disco",
        " 2 downloaded",
        " 0 already there",
        " 2 unavailable",
        " 1 failed",
        " 1 what came is not a preview",
        " 1 left for",
        " 1 the same preview",
        " 2 unlabelled",
        " 1 unmapped",
        " 1 Latin",
    ):
        assert line in text, line
    assert road.run(jobs=1).count("downloaded") == 2 and road.asked() == [3, 5]


def test_another_genre_moves_a_preview_and_fetches_nothing(road):
    road.run()
    road.asked()
    labels = road.msd / "some.cls"
    labels.write_text(labels.read_text().replace("Rap", "Metal"))
    assert road.run().count("there") == 6 and road.asked() == []
    assert len(road.whole()) == 6
    assert sorted(path.parent.parent.name for path in road.whole().values()) == sorted(
        ["blues", "jazz", "metal"] * 2
    )


def test_a_second_run_waits_its_turn(road):
    road.out.mkdir()
    with (
        filelock.FileLock(road.out / ".lock"),
        pytest.raises(OSError, match="out: another run is at work there"),
    ):
        road.run()
    assert road.asked() == []
    assert road.run().count("downloaded") == 6


def test_a_full_disk_ends_the_run_in_one_line(road, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=1000))
    with pytest.raises(OSError, match="set GENRELIB_DATA to a larger disk"):
        road.run()
    assert road.whole() == {}


def test_nobody_is_told_a_secret_or_a_signed_address(road, caplog, capfd, monkeypatch):
    """Not in what is printed, logged at any level, written or raised, whatever goes wrong."""
    caplog.set_level(logging.DEBUG)
    for name in ("urllib3", "requests_oauthlib", "oauthlib", "requests"):
        caplog.set_level(logging.DEBUG, logger=name)
    road.shop.moods |= {
        1: [status(404)],
        2: [status(403)],
        3: [status(302, Location="ftp://127.0.0.1/3")],
        4: [stall, reset, hang_up, status(500)],
        5: [page],
    }
    told = [str(road.run()), str(road.run(server="http://127.0.0.1:1"))]
    monkeypatch.setenv("SEVENDIGITAL_SECRET", "another-secret")
    write_road(road.msd, 12)
    with pytest.raises(KeyRefused) as caught:
        road.run(jobs=1)
    told += [str(caught.value), caplog.text, *capfd.readouterr()]
    told += [
        path.read_text(errors="replace")
        for path in road.out.rglob("*")
        if path.is_file() and path.suffix != ".mp3"
    ]
    assert "403" in told[0] and "no connection" in told[1], "things did go wrong"
    for secret in (shop.KEY, shop.SECRET, "another-secret", "oauth_", "signature"):
        assert not [text for text in told if secret in text], secret


def test_the_shop_takes_one_good_signature_once(road):
    client = Client(shop.KEY, client_secret=shop.SECRET, signature_type="QUERY")
    address = f"{road.shop.url}/clip/1?country=US"
    signed, _, _ = client.sign(address)
    assert [requests.get(signed).status_code for _ in range(2)] == [200, 401], "a number is used once"
    bad = [
        address,
        client.sign(address)[0].replace("country=US", "country=GB"),
        client.sign(address)[0].replace("/clip/1", "/clip/2"),
        Client(shop.KEY, client_secret="guess", signature_type="QUERY").sign(address)[0],
        Client("another-key-of-twenty", client_secret=shop.SECRET, signature_type="QUERY").sign(address)[0],
        Client(shop.KEY, client_secret=shop.SECRET, signature_type="QUERY", timestamp="1400000000").sign(
            address
        )[0],
    ]
    assert [requests.get(url).status_code for url in bad] == [401] * len(bad)
    header = client.__class__(shop.KEY, client_secret=shop.SECRET).sign(address)[1]
    assert requests.get(address, headers=header).status_code == 200, "a header is as good to it"


def test_stock_makes_a_road_of_any_clips(tmp_path, data, monkeypatch):
    import pandas as pd
    import soundfile

    rng = np.random.default_rng(0)
    rows = {f"{genre}.{n}": (genre, f"{genre} {n}") for genre in ("jazz", "rock", "disco") for n in range(2)}
    for name in rows:
        soundfile.write(tmp_path / f"{name}.wav", 0.1 * rng.standard_normal(22050 * 5), 22050)
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["genre", "artist"])
    table["path"] = [str(tmp_path / f"{name}.wav") for name in table.index]
    table.loc[["jazz.0", "jazz.1"], "artist"] = None
    with shop.Shop(shop.stock(table, tmp_path / "msd", seconds=4)) as server:
        for name, value in server.credentials.items():
            monkeypatch.setenv(name, value)
        summary = fetch_previews(tmp_path / "msd", tmp_path / "msd" / "labels.cls", server=server.url)
    assert summary.songs.groupby("state").size().to_dict() == {"downloaded": 4, "unlabelled": 2}
    corpus = open_corpus(data / "previews")
    assert corpus.table["genre"].value_counts().to_dict() == {"jazz": 2, "rock": 2}
    assert corpus.table["artist"].nunique() == 4 and corpus.table["seconds"].between(3.9, 4.1).all()


def run_command(*arguments):
    return CliRunner().invoke(main, ["previews", *map(str, arguments)], prog_name="python -m genrelib")


def test_the_command_prints_the_summary(road, data):
    result = run_command(
        road.msd, "--labels", road.msd / "some.cls", "--server", road.shop.url, "--jobs", 2, "--limit", 5
    )
    assert result.exit_code == 0, result.output
    assert "       5 downloaded\n" in result.stdout and "       1 left for the next run\n" in result.stdout
    assert len(list((data / "previews").glob("*/*/*.mp3"))) == 5


def test_the_command_walks_the_real_road(real, road, data):
    result = run_command(
        real / "msd", "--labels", real / "msd" / "msd_tagtraum_cd1.cls", "--server", road.shop.url
    )
    assert result.exit_code == 0, result.output
    for line in (
        "4 songs; files that hold none: 1",
        "133676 labels",
        "Pop_Rock → rock, Rap → hiphop",
        "stands for: classical, disco, metal, pop",
        " 3 unavailable",
        " 1 unlabelled",
    ):
        assert line in result.stdout, line
    assert sorted(road.asked()) == [3226795, 3400270, 6795666]


@pytest.mark.parametrize("trouble", ["no key", "wrong key", "no labels", "no folder"])
def test_the_command_ends_in_one_line_when_nothing_can_be_tried(road, data, monkeypatch, trouble):
    folder, labels = road.msd, road.msd / "some.cls"
    if trouble == "no key":
        monkeypatch.delenv("SEVENDIGITAL_KEY")
    elif trouble == "wrong key":
        monkeypatch.setenv("SEVENDIGITAL_KEY", "wrongkeybutlongenough")
    elif trouble == "no labels":
        labels = road.msd / "none.cls"
    else:
        folder = road.msd / "nowhere"
    result = run_command(folder, "--labels", labels, "--server", road.shop.url)
    assert result.exit_code == 2 and result.stdout == ""
    assert [line for line in result.stderr.splitlines() if line.startswith("genrelib: ")] == [
        result.stderr.splitlines()[-1]
    ]


def test_interrupted_what_is_done_is_kept(road):
    road.shop.moods = {number: [slow] for number in road.shop.clips}
    road.shop.moods[2] = [stall, slow]
    run = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "genrelib",
            "previews",
            road.msd,
            "--labels",
            road.msd / "some.cls",
            "--server",
            road.shop.url,
            "--jobs",
            "1",
        ],
        env=os.environ | {"GENRELIB_DATA": str(road.out)},
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # tests in the background ignore it
    )
    while 2 not in [number for number, _ in road.shop.asked]:
        time.sleep(0.01)
    run.send_signal(signal.SIGINT)
    assert run.communicate()[1].endswith("stopped; what is done is kept; run it again to resume\n")
    assert run.returncode == 130
    road.out = road.out / "previews"
    done = set(road.whole())
    assert 1 in done and len(done) < 6
    road.asked()
    assert road.run().count("downloaded") == 6 - len(done)
    assert set(road.asked()) == {1, 2, 3, 4, 5, 6} - done


def test_killed_at_20_random_moments_nothing_is_lost_half_written_or_fetched_twice(tmp_path, road):
    n, moments = 90, random.Random(1)
    write_road(road.msd, n)
    road.shop.clips = clips(n)
    # so slow that twenty kills come before the end on any machine
    road.shop.moods = {number: [partial(slow, pause=0.06)] * 30 for number in road.shop.clips}
    prepare = "from genrelib.acquire.previews import fetch_previews"
    work = (
        f"fetch_previews({str(road.msd)!r}, {str(road.msd / 'some.cls')!r}, server={road.shop.url!r}, "
        f"out={str(road.out)!r}, jobs=3)"
    )
    kills = 0
    with workers(prepare, work) as let_work:
        while kills < 20:
            before = road.whole()
            arrived = {path.stem: path.stat().st_size for path in road.strays()}
            road.shop.asked.clear()
            kills += not let_work(moments.uniform(0.1, 0.4))
            after = road.whole()
            assert before.items() <= after.items(), "what is there stays"
            for number, start in road.shop.asked:
                assert number not in before, "what is there is not asked for"
                assert start == arrived.get(track(number), 0), "no byte that is there is asked for"
            assert len(after) < n, "the work was done before it was killed often enough"
        road.shop.moods.clear()
        assert let_work()
    assert len(road.whole()) == n and road.strays() == []
    entries = [json.loads(line) for line in (road.out / "journal.jsonl").read_text().splitlines()]
    assert len({entry["track"] for entry in entries}) == len(entries), "nothing came to its end twice"
