"""Sentences that a chapter builds from its result: they read right for the opposite result, too."""

import ast
import json

import pytest
from conftest import ROOT

from genrelib import plots, training

STOPPED = training.PATIENCE


def functions(chapter, **names):
    """Return the functions that the cells of a chapter define, as a dict; `names` is what they find there."""
    cells = json.loads((ROOT / "notebooks" / f"{chapter}.ipynb").read_text(encoding="utf-8"))["cells"]
    for cell in cells:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and source.startswith("def "):
            defined = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
            exec(compile(ast.Module(defined, []), chapter, "exec"), names)
    return names


def curves(training_part, validation_part):
    return {"accuracy": training_part, "val_accuracy": validation_part}


@pytest.mark.parametrize(
    ("training_part", "best", "says"),
    [
        ([0.5, 0.72] + STOPPED * [0.9], 1, "rose to 90 %: the network was learning by heart"),
        ([0.1, 0.12] + STOPPED * [0.13], 1, f"In the {STOPPED} epochs after that neither part improved"),
        ([0.5, 0.6, 0.7, 0.8], 1, "reached its limit 2 epochs later; more might help"),
        ([0.5, 0.6, 0.7], 2, "more epochs would probably help"),
    ],
)
def test_how_a_training_ended_is_said_from_its_best_epoch_and_its_patience(training_part, best, says):
    ending = functions("08_training", plots=plots, training=training)["ending"]
    said = ending(curves(training_part, [0.5] * len(training_part)), best).replace("\N{NO-BREAK SPACE}", " ")
    assert says in said
    assert ("by heart" in said) == ("by heart" in says) and ("help" in said) == ("help" in says)


def test_a_gap_between_the_parts_is_said_where_there_is_one():
    names = functions("08_training", plots=plots, training=training, by="artist")
    wide, narrow = (names["gap"](curves([0.9], [low]), 0) for low in (0.5, 0.88))
    assert "The gap of 40 points is what it owes to clips and artists" in wide
    assert "no large gap" in narrow and "owes" not in narrow
    names["by"] = "clip"
    assert "artists" not in names["gap"](curves([0.9], [0.5]), 0)
