"""Maps keep what they promise, and neighbours of the same artist do not vote."""

import numpy as np
import pandas as pd
import pytest
from sklearn.manifold import TSNE, trustworthiness
from sklearn.metrics import silhouette_score
from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict
from sklearn.neighbors import KNeighborsClassifier

from genrelib import embedding
from genrelib.corpus import Corpus

GENRES = ("jazz", "metal", "pop")


@pytest.fixture(scope="module")
def clouds():
    """Three genres far apart in 20 dimensions, four artists each, five clips an artist."""
    rng = np.random.default_rng(0)
    genre = np.repeat(GENRES, 20)
    centres = 4 * rng.normal(size=(3, 20))
    points = np.repeat(centres, 20, axis=0) + rng.normal(size=(60, 20))
    artist = [f"{g}-{n // 5 % 4}" for n, g in enumerate(genre)]
    table = pd.DataFrame({"path": "", "genre": genre, "artist": artist, "seconds": 30.0})
    table.index = [f"{g}.{n:05d}" for n, g in enumerate(genre)]
    return Corpus("clouds", table), points


def test_tsne_keeps_clouds_apart_and_is_repeatable(clouds):
    corpus, points = clouds
    plane = embedding.tsne(points, seed=3)
    assert plane.shape == (60, 2)
    assert np.array_equal(plane, embedding.tsne(points, seed=3))
    assert not np.allclose(plane, embedding.tsne(points, seed=4))
    assert np.array_equal(embedding.tsne(points), embedding.tsne(points))
    assert trustworthiness(points, plane) > 0.9
    assert (embedding.knn_predict(plane, corpus, by="artist") == corpus.labels).mean() > 0.9


def test_tsne_of_few_clips():
    points = np.random.default_rng(0).normal(size=(5, 8))
    assert embedding.tsne(points, perplexity=30, seed=0).shape == (5, 2)
    with pytest.raises(ValueError, match="a map of 3 clips says nothing"):
        embedding.tsne(points[:3])


def test_tsne_starts_from_principal_components_unless_it_is_asked_not_to(clouds):
    corpus, points = clouds
    noisy = np.c_[points, np.random.default_rng(0).normal(0, 3, (60, 400))]
    shadow, space = (
        embedding.tsne(noisy, seed=0, n_components=3),
        embedding.tsne(noisy, seed=0, n_components=None),
    )
    theirs = TSNE(perplexity=59 / 3, init="random", random_state=0, max_iter=500).fit_transform(noisy)
    assert np.allclose(space, theirs, atol=1e-3)
    assert silhouette_score(shadow, corpus.labels) > silhouette_score(space, corpus.labels) + 0.1
    assert np.array_equal(embedding.tsne(noisy, seed=0), embedding.tsne(noisy, seed=0, n_components=50))


def test_neighbours_are_those_of_scikit_learn(clouds):
    corpus, points = clouds
    noisy = points + np.random.default_rng(1).normal(0, 4, points.shape)
    theirs = cross_val_predict(
        KNeighborsClassifier(1),
        noisy,
        corpus.labels,
        groups=corpus.groups("artist"),
        cv=LeaveOneGroupOut(),
    )
    assert np.array_equal(embedding.knn_predict(noisy, corpus, by="artist", k=1), theirs)
    assert 0.2 < (theirs == corpus.labels).mean() < 0.95, "neither trivial nor hopeless"


def test_neighbours_by_the_same_artist_do_not_vote(clouds):
    corpus, _ = clouds
    labels = corpus.labels
    # every artist is a point of its own, and the nearest other artist is one of another genre
    artist = np.unique(corpus.table["artist"], return_inverse=True)[1]
    place = 100.0 * (artist % 4) + labels
    points = np.c_[place, np.zeros(60)]
    assert (embedding.knn_predict(points, corpus, by="clip", k=3) == labels).all()
    assert (embedding.knn_predict(points, corpus, by="artist", k=3) != labels).all()


def test_neighbours_need_artists_to_keep_them_apart(clouds):
    corpus, points = clouds
    unknown = Corpus("folder", corpus.table.assign(artist=pd.NA))
    with pytest.raises(ValueError, match="artist"):
        embedding.knn_predict(points, unknown, by="artist")
    assert (embedding.knn_predict(points, unknown, by="clip") == corpus.labels).mean() > 0.9
