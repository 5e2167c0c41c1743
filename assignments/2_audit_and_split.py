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
# # Assignment 2: audit and split
#
# You are given a library of clips as libraries are: some files are broken, some artists are spelt in three ways, some
# recordings are there twice. You find out what is wrong with it, and split what is left so that an accuracy will mean
# something. Read [chapter 2](https://github.com/genrelib/genrelib/blob/main/notebooks/02_data.ipynb) first.
#
# **Time**: about 90 minutes. **Points**: 20.
#
# **How it works.** Write your id into the next cell and run it: it makes your library, with faults of its own, and
# draws your *recipe*, `OWN`: limits and shares that are yours alone. Replace each `...` by your own code, and keep
# the names of the functions and their arguments. The cell below each answer checks its form, and is worth nothing.
# What an answer is worth is decided when it is graded, by tests that you do not see: they call your functions with
# tables of their own. So try each function on a case whose answer you know. No question needs the answer to another:
# each function takes what it needs as an argument, and may read `OWN`, but no other variable of this notebook. You
# may use NumPy, pandas, SciPy and the standard library.

# %% tags=["parameters"]
STUDENT = "your-id"  # as in the class list
KEY = ""  # of the course; leave it as it is

# %%
import math
import re
import unicodedata

import numpy as np
import pandas as pd
from scipy import stats

from genrelib import classroom

me = classroom.student(STUDENT, key=KEY)
OWN = me.recipe("audit")
library = me.library()
landmarks = me.landmarks()
print(me.id, OWN)
library.head(10)

# %% [raw]
# # BEGIN QUESTION
# name: q1
# check_cell: false

# %% [markdown]
# ## Question 1: what a file shows
#
# A clip is
#
# - `"unreadable"` when any of its three numbers is missing (`NaN`); then nothing else is said of it;
# - `"short"` when it lasts less than `OWN["shortest"]` seconds;
# - `"silent"` when its peak lies below `OWN["silent"]` decibels of full scale (a peak of 1 is 0 dB; decibels of an
#   amplitude);
# - `"clipped"` when the share of its samples at full scale is larger than `OWN["clipped"]`.
#
# Write `faults(table)` for a table with the columns clip, seconds, peak and clipped, as `library` has them. It returns a
# dictionary: the name of each clip that has a fault -> the list of its faults, in the order of this list. Clips without
# a fault are not in it.

# %% [raw]
# # BEGIN SOLUTION

# %%
def faults(table):
    """Return the faults of each clip that has any, a dict of lists of str."""
    # BEGIN SOLUTION
    found = {}
    for row in table.itertuples():
        if np.isnan([row.seconds, row.peak, row.clipped]).any():
            found[row.clip] = ["unreadable"]
            continue
        said = {
            "short": row.seconds < OWN["shortest"],
            "silent": row.peak < 10 ** (OWN["silent"] / 20),
            "clipped": row.clipped > OWN["clipped"],
        }
        if any(said.values()):
            found[row.clip] = [fault for fault, is_so in said.items() if is_so]
    return found
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
faults(library)

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: faults returns a dictionary of lists
""" # END TEST CONFIG
def test_faults_is_a_dictionary(faults):
    import pandas as pd

    found = faults(pd.DataFrame({"clip": ["a"], "seconds": [0.1], "peak": [0.9], "clipped": [0.0]}))
    assert isinstance(found, dict) and isinstance(found["a"], list)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: faults does not say of every clip just what your limits say
""" # END TEST CONFIG
def test_limits(me, faults):
    import pandas as pd

    own = me.recipe("audit")
    silent = 10 ** (own["silent"] / 20)
    cases = {
        "fine": (own["shortest"] * 1.01, silent * 1.01, own["clipped"] * 0.99, []),
        "brief": (own["shortest"] * 0.99, silent * 1.01, own["clipped"] * 0.99, ["short"]),
        "soft": (own["shortest"] * 1.01, silent * 0.99, own["clipped"] * 0.99, ["silent"]),
        "loud": (own["shortest"] * 1.01, silent * 1.01, own["clipped"] * 1.01, ["clipped"]),
        "all": (own["shortest"] * 0.99, silent * 0.99, own["clipped"] * 1.01, ["short", "silent", "clipped"]),
    }
    rows = [(clip, *numbers) for clip, (*numbers, _) in cases.items()]
    found = faults(pd.DataFrame(rows, columns=["clip", "seconds", "peak", "clipped"]).sample(frac=1))
    assert found == {clip: said for clip, (*_, said) in cases.items() if said}

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: faults does not notice clips whose numbers are missing, or says more of them
""" # END TEST CONFIG
def test_unreadable(me, faults):
    import numpy as np

    table = me.library()
    broken = set(table["clip"][table[["seconds", "peak", "clipped"]].isna().any(axis=1)])
    table.loc[0, "seconds"], table.loc[1, "clipped"] = 0.01, np.nan
    broken |= {table.loc[1, "clip"]}
    broken -= {table.loc[0, "clip"]} if table.loc[0, ["peak", "clipped"]].notna().all() else set()
    found = faults(table)
    assert {clip for clip, said in found.items() if "unreadable" in said} == broken
    assert all(found[clip] == ["unreadable"] for clip in broken)

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q1 fails test_limits
def faults(table):
    found = {}
    for row in table.itertuples():
        if np.isnan([row.seconds, row.peak, row.clipped]).any():
            found[row.clip] = ["unreadable"]
        elif row.seconds < OWN["shortest"]:
            found[row.clip] = ["short"]
        elif row.peak < 10 ** (OWN["silent"] / 20):
            found[row.clip] = ["silent"]
        elif row.clipped > OWN["clipped"]:
            found[row.clip] = ["clipped"]
    return found

# %%
# IGNORE
# WRONG q1 fails test_unreadable
def faults(table):
    found = {}
    for row in table.itertuples():
        said = {"short": row.seconds < OWN["shortest"], "silent": row.peak < 10 ** (OWN["silent"] / 20)}
        said["clipped"] = row.clipped > OWN["clipped"]
        if any(said.values()):
            found[row.clip] = [fault for fault, is_so in said.items() if is_so]
    return found

# %%
# IGNORE
# WRONG q1 fails test_limits
def faults(table):
    found = {}
    for row in table.itertuples():
        said = {"unreadable": np.isnan([row.seconds, row.peak, row.clipped]).any()}
        said |= {"short": row.seconds < OWN["shortest"], "silent": row.peak < 10 ** (OWN["silent"] / 10)}
        said["clipped"] = row.clipped > OWN["clipped"]
        if any(said.values()):
            found[row.clip] = [fault for fault, is_so in said.items() if is_so]
    return found

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q2
# check_cell: false

# %% [markdown]
# ## Question 2: one artist, many spellings
#
# Write `spelling(name)`: a string that is the same for all spellings of one artist and different for different artists.
# Two spellings mean the same artist when they agree after these steps, in this order:
#
# 1. upper case becomes lower case, and letters lose their accents (`unicodedata.normalize("NFKD", …)` takes accents off
#    letters; drop the characters that `unicodedata.combining` tells);
# 2. whatever begins with the word *feat.*, *ft.* or *featuring* is dropped, and `&` becomes *and*;
# 3. the word *the* at the very beginning, or *, the* at the very end, is dropped;
# 4. only letters and digits are kept.
#
# A band that is called *The The* still has a name.

# %% [raw]
# # BEGIN SOLUTION

# %%
def spelling(name):
    """Return what all spellings of an artist have in common, a str."""
    # BEGIN SOLUTION
    letters = unicodedata.normalize("NFKD", name.lower())
    text = "".join(letter for letter in letters if not unicodedata.combining(letter)).strip()
    text = re.split(r"\b(?:feat\.|ft\.|featuring\b)", text)[0].replace("&", " and ").strip()
    text = re.sub(r"^the\s+(?=\S)|\s*,\s*the$", "", text)
    return "".join(letter for letter in text if letter.isalnum())
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
print(library["artist"].nunique(), "spellings", library["artist"].map(spelling).nunique(), "artists")

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: spelling returns a string
""" # END TEST CONFIG
def test_spelling_is_a_string(spelling):
    assert isinstance(spelling("Abba"), str)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: spelling does not bring the spellings of one artist together
""" # END TEST CONFIG
def test_together(me, spelling):
    from random import Random

    random = Random(me.seed)
    stem = "".join(random.choices("abcdefghijklmnop", k=7))
    ways = [f"the {stem}s", f"THE {stem.upper()}S", f"{stem}s, The", f" {stem}s", f"The {stem}s feat. Zoé"]
    ways += [f"{stem}s ft. Ann & Bob", f"The {stem}s featuring Ed", f"{stem}’s", f"{stem[:3]}{stem[3:]}ś"]
    assert {spelling(way) for way in ways} == {f"{stem}s"}
    assert spelling("Simón & Garf-unkel") == spelling("Simon and Garfunkel")
    assert spelling("The The") == spelling("the THE") != ""

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: spelling takes different artists for one
""" # END TEST CONFIG
def test_apart(spelling):
    names = ["Theory", "ory", "Them", "m", "Swift", "Swi", "Defeat", "De", "Featherweight", "Blur 1", "Blur 2"]
    names += ["Mathe", "Ma", "Gift", "Gi", "The Fall", "Fall the"]
    assert len({spelling(name) for name in names}) == len(names)

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q2 fails test_together
def spelling(name):
    return name.strip().lower().removeprefix("the ").removesuffix(", the")

# %%
# IGNORE
# WRONG q2 fails test_apart
def spelling(name):
    letters = unicodedata.normalize("NFKD", name.lower().replace("&", "and"))
    text = "".join(letter for letter in letters if not unicodedata.combining(letter))
    text = re.split(r"feat|ft|featuring", text)[0]
    return "".join(letter for letter in text if letter.isalnum()).replace("the", "", 1) or "the"

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q3
# check_cell: false

# %% [markdown]
# ## Question 3: one recording, twice
#
# A fingerprint of chapter 2 is an array with one row per landmark: the frame at which it was found, and its number.
# Where one clip repeats another, many landmarks of the same number lie at (nearly) the same *distance in time*. Your
# machine is not exact: distances count as the same when they differ by no more than `OWN["slack"]` frames.
#
# Write `agreement(a, b)`. Form all pairs of a landmark of `a` and one of `b` with the same number, and note for each
# pair the difference of their frames. Return the largest number of pairs whose differences all lie within
# `OWN["slack"]` of one another (the largest minus the smallest is at most that).

# %% [raw]
# # BEGIN SOLUTION

# %%
def agreement(a, b):
    """Return how many pairs of landmarks agree about one distance in time, an int."""
    # BEGIN SOLUTION
    a, b = np.asarray(a), np.asarray(b)
    ones, others = np.nonzero(a[:, 1][:, None] == b[:, 1][None])
    apart = np.sort(b[others, 0] - a[ones, 0])
    return int(max(np.searchsorted(apart, apart + OWN["slack"], side="right") - np.arange(len(apart)), default=0))
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
names = list(landmarks)
pd.DataFrame([[agreement(landmarks[a], landmarks[b]) for a in names[:6]] for b in names[:6]], names[:6], names[:6])

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: agreement returns a whole number
""" # END TEST CONFIG
def test_agreement_is_a_number(agreement):
    import numpy as np

    assert isinstance(agreement(np.array([[1, 7]]), np.array([[5, 7], [9, 8]])), int)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: agreement counts pairs that have different numbers or lie at different distances
""" # END TEST CONFIG
def test_strangers(me, agreement):
    import numpy as np

    slack, rng = me.recipe("audit")["slack"], me.rng("test_strangers")
    frames = np.cumsum(rng.integers(3, 9, 40)) * 10
    a = np.stack([frames, np.arange(40)], axis=1)
    spread = a + np.stack([np.arange(40) * (slack + 1), np.zeros(40, int)], axis=1)
    assert agreement(a, spread) == 1
    assert agreement(a, a + np.array([0, 100])) == 0

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: agreement does not find a repetition whose distances differ by your slack
""" # END TEST CONFIG
def test_slack(me, agreement):
    import numpy as np

    slack, rng = me.recipe("audit")["slack"], me.rng("test_slack")
    a = np.stack([np.sort(rng.choice(5000, 30, replace=False)), np.arange(30)], axis=1)
    late = int(rng.integers(-400, 400))
    shift = np.resize([late, late + slack], 30)
    b = a + np.stack([shift, np.zeros(30, int)], axis=1)
    assert agreement(a, b[::-1]) == 30
    b[:10, 0] += 1  # one frame too far for those that already lie at the end
    assert agreement(a, b) == 25

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: agreement is not the largest number of pairs that agree
""" # END TEST CONFIG
def test_largest(me, agreement):
    import numpy as np

    slack, rng = me.recipe("audit")["slack"], me.rng("test_largest")
    cases = [(me.landmarks()["clip-00"], me.landmarks()["clip-01"])]
    for late in range(slack + 1):
        a = rng.integers(0, 40, (60, 2))
        cases.append((a, a + np.stack([late + rng.integers(0, slack + 1, 60), np.zeros(60, int)], axis=1)))
    for a, b in cases:
        apart = [q[0] - p[0] for p in a for q in b if p[1] == q[1]]
        best = max(sum(low <= d <= low + slack for d in apart) for low in apart)
        assert agreement(a, b) == best

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q3 fails test_strangers
def agreement(a, b):
    return int(np.sum(np.asarray(a)[:, 1][:, None] == np.asarray(b)[:, 1][None]))

# %%
# IGNORE
# WRONG q3 fails test_slack
def agreement(a, b):
    a, b = np.asarray(a), np.asarray(b)
    ones, others = np.nonzero(a[:, 1][:, None] == b[:, 1][None])
    return int(max(np.unique(b[others, 0] - a[ones, 0], return_counts=True)[1], default=0))

# %%
# IGNORE
# WRONG q3 fails test_largest
def agreement(a, b):
    a, b = np.asarray(a), np.asarray(b)
    ones, others = np.nonzero(a[:, 1][:, None] == b[:, 1][None])
    bins = (b[others, 0] - a[ones, 0]) // (OWN["slack"] + 1)
    return int(max(np.unique(bins, return_counts=True)[1], default=0))

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q4
# check_cell: false

# %% [markdown]
# ## Question 4: chains
#
# If A repeats B and B repeats C, then A, B and C are one recording, whether or not anybody noticed that A repeats C.
# Write `recordings(clips, pairs)`: `clips` is a list of names, `pairs` a list of pairs of names that repeat each other.
# Return a dictionary from each clip to the clip of its recording that comes *first in* `clips`; a clip that repeats
# nothing belongs to itself.

# %% [raw]
# # BEGIN SOLUTION

# %%
def recordings(clips, pairs):
    """Return for each clip the first clip of its recording, a dict of str."""
    # BEGIN SOLUTION
    first = {clip: clip for clip in clips}
    order = {clip: number for number, clip in enumerate(clips)}
    changed = True
    while changed:
        changed = False
        for one, other in pairs:
            best = min(first[one], first[other], key=order.get)
            changed |= first[one] != best or first[other] != best
            first[one] = first[other] = best
    return first
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
print(recordings(["a", "b", "c", "d"], [("d", "b"), ("b", "a")]))

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: recordings returns a dictionary with every clip in it
""" # END TEST CONFIG
def test_recordings_is_a_dictionary(recordings):
    assert set(recordings(["x", "y"], [])) == {"x", "y"}

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: recordings does not follow chains
""" # END TEST CONFIG
def test_chains(me, recordings):
    from itertools import pairwise
    from random import Random

    random = Random(me.seed)
    clips = [f"c{number}" for number in range(40)]
    random.shuffle(clips)
    groups = [clips[:1], clips[1:3], clips[3:15], clips[15:35]]
    pairs = []
    for group in groups:
        chain = random.sample(group, len(group))
        pairs += [random.choice([(a, b), (b, a)]) for a, b in pairwise(chain)]
    random.shuffle(pairs)
    found = recordings(clips, pairs)
    for group in groups:
        assert len({found[clip] for clip in group}) == 1
    assert len(set(found.values())) == len(groups) + 5

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: recordings are not named after their first clip
""" # END TEST CONFIG
def test_first(recordings):
    assert recordings(["m", "b", "a", "z"], [["a", "m"]]) == {"m": "m", "b": "b", "a": "m", "z": "z"}
    assert recordings(["q", "r", "s"], [["s", "r"]])["s"] == "r"

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q4 fails test_chains
def recordings(clips, pairs):
    first = {clip: clip for clip in clips}
    for one, other in pairs:
        best = min(first[one], first[other], key=list(clips).index)
        first[one] = first[other] = best
    return first

# %%
# IGNORE
# WRONG q4 fails test_first
def recordings(clips, pairs):
    first, changed = {clip: clip for clip in clips}, True
    while changed:
        before = dict(first)
        for one, other in pairs:
            first[one] = first[other] = min(first[one], first[other])
        changed = first != before
    return first

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q5
# check_cell: false

# %% [markdown]
# ## Question 5: deal
#
# Write `deal(genre, group, seed)`. `genre` and `group` are lists with an entry per clip: its genre, and what must not be
# torn apart (the artist, say). No group has clips of two genres. Return a list with the part of each clip, `"train"`,
# `"validation"` or `"test"`, such that
#
# - no group is in two parts;
# - every genre is dealt in the shares `OWN["shares"]` (of train, validation and test), as well as its groups allow: in no
#   part may its share be off by more than 12 points, if the genre has a dozen groups of one to four clips;
# - the same seed gives the same parts, and another seed gives others.
#
# One way: go through the groups of a genre in random order, the large ones before the small ones, and give each to the
# part that lacks most.

# %% [raw]
# # BEGIN SOLUTION

# %%
def deal(genre, group, seed):
    """Return the part of each clip, a list of str."""
    # BEGIN SOLUTION
    rng, part_of = np.random.default_rng(seed), {}
    shares = dict(zip(("train", "validation", "test"), OWN["shares"]))
    sizes = pd.Series(list(group)).groupby(list(genre)).value_counts()
    for name in sorted(set(genre)):
        of_genre = sizes[name].sort_index().sample(frac=1, random_state=rng).sort_values(ascending=False, kind="stable")
        dealt = dict.fromkeys(shares, 0)
        for one, size in of_genre.items():
            part_of[one] = min(shares, key=lambda part: (dealt[part] + size / 2) / shares[part])
            dealt[part_of[one]] += size
    return [part_of[one] for one in group]
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
dealt = deal(list(library["genre"]), list(library["artist"]), 0)
pd.crosstab(library["genre"], pd.Series(dealt, dtype=object, name="part"))

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: deal returns a list of the names of the parts
""" # END TEST CONFIG
def test_deal_names_parts(deal):
    genre, group = ["a"] * 9 + ["b"] * 9, [f"g{number // 2}" for number in range(8)] + ["g9"] + ["h1", "h2", "h3"] * 3
    parts = deal(genre, group, 0)
    assert len(parts) == 18 and set(parts) <= {"train", "validation", "test"}

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: deal tears a group apart
""" # END TEST CONFIG
def test_groups_whole(me, deal):
    table, rng = me.library(), me.rng("test_groups_whole")
    rows = [(f"genre {g}", f"group {g} {n}") for g in range(4) for n in range(12) for _ in range(rng.integers(1, 5))]
    rng.shuffle(rows)
    for genre, group in ((list(table["genre"]), list(table["genre"] + table["artist"])), zip(*rows)):
        group = [str(one) for one in group]
        parts = deal([str(one) for one in genre], group, int(rng.integers(1000)))
        assert len(set(zip(group, parts))) == len(set(group))

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: deal does not give every genre your shares
""" # END TEST CONFIG
def test_shares(me, deal):
    import numpy as np

    shares, rng = dict(zip(("train", "validation", "test"), me.recipe("audit")["shares"])), me.rng("test_shares")
    for _ in range(4):
        rows = [(f"genre {g}", f"group {g} {n}") for g in range(4) for n in range(12) for _ in range(rng.integers(1, 5))]
        genre, group = ([str(one) for one in column] for column in zip(*rows))
        parts = np.array(deal(genre, group, int(rng.integers(1000))))
        for name in set(genre):
            of_genre = parts[np.array(genre) == name]
            for part, share in shares.items():
                assert abs(np.mean(of_genre == part) - share) <= 0.12

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: deal does not depend on the seed, and on nothing else that is random
""" # END TEST CONFIG
def test_seed(me, deal):
    table = me.library()
    genre, group = list(table["genre"]), list(table["genre"] + table["artist"])
    assert deal(genre, group, 3) == deal(genre, group, 3)
    assert len({tuple(deal(genre, group, seed)) for seed in range(6)}) > 3

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q5 fails test_groups_whole
def deal(genre, group, seed):
    rng, parts = np.random.default_rng(seed), np.empty(len(genre), dtype=object)
    for name in sorted(set(genre)):
        clips = rng.permutation(np.flatnonzero(np.array(genre) == name))
        ends = np.round(np.cumsum(OWN["shares"]) * len(clips)).astype(int)
        parts[clips[: ends[0]]] = "train"
        parts[clips[ends[0] : ends[1]]] = "validation"
        parts[clips[ends[1] :]] = "test"
    return list(parts)

# %%
# IGNORE
# WRONG q5 fails test_shares (library)
def deal(genre, group, seed):
    from sklearn.model_selection import GroupShuffleSplit

    clips, parts = np.arange(len(genre)), np.full(len(genre), "train", dtype=object)
    rest, test = next(GroupShuffleSplit(1, test_size=0.2, random_state=seed).split(clips, groups=group))
    split = GroupShuffleSplit(1, test_size=0.25, random_state=seed)
    parts[test], parts[rest[next(split.split(rest, groups=np.array(group)[rest]))[1]]] = "test", "validation"
    return list(parts)

# %%
# IGNORE
# WRONG q5 fails test_seed
def deal(genre, group, seed):
    part_of, shares = {}, dict(zip(("train", "validation", "test"), OWN["shares"]))
    for name in sorted(set(genre)):
        sizes = pd.Series([one for one, its in zip(group, genre) if its == name]).value_counts()
        dealt = dict.fromkeys(shares, 0)
        for one, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0])):
            part_of[one] = min(shares, key=lambda part: (dealt[part] + size / 2) / shares[part])
            dealt[part_of[one]] += size
    return [part_of[one] for one in group]

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q6
# check_cell: false

# %% [markdown]
# ## Question 6: is the split clean?
#
# Somebody else hands you a split. Write `leaks(part, group, genre)`: a dictionary from each genre that has test clips to
# the share of these test clips whose group has a clip in *train* as well (of whatever genre). Validation clips do not
# count.

# %% [raw]
# # BEGIN SOLUTION

# %%
def leaks(part, group, genre):
    """Return the share of leaking test clips of each genre, a dict of floats."""
    # BEGIN SOLUTION
    learned = {one for one, its in zip(group, part) if its == "train"}
    tested = [(of, one in learned) for of, one, its in zip(genre, group, part) if its == "test"]
    names = sorted({of for of, _ in tested})
    return {name: float(np.mean([leak for of, leak in tested if of == name])) for name in names}
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
print(leaks(["train", "test", "test"], ["Ann", "Ann", "Bob"], ["rock", "rock", "rock"]))

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: leaks returns a dictionary
""" # END TEST CONFIG
def test_leaks_is_a_dictionary(leaks):
    assert isinstance(leaks(["train", "test"], ["a", "b"], ["x", "x"]), dict)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: leaks does not count the test clips of each genre whose group is in train
""" # END TEST CONFIG
def test_counted(me, leaks):
    from random import Random

    random = Random(me.seed)
    rows = [(random.choice(["train", "test", "validation"]), f"g{random.randrange(40)}") for _ in range(120)]
    rows = [(part, group, f"genre {random.randrange(3)}") for part, group in rows]
    expected = {}
    for name in {genre for part, _, genre in rows if part == "test"}:
        tested = [group for part, group, genre in rows if part == "test" and genre == name]
        bad = [one for one in tested if any(part == "train" and group == one for part, group, _ in rows)]
        expected[name] = len(bad) / len(tested)
    found = leaks(*map(list, zip(*rows)))
    assert set(found) == set(expected)
    assert all(abs(found[name] - share) < 1e-9 for name, share in expected.items())

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: leaks counts groups that are shared with the validation part, or shares of groups instead of clips
""" # END TEST CONFIG
def test_what_counts(leaks):
    assert leaks(["validation", "test"], ["a", "a"], ["x", "x"]) == {"x": 0}
    parts, groups = ["train"] + 4 * ["test"], ["a", "a", "a", "a", "b"]
    assert leaks(parts, groups, ["y"] + 4 * ["x"]) == {"x": 0.75}

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q6 fails test_what_counts
def leaks(part, group, genre):
    learned = {one for one, its in zip(group, part) if its != "test"}
    tested = [(of, one in learned) for of, one, its in zip(genre, group, part) if its == "test"]
    return {name: float(np.mean([leak for of, leak in tested if of == name])) for name in {of for of, _ in tested}}

# %%
# IGNORE
# WRONG q6 fails test_counted
def leaks(part, group, genre):
    found = {}
    for name in {of for of, its in zip(genre, part) if its == "test"}:
        learned = {one for one, its, of in zip(group, part, genre) if its == "train" and of == name}
        tested = [one in learned for one, its, of in zip(group, part, genre) if its == "test" and of == name]
        found[name] = float(np.mean(tested))
    return found

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q7
# check_cell: false

# %% [markdown]
# ## Question 7: luck
#
# Is a random split fair because it is random? There are `singers` singers with `each` clips each. You draw `tested` of
# all the clips at random as the test part; the rest is for training. Write `chance_clean(singers, each, tested)`: the
# probability that no singer is on both sides. (Ten playing cards, two per singer, two cards tested: one in nine.)
# It is a number that can be counted, so no dice are needed: `math.comb(n, k)` tells in how many ways $k$ of $n$ can be
# drawn.

# %% [raw]
# # BEGIN SOLUTION

# %%
def chance_clean(singers, each, tested):
    """Return the probability that a random split keeps all singers apart, a float."""
    # BEGIN SOLUTION
    if tested % each:
        return 0.0
    return math.comb(singers, tested // each) / math.comb(singers * each, tested)
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
print(chance_clean(5, 2, 2), chance_clean(30, 3, 18))

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: chance_clean returns a probability
""" # END TEST CONFIG
def test_chance_is_a_probability(chance_clean):
    assert 0 <= chance_clean(4, 2, 2) <= 1

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: chance_clean is not the share of all draws that keep singers whole
""" # END TEST CONFIG
def test_counted_draws(chance_clean):
    from itertools import combinations

    for singers, each, tested in ((5, 2, 2), (5, 2, 4), (3, 3, 3), (4, 3, 6), (6, 1, 2)):
        draws = [[clip // each for clip in draw] for draw in combinations(range(singers * each), tested)]
        clean = sum(all(draw.count(one) == each for one in set(draw)) for draw in draws)
        assert abs(chance_clean(singers, each, tested) - clean / len(draws)) < 1e-12

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: chance_clean is not zero where whole singers cannot fill the test part
""" # END TEST CONFIG
def test_impossible(chance_clean):
    assert chance_clean(5, 2, 3) == 0 and chance_clean(10, 4, 9) == 0
    assert chance_clean(7, 3, 0) == 1 and chance_clean(7, 3, 21) == 1

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q7 fails test_impossible
def chance_clean(singers, each, tested):
    return math.comb(singers, round(tested / each)) / math.comb(singers * each, tested)

# %%
# IGNORE
# WRONG q7 fails test_counted_draws
def chance_clean(singers, each, tested):
    if tested % each:
        return 0.0
    share = tested / (singers * each)
    return (share**each + (1 - share) ** each) ** singers

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q8
# check_cell: false

# %% [markdown]
# ## Question 8: how much does an audit miss?
#
# You planted faults, and your audit reported some. Write `recall(planted, reported)`, which takes two lists of names of
# clips: the interval, as a pair (low, high), in which the *recall* of the audit lies, that is the share of what was
# planted that it reports. Use Wilson's interval: with $h$ of $n$ found, $p = h/n$ and $z$ the quantile of the normal
# distribution that leaves $(1 - L)/2$ above it, $L =$ `OWN["level"]`,
#
# $$\frac{p + \frac{z^2}{2n} \pm z\sqrt{\frac{p(1-p)}{n} + \frac{z^2}{4n^2}}}{1 + \frac{z^2}{n}}.$$
#
# If nothing was planted, nothing is known: return `(0.0, 1.0)`. (`scipy.stats.norm.ppf` gives quantiles.)

# %% [raw]
# # BEGIN SOLUTION

# %%
def recall(planted, reported):
    """Return the ends of your interval for the recall, a pair of floats."""
    # BEGIN SOLUTION
    planted = set(planted)
    if not planted:
        return 0.0, 1.0
    hits = len(planted & set(reported))
    interval = stats.binomtest(hits, len(planted)).proportion_ci(OWN["level"], method="wilson")
    return float(interval.low), float(interval.high)
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
print(recall(list("abcdefgh"), list("abcxyz")))

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: recall returns a pair
""" # END TEST CONFIG
def test_recall_is_a_pair(recall):
    assert len(recall(["a", "b"], ["a"])) == 2

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: recall does not count what was planted and reported, of what was planted
""" # END TEST CONFIG
def test_share_of_planted(recall):
    names = [f"c{number}" for number in range(60)]
    low, high = recall(names[:40], names[:40] + names[50:])
    assert low > 0.8 and high > 0.999
    low, high = recall(names[:40], names[30:])
    assert low < 0.25 < high
    low, high = recall(names[:40], names[40:])
    assert abs(low) < 1e-9 and tuple(recall([], names)) == (0, 1)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: recall is not Wilson's interval at your level
""" # END TEST CONFIG
def test_wilson(me, recall):
    from scipy import stats

    for hits, planted in ((3, 8), (0, 5), (17, 40), (12, 12)):
        names = [f"c{number}" for number in range(planted)]
        expected = stats.binomtest(hits, planted).proportion_ci(me.recipe("audit")["level"], method="wilson")
        found = recall(names, [*names[:hits], "x", "y", "y"])
        assert abs(found[0] - expected.low) < 1e-6 and abs(found[1] - expected.high) < 1e-6

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q8 fails test_share_of_planted
def recall(planted, reported):
    hits = len(set(planted) & set(reported))
    interval = stats.binomtest(hits, len(set(reported))).proportion_ci(OWN["level"], method="wilson")
    return float(interval.low), float(interval.high)

# %%
# IGNORE
# WRONG q8 fails test_wilson (library)
def recall(planted, reported):
    if not planted:
        return 0.0, 1.0
    hits = len(set(planted) & set(reported))
    interval = stats.binomtest(hits, len(set(planted))).proportion_ci(method="wilson")
    return float(interval.low), float(interval.high)

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
# Run your functions on `library` and on `landmarks`. Which clips do you leave out, and which of your decisions would
# somebody else be right to make differently? Name one fault that no function of this assignment can find, and say how
# you would look for it. Six sentences are enough, with the numbers that you found.

# %% [raw]
# # BEGIN SOLUTION

# %% [markdown]
# Unreadable, silent and short clips are left out, with their number; repeated recordings are kept once, or kept
# together in one part, and landmarks show chains, so that it is groups that count, not pairs. To be decided differently:
# clipped clips (metal is mastered like that, so leaving them out may leave out a genre), and the shortest length. Not to
# be found: a wrong label, or a cover version. One would listen to a random sample, blindly, or look for clips whose
# nearest neighbours all have another label, and report how many were checked.

# %% [raw]
# # END SOLUTION

# %% [markdown]
# # IGNORE
# # RUBRIC q9
# Half a point: the numbers of faulty clips and of recordings are given and agree with the student's own functions. Half
# a point: a decision that could be made differently, with its consequence. One point: a fault that none of the functions
# finds, and a way of looking for it that could find it; half a point if only the fault is named.

# %% [raw]
# # END QUESTION

# %% [markdown]
# ## Before you hand in
#
# Choose *Restart Kernel and Run All Cells*: what you hand in is run again, from top to bottom. (Where you left a question
# open, its check stops the run; go on with *Run Selected Cell and All Below*.) Save the notebook, and hand in the file.
