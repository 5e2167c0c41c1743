"""Find what is wrong with a corpus before a model does (chapter 2).

Every file is *looked at* once (`look_at`): its length against its header, its rate, its silences, flat tops,
an empty upper band, a digest of its samples and a fingerprint. What can be seen in one file is judged by
`files`, what two files share by `repetitions`, who plays by `genres` and `shared_artists`. `leaks` proves a
split, `suspects` ranks doubtful labels.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from genrelib import catalog
from genrelib.audit.fingerprint import look_at
from genrelib.audit.repeats import repetitions

__all__ = [
    "FAULTS",
    "SHARED",
    "Audit",
    "audit",
    "files",
    "genres",
    "leaks",
    "look_at",
    "repetitions",
    "report",
    "shared_artists",
    "suspects",
]

FAULTS = {  # what an audit can find in one file or two -> what is meant
    "unreadable": "no audio, or empty, or with samples that are no numbers",
    "short": "shorter than 3 s, or than nine tenths of most clips",
    "incomplete": "holds less sound than its header says",
    "no clip": "a file, link or row that no clip could be made of",
    "empty genre": "a genre without a clip that can be used",
    "silent": "half of it or more is below -60 dB",
    "clipped": "the wave has flat tops, at full scale or, turned down since, below it",
    "wrong rate": "another sampling rate than most",
    "upsampled": "nothing above half of a lower rate: resampled from there",
    "exact repetition": "the same samples as another clip",
    "near repetition": "the same recording as another clip",
    "two genres": "the same recording as a clip of another genre",
}
SHARED = ("exact repetition", "near repetition", "two genres")  # these take two files
LEFT_OUT = {  # a part of a reason -> the fault
    "is shorter": "short",
    "is silent": "silent",
    "holds no clip": "empty genre",
    "other file": "no clip",
    "lies in no genre": "no clip",
    "leads to": "no clip",
    ": names": "no clip",
}

MOST = 0.8  # share of the clips that must agree in length or rate before another is called wrong
SHORT = 0.9  # of the median length
MISSING = 0.05  # seconds that a header may promise too much: encoders round to whole blocks
SILENT = 0.5  # share of tenths of a second without a sample above `audio.SILENT`
CLIPPED = 1e-4  # share of samples in flat tops; clean music has a few by chance
STEP = 30.0  # dB by which the spectrum falls within a tenth of a frequency; no instrument does that


@dataclass(frozen=True, eq=False)
class Audit:
    """What was found in a corpus.

    Parameters
    ----------
    findings : pandas.DataFrame
        A row per fault of a clip.
    pairs : pandas.DataFrame
        A row per repetition.
    genres : pandas.DataFrame
        Balance and artists, a row per genre.
    artists : pandas.DataFrame
        Who is in several genres.
    """

    findings: pd.DataFrame
    pairs: pd.DataFrame
    genres: pd.DataFrame
    artists: pd.DataFrame


def audit(corpus):
    """Examine every clip of a corpus, and what was left out of it.

    Open a data set of the catalogue with `everything=True`, or what it excludes is not examined.

    Parameters
    ----------
    corpus : Corpus

    Returns
    -------
    Audit
        `findings` has the columns fault (of FAULTS), clip, other (of a repetition), what (in words) and
        declared: what the catalogue knows of the clip, else empty.

    Notes
    -----
    Chapter 2.
    """
    looks = look_at(corpus)
    pairs = repetitions(corpus, looks)
    found = pd.concat([_left_out(corpus), files(corpus, looks), _paired(pairs)], ignore_index=True)
    found = found.reindex(columns=["fault", "clip", "other", "what"])
    known = _declared(corpus.name)
    both = zip(found["clip"], found["other"], strict=True)
    found["declared"] = [known.get(clip) or known.get(other) or "" for clip, other in both]
    return Audit(found, pairs, genres(corpus), shared_artists(corpus))


def _declared(name):
    """Return {clip: what the catalogue knows to be wrong with it}, {} for a corpus that is not in it."""
    dataset = catalog.DATASETS.get(name)
    return dataset.excluded | dataset.flawed if dataset else {}


def files(corpus, looks):
    """Judge each clip by itself and against the rest.

    Parameters
    ----------
    corpus : Corpus
    looks : list of dict
        As `look_at` returns them.

    Returns
    -------
    pandas.DataFrame
        Columns fault, clip, what.
    """
    seen = pd.DataFrame([{key: look[key][()] for key in MEASURES} for look in looks], corpus.table.index)
    usual, median = seen["rate"].mode()[0], seen["seconds"].median()
    alike = seen["seconds"].between(SHORT * median, median / SHORT).mean() >= MOST
    one_rate = (seen["rate"] == usual).mean() >= MOST
    faulty = {
        "short": (seen["seconds"] < SHORT * median) & alike,
        "incomplete": seen["promised"] - seen["seconds"] > MISSING,
        "silent": seen["silent"] >= SILENT,
        "clipped": seen["clipped"] >= CLIPPED,
        "wrong rate": (seen["rate"] != usual) & one_rate,
        "upsampled": seen["step"] >= STEP,
    }
    rows = [
        {"fault": fault, "clip": clip, "what": _words(fault, **row, usual=usual, median=median)}
        for fault, flagged in faulty.items()
        for clip, row in seen[flagged].iterrows()
    ]
    return pd.DataFrame(rows, columns=["fault", "clip", "what"])


MEASURES = ("rate", "seconds", "promised", "silent", "clipped", "cut", "step")
WORDS = {
    "short": "{seconds:.1f} s, where the median is {median:.1f} s",
    "incomplete": "{seconds:.1f} s, where its header says {promised:.1f} s",
    "silent": "{silent:.0%} of it is silent",
    "clipped": "{clipped:.2%} of its samples lie in flat tops",
    "wrong rate": "{rate:.0f} Hz, where most have {usual:.0f} Hz",
    "upsampled": "falls by {step:.0f} dB at {cut:.0f} Hz",
}


def _words(fault, **values):
    """Return what is wrong with a clip, with its percentages as the book writes them: 80 %."""
    return WORDS[fault].format(**values).replace("%", " %")


def _left_out(corpus):
    """Name the faults of what was skipped when the corpus was opened, but not what the catalogue excludes.

    Returns a table: fault, clip, what.
    """
    known = _declared(corpus.name)
    rows = [
        {
            "fault": next((fault for start, fault in LEFT_OUT.items() if start in reason), "unreadable"),
            "clip": Path(path).stem,
            "what": f"{reason} ({Path(path).parent.name}/{Path(path).name})",
        }
        for path, reason in corpus.skipped.itertuples(index=False)
        if known.get(Path(path).stem) != reason
    ]
    return pd.DataFrame(rows, columns=["fault", "clip", "what"])


def _paired(pairs):
    """Turn pairs into findings. Returns a table: fault, clip, other, what."""
    rows = []
    for row in pairs[pairs["how"] != "title"].itertuples():
        what = f"repeats {row.other}"
        if row.how == "near":
            what += f" from {row.offset:+.1f} s for {row.overlap:.1f} s ({row.votes:.0f} peaks agree)"
        faults = [f"{row.how} repetition"] + ["two genres"] * row.two_genres
        rows += [{"fault": fault, "clip": row.clip, "other": row.other, "what": what} for fault in faults]
    return pd.DataFrame(rows, columns=["fault", "clip", "other", "what"])


def genres(corpus):
    """Say how balanced a corpus is and who makes up its genres.

    Parameters
    ----------
    corpus : Corpus

    Returns
    -------
    pandas.DataFrame
        A row per genre: clips, share (of all), artists, unknown (clips without a known artist), largest and
        its share_of_genre, effective: the number of artists with equally many clips that would be as mixed, 1
        / sum of squared shares (the inverse of Simpson's index).

    Notes
    -----
    Chapter 2.
    """
    rows = {}
    for genre, artist in corpus.table.groupby("genre")["artist"]:
        counts = artist.value_counts()
        shares = counts / counts.sum()
        rows[genre] = {
            "clips": len(artist),
            "share": len(artist) / len(corpus),
            "artists": len(counts),
            "unknown": int(artist.isna().sum()),
            "largest": counts.index[0] if len(counts) else None,
            "share_of_genre": shares.max() if len(counts) else np.nan,
            "effective": 1 / (shares**2).sum() if len(counts) else np.nan,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("genre")


def shared_artists(corpus):
    """Count the clips of artists who are in several genres.

    Parameters
    ----------
    corpus : Corpus

    Returns
    -------
    pandas.DataFrame
        (artists, genres); empty where nobody is in two.
    """
    counts = pd.crosstab(corpus.table["artist"], corpus.table["genre"])
    return counts[(counts > 0).sum(axis=1) > 1]


def leaks(corpus, part, pairs):
    """Prove a split: name every artist and every recording that is in more than one part of it.

    Parameters
    ----------
    corpus : Corpus
    part : (clips,) array
        What `Corpus.split` or `Corpus.folds` returned, NA for a clip in no part.
    pairs : pandas.DataFrame
        What `repetitions` found.

    Returns
    -------
    pandas.DataFrame
        A row per leak: what ('artist' or 'recording'), name, parts, clips. An empty table is the proof, as
        far as artists are known and repetitions found.

    Notes
    -----
    Chapter 2.
    """
    part = pd.Series(np.asarray(part, dtype=object), corpus.table.index).dropna()
    groups = {"artist": corpus.table["artist"], "recording": corpus.together(pairs).table["recording"]}
    rows = [
        {"what": what, "name": name, "parts": sorted(parts.unique()), "clips": list(parts.index)}
        for what, group in groups.items()
        for name, parts in part.groupby(group.reindex(part.index))
        if parts.nunique() > 1
    ]
    return pd.DataFrame(rows, columns=["what", "name", "parts", "clips"])


def suspects(make, X, corpus, *, by, seed=0, n_folds=5):
    """Rank the clips by how little their sound speaks for their label, the most doubtful first.

    A classifier that has not met a clip's group gives each genre a probability; the margin is that of the
    clip's own label less the largest other.

    Parameters
    ----------
    make : callable
        `make(seed)` gives a classifier with `predict_proba`.
    X : (clips, features) array
        In the order of `corpus`.
    corpus : Corpus
    by : str
        As in `Corpus.folds`.
    seed, n_folds : int

    Returns
    -------
    pandas.DataFrame
        By clip: genre, sounds_like, margin. It is a list to listen to: what is rare in its genre ranks high
        as well as what is wrong.

    Notes
    -----
    After Northcutt and others (2021). Chapter 2.
    """
    fold, probability = corpus.folds(n_folds, by=by, seed=seed), np.zeros((len(corpus), len(corpus.genres)))
    for number in range(fold.max() + 1):
        out = fold == number
        probability[out] = make(seed).fit(X[~out], corpus.labels[~out]).predict_proba(X[out])
    own = probability[np.arange(len(corpus)), corpus.labels]
    probability[np.arange(len(corpus)), corpus.labels] = -1
    like = np.take(corpus.genres, probability.argmax(axis=1))
    ranked = {"genre": corpus.table["genre"], "sounds_like": like, "margin": own - probability.max(axis=1)}
    return pd.DataFrame(ranked, corpus.table.index).sort_values("margin", kind="stable")


def report(corpus, result):
    """Put an Audit into words: the findings fault by fault, then the genres.

    Parameters
    ----------
    corpus : Corpus
    result : Audit

    Returns
    -------
    str
        Many lines.
    """
    lines = [f"{corpus.name}: {len(corpus)} clips, {len(result.findings)} findings"]
    for fault, rows in result.findings.groupby("fault", sort=False):
        lines += ["", f"{fault}: {len(rows)}"]
        for row in rows.itertuples():
            lines.append(f"  {row.clip}: {row.what}" + (f"; declared: {row.declared}" * bool(row.declared)))
    titles = result.pairs[result.pairs["how"] == "title"]
    lines += ["", f"same artist and title: {len(titles)}"] * bool(len(titles))
    lines += [f"  {row.clip} and {row.other}" for row in titles.itertuples()]
    lines += ["", f"{'genre':20} clips  artists  unknown  effective  largest"]
    for row in result.genres.itertuples():
        share = f"{100 * row.share_of_genre:.0f} % {row.largest}" if row.artists else ""
        effective = f"{row.effective:.1f}" if row.artists else ""
        lines.append(
            f"{row.Index:20} {row.clips:5}  {row.artists:7}  {row.unknown:7}  {effective:>9}  {share}"
        )
    for artist, counts in result.artists.iterrows():
        lines.append(f"{artist} is in {', '.join(counts.index[counts > 0])}")
    return "\n".join(lines)
