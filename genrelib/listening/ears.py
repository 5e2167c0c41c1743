"""Ten seconds at a time: what a model says of a sound as it arrives (chapter 13)."""

from dataclasses import dataclass

import numpy as np

from genrelib import audio, features
from genrelib.listening import doubt
from genrelib.listening.frames import Frames
from genrelib.listening.network import SHORTEST

__all__ = ["EVERY", "EXCERPT", "Ears", "Verdict", "classify", "counted", "hear", "overall"]

EXCERPT = 248  # frames that are heard at once: ten seconds
EVERY = 1.0  # seconds from one verdict to the next
MEMORY = 3.0  # seconds after which a verdict counts a third in the smoothed one
LOUDEST = 4.0  # a decoder may overshoot full scale a little; what lies above was not divided by it
SILENCE_DB = -50.0  # an excerpt whose loudest band lies below holds nothing to hear


@dataclass(frozen=True)
class Verdict:
    """What a model says at one moment of a sound.

    Parameters
    ----------
    second : float
        When: so much of the sound had come.
    frames : int
        How many it has heard: `EXCERPT`, or fewer at the beginning.
    probabilities : (genres,) array
        Of each genre, from these frames alone.
    smoothed : (genres,) array
        Of each genre, the verdicts before counting less and less.
    silent : bool
        Whether there was nothing to hear.
    music : bool
        Whether it was music, as far as the model can tell.
    """

    second: float
    frames: int
    probabilities: np.ndarray
    smoothed: np.ndarray
    silent: bool
    music: bool

    @property
    def whole(self):
        """Whether it rests on ten full seconds."""
        return self.frames == EXCERPT


class Ears:
    """Listen to a sound that comes in pieces, and say once a second what the last ten seconds are.

    However it is cut into pieces, the verdicts are the same. No frame is computed twice, and memory does not
    grow.

    Parameters
    ----------
    model : Model
    every : float
        Seconds from one verdict to the next.

    Notes
    -----
    Chapter 13.
    """

    def __init__(self, model, *, every=EVERY):
        if not every >= features.HOP / audio.SR:
            raise ValueError(f"a verdict every {every:g} s: a frame takes {features.HOP / audio.SR:g} s")
        self.model, self.every = model, every
        self._frames, self._excerpt = Frames(), np.empty((0, features.N_MELS), np.float32)
        self._samples, self._said, self._smoothed = 0, 0, None

    def hear(self, y):
        """Hear the next samples.

        Parameters
        ----------
        y : (samples,) array, float32
            One channel at 22 050 Hz, full scale ±1.

        Returns
        -------
        list of Verdict
            One for each moment that they reach.
        """
        verdicts = []
        while len(y):
            left = round((self._said + 1) * self.every * audio.SR) - self._samples
            self._listen(y[:left])
            if len(y) >= left:
                self._said += 1
                if len(self._excerpt) >= SHORTEST:
                    verdicts.append(self._verdict())
            y = y[left:]
        return verdicts

    def end(self):
        """Return the verdict of a sound that has ended before the first one was due.

        Raises
        ------
        ValueError
            When it was too short for any.
        """
        if len(self._excerpt) < SHORTEST:
            least = (features.N_FFT + (SHORTEST - 1) * features.HOP) / audio.SR
            raise ValueError(
                f"{self._samples / audio.SR:.2f} s is too short: at least {least:.2f} s are needed"
            )
        return self._verdict()

    def _listen(self, y):
        new = self._frames(y)
        self._samples += len(y)
        if len(new):
            self._excerpt = np.concatenate([self._excerpt, new])[-EXCERPT:]

    def _verdict(self):
        statistics, weights = self.model.statistics(self._excerpt), self.model.weights
        said = doubt.calibrated(weights, self.model.logits(statistics))
        before = said if self._smoothed is None else self._smoothed
        self._smoothed = before + (1 - np.exp(-self.every / MEMORY)) * (said - before)
        return Verdict(
            second=self._samples / audio.SR,
            frames=len(self._excerpt),
            probabilities=said,
            smoothed=self._smoothed,
            silent=bool(self._excerpt.max() < SILENCE_DB),
            music=bool(doubt.is_music(weights, statistics)),
        )


def hear(model, pieces, *, every=EVERY):
    """Listen to a sound from its beginning to its end.

    Parameters
    ----------
    model : Model
    pieces : iterable of (samples,) arrays, float32
        One channel at 22 050 Hz.
    every : float
        Seconds from one verdict to the next.

    Yields
    ------
    Verdict
        At least one.

    Raises
    ------
    ValueError
        When the sound is too short for one.

    Notes
    -----
    Chapter 13.
    """
    ears, any_said = Ears(model, every=every), False
    for y in pieces:
        for verdict in ears.hear(y):
            any_said = True
            yield verdict
    if not any_said:
        yield ears.end()


def counted(verdicts):
    """Return the verdicts that count for a whole sound.

    Those on silence, and those that do not rest on ten full seconds, count only where there are no others.

    Parameters
    ----------
    verdicts : list of Verdict

    Returns
    -------
    list of Verdict
    """
    heard = [verdict for verdict in verdicts if not verdict.silent] or verdicts
    return [verdict for verdict in heard if verdict.whole] or heard[-1:]


def overall(verdicts):
    """Return what a model says of a whole sound: the mean of the verdicts that count.

    Parameters
    ----------
    verdicts : list of Verdict

    Returns
    -------
    (genres,) array

    Notes
    -----
    Chapter 13.
    """
    return np.mean([verdict.probabilities for verdict in counted(verdicts)], axis=0)


def classify(model, y):
    """Ask a model about a sound.

    Parameters
    ----------
    model : Model
    y : (samples,) array of float
        At 22 050 Hz, full scale ±1, as `audio.read` returns it.

    Returns
    -------
    (genres,) array
        The probability of each genre: the mean of a verdict per second.

    Raises
    ------
    ValueError
        When the sound is too short, has several channels, holds NaN, or is not of that scale.

    Notes
    -----
    Chapters 8 and 13.
    """
    _check_scale(y)
    return overall(list(hear(model, [np.asarray(y, np.float32)])))


def _check_scale(y):
    """Raise ValueError, with the way out, when samples are not one channel of numbers between -1 and 1."""
    y = np.asarray(y)
    if y.ndim != 1:
        raise ValueError(f"expected one channel, (samples,), not {y.shape}: take the mean of the channels")
    if y.dtype.kind != "f":
        raise ValueError(f"expected samples between -1 and 1, not {y.dtype}: `audio.read` gives them so")
    peak = np.abs(y).max(initial=0)
    if not peak <= LOUDEST:
        raise ValueError(f"expected samples between -1 and 1, not up to {peak:g}: divide by full scale")
