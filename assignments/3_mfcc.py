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
# # Assignment 3: an MFCC by your own recipe
#
# You build the five steps of [chapter 3](https://github.com/genrelib/genrelib/blob/main/notebooks/03_five_steps.ipynb), and each of
# them differs a little from what every library does: your frequency scale, your triangles, your loudness, your choice
# of coefficients. At the end you have features that nobody else has.
#
# **Time**: about 100 minutes. **Points**: 20.
#
# **How it works.** Write your id into the next cell and run it: it draws your *recipe*, `OWN`. Replace each `...` by
# your own code, and keep the names of the functions and their arguments. The cell below each answer checks its form,
# and is worth nothing. What an answer is worth is decided when it is graded, by tests that you do not see: they call
# your functions with data of their own. So try each function on a case whose answer you know. No question needs the
# answer to another: each function takes what it needs as an argument, and may read `OWN`, but no other variable of
# this notebook.
#
# Time goes first, as in the book: arrays are (frames, bins), (frames, bands), (frames, coefficients). Use NumPy, and
# write the cosine transform by hand.

# %% tags=["parameters"]
STUDENT = "your-id"  # as in the class list
KEY = ""  # of the course; leave it as it is

# %%
import numpy as np

from genrelib import classroom

me = classroom.student(STUDENT, key=KEY)
OWN = me.recipe("mfcc")
RATE, N_FFT = classroom.SR, 2048
windows = me.clip(0)[: 80 * 1024].reshape(80, 1024) * np.hanning(1024)
power = np.abs(np.fft.rfft(windows, n=N_FFT, axis=1)) ** 2  # (80, 1025), of a clip of yours
print(me.id, OWN)

# %% [raw]
# # BEGIN QUESTION
# name: q1
# check_cell: false

# %% [markdown]
# ## Question 1: a scale of your own
#
# Your scale of pitch bends at $b =$ `OWN["bend"]` Hz:
#
# $$m(f) = 1000\;\frac{\operatorname{arsinh}(f/b)}{\operatorname{arsinh}(1000/b)}$$
#
# Like the mel scale it is nearly linear below the bend and nearly logarithmic above it, and 1000 Hz are 1000 units.
# Write `scale(hz)` and its inverse, `unscale(units)`, for numbers and for arrays. (The inverse of arsinh is sinh.)

# %% [raw]
# # BEGIN SOLUTION

# %%
def scale(hz):
    """Return the places of frequencies on your scale."""
    # BEGIN SOLUTION
    return 1000 * np.arcsinh(np.asarray(hz) / OWN["bend"]) / np.arcsinh(1000 / OWN["bend"])
    # END SOLUTION


def unscale(units):
    """Return the frequencies of places on your scale, in Hz."""
    # BEGIN SOLUTION
    return OWN["bend"] * np.sinh(np.asarray(units) * np.arcsinh(1000 / OWN["bend"]) / 1000)
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
print(scale(np.array([100, 1000, 10000])), unscale(1000))

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: scale and unscale take arrays and return arrays of the same length
""" # END TEST CONFIG
def test_scales_take_arrays(scale, unscale):
    import numpy as np

    hz = np.array([50.0, 500.0, 5000.0])
    assert np.shape(scale(hz)) == np.shape(unscale(hz)) == (3,)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: scale does not bend where yours bends, or does not give 1000 for 1000 Hz
""" # END TEST CONFIG
def test_bend(me, scale):
    import numpy as np

    bend = me.recipe("mfcc")["bend"]
    assert abs(float(scale(1000)) - 1000) < 1e-6 and abs(float(scale(0))) < 1e-6
    hz = me.rng("test_bend").uniform(10, 10000, 20)
    slope = (np.asarray(scale(hz + 0.5)) - scale(hz - 0.5)) * np.hypot(hz, bend)
    assert np.allclose(slope, slope[0], rtol=1e-3)  # the slope falls as 1 / sqrt(f² + b²)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: unscale does not undo scale
""" # END TEST CONFIG
def test_there_and_back(me, unscale):
    import numpy as np

    bend = me.recipe("mfcc")["bend"]
    hz = me.rng("test_there_and_back").uniform(10, 11000, 30)
    units = 1000 * np.arcsinh(hz / bend) / np.arcsinh(1000 / bend)
    assert np.allclose(unscale(units), hz, rtol=1e-6)

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q1 fails test_bend
def scale(hz):
    return 1000 * np.log1p(np.asarray(hz) / OWN["bend"]) / np.log1p(1000 / OWN["bend"])


def unscale(units):
    return OWN["bend"] * np.expm1(np.asarray(units) * np.log1p(1000 / OWN["bend"]) / 1000)

# %%
# IGNORE
# WRONG q1 fails test_there_and_back
def scale(hz):
    return 1000 * np.arcsinh(np.asarray(hz) / OWN["bend"]) / np.arcsinh(1000 / OWN["bend"])


def unscale(units):
    return OWN["bend"] * np.sinh(np.asarray(units) / 1000)

# %%
# IGNORE
# WRONG q1 fails test_bend (library)
def scale(hz):
    import librosa

    return librosa.hz_to_mel(hz) * 1000 / 15


def unscale(units):
    import librosa

    return librosa.mel_to_hz(np.asarray(units) * 15 / 1000)

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q2
# check_cell: false

# %% [markdown]
# ## Question 2: edges at equal distances
#
# Now forget which scale it is. `hz` is an array of increasing frequencies, and `places` tells for each of them where it
# lies on *some* scale. Write `band_edges(hz, places)`: `OWN["bands"] + 2` frequencies, from `OWN["low"]` to
# `OWN["high"]` Hz, that lie at equal distances on that scale. Between the points of the table, go along straight lines
# (`np.interp`).

# %% [raw]
# # BEGIN SOLUTION

# %%
def band_edges(hz, places):
    """Return the edges of your bands in Hz, (OWN["bands"] + 2,)."""
    # BEGIN SOLUTION
    first, last = np.interp([OWN["low"], OWN["high"]], hz, places)
    return np.interp(np.linspace(first, last, OWN["bands"] + 2), places, hz)
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
table = np.linspace(10, 11025, 2000)
print(band_edges(table, np.log2(table)))

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: band_edges returns one row of frequencies
""" # END TEST CONFIG
def test_edges_are_a_row(band_edges):
    import numpy as np

    assert np.ndim(band_edges(np.array([0.0, 11000.0]), np.array([0.0, 1.0]))) == 1

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: band_edges are not as many as you need, or do not reach from your lowest to your highest frequency
""" # END TEST CONFIG
def test_ends(me, band_edges):
    import numpy as np

    own, hz = me.recipe("mfcc"), np.linspace(1, 11025, 5000)
    edges = np.asarray(band_edges(hz, np.sqrt(hz)))
    assert len(edges) == own["bands"] + 2
    assert np.allclose(edges[[0, -1]], [own["low"], own["high"]], rtol=1e-3)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: band_edges do not lie at equal distances on the scale that is given
""" # END TEST CONFIG
def test_distances(me, band_edges):
    import numpy as np

    rng, hz = me.rng("test_distances"), np.linspace(1, 11025, 3000)
    for places in (7 * hz, np.log(hz), np.cumsum(rng.uniform(0.1, 2, 3000))):
        steps = np.diff(np.interp(band_edges(hz, places), hz, places))
        assert np.allclose(steps, steps.mean(), rtol=1e-3)

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q2 fails test_distances
def band_edges(hz, places):
    return np.linspace(OWN["low"], OWN["high"], OWN["bands"] + 2)

# %%
# IGNORE
# WRONG q2 fails test_ends
def band_edges(hz, places):
    return np.interp(np.linspace(places[0], places[-1], OWN["bands"] + 2), places, hz)

# %%
# IGNORE
# WRONG q2 fails test_distances (library)
def band_edges(hz, places):
    import librosa

    return librosa.mel_frequencies(n_mels=OWN["bands"] + 2, fmin=OWN["low"], fmax=OWN["high"])

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q3
# check_cell: false

# %% [markdown]
# ## Question 3: triangles of your own
#
# Write `filters(edges, n_fft, rate)`: one row of weights per band, over the bins of a spectrum, which lie at
# $k \cdot$ `rate / n_fft` Hz, $k = 0 \dots$ `n_fft // 2`. Band $i$ rises in a straight line from 0 at `edges[i]` to 1 at
# `edges[i + 1]` and falls to 0 at `edges[i + 2]`. Then raise the weights to the power `OWN["sharpness"]`, and divide
# each row by its sum: your bands are *averages*. Where a band has no bin with a weight above 0, there is nothing to
# average: raise a `ValueError` that says which band it is.

# %% [raw]
# # BEGIN SOLUTION

# %%
def filters(edges, n_fft, rate):
    """Return the weights of the bands, (len(edges) - 2, 1 + n_fft // 2)."""
    # BEGIN SOLUTION
    hz, edges = np.arange(1 + n_fft // 2) * rate / n_fft, np.asarray(edges, dtype=float)
    left, middle, right = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rising, falling = (hz - left) / (middle - left), (right - hz) / (right - middle)
    weights = np.maximum(0, np.minimum(rising, falling)) ** OWN["sharpness"]
    sums = weights.sum(axis=1, keepdims=True)
    if not sums.all():
        raise ValueError(f"band {int(np.argmin(sums))} holds no bin")
    return weights / sums
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
print(np.shape(filters(np.array([0, 300, 600, 1200, 2400]), N_FFT, RATE)))

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: filters returns bands by bins
""" # END TEST CONFIG
def test_filters_have_the_right_shape(filters):
    import numpy as np

    assert np.shape(filters(np.array([0.0, 100.0, 200.0, 400.0]), 256, 8000)) == (2, 129)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: filters do not average, for a flat spectrum does not give the same in every band
""" # END TEST CONFIG
def test_flat_spectrum(me, filters):
    import numpy as np

    edges = np.sort(me.rng("test_flat_spectrum").uniform(0, 8000, 3)) + np.array([0, 1000, 2000])
    for rate, n_fft in ((22050, 1024), (44100, 4096)):
        weights = np.asarray(filters(np.append(edges, edges[-1] + 900), n_fft, rate))
        assert np.allclose(weights.sum(axis=1), 1) and weights.min() >= 0

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: filters are not triangles of your sharpness between their edges
""" # END TEST CONFIG
def test_triangles(me, filters):
    import numpy as np

    sharpness, edges, n_fft, rate = me.recipe("mfcc")["sharpness"], [110.0, 900.0, 1400.0, 3300.0], 512, 16000
    weights = np.asarray(filters(np.array(edges), n_fft, rate))
    for band in range(2):
        left, middle, right = edges[band : band + 3]
        expected = np.zeros(257)
        for k in range(257):
            hz = k * rate / n_fft
            if left < hz <= middle:
                expected[k] = ((hz - left) / (middle - left)) ** sharpness
            elif middle < hz < right:
                expected[k] = ((right - hz) / (right - middle)) ** sharpness
        assert np.allclose(weights[band] / weights[band].max(), expected / expected.max(), atol=1e-6)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: filters does not raise a ValueError for a band that holds no bin
""" # END TEST CONFIG
def test_empty_band(filters):
    import numpy as np

    try:
        filters(np.array([0.0, 1000.0, 2000.0, 2001.0, 2002.0, 2003.0]), 256, 8000)
    except ValueError as error:
        assert str(error)
    else:
        raise AssertionError("a band without a bin was passed over in silence")

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q3 fails test_flat_spectrum (library)
def filters(edges, n_fft, rate):
    hz, edges = np.fft.rfftfreq(n_fft, 1 / rate), np.asarray(edges, dtype=float)
    left, middle, right = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rising, falling = (hz - left) / (middle - left), (right - hz) / (right - middle)
    weights = np.maximum(0, np.minimum(rising, falling)) ** OWN["sharpness"]
    if not weights.any(axis=1).all():
        raise ValueError("empty band")
    return weights * 2 / (right - left)  # Slaney's norm

# %%
# IGNORE
# WRONG q3 fails test_triangles
def filters(edges, n_fft, rate):
    hz, edges = np.fft.rfftfreq(n_fft, 1 / rate), np.asarray(edges, dtype=float)
    left, middle, right = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    weights = np.maximum(0, np.minimum((hz - left) / (middle - left), (right - hz) / (right - middle)))
    if not weights.any(axis=1).all():
        raise ValueError("empty band")
    return weights / weights.sum(axis=1, keepdims=True)

# %%
# IGNORE
# WRONG q3 fails test_empty_band
def filters(edges, n_fft, rate):
    hz, edges = np.fft.rfftfreq(n_fft, 1 / rate), np.asarray(edges, dtype=float)
    left, middle, right = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rising, falling = (hz - left) / (middle - left), (right - hz) / (right - middle)
    weights = np.maximum(0, np.minimum(rising, falling)) ** OWN["sharpness"]
    return weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-12)

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q4
# check_cell: false

# %% [markdown]
# ## Question 4: loudness instead of decibels
#
# Decibels of silence are $-\infty$. A *power law* has no such trouble: divide the power of the bands by its mean over
# the *whole clip* (all frames and all bands), and raise it to `OWN["exponent"]`. Write `loudness(bands)`. A clip of
# silence has loudness 0 everywhere.

# %% [raw]
# # BEGIN SOLUTION

# %%
def loudness(bands):
    """Return the loudness of bands of power, an array like `bands`."""
    # BEGIN SOLUTION
    bands = np.asarray(bands, dtype=float)
    mean = bands.mean()
    return (bands / mean) ** OWN["exponent"] if mean > 0 else np.zeros_like(bands)
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
print(loudness(power[:3, :3]))

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: loudness returns an array of the same shape
""" # END TEST CONFIG
def test_loudness_keeps_the_shape(loudness):
    import numpy as np

    assert np.shape(loudness(np.ones((4, 5)))) == (4, 5)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: loudness does not follow your power law across frames and bands
""" # END TEST CONFIG
def test_power_law(me, loudness):
    import numpy as np

    exponent, bands = me.recipe("mfcc")["exponent"], me.rng("test_power_law").exponential(size=(9, 6))
    found = np.asarray(loudness(bands))
    assert np.allclose(found / found[0, 0], (bands / bands[0, 0]) ** exponent)
    assert np.allclose(loudness(np.full((3, 4), 7.0)), 1)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: loudness changes when a clip is played louder, or cannot take silence
""" # END TEST CONFIG
def test_gain_and_silence(me, loudness):
    import numpy as np

    bands = me.rng("test_gain_and_silence").exponential(size=(9, 6))
    bands[2] = 0
    assert np.allclose(loudness(bands), loudness(400 * bands))
    silence = np.asarray(loudness(np.zeros((3, 4))))
    assert np.shape(silence) == (3, 4) and np.all(silence == 0)

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q4 fails test_gain_and_silence
def loudness(bands):
    return np.asarray(bands, dtype=float) ** OWN["exponent"]

# %%
# IGNORE
# WRONG q4 fails test_power_law
def loudness(bands):
    bands = np.asarray(bands, dtype=float)
    mean = bands.mean(axis=1, keepdims=True)
    return (bands / np.where(mean > 0, mean, 1)) ** OWN["exponent"]

# %%
# IGNORE
# WRONG q4 fails test_power_law (library)
def loudness(bands):
    import librosa

    return librosa.power_to_db(np.asarray(bands), ref=np.mean)

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q5
# check_cell: false

# %% [markdown]
# ## Question 5: the cosine transform
#
# With $B$ bands, the orthonormal cosine transform of a frame $x$ has the coefficients
#
# $$c_q = s_q \sum_{i=0}^{B-1} x_i \cos\!\Big(\frac{\pi\,q\,(i + \tfrac12)}{B}\Big),
# \qquad s_0 = \sqrt{1/B},\quad s_q = \sqrt{2/B} \text{ for } q > 0.$$
#
# Write `cepstrum(bands)`: of each frame the `OWN["count"]` coefficients that begin with $q =$ `OWN["first"]`, each
# multiplied by $(1 + q)^\ell$ with $\ell =$ `OWN["lifter"]`, so that the small high coefficients count.

# %% [raw]
# # BEGIN SOLUTION

# %%
def cepstrum(bands):
    """Return your coefficients of each frame, (frames, OWN["count"])."""
    # BEGIN SOLUTION
    size = np.shape(bands)[1]
    q = OWN["first"] + np.arange(OWN["count"])
    waves = np.cos(np.pi * np.outer(np.arange(size) + 0.5, q) / size)
    return np.asarray(bands) @ waves * np.where(q > 0, np.sqrt(2 / size), np.sqrt(1 / size)) * (1 + q) ** OWN["lifter"]
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
print(np.shape(cepstrum(power[:, :40])))

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: cepstrum returns one row of coefficients per frame
""" # END TEST CONFIG
def test_cepstrum_has_frames(cepstrum):
    import numpy as np

    assert np.shape(cepstrum(np.ones((3, 30))))[0] == 3

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: cepstrum does not keep the coefficients that you are to keep
""" # END TEST CONFIG
def test_kept(me, cepstrum):
    import numpy as np

    own, size = me.recipe("mfcc"), 40
    for q in range(size):
        wave = np.cos(np.pi * q * (np.arange(size) + 0.5) / size)[None]
        found = np.asarray(cepstrum(wave))[0]
        heard = np.flatnonzero(np.abs(found) > 1e-9)
        assert len(found) == own["count"]
        assert list(heard) == [k for k in range(own["count"]) if own["first"] + k == q]

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: cepstrum is not orthonormal before the coefficients are weighted
""" # END TEST CONFIG
def test_orthonormal(me, cepstrum):
    import numpy as np

    own = me.recipe("mfcc")
    for size in (own["first"] + own["count"], 60):
        coefficients = np.asarray(cepstrum(np.eye(size)))
        products = coefficients.T @ coefficients
        assert np.allclose(products / products[0, 0], np.diag(np.diag(products)) / products[0, 0], atol=1e-9)
        assert abs(products[0, 0] - (1 + own["first"]) ** (2 * own["lifter"])) < 1e-6

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: cepstrum does not weight the coefficients as your recipe says
""" # END TEST CONFIG
def test_weights(me, cepstrum):
    import numpy as np

    own = me.recipe("mfcc")
    lengths = np.linalg.norm(np.asarray(cepstrum(np.eye(50))), axis=0)
    q = own["first"] + np.arange(own["count"])
    assert np.allclose(lengths / lengths[0], ((1 + q) / (1 + q[0])) ** own["lifter"])

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q5 fails test_kept
def cepstrum(bands):
    size, q = np.shape(bands)[1], np.arange(OWN["count"])
    waves = np.cos(np.pi * np.outer(np.arange(size) + 0.5, q) / size) * np.where(q, np.sqrt(2 / size), np.sqrt(1 / size))
    return np.asarray(bands) @ waves * (1 + q) ** OWN["lifter"]

# %%
# IGNORE
# WRONG q5 fails test_orthonormal
def cepstrum(bands):
    size, q = np.shape(bands)[1], OWN["first"] + np.arange(OWN["count"])
    return np.asarray(bands) @ np.cos(np.pi * np.outer(np.arange(size) + 0.5, q) / size) * (1 + q) ** OWN["lifter"]

# %%
# IGNORE
# WRONG q5 fails test_weights (library)
def cepstrum(bands):
    from scipy.fft import dct

    return dct(np.asarray(bands), axis=1, norm="ortho")[:, OWN["first"] : OWN["first"] + OWN["count"]]

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q6
# check_cell: false

# %% [markdown]
# ## Question 6: and back
#
# Write `smooth(coefficients, size)`: the frames of `size` bands whose cosine transform has your coefficients, as in
# question 5, and zeros for all others. Undo the weights first; then the inverse of an orthonormal transform is its
# transpose: $x_i = \sum_q s_q\, c_q \cos(\pi\,q\,(i + \tfrac12)/B)$.

# %% [raw]
# # BEGIN SOLUTION

# %%
def smooth(coefficients, size):
    """Return the bands of which your coefficients are left, (frames, size)."""
    # BEGIN SOLUTION
    q = OWN["first"] + np.arange(OWN["count"])
    waves = np.cos(np.pi * np.outer(q, np.arange(size) + 0.5) / size)
    weights = np.where(q > 0, np.sqrt(2 / size), np.sqrt(1 / size)) / (1 + q) ** OWN["lifter"]
    return np.asarray(coefficients) * weights @ waves
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
print(np.shape(smooth(np.ones((3, OWN["count"])), 40)))

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: smooth returns frames of the size that is asked for
""" # END TEST CONFIG
def test_smooth_has_the_right_shape(me, smooth):
    import numpy as np

    assert np.shape(smooth(np.ones((2, me.recipe("mfcc")["count"])), 33)) == (2, 33)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: smooth gives bands that do not have the coefficients that went in
""" # END TEST CONFIG
def test_same_coefficients(me, smooth):
    import numpy as np
    from scipy.fft import dct

    own, rng = me.recipe("mfcc"), me.rng("test_same_coefficients")
    q = own["first"] + np.arange(own["count"])
    for size in (own["first"] + own["count"] + 2, 64):
        wanted = rng.normal(size=(5, own["count"]))
        found = dct(np.asarray(smooth(wanted, size)), axis=1, norm="ortho")[:, q] * (1 + q) ** own["lifter"]
        assert np.allclose(found, wanted)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: smooth puts something into the coefficients that are not there
""" # END TEST CONFIG
def test_nothing_else(me, smooth):
    import numpy as np
    from scipy.fft import dct

    own = me.recipe("mfcc")
    q = own["first"] + np.arange(own["count"])
    found = dct(np.asarray(smooth(np.ones((1, own["count"])), 50)), axis=1, norm="ortho")
    assert np.abs(np.delete(found, q, axis=1)).max() < 1e-9

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q6 fails test_same_coefficients (library)
def smooth(coefficients, size):
    from scipy.fft import idct

    padded = np.zeros((len(coefficients), size))
    padded[:, OWN["first"] : OWN["first"] + OWN["count"]] = coefficients
    return idct(padded, axis=1, norm="ortho")

# %%
# IGNORE
# WRONG q6 fails test_nothing_else
def smooth(coefficients, size):
    q = np.arange(OWN["count"])
    waves = np.cos(np.pi * np.outer(q, np.arange(size) + 0.5) / size)
    return np.asarray(coefficients) * np.where(q, np.sqrt(2 / size), np.sqrt(1 / size)) / (1 + q) ** OWN["lifter"] @ waves

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q7
# check_cell: false

# %% [markdown]
# ## Question 7: how things move
#
# Write `slopes(coefficients)`: for each stretch of `OWN["width"]` frames in a row, the slope, per frame, of the
# straight line that fits each coefficient best (least squares). There is one row per whole stretch and nothing is
# added at the ends, so `width - 1` frames fewer come out than go in. With $m$ the distance from the middle frame of the
# stretch, the slope is $\sum_m m\,x_m \big/ \sum_m m^2$.

# %% [raw]
# # BEGIN SOLUTION

# %%
def slopes(coefficients):
    """Return the slopes of coefficients, (frames - OWN["width"] + 1, coefficients)."""
    # BEGIN SOLUTION
    m = np.arange(OWN["width"]) - OWN["width"] // 2
    stretches = np.lib.stride_tricks.sliding_window_view(np.asarray(coefficients, dtype=float), OWN["width"], axis=0)
    return stretches @ m / (m @ m)
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
print(np.shape(slopes(power[:, :12])))

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: slopes returns as many columns as there are coefficients
""" # END TEST CONFIG
def test_slopes_keep_the_coefficients(slopes):
    import numpy as np

    assert np.shape(slopes(np.ones((40, 6))))[1] == 6

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: slopes are not one per whole stretch of your width
""" # END TEST CONFIG
def test_stretches(me, slopes):
    import numpy as np

    width, rng = me.recipe("mfcc")["width"], me.rng("test_stretches")
    assert np.shape(slopes(rng.normal(size=(width, 3)))) == (1, 3)
    jump = np.zeros((60, 1))
    jump[30:] = 1
    moved = np.flatnonzero(np.abs(np.asarray(slopes(jump))[:, 0]) > 1e-9)
    assert len(moved) == width - 1 and moved[0] == 31 - width

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: slopes are not those of the best straight line
""" # END TEST CONFIG
def test_best_line(me, slopes):
    import numpy as np

    width, x = me.recipe("mfcc")["width"], me.rng("test_best_line").normal(size=(25, 4))
    found = np.asarray(slopes(x))
    for start in (0, 3, 25 - width):
        expected = np.polyfit(np.arange(width), x[start : start + width], 1)[0]
        assert np.allclose(found[start], expected)

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q7 fails test_best_line
def slopes(coefficients):
    x, width = np.asarray(coefficients, dtype=float), OWN["width"]
    return (x[width - 1 :] - x[: len(x) - width + 1]) / (width - 1)

# %%
# IGNORE
# WRONG q7 fails test_stretches (library)
def slopes(coefficients):
    import librosa

    return librosa.feature.delta(np.asarray(coefficients), width=OWN["width"], axis=0, mode="nearest")

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q8
# check_cell: false

# %% [markdown]
# ## Question 8: one row per clip
#
# Write `pool(coefficients)`: the median of each coefficient over all frames, followed by the *spread* of each, from the
# quantile `OWN["tail"]` to the quantile `1 - OWN["tail"]`. (`np.quantile` with its defaults.) With $k$ coefficients these are
# $2k$ numbers, medians first.

# %% [raw]
# # BEGIN SOLUTION

# %%
def pool(coefficients):
    """Return the medians and spreads of coefficients, (2 * coefficients,)."""
    # BEGIN SOLUTION
    low, middle, high = np.quantile(coefficients, [OWN["tail"], 0.5, 1 - OWN["tail"]], axis=0)
    return np.concatenate([middle, high - low])
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
print(pool(power[:, :4]))

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: pool returns two numbers per coefficient
""" # END TEST CONFIG
def test_pool_has_the_right_length(pool):
    import numpy as np

    assert np.shape(pool(np.ones((30, 5)))) == (10,)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: pool does not begin with the medians
""" # END TEST CONFIG
def test_medians(me, pool):
    import numpy as np

    x = me.rng("test_medians").normal(size=(31, 3))
    x[np.argmax(x[:, 0])] = 1e6  # an outlier moves no median
    assert np.allclose(pool(x)[:3], np.sort(x, axis=0)[15])

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: pool does not end with the spread between your quantiles
""" # END TEST CONFIG
def test_spreads(me, pool):
    import numpy as np

    tail, rng = me.recipe("mfcc")["tail"], me.rng("test_spreads")
    even = rng.permuted(np.tile(np.linspace(0, 1, 1001)[:, None], (1, 2)), axis=0)
    assert np.allclose(pool(even)[2:], 1 - 2 * tail)
    x = rng.normal(size=(50, 2))
    assert np.allclose(pool(3 * x + 7)[2:], 3 * np.asarray(pool(x))[2:])

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q8 fails test_medians
def pool(coefficients):
    low, high = np.quantile(coefficients, [OWN["tail"], 1 - OWN["tail"]], axis=0)
    return np.concatenate([np.mean(coefficients, axis=0), high - low])

# %%
# IGNORE
# WRONG q8 fails test_spreads
def pool(coefficients):
    low, middle, high = np.quantile(coefficients, [0.25, 0.5, 0.75], axis=0)
    return np.concatenate([middle, high - low])

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
# Name two ways in which your features differ from the MFCC of chapter 3, one that a classifier of genres is likely to
# notice and one that it is not (think of a classifier that standardises its input). Say why for each, and what you
# would measure to find out who is right. Five sentences are enough.

# %% [raw]
# # BEGIN SOLUTION

# %% [markdown]
# Not noticed: the weights $(1 + q)^\ell$, because a classifier that standardises each coefficient undoes any constant
# factor; nor that rows of triangles are averages, which in decibels would add a constant per band. Noticed: that the
# first coefficients are missing, because with $c_0$ the level is gone; or the power law, which does not turn a gain per
# band into a sum, so that the equalizer of a recording remains in the shape of the features. To find out: the same
# classifier, clips and folds, artists kept apart, with and without the change, compared clip by clip.

# %% [raw]
# # END SOLUTION

# %% [markdown]
# # IGNORE
# # RUBRIC q9
# Half a point each for a difference that is noticed and one that is not, each with its reason (a constant factor or sum
# per feature is undone by standardising; anything else may be noticed). One point for a measurement that changes one
# thing only and keeps clips and folds; half a point if what stays the same is not said.

# %% [raw]
# # END QUESTION

# %% [markdown]
# ## Before you hand in
#
# Choose *Restart Kernel and Run All Cells*: what you hand in is run again, from top to bottom. (Where you left a question
# open, its check stops the run; go on with *Run Selected Cell and All Below*.) Save the notebook, and hand in the file.
