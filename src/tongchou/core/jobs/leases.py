"""Taking, holding and giving back jobs: every statement names the holder, so a lost lease writes nothing.

On PostgreSQL a row lock decides (SKIP LOCKED: two workers never wait for one another); on SQLite each
transaction takes the write lock as it begins.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
import socket
from collections.abc import Callable, Collection
from enum import Enum
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongchou.core.jobs.models import Job, State
from tongchou.core.redaction import redact

#: A dead worker's job is free after this long; with the pause between two looks, within a minute.
LEASE = dt.timedelta(seconds=45)
NOTHING_HELD: dict[str, Any] = {"owner": "", "lease_until": None}

LOST_TEXT = _("The program stopped several times at the same place. Tell whoever runs this system.")
BUSY_TEXT = _("The database was busy or out of reach several times. Try again later.")
UNEXPECTED_TEXT = _(
    "The program met something it was not prepared for. Nothing was changed by the last step. "
    "Tell whoever runs this system the number of this job."
)


class Standing(Enum):
    """What a holder learns when it looks at its lease."""

    HELD = "held"
    CANCELLED = "cancelled"
    LOST = "lost"


def new_owner() -> str:
    """A name for one claim: machine, process, and something nobody had before."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"


def claim(kind_names: Collection[str], *, at: dt.datetime, lease: dt.timedelta = LEASE) -> Job | None:
    """Take the job that has waited longest, or one whose worker died; ``None`` when there is none.

    A job taken over too often without getting on fails here; one whose end was asked for ends here.
    """
    ready = Job.objects.ready(at).filter(kind__in=kind_names).order_by("run_after", "pk")
    while ready.exists():  # a plain read, so that idle workers take no locks
        with transaction.atomic():
            job = ready.select_for_update(skip_locked=True).first()
            if job is None:
                return None
            if job.cancel_requested:
                _end(job, State.CANCELLED, at)
            elif job.attempts >= job.max_attempts:
                _fail(job, "job.worker_lost", LOST_TEXT, at)
            else:
                _take(job, at, lease)
                return job
    return None


def _take(job: Job, at: dt.datetime, lease: dt.timedelta) -> None:
    job.state, job.owner, job.lease_until, job.heartbeat_at = State.RUNNING, new_owner(), at + lease, at
    job.attempts += 1
    job.started_at = job.started_at or at
    job.save(update_fields=["state", "owner", "lease_until", "heartbeat_at", "attempts", "started_at"])


def renew(job_id: int, owner: str, *, at: dt.datetime, lease: dt.timedelta) -> Standing:
    """The heartbeat: hold the job for another while."""
    held = Job.objects.held_by(owner).filter(pk=job_id)
    held.update(lease_until=at + lease, heartbeat_at=at)
    return standing(job_id, owner)


def advance(job_id: int, owner: str, *, at: dt.datetime, lease: dt.timedelta, **values: Any) -> Standing:
    """Note progress and renew the lease in one statement; nothing is written unless it is held."""
    held = Job.objects.held_by(owner).filter(pk=job_id, cancel_requested=False)
    if held.update(lease_until=at + lease, heartbeat_at=at, **values):
        return Standing.HELD
    return standing(job_id, owner)


def standing(job_id: int, owner: str, *, lock: bool = False) -> Standing:
    """Whether the lease is held; with ``lock`` nobody else can take it before the transaction ends."""
    held = Job.objects.held_by(owner).filter(pk=job_id)
    if lock:
        held = held.select_for_update()
    asked = held.values_list("cancel_requested", flat=True).first()
    if asked is None:
        return Standing.LOST
    return Standing.CANCELLED if asked else Standing.HELD


def bound_silence(lease: dt.timedelta) -> None:
    """End this transaction if its program says nothing for as long as a lease.

    A process that hangs, or a machine that is cut off, would otherwise hold its row lock for ever and keep
    others from taking the job over. SQLite has one machine and one file: a dead process holds nothing there.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('idle_in_transaction_session_timeout', %s, true)",
                [str(int(lease.total_seconds() * 1000))],
            )


def finish(job: Job, result: dict[str, Any], at: dt.datetime) -> bool:
    """The work is done."""

    def settle(row: Job) -> None:
        row.result, row.error_code, row.error_text = result, "", {}
        if row.total is not None:
            row.done = row.total
        _end(row, State.DONE, at)

    return _settle(job, settle)


def end_cancelled(job: Job, at: dt.datetime) -> bool:
    """The holder has seen that the job's end was asked for."""
    return _settle(job, lambda row: _end(row, State.CANCELLED, at))


def fail(job: Job, code: str, message: str | Promise, at: dt.datetime) -> bool:
    """The work cannot be done like this."""
    return _settle(job, lambda row: _fail(row, code, message, at))


def put_back(job: Job, at: dt.datetime) -> bool:
    """The worker stops: the job waits for another one, and the try does not count."""

    def settle(row: Job) -> None:
        if row.cancel_requested:
            _end(row, State.CANCELLED, at)
            return
        row.attempts = max(0, row.attempts - 1)
        _wait(row, at)

    return _settle(job, settle)


def retry(job: Job, pause: Callable[[int], float], at: dt.datetime) -> bool:
    """A passing error: wait (``pause(tries)`` seconds) and try again, or give up after the last try."""

    def settle(row: Job) -> None:
        if row.cancel_requested:
            _end(row, State.CANCELLED, at)
        elif row.attempts >= row.max_attempts:
            _fail(row, "job.busy", BUSY_TEXT, at)
        else:
            row.error_code, row.error_text = "job.busy", _in_all_languages(BUSY_TEXT)
            _wait(row, at + dt.timedelta(seconds=pause(row.attempts)))

    return _settle(job, settle)


def _settle(job: Job, change: Callable[[Job], None]) -> bool:
    """Change the row if it is still held; False when somebody else has it now."""
    with transaction.atomic():
        row = Job.objects.held_by(job.owner).select_for_update().filter(pk=job.pk).first()
        if row is None:
            return False
        change(row)
    return True


def _wait(row: Job, until: dt.datetime) -> None:
    row.state, row.run_after, row.owner, row.lease_until = State.QUEUED, until, "", None
    row.save()


def _end(row: Job, state: str, at: dt.datetime) -> None:
    row.state, row.finished_at, row.owner, row.lease_until = state, at, "", None
    row.save()


def _fail(row: Job, code: str, message: str | Promise, at: dt.datetime) -> None:
    row.error_code, row.error_text = code[:60], _in_all_languages(message)
    _end(row, State.FAILED, at)


def _in_all_languages(message: str | Promise) -> dict[str, str]:
    """The text in each language of the pages: who reads it later may read another one."""
    texts = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            texts[language] = redact(str(message))
    return texts
