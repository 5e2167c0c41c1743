"""Where a number comes from, as a mark beside it: computed here, recorded, published elsewhere."""

from html import escape

__all__ = ["HERE", "PUBLISHED", "mark"]

HERE = "computed here, when this page was made"
PUBLISHED = "published elsewhere"
_SIGNS = {HERE: "●", PUBLISHED: "◇"}
_RECORDED = "○"


def mark(source=HERE):
    """Return the mark of what a sentence says, as HTML that a Markdown cell can hold.

    Parameters
    ----------
    source : `HERE`, `PUBLISHED`, or a result with its provenance, as `records.load_result` returns it

    Returns
    -------
    str
        ● for what was computed here, ○ for what is recorded, ◇ for what others published. Pointed at, or read
        aloud, a record's mark gives its date and the command that makes it anew.

    Notes
    -----
    `plots.table` and `plots.show` set it under their captions.
    """
    sign, says = _sign(source)
    return f'<span class="origin" role="img" aria-label="{says}" title="{says}">{sign}</span>'


def captioned(caption, source):
    """Return a caption with the marks of one or several sources, as HTML; "" for no caption."""
    if not caption:
        return ""
    sources = source if isinstance(source, list | tuple) else [source]
    return " ".join([escape(caption), *dict.fromkeys(map(_spelled, sources))])


def _spelled(source):
    """Return the mark of a source with words beside it, unless it is the usual one."""
    if source == HERE:
        return mark(source)
    sign, says = _sign(source)
    return f'<span class="origin" title="{says}">{sign}\u00a0{says.partition(" by ")[0]}</span>'


def _sign(source):
    """Return the sign of a source, and what it says. A result that was kept by a run names no command."""
    if not isinstance(source, str):
        origin = source["provenance"]
        if "command" in origin:
            return _RECORDED, escape(f"recorded {origin['date']} by {origin['command']}")
        source = HERE
    return _SIGNS[source], source
