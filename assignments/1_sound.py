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
# # Assignment 1: sound and its spectrum
#
# You measure a sound, round it, thin it out, and take it apart by frequency, with functions that you write yourself.
# Read [chapter 1](https://github.com/genrelib/genrelib/blob/main/notebooks/01_sound.ipynb) and
# [chapter 4](https://github.com/genrelib/genrelib/blob/main/notebooks/04_windows.ipynb) first.
#
# **Time**: about 90 minutes. **Points**: 20.
#
# **How it works.** Write your id into the next cell and run it. It gives you three clips that nobody else has, and a
# *recipe*: numbers that are yours alone and that your functions have to use. So no library has your functions, and
# nobody else's answers are right for you. Replace each `...` by your own code, and keep the names of the functions
# and their arguments. The cell below each answer checks its form, and is worth nothing. What an answer is worth is
# decided when it is graded, by tests that you do not see: they call your functions with sounds of their own. So try
# each function on a case whose answer you know.
#
# Use NumPy as you like. Every function must do with what it is given: it may read `OWN`, but no other variable of
# this notebook.

# %% tags=["parameters"]
STUDENT = "your-id"  # as in the class list
KEY = ""  # of the course; leave it as it is

# %%
import numpy as np
from IPython.display import Audio

from genrelib import classroom

me = classroom.student(STUDENT, key=KEY)
OWN = me.recipe("sound")
RATE = classroom.SR  # samples per second
clips = [me.clip(number) for number in range(3)]
print(me.id, OWN)

# %%
Audio(clips[0], rate=RATE)

# %% [raw]
# # BEGIN QUESTION
# name: q1
# check_cell: false

# %% [markdown]
# ## Question 1: level
#
# Write `level(y)`: the level of a sound in decibels, from the root of the mean square of its samples. Your scale has
# its zero where that root is `OWN["reference"]`, and it ends below at `OWN["floor"]` decibels: whatever is softer,
# silence included, has that level.

# %% [raw]
# # BEGIN SOLUTION

# %%
def level(y):
    """Return the level of a sound in decibels, a float."""
    # BEGIN SOLUTION
    rms = np.sqrt(np.mean(np.asarray(y, dtype=float) ** 2))
    softest = OWN["reference"] * 10 ** (OWN["floor"] / 20)
    return float(20 * np.log10(max(rms, softest) / OWN["reference"]))
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
print([level(y) for y in clips], "dB")

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: level returns one number for a sound
""" # END TEST CONFIG
def test_level_is_a_number(level):
    assert isinstance(level([0.1, -0.2, 0.3]), float)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: level does not have its zero at your reference, or does not follow the square of the samples
""" # END TEST CONFIG
def test_reference(me, level):
    import numpy as np

    own, rng = me.recipe("sound"), me.rng("test_reference")
    y = rng.normal(size=5000)
    y *= own["reference"] / np.sqrt(np.mean(y**2))
    for gain in (0.5, 1, 3):
        assert abs(level(gain * y) - 20 * np.log10(gain)) < 1e-3
    clip = me.clip(0)
    assert abs(level(0.1 * clip) - (level(clip) - 20)) < 1e-3

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: level does not end at your floor for sounds that are very soft or silent
""" # END TEST CONFIG
def test_floor(me, level):
    import numpy as np

    own = me.recipe("sound")
    assert abs(level(np.zeros(1000)) - own["floor"]) < 1e-6
    constant = own["reference"] * 10 ** (own["floor"] / 20) * np.ones(1000)
    assert abs(level(0.5 * constant) - own["floor"]) < 1e-6
    assert abs(level(2 * constant) - own["floor"] - 20 * np.log10(2)) < 1e-3

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q1 fails test_reference
def level(y):
    rms = np.sqrt(np.mean(np.asarray(y, dtype=float) ** 2))
    return float(max(10 * np.log10(max(rms, 1e-12) / OWN["reference"]), OWN["floor"]))

# %%
# IGNORE
# WRONG q1 fails test_floor
def level(y):
    rms = np.sqrt(np.mean(np.asarray(y, dtype=float) ** 2))
    return float(20 * np.log10(rms / OWN["reference"] + 1e-12))

# %%
# IGNORE
# WRONG q1 fails test_reference (library)
def level(y):
    import librosa

    return float(librosa.amplitude_to_db(np.array([np.sqrt(np.mean(np.square(y)))]), ref=1.0)[0])

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q2
# check_cell: false

# %% [markdown]
# ## Question 2: coarse steps
#
# Write `quantise(y, bits)`: round each sample to the nearest of $2^b$ values that lie at equal distances between
# `-OWN["top"]` and `OWN["top"]`. Unlike the steps of chapter 1, yours are *symmetric*: cut the range into $2^b$
# equal intervals, and let each sample take the middle of its interval. So zero is no value, and the sign of a sample
# is never lost. A sample on the border of two intervals may take either; one outside the range takes the outermost
# value on its side.

# %% [raw]
# # BEGIN SOLUTION

# %%
def quantise(y, bits):
    """Return the samples of a sound, rounded; an array like `y`."""
    # BEGIN SOLUTION
    step = 2 * OWN["top"] / 2**bits
    number = np.clip(np.floor(np.asarray(y) / step), -(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    return (number + 0.5) * step
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
coarse = quantise(clips[0], 4)
Audio(clips[0] if coarse is None else coarse, rate=RATE)

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: quantise returns an array as long as the sound
""" # END TEST CONFIG
def test_quantise_keeps_the_length(quantise):
    import numpy as np

    assert np.shape(quantise(np.linspace(-0.4, 0.4, 50), 3)) == (50,)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: quantise does not use all of its steps, or they are not symmetric around zero
""" # END TEST CONFIG
def test_steps(me, quantise):
    import numpy as np

    top = me.recipe("sound")["top"]
    for bits in (1, 2, 3, 5):
        values = np.unique(np.round(quantise(np.linspace(-top, top, 9999), bits), 9))
        assert len(values) == 2**bits
        assert np.allclose(values, -values[::-1])
        assert np.allclose(np.diff(values), 2 * top / 2**bits)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: quantise moves a sample by more than half a step, or does not hold samples beyond the range
""" # END TEST CONFIG
def test_rounding(me, quantise):
    import numpy as np

    top, rng = me.recipe("sound")["top"], me.rng("test_rounding")
    y = rng.uniform(-top, top, 3000)
    for bits in (2, 6, 9):
        assert np.abs(quantise(y, bits) - y).max() <= top / 2**bits * (1 + 1e-9)
    outside = np.array([-3 * top, 3 * top])
    assert np.allclose(np.abs(quantise(outside, 3)), top * (1 - 1 / 8))

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q2 fails test_steps
def quantise(y, bits):
    step = 2.0 ** (1 - bits) * OWN["top"]
    return np.clip(np.round(np.asarray(y) / step) * step, -OWN["top"], OWN["top"] - step)

# %%
# IGNORE
# WRONG q2 fails test_rounding
def quantise(y, bits):
    step = 2 * OWN["top"] / 2**bits
    return (np.floor(np.asarray(y) / step) + 0.5) * step

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q3
# check_cell: false

# %% [markdown]
# ## Question 3: what the steps cost
#
# Write `snr(y, z)`: the ratio, in decibels, of the power of a sound `y` to the power of the noise that turns it into
# `z`. Where `z` is `y` itself there is no noise: return infinity (`np.inf`).

# %% [raw]
# # BEGIN SOLUTION

# %%
def snr(y, z):
    """Return the ratio of signal to noise in decibels, a float."""
    # BEGIN SOLUTION
    signal = np.sum(np.asarray(y, dtype=float) ** 2)
    noise = np.sum((np.asarray(z, dtype=float) - y) ** 2)
    return float(10 * np.log10(signal / noise)) if noise else np.inf
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
print(snr(clips[0], np.round(clips[0], 2)), "dB")

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: snr returns one number
""" # END TEST CONFIG
def test_snr_is_a_number(snr):
    assert isinstance(snr([0.1, 0.2], [0.1, 0.21]), float)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: snr is not ten times the logarithm of the power of the sound over that of the noise
""" # END TEST CONFIG
def test_power_ratio(me, snr):
    import numpy as np

    rng = me.rng("test_power_ratio")
    y, noise = me.clip(1).astype(float), rng.normal(size=4 * 22050)
    noise *= np.sqrt(np.sum(y**2) / np.sum(noise**2))
    for db in (-12.0, 0.0, 27.0):
        z = y + noise * 10 ** (-db / 20)
        assert abs(snr(y, z) - db) < 1e-6
        assert abs(snr(5 * y, 5 * z) - db) < 1e-6

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: snr is not infinite where there is no noise
""" # END TEST CONFIG
def test_no_noise(me, snr):
    import numpy as np

    y = me.rng("test_no_noise").normal(size=50)
    assert snr(y, y) == np.inf

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q3 fails test_power_ratio
def snr(y, z):
    noise = np.sum((np.asarray(z) - y) ** 2)
    return float(10 * np.log10(np.sum(np.square(z)) / noise)) if noise else np.inf

# %%
# IGNORE
# WRONG q3 fails test_no_noise
def snr(y, z):
    noise = np.sum((np.asarray(z) - y) ** 2) + 1e-20
    return float(10 * np.log10(np.sum(np.square(y)) / noise))

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q4
# check_cell: false

# %% [markdown]
# ## Question 4: what comes back
#
# Keep one sample in a few, without a filter, and high tones come back as low ones. Write `comes_back(hz, rate)`: the
# frequency, between 0 and `rate / 2`, at which a tone of `hz` is found when it is sampled `rate` times per second.
# The tone may lie many times above the rate. `hz` is a number or an array; `rate` is a number.

# %% [raw]
# # BEGIN SOLUTION

# %%
def comes_back(hz, rate):
    """Return the frequency at which a tone comes back, in Hz: a number, or an array like `hz`."""
    # BEGIN SOLUTION
    folded = np.mod(hz, rate)
    return np.minimum(folded, rate - folded)
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
print(comes_back(np.array([100, 3000, 5000, 9000]), RATE / 5))

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: comes_back takes an array and returns one of the same length
""" # END TEST CONFIG
def test_comes_back_takes_arrays(comes_back):
    import numpy as np

    assert np.shape(comes_back(np.array([10.0, 20.0, 30.0]), 1000)) == (3,)

# %%
""" # BEGIN TEST CONFIG
points: 2
hidden: true
failure_message: comes_back is not where a sampled tone has its peak
""" # END TEST CONFIG
def test_measured(me, comes_back):
    import numpy as np

    rng = me.rng("test_measured")
    for _ in range(8):
        rate = float(rng.integers(800, 9000))
        bin_ = int(rng.integers(5, 495))
        hz = rate * (int(rng.integers(0, 5)) + rng.choice([1, -1]) * bin_ / 1000)
        tone = np.cos(2 * np.pi * abs(hz) * np.arange(1000) / rate)
        measured = np.abs(np.fft.rfft(tone)).argmax() * rate / 1000
        assert abs(comes_back(abs(hz), rate) - measured) < 1e-3 * rate

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: comes_back moves tones below half the rate, or leaves the range from 0 to half the rate
""" # END TEST CONFIG
def test_range(me, comes_back):
    import numpy as np

    rng = me.rng("test_range")
    rate = float(rng.integers(800, 9000))
    low = rng.uniform(0, rate / 2, 50)
    assert np.allclose(comes_back(low, rate), low)
    found = np.asarray(comes_back(rng.uniform(0, 20 * rate, 200), rate))
    assert found.min() >= 0 and found.max() <= rate / 2

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q4 fails test_measured
def comes_back(hz, rate):
    return np.where(np.asarray(hz) > rate / 2, np.abs(rate - np.asarray(hz)), hz)

# %%
# IGNORE
# WRONG q4 fails test_range
def comes_back(hz, rate):
    return np.mod(hz, rate)

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q5
# check_cell: false

# %% [markdown]
# ## Question 5: power, through a window of your own
#
# Write `power(y, n_fft, hop)`: the power of the whole windows of a sound, an array of shape (windows,
# `1 + n_fft // 2`). Window $t$ begins at sample $t \cdot$ `hop`; windows that would reach beyond the end are left out.
# Your window, for $n = 0 \dots N - 1$, is
#
# $$w_n = \sin\!\Big(\frac{\pi\,(n + \tfrac12)}{N}\Big)^{e} \qquad\text{with } e = \texttt{OWN["exponent"]},$$
#
# and your scale is that of a tone: a sine of amplitude $a$, in the middle of a bin well away from both ends, gives
# $a^2$ in this bin. (The Fourier transform of such a sine through the window is $a\,\tfrac12\sum_n w_n$ there.)

# %% [raw]
# # BEGIN SOLUTION

# %%
def power(y, n_fft, hop):
    """Return the power of the windows of a sound, (windows, 1 + n_fft // 2)."""
    # BEGIN SOLUTION
    window = np.sin(np.pi * (np.arange(n_fft) + 0.5) / n_fft) ** OWN["exponent"]
    windows = np.lib.stride_tricks.sliding_window_view(np.asarray(y, dtype=float), n_fft)[::hop]
    return np.abs(2 * np.fft.rfft(windows * window, axis=1) / window.sum()) ** 2
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
print(np.shape(power(clips[0], 2048, 512)))

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: power returns an array of whole windows by frequencies
""" # END TEST CONFIG
def test_power_has_the_right_shape(power):
    import numpy as np

    assert np.shape(power(np.ones(1000), 100, 90)) == (11, 51)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: power does not give the square of the amplitude of a sine in the middle of a bin
""" # END TEST CONFIG
def test_sine(me, power):
    import numpy as np

    rng = me.rng("test_sine")
    for n_fft in (256, 500):
        bin_, a = int(rng.integers(20, n_fft // 2 - 20)), rng.uniform(0.1, 2)
        y = a * np.sin(2 * np.pi * bin_ * np.arange(3 * n_fft) / n_fft + rng.uniform(0, 6))
        found = np.asarray(power(y, n_fft, n_fft // 3))
        assert np.allclose(found[:, bin_], a**2, rtol=1e-3)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: power does not see a click through your window
""" # END TEST CONFIG
def test_window(me, power):
    import numpy as np

    n, exponent = 200, me.recipe("sound")["exponent"]
    window = np.sin(np.pi * (np.arange(n) + 0.5) / n) ** exponent
    for at in (7, 50, 100, 180):
        click = np.zeros(n)
        click[at] = 1
        assert np.allclose(power(click, n, n), (2 * window[at] / window.sum()) ** 2, rtol=1e-4)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: power does not begin a window every hop samples
""" # END TEST CONFIG
def test_hop(me, power):
    import numpy as np

    y, hop = me.clip(0)[20000:24000].astype(float), int(me.rng("test_hop").integers(60, 300))
    found = np.asarray(power(y, 256, hop))
    assert len(found) == 1 + (len(y) - 256) // hop
    for t in (1, len(found) - 1):
        alone = np.asarray(power(y[t * hop : t * hop + 256], 256, hop))[0]
        assert np.allclose(found[t], alone, rtol=1e-6, atol=1e-15)

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q5 fails test_window
def power(y, n_fft, hop):
    window = np.sin(np.pi * np.arange(n_fft) / n_fft) ** 2  # Hann's, as everybody's
    windows = np.lib.stride_tricks.sliding_window_view(np.asarray(y, dtype=float), n_fft)[::hop]
    return np.abs(2 * np.fft.rfft(windows * window, axis=1) / window.sum()) ** 2

# %%
# IGNORE
# WRONG q5 fails test_sine
def power(y, n_fft, hop):
    window = np.sin(np.pi * (np.arange(n_fft) + 0.5) / n_fft) ** OWN["exponent"]
    windows = np.lib.stride_tricks.sliding_window_view(np.asarray(y, dtype=float), n_fft)[::hop]
    return np.abs(np.fft.rfft(windows * window, axis=1)) ** 2

# %%
# IGNORE
# WRONG q5 fails test_hop
def power(y, n_fft, hop):
    window = np.sin(np.pi * (np.arange(n_fft) + 0.5) / n_fft) ** OWN["exponent"]
    windows = np.lib.stride_tricks.sliding_window_view(np.asarray(y, dtype=float), n_fft)[:: n_fft // 2]
    return np.abs(2 * np.fft.rfft(windows * window, axis=1) / window.sum()) ** 2

# %%
# IGNORE
# WRONG q5 fails test_window (library)
def power(y, n_fft, hop):
    import librosa

    spectrum = librosa.stft(np.asarray(y, dtype=float), n_fft=n_fft, hop_length=hop, center=False).T
    return np.abs(4 * spectrum / n_fft) ** 2

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q6
# check_cell: false

# %% [markdown]
# ## Question 6: when
#
# Write `frame_times(samples, n_fft, hop, rate)`: the *middle* of each whole window, in seconds from the beginning of a
# sound of so many samples. The middle of a window that begins at sample $s$ is at sample $s + N/2$. A sound that is
# shorter than one window has no times: return an empty array.

# %% [raw]
# # BEGIN SOLUTION

# %%
def frame_times(samples, n_fft, hop, rate):
    """Return the middle of each whole window in seconds, an array."""
    # BEGIN SOLUTION
    count = max(0, 1 + (samples - n_fft) // hop)
    return (np.arange(count) * hop + n_fft / 2) / rate
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
print(frame_times(len(clips[0]), 2205, 22050, RATE))

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: frame_times returns an array of times
""" # END TEST CONFIG
def test_times_are_an_array(frame_times):
    import numpy as np

    assert np.ndim(frame_times(5000, 1000, 500, 22050)) == 1

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: frame_times does not count the whole windows of a sound
""" # END TEST CONFIG
def test_count(me, frame_times):
    rng = me.rng("test_count")
    for samples, n_fft, hop in rng.integers(1, 400, (40, 3)).tolist():
        starts = [s for s in range(0, samples, hop) if s + n_fft <= samples]
        assert len(frame_times(samples, n_fft, hop, 1000)) == len(starts)
    assert len(frame_times(1000, 500, 250, 1000)) == 3

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: frame_times is not in the middle of each window, in seconds
""" # END TEST CONFIG
def test_middle(me, frame_times):
    import numpy as np

    rng = me.rng("test_middle")
    for _ in range(5):
        n_fft, hop = (int(n) for n in rng.integers(50, 400, 2))
        rate = float(rng.integers(1000, 40000))
        times = np.asarray(frame_times(5000, n_fft, hop, rate))
        assert np.allclose(times * rate - n_fft / 2, hop * np.arange(len(times)))

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q6 fails test_middle
def frame_times(samples, n_fft, hop, rate):
    return np.arange(max(0, 1 + (samples - n_fft) // hop)) * hop / rate

# %%
# IGNORE
# WRONG q6 fails test_count
def frame_times(samples, n_fft, hop, rate):
    return (np.arange(samples // hop) * hop + n_fft / 2) / rate

# %%
# IGNORE
# WRONG q6 fails test_count (library)
def frame_times(samples, n_fft, hop, rate):
    import librosa

    count = 1 + samples // hop
    return librosa.frames_to_time(np.arange(count), sr=rate, hop_length=hop, n_fft=n_fft)

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q7
# check_cell: false

# %% [markdown]
# ## Question 7: how long a window?
#
# A window of $W$ seconds separates two tones when they are at least $2/W$ apart, and it separates two clicks when it
# never holds both, that is, when it is no longer than their distance. Write `window_for(tones, clicks, rate)`, which
# takes a pair of frequencies in Hz and a pair of times in seconds, in any order. It returns the shortest and the
# longest whole number of samples with which a window separates both, as a pair of integers. Where no window does,
# return `None`.

# %% [raw]
# # BEGIN SOLUTION

# %%
def window_for(tones, clicks, rate):
    """Return the shortest and the longest window in samples, or None."""
    # BEGIN SOLUTION
    shortest = int(np.ceil(2 * rate / abs(tones[0] - tones[1])))
    longest = int(np.floor(abs(clicks[0] - clicks[1]) * rate))
    return (shortest, longest) if shortest <= longest else None
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
print(window_for((440, 466), (1.0, 1.1), RATE))

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: window_for returns a pair of whole numbers where there is a window
""" # END TEST CONFIG
def test_window_for_is_a_pair(window_for):
    shortest, longest = window_for((400, 500), (0, 1), 8000)
    assert isinstance(shortest, int) and isinstance(longest, int)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: window_for does not return the shortest and the longest window that separate both
""" # END TEST CONFIG
def test_both_ends(me, window_for):
    rng = me.rng("test_both_ends")
    for _ in range(30):
        rate = float(rng.integers(8000, 48000))
        tones = rng.permutation([300.0, 300 + rng.uniform(20, 200)]).tolist()
        clicks = rng.permutation([1.0, 1 + rng.uniform(0.11, 0.5)]).tolist()
        shortest, longest = window_for(tones, clicks, rate)
        apart, gap = abs(tones[0] - tones[1]), abs(clicks[0] - clicks[1])
        assert 2 * rate / shortest <= apart < 2 * rate / (shortest - 1)
        assert longest / rate <= gap < (longest + 1) / rate

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: window_for finds a window where there is none
""" # END TEST CONFIG
def test_no_window(window_for):
    assert window_for((440.0, 450.0), (0.5, 0.6), 22050) is None
    assert window_for((450.0, 440.0), (0.5, 0.8), 22050) is not None

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q7 fails test_no_window
def window_for(tones, clicks, rate):
    shortest = int(np.ceil(2 * rate / abs(tones[0] - tones[1])))
    return shortest, int(abs(clicks[0] - clicks[1]) * rate)

# %%
# IGNORE
# WRONG q7 fails test_both_ends
def window_for(tones, clicks, rate):
    shortest = int(np.ceil(rate / abs(tones[0] - tones[1])))
    longest = int(abs(clicks[0] - clicks[1]) * rate)
    return (shortest, longest) if 2 * shortest <= longest else None

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: q8
# check_cell: false

# %% [markdown]
# ## Question 8: how bright
#
# Write `rolloff(power, rate)`: the frequency below which the share `OWN["share"]` of *all* the power of a clip lies.
# `power` has the shape (windows, bins), its bins go from 0 Hz to `rate / 2`, and all windows count together. Add the
# power up from bin to bin; the sum grows from the power of the first bin to that of all. Join the points (frequency
# of the bin, sum up to and including it) by straight lines, and return the frequency at which the line reaches the
# share. (Where already the first bin holds that much, return 0.)

# %% [raw]
# # BEGIN SOLUTION

# %%
def rolloff(power, rate):
    """Return the frequency below which your share of the power lies, in Hz, a float."""
    # BEGIN SOLUTION
    total = np.cumsum(np.sum(power, axis=0))
    hz = np.linspace(0, rate / 2, len(total))
    return float(np.interp(OWN["share"] * total[-1], total, hz))
    # END SOLUTION

# %% [raw]
# # END SOLUTION

# %%
spectra = [np.abs(np.fft.rfft(y.reshape(-1, 1050))) ** 2 for y in clips]
print([rolloff(spectrum, RATE) for spectrum in spectra], "Hz")

# %% [raw]
# # BEGIN TESTS

# %%
""" # BEGIN TEST CONFIG
points: 0
failure_message: rolloff returns one number
""" # END TEST CONFIG
def test_rolloff_is_a_number(rolloff):
    import numpy as np

    assert isinstance(rolloff(np.ones((3, 11)), 1000), float)

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: rolloff is not where the line of the sums reaches your share of the power
""" # END TEST CONFIG
def test_line(me, rolloff):
    import numpy as np

    share, rng = me.recipe("sound")["share"], me.rng("test_line")
    for rate in (8000.0, 22050.0):
        power = rng.exponential(size=(7, 40)) * np.linspace(1, 0.2, 40)
        total, hz = power.sum(axis=0).cumsum(), np.linspace(0, rate / 2, 40)
        assert abs(np.interp(rolloff(power, rate), hz, total) / total[-1] - share) < 1e-6

# %%
""" # BEGIN TEST CONFIG
points: 1
hidden: true
failure_message: rolloff does not let all windows of a clip count together, by their power
""" # END TEST CONFIG
def test_windows_together(me, rolloff):
    import numpy as np

    power = np.abs(np.fft.rfft(me.clip(2).astype(float).reshape(-1, 1050))) ** 2
    whole = rolloff(power, 22050)
    order = me.rng("test_windows_together").permutation(len(power))
    assert abs(rolloff(power[order], 22050) - whole) < 1e-2
    assert abs(rolloff(power.sum(axis=0, keepdims=True), 22050) - whole) < 1e-2
    assert abs(rolloff(9 * np.vstack([power, 0 * power]), 22050) - whole) < 1e-2

# %% [raw]
# # END TESTS

# %%
# IGNORE
# WRONG q8 fails test_windows_together
def rolloff(power, rate):
    found = []
    for window in np.asarray(power):
        total = np.cumsum(window)
        found.append(np.interp(OWN["share"] * total[-1], total, np.linspace(0, rate / 2, len(total))))
    return float(np.mean(found))

# %%
# IGNORE
# WRONG q8 fails test_line
def rolloff(power, rate):
    total = np.cumsum(np.sum(np.sqrt(power), axis=0))
    return float(np.interp(OWN["share"] * total[-1], total, np.linspace(0, rate / 2, len(total))))

# %%
# IGNORE
# WRONG q8 fails test_line (library)
def rolloff(power, rate):
    import librosa

    whole = np.sum(power, axis=0)[:, None]
    return float(librosa.feature.spectral_rolloff(S=whole, sr=rate, roll_percent=OWN["share"])[0, 0])

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
# Listen to your three clips, and look at the numbers that your functions gave for them. Which clip would lose most if
# only 4410 samples per second were kept, and which if only four bits were? Give for each answer a number that you
# measured and something that you heard. If the two disagree, say which you believe, and why. Five sentences are
# enough.

# %% [raw]
# # BEGIN SOLUTION

# %% [markdown]
# For the rate: the clip with the highest roll-off loses most, because everything above 2205 Hz goes (with a filter)
# or comes back as tones that were never played (without one). For the bits: the clip with the lowest level, or with
# soft passages, because the noise of rounding has one level whatever the music does.

# %% [raw]
# # END SOLUTION

# %% [markdown]
# # IGNORE
# # RUBRIC q9
# 1 point for each of the two answers that names a measured number **and** something heard that belongs to the same
# cause; half a point each where one of the two is missing. A number without its clip, or a sound without a cause, is
# worth nothing.

# %% [raw]
# # END QUESTION

# %% [markdown]
# ## Before you hand in
#
# Choose *Restart Kernel and Run All Cells*: what you hand in is run again, from top to bottom. (Where you left a question
# open, its check stops the run; go on with *Run Selected Cell and All Below*.) Save the notebook, and hand in the file.
