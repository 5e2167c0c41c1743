"""Look whether a built book is whole: jupyter-book's own exit status does not tell.

`problems(html, source)` compares the pages with the table of contents and the outputs of the notebooks.
What looks like a left-over and is a name of the reader's, `Song {Live}.wav`, is none.
"""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LEFT_OVER = re.compile(r"\{\w[\w:]*\}|could not be found")  # {cite}, {glue:text}, {name} of an f-string
SHORTEST = 300  # characters of text; a page below it is empty
QUIETEST = 2000  # characters of an embedded sound; a fifth of a second of MP3 has more
HEAVIEST_PAGE, HEAVIEST_SITE = 6_000_000, 80_000_000  # bytes
REMOVED = {"remove-cell", "remove_cell", "remove-output", "remove_output"}
LITERAL = {"code", "pre", "script", "style", "math"}
NAMED = {"figure": ["drawn"], "div": ["math"], "span": ["math"]}  # elements that are known by their class
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Page(HTMLParser):
    """What a piece of HTML holds: figures, players, faults, ids, links, text outside code."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.figures = self.players = 0
        self.faults, self.ids, self.links, self.text, self.open = [], set(), [], [], []
        self.feed(text)
        self.text = "".join(self.text)

    def handle_starttag(self, tag, attributes):
        """Count, check and collect what a tag brings."""
        given = dict(attributes)
        classes = (given.get("class") or "").split()
        if tag not in VOID:
            self.open.append(("drawn" in classes and "drawn") or ("math" in classes and "math") or tag)
        self.ids.update(given[key] for key in ("id", "name") if given.get(key))
        self.figures += "drawn" in classes
        self.players += "player" in classes
        address = given.get("href") if tag in ("a", "link") else given.get("src") or ""
        if tag == "svg" and "drawn" in self.open and not (given.get("aria-label") or "").strip():
            self.faults.append("a figure says nothing to who does not see it (aria-label)")
        if tag == "img" and (given.get("alt") or "") in ("", address):
            self.faults.append(f"an image says nothing to who does not see it (alt): {address[:60]}")
        if tag == "audio" and not (address.startswith("data:audio/") and len(address) > QUIETEST):
            self.faults.append(f"a player has no sound in it: {address[:60]!r}")
        elif address:
            self.links.append(address)

    def handle_endtag(self, tag):
        """Leave an element."""
        for depth in range(len(self.open) - 1, -1, -1):
            if self.open[depth] in (tag, *NAMED.get(tag, ())):
                del self.open[depth:]
                return

    def handle_data(self, data):
        """Collect the text that is neither code nor formula."""
        if not LITERAL.intersection(self.open):
            self.text.append(data)


def parts(toc):
    """Yield the parts of a table of contents: a caption and the names of its pages; the root has none."""
    import yaml

    tree = yaml.safe_load(Path(toc).read_text(encoding="utf-8"))
    yield "", [tree["root"]]
    for part in tree["parts"]:
        yield part["caption"], list(_named(part))


def page_names(toc):
    """Return the names of the pages of a table of contents, in their order."""
    import yaml

    return list(_named(yaml.safe_load(Path(toc).read_text(encoding="utf-8"))))


def _named(entry):
    """Yield the pages that an entry of a table of contents names, and those below it."""
    yield from (entry[key] for key in ("root", "file") if key in entry)
    for below in ("parts", "chapters", "sections"):
        for inner in entry.get(below, []):
            yield from _named(inner)


def problems(html, source, names=()):
    """Return what is wrong with the pages in `html`, made from `source`, a line each.

    `names` are the texts of the reader's that may stand in them.
    """
    paths = {name: (html / f"{name}.html").resolve() for name in page_names(source / "_toc.yml")}
    found = [f"{name}: the page is missing" for name, path in paths.items() if not path.is_file()]
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in paths.values() if path.is_file()}
    for name, path in paths.items():
        if path in pages:
            page = pages[path]
            wrong = [*page.faults, *faults(page, path, source / f"{name}.ipynb", " ".join(names))]
            wrong += [f"the link {link} leads nowhere" for link in page.links if not leads(link, path, pages)]
            found += [f"{name}: {fault}" for fault in wrong]
    weight = sum(path.stat().st_size for path in html.rglob("*") if path.is_file())
    if weight > HEAVIEST_SITE:
        found.append(f"the site weighs {weight / 1e6:.0f} MB, more than {HEAVIEST_SITE / 1e6:.0f}")
    return found


def faults(page, path, notebook, names):
    """Return what is wrong with one page; there is no `notebook` where it was made from prose."""
    found = [f"{match!r} was left over" for match in LEFT_OVER.findall(page.text) if match not in names]
    if len(page.text) < SHORTEST:
        found.append("the page is empty")
    if path.stat().st_size > HEAVIEST_PAGE:
        found.append(
            f"the page weighs {path.stat().st_size / 1e6:.1f} MB, more than {HEAVIEST_PAGE / 1e6:.0f}"
        )
    figures, players = expected(notebook) if notebook.exists() else (0, 0)
    if page.figures < figures:
        found.append(f"{figures - page.figures} of {figures} figures are missing")
    if page.players < players:
        found.append(f"{players - page.players} of {players} players are missing")
    return found


def expected(notebook):
    """Return how many figures and players the outputs of an executed notebook hold."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    shown = [cell for cell in cells if not REMOVED.intersection(cell["metadata"].get("tags", []))]
    outputs = (
        output.get("data", {}).get("text/html", "") for cell in shown for output in cell.get("outputs", [])
    )
    held = [Page("".join(output)) for output in outputs]
    return sum(page.figures for page in held), sum(page.players for page in held)


def leads(link, path, pages):
    """Whether a link of the page at `path` leads to something; addresses of the web are taken on trust."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return True
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if target.is_dir():
        target /= "index.html"
    if not Path(target).is_file():
        return False
    return not parts.fragment or target not in pages or unquote(parts.fragment) in pages[target].ids
