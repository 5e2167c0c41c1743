"""How quickly do the networks learn on this machine? Examples a second, memory, seconds to an accuracy.

`python benchmarks/training.py [CORPUS]` trains every network but the code's on one split of the corpus, each
in a process of its own, prints a table, and keeps it as data/results/benchmark-training.json. An example is
what a network hears at once: 24 seconds for the figure's, 10 for ours.
"""

import json
import resource
import subprocess
import sys
from time import process_time

from genrelib import disk, networks, records, training
from genrelib.corpus import open_corpus
from genrelib.profiles import profile
from genrelib.store import feature_store

NAMES = ("figure_2016", "ours", "bandwise")
WANTED = 0.5  # accuracy on the validation part, the clips of artists that were not learned from
COLUMNS = (
    "network",
    "weights",
    "examples_a_second",
    "memory_gb",
    "seconds_to_accuracy",
    "validation_accuracy",
)


def measure(name, corpus, epochs):
    """Train one network and return what it took; the memory is the process' peak, libraries included."""
    store = feature_store(open_corpus(corpus), "mel")
    X, how = store.load()[:, : training.FRAMES], networks.find(name)
    part = training.rotation(store.corpus, 0, by=store.corpus.fairest)
    busy = process_time()
    run = training.fit(name, X, store.corpus.labels, part, epochs=epochs)
    busy = process_time() - busy
    passes, reached = len(run.curves["loss"]), [value >= WANTED for value in run.curves["val_accuracy"]]
    examples = (part == "train").sum() * (X.shape[1] // how.excerpt) * passes
    return {
        "network": name,
        "weights": run.weights,
        "examples_a_second": round(examples / run.seconds, 1),
        "memory_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2),
        "seconds_to_accuracy": round(run.seconds * (reached.index(True) + 1) / passes, 1)
        if any(reached)
        else None,
        "validation_accuracy": max(run.curves["val_accuracy"]),
        "passes": passes,
        "seconds": round(run.seconds, 1),
        "processor_seconds": round(busy, 1),
    }


def main(corpus):
    """Measure each network in a process of its own, print the table and keep it."""
    rows = []
    for name in NAMES:
        run = subprocess.run(
            [sys.executable, __file__, corpus, name], stdout=subprocess.PIPE, text=True, check=True
        )
        rows.append(json.loads(run.stdout.splitlines()[-1]))
    print(f"{corpus}: seconds until {WANTED:.0%} on the validation part, compiling included")
    print("".join(f"{column:>22}" for column in COLUMNS))
    for row in rows:
        print("".join(f"{row[column]!s:>22}" for column in COLUMNS))
    about = records.provenance(open_corpus(corpus), sum(row["seconds"] for row in rows))
    path = disk.CHECKOUT / "data" / "results" / "benchmark-training.json"
    records.write(path, {"accuracy": WANTED, "networks": rows, "provenance": about})
    print(path)


if __name__ == "__main__":
    corpus, *only = sys.argv[1:] or ["builtin"]
    if only:
        print(json.dumps(measure(only[0], corpus, profile("quick").epochs)))
    else:
        main(corpus)
