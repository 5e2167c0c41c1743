"""In JupyterLab itself, the part that listens hears a microphone and a file."""

import os
import subprocess
import sys
import time

import nbformat
import pytest
from conftest import ROOT

from genrelib import audio, listening, synth


@pytest.fixture
def lab(tmp_path):
    """The address of a JupyterLab on a folder with one notebook, which shows the part and no clips."""
    cell = nbformat.v4.new_code_cell(
        "from genrelib import listening, players\nplayers.listener(listening.load(), {})"
    )
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata=kernel), tmp_path / "own.ipynb")
    settings = {"ip": "127.0.0.1", "root_dir": tmp_path, "port": 8931, "allow_root": "True"}
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--IdentityProvider.token="]
    command += [f"--ServerApp.{name}={value}" for name, value in settings.items()]
    paths = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    server = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"PYTHONPATH": paths},
    )
    for line in server.stdout:
        if "is running at" in line:
            address = next(server.stdout).split()[-1].partition("/lab")[0]
            break
    else:
        pytest.fail("JupyterLab does not start")
    yield f"{address}/lab/tree/own.ipynb"
    server.terminate()
    server.wait()


@pytest.mark.campaign
def test_the_part_that_listens_hears_a_microphone_and_a_file_in_jupyterlab(lab, open_browser, tmp_path):
    songs = {
        genre: synth.render(synth.compose(genre, 3, seed=7, seconds=20)) for genre in ("metal", "classical")
    }
    for genre, y in songs.items():
        audio.write(tmp_path / f"{genre}.wav", y)
    fake = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    chromium = open_browser(*fake, f"--use-file-for-fake-audio-capture={tmp_path / 'metal.wav'}")
    page, errors = chromium.new_page(), []
    page.on("pageerror", lambda error: errors.append(error))
    page.goto(lab, timeout=120_000)
    page.locator(".jp-Notebook .jp-CodeCell .cm-content").first.click(timeout=120_000)
    said, until = page.locator(".jp-OutputArea .said"), time.monotonic() + 120
    while not said.count() and time.monotonic() < until:  # the kernel may not be there yet
        page.keyboard.press("Control+Enter")
        page.wait_for_timeout(3000)
    page.get_by_role("button", name="Microphone").click()
    page.wait_for_function("document.querySelector('.end').textContent === '0:08'", timeout=60_000)
    model = listening.load()
    heard = model.genres[listening.classify(model, songs["metal"][: 8 * audio.SR]).argmax()]
    assert said.inner_text() == f"Microphone: the network says {heard}."
    page.get_by_role("button", name="Microphone").click()
    page.locator("input[type=file]").last.set_input_files(tmp_path / "classical.wav")
    best = model.genres[listening.classify(model, songs["classical"]).argmax()]
    page.wait_for_function("document.querySelector('.said').textContent.includes('classical.wav: the')")
    assert f"classical.wav: the network says {best}" in said.inner_text() and errors == []
    chromium.close()
