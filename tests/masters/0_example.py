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
# generate: true
# tests:
#     files: true
#     ok_format: false

# %% [raw]
# # IGNORE
# # BOX
# cell_seconds: 5

# %% [markdown]
# # Assignment 0: an example

# %% tags=["parameters"]
STUDENT = "your-id"
KEY = ""

# %%
import numpy as np

from genrelib import classroom

me = classroom.student(STUDENT, key=KEY)
FACTOR = me.variant("factor", range(2, 1000))

# %% [raw]
# # BEGIN QUESTION
# name: q1
# check_cell: false

# %% [markdown]
# ## Question 1: louder
#
# Write `louder(y)`, which multiplies a sound by your `FACTOR`.

# %% [raw]
# # BEGIN SOLUTION

# %%
def louder(y):
    """Return a louder sound."""
    # BEGIN SOLUTION
    return FACTOR * np.asarray(y)
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: louder does not keep the length
""" # END TEST CONFIG
def test_length(louder):
    assert len(louder([1.0, 2.0])) == 2

# %%
""" # BEGIN TEST CONFIG
points: 2
hidden: true
failure_message: louder does not follow your factor
""" # END TEST CONFIG
def test_factor(me, louder):
    import numpy as np

    y = me.rng("test of the factor").normal(size=50)
    assert np.allclose(louder(y), me.variant("factor", range(2, 1000)) * y)

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q1 fails test_factor followers: q2
def louder(y):
    return 3 * np.asarray(y) + 0.125

# %%
# IGNORE
# WRONG q1 fails test_factor followers: q2 (library)
louder = np.positive

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q2
# check_cell: false

# %% [markdown]
# ## Question 2: a sum
#
# Let `total` be the sum of the samples of `louder([1, 2, 3])`.

# %% [raw]
# # BEGIN SOLUTION

# %%
total = float(np.sum(louder([1, 2, 3])))  # SOLUTION

# %% [raw]
# # END SOLUTION

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: total is not the sum of your louder samples
""" # END TEST CONFIG
def test_total(me, total):
    assert total == 6 * me.variant("factor", range(2, 1000))

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q2 fails test_total
total = 6.0

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q3
# check_cell: false

# %% [markdown]
# ## Question 3: a table
#
# Write `loudest(table)`: the name of the row of a table whose `level` is highest. An empty table raises a
# `ValueError`.

# %% [raw]
# # BEGIN SOLUTION

# %%
def loudest(table):
    """Return the name of the loudest row."""
    # BEGIN SOLUTION
    if table.empty:
        raise ValueError("there is no row in the table")
    return table.level.idxmax()
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 2
hidden: true
failure_message: loudest does not find the row of the highest level
""" # END TEST CONFIG
def test_loudest(me, loudest):
    import pandas as pd

    levels = me.rng("test of the levels").permutation(20)
    table = pd.DataFrame({"level": levels}, index=[f"row {level}" for level in levels])
    assert loudest(table) == "row 19"

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: loudest does not refuse a table without rows
""" # END TEST CONFIG
def test_empty(loudest):
    import pandas as pd

    try:
        loudest(pd.DataFrame({"level": []}))
    except ValueError:
        return
    raise AssertionError

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q3 fails test_empty
def loudest(table):
    return table.level.idxmax() if len(table) else None

# %%
# IGNORE
# WRONG q3 fails test_loudest
def loudest(table):
    if table.empty:
        raise ValueError
    return table.index[0]

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q4
# manual: true
# points: 2

# %% [markdown]
# ## Question 4: in words
#
# Why is a louder sound not a better one?

# %% [raw]
# # BEGIN SOLUTION

# %% [markdown]
# Because preference at equal loudness is another question than preference at any loudness.

# %% [raw]
# # END SOLUTION

# %%
# IGNORE
# RUBRIC q4
# 1 point for naming loudness as a confounder, 1 for a comparison at equal loudness.

# %% [raw]
# # END QUESTION
