"""The project's own files: one lock, the promises of README and licence, nothing unfinished."""

import json
import re
import subprocess
import tomllib
from functools import cache
from itertools import chain

import pytest
import yaml
from conftest import ROOT
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


def lines_of_the_lock():
    return [line for line in (ROOT / "requirements.txt").read_text().splitlines() if line and line[0] != "#"]


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


def test_the_lock_pins_every_package_exactly_and_nothing_else():
    for line in lines_of_the_lock():
        pin = Requirement(line)  # raises for an option, a hash, an address of an index
        assert pin.url is None and [part.operator for part in pin.specifier] == ["=="], line


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda p: f"{p['sys_platform']}-{p['python_version']}")
def test_the_lock_holds_what_the_project_asks_for(platform):
    pins = map(Requirement, lines_of_the_lock())
    chosen = [pin for pin in pins if pin.marker is None or pin.marker.evaluate(platform)]
    pinned = {canonicalize_name(pin.name): Version(str(pin.specifier)[2:]) for pin in chosen}
    assert len(pinned) == len(chosen), "a package is pinned twice"
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for line in chain(declared["dependencies"], *declared["optional-dependencies"].values()):
        wish = Requirement(line)
        assert pinned[canonicalize_name(wish.name)] in wish.specifier, line


def test_pre_commit_uses_the_versions_of_the_lock():
    pinned = {pin.name: str(pin.specifier)[2:] for pin in map(Requirement, lines_of_the_lock())}
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    assert {hook["repo"].split("/")[-1]: hook["rev"] for hook in hooks} == {
        "ruff-pre-commit": f"v{pinned['ruff']}",
        "nbstripout": pinned["nbstripout"],
    }


def test_everybody_reads_the_one_lock():
    assert "-r ../requirements.txt" in (ROOT / ".binder" / "requirements.txt").read_text().splitlines()
    for reader in (
        "Makefile",
        "Dockerfile",
        "README.md",
        ".github/workflows/test.yml",
    ):
        assert "-r requirements.txt" in (ROOT / reader).read_text(encoding="utf-8"), reader
    setup = (ROOT / "notebooks" / "01_sound.ipynb").read_text(encoding="utf-8")
    assert "-r requirements-colab.txt" in setup and (ROOT / "requirements-colab.txt").exists()


def test_the_workflows_and_settings_can_be_read():
    workflows = [yaml.safe_load(path.read_text()) for path in (ROOT / ".github" / "workflows").glob("*.yml")]
    commands = [
        step.get("run", "") for flow in workflows for job in flow["jobs"].values() for step in job["steps"]
    ]
    assert {"make test", "make book"} <= set(commands)
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
