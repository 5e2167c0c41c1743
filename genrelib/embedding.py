"""Maps of clips in the plane, and how far such a map can be believed (chapter 5).

A clip is a point in a space of hundreds or many thousands of dimensions, a row of (clips, features). A map
puts the rows into the plane; whether neighbours in the map were neighbours in the space is a question with a
number for an answer.
"""

import numpy as np
from sklearn.manifold import TSNE, trustworthiness
from threadpoolctl import threadpool_limits

NEIGHBOURS = 5
ROUNDS = 500  # of descent: enough for a few hundred clips, and half of scikit-learn's


def principal(points, n=None):
    """Turn (clips, features) into the coordinates along the `n` directions of greatest variance, (clips, n).

    All of them when `n` is None: the same cloud, turned, with every distance kept, in at most clips - 1
    dimensions, which makes what follows quick. Computed from the clips' inner products, so features may be
    many.
    """
    points = np.asarray(points, dtype=np.float32).reshape(len(points), -1)
    points = points - points.mean(axis=0)
    variance, axes = np.linalg.eigh((points @ points.T).astype(np.float64))
    most = np.argsort(variance)[::-1][: len(points) - 1 if n is None else n]
    axes = axes[:, most]
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(len(most))])  # the largest is positive
    return axes * np.sqrt(np.maximum(variance[most], 0))


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
    with threadpool_limits(1):  # sums in one order: the same seed gives the same map
        return mapper.fit_transform(principal(points, min(50, len(points) - 1)))


def vote(points, corpus, *, by, k=NEIGHBOURS):
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


def kept_neighbours(space, plane, k=10):
    """Return the trustworthiness of a map: 1 when a clip's `k` neighbours in it were neighbours in the space.

    (clips, features) and (clips, 2) in, a number from 0 to 1 out, about 0.5 for a map at random (Venna &
    Kaski, 2001).
    """
    return float(trustworthiness(space, plane, n_neighbors=min(k, len(space) // 2 - 1)))
