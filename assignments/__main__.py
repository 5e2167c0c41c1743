"""`python -m assignments`: make releases, grade a class. What options leave out, the environment may say."""

import json
from pathlib import Path

import click

from assignments import masters, release
from assignments.box import locks_here
from assignments.course import grade_class, read_roster
from assignments.reports import MarkError, write

BUILD = Path(__file__).resolve().parents[1] / "build"
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
COURSE = "course.json"


@click.group()
def cli():
    """Releases and grades of the assignments."""


@cli.command("release")
@click.option(
    "--masters", "folder", envvar="MASTERS", type=FOLDER, default=masters.HERE, help="Your own ones."
)
@click.option(
    "--key", envvar="KEY", default="", help="Of the course: students of another key have other data."
)
@click.option("--to", type=click.Path(path_type=Path), default=BUILD / "assignments", help="A folder.")
def make_releases(folder, key, to):
    """Make what students get, the solutions, and the files for Gradescope."""
    for master in _read(folder):
        try:
            click.echo(f"{release.make(master, to, key=key)}: {master.title}, {master.points:g} points")
        except release.ReleaseError as error:
            raise click.ClickException(str(error)) from None
    (to / COURSE).write_text(json.dumps({"masters": str(folder.resolve()), "key": key}), encoding="utf-8")


@cli.command("grade")
@click.option(
    "--submissions", envvar="SUBMISSIONS", type=FOLDER, required=True, help="All that was handed in."
)
@click.option("--roster", envvar="ROSTER", type=FILE, help="The class list: a CSV file.")
@click.option("--releases", type=click.Path(path_type=Path), default=BUILD / "assignments", help="A folder.")
@click.option("--to", type=click.Path(path_type=Path), default=BUILD / "grades", help="A folder.")
def grade_all(submissions, roster, releases, to):
    """Grade a class."""
    try:
        course = json.loads((releases / COURSE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise click.ClickException("there are no releases yet: run `make assignments` first") from None
    assignments = _read(course["masters"])
    _say_locks()
    try:
        known = read_roster(roster)
        found, results = grade_class(submissions, known, assignments, to, key=course["key"])
        tables = write(to, known, found, results, assignments)
    except (MarkError, ValueError, OSError) as error:
        raise click.ClickException(str(error)) from None
    _say_results(to, found, tables)


def _read(folder):
    try:
        found = masters.read_all(folder)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    if not found:
        raise click.ClickException(f"{folder} holds no master: they are called 1_name.py, 2_name.py, …")
    return found


def _say_locks():
    """Say what keeps submissions in their boxes on this machine, loudly where something is missing."""
    locks = locks_here()
    click.echo(f"Submissions run in a box: {', '.join(locks) or 'limits only'}.")
    if not {"bubblewrap", "Landlock"} & set(locks):
        click.secho(
            "WARNING: on this machine submissions can read and change your files.", bold=True, err=True
        )
    if not {"bubblewrap", "seccomp"} & set(locks):
        click.secho("WARNING: on this machine submissions can use the network.", bold=True, err=True)


def _say_results(to, found, tables):
    """Say what was done, and what a teacher still has to do."""
    graded = [submission for submission in found if not submission.state]
    click.echo(f"{len(graded)} of {len(found)} files graded: {to / 'grades.csv'}, {to / 'feedback'}")
    for submission in (submission for submission in found if submission.state):
        click.echo(f"  not graded: {submission.path} ({submission.state})")
    unmarked = int((tables["manual"].points == "").sum())
    if unmarked:
        click.echo(
            f"{unmarked} free answer{'s' * (unmarked > 1)} to mark: open {to / 'marks.html'} in a browser, "
            f"or fill in `points` in {to / 'manual.csv'}, and grade again"
        )
    if len(tables["similar"]):
        click.echo(f"{len(tables['similar'])} pairs of answers are alike: {to / 'similar.csv'}")


if __name__ == "__main__":
    cli(prog_name="python -m assignments")
