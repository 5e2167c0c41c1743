"""Label files: the real one, its neighbours' habits, and what is none; and the names that the labels get."""

import zipfile

import pytest

from genrelib import catalog
from genrelib.acquire.labels import read_labels
from genrelib.acquire.previews import genre_of

A, B, C = "TRAAAAA000000000AA", "TRBBBBB000000000BB", "TRCCCCC000000000CC"


def labels_of(tmp_path, text, name="some.cls"):
    (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_labels(tmp_path / name)


def test_the_real_file_gives_every_line(real):
    labels = read_labels(real / "msd" / "msd_tagtraum_cd1.cls")
    assert len(labels.table) == catalog.DATASETS["tagtraum"].clips == 133_676
    assert labels.names == tuple(sorted(catalog.TAGTRAUM))
    assert labels.table["minority"].notna().sum() == 35_527
    assert labels.table.loc["TRAAAED128E0783FAB"].tolist() == ["Jazz", "Vocal"]
    assert (labels.repeated, labels.contradicting, labels.malformed) == (0, (), ())
    songs = ("TRAAABD128F429CF47", "TRAAADZ128F9348C2E", "TRAAAEF128F4273421", "TRAAAFD128F92F423A")
    known = labels.table["label"].reindex(songs)
    assert known.fillna("").tolist() == ["Pop_Rock", "", "Pop_Rock", "Pop_Rock"]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_comments_empty_lines_and_line_ends(tmp_path, end, start):
    lines = ["# MSD genres", "#", f"{A}\tPop_Rock", "", f"{B}\tNew Age\tRap  ", f"# {C}\tRap"]
    labels = labels_of(tmp_path, start + end.join(lines) + end)
    assert labels.table["label"].to_dict() == {A: "Pop_Rock", B: "New Age"}
    assert labels.table.loc[B, "minority"] == "Rap" and labels.table.loc[A, "minority"] is None
    assert labels.malformed == ()


def test_a_track_that_stands_twice(tmp_path):
    text = f"{A}\tRap\n{B}\tJazz\n{A}\tRap\tJazz\n{C}\tFolk\n{B}\tBlues\n{B}\tJazz\n"
    labels = labels_of(tmp_path, text)
    assert labels.table["label"].to_dict() == {A: "Rap", C: "Folk"}
    assert labels.repeated == 2, "A again as Rap, B again as Jazz"
    assert labels.contradicting == (B,)


def test_malformed_lines_are_counted_by_their_numbers(tmp_path):
    text = f"# head\n{A}\tRap\n{B} Jazz\n{B}\tJazz\n{C}\t\nTRSHORT\tRap\n{C}\tFolk\n{C}\tFolk\tRap\tPop\n"
    assert labels_of(tmp_path, text + f"{'TRDDDDD000000000DD'}\tRap\nTREEEEE000000000EE\tRap").malformed == (
        3,
        5,
        6,
        8,
    )


def test_a_zip_archive_is_read_as_it_comes(tmp_path):
    with zipfile.ZipFile(tmp_path / "labels.cls.zip", "w") as file:
        file.writestr("labels.cls", f"{A}\tRap\r\n")
        file.writestr("readme.txt", "nothing")
    assert read_labels(tmp_path / "labels.cls.zip").table["label"].to_dict() == {A: "Rap"}
    with zipfile.ZipFile(tmp_path / "labels.cls.zip", "w") as file:
        file.writestr("readme.txt", "nothing")
    with pytest.raises(ValueError, match=r"labels\.cls\.zip: should hold one \.cls file, holds 0"):
        read_labels(tmp_path / "labels.cls.zip")


@pytest.mark.parametrize(
    "text", ["", "# only a comment\n", "<html>\nmoved\n</html>\n", bytes(range(256)) * 9]
)
def test_what_is_no_label_file_is_named(tmp_path, text):
    with pytest.raises(ValueError, match=r"some\.cls: is not a label file: 0 of its lines"):
        labels_of(tmp_path, text)


def test_a_missing_file_says_where_labels_come_from(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.cls: no such file; .*fetch tagtraum"):
        read_labels(tmp_path / "none.cls")


def test_every_label_is_taken_for_one_of_the_ten_genres_or_declared_to_be_none():
    cd2 = "Blues Country Electronic Folk Jazz Latin Metal New_Age Pop Punk Rap Reggae RnB Rock World"
    cd2 = [label.replace("_", " ") for label in cd2.split()]
    assert set(catalog.TAGTRAUM_GENRES) == set(catalog.TAGTRAUM) | set(cd2)
    assert set(catalog.TAGTRAUM_GENRES.values()) - {None} < set(catalog.GENRES)
    taken = {genre_of(label) for label in catalog.TAGTRAUM}
    assert set(catalog.GENRES) - taken == {"classical", "disco", "metal", "pop"}
    assert set(catalog.GENRES) - {genre_of(label) for label in cd2} == {"classical", "disco"}


@pytest.mark.parametrize(
    ("label", "genre"),
    [("Pop_Rock", "rock"), ("pop rock", "rock"), ("Rap", "hiphop"), ("New_Age", None), ("Polka", None)],
)
def test_spelling_does_not_matter(label, genre):
    assert genre_of(label) == genre
