"""The build: it goes on where it stopped, says what is wrong in a line, and lets no page lack its figures."""

import json
import os
import re
import select
import shlex
import shutil
import signal
import subprocess
import sys
from functools import partial
from html import unescape

import nbformat
import numpy as np
import pytest
import soundfile
from conftest import ROOT

sys.path.insert(0, str(ROOT / "book"))
import build
from verify import problems

from genrelib import disk

TOC = """format: jb-book
root: book/welcome
chapters:
  - file: notebooks/01_one
  - file: notebooks/02_two
  - file: book/assignments
  - file: book/references
  - file: book/status
"""
# nothing in a name means anything
GENRE = "*a* _b_ [c](http://d.e) <img src=x> `f` $g$ | {{ i }} \\(j\\) &amp; k.com"
BROKEN = "Song [Official](1) $x$ {Live} *a* | <img src=x>.wav"
SETUP = [
    ("code", ["parameters"], 'CORPUS = "builtin"\nPROFILE = "quick"'),
    (
        "code",
        [],
        "import matplotlib.pyplot as plt\nimport numpy as np\nfrom genrelib import players, plots\n"
        "from IPython.display import Markdown",
    ),
    ("code", [], "fig, ax = plt.subplots()\nax.plot([1, 2])\nplots.show(fig, alt='A line')"),
    ("code", [], f"name = {GENRE!r}\nMarkdown(f'It is *{{plots.literal(name)}}*, no?')"),
    ("code", [], "players.player(np.sin(np.arange(22050) / 8), 'A tone')"),
    ("markdown", [], "[The welcome](../book/welcome.md) " + "and so on " * 40),
]


def plain(html, *, of=()):
    """Return the text of HTML, without its tags but those `of` these names."""
    return unescape(re.sub(f"<(?!/?({'|'.join(of) or '-'})>)[^>]+>", "", html))


def notebook(path, *more):
    """Write a notebook: a title, the cells of SETUP and `more`."""
    cells = [("markdown", [], f"# The chapter {path.stem[3:]}"), *SETUP, *more]
    path.parent.mkdir(exist_ok=True)
    code = {"outputs": [], "execution_count": None}
    record = {
        "cells": [
            {"cell_type": kind, "id": f"c{n}", "metadata": {"tags": tags}, "source": text}
            | (code if kind == "code" else {})
            for n, (kind, tags, text) in enumerate(cells)
        ],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.write_text(json.dumps(record))


class Project:
    """A small book of two chapters, with sounds of its own, in a folder of its own."""

    def __init__(self, folder):
        self.root, self.sounds = folder / "project", folder / "Mum's sounds"
        shutil.copytree(
            ROOT / "genrelib", self.root / "genrelib", ignore=shutil.ignore_patterns("__pycache__")
        )
        shutil.copytree(ROOT / "book" / "_static", self.root / "book" / "_static")
        for name in (
            "_config.yml",
            "requirements.txt",
            "book/build.py",
            "book/cards.py",
            "book/cite.py",
            "book/excerpts.py",
            "book/rfc3987_syntax.py",
            "book/terms.py",
            "book/times.py",
            "book/verify.py",
            "book/references.bib",
            "book/references.md",
        ):
            shutil.copy(ROOT / name, self.root / name)
        (self.root / "book" / "welcome.md").write_text("# Welcome\n\n" + "to this book " * 40)
        (self.root / "book" / "assignments.md").write_text("# Assignments\n\n" + "to be handed in " * 40)
        made = self.root / "build" / "assignments" / "1_sound"
        made.mkdir(parents=True)
        for name in ("1_sound", "1_sound-solution"):
            notebook(made / f"{name}.ipynb")
        (self.root / "_toc.yml").write_text(TOC)
        for name in ("01_one", "02_two"):
            notebook(self.root / "notebooks" / f"{name}.ipynb")
        for genre in ("high", "low"):
            (self.sounds / genre).mkdir(parents=True)
            for n in range(build.FEWEST):
                y = 0.1 * np.random.default_rng(n).standard_normal(4 * 22050)
                soundfile.write(self.sounds / genre / f"{genre}{n}.wav", y, 22050)
        (self.sounds / "low" / BROKEN).write_text("no sound")

    def command(self, *more):
        """Return the command that builds, and the environment that it needs."""
        call = [sys.executable, self.root / "book" / "build.py", "--profile", "tiny", "--corpus", self.sounds]
        data = str(self.root / "data")
        return [*call, *more], os.environ | {"PYTHONPATH": str(self.root), "GENRELIB_DATA": data}

    def build(self, *more):
        """Build; return what `subprocess.run` does."""
        command, environment = self.command(*more)
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, encoding="utf-8", cwd=self.root
        )

    @property
    def built(self):
        return self.root / "build" / build.place_of(str(self.sounds), "tiny").name


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """The small book, built."""
    made = Project(tmp_path_factory.mktemp("book"))
    run = made.build()
    assert run.returncode == 0, run.stdout + run.stderr
    return made


def test_the_pages_say_what_was_heard_and_left_out(project):
    status = (project.built / "html" / "book" / "status.html").read_text(encoding="utf-8")
    assert "10 clips in 2 genres" in status
    assert BROKEN in plain(status) and "<img src=x" not in status
    assert f"CORPUS={shlex.quote(str(project.sounds))}" in plain(status)
    assert "tensorflow" in status and "The chapter two" in status
    chapter = (project.built / "html" / "notebooks" / "01_one.html").read_text(encoding="utf-8")
    assert str(project.sounds) in plain(chapter)  # the parameters of this run
    assert f"<p>It is <em>{GENRE}</em>, no?</p>" in plain(chapter, of=("p", "em"))


def test_assignments_that_are_made_can_be_had_and_their_solutions_not(project):
    html = project.built / "html"
    page = (html / "book" / "assignments.html").read_text(encoding="utf-8")
    assert '<a href="../_static/assignments/1_sound.ipynb" download>' in page
    assert (html / "_static" / "assignments" / "1_sound.ipynb").exists()
    assert not list(html.rglob("*solution*"))


def times(folder):
    """Return when each file below a folder was written."""
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_a_second_build_executes_nothing_and_writes_nothing(project):
    before = times(project.built)
    again = project.build()
    assert again.returncode == 0, again.stderr
    assert "executing" not in again.stdout and "making" not in again.stdout
    assert times(project.built) == before


def test_a_touched_chapter_is_executed_alone(project):
    notebook(project.root / "notebooks" / "02_two.ipynb", ("code", [], "print('something new')"))
    (project.built / "html" / "book" / "welcome.html").unlink()  # lost pages come back with it
    touched = project.build()
    assert touched.returncode == 0, touched.stderr
    assert [line.split()[0] for line in touched.stdout.splitlines() if "executing" in line] == ["02_two"]
    assert "something new" in (project.built / "html" / "notebooks" / "02_two.html").read_text(
        encoding="utf-8"
    )
    assert (project.built / "html" / "book" / "welcome.html").exists()


def test_a_failing_cell_fails_the_build_and_is_named(project):
    chapter = project.root / "notebooks" / "02_two.ipynb"
    before = chapter.read_text()
    notebook(chapter, ("code", [], "tempo = 120\ntempo / 0"))
    failed = project.build()
    chapter.write_text(before)
    assert failed.returncode == 1
    message = failed.stderr.strip().splitlines()
    assert (
        message[0]
        == f"{os.path.join('notebooks', '02_two.ipynb')}, cell 8: ZeroDivisionError: division by zero"
    )
    assert message[1:] == ["    tempo = 120", "    tempo / 0"]
    assert project.build().returncode == 0  # the last whole chapter and pages were kept
    assert not [path for path in project.built.rglob(".*") if path.suffix == ".ipynb"]


def test_a_warning_of_the_pages_fails_the_build_every_time(project):
    welcome = project.root / "book" / "welcome.md"
    before = welcome.read_text()
    welcome.write_text(before + "\n\nSee {cite}`nobody1900` and [there](nowhere.md).\n")
    runs = [project.build(), project.build()]
    welcome.write_text(before)
    for run in runs:
        assert run.returncode == 1
        assert "nobody1900" in run.stderr and "nowhere.md" in run.stderr
    assert (project.built / "html" / "index.html").exists()


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent in another way on Windows")
def test_ctrl_c_leaves_nothing_half_written(project, tmp_path):
    chapter = project.root / "notebooks" / "01_one.ipynb"
    before = chapter.read_text()
    pipe = tmp_path / "begun"
    os.mkfifo(pipe)
    begun = os.open(pipe, os.O_RDWR)
    endless = f"import time\nopen({str(pipe)!r}, 'w').write('begun')\ntime.sleep(600)"
    notebook(chapter, ("code", [], endless))
    kept = (project.built / "notebooks" / "01_one.ipynb").read_bytes()
    command, environment = project.command()
    run = subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # tests in the background ignore it
    )
    cell_runs = select.select([begun], [], [], 300)[0]
    os.close(begun)
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=300)
    chapter.write_text(before)
    assert cell_runs, said
    assert run.returncode == 130
    assert said.strip().endswith("the same command goes on from there.")
    assert [path.name for path in (project.built / "notebooks").iterdir() if path.name[0] == "."] == []
    assert (project.built / "notebooks" / "01_one.ipynb").read_bytes() == kept
    assert project.build().returncode == 0


def stamps():
    """Return the stamp of every chapter of the book."""
    build.module_digest.cache_clear()
    return {chapter.stem: build.stamp_of(chapter) for chapter in build.chapters()}


def test_a_changed_line_of_the_ladder_changes_the_stamp_of_chapter_10_alone(tmp_path, monkeypatch):
    package = shutil.copytree(
        disk.PACKAGE, tmp_path / "genrelib", ignore=shutil.ignore_patterns("__pycache__")
    )
    monkeypatch.setattr(disk, "PACKAGE", package)
    ladder, before = package / "studies" / "ladder.py", stamps()
    text = ladder.read_text(encoding="utf-8")
    ladder.write_text(text + "# a comment\n", encoding="utf-8")
    assert stamps() == before
    ladder.write_text(text + "CHANGED = True\n", encoding="utf-8")
    after = stamps()
    assert [name for name in after if after[name] != before[name]] == ["10_real_music"]
    build.module_digest.cache_clear()


@pytest.mark.parametrize(
    ("choice", "status", "message"),
    [
        (["--profile", "huge"], 2, "unknown profile 'huge': choose one of tiny, quick, full"),
        (["--corpus", "nonsense"], 2, "unknown corpus 'nonsense': choose one of builtin, gtzan-mini"),
        (["--corpus", "no/such/folder"], 2, "no/such/folder: no such folder"),
        (["--corpus", "book"], 1, "needs at least two genres"),
    ],
)
def test_a_wrong_choice_is_told_in_a_line(project, choice, status, message):
    run = project.build(*choice)
    assert run.returncode == status
    assert message in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1


def test_a_genre_of_too_few_clips_is_named_before_any_chapter_runs(project, tmp_path):
    few = shutil.copytree(project.sounds, tmp_path / "few")
    (few / "high" / "high0.wav").unlink()
    run = project.build("--corpus", few)
    assert run.returncode == 1 and "executing" not in run.stdout
    assert "genre 'high' has 4 usable clips, and the book needs 5" in run.stderr


def spoil(page, old, new):
    """Replace the first `old` of a page."""
    text = page.read_text(encoding="utf-8")
    assert old in text
    page.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ('<figure class="drawn ', '<figure class="', "1 of 1 figures are missing"),
        ('<figure class="player ', '<figure class="', "1 of 1 players are missing"),
        ('src="data:audio', 'src="sound/data:audio', "a player has no sound in it"),
        ('aria-label="A line"', 'aria-label=""', "a figure says nothing to who does not see it"),
        ("</h1>", "</h1><img src='../_static/logo.svg'>", "an image says nothing to who does not see it"),
        ("</h1>", "</h1>{glue:text}`clips`", "'{glue:text}' was left over"),
        ("</h1>", "</h1><span class='math'>a_{ij}</span> {name}", "'{name}' was left over"),
        ("../book/welcome.html", "../book/wellcome.html", "leads nowhere"),
        ("</h1>", "</h1><a href='../book/welcome.html#there'>", "#there leads nowhere"),
        ("</h1>", "</h1><!--" + 6_000_000 * "x" + "-->", "the page weighs"),
    ],
)
def test_a_page_that_is_not_whole_is_found(project, tmp_path, old, new, found):
    html = shutil.copytree(project.built / "html", tmp_path / "html")
    assert problems(html, project.built / "source", names=[BROKEN]) == []
    spoil(html / "notebooks" / "01_one.html", old, new)
    told = problems(html, project.built / "source", names=[BROKEN])
    assert told and all(line.startswith("notebooks/01_one: ") for line in told)
    assert any(found in line for line in told)


def test_a_page_that_is_missing_or_empty_is_found(project, tmp_path):
    html = shutil.copytree(project.built / "html", tmp_path / "html")
    (html / "notebooks" / "02_two.html").unlink()
    (html / "book" / "welcome.html").write_text("<h1>Welcome</h1>")
    told = problems(html, project.built / "source")
    assert "notebooks/02_two: the page is missing" in told
    assert "book/welcome: the page is empty" in told


def test_figures_and_tables_are_numbered_in_their_order_and_can_be_linked_to():
    figure = '<figure class="drawn x"><svg/><figcaption>A line</figcaption></figure>'
    table = '<table class="table x"><caption style="y">Some</caption><tr></tr></table>'
    outputs = [[figure], [table, figure], ['<figure class="player"><figcaption>a tone</figcaption></figure>']]
    cells = [
        nbformat.v4.new_code_cell(
            outputs=[nbformat.v4.new_output("display_data", {"text/html": html}) for html in group]
        )
        for group in outputs
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    build.number(notebook, 3)
    *shown, player = ["".join(output.data["text/html"]) for cell in cells for output in cell.outputs]
    names = [re.search(r'<a class="count" href="#([\w-]+)">(.+)</a> ', html).groups() for html in shown]
    assert names == [("figure-3-1", "Figure 3.1"), ("table-3-1", "Table 3.1"), ("figure-3-2", "Figure 3.2")]
    for html, (place, _) in zip(shown, names, strict=True):
        assert html.count(f'id="{place}"') == 1
    assert "count" not in player
