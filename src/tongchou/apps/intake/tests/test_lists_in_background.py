"""A large list is stored by a worker: how far it is, cancelled midway, asked for again."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest

from tongchou.apps.intake import api as intake
from tongchou.apps.intake.lists import applying, queries
from tongchou.apps.intake.tests import list_workbooks as books
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Event, Person
from tongchou.core import clock
from tongchou.core.jobs import api as jobs
from tongchou.core.jobs import leases, worker
from tongchou.core.jobs.api import Job, JobContext, State

pytestmark = pytest.mark.django_db(transaction=True)
lists = intake.lists
NAMES = ("赵大山", "钱小兰", "赵强")


@pytest.fixture
def act(
    county: Any, township_officer: Any, county_reviewer: Any, frozen_clock: dt.datetime
) -> dict[str, Any]:
    registry.apply_register(
        books.family(), village_id=county.village.pk, source="a" * 64, by=township_officer, at=frozen_clock
    )
    return {"by": county_reviewer, "at": frozen_clock}


def run() -> Job:
    claimed = leases.claim([queries.APPLY_KIND], at=clock.now())
    assert claimed is not None
    worker.run_job(claimed, threading.Event())
    return Job.objects.get(pk=claimed.pk)


def dead() -> int:
    return Person.objects.filter(deceased=True).count()


def test_the_job_stores_the_list(act: dict[str, Any]) -> None:
    rows = [books.death(name) for name in NAMES]
    file = lists.stage_list(content=books.deaths(*rows, books.death("孙丽", written=None)), **act)
    lists.ask_to_apply_list(list_id=file.pk, **act)
    done = run()
    assert (done.state, done.result, done.done) == (State.DONE, {"rows": 3, "recorded": 3, "left": 1}, 4)
    assert dead() == 3
    lists.decide_all(list_id=file.pk, reason="no_number", take=False, **act)
    again = lists.ask_to_apply_list(list_id=file.pk, **act)  # rows were left: a job of its own
    assert again.pk != done.pk and run().result["left"] == 0
    assert lists.open_list(file.pk, _everything()).status == lists.ListStatus.APPLIED


def test_cancelled_midway_and_asked_again_it_goes_on(
    act: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "CHUNK", 1)
    file = lists.stage_list(content=books.deaths(*(books.death(name) for name in NAMES)), **act)
    job = lists.ask_to_apply_list(list_id=file.pk, **act)
    usual = JobContext.progress

    def ended_after_one(context: JobContext, done: int, total: int, note: str | None = None) -> None:
        if done == 1:
            jobs.cancel(job_id=job.pk, **act)
        usual(context, done, total, note)
        if done == 1:
            context.beat()
            context.stop_if_asked()

    monkeypatch.setattr(JobContext, "progress", ended_after_one)
    assert run().state == State.CANCELLED
    assert dead() == 1
    file.refresh_from_db()
    assert file.status == lists.ListStatus.STAGED
    monkeypatch.setattr(JobContext, "progress", usual)
    assert lists.ask_to_apply_list(list_id=file.pk, **act).pk == job.pk
    done = run()
    assert (done.state, dead()) == (State.DONE, 3)
    assert Event.objects.filter(kind="death_recorded").count() == 3


def _everything() -> Any:
    from tongchou.core.scope import Scope

    return Scope.everything()
