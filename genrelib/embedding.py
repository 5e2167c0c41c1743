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

_ROUNDS = 500  # of descent: enough for a few hundred clips, and half of scikit-learn's


def tsne(points, *, perplexity=30, seed=None, n_components=50):
    """Map clips into the plane so that near neighbours stay near.

    Parameters
    ----------
    points : (clips, features) array
    perplexity : about how many neighbours count; lowered to a third of the clips where there are few
    seed : start from random positions, another map for each seed; without it, from the first two principal
        components, the same map every time
    n_components : principal components that t-SNE starts from, or None for the points as they are. It is a
        step of its own, which drops what the clips do not share

    Returns
    -------
    (clips, 2) float32 array

    Raises
    ------
    ValueError
        With fewer than four clips.

    Notes
    -----
    Chapter 5. `sklearn.manifold.TSNE` (van der Maaten and Hinton, 2008) after `sklearn.decomposition.PCA`, in
    one thread: with more, the sums of PCA differ in their last digits, and then the map is another one.
    """
    if len(points) < 4:
        raise ValueError(f"a map of {len(points)} clips says nothing: t-SNE needs at least 4")
    begin = "pca" if seed is None else "random"
    perplexity = min(perplexity, (len(points) - 1) / 3)
    mapper = TSNE(perplexity=perplexity, init=begin, random_state=seed or 0, max_iter=_ROUNDS)
    with threadpool_limits(1):
        if n_components is not None:
            reduce = PCA(min(n_components, *points.shape, len(points) - 1), random_state=0)
            points = reduce.fit_transform(points)
        return mapper.fit_transform(points)


def knn_predict(points, corpus, *, by, k=5):
    """Predict each clip's genre from its nearest neighbours, without those of its own group.

    Parameters
    ----------
    points : (clips, features) array, in the order of `corpus`
    corpus : Corpus
    by : 'artist' to leave the clips of the same artist out, 'clip' to leave out only the clip itself
    k : neighbours that vote

    Returns
    -------
    (clips,) int array, positions in `corpus.genres`. A tie goes to the genre whose neighbour is nearest

    Raises
    ------
    ValueError
        As `Corpus.groups`, when the artists are not known.

    Notes
    -----
    Chapter 5. The same neighbours as those of `sklearn.neighbors.KNeighborsClassifier` under
    `LeaveOneGroupOut`, from one table of distances instead of a fit per group.
    """
    groups = np.unique(corpus.groups(by).astype(str), return_inverse=True)[1]
    square = (points.astype(np.float64) ** 2).sum(axis=1)
    distance = square[:, None] + square - 2 * points.astype(np.float64) @ points.T
    distance[groups[:, None] == groups] = np.inf
    nearest = np.argsort(distance, axis=1, kind="stable")[:, :k]
    weight = 1 - 1e-3 * np.arange(nearest.shape[1])
    return np.array([np.bincount(corpus.labels[row], weight).argmax() for row in nearest])
