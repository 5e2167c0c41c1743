"""Every record of `data/results/`, declared: which study makes it, of which corpora, how large.

`make` computes one of them anew, `make_own` does the same for a corpus of the reader's. Both add where the
result comes from, in one place, and write it whole. A study is a module with a function
`measure(*corpora, profile, **options)` that returns plain values and arrays. Studies are named, not
imported: who reads this table, or imports one study, needs no other.
"""

import shlex
import time
from dataclasses import asdict, dataclass, field
from importlib import import_module, util

from genrelib import disk, listening, profiles, records

__all__ = ["OWN", "RECORDS", "Record", "make", "make_own"]

COMMAND = "python -m genrelib record"


@dataclass(frozen=True)
class Record:
    """How a record is made.

    Parameters
    ----------
    study : str
        The module of `genrelib.studies` that measures it, or a file below the checkout.
    corpora : tuple of str
        What is opened for it; the last one is that whose clips are tested.
    profile : str
        How much is computed.
    seed : int
        Of the built-in corpus.
    renders : bool
        Whether the study renders clips by itself, apart from the corpora.
    listens : bool
        Whether it asks the network that comes with the package.
    options : dict
        What else the study's `measure` takes.
    """

    study: str
    corpora: tuple = ()
    profile: str = "quick"
    seed: int = 0
    renders: bool = False
    listens: bool = False
    options: dict = field(default_factory=dict)


RECORDS = {
    "builtin": Record("results", ("builtin",), "full"),
    "gtzan-mini": Record("results", ("gtzan-mini",), "full"),
    "builtin-to-real": Record("transfer", ("builtin", "gtzan-mini"), "full"),
    "gtzan-splits": Record("splits", ("gtzan-features",), "full"),
    "gtzan-features-match": Record("ready_features", ("gtzan-mini", "gtzan-features")),
    "builtin-to-gtzan": Record("halves", ("builtin", "gtzan-features"), "full", options={"half": "even"}),
    "realism": Record("realism", ("builtin", "gtzan-features", "gtzan-mini"), options={"half": "even"}),
    "growth-builtin": Record("growth", ("builtin", "gtzan-features"), "full", options={"half": "even"}),
    "alignment-gtzan": Record("alignment", ("builtin", "gtzan-features"), "full", options={"half": "even"}),
    "builtin-to-gtzan-judged": Record("judged", ("builtin", "gtzan-features"), "full"),
    "alignment-gtzan-mini": Record("alignment_network", ("gtzan-mini",), "full", listens=True),
    "variants-to-real": Record("variants", ("gtzan-mini",), renders=True),
    "follows-production-builtin": Record("follows_production", ("builtin",), "full", renders=True),
    "ladder-builtin": Record("ladder", ("builtin",)),
    "ladder-gtzan-mini": Record("ladder", ("gtzan-mini",)),
    "labels-builtin": Record("labels_2016", ("builtin",), "full"),
    "labels-gtzan-features": Record("labels_2016", ("gtzan-features",), "full"),
    "listener": Record("listener", ("builtin", "gtzan-mini"), "full", renders=True),
    "hearing": Record("hearing", ("builtin", "gtzan-mini"), "full", renders=True),
    "training-2016": Record("training_2016", ("builtin",), "full"),
    "few-labels-gtzan-mini": Record("few_labels", ("builtin", "gtzan-mini"), "full", listens=True),
    "stopping-builtin": Record("stopping", ("builtin",)),
    "stopping-gtzan-mini": Record("stopping", ("gtzan-mini",), "full"),
    "leakage-builtin": Record("leakage", ("builtin",)),
    # the audit's thresholds were chosen on seed 0 of the built-in corpus
    "audit-builtin": Record("planted_faults", ("builtin",), seed=1, options={"plantings": 5}),
    "audit-gtzan-mini": Record("planted_faults", ("gtzan-mini",), options={"plantings": 3}),
    "windows-builtin": Record("chapters", ("builtin",), "full", options={"chapter": "04_windows"}),
    "windows-gtzan-mini": Record("chapters", ("gtzan-mini",), "full", options={"chapter": "04_windows"}),
    "maps-gtzan-mini": Record(
        "chapters", ("gtzan-mini",), "full", options={"chapter": "05_mel_against_mfcc"}
    ),
    "features-speed": Record("benchmarks/features.py", ("builtin",), "tiny"),
    "hub": Record("benchmarks/hub.py", ("builtin",)),
    "training-speed": Record("benchmarks/training.py", ("builtin",)),
    "listening-speed": Record("benchmarks/listening.py", ("builtin",), "tiny"),
}
OWN = {  # studies of any corpus
    "results": Record("results"),
    "ladder": Record("ladder"),
    "leakage": Record("leakage"),
    "labels": Record("labels_2016"),
    "audit": Record("planted_faults", options={"plantings": 5}),
}


def make(name):
    """Compute a record of the book anew, and write it to `data/results/<name>.json`.

    Parameters
    ----------
    name : str
        One of RECORDS.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    ValueError
        For a name that is not in the table.
    """
    if name not in RECORDS:
        raise ValueError(f"unknown record {name!r}: choose one of {', '.join(RECORDS)}")
    record = RECORDS[name]
    corpora = [_open(each, record.profile, record.seed) for each in record.corpora]
    return _write(name, record, corpora, record.profile, f"{COMMAND} {name}")


def make_own(study, corpus, *, profile="quick", seed=0):
    """Run a study on any corpus, and write it to `data/results/<study>-<stem of the corpus>.json`.

    Parameters
    ----------
    study : str
        One of OWN.
    corpus : str or path
        As `sources.open_corpus` takes it.
    profile : str
        How much is computed.
    seed : int
        Of the built-in corpus.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    ValueError
        For a study that is not in the table, or when the record would replace one of the book's.
    """
    if study not in OWN:
        raise ValueError(f"unknown study {study!r}: choose one of {', '.join(OWN)}")
    opened = _open(corpus, profile, seed)
    name = f"{study}-{opened.stem}"
    if name in RECORDS:
        raise ValueError(f"{name} is a record of the book: make it by `{COMMAND} {name}`")
    command = f"{COMMAND} {study} --corpus {shlex.quote(opened.source)} --profile {profile} --seed {seed}"
    return _write(name, OWN[study], [opened], profile, command)


def _open(name, profile, seed):
    """Open a corpus. What opens it is imported here, so that the table can be read without it."""
    from genrelib.sources import open_corpus

    return open_corpus(name, profile=profile, seed=seed)


def _write(name, record, corpora, profile, command):
    """Measure, add where the result comes from, and write it."""
    sizes, start = profiles.profile(profile), time.perf_counter()
    measured = _study(record.study).measure(*corpora, profile=sizes, **record.options)
    origin = records.provenance(corpora[-1], time.perf_counter() - start) | {"command": command}
    if record.renders or any(corpus.name == "builtin" for corpus in corpora):
        origin["synth"] = disk.code_digest("genrelib.synth")
    if record.listens:
        origin["network"] = listening.load().digest
    return records.write_result(name, measured | {"profile": asdict(sizes), "provenance": origin})


def _study(name):
    """Import a study: a module of this package, or a file of the checkout."""
    if not name.endswith(".py"):
        return import_module(f"genrelib.studies.{name}")
    path = disk.CHECKOUT / name
    if not path.is_file():
        raise FileNotFoundError(f"{path}: benchmarks are run from a checkout")
    spec = util.spec_from_file_location(f"benchmark_{path.stem}", path)
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
