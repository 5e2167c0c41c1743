"""The link check: it finds every external address, and tells what is gone from what only refuses programs."""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "book"))
import links


class Server(BaseHTTPRequestHandler):
    """Answers /<status> with that status, and /flaky with 503 the first time; /moved leads to /200."""

    asked = 0

    def do_GET(self):
        status = self.path[1:]
        if status == "flaky":
            Server.asked += 1
            status = "503" if Server.asked == 1 else "200"
        self.send_response(301 if status == "moved" else int(status))
        if status == "moved":
            self.send_header("Location", "/200")
        self.end_headers()

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(links, "PAUSE", 0)
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("200", None),
        ("moved", None),
        ("403", None),
        ("flaky", None),
        ("404", "404 Not Found"),
        ("410", "410 Gone"),
        ("500", "500 Internal Server Error"),
    ],
)
def test_what_is_there_and_what_is_gone(server, path, reason):
    assert links.gone(f"{server}/{path}") == reason


def test_a_host_that_does_not_answer_is_gone(server):
    assert links.gone("http://127.0.0.1:9/") == "ConnectionError"


def test_addresses_are_found_in_text_code_and_references(tmp_path):
    cells = [
        {"cell_type": "markdown", "source": ["See [a (b)](https://a.org/x_(y)), <https://b.org>."]},
        {"cell_type": "code", "source": ["Markdown(f'[{who}](https://d.org)')"]},
    ]
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "01_one.ipynb").write_text(json.dumps({"cells": cells}))
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "page.md").write_text("It lies at https://a.org/x_(y). `http://127.0.0.1:8000/`")
    entry = "@misc{k, author={A, B}, title={T}, year={2001}, doi={10.1/2}, url={https://c.org/p}}"
    (tmp_path / "book" / "references.bib").write_text(entry)
    found = links.addresses(tmp_path)
    places = {address: names for address, names in found.items() if "genrelib/catalog.py" not in names}
    assert places == {
        "https://a.org/x_(y)": {"book/page.md", "notebooks/01_one.ipynb"},
        "https://b.org": {"notebooks/01_one.ipynb"},
        "https://d.org": {"notebooks/01_one.ipynb"},
        "https://c.org/p": {"book/references.bib"},
        "https://doi.org/10.1/2": {"book/references.bib"},
    }
    assert any(address.endswith(".zip") for address in found), "the data sets' files"
