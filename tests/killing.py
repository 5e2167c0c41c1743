"""Kill a piece of work at any moment, again and again, without paying for its imports each time."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress

MOTHER = """
import os, sys
{prepare}
print("ready", flush=True)
for _ in sys.stdin:
    child = os.fork()
    if not child:
        status = 1
        try:
            {work}
            status = 0
        finally:
            os._exit(status)
    print(child, flush=True)
    print(os.waitpid(child, 0)[1], flush=True)
"""


@contextmanager
def workers(prepare, work, **environment):
    """Start a process that runs `prepare` once, and yield a function that lets a child of it do `work`.

    The function takes the seconds after which the child is killed (None: never) and returns whether it had
    ended well by then.
    """
    mother = subprocess.Popen(
        [sys.executable, "-c", MOTHER.format(prepare=prepare, work=work)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | environment,
    )
    assert mother.stdout.readline() == "ready\n"

    def let_work(killed_after=None):
        mother.stdin.write("go\n")
        mother.stdin.flush()
        child = int(mother.stdout.readline())
        if killed_after is not None:
            time.sleep(killed_after)
            with suppress(ProcessLookupError):  # it has ended already
                os.kill(child, signal.SIGKILL)
        return int(mother.stdout.readline()) == 0

    try:
        yield let_work
    finally:
        mother.stdin.close()
        mother.wait()
