"""What a chapter measures on another corpus, or at a larger size: executed, and its `record` taken.

Chapters 4 and 5 measure in their own cells, for all to see. Their variable `record` is what is recorded.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from genrelib import disk, records

__all__ = ["measure"]

KEEP = """
from pathlib import Path
from genrelib import records
records.write(Path({path!r}), record)
"""


def measure(corpus, *, profile, chapter):
    """Execute a chapter on a corpus, and return its variable `record`.

    Parameters
    ----------
    corpus : Corpus
        The built-in corpus, or one of the catalogue: the chapter opens it by its name.
    profile : Profile
        How much the chapter computes.
    chapter : str
        Its file in `notebooks/`, without the suffix.

    Returns
    -------
    dict
        Plain values.

    Notes
    -----
    Chapters 4 and 5.
    """
    source = records.read(disk.CHECKOUT / "notebooks" / f"{chapter}.ipynb")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source["cells"].append(_cell(KEEP.format(path=str(folder / "record.json"))))
        records.write(folder / "extended.ipynb", source)
        command = [sys.executable, "-m", "papermill", folder / "extended.ipynb", folder / "executed.ipynb"]
        command += ["--cwd", disk.CHECKOUT, "-p", "CORPUS", corpus.name, "-p", "PROFILE", profile.name]
        subprocess.run(command, check=True)
        return records.read(folder / "record.json")


def _cell(code):
    """Return a code cell of a notebook."""
    return {
        "cell_type": "code",
        "id": "keep",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": code,
    }
