"""A large register is stored in the background; nobody decides otherwise meanwhile."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest

from tongchou.apps.intake import api as intake
from tongchou.apps.intake import queries
from tongchou.apps.intake.tests.workbooks import demo_people, workbook
from tongchou.apps.registry import applying
from tongchou.apps.registry.models import Person
from tongchou.core import clock
from tongchou.core.errors import Conflict, NotAllowed
from tongchou.core.jobs import api as jobs
from tongchou.core.jobs import leases, worker
from tongchou.core.jobs.api import Job, JobContext, State
from tongchou.core.models import AuditEntry

#: A worker looks after its own connections: real transactions, as in an installation.
pytestmark = pytest.mark.django_db(transaction=True)


def run() -> Job:
    claimed = leases.claim([queries.APPLY_KIND], at=clock.now())
    assert claimed is not None
    worker.run_job(claimed, threading.Event())
    return Job.objects.get(pk=claimed.pk)


def test_what_is_large_is_counted_without_the_lines_held_back(stage: Any) -> None:
    file = stage()
    assert not intake.is_large(file)
    file.people = queries.MOST_AT_ONCE + 10
    file.held_people = 10
    assert not intake.is_large(file)
    file.held_people = 9
    assert intake.is_large(file)


def test_the_job_stores_the_file_and_tells_how_far_it_is(
    stage: Any, act: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[int, int]] = []
    usual = JobContext.progress

    def progress(context: JobContext, done: int, total: int, note: str | None = None) -> None:
        told.append((done, total))
        usual(context, done, total, note)

    monkeypatch.setattr(JobContext, "progress", progress)
    file = stage()
    job = intake.ask_to_apply(file_id=file.pk, **act)
    assert AuditEntry.objects.order_by("-id").first().action == "intake.ask_to_apply"
    assert (job.area_id, job.scope_no) == (file.village_id, file.scope_no)
    done = run()
    file.refresh_from_db()
    assert (done.state, file.status) == (State.DONE, intake.FileStatus.APPLIED)
    assert told[-1] == (file.people, file.people) and done.done == file.people
    assert done.result["people"] == Person.objects.count() > 0


def test_cancelled_midway_and_asked_again_it_goes_on(
    stage: Any, act: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "chunks", lambda rows: [[row] for row in rows])
    file = stage()
    job = intake.ask_to_apply(file_id=file.pk, **act)
    usual = JobContext.progress

    def progress(context: JobContext, done: int, total: int) -> None:
        if done == 1:
            jobs.cancel(job_id=job.pk, **act)
        usual(context, done, total)

    monkeypatch.setattr(JobContext, "progress", progress)
    assert run().state == State.CANCELLED
    file.refresh_from_db()
    assert (file.status, Person.objects.count()) == (intake.FileStatus.STAGED, 1)
    monkeypatch.setattr(JobContext, "progress", usual)
    assert intake.ask_to_apply(file_id=file.pk, **act).pk == job.pk
    assert run().state == State.DONE
    file.refresh_from_db()
    assert (file.status, Person.objects.count()) == (intake.FileStatus.APPLIED, file.people)


def test_meanwhile_the_file_is_neither_discarded_nor_staged_anew(stage: Any, act: dict[str, Any]) -> None:
    content = workbook(demo_people())
    file = stage(content)
    job = intake.ask_to_apply(file_id=file.pk, **act)
    assert intake.ask_to_apply(file_id=file.pk, **act).pk == job.pk
    for decide in (lambda: intake.discard_file(file_id=file.pk, **act), lambda: stage(content)):
        with pytest.raises(Conflict) as refusal:
            decide()
        assert refusal.value.code == "intake.being_stored"
    jobs.cancel(job_id=job.pk, **act)
    intake.discard_file(file_id=file.pk, **act)
    with pytest.raises(Conflict):
        intake.ask_to_apply(file_id=file.pk, **act)


def test_a_file_that_is_gone_fails_in_words(stage: Any, act: dict[str, Any]) -> None:
    file = stage()
    intake.ask_to_apply(file_id=file.pk, **act)
    file.rows.all().delete()
    file.delete()
    failed = run()
    assert (failed.state, failed.error_code) == (State.FAILED, "intake.no_file")
    assert failed.error_text["zh-hans"]


def test_a_village_worker_does_not_ask(stage: Any, village_worker: Any, frozen_clock: dt.datetime) -> None:
    with pytest.raises(NotAllowed):
        intake.ask_to_apply(file_id=stage().pk, by=village_worker, at=frozen_clock)


def test_registers_applied_since_are_counted(
    stage: Any, act: dict[str, Any], county: Any, frozen_clock: dt.datetime
) -> None:
    from tongchou.core.scope import Scope

    here, elsewhere = Scope.of_area(county.county), Scope.of_area(county.other_village)
    file = stage()
    assert intake.applied_since(None, scope=here) == 0
    intake.apply_file(file_id=file.pk, accept_partial=True, **act)
    assert intake.applied_since(None, scope=here) == 1
    assert intake.applied_since(None, scope=elsewhere) == 0
    assert intake.applied_since(frozen_clock, scope=here) == 0
    assert intake.applied_since(frozen_clock - dt.timedelta(seconds=1), scope=here) == 1
