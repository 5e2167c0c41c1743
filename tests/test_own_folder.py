"""The whole book over a folder of one's own (`own_folder`): every chapter runs, every page is whole."""

import json
import sys

from conftest import ROOT
from own_folder import FORMS, GENRES, NAME, UNUSABLE
from test_pages import PAGES

sys.path.insert(0, str(ROOT / "book"))
from verify import Page, problems


def test_every_chapter_runs_and_every_page_is_whole(own_book):
    assert problems(own_book / "html", own_book / "source", names=[UNUSABLE]) == []


def test_the_corpus_is_all_that_can_be_heard(own_book):
    corpus = json.loads((own_book / "corpus.json").read_text(encoding="utf-8"))
    assert corpus["genres"] == list(GENRES) and corpus["source"].endswith(NAME)
    assert corpus["corpus"]["clips"] == len(GENRES) * len(FORMS) + 1  # the linked one
    assert [name for name, _ in corpus["skipped"]] == [UNUSABLE]


def test_names_are_shown_as_they_are(own_book):
    status = Page((own_book / "html" / "book" / "status.html").read_text(encoding="utf-8"))
    said = " ".join(status.text.replace("’", "'").split())
    assert UNUSABLE in said
    assert f"({', '.join(GENRES)})" in said
    heard = (own_book / "html" / "notebooks" / "01_sound.html").read_text(encoding="utf-8")
    assert "Drum &amp; Bass" in heard
    for page in PAGES:
        html = (own_book / "html" / f"{page}.html").read_text(encoding="utf-8")
        assert "<img src=x" not in html and "<R'n'B>" not in html, page
