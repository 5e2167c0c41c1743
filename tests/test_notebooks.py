"""The chapters: their frame, and that their checks say the same when they are executed once more."""

import ast
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "book"))
import times
from cite import as_roles, unknown
from verify import page_names

BIB = ROOT / "book" / "references.bib"
CHAPTERS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PARAMETERS = """\
CORPUS = "builtin"  # or "gtzan-mini", or a folder of yours: <genre>/<clip>.wav
PROFILE = "quick"  # or "tiny", "full"
SEED = 0"""
CLOSING = ("Check yourself", "Exercises", "What was measured", "Further reading")
HIDDEN = "[a hidden cell]"
WIDEST = 84  # columns of code
LONGEST = {"hide-cell": 40, "hide-input": 28, None: 15}  # lines of code, by what folds the cell
CLOSED = {  # what closes in JupyterLab a cell that is folded in the page
    "hide-cell": {"source_hidden": True, "outputs_hidden": True},
    "hide-input": {"source_hidden": True},
    None: None,
}
RAW = re.compile(r"\{[\w:+.-]+\}`|^\s*(?:```+|:::+)\s*\{|myst_nb", re.MULTILINE)  # roles, directives, glue
CHECK = "nbval-check-output"  # the tag of a cell that has to print the same whenever it is executed
each_chapter = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)


def cells_of(chapter):
    """Return the cells of a notebook as (kind, tags, source, cell)."""
    cells = json.loads(chapter.read_text(encoding="utf-8"))["cells"]
    return [
        (cell["cell_type"], set(cell["metadata"].get("tags", [])), "".join(cell["source"]), cell)
        for cell in cells
    ]


def tagged(chapter, tag):
    """Return the sources of the code cells with a tag."""
    return [source for kind, tags, source, _ in cells_of(chapter) if kind == "code" and tag in tags]


def prose(chapter):
    """Return the text of a notebook, with HIDDEN where a code cell waits behind a click."""
    shown = ((kind, HIDDEN if "hide-cell" in tags else source) for kind, tags, source, _ in cells_of(chapter))
    return "\n\n".join(text for kind, text in shown if kind == "markdown" or text == HIDDEN)


def test_the_chapters_are_those_of_the_table_of_contents():
    named = [name for name in page_names(ROOT / "_toc.yml") if name.startswith("notebooks/")]
    assert named == [f"notebooks/{path.stem}" for path in CHAPTERS]
    assert [path.stem[:2] for path in CHAPTERS] == [f"{n:02d}" for n in range(1, len(CHAPTERS) + 1)]


@each_chapter
def test_a_chapter_is_committed_without_outputs(chapter):
    notebook = json.loads(chapter.read_text(encoding="utf-8"))
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert set(notebook["metadata"]) <= {"kernelspec", "language_info"}
    for kind, _, _, cell in cells_of(chapter):
        assert set(cell["metadata"]) <= {"tags", "jupyter"}
        assert kind != "code" or (cell["outputs"] == [] and cell["execution_count"] is None)


@each_chapter
def test_a_chapter_opens_as_all_do(chapter):
    (first, _, head, _), *_ = cells_of(chapter)
    assert first == "markdown"
    assert re.match(r"# \S.*\n\n\S", head), "a title and a sentence"
    verbs = re.search(r"\*\*You will learn to\*\*.*?\n((?:\s*[-*] .+\n)+)", head)
    assert verbs and 3 <= len(verbs[1].strip().splitlines()) <= 5, "three to five things to learn"
    assert "**Needs**" in head
    assert tagged(chapter, "parameters") == [PARAMETERS]


@each_chapter
def test_teachers_and_readers_plan_with_the_minutes_that_a_chapter_takes(chapter):
    notebook = json.loads(chapter.read_text(encoding="utf-8"))
    plan = (ROOT / "book" / "teaching.md").read_text(encoding="utf-8")
    planned = re.search(rf"/{re.escape(chapter.name)}\) \| (\d+) ·", plan)
    minutes, _ = times.told(notebook)
    assert minutes == int(planned[1]) == times.reading(notebook)


@each_chapter
def test_the_page_on_this_copy_repeats_the_time_that_a_head_names(chapter, book):
    page = (book / "html" / "book" / "status.html").read_text(encoding="utf-8")
    row = re.search(rf"<tr[^>]*>(?:(?!</tr>).)*{chapter.stem}\.html.*?</tr>", page, re.DOTALL)[0]
    _, told = times.told(json.loads(chapter.read_text(encoding="utf-8")))
    assert f">{told}<" in re.sub(r"</?p>", "", row)


def test_minutes_to_read_grow_with_words_open_code_and_pictures():
    def cell(kind, source, *tags):
        return {"cell_type": kind, "source": [source], "metadata": {"tags": tags}}

    def minutes(*cells):
        return times.reading({"cells": cells})

    words = cell("markdown", "word " * 1500)
    assert minutes(words) == 10 and minutes(words, cell("markdown", "one")) == 15
    assert minutes(words, cell("markdown", "## Check yourself"), words) == 10
    code = "x = 1\n" * 75
    assert minutes(cell("code", code)) == 5 and minutes(cell("code", code, "hide-input")) == 0
    assert minutes(cell("code", "plots.show(\n" * 8, "hide-input")) == 10


def test_the_setup_cell_is_the_same_everywhere_and_names_the_repository():
    setups = {source for chapter in CHAPTERS for source in tagged(chapter, "setup")}
    assert len(setups) == 1 and all(len(tagged(chapter, "setup")) == 1 for chapter in CHAPTERS)
    url = re.search(r"url: (\S+)", (ROOT / "_config.yml").read_text(encoding="utf-8"))[1]
    assert f"{url}.git" in setups.pop()


@each_chapter
def test_a_chapter_closes_as_all_do(chapter):
    text = prose(chapter)
    order = [text.find(f"\n## {name}") for name in CLOSING]
    assert -1 not in order and order == sorted(order)
    asked, solved, *_ = (text[start:end] for start, end in pairwise(order))
    assert 3 <= asked.count("<details>") <= 5, "three to five questions with answers"
    assert 2 <= solved.count("<details>") + solved.count(HIDDEN), "two or three exercises with solutions"
    assert text.count("<details>") == text.count("</details>") == text.count("<summary>")
    assert "{cite:" in as_roles(text[order[-1] :], BIB)


@each_chapter
def test_a_chapter_lets_its_reader_change_something(chapter):
    assert "**Change it**" in prose(chapter)


@each_chapter
def test_a_citation_is_a_link_to_a_reference(chapter):
    said = [source for _, _, source, _ in cells_of(chapter)]
    assert [link for source in said for link in unknown(source, BIB)] == []


def folded_by(tags):
    """Return the tag that folds a cell in the page, if one does."""
    return next((tag for tag in LONGEST if tag in tags), None)


@each_chapter
def test_what_is_folded_in_the_page_is_closed_in_jupyterlab(chapter):
    code = [(tags, cell) for kind, tags, _, cell in cells_of(chapter) if kind == "code"]
    folds = [
        ("hide-input" if "setup" in tags else folded_by(tags), cell) for tags, cell in code
    ]  # no page has it
    wrong = [cell["id"] for fold, cell in folds if cell["metadata"].get("jupyter") != CLOSED[fold]]
    assert wrong == []


@each_chapter
def test_code_is_no_wider_than_the_page(chapter):
    code = [source for kind, _, source, _ in cells_of(chapter) if kind == "code"]
    assert [line for source in code for line in source.splitlines() if len(line) > WIDEST] == []


@each_chapter
def test_a_cell_carries_one_idea_and_a_folded_one_is_at_most_a_screen(chapter):
    code = [(tags, source) for kind, tags, source, _ in cells_of(chapter) if kind == "code"]
    (imports,) = (n for n, (tags, _) in enumerate(code, start=1) if "parameters" in tags)
    long = {
        source.splitlines()[0]: source.count("\n") + 1
        for n, (tags, source) in enumerate(code)
        if n != imports and "setup" not in tags and source.count("\n") >= LONGEST[folded_by(tags)]
    }
    assert long == {}


@each_chapter
def test_nothing_stands_raw_in_a_notebook(chapter):
    cells = cells_of(chapter)
    assert [cell["id"] for kind, _, source, cell in cells if kind == "markdown" and RAW.search(source)] == []
    assert [cell["id"] for kind, _, source, cell in cells if "glue(" in source or "myst_nb" in source] == []


@each_chapter
def test_nothing_stands_raw_in_an_executed_notebook(chapter, book):
    executed = json.loads((book / "notebooks" / chapter.name).read_text(encoding="utf-8"))
    cells = [cell for cell in executed["cells"] if cell["cell_type"] == "code"]
    outputs = [output.get("data", {}) for cell in cells for output in cell["outputs"]]
    said = ["".join(data.get(kind, "")) for data in outputs for kind in ("text/markdown", "text/html")]
    assert [text for text in said if RAW.search(text)] == []
    assert [link for text in said for link in unknown(text, BIB)] == []


@pytest.fixture(scope="module")
def replays(request, book, tmp_path_factory):
    """What replaying each chapter gave, two at a time: chapter -> how its process ended."""
    asked = [item for item in request.session.items if item.function is test_a_chapter_says_the_same_twice]
    chapters = [item.callspec.params["chapter"] for item in asked]
    folders = [tmp_path_factory.mktemp(chapter.stem) for chapter in chapters]
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(chapters, pool.map(replay, chapters, [book] * len(chapters), folders), strict=True))


def replay(chapter, book, folder):
    """Run nbval over an executed chapter up to its last check, with sounds and features but no results."""
    data = Path(os.environ.get("GENRELIB_DATA", ROOT / "data")).expanduser().resolve()
    for shared in ("corpora", "features"):
        (data / shared).mkdir(parents=True, exist_ok=True)
        (folder / shared).symlink_to(data / shared)
    notebook = json.loads((book / "notebooks" / chapter.name).read_text(encoding="utf-8"))
    checks = [n for n, cell in enumerate(notebook["cells"]) if CHECK in cell["metadata"].get("tags", [])]
    del notebook["cells"][checks[-1] + 1 :]
    (folder / chapter.name).write_text(json.dumps(notebook), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=short", "--nbval-lax"]
    command += ["--nbval-current-env", "--rootdir", folder, folder / chapter.name]
    environment = os.environ | {
        "GENRELIB_DATA": str(folder),
        "PYTHONHASHSEED": "0",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, encoding="utf-8", cwd=folder
    )


@pytest.mark.parametrize(
    "chapter", [path for path in CHAPTERS if tagged(path, CHECK)], ids=lambda path: path.stem
)
def test_a_chapter_says_the_same_twice(chapter, replays):
    run = replays[chapter]
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]


KEPT = {"load_result", "benchmarks"}  # they read numbers that were not computed here


def calls(tree):
    """Return the names of what code calls."""
    called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {getattr(function, "attr", getattr(function, "id", "")) for function in called}


def names(tree, kind):
    """Return the names that code reads (`ast.Load`) or gives a value (`ast.Store`)."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, kind)}


def unmarked(sources):
    """Return the cells that show numbers which were not computed there, and do not mark them."""
    kept, found = set(), []
    for source in sources:
        tree = ast.parse(re.sub(r"^\s*[%!].*", "", source, flags=re.MULTILINE))
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and KEPT & calls(node.value):
                kept |= set().union(*(names(target, ast.Store) for target in node.targets))
        shown = [part for part in tree.body if not isinstance(part, ast.FunctionDef)]
        read = set().union(*(names(part, ast.Load) for part in shown)) & kept
        shows = {"table", "show", "Markdown"} & calls(tree)
        if shows and read and not re.search(r"\bmark\b|source=", source):
            found.append(f"{', '.join(sorted(read))}: {source.splitlines()[0]}")
    return found


@each_chapter
def test_what_was_not_computed_here_carries_its_mark(chapter):
    assert unmarked(source for kind, _, source, _ in cells_of(chapter) if kind == "code") == []


def test_a_bare_record_is_found():
    load = "found = {name: records.load_result(name) for name in both}"
    says = 'Markdown(f"{found[0]}")'
    assert unmarked([load, says]) == [f"found: {says}"] and unmarked([says, load]) == []
    assert unmarked([load, 'Markdown(f"{found[0]} {plots.mark(found)}")', "plots.table(other)"]) == []


def test_there_are_checks_to_replay():
    assert sum(len(tagged(chapter, CHECK)) for chapter in CHAPTERS) >= 9
