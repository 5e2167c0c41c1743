"""Players and widgets: bytes in the page, loudness, text, and the browser (genrelib.players)."""

import base64
import io
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
import soundfile

from genrelib import features, players

SR = 22050
TONE = 0.1 * np.sin(2 * np.pi * 440 * np.arange(3 * SR) / SR, dtype=np.float32)


def heard(html):
    """Return what the players of a piece of HTML play: a list of (samples,)."""
    sounds = []
    for audio in ET.fromstring(html.replace("<audio controls ", '<audio controls="" ')).iter("audio"):
        head, code = audio.get("src").split(",")
        assert head == "data:audio/mpeg;base64"
        sounds.append(soundfile.read(io.BytesIO(base64.b64decode(code)))[0])
    return sounds


def test_a_player_plays_what_it_was_given():
    (y,) = heard(players.player(TONE, "a tone").data)
    assert len(y) == pytest.approx(len(TONE), abs=3000)  # MP3 pads
    spectrum = np.abs(np.fft.rfft(y))
    assert np.argmax(spectrum) * SR / len(y) == pytest.approx(440, abs=1)
    assert np.abs(y).max() == pytest.approx(0.708, rel=0.1)


def test_level_can_be_kept_but_never_clips():
    (quiet,) = heard(players.player(TONE, "as it is", level=False).data)
    assert np.std(quiet) == pytest.approx(0.1 / np.sqrt(2), rel=0.05)
    (loud,) = heard(players.player(30 * TONE, "too loud", level=False).data)
    assert np.abs(loud).max() < 1


def test_the_ends_are_faded_and_the_sound_is_left_alone():
    y = np.ones(SR, dtype=np.float32)
    (sound,) = heard(players.player(y, "a step").data)
    assert np.abs(np.diff(sound)).max() < 0.2  # no click
    assert (y == 1).all()


def test_a_silent_excerpt_is_played_and_said_to_be_silent():
    html = players.player(np.zeros(SR), "the rain").data
    (sound,) = heard(html)
    assert not np.abs(sound).max() > 1e-3 and "the rain (silent)" in html


@pytest.mark.parametrize("y", [np.array([]), np.array([0.1, np.nan]), np.array([np.inf, 0.1])])
def test_nothing_to_hear_is_an_error_that_names_the_player(y):
    with pytest.raises(ValueError, match="nothing to hear in 'the rain'"):
        players.player(y, "the rain")


def test_ten_seconds_weigh_little():
    noise = np.random.default_rng(0).normal(size=10 * SR)
    assert len(players.player(noise, "noise").data) < 200_000


def test_the_text_is_shown_and_read_out():
    figure = ET.fromstring(
        players.player(TONE, 'drums & "bass" <loud>').data.replace(" controls ", ' controls="" ')
    )
    assert figure.get("class").split()[0] == "player"
    assert figure.find("figcaption").text == figure.find("audio").get("aria-label") == 'drums & "bass" <loud>'


def test_a_grid_keeps_its_order():
    grid = players.players({"high": TONE, "low": TONE[::2]}).data
    assert [len(y) > 2 * SR for y in heard(grid)] == [True, False]
    assert grid.index("high") < grid.index("low")
    assert grid.startswith('<div class="players"')


@pytest.mark.parametrize("sr", [8000, 16000, 44100])
def test_other_rates_keep_their_pitch(sr):
    y = np.sin(2 * np.pi * 440 * np.arange(sr) / sr)
    sound, rate = soundfile.read(io.BytesIO(base64.b64decode(players.data_uri(y, sr=sr).split(",")[1])))
    assert rate == sr and len(sound) == pytest.approx(sr, abs=3000)


CONFUSED = np.array([[0.7, 0.3, 0], [0, 1, 0], [0.1, 0.4, 0.5]])
EXAMPLES = {
    (0, 0): [("a calm one", TONE[:SR])],
    (0, 1): [("calm 1", TONE[:SR]), ("calm 2 </script>", TONE[:SR])],
    (2, 1): [("wild", TONE[:SR])],
}


@pytest.fixture
def page(tmp_path, browser):
    """A phone at the page with the confusion that can be heard; it may ask for nothing but the file."""
    body = players.heard_confusion("what was said", CONFUSED, ["calm", "even", "wild"], EXAMPLES).data
    (tmp_path / "page.html").write_text(f"<meta charset=utf-8>{body}", encoding="utf-8")
    context = browser.new_context(viewport={"width": 360, "height": 640}, has_touch=True)
    page = context.new_page()
    page.route("http*://**", lambda route: route.abort())
    page.add_init_script("HTMLMediaElement.prototype.play = function () { window.played = this.src }")
    page.goto((tmp_path / "page.html").as_uri())
    yield page
    context.close()


def test_a_cell_of_the_confusion_plays_its_clips_in_turn_by_touch(page):
    cell = page.get_by_label("calm, taken for even: 30\u00a0%")
    assert min(cell.bounding_box()[side] for side in ("width", "height")) >= 24
    cell.tap()
    first = page.evaluate("window.played")
    assert page.locator(".said").inner_text() == "calm, taken for even: 30\u00a0%"
    assert page.locator(".clips button").all_inner_texts() == ["▶ calm 1", "▶ calm 2 </script>"]
    y, _ = soundfile.read(io.BytesIO(base64.b64decode(first.split(",")[1])))
    assert len(y) == pytest.approx(SR, abs=3000)
    cell.tap()
    assert page.locator(".clips button").nth(1).get_attribute("aria-pressed") == "true"
    page.locator(".clips button").first.tap()
    assert page.locator(".clips button").first.get_attribute("aria-pressed") == "true"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_keyboard_walks_over_the_cells_that_sound(page):
    page.keyboard.press("Tab")
    seen = []
    for key in ("Enter", "ArrowRight", "Enter", "ArrowDown", "Space", "ArrowUp"):
        page.keyboard.press(key)
        seen.append(page.evaluate("document.activeElement.dataset.cell"))
    assert seen == ["0-0", "0-1", "0-1", "2-1", "2-1", "0-1"]
    assert page.locator(".said").inner_text() == "wild, taken for even: 40\u00a0%"


def test_a_confusion_of_other_genres_is_refused():
    with pytest.raises(ValueError, match=r"shape \(3, 3\) does not fit 2 genres"):
        players.heard_confusion("said", CONFUSED, ["calm", "even"], {})


def test_heard_map_carries_its_sounds_and_refuses_what_does_not_fit():
    t = np.arange(11025) / 11025
    sounds = {0: 0.3 * np.sin(2 * np.pi * 220 * t), 2: 0.3 * np.sin(2 * np.pi * 440 * t)}
    genres, says = ["jazz", "rock", "a<b"], ["one", "two", "</script> three"]
    points = np.array([[0, 0], [1, 2], [3, 1]])
    page = players.heard_map({"mel": points, "MFCC": -points}, genres, says, sounds, sr=11025).data
    assert page.count('<svg viewBox="0 0 100 100"') == 2 and page.count('tabindex="0"') == 2
    assert page.count("transform=") == 6
    assert page.count("</script>") == 2, "what is said about a clip must not end the script"
    assert "a<b" not in page
    assert "http" not in page, "the widget needs no server"
    with pytest.raises(ValueError, match="differ in size"):
        players.heard_map({"mel": points}, genres[:2], says, sounds)


@pytest.fixture
def audible(browser, tmp_path):
    """A page with two maps of three clips in a row, two of which sound, open in a browser."""
    t = np.arange(11025) / 11025
    sounds = {0: 0.3 * np.sin(2 * np.pi * 220 * t), 2: 0.3 * np.sin(2 * np.pi * 440 * t)}
    points = np.array([[0, 1], [1, 0], [2, 1.5]])
    genres, says = ["jazz", "metal", "pop"], ["a, slow", "b, fast", "c, loud"]
    part = players.heard_map({"mel": points, "MFCC": -points}, genres, says, sounds, sr=11025).data
    spy = "HTMLMediaElement.prototype.play = async function() { heard.push(this.src) }"
    head = f"<!doctype html><script>window.heard = []; {spy}</script>"
    (tmp_path / "map.html").write_text(head + part, encoding="utf-8")
    page = browser.new_page(viewport={"width": 800, "height": 600}, has_touch=True)
    page.goto((tmp_path / "map.html").as_uri())
    yield page
    page.close()


def played(page):
    """Return how many sounds have played, and the pitch of the last."""
    codes = page.evaluate("heard")
    if not codes:
        return 0, None
    y, sr = soundfile.read(io.BytesIO(base64.b64decode(codes[-1].partition(",")[2])))
    return len(codes), round(np.abs(np.fft.rfft(y)).argmax() * sr / len(y), -1)


def test_a_map_is_heard_by_mouse_touch_and_keyboard(audible):
    said, marks = audible.locator(".said"), audible.locator(".panels svg").first.locator("path")
    marks.nth(0).hover()
    assert said.inner_text() == "a, slow" and played(audible) == (1, 220)
    assert audible.locator("path.on").count() == 2, "the same clip is lit in both maps"
    audible.locator("input").uncheck()
    audible.locator('.panels path[data-genre="pop"]').first.hover()
    assert said.inner_text() == "c, loud" and played(audible)[0] == 1, "pointing can be silent"
    audible.locator('.panels path[data-genre="pop"]').first.tap()
    assert played(audible) == (2, 440)
    audible.locator('.panels path[data-genre="metal"]').first.tap()
    assert said.inner_text() == "b, fast (this clip has no sound here)" and played(audible)[0] == 2

    audible.locator(".panels svg").first.focus()
    audible.keyboard.press("ArrowUp")
    assert said.inner_text() == "a, slow" and played(audible) == (3, 220)
    audible.keyboard.press("Enter")
    assert played(audible) == (4, 220)
    audible.locator("button", has_text="pop").click()
    assert audible.locator(".panels path.far").count() == 4, "one genre alone"


SCRIPTS = sorted(Path(players.__file__).parent.glob("*.js"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_sound(script):
    if not shutil.which("node"):
        pytest.skip("node is not installed")
    checked = subprocess.run(["node", "--check", script], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr


def test_every_widget_has_its_script_and_style():
    styles = {path.stem for path in Path(players.__file__).parent.glob("*.css")}
    assert styles == {"confusion", "listener", "map", "versions"}
    assert {path.stem for path in SCRIPTS} == styles | {"ears"}


def test_several_widgets_share_a_page(browser, tmp_path):
    points, sounds = np.array([[0, 1], [1, 0]]), {0: TONE[:SR], 1: TONE[:SR]}
    widgets = [
        players.heard_map({"mel": points}, ["jazz", "pop"], ["one", "two"], sounds),
        players.heard_map({"MFCC": points}, ["jazz", "pop"], ["three", "four"], sounds),
        players.heard_confusion("said", CONFUSED, ["calm", "even", "wild"], EXAMPLES),
    ]
    body = "".join(widget.data for widget in widgets)
    (tmp_path / "page.html").write_text(f"<meta charset=utf-8>{body}", encoding="utf-8")
    page = browser.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(error))
    page.goto((tmp_path / "page.html").as_uri())
    page.locator(".panels svg").nth(1).focus()
    page.keyboard.press("ArrowLeft")
    page.get_by_label("wild, taken for even").click()
    first, second, third = page.locator(".said").all_inner_texts()
    assert first.startswith("Point at a clip") and second in ("three", "four") and third.startswith("wild")
    assert not errors and page.evaluate("typeof start") == "undefined"
    page.close()


def test_other_genres_differ_in_a_map():
    points = np.random.default_rng(0).normal(size=(10, 2))
    names = ["tango", "fado", "techno", "gamelan", "polka", "Electronic", "Folk", "Hip-Hop", "Rock", "dub"]
    page = players.heard_map({"mel": points}, names, names, {}).data
    assert len(set(re.findall(r'<path fill="(#\w+)"', page))) == 10


@pytest.fixture
def switched(browser, tmp_path):
    """A page with three versions of a sound, in a browser whose clock of sounds stands still."""
    part = players.heard_versions({"high": TONE, "low": TONE / 2, "a<b": -TONE}).data
    still = """
      const clocks = new WeakMap()
      const own = {
        play() { this.going = true; this.dispatchEvent(new Event("play")) },
        pause() { this.going = false; this.dispatchEvent(new Event("pause")) },
      }
      Object.assign(HTMLMediaElement.prototype, own)
      for (const [name, get] of [["paused", e => !e.going], ["duration", () => 3]])
        Object.defineProperty(HTMLMediaElement.prototype, name, { get() { return get(this) } })
      Object.defineProperty(HTMLMediaElement.prototype, "currentTime", {
        get() { return clocks.get(this) || 0 }, set(second) { clocks.set(this, second) } })"""
    (tmp_path / "page.html").write_text(
        f"<meta charset=utf-8><script>{still}</script>{part}", encoding="utf-8"
    )
    page = browser.new_page(viewport={"width": 360, "height": 640}, has_touch=True)
    page.goto((tmp_path / "page.html").as_uri())
    yield page
    page.close()


def playing(page):
    """Return which of the versions plays (None: none does), and where each stands."""
    states = page.evaluate("[...document.querySelectorAll('audio')].map(e => [e.paused, e.currentTime])")
    going = [number for number, (paused, _) in enumerate(states) if not paused]
    assert len(going) < 2, "two versions at a time"
    return (going or [None])[0], [second for _, second in states]


def test_versions_are_switched_at_the_same_position(switched):
    strip, play = switched.get_by_role("slider"), switched.locator(".play")
    assert not switched.locator(".players").is_visible() and strip.is_visible()
    switched.get_by_role("button", name="low").click()
    assert playing(switched)[0] is None, "choosing does not play by itself"
    play.click()
    box = strip.bounding_box()
    switched.mouse.click(box["x"] + box["width"] / 2, box["y"] + 5)
    where, seconds = playing(switched)
    assert where == 1 and seconds[1] == pytest.approx(1.5, abs=0.02) and play.inner_text().endswith("pause")
    switched.get_by_role("button", name="a<b").tap()
    where, seconds = playing(switched)
    assert where == 2 and seconds[2] == pytest.approx(1.5, abs=0.02)
    assert switched.locator(".strip img.on").count() == 1
    assert switched.locator("button[aria-pressed=true]").inner_text() == "a<b"
    assert switched.evaluate("parseFloat(document.querySelector('.strip span').style.left)") == pytest.approx(
        50, abs=1
    )
    assert switched.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_versions_are_switched_and_moved_with_the_keyboard(switched):
    switched.get_by_role("slider").focus()
    for key in ("ArrowRight", "2", "Space", "ArrowRight", "1"):
        switched.keyboard.press(key)
    where, seconds = playing(switched)
    assert where == 0 and seconds[0] == pytest.approx(1.0)
    assert switched.get_by_role("slider").get_attribute("aria-valuenow") == "33"
    for _ in range(9):
        switched.keyboard.press("ArrowLeft")
    switched.keyboard.press("Space")
    assert playing(switched) == (None, [0, pytest.approx(1.0), 0])


def test_versions_are_players_where_no_script_runs(browser, tmp_path):
    part = players.heard_versions({"high": TONE, "low": TONE}).data
    (tmp_path / "page.html").write_text(f"<meta charset=utf-8>{part}", encoding="utf-8")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((tmp_path / "page.html").as_uri())
    assert page.locator("audio").count() == 2 and page.locator("figure.player").first.is_visible()
    assert not page.locator(".strip").is_visible() and not page.locator(".bar").is_visible()
    context.close()


def test_the_picture_of_a_version_shows_its_pitch():
    part = players.heard_versions({"a tone": TONE, "short": TONE[:500]}).data
    codes = re.findall(r'<img alt="spectrogram: [^"]+" src="data:image/png;base64,([^"]+)"', part)
    picture = plt.imread(io.BytesIO(base64.b64decode(codes[0])))[..., :3].sum(axis=2)
    band = len(picture) - 1 - picture.mean(axis=1).argmax()
    assert band == features.log_mel(TONE).mean(axis=0).argmax() and len(codes) == 2
    with pytest.raises(ValueError, match="nothing to hear in 'none'"):
        players.heard_versions({"none": TONE[:0]})
