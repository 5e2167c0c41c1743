"""What does a student on a hub take? Memory and time of a kernel in which a notebook ran from top to bottom.

`python -m genrelib record hub` runs some chapters, two solved assignments and two kernels that do next to
nothing, and looks five times per second at what the kernel and its children hold. What several processes
share, each holds a part of. A notebook stays open for a while at its end.
"""

import contextlib
import threading
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import nbformat
import papermill
import psutil

from genrelib import disk

CHAPTERS = ("03_five_steps", "06_baselines", "08_training")  # sound, scikit-learn, TensorFlow
ASSIGNMENTS = ("3_mfcc", "5_network")
KERNELS = {"an empty kernel": "pass", "TensorFlow imported": "import tensorflow"}
PAUSE, OPEN = 0.2, 5  # seconds between two looks, and that a notebook stays open


def measure(corpus, *, profile):
    """Return what each notebook took: processor seconds, the most memory, and what it holds at its end."""
    from assignments import masters

    with TemporaryDirectory() as folder:
        rows = [run(name, written(folder, [source])) for name, source in KERNELS.items()]
        for master in masters.read_all():
            if master.name in ASSIGNMENTS:
                rows.append(run(master.title, written(folder, master.solution())))
    parameters = {"CORPUS": corpus.source, "PROFILE": profile.name}
    for name in CHAPTERS:
        rows.append(
            run(f"Chapter {int(name[:2])}", disk.CHECKOUT / "notebooks" / f"{name}.ipynb", parameters)
        )
    return {"notebooks": rows}


def written(folder, cells):
    """Write a notebook with cells, and return its path."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    path = Path(folder) / "notebook.ipynb"
    nbformat.write(notebook, path)
    return path


def run(what, path, parameters=None):
    """Run a notebook in a kernel of its own, and watch it."""
    notebook, held, ended = nbformat.read(path, 4), [(0, 0.0)], threading.Event()
    notebook.cells.append(nbformat.v4.new_code_cell(f"import time\ntime.sleep({OPEN})"))
    watch = threading.Thread(target=look, args=(held, ended))
    watch.start()
    try:
        with TemporaryDirectory() as folder:
            nbformat.write(notebook, Path(folder) / path.name)
            papermill.execute_notebook(
                Path(folder) / path.name,
                None,
                parameters,
                kernel_name="python3",
                cwd=disk.CHECKOUT / "notebooks",
                progress_bar=False,
            )
    finally:
        ended.set()
        watch.join()
    memories, seconds = zip(*held, strict=True)
    return {
        "what": what,
        "processor_seconds": round(max(seconds), 1),
        "peak_mb": round(max(memories) / 2**20),
        "open_mb": round(median(memories[-int(OPEN / PAUSE) :]) / 2**20),
    }


def look(held, ended):
    """Note memory and processor time of the kernel and its children as long as it is there."""
    while not ended.wait(PAUSE):
        with contextlib.suppress(psutil.Error):
            kernels = [each for each in psutil.Process().children() if "ipykernel_launcher" in each.cmdline()]
            family = [process for kernel in kernels for process in (kernel, *kernel.children(recursive=True))]
            if family:
                held.append((sum(map(memory, family)), sum(map(processor, family))))


def memory(process):
    """Return the bytes that a process holds."""
    with contextlib.suppress(psutil.Error):
        held = process.memory_full_info()
        return getattr(held, "pss", held.uss)
    return 0


def processor(process):
    """Return the processor seconds of a process and of its children that have ended."""
    with contextlib.suppress(psutil.Error):
        return sum(process.cpu_times()[:4])
    return 0
