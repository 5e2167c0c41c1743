"""Importing a module changes nothing for the process that imports it."""

import json
import subprocess
import sys

from genrelib import disk

# what the libraries themselves change when they are imported is theirs: they are imported first
SIDE_EFFECTS = """
import json, logging, os, sys, warnings
import dask, h5py, joblib, keras, librosa, matplotlib.pyplot, pandas, scipy, seaborn, sklearn
import soundfile, soxr, tensorflow, tqdm, IPython.display
from importlib import import_module

def state():
    loggers = [logging.getLogger(), *map(logging.getLogger, list(logging.root.manager.loggerDict))]
    return {
        "environment": dict(os.environ),
        "warnings": [str(one) for one in warnings.filters],
        "logging": {one.name: [str(one.filters), one.level] for one in loggers if one.filters or one.level},
        "rcParams": {key: str(value) for key, value in dict.items(matplotlib.rcParams)},
    }

before = state()
for module in sys.argv[1:]:
    import_module(module)
after = state()
print(json.dumps([name for name in before if before[name] != after[name]]))
"""


def modules():
    """Return the names of all modules of genrelib."""
    files = (path.relative_to(disk.CHECKOUT) for path in disk.PACKAGE.rglob("*.py"))
    names = {".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in files}
    return sorted(names)


def test_importing_the_package_has_no_side_effects():
    assert {"genrelib.networks", "genrelib.plots.figures", "genrelib.__main__"} <= set(modules())
    run = subprocess.run(
        [sys.executable, "-c", SIDE_EFFECTS, *modules()], capture_output=True, text=True, cwd=disk.CHECKOUT
    )
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout.splitlines()[-1]) == []
