"""Maps keep what they promise, and neighbours of the same artist do not vote."""

import numpy as np
import pandas as pd
import pytest
from sklearn.manifold import trustworthiness

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


def test_neighbours_by_the_same_artist_do_not_vote(clouds):
    corpus, _ = clouds
    labels = corpus.labels
    # every artist is a point of its own, and the nearest other artist is one of another genre
    artist = np.unique(corpus.table["artist"], return_inverse=True)[1]
    place = 100.0 * (artist % 4) + labels
    points = np.c_[place, np.zeros(60)]
    assert (embedding.knn_predict(points, corpus, by="clip", k=3) == labels).all()
    assert (embedding.knn_predict(points, corpus, by="artist", k=3) != labels).all()


def test_vote_needs_artists_where_it_is_told_to_keep_them_apart(clouds):
    corpus, points = clouds
    unknown = Corpus("folder", corpus.table.assign(artist=pd.NA))
    with pytest.raises(ValueError, match="artist"):
        embedding.knn_predict(points, unknown, by="artist")
    assert (embedding.knn_predict(points, unknown, by="clip") == corpus.labels).mean() > 0.9
