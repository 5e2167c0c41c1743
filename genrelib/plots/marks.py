"""Where a number comes from, as a mark beside it: computed here, recorded, published elsewhere."""

import re
from html import escape

__all__ = ["HERE", "PUBLISHED", "mark"]

HERE = "computed here, when this page was made"
PUBLISHED = "published elsewhere"
_SIGNS = {HERE: "●", PUBLISHED: "◇"}
_RECORDED = "○"


def mark(*sources):
    """Return the mark of what a sentence says, as HTML that a Markdown cell can hold.

    Parameters
    ----------
    *sources : `HERE`, `PUBLISHED`, or results with their provenance, as `records.load_result` returns them

    Returns
    -------
    str
        ● for what was computed here, ○ for what is recorded, ◇ for what others published. Pointed at, or read
        aloud, a record's mark gives its date and the command that makes it anew. Records of one day share a
        mark.

    Notes
    -----
    `plots.table` and `plots.show` set it under their captions.
    """
    return " ".join(
        f'<span class="origin" role="img" aria-label="{says}" title="{says}">{sign}</span>'
        for (sign, _), says in _grouped(sources or [HERE]).items()
    )


def captioned(caption, source):
    """Return a caption with the marks of one or several sources, as HTML; "" for no caption."""
    if not caption:
        return ""
    sources = source if isinstance(source, list | tuple) else [source]
    return " ".join([escape(curled(caption)), *(_spelled(*item) for item in _grouped(sources).items())])


def curled(text):
    """Return a text with the apostrophes that the sentences of a page have."""
    return re.sub(r"(?<=\w)'", "’", text)


def _grouped(sources):
    """Return what sources say, by their sign and the words beside it."""
    found = {}
    for sign, says in map(_sign, sources):
        found.setdefault((sign, says.partition(" by ")[0]), {})[says] = None
    return {key: "; ".join(says) for key, says in found.items()}


def _spelled(key, says):
    """Return a mark with words beside it, unless it is the usual one."""
    sign, words = key
    if words == HERE:
        return mark(HERE)
    return f'<span class="origin" title="{says}">{sign}\u00a0{words}</span>'


def _sign(source):
    """Return the sign of a source, and what it says. A result that was kept by a run names no command."""
    if not isinstance(source, str):
        origin = source["provenance"]
        if "command" in origin:
            return _RECORDED, escape(f"recorded {origin['date']} by {origin['command']}")
        source = HERE
    return _SIGNS[source], source
