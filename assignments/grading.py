"""One submission against one master: it runs in a box, the tests run outside and ask it for answers."""

import json
import re
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from assignments.box import LOCKS, Box, BoxError, Limits
from assignments.inside import alarm
from genrelib import classroom

__all__ = [
    "CHECK",
    "PLACEHOLDER",
    "Graded",
    "grade",
    "grade_cells",
    "limits_of",
    "read_notebook",
    "sections",
    "ungraded",
]

CHECK = "# Checks the form of your answer, not its value: worth no points."  # first line of such cells
PLACEHOLDER = "_Type your answer here, replacing this text._"  # Otter's
FRAME = re.compile(r"<!-- (BEGIN|END) QUESTION -->\s*")  # Otter's, around a question that a person marks
LARGEST = 100 * 2**20  # bytes of a notebook: sounds in its outputs take a few million each


@dataclass
class Graded:
    """What became of a submission.

    Attributes
    ----------
    points, possible : dict of float, by question
    messages : dict of list of str, by question: what failed, without what the hidden tests expect
    free, code : dict of str, by question: what was written there
    notes : list of str, on the submission as a whole
    locks : list of str, what kept it in its box
    seconds, peak : processor time, and the most memory in bytes
    """

    points: dict
    possible: dict
    messages: dict
    free: dict
    code: dict
    notes: list = field(default_factory=list)
    locks: list = field(default_factory=list)
    seconds: float = 0.0
    peak: float = 0.0

    @property
    def total(self):
        """The points of all questions that are graded so far."""
        return round(sum(self.points.values()), 6)


def grade(notebook, master, student, *, key="", locks=LOCKS):
    """Grade a submission.

    Parameters
    ----------
    notebook : path of what a student has handed in
    master : `masters.Master`
    student : id of the student as in the class list; what the notebook says is not believed
    key : of the course
    locks : which locks to try; all of them, except in tests

    Returns
    -------
    Graded

    Raises
    ------
    OSError
        When the file cannot be read.
    """
    try:
        cells = read_notebook(notebook)
    except ValueError as error:
        return ungraded(master, str(error))
    written = sections(cells, master)
    code = [source for kind, source in cells if kind == "code" and not source.startswith(CHECK)]
    return grade_cells(code, master, student, key=key, written=written, locks=locks)


def grade_cells(cells, master, student, *, key="", written=None, locks=LOCKS):
    """Grade the code of a submission, a list of str; see `grade`.

    Parameters
    ----------
    written : what `sections` returns, optional
    """
    graded = ungraded(master, written=written)
    limits = limits_of(master)
    me = classroom.student(student, key=key)
    with Box(cells, limits=limits, genrelib=master.box.get("genrelib", ()), locks=locks) as box:
        for question in master.questions.values():
            if not question.manual:
                _ask(box, question, me, graded)
        graded.notes += _notes(box, me)
    graded.locks, graded.seconds, graded.peak = box.locks, box.seconds, box.peak
    return graded


def limits_of(master):
    """Return what a submission to a master may take, a `box.Limits`."""
    return Limits(**{name: value for name, value in master.box.items() if name != "genrelib"})


def read_notebook(path):
    """Read a notebook, whatever it holds.

    Parameters
    ----------
    path : path

    Returns
    -------
    list of (kind, source), both str

    Raises
    ------
    ValueError
        When it is no notebook; says why.
    """
    path = Path(path)
    if path.stat().st_size > LARGEST:
        raise ValueError(f"The file is larger than {LARGEST // 2**20} MB.")
    try:
        cells = json.loads(path.read_bytes())["cells"]
        return [(str(cell["cell_type"]), "".join(cell["source"])) for cell in cells]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ValueError("The file is no Jupyter notebook of version 4.") from None


def sections(cells, master):
    """Find what was written to each question: all cells from its heading to the next one.

    Parameters
    ----------
    cells : list of (kind, source), as `read_notebook` returns them
    master : `masters.Master`

    Returns
    -------
    dict of dict: question -> {"code": str, "markdown": str}, without the text of the question
    """
    headings = {question.title: name for name, question in master.questions.items()}
    given = {cell.source.partition("\n")[0] for cell in master.notebook.cells if cell.source.startswith("#")}
    found, name = {}, None
    for kind, source in cells:
        text = FRAME.sub("", source) if kind == "markdown" else source
        first = text.partition("\n")[0]
        if kind == "markdown" and first in given:  # a heading of the student's own belongs to the answer
            name = headings.get(first.lstrip("# "))
            if name:
                found[name] = {"code": [], "markdown": []}
        elif name and kind in found[name] and text and not text.startswith(CHECK):
            found[name][kind].append(text)
    return {
        name: {kind: "\n\n".join(texts) for kind, texts in parts.items()} for name, parts in found.items()
    }


def ungraded(master, *notes, written=None):
    """Return a result without points.

    Parameters
    ----------
    master : `masters.Master`
    notes : str, why it has none
    written : what `sections` returns, optional

    Returns
    -------
    Graded
    """
    written = written or {}
    manual = {name for name, question in master.questions.items() if question.manual}
    texts = {name: written.get(name, {}).get("markdown", "") for name in manual}
    return Graded(
        points={name: 0.0 for name in master.questions if name not in manual},
        possible={name: question.points for name, question in master.questions.items()},
        messages={name: [] for name in master.questions},
        free={name: "" if text.strip() == PLACEHOLDER else text for name, text in texts.items()},
        code={name: parts["code"] for name, parts in written.items() if name not in manual},
        notes=list(notes),
    )


class _Names:
    """What a notebook defines, as the parameters of a test ask for it."""

    def __init__(self, box, me):
        self.box, self.me = box, me

    def get(self, name):
        if name == "me":
            return self.me
        kind = self.box.kind(name)
        if kind == "function":
            return partial(self.box.call, name)
        return self.box.value(name) if kind == "value" else None


def _ask(box, question, me, graded):
    """Run the tests of a question."""
    messages, names = graded.messages[question.name], _Names(box, me)
    for test in question.tests:
        try:
            missing = [name for name in test.parameters if name != "me" and box.kind(name) == "missing"]
            if missing:
                listed = ", ".join(f"`{name}`" for name in missing)
                messages[:] = [f"{listed} is not defined: its cell failed, was changed or deleted."]
                continue
            with alarm(box.limits.cell_seconds):
                test.check(names)
        except BoxError as error:
            messages.append(f"{test.failure_message or test.name}: the answer {error}")
        except BaseException as error:  # whatever an answer makes of a test
            if isinstance(error, KeyboardInterrupt):
                raise
            raised = getattr(error, "failure", None)
            messages.append(
                f"{test.failure_message or test.name}" + (f": it raised {raised}" if raised else "")
            )
        else:
            graded.points[question.name] += test.points


def _notes(box, me):
    """Say what went wrong in the notebook as a whole."""
    notes = [f"Cell {number}: {failure}" for number, failure in enumerate(box.failures, start=1) if failure]
    notes += [f"The submission was ended and started anew: it {reason}." for reason in box.ended]
    try:
        said = box.value("STUDENT") if box.kind("STUDENT") == "value" else None
    except BoxError:
        return notes
    if said != me.id:
        notes.append(f"The notebook says STUDENT = {said!r:.60}; it was graded for {me.id!r}.")
    return notes
