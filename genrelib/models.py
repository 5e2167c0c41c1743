"""Trained models with their cards: saved, loaded, and asked about sounds and corpora (chapters 8 and 12)."""

import json
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

import numpy as np

from genrelib import audio, disk, features, records
from genrelib.networks import find
from genrelib.records import UNTESTED
from genrelib.store import feature_store
from genrelib.training import FRAMES, PATIENCE, fit, make_repeatable, predict, taught

__all__ = [
    "kept_model",
    "load",
    "model_card",
    "model_path",
    "pack",
    "predict_held_out",
    "save",
    "train_model",
    "unpack",
    "write_weights",
]


def train_model(corpus, *, network="ours", kind="mel", by, epochs, seed=0, checkpoint=None, logs=None):
    """Train a model on a corpus, and test it on the part held out.

    Parameters
    ----------
    corpus : Corpus
    network : str
        One of `networks.NETWORKS`.
    kind : {'mel', 'mfcc'}
        The features that it hears.
    by : str
        What the split keeps apart, as in `Corpus.split`.
    epochs : int
        At most.
    seed : int
        Of split, weights and batches.
    checkpoint, logs : path, optional
        As in `training.fit`.

    Returns
    -------
    model : keras.Model
    card : dict
        As `model_card` returns it.

    Raises
    ------
    ValueError
        As in `training.fit`, `feature_store` and `Corpus.split`.

    Notes
    -----
    Chapter 8. Makes the process repeatable (`training.make_repeatable`).
    """
    make_repeatable(seed)
    store = feature_store(corpus, kind)
    X, usable = store.load()[:, :FRAMES], store.corpus
    labels, part = usable.labels, usable.split(by=by, seed=seed)
    about = {"network": network, "kind": kind, "epochs": epochs, "seed": seed}
    kept = {"title": f"{network} on {kind}", "checkpoint": checkpoint, "logs": logs}
    run = fit(X=X, labels=labels, part=taught(part, find(network)), **about, **kept)
    test = (part == "test").to_numpy()
    hits = predict(run.model, X[test], run.excerpt).argmax(axis=1) == labels[test]
    tested = f"{hits.sum()} of {test.sum()} clips right, {records.split_name(by)}"
    return run.model, model_card(run, corpus, part=part, by=by, tested=tested, **about)


def kept_model(corpus, *, by, epochs, seed=0):
    """Train our network on a corpus, or load it if that has been done.

    It is trained once per set of parameters, corpus and code, and kept under `data/models/`.

    Parameters
    ----------
    corpus : Corpus
    by, epochs, seed
        As in `train_model`.

    Returns
    -------
    model : keras.Model
    card : dict

    Raises
    ------
    ValueError
        As in `train_model`.

    Notes
    -----
    Chapter 12.
    """
    key = disk.digest(corpus.checksum, by, epochs, seed, disk.code_digest(__name__))
    path = model_path(corpus, f"kept-{key}")
    if not path.with_suffix(".json").exists():  # the card is written last
        model, card = train_model(corpus, by=by, epochs=epochs, seed=seed)
        save(model, path, card)
    return load(path)


def model_path(corpus, name):
    """Say where a model of a corpus is kept: below `data/models/`, apart from other corpora of its name.

    Parameters
    ----------
    corpus : Corpus
    name : str
        Of the model among those of this corpus.

    Returns
    -------
    pathlib.Path
    """
    return disk.data_dir("models") / f"{corpus.key}-{name}.keras"


def model_card(run, corpus, *, network, kind, epochs, seed, part, by, tested):
    """Write the card of a trained model: all that is needed to use it, to judge it and to make it again.

    Parameters
    ----------
    run : Run
        As `training.fit` returns it.
    corpus : Corpus
        Whose clips it was trained on.
    network, kind, epochs, seed, by
        As in `train_model`.
    part : (clips,) Series of str, indexed by clip
        What each clip was used for.
    tested : str
        How well it does on the clips held out, in words.

    Returns
    -------
    dict
        The network and how it was trained, features, genres in their order, corpus, split with the clips held
        out, curves and versions, as JSON can hold them.

    Notes
    -----
    Chapter 8.
    """
    how = {key: value for key, value in asdict(find(network)).items() if key != "build"}
    how |= {"excerpt": run.excerpt, "epochs": epochs, "seed": seed}
    if how["stops_early"]:
        how["patience"] = PATIENCE
    return {
        "network": network,
        "training": how,
        "features": {"kind": kind, "sr": audio.SR, "n_fft": features.N_FFT, "hop_length": features.HOP},
        "genres": list(corpus.genres),
        "corpus": records.origin(corpus) | {"source": corpus.source},
        "split": {"by": by, "seed": seed, "held_out": list(part.index[part == "test"])},
        "tested": tested,
        "weights": run.weights,
        "best_epoch": run.best + 1,
        "seconds": round(run.seconds, 1),
        "curves": run.curves,
        "versions": {package: version(package) for package in records.PACKAGES},
    }


def save(model, path, card):
    """Save a model and its card, each whole or not at all.

    Parameters
    ----------
    model : keras.Model
    path : str or path
        Of the model (.keras); the card (.json) lies beside it. A network that can listen leaves its weights
        as NumPy arrays there as well (.npz), for `listening.load`.
    card : dict

    Raises
    ------
    ValueError
        When the card names other genres than the model tells apart.

    Notes
    -----
    Chapter 8.
    """
    path = Path(path).with_suffix(".keras")
    _check_genres(model, card)
    with disk.whole(path) as file:
        model.save(file)
    if card["network"] == "ours":
        write_weights(path.with_suffix(".npz"), pack(model), card)
    records.write(path.with_suffix(".json"), card)


def pack(model):
    """Take the weights out of a Keras model.

    Parameters
    ----------
    model : keras.Model

    Returns
    -------
    dict of str -> array, float32
        Named ``layer/weight``; those of a normalisation have one number per band.
    """
    return {
        _weight_name(layer, weight): values.squeeze().astype("float32")
        for layer in model.layers
        for weight, values in zip(layer.weights, layer.get_weights(), strict=True)
        if values.ndim  # a normalisation also counts what it has seen
    }


def unpack(weights, card):
    """Put weights back into a Keras model.

    Parameters
    ----------
    weights : dict of str -> array
        As `pack` returns it; other names do no harm.
    card : dict
        Of the model that they came from.

    Returns
    -------
    keras.Model

    Notes
    -----
    Chapter 12.
    """
    how = find(card["network"])
    model = how.build(how.excerpt, features.N_MELS, len(card["genres"]))
    for layer in model.layers:
        names, old = [_weight_name(layer, weight) for weight in layer.weights], layer.get_weights()
        new = [
            weights[name].reshape(was.shape) if was.ndim else was
            for name, was in zip(names, old, strict=True)
        ]
        layer.set_weights(new)
    model.get_layer("normalise").finalize_state()  # it works out once what it subtracts
    return model


def _weight_name(layer, weight):
    return f"{layer.name}/{weight.name.removeprefix('moving_')}"


def write_weights(path, weights, card, *, dtype="float32"):
    """Write weights and a card as one file, whole or not at all.

    Parameters
    ----------
    path : path
        An .npz file.
    weights : dict of str -> array
        As `pack` returns it.
    card : dict
    dtype : str
        What the numbers are kept as.
    """
    arrays = {name: weights[name].astype(dtype) for name in sorted(weights)}
    with disk.whole(path) as file:
        np.savez_compressed(file, card=json.dumps(card), **arrays)


def load(path):
    """Load a saved model and its card.

    Parameters
    ----------
    path : str or path
        Of either file.

    Returns
    -------
    model : keras.Model
    card : dict

    Raises
    ------
    FileNotFoundError
        When one of the two files is missing.
    ValueError
        When one of them is damaged or is not a model, or they do not belong together.

    Notes
    -----
    Chapter 8.
    """
    import keras

    path = Path(path).with_suffix(".keras")
    for file in (path, path.with_suffix(".json")):
        if not file.exists():
            raise FileNotFoundError(
                f"{file}: no such file; a model is a .keras file with its card, a .json file, beside it"
            )
    try:
        card = records.read(path.with_suffix(".json"))
        find(card["network"])
        model = keras.saving.load_model(path)
        _check_genres(model, card)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"{path}: is no model that can be loaded ({str(error).strip().splitlines()[0]})"
        ) from error
    return model, card


def _check_genres(model, card):
    """Raise ValueError when a card does not name as many genres as a model answers, in alphabetical order."""
    genres, outputs = card["genres"], model.output_shape[-1]
    if len(genres) != outputs or genres != sorted(set(genres)):
        raise ValueError(f"its card names {', '.join(genres)}, and the model has {outputs} outputs")


def predict_held_out(model, card, corpus):
    """Ask a loaded model about a corpus: only about the clips that it was not trained on.

    Parameters
    ----------
    model : keras.Model
    card : dict
    corpus : Corpus
        The one that it was trained on, of which the clips held out are asked about, or another one.

    Returns
    -------
    predictions : (1, clips) array of int
        Positions in `corpus.genres`; UNTESTED for a clip that the model knows or that has no features.
    by : str
        What was kept apart.

    Raises
    ------
    ValueError
        When the genres of the corpus are not those of the model, or none of its clips can be asked about.

    Notes
    -----
    Chapter 8.
    """
    if list(corpus.genres) != list(card["genres"]):
        raise ValueError(
            f"the model knows {', '.join(card['genres'])}; corpus {corpus.name!r} holds "
            f"{', '.join(corpus.genres)}"
        )
    trained = card["corpus"]
    same = corpus.source and corpus.source == trained["source"]  # clips may have come or gone since
    own = same or corpus.checksum == trained["checksum"]
    store = feature_store(corpus, card["features"]["kind"])
    asked = store.corpus.table.index.isin(card["split"]["held_out"] if own else corpus.table.index)
    if not asked.any():
        raise ValueError(f"corpus {corpus.name!r} holds no clip that the model has not learned from")
    predictions = np.full((1, len(corpus)), UNTESTED)
    rows = corpus.table.index.get_indexer(store.corpus.table.index[asked])
    X = store.load()[asked, :FRAMES]
    predictions[0, rows] = predict(model, X, card["training"]["excerpt"]).argmax(axis=1)
    return predictions, card["split"]["by"] if own else corpus.fairest
