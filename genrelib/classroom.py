"""Data and variants of a student's own: the assignments ask everybody the same, and each has other numbers.

Everything comes from the student's id and, where the teacher chose one, the key of the course:

    >>> from genrelib import classroom
    >>> me = classroom.student("s1234567")
    >>> me.variant("hop", (256, 512, 1024))     # the same at every call, another for other students
    >>> y = me.clip(2)                          # four seconds of music that nobody else has

A test gets the student of the roster, never that of the notebook: who copies another's numbers fails.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from genrelib import synth
from genrelib.audio import SR
from genrelib.synth.streams import stream

__all__ = ["RECIPES", "SR", "Student", "student"]


def _steps(first, last, step):
    """Numbers at equal steps, both ends included, as plain floats."""
    return tuple(round(first + k * step, 6) for k in range(round((last - first) / step) + 1))


# assignment -> what is varied -> what it may be
RECIPES = {
    "sound": {
        "reference": _steps(0.1, 0.9, 0.01),
        "floor": _steps(-120, -60, 1),
        "top": _steps(0.5, 2, 0.05),
        "exponent": _steps(1.2, 3, 0.1),
        "share": _steps(0.6, 0.97, 0.01),
    },
    "audit": {
        "shortest": _steps(5, 15, 0.5),
        "silent": _steps(-60, -30, 1),
        "clipped": _steps(0.002, 0.02, 0.001),
        "slack": (2, 3, 4, 5, 6),
        "shares": ((0.5, 0.25, 0.25), (0.5, 0.2, 0.3), (0.4, 0.3, 0.3), (0.4, 0.2, 0.4), (0.34, 0.33, 0.33)),
        "level": _steps(0.6, 0.9, 0.01) + _steps(0.96, 0.99, 0.01),
    },
    "mfcc": {
        "bend": _steps(200, 900, 10),
        "low": _steps(20, 120, 5),
        "high": _steps(7000, 10500, 100),
        "bands": tuple(range(24, 49)),
        "sharpness": _steps(0.5, 0.9, 0.05) + _steps(1.1, 2, 0.05),
        "exponent": _steps(0.15, 0.45, 0.01),
        "first": (1, 2, 3),
        "count": tuple(range(9, 20)),
        "lifter": _steps(0.2, 1, 0.05),
        "width": (5, 7, 9, 11, 13),
        "tail": _steps(0.05, 0.2, 0.01) + _steps(0.3, 0.4, 0.01),
    },
    "map": {
        "tail": _steps(0.02, 0.2, 0.01) + _steps(0.3, 0.4, 0.01),
        "order": _steps(1.1, 1.7, 0.05) + _steps(2.4, 4, 0.1),
        "neighbours": (3, 4, *range(6, 13)),
        "fall": _steps(1, 1.7, 0.05) + _steps(2.3, 3, 0.05),
    },
    "network": {
        "stride": (2, 3, 4, 5),
        "dilation": (2, 3, 4, 5),
        "leak": _steps(0.05, 0.4, 0.01),
        "smoothing": _steps(0.05, 0.3, 0.01),
        "patience": tuple(range(3, 11)),
        "least": _steps(0.004, 0.03, 0.002),
    },
    "result": {
        "level": _steps(0.6, 0.9, 0.01) + _steps(0.96, 0.99, 0.01),
        "alpha": _steps(0.02, 0.04, 0.002) + _steps(0.06, 0.1, 0.002),
        "blank": ("unknown", "none", "other", "silence", "speech"),
    },
}


@dataclass(frozen=True)
class Student:
    """A student, who has data and variants of their own.

    Parameters
    ----------
    id : str
        As in the roster.
    seed : int
        What everything of theirs is drawn from.
    """

    id: str
    seed: int

    def rng(self, name):
        """Return a generator of random numbers for one purpose.

        Parameters
        ----------
        name : str
            The purpose; generators of other names are independent.

        Returns
        -------
        numpy.random.Generator
            In the same state at every call.
        """
        return stream(self.seed, name)

    def variant(self, name, choices):
        """Choose one of several variants of a question.

        Parameters
        ----------
        name : str
            What is varied.
        choices : sequence

        Returns
        -------
        object
            One of the choices: always the same for one student, name and number of choices.
        """
        return choices[int(self.rng(f"variant {name}").integers(len(choices)))]

    def recipe(self, assignment):
        """Choose every variant of an assignment.

        Parameters
        ----------
        assignment : str
            A key of `RECIPES`.

        Returns
        -------
        dict
            What is varied -> what it is for this student.
        """
        choices = RECIPES[assignment]
        return {name: self.variant(f"{assignment} {name}", values) for name, values in choices.items()}

    def clip(self, number=0, *, genre=None, seconds=4.0):
        """Compose a clip that no other student has.

        Parameters
        ----------
        number : int
            Which clip: another one has other notes, and the first ten are of ten genres.
        genre : str, optional
            One of `synth.GENRES`.
        seconds : float

        Returns
        -------
        (samples,) array, float32, full scale ±1, `SR` samples per second
        """
        genre = genre or str(self.rng("genres").permutation(synth.GENRES)[number % len(synth.GENRES)])
        return _rendered(self.seed, genre, number, seconds).copy()

    def library(self):
        """Collect a library of clips: with faults, and with artists spelt in several ways.

        Returns
        -------
        pandas.DataFrame
            One row per clip: clip, genre, artist, seconds, peak (of full scale) and clipped, the share of
            samples at full scale. Files that cannot be read have no numbers (NaN).
        """
        rng, rows = self.rng("library"), []
        for genre in sorted(rng.choice(synth.GENRES, 5, replace=False).tolist()):
            for artist in range(int(rng.integers(6, 9))):
                name = _artist(rng)
                for _ in range(int(rng.integers(1, 5))):
                    rows.append((f"{genre}.{len(rows):03d}", genre, _spelt(name, rng), artist))
        table = pd.DataFrame(rows, columns=["clip", "genre", "artist", "seconds"])
        table["seconds"] = rng.uniform(25, 31, len(table)).round(2)
        table["peak"] = rng.uniform(0.3, 1, len(table)).round(4)
        table["clipped"] = rng.uniform(0, 0.0015, len(table)).round(5)
        faulty = rng.permutation(len(table))
        table.loc[faulty[:9], "seconds"] = rng.uniform(0.5, 18, 9).round(2)
        table.loc[faulty[6:14], "peak"] = (10 ** rng.uniform(-4, -1, 8)).round(5)
        table.loc[faulty[12:20], "clipped"] = rng.uniform(0, 0.05, 8).round(5)
        table.loc[faulty[20:23], ["seconds", "peak", "clipped"]] = np.nan
        return table

    def landmarks(self, clips=12):
        """Take the fingerprints of clips, some of which repeat others: later, with noise, and in chains.

        Parameters
        ----------
        clips : int

        Returns
        -------
        dict of (landmarks, 2) arrays of int
            Name of a clip -> the frame and the number of each of its landmarks.
        """
        rng, found = self.rng("landmarks"), {}
        for number in range(clips):
            marks = np.stack([rng.integers(0, 700, 120), rng.integers(0, 4000, 120)], axis=1)
            if number % 4 in (1, 2):  # another stretch of the clip before, from a machine that was not exact
                kept = rng.permutation(found[f"clip-{number - 1:02d}"])[:80]
                marks[:80] = kept + np.stack(
                    [rng.integers(-60, 60) + rng.integers(0, 2, 80), np.zeros(80, int)], 1
                )
            found[f"clip-{number:02d}"] = marks
        return found

    def cloud(self, *, genres=5, dimensions=8):
        """Scatter clips in a space in which artists lie closer together than genres do.

        Parameters
        ----------
        genres, dimensions : int

        Returns
        -------
        points : (clips, dimensions) array
        genre, artist : (clips,) lists of str
        """
        rng, points, genre, artist = self.rng("cloud"), [], [], []
        for name in sorted(rng.choice(synth.GENRES, genres, replace=False).tolist()):
            middle = rng.normal(0, 1.2, dimensions)
            for number in range(int(rng.integers(4, 7))):
                place = middle + rng.normal(0, 1.5, dimensions)
                clips = int(rng.integers(2, 6))
                points += list(place + rng.normal(0, 0.7, (clips, dimensions)))
                genre += clips * [name]
                artist += clips * [f"{name} {number}"]
        scales = rng.uniform(0.2, 30, dimensions)  # as features have: hertz beside shares
        return np.array(points) * scales + 3 * scales, genre, artist

    def curves(self, *, epochs=30):
        """Draw the losses of four trainings, one of which is as it should be.

        Parameters
        ----------
        epochs : int

        Returns
        -------
        dict of dict of (epochs,) lists
            Letter of a training -> part (train, validation) -> losses.
        """
        rng, t = self.rng("curves"), np.arange(epochs)
        start, turn = np.log(10), rng.uniform(6, 10)
        wild = start + rng.normal(0, 1.2, epochs).cumsum() * 0.2 + rng.uniform(0.5, 2, epochs) * (-1) ** t
        falling = start * np.exp(-t / (1.2 * epochs))
        losses = [
            (start * np.exp(-t / 5), start * np.exp(-t / turn) + 0.09 * np.maximum(0, t - turn)),
            (falling, falling + 0.1),
            (np.maximum(wild, 0.6), np.maximum(wild + rng.normal(0, 0.5, epochs), 0.7)),
            (np.full(epochs, start), np.full(epochs, start + 0.01)),
        ]
        letters = rng.permutation(list("ABCD"))
        noise = rng.normal(0, 0.01, (4, 2, epochs))
        found = {
            str(letter): {"train": (a + x).round(4).tolist(), "validation": (b + y).round(4).tolist()}
            for letter, (a, b), (x, y) in zip(letters, losses, noise, strict=True)
        }
        return dict(sorted(found.items()))

    def predictions(self):
        """Let two classifiers name the clips of a dozen artists: one errs by clip, the other by artist.

        Returns
        -------
        pandas.DataFrame
            One row per clip: clip, genre, artist, and what the classifiers a and b said.
        """
        rng, rows = self.rng("predictions"), []
        genres = sorted(rng.choice(synth.GENRES, 4, replace=False).tolist())
        for genre in genres:
            for _ in range(3):
                name, known = _artist(rng), rng.uniform(0.3, 1)
                for _ in range(int(rng.integers(4, 10))):
                    said = [
                        genre if rng.random() < right else str(rng.choice(genres)) for right in (0.55, known)
                    ]
                    rows.append((f"{genre}.{len(rows):03d}", genre, name, *said))
        return pd.DataFrame(rows, columns=["clip", "genre", "artist", "a", "b"])


def student(id, *, key=""):
    """Find a student's data and variants.

    Parameters
    ----------
    id : str
        As in the roster; upper and lower case are the same, blanks around it do not count.
    key : str
        Of the course: with another key everybody has other data.

    Returns
    -------
    Student

    Raises
    ------
    ValueError
        When the id is empty.
    """
    name = str(id).strip().casefold()
    if not name:
        raise ValueError("a student needs an id: write the one of the class list into STUDENT")
    digest = hashlib.sha256(f"{key}\n{name}".encode()).digest()
    return Student(name, int.from_bytes(digest[:7], "big"))


@lru_cache(maxsize=32)
def _rendered(seed, genre, number, seconds):
    return synth.render(synth.compose(genre, number, seed=seed, seconds=seconds))


SYLLABLES = ("ba", "cor", "dé", "lu", "mi", "no", "pa", "ri", "sol", "ta", "ve", "zo")


def _artist(rng):
    """Make up the name of a band."""
    words = ["".join(rng.choice(SYLLABLES, int(rng.integers(2, 4)))) for _ in range(2)]
    return f"The {words[0].title()} {words[1].title()}"


def _spelt(name, rng):
    """Spell a name as somebody may have typed it."""
    short = name.removeprefix("The ")
    ways = [name] * 6 + [
        name.upper(),
        short,
        f"{short}, The",
        name.replace("é", "e"),
        f"{name} feat. Zara Noru",
    ]
    return ways[int(rng.integers(len(ways)))]
