"""Ask for every address in chapters, pages, references and catalogue, and list those that are gone.

    python book/links.py            (or: make links)

A DOI is looked up at doi.org and not at the publisher, who often refuses programs. Other refusals (401, 403,
429) count as an answer: the page is there. Exit status: 0 all are there; 1 some are gone.
"""

import json
import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests
from cite import references

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # so that it works before genrelib is installed

from genrelib import catalog  # noqa: E402

PAGES = ("README.md", "CONTRIBUTING.md", "book/*.md", "notebooks/*.ipynb")
ADDRESS = re.compile(r"https?://(?:[^\s<>\"'`()\\{}|]|\([^\s<>\"'`()]*\))+")
OURS = re.compile(r"https?://(?:127\.0\.0\.1|localhost|\[::1\])")  # servers that the book itself starts
REFUSALS = {401, 403, 405, 406, 429}
AGENT = {"User-Agent": "Mozilla/5.0 (compatible; the link check of an open textbook)"}
TRIES, PAUSE, TIMEOUT = 3, 5, 30  # seconds


def main():
    """Print each address that is gone with the reason and where it stands, and return the exit status."""
    places = addresses(ROOT)
    with ThreadPoolExecutor(8) as pool:
        reasons = dict(zip(places, pool.map(gone, places), strict=True))
    lost = {address: reason for address, reason in reasons.items() if reason}
    for address, reason in lost.items():
        print(f"{address}\n    {reason}; in {', '.join(sorted(places[address]))}")
    print(f"{len(places)} addresses, {len(lost)} of them gone")
    return 1 if lost else 0


def addresses(root):
    """Return each external address below `root` with the files that name it: address -> {path, …}."""
    found = {}
    for path in sorted(path for pattern in PAGES for path in root.glob(pattern)):
        for address in ADDRESS.findall(text(path)):
            found.setdefault(address.rstrip(".,;:!?"), set()).add(path.relative_to(root).as_posix())
    for address in references(root / "book" / "references.bib"):
        found.setdefault(address, set()).add("book/references.bib")
    for dataset in catalog.DATASETS.values():
        for remote in dataset.files:
            for address in remote.urls:
                found.setdefault(address, set()).add("genrelib/catalog.py")
    return {address: places for address, places in found.items() if not OURS.match(address)}


def text(path):
    """Return the text of a page, or that of a notebook's cells."""
    content = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return content
    return "\n".join("".join(cell["source"]) for cell in json.loads(content)["cells"])


def gone(address):
    """Return why nobody finds a page at an address, or None where it is there."""
    for attempt in range(TRIES):
        try:
            resolves = address.startswith("https://doi.org/")
            with requests.get(
                address, headers=AGENT, timeout=TIMEOUT, stream=True, allow_redirects=not resolves
            ) as answer:
                if answer.status_code < 400 or answer.status_code in REFUSALS:
                    return None
                reason = f"{answer.status_code} {answer.reason}"
        except requests.RequestException as error:
            reason = type(error).__name__
        if attempt < TRIES - 1:
            time.sleep(PAUSE)
    return reason


if __name__ == "__main__":
    sys.exit(main())
