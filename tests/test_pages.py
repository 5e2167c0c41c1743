"""The built pages: whole, and as a browser sees them, on a desk by day and on a phone by night."""

import re
import sys
from contextlib import suppress
from html import unescape

import pytest
from conftest import ROOT
from playwright.sync_api import TimeoutError

sys.path.insert(0, str(ROOT / "book"))
from verify import page_names, problems

PAGES = page_names(ROOT / "_toc.yml")
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
OVERFLOW = """() => {
  const scrolls = e => e && (getComputedStyle(e).overflowX !== 'visible' || scrolls(e.parentElement));
  const wide = [...document.querySelectorAll('.bd-article *')].filter(
    e => e.getBoundingClientRect().right > innerWidth + 1 && !scrolls(e.parentElement));
  return {
    page: document.documentElement.scrollWidth - innerWidth,
    wide: wide.slice(0, 3).map(e => e.outerHTML.slice(0, 120)),
  };
}"""
CUT_OFF = """() => {
  document.querySelectorAll('details').forEach(e => { e.open = true; });
  const article = document.querySelector('.bd-article');
  const boxes = [...article.querySelectorAll('pre, :has(> table)')];
  return boxes.filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent.trim().slice(0, 80));
}"""
BROKEN = r"""() => {
  const whole = /(?<!\d)\d{1,3} \d{3}(?!\d)|\d\s(%|(ms|s|k?Hz|dB|MB)\b)|\d–\d|\b(t-SNE|k-NN)|[Cc]hapter\s\d/g;
  const others = 'pre, code, script, style, svg, summary, button, .math, mjx-container, [class^=heard-]';
  const walk = document.createTreeWalker(document.querySelector('.bd-article'), NodeFilter.SHOW_TEXT);
  const range = document.createRange(), broken = [];
  while (walk.nextNode()) {
    const text = walk.currentNode;
    for (const piece of text.parentElement.closest(others) ? [] : text.data.matchAll(whole)) {
      range.setStart(text, piece.index);
      range.setEnd(text, piece.index + piece[0].length);
      const lines = new Set([...range.getClientRects()].map(line => Math.round(line.top)));
      if (lines.size > 1) broken.push(piece[0]);
    }
  }
  return broken;
}"""
SMALL = """() => {
  const small = [];
  for (const text of document.querySelectorAll('figure.drawn text:not(:has(tspan))')) {
    const size = parseFloat(getComputedStyle(text).fontSize) * text.ownerSVGElement.getScreenCTM().a;
    if (size && size < 7.95) small.push(`${text.textContent}: ${size.toFixed(1)}`);
  }
  return small;
}"""
UNREACHED = """() => [...document.querySelectorAll('.bd-article *')].filter(box =>
  ['auto', 'scroll'].includes(getComputedStyle(box).overflowX) && !box.querySelector('button, mjx-container')
  && !box.closest('mjx-container')
  && (box.scrollWidth > box.clientWidth) !== (box.tabIndex === 0)
).map(box => box.outerHTML.slice(0, 100))"""
PLAYERS = """async () => {
  const heard = [];
  for (const audio of document.querySelectorAll('audio')) {
    const bytes = Uint8Array.from(atob(audio.src.split(',')[1]), c => c.charCodeAt(0));
    const sound = await new OfflineAudioContext(1, 1, 22050).decodeAudioData(bytes.buffer);
    const peak = sound.getChannelData(0).reduce((most, y) => Math.max(most, Math.abs(y)), 0);
    heard.push({seconds: sound.duration, peak, says: audio.parentElement.textContent.trim()});
  }
  return heard;
}"""
PAPER = {"width": 657, "height": 986}  # what the margins leave of A4
TOO_WIDE_FOR_PAPER = """() => {
  const edge = document.querySelector('.bd-article').getBoundingClientRect().right + 1;
  const boxes = document.querySelectorAll('.bd-article :is(figure, svg, table, pre, p, mjx-container)');
  const inner = 'svg svg, mjx-container *';
  return [...boxes].filter(e => e.getBoundingClientRect().right > edge && !e.closest(inner))
    .map(e => e.outerHTML.slice(0, 120));
}"""
LIGHTNESS = """() => {
  const mean = colour => colour.match(/[\\d.]+/g).slice(0, 3).reduce((sum, part) => sum + part / 765, 0);
  const style = getComputedStyle(document.body);
  return {paper: mean(style.backgroundColor), ink: mean(style.color)};
}"""


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(name, book, browser, axe):
    found = {}
    for size, scheme in ((DESK, "light"), (PHONE, "dark")):
        page = browser.new_page(viewport=size, color_scheme=scheme)
        page.goto((book / "html" / f"{name}.html").as_uri())
        page.wait_for_load_state("networkidle")
        with suppress(TimeoutError):  # the theme looks at its boxes a while
            page.wait_for_function(f"({UNREACHED})().length === 0", timeout=5000)
        found[scheme] = axe(page)
        page.close()
    assert found == {"light": [], "dark": []}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_what_it_is_about(name, book):
    page = (book / "html" / f"{name}.html").read_text(encoding="utf-8")
    said = dict(re.findall(r'<meta (?:name|property)="([\w:]+)" content="([^"]*)">', page))
    assert 40 < len(said["description"]) <= 202 and said["og:description"] == said["description"]
    heads = [re.sub(r"<[^>]+>", "", head) for head in re.findall(r"<h1>(.*?)</?[ah]", page, re.DOTALL)]
    assert any(unescape(head).endswith(unescape(said["og:title"])) for head in heads)


def test_the_pages_are_whole(book):
    assert problems(book / "html", book / "source") == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_in_a_browser(name, book, browser):
    page = browser.new_page(viewport=DESK, color_scheme="light")
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url) if request.url.startswith("http") else None)
    page.goto((book / "html" / f"{name}.html").as_uri())
    page.wait_for_load_state("networkidle")
    if page.locator(".math").count():
        page.wait_for_selector("mjx-container")
    assert page.locator("mjx-merror").count() == 0, "a formula is wrong"
    light = page.evaluate(LIGHTNESS)
    assert light["paper"] > 0.8 > 0.4 > light["ink"]
    assert page.evaluate(OVERFLOW) == {"page": 0, "wide": []}
    assert page.evaluate(CUT_OFF) == [], "code, an output or a table has to be scrolled sideways"
    assert page.evaluate(UNREACHED) == [], "the keyboard cannot scroll a box, or stops at one in vain"
    assert page.locator(".citation:not([role=listitem])").count() == 0, "a list may hold items only"
    assert page.locator(".tag_hide-input:not(:has(.cell_output))").count() == 0, "folded code shows nothing"

    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    dark = page.evaluate(LIGHTNESS)
    assert dark["paper"] < 0.25 < 0.6 < dark["ink"]
    assert page.evaluate(OVERFLOW) == {"page": 0, "wide": []}
    assert page.evaluate(SMALL) == [], "the text of a figure is too small on a phone"
    assert page.evaluate(BROKEN) == [], "a line ends within a number, a range or a name"
    with suppress(TimeoutError):  # the theme looks at its boxes a while after a change of size
        page.wait_for_function(f"({UNREACHED})().length === 0", timeout=5000)
    assert page.evaluate(UNREACHED) == [], "the keyboard cannot scroll a box, or stops at one in vain"

    page.set_viewport_size(PAPER)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print", color_scheme="dark")
    printed = page.evaluate(LIGHTNESS)
    assert printed["paper"] > 0.8 > 0.4 > printed["ink"], "a page that is read by night prints light grey"
    assert page.evaluate(TOO_WIDE_FOR_PAPER) == [], "something is cut off on paper"
    for what in ("button", "audio", "nav", "details:not([open]) *"):
        assert not page.locator(f"{what} >> visible=true").count(), f"{what} on paper"
    page.emulate_media(media="screen", color_scheme="dark")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"

    for player in page.evaluate(PLAYERS):
        assert player["seconds"] > 0.1 and player["peak"] > 0.02, player
        assert player["says"], "a player does not say what is to be heard"
    assert said == []
    assert asked == [], "a page needs the network"
    page.close()


@pytest.mark.parametrize("name", [name for name in PAGES if name.startswith("notebooks/")])
def test_a_term_is_linked_where_a_chapter_first_uses_it(name, book):
    page = (book / "html" / f"{name}.html").read_text(encoding="utf-8")
    terms = re.findall(r'<a class="[^"]*\bterm\b[^"]*" href="([^"]+)" title="([^"]*)">([^<]+)</a>', page)
    few = 1 if name == "notebooks/14_the_long_road" else 5  # the appendix is on files, not on terms
    assert len(terms) > few and len({place for place, _, _ in terms}) == len(terms), "each once"
    assert all(place.startswith("../book/glossary.html#term-") and len(says) > 15 for place, says, _ in terms)
    assert not re.search(r'<(h\d|pre|code)\b[^>]*>(?:(?!</\1>).)*<a class="[^"]*\bterm\b', page, re.DOTALL)


def test_a_tap_on_a_term_shows_its_definition_and_another_leads_to_the_glossary(book, browser):
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto((book / "html" / "notebooks" / "01_sound.html").as_uri())
    term = page.locator("a.term").first
    meaning = term.get_attribute("title")
    term.tap()
    assert page.locator("a.definition").inner_text() == meaning
    term.tap()
    assert page.locator("a.definition").count() == 0
    term.tap()
    page.locator("a.definition").tap()
    page.wait_for_url("**/glossary.html#term-*")
    context.close()


def test_a_search_in_files_shows_where_a_word_stands(book, browser):
    page = browser.new_page(viewport=DESK)
    said = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.goto((book / "html" / "search.html").as_uri() + "?q=cepstrum")
    page.wait_for_selector("#search-results li p.context")
    found = page.locator("#search-results li", has_text="Five steps to an MFCC").first
    assert "cepstrum" in found.locator("p.context").inner_text().lower()
    assert said == []
    page.close()
