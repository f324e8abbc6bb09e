"""What a handler holds while it works: the job's data, chunks, checkpoints, and the word to stop.

::

    JobInterrupted
    ├── Cancelled   somebody asked for the end
    ├── LeaseLost   another worker has the job now
    └── Stopped     this worker is asked to stop

A handler lets these pass; the worker knows what to do.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from tongchou.core import clock
from tongchou.core.jobs import leases
from tongchou.core.jobs.leases import Standing
from tongchou.core.jobs.models import Job
from tongchou.core.jobs.plain import plain
from tongchou.core.redaction import redact

if TYPE_CHECKING:
    from tongchou.core.models import Account

_PROGRESS_EVERY = 1.0  # seconds between two writes that only tell people how far the work is
_NOTE_LENGTH = 120


class JobInterrupted(Exception):  # noqa: N818 - not a mistake of anybody
    """The handler is to end here; what its open transaction wrote is rolled back."""


class Cancelled(JobInterrupted):
    """Somebody asked for the job's end."""


class LeaseLost(JobInterrupted):
    """Another worker has the job: this one was silent for too long."""


class Stopped(JobInterrupted):
    """This worker is asked to stop; the job goes on elsewhere behind its cursor."""


class CheckpointMissing(RuntimeError):  # noqa: N818
    """A chunk would have been settled without moving the cursor, and done again by the next try."""


class JobContext:
    """One try at one job.

    Attributes
    ----------
    job_id, kind, payload, scope_no
        What is to be done.
    cursor
        Where an earlier try stopped; ``None`` at the beginning.
    by
        The account that asked, ``None`` for the installation. Access is checked again by what it calls.
    at
        When this try began: the moment for access checks and audit rows.
    asked_at
        When the job was asked for: the same for every try.
    """

    def __init__(
        self, job: Job, *, at: dt.datetime, stop: threading.Event, lease: dt.timedelta = leases.LEASE
    ) -> None:
        self.job_id: int = job.pk
        self.kind: str = job.kind
        self.payload: dict[str, Any] = job.payload
        self.scope_no: int | None = job.scope_no
        self.cursor: Any = job.cursor
        self.done: int = job.done
        self.total: int | None = job.total
        self.by: Account | None = job.created_by
        self.at, self.asked_at = at, job.created_at
        self.attempt: int = job.attempts
        self._owner, self._lease, self._stop = job.owner, lease, stop
        self._known = Standing.HELD
        self._stop_seen = False
        self._checkpoints = 0
        self._told = 0.0

    @contextmanager
    def chunk(self) -> Iterator[None]:
        """A transaction for one chunk, to be ended with ``checkpoint``.

        Nothing begins when the job is lost or cancelled or the worker is asked to stop. Inside, nobody else
        can take the job. So no chunk is done twice, and a stop never throws one away.

        Raises
        ------
        Cancelled, LeaseLost, Stopped
        CheckpointMissing
            When the block ends without a checkpoint.
        """
        self.stop_if_asked()
        before = self._checkpoints
        with transaction.atomic():
            leases.bound_silence(self._lease)
            self._heed(leases.standing(self.job_id, self._owner, lock=True))
            yield
            if self._checkpoints == before:
                raise CheckpointMissing(f"{self.kind}: end each chunk with checkpoint()")

    def checkpoint(
        self, cursor: Any, done: int | None = None, total: int | None = None, note: str | None = None
    ) -> None:
        """Settle the open chunk: the cursor moves in the transaction that wrote the chunk, or neither stands.

        Without ``chunk()``, call it in the writer's own transaction just before its audit row: all writers
        then take the job's lock first and the audit chain's second.

        Parameters
        ----------
        cursor
            The last key settled: a number, a text or a list of them.
        done, total, note
            For people: how far, of how much, and with what (a village's name, never a person's).

        Raises
        ------
        Cancelled, LeaseLost
            The chunk must not stand. Let it pass, and the transaction is rolled back.
        Stopped
            When a stop had been noticed at the checkpoint before and the handler has gone on without
            ``chunk`` or ``progress``, which would have stopped it between two chunks.
        RuntimeError
            When no transaction is open.
        """
        if not connection.in_atomic_block:
            raise RuntimeError("a checkpoint belongs into the transaction of its chunk")
        if self._stop_seen:
            raise Stopped
        reached = plain(cursor, "cursor")
        values = self._values(done, total, note) | {"cursor": reached}
        if reached != self.cursor:
            values["attempts"] = 1  # only tries that get nowhere count
        self._heed(self._advance(values))
        self._checkpoints += 1
        self._stop_seen = self._stop.is_set()

    def progress(self, done: int, total: int | None = None, note: str | None = None) -> None:
        """Tell people how far the work is, between two chunks or in work without chunks.

        Fits wherever an act takes ``progress(done, total)``. Written at most once a second.

        Raises
        ------
        Cancelled, LeaseLost, Stopped
        """
        self.stop_if_asked()
        now = time.monotonic()
        if now - self._told >= _PROGRESS_EVERY or (total is not None and done >= total):
            self._told = now
            self._heed(self._advance(self._values(done, total, note)))

    def stop_if_asked(self) -> None:
        """Raise when the work is to end; costs nothing. For long stretches without a chunk.

        Raises
        ------
        Cancelled, LeaseLost, Stopped
        """
        self._heed(self._known)
        if self._stop.is_set():
            raise Stopped

    def beat(self) -> Standing:
        """Renew the lease; the heartbeat thread calls it. What it learns is heeded at the next occasion."""
        self._known = leases.renew(self.job_id, self._owner, at=clock.now(), lease=self._lease)
        return self._known

    def _advance(self, values: dict[str, Any]) -> Standing:
        return leases.advance(self.job_id, self._owner, at=clock.now(), lease=self._lease, **values)

    def _heed(self, standing: Standing) -> None:
        self._known = standing
        if standing is Standing.LOST:
            raise LeaseLost
        if standing is Standing.CANCELLED:
            raise Cancelled

    @staticmethod
    def _values(done: int | None, total: int | None, note: str | None) -> dict[str, Any]:
        given = {"done": done, "total": total, "note": None if note is None else redact(note)[:_NOTE_LENGTH]}
        return {name: value for name, value in given.items() if value is not None}
