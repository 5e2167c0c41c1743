"""Data walks down one street: a module imports only from its own room and from those above it."""

import inspect
import re
from importlib import import_module, util

import pytest

import genrelib
from genrelib import disk

RANK = {room: rank for rank, room in enumerate(genrelib.__all__)}
PATHS = sorted(disk.PACKAGE.rglob("*.py"))
MODULES = [".".join(path.relative_to(disk.CHECKOUT).with_suffix("").parts) for path in PATHS]
MODULES = [name.removesuffix(".__init__") for name in MODULES]


def room_of(module):
    return module.split(".")[1]


def test_every_room_is_listed_and_described():
    assert {room_of(name) for name in MODULES if "." in name} - {"__main__"} == set(RANK)
    described = [line.split("`")[1] for line in genrelib.__doc__.splitlines() if line.startswith("`")]
    assert described == [*RANK, "genrelib"]


@pytest.mark.parametrize("module", [name for name in MODULES if name.count(".") and "__main__" not in name])
def test_a_module_imports_only_from_rooms_above_it(module):
    needed = disk.imported_modules(f"import {module}")
    assert [name for name in sorted(needed) if RANK[room_of(name)] > RANK[room_of(module)]] == []


@pytest.mark.parametrize("module", [name for name in MODULES if name.rpartition(".")[2][0] != "_"])
def test_a_module_says_what_of_it_is_public(module):
    found = import_module(module)
    assert len(set(found.__all__)) == len(found.__all__)
    parts = {name for name in found.__all__ if hasattr(found, "__path__") and _is_module(f"{module}.{name}")}
    assert [name for name in found.__all__ if name not in parts and not hasattr(found, name)] == []
    assert [name for name in found.__all__ if name[0] == "_"] == []


def _is_module(name):
    return util.find_spec(name) is not None


PUBLIC = [
    name for name in MODULES if name.rpartition(".")[2][0] != "_" and not name.startswith("genrelib.synth.")
]


@pytest.mark.parametrize("module", PUBLIC)
def test_a_docstring_names_every_parameter_of_a_public_function(module):
    found = import_module(module)
    for name in found.__all__:
        function = inspect.unwrap(getattr(found, name, None))
        if inspect.isfunction(function):
            assert sorted(_described(function)) == sorted(inspect.signature(function).parameters), name


def _described(function):
    """Return the names in the section of parameters of a docstring."""
    section = inspect.getdoc(function).partition("Parameters\n----------\n")[2]
    section = re.split(r"\n\n\w+\n---", section)[0]
    entries = [line.split(" : ")[0] for line in section.splitlines() if line[:1].strip()]
    return [name.strip().lstrip("*") for entry in entries for name in entry.split(",")]
