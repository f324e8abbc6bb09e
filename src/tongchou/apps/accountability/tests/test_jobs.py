"""A bulletin made in the background: asked for once, the same as at once, without a trace when ended."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tongchou.apps.accountability import api
from tongchou.apps.accountability.tests.conftest import feeds, good, units
from tongchou.apps.accountability.tests.test_closing import AT, close
from tongchou.core.errors import Invalid, NotAllowed
from tongchou.core.jobs import api as jobs
from tongchou.core.jobs import leases, worker

__all__ = ["feeds", "good", "units"]
pytestmark = pytest.mark.django_db


def given(units: Any, **other: Any) -> dict[str, Any]:
    wanted = {"area_id": units.county.pk, "kind": "month", "period": "2026-05", "by": units.maker, "at": AT}
    return wanted | other


def test_asked_twice_is_one_job_that_makes_the_same(units: Any, good: Any) -> None:
    good()
    close(units)
    job = api.ask_to_make(**given(units))
    assert api.ask_to_make(**given(units, by=units.second)).pk == job.pk
    claimed = leases.claim(["bulletins.make"], at=AT)
    assert claimed is not None
    worker.run_job(claimed, threading.Event())
    job.refresh_from_db()
    assert job.state == jobs.State.DONE, job.error
    issue = api.Issue.objects.get(pk=job.result["issue"])
    assert api.make(**given(units)).pk == issue.pk


def test_who_may_not_make_asks_in_vain(units: Any, make_account: Any, county: Any) -> None:
    village = make_account("cun", "village_worker", county.village)
    with pytest.raises(NotAllowed):
        api.ask_to_make(**given(units, by=village))
    with pytest.raises(Invalid):
        api.ask_to_make(**given(units, period="2026"))


def test_ended_in_the_middle_leaves_nothing(units: Any, good: Any) -> None:
    good()
    close(units)

    def step(done: int) -> None:
        if done == 2:
            raise jobs.Cancelled

    with pytest.raises(jobs.Cancelled):
        api.make(**given(units), step=step)
    assert not api.Issue.objects.exists()
