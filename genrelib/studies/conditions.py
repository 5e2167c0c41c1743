"""The ways on which a sound reaches an ear: codecs, rooms, wrong rates, wrong levels (chapter 13).

`CONDITIONS` declares them; `heard` makes the frames of clips under one of them, and keeps them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import soxr
from joblib import Parallel, delayed
from tqdm import tqdm

from genrelib import audio, disk
from genrelib.listening import EXCERPT, Frames
from genrelib.studies import codecs
from genrelib.synth import rooms

__all__ = [
    "AS_IT_IS",
    "CONDITIONS",
    "ROOM",
    "TRAINING_CODEC",
    "TRAINING_ROOM",
    "Condition",
    "clipped",
    "heard",
    "played_at",
]

START = 10.0  # where they begin in a clip, in seconds
AS_IT_IS, ROOM = "as it is", "through a room"
TRAINING_ROOM, TRAINING_CODEC = "through a room to train in", "through a codec to train with"
CODE = ("audio", "features", "listening.frames", "listening.sound", "synth.noises", "synth.rooms")
CODE += ("studies.codecs", "studies.conditions")


def played_at(y, number=0, *, speed):
    """Play a sound faster or slower, as who takes its rate for another one does.

    Parameters
    ----------
    y : (samples,) array, at 22 050 Hz
    number : int
        Not used.
    speed : float
        2 is twice as fast and an octave higher.

    Returns
    -------
    (samples,) array, float32
    """
    return soxr.resample(y, speed * audio.SR, audio.SR).astype(np.float32)


def clipped(y, number=0, *, db):
    """Make a sound louder, and cut off what then lies beyond full scale.

    Parameters
    ----------
    y : (samples,) array, full scale ±1
    number : int
        Not used.
    db : float
        How much louder than with its peak at full scale.

    Returns
    -------
    (samples,) array, float32
    """
    return np.clip(y / np.abs(y).max() * np.float32(10 ** (db / 20)), -1, 1)


def _gain(y, number=0, *, db):
    return y * np.float32(10 ** (db / 20))


@dataclass(frozen=True)
class Condition:
    """A way on which a sound reaches an ear.

    Parameters
    ----------
    kind : str
        What it is an example of: 'codec', 'room', 'rate', 'level', or 'training', which no test hears.
    change : callable
        From samples and the number of a clip to samples.
    seconds : float
        How much of a clip it needs for ten seconds.
    """

    kind: str
    change: Callable
    seconds: float = 10.1


CONDITIONS = {
    AS_IT_IS: Condition("none", lambda y, number: y),
    **{name: Condition("codec", change) for name, change in codecs.CODECS.items()},
    ROOM: Condition("room", partial(rooms.through_room, seed=1)),
    TRAINING_ROOM: Condition("training", partial(rooms.through_room, seed=0)),
    TRAINING_CODEC: Condition("training", codecs.learned),
    "22.05 kHz taken for 44.1": Condition("rate", partial(played_at, speed=2), 20.1),
    "44.1 kHz taken for 48": Condition("rate", partial(played_at, speed=48 / 44.1), 11.1),
    "48 kHz taken for 44.1": Condition("rate", partial(played_at, speed=44.1 / 48)),
    "44.1 kHz taken for 22.05": Condition("rate", partial(played_at, speed=0.5)),
    "30 dB softer": Condition("level", partial(_gain, db=-30)),
    "6 dB louder": Condition("level", partial(_gain, db=6)),
    "clipped by 6 dB": Condition("level", partial(clipped, db=6)),
    "clipped by 12 dB": Condition("level", partial(clipped, db=12)),
}


def heard(name, corpus, *, start=START, seconds=None, frames=EXCERPT):
    """Make the frames of clips under a condition; they are made once, and kept.

    Parameters
    ----------
    name : str
        One of CONDITIONS.
    corpus : Corpus
    start : float
        Where what is heard of a clip begins, in seconds.
    seconds : float, optional
        How long it lasts; as long as the condition needs by default.
    frames : int
        How many are kept.

    Returns
    -------
    (clips, frames, 128) array, float32, in dB without a floor

    Raises
    ------
    ValueError
        When a clip is too short for so many frames.

    Notes
    -----
    Chapter 13.
    """
    seconds = seconds or CONDITIONS[name].seconds
    code = disk.source_digest({f"genrelib.{module}" for module in CODE})
    key = disk.digest(corpus.checksum, name, start, seconds, frames, code)
    path = disk.data_dir("features") / f"{corpus.stem}-heard-{key}.npy"
    if not path.exists():
        # a clip's room is its own, whichever clips it is heard among
        numbers = [int(disk.digest(clip)[:6], 16) for clip in corpus.table.index]
        jobs = (
            delayed(_frames)(clip, number, CONDITIONS[name].change, start, seconds, frames)
            for clip, number in zip(corpus.paths, numbers, strict=True)
        )
        made = Parallel(n_jobs=-1, prefer="threads", return_as="generator")(jobs)
        X = np.stack(list(tqdm(made, total=len(corpus), desc=name, unit="clip")))
        with disk.whole(path) as part:
            np.save(part, X)
    return np.load(path)


def _frames(path, number, change, start, seconds, frames):
    """Return the first frames of a clip under a condition."""
    y = change(audio.read(path, start=start, seconds=seconds), number)
    X = Frames()(y)[:frames]
    if len(X) < frames:
        raise ValueError(f"{disk.shown(path)}: {len(X)} frames, {frames} are needed")
    return X
