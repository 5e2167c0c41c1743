"""Runs within the box: locks the door behind itself, then executes a submission and answers for it.

Nothing here is trusted once the first cell has run: the grader believes none of its messages, it only takes
them for the submission's answers.
"""

import ctypes
import json
import linecache
import os
import platform
import signal
import struct
import sys
from contextlib import contextmanager
from functools import partial

__all__ = ["alarm", "main"]

# Architecture -> its number for seccomp, and its numbers of the system calls socket, ptrace, unshare, setns,
# process_vm_readv and process_vm_writev.
SYSTEM_CALLS = {
    "x86_64": (0xC000003E, (41, 101, 272, 308, 310, 311)),
    "aarch64": (0xC00000B7, (198, 117, 97, 268, 270, 271)),
}
IO_URING_SETUP = 425  # the same everywhere, as are the next ones
LANDLOCK = 444  # the first of its three system calls
NO_NEW_PRIVILEGES, KEEP_CAPABILITIES, SECCOMP = 38, 8, 22  # for prctl
READ_ANY_FILE = 1 << 2  # a capability
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, TRUNCATE = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 14  # for Landlock
RIGHTS = (0, 13, 14, 15, 15, 16)  # how many rights its versions know: the fifth and all later ones know 16


def main():
    """Lock the door, say which locks hold, and answer requests until there are none."""
    settings = json.loads(sys.argv[1])
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    _silence()
    for stream in (requests, answers) if hasattr(os, "fork") else ():  # who is started within has no say
        os.register_at_fork(after_in_child=partial(os.dup2, 0, stream.fileno()))
    locks = _lock(settings)

    from assignments import wire

    def answer(value):
        try:
            line = wire.dumps(value)
        except BaseException as error:
            line = wire.dumps({"error": _told(error)})
        answers.write(line)
        answers.flush()

    submission = _Submission()
    answer({"locks": locks})
    for line in requests:
        request = wire.loads(line)
        with alarm(request.pop("seconds")):
            try:
                result = getattr(submission, request.pop("do"))(**request)
            except BaseException as error:
                result = {"error": _told(error)}
        answer(result)


class _Submission:
    """A notebook whose cells are executed one by one, and its names."""

    def __init__(self):
        from IPython.core.history import HistoryManager
        from IPython.core.interactiveshell import InteractiveShell

        HistoryManager.enabled = False
        self.shell = InteractiveShell.instance()
        self.shell.enable_gui = lambda *args: None  # there is nobody to look
        self.shell.showtraceback = self.shell.showsyntaxerror = lambda *args, **kwargs: None

    def run(self, cell):
        result = self.shell.run_cell(cell, store_history=False)
        error = result.error_before_exec or result.error_in_exec
        return {"error": error and _told(error)}

    def get(self, name):
        if name not in self.shell.user_ns:
            return {"kind": "missing"}
        value = self.shell.user_ns[name]
        if callable(value) and not isinstance(value, type):
            return {"kind": "function"}
        return {"kind": "value", "value": value}

    def call(self, name, args, kwargs):
        return {"value": self.shell.user_ns[name](*args, **kwargs)}


def _told(error):
    """Return an exception as its kinds, what it says, and the line of the notebook that raised it."""
    try:
        said = str(error)[:300]
    except Exception:
        said = ""
    line, trace = "", error.__traceback__
    while trace:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith("<ipython-input"):
            line = linecache.getline(file, trace.tb_lineno).strip()[:120]
        trace = trace.tb_next
    return {"kinds": [kind.__name__ for kind in type(error).__mro__], "said": said, "line": line}


@contextmanager
def alarm(seconds):
    """Interrupt what takes more processor time, where the system can; elsewhere whoever waits gives up."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def ring(*_):
        raise TimeoutError(f"took more than {seconds:g} s of processor time")

    signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _silence():
    """Let what is printed go nowhere, and what is read be empty."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)


def _lock(settings):
    """Give up all that a submission does not need; return the names of the locks that hold."""
    locks = [settings["wall"]] if settings["wall"] else []
    try:
        import resource
    except ImportError:  # Windows
        return locks
    if settings["user"]:
        _become(settings["user"], read_any=settings["read_any"])
        locks.append("a user of its own")
    for limit in ("AS", "FSIZE", "NPROC", "NOFILE", "CORE"):
        if limit in settings["limits"] and hasattr(resource, f"RLIMIT_{limit}"):
            resource.setrlimit(getattr(resource, f"RLIMIT_{limit}"), (settings["limits"][limit],) * 2)
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        if settings["landlock"] and _restrict_files(libc, settings["readable"], settings["writable"]):
            locks.append("Landlock")
        if settings["seccomp"] and _restrict_calls(libc):
            locks.append("seccomp")
    return locks


def _become(user, *, read_any):
    """Become a user that owns nothing.

    Where the interpreter lies in a folder that only root can enter, this process keeps the right to read any
    file, of which Landlock leaves those that it needs.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(KEEP_CAPABILITIES, int(read_any), 0, 0, 0)
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    if read_any:
        header, rights = struct.pack("Ii", 0x20080522, 0), (READ_ANY_FILE, READ_ANY_FILE, 0, 0, 0, 0)
        libc.capset(header, struct.pack("6I", *rights))


def _restrict_files(libc, readable, writable):
    """Allow to read and to write below some folders only, if the kernel has Landlock."""
    version = libc.syscall(LANDLOCK, None, 0, 1)
    if version < 1:
        return False
    everything = (1 << RIGHTS[min(version, 5)]) - 1
    scopes = 3 if version >= 6 else 0  # no abstract sockets, no signals to processes outside
    attributes = struct.pack("3Q", everything, 3 if version >= 4 else 0, scopes)
    ruleset = libc.syscall(LANDLOCK, attributes, 24 if version >= 6 else 16 if version >= 4 else 8, 0)
    look = EXECUTE | READ_FILE | READ_DIR
    touch = WRITE_FILE | (TRUNCATE if version >= 3 else 0)
    for paths, allowed in ((readable, look), (["/dev/null"], look | touch), (writable, everything)):
        for path in filter(os.path.exists, paths):
            mine = allowed if os.path.isdir(path) else allowed & (EXECUTE | READ_FILE | touch)
            folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
            rule = struct.pack("=Qi", mine, folder)
            if libc.syscall(LANDLOCK + 1, ruleset, 1, rule, 0):
                raise OSError(ctypes.get_errno(), "Landlock refuses a rule", path)
            os.close(folder)
    held = libc.syscall(LANDLOCK + 2, ruleset, 0) == 0
    os.close(ruleset)
    return held


def _restrict_calls(libc):
    """Refuse sockets, and looking into or joining other processes and namespaces."""
    if platform.machine() not in SYSTEM_CALLS:
        return False
    architecture, refused = SYSTEM_CALLS[platform.machine()]
    load, equal, at_least, give = 0x20, 0x15, 0x35, 0x06
    numbers = (*refused, IO_URING_SETUP)
    steps = [(load, 0, 0, 4), (equal, 0, len(numbers) + 3, architecture), (load, 0, 0, 0)]
    steps += [(at_least, len(numbers) + 1, 0, 0x40000000)]  # numbers of another ABI
    steps += [(equal, len(numbers) - place, 0, number) for place, number in enumerate(numbers)]
    steps += [(give, 0, 0, 0x7FFF0000), (give, 0, 0, 0x00050000 | 13)]  # allow; "permission denied"
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = struct.pack("HxxxxxxP", len(steps), ctypes.addressof(code))
    return libc.prctl(SECCOMP, 2, program, 0, 0) == 0
