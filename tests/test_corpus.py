"""One table of clips, and its splits: groups stay apart, genres in equal shares."""

import pandas as pd
import pytest

from genrelib.corpus import Corpus


def made(**artists):
    """A corpus without sound: `blues="aab"` is three blues clips, two of them by artist a."""
    rows = [(genre, artist) for genre, each in artists.items() for artist in each]
    table = pd.DataFrame(rows, columns=["genre", "artist"])
    table.index = [f"{genre}.{number:05d}" for number, genre in enumerate(table["genre"])]
    return Corpus("made", table.replace("?", None))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("by", ["artist", "clip"])
def test_folds_keep_groups_apart_and_genres_in_equal_shares(by, seed):
    opened = made(**{genre: "aaaabbbccccddddeee" for genre in ("blues", "jazz", "rock")})
    opened = Corpus("made", opened.table.assign(artist=opened.table["genre"] + opened.table["artist"]))
    fold = opened.folds(5, by=by, seed=seed)
    assert opened.straddling(fold, by=by) == []
    shares = pd.crosstab(opened.table["genre"].to_numpy(), fold).to_numpy()
    assert shares.shape == (3, 5) and shares.min() >= 3 and shares.max() <= 4
    assert (fold == opened.folds(5, by=by, seed=seed)).all()
    assert (fold != opened.folds(5, by=by, seed=seed + 1)).any()
    if by == "clip":
        assert opened.straddling(fold, by="artist"), "dealing clips leaks artists"


def test_an_artist_of_two_genres_stays_on_one_side():
    opened = made(blues="aabbcdez", rock="zzffggh")
    assert opened.straddling(opened.folds(3, by="artist")) == []


def test_few_groups_make_few_folds_and_none_is_an_error():
    assert made(blues="abc", rock="defgh").folds(5).max() == 2
    with pytest.raises(ValueError, match="genre 'blues' has one artist only"):
        made(blues="aaaa", rock="bcde").folds(5)
    with pytest.raises(ValueError, match="part 2 of 3 would hold no blues: it has too few artists"):
        made(blues="ab", rock="cd").split(by="artist")
    with pytest.raises(ValueError, match="does not tell every clip's artist: split by='clip'"):
        made(blues="ab?", rock="cde").folds(3)
    with pytest.raises(ValueError, match="cannot split by 'album'"):
        made(blues="ab", rock="cd").folds(2, by="album")
    with pytest.raises(ValueError, match="no published split"):
        made(blues="ab", rock="cd").split(by="published")


def test_a_split_has_three_parts_with_every_genre():
    opened = made(blues="abcdeabcde", rock="fghijfghij")
    part = opened.split(seed=3)
    assert part.index.equals(opened.table.index)
    assert part.value_counts().to_dict() == {"train": 12, "validation": 4, "test": 4}
    assert pd.crosstab(opened.table["genre"], part).to_numpy().all()
    few = made(blues="aaabbbccc", rock="dddeeefffggg" + "hhhiiijjj")
    part = few.split(seed=1)
    assert few.straddling(part) == []
    assert pd.crosstab(few.table["genre"], part).loc["blues"].tolist() == [3, 3, 3]
    assert part.value_counts()["train"] >= 15


def test_fairest_needs_three_known_artists_a_genre():
    assert made(blues="abc", rock="def").fairest == "artist"
    assert made(blues="abc", rock="de").fairest == "clip"
    assert made(blues="abc?", rock="def").fairest == "clip"


def repeats(*pairs):
    return pd.DataFrame(pairs, columns=["clip", "other"])


def test_recordings_join_clips_and_artists_into_groups():
    opened = made(blues="abcd", rock="ef")  # blues.00000 to blues.00003, rock.00004, rock.00005
    merged = opened.together(repeats(("blues.00000", "blues.00002"), ("blues.00002", "rock.00005")))
    assert merged.groups("clip").tolist() == [
        "blues.00000", "blues.00001", "blues.00000", "blues.00003", "rock.00004", "blues.00000",
    ]  # fmt: skip
    assert merged.groups("artist").tolist() == ["a + c + f", "b", "a + c + f", "d", "e", "a + c + f"]
    assert opened.groups("artist").tolist() == list("abcdef"), "as it was"
    assert (opened.together(repeats()).groups("clip") == opened.table.index).all()
    assert opened.take(opened.table["genre"] == "blues").together(
        repeats(("blues.00000", "rock.00005"))
    ).groups("artist").tolist() == list("abcd"), "a clip that is not there joins nobody"


def test_fairest_counts_the_groups_that_are_left():
    opened = made(blues="abc", rock="def")
    assert opened.together(repeats(("blues.00000", "blues.00001"))).fairest == "clip"
    assert opened.together(repeats(("blues.00000", "rock.00003"))).fairest == "artist"


def test_the_clips_whose_artists_are_known():
    opened = made(blues="ab?c", rock="d?ef")
    assert list(opened.known().table["artist"]) == list("abcdef")
    assert opened.known().fairest == "artist"


def test_take_keeps_rows_and_checksum_follows_the_sound(tmp_path):
    paths = [tmp_path / f"{name}.wav" for name in "abcd"]
    for number, path in enumerate(paths):
        path.write_bytes(bytes([number]))
    genres = ["blues", "blues", "rock", "rock"]
    opened = Corpus("mine", pd.DataFrame({"path": paths, "genre": genres}, index=list("abcd")))
    assert list(opened.take(["a", "c"]).table.index) == ["a", "c"]
    assert opened.take(opened.table["genre"] == "rock").genres == ("rock",)
    before = opened.checksum
    assert opened.take(slice(None)).checksum == before
    assert opened.take(["a", "c"]).checksum != before
    paths[0].write_bytes(b"another sound")
    assert opened.take(slice(None)).checksum != before
