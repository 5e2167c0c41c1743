"""The board: a page, one section or figure on a screen, by keyboard alone, and nothing of the page lost."""

import pytest

SHOWN = """() => [...document.querySelectorAll(
    '.bd-article :is(h1, h2, h3, p, li, figure, table, pre, details)'
  )].filter(e => e.checkVisibility() && !e.closest('.cell_input, .tag_hide-input details, mjx-container'))
  .map(e => e.tagName + e.textContent)"""
CODE = ".bd-article .cell_input"
FILLS = "figure.drawn, .players, .cell_output table"


@pytest.fixture
def page(book, browser):
    """A chapter in a browser, as a projector shows it."""
    page = browser.new_page(viewport={"width": 1920, "height": 1080}, color_scheme="light")
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.goto((book / "html" / "notebooks" / "06_baselines.html").as_uri())
    page.wait_for_selector("mjx-container")
    yield page
    assert page.faults == []
    page.close()


def place(page):
    """Return on which of how many screens the board is."""
    number, _, count = page.locator(".board-bar output").inner_text().partition(" of ")
    return int(number), int(count)


def test_every_part_of_the_page_is_on_one_screen_and_on_one_only(page):
    whole = page.evaluate(SHOWN)
    page.keyboard.press("b")
    seen = []
    for number in range(1, place(page)[1] + 1):
        assert place(page)[0] == number
        shown = page.evaluate(SHOWN)
        assert shown, f"screen {number} is empty"
        assert page.locator(f".cell:has({FILLS}) >> visible=true").count() <= 1, f"screen {number} holds two"
        assert page.locator("h1 >> visible=true").or_(page.locator("h2 >> visible=true")).count() <= 1
        assert page.evaluate("document.documentElement.scrollWidth") <= 1920
        seen += shown
        page.keyboard.press("ArrowRight")
    assert seen == whole
    assert place(page)[0] == place(page)[1], "the last screen is the last"


def test_code_is_folded_until_it_is_asked_for_and_players_are_large(page):
    height = page.locator("audio").first.bounding_box()["height"]
    assert page.locator(CODE).first.is_visible()
    page.keyboard.press("b")
    assert page.locator(f"{CODE} >> visible=true").count() == 0
    page.keyboard.press("c")
    assert page.locator(f"{CODE} >> visible=true").count() > 0
    while not page.locator("audio").first.is_visible():
        page.keyboard.press("ArrowRight")
    assert page.locator("audio").first.bounding_box()["height"] > 1.5 * height


def test_the_board_opens_where_the_page_is_and_leaves_it_as_it_was(page):
    before = page.locator(".bd-article").inner_html()
    page.evaluate("document.getElementById('how-sure-is-this-number').scrollIntoView()")
    page.keyboard.press("b")
    assert page.locator("h2 >> visible=true").inner_text().startswith("How sure is this number?")
    page.keyboard.press("Home")
    assert place(page)[0] == 1
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    assert place(page)[0] == place(page)[1] - 1
    page.keyboard.press("Escape")
    assert page.locator(".bd-article").inner_html() == before
    assert page.evaluate("scrollY") > 1000, "the page is where the board was left"


def test_the_keyboard_reaches_the_button_and_keeps_its_letters(page):
    opener = page.get_by_role("button", name="Board: a section per screen (b)")
    opener.focus()
    page.keyboard.press("Enter")
    assert place(page)[0] == 1
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "On (right arrow)"
    page.keyboard.press("Enter")
    assert place(page)[0] == 2
    page.get_by_role("button", name="Leave the board (Esc)").press("Space")
    assert page.locator(".board-bar").count() == 0
    assert opener.evaluate("e => e === document.activeElement")
    page.evaluate("document.body.append(Object.assign(document.createElement('input'), {id: 'own'}))")
    page.locator("#own").press("b")
    assert page.locator("#own").input_value() == "b" and page.locator(".board-bar").count() == 0
    page.keyboard.press("Control+b")
    assert page.locator(".board-bar").count() == 0, "the browser's own keys stay the browser's"
