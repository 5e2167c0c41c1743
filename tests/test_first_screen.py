"""The README shows what the command says, and not what it once said."""

import os
import re
import sys
from xml.etree import ElementTree

import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "book"))
from first_screen import BLOCK, RECORDING, console, recording, seen

ANEW = "write it anew: python book/first_screen.py"


def same(line, now):
    """Compare words, and numbers as far as another processor may round in its own way."""
    words, words_now = (re.sub(r"[\d━·█ ]+", " ", text) for text in (line, now))
    assert words == words_now, ANEW
    numbers, numbers_now = ([int(number) for number in re.findall(r"\d+", text)] for text in (line, now))
    assert numbers == pytest.approx(numbers_now, abs=1)


def test_the_readme_shows_what_the_command_says_now():
    [shown] = BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    said = console()
    assert said.count("\n") == 4 and "━" in said
    for line, now in zip(shown.splitlines(), said.splitlines(), strict=True):
        same(line, now)


@pytest.mark.skipif(os.name == "nt", reason="no terminal to be recorded on Windows")
def test_the_recording_shows_what_a_terminal_shows_now():
    pytest.importorskip("av")
    lines, text = seen(), RECORDING.read_text(encoding="utf-8")
    frames = [e.text for e in ElementTree.fromstring(text).iter() if e.get("class") == "frame"]
    assert len(frames) == len(lines) == 30 and len(text.encode()) < 20_000
    assert re.sub(r">[^<]*</t", "></t", text) == re.sub(r">[^<]*</t", "></t", recording(lines)), ANEW
    same(frames[-1], lines[-1])
    assert f"({RECORDING.relative_to(ROOT).as_posix()})" in (ROOT / "README.md").read_text(encoding="utf-8")
