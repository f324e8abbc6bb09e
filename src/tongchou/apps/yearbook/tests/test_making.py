"""Making yearbooks: once of the same counts, whole or not at all, known by what they say."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tongchou.apps.statistics.models import Built
from tongchou.apps.yearbook import actions, queries
from tongchou.apps.yearbook import api as yearbooks
from tongchou.apps.yearbook.models import Volume
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.jobs import api as jobs
from tongchou.core.jobs import leases, worker
from tongchou.core.models import AuditEntry
from tongchou.core.scope import Scope
from tongchou.domain.statistics.content import Edition
from tongchou.domain.statistics.cube import Basis

pytestmark = pytest.mark.django_db


@pytest.fixture
def make(
    make_cubes: Callable[..., Built], county: Any, county_reviewer: Any, frozen_clock: dt.datetime
) -> Callable[..., Volume]:
    make_cubes(people=1500)

    def made(**other: Any) -> Volume:
        wanted = {
            "area_id": county.county.pk, "year": 2025, "edition": Edition.PUBLIC, "basis": Basis.REGISTERED,
            "by": county_reviewer, "at": frozen_clock,
        }  # fmt: skip
        return yearbooks.make(**(wanted | other))

    return made


def test_the_same_counts_give_one_yearbook_and_one_audit_row(make: Callable[..., Volume]) -> None:
    first = make()
    assert make().pk == first.pk
    assert AuditEntry.objects.filter(action="yearbook.make").count() == 1
    sha256 = first.sha256
    first.delete()
    assert make().sha256 == sha256
    assert make(edition=Edition.INTERNAL).sha256 != sha256


def test_what_was_changed_is_not_given_out(make: Callable[..., Volume]) -> None:
    volume = make()
    Volume.objects.filter(pk=volume.pk).update(content=volume.content.replace('"births"', '"deaths"', 1))
    with pytest.raises(Conflict, match="damaged"):
        yearbooks.volume(volume.pk, scope=Scope.everything())


def test_who_may_make_one_and_of_what(
    make: Callable[..., Volume], make_account: Any, county: Any, frozen_clock: dt.datetime
) -> None:
    with pytest.raises(NotAllowed):
        make(by=make_account("duzhe", "township_officer", county.township, "读者（示例）"))
    narrow = make_account("zhenli", "statistician", county.township, "镇统计员（示例）")
    with pytest.raises(NotFound):
        make(by=narrow)
    assert make(by=narrow, area_id=county.township.pk).area_name == county.township.name
    with pytest.raises(Invalid):
        make(area_id=county.village.pk)
    with pytest.raises(Invalid):
        make(year=2026)
    with pytest.raises(NotFound):
        make(area_id=10**9)


# A worker looks after its own connections: real transactions, as in an installation.
@pytest.mark.django_db(transaction=True)
def test_a_job_that_is_ended_leaves_nothing(
    make: Callable[..., Volume],
    county: Any,
    county_reviewer: Any,
    frozen_clock: dt.datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = {
        "area_id": county.county.pk, "year": 2025, "edition": "public", "basis": "registered",
        "by": county_reviewer, "at": frozen_clock,
    }  # fmt: skip
    job = yearbooks.ask_to_make(**asked)
    assert [one.pk for one in yearbooks.open_jobs(scope=Scope.everything())] == [job.pk]

    def ended(**given: Any) -> Volume:
        jobs.cancel(job_id=job.pk, by=county_reviewer, at=frozen_clock)
        return real(**given)

    real = actions.make
    monkeypatch.setattr(actions, "make", ended)
    _work()
    job.refresh_from_db()
    assert job.state == jobs.State.CANCELLED and not Volume.objects.exists()
    monkeypatch.setattr(actions, "make", real)
    again = yearbooks.ask_to_make(**asked)
    assert again.pk == job.pk and again.state == jobs.State.QUEUED
    _work()
    assert Volume.objects.count() == 1


def _work() -> None:
    from tongchou.core import clock

    job = leases.claim(["yearbook.make"], at=clock.now())
    assert job is not None
    worker.run_job(job, threading.Event())


@pytest.mark.parametrize(("name", "value"), [("sha256", "short"), ("edition", "secret")])
def test_the_database_refuses_what_is_no_yearbook(make: Callable[..., Volume], name: str, value: str) -> None:
    volume = make()
    with pytest.raises(IntegrityError), transaction.atomic():
        Volume.objects.filter(pk=volume.pk).update(**{name: value})


def test_the_database_keeps_one_of_the_same_counts(make: Callable[..., Volume]) -> None:
    volume = make()
    volume.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        volume.save(force_insert=True)


def test_a_month_that_is_not_over_has_no_bulletin(make: Callable[..., Volume], county: Any) -> None:
    found = queries.source(county.county, scope=Scope.everything())
    assert found is not None
    assert found.as_of == dt.date(2026, 6, 30) and found.months[0] == "2026-06"
    found.built.as_of = dt.date(2026, 6, 29)
    assert found.months[0] == "2026-05" and found.years[0] == 2025
