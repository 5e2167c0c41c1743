"""`python -m assignments`: make releases, grade a class. What options leave out, the environment may say."""

from pathlib import Path

import click

from assignments import masters, release

ROOT = Path(__file__).resolve().parents[1]
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def cli():
    """Releases and grades of the assignments."""


@cli.command("release")
@click.option("--masters", "folder", envvar="MASTERS", type=FOLDER, default=masters.HERE, help="Own masters.")
@click.option("--key", envvar="KEY", default="", help="Of the course: with another key, data are others.")
@click.option("--to", type=click.Path(path_type=Path), default=ROOT / "build" / "assignments")
def make_releases(folder, key, to):
    """Make what students get, the solutions, and the files for Gradescope."""
    found = masters.read_all(folder)
    if not found:
        raise click.ClickException(f"{folder} holds no master: they are called 1_name.py, 2_name.py, …")
    for master in found:
        try:
            click.echo(f"{release.make(master, to, key=key)}: {master.title}, {master.points:g} points")
        except (release.ReleaseError, ValueError) as error:
            raise click.ClickException(str(error)) from None


if __name__ == "__main__":
    cli(prog_name="python -m assignments")
