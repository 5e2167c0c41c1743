"""Is the verdict about the music or about the record? A test for "horses" (Sturm, 2014).

A listener is a function (clips, frames, bands) -> (clips,) positions in the genres. It is asked about the
same music in other `takes`; `follow` counts whom its verdicts follow, `pull` which production pulls, `flips`
which change of one cause changes a verdict. `measure` makes the record that the book cites (chapter 12).
"""

from collections import defaultdict

import numpy as np
import pandas as pd

from genrelib import baselines, networks, records, synth, training
from genrelib.models import kept_model
from genrelib.store import feature_store
from genrelib.studies import interventions
from genrelib.studies.inspection import counted, embed, likeness

__all__ = [
    "artists_of",
    "findings",
    "flips",
    "follow",
    "listeners",
    "measure",
    "pull",
    "svm_beside",
    "verdicts",
    "washed",
]

ARTISTS = 10  # of each genre, one clip each, in the record


def washed(X):
    """Pool as `baselines.clip_statistics`, without the mean of each band, which an equalizer shifts.

    Parameters
    ----------
    X : (clips, frames, bands) array

    Returns
    -------
    (clips, statistics) array
    """
    return baselines.clip_statistics(X)[:, X.shape[-1] :]


def svm_beside(X, corpus, held_out, *, length, pool=baselines.clip_statistics):
    """Fit the SVM of chapter 6 on excerpts of all clips but those held out.

    Parameters
    ----------
    X : (clips, frames, bands) array
        In the order of `corpus`.
    corpus : Corpus
    held_out : list of str
        Clips.
    length : int
        Frames of an excerpt.
    pool : callable
        Turns excerpts into (excerpts, statistics).

    Returns
    -------
    callable
        (clips, frames, bands) to positions in `corpus.genres`.
    """
    learned = ~corpus.table.index.isin(held_out)
    cut = training.excerpts(X[learned], length)
    statistics = pool(cut.reshape(-1, *cut.shape[2:]))
    svm = baselines.CLASSIFIERS["SVM"](0).fit(statistics, corpus.labels[learned].repeat(cut.shape[1]))
    return lambda heard: svm.predict(pool(heard))


def verdicts(listener, heard):
    """Ask a listener about clips in several takes.

    Parameters
    ----------
    listener : callable
        (clips, frames, bands) to (clips,) int.
    heard : (clips, takes, …, frames, bands) array
        NaN where there is no sound.

    Returns
    -------
    (clips, takes, …) array of int
        UNTESTED where there is no sound.
    """
    flat = heard.reshape(-1, *heard.shape[-2:])
    present = ~np.isnan(flat[:, 0, 0])
    said = np.full(len(flat), records.UNTESTED)
    said[present] = listener(flat[present])
    return said.reshape(heard.shape[:-2])


def findings(said, labels):
    """Say of every verdict whom it follows.

    Parameters
    ----------
    said : (trainings, clips, takes) array
        Verdicts, takes as `interventions.names`.
    labels : (clips,) array
        The genre of the music.

    Returns
    -------
    dict
        Finding to (trainings, clips, …) bool. What is found of swaps counts the productions of other genres
        only. 'lost' is +1 where the verdict was right in the production of the own genre and is wrong in
        another's, 'pulled' where it came to name the production's genre; −1 the other way round.
    """
    of = dict(zip(interventions.names(), np.moveaxis(said, -1, 0), strict=True))
    as_it_is, tempos = (
        of["as it is"],
        np.stack([of[name] for name in ("as it is", *interventions.TEMPOS)], axis=-1),
    )
    genre = np.arange(len(synth.GENRES))
    swapped = said[..., -len(genre) :]
    own = np.broadcast_to(labels[:, None] == genre, swapped.shape)
    rest = (*said.shape[:2], len(genre) - 1)
    music, record = swapped == labels[:, None], swapped == genre
    before = np.broadcast_to(as_it_is[..., None] == genre, swapped.shape)
    return {
        "right, as it is": as_it_is == labels,
        "right, in its genre's production": music[own].reshape(said.shape[:2]),
        "swapped: follows the music": music[~own].reshape(rest),
        "swapped: follows the production": record[~own].reshape(rest),
        "swapped: follows neither": ~(music | record)[~own].reshape(rest),
        "not swapped: names that production's genre": before[~own].reshape(rest),
        "lost by the swap": (
            music[own].reshape(said.shape[:2])[..., None] - music[~own].reshape(rest).astype(int)
        ),
        "pulled by the production": record[~own].reshape(rest) - before[~own].reshape(rest).astype(int),
        "changes, cut 20 ms later": of["20 ms later"] != as_it_is,
        "changes, tempo ±6 %": tempos[..., 1:] != as_it_is[..., None],
        "right at all three tempos": (tempos == labels[:, None]).all(axis=-1),
        "right at one of three tempos": (tempos == labels[:, None]).any(axis=-1),
    }


def follow(said, labels, groups):
    """Count whom verdicts follow: `findings` over all trainings and clips.

    Parameters
    ----------
    said : (trainings, clips, takes) array
    labels : (clips,) array
    groups : (clips,) array
        What intervals are over.

    Returns
    -------
    pandas.DataFrame
        `share`, `low`, `high` (95 %) and `trials` of each finding.
    """
    found = findings(said, labels)
    return pd.DataFrame({name: counted(hits, np.ones_like(hits), groups) for name, hits in found.items()}).T


def pull(said, labels):
    """Count which production pulls verdicts on which music.

    Parameters
    ----------
    said : (trainings, clips, takes) array
    labels : (clips,) array

    Returns
    -------
    (genres, genres) array
        Of the verdicts on the row's music in the column's production, the share that names the column's
        genre.
    """
    count = len(synth.GENRES)
    drawn = said[..., -count:] == np.arange(count)
    return np.array([drawn[:, labels == genre].mean(axis=(0, 1)) for genre in range(count)])


def flips(said, groups):
    """Count how often each of `interventions.CHANGES` changes a verdict.

    Parameters
    ----------
    said : (trainings, clips, changes, 2) array
    groups : (clips,) array
        What intervals are over.

    Returns
    -------
    pandas.DataFrame
        As `follow`; clips in which there is nothing to change do not count.
    """
    tested = said[..., 0] != records.UNTESTED
    changed = tested & (said[..., 0] != said[..., 1])
    return pd.DataFrame(
        {
            name: counted(changed[..., n], tested[..., n], groups)
            for n, name in enumerate(interventions.CHANGES)
        }
    ).T


def artists_of(profile):
    """Return how many artists of each genre a chapter tests: a tenth of the profile's clips.

    Parameters
    ----------
    profile : Profile

    Returns
    -------
    int
    """
    return max(1, profile.clips_per_genre // 10)


def listeners(model, card, X, corpus):
    """Return who is tested.

    Parameters
    ----------
    model : keras.Model
    card : dict
        Of the model.
    X : (clips, frames, bands) array
        In the order of `corpus`.
    corpus : Corpus

    Returns
    -------
    dict
        Name to a function as `verdicts` takes it: the network, the SVM beside it, and the same SVM on
        statistics without the mean of each band.
    """
    length, held_out = networks.find(card["network"]).excerpt, card["split"]["held_out"]
    return {
        "our network": lambda heard: training.predict(model, heard, length).argmax(axis=1),
        "SVM": svm_beside(X, corpus, held_out, length=length),
        "washed SVM": svm_beside(X, corpus, held_out, length=length, pool=washed),
    }


def measure(corpus, *, profile):
    """Test networks and SVMs trained on a corpus of the ten genres.

    As many trainings as the profile has seeds, each with other artists held out; all are asked about the same
    clips, by artists that none of them knows.

    Parameters
    ----------
    corpus : Corpus
        What is learned from: the built-in corpus of seed 0.
    profile : Profile
        Says how many seeds and epochs.

    Returns
    -------
    dict
        `follow`, `pull` and `flips` of each listener, how `alike` neighbours are, and the `productions`.
    """
    store = feature_store(corpus, "mel")
    X, corpus = store.load()[:, : training.FRAMES], store.corpus
    clips = interventions.audition(ARTISTS, seed=1)
    heard = interventions.make(interventions.in_takes, clips)
    changed = interventions.make(interventions.compared, clips)
    said, answered, trainings = defaultdict(list), defaultdict(list), []
    for seed in range(profile.seeds):
        model, card = kept_model(corpus, by="artist", epochs=profile.epochs, seed=seed)
        for listener, ask in listeners(model, card, X, corpus).items():
            said[listener].append(verdicts(ask, heard))
            answered[listener].append(verdicts(ask, changed))
        queries = np.flatnonzero(corpus.table.index.isin(card["split"]["held_out"]))
        trainings.append((embed(model, X, networks.find(card["network"]).excerpt), queries))
    labels = np.array([corpus.genres.index(clip.genre) for clip in clips])
    artists = [clip.artist for clip in clips]
    return {
        "genres": corpus.genres,
        "artists": len(clips),
        "productions": interventions.typical_productions(),
        "follow": {k: follow(np.array(v), labels, artists).to_dict("index") for k, v in said.items()},
        "pull": {k: pull(np.array(v), labels).round(3) for k, v in said.items()},
        "flips": {k: flips(np.array(v), artists).to_dict("index") for k, v in answered.items()},
        "alike": likeness(trainings, corpus, by="artist").to_dict("index"),
    }
