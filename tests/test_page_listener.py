"""The part of a page that listens: it agrees with Python, says what is wrong, and keeps all to itself."""

import base64
import io
import re
import sys

import numpy as np
import pytest
import soundfile
import soxr
from conftest import ROOT

sys.path.insert(0, str(ROOT / "book"))
import build

from genrelib import audio, catalog, listening, players, synth
from genrelib.players.listener import packed

SR = audio.SR
GENRES = list(catalog.GENRES)
CLOSE = 2e-3  # of a probability: what browsers' decoders and another resampling may change
HEARD = "said => said.textContent && !said.textContent.includes('…')"
SHARES = "bars => bars.map(bar => Number(bar.style.getPropertyValue('--share')))"
SHAPES = {
    "normalise/mean": (128,),
    "normalise/variance": (128,),
    "filter_bands_1/kernel": (4, 128, 2),
    "filter_bands_1/bias": (256,),
    "filter_bands_3/kernel": (4, 128, 2),
    "filter_bands_3/bias": (256,),
    "batch_norm/gamma": (1280,),
    "batch_norm/beta": (1280,),
    "batch_norm/mean": (1280,),
    "batch_norm/variance": (1280,),
    "dense/kernel": (1280, 256),
    "dense/bias": (256,),
    "genres/kernel": (256, 10),
    "genres/bias": (10,),
}


@pytest.fixture(scope="module")
def clips():
    songs = {genre: synth.compose(genre, 0, seed=7, seconds=10) for genre in ("blues", "metal", "pop")}
    return {genre: synth.render(song) for genre, song in songs.items()}


@pytest.fixture(scope="module")
def model(clips):
    """A network with random weights that knows how the clips differ; halves, as in what is shipped."""
    rng = np.random.default_rng(1)
    weights = {name: rng.normal(size=shape) / 8 for name, shape in SHAPES.items()}
    weights |= {"normalise/mean": np.full(128, -20.0), "normalise/variance": np.full(128, 200.0)}
    card = {"genres": GENRES, "features": {"kind": "mel"}, "tested": "3 of 10 clips right, artists apart"}
    kept = [listening.Model(weights, card, "").statistics(listening.Frames()(y)) for y in clips.values()]
    weights |= {"batch_norm/mean": np.mean(kept, axis=0), "batch_norm/variance": np.var(kept, axis=0)}
    halves = {name: values.astype(np.float16).astype(np.float32) for name, values in weights.items()}
    return listening.Model(halves, card, "")


@pytest.fixture(scope="module")
def address(model, clips, tmp_path_factory):
    """A page with the part, as a file."""
    path = tmp_path_factory.mktemp("pages") / "page.html"
    head = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Ears</title>'
    path.write_text(f"{head}<main>{players.listener(model, clips).data}</main>", encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def page(browser, address):
    """That page, opened; whatever it asks for is written down."""
    page = browser.new_page()
    page.add_init_script("HTMLMediaElement.prototype.play = async () => {}")  # bars follow what is played
    page.asked, page.errors = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("pageerror", lambda error: page.errors.append(error))
    page.goto(address)
    heard(page)
    yield page
    assert page.errors == []
    page.close()


def heard(page):
    """Wait until a page has heard what was chosen, and return what it says."""
    said = page.locator(".said[role=status]")  # other players of a page have a line as well
    page.wait_for_function(HEARD, arg=said.element_handle())
    return said.inner_text()


def shares(page):
    return np.array(page.locator(".bars li").evaluate_all(SHARES))


def given(page, path):
    """Give a file to a page, and return what it says about it."""
    page.locator("input[type=file]").set_input_files(path)
    return heard(page)


def says(page, name, python):
    """Check that a page names a sound as Python does, and that its bars stand where Python's would."""
    said = page.locator(".said").inner_text()
    assert said.startswith(f"{name}: the network says {GENRES[python.argmax()]}, ") and said.endswith(
        "\u00a0%."
    )
    assert shares(page) == pytest.approx(python, abs=CLOSE)
    assert page.locator(".bars .best .name").inner_text() == GENRES[python.argmax()]


def test_the_clips_are_heard_as_in_python(page, model, clips):
    seen = set()
    for text in clips:
        page.get_by_role("button", name=text).click()
        heard(page)
        _, _, mp3 = page.locator("audio").get_attribute("src").partition(",")
        y, _ = soundfile.read(io.BytesIO(base64.b64decode(mp3)), dtype="float32")
        python = listening.classify(model, y)
        says(page, text, python)
        seen.add(python.argmax())
    assert len(seen) > 1, "a network that always says the same shows nothing"


FORMATS = {  # rate, channels, name: written, and read by Python and by the page
    "mono.wav": (SR, 1, {}),
    "stereo.wav": (44100, 2, {"subtype": "PCM_24"}),
    "video.flac": (48000, 2, {}),
    "half.flac": (SR, 1, {}),
    "telephone.wav": (8000, 1, {}),
    "studio.wav": (96000, 1, {"subtype": "FLOAT"}),
    "old.mp3": (SR, 1, {}),
    "usual.mp3": (44100, 2, {}),
    "usual.ogg": (44100, 1, {"subtype": "VORBIS"}),
    "half.ogg": (SR, 1, {"subtype": "VORBIS"}),
}


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_of_any_rate_and_kind_is_heard_as_in_python(name, page, model, tmp_path):
    rate, channels, how = FORMATS[name]
    y = synth.render(synth.compose("disco", 1, seed=7, seconds=12))
    y = soxr.resample(y, SR, rate) + np.random.default_rng(0).normal(size=len(y) * rate // SR) / 1000
    sides = [0.3 * y, 0.5 * np.roll(y, 20)][:channels]
    soundfile.write(tmp_path / name, np.stack(sides, axis=1), rate, **how)
    given(page, tmp_path / name)
    says(page, name, listening.classify(model, audio.read(tmp_path / name)))
    assert page.locator("audio").get_attribute("src").startswith("blob:")


def test_how_loud_a_sound_is_does_not_matter(page, tmp_path):
    y = synth.render(synth.compose("disco", 1, seed=7, seconds=12))
    found = []
    for gain in (1, 10**-1.5):
        soundfile.write(tmp_path / "a.wav", gain * y / np.abs(y).max(), SR, subtype="FLOAT")
        given(page, tmp_path / "a.wav")
        found.append(shares(page))
    assert found[0] == pytest.approx(found[1], abs=1e-5)


def test_the_strip_says_second_by_second_what_python_says(page, model, tmp_path):
    songs = [synth.compose(genre, 1, seed=7, seconds=15) for genre in ("metal", "blues")]
    soundfile.write(tmp_path / "both.wav", np.concatenate([synth.render(song) for song in songs]), SR)
    given(page, tmp_path / "both.wav")
    verdicts = list(listening.hear(model, [audio.read(tmp_path / "both.wav")]))
    names = [GENRES[verdict.smoothed.argmax()] for verdict in verdicts]
    changes = [at for at in range(1, 30) if names[at] != names[at - 1]]
    runs = zip([0, *changes], [*changes, 30], strict=True)
    wanted = [f"{names[end - 1]} from 0:{begin:02} to 0:{end:02}" for begin, end in runs]
    assert len(wanted) > 1 and page.locator(".strip li").all_text_contents() == wanted


def test_it_says_when_it_is_not_sure_and_when_there_is_no_music(browser, model, clips, tmp_path):
    noise = np.random.default_rng(0).normal(size=11 * SR).astype(np.float32) / 9
    away = listening.doubt.deviations(model.weights, model.statistics(listening.Frames()(noise)))
    doubts = {"sure/threshold": 0.99, "sure/temperature": 2.0, "music/bias": 0.5, "music/farthest": 1e3}
    doubts |= {"music/weights": -away / (away @ away)}
    doubtful = {name: np.float32(value) for name, value in doubts.items()}
    doubting = listening.Model(model.weights | doubtful, model.card, "")
    html = players.listener(doubting, {"metal": clips["metal"], "noise": noise}).data
    (tmp_path / "page.html").write_text(f"<!doctype html><meta charset=utf-8>{html}", encoding="utf-8")
    page = browser.new_page()
    page.goto((tmp_path / "page.html").as_uri())
    said = heard(page)
    soundfile.write(tmp_path / "a.wav", clips["metal"], SR, subtype="FLOAT")
    python = listening.classify(doubting, clips["metal"])
    first, second = np.argsort(-python)[:2]
    assert re.sub(r"[\d\xa0]+%", "%", given(page, tmp_path / "a.wav")) == (
        f"a.wav: the network is not sure ({GENRES[first]}, %; {GENRES[second]}, %)."
    )
    assert said.startswith("metal: the network is not sure (")
    assert shares(page) == pytest.approx(python, abs=CLOSE)
    page.get_by_role("button", name="noise").click()
    assert heard(page) == "noise: the network hears no music."
    assert page.locator(".strip li").all_text_contents()[-1].startswith("no music from ")
    page.close()


def test_real_recordings_are_heard_as_in_python(page, model, real):
    for path in sorted((real / "gtzan_mini").rglob("*3.wav"))[::2]:
        given(page, path)
        says(page, path.name, listening.classify(model, audio.read(path)))


@pytest.mark.campaign
def test_all_real_recordings_are_heard_as_in_python(page, model, real):
    paths = sorted((real / "gtzan_mini").rglob("*.wav"))
    assert len(paths) == 100
    for path in paths:
        given(page, path)
        says(page, path.name, listening.classify(model, audio.read(path)))


def test_what_cannot_be_heard_is_said_in_one_line(page, tmp_path):
    def write(name, y, rate=SR, **how):
        soundfile.write(tmp_path / name, y, rate, **how)
        return tmp_path / name

    huge, empty, text = (tmp_path / name for name in ("huge.wav", "empty.wav", "text.mp3"))
    with open(huge, "wb") as file:
        file.truncate(200_000_000)
    empty.touch()
    text.write_text("no sound " * 1000)
    long = write("long.wav", np.zeros(21 * 60 * 8000, np.int16), 8000, subtype="PCM_U8")
    unreadable = "is no sound that this browser can read: WAV, MP3 and FLAC it can."
    anywhere = "In a terminal, genrelib classify takes any."
    assert given(page, huge) == f"huge.wav has 200 MB, and a page takes 100. {anywhere}"
    assert given(page, long) == f"long.wav lasts 21:00, and a page takes 20:00. {anywhere}"
    assert given(page, empty) == f"empty.wav {unreadable}"
    assert given(page, text) == f"text.mp3 {unreadable}"
    short = write("short.wav", np.ones(SR // 4) / 2)
    assert given(page, short) == "short.wav is too short: the network needs half a second at least."
    assert given(page, write("quiet.wav", np.zeros(3 * SR))) == "quiet.wav: the network hears silence."
    assert page.locator("progress").is_hidden()
    assert given(page, write("good.wav", synth.render(synth.compose("pop", 0, seconds=5)))).endswith("%.")


def test_a_file_can_be_dropped(page, model, tmp_path):
    soundfile.write(tmp_path / "a.wav", synth.render(synth.compose("pop", 2, seconds=11)), SR)
    dropped = """([part, base64]) => {
      const bytes = Uint8Array.from(atob(base64), sign => sign.charCodeAt(0))
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File([bytes], "a.wav"))
      part.dispatchEvent(new DragEvent("drop", {dataTransfer, bubbles: true, cancelable: true}))
    }"""
    sound = base64.b64encode((tmp_path / "a.wav").read_bytes()).decode()
    page.evaluate(dropped, [page.locator(".heard-listener").element_handle(), sound])
    heard(page)
    says(page, "a.wav", listening.classify(model, audio.read(tmp_path / "a.wav")))


def test_nothing_leaves_the_machine_and_the_page_says_so(page, tmp_path, address):
    soundfile.write(tmp_path / "a.wav", synth.render(synth.compose("pop", 2, seconds=5)), SR)
    given(page, tmp_path / "a.wav")
    assert {url.partition(":")[0] for url in page.asked} <= {"file", "data", "blob"}
    assert [url for url in page.asked if url.startswith("file")] == [address]
    assert "Nothing leaves this machine" in page.locator(".note").inner_text()
    assert "3 of 10 clips right" in page.locator(".note").inner_text()


def test_the_keyboard_reaches_everything(page):
    names = []
    for _ in range(5):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.textContent"))
    assert names == ["▶ blues", "▶ metal", "▶ pop", "Open a file …", "Microphone"]
    page.get_by_role("button", name="pop").focus()
    page.keyboard.press("Enter")
    assert heard(page).startswith("pop: ")
    assert page.locator("button[aria-pressed=true]").all_inner_texts() == ["▶ pop"]
    with page.expect_file_chooser():
        page.get_by_role("button", name="Open a file").press("Space")


def test_a_later_choice_ends_the_earlier(page, tmp_path):
    soundfile.write(tmp_path / "long.wav", np.random.default_rng(0).normal(size=300 * SR) / 9, SR)
    page.locator("input[type=file]").set_input_files(tmp_path / "long.wav")
    page.get_by_role("button", name="metal").click()
    assert heard(page).startswith("metal: ")
    page.wait_for_timeout(500)
    assert page.locator(".said").inner_text().startswith("metal: ")
    assert page.locator(".end").inner_text() == "0:10"


def test_pages_share_weights_and_sounds_in_scripts_of_their_own(browser, model, clips, tmp_path):
    html = players.listener(model, clips).data
    shared = build.share(html, tmp_path / "book")
    assert len(shared) < 50_000 < 800_000 < len(html)
    (tmp_path / "book" / "_static").rename(tmp_path / "_static")
    (tmp_path / "book" / "page.html").write_text(f"<!doctype html><meta charset=utf-8>{shared}", "utf-8")
    page, asked = browser.new_page(), []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2].partition("-")[0]))
    page.goto((tmp_path / "book" / "page.html").as_uri())
    heard(page)
    assert sorted(asked) == ["clip", "page.html", "weights"], "sounds come when they are chosen"
    page.get_by_role("button", name="pop").click()
    assert heard(page).startswith("pop: the network says ")
    weights = next((tmp_path / "_static" / "heard").glob("weights-*.js"))
    assert weights.stat().st_size < 1_000_000
    weights.unlink()
    page.reload()
    assert heard(page) == "A part of this book is missing: copy its whole folder, or build it again."
    page.close()


@pytest.mark.parametrize(
    "name, line",
    [
        ("NotFoundError", "There is no microphone."),
        (
            "NotAllowedError",
            "The browser does not let this page use the microphone: allow it beside the address, "
            "and press again.",
        ),
        (None, "This browser lets no page that is opened from a file use a microphone."),
    ],
)
def test_a_page_without_a_microphone_says_why(name, line, page):
    page.evaluate(
        """name => Object.defineProperty(navigator, 'mediaDevices', {
          value: name ? {getUserMedia: async () => { throw new DOMException('', name) }} : undefined,
        })""",
        name,
    )
    for _ in range(2):  # pressed again, it asks again
        page.get_by_role("button", name="Microphone").click()
        assert heard(page) == line
    assert page.locator("[aria-pressed=true]").count() == 0


def test_the_microphone_is_heard_as_it_is(open_browser, address, model, tmp_path):
    y = soxr.resample(synth.render(synth.compose("metal", 3, seed=7, seconds=20)), SR, 48000)
    soundfile.write(tmp_path / "loop.wav", 0.5 * y / np.abs(y).max(), 48000)
    fake = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    chromium = open_browser(*fake, f"--use-file-for-fake-audio-capture={tmp_path / 'loop.wav'}")
    page = chromium.new_page(reduced_motion="reduce")
    page.add_init_script(SPY)
    page.goto(address)
    heard(page)
    page.evaluate(WATCH)
    page.get_by_role("button", name="Microphone").click()
    page.wait_for_function("document.querySelector('.end').textContent === '0:04'", timeout=30_000)
    now = page.evaluate(NOW)
    came = [np.float32(now["samples"])]
    verdicts = list(listening.hear(model, audio.resampled(came, now["rate"], SR)))
    said = {round(verdict.second): verdict.smoothed for verdict in verdicts}[now["second"]]
    assert now["shares"] == pytest.approx(said, abs=CLOSE)
    assert now["said"] == f"Microphone: the network says {GENRES[said.argmax()]}."
    assert max(came[0]) == pytest.approx(0.5, abs=0.1), "a browser that sets the gain"
    assert now["asked"] == {"audio": dict.fromkeys(PROCESSING, False) | {"channelCount": 1}}
    assert now["counted"]["said"] <= now["second"] + 1, "a screen reader is interrupted without news"
    assert now["counted"]["drawn"] <= 2 * now["second"], "a picture that moves, against the reader's wish"
    page.get_by_role("button", name="Microphone").click()
    assert page.locator(".said").inner_text() == "The microphone is off."
    assert page.evaluate("tracks.every(track => track.readyState === 'ended')")
    chromium.close()


PROCESSING = ("echoCancellation", "noiseSuppression", "autoGainControl")
SPY = """
  window.tracks = []
  window.samples = []
  const take = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
  navigator.mediaDevices.getUserMedia = async wanted => {
    window.asked = wanted
    const stream = await take(wanted)
    tracks.push(...stream.getTracks())
    return stream
  }
  window.AudioWorkletNode = class extends AudioWorkletNode {
    constructor(context, ...more) {
      super(context, ...more)
      window.rate = context.sampleRate
      this.port.addEventListener("message", ({data}) => samples.push(...data))
    }
  }
"""
NOW = """() => {
  const text = name => document.querySelector(name).textContent
  const bars = [...document.querySelectorAll('.bars li')]
  return {
    samples, rate, asked, counted, said: text('.said'), second: Number(text('.end').split(':')[1]),
    shares: bars.map(bar => Number(bar.style.getPropertyValue('--share'))),
  }
}"""
WATCH = """() => {
  window.counted = {said: 0, drawn: 0}
  new MutationObserver(() => counted.said++).observe(document.querySelector('.said'), {childList: true})
  const put = CanvasRenderingContext2D.prototype.putImageData
  CanvasRenderingContext2D.prototype.putImageData = function (...all) {
    counted.drawn++
    put.apply(this, all)
  }
}"""


def test_a_phone_by_night_shows_all_of_it(browser, address):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, color_scheme="dark")
    page = context.new_page()
    page.goto(address)
    heard(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    boxes = [button.bounding_box() for button in page.locator(".pick button").all()]
    assert min(box[side] for box in boxes for side in ("width", "height")) >= 24
    right = (
        page.locator(".heard-listener").bounding_box()["x"]
        + page.locator(".heard-listener").bounding_box()["width"]
    )
    inside = page.locator(".bars li, .strip, .picture, audio").all()
    assert all(box["x"] + box["width"] <= right for box in (each.bounding_box() for each in inside))
    context.close()


def test_the_weights_take_less_than_a_megabyte(model):
    html = players.listener(model, {"noise": np.random.default_rng(0).normal(size=10 * SR)}).data
    parts = re.findall(r'<script data-part="(\w+)-\w+">(.*?)</script>', html)
    assert [name for name, _ in parts] == ["weights", "clip"]
    assert len(parts[0][1]) < 1_000_000
    assert len(html) - sum(len(body) for _, body in parts) < 50_000


def test_weights_that_are_no_halves_stay_exact_where_they_are_few(model):
    few, many = np.float32([1 / 3, 2e-9]), np.full(5000, 1 / 3, np.float32)
    whole = packed({"a": few, "b": many, "c": np.float32(0.5)})
    assert whole["layout"] == [["a", 2, "f4"], ["b", 5000, "f2"], ["c", 1, "f2"]]
    assert len(base64.b64decode(whole["base64"])) == 8 + 10000 + 2


def test_a_network_on_other_features_is_refused(model, clips):
    mfcc = listening.Model(model.weights, model.card | {"features": {"kind": "mfcc"}}, "")
    with pytest.raises(ValueError, match="the page hears mel bands, and this model hears 'mfcc'"):
        players.listener(mfcc, clips)


@pytest.mark.parametrize("name", ["book/welcome", "notebooks/13_listening"])
def test_the_front_page_and_chapter_13_listen(name, book, browser):
    page = browser.new_page()
    page.goto((book / "html" / f"{name}.html").as_uri())
    assert heard(page).startswith("blues: the network ")
    assert page.locator("[data-clip]").count() == len(synth.GENRES)
    page.close()
