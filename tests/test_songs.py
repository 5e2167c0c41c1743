"""Song files: the real ones, summaries of many songs, and whatever else bears the name .h5."""

import h5py
import numpy as np
import pytest

from genrelib.acquire.shop import write_song
from genrelib.acquire.songs import TABLES, read_songs

SONG = {
    "track_id": "TRAAAAA000000000AA",
    "song_id": "SOAAAAA000000000AA",
    "artist_id": "ARAAAAA000000000AA",
    "artist_name": "Björk & Söhne",
    "title": "Größe",
    "track_7digitalid": 17,
    "duration": 123.5,
}


def test_the_real_song_files_and_the_one_that_is_none(real):
    songs, others = read_songs(real / "msd")
    assert songs["track_7digitalid"].to_dict() == {
        "TRAAABD128F429CF47": 3400270,
        "TRAAADZ128F9348C2E": 5703798,
        "TRAAAEF128F4273421": 3226795,
        "TRAAAFD128F92F423A": 6795666,
    }
    box_tops = songs.loc["TRAAABD128F429CF47"]
    assert (box_tops["artist_name"], box_tops["title"]) == ("The Box Tops", "Soul Deep")
    assert (box_tops["artist_id"], box_tops["song_id"]) == ("ARMJAGH1187FB546F3", "SOCIWDW12A8C13D406")
    assert box_tops["duration"] == pytest.approx(148.035, abs=1e-3)
    assert others.values.tolist() == [
        [str(real / "msd" / "TRAAAAW128F429D538.h5"), "no song file: holds no table metadata/songs"]
    ]


def test_a_tree_is_walked_and_names_are_decoded(tmp_path):
    path = write_song(tmp_path, SONG)
    assert path.relative_to(tmp_path).parts == ("A", "A", "A", "TRAAAAA000000000AA.h5")
    songs, others = read_songs(tmp_path)
    assert songs.reset_index().iloc[0].to_dict() == SONG | {"path": str(path)}
    assert others.empty


def test_a_track_in_two_files_counts_once(tmp_path):
    for folder in ("one", "two"):
        write_song(tmp_path / folder, SONG)
    assert len(read_songs(tmp_path)[0]) == 1


def test_a_summary_file_gives_all_its_songs(tmp_path):
    with h5py.File(tmp_path / "summary.h5", "w") as file:
        for table, columns in TABLES.items():
            rows = [
                SONG | {"track_id": f"TRAAAAA00000000{n:03}", "track_7digitalid": n}
                for n in reversed(range(500))
            ]
            cells = [
                tuple(str(row[c]).encode() if columns[c].kind == "S" else row[c] for c in columns.names)
                for row in rows
            ]
            file[table] = np.array(cells, columns)
    songs, _ = read_songs(tmp_path)
    assert songs["track_7digitalid"].tolist() == list(range(500))


def damaged(path, kind):
    """Write what bears the name of a song file and is none."""
    body = path.read_bytes()
    if kind == "empty":
        path.write_bytes(b"")
    elif kind == "text":
        path.write_text("<html>moved</html>")
    elif kind == "cut":
        path.write_bytes(body[: len(body) // 2])
    elif kind == "groups for tables":
        with h5py.File(path, "w") as file:
            file.create_group("metadata/songs")
    elif kind == "tables of numbers":
        with h5py.File(path, "w") as file:
            file["metadata/songs"] = file["analysis/songs"] = np.arange(3)
    elif kind == "tables of unequal length":
        with h5py.File(path, "w") as file:
            for rows, (table, columns) in enumerate(TABLES.items(), 1):
                file[table] = np.zeros(rows, columns)
    elif kind == "no rows":
        with h5py.File(path, "w") as file:
            for table, columns in TABLES.items():
                file[table] = np.zeros(0, columns)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("empty", "cannot be read as HDF5"),
        ("text", "cannot be read as HDF5"),
        ("cut", "cannot be read as HDF5"),
        ("groups for tables", "holds no table metadata/songs"),
        ("tables of numbers", "cannot be read as HDF5"),
        ("tables of unequal length", "do not hold the same songs"),
        ("no rows", "do not hold the same songs"),
    ],
)
def test_a_damaged_file_is_listed_and_the_others_are_read(tmp_path, kind, reason):
    good = write_song(tmp_path, SONG)
    bad = write_song(tmp_path, SONG | {"track_id": "TRBBBBB000000000BB"})
    damaged(bad, kind)
    songs, others = read_songs(tmp_path)
    assert songs["path"].tolist() == [str(good)]
    assert others["path"].tolist() == [str(bad)]
    assert reason in others["reason"][0] and "\n" not in others["reason"][0]


@pytest.mark.parametrize("column", ["track_id", "artist_id"])
@pytest.mark.parametrize("value", ["../../../evil", "", "TRAAAAA/00000000AA"])
def test_an_id_that_could_not_name_a_file_is_refused(tmp_path, column, value):
    write_song(tmp_path, SONG).rename(tmp_path / "x.h5")
    with h5py.File(tmp_path / "x.h5", "r+") as file:
        table = next(table for table, columns in TABLES.items() if column in columns.names)
        rows = file[table][:]
        rows[column] = value.encode()
        file[table][:] = rows
    songs, others = read_songs(tmp_path)
    assert songs.empty and others["reason"].tolist() == [f"no song file: {value!r} is no {column}"]


@pytest.mark.parametrize("seed", range(4))
def test_no_damage_is_fatal(real, tmp_path, seed):
    rng, body = np.random.default_rng(seed), (real / "msd" / "TRAAABD128F429CF47.h5").read_bytes()
    for number in range(25):
        bytes_ = np.frombuffer(body, np.uint8).copy()
        at = rng.integers(0, 6000 if number % 2 else len(body), 40)
        bytes_[at] = rng.integers(0, 256, 40)
        (tmp_path / f"{number:02}.h5").write_bytes(bytes_[: rng.integers(1, len(body))].tobytes())
    songs, others = read_songs(tmp_path)
    assert len(others) >= 24 and len(songs) <= 1


def test_a_folder_without_song_files(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere: no such folder"):
        read_songs(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match=r"holds no \.h5 file; give the folder of the song files"):
        read_songs(tmp_path)
