"""The setup cell on Colab: it installs what is missing, leaves the rest alone, and fails where it cannot."""

import json
import os
import re
import shutil
import site
import subprocess
import sys
import venv
import zipfile

import pytest
from conftest import ROOT
from packaging.requirements import Requirement

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Colab is Linux")

# Runs cells one after the other, in the bare environment but for IPython, which comes from this one: what the
# cells start, pip above all, sees the bare environment alone.
RUN = """
import sys, types
sites, on_colab, *cells = sys.argv[1:]
sys.path.extend(sites.split(":"))
from IPython.core.interactiveshell import InteractiveShell
if on_colab == "yes":
    sys.modules["google.colab"] = types.ModuleType("google.colab")
shell = InteractiveShell.instance(colors="nocolor")
sys.exit(not all(shell.run_cell(cell).success for cell in cells))
"""
REPOSITORY = re.search(r"url: (\S+)", (ROOT / "_config.yml").read_text(encoding="utf-8"))[1]
LISTED = (ROOT / "requirements-colab.txt").read_text(encoding="utf-8")
NAMES = [Requirement(line).name for line in LISTED.splitlines() if line[0] != "#"]
MISSING = {"oauthlib", "soxr"}
THERE = "0.0.7"  # a version of everything that no lock names


def setup_cell():
    """Return the setup cell of the first chapter; it is the same in all."""
    cells = json.loads((ROOT / "notebooks" / "01_sound.ipynb").read_text(encoding="utf-8"))["cells"]
    return next("".join(cell["source"]) for cell in cells if "setup" in cell["metadata"].get("tags", []))


def metadata(name, version, *needs):
    """Return what the METADATA of a package says."""
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    return "\n".join([*lines, *(f"Requires-Dist: {need}" for need in needs), ""])


def wheel(folder, name, version, *needs):
    """Write a wheel that holds one empty module."""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": "",
        f"{info}/METADATA": metadata(name, version, *needs),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in (*files, f"{info}/RECORD"))
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)


class Colab:
    """A machine like Colab's: its usual packages in other versions, a repository, an index of wheels."""

    def __init__(self, folder, bare):
        self.home, self.index, self.repository = (
            folder / name for name in ("content", "index", "repository")
        )
        for made in (self.home, self.index, self.repository / "genrelib"):
            made.mkdir(parents=True)
        shutil.copytree(bare, folder / "bare", symlinks=True)
        self.python = folder / "bare" / "bin" / "python"
        self.site = next((folder / "bare").glob("lib/python3*/site-packages"))
        for name in {*NAMES} - MISSING:
            info = self.site / f"{name.replace('-', '_')}-{THERE}.dist-info"
            info.mkdir()
            (info / "METADATA").write_text(metadata(name, THERE))
        (self.repository / "genrelib" / "__init__.py").touch()
        (self.repository / "requirements-colab.txt").write_text(LISTED)
        self.git("init", "--quiet")
        self.git("add", ".")
        self.git("-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "--quiet", "--message", "All")

    def git(self, *arguments):
        """Run git in the repository."""
        subprocess.run(["git", *arguments], cwd=self.repository, check=True)

    def run(self, *cells, on_colab=True, repository=None):
        """Run cells in a fresh kernel."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
        environment |= {
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.index),
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"url.{(repository or self.repository).as_uri()}.insteadOf",
            "GIT_CONFIG_VALUE_0": f"{REPOSITORY}.git",
            "IPYTHONDIR": str(self.home.parent / "ipython"),
        }
        command = [self.python, "-c", RUN, ":".join(site.getsitepackages()), "yes" if on_colab else "no"]
        return subprocess.run(
            [*command, *cells], cwd=self.home, env=environment, capture_output=True, encoding="utf-8"
        )

    def versions(self):
        """Return what is installed: name -> version."""
        command = [self.python, "-m", "pip", "list", "--format=json"]
        listed = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
        return {package["name"]: package["version"] for package in listed}


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """An environment that holds pip and nothing else."""
    folder = tmp_path_factory.mktemp("venv") / "bare"
    venv.create(folder, with_pip=True)
    return folder


@pytest.fixture
def colab(tmp_path, bare):
    return Colab(tmp_path, bare)


def test_on_colab_only_what_is_missing_is_installed(colab):
    for name in MISSING:
        wheel(colab.index, name, "9.1")
    for name in ("numpy", "tensorflow"):  # newer ones could be had
        wheel(colab.index, name, "9.1")
    before = colab.versions()
    setup = setup_cell()
    where = "import os, genrelib, soxr; print(os.path.relpath(genrelib.__file__))"
    run = colab.run(setup, setup, where)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "genrelib/__init__.py" in run.stdout.splitlines()
    assert colab.versions() == before | dict.fromkeys(MISSING, "9.1")
    again = colab.run(setup, where)  # the kernel was restarted: it starts outside the book again
    assert again.returncode == 0 and "Cloning" not in again.stderr, again.stdout + again.stderr


def test_on_colab_a_book_that_cannot_be_fetched_stops_the_notebook(colab):
    run = colab.run(setup_cell(), repository=colab.home / "nowhere")
    assert run.returncode == 1
    assert f"RuntimeError: git could not fetch {REPOSITORY}.git" in run.stdout
    assert "nowhere" in run.stdout + run.stderr, "git's own words"


def test_on_colab_a_package_that_cannot_be_had_stops_the_notebook(colab):
    wheel(colab.index, "oauthlib", "9.1")
    run = colab.run(setup_cell())
    assert run.returncode == 1
    assert "RuntimeError: pip could not install what is missing" in run.stdout
    assert "No matching distribution found for soxr" in run.stdout + run.stderr


def test_on_colab_nothing_that_is_there_gives_way_to_a_newer_version(colab):
    wheel(colab.index, "oauthlib", "9.1")
    wheel(colab.index, "soxr", "9.1", "numpy>=1")
    wheel(colab.index, "numpy", "9.1")
    before = colab.versions()
    run = colab.run(setup_cell())
    assert run.returncode == 1 and "pip could not install what is missing" in run.stdout
    assert colab.versions() == before


def test_elsewhere_the_setup_cell_does_nothing(colab):
    before = colab.versions()
    run = colab.run(setup_cell(), on_colab=False)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert colab.versions() == before and not list(colab.home.iterdir())
