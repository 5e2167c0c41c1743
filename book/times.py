"""How long a chapter takes: read by its words, code and pictures, and run as its head says.

The head of a chapter is the one place where both are written. A test compares the minutes to read with what
`reading` counts, and the guide for teachers with the head; the page on this copy sets the time to run beside
what was measured.
"""

import math
import re

WORDS, LINES, LOOKS = 150, 15, 4 / 3  # a minute: of prose, of open code, of pictures and sounds
SHOWN = re.compile(r"plots\.(?:show|table|diagram)\(|players\.(?:player|players|heard\w+)\(")
TAKES = re.compile(
    r"\*\*Takes\*\*: about (?P<read>\d+) minutes? to read.*?\b(?P<run>\d+ (?:second|minute)s?) to run",
    re.DOTALL,
)
FOLDED = {"setup", "parameters", "hide-input", "hide-cell"}


def told(notebook):
    """Return what a head says: minutes to read, and the time to run in words; None and "" if nothing."""
    takes = TAKES.search("".join(notebook["cells"][0]["source"]))
    return (int(takes["read"]), takes["run"]) if takes else (None, "")


def reading(notebook):
    """Return the minutes to read a chapter up to its questions, in steps of five."""
    words = lines = shown = 0
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            words += len(source.split("## Check yourself")[0].split())
            if "## Check yourself" in source:
                break
        else:
            shown += len(SHOWN.findall(source))
            folded = FOLDED & set(cell["metadata"].get("tags", []))
            lines += 0 if folded else len(list(filter(str.strip, source.splitlines())))
    return 5 * math.ceil((words / WORDS + lines / LINES + shown / LOOKS) / 5)
