"""A table of ready features is a corpus without sound, and what is wrong with one is named in a line."""

import re

import pandas as pd
import pytest
from click.testing import CliRunner

from genrelib import audit
from genrelib.__main__ import main
from genrelib.sources import open_corpus
from genrelib.store import feature_store


@pytest.fixture
def rows():
    """Six clips of two genres with two features."""
    return pd.DataFrame(
        {
            "filename": [f"{genre}.{number:05d}.wav" for genre in ("blues", "rock") for number in range(3)],
            "length": 661794,
            "tempo": [90.0, 91, 92, 120, 121, 122],
            "level": [0.1, 0.2, 0.1, 0.5, 0.6, 0.5],
            "label": 3 * ["blues"] + 3 * ["rock"],
        }
    )


def opened(rows, folder):
    rows.to_csv(folder / "table.csv", index=False)
    return open_corpus(folder / "table.csv")


def test_a_table_of_ready_features_becomes_a_corpus_without_sound(rows, tmp_path, data):
    corpus = opened(rows, tmp_path)
    assert (corpus.name, corpus.genres, len(corpus)) == ("table", ("blues", "rock"), 6)
    assert corpus.numbers == ("tempo", "level"), "the length of a file is no feature"
    assert corpus.table.index[0] == "blues.00000" and corpus.fairest == "clip"
    assert corpus.ready().tolist() == rows[["tempo", "level"]].to_numpy().tolist()
    by_artist = opened(rows.assign(artist=["a", "b", "c", "d", "e", "f"]), tmp_path)
    assert by_artist.fairest == "artist" and by_artist.checksum == corpus.checksum


@pytest.mark.parametrize("needs", [feature_store, audit.audit])
def test_what_needs_sound_says_so(rows, tmp_path, data, needs):
    with pytest.raises(ValueError, match="'table' is a table of ready features: it holds no sound, which"):
        needs(opened(rows, tmp_path))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            lambda rows: rows.drop(columns="label"),
            "no column label; needs filename and label",
        ),
        (lambda rows: rows[["filename", "length", "label"]], "no column of features beside filename, length"),
        (lambda rows: rows.replace("rock.00001.wav", "rock.00000.wav"), "rock.00000.wav has two rows"),
        (lambda rows: rows.replace(121.0, None), "tempo of rock.00001.wav is '', no number"),
        (lambda rows: rows.assign(level="inf"), "level of blues.00000.wav is 'inf', no number"),
        (lambda rows: rows.assign(mood="sad"), "mood of blues.00000.wav is 'sad', no number"),
        (lambda rows: rows.replace("rock", ""), "rock.00000.wav has the label '', not a genre"),
        (lambda rows: rows.replace("rock", "blues"), "needs at least two genres, found 1"),
    ],
)
def test_a_bad_table_is_named_in_a_line(rows, tmp_path, data, change, says):
    change(rows).to_csv(tmp_path / "table.csv", index=False)
    run = CliRunner().invoke(main, ["corpus", str(tmp_path / "table.csv")])
    assert run.exit_code == 2 and run.stderr.count("\n") == 1
    assert run.stderr.startswith("genrelib: ") and "table.csv: " in run.stderr and says in run.stderr


def test_gtzans_features_are_found_and_have_its_splits_and_artists(real):
    corpus = open_corpus("gtzan-features")
    assert (len(corpus), len(corpus.numbers), len(corpus.genres)) == (1000, 57, 10)
    assert corpus.skipped.empty, "jazz.00054 is in the table"
    assert corpus.fairest == "fault-filtered" and corpus.fairest_folds == "artist-filtered"
    sizes = corpus.split(by="fault-filtered").value_counts()
    assert sizes.to_dict() == {"train": 443, "validation": 197, "test": 290}
    folds = corpus.used("artist-filtered")
    assert len(folds) == 948 and folds.straddling(folds.folds(by="artist-filtered")) == []


def test_gtzans_features_with_a_genre_of_another_set_are_refused(rows, data):
    (data / "gtzan_features").mkdir(parents=True)
    rows.replace("rock", "Rock").to_csv(data / "gtzan_features" / "features_30_sec.csv", index=False)
    with pytest.raises(
        ValueError, match=re.escape("rock.00000.wav has the label 'Rock', not one of blues, cl")
    ):
        open_corpus("gtzan-features")
