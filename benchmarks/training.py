"""How quickly do the networks learn on this machine? Examples per second, memory, seconds to an accuracy.

`python -m genrelib record training-speed` trains the figure's network and ours on one split of the built-in
corpus, each in a process of its own, and the same in PyTorch (`in_pytorch`) where it is installed. An example
is what a network hears at once: 24 seconds for the figure's, 10 for ours.
"""

import json
import resource
import subprocess
import sys
from importlib.metadata import version
from importlib.util import find_spec
from time import perf_counter, process_time

import numpy as np

from genrelib import networks, training, trials
from genrelib.profiles import profile as named_profile
from genrelib.sources import open_corpus
from genrelib.store import feature_store

NAMES = ("figure_2016", "ours")
WANTED = 0.5  # accuracy on the validation part, the clips of artists that were not learned from


def by_keras(name, X, labels, part, epochs):
    """Train with `training.fit`; return validation accuracies, seconds until each epoch's end, weights."""
    training.make_repeatable()
    import keras

    ends = []
    note = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: ends.append(perf_counter()))
    run = training.fit(name, X, labels, part, epochs=epochs, callbacks=[note])
    return run.curves["val_accuracy"], np.array(ends) - ends[-1] + run.seconds, run.weights


def by_pytorch(name, X, labels, part, epochs):
    """Train in PyTorch; returns what `by_keras` does."""
    from in_pytorch import fit

    return fit(name, X, labels, part, epochs=epochs)


LIBRARIES = {"keras": by_keras, "torch": by_pytorch}


def train(library, name, corpus, size):
    """Train one network and return what it took; the memory is the process' peak, libraries included."""
    sizes = named_profile(size)
    store = feature_store(open_corpus(corpus, profile=size), "mel")
    X, how = store.load()[:, : training.FRAMES], networks.find(name)
    part = trials.rotation(store.corpus, 0, by=store.corpus.fairest)
    busy = process_time()
    accuracies, ends, weights = LIBRARIES[library](name, X, store.corpus.labels, part, sizes.epochs)
    reached = [end for end, value in zip(ends, accuracies, strict=True) if value >= WANTED]
    examples = (part == "train").sum() * (X.shape[1] // how.excerpt)  # per epoch
    later = (ends[-1] - ends[0]) / (len(ends) - 1)  # the first epoch compiles, too
    return {
        "library": library,
        "version": version(library),
        "network": name,
        "weights": weights,
        "first_epoch_seconds": round(ends[0], 2),
        "later_epoch_seconds": round(later, 2),
        "examples_a_second": round(examples / later, 1),
        "memory_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2),
        "seconds_to_accuracy": round(reached[0], 1) if reached else None,
        "validation_accuracy": round(max(accuracies), 3),
        "epochs": len(accuracies),
        "seconds": round(ends[-1], 1),
        "processor_seconds": round(process_time() - busy, 1),
    }


def measure(corpus, *, profile):
    """Measure each network in each library that is installed, in a process of its own."""
    rows = []
    for library in filter(find_spec, LIBRARIES):
        for name in NAMES:
            command = [sys.executable, __file__, library, name, corpus.name, profile.name]
            run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
            rows.append(json.loads(run.stdout.splitlines()[-1]))
    return {"accuracy": WANTED, "networks": rows}


if __name__ == "__main__":
    print(json.dumps(train(*sys.argv[1:])))
