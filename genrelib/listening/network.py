"""The book's own network in NumPy, over the weights that `models.save` writes beside a Keras model."""

import io
import json
import zipfile
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np

from genrelib import audio, disk, features
from genrelib.listening import doubt

__all__ = ["SHORTEST", "Model", "load"]

SHORTEST = 10  # frames, over which four that lie 3 apart reach
BY = {"sr": audio.SR, "n_fft": features.N_FFT, "hop_length": features.HOP}  # what the frames are cut by
AGAIN = "; it was saved without weights to listen with: train it again"


@dataclass(frozen=True)
class Model:
    """A trained network of the book's own kind, without Keras.

    Its answers are those of the Keras model, up to rounding. It is called with one excerpt, (frames, 128)
    mel bands in decibels of at least `SHORTEST` frames, and returns the probability of each genre.

    Parameters
    ----------
    weights : dict of str -> array, float32
        Named ``layer/weight``.
    card : dict
        As `models.model_card` writes it.
    digest : str
        Of the file that it was read from: another model has another one.
    """

    weights: dict
    card: dict
    digest: str

    @property
    def genres(self):
        """The genres, in the order of the answers."""
        return self.card["genres"]

    def __call__(self, db):
        """Return the probability of each genre of an excerpt."""
        return doubt.calibrated(self.weights, self.logits(self.statistics(db)))

    def logits(self, statistics):
        """Weigh the statistics of an excerpt: what the last layer answers, before the softmax."""
        return self.hidden(statistics) @ self.weights["genres/kernel"] + self.weights["genres/bias"]

    def hidden(self, statistics):
        """Return what the layer before the last answers: what sounds alike to the network lies close."""
        gamma, beta = self.weights["batch_norm/gamma"], self.weights["batch_norm/beta"]
        x = doubt.deviations(self.weights, statistics) * gamma + beta
        return np.maximum(x @ self.weights["dense/kernel"] + self.weights["dense/bias"], 0)

    def statistics(self, db):
        """Return what the network keeps of an excerpt: of each band its mean and deviation, and of each
        filter's answer mean and maximum."""
        mean, variance = self.weights["normalise/mean"], self.weights["normalise/variance"]
        x = (self._levelled(db) - mean) / np.maximum(np.sqrt(variance), 1e-7)
        kept = [x.mean(axis=0), np.sqrt(x.var(axis=0) + 1e-3)]
        for apart in (1, 3):
            kernel, bias = (self.weights[f"filter_bands_{apart}/{name}"] for name in ("kernel", "bias"))
            filters = zip(np.moveaxis(kernel, 2, 0), bias.reshape(kernel.shape[1:]).T, strict=True)
            answers = [np.maximum(_filtered(x, part, apart) + more, 0) for part, more in filters]
            kept.append(np.stack([y.mean(axis=0) for y in answers], axis=1).ravel())
            kept.append(np.stack([y.max(axis=0) for y in answers], axis=1).ravel())
        return np.concatenate(kept)

    def _levelled(self, db):
        """Bring an excerpt to a level of its own, as `networks.level` does."""
        below = np.maximum(db - db.max(), -features.RANGE_DB)
        if self.card["features"]["kind"] == "mel":
            return below - features.DB * np.log(np.exp(below / features.DB).mean())
        x = features.truncate(features.cepstrum(below))
        x[:, 0] -= x[:, 0].mean()
        return x


def _filtered(x, kernel, apart):
    """Weigh frames (frames, bands) that lie some frames apart with a kernel (length, bands)."""
    count = len(x) - (len(kernel) - 1) * apart
    return sum(x[first * apart :][:count] * weights for first, weights in enumerate(kernel))


def load(path=None):
    """Load a model that can listen.

    Parameters
    ----------
    path : str or path, optional
        A model that `models.save` wrote, by the name of any of its files; by default the one that comes with
        the package.

    Returns
    -------
    Model

    Raises
    ------
    FileNotFoundError
        When there is no such file.
    ValueError
        When it is damaged, no model, or none of a kind that can listen.

    Notes
    -----
    Chapter 13.
    """
    path = Path(path).with_suffix(".npz") if path else resources.files(__package__) / "builtin.npz"
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such file{_reason(path)}")
    try:
        body = path.read_bytes()
        with np.load(io.BytesIO(body), allow_pickle=False) as file:
            card = json.loads(str(file["card"]))
            weights = {name: file[name].astype(np.float32) for name in file.files if name != "card"}
        model = Model(weights, card, disk.digest(body))
        _check(model)
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        reason = str(error).strip().partition("\n")[0]
        raise ValueError(f"{path}: is not a model that can listen ({reason})") from error
    return model


def _reason(path):
    """Say why a model has no weights for listening, when its card tells."""
    card = path.with_suffix(".json")
    if not card.is_file():
        return "; to listen, give the model that `genrelib train` has written"
    network = json.loads(card.read_text(encoding="utf-8")).get("network")
    return f"; its network is {network!r}, and only 'ours' can listen" if network != "ours" else AGAIN


def _check(model):
    """Raise ValueError when a model hears other frames than these, or its parts do not fit together."""
    about = model.card["features"]
    if about["kind"] not in features.KINDS or BY.items() - about.items():
        raise ValueError(f"it hears {about}")
    answers = model(np.zeros((SHORTEST, features.N_MELS), np.float32))
    if len(model.genres) != len(answers) or model.genres != sorted(set(model.genres)):
        raise ValueError(f"its card names {', '.join(model.genres)}, and it has {len(answers)} answers")
    if not np.isfinite(answers).all():
        raise ValueError("its weights are no numbers")
