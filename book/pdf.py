"""Print a built book as one PDF: contents, the pages in their order, and the answers at the end.

    python book/pdf.py --profile quick --corpus builtin

A Chromium prints what it shows: one that the variable CHROMIUM names, or that is found under its usual names.
The pages are gathered in one document, which is printed twice: the first print tells on which page everything
lies, the second one says it.
"""

import html
import os
import re
import shutil
import sys
import time

import build
from build import ROOT, Failure, say
from verify import parts

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
OLDEST = 131  # the first Chromium that numbers pages as a style sheet says
GATHER = """async ({name, names, folder}) => {
  await window.MathJax?.startup?.promise;
  const article = document.querySelector(".bd-article").cloneNode(true);
  const all = selector => [...article.querySelectorAll(selector)];
  const within = id => id ? `${name}--${id}` : name;
  const screens = "audio, button, canvas, script, .headerlink, .heard-listener, .tag_hide-input details.hide";
  all(screens).forEach(e => e.remove());

  for (const link of all("a[href]")) {
    const to = new URL(link.getAttribute("href"), location.href), id = decodeURIComponent(to.hash.slice(1));
    const page = to.href.startsWith(folder) && to.pathname.slice(new URL(folder).pathname.length, -5);
    if (names.includes(page)) link.setAttribute("href", `#${page}${id && "--"}${id}`);
    else if (to.protocol === "file:") link.removeAttribute("href");
  }
  for (const image of all("img[src]")) image.src = new URL(image.getAttribute("src"), location.href);
  for (const element of all("*")) {
    for (const {name: key, value} of [...element.attributes]) {
      let to = value.replace(/url\\(["']?#([^"')]+)["']?\\)/g, (_, id) => `url(#${within(id)})`);
      if (key === "id") to = within(value);
      if (/href$/.test(key) && element.closest("svg") && value[0] === "#") to = `#${within(value.slice(1))}`;
      if (/^aria-(labelledby|describedby)$/.test(key)) to = value.split(" ").map(within).join(" ");
      if (to !== value) element.setAttribute(key, to);
    }
  }

  const answers = all("details:not([class]), .tag_hide-cell").map((answer, number) => {
    let before = answer.previousElementSibling;
    while (before && !before.querySelector(":scope > strong")) before = before.previousElementSibling;
    const section = answer.closest("section").querySelector("h2, h3").textContent;
    const label = `${section}, ${before ? before.querySelector("strong").textContent : number + 1}`;
    const [here, there] = [within(`question-${number}`), within(`answer-${number}`)];
    const link = Object.assign(document.createElement("p"), {className: "answered"});
    (before && !before.id ? before : link).id = here;
    link.innerHTML = `<a href="#${there}">Answer on page</a> <a class="page" href="#${there}"></a>`;
    answer.replaceWith(link);
    for (const fold of answer.matches("details") ? [answer] : answer.querySelectorAll("details")) {
      fold.querySelector("summary").remove();
      fold.replaceWith(...fold.childNodes);
    }
    const text = answer.matches("details") ? answer.innerHTML : answer.outerHTML;
    return {here, there, label: label.replace(/[.:]\\s*$/, ""), text};
  });
  const heads = all("h1, h2").map(e => {
    return {level: e.tagName, title: e.textContent.trim(), id: e.parentElement.id};
  });
  const sheets = [...document.head.querySelectorAll("link[rel=stylesheet], style")];
  sheets.forEach(sheet => { if (sheet.href) sheet.setAttribute("href", sheet.href); });
  return {name, html: article.innerHTML, answers, heads, styles: sheets.map(sheet => sheet.outerHTML)};
}"""
PAGE = """<!doctype html>
<html lang="en" data-theme="light"><meta charset="utf-8"><title>{title}</title>
{styles}
<style>
@page {{ @bottom-center {{ content: counter(page); font: 9pt sans-serif; color: #535e6a; }} }}
@page :first {{ @bottom-center {{ content: none; }} }}
.bd-article {{ break-before: page; }}
.bd-article.title {{ break-before: auto; text-align: center; }}
.bd-article.title img {{ width: 40mm; margin: 60mm auto 10mm; }}
.contents :is(ul, li) {{ list-style: none; margin: 0; padding: 0; }}
.contents li {{ display: flex; gap: 1em; justify-content: space-between; }}
.contents .H2 {{ padding-left: 2em; font-size: 0.9em; }}
.contents a {{ color: inherit; text-decoration: none; }}
.contents a.page {{ font-variant-numeric: tabular-nums; }}
.answer {{ margin-top: 1.5em; }}
.answer > h3 {{ font-size: 1.05em; }}
</style>
<body><main class="bd-main"><div class="bd-content"><div class="bd-article-container">
{articles}
</div></div></main></body></html>
"""
NUMBERED = re.compile(r'(<a class="page" href="#([^"]+)">)[^<]*')


def main(argv=None):
    """Print the book, and return the exit status."""
    return build.main(argv, do=print_book, about=__doc__)


def print_book(corpus, profile):
    """Print the built book of a corpus and profile."""
    from playwright.sync_api import sync_playwright

    folder = build.place_of(corpus, profile)
    if not (folder / "html" / "index.html").exists():
        raise Failure(f"{folder}: there is no book yet; run `make book` first")
    start = time.perf_counter()
    to = folder / "book.pdf"
    with sync_playwright() as playwright:
        browser = launch(playwright.chromium)
        try:
            pages = make_pdf(browser, folder / "html", ROOT / "_toc.yml", to)
        finally:
            browser.close()
    say("pdf", f"{time.perf_counter() - start:6.1f} s, {pages} pages")
    print(f"\nThe book: {to.as_uri()}")


def find_chromium():
    """Return the path of a Chromium, or None."""
    return next(filter(None, [os.environ.get("CHROMIUM"), *map(shutil.which, CHROMIUM)]), None)


def launch(chromium):
    """Open a browser of Playwright's kind `chromium`. Raises Failure when there is none, or an old one."""
    from playwright.sync_api import Error

    found = find_chromium()
    try:  # on macOS and Windows, Chrome is in no path, and Playwright knows where it lies
        browser = chromium.launch(**({"executable_path": found} if found else {"channel": "chrome"}))
    except Error:
        raise Failure(
            f"{found or 'No Chromium'}: the PDF is printed by a Chromium; install one of "
            f"{', '.join(CHROMIUM)}, or set CHROMIUM to one"
        ) from None
    if int(browser.version.partition(".")[0]) < OLDEST:
        browser.close()
        raise Failure(f"Chromium {browser.version} is too old to number pages: {OLDEST} or newer")
    return browser


def make_pdf(browser, folder, toc, to):
    """Print the pages that a table of contents names, and return how many there are.

    Parameters
    ----------
    browser : of Playwright
    folder : path of the built pages
    toc : path of the table of contents
    to : path of the PDF

    Returns
    -------
    int
    """
    from pypdf import PdfReader

    from genrelib import disk

    gathered = gather(browser, folder, [name for _, names in parts(toc) for name in names])
    text = document(gathered, toc, folder)
    draft = to.with_suffix(".html")
    page = browser.new_page(color_scheme="light")
    try:
        with disk.whole(to) as part:
            for _ in range(2):
                draft.write_text(text, encoding="utf-8")
                page.goto(draft.as_uri())
                page.pdf(path=part, format="A4", prefer_css_page_size=True, outline=True, tagged=True)
                printed = PdfReader(part)
                places = printed.named_destinations
                page_of = {
                    to.lstrip("/"): printed.get_destination_page_number(places[to]) + 1 for to in places
                }
                text = numbered(text, page_of)
            return len(printed.pages)
    finally:
        page.close()
        draft.unlink(missing_ok=True)


def numbered(text, page_of):
    """Return the document with the numbers of the pages that it points to."""
    return NUMBERED.sub(lambda match: f"{match[1]}{page_of[match[2]]}", text)


def gather(browser, folder, names):
    """Return what is printed of each page: HTML with ids of its own, headings, answers, styles."""
    found = []
    for name in names:
        page = browser.new_page(color_scheme="light")
        page.goto((folder / f"{name}.html").as_uri())
        given = {"name": name, "names": names, "folder": f"{folder.as_uri()}/"}
        found.append(page.evaluate(GATHER, given))
        page.close()
    return found


def document(gathered, toc, folder):
    """Return the book as one HTML document; its page numbers are still missing."""
    import yaml

    said = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    logo = (folder / "_static" / "logo.svg").as_uri()
    title, author = html.escape(said["title"]), html.escape(said["author"])
    by_name = {page["name"]: page for page in gathered}
    answers = [answered(page) for page in gathered if page["answers"]]
    if answers:
        answers = [article("answers", "<h1>Answers</h1>" + "".join(answers))]
    styles = dict.fromkeys(style for page in gathered for style in page["styles"])
    articles = [
        f'<article class="bd-article title"><img src="{logo}" alt=""><h1>{title}</h1>'
        f"<p>{author}</p></article>",
        article("contents", contents(toc, by_name, bool(answers))),
        *(article(page["name"], page["html"]) for page in gathered),
        *answers,
    ]
    return PAGE.format(title=title, styles="\n".join(styles), articles="\n".join(articles))


def article(name, inner):
    """Return a page of the document."""
    return f'<article class="bd-article" id="{name}">{inner}</article>'


def contents(toc, by_name, answers):
    """Return the table of contents: parts, pages and their sections, each with a place for its page."""
    lines = ['<h1>Contents</h1><div class="contents">']
    for caption, names in parts(toc):
        lines.append(f"<p><b>{html.escape(caption)}</b></p><ul>" if caption else "<ul>")
        for name in names:
            lines += [line(head["level"], head["id"], head["title"]) for head in by_name[name]["heads"]]
        lines.append("</ul>")
    if answers:
        lines.append(f"<ul>{line('H1', 'answers', 'Answers')}</ul>")
    return "\n".join([*lines, "</div>"])


def line(level, to, title):
    """Return a line of the table of contents."""
    return (
        f'<li class="{level}"><a href="#{to}">{html.escape(title)}</a> <a class="page" href="#{to}"></a></li>'
    )


def answered(page):
    """Return the answers to the questions of a page."""
    lines = [f"<h2>{html.escape(page['heads'][0]['title'])}</h2>"]
    for answer in page["answers"]:
        lines.append(
            f'<div class="answer" id="{answer["there"]}"><h3>{html.escape(answer["label"])} '
            f'(<a href="#{answer["here"]}">page</a> <a class="page" href="#{answer["here"]}"></a>)</h3>'
            f"{answer['text']}</div>"
        )
    return "".join(lines)


if __name__ == "__main__":
    sys.exit(main())
