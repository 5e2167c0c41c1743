"""The masters: the solution passes, and every wrong answer fails the test that stands beside it."""

import contextlib
import io
import re
import sys
import warnings

import matplotlib.pyplot as plt
import pytest
from conftest import ROOT

from genrelib import classroom

sys.path.insert(0, str(ROOT))
from assignments import masters

MASTERS = masters.read_all()
ME = classroom.student("member of the class")
RECIPES = {name: ME.recipe(name) for name in classroom.RECIPES}
OTHER = next(  # somebody whose every number differs
    other
    for other in map(classroom.student, range(10000))
    if all(other.recipe(of)[name] != own[name] for of, own in RECIPES.items() for name in own)
)


def run(master, *, student=ME, replaced=None):
    """Run a solved notebook as a student would, here: masters are our own. Returns what it defines."""
    names = {}
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for source in master.solution(replaced=replaced):
            exec(compile(source.replace('"your-id"', repr(student.id)), master.name, "exec"), names)
    plt.close("all")
    return names | {"me": ME}  # a test gets the student of the roster


def failures(master, names):
    """Test what a notebook defines. Returns the names of the tests that fail, question by question."""
    failed = {}
    for question in master.questions.values():
        for test in question.tests:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    test.check(names)
                except Exception:
                    failed.setdefault(question.name, []).append(test.name)
    return failed


@pytest.mark.parametrize("master", MASTERS, ids=lambda master: master.name)
def test_a_master_is_a_whole_assignment(master):
    questions = master.questions.values()
    assert master.points == 20 and 7 <= len(questions) <= 9
    assert master.title.startswith(f"Assignment {master.name[0]}: ")
    links = re.findall(r"/(notebooks/\w+\.ipynb)\)", master.path.read_text(encoding="utf-8"))
    assert links and all((ROOT / link).is_file() for link in links)
    names = [test.name for question in questions for test in question.tests]
    assert len(set(names)) == len(names)
    for question in questions:
        assert question.title.startswith(f"Question {question.name[1:]}: ")
        assert question.rubric if question.manual else len(question.wrong) >= 2, question.name
        for test in question.tests:
            assert test.hidden == (test.points > 0), test.name
            assert test.failure_message and '"' not in test.failure_message
            caught = {wrong.test for wrong in question.wrong}
            assert not test.hidden or test.name in caught, f"no wrong answer needs {test.name}"


def test_the_page_tells_what_the_masters_say():
    page = (ROOT / "book" / "assignments.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d) \| (.+?) \| .+? \| (\d+)\u00a0min \| (\d+) \|$", page, re.MULTILINE)
    told = []
    for master in MASTERS:
        minutes = re.search(r"\*\*Time\*\*: about (\d+) minutes", master.path.read_text(encoding="utf-8"))[1]
        name = master.title.partition(": ")[2]
        told.append((master.name[0], name[0].upper() + name[1:], minutes, f"{master.points:g}"))
    assert rows == told


@pytest.mark.parametrize("master", MASTERS, ids=lambda master: master.name)
def test_the_solution_has_all_points_and_anothers_has_not(master):
    assert failures(master, run(master)) == {}
    lost = failures(master, run(master, student=OTHER))
    hidden = {test.name: test.points for q in master.questions.values() for test in q.tests if test.hidden}
    assert sum(hidden.get(name, 0) for names in lost.values() for name in names) >= 5


WRONG = [
    pytest.param(master, wrong, id=f"{master.name}-{question.name}-{wrong.test}-{number}")
    for master in MASTERS
    for question in master.questions.values()
    for number, wrong in enumerate(question.wrong)
]


@pytest.mark.parametrize(("master", "wrong"), WRONG)
def test_a_wrong_answer_fails_the_test_beside_it(master, wrong):
    failed = failures(master, run(master, replaced={wrong.question: wrong.code}))
    assert wrong.test in failed.pop(wrong.question, ())
    assert set(failed) <= set(wrong.followers)


MASTER = """\
# %% [raw]
# # BEGIN QUESTION
# name: q1

# %% [raw]
# # BEGIN TESTS

# %%
def test_answer(answer):
    assert answer == 42

# %% [raw]
# # END TESTS

# %% [raw]
# # END QUESTION
"""


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("# # END TESTS\n", "# # END SOLUTION\n", "SOLUTION is ended and not begun"),
        ("# # END QUESTION\n", "\n", "QUESTION is begun and never ended"),
        ("name: q1", "title: q1", "name"),
        ("# %%\ndef", "# %%\n# IGNORE\n# WRONG q1 fails test_other\ndef", "q1 has no test_other"),
        ("# %%\ndef", "# %%\n# IGNORE\n# WRONG\ndef", "expected '# WRONG question fails test'"),
        ("    assert", "    pass\n\ndef another(): pass\n\ndef third():\n    assert", "one function, not 3"),
    ],
)
def test_a_master_that_cannot_be_read_is_named_with_its_cell(tmp_path, old, new, complaint):
    path = tmp_path / "1_tiny.py"
    path.write_text(MASTER)
    assert masters.read(path).questions["q1"].tests[0].name == "test_answer"
    path.write_text(MASTER.replace(old, new))
    with pytest.raises(ValueError, match="1_tiny.py.*" + complaint):
        masters.read(path)
