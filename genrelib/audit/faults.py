"""Plant known faults in a corpus, and count which of them an audit finds (chapter 2).

An audit that finds nothing has either a clean corpus before it or is blind. So faults are planted whose truth
is known, each at a severity, and what the audit says is compared with it, both ways: how many of the faults
are found (recall), and how many of the findings are faults (precision).

    >>> truth = plant(corpus, folder, each=3, seed=0)
    >>> result = audit.audit(sources.open_corpus(folder / "clips.csv"))
    >>> found(truth, result.findings).groupby("kind")["found"].agg(["sum", "count"])
    >>> right(truth, result.findings).groupby("fault")["right"].agg(["sum", "count"])
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import soundfile
import soxr

from genrelib import audio, audit, disk

__all__ = ["FAULTS", "Fault", "found", "plant", "right"]


LONGEST = 120  # seconds of a clip that is altered: a mix of hours is not taken into memory


@dataclass(frozen=True)
class Fault:
    """One kind of fault: how it is made, how severe it can be, and as what an audit should find it.

    Parameters
    ----------
    make : callable or None
        `make(source, target, severity, rng)` writes the faulty file; None leaves the sound as it is.
    expected : tuple of str
        Of `audit.FAULTS`: one of them must be reported,
    besides : tuple of str
        and these are right as well.
    severities : tuple
        From the plainest to the hardest to find.
    unit : str
        Of the severities.
    suffix : str
        Of the file that is written.
    adds : bool
        Whether the faulty clip is an extra one; if not, it takes the place of the sound one.
    elsewhere : bool
        Whether it gets another genre.
    """

    make: Callable | None
    expected: tuple  # of audit.FAULTS: one of them must be reported,
    besides: tuple = ()  # and these are right as well
    severities: tuple = (None,)
    unit: str = ""
    suffix: str = ".flac"
    adds: bool = False
    elsewhere: bool = False


def _repeat(source, target, severity, rng):
    """Write the same samples into another container."""
    with (
        audio.opened(source) as file,
        soundfile.SoundFile(target, "w", file.samplerate, 1, subtype="FLOAT") as copy,
    ):
        for y in audio.blocks(file):
            copy.write(y)


def _excerpt(source, target, seconds, rng):
    """Write another excerpt of the recording, at half the level; the suffix says how it is encoded."""
    y, rate = audio.samples(source, seconds=LONGEST)
    length = min(len(y), int(seconds * rate))
    start = rng.integers(len(y) - length + 1)
    audio.write(target, 0.5 * y[start : start + length], sr=rate)


def _add_noise(source, target, snr, rng):
    """Write the recording, without its first twentieth, under white noise `snr` dB below it."""
    y, rate = audio.samples(source, seconds=LONGEST)
    y = y[len(y) // 20 :]
    noise = rng.standard_normal(len(y)) * np.sqrt(np.mean(y**2) / 10 ** (snr / 10))
    noisy = (y + noise).astype(np.float32)
    audio.write(target, 0.5 * noisy / np.abs(noisy).max(), sr=rate)


def _silence(source, target, share, rng):
    """Write the clip with a stretch of digital silence, `share` of its length."""
    y, rate = audio.samples(source, seconds=LONGEST)
    length = round(share * len(y))
    start = rng.integers(len(y) - length + 1)
    y[start : start + length] = 0
    audio.write(target, y, sr=rate)


def _clip_off(source, target, decibels, rng):
    """Write the clip driven `decibels` above its own peak, cut off there, and turned down by 6 dB."""
    y, rate = audio.samples(source, seconds=LONGEST)
    peak = np.abs(y).max()
    audio.write(target, 0.5 * np.clip(10 ** (decibels / 20) * y, -peak, peak), sr=rate)


def _shorten(source, target, seconds, rng):
    """Write the first seconds only."""
    y, rate = audio.samples(source, seconds=seconds)
    audio.write(target, y, sr=rate)


def _misdeclare(source, target, factor, rng):
    """Write the samples under a header with another rate: they play faster or slower."""
    y, rate = audio.samples(source, seconds=LONGEST)
    audio.write(target, y, sr=round(factor * rate))


def _upsample(source, target, lower, rng):
    """Write the clip by way of a lower sampling rate (Hz), so that its upper bands are empty."""
    y, rate = audio.samples(source, seconds=LONGEST)
    audio.write(target, soxr.resample(soxr.resample(y, rate, lower), lower, rate), sr=rate)


def _truncate(source, target, share, rng):
    """Write the first `share` of the file's bytes; under whatever suffix, it is known by its content."""
    body = Path(source).read_bytes()
    Path(target).write_bytes(body[: int(share * len(body))])


def _write_text(source, target, severity, rng):
    """Write a text under the name of a sound."""
    Path(target).write_text("Dear listener, I am not a song.\n", encoding="utf-8")


FAULTS = {
    "exact repetition": Fault(_repeat, ("exact repetition",), suffix=".wav", adds=True),
    "other excerpt": Fault(
        _excerpt,
        ("near repetition",),
        ("short",),
        severities=(25, 15, 10, 5, 3),
        unit="s shared",
        suffix=".mp3",
        adds=True,
    ),
    "noisy repetition": Fault(
        _add_noise, ("near repetition",), severities=(20, 10, 0, -5, -10), unit="dB above noise", adds=True
    ),
    "other genre": Fault(
        _repeat, ("two genres",), ("exact repetition",), suffix=".wav", adds=True, elsewhere=True
    ),
    "silence": Fault(_silence, ("silent",), severities=(1.0, 0.8, 0.6, 0.4), unit="share"),
    "clipping": Fault(_clip_off, ("clipped",), severities=(12, 6, 3, 1), unit="dB"),
    "too short": Fault(_shorten, ("short",), severities=(2, 10, 20, 28), unit="s"),
    "wrong rate": Fault(_misdeclare, ("wrong rate",), ("short",), severities=(2, 0.5), unit="times"),
    "upsampled": Fault(_upsample, ("upsampled",), severities=(8000, 11025, 16000), unit="Hz"),
    "truncated": Fault(
        _truncate,
        ("incomplete", "unreadable"),
        ("short", "silent"),
        severities=(0.5, 0.9, 0.99),
        unit="of the bytes",
    ),
    "not audio": Fault(_write_text, ("unreadable",), suffix=".wav"),
    "wrong label": Fault(None, (), elsewhere=True),
}


def plant(corpus, folder, *, each=2, seed=0, kinds=tuple(FAULTS), level=1):
    """Plant faults in a corpus, no clip with two.

    The faulty sounds are written into `folder`; the sound ones stay where they are. `clips.csv` lists them
    all, to be opened by `open_corpus`, and `truth.csv` what was planted.

    Parameters
    ----------
    corpus : Corpus
    folder : path
    each : int
        So many clips with each kind.
    seed : int
    kinds : iterable of str
        Of FAULTS.
    level : int
        Which of the severities of each kind, 0 the plainest; where there are fewer, the last.

    Returns
    -------
    pandas.DataFrame
        The truth: kind, clip, of (the clip that was repeated or spoilt), severity.

    Raises
    ------
    ValueError
        For an unknown kind, or when the corpus has too few clips.

    Notes
    -----
    Chapter 2.
    """
    if unknown := set(kinds) - set(FAULTS):
        raise ValueError(f"unknown fault {min(unknown)!r}: choose of {', '.join(FAULTS)}")
    if each * len(kinds) > len(corpus):
        raise ValueError(f"{corpus.name} has {len(corpus)} clips, too few for {each} of {len(kinds)} faults")
    rng, folder = np.random.default_rng(seed), Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    clips = corpus.table[["path", "genre", "artist"]].copy()
    if clips.index.str.contains("/").any():  # they become the names of files
        clips.index = [f"clip.{number:05d}" for number in range(len(clips))]
    victims, rows = iter(rng.permutation(clips.index)), []
    for kind in np.repeat(kinds, each):
        fault, victim = FAULTS[kind], next(victims)
        degree = fault.severities[min(level, len(fault.severities) - 1)]
        path, genre, artist = clips.loc[victim]
        name = f"extra.{len(rows):05d}" if fault.adds else victim
        if fault.make:
            target = folder / f"{name}{fault.suffix}"
            fault.make(path, target, degree, rng)
            path = str(target)
        if fault.elsewhere:
            genre = rng.choice([other for other in corpus.genres if other != genre])
        clips.loc[name] = [path, genre, artist]
        rows.append({"kind": kind, "clip": name, "of": victim, "severity": degree})
    truth = pd.DataFrame(rows)
    listed = clips.sort_index().rename_axis("clip").reset_index()
    for table, file in ((listed, "clips.csv"), (truth, "truth.csv")):
        with disk.whole(folder / file) as part:
            table.to_csv(part, index=False, errors="surrogateescape")  # names of files need not be UTF-8
    return truth


def found(truth, findings):
    """Say which planted faults an audit found.

    Parameters
    ----------
    truth : pandas.DataFrame
        As `plant` returns it.
    findings : pandas.DataFrame
        Of an Audit.

    Returns
    -------
    pandas.DataFrame
        The truth with a column `found`: whether a finding names the fault as what is expected.
    """
    reported = set(map(_key, findings["fault"], findings["clip"], findings["other"]))
    rows = zip(truth["kind"], truth["clip"], truth["of"], strict=True)
    hits = [
        any(_key(fault, clip, of) in reported for fault in FAULTS[kind].expected) for kind, clip, of in rows
    ]
    return truth.assign(found=hits)


def right(truth, findings):
    """Say which findings are true.

    Parameters
    ----------
    truth : pandas.DataFrame
        As `plant` returns it.
    findings : pandas.DataFrame
        Of an Audit.

    Returns
    -------
    pandas.DataFrame
        The findings with a column `right`: whether they name a fault that was planted there.
    """
    true = {
        _key(fault, clip, of)
        for kind, clip, of in zip(truth["kind"], truth["clip"], truth["of"], strict=True)
        for fault in FAULTS[kind].expected + FAULTS[kind].besides
    }
    reported = map(_key, findings["fault"], findings["clip"], findings["other"])
    return findings.assign(right=[finding in true for finding in reported])


def _key(fault, clip, other):
    """Return what makes two mentions of a fault the same: its name and the clips, in whichever order."""
    return fault, frozenset((clip, other) if fault in audit.SHARED else (clip,))
