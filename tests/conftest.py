"""What several tests share."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


@pytest.fixture
def data(tmp_path, monkeypatch):
    """An empty data folder of the test's own."""
    monkeypatch.setenv("GENRELIB_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture(scope="session")
def toy(tmp_path_factory):
    """The toy corpus; the files are there, the sound is not."""
    from toys import make_corpus

    path = tmp_path_factory.mktemp("corpus") / "sound"
    path.write_bytes(b"x")
    return make_corpus(path)


@pytest.fixture(scope="session")
def real():
    """The folder of real recordings beside the checkout; skips the test where there is none."""
    folder = ROOT.parent / "shared" / "real"
    if not folder.is_dir():
        pytest.skip("no real recordings in ../shared/real")
    return folder


@pytest.fixture(scope="session")
def book():
    """The folder of the book of the tiny profile: executed notebooks in notebooks/, pages in html/."""
    command = [sys.executable, ROOT / "book" / "build.py", "--profile", "tiny"]
    built = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert built.returncode == 0, (
        f"the book could not be built:\n{built.stdout[-2000:]}\n{built.stderr[-4000:]}"
    )
    return ROOT / "build" / "builtin-tiny"


@pytest.fixture(scope="session")
def browser():
    """A Chromium: `$CHROMIUM`, or the first that is found under its usual names."""
    found = next(filter(None, [os.environ.get("CHROMIUM"), *map(shutil.which, CHROMIUM)]), None)
    if not found:
        pytest.skip(f"no Chromium: set CHROMIUM to one, or install one of {', '.join(CHROMIUM)}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        options = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--no-first-run",
        ]
        chromium = playwright.chromium.launch(executable_path=found, args=options)
        yield chromium
        chromium.close()
