"""What a class's grades are written to, and what a teacher writes back.

`grades.csv` for the gradebook, `feedback/` for the students, `manual.csv` to be marked by hand, in the form
`marks.html` or in a spreadsheet, and read back, `similar.csv`, and `files.csv`, in which every file that was
handed in has a row.
"""

import base64
import hashlib
import html
import json
import re
from pathlib import Path
from urllib.parse import quote

import pandas as pd

from assignments.release import SOLUTION
from assignments.similar import pairs
from genrelib import disk

__all__ = ["MarkError", "read_marks", "write"]

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins so would be computed by a spreadsheet
MARKED = ["student", "assignment", "question", "possible", "answer", "rubric", "points", "comment"]
WHOSE = MARKED[:3]
FORM = Path(__file__).with_name("marks.html")
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{student}</title>
<style>body{{font:1rem/1.5 sans-serif;max-width:45rem;margin:2rem auto;padding:0 1rem}}
table{{border-collapse:collapse;width:100%}}td,th{{border-bottom:1px solid #767676;padding:.3rem;
text-align:left;vertical-align:top;overflow-wrap:anywhere}}td:nth-child(2){{white-space:nowrap}}</style>
<h1>{student}</h1>
{body}
"""


class MarkError(ValueError):
    """A mark in manual.csv cannot be; says which, and why."""


def read_marks(to, results, assignments):
    """Read the marks that were written into manual.csv, if it is there.

    Parameters
    ----------
    to : path of the results
    results : dict (student, assignment) -> `grading.Graded`
    assignments : list of `masters.Master`

    Returns
    -------
    DataFrame of text: one row per free answer, as it goes into manual.csv again. A mark counts for the answer
    beside which it was written: when the answer is another one now, the mark moves to the comment.

    Raises
    ------
    MarkError
        When points are no number, or not between none and all.
    """
    rubrics = {(m.name, q.name): q.rubric for m in assignments for q in m.questions.values() if q.manual}
    rows = [
        [
            student,
            name,
            question,
            f"{graded.possible[question]:g}",
            _safe(text),
            rubrics[name, question],
            "",
            "",
        ]
        for (student, name), graded in sorted(results.items())
        for question, text in graded.free.items()
    ]
    table = pd.DataFrame(rows, columns=MARKED, dtype=str)
    path = Path(to) / "manual.csv"
    if not path.exists():
        return table
    before = pd.read_csv(path, dtype=str, keep_default_na=False).set_index(WHOSE)
    for place, row in table.iterrows():
        whose = tuple(row[WHOSE])
        if whose not in before.index:
            continue
        old = before.loc[whose]
        points, comment = old["points"].strip(), old["comment"]
        _check(points, row, path)
        if points and old["answer"].split() != row["answer"].split():
            points, comment = "", f"{comment} (had {points} for an earlier answer)".strip()
        table.loc[place, ["points", "comment"]] = points, comment
    return table


def _check(points, row, path):
    """Refuse points that cannot be."""
    if not points:
        return
    where = f"{path}: {row.student}, {row.assignment}, {row.question}"
    try:
        value = _number(points)
    except ValueError:
        raise MarkError(f"{where}: {points!r} is no number of points") from None
    if not 0 <= value <= float(row.possible):
        raise MarkError(f"{where}: {points} is not between 0 and {row.possible}")


def _number(points):
    """Read points, with the decimal point or comma that a spreadsheet writes."""
    return float(points.replace(",", "."))


def write(to, roster, found, results, assignments):
    """Write all reports on a class.

    Parameters
    ----------
    to : path of the results
    roster : `course.Class`
    found : list of `course.Submission`
    results : dict (student, assignment) -> `grading.Graded`
    assignments : list of `masters.Master`

    Returns
    -------
    dict of DataFrame: "grades", "manual", "files", "similar"
    """
    manual = read_marks(to, results, assignments)
    marks = {
        tuple(row[WHOSE]): (_number(row.points) if row.points else None, row.comment)
        for _, row in manual.iterrows()
    }
    tables = {
        "grades": _grades(roster, results, assignments, marks),
        "manual": manual,
        "files": _files(found, results),
        "similar": _similar(results, assignments),
    }
    for name, table in tables.items():
        with disk.whole(Path(to) / f"{name}.csv") as draft:
            table.to_csv(draft, index=False)
    with disk.whole(Path(to) / "marks.html") as draft:
        draft.write_text(_form(manual, assignments), encoding="utf-8")
    for student in sorted({student for student, _ in results}):
        with disk.whole(Path(to) / "feedback" / f"{quote(student, safe='')}.html") as draft:
            draft.write_text(_feedback(student, results, assignments, marks), encoding="utf-8")
    return tables


def _form(manual, assignments):
    """Return the page on which free answers are marked: they lie in it as data, and nothing else may run."""
    asked = set(zip(manual.assignment, manual.question, strict=True))
    titles = [
        {"assignment": master.name, "question": name, "title": f"{master.title} · {question.title}"}
        for master in assignments
        for name, question in master.questions.items()
        if (master.name, name) in asked
    ]
    data = {"columns": MARKED, "rows": manual.to_dict("records"), "titles": titles}
    page = FORM.read_text(encoding="utf-8")
    policy = ["default-src 'none'", "base-uri 'none'", "form-action 'none'"]
    for kind in ("script", "style"):
        (own,) = re.findall(rf"<{kind}>(.*?)</{kind}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(own.encode()).digest()).decode()
        policy.append(f"{kind}-src 'sha256-{digest}'")
    page = page.replace("{policy}", "; ".join(policy))
    return page.replace("{data}", json.dumps(data).replace("<", r"\u003c"))


def _points(student, name, graded, marks):
    """Return the points for each question, None where a free answer is not marked yet."""
    free = {question: marks[student, name, question][0] for question in graded.free}
    return {question: (graded.points | free)[question] for question in graded.possible}


def _grades(roster, results, assignments, marks):
    """Return the class list with a column per assignment and question.

    An assignment has points only when all of it is marked: a gradebook would take half of them for all.
    """
    names = [master.name for master in assignments if any(name == master.name for _, name in results)]
    ids = roster.ids or sorted({student for student, _ in results})
    rows = []
    for student in ids:
        row = {}
        for master in (master for master in assignments if master.name in names):
            graded = results.get((student, master.name))
            points = (
                _points(student, master.name, graded, marks) if graded else dict.fromkeys(master.questions)
            )
            whole = graded and None not in points.values()
            row[master.name] = f"{sum(points.values()):g}" if whole else ""
            row |= {f"{master.name} {q}": "" if p is None else f"{p:g}" for q, p in points.items()}
        rows.append(row)
    own = pd.DataFrame({"id": ids}) if roster.table is None else roster.table.reset_index(drop=True)
    return pd.concat([own, pd.DataFrame(rows)], axis=1)


def _files(found, results):
    """Return a row per file that was handed in."""
    rows = []
    for submission in found:
        graded = None if submission.state else results[submission.student, submission.assignment]
        rows.append(
            {
                "file": disk.shown(str(submission.path)),
                "student": submission.student,
                "assignment": submission.assignment,
                "state": submission.state or "graded",
                "notes": " ".join(graded.notes) if graded else "",
                "locks": ", ".join(graded.locks) if graded else "",
                "processor seconds": f"{graded.seconds:.1f}" if graded else "",
                "megabytes": f"{graded.peak / 2**20:.0f}" if graded else "",
            }
        )
    table = pd.DataFrame(rows, columns=list(rows[0]) if rows else ["file"])
    return table.map(_safe)


def _similar(results, assignments):
    """Return a row per pair of answers that are alike."""
    rows = []
    for master in assignments:
        given = {question: SOLUTION.sub("...", source) for question, source in master.cells if question}
        for question in master.questions.values():
            answers = {
                student: (graded.free if question.manual else graded.code).get(question.name, "")
                for (student, name), graded in results.items()
                if name == master.name
            }
            found = pairs(answers, given=given.get(question.name, ""))
            rows += [[master.name, question.name, *pair] for pair in found]
    return pd.DataFrame(rows, columns=["assignment", "question", "student", "other", "share", "in common"])


def _feedback(student, results, assignments, marks):
    """Return a student's page: points and what failed, and nothing of a hidden test but its message."""
    parts = []
    for master in assignments:
        graded = results.get((student, master.name))
        if not graded:
            continue
        points, rows = _points(student, master.name, graded, marks), []
        for name, question in master.questions.items():
            said = list(graded.messages[name])
            if question.manual:
                said.append(marks[student, master.name, name][1])
            reached = "not marked yet" if points[name] is None else f"{points[name]:g}"
            rows.append([question.title, f"{reached} of {graded.possible[name]:g}", _lines(said)])
        total = sum(value for value in points.values() if value is not None)
        heading = f"{html.escape(master.title)}: {total:g} of {master.points:g} points"
        cells = "".join(
            f"<tr><td>{html.escape(title)}</td><td>{reached}</td><td>{said}</td></tr>"
            for title, reached, said in rows
        )
        parts.append(
            f"<h2>{heading}</h2>\n<table><tr><th>Question</th><th>Points</th><th>What to look at</th></tr>"
            f"{cells}</table>"
        )
        if graded.notes:
            parts.append(f"<p>When your notebook ran from top to bottom:</p><p>{_lines(graded.notes)}</p>")
    return PAGE.format(student=html.escape(student), body="\n".join(parts))


def _lines(texts):
    return "<br>".join(html.escape(text) for text in texts if text)


def _safe(text):
    """Return a text that a spreadsheet shows and does not compute."""
    return f"'{text}" if isinstance(text, str) and text.startswith(FORMULA) else text
