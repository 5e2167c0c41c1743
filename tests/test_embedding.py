"""Maps keep what they promise, and neighbours of the same artist do not vote."""

import base64
import io

import numpy as np
import pandas as pd
import pytest
import soundfile
from sklearn.manifold import trustworthiness

from genrelib import embedding, players
from genrelib.corpus import Corpus

GENRES = ("jazz", "metal", "pop")


@pytest.fixture(scope="module")
def clouds():
    """Three genres far apart in 20 dimensions, four artists each, five clips an artist."""
    rng = np.random.default_rng(0)
    genre = np.repeat(GENRES, 20)
    centres = 4 * rng.normal(size=(3, 20))
    points = np.repeat(centres, 20, axis=0) + rng.normal(size=(60, 20))
    artist = [f"{g}-{n // 5 % 4}" for n, g in enumerate(genre)]
    table = pd.DataFrame({"path": "", "genre": genre, "artist": artist, "seconds": 30.0})
    table.index = [f"{g}.{n:05d}" for n, g in enumerate(genre)]
    return Corpus("clouds", table), points


def test_tsne_keeps_clouds_apart_and_is_repeatable(clouds):
    corpus, points = clouds
    plane = embedding.tsne(points, seed=3)
    assert plane.shape == (60, 2)
    assert np.array_equal(plane, embedding.tsne(points, seed=3))
    assert not np.allclose(plane, embedding.tsne(points, seed=4))
    assert np.array_equal(embedding.tsne(points), embedding.tsne(points))
    assert trustworthiness(points, plane) > 0.9
    assert (embedding.knn_predict(plane, corpus, by="artist") == corpus.labels).mean() > 0.9


def test_tsne_of_few_clips():
    points = np.random.default_rng(0).normal(size=(5, 8))
    assert embedding.tsne(points, perplexity=30, seed=0).shape == (5, 2)
    with pytest.raises(ValueError, match="a map of 3 clips says nothing"):
        embedding.tsne(points[:3])


def test_neighbours_by_the_same_artist_do_not_vote(clouds):
    corpus, _ = clouds
    labels = corpus.labels
    # every artist is a point of its own, and the nearest other artist is one of another genre
    artist = np.unique(corpus.table["artist"], return_inverse=True)[1]
    place = 100.0 * (artist % 4) + labels
    points = np.c_[place, np.zeros(60)]
    assert (embedding.knn_predict(points, corpus, by="clip", k=3) == labels).all()
    assert (embedding.knn_predict(points, corpus, by="artist", k=3) != labels).all()


def test_vote_needs_artists_where_it_is_told_to_keep_them_apart(clouds):
    corpus, points = clouds
    unknown = Corpus("folder", corpus.table.assign(artist=pd.NA))
    with pytest.raises(ValueError, match="artist"):
        embedding.knn_predict(points, unknown, by="artist")
    assert (embedding.knn_predict(points, unknown, by="clip") == corpus.labels).mean() > 0.9


def test_heard_map_carries_its_sounds_and_refuses_what_does_not_fit():
    t = np.arange(11025) / 11025
    sounds = {0: 0.3 * np.sin(2 * np.pi * 220 * t), 2: 0.3 * np.sin(2 * np.pi * 440 * t)}
    genres, says = ["jazz", "rock", "a<b"], ["one", "two", "</script> three"]
    points = np.array([[0, 0], [1, 2], [3, 1]])
    page = players.heard_map({"mel": points, "MFCC": -points}, genres, says, sounds, sr=11025).data
    assert page.count('<svg viewBox="0 0 100 100"') == 2 and page.count('tabindex="0"') == 2
    assert page.count("transform=") == 6
    assert page.count("</script>") == 1, "what is said about a clip must not end the script"
    assert "a<b" not in page.partition("<script>")[0]
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


def heard(page):
    """Return how many sounds have played, and the pitch of the last."""
    codes = page.evaluate("heard")
    if not codes:
        return 0, None
    y, sr = soundfile.read(io.BytesIO(base64.b64decode(codes[-1].partition(",")[2])))
    return len(codes), round(np.abs(np.fft.rfft(y)).argmax() * sr / len(y), -1)


def test_a_map_is_heard_by_mouse_touch_and_keyboard(audible):
    said, marks = audible.locator(".said"), audible.locator(".panels svg").first.locator("path")
    marks.nth(0).hover()
    assert said.inner_text() == "a, slow" and heard(audible) == (1, 220)
    assert audible.locator("path.on").count() == 2, "the same clip is lit in both maps"
    audible.locator("input").uncheck()
    audible.locator('.panels path[data-genre="pop"]').first.hover()
    assert said.inner_text() == "c, loud" and heard(audible)[0] == 1, "pointing can be silent"
    audible.locator('.panels path[data-genre="pop"]').first.tap()
    assert heard(audible) == (2, 440)
    audible.locator('.panels path[data-genre="metal"]').first.tap()
    assert said.inner_text() == "b, fast (no sound kept here)" and heard(audible)[0] == 2

    audible.locator(".panels svg").first.focus()
    audible.keyboard.press("ArrowUp")
    assert said.inner_text() == "a, slow" and heard(audible) == (3, 220)
    audible.keyboard.press("Enter")
    assert heard(audible) == (4, 220)
    audible.locator("button", has_text="pop").click()
    assert audible.locator(".panels path.far").count() == 4, "one genre alone"
