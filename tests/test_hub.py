"""What a hub needs: measured as it is, recorded, and said in the page for teachers."""

import sys

import nbformat
import pytest
from conftest import ROOT

from genrelib import records
from genrelib.studies import recorded

sys.path.insert(0, str(ROOT / "book"))
import build

HOLD = "held = bytearray(300 * 2**20)\nfor at in range(0, len(held), 4096): held[at] = 1"
WAIT = "import time; time.sleep(1.5)"


@pytest.fixture(scope="module")
def rows():
    """The record: what ran -> what it took."""
    return {row["what"]: row for row in records.load_result("hub")["notebooks"]}


def test_memory_that_a_notebook_holds_and_gives_back_is_seen(tmp_path):
    hub = recorded._study("benchmarks/hub.py")
    cells = [nbformat.v4.new_code_cell(source) for source in (WAIT, HOLD, WAIT, "del held")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "holds.ipynb")
    taken = hub.run("holds", tmp_path / "holds.ipynb")
    assert 300 < taken["peak_mb"] < 300 + 150, "a kernel itself holds less than 150 MB"
    assert taken["open_mb"] < taken["peak_mb"] - 250
    assert 0.1 < taken["processor_seconds"] < 60


def test_the_record_holds_what_it_says(rows):
    for row in rows.values():
        assert 0 < row["open_mb"] <= row["peak_mb"] and row["processor_seconds"] > 0
    assert (
        rows["an empty kernel"]["peak_mb"]
        < rows["TensorFlow imported"]["peak_mb"]
        < rows["Chapter 8"]["peak_mb"]
    )
    assert rows["Assignment 5: a network by hand"]["peak_mb"] < rows["TensorFlow imported"]["peak_mb"]


def test_the_page_for_teachers_has_the_table(rows):
    assert (ROOT / "book" / "teaching.md").read_text(encoding="utf-8").count(build.NEEDS) == 1
    table = build.needs()
    for name, row in rows.items():
        assert f"| {name} | {row['peak_mb']} MB | {row['open_mb']} MB |" in table
    assert "python -m genrelib record hub" in table
