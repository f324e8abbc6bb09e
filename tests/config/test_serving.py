"""``tongchou serve`` with real processes: pages and worker come together and go together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.wide,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="reads /proc"),
]
PATIENCE = 40.0  # seconds; a busy machine starts processes slowly
PROGRAM = [sys.executable, "-m", "tongchou"]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Of an installation that is set up."""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    here = kept | {"TONGCHOU_VAR": str(tmp_path_factory.mktemp("served"))}
    subprocess.run([*PROGRAM, "setup"], env=here, check=True, capture_output=True)
    return here


def processes(environment: dict[str, str]) -> dict[int, str]:
    """Command lines of all processes that work in this installation."""
    mark = f"TONGCHOU_VAR={environment['TONGCHOU_VAR']}".encode()
    found = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (place / "environ").read_bytes().split(b"\0"):
                found[int(place.name)] = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:  # it has just ended, or is somebody else's
            continue
    return found


def until(true: Callable[[], object], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, f"waited too long: {what}"
        time.sleep(0.1)


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


@pytest.fixture
def server(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A server that answers, with its worker, in a process group of its own as in a terminal."""
    with closing(socket.socket()) as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    started = subprocess.Popen(
        [*PROGRAM, "serve", "--port", str(port)],
        env=environment,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: answers(port), "the server")
        until(lambda: any("tongchou worker" in line for line in processes(environment).values()), "a worker")
        yield started
    finally:
        for number in processes(environment):
            os.kill(number, signal.SIGKILL)
        started.wait()


ENDINGS = {
    "SIGTERM": lambda pid: os.kill(pid, signal.SIGTERM),
    "SIGINT": lambda pid: os.kill(pid, signal.SIGINT),
    "Ctrl+C in a terminal": lambda pid: os.killpg(pid, signal.SIGINT),
    "SIGKILL": lambda pid: os.kill(pid, signal.SIGKILL),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_pages_keeper_and_worker_end_together(
    ending: str, server: subprocess.Popen[bytes], environment: dict[str, str]
) -> None:
    running = processes(environment)
    assert sum("tongchou serve" in line for line in running.values()) >= 3, running  # the first and two more
    assert sum("jobs.process" in line for line in running.values()) == 1, running
    ENDINGS[ending](server.pid)
    code = server.wait(PATIENCE)
    assert code == (-signal.SIGKILL if ending == "SIGKILL" else 0)
    until(lambda: not processes(environment), "the end of all")


def test_a_killed_worker_is_started_again(
    server: subprocess.Popen[bytes], environment: dict[str, str]
) -> None:
    def workers() -> set[int]:
        listed = processes(environment).items()
        return {number for number, line in listed if line.rstrip().endswith("-m tongchou worker")} - keepers

    keepers = {number for number, line in processes(environment).items() if "jobs.process" in line}

    (first,) = workers()
    os.kill(first, signal.SIGKILL)
    until(lambda: workers() - {first}, "another worker")


def test_a_worker_without_a_database_says_so(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    done = subprocess.run(
        [*PROGRAM, "worker"],
        env=environment | {"TONGCHOU_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 1
    assert "run `tongchou setup` first" in done.stderr
