"""The box keeps in what runs in it, and ends it whole."""

import os
import sys
import time
from contextlib import suppress

import psutil
import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT))
from assignments.box import LOCKS, Box, BoxError, Limits, locks_here

WALLS = ("bubblewrap", "Landlock")
ESCAPES = """
import os, socket, subprocess
def attempt(what):
    try:
        return what()
    except BaseException as error:
        return type(error).__name__
read = attempt(lambda: open({secret!r}).read())
seen = attempt(lambda: os.listdir({folder!r}))
wrote = attempt(lambda: open({folder!r} + "/new", "w").write("x"))
removed = attempt(lambda: os.remove({secret!r}))
shell = attempt(lambda: subprocess.run(["cat", {secret!r}], capture_output=True, text=True).stdout)
sent = attempt(lambda: socket.socket().connect(("127.0.0.1", {port})))
said = attempt(lambda: socket.socket(socket.AF_UNIX))
ended = attempt(lambda: os.kill({grader}, 0))
own = attempt(lambda: open("own.txt", "w").write("mine"))
root = attempt(lambda: os.setuid(0))
left = attempt(lambda: __import__("ctypes").CDLL(None).unshare(0x10000000))  # a namespace of users
answers = attempt(lambda: __import__("genrelib.features"))
"""
DAEMON = """
import os, time
child = os.fork()
if not child:
    os.setsid()
    if not os.fork():
        time.sleep(1000)
    os._exit(0)
os.waitpid(child, 0)
"""


@pytest.fixture(scope="module")
def here():
    """The locks that hold on this machine."""
    return locks_here()


@pytest.mark.parametrize("wall", WALLS)
def test_a_wall_keeps_a_submission_from_files_and_network(wall, here, tmp_path):
    if wall not in here:
        pytest.skip(f"no {wall} on this machine")
    secret = tmp_path / "tests.py"
    secret.write_text("the hidden tests")
    others = [lock for lock in LOCKS if lock not in WALLS]
    cell = ESCAPES.format(secret=str(secret), folder=str(tmp_path), port=9, grader=os.getpid())
    with Box([cell], locks=[wall, *others]) as box:
        assert box.failures == [None] and wall in box.locks
        alone = wall == "bubblewrap" or os.geteuid() == 0  # Landlock keeps signals in from Linux 6.12 on only
        for name in ("read", "seen", "wrote", "removed", "sent", "said", "answers", *["ended"] * alone):
            outcome = box.value(name)
            assert isinstance(outcome, str) and outcome.endswith("Error"), (name, outcome)
        assert "hidden" not in box.value("shell") and box.value("own") == 4
        if sys.platform == "linux":
            assert box.value("root").endswith("Error") and box.value("left") == -1
    assert secret.read_text() == "the hidden tests" and list(tmp_path.iterdir()) == [secret]


def test_without_a_wall_the_other_locks_say_so_and_hold(here):
    with Box(["import socket\nsocket.socket()"], locks=["seccomp"]) as box:
        assert not set(WALLS) & set(box.locks)
        assert "seccomp" not in here or "PermissionError" in box.failures[0].kinds


def running(marked):
    """Return the ids of living processes whose command line holds a mark."""
    found = set()
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if marked in " ".join(process.cmdline()) and process.status() != psutil.STATUS_ZOMBIE:
                found.add(process.pid)
    return found


def test_what_a_submission_leaves_running_ends_with_it():
    with Box([DAEMON], locks=["seccomp"]) as box:  # no wall: only the warden is there to end it
        mark = box._base.name
        assert len(running(mark)) == 3, "the warden, the submission and its daemon"
    assert not running(mark)


def test_a_cell_that_ends_the_process_costs_only_itself():
    cells = ["import os\nfirst = 1", "os._exit(3)", "while True: pass", "last = 2\ndef f(): os._exit(4)"]
    with Box(cells, limits=Limits(cell_seconds=1)) as box:
        assert (box.value("first"), box.value("last")) == (1, 2)
        assert "ended the process" in str(box.failures[1]) and "more than 1 s" in str(box.failures[2])
        with pytest.raises(BoxError, match="ended the process"):
            box.call("f")
        assert box.value("last") == 2


MANY = """
import os, time
for number in range(12):
    open(str(number), "wb").write(bytes(2**20))
time.sleep(2)
"""
NAMELESS = """
import os, time
held = []
for number in range(12):
    held.append(open("gone", "wb", buffering=0))
    os.remove("gone")
    held[-1].write(bytes(2**20))
time.sleep(2)
"""
IN_MEMORY = """
import os, time
held = [os.memfd_create("gone") for number in range(12)]
for each in held:
    os.write(each, bytes(2**20))
time.sleep(2)
"""
LARGE = "open('large', 'wb').write(bytes(5 * 2**20))"
BESIDE = """
def write(path):
    with open(path, "wb") as file:
        file.write(b"x")
"""


@pytest.mark.parametrize("wall", WALLS)
def test_disk_and_memory_that_no_process_holds_are_counted(wall, here):
    if wall not in here:
        pytest.skip(f"no {wall} on this machine")
    others = [lock for lock in LOCKS if lock not in WALLS]
    cells = [MANY, LARGE, *([NAMELESS, IN_MEMORY] if sys.platform == "linux" else []), BESIDE, "last = 2"]
    with Box(cells, limits=Limits(disk_mb=8, file_mb=4), locks=[wall, *others]) as box:
        assert box.value("last") == 2
        assert "OSError" in box.failures[1].kinds, "one file is too large"
        for failure in (box.failures[0], *box.failures[2:-2]):
            assert "wrote more than 8 MB" in str(failure)
        for path in ("/x", "/tmp/x", "/var/tmp/x", "/dev/x", "/dev/shm/x", "/run/x"):
            with pytest.raises(OSError):
                box.call("write", path)
        box.call("write", "own.txt")


def test_all_cells_together_have_an_end():
    begun = time.monotonic()
    with Box(["import time"] + ["time.sleep(1)"] * 60, limits=Limits(seconds=4)) as box:
        with pytest.raises(BoxError, match="took longer than 4 s"):
            box.value("time")
    assert time.monotonic() - begun < 4 + 15, "the box has to start and to end, too"
    failed = [failure for failure in box.failures if failure]
    assert len(failed) == 1 and "took longer than 4 s" in str(failed[0]), (
        "the cell that was running, no other"
    )


def test_processes_that_a_submission_starts_do_not_answer_for_it():
    with Box(["import os\nchild = os.fork()", "child = bool(child)\nlast = 2"]) as box:
        assert box.value("child") is True and [box.value("last") for _ in range(5)] == [2] * 5


def test_an_answer_raises_what_it_raised_within():
    cell = "class Mine(LookupError): pass\ndef f(x):\n    raise Mine('no ' + x)\ndef g(): raise SystemExit"
    with Box([cell]) as box:
        with pytest.raises(LookupError, match="no luck") as caught:
            box.call("f", "luck")
        assert caught.value.failure.line == "raise Mine('no ' + x)"
        with pytest.raises(RuntimeError, match="SystemExit"):
            box.call("g")
        assert box.kind("h") == "missing" and box.kind("f") == "function"
