"""Self-checks: every choice has its reason; the page answers with it, and reads well without a script."""

import json
import re
from collections import Counter

import pytest
from conftest import ROOT

CHAPTERS = sorted((ROOT / "notebooks").glob("*.ipynb"))
QUESTION = re.compile(
    r"^\*\*\d+\.\*\* (?P<asked>.+)\n\n(?P<choices>(?:- .+\n)*)\n"
    r"<details><summary>Answer</summary>\n\n(?P<answer>(?:.+\n\n)+)</details>$",
    re.MULTILINE,
)
CHOICE = re.compile(r"- \*\*([A-Z])\.\*\* \S.*")
REASON = re.compile(r"\*\*(Not )?([A-Z])\.\*\* (\S.*)")
PAGE = "notebooks/06_baselines.html"


def questions(chapter):
    """Return the questions of a chapter's self-check as (choices, [(not, letter, reason), …])."""
    cells = json.loads(chapter.read_text(encoding="utf-8"))["cells"]
    prose = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    section = prose.partition("## Check yourself\n")[2].partition("\n## ")[0]
    found = [match.groupdict() for match in QUESTION.finditer(section)]
    assert len(found) == section.count("<details>") > 2
    return [
        (
            [CHOICE.fullmatch(line) for line in asked["choices"].splitlines()],
            [REASON.fullmatch(said) for said in asked["answer"].strip().split("\n\n")],
        )
        for asked in found
    ]


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_every_choice_is_taken_up_by_the_answer(chapter):
    for choices, reasons in questions(chapter):
        assert None not in choices and None not in reasons
        letters = [choice[1] for choice in choices]
        assert letters == list("ABCDEF"[: len(letters)]) and len(letters) > 2
        assert sorted(reason[2] for reason in reasons) == letters
        assert [bool(reason[1]) for reason in reasons] == [False] + [True] * (len(letters) - 1)
        assert all(len(reason[3]) > 20 for reason in reasons) and len({r[3] for r in reasons}) == len(letters)


def test_the_right_answer_has_no_favourite_letter():
    right = Counter(reasons[0][2] for chapter in CHAPTERS for _, reasons in questions(chapter))
    assert max(right.values()) < 0.5 * right.total()


def open_page(browser, book, **options):
    """Return a chapter in a browser."""
    page = browser.new_page(**options)
    page.goto((book / "html" / PAGE).as_uri())
    return page


@pytest.fixture
def page(book, browser):
    """A chapter in a browser, on a phone by night."""
    page = open_page(browser, book, viewport={"width": 390, "height": 844}, color_scheme="dark")
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    assert faults == []
    page.close()


def test_a_choice_is_answered_with_its_reason(page):
    _, reasons = questions(ROOT / "notebooks" / "06_baselines.ipynb")[0]
    first = page.locator("ul.choices").first
    verdict = page.locator(".verdict[role=status]").first
    assert verdict.inner_text() == ""
    for reason in (*reasons[1:], reasons[0]):
        first.get_by_role("button", name=re.compile(f"^{reason[2]} ")).click()
        head, right = ("Not " + reason[2] + ".", False) if reason[1] else ("Right.", True)
        assert verdict.inner_text().startswith(head) and reason[3].split()[-1] in verdict.inner_text()
        assert verdict.get_attribute("data-is") == ("right" if right else "wrong")
        assert first.locator("button", has_text=f"{reason[2]} {'✓' if right else '✗'}").count() == 1
    assert page.locator(".verdict[data-is]").count() == 1, "the other questions have said nothing"
    assert page.locator("details:not([class])[open]").count() == 0


def test_the_keyboard_chooses_and_a_click_on_the_words_does_as_well(page):
    second = page.locator("ul.choices").nth(1)
    second.get_by_role("button").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.textContent[0]") == "B"
    before = page.locator(".verdict").nth(1).inner_text()
    second.locator("li").last.click()
    assert before and page.locator(".verdict").nth(1).inner_text() != before


def test_every_question_of_the_book_has_its_buttons(book, browser):
    for chapter in CHAPTERS:
        page = browser.new_page()
        page.goto((book / "html" / "notebooks" / f"{chapter.stem}.html").as_uri())
        asked = page.locator("section:has(> h2:text('Check yourself')) > ul.choices")
        assert asked.count() == len(questions(chapter)), chapter.stem
        assert asked.locator("a").count() == 0, "a press on a link would lead away"
        page.close()


def test_without_a_script_choices_and_answers_can_be_read(book, browser):
    page = open_page(browser, book, java_script_enabled=False)
    choices, reasons = questions(ROOT / "notebooks" / "06_baselines.ipynb")[0]
    section = page.locator("section:has(> h2:text('Check yourself'))")
    assert section.locator("button:not(details *)").count() == 0
    assert section.locator("> ul").first.locator("li").count() == len(choices)
    closed = section.locator("> details").first
    assert closed.locator("p").first.is_hidden()
    closed.locator("summary").click()
    assert [text.split(".")[0] for text in closed.locator("> p").all_inner_texts()] == [
        (reason[1] or "") + reason[2] for reason in reasons
    ]
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_answers(scheme, book, browser, axe):
    page = open_page(browser, book, color_scheme=scheme)
    page.wait_for_load_state("networkidle")
    for choices in page.locator("ul.choices").all():
        for button in choices.get_by_role("button").all():
            button.click()
    assert axe(page) == []
    page.close()


def test_on_paper_stand_the_choices_with_their_letters_and_no_verdict(page):
    choices = page.locator("ul.choices").first
    choices.get_by_role("button").first.click()
    page.emulate_media(media="print")
    assert page.locator(".verdict").first.is_hidden() and choices.get_by_role("button").first.is_hidden()
    letter = "e => getComputedStyle(e, '::before').content.replaceAll('\"', '')"
    assert "A" in choices.locator("p").first.evaluate(letter)
