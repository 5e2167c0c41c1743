"""The project's own files: its locks, the promises of README and licence, nothing unfinished."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from functools import cache

import pytest
import yaml
from conftest import ROOT
from IPython.core.inputtransformer2 import TransformerManager
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from genrelib.profiles import PROFILES

UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK|lorem ip" r"sum)\b")
PLATFORMS = [
    {"sys_platform": system, "os_name": "nt" if system == "win32" else "posix", "python_version": minor}
    | {"python_full_version": f"{minor}.9", "platform_machine": machine, "implementation_name": "cpython"}
    for system, machine in (("linux", "x86_64"), ("darwin", "arm64"), ("win32", "AMD64"))
    for minor in ("3.11", "3.12", "3.13")
]


LOCKS = ("requirements.txt", "requirements-dev.txt")
DECLARED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = DECLARED["optional-dependencies"]
BASE = DECLARED["dependencies"]
READER = [*BASE, *EXTRAS["book"]]
LISTEN, COMPARE = EXTRAS["listen"], EXTRAS["compare"]
DEV = [*LISTEN, *EXTRAS["teach"], *EXTRAS["scale"], *EXTRAS["dev"]]
CALLED = {
    "otter": "otter-grader",
    "sklearn": "scikit-learn",
    "sphinxcontrib": "sphinxcontrib-bibtex",
    "yaml": "pyyaml",
}
# What is used without being imported: package -> the file that uses it, and the words by which it does.
COMMANDS = {
    "distributed": ("tests/test_store.py", 'importorskip("distributed")'),
    "jupyter-book": ("book/build.py", '"jupyter-book"'),
    "jupyterlab": ("Makefile", "/jupyter lab"),
    "jupytext": ("CONTRIBUTING.md", "/jupytext "),
    "nbstripout": (".pre-commit-config.yaml", "id: nbstripout"),
    "nbval": ("tests/test_notebooks.py", "--nbval"),
    "pre-commit": ("CONTRIBUTING.md", "/pre-commit install"),
    "pytest-xdist": ("Makefile", "--dist loadfile"),
    "ruff": (".github/workflows/test.yml", "/ruff check"),
    "sphinx-mathjax-offline": ("book/build.py", '"sphinx-mathjax-offline"'),
    "uv": ("Makefile", "/uv pip compile"),
}


def lines_of(lock):
    return [line for line in (ROOT / lock).read_text().splitlines() if line.strip()[:1] not in ("", "#")]


def names_of(requirements):
    """Return the canonical names of packages in a list of requirements."""
    return {canonicalize_name(Requirement(line).name) for line in requirements}


def pins(lock, platform):
    """Return what a lock installs on a platform: name -> version."""
    chosen = [
        pin for pin in map(Requirement, lines_of(lock)) if not pin.marker or pin.marker.evaluate(platform)
    ]
    pinned = {canonicalize_name(pin.name): Version(str(pin.specifier)[2:]) for pin in chosen}
    assert len(pinned) == len(chosen), f"{lock} pins a package twice"
    return pinned


def imported(*patterns):
    """Return the packages of others that the Python files and notebooks matching a pattern import."""
    found = set()
    for path in (path for pattern in patterns for path in ROOT.glob(pattern)):
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".ipynb":
            cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
            text = "\n".join(TransformerManager().transform_cell("".join(cell["source"])) for cell in cells)
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add(node.module.split(".")[0])
    own = {
        path.stem
        for folder in ("assignments", "book", "benchmarks", "tests")
        for path in (ROOT / folder).glob("*.py")
    }
    theirs = found - own - {"assignments", "genrelib"} - set(sys.stdlib_module_names)
    return {canonicalize_name(CALLED.get(name, name)) for name in theirs}


@cache
def tracked():
    """Return the text files that are committed or would be, or skip where git is not there to tell."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    kinds = (
        ".py",
        ".md",
        ".yml",
        ".yaml",
        ".toml",
        ".txt",
        ".ipynb",
        ".css",
        ".js",
        ".json",
        ".cff",
        ".bib",
        "",
    )
    return [
        path for path in map(ROOT.joinpath, listed.splitlines()) if path.suffix in kinds and path.is_file()
    ]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_every_package_exactly_and_nothing_else(lock):
    for line in lines_of(lock):
        pin = Requirement(line)  # raises for an option, a hash, the address of an index
        assert pin.url is None and [part.operator for part in pin.specifier] == ["=="], line
    assert "://" not in (ROOT / lock).read_text()


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda p: f"{p['sys_platform']}-{p['python_version']}")
def test_the_locks_hold_what_the_project_asks_for(platform):
    reader, dev = (pins(lock, platform) for lock in LOCKS)
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    for pinned, wishes in ((reader, [*READER, *build]), (dev, [*READER, *DEV])):
        for wish in map(Requirement, wishes):
            assert pinned[canonicalize_name(wish.name)] in wish.specifier, wish
    assert reader.items() <= dev.items(), "what a reader runs, developers run in the same version"


def test_what_is_imported_is_declared_and_what_is_declared_is_used():
    reader = imported("genrelib/**/*.py", "book/[!p]*.py", "notebooks/*.ipynb")
    everybody = reader | imported("book/pdf.py", "assignments/*.py", "benchmarks/*.py", "tests/*.py")
    commands = {
        name for name, (path, words) in COMMANDS.items() if words in (ROOT / path).read_text(encoding="utf-8")
    }
    assert commands == COMMANDS.keys()
    assert reader <= names_of([*READER, *LISTEN]), "imported by what a reader runs, and not declared"
    assert everybody <= names_of([*READER, *DEV, *COMPARE]), "imported, and not declared"
    assert names_of(READER) <= reader | commands, "declared for readers, and not used"
    assert names_of([*DEV, *COMPARE]) <= everybody | commands, "declared, and not used"


def test_colab_is_asked_for_what_genrelib_and_the_chapters_import():
    lines = lines_of("requirements-colab.txt")
    assert lines == sorted(names_of(lines)), "names alone, without versions"
    assert set(lines) == imported("genrelib/**/*.py", "notebooks/*.ipynb") - names_of(LISTEN)


def test_what_names_a_song_is_declared_as_the_base():
    rooms = ("listening/*", "features", "audio", "disk", "acquire/download", "acquire/archives")
    on_the_way = imported(*(f"genrelib/{room}.py" for room in rooms))
    assert names_of(BASE) == on_the_way - names_of(LISTEN)


def test_pre_commit_uses_the_versions_of_the_lock():
    pinned = {pin.name: str(pin.specifier)[2:] for pin in map(Requirement, lines_of("requirements-dev.txt"))}
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    assert {hook["repo"].split("/")[-1]: hook["rev"] for hook in hooks} == {
        "ruff-pre-commit": f"v{pinned['ruff']}",
        "nbstripout": pinned["nbstripout"],
    }


def test_readers_install_from_the_readers_lock():
    assert "-r ../requirements.txt" in (ROOT / ".binder" / "requirements.txt").read_text().splitlines()
    for reader in ("Dockerfile", "README.md", ".github/workflows/test.yml"):
        text = (ROOT / reader).read_text(encoding="utf-8")
        assert "-r requirements.txt" in text and "requirements-dev.txt" not in text, reader


@pytest.fixture
def project(tmp_path):
    """A folder with the Makefile and a Python and a uv that only note how they are called, in calls.txt."""
    for name in ("Makefile", "pyproject.toml", *LOCKS):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "bin").mkdir()
    python = tmp_path / "bin" / "python3"
    python.write_text(
        '#!/bin/sh\necho "${0##*/} $*" >> calls.txt\n'
        'case "$*" in "-m venv .venv") mkdir -p .venv/bin; cp "$0" .venv/bin/python;;\n'
        "*uv==*) [ -e registry ] || exit 1; cp uv .venv/bin/uv;; esac\n"
    )
    (tmp_path / "uv").write_text('#!/bin/sh\necho "uv $*" >> calls.txt\n[ ! -e broken ]\n')
    for program in (python, tmp_path / "uv"):
        program.chmod(0o755)
    return tmp_path


def make(project, *arguments, path="", **variables):
    """Run make in a folder, and return how it ended."""
    environment = {name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ} | variables
    environment["PATH"] = f"{path}{project / 'bin'}:/usr/bin:/bin"
    return subprocess.run(
        [shutil.which("make"), *arguments], cwd=project, env=environment, capture_output=True, text=True
    )


with_make = pytest.mark.skipif(not shutil.which("make"), reason="no make")


@with_make
@pytest.mark.parametrize(
    "files", [("registry",), (), ("registry", "broken")], ids=["uv", "no uv", "broken uv"]
)
@pytest.mark.parametrize(
    ("goal", "locks"), [(".venv/installed", LOCKS[:1]), (".venv/installed-dev", LOCKS)], ids=["reader", "dev"]
)
def test_make_installs_with_uv_and_otherwise_with_pip(project, files, goal, locks):
    for name in files:
        (project / name).touch()
    assert make(project, goal).returncode == 0
    calls = (project / "calls.txt").read_text().splitlines()
    by_uv = [call.split()[-1] for call in calls if call.startswith("uv pip install")]
    by_pip = [
        call.split()[-1] for call in calls if call.startswith("python -m pip install") and " -r " in call
    ]
    assert by_uv == (list(locks) if "registry" in files else [])
    assert by_pip == ([] if files == ("registry",) else list(locks))
    assert (project / goal).exists()


@with_make
@pytest.mark.parametrize("corpus", ["builtin", "/x/Mum's music", 'a "b" $HOME $(shell id) `id`', "A$AP"])
@pytest.mark.parametrize("named", ["option", "environment"])
def test_make_hands_any_folder_to_the_build_as_it_is(project, corpus, named):
    (project / ".venv" / "bin").mkdir(parents=True)
    for program in (project / "bin" / "python3", project / ".venv" / "bin" / "python"):
        program.write_text('#!/bin/sh\nprintf "%s|%s|%s\\n" "$CORPUS" "$PROFILE" "$*" >> asked.txt\n')
        program.chmod(0o755)
    (project / ".venv" / "installed").touch()
    given = {"CORPUS": corpus} if named == "environment" else {}
    option = [f"CORPUS={corpus}"] if named == "option" else []
    run = make(project, "book", *option, **given)
    assert run.returncode == 0, run.stderr
    assert (project / "asked.txt").read_text().splitlines() == [
        f"{corpus}|quick|book/build.py --known",
        f"{corpus}|quick|book/build.py",
    ]


def left_out(path, patterns):
    """Say whether .dockerignore leaves a path out: the last pattern that fits it or a parent decides."""
    out = False
    for pattern in patterns:
        form = re.escape(pattern.removeprefix("!")).replace(r"\*\*/", "(?:.*/)?").replace(r"\*", "[^/]*")
        if re.fullmatch(f"{form}(?:/.*)?", path):
            out = not pattern.startswith("!")
    return out


def test_an_image_holds_what_is_committed_and_nothing_of_yours():
    patterns = lines_of(".dockerignore")
    committed = [path.relative_to(ROOT).as_posix() for path in tracked()]
    assert not [path for path in committed if left_out(path, patterns)]
    for path in (
        "data/gtzan_mini/blues/1.wav",
        "data/corpora/builtin/a.flac",
        "data/features/a.h5",
        "data/models/ours.keras",
        "data/runs/a.json",
        "build/builtin-quick/html/index.html",
        ".venv/bin/python",
        "genrelib/synth/__pycache__/a.pyc",
    ):
        assert left_out(path, patterns), path


def test_a_wheel_holds_all_of_genrelib_and_its_command(tmp_path):
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "genrelib", tmp_path / "genrelib", ignore=shutil.ignore_patterns("__pycache__"))
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
    ]
    subprocess.run([*command, "--wheel-dir", tmp_path, tmp_path], check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        names = set(wheel.namelist())
        entries = wheel.read(next(name for name in names if name.endswith("entry_points.txt"))).decode()
    assert {
        path.relative_to(ROOT).as_posix() for path in tracked() if (ROOT / "genrelib") in path.parents
    } <= names
    assert "genrelib = genrelib.__main__:main" in entries


def test_the_workflows_and_settings_can_be_read():
    workflows = [yaml.safe_load(path.read_text()) for path in (ROOT / ".github" / "workflows").glob("*.yml")]
    commands = [
        step.get("run", "") for flow in workflows for job in flow["jobs"].values() for step in job["steps"]
    ]
    assert {"make test", "make book", "python book/links.py"} <= set(commands)
    assert json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())["build"]
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    settings = yaml.safe_load((ROOT / "_config.yml").read_text())
    assert cited["version"] == declared["version"]
    assert cited["repository-code"] == settings["repository"]["url"]
    assert cited["title"].startswith(settings["title"])


def test_the_readme_gives_the_commands_that_there_are():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)) - {"known"}
    assert (
        {"book", "test", "lab"} <= set(re.findall(r"(?:^|`)make ([a-z]+)", readme, re.MULTILINE)) <= targets
    )
    for profile in PROFILES.values():
        row = rf"\| `{profile.name}` \|.*\| {profile.clips_per_genre} \| {profile.seeds} \|"
        assert re.search(row, readme), profile
    for path in re.findall(r"\]\(([\w./]+)\)", readme):
        assert (ROOT / path).exists(), path
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert all(name in licence and name in readme for name in ("MIT", "CC BY 4.0", "CC0"))


def test_nothing_is_left_unfinished():
    marked = {
        str(path.relative_to(ROOT)): UNFINISHED.findall(path.read_text(encoding="utf-8"))
        for path in tracked()
    }
    assert {path: marks for path, marks in marked.items() if marks} == {}
