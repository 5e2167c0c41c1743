"""A master becomes what students get, what teachers keep, and what Gradescope runs.

Otter Assign does the work; here its traps are avoided, and what comes out is checked.
"""

import contextlib
import copy
import io
import json
import logging
import re
import shutil
import tempfile
from importlib.metadata import version
from pathlib import Path

import nbformat
import yaml
from IPython.core.inputtransformer2 import TransformerManager

from assignments.box import GENRELIB
from assignments.grading import CHECK, grade_cells
from assignments.masters import CONFIG

__all__ = ["ReleaseError", "make", "problems"]

ROOT = Path(__file__).resolve().parents[1]
HOUSE = {  # of Otter's settings, those without which a release needs Otter, or gives something away
    "init_cell": False,
    "export_cell": False,
    "tests": {"files": True, "ok_format": False},
    "generate": True,
}
NEEDED = ("matplotlib", "numpy", "pandas", "scipy", "soundfile", "soxr")  # on Gradescope
MARK = re.compile(r"#\s*(?:BEGIN|END)?\s*SOLUTION\b", re.IGNORECASE)
SOLUTION = re.compile(r"#\s*BEGIN\s+SOLUTION.*?#\s*END\s+SOLUTION", re.IGNORECASE | re.DOTALL)
SHORTEST = 12  # characters of a line that tells something


class ReleaseError(Exception):
    """A release would not compile, would give something away, or would be graded wrongly."""


def make(master, folder, *, key=""):
    """Make the release, the solution and the file for Gradescope of an assignment.

    Parameters
    ----------
    master : `masters.Master`
    folder : path; a folder of the assignment's name appears in it, with NAME.ipynb, NAME-solution.ipynb and
        NAME-gradescope.zip, once all of it is checked
    key : of the course; it goes into the release, and from there into the data of its students

    Returns
    -------
    path of the release

    Raises
    ------
    ReleaseError
        Lists what is wrong with the release.
    """
    with tempfile.TemporaryDirectory(prefix="release-") as draft:
        draft = Path(draft)
        nbformat.write(_prepared(master, key), draft / f"{master.name}.ipynb")
        for name in GENRELIB:
            source, target = ROOT / "genrelib" / name, draft / "genrelib" / name
            target.parent.mkdir(exist_ok=True)
            shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
        _assign(draft, master.name)
        release, solution = (
            _with_checks(nbformat.read(draft / "out" / kind / f"{master.name}.ipynb", 4), master)
            for kind in ("student", "autograder")
        )
        if found := problems(release, solution, master, key=key):
            raise ReleaseError(f"{master.path.name}: " + "; ".join(found))
        final = Path(folder) / master.name
        coming = final.with_name(f".{master.name}")
        shutil.rmtree(coming, ignore_errors=True)
        coming.mkdir(parents=True)
        nbformat.write(release, coming / f"{master.name}.ipynb")
        nbformat.write(solution, coming / f"{master.name}-solution.ipynb")
        (archive,) = (draft / "out" / "autograder").glob("*.zip")
        shutil.copy(archive, coming / f"{master.name}-gradescope.zip")
        shutil.rmtree(final, ignore_errors=True)
        coming.replace(final)
    return final / f"{master.name}.ipynb"


def problems(release, solution, master, *, key=""):
    """List what is wrong with a release.

    Parameters
    ----------
    release, solution : notebooks
    master : `masters.Master`
    key : of the course

    Returns
    -------
    list of str; empty when every cell compiles, no solution, hidden test, rubric, wrong answer or output is
    anywhere in it, it scores nothing and the solution everything
    """
    found, text = [], "\n".join(_strings(release))
    for number, cell in enumerate(release.cells, start=1):
        if cell.cell_type != "code":
            continue
        try:
            compile(TransformerManager().transform_cell(cell.source), f"cell {number}", "exec")
        except SyntaxError as error:
            found.append(f"cell {number} of the release does not compile ({error.msg})")
        if cell.outputs or cell.execution_count:
            found.append(f"cell {number} of the release has outputs")
    if mark := MARK.search(text):
        found.append(f"the release holds the mark {mark[0]!r}")
    for line, where in _secrets(master).items():
        if line in text:
            found.append(f"the release holds a line of {where}: {line!r}")
    if not found:
        found += _scores(release, solution, master, key)
    return found


def _scores(release, solution, master, key):
    """List where the release or the solution gets other points than none and all."""
    found = []
    for notebook, share in ((release, 0), (solution, 1)):
        graded = grade_cells(code_of(notebook), master, _student(notebook), key=key)
        for name, points in graded.points.items():
            if points != share * graded.possible[name]:
                what = "solution" if share else "release"
                why = "; ".join(graded.messages[name]) if share else "its tests ask for too little"
                found.append(
                    f"the {what} has {points:g} of {graded.possible[name]:g} points for {name} ({why})"
                )
    return found


def code_of(notebook):
    """Return the code cells of a notebook without those that check an answer's form."""
    sources = (cell.source for cell in notebook.cells if cell.cell_type == "code")
    return [source for source in sources if not source.startswith(CHECK)]


def _student(notebook):
    """Return the id that a notebook starts with."""
    return next(re.finditer(r'^STUDENT = "(.*?)"', "\n".join(code_of(notebook)), re.MULTILINE))[1]


def _prepared(master, key):
    """Return the master as a notebook for Otter: with our settings and the key."""
    notebook = copy.deepcopy(master.notebook)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in notebook.cells:
        if cell.cell_type == "raw" and cell.source.upper().startswith("# ASSIGNMENT CONFIG"):
            config = HOUSE | (yaml.safe_load(cell.source) or {})
            config |= {
                "autograder_files": ["genrelib"],
                "requirements": [f"{n}=={version(n)}" for n in NEEDED],
            }
            cell.source = "# ASSIGNMENT CONFIG\n" + yaml.safe_dump(config)
        if cell.cell_type == "code" and "parameters" in cell.metadata.get("tags", ()):
            cell.source = cell.source.replace('KEY = ""', f"KEY = {json.dumps(key)}")
    return nbformat.from_dict(notebook)


def _assign(folder, name):
    """Let Otter make the notebooks and its archive in folder/out."""
    from otter.assign import main

    level, said = logging.root.manager.disable, io.StringIO()
    logging.disable(logging.WARNING)
    try:
        with contextlib.redirect_stdout(said):
            main(str(folder / f"{name}.ipynb"), str(folder / "out"), no_pdfs=True, no_run_tests=True)
    except Exception as error:
        raise ReleaseError(f"{name}: Otter says: {error}") from error
    finally:
        logging.disable(level)


def _with_checks(notebook, master):
    """Return a notebook that needs no Otter: a cell after each answer checks its form."""
    cells = []
    for cell in notebook.cells:
        names = cell.metadata.pop("otter", {}).get("tests", [])
        cells.append(cell)
        for name in names:
            public = [test for test in master.questions[name].tests if not test.hidden]
            calls = [f"{test.name}({', '.join(test.parameters)})" for test in public]
            source = "\n\n\n".join([test.source for test in public] + ["\n".join(calls)])
            if public:
                locked = {"editable": False, "deletable": False}
                cells.append(nbformat.v4.new_code_cell(f"{CHECK}\n{source}", metadata=locked))
    for number, cell in enumerate(cells):
        cell.id = f"{master.name}-{number}".replace("_", "-")
    notebook.cells = cells
    notebook.metadata.pop("otter", None)
    return notebook


def _secrets(master):
    """Map every line that no student may get to what it belongs to."""
    secrets, public = {}, []

    def keep(text, where):
        for line in map(str.strip, text.splitlines()):
            if len(line) >= SHORTEST and not MARK.match(line):
                secrets.setdefault(line, where)

    for name, question in master.questions.items():
        keep(question.rubric, f"the rubric of {name}")
        for wrong in question.wrong:
            keep(wrong.code, f"a wrong answer to {name}")
        for test in question.tests:
            if test.hidden:
                keep(f"{test.source}\n{test.failure_message}", f"the hidden {test.name}")
                secrets[test.name] = f"the hidden {test.name}"
            else:
                public.append(test.source)
        for place in question.answers:
            cell = master.notebook.cells[place]
            if cell.cell_type == "markdown":
                keep(cell.source, f"the solution of {name}")
    free = {place for question in master.questions.values() for place in question.answers}
    for place, cell in enumerate(master.notebook.cells):
        ignored = cell.source.startswith("# IGNORE") or cell.cell_type == "raw"
        if ignored or CONFIG.match(cell.source) or (cell.cell_type == "markdown" and place in free):
            continue
        for block in SOLUTION.findall(cell.source):
            keep(block, "a solution")
        for line in SOLUTION.sub("", cell.source).splitlines():
            if MARK.search(line):
                keep(line, "a solution")
            else:
                public.append(line)
    given = "\n".join(public)
    return {line: where for line, where in secrets.items() if line not in given}


def _strings(value):
    """Yield every text in a notebook, wherever it is, metadata included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield str(key)
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
