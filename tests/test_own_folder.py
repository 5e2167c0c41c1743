"""The whole book over a folder of one's own, as people have them: every chapter runs, every page is whole.

Three genres that are none of the book's, clips of 12 to 40 s, at rates from 8 to 88.2 kHz, stereo, a linked
artist, a file that cannot be used, and names that Markdown, HTML and a shell would read otherwise.
"""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
import soundfile
from conftest import ROOT
from test_pages import PAGES

sys.path.insert(0, str(ROOT / "book"))
from build import place_of
from verify import Page, problems

GENRES = ("80s", "Drum & Bass", "Hip-Hop <R'n'B>")
FORMS = (  # seconds, sampling rate in Hz, channels, suffix
    (12, 8000, 1, "wav"),
    (15, 88200, 1, "flac"),
    (26, 44100, 2, "wav"),
    (20, 22050, 1, "ogg"),
    (40, 16000, 1, "wav"),
    (31, 48000, 2, "mp3"),
)
UNUSABLE = "Song [Official](1) $x$ {Live} *a* <img src=x>.wav"


def music(genre, clip, seconds, sr):
    """Make a sound with a beat and a tone that differ from genre to genre, and a little from clip to clip."""
    t = np.arange(seconds * sr) / sr
    noise = np.random.default_rng(10 * genre + clip).standard_normal(len(t))
    beat = np.exp(-12 * ((1.5 + 0.7 * genre + 0.05 * clip) * t % 1))
    swell = 0.5 + 0.5 * np.sin(2 * np.pi * 0.3 * t)
    tone = np.sin(2 * np.pi * (110 + 110 * genre + 7 * clip) * t)
    return 0.1 * (1 + genre) * beat * noise + 0.25 * swell * tone


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder of one's own."""
    home = tmp_path_factory.mktemp("own")
    own, elsewhere = home / "Mum's own music", home / "another disk" / "Ann"
    elsewhere.mkdir(parents=True)
    for genre, name in enumerate(GENRES):
        (own / name).mkdir(parents=True)
        for clip, (seconds, sr, channels, suffix) in enumerate(FORMS):
            y = music(genre, clip, seconds, sr)[:, None].repeat(channels, axis=1)
            depth = {"subtype": "PCM_24"} if suffix == "flac" else {}
            soundfile.write(own / name / f"{name} {clip}.{suffix}", y, sr, **depth)
    soundfile.write(elsewhere / "linked.wav", music(0, 9, 13, 22050), 22050)
    (own / GENRES[0] / "Ann").symlink_to(elsewhere)
    (own / GENRES[1] / UNUSABLE).write_bytes(b"no sound")
    return own


@pytest.fixture(scope="module")
def built(folder):
    """The book of the folder: executed notebooks in notebooks/, pages in html/."""
    command = [sys.executable, ROOT / "book" / "build.py", "--profile", "tiny"]
    environment = os.environ | {"CORPUS": str(folder)}
    run = subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8")
    assert run.returncode == 0, f"{run.stdout[-2000:]}\n{run.stderr[-4000:]}"
    return place_of(str(folder), "tiny")


def test_every_chapter_runs_and_every_page_is_whole(built):
    assert problems(built / "html", built / "source", names=[UNUSABLE]) == []


def test_the_corpus_is_all_that_can_be_heard(built, folder):
    corpus = json.loads((built / "corpus.json").read_text(encoding="utf-8"))
    assert corpus["genres"] == list(GENRES) and corpus["source"] == str(folder)
    assert corpus["corpus"]["clips"] == len(GENRES) * len(FORMS) + 1  # the linked one
    assert [name for name, _ in corpus["skipped"]] == [UNUSABLE]


def test_names_are_shown_as_they_are(built):
    status = Page((built / "html" / "book" / "status.html").read_text(encoding="utf-8"))
    said = " ".join(status.text.replace("’", "'").split())
    assert UNUSABLE in said
    assert f"({', '.join(GENRES)})" in said
    heard = (built / "html" / "notebooks" / "01_sound.html").read_text(encoding="utf-8")
    assert "Drum &amp; Bass" in heard
    for page in PAGES:
        html = (built / "html" / f"{page}.html").read_text(encoding="utf-8")
        assert "<img src=x" not in html and "<R'n'B>" not in html, page
