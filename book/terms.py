"""Links from a chapter's words to the glossary: each term once, where it is first used, with its definition.

A Sphinx extension. In a notebook a word stays a word, so nothing raw stands there; the pages link it.
"""

import re

from docutils import nodes
from sphinx import addnodes

GLOSSARY = "book/glossary"
LEFT_ALONE = {
    "band",
    "factor",
    "genre",
    "kernel",
    "power",
}  # words that mostly mean something else, or need no help
CLOSED = (nodes.reference, nodes.literal, nodes.title, nodes.math, nodes.raw, nodes.caption, nodes.table)


def definitions(env):
    """Return the glossary: term -> (anchor, first sentences of its definition)."""
    found = {}
    for item in env.get_doctree(GLOSSARY).findall(nodes.definition_list_item):
        meaning = item.next_node(nodes.definition).next_node(nodes.paragraph)
        cited = [node for node in meaning.findall(addnodes.pending_xref) if node["refdomain"] == "cite"]
        said = "".join(
            str(text) for text in meaning.findall(nodes.Text) if not set(cited) & {*_parents(text)}
        )
        text = re.sub(r"( ?Chapter \d+\.)?$", "", " ".join(said.split())).replace(" .", ".")
        for term in item.findall(nodes.term):
            if term["ids"]:
                found[term.astext()] = term["ids"][0], text
    return {term: found[term] for term in sorted(found, key=len, reverse=True) if term not in LEFT_ALONE}


def link(app, doctree, docname):
    """Link the first use of each term on the page of a chapter."""
    if not docname.startswith("notebooks/") or GLOSSARY not in app.env.found_docs:
        return
    open_terms = definitions(app.env)
    place = app.builder.get_relative_uri(docname, GLOSSARY)
    for text in list(doctree.findall(nodes.Text)):
        if any(isinstance(parent, CLOSED) for parent in _parents(text)) or not _in_prose(text):
            continue
        parts = _linked(str(text), open_terms, place)
        if len(parts) > 1:
            text.parent.replace(text, parts)


def _parents(node):
    """Yield what a node is in, from the inside out."""
    while node.parent is not None:
        node = node.parent
        yield node


def _in_prose(text):
    """Whether a text is part of a paragraph."""
    return any(isinstance(parent, nodes.paragraph) for parent in _parents(text))


def _linked(text, open_terms, place):
    """Return a text in parts, the terms in it that are still open linked, and close these."""
    parts, rest = [], text
    while open_terms:
        words = "|".join(map(re.escape, open_terms))
        match = re.search(rf"(?<![\w-])(?:{words})(?:s|es)?(?![\w-])", rest, re.IGNORECASE)
        if not match:
            break
        named = next(term for term in open_terms if match[0].lower().startswith(term.lower()))
        anchor, meaning = open_terms.pop(named)
        reference = nodes.reference("", match[0], internal=True, refuri=f"{place}#{anchor}", reftitle=meaning)
        reference["classes"] += ["term"]
        parts += [nodes.Text(rest[: match.start()]), reference]
        rest = rest[match.end() :]
    return [part for part in (*parts, nodes.Text(rest)) if part.astext()]


def setup(app):
    """Link the chapters when they are written."""
    app.connect("doctree-resolved", link)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
