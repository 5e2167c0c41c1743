"""One table makes every record, and every committed record is as that table would make it now."""

import inspect
import platform

import pandas as pd
import pytest
from click.testing import CliRunner

from genrelib import disk, listening, profiles, records
from genrelib.__main__ import main
from genrelib.corpus import Corpus
from genrelib.studies import chapters, recorded
from genrelib.studies.recorded import OWN, RECORDS, Record

PATHS = (disk.CHECKOUT / "data" / "results").glob("*.json")


def test_the_table_and_the_folder_hold_the_same_records():
    assert sorted(RECORDS) == sorted(path.stem for path in PATHS)


@pytest.mark.parametrize("name", RECORDS)
def test_a_committed_record_is_of_the_corpus_as_it_renders_now_and_names_its_command(name):
    """Compare the digest of the code that renders, and not the checksum of the sound.

    The checksum depends on the processor, which rounds sums in its own way. The digest is one of the syntax
    tree, which Python writes otherwise in another minor version.
    """
    declared, record = RECORDS[name], records.load_result(name)
    origin = record["provenance"]
    assert origin["command"] == f"python -m genrelib record {name}"
    assert origin["corpus"]["name"] == declared.corpora[-1]
    assert profile_of(record) == profiles.profile(declared.profile)
    rendered = declared.renders or "builtin" in declared.corpora
    assert ("synth" in origin) == rendered
    assert origin.get("network") == (listening.load().digest if declared.listens else None)
    if rendered and minor(origin["versions"]["python"]) == minor(platform.python_version()):
        assert origin["synth"] == disk.code_digest("genrelib.synth")


def profile_of(record):
    return profiles.Profile(**record["profile"])


def minor(version):
    return version.split(".")[:2]


@pytest.mark.parametrize("record", [*RECORDS.values(), *OWN.values()], ids=[*RECORDS, *OWN])
def test_a_study_takes_what_the_table_gives_it(record):
    measure = recorded._study(record.study).measure
    corpora = record.corpora or ("one of the reader's",)
    inspect.signature(measure).bind(*corpora, profile=profiles.profile(record.profile), **record.options)


def test_one_study_does_not_need_another():
    for study in ("labels_2016", "leakage", "results"):
        needed = disk.imported_modules(f"from genrelib.studies import {study}")
        assert {name for name in needed if "studies." in name} == {f"genrelib.studies.{study}"}


@pytest.fixture
def checkout(tmp_path, data, monkeypatch):
    """A checkout whose table holds one record, of a study that says what it was given."""
    (tmp_path / "sound").write_bytes(b"x")
    table = pd.DataFrame({"path": str(tmp_path / "sound"), "genre": ["a", "b"], "artist": None})
    (tmp_path / "study.py").write_text(
        "def measure(*corpora, profile, more=0):\n"
        "    return {'of': [len(corpus) for corpus in corpora], 'seeds': profile.seeds, 'more': more}\n"
    )
    opened = []

    def open_corpus(name, **how):
        opened.append((name, how))
        return Corpus(str(name), table, source=f"/my music/{name}")

    monkeypatch.setattr("genrelib.sources.open_corpus", open_corpus)
    monkeypatch.setattr(disk, "CHECKOUT", tmp_path)
    monkeypatch.setattr(
        recorded,
        "RECORDS",
        {
            "both": Record("study.py", ("builtin", "real"), "full", 7, options={"more": 3}),
            "study-taken": None,
        },
    )
    monkeypatch.setattr(recorded, "OWN", {"study": Record("study.py")})
    return opened


def test_a_record_is_measured_as_declared_and_says_where_it_comes_from(checkout, monkeypatch):
    monkeypatch.setattr(disk, "code_digest", lambda module: f"of {module}")
    record = records.read(recorded.make("both"))
    assert checkout == [(name, {"profile": "full", "seed": 7}) for name in ("builtin", "real")]
    assert (record["of"], record["seeds"], record["more"]) == ([2, 2], 5, 3)
    assert record["profile"]["name"] == "full"
    origin = record["provenance"]
    assert origin["corpus"]["name"] == "real" and origin["synth"] == "of genrelib.synth"
    assert origin["command"] == "python -m genrelib record both"
    assert {"versions", "machine", "seconds", "date"} < set(origin)


def test_a_study_of_ones_own_corpus_never_replaces_a_record_of_the_book(checkout):
    run = CliRunner().invoke(
        main, ["record", "study", "--corpus", "mine", "--profile", "tiny", "--seed", "4"]
    )
    assert run.exit_code == 0, run.output
    assert run.output.strip() == str(disk.CHECKOUT / "data" / "results" / "study-mine.json")
    record = records.load_result("study-mine")
    assert record["seeds"] == 2 and "synth" not in record["provenance"]
    assert record["provenance"]["command"].endswith(
        "record study --corpus '/my music/mine' --profile tiny --seed 4"
    )
    with pytest.raises(ValueError, match="study-taken is a record of the book: make it by `python -m"):
        recorded.make_own("study", "taken")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["ladders"], "unknown record 'ladders': choose one of builtin, "),
        (["ladders", "--corpus", "builtin"], "unknown study 'ladders': choose one of results, "),
        (["builtin", "--profile", "tiny"], "--profile goes with --corpus"),
        (["builtin", "--seed", "1"], "--seed goes with --corpus"),
    ],
)
def test_the_command_says_what_cannot_be_recorded(arguments, says):
    run = CliRunner().invoke(main, ["record", *arguments])
    assert run.exit_code == 2 and says in run.stderr


def test_the_help_lists_every_record_and_study():
    words = CliRunner().invoke(main, ["record", "--help"]).output.replace(",", " ").replace(".", " ").split()
    assert set(RECORDS) | set(OWN) <= set(words)


def test_a_chapter_is_executed_and_its_record_taken(tmp_path, monkeypatch):
    import nbformat

    cell = nbformat.v4.new_code_cell
    first = cell("CORPUS, PROFILE = 'builtin', 'quick'", metadata={"tags": ["parameters"]})
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = nbformat.v4.new_notebook(
        cells=[first, cell("record = {'of': [CORPUS, PROFILE]}")], metadata=kernel
    )
    (tmp_path / "notebooks").mkdir()
    nbformat.write(notebook, tmp_path / "notebooks" / "11_short.ipynb")
    monkeypatch.setattr(disk, "CHECKOUT", tmp_path)
    corpus = Corpus("small", pd.DataFrame({"genre": ["a", "b"]}))
    measured = chapters.measure(corpus, profile=profiles.profile("tiny"), chapter="11_short")
    assert measured == {"of": ["small", "tiny"]}
    assert [path.name for path in (tmp_path / "notebooks").iterdir()] == ["11_short.ipynb"]
