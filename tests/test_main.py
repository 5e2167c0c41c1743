"""The command line explains itself."""

import warnings

import click
import pytest
from click.testing import CliRunner

from genrelib.__main__ import main


def test_the_verbs_are_listed_in_the_order_of_the_street_each_with_a_whole_sentence():
    listed = CliRunner().invoke(main, ["--help"]).output.partition("Commands:\n")[2].splitlines()
    assert [line.split()[0] for line in listed] == list(main.commands)
    assert listed[0].split()[0] == "datasets" and listed[-1].split()[0] == "record"
    assert [line for line in listed if not line.endswith(".") or line.endswith("...")] == []


@pytest.mark.parametrize("verb", main.commands)
def test_every_option_of_a_verb_is_explained(verb):
    for option in main.commands[verb].params:
        if isinstance(option, click.Option):
            assert option.help and option.help.partition("  [")[0].endswith("."), option.name
    assert CliRunner().invoke(main, [verb, "-h"]).exit_code == 0


def test_a_warning_is_one_line_without_code(monkeypatch):
    def warned(name, **options):
        warnings.warn("the artists stay unknown", stacklevel=2)
        raise ValueError("and no genres")

    monkeypatch.setattr("genrelib.sources.open_corpus", warned)
    run = CliRunner().invoke(main, ["corpus", "mine"])
    assert run.stderr == "genrelib: the artists stay unknown\ngenrelib: and no genres\n"
