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
# # Assignment 5: a network by hand
#
# A network is arithmetic. You work out its shapes, its weights and how far it hears, compute one of its layers, its loss
# and the gradient of the loss, decide when its training should have stopped, and say of four trainings what went wrong.
# No network is trained here, so you need NumPy only. Read chapters
# [7](https://github.com/genrelib/genrelib/blob/main/notebooks/07_cnn.ipynb) and
# [8](https://github.com/genrelib/genrelib/blob/main/notebooks/08_training.ipynb) first.
#
# **Time**: about 100 minutes. **Points**: 20.
#
# **How it works.** Write your id into the next cell and run it: it draws your *recipe*, `OWN`, and four learning
# curves. Replace each `...` by your own code, and keep the names of the functions and their arguments. The cell below
# each answer checks its form, and is worth nothing. What an answer is worth is decided when it is graded, by tests
# that you do not see: they call your functions with networks of their own. So try each function on a case whose
# answer you know. No question needs the answer to another: each function takes what it needs as an argument, and may
# read `OWN`, but no other variable of this notebook.
#
# In questions 1 to 3 a network is a list of layers, from the input on. A layer is a dictionary:
#
# - `{"kind": "conv", "size": 4, "filters": 256, "dilation": 1}`: a convolution over time without padding. A filter looks
#   at `size` frames, each `dilation` frames after the one before (1: neighbouring frames), and at all channels.
# - `{"kind": "pool", "size": 4}`: the largest of `size` frames in a row, which then count as one; frames that do not fill
#   a whole piece are dropped.
# - `{"kind": "dense", "units": 10}`: each unit weighs everything that comes in. After it there is one frame, and as many
#   channels as units.

# %% tags=["parameters"]
STUDENT = "your-id"  # as in the class list
KEY = ""  # of the course; leave it as it is

# %%
import matplotlib.pyplot as plt
import numpy as np

from genrelib import classroom

me = classroom.student(STUDENT, key=KEY)
OWN = me.recipe("network")
curves = me.curves()
FIGURE = [  # the network of the figure of 2016
    {"kind": "conv", "size": 4, "filters": 256, "dilation": 1},
    {"kind": "pool", "size": 4},
    {"kind": "conv", "size": 4, "filters": 256, "dilation": 1},
    {"kind": "pool", "size": 2},
    {"kind": "conv", "size": 4, "filters": 512, "dilation": 1},
    {"kind": "pool", "size": 2},
    {"kind": "dense", "units": 1024},
    {"kind": "dense", "units": 10},
]
print(me.id, OWN)

# %% [raw]
# # BEGIN QUESTION
# name: q1
# check_cell: false

# %% [markdown]
# ## Question 1: shapes
#
# Write `shapes(frames, channels, layers)`: the shape after each layer, a list of pairs (frames, channels). When a layer
# finds fewer frames than it needs for one result, raise a `ValueError` that names the position of the layer.

# %% [raw]
# # BEGIN SOLUTION

# %%
def shapes(frames, channels, layers):
    """Return the shape after each layer, a list of pairs."""
    # BEGIN SOLUTION
    found = []
    for position, layer in enumerate(layers):
        if layer["kind"] == "conv":
            frames, channels = frames - (layer["size"] - 1) * layer["dilation"], layer["filters"]
        elif layer["kind"] == "pool":
            frames //= layer["size"]
        else:
            frames, channels = 1, layer["units"]
        if frames < 1:
            raise ValueError(f"too few frames for layer {position}")
        found.append((frames, channels))
    return found
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
print(shapes(599, 128, FIGURE))

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: shapes returns one pair per layer
""" # END TEST CONFIG
def test_one_shape_per_layer(shapes):
    found = shapes(20, 3, [{"kind": "pool", "size": 2}, {"kind": "dense", "units": 4}])
    assert [len(shape) for shape in found] == [2, 2]

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: shapes are not what the layers leave
""" # END TEST CONFIG
def test_layers_leave(me, shapes):
    import numpy as np

    rng = me.rng("test_layers_leave")
    for _ in range(20):
        frames, channels, expected, layers = int(rng.integers(800, 1200)), int(rng.integers(2, 40)), [], []
        x = np.zeros((frames, channels))
        for _ in range(3):
            size, dilation, filters = int(rng.integers(2, 5)), int(rng.integers(1, 4)), int(rng.integers(3, 30))
            layers.append({"kind": "conv", "size": size, "filters": filters, "dilation": dilation})
            x = np.zeros((sum(t + (size - 1) * dilation < len(x) for t in range(len(x))), filters))
            expected.append(x.shape)
            layers.append({"kind": "pool", "size": size})
            x = x[: len(x) // size]
            expected.append(x.shape)
        layers.append({"kind": "dense", "units": 7})
        assert [tuple(shape) for shape in shapes(frames, channels, layers)] == [*expected, (1, 7)]

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: shapes does not raise a ValueError that names the layer which has too few frames
""" # END TEST CONFIG
def test_too_few_frames(shapes):
    conv = {"kind": "conv", "size": 4, "filters": 8, "dilation": 3}
    assert [tuple(shape) for shape in shapes(10, 1, [conv])] == [(1, 8)]
    for frames, layers, position in ((9, [conv], 0), (11, [conv, {"kind": "pool", "size": 3}], 1), (12, [conv, conv], 1)):
        try:
            shapes(frames, 1, layers)
        except ValueError as error:
            assert str(position) in str(error)
        else:
            raise AssertionError("a network without frames went through")

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q1 fails test_layers_leave
def shapes(frames, channels, layers):
    found = []
    for position, layer in enumerate(layers):
        if layer["kind"] == "conv":
            frames, channels = frames - layer["size"] + 1, layer["filters"]
        elif layer["kind"] == "pool":
            frames //= layer["size"]
        else:
            frames, channels = 1, layer["units"]
        if frames < 1:
            raise ValueError(f"too few frames for layer {position}")
        found.append((frames, channels))
    return found

# %%
# IGNORE
# WRONG q1 fails test_too_few_frames
def shapes(frames, channels, layers):
    found = []
    for layer in layers:
        if layer["kind"] == "conv":
            frames, channels = frames - (layer["size"] - 1) * layer["dilation"], layer["filters"]
        elif layer["kind"] == "pool":
            frames //= layer["size"]
        else:
            frames, channels = 1, layer["units"]
        found.append((frames, channels))
    return found

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q2
# check_cell: false

# %% [markdown]
# ## Question 2: weights
#
# Write `weights(channels, layers, shapes)`: how many numbers each layer learns, a list. A filter and a unit have one weight
# for each number that they look at, and one bias; pooling learns nothing. `channels` is how many channels come in, and
# `shapes` is what question 1 returns: the pair (frames, channels) *after* each layer. (The first layer is never dense.)

# %% [raw]
# # BEGIN SOLUTION

# %%
def weights(channels, layers, shapes):
    """Return how many numbers each layer learns, a list of int."""
    # BEGIN SOLUTION
    found, before = [], (None, channels)
    for layer, shape in zip(layers, shapes):
        if layer["kind"] == "conv":
            found.append((layer["size"] * before[1] + 1) * layer["filters"])
        elif layer["kind"] == "pool":
            found.append(0)
        else:
            found.append((before[0] * before[1] + 1) * layer["units"])
        before = shape
    return found
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
print(weights(128, FIGURE[:3], [(596, 256), (149, 256), (146, 256)]))

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: weights returns one number per layer
""" # END TEST CONFIG
def test_one_count_per_layer(weights):
    assert len(weights(3, [{"kind": "pool", "size": 2}, {"kind": "dense", "units": 4}], [(5, 3), (1, 4)])) == 2

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: weights does not count the weights and biases of convolutions and poolings
""" # END TEST CONFIG
def test_convolutions(weights):
    conv = [{"kind": "conv", "size": 5, "filters": 6, "dilation": d} for d in (1, 3)]
    layers = [conv[0], {"kind": "pool", "size": 2}, conv[1], conv[1]]
    assert list(weights(7, layers, [(96, 6), (48, 6), (36, 6), (24, 6)])) == [216, 0, 186, 186]

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: weights does not count what a dense layer weighs
""" # END TEST CONFIG
def test_dense(weights):
    layers = [{"kind": "pool", "size": 2}, {"kind": "dense", "units": 11}, {"kind": "dense", "units": 3}]
    assert list(weights(9, layers, [(13, 9), (1, 11), (1, 3)])) == [0, (13 * 9 + 1) * 11, 12 * 3]

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q2 fails test_convolutions
def weights(channels, layers, shapes):
    found, before = [], (None, channels)
    for layer, shape in zip(layers, shapes):
        if layer["kind"] == "conv":
            found.append(layer["size"] * before[1] * layer["filters"] + 1)
        elif layer["kind"] == "pool":
            found.append(0)
        else:
            found.append((before[0] * before[1] + 1) * layer["units"])
        before = shape
    return found

# %%
# IGNORE
# WRONG q2 fails test_dense
def weights(channels, layers, shapes):
    found, before = [], (None, channels)
    for layer, shape in zip(layers, shapes):
        size, count = layer.get("size", 1), layer.get("filters", layer.get("units"))
        found.append(0 if layer["kind"] == "pool" else (size * before[1] + 1) * count)
        before = shape
    return found

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q3
# check_cell: false

# %% [markdown]
# ## Question 3: how far one number hears
#
# Write `hears(layers)` for a network of convolutions and poolings. It returns a pair: how many frames of the input can
# change one number after the last layer, from the first of them to the last (whether or not a dilated filter skips some
# in between), and how many frames of the input lie from one such number to its neighbour.

# %% [raw]
# # BEGIN SOLUTION

# %%
def hears(layers):
    """Return the receptive field and the step of the last layer, in frames of the input."""
    # BEGIN SOLUTION
    field, step = 1, 1
    for layer in layers:
        field += (layer["size"] - 1) * layer.get("dilation", 1) * step
        step *= layer["size"] if layer["kind"] == "pool" else 1
    return field, step
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
print(hears(FIGURE[:6]))

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: hears returns a pair
""" # END TEST CONFIG
def test_hears_is_a_pair(hears):
    assert len(hears([{"kind": "pool", "size": 2}])) == 2

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: hears is not how far a change of the input is noticed
""" # END TEST CONFIG
def test_tried(me, hears):
    rng = me.rng("test_tried")
    for _ in range(12):
        layers, frames = [], [{t} for t in range(700)]  # for each number, the frames that it depends on
        for _ in range(4):
            size, dilation = int(rng.integers(2, 4)), int(rng.integers(1, 4))
            if rng.random() < 0.5:
                layers.append({"kind": "pool", "size": size})
                frames = [set().union(*frames[t : t + size]) for t in range(0, len(frames) - size + 1, size)]
            else:
                layers.append({"kind": "conv", "size": size, "filters": 2, "dilation": dilation})
                reach = (size - 1) * dilation
                frames = [set().union(*frames[t : t + reach + 1 : dilation]) for t in range(len(frames) - reach)]
        assert hears(layers)[0] == max(frames[1]) - min(frames[1]) + 1

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: hears does not tell how far apart neighbouring numbers are
""" # END TEST CONFIG
def test_steps_between(hears):
    pool, conv = {"kind": "pool", "size": 3}, {"kind": "conv", "size": 4, "filters": 1, "dilation": 2}
    assert [hears(layers)[1] for layers in ([conv], [pool], [pool, conv], [pool, conv, pool])] == [1, 3, 3, 9]

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q3 fails test_tried
def hears(layers):
    field, step = 1, 1
    for layer in layers:
        field += (layer["size"] - 1) * step
        step *= layer["size"] if layer["kind"] == "pool" else 1
    return field, step

# %%
# IGNORE
# WRONG q3 fails test_steps_between
def hears(layers):
    field, step = 1, 1
    for layer in layers:
        field += (layer["size"] - 1) * layer.get("dilation", 1) * step
        step *= layer["size"] if layer["kind"] == "pool" else 1
    return field, field

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q4
# check_cell: false

# %% [markdown]
# ## Question 4: a layer of your own
#
# Write `convolve(x, w, b)`. `x` has the shape (frames, channels), `w` (size, channels, filters), `b` (filters,). With the
# stride $s =$ `OWN["stride"]` and the dilation $d =$ `OWN["dilation"]`, number $t$ of filter $f$ is
#
# $$z_{t,f} = b_f + \sum_{\tau}\sum_{c} w_{\tau,c,f}\; x_{t s + \tau d,\,c},$$
#
# for all $t$ for which the filter stays inside. What is negative is then not cut off but multiplied by `OWN["leak"]`.
# Return an array of shape (results, filters).

# %% [raw]
# # BEGIN SOLUTION

# %%
def convolve(x, w, b):
    """Return the output of your layer, (results, filters)."""
    # BEGIN SOLUTION
    x, w = np.asarray(x, dtype=float), np.asarray(w, dtype=float)
    starts = np.arange(0, len(x) - (len(w) - 1) * OWN["dilation"], OWN["stride"])
    windows = x[starts[:, None] + OWN["dilation"] * np.arange(len(w))]  # (results, size, channels)
    z = np.einsum("tsc,scf->tf", windows, w) + b
    return np.where(z < 0, OWN["leak"] * z, z)
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
print(np.shape(convolve(np.ones((50, 3)), np.ones((4, 3, 2)), np.zeros(2))))

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: convolve returns a row of filters for each result
""" # END TEST CONFIG
def test_convolve_has_filters(convolve):
    import numpy as np

    assert np.shape(convolve(np.ones((60, 2)), np.ones((3, 2, 5)), np.zeros(5)))[1] == 5

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: convolve does not begin a result at every frame that it should, or not with the right number of them
""" # END TEST CONFIG
def test_where_results_begin(me, convolve):
    import numpy as np

    own = me.recipe("network")
    for frames in (40, 41, 42, 57):
        x = np.arange(1.0, frames + 1)[:, None]
        first = np.zeros((4, 1, 1))
        first[0] = 1
        last = np.arange(0, frames - 3 * own["dilation"], own["stride"])
        assert np.allclose(np.asarray(convolve(x, first, np.zeros(1)))[:, 0], x[last, 0])

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: convolve does not sum over frames and channels as the formula says
""" # END TEST CONFIG
def test_sums(me, convolve):
    import numpy as np

    own, rng = me.recipe("network"), me.rng("test_sums")
    x, w, b = rng.uniform(0.1, 1, (50, 3)), rng.uniform(0.1, 1, (3, 3, 2)), rng.uniform(0, 1, 2)
    found = np.asarray(convolve(x, w, b))
    for t in (0, 1, 4):
        for f in range(2):
            at = [(tau, c) for tau in range(3) for c in range(3)]
            z = sum(w[tau, c, f] * x[t * own["stride"] + tau * own["dilation"], c] for tau, c in at)
            assert abs(found[t, f] - z - b[f]) < 1e-9

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: convolve does not let your share of what is negative through
""" # END TEST CONFIG
def test_leak(me, convolve):
    import numpy as np

    leak, rng = me.recipe("network")["leak"], me.rng("test_leak")
    x, w = rng.normal(size=(60, 2)), rng.normal(size=(2, 2, 4))
    up, down = (np.asarray(convolve(x, sign * w, np.zeros(4))) for sign in (1, -1))
    assert np.allclose(np.where(up > 0, -leak * up, -up / leak), down)
    assert np.allclose(convolve(0 * x, w, np.full(4, -1.0)), -leak)

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q4 fails test_where_results_begin
def convolve(x, w, b):
    x, w = np.asarray(x, dtype=float), np.asarray(w, dtype=float)
    starts = np.arange(len(x) - (len(w) - 1) * OWN["dilation"])
    z = np.einsum("tsc,scf->tf", x[starts[:, None] + OWN["dilation"] * np.arange(len(w))], w) + b
    return np.where(z < 0, OWN["leak"] * z, z)

# %%
# IGNORE
# WRONG q4 fails test_sums
def convolve(x, w, b):
    x, w = np.asarray(x, dtype=float), np.asarray(w, dtype=float)
    starts = np.arange(0, len(x) - (len(w) - 1) * OWN["dilation"], OWN["stride"])
    z = np.einsum("tsc,scf->tf", x[starts[:, None] + OWN["dilation"] * np.arange(len(w))], w[::-1]) + b
    return np.where(z < 0, OWN["leak"] * z, z)

# %%
# IGNORE
# WRONG q4 fails test_leak (library)
def convolve(x, w, b):
    x, w = np.asarray(x, dtype=float), np.asarray(w, dtype=float)
    starts = np.arange(0, len(x) - (len(w) - 1) * OWN["dilation"], OWN["stride"])
    z = np.einsum("tsc,scf->tf", x[starts[:, None] + OWN["dilation"] * np.arange(len(w))], w) + b
    return np.maximum(z, 0)

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q5
# check_cell: false

# %% [markdown]
# ## Question 5: the loss
#
# `logits` has the shape (clips, genres): the sums that go into the softmax, $p_g = e^{a_g} / \sum_k e^{a_k}$. `genre` is
# the position of each clip's true genre. With label smoothing $\varepsilon =$ `OWN["smoothing"]`, the target of the true
# genre is $1 - \varepsilon + \varepsilon/G$ and that of each of the $G - 1$ others $\varepsilon/G$. Write
# `loss(logits, genre)`: the mean over the clips of $-\sum_g y_g \ln p_g$. It must not break down for logits of 1000.
# (Subtract the largest logit of each clip first: the probabilities stay as they are.)

# %% [raw]
# # BEGIN SOLUTION

# %%
def loss(logits, genre):
    """Return the mean loss of a batch, a float."""
    # BEGIN SOLUTION
    logits = np.asarray(logits, dtype=float)
    below = logits - logits.max(axis=1, keepdims=True)
    log_p = below - np.log(np.exp(below).sum(axis=1, keepdims=True))
    true = log_p[np.arange(len(log_p)), genre]
    return float(np.mean(-(1 - OWN["smoothing"]) * true - OWN["smoothing"] * log_p.mean(axis=1)))
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
print(loss(np.zeros((4, 10)), [0, 3, 9, 2]), "for four clips of which nothing is known")

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: loss returns one number
""" # END TEST CONFIG
def test_loss_is_a_number(loss):
    import numpy as np

    assert isinstance(loss(np.zeros((2, 3)), [0, 2]), float)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: loss is not the mean of the smoothed cross-entropy
""" # END TEST CONFIG
def test_smoothed(me, loss):
    import numpy as np

    eps, rng = me.recipe("network")["smoothing"], me.rng("test_smoothed")
    logits, genre = rng.normal(0, 2, (6, 5)), rng.integers(0, 5, 6)
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    y = (1 - eps) * np.eye(5)[genre] + eps / 5
    assert abs(loss(logits, genre) + np.mean(np.sum(y * np.log(p), axis=1))) < 1e-9
    assert abs(loss(np.full((3, 8), 4.0), [1, 2, 3]) - np.log(8)) < 1e-9

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: loss breaks down for large logits
""" # END TEST CONFIG
def test_large_logits(me, loss):
    import numpy as np

    eps, logits = me.recipe("network")["smoothing"], np.array([[1000.0, 0, 0, 0]])
    assert abs(loss(logits, [0]) - eps * 750) < 1e-6
    assert abs(loss(logits - 3000, [1]) - 1000 + eps * 250) < 1e-6

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q5 fails test_large_logits
def loss(logits, genre):
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    y = (1 - OWN["smoothing"]) * np.eye(np.shape(p)[1])[np.asarray(genre)] + OWN["smoothing"] / np.shape(p)[1]
    return float(np.mean(-np.sum(y * np.log(np.clip(p, 1e-12, 1)), axis=1)))

# %%
# IGNORE
# WRONG q5 fails test_smoothed (library)
def loss(logits, genre):
    from scipy.special import log_softmax

    return float(-np.mean(log_softmax(np.asarray(logits, dtype=float), axis=1)[np.arange(len(logits)), genre]))

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q6
# check_cell: false

# %% [markdown]
# ## Question 6: which way is down
#
# Write `gradient(logits, genre)`: how the loss of question 5 changes with each logit, an array like `logits`. Work it out
# on paper first: it is surprisingly short. Then check it against the loss, by moving one logit a little.

# %% [raw]
# # BEGIN SOLUTION

# %%
def gradient(logits, genre):
    """Return the derivative of the mean loss by each logit, (clips, genres)."""
    # BEGIN SOLUTION
    logits = np.asarray(logits, dtype=float)
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    target = (1 - OWN["smoothing"]) * np.eye(p.shape[1])[np.asarray(genre)] + OWN["smoothing"] / p.shape[1]
    return (p - target) / len(p)
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
print(gradient(np.zeros((2, 4)), [0, 3]))

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: gradient returns an array like the logits
""" # END TEST CONFIG
def test_gradient_has_the_right_shape(gradient):
    import numpy as np

    assert np.shape(gradient(np.zeros((2, 3)), [0, 2])) == (2, 3)

# %%
""" # BEGIN TEST CONFIG
points: 2
hidden: true
failure_message: gradient is not how the smoothed loss changes
""" # END TEST CONFIG
def test_differences(me, gradient):
    import numpy as np

    eps, rng = me.recipe("network")["smoothing"], me.rng("test_differences")
    logits, genre = rng.normal(0, 2, (5, 4)), rng.integers(0, 4, 5)
    y = (1 - eps) * np.eye(4)[genre] + eps / 4

    def loss(a):
        return -np.mean(np.sum(y * (a - np.log(np.exp(a).sum(axis=1, keepdims=True))), axis=1))

    found = np.asarray(gradient(logits, genre))
    for clip, of in ((0, 0), (1, 3), (4, 2), (2, 1), (3, int(genre[3]))):
        step = np.zeros((5, 4))
        step[clip, of] = 1e-5
        assert abs(found[clip, of] - (loss(logits + step) - loss(logits - step)) / 2e-5) < 1e-6

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: gradient is not zero where the probabilities are the targets, or does not shrink with the size of the batch
""" # END TEST CONFIG
def test_ideal(me, gradient):
    import numpy as np

    eps, genre = me.recipe("network")["smoothing"], np.array([2, 0, 1])
    ideal = np.log((1 - eps) * np.eye(5)[genre] + eps / 5)
    assert np.abs(gradient(ideal, genre)).max() < 1e-9
    one = np.asarray(gradient(np.array([[1.0, 2, 3]]), [0]))
    assert np.allclose(gradient(np.tile([1.0, 2, 3], (8, 1)), [0] * 8), one / 8)

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q6 fails test_differences
def gradient(logits, genre):
    p = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    return (p - np.eye(p.shape[1])[np.asarray(genre)]) / len(p)

# %%
# IGNORE
# WRONG q6 fails test_ideal
def gradient(logits, genre):
    p = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    return p - (1 - OWN["smoothing"]) * np.eye(p.shape[1])[np.asarray(genre)] - OWN["smoothing"] / p.shape[1]

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q7
# check_cell: false

# %% [markdown]
# ## Question 7: when to stop
#
# Write `stop(losses)` for the list of validation losses, epoch by epoch; epochs count from 0. An epoch is *better* when
# its loss is lower than that of the best epoch so far by *more than* `OWN["least"]`; then it is the best epoch so far. The
# first epoch is always better than nothing. The training stops after `OWN["patience"]` epochs in a row that were not
# better. Return a pair: the best epoch, and the last epoch that was trained. If the training never stops, the last is the
# last of the list.

# %% [raw]
# # BEGIN SOLUTION

# %%
def stop(losses):
    """Return the best epoch and the last one, a pair of int."""
    # BEGIN SOLUTION
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best] - OWN["least"]:
            best = epoch
        elif epoch - best >= OWN["patience"]:
            return best, epoch
    return best, len(losses) - 1
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
print({letter: stop(curve["validation"]) for letter, curve in curves.items()})

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: stop returns a pair of epochs
""" # END TEST CONFIG
def test_stop_is_a_pair(stop):
    best, last = stop([2.0, 1.0, 0.5])
    assert 0 <= best <= last <= 2

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: stop does not stop after as many epochs as your patience allows
""" # END TEST CONFIG
def test_patience(me, stop):
    patience = me.recipe("network")["patience"]
    for best in (0, 3, 11):
        losses = [5 - 0.2 * epoch for epoch in range(best + 1)] + [9.0] * 30
        assert tuple(stop(losses)) == (best, best + patience)
        assert tuple(stop(losses[: best + patience])) == (best, best + patience - 1)
        late, _ = stop([*losses[: best + patience], 0.0, *losses])
        assert late == best + patience

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: stop counts an epoch as better that is lower by too little, or loses sight of the best epoch
""" # END TEST CONFIG
def test_least(me, stop):
    own = me.recipe("network")
    least, patience = own["least"], own["patience"]
    slow = [1 - 0.9 * least * epoch for epoch in range(40)]
    assert tuple(stop(slow)) == (38, 39)  # every second epoch is better than the best so far
    crawl = [1 - 0.9 * least * epoch / patience for epoch in range(40)]
    assert tuple(stop(crawl)) == (0, patience)

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q7 fails test_least
def stop(losses):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        elif epoch - best >= OWN["patience"]:
            return best, epoch
    return best, len(losses) - 1

# %%
# IGNORE
# WRONG q7 fails test_patience
def stop(losses):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best] - OWN["least"]:
            best = epoch
        elif epoch - best > OWN["patience"]:
            return best, epoch
    return best, len(losses) - 1

# %%
# IGNORE
# WRONG q7 fails test_least
def stop(losses):
    waited = 0
    for epoch in range(1, len(losses)):
        waited = 0 if losses[epoch] < losses[epoch - 1] - OWN["least"] else waited + 1
        if waited >= OWN["patience"]:
            return epoch - waited, epoch
    return int(np.argmin(losses)), len(losses) - 1

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q8
# check_cell: false

# %% [markdown]
# ## Question 8: what went wrong
#
# Here are four trainings of networks that tell ten genres apart. Look at them, and write the dictionary `diagnosis`, from
# each letter to one of these:
#
# - `"learns by heart"`
# - `"needs more epochs"`
# - `"steps too large"`
# - `"learns nothing"`

# %%
fig, axes = plt.subplots(1, 4, figsize=(11, 2.6), sharey=True)
for axis, (letter, curve) in zip(axes, curves.items()):
    axis.plot(curve["train"], label="train")
    axis.plot(curve["validation"], "--", label="validation")
    axis.set(title=letter, xlabel="epoch")
axes[0].set_ylabel("loss")
axes[0].legend()

# %% [raw]
# # BEGIN SOLUTION

# %%
# BEGIN SOLUTION
diagnosis = {}
for letter, curve in curves.items():
    train, validation = np.array(curve["train"]), np.array(curve["validation"])
    if np.abs(np.diff(train)).mean() > 0.3:
        diagnosis[letter] = "steps too large"
    elif train[-1] > 0.9 * train[0]:
        diagnosis[letter] = "learns nothing"
    elif validation[-1] > validation.min() + 0.3:
        diagnosis[letter] = "learns by heart"
    else:
        diagnosis[letter] = "needs more epochs"
# END SOLUTION

# %% [raw]
# # END SOLUTION

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: diagnosis says one of the four things of each training
""" # END TEST CONFIG
def test_diagnosis_is_complete(diagnosis):
    said = ["learns by heart", "learns nothing", "needs more epochs", "steps too large"]
    assert set(diagnosis) == set("ABCD") and set(diagnosis.values()) <= set(said)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: diagnosis takes a training that learns by heart, or one that needs more epochs, for something else
""" # END TEST CONFIG
def test_learning(me, diagnosis):
    curves = me.curves()
    for letter, curve in curves.items():
        rises = curve["validation"][-1] > min(curve["validation"]) + 0.3 and curve["train"][-1] < 0.1
        steady = all(abs(a - b) < 0.2 for a, b in zip(curve["train"][1:], curve["train"]))
        falls = steady and 0.2 < curve["train"][-1] < 0.7 * curve["train"][0]
        assert (diagnosis[letter] == "learns by heart") == rises
        assert (diagnosis[letter] == "needs more epochs") == falls

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: diagnosis takes a training with steps that are too large, or one that learns nothing, for something else
""" # END TEST CONFIG
def test_not_learning(me, diagnosis):
    for letter, curve in me.curves().items():
        jumps = max(abs(a - b) for a, b in zip(curve["train"][1:], curve["train"]))
        assert (diagnosis[letter] == "steps too large") == (jumps > 0.8)
        flat = max(curve["train"]) - min(curve["train"]) < 0.2
        assert (diagnosis[letter] == "learns nothing") == flat

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q8 fails test_learning
diagnosis = {}
for letter, curve in curves.items():
    train = np.array(curve["train"])
    if np.abs(np.diff(train)).mean() > 0.3:
        diagnosis[letter] = "steps too large"
    elif train[-1] > 0.9 * train[0]:
        diagnosis[letter] = "learns nothing"
    else:
        diagnosis[letter] = "needs more epochs"

# %%
# IGNORE
# WRONG q8 fails test_not_learning
diagnosis = {}
for letter, curve in curves.items():
    train, validation = np.array(curve["train"]), np.array(curve["validation"])
    if train[-1] > 0.9 * train[0] or np.abs(np.diff(train)).mean() > 0.3:
        diagnosis[letter] = "learns nothing"
    elif validation[-1] > validation.min() + 0.3:
        diagnosis[letter] = "learns by heart"
    else:
        diagnosis[letter] = "needs more epochs"

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
# Somebody mails you: "I trained the network of the figure for 30 epochs and it has 62 %." Write back. Which of your four
# curves might lie behind this number, and what would you ask for so that a stranger could repeat the training in ten
# years? Give a reason for each item on your list. Eight sentences are enough.

# %% [raw]
# # BEGIN SOLUTION

# %% [markdown]
# Any of the four except the flat one: a training that learns by heart has a good last epoch on the clips it learned from,
# and one with steps that are too large may have been lucky in its last epoch, so the number alone says nothing. Ask for:
# the clips (a checksum), because other clips give other numbers; the split, what it kept apart, and which part the 62 %
# are measured on; which epoch was kept and which part decided it; the seeds, since another may give another number, and
# how many of them were tried; the parameters of features and training; the versions of the program and its libraries; the
# number of clips tested, for an interval.

# %% [raw]
# # END SOLUTION

# %% [markdown]
# # IGNORE
# # RUBRIC q9
# Half a point: at least one of the curves is linked to the number with a reason. One and a half points for the list: a
# quarter of a point for each item with its reason (clips, split and what it keeps apart, part that was measured, epoch
# and who chose it, seeds, parameters, versions, number of clips), no more than six.

# %% [raw]
# # END QUESTION

# %% [markdown]
# ## Before you hand in
#
# Choose *Restart Kernel and Run All Cells*: what you hand in is run again, from top to bottom. (Where you left a question
# open, its check stops the run; go on with *Run Selected Cell and All Below*.) Save the notebook, and hand in the file.
