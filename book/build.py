"""Build the book: execute every chapter, make the pages, and look whether everything is on them.

    python book/build.py --profile quick --corpus builtin

What is up to date is kept: a chapter is executed again when it, its corpus, the lock, the data files or a
module of genrelib that it imports, or that one of these imports, changed.
It all lands in build/<corpus>-<profile>/, for a folder of yours with six signs more in its name: the executed
chapters in notebooks/, the book in html/.
Exit status: 0 the book is whole; 1 a chapter or a page is not; 2 the call was wrong; 130 stopped by Ctrl-C.
"""

import argparse
import importlib.metadata
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    found = ".".join(map(str, sys.version_info[:2]))
    sys.exit(f"The book needs Python 3.11, 3.12 or 3.13, this is {found}: try  make book PYTHON=python3.12")

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # so that --known works before genrelib is installed

import times  # noqa: E402
from verify import page_names, problems  # noqa: E402

from genrelib import catalog, disk, profiles  # noqa: E402

SHARED = ("data/*.csv", "data/results/*.json", "requirements.txt")  # what any chapter may rest on
PAGES = (
    "_config.yml",
    "_toc.yml",
    "book/*.md",
    "book/*.bib",
    "book/*.py",
    "book/_static/**/*",
    "build/assignments/*/*.ipynb",
    "data/results/hub.json",
    "genrelib/listening/builtin.npz",
    "genrelib/players/*",
    "requirements.txt",
)
KERNEL = {
    "JUPYTER_PREFER_ENV_PATH": "1",  # this environment's kernel, not one of that name in the home folder
    "PYTHONHASHSEED": "0",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}
DEFAULT = {"CORPUS": "builtin", "PROFILE": "quick"}  # what the parameters cell of every chapter says
FEWEST = 5  # clips of a genre: as many as there are folds
CAPTIONED = re.compile(r'<(figure|table)( class="(?:drawn|table) .*?<(?:fig)?caption[^>]*>)', re.DOTALL)
PART = re.compile(r'<script data-part="([\w-]+)">(.*?)</script>', re.DOTALL)  # as `players.widget` writes it
NEEDS = "<!-- what students on a hub take -->"  # where the table stands in book/teaching.md
PROMPTS = {"hide-input": "the code", "hide-cell": "the solution"}  # what waits behind a click, by the tag


class Failure(Exception):
    """The book cannot be built; the message says why in a line or two."""


def main(argv=None, *, do=None, about=__doc__):
    """Build, or do something else with a corpus and a profile, and return the exit status."""
    parser = argparse.ArgumentParser(description=about.split("\n")[0])
    parser.add_argument(
        "--profile",
        default=os.environ.get("PROFILE", DEFAULT["PROFILE"]),
        help=f"how much is computed: {', '.join(profiles.PROFILES)} [default: $PROFILE, or quick]",
    )
    parser.add_argument(
        "--corpus",
        default=os.environ.get("CORPUS", DEFAULT["CORPUS"]),
        help=f"{', '.join(catalog.DATASETS)}, or a folder of yours [default: $CORPUS, or builtin]",
    )
    parser.add_argument("--known", action="store_true", help="only see whether profile and corpus are known")
    choice = parser.parse_args(argv)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # a sign that the terminal lacks stops nothing
    try:
        corpus = known(choice.corpus, choice.profile)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    try:
        if not choice.known:
            (do or build)(corpus, choice.profile)
        return 0
    except (Failure, OSError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. What is finished is kept; the same command goes on from there.", file=sys.stderr)
        return 130


def known(corpus, profile):
    """Return the corpus, a folder or CSV file as an absolute path. Raises ValueError, FileNotFoundError."""
    profiles.profile(profile)
    if corpus in catalog.DATASETS:
        return corpus
    place = Path(os.path.expanduser(corpus))
    if place.is_dir() or (place.is_file() and place.suffix.lower() == ".csv"):
        if disk.shown(place) != str(place):
            raise ValueError(f"{disk.shown(place)}: no page can show this name; rename it")
        return str(place.resolve())
    if place.name != corpus:
        raise FileNotFoundError(f"{disk.shown(corpus)}: no such folder or CSV file")
    raise ValueError(
        f"unknown corpus {corpus!r}: choose one of {', '.join(catalog.DATASETS)}, or give a folder"
    )


def build(corpus, profile):
    """Bring the book of one corpus and profile up to date."""
    os.environ["GENRELIB_DATA"] = str(disk.data_dir().resolve())  # kernels start in another folder
    folder = place_of(corpus, profile)
    theirs = "" if corpus in catalog.DATASETS else listing(corpus)
    shared = disk.digest(corpus, theirs, profile, sys.version_info[:2], contents(SHARED))
    stamp = disk.digest(shared, code_of("from genrelib import records, sources"), contents(["book/build.py"]))
    clips = read(folder / "corpus.json")
    if clips.get("stamp") != stamp:
        clips = look_at_corpus(corpus, profile) | {"stamp": stamp}
        write(folder / "corpus.json", clips)
    seconds = {}
    for chapter in chapters():
        executed = folder / "notebooks" / chapter.name
        stamp = stamp_of(chapter, shared)
        if read(executed).get("metadata", {}).get("genrelib", {}).get("stamp") != stamp:
            execute(chapter, executed, stamp, {"CORPUS": corpus, "PROFILE": profile})
        seconds[chapter.stem] = read(executed)["metadata"]["genrelib"]["seconds"]
    texts = [(folder / "notebooks" / chapter.name).read_bytes() for chapter in chapters()]
    pages = disk.digest(*texts, contents(PAGES))
    if read(folder / "pages.json") != {"of": pages, "are": listing(folder / "html")}:
        clips["pages"] = make_pages(folder, clips, profile, seconds)
        write(folder / "corpus.json", clips)
        write(folder / "pages.json", {"of": pages, "are": listing(folder / "html")})
    report(folder, clips, seconds)


def place_of(corpus, profile):
    """Return the folder that a book is built in; two folders of one name have a place of their own each."""
    own = "" if corpus in catalog.DATASETS else f"-{disk.digest(corpus)[:6]}"
    return disk.build_dir(f"{Path(corpus).name}{own}-{profile}").resolve()


def chapters():
    """Return the paths of the notebooks in the order of the table of contents."""
    names = [name for name in page_names(ROOT / "_toc.yml") if name.startswith("notebooks/")]
    paths = [ROOT / f"{name}.ipynb" for name in names]
    for path in paths:
        if not path.exists():
            raise Failure(f"_toc.yml names {path.relative_to(ROOT)}, which does not exist")
    return paths


def stamp_of(chapter, shared=""):
    """Return a digest of what a chapter is made from: `shared`, itself and the modules that it imports."""
    cells = read(chapter)["cells"]
    program = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return disk.digest(shared, chapter.read_bytes(), code_of(program))


def code_of(source):
    """Return a digest of the modules of genrelib that Python source needs; of all, where it is no Python."""
    try:
        return disk.digest(*map(module_digest, sorted(disk.imported_modules(source))))
    except SyntaxError:  # when the cell is executed, it will be named
        return contents(["genrelib/**/*.py"])


@cache
def module_digest(module):
    """Return a digest of a module of genrelib, without those that it imports."""
    return disk.source_digest({module})


def look_at_corpus(corpus, profile):
    """Make or find the corpus, and describe it: name, clips, checksum, genres, skipped, versions, seconds."""
    from genrelib.records import provenance
    from genrelib.sources import open_corpus

    say("corpus", "opening …")
    start = time.perf_counter()
    try:
        clips = open_corpus(corpus, profile=profile)
        _ = clips.paths  # a book needs sound
    except ValueError as error:
        raise Failure(str(error)) from error
    few = clips.table["genre"].value_counts()
    if few.min() < FEWEST:
        raise Failure(
            f"{corpus}: genre {few.idxmin()!r} has {few.min()} usable clips, and the book needs {FEWEST} to "
            "learn from and to be tested on; add some, or move the genre away"
        )
    skipped = [
        [Path(path).name, reason]
        for path, reason in clips.skipped[["path", "reason"]].itertuples(index=False)
    ]
    return provenance(clips, time.perf_counter() - start) | {
        "source": clips.source,
        "genres": clips.genres,
        "skipped": skipped,
        "braced": [text for text in names_in(clips) if "{" in text],
    }


def names_in(clips):
    """Yield whatever a reader's folders put into a page: names, artists, files and reasons."""
    yield clips.source
    for table in (clips.table.reset_index(), clips.skipped):
        yield from map(str, table.select_dtypes(exclude="number").to_numpy().ravel())


def execute(chapter, executed, stamp, parameters):
    """Execute a notebook into `executed`, which appears only when every cell ran through."""
    import papermill

    say(chapter.stem, "executing …")
    os.environ.update(KERNEL)
    start = time.perf_counter()
    with disk.whole(executed) as part:
        try:
            notebook = papermill.execute_notebook(
                chapter,
                part,
                parameters,
                kernel_name="python3",
                cwd=chapter.parent,
                progress_bar=False,
                extra_arguments=["--log-level=CRITICAL"],
            )
        except papermill.PapermillExecutionError as error:
            raise Failure(where(chapter, error)) from error
        except RuntimeError as error:  # the kernel died or did not start
            raise Failure(f"{chapter.relative_to(ROOT)}: {error}") from error
        seconds = round(time.perf_counter() - start, 1)
        tidy(notebook, default=parameters == DEFAULT)
        notebook.metadata["genrelib"] = {"stamp": stamp, "seconds": seconds}
        part.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    say(chapter.stem, f"{seconds:6.1f} s")


def tidy(notebook, *, default):
    """Take out of an executed notebook what is no part of a page: times, parameters said twice."""
    del notebook.metadata["papermill"]
    for cell in notebook.cells:
        cell.metadata = {key: cell.metadata[key] for key in ("tags", "jupyter") if key in cell.metadata}
        if default and "injected-parameters" in cell.metadata["tags"]:
            cell.metadata["tags"].append("remove-cell")


def paged(notebook, bib, chapter):
    """Make of an executed notebook what its page is made from: with citations, with numbers for its figures
    and tables, with words on what waits behind a click, and with no click that opens nothing but code for the
    next one."""
    from cite import cite

    cite(notebook, bib)
    number(notebook, chapter)
    notebook.cells = joined(notebook.cells)
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        cell.metadata = {"tags": tags}
        for what in [PROMPTS[tag] for tag in tags if tag in PROMPTS]:
            cell.metadata["mystnb"] = {
                f"code_prompt_{verb}": f"{verb.title()} {what}" for verb in ("show", "hide")
            }
    return notebook


def number(notebook, chapter):
    """Number the figures and tables of a chapter in their captions, "Figure 3.2", each with an anchor."""
    counts = dict.fromkeys(("figure", "table"), 0)

    def numbered(match):
        tag, rest = match.groups()
        counts[tag] += 1
        place = f"{tag}-{chapter}-{counts[tag]}"
        name = f"{tag.title()} {chapter}.{counts[tag]}"
        return f'<{tag} id="{place}"{rest}<a class="count" href="#{place}">{name}</a> '

    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if html := "".join(output.get("data", {}).get("text/html", "")):
                output["data"]["text/html"] = CAPTIONED.sub(numbered, html)


def joined(cells):
    """Return cells in which folded code that shows nothing is part of the folded code that follows."""
    kept = []
    for cell in cells:
        pair = [*kept[-1:], cell]
        if len(pair) == 2 and all("hide-input" in each.metadata.get("tags", []) for each in pair):
            if not pair[0].outputs:
                cell.source = f"{kept.pop().source}\n\n\n{cell.source}"
        kept.append(cell)
    return kept


def where(chapter, error):
    """Return 'path, cell 7: ValueError: …' and the cell's first lines; cells are counted as committed."""
    cells = read(chapter)["cells"]
    tagged = [n for n, cell in enumerate(cells) if "parameters" in cell["metadata"].get("tags", [])]
    number = error.cell_index + 1 - bool(tagged and error.cell_index > tagged[0])  # papermill put one cell in
    code = "\n".join(f"    {line}" for line in error.source.strip().splitlines()[:3])
    return f"{chapter.relative_to(ROOT)}, cell {number}: {error.ename}: {error.evalue}\n{code}"


def make_pages(folder, clips, profile, seconds):
    """Make the HTML; when it is whole it takes the place of the old. Returns the seconds it took."""
    say("pages", "making …")
    start = time.perf_counter()
    source = folder / "source"
    lay_out(folder, source)
    (source / "book" / "status.md").write_text(status(clips, profile, seconds), encoding="utf-8")

    fresh = folder / "unchecked"
    shutil.rmtree(fresh, ignore_errors=True)
    command = shutil.which("jupyter-book", path=Path(sys.executable).parent)
    command = [command, "build", source, "--path-output", fresh, "-W", "--keep-going", "-q"]
    paths = os.pathsep.join(filter(None, [str(ROOT / "book"), os.environ.get("PYTHONPATH")]))  # for cite
    environment = os.environ | {"NO_COLOR": "1", "PYTHONIOENCODING": "utf-8", "PYTHONPATH": paths}
    run = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", errors="replace")
    complaints = [line for line in run.stderr.splitlines() if "WARNING" in line or "ERROR" in line]
    if run.returncode or complaints:
        raise Failure(
            "\n".join(["jupyter-book complains:", *complaints] if complaints else [run.stdout, run.stderr])
        )
    found = problems(fresh / "_build" / "html", source, names=clips["braced"])
    if found:
        raise Failure("\n".join([f"The pages in {fresh}/_build/html are not whole:", *found]))
    shutil.rmtree(folder / "html", ignore_errors=True)
    (fresh / "_build" / "html").replace(folder / "html")
    shutil.rmtree(fresh)
    return round(time.perf_counter() - start, 1)


def lay_out(folder, source):
    """Lay out what the pages are made from in the folder `source`."""
    import nbformat

    shutil.rmtree(source, ignore_errors=True)
    shutil.copytree(ROOT / "book", source / "book", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    for name in ("_config.yml", "_toc.yml"):
        shutil.copy(ROOT / name, source / name)
    (source / "notebooks").mkdir()
    for chapter in chapters():
        notebook = nbformat.read(folder / "notebooks" / chapter.name, as_version=4)
        page = paged(notebook, ROOT / "book" / "references.bib", int(chapter.stem[:2]))
        for output in (output for cell in page.cells for output in cell.get("outputs", [])):
            if html := "".join(output.get("data", {}).get("text/html", "")):
                output["data"]["text/html"] = share(html, source / "book")
        nbformat.write(page, source / "notebooks" / chapter.name)
    front_page(source / "book")
    offer(releases(), source / "book")
    for page in (source / "book").glob("*.md"):
        text = page.read_text(encoding="utf-8")
        if NEEDS in text:
            page.write_text(text.replace(NEEDS, needs()), encoding="utf-8")
    files = importlib.metadata.files("sphinx-mathjax-offline")
    mathjax = next(file.locate() for file in files if file.match("static/mathjax/tex-svg.js"))
    (source / "book" / "_static" / "mathjax").mkdir(parents=True, exist_ok=True)
    shutil.copy(mathjax, source / "book" / "_static" / "mathjax")


def share(html, book):
    """Take the large parts of a widget, weights and sounds, out of its HTML into scripts that pages share."""
    scripts = book / "_static" / "heard"
    scripts.mkdir(parents=True, exist_ok=True)
    for key, script in PART.findall(html):
        (scripts / f"{key}.js").write_text(script, encoding="utf-8")
    return PART.sub("", html).replace('data-parts=""', 'data-parts="../_static/heard/"')


def front_page(book):
    """Write what the front page shows: the part that listens, with the network that comes with the book.

    It is made once, for pages are made again more often than it changes.
    """
    weights = (disk.PACKAGE / "listening" / "builtin.npz").read_bytes()
    key = disk.digest(code_of("from genrelib import listening, players, synth"), weights)
    kept = disk.data_dir("pages") / f"listener-{key}.html"
    if not kept.exists():
        from genrelib import listening, players, synth

        pieces = {genre: synth.compose(genre, 0, seed=11, seconds=10) for genre in synth.GENRES}
        songs = {genre: synth.render(piece) for genre, piece in pieces.items()}
        with disk.whole(kept) as part:
            part.write_text(players.listener(listening.load(), songs).data, encoding="utf-8")
    (book / "listener.html").write_text(share(kept.read_text(encoding="utf-8"), book), encoding="utf-8")


def releases():
    """List the assignments as students get them, where `make assignments` has made them."""
    made = sorted((ROOT / "build" / "assignments").glob("[0-9]*/*.ipynb"))
    return [path for path in made if path.stem == path.parent.name]


def offer(notebooks, book):
    """Put notebooks beside the pages, and links to them at the end of the page of assignments."""
    if not notebooks:
        return
    (book / "_static" / "assignments").mkdir()
    links = []
    for path in notebooks:
        shutil.copy(path, book / "_static" / "assignments")
        links.append(f'<a href="../_static/assignments/{path.name}" download>{title(path)}</a>')
    with open(book / "assignments.md", "a", encoding="utf-8") as page:
        page.write("\n".join(["\n## The notebooks\n", *(f"- {link}" for link in links), ""]))


def needs():
    """Return what students on a hub take, as recorded, in Markdown."""
    record = read(ROOT / "data" / "results" / "hub.json")
    origin, size = record["provenance"], record["profile"]["name"]
    rows = [
        f"| {row['what']} | {row['peak_mb']} MB | {row['open_mb']} MB | {row['processor_seconds']:.0f} s |"
        for row in record["notebooks"]
    ]
    return "\n".join(
        [
            "| what ran | at most | while it stays open | processor time |",
            "|:---|---:|---:|---:|",
            *rows,
            "",
            f"Recorded on {origin['date']}, profile *{size}*, on {origin['machine']['system']} "
            f"({origin['machine']['processor']}), by {code(origin['command'])}. "
            "Of what several kernels share, each is given a part: a lone one takes more.",
        ]
    )


def status(clips, profile, seconds):
    """Return the page that says what this copy of the book was made from, in Markdown."""
    from genrelib.plots import literal

    corpus, machine = clips["corpus"], clips["machine"]
    command = f"make book PROFILE={profile} CORPUS={shlex.quote(clips['source'])}"
    skipped = [map(literal, row) for row in clips["skipped"]]
    titles = {path.stem: title(path) for path in chapters()}
    heads = {path.stem: times.told(read(path))[1] for path in chapters()}
    return "\n".join(
        [
            "# How this copy was made",
            "",
            f"These pages were made on {time.strftime('%Y-%m-%d')} by {code(command)} on "
            f"{machine['system']} ({machine['processor']}) with {machine['cores']} cores. "
            "The figures, sounds and results of this run were computed there; results marked as "
            "*recorded* come with the book.",
            "",
            "## The sound",
            "",
            f"Corpus *{literal(corpus['name'])}*: {corpus['clips']} clips in {len(clips['genres'])} genres "
            f"({', '.join(map(literal, clips['genres']))}), checksum `{corpus['checksum']}`. "
            "Two copies of the book with the same checksum were made from the same sound.",
            "",
            "Left out:" if skipped else "No clip was left out.",
            "",
            *([*table(("File", "Reason"), skipped), ""] if skipped else []),
            "## The time",
            "",
            *table(
                ("Part", "As its head says", "Seconds here"),
                [
                    ("The corpus, made or found", "", clips["seconds"]),
                    *(
                        (f"[{titles[name]}](../notebooks/{name}.ipynb)", heads[name], taken)
                        for name, taken in seconds.items()
                    ),
                    ("All chapters", "", round(sum(seconds.values()), 1)),
                ],
            ),
            "",
            "The first lines of a chapter say how long it takes with the profile quick on two cores. What an "
            "earlier run had computed and kept (features, results) was read, not computed again.",
            "",
            "## The versions",
            "",
            *table(("Package", "Version"), clips["versions"].items()),
            "",
        ]
    )


def code(text):
    """Return a text as code in Markdown, whatever backticks it holds."""
    ticks = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{ticks} {text} {ticks}"


def table(heads, rows):
    """Return the lines of a Markdown table whose first column is aligned left, the others right."""
    cells = [[str(cell).replace("|", "\\|") for cell in row] for row in (heads, *rows)]
    first, *others = (f"| {' | '.join(row)} |" for row in cells)
    return [first, f"|:---|{'---:|' * (len(heads) - 1)}", *others]


def title(notebook):
    """Return the first heading of a notebook."""
    text = "".join(
        "".join(cell["source"]) + "\n" for cell in read(notebook)["cells"] if cell["cell_type"] == "markdown"
    )
    return next(line for line in text.splitlines() if line.startswith("# ")).removeprefix("# ")


def report(folder, clips, seconds):
    """Print where the seconds went, and where the book is."""
    rows = {"corpus": clips["seconds"], **seconds, "pages": clips["pages"]}
    print("\n" + "\n".join(f"{name:<24}{taken:8.1f} s" for name, taken in rows.items()))
    print(f"{'':<24}{sum(rows.values()):8.1f} s")
    print(f"\nThe book: {(folder / 'html' / 'index.html').as_uri()}")


def say(name, text):
    """Print a line of progress."""
    print(f"{name:<24}{text}", flush=True)


def contents(patterns):
    """Return a digest of the files of the checkout that match."""
    files = sorted({path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()})
    return disk.digest(
        *(part for path in files for part in (path.relative_to(ROOT).as_posix(), path.read_bytes()))
    )


def listing(place):
    """Return a digest of the names, sizes and times of what lies below a folder, or of what a CSV file lists.

    Empty where there is neither.
    """
    files = [path for path, trouble in disk.walk(place) if not trouble]
    if os.path.isfile(place):
        from genrelib.sources.tables import rows_of

        try:
            named = [row["path"] for _, row, _ in rows_of(place, needed=["path"])]
        except ValueError as error:
            raise Failure(str(error)) from error
        files = [Path(place), *(Path(place).parent / name for name in named)]
    found = sorted((path.as_posix(), path.stat()) for path in files if os.path.isfile(path))
    return disk.digest(*((name, stat.st_size, stat.st_mtime_ns) for name, stat in found))


def read(path):
    """Return what a JSON file or a notebook holds; nothing where there is none."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def write(path, record):
    """Write a JSON file, whole or not at all."""
    with disk.whole(path) as part:
        part.write_text(json.dumps(record, indent=1), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
