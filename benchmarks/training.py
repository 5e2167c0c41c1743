"""How quickly do the networks learn on this machine? Examples a second, memory, seconds to an accuracy.

`python benchmarks/training.py [CORPUS]` trains the figure's network and ours on one split of the corpus, each
in a process of its own, and the same in PyTorch (`in_pytorch`) where it is installed; prints a table, and
keeps it as data/results/training-speed.json. An example is what a network hears at once: 24 seconds for the
figure's, 10 for ours.
"""

import json
import resource
import subprocess
import sys
from importlib.metadata import version
from importlib.util import find_spec
from time import perf_counter, process_time

import numpy as np

from genrelib import checkpoints, networks, records, training, trials
from genrelib.evaluation import write_result
from genrelib.profiles import profile
from genrelib.sources import open_corpus
from genrelib.store import feature_store

NAMES = ("figure_2016", "ours")
WANTED = 0.5  # accuracy on the validation part, the clips of artists that were not learned from
COLUMNS = ("library", "network", "weights", "examples_a_second", "memory_gb", "seconds_to_accuracy")


def by_keras(name, X, labels, part, epochs):
    """Train with `training.fit`; return validation accuracies, seconds until each epoch's end, weights."""
    ends = []

    class Timed(checkpoints.ResumableTraining):
        def on_epoch_end(self, epoch, logs):
            super().on_epoch_end(epoch, logs)
            ends.append(perf_counter())

    checkpoints.ResumableTraining = Timed
    run = training.fit(name, X, labels, part, epochs=epochs)
    return run.curves["val_accuracy"], np.array(ends) - ends[-1] + run.seconds, run.weights


def by_pytorch(name, X, labels, part, epochs):
    """Train in PyTorch; returns what `by_keras` does."""
    from in_pytorch import fit

    return fit(name, X, labels, part, epochs=epochs)


LIBRARIES = {"keras": by_keras, "torch": by_pytorch}


def measure(library, name, corpus, epochs):
    """Train one network and return what it took; the memory is the process' peak, libraries included."""
    store = feature_store(open_corpus(corpus), "mel")
    X, how = store.load()[:, : training.FRAMES], networks.find(name)
    part = trials.rotation(store.corpus, 0, by=store.corpus.fairest)
    busy = process_time()
    accuracies, ends, weights = LIBRARIES[library](name, X, store.corpus.labels, part, epochs)
    reached = [end for end, value in zip(ends, accuracies, strict=True) if value >= WANTED]
    examples = (part == "train").sum() * (X.shape[1] // how.excerpt) * len(accuracies)
    return {
        "library": library,
        "version": version(library),
        "network": name,
        "weights": weights,
        "examples_a_second": round(examples / ends[-1], 1),
        "memory_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2),
        "seconds_to_accuracy": round(reached[0], 1) if reached else None,
        "validation_accuracy": round(max(accuracies), 3),
        "epochs": len(accuracies),
        "seconds": round(ends[-1], 1),
        "processor_seconds": round(process_time() - busy, 1),
    }


def main(corpus):
    """Measure each network in each library in a process of its own, print the table and keep it."""
    rows = []
    for library in LIBRARIES:
        if find_spec(library) is None:
            print(f"{library} is not installed and not measured")
            continue
        for name in NAMES:
            command = [sys.executable, __file__, corpus, library, name]
            run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
            rows.append(json.loads(run.stdout.splitlines()[-1]))
    print(f"{corpus}: seconds until {WANTED:.0%} of the validation part are named, compiling included")
    print("".join(f"{column:>22}" for column in COLUMNS))
    for row in rows:
        print("".join(f"{row[column]!s:>22}" for column in COLUMNS))
    about = records.provenance(open_corpus(corpus), sum(row["seconds"] for row in rows))
    print(write_result("training-speed", {"accuracy": WANTED, "networks": rows, "provenance": about}))


if __name__ == "__main__":
    corpus, *only = sys.argv[1:] or ["builtin"]
    if only:
        print(json.dumps(measure(*only, corpus, profile("quick").epochs)))
    else:
        main(corpus)
