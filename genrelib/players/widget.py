"""How a widget comes into a page: its HTML, its data, its style and its script in one piece."""

import json
import zlib
from importlib.resources import files

from IPython.display import HTML

from genrelib.plots.tables import NO_FORMULA

__all__ = ["widget"]


def widget(name, inside, data):
    """Return a part of a page that needs no server.

    Parameters
    ----------
    name : name of the style sheet and the script beside this module, and class of the part
    inside : HTML
    data : what the script reads, as JSON can hold it

    Returns
    -------
    IPython.display.HTML. The script is a function `start(root, data)`; several widgets share a page.
    """
    data = json.dumps(data).replace("<", "\\u003c")  # no text may end the script that carries it
    key = f"heard-{name}-{zlib.crc32((inside + data).encode()):x}"
    folder = files("genrelib.players")
    style, script = (folder.joinpath(f"{name}.{kind}").read_text("utf-8") for kind in ("css", "js"))
    return HTML(
        f'<div class="heard-{name} {NO_FORMULA}" id="{key}"><style>{style}</style>{inside}'
        f'<script type="application/json">{data}</script>'
        f"<script>{{\n{script}\nconst root = document.getElementById({json.dumps(key)})\n"
        "start(root, JSON.parse(root.querySelector(\"script[type='application/json']\").textContent))\n"
        "}</script></div>"
    )
