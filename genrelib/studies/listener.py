"""The model that ships: trained, calibrated, taught what is no music, and measured (chapter 13).

`measure` writes it into the package, `genrelib/listening/builtin.npz`. It learns from the built-in corpus
alone, each clip as it is, through a room and through a codec. It learns nothing from the validation part, on
which is chosen what it is sure of. All that is said about it is measured on the test part, and on real music.
"""

from dataclasses import asdict, replace

import numpy as np
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression

from genrelib import audio, disk, evaluation, features, listening, models, records
from genrelib.listening import EXCERPT, Frames, doubt
from genrelib.store import feature_store
from genrelib.studies import codecs, conditions
from genrelib.synth import noises
from genrelib.training import FRAMES, fit, make_repeatable

__all__ = [
    "CODED",
    "ERROR",
    "HARDENED",
    "PLAIN",
    "ROOM",
    "SHIPPED",
    "WAYS",
    "choose_temperature",
    "choose_threshold",
    "detector",
    "excerpts_heard",
    "measure",
    "statistics_of",
    "trained",
]

SHIPPED = disk.PACKAGE / "listening" / "builtin.npz"
PLAIN, ROOM, CODED = "as it is", "and through a room", "and through a codec"
HARDENED = "and through a room, and through a codec"  # the way that ships
WAYS = {  # to train, each with what a clip is learned through besides
    PLAIN: (),
    ROOM: (conditions.TRAINING_ROOM,),
    CODED: (conditions.TRAINING_CODEC,),
    HARDENED: (conditions.TRAINING_ROOM, conditions.TRAINING_CODEC),
}
ERROR = 0.1  # of the ten-second verdicts that name a genre, at most so many are to be wrong
EVERY = round(audio.SR / features.HOP)  # frames from one verdict to the next: a second
LEARNED, TESTED = 30, 30  # sounds of each kind of noise, to teach the detector and to test it
FAR = 1.3  # times as far away as the furthest music of the validation part


def excerpts_heard(X):
    """Cut clips into the excerpts of ten seconds that are heard, one per second; a shorter clip is one.

    Parameters
    ----------
    X : (clips, frames, 128) array

    Returns
    -------
    (clips, verdicts, 248, 128) array
    """
    starts = range(0, max(X.shape[1] - EXCERPT, 0) + 1, EVERY)
    return np.stack([X[:, start : start + EXCERPT] for start in starts], axis=1)


def statistics_of(model, excerpts):
    """Return what the network keeps of excerpts.

    Parameters
    ----------
    model : Model
    excerpts : (..., frames, 128) array

    Returns
    -------
    (..., numbers) array
    """
    flat = excerpts.reshape(-1, *excerpts.shape[-2:])
    return np.stack([model.statistics(db) for db in flat]).reshape(*excerpts.shape[:-2], -1)


def choose_temperature(logits, labels):
    """Choose the temperature under which right answers are most probable.

    Parameters
    ----------
    logits : (clips, verdicts, genres) array
        Of clips that were not learned from.
    labels : (clips,) array of int

    Returns
    -------
    float

    Notes
    -----
    Chapter 13. After Guo and others (2017).
    """

    def loss(log_temperature):
        said = doubt.calibrated({"sure/temperature": np.exp(log_temperature)}, logits)
        return -np.log(said[np.arange(len(labels)), :, labels]).mean()

    return float(np.exp(minimize_scalar(loss, bounds=(-3, 3), method="bounded").x))


def choose_threshold(sure, right, error=ERROR):
    """Choose the lowest threshold above which no more than a share of the verdicts is wrong.

    Parameters
    ----------
    sure : (verdicts,) array
        The probability of the genre that each would name.
    right : (verdicts,) array of bool
    error : float
        The share.

    Returns
    -------
    float
        1 where no threshold will do.

    Notes
    -----
    Chapter 13.
    """
    order = np.argsort(-sure, kind="stable")
    wrong = np.cumsum(~right[order]) / np.arange(1, len(sure) + 1)
    allowed = np.flatnonzero(wrong <= error)
    return float(sure[order][allowed[-1]]) if len(allowed) else 1.0


def detector(z, music):
    """Learn to tell music from what is none, by what the network keeps of an excerpt.

    Parameters
    ----------
    z : (excerpts, numbers) array
        As `doubt.deviations` returns them.
    music : (excerpts,) array of bool

    Returns
    -------
    weights : (numbers,) array
    bias : float

    Notes
    -----
    Chapter 13. A logistic regression that is held back hard: the numbers are many and the kinds are few.
    """
    scale = 10 / np.sqrt(z.shape[1])
    learned = LogisticRegression(C=0.01, class_weight="balanced", max_iter=300).fit(scale * z, music)
    return scale * learned.coef_[0], float(learned.intercept_[0])


def trained(corpus, way, *, epochs):
    """Train the network in a way, or find what has been trained so.

    Parameters
    ----------
    corpus : Corpus
        With features for every clip; a fifth of its artists is held out.
    way : str
        One of WAYS.
    epochs : int
        At most.

    Returns
    -------
    Model
    """
    by = corpus.fairest
    part = corpus.split(by=by)
    code = disk.code_digest("genrelib.training"), disk.source_digest({conditions.__name__, codecs.__name__})
    key = disk.digest(corpus.checksum, by, epochs, way, *code)
    path = models.model_path(corpus, f"listener-{key}").with_suffix(".npz")
    if not path.exists():
        kept = (part != "test").to_numpy()
        own = corpus.take(kept)
        X, labels = feature_store(corpus).load()[kept, :FRAMES], own.labels
        parts = np.where(part[kept] == "train", "train", "held")
        changed = [conditions.heard(name, own, start=0.0, seconds=24.1, frames=FRAMES) for name in WAYS[way]]
        X, times = np.concatenate([X, *changed]), 1 + len(changed)
        labels, parts = np.tile(labels, times), np.tile(parts, times)
        run = fit("ours", X, labels, parts, epochs=epochs, title=f"ours, {way}")
        about = {"network": "ours", "kind": "mel", "epochs": epochs, "seed": 0, "part": part, "by": by}
        card = models.model_card(run, corpus, tested="", **about)
        models.write_weights(path, models.pack(run.model), card)
    return listening.load(path)


def measure(corpus, real, *, profile):
    """Train the model that ships, write it into the package, and measure it.

    Parameters
    ----------
    corpus : Corpus
        The built-in one: what is learned from.
    real : Corpus
        Real music of the same genres, which nothing is learned or chosen from.
    profile : Profile
        Says how many epochs.

    Returns
    -------
    dict
        Plain values.
    """
    make_repeatable()
    model = _rounded(trained(corpus, HARDENED, epochs=profile.epochs))
    by = corpus.fairest
    part = corpus.split(by=by).to_numpy()
    X, real_X = feature_store(corpus).load(), feature_store(real).load()
    kept = {name: statistics_of(model, excerpts_heard(X[part == name])) for name in ("validation", "test")}
    music = {"train": statistics_of(model, X[part == "train", :EXCERPT]), **kept}
    heard = {kind: statistics_of(model, _noises(kind)) for kind in noises.NOISES}
    chosen = _sureness(model, kept["validation"], corpus.labels[part == "validation"])
    chosen |= _detector(model.weights, music, [heard[kind][:LEARNED] for kind in heard])
    model = _rounded(replace(model, weights=model.weights | chosen))

    test = corpus.take(part == "test")
    asked = {"builtin": (test, kept["test"], by)}
    asked["real"] = real, statistics_of(model, excerpts_heard(real_X)), "clip"
    said = {name: _whole(model, statistics) for name, (_, statistics, _) in asked.items()}
    scores = {
        name: evaluation.score(said[name][None], clips, by=apart) for name, (clips, _, apart) in asked.items()
    }
    card = model.card | {
        "tested": f"{_right(scores['builtin'])}, {records.split_name(by)}",
        "elsewhere": f"on real music, of which it has learned nothing, {_right(scores['real'])}",
        "learned": "the built-in corpus, composed and rendered by code, each clip as it is, through a "
        "simulated loudspeaker, room and microphone, and through a codec; no recorded music at all",
        "doubt": f"of its ten-second verdicts that name a genre at most {100 * ERROR:.0f} % were wrong on "
        "the clips of the validation part, of which it has learned nothing either",
    }
    models.write_weights(SHIPPED, model.weights, card, dtype="float16")
    return {
        "genres": corpus.genres,
        "file": disk.digest(SHIPPED.read_bytes()),
        "scores": {name: asdict(score) for name, score in scores.items()},
        "verdicts": {
            clip: corpus.genres[genre] for clip, genre in zip(test.table.index, said["builtin"], strict=True)
        },
        "doubt": {name: _doubts(model, *about) for name, about in asked.items()},
        "music": _alarms(model.weights, music, heard, asked),
        **{key: float(model.weights[f"sure/{key}"]) for key in ("temperature", "threshold", "error")},
    }


def _rounded(model):
    """Round the weights as the file does, so that what is measured is what ships."""
    rounded = {name: values.astype(np.float16).astype(np.float32) for name, values in model.weights.items()}
    return replace(model, weights=rounded)


def _sureness(model, statistics, labels):
    """Choose what makes probabilities of confidences, and below which no genre is named."""
    logits = model.logits(statistics)
    temperature = choose_temperature(logits, labels)
    said = doubt.calibrated({"sure/temperature": temperature}, logits)
    right = said.argmax(axis=-1) == labels[:, None]
    threshold = choose_threshold(said.max(axis=-1).ravel(), right.ravel())
    return {
        "sure/temperature": np.float32(temperature),
        "sure/threshold": np.float32(threshold),
        "sure/error": np.float32(ERROR),
    }


def _noises(kind):
    """Make the frames of sounds of a kind of noise: LEARNED to learn from, and TESTED more."""
    return np.stack([Frames()(noises.make(kind, n))[:EXCERPT] for n in range(LEARNED + TESTED)])


def _detector(weights, music, heard):
    """Learn the detector from music of the training part and from noises."""
    z = doubt.deviations(weights, np.concatenate([music["train"], *heard]))
    kernel, bias = detector(z, np.arange(len(z)) < len(music["train"]))
    away = doubt.distance(weights, music["validation"])
    return {
        "music/weights": np.float32(kernel),
        "music/bias": np.float32(bias),
        "music/farthest": np.float32(FAR * away.max()),
    }


def _right(score):
    """Say how many clips were right, with the interval."""
    hits, span = round(score.accuracy * score.clips), f"{100 * score.low:.0f}–{100 * score.high:.0f} %"
    return f"{hits} of {score.clips} clips right ({span})"


def _whole(model, statistics):
    """Name whole clips, by the mean of their verdicts."""
    return doubt.calibrated(model.weights, model.logits(statistics)).mean(axis=1).argmax(axis=1)


def _doubts(model, corpus, statistics, by):
    """Measure on one corpus whether verdicts are as sure as they are right, and what is left unsaid."""
    logits, groups = model.logits(statistics), corpus.groups(by)
    said = {"softmax": doubt.calibrated({}, logits), "calibrated": doubt.calibrated(model.weights, logits)}
    found = {"accuracy": asdict(evaluation.score(logits.argmax(axis=-1).T, corpus, by=by))}
    for name, probabilities in said.items():
        turned = probabilities.swapaxes(0, 1)  # one verdict of each clip after another, as if from seeds
        error = evaluation.calibration_error(turned, corpus, by=by)
        found[name] = dict(zip(("error", "low", "high"), error, strict=True))
        bins = evaluation.reliability(turned, corpus, by=by)
        found[name]["reliability"] = records.plain_rows(bins)
    clip = said["calibrated"].mean(axis=1, keepdims=True)
    for name, probabilities in {"ten seconds": said["calibrated"], "whole clips": clip}.items():
        named = doubt.is_sure(model.weights, probabilities)
        wrong = named & (probabilities.argmax(axis=-1) != corpus.labels[:, None])
        count = np.full(len(named), named.shape[1])
        found[name] = {
            "not sure": _share(count - named.sum(axis=1), count, groups),
            "wrong of the named": _share(wrong.sum(axis=1), named.sum(axis=1), groups),
        }
    return found


def _share(hits, tests, groups):
    """Return a share of tests with its interval."""
    low, high = evaluation.share_interval(hits, tests, groups)
    return {"share": hits.sum() / max(tests.sum(), 1), "low": low, "high": high, "tests": int(tests.sum())}


def _alarms(weights, music, heard, asked):
    """Measure the detector: false alarms on music, and noises that it takes for music.

    Of each kind of noise: sounds that were not learned from, once by the detector that knows other sounds of
    the kind, and once by one that has never heard the kind.
    """
    alarms = {}
    for name, (corpus, statistics, by) in asked.items():
        alarm = ~doubt.is_music(weights, statistics)
        count = np.full(len(alarm), alarm.shape[1])
        alarms[name] = _share(alarm.sum(axis=1), count, corpus.groups(by))
    rows = []
    for kind in heard:
        others = [heard[other][:LEARNED] for other in heard if other != kind]
        without = weights | _detector(weights, music, others)
        missed = {"known": weights, "unknown": without}
        missed = {name: doubt.is_music(each, heard[kind][LEARNED:]) for name, each in missed.items()}
        away = doubt.distance(weights, heard[kind][LEARNED:])
        missed["distance alone"] = away <= weights["music/farthest"]
        rows.append({"kind": kind} | {name: _missed(each) for name, each in missed.items()})
    return {"false alarms": alarms, "missed": rows}


def _missed(taken):
    """Return the share of noises taken for music, each a case of its own."""
    return _share(taken.astype(int), np.ones(len(taken), int), np.arange(len(taken)))
