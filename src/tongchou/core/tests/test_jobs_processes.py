"""Real worker processes: killed, frozen, asked to stop, kept running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tongchou.core import audit, clock
from tongchou.core.jobs import api as jobs
from tongchou.core.jobs import kinds, process
from tongchou.core.jobs.api import Job, State
from tongchou.core.models import AuditEntry

pytestmark = pytest.mark.django_db(transaction=True)

ROWS, LEASE = 12, 1.5
PATIENCE = 40.0  # seconds; a busy machine starts processes slowly

_WORKER = f"""
import datetime as dt, os, signal, time
import django
django.setup()
from tongchou.core import audit
from tongchou.core.jobs import api as jobs, process, worker

def harm(context, number, place):
    if context.attempt == 1 and context.payload.get(place) == number:
        os.kill(os.getpid(), context.payload["signal"])

@jobs.job("test.rows")
def rows(context):
    for number in range(context.cursor or 0, {ROWS}):
        harm(context, number, "before")
        with context.chunk():
            context.checkpoint(number + 1, done=number + 1, total={ROWS})
            audit.append(by=None, action="test.row", subject=f"row:{{number}}", at=context.at)
            harm(context, number, "inside")
        time.sleep(context.payload.get("milliseconds", 0) / 1000)

worker.run_worker(process.stop_at_signals(), poll=0.1, lease=dt.timedelta(seconds={LEASE}), beat=0.3)
"""
Start = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def start(database_of_its_own: dict[str, str]) -> Iterator[Start]:
    """Starts a worker process; all are ended with the test."""
    started: list[subprocess.Popen[bytes]] = []

    def begin() -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen([sys.executable, "-c", _WORKER], env=database_of_its_own))
        return started[-1]

    yield begin
    for worker in started:
        worker.kill()
        worker.wait()


def ask(monkeypatch: pytest.MonkeyPatch, **payload: Any) -> Job:
    monkeypatch.setattr(kinds, "_kinds", {})
    jobs.job("test.rows")(lambda context: None)
    return jobs.enqueue(kind="test.rows", payload=payload, key="rows", by=None, at=clock.now())


def until(true: Callable[[], Any]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, f"waited too long: {Job.objects.values()}"
        time.sleep(0.02)


def now(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def written() -> list[int]:
    rows = AuditEntry.objects.filter(action="test.row").order_by("id").values_list("subject", flat=True)
    return [int(subject.partition(":")[2]) for subject in rows]


@pytest.mark.parametrize("place", ["before", "inside"])
def test_a_killed_worker_s_job_goes_on_without_repeating_a_chunk(
    place: str, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = ask(monkeypatch, **{place: 7, "signal": int(signal.SIGKILL)})
    first, second = start(), start()
    until(lambda: first.poll() is not None or second.poll() is not None)
    assert written() == list(range(7)), "what was settled stands, the open chunk does not"
    until(lambda: now(job).ended)
    assert (now(job).state, written()) == (State.DONE, list(range(ROWS)))
    assert {first.poll(), second.poll()} == {None, -signal.SIGKILL}
    assert audit.verify().ok


FREEZES = [
    "before",
    pytest.param(
        "inside",
        marks=pytest.mark.skipif(
            not os.environ.get("DATABASE_URL", "").startswith("postgres"),
            reason="a frozen process keeps SQLite's one write lock",
        ),
    ),
]


@pytest.mark.parametrize("place", FREEZES)
def test_a_frozen_worker_finds_its_job_gone(
    place: str, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = ask(monkeypatch, **{place: 5, "signal": int(signal.SIGSTOP)})
    workers = start(), start()
    until(lambda: now(job).ended)
    assert (now(job).state, written()) == (State.DONE, list(range(ROWS)))
    for worker in workers:
        worker.send_signal(signal.SIGCONT)
    time.sleep(0.5)  # time for the one that slept to do harm, if it could
    assert written() == list(range(ROWS))
    for worker in workers:
        worker.terminate()
    assert [worker.wait(PATIENCE) for worker in workers] == [0, 0]
    assert now(job).state == State.DONE


def test_a_worker_asked_to_stop_leaves_its_job_to_another(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = ask(monkeypatch, milliseconds=100)
    first = start()
    until(lambda: now(job).done >= 3)
    first.terminate()
    assert first.wait(PATIENCE) == 0
    left = now(job)
    assert (left.state, left.owner, left.attempts) == (State.QUEUED, "", 0)
    assert written() == list(range(left.cursor))
    start()
    until(lambda: now(job).ended)
    assert written() == list(range(ROWS))


_BESIDE = """
import sys, time
from tongchou.core.jobs import process
with process.worker_beside([sys.executable, "-c", sys.argv[1], sys.argv[2]]):
    time.sleep(600)
"""
_SLEEPER = """
import os, pathlib, sys, threading
from tongchou.core.jobs import process
stop = process.stop_at_signals()
pathlib.Path(sys.argv[1]).write_text(str(os.getpid()))
keeper = int(os.environ["TONGCHOU_KEEPER"])
threading.Thread(target=process._watch, args=(keeper, stop), daemon=True).start()
stop.wait(600)
"""


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def read_pid(file: Path) -> int:
    return int(file.read_text() or 0) if file.exists() else 0


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
def test_a_worker_beside_a_server_is_started_again_and_ends_with_it(ending: int, tmp_path: Path) -> None:
    file = tmp_path / "pid"
    server = subprocess.Popen([sys.executable, "-c", _BESIDE, _SLEEPER, str(file)], stderr=subprocess.DEVNULL)
    try:
        until(lambda: read_pid(file))
        first = read_pid(file)
        os.kill(first, signal.SIGKILL)
        until(lambda: read_pid(file) not in (0, first))
        second = read_pid(file)
        assert alive(second) and not alive(first)
        server.send_signal(ending)
        server.wait(PATIENCE)
        until(lambda: not alive(second))
    finally:
        server.kill()


def test_a_forked_process_leaves_the_keeper_alone(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    with process.worker_beside([sys.executable, "-c", _SLEEPER, str(file)]):
        until(lambda: read_pid(file))
        child = subprocess.run(
            [sys.executable, "-c", _FORKED, _SLEEPER, str(tmp_path / "other")], timeout=PATIENCE, check=True
        )
        assert child.returncode == 0
        assert alive(read_pid(file))
    assert not alive(read_pid(file))


_FORKED = """
import os, pathlib, sys, time
from tongchou.core.jobs import process
file = pathlib.Path(sys.argv[2])
with process.worker_beside([sys.executable, "-c", sys.argv[1], sys.argv[2]]):
    while not (file.exists() and file.read_text()):
        time.sleep(0.05)
    if os.fork() == 0:
        sys.exit(0)
    os.wait()
    time.sleep(2)
    os.kill(int(file.read_text()), 0)
"""
