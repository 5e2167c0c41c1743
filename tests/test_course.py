"""A class of made-up students, some of them hostile, is graded whole by one command, each as it deserves."""

import csv
import json
import os
import socket
import subprocess
import sys
import threading

import pandas as pd
import pytest
from click.testing import CliRunner
from conftest import ROOT

sys.path.insert(0, str(ROOT))
from assignments import masters, similar
from assignments.__main__ import cli
from assignments.course import Class, find, read_roster
from assignments.release import SOLUTION

EXAMPLE = ROOT / "tests" / "masters" / "0_example.py"
MASTER = masters.read(EXAMPLE)
RIGHT = {question: source for question, source in MASTER.cells if question}
UNTOUCHED = {
    "q1": SOLUTION.sub("...", RIGHT["q1"]),
    "q2": "total = ...",
    "q3": SOLUTION.sub("...", RIGHT["q3"]),
}
WRONG = {question: [wrong.code for wrong in MASTER.questions[question].wrong] for question in RIGHT}
ALL = {"q1": 2, "q2": 1, "q3": 3}
NONE = dict.fromkeys(ALL, 0)

FORGED = """
import builtins, json, pickle, sys
def forge(*args, **kwargs):
    return {"points": {"q1": 2, "q2": 1, "q3": 3}, "value": True, "score": 1}
json.dumps = pickle.dump = pickle.dumps = builtins.isinstance and forge
from assignments import wire
wire.dumps = lambda value, **kwargs: b'{"dict": [["value", true], ["kind", "function"], ["points", 9]]}\\n'
for module in list(sys.modules.values()):
    for name in ("grade", "check", "call_func"):
        if hasattr(module, name):
            setattr(module, name, forge)
"""
OVERWRITTEN = """
for path in ({example!r}, "/tmp/0_example.py", "tests/q1.py"):
    open(path, "a").write("")
    for line in open(path):
        if "FACTOR" in line:
            open({loot!r}, "a").write(line)
"""
PICKLED = """
class Bomb:
    def __reduce__(self):
        return open, ({loot!r}, "w")
def loudest(table):
    return Bomb()
"""
PRINTS = "for _ in range(200):\n    print('x' * 2**20)\n"
NETWORK = "import socket\nsocket.create_connection(('127.0.0.1', {port})).sendall(b'the answers')"
OUTSIDE = "open({loot!r}, 'w').write('was here')"
DAEMON = "import os, time\nif not os.fork():\n    os.setsid()\n    time.sleep(600)\n    os._exit(0)"


def notebook(student="", before="", **answers):
    """Return a notebook with a student's id and answers in place of the right ones; None deletes a cell."""
    cells = [("markdown", f"# {MASTER.title}")]
    for question, source in MASTER.cells:
        if question:
            cells.append(("markdown", f"## {MASTER.questions[question].title}"))
            source = answers.get(question, source)
        elif "STUDENT =" in source:
            source = source.replace("your-id", student)
        if source is not None:
            cells.append(("code", source))
        if source is not None and "me = " in source and before:
            cells.append(("code", before))
    cells += [
        ("markdown", f"## {MASTER.questions['q4'].title}"),
        ("markdown", answers.get("q4", f"I, {student}.")),
    ]
    return {
        "cells": [
            {
                "cell_type": kind,
                "metadata": {},
                "source": source.splitlines(keepends=True),
                "id": f"c{number}",
            }
            | ({"outputs": [], "execution_count": None} if kind == "code" else {})
            for number, (kind, source) in enumerate(cells)
        ],
        "metadata": {"kernelspec": {"display_name": "Python 3", "name": "python3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def bare(student):
    """Return a right notebook that has lost all metadata, ids and outputs."""
    cells = notebook(student)["cells"]
    return {"cells": [{key: cell[key] for key in ("cell_type", "source")} for cell in cells], "nbformat": 4}


def the_class(loot, port):
    """Return who hands in what, and the points for it: student -> (notebook or text, points)."""
    honest = {f"s{number:02}": (notebook(f"s{number:02}"), ALL) for number in range(1, 7)}
    for number, code in enumerate(WRONG["q1"] + WRONG["q1"], start=9):
        honest[f"s{number:02}"] = (notebook(f"s{number:02}", q1=code), ALL | {"q1": 0, "q2": 0})
    honest["s13"] = (notebook("s13", **UNTOUCHED), NONE)
    honest["s14"] = (notebook("s01"), ALL | {"q1": 0, "q2": 0})  # another student's numbers
    honest["s15"] = (notebook("s15", q2=WRONG["q2"][0]), ALL | {"q2": 0})
    honest["s16"] = (notebook("s16", q3=WRONG["q3"][0]), ALL | {"q3": 2})
    honest["s17"] = (notebook("s17", q3=WRONG["q3"][1]), ALL | {"q3": 1})
    honest["s18"] = (notebook("s18", q3="def loudest(table:"), ALL | {"q3": 0})
    hostile = {
        "an endless loop": (dict(q2="while True: pass"), ALL | {"q2": 0}),
        "a forged result": (dict(before=FORGED, **UNTOUCHED), NONE),
        "tests read and overwritten": (
            dict(before=OVERWRITTEN.format(example=str(EXAMPLE), loot=loot), **UNTOUCHED),
            NONE,
        ),
        "a pickle": (dict(q3=PICKLED.format(loot=loot)), ALL | {"q3": 0}),
        "a fork bomb": (dict(q2="import os\nwhile True:\n    os.fork()"), ALL | {"q2": 0}),
        "5 GB": (dict(q1="held = bytearray(5 * 2**30)\n" + RIGHT["q1"]), ALL | {"q1": 0, "q2": 0}),
        "200 MB of prints": (dict(before=PRINTS), ALL),
        "network": (dict(before=NETWORK.format(port=port)), ALL),
        "writing outside": (dict(before=OUTSIDE.format(loot=loot)), ALL),
        "a deleted cell": (dict(q1=None), ALL | {"q1": 0, "q2": 0}),
        "an answer that ends the process": (dict(q3="import os\nloudest = os._exit"), ALL | {"q3": 0}),
        "a daemon": (dict(before=DAEMON), ALL),
    }
    handed_in = dict(honest)
    for number, (changes, points) in enumerate(hostile.values(), start=19):
        handed_in[f"s{number}"] = (notebook(f"s{number}", **changes), points)
    handed_in["s31"] = ("{ no JSON", NONE)
    handed_in["s32"] = (bare("s32"), ALL)
    return handed_in


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The folder of a class's grades, what was expected, and how the command went."""
    folder = tmp_path_factory.mktemp("class")
    loot, submissions = folder / "loot", folder / "submissions"
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.2)
    visitors, closing = [], threading.Event()

    def listen():
        while not closing.is_set():
            try:
                visitors.append(server.accept())
            except TimeoutError:
                pass

    threading.Thread(target=listen, daemon=True).start()
    expected = the_class(str(loot), server.getsockname()[1])
    with open(folder / "class.csv", "w", newline="") as file:  # as Canvas exports it
        rows = csv.writer(file)
        rows.writerow(["Student", "ID", "SIS User ID", "Section"])
        rows.writerows([f"Nobody, {student}", 1000 + int(student[1:]), student, "1"] for student in expected)
    for student, (content, _) in expected.items():
        number = int(student[1:])
        if number % 2:  # as Canvas names downloads, and as Moodle does
            path = submissions / f"nobody{chr(97 + number % 26)}_LATE_{1000 + number}_98765_0_example-1.ipynb"
        else:
            path = submissions / f"Nobody_{student}_assignsubmission_file" / "0_example.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    (submissions / "0_example_by_somebody.ipynb").write_text(json.dumps(notebook("s01")))
    (submissions / "Nobody_s02_assignsubmission_file" / "photo.png").write_bytes(b"\x89PNG")
    (folder / "releases").mkdir()
    (folder / "releases" / "course.json").write_text(json.dumps({"masters": str(EXAMPLE.parent), "key": ""}))
    before = EXAMPLE.read_bytes()
    command = [sys.executable, "-m", "assignments", "grade", "--submissions", submissions]
    command += [
        "--roster",
        folder / "class.csv",
        "--releases",
        folder / "releases",
        "--to",
        folder / "grades",
    ]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    closing.set()
    assert ended.returncode == 0, ended.stderr[-3000:]
    assert EXAMPLE.read_bytes() == before and not loot.exists() and not visitors
    return folder, expected, command, ended.stdout


def test_everybody_gets_what_they_deserve(graded):
    folder, expected, _, said = graded
    grades = pd.read_csv(folder / "grades" / "grades.csv", dtype=str, keep_default_na=False)
    assert list(grades.columns[:5]) == ["Student", "ID", "SIS User ID", "Section", "0_example"]
    got = {
        row["SIS User ID"]: {name: float(row[f"0_example {name}"] or "nan") for name in ALL}
        for _, row in grades.iterrows()
    }
    assert got == {student: points for student, (_, points) in expected.items()}
    assert (grades["0_example"] == "").all(), "the free answers are not marked yet"
    assert "bubblewrap" in said or "Landlock" in said or sys.platform != "linux"


def test_no_file_is_dropped_and_nothing_takes_more_than_it_may(graded):
    folder, expected, _, said = graded
    files = pd.read_csv(folder / "grades" / "files.csv", keep_default_na=False).set_index("file")
    assert len(files) == len(expected) + 2 and (files.state == "graded").sum() == len(expected)
    assert files.loc["0_example_by_somebody.ipynb", "state"] == "names no student of the class list"
    assert "0_example_by_somebody.ipynb" in said and "photo.png" in said
    ran = files[files.megabytes != ""]
    assert ran.megabytes.astype(float).max() < 3 * 2**10
    others = files[files.student == "s14"].notes.iloc[0]
    assert "The notebook says STUDENT = 's01'; it was graded for 's14'." in others


def test_feedback_names_what_failed_and_no_hidden_test(graded):
    folder, _, _, _ = graded
    page = (folder / "grades" / "feedback" / "s09.html").read_text(encoding="utf-8")
    assert "louder does not follow your factor" in page and "0 of 2" in page and "not marked yet" in page
    everything = "".join(path.read_text("utf-8") for path in (folder / "grades" / "feedback").iterdir())
    for question in MASTER.questions.values():
        for test in question.tests:
            assert test.name not in everything
            assert not any(len(line) > 20 and line in everything for line in test.source.splitlines())


def test_marks_by_hand_are_read_back_and_nothing_is_graded_twice(graded):
    folder, expected, command, _ = graded
    path = folder / "grades" / "manual.csv"
    manual = pd.read_csv(path, dtype=str, keep_default_na=False)
    assert len(manual) == len(expected) and (manual.rubric.str.contains("confounder")).all()
    assert manual.loc[manual.student == "s31", "answer"].item() == ""
    manual["points"], manual["comment"] = "1.5", "Say <how>."
    manual.to_csv(path, index=False)
    kept = {path: path.stat().st_mtime_ns for path in (folder / "grades" / "results").rglob("*.json")}
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "to mark" not in ended.stdout and len(kept) == len(expected)
    assert kept == {path: path.stat().st_mtime_ns for path in kept}
    grades = pd.read_csv(folder / "grades" / "grades.csv").set_index("SIS User ID")["0_example"]
    assert grades["s01"] == 7.5 and grades["s13"] == 1.5
    assert "Say &lt;how&gt;." in (folder / "grades" / "feedback" / "s01.html").read_text(encoding="utf-8")
    manual.loc[0, "points"] = "3"
    manual.to_csv(path, index=False)
    ended = CliRunner().invoke(cli, list(map(str, command[3:])))
    assert ended.exit_code == 1 and "s01, 0_example, q4: 3 is not between 0 and 2" in ended.output
    assert isinstance(ended.exception, SystemExit), "said, and not raised"


LISTS = {
    "own": "id,name\nada7,Ada\nbob,Bob\n",
    "Moodle": "Identifier,Full name,Email address\nParticipant 4711,A,a@x.org\nParticipant 12,Bob,b@x.org\n",
    "semicolons": "\ufeffid;name\nada7;Ada\nbob;Bob\n",
}
FILES = {
    "own": {"ada7/0_example.ipynb": 0, "0_example_bob.ipynb": 1, "0_example_bobby.ipynb": None},
    "Moodle": {"Ada L_4711_assignsubmission_file_/0_example.ipynb": 0, "Bob_12_0_example.ipynb": 1},
    "semicolons": {"0_example-ada7-bob.ipynb": None, "bob/0_example (1).ipynb": 1},
}


@pytest.mark.parametrize("kind", LISTS)
def test_files_find_their_students(kind, tmp_path):
    (tmp_path / "class.csv").write_text(LISTS[kind], encoding="utf-8")
    roster = read_roster(tmp_path / "class.csv")
    for name in FILES[kind]:
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
    found = {str(s.path): (s.student, s.state) for s in find(tmp_path / "in", roster, [MASTER])}
    for name, place in FILES[kind].items():
        student, state = found[name]
        assert (student, state) == ("" if place is None else roster.ids[place], state)
        assert bool(state) == (place is None)


def test_the_later_of_two_files_counts_and_without_a_list_folders_name_students(tmp_path):
    for number, name in enumerate(("ada/0_example.ipynb", "ada/0_example-1.ipynb", "bob_0_example.ipynb")):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("{}")
        os.utime(path, (number, number))
    states = {str(s.path): (s.student, s.state) for s in find(tmp_path, Class(), [MASTER])}
    assert states == {
        "ada/0_example.ipynb": ("ada", "older than ada/0_example-1.ipynb"),
        "ada/0_example-1.ipynb": ("ada", ""),
        "bob_0_example.ipynb": ("bob", ""),
    }


@pytest.mark.parametrize("text", ["name\nAda\n", "id\nada\nada\n", ""])
def test_a_list_that_tells_nobody_apart_is_refused(text, tmp_path):
    (tmp_path / "class.csv").write_text(text)
    with pytest.raises(ValueError, match=r"class\.csv"):
        read_roster(tmp_path / "class.csv")


OWN = """
def spectrum(y, size):
    '''Return it.'''
    window = np.hanning(size) ** 2  # mine
    frames = [y[start : start + size] * window for start in range(0, len(y) - size, size // 3)]
    power = np.abs(np.fft.rfft(frames, axis=1)) ** 2
    return 10 * np.log10(np.maximum(power.mean(axis=0), 1e-9) / power.max())
"""
RENAMED = (
    OWN.replace("window", "w").replace("frames", "all_of_them").replace("power", "p").replace("# mine", "")
)
OTHER = """
def spectrum(y, size):
    total, count = np.zeros(size // 2 + 1), 0
    while (count + 1) * size <= y.size:
        part = y[count * size : (count + 1) * size]
        total += np.square(np.abs(np.fft.rfft(part)))
        count += 1
    return total / max(count, 1)
"""


def test_renamed_copies_are_alike_and_what_was_given_is_not():
    answers = {"ada": OWN, "bob": RENAMED, "cem": OTHER, "dee": "def spectrum(y, size):\n    ...", "eve": ""}
    (found,) = similar.pairs(answers)
    assert found[:2] == ("ada", "bob") and found[2] > 0.95
    assert not similar.pairs(answers, given=OWN)
    prose = (
        "A louder sound is preferred whatever it is, and so a comparison has to be made at equal loudness."
    )
    (found,) = similar.pairs({"ada": prose * 2, "bob": prose.upper() * 2, "cem": "I do not know. " * 9})
    assert found[:2] == ("ada", "bob")
