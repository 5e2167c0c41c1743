"""How much the audit finds, and how much of what it reports is true: every kind of fault, plain to hard.

python benchmarks/audit.py CORPUS [seed of the built-in corpus] [seeds of planting]

Plants faults in 100 clips, once a seed and severity, audits, and counts. For chapter 2 it writes
data/results/audit-CORPUS.json. The thresholds were chosen on seed 0 of the built-in corpus: take another.
"""

import sys
import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd
from tqdm.auto import tqdm

from genrelib import audit, evaluation, records
from genrelib.audit import faults
from genrelib.sources import open_corpus

CLIPS, EACH = 100, 3
LEVELS = range(max(len(fault.severities) for fault in faults.FAULTS.values()))


def sweep(corpus, seeds):
    """Plant and audit at every level with every seed. Returns the truth with `found`, the findings with
    `right`."""
    kinds = [kind for kind, fault in faults.FAULTS.items() if fault.expected]
    hits, findings = [], []
    for seed, level in tqdm([(seed, level) for seed in range(seeds) for level in LEVELS]):
        some = np.random.default_rng(seed).choice(len(corpus), min(CLIPS, len(corpus)), replace=False)
        with tempfile.TemporaryDirectory() as folder:
            clips = corpus.take(corpus.table.index[np.sort(some)])
            truth = faults.plant(clips, folder, each=EACH, seed=seed, kinds=kinds, level=level)
            result = audit.audit(open_corpus(Path(folder) / "clips.csv"))
        asked = [level < len(faults.FAULTS[kind].severities) for kind in truth["kind"]]
        hits.append(faults.found(truth, result.findings)[asked])
        findings.append(faults.right(truth, result.findings))
    return pd.concat(hits), pd.concat(findings)


def counts(rows, by, column):
    """Return a row a group: how many are true in `column`, of how many."""
    table = rows.groupby(by, sort=False, dropna=False)[column].agg(hits="sum", of="count").reset_index()
    return table.astype(object).where(table.notna(), None).to_dict("records")


def main(name="builtin", corpus_seed=1, seeds=5):
    """Sweep a corpus, write the record and print it."""
    start = perf_counter()
    corpus = open_corpus(name, seed=int(corpus_seed))
    hits, findings = sweep(corpus, int(seeds))
    kept = {
        "found": counts(hits, ["kind", "severity"], "found"),
        "right": counts(findings, ["fault"], "right"),
        "clips": min(CLIPS, len(corpus)),
        "seeds": int(seeds),
        "provenance": records.provenance(corpus, perf_counter() - start),
    }
    for row in kept["found"] + kept["right"]:
        low, high = evaluation.wilson(row["hits"], row["of"])
        print(*(value for value in row.values() if value is not None), f"({low:.0%} to {high:.0%})", sep="  ")
    print(records.write_result(f"audit-{corpus.name}", kept))


if __name__ == "__main__":
    main(*sys.argv[1:])
