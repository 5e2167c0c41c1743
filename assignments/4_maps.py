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
# # Assignment 4: reading a map
#
# A map of coloured dots tells stories. You make one, and then ask it questions that have numbers for answers: who are a
# clip's neighbours, what do they share, what has the map kept, and what would chance have shown? Read
# [chapter 5](https://github.com/genrelib/genrelib/blob/main/notebooks/05_mel_against_mfcc.ipynb) first.
#
# **Time**: about 100 minutes. **Points**: 20.
#
# **How it works.** Write your id into the next cell and run it: it scatters a cloud of clips that is yours alone, and
# draws your *recipe*, `OWN`. Replace each `...` by your own code, and keep the names of the functions and their
# arguments. The cell below each answer checks its form, and is worth nothing. What an answer is worth is decided when
# it is graded, by tests that you do not see: they call your functions with clouds of their own. So try each function
# on a case whose answer you know. No question needs the answer to another: each function takes what it needs as an
# argument, and may read `OWN`, but no other variable of this notebook. You may use NumPy and SciPy.

# %% tags=["parameters"]
STUDENT = "your-id"  # as in the class list
KEY = ""  # of the course; leave it as it is

# %%
import matplotlib.pyplot as plt
import numpy as np
from scipy.spatial.distance import cdist

from genrelib import classroom

me = classroom.student(STUDENT, key=KEY)
OWN = me.recipe("map")
points, genre, artist = me.cloud()
apart = cdist(points, points)  # distances, to try your functions with
print(me.id, OWN)
print(points.shape, "clips and features;", len(set(genre)), "genres,", len(set(artist)), "artists")

# %% [raw]
# # BEGIN QUESTION
# name: q1
# check_cell: false

# %% [markdown]
# ## Question 1: one unit for all
#
# Features come in different units. Write `standardise(points)`: subtract the *median* from each column, and divide it by
# its *spread*, the distance between its quantiles `OWN["tail"]` and `1 - OWN["tail"]` (`np.quantile` with its defaults). A
# column without spread says nothing: it becomes 0 throughout.

# %% [raw]
# # BEGIN SOLUTION

# %%
def standardise(points):
    """Return the columns of a cloud in one unit, an array like `points`."""
    # BEGIN SOLUTION
    low, middle, high = np.quantile(points, [OWN["tail"], 0.5, 1 - OWN["tail"]], axis=0)
    spread = high - low
    return np.where(spread > 0, (points - middle) / np.where(spread > 0, spread, 1), 0)
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
print(standardise(points[:8]))

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: standardise returns an array of the same shape
""" # END TEST CONFIG
def test_standardise_keeps_the_shape(standardise):
    import numpy as np

    assert np.shape(standardise(np.arange(12.0).reshape(4, 3))) == (4, 3)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: standardise does not bring the median to 0 and your spread to 1
""" # END TEST CONFIG
def test_units(me, standardise):
    import numpy as np

    tail, rng = me.recipe("map")["tail"], me.rng("test_units")
    x = rng.normal(size=(101, 3)) ** 3 * [1, 50, 0.01] + [0, 7, -3]
    found = np.asarray(standardise(x))
    low, middle, high = np.quantile(found, [tail, 0.5, 1 - tail], axis=0)
    assert np.allclose(middle, 0) and np.allclose(high - low, 1)
    assert np.allclose(standardise(4 * x + 9), found)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: standardise does not turn a column without spread into zeros
""" # END TEST CONFIG
def test_constant_column(me, standardise):
    import numpy as np

    cloud = me.cloud()[0]
    cloud[:, 1] = 5.5
    found = np.asarray(standardise(cloud))
    assert np.all(found[:, 1] == 0) and np.isfinite(found).all() and np.ptp(found[:, 0]) > 1

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q1 fails test_units
def standardise(points):
    spread = np.std(points, axis=0)
    return (points - np.mean(points, axis=0)) / np.where(spread > 1e-9, spread, np.inf)

# %%
# IGNORE
# WRONG q1 fails test_constant_column
def standardise(points):
    low, middle, high = np.quantile(points, [OWN["tail"], 0.5, 1 - OWN["tail"]], axis=0)
    return (points - middle) / (high - low)

# %%
# IGNORE
# WRONG q1 fails test_units (library)
def standardise(points):
    from sklearn.preprocessing import RobustScaler

    return RobustScaler().fit_transform(points)

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q2
# check_cell: false

# %% [markdown]
# ## Question 2: the longest shadow
#
# Write `principal(points, n)`: the first `n` principal components of a cloud, as a pair. The first of the pair has the
# shape (clips, n): the centred points, turned so that the first column has the largest variance possible, the second the
# largest of what is left, and so on (`np.linalg.svd`). The second has the shape (n,): which share of the variance of the
# whole cloud each component holds. The direction of a component is not determined. Yours is: let the sum of the *cubes*
# of each column be positive, so that its longer tail lies to the right.

# %% [raw]
# # BEGIN SOLUTION

# %%
def principal(points, n):
    """Return the first components of a cloud and their shares of its variance."""
    # BEGIN SOLUTION
    u, s, _ = np.linalg.svd(points - np.mean(points, axis=0), full_matrices=False)
    scores = u * s
    scores = scores * np.where((scores**3).sum(axis=0) < 0, -1, 1)
    return scores[:, :n], (s**2 / np.sum(s**2))[:n]
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
found = principal(points / points.std(axis=0), 2)
if found is not None:
    for name in sorted(set(genre)):
        x, y = found[0][np.array(genre) == name].T
        plt.scatter(x, y, label=name)
    plt.gca().set_aspect("equal")
    plt.legend()
    plt.title(f"{found[1].sum():.0%} of the variance")

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: principal returns the components and their shares
""" # END TEST CONFIG
def test_principal_is_a_pair(principal):
    import numpy as np

    scores, shares = principal(np.array([[1.0, 2, 9], [2, 1, 3], [3, 5, 1], [0, 0, 0]]), 2)
    assert np.shape(scores) == (4, 2) and np.shape(shares) == (2,)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: principal bends the cloud, or its columns are not components in the order of their variance
""" # END TEST CONFIG
def test_turned(me, principal):
    import numpy as np

    x = me.rng("test_turned").normal(size=(40, 5)) * [1, 4, 2, 0.5, 3] + 20
    scores, _ = principal(x, 5)
    scores = np.asarray(scores)
    before, after = (np.linalg.norm(cloud[:, None] - cloud[None], axis=2) for cloud in (x, scores))
    assert np.allclose(before, after)
    covariance = scores.T @ scores
    assert np.allclose(scores.mean(axis=0), 0) and np.all(np.diff(np.diag(covariance)) < 0)
    assert np.allclose(covariance, np.diag(np.diag(covariance)), atol=1e-6)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: principal does not tell the share of the variance of the whole cloud
""" # END TEST CONFIG
def test_variance_shares(me, principal):
    import numpy as np

    cloud = me.cloud()[0] / 1000
    _, shares = principal(cloud, 3)
    values = np.sort(np.linalg.eigvalsh(np.cov(cloud.T)))[::-1]
    assert np.allclose(shares, values[:3] / values.sum())

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: principal does not have the longer tail of each component on the right
""" # END TEST CONFIG
def test_direction(me, principal):
    import numpy as np

    rng = me.rng("test_direction")
    for _ in range(6):
        scores, _ = principal(rng.exponential(size=(60, 4)) * rng.choice([-5, 5, 1, 2], 4), 4)
        assert np.all((np.asarray(scores) ** 3).sum(axis=0) > 0)

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q2 fails test_turned
def principal(points, n):
    u, s, _ = np.linalg.svd(points, full_matrices=False)
    scores = u * s
    scores = scores * np.where((scores**3).sum(axis=0) < 0, -1, 1)
    return scores[:, :n], (s**2 / np.sum(s**2))[:n]

# %%
# IGNORE
# WRONG q2 fails test_variance_shares
def principal(points, n):
    u, s, _ = np.linalg.svd(points - np.mean(points, axis=0), full_matrices=False)
    scores = u * s
    scores = scores * np.where((scores**3).sum(axis=0) < 0, -1, 1)
    return scores[:, :n], s[:n] ** 2 / np.sum(s[:n] ** 2)

# %%
# IGNORE
# WRONG q2 fails test_direction (library)
def principal(points, n):
    from sklearn.decomposition import PCA

    pca = PCA(n)
    return pca.fit_transform(points), pca.explained_variance_ratio_

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q3
# check_cell: false

# %% [markdown]
# ## Question 3: a distance of your own
#
# Write `distances(points)`: the distance of each clip from each other, (clips, clips). Your distance is Minkowski's, of
# the order $r =$ `OWN["order"]`:
#
# $$d(x, y) = \Big(\sum_c |x_c - y_c|^r\Big)^{1/r}$$

# %% [raw]
# # BEGIN SOLUTION

# %%
def distances(points):
    """Return the distances between all points of a cloud, (clips, clips)."""
    # BEGIN SOLUTION
    points = np.asarray(points, dtype=float)
    apart = np.abs(points[:, None] - points[None])
    return (apart ** OWN["order"]).sum(axis=2) ** (1 / OWN["order"])
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
print(distances(points[:4]))

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: distances returns a square array
""" # END TEST CONFIG
def test_distances_are_square(distances):
    import numpy as np

    assert np.shape(distances(np.arange(12.0).reshape(4, 3))) == (4, 4)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: distances are not those of your order
""" # END TEST CONFIG
def test_order(me, distances):
    import numpy as np

    order = me.recipe("map")["order"]
    for size in (1, 2, 7):
        found = np.asarray(distances(np.stack([np.zeros(size), 3 * np.ones(size)])))
        assert np.allclose(found, [[0, 3 * size ** (1 / order)], [3 * size ** (1 / order), 0]])

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: distances do not grow with the cloud, or change when it is moved
""" # END TEST CONFIG
def test_scaled_and_moved(me, distances):
    import numpy as np

    x = me.rng("test_scaled_and_moved").normal(size=(12, 4))
    found = np.asarray(distances(x))
    assert np.allclose(distances(5 * x - 2), 5 * found) and np.allclose(found, found.T)
    assert np.all(found[:, None] <= found[:, :, None] + found[None] + 1e-9)  # no way round is shorter

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q3 fails test_order (library)
def distances(points):
    return cdist(points, points)

# %%
# IGNORE
# WRONG q3 fails test_scaled_and_moved
def distances(points):
    points = np.asarray(points, dtype=float)
    return (np.abs(points[:, None] - points[None]) ** OWN["order"]).sum(axis=2)

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q4
# check_cell: false

# %% [markdown]
# ## Question 4: named by strangers
#
# Write `named(apart, genre, artist)`. `apart` is a square array of distances, `genre` and `artist` are lists. For each
# clip take the `OWN["neighbours"]` nearest clips *by other artists*, and let the genre that occurs most often among them
# name it. Where genres tie, that one of them wins whose nearest clip is nearest. Return the list of these names.

# %% [raw]
# # BEGIN SOLUTION

# %%
def named(apart, genre, artist):
    """Return the genre by which strangers name each clip, a list of str."""
    # BEGIN SOLUTION
    genre, artist, names = list(genre), np.array(artist), []
    for row, own in zip(np.asarray(apart, dtype=float), artist):
        order = np.argsort(np.where(artist == own, np.inf, row), kind="stable")[: OWN["neighbours"]]
        votes = [genre[clip] for clip in order]
        names.append(max(votes, key=votes.count))  # of several, the first: it is the nearest
    return names
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
names = named(apart, genre, artist)
print(np.mean(np.array(names) == np.array(genre)), "of your clips are named correctly")

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: named returns one genre per clip
""" # END TEST CONFIG
def test_named_is_a_list(named):
    import numpy as np

    apart = np.abs(np.subtract.outer(np.arange(24.0), np.arange(24.0)))
    found = named(apart, ["a", "b"] * 12, [str(number) for number in range(24)])
    assert len(found) == 24 and set(found) <= {"a", "b"}

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: named lets clips of the same artist name a clip
""" # END TEST CONFIG
def test_strangers_only(me, named):
    import numpy as np

    k, rng = me.recipe("map")["neighbours"], me.rng("test_strangers_only")
    places = np.concatenate([rng.uniform(0, 1, k + 3), rng.uniform(5, 6, 3 * k), rng.uniform(50, 60, 2 * k)])
    genre = ["own"] * (k + 3) + ["near"] * (3 * k) + ["far"] * (2 * k)
    artist = ["own"] * (k + 3) + [f"near {n}" for n in range(3 * k)] + [f"far {n}" for n in range(2 * k)]
    found = named(np.abs(places[:, None] - places[None]), genre, artist)
    assert found[: k + 3] == ["near"] * (k + 3)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: named does not ask as many neighbours as you are to ask
""" # END TEST CONFIG
def test_how_many(me, named):
    import numpy as np

    k = me.recipe("map")["neighbours"]
    for near in (k // 2 + 1, (k - 1) // 2):  # most of the votes, and less than half
        places = np.concatenate([[0.0], 1 + np.arange(near) / 100, 2 + np.arange(3 * k) / 100])
        genre = ["?"] + near * ["near"] + 3 * k * ["next"]
        found = named(np.abs(places[:, None] - places[None]), genre, [str(n) for n in range(len(genre))])
        assert found[0] == ("near" if near > k / 2 else "next")

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: named does not decide ties for the nearest
""" # END TEST CONFIG
def test_ties(me, named):
    import numpy as np

    k = me.recipe("map")["neighbours"]
    for names in (("zebra", "ape"), ("ape", "zebra")):
        votes = [names[0]] + [names[1]] * (k // 2) + [names[0]] * (k // 2 - 1) + ["other"] * (k % 2) + ["ape"] * k
        places = np.concatenate([[0.0], 1 + np.arange(len(votes))])
        found = named(np.abs(places[:, None] - places[None]), ["?", *votes], [str(n) for n in range(len(places))])
        assert found[0] == names[0]

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q4 fails test_strangers_only
def named(apart, genre, artist):
    names = []
    for clip, row in enumerate(np.asarray(apart)):
        order = [other for other in np.argsort(row, kind="stable") if other != clip][: OWN["neighbours"]]
        votes = [genre[other] for other in order]
        names.append(max(votes, key=votes.count))
    return names

# %%
# IGNORE
# WRONG q4 fails test_how_many
def named(apart, genre, artist):
    artist, names = np.array(artist), []
    for row, own in zip(np.asarray(apart, dtype=float), artist):
        names.append(genre[int(np.argmin(np.where(artist == own, np.inf, row)))])
    return names

# %%
# IGNORE
# WRONG q4 fails test_ties
def named(apart, genre, artist):
    artist, names = np.array(artist), []
    for row, own in zip(np.asarray(apart, dtype=float), artist):
        order = np.argsort(np.where(artist == own, np.inf, row), kind="stable")[: OWN["neighbours"]]
        found, counts = np.unique([genre[clip] for clip in order], return_counts=True)
        names.append(str(found[np.argmax(counts)]))
    return names

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q5
# check_cell: false

# %% [markdown]
# ## Question 5: are genres apart?
#
# The silhouette of a clip compares $a$, how far it is from the other clips of its genre, with $b$, how far it is from
# the nearest other genre: $(b - a) / \max(a, b)$. Usually both are means. One stray clip moves a mean, so yours uses the
# *median*: $a$ is the median distance to the other clips of its own genre (not to itself), $b$ the smallest of the
# median distances to each of the other genres. A clip that is alone in its genre has the silhouette 0. Write
# `silhouette(apart, genre)`, an array with a number per clip.

# %% [raw]
# # BEGIN SOLUTION

# %%
def silhouette(apart, genre):
    """Return the silhouette of each clip, (clips,)."""
    # BEGIN SOLUTION
    apart, genre, found = np.asarray(apart), np.array(genre), []
    for clip, row in enumerate(apart):
        own = (genre == genre[clip]) & (np.arange(len(row)) != clip)
        b = min(np.median(row[genre == other]) for other in set(genre) - {genre[clip]})
        a = np.median(row[own]) if own.any() else b
        found.append((b - a) / max(a, b))
    return np.array(found)
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
print(silhouette(apart, genre))

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: silhouette returns one number per clip
""" # END TEST CONFIG
def test_silhouette_has_the_right_length(silhouette):
    import numpy as np

    apart = np.abs(np.subtract.outer(np.arange(6.0), np.arange(6.0)))
    assert np.shape(silhouette(apart, list("aabbcc"))) == (6,)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: silhouette does not compare medians, or counts a clip's distance from itself
""" # END TEST CONFIG
def test_medians_compared(me, silhouette):
    import numpy as np

    x, genre = me.rng("test_medians_compared").normal(size=(24, 3)), np.repeat(list("abcd"), 6)
    apart = np.linalg.norm(x[:, None] - x[None], axis=2)
    found = np.asarray(silhouette(apart, genre.tolist()))
    for clip in range(24):
        medians = {}
        for name in "abcd":
            medians[name] = np.median([apart[clip, n] for n in range(24) if genre[n] == name and n != clip])
        a = medians.pop(str(genre[clip]))
        b = min(medians.values())
        assert abs(found[clip] - (b - a) / max(a, b)) < 1e-9

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: silhouette is moved by one stray clip, or is not 0 for a clip that is alone in its genre
""" # END TEST CONFIG
def test_strays(silhouette):
    import numpy as np

    places = np.array([0, 1, 2, 3, 4, 1e6, 20, 21, 22, 23, -50.0])
    found = np.asarray(silhouette(np.abs(places[:, None] - places[None]), list("aaaaaabbbbc")))
    assert found[10] == 0 and found[:5].min() > 0.7

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q5 fails test_medians_compared
def silhouette(apart, genre):
    apart, genre, found = np.asarray(apart), np.array(genre), []
    for clip, row in enumerate(apart):
        b = min(np.median(row[genre == other]) for other in set(genre) - {genre[clip]})
        own = row[genre == genre[clip]]
        a = np.median(own) if len(own) > 1 else b
        found.append((b - a) / max(a, b))
    return np.array(found)

# %%
# IGNORE
# WRONG q5 fails test_strays (library)
def silhouette(apart, genre):
    from sklearn.metrics import silhouette_samples

    return silhouette_samples(np.asarray(apart), genre, metric="precomputed")

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q6
# check_cell: false

# %% [markdown]
# ## Question 6: what the map keeps
#
# Write `kept(space, plane, k)`: `space` and `plane` are two square arrays of distances between the same clips, in the
# space of the features and on the map. Take each clip's `k` nearest other clips on the map: which share of them is among
# its `k` nearest in the space? Return the mean over all clips.

# %% [raw]
# # BEGIN SOLUTION

# %%
def kept(space, plane, k):
    """Return the share of neighbours that a map keeps, a float."""
    # BEGIN SOLUTION
    def nearest(apart):
        apart = np.array(apart, dtype=float)
        np.fill_diagonal(apart, np.inf)
        return np.argsort(apart, axis=1)[:, :k]

    return float(np.mean([len(set(a) & set(b)) / k for a, b in zip(nearest(space), nearest(plane))]))
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
print(kept(apart, cdist(points[:, :2], points[:, :2]), 5))

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: kept returns one number
""" # END TEST CONFIG
def test_kept_is_a_number(kept):
    import numpy as np

    apart = np.abs(np.subtract.outer(np.arange(6.0), np.arange(6.0) ** 1.1))
    assert isinstance(kept(apart + apart.T, apart + apart.T, 2), float)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: kept counts a clip as its own neighbour
""" # END TEST CONFIG
def test_not_itself(kept):
    import numpy as np

    near = np.where(np.eye(4), 0, np.array([[0, 1, 2, 3], [1, 0, 3, 2], [2, 3, 0, 1], [3, 2, 1, 0]]))
    far = np.where(np.eye(4), 0, 4 - near)
    assert kept(near, far, 1) == 0 and kept(near, near, 1) == 1

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: kept is not the share of the neighbours on the map that are neighbours in the space
""" # END TEST CONFIG
def test_share_kept(me, kept):
    import numpy as np

    rng = me.rng("test_share_kept")
    x = rng.normal(size=(30, 4))
    space, plane = (np.linalg.norm(cloud[:, None] - cloud[None], axis=2) for cloud in (x, x[:, :2]))
    for k in (1, 4, 9):
        common = 0
        for clip in range(30):
            one, other = ([n for n in np.argsort(apart[clip]) if n != clip][:k] for apart in (space, plane))
            common += len(set(one) & set(other))
        assert abs(kept(space, plane, k) - common / (30 * k)) < 1e-9

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q6 fails test_not_itself
def kept(space, plane, k):
    one, other = (np.argsort(apart, axis=1)[:, :k] for apart in (space, plane))
    return float(np.mean([len(set(a) & set(b)) / k for a, b in zip(one, other)]))

# %%
# IGNORE
# WRONG q6 fails test_share_kept
def kept(space, plane, k):
    one, other = (np.argsort(apart, axis=1)[:, 1 : k + 1] for apart in (space, plane))
    return float(np.mean([len(set(a) & set(b)) / len(set(a) | set(b)) for a, b in zip(one, other)]))

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q7
# check_cell: false

# %% [markdown]
# ## Question 7: perplexity
#
# t-SNE gives each clip a bandwidth $\sigma$, so that every clip has about the same number of neighbours. With $d_j$ the
# distances of one clip to the others, neighbour $j$ has the probability
#
# $$p_j = \frac{e^{-(d_j/\sigma)^{g}}}{\sum_k e^{-(d_k/\sigma)^{g}}} \qquad\text{with } g = \texttt{OWN["fall"]}$$
#
# (t-SNE itself has $g = 2$ and another unit of $\sigma$). The perplexity is $e^H$ with $H = -\sum_j p_j \ln p_j$: with
# $n$ equal probabilities it is $n$. It grows with $\sigma$. Write `bandwidth(row, perplexity)`: the $\sigma$ that gives
# the perplexity that is asked for, to a thousandth of it. Halving an interval again and again is good enough. (Subtract
# the smallest $(d_j/\sigma)^g$ from all of them before `np.exp`, or all probabilities may become 0.)

# %% [raw]
# # BEGIN SOLUTION

# %%
def bandwidth(row, perplexity):
    """Return the bandwidth of a clip with these distances, a float."""
    # BEGIN SOLUTION
    row = np.asarray(row, dtype=float)
    low, high = row.min() * 1e-3 + 1e-12, row.max() * 1e6
    for _ in range(200):
        sigma = np.sqrt(low * high)
        exponents = (row / sigma) ** OWN["fall"]
        p = np.exp(exponents.min() - exponents)
        p /= p.sum()
        reached = np.exp(-np.sum(p * np.log(np.maximum(p, 1e-300))))
        low, high = (sigma, high) if reached < perplexity else (low, sigma)
    return float(sigma)
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
print(bandwidth(np.delete(apart[0], 0), 10))

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: bandwidth returns one number above 0
""" # END TEST CONFIG
def test_bandwidth_is_a_number(bandwidth):
    assert float(bandwidth([1.0, 2.0, 3.0, 4.0], 2.5)) > 0

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: bandwidth does not reach the perplexity that is asked for, with your fall
""" # END TEST CONFIG
def test_perplexity(me, bandwidth):
    import numpy as np

    fall, rng = me.recipe("map")["fall"], me.rng("test_perplexity")
    for perplexity in (3.0, 8.0, 25.0):
        row = rng.uniform(1, 6, 60)
        exponents = (row / bandwidth(row, perplexity)) ** fall
        p = np.exp(exponents.min() - exponents)
        p /= p.sum()
        assert abs(np.exp(-np.sum(p * np.log(np.maximum(p, 1e-300)))) / perplexity - 1) < 2e-3

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: bandwidth does not grow with the distances and with the perplexity, or fails far from 1
""" # END TEST CONFIG
def test_any_unit(me, bandwidth):
    row = me.rng("test_any_unit").uniform(1, 3, 40)
    one = bandwidth(row, 12.0)
    assert abs(bandwidth(1e4 * row, 12.0) / one - 1e4) < 50 and bandwidth(row, 20.0) > one
    assert abs(bandwidth(1e-4 * row, 12.0) / one - 1e-4) < 5e-7

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q7 fails test_perplexity
def bandwidth(row, perplexity):
    row = np.asarray(row, dtype=float)
    low, high = row.min() * 1e-3, row.max() * 1e6
    for _ in range(200):
        sigma = np.sqrt(low * high)
        p = np.exp(-((row**2).min() - row**2) * -1 / sigma**2)
        p /= p.sum()
        reached = np.exp(-np.sum(p * np.log(np.maximum(p, 1e-300))))
        low, high = (sigma, high) if reached < perplexity else (low, sigma)
    return float(sigma)

# %%
# IGNORE
# WRONG q7 fails test_any_unit
def bandwidth(row, perplexity):
    grid = np.linspace(0.05, 60, 60000)
    exponents = (np.asarray(row)[None] / grid[:, None]) ** OWN["fall"]
    p = np.exp(exponents.min(axis=1, keepdims=True) - exponents)
    p /= p.sum(axis=1, keepdims=True)
    reached = np.exp(-np.sum(p * np.log(np.maximum(p, 1e-300)), axis=1))
    return float(grid[np.argmin(np.abs(reached - perplexity))])

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q8
# check_cell: false

# %% [markdown]
# ## Question 8: hubs
#
# Some clips are everybody's neighbour. Write `hubs(apart)`: for each clip, among how many *other* clips'
# `OWN["neighbours"]` nearest clips it is. (A clip is not its own neighbour; artists do not matter here.)

# %% [raw]
# # BEGIN SOLUTION

# %%
def hubs(apart):
    """Return how often each clip is a neighbour, (clips,) whole numbers."""
    # BEGIN SOLUTION
    apart = np.array(apart, dtype=float)
    np.fill_diagonal(apart, np.inf)
    nearest = np.argsort(apart, axis=1)[:, : OWN["neighbours"]]
    return np.bincount(nearest.ravel(), minlength=len(apart))
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
print(hubs(apart))

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: hubs returns one whole number per clip
""" # END TEST CONFIG
def test_hubs_are_counts(hubs):
    import numpy as np

    apart = np.abs(np.subtract.outer(np.arange(20.0) ** 1.1, np.arange(20.0) ** 1.1))
    assert np.shape(hubs(apart)) == (20,) and np.asarray(hubs(apart)).dtype.kind == "i"

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: hubs does not count how often each clip is among the nearest of others
""" # END TEST CONFIG
def test_counts(me, hubs):
    import numpy as np

    k, x = me.recipe("map")["neighbours"], me.rng("test_counts").normal(size=(40, 3))
    apart = np.linalg.norm(x[:, None] - x[None], axis=2)
    found = np.asarray(hubs(apart))
    assert found.sum() == 40 * k
    for clip in range(40):
        closer = [np.sum((apart[other] < apart[other, clip])[np.arange(40) != other]) for other in range(40)]
        assert found[clip] == sum(n < k for other, n in enumerate(closer) if other != clip)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: hubs does not find a clip in the middle of all, or counts itself
""" # END TEST CONFIG
def test_middle_of_all(hubs):
    import numpy as np

    x = np.vstack([np.zeros(30), np.eye(30)])
    found = np.asarray(hubs(np.linalg.norm(x[:, None] - x[None], axis=2)))
    assert found[0] == 30

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q8 fails test_counts
def hubs(apart):
    nearest = np.argsort(np.asarray(apart), axis=1)[:, 1:6]
    return np.bincount(nearest.ravel(), minlength=len(apart))

# %%
# IGNORE
# WRONG q8 fails test_middle_of_all
def hubs(apart):
    nearest = np.argsort(np.asarray(apart), axis=1)[:, : OWN["neighbours"]]
    return np.bincount(nearest.ravel(), minlength=len(apart))

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
# Look at the map of your cloud, and at the numbers that your functions gave for it. What would the map have made you
# believe that the numbers do not support, or the other way around? Compare how many clips strangers name correctly with
# how many *all* neighbours would (give every clip an artist of its own), and say what the difference means. Five
# sentences, with numbers, are enough.

# %% [raw]
# # BEGIN SOLUTION

# %% [markdown]
# On the map, dots of one colour lie in small knots, which looks like genres. But the knots are artists: when each clip
# has an artist of its own, far more clips are named correctly than when strangers must name them, and the silhouettes of
# genres lie around or below 0. The difference between the two shares is what comes from knowing the artist, not the
# genre. The map keeps only a part of the neighbours of the space, so two knots that touch on it need not touch there.

# %% [raw]
# # END SOLUTION

# %% [markdown]
# # IGNORE
# # RUBRIC q9
# One point: both shares are given and their difference is read as what artists contribute. Half a point: a claim about
# the map that a number contradicts or supports, with that number. Half a point: no claim from sizes of clusters or from
# distances between them.

# %% [raw]
# # END QUESTION

# %% [markdown]
# ## Before you hand in
#
# Choose *Restart Kernel and Run All Cells*: what you hand in is run again, from top to bottom. (Where you left a question
# open, its check stops the run; go on with *Run Selected Cell and All Below*.) Save the notebook, and hand in the file.
