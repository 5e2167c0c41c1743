"""What a page says of itself to search engines and to those who pass its address on: a title and a sentence.

A Sphinx extension. The sentence is the first of the page that is one, so it need not be written twice.
"""

import re
from html import escape, unescape

LONGEST = 200  # characters


def sentence_of(doctree):
    """Return the beginning of the first paragraph under a page's title, whole words, or nothing."""
    from docutils import nodes

    for paragraph in doctree.findall(nodes.paragraph):
        text = " ".join(paragraph.astext().split())
        if isinstance(paragraph.parent, nodes.section) and len(text) > 40:
            return text if len(text) <= LONGEST else f"{text[:LONGEST].rpartition(' ')[0]} …"
    return ""


def describe(app, page, template, context, doctree):
    """Add the title and the sentence of a page to its head."""
    if doctree is None:  # the index, the search
        return
    title = unescape(re.sub(r"<[^>]+>", "", context["title"]))  # it comes with its number, as HTML
    site = app.config.html_title or app.config.project
    says = {"description": sentence_of(doctree)}
    shows = {"og:title": title, "og:description": says["description"]}
    shows |= {"og:site_name": site, "og:type": "article"}
    tags = [f'<meta name="{name}" content="{escape(text, quote=True)}">' for name, text in says.items()]
    tags += [f'<meta property="{name}" content="{escape(text, quote=True)}">' for name, text in shows.items()]
    context["metatags"] = "\n".join([context.get("metatags", ""), *tags])


def setup(app):
    """Describe each page when it is written."""
    app.connect("html-page-context", describe)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
