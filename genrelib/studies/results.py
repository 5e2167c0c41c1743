"""Every result of chapters 6 to 8 on a corpus: answered, scored, and recorded with what it took."""

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from genrelib import baselines, evaluation, records, trials

__all__ = ["PAIRS", "TRAINED", "Answers", "all_answers", "fewer_genres", "measure", "pairs", "table"]

TRAINED = (("ours", "mel"), ("ours", "mfcc"), ("figure_2016", "mel"), ("figure_2016", "mfcc"))
PAIRS = (  # what is compared with what
    (("ours", "mel"), ("figure_2016", "mel")),
    (("ours", "mel"), ("ours", "mfcc")),
    (("figure_2016", "mel"), ("figure_2016", "mfcc")),
    (("SVM", "mel statistics"), ("SVM", "mfcc statistics")),
    (("logistic regression", "mel statistics"), ("logistic regression", "mfcc statistics")),
    (("ours", "mel"), ("SVM", "mel statistics")),
    (("ours", "mel"), ("SVM", "mfcc statistics")),
    (("deep belief network", "mfcc statistics"), ("neural network", "mfcc statistics")),
)
CONFUSED = (("SVM", "mfcc statistics"), ("ours", "mel"))  # whose confusions a record keeps


@dataclass(frozen=True, eq=False)
class Answers:
    """What a system predicted, and what it took.

    Parameters
    ----------
    system, features : str
    predictions : (seeds, clips) array
    seconds : float
        In all.
    probabilities : (seeds, clips, genres) array or None
        Of a network.
    weights : int or None
    epochs, steps : tuple of int
        Of each training.
    """

    system: str
    features: str
    predictions: np.ndarray
    seconds: float
    probabilities: np.ndarray | None = None
    weights: int | None = None
    epochs: tuple = ()
    steps: tuple = ()


def all_answers(corpus, profile, *, by, everything=False):
    """Yield what every system of chapters 6 to 8 predicts on a corpus, read where it is kept.

    With the fairest split that the corpus allows these are the classifiers and our network on mel; with
    another split, there to show what the split is worth, the quick classifiers.

    Parameters
    ----------
    corpus : Corpus
    profile : Profile
        Says how many seeds and epochs.
    by : str
        What the split keeps apart.
    everything : bool
        Whether what takes long comes as well: the slow classifiers on mel and the other networks of TRAINED.

    Yields
    ------
    Answers
    """
    fair = by == corpus.fairest
    for kind in ("mfcc", "mel"):
        slow = fair and (kind == "mfcc" or everything)
        names = tuple(baselines.CLASSIFIERS) if slow else baselines.QUICK
        run = baselines.evaluate_all(corpus, kind=kind, by=by, seeds=profile.seeds, names=names)
        for name, predictions in run["predictions"].items():
            yield Answers(name, f"{kind} statistics", np.array(predictions), run["seconds"][name])
    for network, kind in TRAINED[: 4 if everything else 1] if fair else ():
        run = trials.train_and_test(
            corpus, network=network, kind=kind, by=by, seeds=profile.seeds, epochs=profile.epochs
        )
        yield Answers(
            network,
            kind,
            np.array(run["predictions"]),
            round(sum(run["seconds"]), 1),
            np.array(run["probabilities"]),
            run["weights"],
            tuple(len(curves["loss"]) for curves in run["curves"]),
            tuple(run["steps"]),
        )


def table(answers, corpus, *, by):
    """Score answers.

    Parameters
    ----------
    answers : iterable of Answers
    corpus : Corpus
    by : str
        What the split kept apart.

    Returns
    -------
    pandas.DataFrame
        A row per system and its features; epochs and steps are means.
    """
    rows = []
    for a in answers:
        took = {"seconds": a.seconds, "weights": a.weights}
        took |= {
            name: float(np.mean(each)) if each else None
            for name, each in (("epochs", a.epochs), ("steps", a.steps))
        }
        rows.append(
            {"system": a.system, "features": a.features}
            | asdict(evaluation.score(a.predictions, corpus, by=by))
            | took
        )
    return pd.DataFrame(rows)


def pairs(answers, corpus, *, by):
    """Compare those PAIRS of which both have answered, on the clips that both tested.

    Parameters
    ----------
    answers : iterable of Answers
    corpus : Corpus
    by : str
        What the split kept apart.

    Returns
    -------
    pandas.DataFrame
        Columns `first` and `minus`, (system, features) each, and `difference`, `low`, `high`, `clips`, `by`.
    """
    predicted = {(a.system, a.features): a.predictions for a in answers}
    rows = [
        {"first": first, "minus": minus}
        | asdict(evaluation.compare(predicted[first], predicted[minus], corpus, by=by))
        for first, minus in PAIRS
        if first in predicted and minus in predicted
    ]
    return pd.DataFrame(rows)


def fewer_genres(corpus, *, sets):
    """Score classifiers on some of the genres only, as `baselines.evaluate_fewer` runs them.

    Parameters
    ----------
    corpus : Corpus
    sets : int
        How many sets of genres of each size.

    Returns
    -------
    pandas.DataFrame
        A row per number of genres and classifier; `hardest` and `easiest` are the lowest and the highest
        accuracy among the sets. No row for a corpus of two genres, which has no fewer.

    Notes
    -----
    Chapter 6.
    """
    by, rows = corpus.fairest, []
    for test in baselines.evaluate_fewer(corpus, sets=sets, by=by)["tests"]:
        predictions = np.array(test["predictions"])
        hits, tested = evaluation.hits_and_tests(predictions, corpus)
        each = hits.sum(axis=1) / tested.sum(axis=1)
        scored = asdict(evaluation.score(predictions, corpus, by=by))
        del scored["seeds"]
        row = {"genres": test["size"], "system": test["classifier"]} | scored
        rows.append(row | {"sets": len(each), "hardest": each.min(), "easiest": each.max()})
    columns = ("genres", "system", "accuracy", "low", "high", "clips", "by", "sets", "hardest", "easiest")
    return pd.DataFrame(rows, columns=columns)


def measure(corpus, *, profile):
    """Score everything of chapters 6 to 8 on a corpus.

    Parameters
    ----------
    corpus : Corpus
        Its features are computed, if they are not in the store.
    profile : Profile
        Says how many seeds and epochs.

    Returns
    -------
    dict
        The `results` under each split, the paired differences, the results on `fewer` genres; for the systems
        of CONFUSED their confusions and scores by genre, for each network its calibration.
    """
    by = corpus.fairest
    fair = list(all_answers(corpus, profile, by=by, everything=True))
    tables = [table(fair, corpus, by=by)]
    tables += [table(all_answers(corpus, profile, by=way), corpus, by=way) for way in {"clip"} - {by}]
    shown = {f"{a.system} on {a.features}": a for a in fair}
    confused = {title: a.predictions for title, a in shown.items() if (a.system, a.features) in CONFUSED}
    calibrated = {title: a.probabilities for title, a in shown.items() if a.probabilities is not None}
    return {
        "genres": corpus.genres,
        "results": [row for scored in tables for row in records.plain_rows(scored)],
        "pairs": records.plain_rows(pairs(fair, corpus, by=by)),
        "fewer": records.plain_rows(fewer_genres(corpus, sets=4 * profile.seeds)),
        "confusion": {title: evaluation.confusion(p, corpus).round(3) for title, p in confused.items()},
        "by_genre": {
            title: records.plain_rows(evaluation.by_genre(p, corpus, by=by).reset_index())
            for title, p in confused.items()
        },
        "calibration": {title: _calibration(p, corpus, by) for title, p in calibrated.items()},
    }


def _calibration(probabilities, corpus, by):
    """Return the calibration error of a network, and the bins that it comes from."""
    bins = evaluation.reliability(probabilities, corpus, by=by)
    error = evaluation.calibration_error(probabilities, corpus, by=by)
    return {"error": error, "bins": records.plain_rows(bins)}
