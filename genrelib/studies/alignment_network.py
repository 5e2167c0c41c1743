"""Our network, moved to real music without labels: the model that listens, on GTZAN mini (chapter 10)."""

from dataclasses import asdict

import numpy as np
import pandas as pd

from genrelib import evaluation, listening, records, training
from genrelib.listening import alike
from genrelib.store import feature_store
from genrelib.studies import listener

__all__ = ["CLIPS", "measure"]

CLIPS = (1, 3, 10, 30)  # to align by, of a hundred


def measure(corpus, *, profile):
    """Ask the model that comes with the package about clips, as it is and aligned by some of the others.

    Parameters
    ----------
    corpus : Corpus
        Of the genres of the model.
    profile : Profile
        Says how many draws of the clips to align by, which are not asked about.

    Returns
    -------
    dict
        `results`, a row per number of clips: its score, and in `gain` what it gains on the model as it is, in
        pairs; `plain`, the score of the model as it is on all clips; how the model was `tested`.

    Raises
    ------
    ValueError
        When the corpus has other genres than the model.
    """
    model, store = listening.load(), feature_store(corpus, "mel")
    corpus = store.corpus
    if list(corpus.genres) != list(model.genres):
        raise ValueError(f"corpus {corpus.name!r} holds other genres than the model tells apart")
    clips = training.excerpts(store.load()[:, : training.FRAMES], listening.EXCERPT)
    statistics = listener.statistics_of(model, clips)

    def names(of):
        return of.logits(statistics).mean(axis=1).argmax(axis=1)

    plain, rows = names(model), []
    for count in CLIPS:
        said = {way: np.full((profile.seeds, len(corpus)), records.UNTESTED) for way in ("as it is", "moved")}
        for seed in range(profile.seeds):
            order = np.random.default_rng(seed).permutation(len(corpus))
            like, rest = order[:count], order[count:]
            moved = alike.align(model, [db for clip in clips[like] for db in clip])
            said["as it is"][seed, rest], said["moved"][seed, rest] = plain[rest], names(moved)[rest]
        gain = evaluation.compare(said["moved"], said["as it is"], corpus, by="clip")
        scored = asdict(evaluation.score(said["moved"], corpus, by="clip"))
        rows.append({"aligned_by": count, **scored, "gain": asdict(gain)})
    return {
        "results": records.plain_rows(pd.DataFrame(rows)),
        "plain": asdict(evaluation.score(plain[None], corpus, by="clip")),
        "tested": model.card["tested"],
    }
