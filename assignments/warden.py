"""Runs beside the box: starts it, watches all that runs in it, and ends everything with it.

A process of its own, so that whatever a submission leaves running becomes its child and ends with it, and so
that its processor time can be told from others'.
"""

import contextlib
import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psutil

SUBREAPER, SIGNAL_ON_PARENTS_END = 36, 1  # for prctl
PAUSE = 0.2  # seconds between two looks
TOLD_TO_END = []


def main():
    """Run a command within limits, and write how it went to a file."""
    settings = json.loads(sys.argv[1])
    _adopt_orphans()
    process = subprocess.Popen(
        settings["command"], cwd=settings["folder"], env=settings["environment"], stderr=subprocess.DEVNULL
    )
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)  # only the box holds the pipes: when it ends, they end
    os.dup2(nowhere, 1)
    ended, peak, seconds = _watch(process, settings)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # it ends anyway
    _end_all()
    report = {"ended": ended, "peak": peak, "seconds": seconds}
    draft = Path(settings["report"] + ".part")
    draft.write_text(json.dumps(report))
    draft.replace(settings["report"])


def _adopt_orphans():
    """Become the parent of every descendant whose parent ends, and end with the grader."""
    if sys.platform == "linux":
        import ctypes

        libc = ctypes.CDLL(None)
        libc.prctl(SUBREAPER, 1, 0, 0, 0)
        libc.prctl(SIGNAL_ON_PARENTS_END, signal.SIGTERM, 0, 0, 0)
    signal.signal(signal.SIGTERM, lambda *_: TOLD_TO_END.append(True))


def _watch(process, settings):
    """Wait for the end of a process.

    Returns why it was ended ("" if it was not, or by the grader), the most memory, and the processor time.
    """
    peak, processor, until = 0, 0.0, time.monotonic() + settings["seconds"]
    while process.poll() is None and not TOLD_TO_END:
        family = _descendants()
        memory = sum(_memory(member) for member in family)
        peak, processor = max(peak, memory), max(processor, sum(_seconds(member) for member in family))
        if memory > settings["memory"]:
            return f"took more than {settings['memory'] / 2**30:g} GB of memory", peak, processor
        if len(family) > settings["processes"]:
            return f"started more than {settings['processes']} processes", peak, processor
        if _size(settings["folder"]) + _nameless(family) > settings["disk"]:
            return f"wrote more than {settings['disk'] / 2**20:g} MB", peak, processor
        if time.monotonic() > until:
            return f"took longer than {settings['seconds']:g} s", peak, processor
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(PAUSE)
    processor = max(processor, sum(map(_seconds, _descendants())))
    return "", peak, processor


def _descendants():
    with contextlib.suppress(psutil.Error):
        return psutil.Process().children(recursive=True)
    return []


def _memory(process):
    """Return the bytes of a process; of what forks share, each counts its part, where the system tells."""
    taken = 0
    with contextlib.suppress(psutil.Error):
        taken = process.memory_info().rss
        taken = getattr(process.memory_full_info(), "pss", taken)
    return taken


def _seconds(process):
    """Return the processor time of a process and of those children that it has seen end."""
    with contextlib.suppress(psutil.Error):
        return sum(process.cpu_times()[:4])
    return 0


def _size(folder):
    """Return the bytes of the files below a folder."""
    total, folders = 0, [folder]
    while folders:
        with contextlib.suppress(OSError), os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                else:
                    total += entry.stat(follow_symlinks=False).st_size
    return total


def _nameless(family):
    """Return the bytes of the files that processes hold open and no folder names, on disk or in memory."""
    held = {}
    for process in family:
        with contextlib.suppress(OSError), os.scandir(f"/proc/{process.pid}/fd") as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    found = entry.stat()
                    if stat.S_ISREG(found.st_mode) and not found.st_nlink:
                        held[found.st_dev, found.st_ino] = found.st_size
    return sum(held.values())


def _end_all():
    """End every descendant: stop them first, so that none can start another one meanwhile."""
    stopped = set()
    while news := set(_descendants()) - stopped:
        for process in news:
            with contextlib.suppress(psutil.Error):
                process.suspend()
        stopped |= news
    while family := _descendants():
        for process in family:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(family, timeout=1)
        if hasattr(os, "WNOHANG"):
            with contextlib.suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass


if __name__ == "__main__":
    main()
