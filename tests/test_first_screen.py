"""The README shows what the command says, and not what it once said."""

import re
import sys

import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "book"))
from first_screen import BLOCK, console


def test_the_readme_shows_what_the_command_says_now():
    [shown] = BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    said = console()
    assert said.count("\n") == 4 and "━" in said
    for line, now in zip(shown.splitlines(), said.splitlines(), strict=True):
        words, words_now = (re.sub(r"[\d━·]+", "", text) for text in (line, now))
        assert words == words_now, "write it anew: python book/first_screen.py"
        numbers, numbers_now = ([int(number) for number in re.findall(r"\d+", text)] for text in (line, now))
        assert numbers == pytest.approx(numbers_now, abs=1)  # another processor rounds in its own way
