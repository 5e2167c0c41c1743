"""Profiles: how much is computed (genrelib.profiles)."""

import dataclasses
import itertools

import pytest

from genrelib import profiles


def test_a_profile_is_found_by_its_name():
    assert profiles.profile("quick") is profiles.PROFILES["quick"]
    assert profiles.profile("quick").name == "quick"


@pytest.mark.parametrize("name", ["fast", "", "Quick", None])
def test_an_unknown_profile_names_the_choices(name):
    with pytest.raises(ValueError, match=r"unknown profile .*: choose one of tiny, quick, full"):
        profiles.profile(name)


def test_each_profile_computes_more_than_the_one_before():
    sizes = [dataclasses.astuple(profiles.profile(name))[1:] for name in ("tiny", "quick", "full")]
    for small, large in itertools.pairwise(sizes):
        assert all(a < b for a, b in zip(small, large, strict=True))


def test_every_profile_has_artists_for_three_parts_and_seeds_for_an_interval():
    for profile in profiles.PROFILES.values():
        assert profile.clips_per_genre >= 12 and profile.seeds >= 2


def test_no_chapter_can_change_a_profile():
    with pytest.raises(dataclasses.FrozenInstanceError):
        profiles.profile("tiny").seeds = 1
