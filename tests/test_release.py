"""A release holds what students may see, and the check of a release finds what they may not."""

import copy
import json
import subprocess
import sys
import zipfile

import nbformat
import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT))
from assignments import grading, masters, release

EXAMPLE = ROOT / "tests" / "masters" / "0_example.py"
LEAKS = {
    "a mark in the wrong case": (
        "    # BEGIN SOLUTION\n    return FACTOR",
        "    # Begin Solution\n    return FACTOR",
    ),
    "a mark outside its block": ("me = classroom", "answer = 3.14159265  # SOLUTION\nme = classroom"),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder of the example's release."""
    folder = tmp_path_factory.mktemp("assignments")
    return release.make(masters.read(EXAMPLE), folder, key="this year's").parent


def read(made, name):
    return nbformat.read(made / name, 4)


def test_a_release_needs_no_otter_and_has_the_key(made):
    text = (made / "0_example.ipynb").read_text(encoding="utf-8")
    assert "otter" not in text.replace("otter_answer_cell", "")
    assert json.dumps('KEY = "this year\'s"')[1:-1] in text
    assert "test_length(louder)" in text and "test_factor" not in text and "confounder" not in text
    assert {path.name for path in made.iterdir()} == {
        "0_example.ipynb",
        "0_example-solution.ipynb",
        "0_example-gradescope.zip",
    }


def test_a_free_answer_in_a_release_is_found_whole(made, tmp_path):
    master, notebook = masters.read(EXAMPLE), read(made, "0_example.ipynb")
    answer = "# My answer\n\nLoud is not *good*."
    assert grading.sections(grading.read_notebook(made / "0_example.ipynb"), master).keys() == {
        *master.questions
    }
    for cell in notebook.cells:
        cell.source = cell.source.replace(grading.PLACEHOLDER, answer)
    nbformat.write(notebook, tmp_path / "handed_in.ipynb")
    written = grading.sections(grading.read_notebook(tmp_path / "handed_in.ipynb"), master)
    assert written["q4"]["markdown"] == answer


def test_cells_have_the_same_ids_every_time(made):
    ids = [cell.id for cell in read(made, "0_example.ipynb").cells]
    assert ids == [f"0-example-{number}" for number in range(len(ids))]


@pytest.mark.parametrize("found, put", LEAKS.values(), ids=LEAKS)
def test_what_gives_something_away_is_no_release(found, put, tmp_path):
    text = EXAMPLE.read_text(encoding="utf-8")
    assert found in text
    path = tmp_path / "0_example.py"
    path.write_text(text.replace(found, put, 1), encoding="utf-8")
    with pytest.raises(release.ReleaseError, match="0_example"):
        release.make(masters.read(path), tmp_path / "out")
    assert not (tmp_path / "out" / "0_example").exists()


def test_the_check_looks_everywhere_in_the_file(made):
    master = masters.read(EXAMPLE)
    whole, solution = read(made, "0_example.ipynb"), read(made, "0_example-solution.ipynb")
    hidden, rubric = master.questions["q1"].tests[1], master.questions["q4"].rubric

    def problems(change):
        notebook = copy.deepcopy(whole)
        change(notebook)
        return " ".join(release.problems(notebook, solution, master, key="this year's"))

    output = nbformat.v4.new_output("stream", text="42")
    assert "hidden test_factor" in problems(lambda nb: nb.metadata.update(x=hidden.source))
    assert "the rubric of q4" in problems(lambda nb: nb.cells[0].metadata.update(x=[rubric]))
    assert "does not compile" in problems(lambda nb: nb.cells[2].update(source="f(...\n..."))
    assert "has outputs" in problems(lambda nb: nb.cells[1].outputs.append(output))


def test_a_release_that_scores_is_none(made):
    master = masters.read(EXAMPLE)
    solution = read(made, "0_example-solution.ipynb")
    said = release._scores(solution, read(made, "0_example.ipynb"), master, "this year's")
    assert len(said) == 2 * 3
    assert "the release has 2 of 2 points for q1" in said[0]
    assert "the solution has 0 of 2 points for q1" in said[3]


@pytest.mark.campaign
def test_gradescopes_archive_grades_solution_and_release(made, tmp_path):
    with zipfile.ZipFile(made / "0_example-gradescope.zip") as archive:
        assert {"tests/q1.py", "files/genrelib/classroom.py", "environment.yml"} <= set(archive.namelist())
    for name, points in (("0_example-solution", 6), ("0_example", 0)):
        command = [sys.executable, "-m", "otter", "run", "--no-logo", "-a", made / "0_example-gradescope.zip"]
        command += ["-o", tmp_path, made / f"{name}.ipynb"]
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
        tests = json.loads((tmp_path / "results.json").read_text())["tests"]
        assert sum(test.get("score", 0) for test in tests) == points


@pytest.mark.campaign
@pytest.mark.parametrize("master", masters.read_all(), ids=lambda master: master.name)
def test_every_assignment_makes_a_release(master, tmp_path):
    made = read(release.make(master, tmp_path).parent, f"{master.name}.ipynb")
    public = [q for q in master.questions.values() if any(not test.hidden for test in q.tests)]
    assert len([cell for cell in made.cells if cell.source.startswith(grading.CHECK)]) == len(public) > 0
