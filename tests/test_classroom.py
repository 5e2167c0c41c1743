"""A student's own data: the same at every call, another for everybody else."""

import json
import subprocess
import sys

import numpy as np
import pytest

from genrelib import classroom, disk


def test_a_student_is_found_by_id_and_key():
    me = classroom.student(" S123 ")
    assert me == classroom.student("s123") != classroom.student("s124")
    assert me.seed != classroom.student("s123", key="spring").seed
    with pytest.raises(ValueError, match="STUDENT"):
        classroom.student("  ")


def test_what_a_student_has_does_not_depend_on_the_order_of_calls():
    me, again = classroom.student("a"), classroom.student("a")
    first, hop = me.clip(0, seconds=1), me.variant("hop", range(1000))
    assert again.variant("hop", range(1000)) == hop
    np.testing.assert_array_equal(again.clip(0, seconds=1), first)
    first[:] = 0  # what a notebook does to its copy stays there
    assert me.clip(0, seconds=1).any()
    assert me.rng("x").integers(1 << 40) == me.rng("x").integers(1 << 40) != me.rng("y").integers(1 << 40)


def test_clips_are_of_the_students_own():
    one, other = classroom.student("a"), classroom.student("b")
    assert one.clip(0, seconds=1).shape == (classroom.SR,)
    clips = [one.clip(0, seconds=1), one.clip(1, seconds=1), other.clip(0, genre="rock", seconds=1)]
    clips += [one.clip(0, genre="rock", seconds=1)]
    likeness = np.abs(np.corrcoef(clips)) - np.eye(4)
    assert likeness.max() < 0.9


@pytest.mark.parametrize("assignment", classroom.RECIPES)
def test_two_students_of_a_class_seldom_share_a_recipe(assignment):
    recipes = [classroom.student(f"s{number}").recipe(assignment) for number in range(30)]
    assert len({json.dumps(recipe) for recipe in recipes}) == 30
    for name, choices in classroom.RECIPES[assignment].items():
        drawn = {recipe[name] for recipe in recipes}
        assert drawn <= set(choices) and len(drawn) > 1, name


def test_the_module_needs_neither_the_answers_nor_a_network():
    code = "import sys, genrelib.classroom; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=disk.CHECKOUT)
    assert not {"genrelib.features", "genrelib.evaluation", "tensorflow", "sklearn"} & set(run.stdout.split())


def test_a_library_has_faults_and_spellings_of_every_kind():
    table = classroom.student("a").library()
    assert table["clip"].is_unique and table["genre"].nunique() == 5
    assert table["seconds"].isna().sum() == 3 and (table["seconds"] < 20).sum() >= 6
    assert (table["peak"] < 0.1).sum() >= 5 and (table["clipped"] > 0.01).any()
    loose = table["artist"].str.lower().str.replace("the|,| ", "", regex=True)
    assert loose.nunique() < table["artist"].nunique()
    assert not table.equals(classroom.student("b").library())


def test_landmarks_repeat_in_chains():
    marks = list(classroom.student("a").landmarks().values())

    def votes(a, b):
        pairs = [q[0] - p[0] for p in a for q in b if p[1] == q[1]]
        return max((sum(abs(pair - other) <= 1 for other in pairs) for pair in pairs), default=0)

    assert votes(marks[0], marks[1]) > 60 < votes(marks[1], marks[2])
    assert votes(marks[0], marks[3]) < 5


def test_artists_of_a_cloud_lie_closer_together_than_genres():
    points, genre, artist = classroom.student("a").cloud()
    points, genre, artist = points / points.std(axis=0), np.array(genre), np.array(artist)
    apart = np.linalg.norm(points[:, None] - points[None], axis=2)
    same_artist, same_genre = artist[:, None] == artist, genre[:, None] == genre
    strangers = apart[same_genre & ~same_artist].mean()
    assert apart[same_artist].mean() < 0.7 * strangers and strangers < apart[~same_genre].mean()


def test_predictions_are_of_a_dozen_artists():
    table = classroom.student("a").predictions()
    assert table["artist"].nunique() == 12 and table["genre"].nunique() == 4
    assert (table.groupby("artist")["genre"].nunique() == 1).all()
    assert set(table["a"]) | set(table["b"]) <= set(table["genre"])
    right = table["b"].eq(table["genre"]).groupby(table["artist"]).mean()
    assert right.std() > 0.1


def test_of_four_trainings_one_of_each_kind():
    curves = classroom.student("a").curves()
    assert list(curves) == list("ABCD")
    train, validation = (
        np.array([curve[part] for curve in curves.values()]) for part in ("train", "validation")
    )
    jumps = np.abs(np.diff(train)).max(axis=1)
    rises = validation[:, -1] - validation.min(axis=1)
    assert sorted(jumps > 0.8) == [False, False, False, True]
    assert sorted(np.ptp(train, axis=1) < 0.2) == [False, False, False, True]
    assert np.sum((rises > 0.3) & (jumps < 0.8)) == 1
    orders = {tuple(classroom.student(f"{n}").curves()["A"]["train"][:1]) for n in range(5)}
    assert len(orders) > 1
