"""The classifiers that a network has to beat: pooled features and scikit-learn pipelines (chapter 6).

Homburg and others (2005) published a table of such classifiers on nine genres: the largest class, a C4.5
tree, naive Bayes, k nearest neighbours. Feng (2014) put a neural network beside a deep belief network, on two
to four genres. `CLASSIFIERS` declares these six, and two that are stronger than Homburg's four.
"""

import time
import warnings
from itertools import combinations

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.dummy import DummyClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import BernoulliRBM, MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from genrelib import records
from genrelib.records import UNTESTED
from genrelib.store import feature_store

__all__ = [
    "CLASSIFIERS",
    "FEW",
    "LAYERS",
    "QUICK",
    "DeepBelief",
    "clip_statistics",
    "cross_validate",
    "evaluate_all",
    "evaluate_fewer",
    "genre_sets",
]

LAYERS = (64, 64)  # hidden units of the two networks
PASSES = 100  # over the training clips, at most
QUICK = ("majority", "k-NN", "naive Bayes", "decision tree", "logistic regression", "SVM")
FEW = ("k-NN", "SVM", "neural network", "deep belief network")  # tested on fewer genres, too


def clip_statistics(X):
    """Pool each clip's frames: mean, standard deviation, standard deviation of the steps from frame to frame.

    Parameters
    ----------
    X : (clips, frames, bands) array

    Returns
    -------
    (clips, 3 * bands) array, float32

    Raises
    ------
    ValueError
        When X has another shape, or fewer than two frames.

    Notes
    -----
    Chapter 6.
    """
    X = np.asarray(X)
    if X.ndim != 3 or X.shape[1] < 2:
        raise ValueError(
            f"expected (clips, frames, bands) with at least two frames, not an array of shape {X.shape}"
        )
    pooled = [(x.mean(axis=0), x.std(axis=0), np.diff(x, axis=0).std(axis=0)) for x in X]
    return np.array(pooled, dtype=np.float32).reshape(len(X), -1)


def _scaled(make):
    """Return a function of the seed that makes a pipeline: standardised features, then `make(seed)`."""
    return lambda seed: make_pipeline(StandardScaler(), make(seed))


def _network(seed):
    """Return a neural network with two hidden layers that start from chance."""
    return MLPClassifier(
        LAYERS,
        activation="logistic",
        batch_size=32,
        learning_rate_init=0.005,
        max_iter=PASSES,
        random_state=seed,
    )


class DeepBelief(ClassifierMixin, BaseEstimator):
    """A neural network whose hidden layers do not start from chance.

    Layer by layer, a restricted Boltzmann machine learns without genres what the layer below gives for the
    training clips. Its weights are where the layer starts; then all weights, those of the new top layer too,
    are fine-tuned on the genres.

    Parameters
    ----------
    random_state : int

    Notes
    -----
    Chapter 6. Hinton, Osindero and Teh (2006). Its inputs have to lie between 0 and 1.
    """

    def __init__(self, random_state=0):
        self.random_state = random_state

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self.network_ = _network(self.random_state).set_params(warm_start=True)
        self.network_.partial_fit(X, y, classes=self.classes_)  # makes the arrays that are filled now
        below = X
        for weights, bias in zip(self.network_.coefs_[:-1], self.network_.intercepts_[:-1], strict=True):
            machine = BernoulliRBM(
                len(bias), learning_rate=0.05, batch_size=20, random_state=self.random_state
            )
            below = machine.fit_transform(below)
            weights[:], bias[:] = machine.components_.T, machine.intercept_hidden_
        self.network_.fit(X, y)
        return self

    def predict(self, X):
        return self.network_.predict(X)

    def predict_proba(self, X):
        return self.network_.predict_proba(X)


def _unit(make):
    """Return a function of the seed that makes a pipeline: features between 0 and 1, then `make(seed)`."""
    return lambda seed: make_pipeline(MinMaxScaler(clip=True), make(seed))


CLASSIFIERS = {
    "majority": _scaled(lambda seed: DummyClassifier(strategy="most_frequent")),
    "k-NN": _scaled(lambda seed: KNeighborsClassifier(5)),
    "naive Bayes": _scaled(lambda seed: GaussianNB()),
    # C4.5 grows by entropy, leaves hold two clips or more, and branches that buy too little are cut back
    "decision tree": _scaled(
        lambda seed: DecisionTreeClassifier(
            criterion="entropy", min_samples_leaf=2, ccp_alpha=0.01, random_state=seed
        )
    ),
    "logistic regression": _scaled(lambda seed: LogisticRegression(C=0.1, max_iter=1000)),
    "SVM": _scaled(lambda seed: SVC(C=10, kernel="rbf", gamma="scale", random_state=seed)),
    "neural network": _unit(_network),
    "deep belief network": _unit(DeepBelief),
}


def _rounds(corpus, *, by, seed, n_folds=5):
    """Yield (known, asked), masks (clips,): each fold is asked about once, the others are known.

    A published split into parts has one round: its test part is asked, its other parts are known.
    """
    if corpus.is_fixed(by):
        part = corpus.split(by=by)
        yield part.isin(["train", "validation"]).to_numpy(), (part == "test").to_numpy()
        return
    fold = corpus.folds(n_folds, by=by, seed=seed)
    for number in range(fold.max() + 1):
        yield (fold != number) & (fold >= 0), fold == number


def cross_validate(make, X, corpus, *, by, seeds, n_folds=5, ask="predict"):
    """Predict every clip while its group is held out, once per seed; each seed deals new folds.

    Parameters
    ----------
    make : callable
        `make(seed)` returns a classifier with `fit` and `predict`.
    X : (clips, features) array
        In the order of `corpus`.
    corpus : Corpus
    by : str
        What is held out together, as in `Corpus.split`; a published split into parts tests its test part
        only.
    seeds : int or sequence of int
        How many (0, 1, …), or which.
    n_folds : int
        At most.
    ask : {'predict', 'predict_proba'}
        The method of the classifier that is called.

    Returns
    -------
    (seeds, clips) array of int
        Positions in `corpus.genres`, UNTESTED where a clip was not tested. With 'predict_proba' the
        probabilities (seeds, clips, genres), all zero there.

    Raises
    ------
    ValueError
        As `Corpus.folds` and `Corpus.split`, or when X does not fit the corpus.

    Notes
    -----
    Chapter 6. As `sklearn.model_selection.cross_val_predict` with groups, for several seeds.
    """
    if len(X) != len(corpus):
        raise ValueError(
            f"{len(X)} rows of features do not fit the {len(corpus)} clips of corpus {corpus.name!r}"
        )
    seeds = range(seeds) if isinstance(seeds, int) else list(seeds)
    shape = (len(seeds), len(corpus))
    answers = np.full(shape, UNTESTED) if ask == "predict" else np.zeros((*shape, len(corpus.genres)))
    with threadpool_limits(1), warnings.catch_warnings():  # small matrices only wait for more threads
        warnings.simplefilter("ignore", ConvergenceWarning)  # PASSES is a limit on purpose
        warnings.filterwarnings("ignore", "Got `batch_size`")  # of two genres there may be fewer clips
        for row, seed in zip(answers, seeds, strict=True):
            for known, asked in _rounds(corpus, by=by, seed=seed, n_folds=n_folds):
                row[asked] = getattr(make(seed).fit(X[known], corpus.labels[known]), ask)(X[asked])
    return answers


def evaluate_all(corpus, *, kind="mfcc", by, seeds, names=tuple(CLASSIFIERS)):
    """Cross-validate classifiers on the pooled features of a corpus, and keep the answers.

    Parameters
    ----------
    corpus : Corpus
    kind : {'mel', 'mfcc'}
        The features.
    by, seeds
        As in `cross_validate`.
    names : sequence of str
        Of CLASSIFIERS.

    Returns
    -------
    dict
        A record, as `records.kept` returns it: `predictions`, name to (seeds, clips of `corpus`) array,
        UNTESTED where a clip has no features, and `seconds`, name to what it took.

    Raises
    ------
    ValueError
        As in `cross_validate` and `feature_store`.

    Notes
    -----
    Chapters 6, 10 and 11.
    """

    def compute():
        store = feature_store(corpus, kind)
        X = clip_statistics(store.load())
        rows = corpus.table.index.get_indexer(store.corpus.table.index)
        result = {"predictions": {}, "seconds": {}}
        for name in tqdm(names, desc=f"{kind}, split by {by}", unit="classifier"):
            start = time.perf_counter()
            predictions = np.full((seeds, len(corpus)), UNTESTED)
            predictions[:, rows] = cross_validate(CLASSIFIERS[name], X, store.corpus, by=by, seeds=seeds)
            result["predictions"][name] = predictions
            result["seconds"][name] = round(time.perf_counter() - start, 2)
        return result

    return records.kept(
        f"baselines-{kind}", corpus, compute, code=__name__, kind=kind, by=by, seeds=seeds, names=names
    )


def genre_sets(genres, size, count):
    """Draw different sets of genres; the same ones each time.

    Parameters
    ----------
    genres : sequence of str
    size : int
        Genres per set.
    count : int
        How many sets; if there are fewer, all of them are taken.

    Returns
    -------
    list of tuple of int
        Positions in `genres`.

    Notes
    -----
    Chapter 6.
    """
    sets = list(combinations(range(len(genres)), size))
    return [sets[number] for number in np.random.default_rng(size).permutation(len(sets))[:count]]


def evaluate_fewer(corpus, *, sets, by):
    """Cross-validate the classifiers FEW on sets of two, three and four genres, and keep the answers.

    Parameters
    ----------
    corpus : Corpus
    sets : int
        Sets per size.
    by : str
        As in `cross_validate`.

    Returns
    -------
    dict
        A record, as `records.kept` returns it: `tests`, a list with one entry per size and classifier:
        `size`, `classifier`, `genres` of each set, and `predictions` (sets, clips of `corpus`), positions in
        `corpus.genres`, UNTESTED outside the set.

    Raises
    ------
    ValueError
        As in `cross_validate` and `feature_store`.

    Notes
    -----
    Chapter 6. Pooled MFCCs.
    """

    def compute():
        store = feature_store(corpus, "mfcc")
        X = clip_statistics(store.load())
        rows = corpus.table.index.get_indexer(store.corpus.table.index)
        sizes, tests = [size for size in (2, 3, 4) if size < len(corpus.genres)], []
        for size, name in tqdm([(size, name) for size in sizes for name in FEW], desc="fewer genres"):
            drawn = genre_sets(corpus.genres, size, sets)
            predictions = np.full((len(drawn), len(corpus)), UNTESTED)
            for row, members in zip(predictions, drawn, strict=True):
                inside = np.isin(store.corpus.labels, members)
                answers = cross_validate(
                    CLASSIFIERS[name], X[inside], store.corpus.take(inside), by=by, seeds=1
                )
                row[rows[inside]] = np.array(members)[answers[0]]
            genres = [[corpus.genres[member] for member in members] for members in drawn]
            tests.append({"size": size, "classifier": name, "genres": genres, "predictions": predictions})
        return {"tests": tests}

    return records.kept("fewer-genres", corpus, compute, code=__name__, sets=sets, by=by)
