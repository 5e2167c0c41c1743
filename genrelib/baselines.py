"""The classifiers that a network has to beat: pooled features and scikit-learn pipelines (chapter 6).

Homburg and others (2005) published a table of such classifiers on nine genres: the largest class, a C4.5
tree, naive Bayes, k nearest neighbours. `CLASSIFIERS` declares the same four, and two stronger ones.
"""

import time

import numpy as np
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier
from threadpoolctl import threadpool_limits
from tqdm.auto import tqdm

from genrelib import records
from genrelib.store import feature_store

UNTESTED = -1  # stands in predictions for a clip that was not tested


def clip_statistics(X):
    """Pool each clip's frames: mean, standard deviation, standard deviation of the steps from frame to frame.

    X (clips, frames, bands). Returns (clips, 3 * bands) float32. Raises ValueError with under two frames.
    """
    X = np.asarray(X)
    if X.ndim != 3 or X.shape[1] < 2:
        raise ValueError(
            f"expected (clips, frames, bands) with at least two frames, not an array of shape {X.shape}"
        )
    pooled = [(x.mean(axis=0), x.std(axis=0), np.diff(x, axis=0).std(axis=0)) for x in X]
    return np.array(pooled, dtype=np.float32).reshape(len(X), -1)


def scaled(make):
    """Return a function of the seed that makes a pipeline: standardised features, then `make(seed)`."""
    return lambda seed: make_pipeline(StandardScaler(), make(seed))


CLASSIFIERS = {
    "majority": scaled(lambda seed: DummyClassifier(strategy="most_frequent")),
    "k-NN": scaled(lambda seed: KNeighborsClassifier(5)),
    "naive Bayes": scaled(lambda seed: GaussianNB()),
    # C4.5 grows by entropy, leaves hold two clips or more, and branches that buy too little are cut back
    "decision tree": scaled(
        lambda seed: DecisionTreeClassifier(
            criterion="entropy", min_samples_leaf=2, ccp_alpha=0.01, random_state=seed
        )
    ),
    "logistic regression": scaled(lambda seed: LogisticRegression(C=0.1, max_iter=1000)),
    "SVM": scaled(lambda seed: SVC(C=10, kernel="rbf", gamma="scale", random_state=seed)),
}


def cross_validate(make, X, corpus, *, by, seeds, n_folds=5):
    """Predict every clip while its group is held out, once a seed; each seed deals new folds.

    `make(seed)` gives a classifier with `fit` and `predict`; X (clips, features) in the order of `corpus`;
    `by` is 'artist' or 'clip'; `seeds` is a number of seeds (0, 1, …) or the seeds themselves.
    Returns (seeds, clips) int, positions in `corpus.genres`.
    Raises ValueError as `Corpus.folds`, or when X does not fit the corpus.
    """
    if len(X) != len(corpus):
        raise ValueError(
            f"{len(X)} rows of features do not fit the {len(corpus)} clips of corpus {corpus.name!r}"
        )
    seeds = range(seeds) if isinstance(seeds, int) else list(seeds)
    predicted = np.empty((len(seeds), len(corpus)), dtype=int)
    with threadpool_limits(1):  # matrices this small only wait for each other on more threads
        for row, seed in zip(predicted, seeds, strict=True):
            fold = corpus.folds(n_folds, by=by, seed=seed)
            for number in range(fold.max() + 1):
                held_out = fold == number
                row[held_out] = make(seed).fit(X[~held_out], corpus.labels[~held_out]).predict(X[held_out])
    return predicted


def test_all(corpus, *, kind="mfcc", by, seeds):
    """Cross-validate every classifier on the pooled features of a corpus; kept by `records.kept`.

    Returns the record: `predictions`, name -> (seeds, clips of `corpus`), UNTESTED where a clip has no
    features, and `seconds`, name -> what it took. Chapters 6 and 9.
    """

    def compute():
        store = feature_store(corpus, kind)
        X = clip_statistics(store.load())
        rows = corpus.table.index.get_indexer(store.corpus.table.index)
        result = {"predictions": {}, "seconds": {}}
        for name, make in tqdm(CLASSIFIERS.items(), desc=f"{kind}, {by}s apart", unit="classifier"):
            start = time.perf_counter()
            predictions = np.full((seeds, len(corpus)), UNTESTED)
            predictions[:, rows] = cross_validate(make, X, store.corpus, by=by, seeds=seeds)
            result["predictions"][name] = predictions
            result["seconds"][name] = round(time.perf_counter() - start, 2)
        return result

    return records.kept(f"baselines-{kind}", corpus, compute, kind=kind, by=by, seeds=seeds)
