"""Which parts of the built-in corpus carry over to real records? (chapter 15)

`VARIANTS` declares the built-in corpus with one of its causes taken away or made richer; a classifier learns
from each, and the same real clips judge them in pairs.
"""

from dataclasses import asdict

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from tqdm import tqdm

from genrelib import baselines, evaluation, features, records, synth
from genrelib.store import SAMPLES, feature_store

__all__ = ["VARIANTS", "ablation", "measure"]

CORPUS_SEEDS = 2  # corpora rendered for each variant
CLIPS = 30  # per genre, in each of them


def _as_it_is(genre, index, seed):
    """The built-in corpus."""
    return {}


def _one_studio(genre, index, seed):
    """Every record made in the same studio, equally loud and bright."""
    return {"production": "studio-1970s", "loudness": 0.0, "brightness": 0.0}


def _any_studio(genre, index, seed):
    """Every clip in any studio of any genre and time: production tells nothing about the genre."""
    studios, rng = sorted(synth.PRODUCTIONS), np.random.default_rng([seed, synth.GENRES.index(genre), index])
    return {"production": studios[rng.integers(len(studios))]}


def _two_artists(genre, index, seed):
    """As many clips, by only two artists per genre."""
    first = synth.compose(genre, 0, seed=seed).artist
    other = synth.compose(genre, CLIPS - 1, seed=seed).artist
    return {"artist": (first, other)[index % 2]}


def _one_lineup(genre, index, seed):
    """The instruments and the sub-style of one artist for the whole genre."""
    first = synth.compose(genre, 0, seed=seed)
    return {"substyle": first.substyle, "instruments": first.instruments}


def _one_substyle(genre, index, seed):
    """The commonest sub-style of the genre and no other."""
    styles = synth.STYLES[genre]
    return {"substyle": max(styles, key=lambda name: styles[name].weight)}


VARIANTS = {
    "as it is": _as_it_is,
    "one studio": _one_studio,
    "any studio": _any_studio,
    "two artists per genre": _two_artists,
    "one line-up per genre": _one_lineup,
    "one sub-style per genre": _one_substyle,
}


def _statistics(factors):
    """Render a clip and pool its mel frames, (384,) float32, as `baselines.clip_statistics`."""
    mel = features.log_mel(synth.render(factors)[:SAMPLES])
    return baselines.clip_statistics(mel[None])[0]


def _learn_variant(name, target, asked):
    """Train the SVM on each corpus of a variant, and predict the genres of a target.

    `asked` (clips, 384) are the statistics of the target. Returns predictions (CORPUS_SEEDS, clips), kept by
    `records.kept`.
    """

    def compute():
        predictions = []
        for seed in range(CORPUS_SEEDS):
            clips = [
                synth.compose(genre, index, seed=seed, **VARIANTS[name](genre, index, seed))
                for genre in synth.GENRES
                for index in range(CLIPS)
            ]
            run = Parallel(n_jobs=-1, return_as="generator")(delayed(_statistics)(clip) for clip in clips)
            X = np.stack(list(tqdm(run, total=len(clips), desc=f"{name}, corpus {seed}", unit="clip")))
            labels = np.repeat(np.arange(len(synth.GENRES)), CLIPS)
            predictions.append(baselines.CLASSIFIERS["SVM"](0).fit(X, labels).predict(asked))
        return {"predictions": predictions}

    kept = records.kept(f"variant-{name}", target, compute, code=__name__, variant=name)
    return np.array(kept["predictions"])


def ablation(target):
    """Ask which parts of the built-in corpus carry over to real clips.

    Parameters
    ----------
    target : Corpus
        Clips of the ten genres of the built-in corpus.

    Returns
    -------
    pandas.DataFrame
        A row per variant: the accuracy of the SVM on mel statistics with its interval, and `more`,
        `more_low`, `more_high`, the paired difference from the corpus as it is.

    Raises
    ------
    ValueError
        When the genres are not those of the built-in corpus.

    Notes
    -----
    Chapter 15.
    """
    store = feature_store(target, "mel")
    if store.corpus.genres != tuple(synth.GENRES):
        raise ValueError(f"corpus {target.name!r} holds other genres than the built-in corpus")
    asked, rows = baselines.clip_statistics(store.load()), []
    predicted = {name: _learn_variant(name, store.corpus, asked) for name in VARIANTS}
    for name, predictions in predicted.items():
        scored = asdict(evaluation.score(predictions, store.corpus, by="clip"))
        more = evaluation.compare(predictions, predicted["as it is"], store.corpus, by="clip")
        paired = {"more": more.difference, "more_low": more.low, "more_high": more.high}
        rows.append({"variant": name, "about": VARIANTS[name].__doc__, **scored, **paired})
    return pd.DataFrame(rows)


def measure(target, *, profile):
    """Compare the variants on real clips.

    Parameters
    ----------
    target : Corpus
        Clips of the ten genres of the built-in corpus.
    profile : Profile
        Not needed here: CORPUS_SEEDS and CLIPS say how much is rendered.

    Returns
    -------
    dict
        The `genres`, `clips_per_genre` of each variant, and in `results` the rows of `ablation`.
    """
    rows = records.plain_rows(ablation(target))
    return {"genres": synth.GENRES, "clips_per_genre": CLIPS, "results": rows}
