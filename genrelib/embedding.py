"""Maps of clips in the plane, and how far such a map can be believed (chapter 5).

A clip is a point in a space of hundreds or many thousands of dimensions, a row of (clips, features). A map
puts the rows into the plane; whether neighbours in the map were neighbours in the space is a question with a
number for an answer.
"""

import numpy as np
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE
from threadpoolctl import threadpool_limits

__all__ = ["knn_predict", "tsne"]

NEIGHBOURS = 5
PCA_COMPONENTS = 50  # that t-SNE starts from, as van der Maaten & Hinton did with 30
ROUNDS = 500  # of descent: enough for a few hundred clips, and half of scikit-learn's


def tsne(points, *, perplexity=30, seed=None):
    """Map (clips, features) into the plane so that near neighbours stay near.

    This is t-SNE (van der Maaten & Hinton, 2008). It begins with the first two principal components, the
    same map every time; with a `seed`, at random instead. `perplexity`, about how many neighbours count, is
    lowered to a third of the clips where there are few.
    Returns (clips, 2) float32. Raises ValueError with under four clips.
    """
    if len(points) < 4:
        raise ValueError(f"a map of {len(points)} clips says nothing: t-SNE needs at least 4")
    perplexity = min(perplexity, (len(points) - 1) / 3)
    begin = "pca" if seed is None else "random"
    mapper = TSNE(perplexity=perplexity, init=begin, random_state=seed or 0, max_iter=ROUNDS)
    reduced = PCA(min(PCA_COMPONENTS, *points.shape, len(points) - 1), random_state=0)
    with threadpool_limits(1):  # sums in one order: the same seed gives the same map
        return mapper.fit_transform(reduced.fit_transform(points))


def knn_predict(points, corpus, *, by, k=NEIGHBOURS):
    """Predict each clip's genre by its `k` nearest neighbours of another group ('artist' or 'clip').

    A draw goes to the genre whose neighbour is nearest. Returns (clips,) int, positions in `corpus.genres`.
    Raises ValueError as `Corpus.groups`.
    """
    groups = np.unique(corpus.groups(by).astype(str), return_inverse=True)[1]
    square = (points.astype(np.float64) ** 2).sum(axis=1)
    distance = square[:, None] + square - 2 * points.astype(np.float64) @ points.T
    distance[groups[:, None] == groups] = np.inf
    nearest = np.argsort(distance, axis=1, kind="stable")[:, :k]
    weight = 1 - 1e-3 * np.arange(nearest.shape[1])
    return np.array([np.bincount(corpus.labels[row], weight).argmax() for row in nearest])
