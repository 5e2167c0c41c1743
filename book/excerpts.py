"""What the search shows of a page that it found, also where the pages are files and no server hands them out.

A Sphinx extension. The search reads each page that it found to show where a word stands in it, and from a
file a browser lets it read nothing. So the text of all pages lies in one script beside it.
"""

import json
from pathlib import Path

SCRIPT = """\
// The search asks for the pages that it found. From a file it gets none, so here is their text.
if (location.protocol === "file:") {
  const texts = %s;
  const fetched = window.fetch;
  window.fetch = async (address, ...rest) => {
    const path = new URL(address, location).pathname;
    const page = Object.keys(texts).find((name) => path.endsWith(`/${name}.html`));
    if (!page) return fetched(address, ...rest);
    const main = document.createElement("div");
    main.setAttribute("role", "main");
    main.textContent = texts[page];
    return new Response(main.outerHTML);
  };
}
"""
texts = {}  # page -> its paragraphs


def read(app, page, template, context, doctree):
    """Keep the text of a page; let the search load the texts of all."""
    from docutils import nodes

    if page == "search":
        app.add_js_file("excerpts.js")
    if doctree is not None:
        paragraphs = (" ".join(paragraph.astext().split()) for paragraph in doctree.findall(nodes.paragraph))
        texts[page] = "\n".join(paragraphs)


def write(app, exception):
    """Write the texts as a script among the files of the look."""
    if exception is None:
        place = Path(app.outdir) / "_static" / "excerpts.js"
        place.write_text(SCRIPT % json.dumps(texts, ensure_ascii=False, sort_keys=True), encoding="utf-8")


def setup(app):
    """Collect while the pages are written, and write when all are."""
    app.connect("html-page-context", read)
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
