"""What several tests share."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from pathlib import Path

import own_folder
import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "book"))

BOOKS = ("book", "own_book")
AXE = """axe.run({resultTypes: ['violations']}).then(({violations}) => violations.map(
  ({id, nodes}) => `${id}: ${nodes.slice(0, 3).map(node => node.html.slice(0, 120)).join(' | ')}`))"""
PATIENCE = 1800  # seconds that a worker waits for another's book


class Books:
    """The whole books that tests look at, built in turn beside the tests that need none."""

    def __init__(self, home):
        self.pool, self.process, self.home = ThreadPoolExecutor(1), None, home
        self.corpora = {"book": "builtin", "own_book": str(home / own_folder.NAME)}

    def start(self, name):
        """Put the tiny book of a corpus on the list of what is to be built."""
        self.pool.submit(self._build, name)

    def _build(self, name):
        command = [sys.executable, ROOT / "book" / "build.py", "--profile", "tiny"]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "encoding": "utf-8"}
        env = os.environ | {"CORPUS": self.corpora[name], "NUMBA_CACHE_DIR": str(self.home / "numba-books")}
        self.process = subprocess.Popen(command, env=env, **pipes)
        said, _ = self.process.communicate()
        whole = self.home / f"{name}.part"
        whole.write_text(json.dumps([self.process.returncode, said]), encoding="utf-8")
        whole.rename(self._report(name))

    def _report(self, name):
        return self.home / f"{name}.json"

    def wait(self, name):
        """Return where a book lies when it is built; fail, with what was said, if it cannot be."""
        from build import place_of

        end = time.monotonic() + PATIENCE
        while not self._report(name).exists():
            assert time.monotonic() < end, f"nobody has built the book of {self.corpora[name]}"
            time.sleep(0.2)
        code, said = json.loads(self._report(name).read_text("utf-8"))
        assert code == 0, f"the book could not be built:\n{said[-6000:]}"
        return place_of(self.corpora[name], "tiny")

    def stop(self, finish):
        """End the building, or see it through for other workers that wait."""
        self.pool.shutdown(wait=finish, cancel_futures=not finish)
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait()


def pytest_configure(config):
    """Agree on the folder of the books, and on who builds them: of several workers, the first."""
    told = getattr(config, "workerinput", {})
    worker = told.get("workerid", "gw0")
    config.books = Books(Path(told.get("books") or tempfile.mkdtemp()))
    config.builds = worker == "gw0"
    # two processes that fill one cache can crash each other: https://github.com/numba/numba/issues/10128
    os.environ["NUMBA_CACHE_DIR"] = str(config.books.home / f"numba-{worker}")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    node.workerinput["books"] = str(node.config.books.home)


def pytest_collection_modifyitems(items):
    """Put the files whose tests need a whole book last, in the order of the books, built meanwhile."""
    late = {
        item.path: place for place, name in enumerate(BOOKS) for item in items if name in item.fixturenames
    }
    items.sort(key=lambda item: late.get(item.path, -1))


def pytest_collection_finish(session):
    if session.config.option.collectonly or not session.config.builds:
        return
    wanted = {name for item in session.items for name in item.fixturenames}
    if "own_book" in wanted:
        own_folder.make(session.config.books.home)
    for name in BOOKS:
        if name in wanted:
            session.config.books.start(name)


def pytest_sessionfinish(session):
    is_worker = hasattr(session.config, "workerinput")
    session.config.books.stop(finish=is_worker)
    if not is_worker:
        shutil.rmtree(session.config.books.home)


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
def book(pytestconfig):
    """The folder of the book of the tiny profile: executed notebooks in notebooks/, pages in html/."""
    return pytestconfig.books.wait("book")


@pytest.fixture(scope="session")
def own_book(pytestconfig):
    """The book of a folder of one's own, likewise."""
    return pytestconfig.books.wait("own_book")


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


@pytest.fixture(scope="session")
def axe():
    """Ask axe-core what is wrong with a page in a browser: a line for each rule that is broken."""
    pytest.importorskip("axe_playwright_python", reason="requirements-dev.txt is not installed")
    import axe_playwright_python

    script = (resources.files(axe_playwright_python) / "axe.min.js").read_text("utf-8")

    def broken(page):
        page.evaluate(script)
        return page.evaluate(AXE)

    return broken
