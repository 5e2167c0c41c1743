"""What several tests share."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def data(tmp_path, monkeypatch):
    """An empty data folder of the test's own."""
    monkeypatch.setenv("GENRELIB_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture(scope="session")
def real():
    """The folder of real recordings beside the checkout; a test that needs it is skipped where there is none."""
    folder = ROOT.parent / "shared" / "real"
    if not folder.is_dir():
        pytest.skip("no real recordings in ../shared/real")
    return folder
