"""The declarations: complete, consistent with one another and with the real files."""

import hashlib
import re
from collections import Counter

import pandas as pd
import pytest

from genrelib import acquire, catalog, disk


@pytest.mark.parametrize("dataset", catalog.DATASETS.values(), ids=lambda dataset: dataset.name)
def test_a_declaration_is_complete(dataset):
    assert catalog.DATASETS[dataset.name] is dataset
    assert dataset.title and dataset.how_to_get and dataset.licence and dataset.clips > 0
    assert dataset.genres == tuple(sorted(dataset.genres))
    for remote in dataset.files:
        assert all(re.fullmatch(r"https?://\S+", url) for url in remote.urls)
        assert remote.checksum is None or re.fullmatch(
            r"md5:[0-9a-f]{32}|sha1:[0-9a-f]{40}|sha256:[0-9a-f]{64}", remote.checksum
        )
        assert remote.checksum_stable or dataset.contents, "what may be repacked needs its contents declared"
    assert all(reason for reason in dataset.excluded.values())


def test_the_ten_genres_are_those_of_the_built_in_corpus():
    from genrelib import synth

    assert tuple(synth.GENRES) == catalog.GENRES


def test_gtzan_mini_on_disk_is_what_is_declared(real):
    dataset = catalog.DATASETS["gtzan-mini"]
    counts, digest = acquire.contents(real / "gtzan_mini")
    assert counts == dict.fromkeys(dataset.genres, dataset.contents.clips_per_genre)
    assert digest == dataset.contents.digest
    clips = {path.stem for path in real.glob("gtzan_mini/*/*.wav")}
    assert set(dataset.artists) < clips
    assert len(dataset.artists) == 96


def test_gtzans_exclusions_are_the_clips_that_the_filtered_split_leaves_out(real):
    listed = {}
    for part, remote in catalog.GTZAN_SPLITS["fault-filtered"].lists.items():
        path = real / "gtzan_splits" / remote.file
        assert remote.checksum == f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
        listed[part] = {line.split("/")[1].removesuffix(".wav") for line in path.read_text().split()}
    assert {part: len(clips) for part, clips in listed.items()} == {
        "train": 443,
        "validation": 197,
        "test": 290,
    }
    everyone = set().union(*listed.values())
    assert not everyone & set(catalog.GTZAN_EXCLUDED)
    assert set(catalog.GTZAN_FLAWED) <= everyone, "what the published split keeps is not excluded"
    kept = {catalog.GTZAN_REPEATED[clip] for clip in catalog.GTZAN_REPEATED}
    assert kept < everyone


def test_gtzans_folds_test_every_clip_once_with_its_artists_apart(real):
    remotes = catalog.GTZAN_SPLITS["artist-filtered"].lists
    for number, remote in enumerate(remotes.values(), 1):
        text = (real / "gtzan_folds" / remote.file).read_text()
        assert remote.checksum == f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
        tested = (real / "gtzan_folds" / f"f{number}_test.txt").read_text().split()
        assert sorted(line.split()[0] for line in text.splitlines()) == sorted(tested)
    splits, artists = acquire.published_splits("gtzan")
    fold = pd.Series(splits["artist-filtered"])
    assert len(fold) == len(artists) == 948 and len(set(artists.values())) == 412
    assert (fold.groupby(artists).nunique() == 1).all()
    assert pd.crosstab(fold.index.str.split(".").str[0], fold).to_numpy().min() > 20
    twice = set(catalog.GTZAN_REPEATED.items())
    assert not [pair for pair in twice if set(pair) <= set(fold.index)], "of two repetitions one is used"


def test_the_split_suggested_is_the_fairest_that_a_data_set_allows():
    for dataset in catalog.DATASETS.values():
        if dataset.splits:
            assert dataset.split == next(iter(dataset.splits))
        elif dataset.layout == "fma":
            assert dataset.split == "official"
        elif dataset.name == "gtzan-mini":  # four of its genres are one artist each
            assert dataset.split == "clip"
        else:
            assert bool(dataset.split) == bool(dataset.layout)


def test_the_table_has_a_row_a_data_set():
    table = catalog.table()
    assert list(table.index) == list(catalog.DATASETS)
    assert table.loc["gtzan", "download"] == "1.2 GB"
    assert table.loc["gtzan", "left out"] == len(catalog.GTZAN_EXCLUDED)


def test_the_popularity_table_counts_what_the_label_file_holds(real):
    table = pd.read_csv(disk.CHECKOUT / "data" / "popularity.csv", keep_default_na=False)
    assert set(table["genre"]) - {""} <= set(catalog.GENRES)
    labels = Counter(
        line.split("\t")[1].strip()
        for line in (real / "msd" / "msd_tagtraum_cd1.cls").read_text().splitlines()
        if not line.startswith("#")
    )
    counted = table[table["source"] == "tagtraum CD1"].set_index("label")["value"].astype(int).to_dict()
    assert counted == dict(labels)
    assert sum(counted.values()) == catalog.DATASETS["tagtraum"].clips
    assert sorted(counted) == sorted(catalog.DATASETS["tagtraum"].genres)
    taken = table[table["source"] == "tagtraum CD1"].set_index("label")["genre"].to_dict()
    assert taken == {label: catalog.TAGTRAUM_GENRES[label] or "" for label in counted}
