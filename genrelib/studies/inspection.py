"""Look into a trained network: what its filters answer to, and which clips it holds to be alike (chapter 12).

`respond` lets filters and hidden units answer to clips, `moments` finds where one of them answers most,
`effects` measures what a change of the sound does to it. `embed` and `nearest` turn the last hidden layer
into a recommendation, and `likeness` counts what it recommends.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import pandas as pd

from genrelib import audio, evaluation, features, listening, models, training

__all__ = [
    "Field",
    "Response",
    "convolutions",
    "counted",
    "cross_examined",
    "effects",
    "effects_of_changes",
    "embed",
    "likeness",
    "mean_answers",
    "mean_moment",
    "mean_shift",
    "moments",
    "nearest",
    "opened_network",
    "reel",
    "respond",
    "share_between",
    "shifts",
    "telling",
]

SHAPING = ("BatchNormalization", "LayerNormalization", "Activation", "ReLU", "LeakyReLU")
BATCH = 32
FLOOR = 0.2  # of the median deviation in its layer: what varies less from clip to clip hardly answers


@dataclass(frozen=True)
class Field:
    """The stretch of the input that one number of a layer depends on.

    Parameters
    ----------
    frames : int
        How long it is.
    step, first : int
        Number t begins at frame first + t · step.
    """

    frames: int
    step: int
    first: int

    @property
    def seconds(self):
        """How long that is, the width of the last window included."""
        return ((self.frames - 1) * features.HOP + features.N_FFT) / audio.SR

    def through(self, layer):
        """Return what a number hears behind a layer; one that does not slide over time changes nothing."""
        size = getattr(layer, "kernel_size", None) or getattr(layer, "pool_size", None)
        if size is None:
            return self
        stride, span = layer.strides[0], (size[0] - 1) * getattr(layer, "dilation_rate", (1,))[0]
        padded = max(span + 1 - stride, 0) // 2 if layer.padding == "same" else 0
        return Field(self.frames + span * self.step, self.step * stride, self.first - padded * self.step)

    def begins(self, number):
        """Return the second of the clip at which number `number` begins to hear."""
        return np.maximum(self.first + np.asarray(number) * self.step, 0) * features.HOP / audio.SR


@dataclass(frozen=True, eq=False)
class Response:
    """How the filters of one layer answer to clips.

    Parameters
    ----------
    mean, peak : (clips, filters) array
        Over time.
    at : (clips, filters) array of int
        The number of the peak.
    field : Field
        Which frames that number depends on.
    """

    mean: np.ndarray
    peak: np.ndarray
    at: np.ndarray
    field: Field


def opened_network(corpus, *, epochs, seed):
    """Return the network of the book where it fits a corpus, or one that is trained and kept here.

    Parameters
    ----------
    corpus : Corpus
        The network of the book fits the built-in one of seed 0, if some clips of each genre were held out.
    epochs, seed : int
        Of the training, where there is one.

    Returns
    -------
    keras.Model
    card : dict

    Notes
    -----
    Chapter 12.
    """
    shipped = listening.load()
    unheard = corpus.table.index.isin(shipped.card["split"]["held_out"])
    tested = set(corpus.table["genre"][unheard])
    if (corpus.name, seed) == ("builtin", 0) and tested == set(shipped.genres):
        return models.unpack(shipped.weights, shipped.card), shipped.card
    return models.kept_model(corpus, by=corpus.fairest, epochs=epochs, seed=seed)


def convolutions(model):
    """Find the convolutions over time of a model.

    Parameters
    ----------
    model : keras.Model

    Returns
    -------
    dict
        Layer to (output, Field). The output is taken behind normalisation and rectifier.

    Raises
    ------
    ValueError
        When nothing is convolved.
    """
    heard, source, found = {}, {}, {}  # by a tensor's identity: its Field, the convolution it comes from
    for layer in model.layers:
        before, after = id(layer.input), id(layer.output)
        heard[after] = heard.get(before, Field(1, 1, 0)).through(layer)
        if hasattr(layer, "kernel_size"):
            source[after] = layer.name
        elif type(layer).__name__ in SHAPING and before in source:
            source[after] = source[before]
        if after in source:
            found[source[after]] = layer.output, heard[after]
    if not found:
        raise ValueError(f"model {model.name!r} has no convolution whose filters could be looked at")
    return found


def _hidden(model):
    """Return the part of a model that ends with its last hidden layer, as a model."""
    import keras

    return keras.Model(model.inputs, model.layers[-1].input)


def respond(model, X, length=None):
    """Let the filters of a model answer to clips.

    Parameters
    ----------
    model : keras.Model
    X : (clips, frames, bands) array
    length : int, optional
        If given, the units of the last hidden layer answer too, as layer 'hidden': to `length` frames at a
        time, one stretch after the other.

    Returns
    -------
    dict
        Layer to Response.

    Raises
    ------
    ValueError
        As `convolutions`.

    Notes
    -----
    Chapter 12.
    """
    import keras

    layers = convolutions(model)
    tap = keras.Model(model.inputs, [output for output, _ in layers.values()])
    answers, fields = defaultdict(list), {name: field for name, (_, field) in layers.items()}
    if length:
        units, fields["hidden"] = _hidden(model), Field(length, length, 0)
        cut = X[:, : X.shape[1] // length * length].reshape(-1, length, X.shape[2])
        seen = units.predict(cut, batch_size=BATCH, verbose=0).reshape(len(X), -1, units.output_shape[-1])
        answers["hidden"].append((seen.mean(axis=1), seen.max(axis=1), seen.argmax(axis=1)))
    for start in range(0, len(X), BATCH):
        for name, y in zip(layers, tap.predict_on_batch(X[start : start + BATCH]), strict=True):
            answers[name].append((y.mean(axis=1), y.max(axis=1), y.argmax(axis=1)))
    return {
        name: Response(*(np.concatenate(part) for part in zip(*answers[name], strict=True)), field)
        for name, field in fields.items()
    }


def mean_answers(model, heard, length=None):
    """Return how a model answers to clips in several takes.

    Parameters
    ----------
    model : keras.Model
    heard : (clips, …, frames, bands) array
    length : int, optional
        As in `respond`.

    Returns
    -------
    dict
        Layer to the means over time, (clips, …, filters); NaN where the features are NaN.
    """
    flat = heard.reshape(-1, *heard.shape[-2:])
    present = ~np.isnan(flat[:, 0, 0])
    means = {}
    for name, response in respond(model, flat[present], length).items():
        mean = np.full((len(flat), response.mean.shape[1]), np.nan, np.float32)
        mean[present] = response.mean
        means[name] = mean.reshape(*heard.shape[:-2], -1)
    return means


def telling(response, labels, count):
    """Find the filters of a layer that separate genres best, each standing for another genre.

    A filter separates genres by the share of the variance of its mean answers, over clips, that lies between
    genres; it stands for the genre it answers most to.

    Parameters
    ----------
    response : Response
    labels : (clips,) array of int
    count : int

    Returns
    -------
    (up to count,) array of int
        Best first; fewer when the others stand for the same genres, or never answer.
    """
    mean = response.mean
    of_genre = np.array([mean[labels == genre].mean(axis=0) for genre in np.unique(labels)])
    share = np.where(mean.var(axis=0) > 1e-12, share_between(mean, labels), 0)
    order = np.argsort(-share, kind="stable")
    order = order[share[order] > 0]
    _, firsts = np.unique(of_genre.argmax(axis=0)[order], return_index=True)
    return order[np.sort(firsts)[:count]]


def share_between(mean, labels, weight=1):
    """Return the share of each filter's variance over clips that lies between genres.

    Parameters
    ----------
    mean : (clips, filters) array
        Mean answers.
    labels : (clips,) array of int
    weight : (clips,) array of int, optional
        How often each clip counts.

    Returns
    -------
    (filters,) array
        NaN for a filter that never answers.
    """
    mean = mean.astype(float)
    known = weight * (labels == np.unique(labels)[:, None])  # genres, clips
    size = known.sum(axis=1, keepdims=True)
    centres = known @ mean / np.maximum(size, 1)
    apart = (centres - known.sum(axis=0) @ mean / size.sum()) ** 2
    inside = (known @ mean**2 / np.maximum(size, 1) - centres**2).clip(0)
    between, inside = (size * apart).sum(axis=0), (size * inside).sum(axis=0)
    with np.errstate(invalid="ignore"):
        return between / (between + inside)


def moments(response, number, groups, count):
    """Return the moments that excite a filter most, each of another group.

    Parameters
    ----------
    response : Response
    number : int
        Of the filter.
    groups : (clips,) array
        Artists, or the clips themselves.
    count : int

    Returns
    -------
    pandas.DataFrame
        `clip` (its row), `second` at which the moment begins, and `answer`.
    """
    order = np.argsort(-response.peak[:, number], kind="stable")
    _, firsts = np.unique(np.asarray(groups)[order], return_index=True)
    chosen = order[np.sort(firsts)[:count]]
    return pd.DataFrame(
        {
            "clip": chosen,
            "second": response.field.begins(response.at[chosen, number]),
            "answer": response.peak[chosen, number],
        }
    )


def mean_moment(response, number, X, groups, *, count=20):
    """Return the mean of the moments that excite a filter most, as `moments` finds them.

    Parameters
    ----------
    response : Response
    number : int
        Of the filter.
    X : (clips, frames, bands) array
        What it answered to.
    groups : (clips,) array
    count : int

    Returns
    -------
    (frames, bands) array
    """
    best, frames = moments(response, number, groups, count), response.field.frames
    starts = (best["second"] * audio.SR / features.HOP).round().astype(int)
    starts = np.minimum(starts, X.shape[1] - frames)
    return np.mean([X[c, s : s + frames] for c, s in zip(best["clip"], starts, strict=True)], axis=0)


def reel(response, number, corpus, groups, *, count=4, longest=3.0):
    """String the moments that excite a filter most together, with a short pause after each.

    Parameters
    ----------
    response : Response
    number : int
        Of the filter.
    corpus : Corpus
    groups : (clips,) array
    count : int
    longest : float
        Seconds of a moment.

    Returns
    -------
    y : array
        The sound, each moment as loud as the others.
    places : str
        Which clips are heard, and from where.
    """
    best = moments(response, number, groups, count)
    sounds, places, pause = [], [], np.zeros(audio.SR // 4, np.float32)
    for clip, second in zip(best["clip"], best["second"], strict=True):
        seconds = min(response.field.seconds, longest)
        y = audio.read(corpus.table["path"].iloc[clip], start=second, seconds=seconds)
        sounds += [y / max(np.abs(y).max(), 1e-3), pause]
        places.append(f"{corpus.table.index[clip]} at {second:.1f} s")
    return np.concatenate(sounds), ", ".join(places)


def shifts(before, after):
    """Return how far a change moves each filter in each clip.

    Parameters
    ----------
    before, after : (clips, filters) array
        Mean answers, NaN for clips in which there is nothing to change.

    Returns
    -------
    (clips, filters) array
        In standard deviations of the mean answers over the clips before the change. NaN for a filter that
        hardly answers, whose deviation is at most FLOOR of the median one: measured in next to nothing, any
        change looks large.
    """
    deviation = np.nanstd(before, axis=0)
    deviation[deviation <= FLOOR * np.median(deviation)] = np.nan
    return (after - before) / deviation


def mean_shift(moved):
    """Average `shifts` over clips.

    Parameters
    ----------
    moved : (clips, filters) array
        Clips without any number do not count.

    Returns
    -------
    effect, low, high : (filters,) arrays
        The mean and its 95 % interval over clips.
    """
    moved = moved[~np.isnan(moved).all(axis=1)]
    means = evaluation.group_draws(len(moved)) @ moved / len(moved)
    return moved.mean(axis=0), *np.quantile(means, (0.025, 0.975), axis=0)


def effects(before, after):
    """Measure how a change moves the mean answers of filters: `mean_shift` of `shifts`.

    Parameters
    ----------
    before, after : (clips, filters) array

    Returns
    -------
    effect, low, high : (filters,) arrays
    """
    return mean_shift(shifts(before, after))


def effects_of_changes(model, heard, length):
    """Measure how changes of the sound move the filters and hidden units of a model.

    Parameters
    ----------
    model : keras.Model
    heard : (clips, changes, 2, frames, bands) array
        Before and after each change.
    length : int
        As in `respond`.

    Returns
    -------
    dict
        Layer to (changes, 3, filters): the `effects` of each change.

    Notes
    -----
    Chapter 12.
    """
    found = {}
    for layer, mean in mean_answers(model, heard, length).items():
        pairs = np.moveaxis(mean, 0, 2)  # changes, before and after, clips, filters
        found[layer] = np.array([effects(*pair) for pair in pairs])
    return found


def cross_examined(model, heard, layer):
    """Choose the filter that each cause moves most on every other clip, and measure all causes on the rest.

    Parameters
    ----------
    model : keras.Model
    heard : (clips, causes, 2, frames, bands) array
        Without and with each cause.
    layer : str
        Whose filters are chosen among.

    Returns
    -------
    chosen : list of int
        A filter per cause.
    effects : (causes, causes, 3) array
        How each cause (second axis) moves the filter that was chosen for a cause (first axis), with its 95 %
        interval.

    Notes
    -----
    Chapter 12.
    """
    half = np.arange(len(heard)) % 2 == 0
    moved = [shifts(*pair) for pair in np.moveaxis(mean_answers(model, heard)[layer], (1, 2), (0, 1))]
    chosen = [np.nanargmax(np.abs(mean_shift(shift[half])[0])) for shift in moved]
    there = np.array([mean_shift(shift[~half]) for shift in moved])
    return chosen, there[:, :, chosen].transpose(2, 0, 1)


def counted(hits, trials, groups):
    """Count hits among trials.

    Parameters
    ----------
    hits, trials : (trainings, clips, …) array
        Bool or shares.
    groups : (clips,) array
        What is drawn as one.

    Returns
    -------
    dict
        The `share` of hits, its 95 % interval over groups (`low`, `high`), the number of `trials`.
    """
    total, weight = (
        np.asarray(x, dtype=float).reshape(*x.shape[:2], -1).sum(axis=(0, 2)) for x in (hits, trials)
    )
    interval = evaluation.share_interval if hits.dtype == bool else evaluation.bootstrap_interval
    low, high = interval(total, weight, groups)
    return {"share": total.sum() / weight.sum(), "low": low, "high": high, "trials": int(weight.sum())}


def embed(model, X, length):
    """Return what the last hidden layer makes of clips.

    Parameters
    ----------
    model : keras.Model
    X : (clips, frames, bands) array
    length : int
        Frames of an excerpt.

    Returns
    -------
    (clips, units) array
        The mean over the excerpts of each clip.
    """
    return training.predict(_hidden(model), X, length)


def nearest(points, query, *, among=None):
    """Return the clips nearest to one, by the angle between their points.

    Parameters
    ----------
    points : (clips, units) array
    query : int
        The clip; it is never found itself.
    among : (clips,) array of bool, optional
        Which clips may be found.

    Returns
    -------
    array of int
        Nearest first.
    """
    length = np.linalg.norm(points, axis=1)
    cosine = points @ points[query] / np.maximum(length * length[query], 1e-12)
    order = np.argsort(-cosine, kind="stable")
    allowed = np.ones(len(points), bool) if among is None else np.asarray(among)
    return order[allowed[order] & (order != query)]


def likeness(trainings, corpus, *, by, count=5):
    """Count what the nearest clips have in common with the clip that they are to be like.

    Parameters
    ----------
    trainings : list of (points, queries)
        Points (clips, units) in the order of `corpus`; queries are the rows that this training did not learn
        from.
    corpus : Corpus
    by : str
        The groups that intervals are over.
    count : int
        How many neighbours.

    Returns
    -------
    pandas.DataFrame
        `share`, `low`, `high`, `trials`, and `chance`, what clips drawn blindly would reach: of the genre
        and, where artists are known, of the genre among other artists, and of the artist.
    """
    genre, everybody = corpus.labels, np.ones(len(corpus), bool)
    findings = {"same genre": (genre, lambda query: everybody)}
    if corpus.table["artist"].notna().all():
        artist = corpus.groups("artist")
        findings["same genre, own artist left out"] = genre, lambda query: artist != artist[query]
        findings["same artist"] = artist, lambda query: everybody
    rows = {}
    for name, (what, allowed) in findings.items():
        hits, blind = np.zeros((2, len(trainings), len(corpus)))
        asked = np.zeros(hits.shape)
        for training_, (points, queries) in enumerate(trainings):
            for query in queries:
                alike = what[nearest(points, query, among=allowed(query))] == what[query]
                hits[training_, query], blind[training_, query] = alike[:count].mean(), alike.mean()
                asked[training_, query] = 1
        rows[name] = counted(hits, asked, corpus.groups(by)) | {"chance": blind.sum() / asked.sum()}
    return pd.DataFrame(rows).T
