"""Whatever a sound comes in and through, the same is heard; what cannot be heard is one line."""

import io
import os
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile
import soxr
from sounds import music

from genrelib import audio, listening
from genrelib.listening import sound


@pytest.fixture(scope="module")
def model():
    return listening.load()


@pytest.fixture(scope="module")
def y():
    return music(12)


def heard(source):
    return np.concatenate(list(sound.pieces(source)))


def difference(y, other):
    """Return how far apart two sounds are, in dB: the mean over the mel bands in which something is heard."""
    y, other = (10 * np.log10((10 ** (listening.Frames()(one) / 10)).mean(axis=0)) for one in (y, other))
    return np.abs(y - other)[y > y.max() - 40].mean()


def write(path, y, rate=audio.SR, channels=1, **how):
    y = y if rate == audio.SR else soxr.resample(y, audio.SR, rate)
    soundfile.write(path, np.tile(y[:, None], channels), rate, **how)


@pytest.mark.parametrize(
    ("name", "how", "off"),
    [
        ("a.wav", {"channels": 6}, 0.01),
        ("a.wav", {"subtype": "FLOAT"}, 0.01),
        ("a.wav", {"rate": 96000, "subtype": "PCM_24", "channels": 2}, 1),
        ("a.wav", {"rate": 44100}, 0.2),
        ("a.flac", {"rate": 48000, "channels": 2}, 1),
        ("a.aiff", {}, 0.01),
        ("a.au", {}, 0.01),
        ("a.ogg", {"channels": 2}, 1),
        ("a.mp3", {"rate": 44100, "channels": 2}, 1),
        ("no-ending", {"format": "FLAC"}, 0.01),
    ],
)
def test_rates_channels_and_formats_change_little(tmp_path, y, name, how, off):
    write(tmp_path / name, y, **how)
    assert difference(y, heard(tmp_path / name)) < off


@pytest.mark.parametrize("db", [-30, 6])
def test_a_file_is_named_alike_however_loud_it_is(model, tmp_path, y, db):
    soundfile.write(tmp_path / "a.wav", 10 ** (db / 20) * y, audio.SR, subtype="FLOAT")
    found = [one.probabilities for one in listening.hear(model, sound.pieces(tmp_path / "a.wav"))]
    expected = [one.probabilities for one in listening.Ears(model).hear(y)]
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_a_low_rate_is_resampled_and_not_taken_for_another(model, tmp_path, y):
    write(tmp_path / "a.wav", y, rate=8000)
    assert len(heard(tmp_path / "a.wav")) == pytest.approx(len(y), abs=9)


def test_blocks_are_gathered_before_they_are_resampled_and_a_rate_may_change(y):
    at_44 = soxr.resample(y, audio.SR, 44100)
    blocks = [(44100, block) for block in np.split(at_44, range(7, len(at_44), 7))]
    pieces = list(sound._even(blocks))
    assert len(pieces) <= len(at_44) / (0.02 * 44100) + 2
    np.testing.assert_allclose(np.concatenate(pieces), soxr.resample(at_44, 44100, audio.SR), atol=1e-5)
    both = np.concatenate(list(sound._even([*blocks, (audio.SR, y), (audio.SR, y)])))
    assert len(both) == pytest.approx(3 * len(y), abs=5)
    np.testing.assert_array_equal(both[-2 * len(y) :], np.concatenate([y, y]))


def encoded(y, codec, container, rate=48000):
    """Encode a sound with PyAV, in stereo."""
    av = pytest.importorskip("av")
    body = io.BytesIO()
    with av.open(body, "w", format=container) as file:
        stream = file.add_stream(codec, rate=rate, layout="stereo")
        stream.bit_rate = 128_000
        planes = np.tile(soxr.resample(y, audio.SR, rate), (2, 1)).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(planes, format="fltp", layout="stereo")
        frame.sample_rate = rate
        size = stream.codec_context.frame_size or 1024
        fit = av.AudioResampler(stream.codec_context.format, "stereo", rate, size)
        for part in [*fit.resample(frame), *fit.resample(None)]:
            file.mux(stream.encode(part))
        file.mux(stream.encode(None))
    return body.getvalue()


@pytest.mark.parametrize(
    ("name", "codec", "container", "off"),
    [
        ("a.m4a", "aac", "ipod", 1),
        ("a.aac", "aac", "adts", 1),
        ("a.webm", "libopus", "webm", 1),
        ("a.wma", "wmav2", "asf", 1),
        ("a.mka", "pcm_s16le", "matroska", 0.2),
        ("a.mka", "pcm_u8", "matroska", 1),
        ("a.mka", "pcm_f32le", "matroska", 0.2),
    ],
)
def test_what_libsndfile_refuses_pyav_reads(tmp_path, y, name, codec, container, off):
    (tmp_path / name).write_bytes(encoded(y, codec, container))
    found = heard(tmp_path / name)
    assert len(found) == pytest.approx(len(y), abs=3000)
    assert difference(y, found) < off
    assert os.path.splitext(name)[1] in sound.EXTENSIONS


def test_without_pyav_a_line_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"x")))
    (tmp_path / "a.m4a").write_bytes(b"\0\0\0\x20ftypM4A " + bytes(99))
    with pytest.raises(ValueError, match=r"a\.m4a: .*PyAV is needed to read it: pip install 'genrelib\[lis"):
        heard(tmp_path / "a.m4a")
    with pytest.raises(ImportError, match="standard input: PyAV is needed"):
        heard("-")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "a: holds no samples|a: cannot be read as audio"),
        (b"<html>no sound</html>" * 20, "a: holds no sound|a: cannot be read as audio"),
        (b"RIFF\0\0\0\0WAVEfmt ", "a: cannot be read as audio"),
    ],
)
def test_what_is_no_sound_is_named(tmp_path, content, said):
    pytest.importorskip("av")
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(audio.AudioError, match=said):
        heard(tmp_path / "a")
    with pytest.raises(FileNotFoundError, match="b: no such file"):
        heard(tmp_path / "b")


def test_samples_that_are_no_numbers_are_named(tmp_path, y):
    y = y.copy()
    y[5000] = np.nan
    soundfile.write(tmp_path / "a.wav", y, audio.SR, subtype="FLOAT")
    with pytest.raises(audio.AudioError, match=r"a\.wav: holds NaN or infinite samples"):
        heard(tmp_path / "a.wav")


def test_a_file_that_was_cut_short_is_heard_as_far_as_it_goes(tmp_path, y):
    write(tmp_path / "a.wav", y)
    body = (tmp_path / "a.wav").read_bytes()
    (tmp_path / "a.wav").write_bytes(body[: len(body) // 2])
    np.testing.assert_allclose(heard(tmp_path / "a.wav"), y[: (len(body) // 2 - 44) // 2], atol=1e-4)


@pytest.mark.parametrize("kind", ["WAV", "FLAC"])
def test_a_recording_that_goes_on_is_heard_as_far_as_it_has_come(tmp_path, y, kind):
    with soundfile.SoundFile(tmp_path / "a", "w", audio.SR, 1, format=kind) as file:
        file.write(y)
        file.flush()
        found = heard(tmp_path / "a")
    assert len(y) - audio.SR < len(found) <= len(y)  # an encoder holds some back
    np.testing.assert_allclose(found, y[: len(found)], atol=1e-4)


def test_a_header_that_was_written_before_the_sound_says_nothing(tmp_path, y, monkeypatch):
    write(tmp_path / "a.wav", y)
    body = bytearray((tmp_path / "a.wav").read_bytes())
    for size in (0, 0xFFFFFFFF):
        body[40:44] = size.to_bytes(4, "little")
        (tmp_path / "a.wav").write_bytes(body)
        np.testing.assert_allclose(heard(tmp_path / "a.wav"), y, atol=1e-4)
    body[40:44] = bytes(4)
    (tmp_path / "a.wav").write_bytes(body)
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(audio.AudioError, match=r"a\.wav: holds no samples, its header says; PyAV is needed"):
        heard(tmp_path / "a.wav")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_a_pipe_is_heard(tmp_path, y):
    pytest.importorskip("av")
    os.mkfifo(tmp_path / "pipe")
    assert sound.is_stream(tmp_path / "pipe") and sound.is_stream("-") and not sound.is_stream(tmp_path)
    body = io.BytesIO()
    soundfile.write(body, y, audio.SR, format="WAV")
    writer = threading.Thread(target=lambda: (tmp_path / "pipe").write_bytes(body.getvalue()))
    writer.start()
    np.testing.assert_allclose(heard(tmp_path / "pipe"), y, atol=1e-4)
    writer.join()


class Station(BaseHTTPRequestHandler):
    """A radio station of many faults; `asked` lists what was asked for."""

    asked = ()  # a list while it is on air
    song = b""

    def do_GET(self):
        self.asked.append(self.path)
        what = self.path.strip("/")
        if what == "missing":
            self.send_error(404)
            return
        self.send_response(200)
        kinds = {"page": "text/html; charset=utf-8", "list": "audio/x-mpegurl"}
        self.send_header("Content-Type", kinds.get(what, "audio/mpeg"))
        if what in ("file", "broken"):
            self.send_header("Content-Length", str(len(self.song)))
        self.end_headers()
        if what == "once" and len(self.asked) > 1:
            return
        if what == "later" and len(self.asked) in (2, 3):
            self.wfile.write(b"<html>the station is down</html>" * 99)
            return
        if what == "list":
            self.wfile.write(b"#EXTM3U\n#EXTINF:-1,A station\nhttp://radio.example/live.mp3\n")
            return
        half = what in ("broken", "stall")
        self.wfile.write(b"<html>" if what == "page" else self.song[: len(self.song) // (2 if half else 1)])
        self.wfile.flush()
        if what == "stall":
            time.sleep(1)

    def log_message(self, *args):
        pass


@pytest.fixture
def station(y, monkeypatch):
    pytest.importorskip("av")
    monkeypatch.setattr(Station, "asked", [])
    monkeypatch.setattr(Station, "song", audio.mp3(y))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Station)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def waits(monkeypatch):
    """The seconds that would have been waited."""
    asked = []
    monkeypatch.setattr(sound, "time", SimpleNamespace(sleep=asked.append))
    return asked


def test_a_file_at_an_address_is_heard_once_to_its_end(station, waits, y):
    assert len(heard(f"{station}/file")) == pytest.approx(len(y), abs=3000)
    assert Station.asked == ["/file"] and waits == []


def test_a_stream_that_ends_is_connected_again_later_and_later_and_given_up(station, waits, y):
    found = []
    with pytest.warns(UserWarning, match=r"once: .*; connecting again in") as told:
        with pytest.raises(OSError, match=r"once: .*; given up after 6 connections without sound"):
            for piece in sound.pieces(f"{station}/once"):
                found.append(piece)
    assert sum(map(len, found)) == pytest.approx(len(y), abs=3000)
    assert waits == [1, 2, 4, 8, 16, 30] and len(Station.asked) == 7
    assert str(told[0].message).endswith("/once: the stream ended; connecting again in 1 s")


def test_a_station_that_comes_back_is_heard_on(station, waits, y):
    with pytest.warns(UserWarning, match="connecting again"):
        pieces, held = sound.pieces(f"{station}/later"), 0
        while held < 1.5 * len(y):
            held += len(next(pieces))
    assert len(Station.asked) == 4 and waits == [1, 2, 4]


def test_a_stream_that_stalls_is_noticed_without_burning_the_processor(station, waits, monkeypatch, y):
    monkeypatch.setattr(sound, "PATIENCE", 0.2)
    pieces, held, before = sound.pieces(f"{station}/stall"), 0, time.process_time()
    with pytest.warns(UserWarning, match=r"stall: .*; connecting again in 1 s"):
        while held < 0.8 * len(y):
            held += len(next(pieces))
    assert len(Station.asked) == 2 and waits == [1]
    assert time.process_time() - before < 2


def test_a_file_that_breaks_off_says_so(station, waits, y):
    with pytest.warns(UserWarning, match=r"broken: the connection broke off; heard as far as it came"):
        found = heard(f"{station}/broken")
    assert len(found) == pytest.approx(len(y) / 2, abs=7000) and Station.asked == ["/broken"]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("missing", "missing: the server says 404 Not Found"),
        ("list", r"list: is a playlist; give the address in it, http://radio\.example/live\.mp3$"),
        ("page", "page: is a web page; give the address of the sound itself"),
    ],
)
def test_an_address_that_holds_no_sound_is_named_at_once(station, waits, path, said):
    with pytest.raises(OSError, match=said):
        heard(f"{station}/{path}")
    assert waits == []


def test_a_station_that_never_sends_is_named(station, waits, monkeypatch):
    monkeypatch.setattr(sound, "PATIENCE", 0.2)
    monkeypatch.setattr(Station, "song", b"")
    with pytest.raises(OSError, match=r"stall: no (answer in time|connection)"):
        heard(f"{station}/stall")
    assert waits == []


def test_a_file_that_breaks_in_its_middle_is_not_heard_twice(tmp_path, monkeypatch, y):
    write(tmp_path / "a.flac", y)
    whole = (tmp_path / "a.flac").read_bytes()
    monkeypatch.setattr(audio, "BLOCK", audio.SR)
    (tmp_path / "a.flac").write_bytes(whole[: len(whole) // 2] + bytes(len(whole) // 2))
    found = []
    try:
        for piece in sound.pieces(tmp_path / "a.flac"):
            found.append(piece)
    except audio.AudioError as error:
        assert "a.flac: cannot be read as audio" in str(error)
    np.testing.assert_allclose(found[0], y[: audio.SR], atol=1e-4)
    assert 0 < sum(map(len, found)) <= len(y)


def test_a_server_that_is_not_there_is_named():
    with pytest.raises(OSError, match=r"127\.0\.0\.1:9/x: no connection"):
        heard("http://127.0.0.1:9/x")


def test_the_microphone_is_heard(monkeypatch, y):
    at_44 = soxr.resample(y, audio.SR, 44100)

    class Stream:
        def __init__(self, *, samplerate, channels, dtype, callback):
            assert (samplerate, channels, dtype) == (44100, 1, "float32")
            for block in np.split(at_44, range(512, len(at_44), 512)):
                callback(block[:, None], len(block), None, None)

        __enter__ = __exit__ = lambda *_: None

    device = SimpleNamespace(
        query_devices=lambda kind: {"default_samplerate": 44100.0},
        InputStream=Stream,
        PortAudioError=type("PortAudioError", (Exception,), {}),
    )
    monkeypatch.setitem(sys.modules, "sounddevice", device)
    monkeypatch.setattr(sound, "PATIENCE", 0.05)
    found = []
    with pytest.raises(OSError, match=r"the microphone gave no sound for 0\.05 s"):
        for piece in sound.microphone():
            found.append(piece)
    np.testing.assert_allclose(np.concatenate(found)[:-900], y[: sum(map(len, found)) - 900], atol=0.02)

    def refuse(**_):
        raise device.PortAudioError("Error querying device -1")

    monkeypatch.setattr(device, "query_devices", refuse)
    with pytest.raises(OSError, match=r"no microphone can be opened \(Error querying device -1\)"):
        next(sound.microphone())


def test_a_missing_sound_system_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(ImportError, match=r"sounddevice opens the microphone: pip install 'genrelib\[listen"):
        next(sound.microphone())
    (tmp_path / "sounddevice.py").write_text("raise OSError('PortAudio library not found')")
    code = "from genrelib.listening import sound; next(sound.microphone())"
    path = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    run = subprocess.run([sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": path}, **CAPTURED)
    assert run.stderr.splitlines()[-1].endswith("on Linux install libportaudio2")


CAPTURED = {"capture_output": True, "text": True}
