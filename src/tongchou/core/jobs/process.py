"""Worker processes: one that ends at a signal, and a keeper beside the web server that starts it anew.

The keeper imports no Django, so that it is small and nothing it loads can break it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

#: Seconds a worker may take to finish its chunk before it is killed; its job is then taken over.
GRACE = 25.0
_LOOK = 1.0
_LONGEST_PAUSE = 10.0
_MODULE = "tongchou.core.jobs.process"
#: Names the keeper's process to the worker it started.
_KEEPER = "TONGCHOU_KEEPER"


def work() -> None:
    """Run jobs in this process until SIGTERM or SIGINT, or until its keeper is gone.

    Call it in the main thread, when Django is set up. A second signal ends the process at once.
    """
    from tongchou.core.jobs import worker

    stop = stop_at_signals()
    keeper = os.environ.get(_KEEPER)
    if keeper:
        threading.Thread(target=_watch, args=(int(keeper), stop), daemon=True).start()
    worker.run_worker(stop)


def stop_at_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set."""
    stop = threading.Event()

    def asked(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, asked)
    return stop


@contextmanager
def worker_beside(command: Sequence[str]) -> Iterator[None]:
    """Keep the worker ``command`` running while the block runs, e.g. the web server.

    The command is started again whenever it ends. Leaving the block lets it finish its chunk; if this
    process is killed, keeper and worker notice and stop.
    """
    keeper = subprocess.Popen([sys.executable, "-m", _MODULE, str(os.getpid()), *command])  # noqa: S603
    try:
        yield
    finally:
        # A forked web process comes by here too when it ends; the keeper is no child of it and is left alone.
        keeper.terminate()
        try:
            keeper.wait(GRACE + 5)
        except subprocess.TimeoutExpired:
            keeper.kill()


def keep(command: Sequence[str], *, parent: int) -> None:
    """Run the command again and again until a signal comes or ``parent`` is gone."""
    stop = stop_at_signals()
    pause = _LOOK
    while not _over(parent, stop):
        started = time.monotonic()
        child = subprocess.Popen(command, env=os.environ | {_KEEPER: str(os.getpid())})  # noqa: S603
        while child.poll() is None and not _over(parent, stop):
            stop.wait(_LOOK)
        if child.poll() is None:
            _end(child)
            return
        lasted = time.monotonic() - started
        pause = _LOOK if lasted > _LONGEST_PAUSE else min(pause * 2, _LONGEST_PAUSE)
        stop.wait(pause)


def _end(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(GRACE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _over(parent: int, stop: threading.Event) -> bool:
    return stop.is_set() or os.getppid() != parent


def _watch(parent: int, stop: threading.Event) -> None:
    while not _over(parent, stop):
        stop.wait(_LOOK)
    stop.set()


if __name__ == "__main__":
    keep(sys.argv[2:], parent=int(sys.argv[1]))
