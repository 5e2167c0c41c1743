"""What a split is worth on all of GTZAN: every classifier, by clip and by published splits (chapter 6)."""

from dataclasses import asdict

import pandas as pd
from tqdm import tqdm

from genrelib import baselines, evaluation, records

__all__ = ["measure", "worth"]


def worth(X, corpus, *, by, seeds, names=tuple(baselines.CLASSIFIERS)):
    """Test classifiers on the clips of published folds: dealt by clip, and by these folds.

    The same clips, classifiers, seeds and number of folds both times, so that nothing but the split differs.

    Parameters
    ----------
    X : (clips, features) array
        In the order of the corpus.
    corpus : Corpus
        The clips that the folds use, as `Corpus.used` selects them.
    by : str
        Name of the folds.
    seeds : int
    names : sequence of str
        Of `baselines.CLASSIFIERS`.

    Returns
    -------
    rows : list of dict
        Scores per split and classifier. All intervals are over artists, also where clips were dealt.
    differences : list of dict
        What dealing by clip is worth, per classifier.
    """
    n_folds, rows, differences = int(corpus.folds(by=by).max()) + 1, [], []
    for name in tqdm(names, desc=f"clips, {by}", unit="classifier"):
        predicted = {
            way: baselines.cross_validate(
                baselines.CLASSIFIERS[name], X, corpus, by=way, seeds=seeds, n_folds=n_folds
            )
            for way in ("clip", by)
        }
        rows += [{"system": name, **_scored(answers, corpus, by, way)} for way, answers in predicted.items()]
        gap = evaluation.compare(predicted["clip"], predicted[by], corpus, by=by)
        differences.append({"system": name, **asdict(gap)})
    return rows, differences


def _scored(answers, corpus, by, way):
    """Score answers with an interval over the groups of split `by`, and say that they were dealt `way`."""
    return asdict(evaluation.score(answers, corpus, by=by)) | {"by": way}


def measure(corpus, *, profile):
    """Test every classifier on ready features by clip, by published folds, and by a published split.

    Parameters
    ----------
    corpus : Corpus
        Of ready features, with published splits: one into folds, one into parts.
    profile : Profile
        Says how many seeds.

    Returns
    -------
    dict
        `results`, a row per classifier and split; what dealing by clip is `worth`; and `everywhere`, the rows
        of all clips of the corpus dealt by clip into five folds, as is usual.

    Raises
    ------
    ValueError
        For a corpus without these splits.
    """
    folds, parts = corpus.fairest_folds, next(filter(corpus.is_fixed, corpus.splits), None)
    if folds not in corpus.splits or not parts:
        raise ValueError(f"corpus {corpus.name!r} has no published folds and parts to compare")
    part = corpus.used(folds)
    rows, differences = worth(part.ready(), part, by=folds, seeds=profile.seeds)
    everywhere = []
    for name, make in tqdm(baselines.CLASSIFIERS.items(), desc=f"{parts}, all", unit="classifier"):
        answers = {
            by: baselines.cross_validate(make, corpus.ready(), corpus, by=by, seeds=profile.seeds)
            for by in (parts, "clip")
        }
        rows.append({"system": name, **_scored(answers[parts], corpus, parts, parts)})
        everywhere.append({"system": name, **_scored(answers["clip"], corpus, parts, "clip")})
    return {
        "genres": corpus.genres,
        "features": len(corpus.numbers),
        "results": records.plain_rows(pd.DataFrame(rows)),
        "worth": records.plain_rows(pd.DataFrame(differences)),
        "everywhere": records.plain_rows(pd.DataFrame(everywhere)),
    }
