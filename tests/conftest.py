"""What several tests share."""

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "book"))


class Books:
    """The whole books that tests look at, built in turn beside the tests that need none."""

    def __init__(self):
        self.pool, self.process, self.home = ThreadPoolExecutor(1), None, tempfile.TemporaryDirectory()
        self.corpora, self.built = {}, {}

    def start(self, name, corpus):
        """Put the tiny book of a corpus on the list of what is to be built."""
        self.corpora[name] = str(corpus)
        self.built[name] = self.pool.submit(self._build, str(corpus))

    def _build(self, corpus):
        command = [sys.executable, ROOT / "book" / "build.py", "--profile", "tiny"]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "encoding": "utf-8"}
        self.process = subprocess.Popen(command, env=os.environ | {"CORPUS": corpus}, **pipes)
        said, _ = self.process.communicate()
        return self.process.returncode, said

    def wait(self, name):
        """Return where a book lies when it is built; fail, with what was said, if it cannot be."""
        from build import place_of

        code, said = self.built[name].result()
        assert code == 0, f"the book could not be built:\n{said[-6000:]}"
        return place_of(self.corpora[name], "tiny")

    def stop(self):
        self.pool.shutdown(wait=False, cancel_futures=True)
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait()
        self.home.cleanup()


BOOKS = Books()


def pytest_collection_modifyitems(items):
    """Put the files whose tests need a whole book last, so that it is built meanwhile."""
    late = {item.path for item in items if {"book", "own_book"} & set(item.fixturenames)}
    items.sort(key=lambda item: item.path in late)


def pytest_collection_finish(session):
    if session.config.option.collectonly:
        return
    wanted = {name for item in session.items for name in item.fixturenames}
    if "book" in wanted:
        BOOKS.start("book", "builtin")
    if "own_book" in wanted:
        import own_folder

        BOOKS.start("own_book", own_folder.make(Path(BOOKS.home.name)))


def pytest_sessionfinish():
    BOOKS.stop()


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
    return BOOKS.wait("book")


@pytest.fixture(scope="session")
def own_book():
    """The book of a folder of one's own, likewise."""
    return BOOKS.wait("own_book")


@pytest.fixture(scope="session")
def open_browser():
    """Start a Chromium with options of one's own: `$CHROMIUM`, or the first found under its usual names."""
    from pdf import CHROMIUM, find_chromium

    found = find_chromium()
    if not found:
        pytest.skip(f"no Chromium: set CHROMIUM to one, or install one of {', '.join(CHROMIUM)}")
    from playwright.sync_api import sync_playwright

    options = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--no-first-run",
    ]
    with sync_playwright() as playwright:
        yield lambda *more: playwright.chromium.launch(executable_path=found, args=[*options, *more])


@pytest.fixture(scope="session")
def browser(open_browser):
    """A Chromium."""
    chromium = open_browser()
    yield chromium
    chromium.close()
