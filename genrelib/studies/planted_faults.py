"""How much the audit finds, and how much of what it reports is true: every kind of fault, plain to hard.

Faults are planted in 100 clips at every severity, several times over; the audit's findings are compared with
what was planted (chapter 2).
"""

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from genrelib import audit
from genrelib.audit import faults
from genrelib.sources import open_corpus

__all__ = ["measure"]

CLIPS, EACH = 100, 3
LEVELS = range(max(len(fault.severities) for fault in faults.FAULTS.values()))


def measure(corpus, *, profile, plantings):
    """Plant faults in a corpus, audit it, and count.

    Parameters
    ----------
    corpus : Corpus
        Clips without faults; of a larger one 100 clips are drawn for each planting.
    profile : Profile
        Not needed here: `plantings` says how much.
    plantings : int
        How often faults are planted at each severity, each time with another seed.

    Returns
    -------
    dict
        `found` (a row per kind and severity: how many of the planted faults were found), `right` (a row per
        fault: how many of the findings are true), and the number of `clips` and `seeds`.
    """
    hits, findings = _sweep(corpus, plantings)
    return {
        "found": _counts(hits, ["kind", "severity"], "found"),
        "right": _counts(findings, ["fault"], "right"),
        "clips": min(CLIPS, len(corpus)),
        "seeds": plantings,
    }


def _sweep(corpus, plantings):
    """Plant and audit at every level with every seed: the truth with `found`, the findings with `right`."""
    kinds = [kind for kind, fault in faults.FAULTS.items() if fault.expected]
    hits, findings = [], []
    for seed, level in tqdm([(seed, level) for seed in range(plantings) for level in LEVELS]):
        some = np.random.default_rng(seed).choice(len(corpus), min(CLIPS, len(corpus)), replace=False)
        with tempfile.TemporaryDirectory() as folder:
            clips = corpus.take(corpus.table.index[np.sort(some)])
            truth = faults.plant(clips, folder, each=EACH, seed=seed, kinds=kinds, level=level)
            result = audit.audit(open_corpus(Path(folder) / "clips.csv"))
        asked = [level < len(faults.FAULTS[kind].severities) for kind in truth["kind"]]
        hits.append(faults.found(truth, result.findings)[asked])
        findings.append(faults.right(truth, result.findings))
    return pd.concat(hits), pd.concat(findings)


def _counts(rows, by, column):
    """Return a row per group: how many are true in `column`, of how many."""
    table = rows.groupby(by, sort=False, dropna=False)[column].agg(hits="sum", of="count").reset_index()
    return table.astype(object).where(table.notna(), None).to_dict("records")
