"""The printed book: page numbers that are right, answers at the end, and links that lead where they say."""

import re
import sys

import pytest
from conftest import ROOT
from pypdf import PdfReader

sys.path.insert(0, str(ROOT / "book"))
import pdf
from build import Failure

TOC = """
root: book/welcome
parts:
  - caption: The chapters
    chapters:
      - file: notebooks/06_baselines
  - caption: Back matter
    chapters:
      - file: book/glossary
"""


@pytest.fixture(scope="module")
def printed(book, browser, tmp_path_factory):
    """Some pages of the book of the tiny profile, as a PDF."""
    folder = tmp_path_factory.mktemp("pdf")
    (folder / "toc.yml").write_text(TOC, encoding="utf-8")
    pages = pdf.make_pdf(browser, book / "html", folder / "toc.yml", folder / "book.pdf")
    assert {path.name for path in folder.iterdir()} == {"toc.yml", "book.pdf"}
    reader = PdfReader(folder / "book.pdf")
    assert len(reader.pages) == pages
    return reader


@pytest.fixture(scope="module")
def texts(printed):
    """The text of each page, blanks brought together."""
    return [" ".join(page.extract_text().split()) for page in printed.pages]


def outline(printed):
    """Return the titles in the outline, and on which page each lies, from 1."""

    def walk(entries):
        for entry in entries:
            if isinstance(entry, list):
                yield from walk(entry)
            else:
                yield entry.title.strip(), printed.get_destination_page_number(entry) + 1

    return list(walk(printed.outline))


@pytest.fixture(scope="module")
def places(printed):
    """Where each heading stands first; the answers name the chapters again."""
    return dict(reversed(outline(printed)))


def test_every_page_but_the_first_has_its_number(texts):
    assert not texts[0].endswith("1") and "Hearing Genres" in texts[0]
    for number, text in enumerate(texts[1:], start=2):
        assert re.search(rf"(^{number}\b|\b{number}$)", text), (number, text[:40], text[-40:])


def test_the_contents_and_the_outline_say_the_same_page(places, texts):
    contents = " ".join(texts[1 : places["What you hear in ten seconds"] - 1])
    for title in ("6. What a network has to beat", "How sure is this number?", "Glossary"):
        assert f"{title} {places[title]}" in contents
        assert title in texts[places[title] - 1]
    assert f"Answers {places['Answers']}" in contents


def test_answers_are_at_the_end_and_say_whose_they_are(places, texts):
    begin = places["Answers"] - 1
    before, after = " ".join(texts[:begin]), " ".join(texts[begin:])
    answer = "In a pipeline, mean and deviation are learned from the training folds."
    assert answer not in before and answer in after
    question = next(n for n, text in enumerate(texts, start=1) if "Why is the scaler a step" in text)
    assert f"Check yourself, 2 (page {question})" in after
    asked = re.search(
        r"scaled all clips once, before the folds are dealt\? A\. .*?Answer on page (\d+)", before
    )
    assert answer in texts[int(asked[1]) - 1]


def test_what_a_page_can_do_and_paper_cannot_is_left_out(texts):
    whole = " ".join(texts)
    assert "Show the code" not in whole and "Show the solution" not in whole
    assert "♪" in whole, "of a sound, the line says what was to be heard"


def test_links_between_pages_stay_in_the_book(printed):
    outside, inside = set(), 0
    for page in printed.pages:
        for link in page.get("/Annots", []):
            link = link.get_object()
            if "/A" in link and "/URI" in link["/A"]:
                outside.add(link["/A"]["/URI"])
            else:
                inside += 1
    assert inside > 50 and not [address for address in outside if address.startswith("file:")]


@pytest.mark.parametrize("name", ["no-such-browser", __file__])
def test_without_a_chromium_it_says_what_to_install(name, browser, monkeypatch):
    monkeypatch.setenv("CHROMIUM", name)
    with pytest.raises(Failure, match=r"install one of chromium, .* or set CHROMIUM"):
        pdf.launch(browser.browser_type)


def test_a_chromium_that_cannot_number_pages_is_refused(browser, monkeypatch):
    monkeypatch.setattr(pdf, "OLDEST", 10_000)
    with pytest.raises(Failure, match=f"{browser.version} is too old to number pages: 10000 or newer"):
        pdf.launch(browser.browser_type)


def test_without_a_book_it_says_how_to_make_one(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(pdf.build, "place_of", lambda *_: tmp_path)
    assert pdf.main(["--profile", "tiny"]) == 1
    assert "run `make book` first" in capsys.readouterr().err
