"""How a widget comes into a page: its HTML, its data, its style and its script in one piece."""

import json
import zlib
from importlib.resources import files

from IPython.display import HTML

from genrelib.plots.tables import NO_FORMULA

__all__ = ["widget"]


def widget(name, inside, data, *, scripts=None, parts=None):
    """Return a part of a page that needs no server.

    Parameters
    ----------
    name : name of the style sheet beside this module, and class of the part
    inside : HTML
    data : what the script reads, as JSON can hold it
    scripts : names of the scripts beside this module, by default the style sheet's
    parts : dict, key -> what else the script reads, as JSON can hold it, as `window.heard[key]`. It is large,
        and may be taken out of the page: `book/build.py` writes it into a script that the pages share, and
        says in the attribute `data-parts` where that lies.

    Returns
    -------
    IPython.display.HTML. The script is a function `start(root, data)`; several widgets share a page.
    """
    data = _json(data)
    key = f"heard-{name}-{zlib.crc32((inside + data).encode()):x}"
    folder = files("genrelib.players")
    style = folder.joinpath(f"{name}.css").read_text("utf-8")
    script = "\n".join(folder.joinpath(f"{each}.js").read_text("utf-8") for each in scripts or (name,))
    held = "".join(
        f'<script data-part="{part}">(window.heard ??= {{}})["{part}"] = {_json(value)}</script>'
        for part, value in (parts or {}).items()
    )
    return HTML(
        f'<div class="heard-{name} {NO_FORMULA}" id="{key}" data-parts=""><style>{style}</style>'
        f"{inside}{held}"
        f'<script type="application/json">{data}</script>'
        f"<script>{{\n{script}\nconst root = document.getElementById({json.dumps(key)})\n"
        "start(root, JSON.parse(root.querySelector(\"script[type='application/json']\").textContent))\n"
        "}</script></div>"
    )


def _json(data):
    """Write data so that no text of it may end the script that carries it."""
    return json.dumps(data).replace("<", "\\u003c")
