"""Bringing the list up to date in the background: one at a time, whole or not at all."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest

from tongchou.apps.entitlements import api, evaluating
from tongchou.apps.entitlements.jobs import KIND
from tongchou.apps.entitlements.models import Entitlement, Evaluation
from tongchou.apps.entitlements.tests.conftest import FAMILY, YEAR
from tongchou.apps.registry import api as registry
from tongchou.apps.snapshot import api as snapshots
from tongchou.core import clock
from tongchou.core.errors import Conflict, NotAllowed
from tongchou.core.jobs import api as jobs
from tongchou.core.jobs import leases, worker
from tongchou.core.jobs.api import Job, State
from tongchou.core.models import AuditEntry

#: A worker looks after its own connections: real transactions, as in an installation.
pytestmark = pytest.mark.django_db(transaction=True)


def run(kind: str = KIND) -> Job:
    """Does the waiting job as a worker does."""
    claimed = leases.claim([kind], at=clock.now())
    assert claimed is not None
    worker.run_job(claimed, threading.Event())
    return Job.objects.get(pk=claimed.pk)


def listed() -> set[tuple[int, int]]:
    """Who is on the list, and for which years."""
    current = Entitlement.objects.filter(evaluation__current=True)
    return set(current.values_list("person_id", "evaluation__year"))


@pytest.fixture
def another_child(evaluated: dict[str, int], county: Any, township_officer: Any) -> int:
    """A child who came into the registry after the list was made."""
    from dataclasses import replace

    from tongchou.apps.registry.models import Person

    with clock.frozen(clock.now() + dt.timedelta(hours=1)) as at:
        child = replace(FAMILY[3], row_no=9, name="陈小禾", sex=1)
        registry.apply_register(
            [child], village_id=county.village.pk, source="b" * 64, by=township_officer, at=at
        )
    return Person.objects.get(name="陈小禾").pk


def test_the_list_takes_in_what_was_registered_since(
    another_child: int, county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    assert (another_child, YEAR) not in listed()
    api.ask_to_refresh(by=county_reviewer, at=frozen_clock)
    done = run()
    current = Evaluation.objects.get(current=True, year=YEAR)
    assert (done.state, done.percent) == (State.DONE, 100)
    assert done.result == {"snapshot": current.snapshot_id, "evaluation": current.pk, "people": 5}
    assert {(another_child, YEAR - 1), (another_child, YEAR)} <= listed()
    assert snapshots.latest().as_of == frozen_clock.date() and current.year == YEAR


def test_it_works_in_transactions_that_commit(
    evaluated: dict[str, int], county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    """Reading the registry allows no writing meanwhile: progress waits until it has been read."""
    Evaluation.objects.update(policies_sha256="other rules")
    api.ask_to_refresh(by=county_reviewer, at=frozen_clock)
    assert run().state == State.DONE
    assert Evaluation.objects.get(current=True, year=YEAR).policies_sha256 != "other rules"


def test_a_second_click_gives_the_job_that_is_there(
    evaluated: dict[str, int], county_reviewer: Any, make_account: Any, county: Any, frozen_clock: dt.datetime
) -> None:
    colleague = make_account("hejianguo", "county_reviewer", county.county)
    first = api.ask_to_refresh(by=county_reviewer, at=frozen_clock)
    assert api.ask_to_refresh(by=county_reviewer, at=frozen_clock).pk == first.pk
    assert api.ask_to_refresh(by=colleague, at=frozen_clock).pk == first.pk
    assert AuditEntry.objects.filter(action="entitlements.ask_to_refresh").count() == 1
    assert api.open_refresh(by=colleague, on=frozen_clock.date()).pk == first.pk
    run()
    assert api.open_refresh(by=colleague, on=frozen_clock.date()) is None
    second = api.ask_to_refresh(by=county_reviewer, at=frozen_clock)
    assert second.pk != first.pk and second.state == State.QUEUED


def test_a_job_tried_again_counts_as_the_open_one(
    evaluated: dict[str, int], county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    first = api.ask_to_refresh(by=county_reviewer, at=frozen_clock)
    jobs.cancel(job_id=first.pk, by=county_reviewer, at=frozen_clock)
    api.ask_to_refresh(by=county_reviewer, at=frozen_clock)
    run()
    jobs.try_again(job_id=first.pk, by=county_reviewer, at=frozen_clock)
    assert api.ask_to_refresh(by=county_reviewer, at=frozen_clock).pk == first.pk


@pytest.mark.parametrize("role", ["village_worker", "township_officer"])
def test_only_the_county_asks(
    role: str, county: Any, request: pytest.FixtureRequest, frozen_clock: dt.datetime
) -> None:
    with pytest.raises(NotAllowed):
        api.ask_to_refresh(by=request.getfixturevalue(role), at=frozen_clock)


@pytest.mark.parametrize("written", [1, 2])
def test_cancelled_midway_the_former_list_stays(
    written: int, another_child: int, county_reviewer: Any, frozen_clock: dt.datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    before, current = listed(), Evaluation.objects.get(current=True, year=YEAR)
    job = api.ask_to_refresh(by=county_reviewer, at=frozen_clock)
    monkeypatch.setattr(evaluating, "CHUNK", 1)
    usual = evaluating.Entitlement.objects.bulk_create
    calls = []

    def create(rows: list[Entitlement]) -> Any:
        calls.append(rows)
        if len(calls) == written:
            jobs.cancel(job_id=job.pk, by=county_reviewer, at=frozen_clock)
        return usual(rows)

    monkeypatch.setattr(evaluating.Entitlement.objects, "bulk_create", create)
    assert run().state == State.CANCELLED
    assert listed() == before and Evaluation.objects.get(current=True, year=YEAR) == current
    monkeypatch.undo()
    # What the cancelled one had written is gone with the next list.
    jobs.try_again(job_id=job.pk, by=county_reviewer, at=frozen_clock)
    assert run().state == State.DONE
    assert {(another_child, YEAR - 1), (another_child, YEAR)} <= listed()
    assert not Entitlement.objects.filter(evaluation__current=False).exists()


def test_cancelled_at_the_last_moment_the_former_list_stays(
    another_child: int, county_reviewer: Any, frozen_clock: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    current = Evaluation.objects.get(current=True, year=YEAR)
    job = api.ask_to_refresh(by=county_reviewer, at=frozen_clock)
    usual = evaluating._make_current

    def make_current(*args: Any, **kwargs: Any) -> None:
        jobs.cancel(job_id=job.pk, by=county_reviewer, at=frozen_clock)
        usual(*args, **kwargs)

    monkeypatch.setattr(evaluating, "_make_current", make_current)
    assert run().state == State.CANCELLED
    assert Evaluation.objects.get(current=True, year=YEAR) == current


def test_a_failure_says_why_in_both_languages(
    evaluated: dict[str, int],
    county_reviewer: Any,
    frozen_clock: dt.datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def damaged(snapshot: Any) -> None:
        from django.utils.translation import gettext_lazy

        message = "The file of this snapshot is missing or was changed. Take a new one."
        raise Conflict("snapshot.damaged", gettext_lazy(message))

    monkeypatch.setattr(snapshots, "read", damaged)
    current = Evaluation.objects.get(current=True, year=YEAR)
    Evaluation.objects.update(policies_sha256="other rules")
    api.ask_to_refresh(by=county_reviewer, at=frozen_clock)
    failed = run()
    assert (failed.state, failed.error_code) == (State.FAILED, "snapshot.damaged")
    assert failed.error_text["en"].startswith("The file of this snapshot")
    assert failed.error_text["zh-hans"] != failed.error_text["en"]
    assert Evaluation.objects.get(current=True, year=YEAR) == current


def test_who_lost_the_role_meanwhile_changes_nothing(
    evaluated: dict[str, int], county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    from tongchou.core.models import Assignment

    api.ask_to_refresh(by=county_reviewer, at=frozen_clock)
    Assignment.objects.filter(account=county_reviewer).delete()
    assert (run().state, snapshots.Snapshot.objects.count()) == (State.FAILED, 1)


def test_a_confirmed_list_is_as_fresh_as_its_confirmation(
    evaluated: dict[str, int], county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    made = api.list_date(api.latest_run())
    later = frozen_clock + dt.timedelta(days=1)
    with clock.frozen(later):
        api.ask_to_refresh(by=county_reviewer, at=later)
        assert run().state == State.DONE
    run_now = api.latest_run()
    assert Evaluation.objects.filter(year=YEAR).count() == 1, "nothing had changed"
    confirmed = api.list_date(run_now)
    assert (made.records_at, made.as_of) == (frozen_clock, frozen_clock.date())
    assert (confirmed.records_at, confirmed.evaluated_at, confirmed.as_of) == (later, later, later.date())
