"""Frames of a sound that comes in pieces, each computed once (chapter 13)."""

import numpy as np

from genrelib import features

__all__ = ["Frames"]

TINY = 1e-30  # a power so small that no gain makes sound of it


class Frames:
    """Cut a sound that comes in pieces into frames of mel bands, as if it had come as a whole.

    Call it with the next samples, (samples,) float32 at 22 050 Hz, and it returns the frames, (frames, 128)
    float32, in dB, that they complete. The decibels have no floor: where to cut them off is decided for ten
    seconds at a time, when they are heard.

    Notes
    -----
    Chapter 13. `features.log_mel` is the same with the floor of a whole clip.
    """

    def __init__(self):
        self._rest = np.empty(0, np.float32)  # samples that windows to come reach back to

    def __call__(self, y):
        y = np.concatenate([self._rest, y])
        count = features.frame_count(len(y))
        self._rest = y[count * features.HOP :].copy()
        if not count:
            return np.empty((0, features.N_MELS), np.float32)
        return features.DB * np.log(np.maximum(features.mel_spectrogram(y), TINY))
