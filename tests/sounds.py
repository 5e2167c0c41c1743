"""Sounds that several tests listen to."""

import numpy as np

from genrelib import audio


def music(seconds, seed=0):
    """Chords that change twice a second, with a noise that comes and goes."""
    rng = np.random.default_rng(seed)
    time = np.arange(round(seconds * audio.SR)) / audio.SR
    hz = rng.uniform(80, 3000, size=(4, int(2 * seconds) + 1))[:, (2 * time).astype(int)]
    tones = np.sin(2 * np.pi * np.cumsum(hz, axis=1) / audio.SR).sum(axis=0)
    return (0.05 * tones + rng.normal(scale=0.02, size=len(time)) * (time % 3 > 2)).astype(np.float32)
