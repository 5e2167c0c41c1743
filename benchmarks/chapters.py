"""Record what a chapter measures: execute it on a corpus, and keep what its `record` holds in data/results/.

python benchmarks/chapters.py 04_windows builtin --profile full     -> data/results/windows-builtin.json
"""

import click
import nbformat
from nbclient import NotebookClient
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from genrelib.disk import CHECKOUT
from genrelib.profiles import PROFILES

RECORDS = {
    "04_windows": "windows",
    "05_mel_against_mfcc": "maps",
}  # the chapter, and what its record is called
BEGIN = "import time; begun = time.perf_counter()"
KEEP = """
from dataclasses import asdict
from genrelib import disk, profiles, records
provenance = records.provenance(corpus, time.perf_counter() - begun)
path = disk.CHECKOUT / "data" / "results" / "{name}.json"
records.write(path, record | {{"profile": asdict(profiles.profile(PROFILE)), "provenance": provenance}})
"""


@click.command()
@click.argument("chapter", type=click.Choice(list(RECORDS)))
@click.argument("corpus")
@click.option("--profile", default="full", show_default=True, type=click.Choice(list(PROFILES)))
def main(chapter, corpus, profile):
    """Execute CHAPTER on CORPUS; its variable `record` is kept as JSON."""
    name = f"{RECORDS[chapter]}-{corpus}"
    notebook = load_notebook_node(str(CHECKOUT / "notebooks" / f"{chapter}.ipynb"))
    notebook = parameterize_notebook(notebook, {"CORPUS": corpus, "PROFILE": profile})
    notebook.cells.insert(0, nbformat.v4.new_code_cell(BEGIN))
    notebook.cells.append(nbformat.v4.new_code_cell(KEEP.format(name=name)))
    NotebookClient(notebook, timeout=None, resources={"metadata": {"path": CHECKOUT}}).execute()
    click.echo(f"data/results/{name}.json")


if __name__ == "__main__":
    main()
