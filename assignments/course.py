"""A class: who handed in what, and how it is graded, as many at once as there are processors."""

import io
import json
import multiprocessing
import os
import re
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

import pandas as pd
from tqdm import tqdm

from assignments import masters
from assignments.grading import Graded, grade, limits_of, read_notebook, ungraded
from genrelib import disk

__all__ = ["Class", "Submission", "find", "grade_class", "read_roster"]

HERE = Path(__file__).resolve().parent
# Columns that tell students apart, in class lists of one's own, of Moodle and of Canvas. The first one that
# is there is the id in the notebooks; any of them may occur in the name of a file.
IDS = ("id", "ID number", "Username", "SIS User ID", "SIS Login ID", "ID", "Identifier", "Email address")
DEADLINE = 120  # seconds for what is not the submission's: the tests, starting and ending
MEMORY = 4 * 2**30  # bytes for the tests of one submission
CONTEXT = multiprocessing.get_context("forkserver" if hasattr(os, "fork") else "spawn")


@dataclass
class Submission:
    """A file that was handed in.

    Attributes
    ----------
    path : below the folder of the submissions
    student, assignment : "" where it is not known
    state : "" while it is to be graded; else why it is not
    """

    path: Path
    student: str = ""
    assignment: str = ""
    state: str = ""


class Class:
    """The students of a course.

    Parameters
    ----------
    table : DataFrame of text, one row per student, or None when there is no list

    Attributes
    ----------
    table : as it was read, so that a gradebook finds its own columns again
    ids : list of str
    """

    def __init__(self, table=None):
        self.table, self.ids, self._known = table, [], {}
        if table is None:
            return
        columns = [column for column in IDS if column in table]
        if not columns:
            raise ValueError(f"the class list has none of the columns {', '.join(IDS)}")
        self.table = table[table[columns[0]].str.strip() != ""]
        self.ids = list(self.table[columns[0]].str.strip())
        if twice := sorted({name for name in self.ids if self.ids.count(name) > 1}):
            raise ValueError(f"the class list has {', '.join(twice)} twice")
        for column in columns:
            for name, text in zip(self.ids, self.table[column], strict=True):
                text = text.strip().removeprefix("Participant ").casefold()  # as Moodle writes its numbers
                self._known.setdefault(text, set()).add(name)
        self._known.pop("", None)

    def students_in(self, text):
        """Return the ids of the students that a text names.

        Parameters
        ----------
        text : name of a file or a folder

        Returns
        -------
        set of str
        """
        text = text.casefold()
        found = set()
        for known, names in self._known.items():
            if re.search(rf"(?<![^\W_]){re.escape(known)}(?![^\W_])", text):
                found |= names
        return found


def read_roster(path):
    """Read a class list: a CSV file of one's own, or what Moodle or Canvas exports.

    Parameters
    ----------
    path : path, or None

    Returns
    -------
    Class

    Raises
    ------
    ValueError
        When it has no column of ids, or an id twice.
    """
    if path is None:
        return Class()
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
        between = max(",;\t", key=text.partition("\n")[0].count)  # as the language of a spreadsheet has it
        table = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False, sep=between)
    except (pd.errors.ParserError, UnicodeDecodeError, pd.errors.EmptyDataError) as error:
        raise ValueError(f"{path} is no table of comma-separated values in UTF-8: {error}") from None
    try:
        return Class(table)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def find(folder, roster, assignments):
    """Find out who handed in what.

    Parameters
    ----------
    folder : path; everything in it and below was handed in
    roster : Class
    assignments : list of `masters.Master`

    Returns
    -------
    list of Submission, every file once
    """
    found = []
    for path in sorted(path for path in Path(folder).rglob("*") if path.is_file()):
        parts = path.relative_to(folder)
        submission = Submission(parts)
        if path.is_symlink():
            submission.state = "a link, which may lead anywhere"
        elif path.suffix.casefold() != ".ipynb":
            submission.state = "no notebook"
        else:
            _recognise(submission, path, roster, assignments)
        found.append(submission)
    newest = {}
    for submission in found:
        if not submission.state:
            whose = submission.student, submission.assignment
            other = newest.get(whose)
            if other and _age(folder, other) > _age(folder, submission):
                other, submission = submission, other
            newest[whose] = submission
            if other:
                other.state = f"older than {submission.path}"
    return found


def _age(folder, submission):
    """Order files of one student: the later, the greater."""
    return (Path(folder) / submission.path).stat().st_mtime, str(submission.path)


def _recognise(submission, path, roster, assignments):
    """Find the assignment and the student of a notebook."""
    names = [master.name for master in assignments]
    text = str(submission.path).casefold()
    known = {name for name in names if name.casefold() in text} or {
        master.name for master in assignments if master.title in _headings(path)
    }
    if len(known) != 1:
        submission.state = f"names {' and '.join(sorted(known)) or 'no assignment'}"
        return
    (submission.assignment,) = known
    bare = [
        re.sub(re.escape(submission.assignment), " ", part, flags=re.IGNORECASE)
        for part in submission.path.parts
    ]
    if roster.table is None:
        submission.student = (bare[0] if len(bare) > 1 else Path(bare[-1]).stem).strip(" _-")
        submission.state = "" if submission.student else "names no student"
        return
    students = roster.students_in(bare[-1]) or roster.students_in("/".join(bare[:-1]))
    if len(students) == 1:
        (submission.student,) = students
    else:
        submission.state = f"names {' and '.join(sorted(students)) or 'no student of the class list'}"


def _headings(path):
    try:
        cells = read_notebook(path)
    except (ValueError, OSError):
        return set()
    return {source.partition("\n")[0].removeprefix("# ") for kind, source in cells if kind == "markdown"}


def grade_class(folder, roster, assignments, to, *, key="", jobs=None):
    """Grade all that was handed in, as far as it is not graded yet.

    Parameters
    ----------
    folder : path of the submissions
    roster : Class
    assignments : list of `masters.Master`
    to : path of the results
    key : of the course
    jobs : how many at once; as many as there are processors

    Returns
    -------
    list of Submission, and a dict (student, assignment) -> `grading.Graded`

    Notes
    -----
    Interrupted, it goes on where it was. What is kept depends on the submission, the master, the key and the
    code that grades.
    """
    to, found = Path(to), find(folder, roster, assignments)
    by_name = {master.name: master for master in assignments}
    results, waiting = {}, []
    for submission in found:
        if submission.state:
            continue
        whose = submission.student, submission.assignment
        master, path = by_name[submission.assignment], Path(folder) / submission.path
        kept = to / "results" / submission.assignment / f"{quote(submission.student, safe='')}.json"
        digest = _digest(path, master.path, key, submission.student)
        try:
            told = json.loads(kept.read_text(encoding="utf-8"))
            if told.pop("digest") == digest:
                results[whose] = Graded(**told)
                continue
        except (OSError, ValueError, KeyError, TypeError):
            pass
        waiting.append((whose, (path, master.path, submission.student, key, kept, digest)))
    if waiting and hasattr(os, "fork"):
        CONTEXT.set_forkserver_preload(["assignments.__main__"])  # imported once, and not in each process
    with ThreadPoolExecutor(jobs or os.cpu_count()) as threads:
        running = {threads.submit(_apart, job, by_name[whose[1]]): whose for whose, job in waiting}
        bar = tqdm(as_completed(running), total=len(running), desc="Grading", unit=" notebooks", disable=None)
        try:
            for done in bar:
                results[running[done]] = done.result()
        except KeyboardInterrupt:
            threads.shutdown(wait=False, cancel_futures=True)
            raise
    return found, results


def _digest(path, *others):
    """Tell whether what was graded is what would be graded now."""
    code = [
        (HERE / f"{name}.py").read_text()
        for name in ("box", "grading", "inside", "masters", "warden", "wire")
    ]
    texts = [path.read_bytes().hex(), *(str(other) for other in others), *code]
    return disk.digest(*texts, disk.code_digest("genrelib.classroom"))


def _apart(job, master):
    """Grade one submission in a process of its own: what it makes of the tests costs nobody else."""
    path, *_, kept, _ = job
    kept.unlink(missing_ok=True)
    process = CONTEXT.Process(target=_grade_one, args=job, daemon=True)
    process.start()
    process.join(limits_of(master).seconds + DEADLINE)
    process.kill()
    process.join()
    try:
        told = json.loads(kept.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ungraded(master, f"{path.name} could not be graded: look at it by hand.")
    told.pop("digest")
    return Graded(**told)


def _grade_one(path, master, student, key, kept, digest):
    """Grade a submission and write down what became of it."""
    with suppress(ImportError):  # Windows
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, most))
    graded = grade(path, masters.read(master), student, key=key)
    with disk.whole(kept) as draft:
        draft.write_text(json.dumps({**asdict(graded), "digest": digest}), encoding="utf-8")
