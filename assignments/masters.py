"""Read a master: an assignment as text, its solutions, its tests, and wrong answers that tests must catch.

A master is a jupytext percent file in the format of Otter Assign: raw cells mark where a question, its
solution and its tests begin and end. Cells whose first line is `# IGNORE` are in no notebook that is handed
out. Their second line says what they are:

    # WRONG q2 fails test_silence [followers: q3, q4] [(library)]
        a wrong answer to q2, code that takes the place of the solution, and the test that has to fail
    # RUBRIC q9
        how a free answer is marked
    # BOX
        what differs from the defaults of the box in which answers run, as YAML
"""

import ast
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import jupytext
import yaml

__all__ = ["Master", "Question", "Test", "Wrong", "read", "read_all"]

HERE = Path(__file__).resolve().parent
BOUNDARY = re.compile(r"# (BEGIN|END) (QUESTION|SOLUTION|TESTS|PROMPT)\s*$")
CONFIG = re.compile(r'\s*""" # BEGIN TEST CONFIG\n(.*?)""" *# END TEST CONFIG\n', re.DOTALL)
WRONG = re.compile(r"# WRONG (\w+) fails (\w+)(?: followers: ([\w, ]+?))?( \(library\))?\s*$")


@dataclass(frozen=True)
class Test:
    """A test of a question: a function of what the notebook defines."""

    name: str
    points: float
    hidden: bool
    failure_message: str
    source: str

    @cached_property
    def function(self):
        """The function of the test, compiled."""
        names = {}
        exec(compile(self.source, f"<{self.name}>", "exec"), names)
        return names[self.name]

    @cached_property
    def parameters(self):
        """The names that the test asks for, a tuple of str."""
        code = self.function.__code__
        return code.co_varnames[: code.co_argcount]

    def check(self, names):
        """Call the test with what a notebook defines.

        Parameters
        ----------
        names : mapping of str
            What is missing is passed as None.

        Raises
        ------
        Exception
            Whatever the test raises when the answer fails.
        """
        self.function(**{name: names.get(name) for name in self.parameters})


@dataclass(frozen=True)
class Wrong:
    """A wrong answer, the test that it fails and the questions that fail with it."""

    question: str
    test: str
    followers: tuple
    library: bool
    code: str


@dataclass
class Question:
    """A question: what is asked, what is right, and how the two are told apart."""

    name: str
    title: str = ""
    manual: bool = False
    config: dict = field(default_factory=dict)
    rubric: str = ""
    answers: list = field(default_factory=list)  # positions of the cells of the solution
    tests: list = field(default_factory=list)
    wrong: list = field(default_factory=list)

    @property
    def points(self):
        """What the question is worth."""
        return self.config.get("points") if self.manual else sum(test.points for test in self.tests)


@dataclass
class Master:
    """An assignment: its notebook and its questions."""

    path: Path
    notebook: object
    questions: dict
    cells: list  # (question or None, source): the code of the notebook that is handed out, solved
    box: dict  # what differs from the defaults of the box in which answers run

    @property
    def name(self):
        """As of the file: 1_sound."""
        return self.path.stem

    @property
    def title(self):
        """The heading of the notebook."""
        texts = (cell.source for cell in self.notebook.cells if cell.cell_type == "markdown")
        return next(text for text in texts if text.startswith("# ")).splitlines()[0][2:]

    @property
    def points(self):
        """What all questions are worth."""
        return sum(question.points for question in self.questions.values())

    def solution(self, *, replaced=None):
        """List the code of the solved notebook, cell by cell.

        Parameters
        ----------
        replaced : dict of str, optional
            Question -> code that takes the place of its solution.

        Returns
        -------
        list of str
        """
        replaced, sources = dict(replaced or {}), []
        for question, source in self.cells:
            if question not in replaced:
                sources.append(source)
            elif replaced[question] is not None:
                sources.append(replaced[question])
                replaced[question] = None
        return sources


def read_all(folder=HERE):
    """Read every master of a folder, in the order of their names.

    Parameters
    ----------
    folder : path, optional

    Returns
    -------
    list of Master
    """
    return [read(path) for path in sorted(Path(folder).glob("[0-9]*_*.py"))]


def read(path):
    """Read a master.

    Parameters
    ----------
    path : path
        A jupytext percent file in the format of Otter Assign.

    Returns
    -------
    Master

    Raises
    ------
    ValueError
        When blocks do not match, or a cell cannot be understood; the message names the file and the cell.
    """
    path = Path(path)
    master = Master(path, jupytext.read(path), {}, [], {})
    inside, question = [], None
    for number, cell in enumerate(master.notebook.cells, start=1):
        try:
            question = _read_cell(master, cell, number - 1, inside, question)
        except (ValueError, KeyError, SyntaxError) as error:
            raise ValueError(f"{path.name}, cell {number}: {error}") from error
    if inside:
        raise ValueError(f"{path.name}: {inside[-1]} is begun and never ended")
    return master


def _read_cell(master, cell, position, inside, question):
    """Take one cell in. Returns the question that is open after it."""
    first = cell.source.partition("\n")[0]
    boundary = BOUNDARY.match(first) if cell.cell_type == "raw" else None
    if boundary:
        begins, block = boundary[1] == "BEGIN", boundary[2]
        if begins:
            inside.append(block)
        elif not inside or inside.pop() != block:
            raise ValueError(f"{block} is ended and not begun")
        if block == "QUESTION" and begins:
            config = yaml.safe_load(cell.source)
            question = Question(config["name"], manual=config.get("manual", False), config=config)
            if question.name in master.questions:
                raise ValueError(f"there are two questions {question.name}")
            master.questions[question.name] = question
        return None if block == "QUESTION" and not begins else question
    if first.startswith("# IGNORE"):
        _read_ignored(master, cell.source)
        return question
    if "TESTS" in inside:
        question.tests.append(_test(cell.source))
        return question
    answers = "SOLUTION" in inside
    if answers:
        question.answers.append(position)
    elif question and cell.cell_type == "markdown" and not question.title:
        question.title = first.lstrip("# ")
    if cell.cell_type == "code":
        master.cells.append((question.name if answers else None, cell.source))
    return question


def _read_ignored(master, source):
    """Take in a cell that is in no notebook: a wrong answer, a rubric, or what the box allows."""
    _, second, *rest = source.splitlines()
    text = "\n".join(rest)
    if second.startswith("# WRONG"):
        wrong = _wrong(second, text)
        question = master.questions[wrong.question]
        if wrong.test not in {test.name for test in question.tests}:
            raise ValueError(f"{wrong.question} has no {wrong.test}")
        question.wrong.append(wrong)
    elif second.startswith("# RUBRIC"):
        master.questions[second.split()[2]].rubric = text
    elif second.startswith("# BOX"):
        master.box.update(yaml.safe_load(text))
    else:
        raise ValueError(f"expected # WRONG, # RUBRIC or # BOX, not {second!r}")


def _test(source):
    """Read the cell of a test."""
    found = CONFIG.match(source)
    config = yaml.safe_load(found[1]) if found else {}
    body = source[found.end() :] if found else source
    functions = [node for node in ast.parse(body).body if isinstance(node, ast.FunctionDef)]
    if len(functions) != 1:
        raise ValueError(f"a test is one function, not {len(functions)}")
    hidden, message = config.get("hidden", False), config.get("failure_message", "")
    return Test(functions[0].name, config.get("points", 0), hidden, message, body.strip())


def _wrong(line, code):
    """Read the line of a wrong answer."""
    found = WRONG.match(line)
    if not found:
        raise ValueError(f"expected '# WRONG question fails test', not {line!r}")
    followers = tuple(re.split(r",\s*", found[3])) if found[3] else ()
    return Wrong(found[1], found[2], followers, bool(found[4]), code)
