"""The worker: takes a job, keeps its lease alive from a thread of its own, and writes down how it ended."""

from __future__ import annotations

import datetime as dt
import threading
import time
import traceback
from types import TracebackType
from typing import Any

from django.db import close_old_connections, connections

from tongchou.core import clock
from tongchou.core.errors import AppError
from tongchou.core.jobs import actions, kinds, leases
from tongchou.core.jobs.context import Cancelled, JobContext, LeaseLost, Stopped
from tongchou.core.jobs.kinds import TRANSIENT, Kind
from tongchou.core.jobs.leases import Standing
from tongchou.core.jobs.models import Job
from tongchou.core.jobs.plain import plain
from tongchou.core.logging import structured

log = structured(__name__)

POLL = 2.0  # seconds between two looks when there is nothing to do
BEAT = 10.0  # seconds between two heartbeats: several may fail before the lease is over
_CLEAN_EVERY = 6 * 3600.0


def run_worker(
    stop: threading.Event,
    *,
    poll: float = POLL,
    lease: dt.timedelta = leases.LEASE,
    beat: float = BEAT,
    keep_days: int = actions.KEEP_DAYS,
) -> int:
    """Do jobs one after the other until ``stop`` is set; returns how many were taken.

    When it is set while a job runs, the chunk at hand is finished and the job given back to the queue. A
    database that is out of reach is waited for.
    """
    taken, cleaned = 0, -_CLEAN_EVERY
    log.info("worker_started", kinds=kinds.names())
    while not stop.is_set():
        close_old_connections()
        try:
            job = leases.claim(kinds.names(), at=clock.now(), lease=lease)
            if job is None and time.monotonic() - cleaned >= _CLEAN_EVERY:
                cleaned = time.monotonic()
                actions.clean_up(at=clock.now(), days=keep_days)
                kinds.do_chores(at=clock.now())
            followed = kinds.do_following(at=clock.now()) if job is None else False
        except TRANSIENT as error:
            log.warning("database_out_of_reach", error=type(error).__name__)
            job, followed = None, False
        if job is None:
            if not followed:
                stop.wait(poll)
            continue
        taken += 1
        run_job(job, stop, lease=lease, beat=beat)
    connections.close_all()
    log.info("worker_stopped", jobs=taken)
    return taken


def run_job(
    job: Job, stop: threading.Event, *, lease: dt.timedelta = leases.LEASE, beat: float = BEAT
) -> None:
    """Run a job that was claimed; whatever happens, its row says so afterwards."""
    kind = kinds.kind(job.kind)
    with _Settlement(job, kind) as settlement:
        context = JobContext(job, at=clock.now(), stop=stop, lease=lease)
        with _Heart(context, beat):
            result = kind.handler(context)
        settlement.result = plain(result or {}, "result")


class _Heart:
    """Renews the lease from a thread with its own connection, however long a chunk takes."""

    def __init__(self, context: JobContext, beat: float) -> None:
        self._context, self._beat = context, beat
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"job-{context.job_id}", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            while not self._over.wait(self._beat):
                close_old_connections()
                try:
                    standing = self._context.beat()
                except TRANSIENT as error:
                    log.warning("heartbeat_missed", job=self._context.job_id, error=type(error).__name__)
                    continue
                if standing is Standing.LOST:
                    return
        finally:
            connections.close_all()


class _Settlement:
    """Turns the way a handler ended into the job's state; the one place where any error is met.

    A context manager rather than an ``except``: it sees every ending, also the good one.
    """

    def __init__(self, job: Job, kind: Kind) -> None:
        self._job, self._kind = job, kind
        self.result: dict[str, Any] = {}

    def __enter__(self) -> _Settlement:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        close_old_connections()
        try:
            held, ending = self._settle(error)
        except TRANSIENT as trouble:
            # The row stays as it is; when its lease is over somebody takes it.
            held, ending = False, f"left ({type(trouble).__name__})"
        details: dict[str, Any] = {
            "job": self._job.pk,
            "kind": self._job.kind,
            "ending": ending,
            "held": held,
        }
        if isinstance(error, Exception) and ending in {"failed", "retry"}:
            # The error's message may hold names; the places in the program do not.
            where = [f"{line.filename}:{line.lineno} {line.name}" for line in traceback.extract_tb(trace)]
            log.warning("job_ended", **details, error=type(error).__name__, where=where)
        else:
            log.info("job_ended", **details)
        return error is None or isinstance(error, Exception)

    def _settle(self, error: BaseException | None) -> tuple[bool, str]:
        job, at = self._job, clock.now()
        if error is None:
            return leases.finish(job, self.result, at), "done"
        if isinstance(error, LeaseLost):
            return False, "lost"
        if isinstance(error, Cancelled):
            return leases.end_cancelled(job, at), "cancelled"
        if isinstance(error, Stopped) or not isinstance(error, Exception):
            return leases.put_back(job, at), "put back"
        if self._kind.is_transient(error):
            return leases.retry(job, self._kind.pause, at), "retry"
        if isinstance(error, AppError):
            return leases.fail(job, error.code, error.message, at), "failed"
        return leases.fail(job, "job.unexpected", leases.UNEXPECTED_TEXT, at), "failed"
