"""A box for one submission: it runs there, and is asked from outside for what it has computed.

Within, a submission can read the interpreter, its packages and a part of `genrelib`, and write to a folder
that vanishes with it. What keeps it there depends on the machine: `locks_here` tells.
"""

import builtins
import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path

import psutil

from assignments import wire

__all__ = ["LOCKS", "Box", "BoxError", "Failure", "Limits", "locks_here"]

HERE = Path(__file__).resolve().parent
GENRELIB = ("__init__.py", "audio.py", "classroom.py", "disk.py", "synth")  # what a submission may import
LOCKS = ("bubblewrap", "Landlock", "seccomp", "a user of its own")
SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/fonts", "/etc/localtime")
KERNEL = ("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/sys/vm", "/sys/devices/system")
DEVICES = ("/dev/zero", "/dev/urandom", "/dev/random")
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"
)
START = "import sys; sys.path.insert(0, {!r}); from assignments import inside; inside.main()"
FIRST_USER = 200_000  # beyond the ids that systems give to people and services
ATTEMPTS = 4  # a cell or an answer that ends the process is left out of the next attempt
GRACE = 5  # seconds to start or to end
PATIENCE = 8  # times the processor time of a cell that it may take by the clock


class BoxError(Exception):
    """A submission has ended or does not answer; says why."""


@dataclass(frozen=True)
class Limits:
    """What a submission may take."""

    memory_gb: float = 2
    seconds: float = 300  # all in all
    cell_seconds: float = 30  # of processor time: one cell, or one call of an answer
    processes: int = 64
    file_mb: int = 64
    disk_mb: int = 256


@dataclass(frozen=True)
class Failure:
    """What went wrong within: kinds of the exception, what it says, and the line of the notebook."""

    kinds: tuple
    said: str
    line: str = ""

    def __str__(self):
        where = f" in the line `{self.line}`" if self.line else ""
        return f"{self.kinds[0]}: {self.said}{where}" if self.said else f"{self.kinds[0]}{where}"

    @classmethod
    def read(cls, told):
        """Take what the box tells of an exception, None if there was none."""
        return told and cls(
            tuple(map(str, told.get("kinds") or ["Exception"])),
            str(told.get("said")),
            str(told.get("line", "")),
        )


class Box:
    """Run the cells of a notebook, and ask for its names.

    Parameters
    ----------
    cells : list of str
    limits : Limits, optional
    genrelib : files and folders of `genrelib` that are there beyond what students' data need
    locks : which locks to try; all of them, except in tests

    Attributes
    ----------
    failures : list, for each cell a Failure or None
    locks : list of str, which locks held
    ended : list of str, why the submission had to be started anew
    seconds : float, processor time
    peak : float, the most memory in bytes, seen five times per second

    Notes
    -----
    A context manager. What ends the process (an endless loop, too much memory) costs the cell or the answer
    that does it: all others run once more, without it.
    """

    def __init__(self, cells, *, limits=None, genrelib=(), locks=LOCKS):
        self.cells, self.limits, self.genrelib = list(cells), limits or Limits(), genrelib
        self.failures, self.locks, self.ended = [None] * len(self.cells), [], []
        self.seconds, self.peak = 0.0, 0
        self._allowed, self._left_out, self._attempts, self._warden = locks, set(), 0, None
        self._until = time.monotonic() + self.limits.seconds

    def __enter__(self):
        with suppress(BoxError):
            self._start()
        return self

    def __exit__(self, *_):
        self._stop()

    def kind(self, name):
        """Tell what the notebook made of a name: "function", "value" or "missing"."""
        return self._ask(do="get", name=name).get("kind", "missing")

    def value(self, name):
        """Return the value of a name."""
        return self._ask(do="get", name=name).get("value")

    def call(self, name, /, *args, **kwargs):
        """Call a function of the notebook; return its result, or raise what it raised.

        Raises
        ------
        Exception
            The built-in exception that the function raised, or the nearest built-in ancestor of it; its
            attribute `failure` tells more.
        BoxError
            When the process ended, or did not answer in time.
        TypeError
            When an argument cannot be sent.
        """
        answer = self._ask(do="call", name=name, args=args, kwargs=kwargs)
        failure = Failure.read(answer.get("error"))
        if failure:
            raise _builtin(failure)
        return answer.get("value")

    def _ask(self, **request):
        """Send a request and wait for its answer; start anew first where the process has ended."""
        seconds = self.limits.cell_seconds
        line = wire.dumps(request | {"seconds": seconds}, strict=True)
        if self._warden is None:
            self._start()
        patience, left = PATIENCE * seconds + GRACE, max(0, self._until - time.monotonic())
        try:
            self._warden.stdin.write(line)
            self._warden.stdin.flush()
            answer = self._answers.get(timeout=min(patience, left))
        except queue.Empty:
            late = f"did not end within {patience:g} s"
            if left < patience:
                late = f"took longer than {self.limits.seconds:g} s, with all that came before"
            raise self._lost(late) from None
        except OSError:
            raise self._lost("ended the process") from None
        if not answer:
            raise self._lost("ended the process")
        try:
            answer = wire.loads(answer)
        except ValueError as error:
            raise self._lost(f"gave {error}") from None
        if not isinstance(answer, dict):
            raise self._lost("gave no answer")
        return answer

    def _lost(self, reason):
        """Give a process up; return the error that says why."""
        reason = self._stop() or reason
        self.ended.append(reason)
        return BoxError(reason)

    def _start(self):
        """Start a process and run the cells in it, as often as it takes to find those that end it."""
        while self._attempts < ATTEMPTS and time.monotonic() < self._until:
            self._attempts += 1
            self._open()
            if self._run_cells():
                return
        raise BoxError(self.ended[-1] if self.ended else "could not be started")

    def _run_cells(self):
        for number, cell in enumerate(self.cells):
            if number in self._left_out:
                continue
            try:
                failure = Failure.read(self._ask(do="run", cell=cell).get("error"))
            except BoxError as error:
                self.failures[number] = Failure(("The cell",), str(error))
                self._left_out.add(number)
                return False
            self.failures[number] = failure
        return True

    def _open(self):
        """Lay out the folders and start the warden, which starts the submission."""
        self._base = Path(tempfile.mkdtemp(prefix="box-")).resolve()
        self._base.chmod(0o755)
        work, code = self._base / "work", self._base / "code"
        _lay_out(code, self.genrelib)
        (work / ".matplotlib").mkdir(parents=True)
        for fonts in _font_lists():
            shutil.copy(fonts, work / ".matplotlib")
        user = next(_USERS) if _is_root() and "a user of its own" in self._allowed else 0
        for path in (work, *work.rglob("*")) if user else ():
            os.chown(path, user, user)
        self._warden = subprocess.Popen(
            [sys.executable, "-I", HERE / "warden.py", json.dumps(self._settings(work, code, user))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._answers = queue.Queue(maxsize=1)
        threading.Thread(target=_pass_on, args=(self._warden.stdout, self._answers), daemon=True).start()
        try:
            first = wire.loads(self._answers.get(timeout=GRACE * 6))
            self.locks = first["locks"]
        except (queue.Empty, ValueError, KeyError, TypeError) as error:
            self._stop()
            raise RuntimeError("the box does not start on this machine") from error

    def _settings(self, work, code, user):
        """Return what the warden is told."""
        prefixes = {str(path) for raw in (sys.prefix, sys.base_prefix) for path in (raw, Path(raw).resolve())}
        readable = [path for path in (*SYSTEM, *sorted(prefixes), str(code)) if os.path.exists(path)]
        walled = "bubblewrap" in self._allowed and bubblewrap_works()
        limits = self.limits
        inside = {
            "wall": "bubblewrap" if walled else "",
            "landlock": "Landlock" in self._allowed,
            "seccomp": "seccomp" in self._allowed,
            "user": user,
            "read_any": bool(user) and not walled and not _open_to_all(sys.base_prefix, sys.prefix),
            "readable": [*readable, *KERNEL, *DEVICES],
            "writable": [str(work)],
            "limits": {
                "AS": int(limits.memory_gb * 2**30),
                "FSIZE": limits.file_mb * 2**20,
                "NPROC": limits.processes + (0 if user else _threads_of_this_user()),
                "NOFILE": 256,
                "CORE": 0,
            },
        }
        python = Path(sys.prefix).resolve() / "bin" / "python"
        command = [str(python if python.exists() else sys.executable), "-I", "-c", START.format(str(code))]
        wall = _bubblewrap(readable, work) if walled else []
        environment = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ} | ONE_THREAD
        environment |= {
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "MPLBACKEND": "agg",
            "PYTHONHASHSEED": "0",
        }
        environment |= dict.fromkeys(("HOME", "TMPDIR", "TEMP", "TMP"), str(work))
        environment |= {"MPLCONFIGDIR": str(work / ".matplotlib"), "IPYTHONDIR": str(work / ".ipython")}
        return {
            "command": [*wall, *command, json.dumps(inside)],
            "environment": environment,
            "folder": str(work),
            "report": str(self._base / "report.json"),
            "memory": limits.memory_gb * 2**30,
            "seconds": max(1, self._until - time.monotonic()),
            "processes": limits.processes + 4,  # bubblewrap's own
            "disk": limits.disk_mb * 2**20,
        }

    def _stop(self):
        """End the warden and all that it watches; return why it had to end the submission, if it had to."""
        if self._warden is None:
            return ""
        warden, self._warden = self._warden, None
        warden.terminate()
        try:
            warden.wait(4 * GRACE)
        except subprocess.TimeoutExpired:
            warden.kill()
            warden.wait()
        with suppress(OSError):
            warden.stdin.close()
        report = {}
        with suppress(OSError, ValueError):
            report = json.loads((self._base / "report.json").read_text())
        self.seconds += report.get("seconds", 0)
        self.peak = max(self.peak, report.get("peak", 0))
        shutil.rmtree(self._base, ignore_errors=True)
        return report.get("ended", "")


def locks_here():
    """Try a box on this machine.

    Returns
    -------
    list of str, the locks that hold
    """
    with Box([]) as box:
        return box.locks


@cache
def bubblewrap_works():
    """Tell whether bubblewrap is there and may do what it does."""
    if not shutil.which("bwrap"):
        return False
    command = ["bwrap", "--ro-bind", "/", "/", "--proc", "/proc", "--unshare-pid", "--unshare-net", "true"]
    return subprocess.run(command, capture_output=True).returncode == 0


def _bubblewrap(readable, work):
    """Return the command that shows to the next one only some folders, no other process and no network."""
    command = [
        "bwrap",
        "--die-with-parent",
        "--new-session",
        "--unshare-pid",
        "--unshare-net",
        "--unshare-ipc",
    ]
    if _is_root():
        command += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    made = {Path("/")}
    for path in map(Path, (*readable, work)):
        for parent in reversed(path.parents):
            if parent not in made:
                command += ["--dir", str(parent)]  # else only root could pass through it
                made.add(parent)
        if path.is_symlink():
            command += ["--symlink", os.readlink(path), str(path)]
        else:
            command += ["--bind" if path == work else "--ro-bind", str(path), str(path)]
    command += ["--proc", "/proc", "--dev", "/dev"]
    # what bubblewrap lays out lies in memory that nobody counts
    command += ["--remount-ro", "/dev", "--remount-ro", "/"]
    return [*command, "--chdir", str(work)]


def _lay_out(code, genrelib):
    """Copy what a submission may import that is no installed package."""
    for package, source, names in (
        ("assignments", HERE, ("__init__.py", "wire.py", "inside.py")),
        ("genrelib", HERE.parent / "genrelib", (*GENRELIB, *genrelib)),
    ):
        (code / package).mkdir(parents=True)
        for name in names:
            if (source / name).is_dir():
                shutil.copytree(source / name, code / package / name)
            elif (source / name).exists():
                shutil.copy2(source / name, code / package)


@cache
def _font_lists():
    """Return matplotlib's lists of fonts, which take seconds to make."""
    import matplotlib.font_manager  # which makes the list where there is none yet

    return sorted(Path(matplotlib.get_cachedir()).glob("fontlist-*.json"))


def _pass_on(stream, answers):
    """Put each line of a stream into a queue, and an empty one at its end."""
    with suppress(OSError, ValueError):
        while line := stream.readline(wire.LIMIT + 1):
            answers.put(line)
    answers.put(b"")


def _builtin(failure):
    """Return an exception of the first kind that Python itself has, or a RuntimeError."""
    error = RuntimeError(str(failure))
    for kind in reversed(failure.kinds):
        known = getattr(builtins, kind, None)
        if isinstance(known, type) and issubclass(known, Exception) and known is not Exception:
            with suppress(TypeError):  # some need more than a text
                error = known(failure.said)
    error.failure = failure
    return error


def _is_root():
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _open_to_all(*folders):
    """Tell whether everybody may enter folders."""
    resolved = [Path(folder).resolve() for folder in folders]
    return all(path.stat().st_mode & 0o001 for leaf in resolved for path in (leaf, *leaf.parents))


def _threads_of_this_user():
    """Count what the system counts against a limit of processes."""
    total, me = 0, os.getuid() if hasattr(os, "getuid") else None
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            total += process.num_threads() if me is not None and process.uids().real == me else 0
    return total


_USERS = (FIRST_USER + number % 100_000 for number in count(os.getpid()))
