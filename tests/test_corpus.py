"""One table of clips, and its splits: groups stay apart, genres in equal shares."""

from dataclasses import replace

import numpy as np
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


def test_two_corpora_of_one_name_have_two_keys(tmp_path):
    named = []
    for sound in (b"one", b"two"):
        (tmp_path / sound.decode()).write_bytes(sound)
        table = pd.DataFrame({"path": [str(tmp_path / sound.decode())], "genre": ["blues"]}, index=["a"])
        named.append(Corpus("Mum's café/" + 100 * "x", table))
    assert named[0].stem == named[1].stem == "Mum_s_café_" + 29 * "x"
    assert named[0].key != named[1].key and all(one.key.startswith(one.stem) for one in named)


def test_few_groups_make_few_folds_and_none_is_an_error():
    assert made(blues="abc", rock="defgh").folds(5).max() == 2
    with pytest.raises(ValueError, match="genre 'blues' has one artist only"):
        made(blues="aaaa", rock="bcde").folds(5)
    with pytest.raises(ValueError, match=r"part 2 of 3 would hold no \w+: it has too few artists"):
        made(blues="ab", rock="cd").split(by="artist")
    with pytest.raises(ValueError, match="does not tell every clip's artist: split by='clip'"):
        made(blues="ab?", rock="cde").folds(3)
    with pytest.raises(ValueError, match="corpus 'made' has no split 'album': choose one of artist, clip"):
        made(blues="ab", rock="cd").folds(2, by="album")


def test_artists_who_play_several_genres_are_dealt_in_another_order_or_into_fewer_folds():
    rng, split = np.random.default_rng(0), 0
    for seed in range(60):
        genre, artist = rng.integers(0, 3, 24).astype(str), rng.integers(0, 6, 24).astype(str)
        corpus = Corpus("mixed", pd.DataFrame({"genre": genre, "artist": artist, "path": "x"}))
        if corpus.fairest == "artist":
            split += 1
            for fold in (corpus.split(seed=seed), corpus.folds(5, seed=seed)):
                assert not corpus.straddling(fold)
                assert pd.crosstab(corpus.table["genre"], np.asarray(fold)).to_numpy().all()
    assert 20 < split < 60


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


def published(**splits):
    """Two genres of six clips and three artists each, with published splits; '-' is no part."""
    opened = made(blues="aabbcc", rock="ddeeff")
    words = {"t": "train", "v": "validation", "e": "test", "1": "fold 1", "2": "fold 2", "3": "fold 3"}
    columns = {name: [words.get(letter) for letter in letters] for name, letters in splits.items()}
    return replace(opened, table=opened.table.assign(**columns), splits=tuple(columns))


def test_a_published_split_is_as_published_and_the_fairest():
    opened = published(filtered="ttvvee" + "tt-vee", folds="112233" + "11223-")
    assert opened.fairest == "filtered" and opened.fairest_folds == "folds"
    assert opened.is_fixed("filtered") and not opened.is_fixed("folds") and not opened.is_fixed("artist")
    first = ["train", "train", "validation", "validation", "test", "test"]
    part = opened.split(by="filtered", seed=7)
    assert part.fillna("none").tolist() == [*first, "train", "train", "none", "validation", "test", "test"]
    assert opened.folds(by="folds").tolist() == [0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, -1]
    assert len(opened.used("filtered")) == len(opened.used("folds")) == 11 and len(opened.used("clip")) == 12
    with pytest.raises(ValueError, match="the filtered split of corpus 'made' has parts and no folds"):
        opened.folds(by="filtered")
    with pytest.raises(ValueError, match="has no split 'album': choose one of filtered, folds, artist, clip"):
        opened.split(by="album")


@pytest.mark.parametrize("seed", range(4))
def test_published_folds_take_turns_and_artists_of_the_others_validate(seed):
    opened = published(folds="112233" + "11223-")
    part, fold = opened.split(by="folds", seed=seed), opened.folds(by="folds")
    assert (part == "test").tolist() == (fold == seed % 3).tolist()
    assert part.isna().tolist() == (fold < 0).tolist()
    known = opened.take(fold >= 0)
    assert known.straddling(part[fold >= 0], by="artist") == []
    assert pd.crosstab(known.table["genre"], part[fold >= 0]).to_numpy().all()


def test_a_published_split_that_lacks_a_genre_somewhere_is_not_the_fairest():
    assert published(filtered="ttvvee" + "tttvvv").fairest == "artist"
    assert published(filtered="ttttee" + "ttttee").fairest == "artist", "nothing validates"
    assert published(folds="112233" + "111222").fairest == "artist"
    assert published(folds="111222" + "111222").fairest == "folds"
    assert published(filtered="ttvvee" + "tttvvv", folds="112233" * 2).fairest == "folds"


def test_where_artists_of_a_published_split_are_unknown_a_clip_is_one_by_itself():
    opened = published(filtered="ttvvee" * 2)
    opened.table.loc["blues.00000", "artist"] = None
    assert opened.groups("filtered").tolist() == ["blues.00000", *"abbccddeeff"]
    assert opened.fairest_folds == "clip"


def test_ready_features_stand_for_the_sound_that_is_not_there():
    table = made(blues="ab", rock="cd").table.assign(tempo=[1.0, 2, 3, 4], level=[0.5, 0, 0, 0])
    opened = Corpus("mine", table, numbers=("tempo", "level"))
    np.testing.assert_array_equal(opened.ready(), [[1, 0.5], [2, 0], [3, 0], [4, 0]])
    some = opened.take(["rock.00002", "blues.00001"])
    np.testing.assert_array_equal(some.ready(), [[3, 0], [2, 0]])
    changed = Corpus("mine", table.assign(tempo=[1.0, 2, 3, 5]), numbers=("tempo", "level"))
    assert opened.checksum == opened.take(slice(None)).checksum != changed.checksum
    with pytest.raises(ValueError, match="corpus 'mine' is a table of ready features: it holds no sound"):
        _ = opened.paths
    with pytest.raises(ValueError, match="corpus 'made' holds sound, not ready features"):
        made(blues="a", rock="b").ready()


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
