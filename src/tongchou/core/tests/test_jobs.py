"""Asking for jobs, seeing them, ending them: what people may do, and what the row refuses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from tongchou.apps.places import api as places
from tongchou.core import actions as accounts
from tongchou.core.errors import Conflict, NotAllowed, NotFound
from tongchou.core.jobs import api as jobs
from tongchou.core.jobs import kinds, leases
from tongchou.core.jobs.api import Job, State
from tongchou.core.models import Account, AuditEntry
from tongchou.core.scope import Scope

pytestmark = pytest.mark.django_db

AT = dt.datetime(2026, 6, 30, 1, 0, tzinfo=dt.UTC)
ON = AT.date()
APPLY, NIGHT = "test.apply", "test.night"


def nothing(context: jobs.JobContext) -> None:
    """Does nothing."""


@pytest.fixture(autouse=True)
def known_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_kinds", {})
    jobs.job(APPLY, label=_("Done"), permission="intake.apply")(nothing)
    jobs.job(NIGHT)(nothing)


def ask(key: str = "a:1", by: Account | None = None, area: Any = None, **more: Any) -> Job:
    place = {"area_id": area.pk, "scope_no": area.scope_no} if area else {}
    values = {"kind": APPLY, "payload": {"file": 1}, "key": key, "by": by, "at": AT} | place | more
    return jobs.enqueue(**values)


def ended(state: str, key: str = "a:1", at: dt.datetime = AT) -> Job:
    job = ask(key)
    Job.objects.filter(pk=job.pk).update(state=state, finished_at=at, error_code="x", cursor=7, attempts=3)
    job.refresh_from_db()
    return job


# Asking


def test_the_same_key_gives_the_job_that_is_there() -> None:
    first = ask()
    leases.claim([APPLY], at=AT)
    again = ask(at=AT + dt.timedelta(hours=1))
    assert (again.pk, again.state, again.created_at) == (first.pk, State.RUNNING, AT)
    assert Job.objects.count() == 1


def test_a_key_names_one_work() -> None:
    ask()
    with pytest.raises(ValueError, match="names other work"):
        ask(payload={"file": 2})
    with pytest.raises(ValueError, match="names other work"):
        ask(kind=NIGHT)


def test_a_job_belongs_to_the_transaction_that_asks() -> None:
    with pytest.raises(KeyError), transaction.atomic():
        ask()
        raise KeyError
    assert Job.objects.count() == 0


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"payload": {"id": "520599196503071125"}}, ValueError),
        ({"payload": {"phone": 13800138000}}, ValueError),
        ({"key": "person:520599196503071125"}, ValueError),
        ({"payload": {"rate": 0.5}}, TypeError),
        ({"payload": {"on": ON}}, TypeError),
        ({"payload": {"text": "字" * 4000}}, ValueError),
        ({"payload": [1]}, ValueError),
        ({"key": ""}, ValueError),
        ({"kind": "test.unknown"}, ValueError),
        ({"scope_no": 4}, ValueError),
    ],
)
def test_what_does_not_belong_into_a_row_is_refused(wrong: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        ask(**wrong)
    assert Job.objects.count() == 0


def test_asking_needs_the_permission_there(
    county: Any, village_worker: Account, township_officer: Account
) -> None:
    with pytest.raises(NotAllowed):
        ask(by=village_worker, area=county.village)
    with pytest.raises(NotAllowed):
        ask(by=township_officer, area=county.county)
    with pytest.raises(NotAllowed):
        ask(by=township_officer, kind=NIGHT)
    assert ask(by=township_officer, area=county.village).created_by == township_officer


def test_a_kind_has_one_handler_and_a_known_permission() -> None:
    jobs.job(APPLY, permission="intake.apply")(nothing)  # the same again, as on a second import
    with pytest.raises(ValueError, match="two handlers"):
        jobs.job(APPLY)(ended)
    with pytest.raises(ValueError, match="unknown permission"):
        jobs.job("test.other", permission="intake.aply")


# Seeing


def test_jobs_are_seen_by_who_asked_and_who_covers_the_area(
    county: Any,
    village_worker: Account,
    township_officer: Account,
    county_reviewer: Account,
    make_account: Callable[..., Account],
) -> None:
    job = ask(by=township_officer, area=county.village)
    colleague = make_account("colleague", "township_officer", county.township)
    outsider = make_account("outsider", "township_officer", county.other_village)
    for account in (township_officer, colleague, county_reviewer):
        assert jobs.get(job.pk, by=account, on=ON) == job
        assert jobs.list_for(account, on=ON) == [job]
    for account in (village_worker, outsider, make_account("roleless")):
        assert jobs.list_for(account, on=ON) == []
        with pytest.raises(NotFound):
            jobs.get(job.pk, by=account, on=ON)
    accounts.set_active(account=colleague, active=False, by=None, at=AT)
    colleague.refresh_from_db()
    assert jobs.list_for(colleague, on=ON) == []


def test_a_job_without_an_area_is_seen_by_who_asked_alone(
    township_officer: Account, county_reviewer: Account
) -> None:
    job, night = ask(by=township_officer), ask("night", kind=NIGHT)
    assert jobs.list_for(township_officer, on=ON) == [job]
    assert jobs.list_for(county_reviewer, on=ON) == []
    assert jobs.list_for(None, on=ON) == [night, job]
    assert jobs.list_in(Scope.nothing()) == []
    assert jobs.list_in(Scope.everything()) == [night, job]


def test_a_list_is_narrowed_and_paged(county: Any) -> None:
    first, second, third = (ask(f"a:{n}", area=county.village) for n in range(3))
    other = ask("night", kind=NIGHT)
    jobs.cancel(job_id=second.pk, by=None, at=AT)
    assert [job.pk for job in jobs.list_for(None, on=ON, states=[State.CANCELLED])] == [second.pk]
    assert jobs.list_for(None, on=ON, kind_names=[NIGHT]) == [other]
    assert [job.pk for job in jobs.list_for(None, on=ON, limit=2)] == [other.pk, third.pk]
    assert [job.pk for job in jobs.list_for(None, on=ON, before=third.pk)] == [second.pk, first.pk]
    assert len(jobs.list_in(Scope.of_area(county.village))) == 3
    assert jobs.list_in(Scope.of_area(county.other_village)) == []


def test_a_list_takes_few_queries(county: Any, township_officer: Account) -> None:
    for number in range(20):
        ask(f"a:{number}", by=township_officer, area=county.village)
    with CaptureQueriesContext(connection) as caught:
        names = [job.created_by.display_name for job in jobs.list_for(township_officer, on=ON)]
    assert len(names) == 20
    assert len(caught) == 1 + len(kinds.by_permission())


def test_the_area_of_a_job_follows_a_renumbering(county: Any, township_officer: Account) -> None:
    job = ask(by=township_officer, area=county.other_village)
    row = {"code": "520521901200", "name": "前村（示例）", "level": "village", "parent_code": "520521901"}
    places.load_areas([row | {"valid_from": "2010-11-01"}], by=None, at=AT)
    moved = places.Area.objects.get(pk=county.other_village.pk)
    job.refresh_from_db()
    assert job.scope_no == moved.scope_no != county.other_village.scope_no


def test_words_and_numbers_for_a_page() -> None:
    job = Job(done=1, total=3, error_text={"zh-hans": "忙", "en": "busy"})
    assert (job.percent, Job().percent, Job(state=State.DONE).percent) == (33, None, 100)
    assert Job(done=9, total=3).percent == 100
    with translation.override("en"):
        assert (job.error, Job().error) == ("busy", "")
    with translation.override("zh-hans"):
        assert job.error == "忙"
    assert (jobs.label(NIGHT), jobs.label("test.gone")) == (NIGHT, "test.gone")


# Ending


def test_a_waiting_job_is_cancelled_at_once(
    county: Any, township_officer: Account, audited: Callable[[], AbstractContextManager[None]]
) -> None:
    job = ask(by=township_officer, area=county.village)
    with audited():
        jobs.cancel(job_id=job.pk, by=township_officer, at=AT)
    job.refresh_from_db()
    assert (job.state, job.finished_at) == (State.CANCELLED, AT)
    row = AuditEntry.objects.latest("id")
    assert (row.action, row.subject, row.actor_id) == ("job.cancel", f"job:{job.pk}", township_officer.pk)
    assert row.scope_no == county.village.scope_no
    assert leases.claim([APPLY], at=AT) is None


def test_a_running_job_is_asked_to_end_once(township_officer: Account) -> None:
    ask(by=township_officer)
    job = leases.claim([APPLY], at=AT)
    for _time in range(2):
        assert jobs.cancel(job_id=job.pk, by=township_officer, at=AT).state == State.RUNNING
    assert AuditEntry.objects.filter(action="job.cancel").count() == 1
    assert leases.standing(job.pk, job.owner) is leases.Standing.CANCELLED


def test_a_dead_worker_s_job_is_cancelled_at_once() -> None:
    ask()
    job = leases.claim([APPLY], at=AT)
    late = AT + leases.LEASE + dt.timedelta(seconds=1)
    assert jobs.cancel(job_id=job.pk, by=None, at=late).state == State.CANCELLED
    assert leases.standing(job.pk, job.owner) is leases.Standing.LOST


def test_only_who_asked_or_covers_the_area_ends_a_job(
    county: Any, village_worker: Account, township_officer: Account, county_reviewer: Account
) -> None:
    job = ask(by=township_officer, area=county.village)
    with pytest.raises(NotFound):  # covers the village, but may not apply registers there
        jobs.cancel(job_id=job.pk, by=village_worker, at=AT)
    jobs.cancel(job_id=job.pk, by=county_reviewer, at=AT)
    with pytest.raises(Conflict):
        jobs.cancel(job_id=job.pk, by=county_reviewer, at=AT)


def test_a_failed_job_goes_on_behind_its_cursor(
    township_officer: Account, audited: Callable[[], AbstractContextManager[None]]
) -> None:
    job = ended(State.FAILED)
    with pytest.raises(NotFound):
        jobs.try_again(job_id=job.pk, by=township_officer, at=AT)
    with audited():
        jobs.try_again(job_id=job.pk, by=None, at=AT)
    taken = leases.claim([APPLY], at=AT)
    assert (taken.cursor, taken.attempts, taken.error_code) == (7, 1, "")
    with pytest.raises(Conflict):
        jobs.try_again(job_id=job.pk, by=None, at=AT)


def test_old_ended_jobs_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tongchou.core.jobs.actions._BATCH", 2)
    days = dt.timedelta(days=1)
    for number in range(5):
        ended(State.DONE, f"old:{number}", AT - 91 * days)
    kept = {ended(State.FAILED, "new", AT - 89 * days).pk, ask("waiting", at=AT - 400 * days).pk}
    assert jobs.clean_up(at=AT) == 5
    assert set(Job.objects.values_list("pk", flat=True)) == kept
    rows = AuditEntry.objects.filter(action="job.clean_up").values_list("detail__jobs", flat=True)
    assert list(rows) == [2, 2, 1]
    assert jobs.clean_up(at=AT) == 0


def test_health_tells_when_nobody_works() -> None:
    assert jobs.health(AT).ok
    ask()
    late = AT + dt.timedelta(minutes=3)
    assert jobs.health(AT).ok
    assert not jobs.health(late).ok
    leases.claim([APPLY], at=late)
    ask("a:2")
    assert jobs.health(late).ok  # busy with the first
    assert jobs.health(late).oldest_ready == AT
    assert not jobs.health(late + dt.timedelta(minutes=5)).ok


# What the database refuses


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("job_state_known", {"state": "paused"}),
        ("job_leased_while_running", {"state": "running"}),
        ("job_leased_while_running", {"state": "running", "lease_until": AT}),
        ("job_leased_while_running", {"owner": "somebody"}),
        ("job_finished_when_ended", {"state": "done"}),
        ("job_finished_when_ended", {"finished_at": AT}),
        ("job_failure_has_a_code", {"state": "failed", "finished_at": AT}),
        ("job_area_with_its_number", {"area_id": 3}),
        ("job_area_with_its_number", {"scope_no": 3}),
        ("job_area_with_its_number", {"area_id": 3, "scope_no": 0}),
        ("job_attempts_bounded", {"attempts": 6}),
        ("job_attempts_bounded", {"max_attempts": 0}),
        ("job_progress_counts_up", {"done": -1}),
        ("key", {"key": "taken"}),
    ],
)
def test_a_constraint_holds(name: str, wrong: dict[str, Any]) -> None:
    ask("taken")
    job = ask("a:2")
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(**wrong)
