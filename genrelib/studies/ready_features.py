"""The ready features of GTZAN, computed anew from sound, and how well they match (chapter 10).

The table that is handed round with GTZAN holds, for each clip, mean and variance of what librosa computes by
its defaults. Those were of a librosa before 0.10, which mirrored a sound at its ends, where today's adds
silence; with that, every clip of GTZAN mini comes out as in the table.
"""

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from tqdm import tqdm

from genrelib import audio, records

__all__ = ["describe", "described", "match", "measure"]

MEDIAN = 31  # frames, and bins, of the filters that part harmonies from drums: librosa's default


def describe(y, *, sr=audio.SR, whole=True):
    """Compute the numbers that the table of ready features holds of a clip.

    Parameters
    ----------
    y : (samples,) array
    sr : int
        Sampling rate in Hz.
    whole : bool
        Whether harmony, percussion and tempo are among them, which take longer than all others together.

    Returns
    -------
    dict of str to float
        Column to number, in the order of the table.

    Notes
    -----
    Chapter 10. One spectrum serves for all of it, so that librosa need not compute it ten times.
    """
    import librosa

    spectrum = librosa.stft(y, pad_mode="reflect")
    magnitude = np.abs(spectrum)
    loudness = librosa.power_to_db(librosa.feature.melspectrogram(S=magnitude**2, sr=sr))
    series = {
        "chroma_stft": librosa.feature.chroma_stft(S=magnitude**2, sr=sr),
        "rms": librosa.feature.rms(y=y, pad_mode="reflect"),
        "spectral_centroid": librosa.feature.spectral_centroid(S=magnitude, sr=sr),
        "spectral_bandwidth": librosa.feature.spectral_bandwidth(S=magnitude, sr=sr),
        "rolloff": librosa.feature.spectral_rolloff(S=magnitude, sr=sr),
        "zero_crossing_rate": librosa.feature.zero_crossing_rate(y),
    }
    tempo = {}
    if whole:
        masks = zip(("harmony", "perceptr"), _harmony_and_percussion(magnitude), strict=True)
        series |= {name: librosa.istft(spectrum * mask, length=len(y)) for name, mask in masks}
        tempo["tempo"] = float(np.squeeze(librosa.beat.beat_track(y=y, sr=sr)[0]))
    mfcc = {f"mfcc{n}": row for n, row in enumerate(librosa.feature.mfcc(S=loudness, sr=sr), 1)}
    return _pooled(series) | tempo | _pooled(mfcc)


def _pooled(series):
    """Return mean and variance of each series, as `<name>_mean` and `<name>_var`."""
    pooled = {}
    for name, values in series.items():
        pooled |= {f"{name}_mean": float(np.mean(values)), f"{name}_var": float(np.var(values))}
    return pooled


def _harmony_and_percussion(magnitude):
    """Return the two masks of `librosa.decompose.hpss`: what lasts, and what is short and broad.

    SciPy filters rows several times as fast one by one as it does a whole picture, which is what librosa
    asks for; the result is the same to the bit.
    """
    import librosa
    from scipy.ndimage import median_filter

    lasting, broad = (
        np.array([median_filter(row, MEDIAN, mode="reflect") for row in np.ascontiguousarray(picture)])
        for picture in (magnitude, magnitude.T)
    )
    pair = lasting, broad.T
    return [librosa.util.softmask(a, b, power=2.0, split_zeros=True) for a, b in (pair, pair[::-1])]


def described(corpus, *, whole=True):
    """Compute the table of ready features of a corpus of sounds, and keep it.

    Parameters
    ----------
    corpus : Corpus
    whole : bool
        As in `describe`.

    Returns
    -------
    pandas.DataFrame
        A row per clip, in the order of the corpus.

    Notes
    -----
    Chapter 10. About a second per clip and core.
    """

    def compute():
        jobs = (delayed(_of_file)(path, whole) for path in corpus.paths)
        run = Parallel(n_jobs=-1, return_as="generator")(jobs)
        return {"rows": list(tqdm(run, total=len(corpus), desc="librosa's features", unit="clip"))}

    kept = records.kept("ready-features", corpus, compute, code=__name__, whole=whole)
    return pd.DataFrame(kept["rows"], index=corpus.table.index)


def _of_file(path, whole):
    return describe(audio.read(path), whole=whole)


def match(ours, theirs):
    """Compare the columns of two tables of the same features.

    Parameters
    ----------
    ours, theirs : pandas.DataFrame
        By clip; only clips and columns that both hold count.

    Returns
    -------
    pandas.DataFrame
        By column: the correlation over the clips, the largest difference in standard deviations of the
        column, and the clips that it rests on.
    """
    clips = ours.index.intersection(theirs.index)
    rows = {
        column: {
            "correlation": float(np.corrcoef(ours.loc[clips, column], theirs.loc[clips, column])[0, 1]),
            "largest": float(
                (ours.loc[clips, column] - theirs.loc[clips, column]).abs().max()
                / theirs.loc[clips, column].std()
            ),
            "clips": len(clips),
        }
        for column in theirs.columns.intersection(ours.columns)
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("column")


def measure(sound, ready, *, profile):
    """Compute the ready features of sounds anew and compare them with a table.

    Parameters
    ----------
    sound : Corpus
        The clips.
    ready : Corpus
        Ready features, of these clips among others.
    profile : Profile
        Nothing here depends on it.

    Returns
    -------
    dict
        `matched`, the rows of `match`, and from which `sound`.
    """
    table = match(described(sound), ready.table[list(ready.numbers)])
    return {"matched": records.plain_rows(table.reset_index()), "sound": records.origin(sound)}
