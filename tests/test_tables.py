"""The table that a page can sort and filter, by pointer, keyboard and ear; without a script it is plain."""

import re

import pandas as pd
import pytest

from genrelib import plots

NUMBERS = ["46.9", "−3.0", "12\u202f345", "–", "92.5 ± 2.9"]


@pytest.fixture(scope="module")
def place(book):
    """The address of the page with the table."""
    (page,) = [
        p for p in (book / "html" / "notebooks").glob("*.html") if "data-choose=" in p.read_text("utf-8")
    ]
    return page.as_uri()


@pytest.fixture(params=[({"width": 1280, "height": 900}, "light"), ({"width": 390, "height": 844}, "dark")])
def page(request, place, browser):
    """That page in a browser, on a desk by day and on a phone by night."""
    size, scheme = request.param
    page = browser.new_page(viewport=size, color_scheme=scheme)
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(place)
    yield page
    assert faults == []
    page.close()


def column(page, name):
    """Return what stands in a column, in the rows that are shown."""
    heads = page.locator("table[data-choose] thead th").all_inner_texts()
    at = [head.strip() for head in heads].index(name) + 1
    return page.locator(f"table[data-choose] tbody tr:visible > :nth-child({at})").all_inner_texts()


def number(text):
    return float(re.match(r"[\d.]+", text)[0])


def test_a_press_on_a_head_sorts_and_another_turns_it_round(page):
    press = page.get_by_role("button", name="Sort by accuracy (%)")
    before = sorted(column(page, "accuracy (%)"), key=number)
    for ends, order in (("descending", -1), ("ascending", 1)):
        press.focus()
        page.keyboard.press("Enter")
        assert [number(text) for text in column(page, "accuracy (%)")] == [number(t) for t in before][::order]
        assert page.locator(f"th[aria-sort={ends}]").inner_text().strip() == "accuracy (%)"
    page.locator("table[data-choose] thead th").first.click()
    names = [text.strip("“").lower() for text in column(page, "system")]
    assert names[0] < names[-1] and page.locator("th[aria-sort]").count() == 1


def test_choosing_shows_what_was_chosen_and_says_how_many(page):
    count = page.locator(".choose output")
    whole = len(column(page, "system"))
    assert count.inner_text() == f"{whole} of {whole} rows"
    split = page.get_by_label("Show only: split")
    split.select_option("fault-filtered")
    few = column(page, "split")
    assert set(few) == {"fault-filtered"} and count.inner_text() == f"{len(few)} of {whole} rows" != whole
    page.get_by_label("Show only: data set").select_option(index=1)
    assert len(column(page, "split")) < whole
    for select in page.locator(".choose select").all():
        select.select_option("")
    assert count.inner_text() == f"{whole} of {whole} rows"


def test_axe_finds_nothing_in_a_sorted_table(page, axe):
    page.get_by_role("button", name="Sort by split").click()
    assert axe(page) == []


def test_without_a_script_and_on_paper_it_is_a_plain_table(place, page, browser):
    rows = page.locator("table[data-choose] tbody tr").count()
    page.emulate_media(media="print")
    assert (
        page.locator(".choose").is_hidden() and page.locator("table[data-choose] button:visible").count() == 0
    )
    plain = browser.new_page(java_script_enabled=False)
    plain.goto(place)
    assert plain.locator("table[data-choose] tbody tr:visible").count() == rows
    assert plain.locator("table[data-choose] button").count() == plain.locator(".choose").count() == 0
    plain.close()


def test_numbers_are_sorted_as_they_are_written(place, browser):
    html = plots.table(pd.DataFrame({"n": NUMBERS, "kind": list("ababa")}), choose=["kind"]).data
    page = browser.new_page()
    page.goto(place)
    page.evaluate("html => { document.querySelector('.bd-article').innerHTML = `<div>${html}</div>` }", html)
    page.evaluate("document.dispatchEvent(new Event('DOMContentLoaded'))")
    page.get_by_role("button", name="Sort by n").click()
    assert column(page, "n") == ["12\u202f345", "92.5 ± 2.9", "46.9", "−3.0", "–"]
    page.get_by_role("button", name="Sort by n").click()
    assert column(page, "n")[0] == "−3.0" and column(page, "n")[-1] == "–"
    page.close()
