# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [raw]
# # ASSIGNMENT CONFIG
# init_cell: false
# export_cell: false
# check_all_cell: false
# show_question_points: true
# generate: true
# tests:
#     files: true
#     ok_format: false

# %% [markdown]
# # Assignment 6: a result that holds up
#
# "87 % on ten genres." On how many clips, of whose music, against what, and after how many attempts? You write the
# functions that answer, and then you read a result of 2016 with them. Read chapters
# [6](https://github.com/genrelib/genrelib/blob/main/notebooks/06_baselines.ipynb),
# [9](https://github.com/genrelib/genrelib/blob/main/notebooks/09_numbers_of_2016.ipynb),
# [10](https://github.com/genrelib/genrelib/blob/main/notebooks/10_real_music.ipynb),
# [11](https://github.com/genrelib/genrelib/blob/main/notebooks/11_errors_and_doubt.ipynb) and
# [12](https://github.com/genrelib/genrelib/blob/main/notebooks/12_what_it_hears.ipynb) first.
#
# **Time**: about 100 minutes. **Points**: 20.
#
# **How it works.** Write your id into the next cell and run it: it gives you the predictions of two classifiers for
# clips that only you have, and draws your *recipe*, `OWN`. Replace each `...` by your own code, and keep the names of
# the functions and their arguments. The cell below each answer checks its form, and is worth nothing. What an answer
# is worth is decided when it is graded, by tests that you do not see: they call your functions with results of their
# own. So try each function on a case whose answer you know. No question needs the answer to another: each function
# takes what it needs as an argument, and may read `OWN`, but no other variable of this notebook. You may use NumPy,
# pandas, SciPy and the standard library.

# %% tags=["parameters"]
STUDENT = "your-id"  # as in the class list
KEY = ""  # of the course; leave it as it is

# %%
from fractions import Fraction
from itertools import product

import numpy as np
import pandas as pd
from scipy import stats

from genrelib import classroom

me = classroom.student(STUDENT, key=KEY)
OWN = me.recipe("result")
predictions = me.predictions()
right_a, right_b = (predictions[name] == predictions["genre"] for name in "ab")
print(me.id, OWN)
print(f"a is right in {right_a.mean():.1%} of {len(predictions)} clips, b in {right_b.mean():.1%}")
predictions.head()

# %% [raw]
# # BEGIN QUESTION
# name: q1
# check_cell: false

# %% [markdown]
# ## Question 1: three kinds of chance
#
# What does a classifier reach that never listens? Write `chances(train, test)` for two lists of genres, those of the
# training clips and those of the test clips. It returns a dictionary with three accuracies *on the test clips*, as they
# are expected on average:
#
# - `"uniform"`: of a guess among the genres of the training part, each equally often;
# - `"matching"`: of a guess that names each genre as often as it occurs in the training part;
# - `"majority"`: of always naming the most frequent genre of the training part (of several, the first in the alphabet).
#
# A test clip may have a genre that does not occur in the training part: it is never named correctly. Clips labelled
# `OWN["blank"]` have no genre: leave them out of both lists before you begin.

# %% [raw]
# # BEGIN SOLUTION

# %%
def chances(train, test):
    """Return three accuracies of chance, a dict of floats."""
    # BEGIN SOLUTION
    train, test = ([name for name in names if name != OWN["blank"]] for names in (train, test))
    genres = sorted(set(train))
    tested = {name: test.count(name) / len(test) for name in genres}
    learned = {name: train.count(name) / len(train) for name in genres}
    return {
        "uniform": sum(tested.values()) / len(genres),
        "matching": sum(learned[name] * tested[name] for name in genres),
        "majority": tested[max(genres, key=learned.get)],
    }
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
chances(list(predictions["genre"]), list(predictions["genre"]))

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: chances returns the three accuracies by their names
""" # END TEST CONFIG
def test_chances_have_names(chances):
    assert set(chances(["a", "a", "b"], ["a", "b"])) == {"uniform", "matching", "majority"}

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: chances does not learn from the training part and test on the test part
""" # END TEST CONFIG
def test_train_and_test(me, chances):
    from random import Random

    random = Random(me.seed)
    for _ in range(5):
        train, test = random.choices("abcd", [4, 3, 2, 1], k=60), random.choices("abcde", [1, 2, 3, 4, 2], k=50)
        found = chances(train, test)
        genres = sorted(set(train))
        assert abs(found["uniform"] - sum(name in genres for name in test) / len(test) / len(genres)) < 1e-9
        assert abs(found["matching"] - sum(train.count(name) for name in test) / len(train) / len(test)) < 1e-9
        most = max(genres, key=lambda name: (train.count(name), -ord(name)))
        assert abs(found["majority"] - test.count(most) / len(test)) < 1e-9

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: chances counts clips that have no genre
""" # END TEST CONFIG
def test_blank(me, chances):
    blank = me.recipe("result")["blank"]
    train, test = ["rock"] * 3 + ["jazz"] * 2, ["rock", "jazz", "jazz", "jazz"]
    found = chances([blank] * 9 + train, [*test, blank, blank])
    assert all(abs(found[name] - value) < 1e-9 for name, value in chances(train, test).items())
    assert abs(found["majority"] - 0.25) < 1e-9 and abs(found["uniform"] - 0.5) < 1e-9

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q1 fails test_train_and_test
def chances(train, test):
    test = [name for name in test if name != OWN["blank"]]
    shares = pd.Series(test).value_counts(normalize=True)
    return {"uniform": 1 / len(shares), "matching": float((shares**2).sum()), "majority": float(shares.max())}

# %%
# IGNORE
# WRONG q1 fails test_blank
def chances(train, test):
    genres = sorted(set(train))
    tested = {name: test.count(name) / len(test) for name in genres}
    learned = {name: train.count(name) / len(train) for name in genres}
    return {
        "uniform": sum(tested.values()) / len(genres),
        "matching": sum(learned[name] * tested[name] for name in genres),
        "majority": tested[max(genres, key=learned.get)],
    }

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q2
# check_cell: false

# %% [markdown]
# ## Question 2: how sure
#
# Wilson's interval is one of several. *Jeffreys'* goes from the $(1 - L)/2$ quantile to the $(1 + L)/2$ quantile of the
# beta distribution with the parameters $h + \frac12$ and $n - h + \frac12$, where $h$ of $n$ clips are right and $L =$
# `OWN["level"]` (`scipy.stats.beta.ppf`). Its lower end is 0 when no clip is right, its upper end 1 when all are. Write
# `interval(hits, clips)`, a pair (low, high).

# %% [raw]
# # BEGIN SOLUTION

# %%
def interval(hits, clips):
    """Return the ends of Jeffreys' interval at your level, a pair of floats."""
    # BEGIN SOLUTION
    tail = (1 - OWN["level"]) / 2
    low, high = stats.beta.ppf([tail, 1 - tail], hits + 0.5, clips - hits + 0.5)
    return (0.0 if hits == 0 else float(low)), (1.0 if hits == clips else float(high))
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
print(interval(30, 64), interval(11, 64))

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: interval returns a pair
""" # END TEST CONFIG
def test_interval_is_a_pair(interval):
    low, high = interval(3, 10)
    assert low < high

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: interval does not leave half of what is outside your level on each side
""" # END TEST CONFIG
def test_tails(me, interval):
    from scipy import stats

    tail = (1 - me.recipe("result")["level"]) / 2
    for hits, clips in ((5, 12), (30, 64), (1, 9), (198, 200)):
        low, high = interval(hits, clips)
        shape = (hits + 0.5, clips - hits + 0.5)
        assert abs(stats.beta.cdf(low, *shape) - tail) < 1e-6
        assert abs(stats.beta.sf(high, *shape) - tail) < 1e-6

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: interval does not reach 0 when nothing is right, or 1 when everything is
""" # END TEST CONFIG
def test_nothing_and_everything(interval):
    low, high = interval(0, 20)
    assert low == 0 and 0 < high < 0.3
    low, high = interval(20, 20)
    assert high == 1 and 0.7 < low < 1

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q2 fails test_tails (library)
def interval(hits, clips):
    found = stats.binomtest(hits, clips).proportion_ci(OWN["level"], method="wilson")
    return float(found.low), float(found.high)

# %%
# IGNORE
# WRONG q2 fails test_nothing_and_everything
def interval(hits, clips):
    tail = (1 - OWN["level"]) / 2
    low, high = stats.beta.ppf([tail, 1 - tail], hits + 0.5, clips - hits + 0.5)
    return float(low), float(high)

# %%
# IGNORE
# WRONG q2 fails test_tails
def interval(hits, clips):
    low, high = stats.beta.ppf([0.025, 0.975], hits + 0.5, clips - hits + 0.5)
    return (0.0 if hits == 0 else float(low)), (1.0 if hits == clips else float(high))

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q3
# check_cell: false

# %% [markdown]
# ## Question 3: had there been other artists
#
# Clips of one artist are right or wrong together, so draw artists, not clips. Write `by_artist(right, artist, draws)`:
# `right` says of each clip whether it was named correctly, `artist` names its artist, and `draws` is an array of whole
# numbers, one row per repetition: 0 stands for the artist that comes first in the alphabet, 1 for the next, and so on.
# An artist who is drawn twice counts twice, with all of the clips. For each row, divide the number of right clips by the
# number of clips. Return the pair of quantiles $(1 - L)/2$ and $(1 + L)/2$ of these accuracies (`np.quantile`, as it
# comes), $L =$ `OWN["level"]`.

# %% [raw]
# # BEGIN SOLUTION

# %%
def by_artist(right, artist, draws):
    """Return the ends of the interval over artists, a pair of floats."""
    # BEGIN SOLUTION
    _, number = np.unique(artist, return_inverse=True)
    hits, clips = np.bincount(number, np.asarray(right, dtype=float)), np.bincount(number)
    accuracies = hits[draws].sum(axis=1) / clips[draws].sum(axis=1)
    low, high = np.quantile(accuracies, [(1 - OWN["level"]) / 2, (1 + OWN["level"]) / 2])
    return float(low), float(high)
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
artists = predictions["artist"].nunique()
draws = me.rng("draws").integers(0, artists, (2000, artists))
print(by_artist(list(right_a), list(predictions["artist"]), draws))

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: by_artist returns a pair
""" # END TEST CONFIG
def test_by_artist_is_a_pair(by_artist):
    import numpy as np

    low, high = by_artist([True, False, True], ["x", "x", "y"], np.array([[0, 1], [0, 0], [1, 1]]))
    assert low <= high

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: by_artist does not count an artist with all of the clips
""" # END TEST CONFIG
def test_all_clips(by_artist):
    import numpy as np

    right, artist = [True] * 9 + [False, True, False], ["b"] * 9 + ["a", "a", "c"]
    for row, expected in (([0, 1, 2], 10 / 12), ([1, 1, 0], 19 / 20), ([2, 2, 2], 0), ([0, 0, 2], 2 / 5)):
        assert np.allclose(by_artist(right, artist, np.array([row])), expected)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: by_artist does not take the artists in the order of the alphabet
""" # END TEST CONFIG
def test_alphabet(me, by_artist):
    import numpy as np

    order = me.rng("order").permutation(list("abcdefgh"))
    artist = [str(name) for name in np.repeat(order, 2)]
    right = [name in "abc" for name in artist]
    for number in range(8):
        assert np.allclose(by_artist(right, artist, np.full((3, 4), number)), number < 3)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: by_artist does not return the quantiles of your level
""" # END TEST CONFIG
def test_quantiles(me, by_artist):
    import numpy as np

    level, table, rng = me.recipe("result")["level"], me.predictions(), me.rng("test_quantiles")
    right, artist = (table["b"] == table["genre"]).tolist(), table["artist"].tolist()
    names = sorted(set(artist))
    draws = rng.integers(0, len(names), (300, len(names)))
    accuracies = []
    for row in draws:
        clips = [hit for number in row for hit, name in zip(right, artist) if name == names[number]]
        accuracies.append(np.mean(clips))
    expected = np.quantile(accuracies, [(1 - level) / 2, (1 + level) / 2])
    assert np.allclose(by_artist(right, artist, draws), expected)

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q3 fails test_all_clips
def by_artist(right, artist, draws):
    _, number = np.unique(artist, return_inverse=True)
    means = np.bincount(number, np.asarray(right, dtype=float)) / np.bincount(number)
    low, high = np.quantile(means[draws].mean(axis=1), [(1 - OWN["level"]) / 2, (1 + OWN["level"]) / 2])
    return float(low), float(high)

# %%
# IGNORE
# WRONG q3 fails test_alphabet
def by_artist(right, artist, draws):
    number, _ = pd.factorize(np.array(artist))
    hits, clips = np.bincount(number, np.asarray(right, dtype=float)), np.bincount(number)
    accuracies = hits[draws].sum(axis=1) / clips[draws].sum(axis=1)
    low, high = np.quantile(accuracies, [(1 - OWN["level"]) / 2, (1 + OWN["level"]) / 2])
    return float(low), float(high)

# %%
# IGNORE
# WRONG q3 fails test_quantiles
def by_artist(right, artist, draws):
    _, number = np.unique(artist, return_inverse=True)
    hits, clips = np.bincount(number, np.asarray(right, dtype=float)), np.bincount(number)
    low, high = np.quantile(hits[draws].sum(axis=1) / clips[draws].sum(axis=1), [0.025, 0.975])
    return float(low), float(high)

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q4
# check_cell: false

# %% [markdown]
# ## Question 4: which is better?
#
# Two classifiers named the same clips. If neither is better, then for each artist it is a matter of luck which of the
# two is which. So exchange them, artist by artist, in *every* possible way: with $A$ artists there are $2^A$ ways. Write
# `p_value(right_a, right_b, artist)`: the share of these ways in which the difference between the numbers of right clips
# is at least as large as it is in truth, in either direction. There are never more than twelve artists, so all the ways
# can be counted, and the answer is exact.

# %% [raw]
# # BEGIN SOLUTION

# %%
def p_value(right_a, right_b, artist):
    """Return the share of exchanges with a difference as large as the true one, a float."""
    # BEGIN SOLUTION
    _, number = np.unique(artist, return_inverse=True)
    lead = np.bincount(number, np.asarray(right_a, dtype=float) - np.asarray(right_b, dtype=float))
    ways = np.array(list(product([1, -1], repeat=len(lead))))
    return float(np.mean(np.abs(ways @ lead) >= abs(lead.sum()) - 1e-9))
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
print(p_value(list(right_a), list(right_b), list(predictions["artist"])))

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: p_value returns a share
""" # END TEST CONFIG
def test_p_value_is_a_share(p_value):
    assert 0 <= p_value([True, False, True], [False, False, True], ["x", "x", "y"]) <= 1

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: p_value does not exchange whole artists
""" # END TEST CONFIG
def test_whole_artists(p_value):
    for artists, clips in ((1, 12), (3, 4), (6, 1)):
        artist = [f"artist {number}" for number in range(artists) for _ in range(clips)]
        p = p_value([True] * len(artist), [False] * len(artist), artist)
        assert abs(p - 2 ** (1 - artists)) < 1e-9

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: p_value does not count differences in both directions, ties included
""" # END TEST CONFIG
def test_both_directions(me, p_value):
    table = me.predictions()
    a, b = ((table[name] == table["genre"]).tolist() for name in "ab")
    artist = table["artist"].tolist()
    assert abs(p_value(a, b, artist) - p_value(b, a, artist)) < 1e-9
    assert p_value(a, a, artist) == 1
    assert abs(p_value([1, 1, 0], [0, 0, 1], ["x", "y", "z"]) - 1) < 1e-9

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: p_value is not the share of all exchanges
""" # END TEST CONFIG
def test_every_exchange(me, p_value):
    from itertools import product

    import numpy as np

    rng = me.rng("test_every_exchange")
    for _ in range(4):
        artist = [f"artist {number}" for number in rng.integers(0, 8, 60)]
        a, b = rng.random((2, 60)) < [[0.7], [0.5]]
        names = sorted(set(artist))
        lead = [sum(int(x) - int(y) for x, y, own in zip(a, b, artist) if own == name) for name in names]
        ways = [abs(sum(s * d for s, d in zip(signs, lead))) for signs in product([1, -1], repeat=len(lead))]
        expected = np.mean([way >= abs(sum(lead)) for way in ways])
        assert abs(p_value(a.tolist(), b.tolist(), artist) - expected) < 1e-9

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q4 fails test_whole_artists (library)
def p_value(right_a, right_b, artist):
    a, b = np.asarray(right_a, dtype=bool), np.asarray(right_b, dtype=bool)
    only_a, only_b = int((a & ~b).sum()), int((b & ~a).sum())
    return float(stats.binomtest(only_a, only_a + only_b).pvalue) if only_a + only_b else 1.0

# %%
# IGNORE
# WRONG q4 fails test_both_directions
def p_value(right_a, right_b, artist):
    _, number = np.unique(artist, return_inverse=True)
    lead = np.bincount(number, np.asarray(right_a, dtype=float) - np.asarray(right_b, dtype=float))
    ways = np.array(list(product([1, -1], repeat=len(lead))))
    return float(np.mean(ways @ lead >= lead.sum() - 1e-9))

# %%
# IGNORE
# WRONG q4 fails test_every_exchange
def p_value(right_a, right_b, artist):
    _, number = np.unique(artist, return_inverse=True)
    lead = np.sign(np.bincount(number, np.asarray(right_a, dtype=float) - np.asarray(right_b, dtype=float)))
    ways = np.array(list(product([1, -1], repeat=len(lead))))
    return float(np.mean(np.abs(ways @ lead) >= abs(lead.sum()) - 1e-9))

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q5
# check_cell: false

# %% [markdown]
# ## Question 5: what for what
#
# Write `confused(truth, said)` for two lists of genres. A confusion is a true genre and another one that
# it was taken for, and its share counts *the clips of the true genre* for which that happened. Return the confusion with
# the largest share as a tuple: the true genre, the other one, the share. Of equally large shares
# the first counts, in the alphabetical order of the true genre and then of the other. Where everything is right, return
# `None`.

# %% [raw]
# # BEGIN SOLUTION

# %%
def confused(truth, said):
    """Return the most frequent confusion and its share of the true genre, or None."""
    # BEGIN SOLUTION
    truth, pairs = list(truth), list(zip(truth, said))
    wrong = sorted({pair for pair in pairs if pair[0] != pair[1]})
    if not wrong:
        return None
    share = {pair: pairs.count(pair) / truth.count(pair[0]) for pair in wrong}
    worst = max(wrong, key=share.get)
    return (*worst, share[worst])
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
print(confused(predictions["genre"], predictions["a"]), confused(predictions["genre"], predictions["b"]))

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: confused returns two genres and a share
""" # END TEST CONFIG
def test_confused_has_three_parts(confused):
    assert len(confused(["a", "b"], ["b", "b"])) == 3

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: confused does not compare shares of the true genre
""" # END TEST CONFIG
def test_shares_of_the_truth(confused):
    truth = ["rock"] * 50 + ["jazz"] * 4 + ["pop"] * 10
    said = ["metal"] * 9 + ["rock"] * 41 + ["blues", "jazz", "blues", "pop"] + ["rock"] * 3 + ["pop"] * 7
    first, second, share = confused(truth, said)
    assert (first, second) == ("jazz", "blues") and abs(share - 0.5) < 1e-9
    assert tuple(confused(["b", "b", "a", "a"], ["a", "b", "a", "c"])) == ("a", "c", 0.5)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: confused takes what is right for a confusion
""" # END TEST CONFIG
def test_right_is_no_confusion(confused):
    assert confused(["a", "b", "b"], ["a", "b", "b"]) is None
    assert tuple(confused(["a"] * 9 + ["b"] * 10, ["a"] * 9 + ["b"] * 9 + ["a"]))[:2] == ("b", "a")

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q5 fails test_shares_of_the_truth
def confused(truth, said):
    pairs = [(a, b) for a, b in zip(truth, said) if a != b]
    if not pairs:
        return None
    worst = max(sorted(set(pairs)), key=pairs.count)
    return (*worst, pairs.count(worst) / list(truth).count(worst[0]))

# %%
# IGNORE
# WRONG q5 fails test_right_is_no_confusion
def confused(truth, said):
    pairs = list(zip(truth, said))
    share = {pair: pairs.count(pair) / list(truth).count(pair[0]) for pair in sorted(set(pairs))}
    worst = max(share, key=share.get)
    return (*worst, share[worst])

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q6
# check_cell: false

# %% [markdown]
# ## Question 6: can that be a share of the clips?
#
# An accuracy is a whole number of clips divided by the number of clips, so not every percentage is possible. Write
# `possible(percent, clips)`: `percent` is a string as it was printed, `"46.87"` say, and may have been rounded *or* cut
# off after its last digit. With $u$ one unit of the last digit, $h$ right clips of $n$ are possible when $100\,h/n$ lies
# from $p - u/2$ (included) to $p + u$ (excluded). Return the list of all such $h$, from the lowest to the highest.
# (`Fraction("46.87")` is exact; floating-point numbers are not.)
#
# Then try the two accuracies of [Lachmish (2016)](https://github.com/mlachmish/MusicGenreClassification), 46.87 % and
# 17.18 %, with the 200 clips of which his program speaks, and with 64, the size of a batch.

# %% [raw]
# # BEGIN SOLUTION

# %%
def possible(percent, clips):
    """Return the numbers of right clips that a printed percentage may stand for, a list of int."""
    # BEGIN SOLUTION
    p, digits = Fraction(percent), len(percent.partition(".")[2])
    unit = Fraction(1, 10**digits)
    return [h for h in range(clips + 1) if p - unit / 2 <= Fraction(100 * h, clips) < p + unit]
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
for percent in ("46.87", "17.18"):
    print(percent, {clips: possible(percent, clips) for clips in (64, 128, 192, 200)})

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: possible returns a list
""" # END TEST CONFIG
def test_possible_is_a_list(possible):
    assert isinstance(possible("50", 10), list)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: possible leaves out what was rounded or what was cut off
""" # END TEST CONFIG
def test_rounded_and_cut(possible):
    assert possible("17.18", 64) == [11] and possible("17.19", 64) == [11] and possible("17.17", 64) == []
    assert possible("66.6", 3) == [2] and possible("66.7", 3) == [2] and possible("67", 3) == [2]
    assert possible("46.87", 200) == []

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: possible is not exact at its ends, or does not list all numbers of clips
""" # END TEST CONFIG
def test_ends_exact(possible):
    assert possible("0.5", 1000) == [5]
    assert possible("12", 1000) == list(range(115, 130))
    assert possible("28.5", 4000) == [1138, 1139, 1140, 1141, 1142, 1143]
    assert possible("100", 64) == [64] and possible("0.0", 10) == [0]

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q6 fails test_rounded_and_cut
def possible(percent, clips):
    digits = len(percent.partition(".")[2])
    return [h for h in range(clips + 1) if round(100 * h / clips, digits) == float(percent)]

# %%
# IGNORE
# WRONG q6 fails test_ends_exact
def possible(percent, clips):
    unit = 10 ** -len(percent.partition(".")[2])
    return [h for h in range(clips + 1) if abs(100 * h / clips - float(percent)) < unit]

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q7
# check_cell: false

# %% [markdown]
# ## Question 7: the labels of 2016
#
# The program of 2016 walks through the clips in a certain order and writes the *label* of each clip into a list. It puts
# the *features* of each clip into a dictionary under the clip's name. At the end it saves the dictionary's values beside
# the list, as if both were in one order. Today they would be. In the Python 2.7 of 2016 a dictionary gave its values in
# an order of its own.
#
# `walk` is the list of clips in the order in which they were visited, `stored` the list of the same clips in the order of
# the dictionary. Clips have names such as `"blues.00017"`, the genre before the point. Write
# `labels_given(walk, stored)`: a pair. Its first is a dictionary from each clip to the label that *its features* got. Its
# second is the largest share of clips on which a classifier that hears the true genre of each clip perfectly can agree
# with these labels, if it has to give one answer per true genre: for each true genre it names the label that most of the
# clips of that genre got.

# %% [raw]
# # BEGIN SOLUTION

# %%
def labels_given(walk, stored):
    """Return the label that each clip got, and how often the best listener would agree."""
    # BEGIN SOLUTION
    given = {clip: label.partition(".")[0] for clip, label in zip(stored, walk)}
    got = {}
    for clip, label in given.items():
        got.setdefault(clip.partition(".")[0], []).append(label)
    return given, sum(max(map(labels.count, labels)) for labels in got.values()) / len(given)
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
walk = [f"{genre}.{number:05d}" for genre in ("blues", "classical", "country") for number in range(4)]
labels_given(walk, list(me.rng("stored").permutation(walk)))

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: labels_given returns a dictionary and a share
""" # END TEST CONFIG
def test_labels_given_is_a_pair(labels_given):
    given, share = labels_given(["a.0", "b.0"], ["b.0", "a.0"])
    assert set(given) == {"a.0", "b.0"} and 0 <= share <= 1

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: labels_given does not give the features in a row the label in the same row
""" # END TEST CONFIG
def test_rows(me, labels_given):
    walk = [f"{genre}.{number:05d}" for genre in ("jazz", "pop", "rock") for number in range(7)]
    assert labels_given(walk, walk)[0] == {clip: clip.partition(".")[0] for clip in walk}
    stored = [str(clip) for clip in me.rng("test_rows").permutation(walk)]
    given, _ = labels_given(walk, stored)
    assert all(given[stored[row]] == walk[row].partition(".")[0] for row in range(len(walk)))

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: labels_given is not the share on which the best listener agrees with the labels
""" # END TEST CONFIG
def test_best_listener(labels_given):
    walk = [f"{genre}.{number}" for genre in "abc" for number in range(4)]
    assert labels_given(walk, walk)[1] == 1
    assert labels_given(walk, walk[4:] + walk[:4])[1] == 1  # every label is wrong, and all can be learned
    mixed = ["a.0", "b.0", "c.0", "a.1", "b.1", "c.1", "a.2", "b.2", "c.2", "a.3", "b.3", "c.3"]
    assert abs(labels_given(walk, mixed)[1] - 6 / 12) < 1e-9

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q7 fails test_rows
def labels_given(walk, stored):
    given = {clip: label.partition(".")[0] for clip, label in zip(walk, stored)}
    got = {}
    for clip, label in given.items():
        got.setdefault(clip.partition(".")[0], []).append(label)
    return given, sum(max(map(labels.count, labels)) for labels in got.values()) / len(given)

# %%
# IGNORE
# WRONG q7 fails test_best_listener
def labels_given(walk, stored):
    given = {clip: label.partition(".")[0] for clip, label in zip(stored, walk)}
    return given, sum(clip.partition(".")[0] == label for clip, label in given.items()) / len(given)

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q8
# check_cell: false

# %% [markdown]
# ## Question 8: after how many attempts?
#
# Who tries twenty settings finds one that is "significant". *Holm's* rule guards against it: sort the $m$ p-values from
# the smallest to the largest; compare the smallest with $\alpha/m$, the next with $\alpha/(m-1)$, and so on, the last with
# $\alpha$. Stop at the first that is larger than its limit. What came before it survives. Write `survivors(p_values)` for
# a dictionary of name -> p-value: the list of the names that survive at $\alpha =$ `OWN["alpha"]`, the smallest first.

# %% [raw]
# # BEGIN SOLUTION

# %%
def survivors(p_values):
    """Return the names that survive Holm's rule at your level, a list of str."""
    # BEGIN SOLUTION
    order, found = sorted(p_values, key=p_values.get), []
    for number, name in enumerate(order):
        if p_values[name] > OWN["alpha"] / (len(order) - number):
            break
        found.append(name)
    return found
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
print(survivors({"25/10 ms": 0.2, "50/20 ms": 0.012, "100/40 ms": 0.001, "200/100 ms": 0.03}))

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: survivors returns a list
""" # END TEST CONFIG
def test_survivors_is_a_list(survivors):
    assert list(survivors({"a": 0.00001})) == ["a"]

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: survivors does not compare with your level, divided by how many are left
""" # END TEST CONFIG
def test_limits_of_holm(me, survivors):
    alpha = me.recipe("result")["alpha"]
    just = {f"p{number}": 0.999 * alpha / (6 - number) for number in range(6)}
    assert survivors(dict(reversed(just.items()))) == list(just)
    for number in range(6):
        over = just | {f"p{number}": 1.001 * alpha / (6 - number)}
        assert survivors(over) == list(just)[:number]

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: survivors does not stop at the first that fails
""" # END TEST CONFIG
def test_first_failure(me, survivors):
    alpha = me.recipe("result")["alpha"]
    assert survivors({"x": 0.9 * alpha, "y": 0.95 * alpha, "z": alpha / 6}) == ["z"]
    assert survivors({"x": 0.6 * alpha, "y": 0.7 * alpha}) == []

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q8 fails test_limits_of_holm
def survivors(p_values):
    limit = OWN["alpha"] / len(p_values)
    return sorted((name for name in p_values if p_values[name] <= limit), key=p_values.get)

# %%
# IGNORE
# WRONG q8 fails test_first_failure
def survivors(p_values):
    order = sorted(p_values, key=p_values.get)
    return [name for number, name in enumerate(order) if p_values[name] <= OWN["alpha"] / (len(order) - number)]

# %%
# IGNORE
# WRONG q8 fails test_first_failure (library)
def survivors(p_values):
    order = sorted(p_values, key=p_values.get)
    adjusted = stats.false_discovery_control([p_values[name] for name in order])
    return [name for name, p in zip(order, adjusted) if p <= OWN["alpha"]]

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q9
# manual: true
# points: 2

# %% [markdown]
# ## Question 9: in your own words
#
# The report of 2016 concludes from 46.87 % with mel bands and 17.18 % with MFCCs, each tested once, that mel bands are
# better features. Say what your functions let you conclude about the two numbers, what remains unknown, and what the
# labels of question 7 would mean for the conclusion. Then propose one experiment that would answer the question, with its
# split, its control and what it would have to show. Eight sentences are enough.

# %% [raw]
# # BEGIN SOLUTION

# %% [markdown]
# Neither percentage is a share of 200 clips; both are shares of 64 (30 and 11), and of multiples of it. On 64 clips the
# intervals are wide, but they do not overlap, so luck in the choice of test clips does not explain the difference.
# Unknown are the artists of the test clips, the seeds, and which files were read. If features and labels were saved in
# different orders, then the labels hardly tell the genre, and neither number says anything about features for genres:
# what can be learned is which clips were stored near one another. An experiment: the same network on both features with
# labels that are checked by hand for a few clips, artists kept apart, several seeds, compared artist by artist. Controls:
# shuffled labels, which have to give chance, and a plain SVM on the same features. Mel bands are better if the paired
# interval of the difference leaves out zero and the control does not show the same difference.

# %% [raw]
# # END SOLUTION

# %% [markdown]
# # IGNORE
# # RUBRIC q9
# Half a point: the percentages are read as shares of clips, with what is possible and what is not. Half a point: what
# swapped labels mean (nothing about genres can be learned), written as "if", not as proven. One point for an experiment that
# changes the features only, keeps artists apart and has a control; half a point if one of these is missing.

# %% [raw]
# # END QUESTION

# %% [markdown]
# ## Before you hand in
#
# Choose *Restart Kernel and Run All Cells*: what you hand in is run again, from top to bottom. (Where you left a question
# open, its check stops the run; go on with *Run Selected Cell and All Below*.) Save the notebook, and hand in the file.
