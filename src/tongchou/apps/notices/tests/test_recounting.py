"""A year's holidays are entered: what rests on them is counted anew, in every table that has last days."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tongchou.apps.casework import api as casework
from tongchou.apps.casework import recounting
from tongchou.apps.casework.grievance_models import Grievance
from tongchou.apps.casework.models import Case
from tongchou.apps.notices.models import Notice
from tongchou.core import calendar, clock
from tongchou.core.errors import Conflict, Invalid, NotAllowed
from tongchou.core.holiday_table import HolidayTable
from tongchou.core.holidays import api as holidays
from tongchou.core.holidays import jobs as holiday_jobs
from tongchou.core.jobs import leases
from tongchou.core.jobs.context import JobContext
from tongchou.core.models import AuditEntry

SOURCE = "国办发明电〔2026〕9号（示例）"
#: A made-up year in which half of January is off.
TABLE = """date,kind,name
2027-01-01..2027-01-15,off,元旦
2027-01-16,work,
2027-02-05..2027-02-12,off,春节
2027-05-01..2027-05-05,off,劳动节
2027-10-01..2027-10-07,off,国庆节
"""
#: As by weekends and fixed holidays, but for the Spring Festival.
PLAIN = TABLE.replace("2027-01-15", "2027-01-03").replace("2027-01-16,work,\n", "")


@pytest.fixture
def december() -> Any:
    at = dt.datetime(2026, 12, 21, 9, 0, tzinfo=clock.SHANGHAI)
    with clock.frozen(at):
        yield at


@pytest.fixture
def keeper(make_account: Callable[..., Any], county: Any) -> Any:
    return make_account("xitong", "system_admin", county.county, "系统（示例）")


@pytest.fixture
def begun(apply: Callable[..., int], office: Any, december: dt.datetime) -> Case:
    """A case accepted on 21 December: its last days lie in a year that is not announced."""
    case = apply()
    casework.accept(case_id=case, by=office.clerk, at=december)
    return Case.objects.get(pk=case)


def save(by: Any, at: dt.datetime, text: str = TABLE, **given: Any) -> holidays.Saved:
    return holidays.save(text=text, year=2027, source=SOURCE, by=by, at=at, **given)


def run(at: dt.datetime) -> dict[str, int]:
    taken = leases.claim([holidays.KIND], at=at)
    assert taken is not None
    result = holiday_jobs.recount(JobContext(taken, at=at, stop=threading.Event()))
    assert leases.finish(taken, result, at)
    return result


def test_what_is_provisional_is_counted_anew_once(begun: Case, keeper: Any, december: dt.datetime) -> None:
    assert begun.provisional
    assert begun.due_provisional
    seen = holidays.preview(text=TABLE, year=2027, source=SOURCE, by=keeper, at=december)
    assert dict(seen.moves) == {
        "cases": 1,
        "complaints": 0,
        "rectifications": 0,
        "grievances": 0,
        "notices": 0,
    }
    assert not seen.announced
    assert dt.date(2027, 1, 4) in seen.newly_off
    assert seen.newly_worked == (dt.date(2027, 1, 16),)
    assert not HolidayTable.objects.exists()  # nothing is saved by looking
    saved = save(keeper, december, seen=seen.seen)
    assert (saved.version, saved.new) == (1, True)
    assert run(december) == {"cases": 1, "complaints": 0, "rectifications": 0, "grievances": 0, "notices": 0}
    after = Case.objects.get(pk=begun.pk)
    there = calendar.calendar()
    assert (after.provisional, after.due_provisional) == (False, False)
    assert after.stage_due == there.add(after.stage_from, after.stage_days).on
    assert (after.stage_due - begun.stage_due).days >= 10
    assert after.due >= after.stage_due
    rows = AuditEntry.objects.filter(action__startswith="holidays.").order_by("id")
    assert [(one.action, one.actor_id) for one in rows] == [
        ("holidays.set", keeper.pk), ("holidays.recount", keeper.pk),
    ]  # fmt: skip
    again = save(keeper, december)
    assert (again.new, again.version, HolidayTable.objects.count()) == (False, 1, 1)
    assert holidays.preview(text=TABLE, year=2027, source=SOURCE, by=keeper, at=december).same


def test_a_correction_is_a_new_version_and_makes_nobody_late(
    begun: Case, keeper: Any, december: dt.datetime
) -> None:
    save(keeper, december)
    run(december)
    long = Case.objects.get(pk=begun.pk)
    january = dt.datetime(2027, 1, 14, 9, 0, tzinfo=clock.SHANGHAI)
    with clock.frozen(january):
        save(keeper, january, PLAIN)
        run(january)
        short = Case.objects.get(pk=begun.pk)
        assert begun.stage_due <= short.stage_due < long.stage_due
        assert short.stage_due >= january.date()
        assert short.due < long.due
    assert list(HolidayTable.objects.values_list("year", "version")) == [(2027, 1), (2027, 2)]
    with pytest.raises(DatabaseError), transaction.atomic():
        HolidayTable.objects.update(source="x")
    with pytest.raises(Conflict):
        save(keeper, january, seen=1)  # looked at the first version


def test_a_case_that_waits_for_the_family_keeps_its_days(
    begun: Case, office: Any, keeper: Any, december: dt.datetime
) -> None:
    casework.ask_for(case_id=begun.pk, asked=["photo"], by=office.township, at=december)
    waiting = Case.objects.get(pk=begun.pk)
    assert waiting.provisional  # the day an answer is hoped for
    save(keeper, december)
    run(december)
    after = Case.objects.get(pk=begun.pk)
    assert (after.left_stage, after.left_whole, after.due) == (
        waiting.left_stage, waiting.left_whole, waiting.due,
    )  # fmt: skip
    assert after.stage_due > waiting.stage_due
    casework.brought(case_id=begun.pk, words="没有其他材料", by=office.village, at=december)
    runs = Case.objects.get(pk=begun.pk)
    assert not runs.provisional
    assert calendar.workdays_between(december.date(), runs.stage_due) == waiting.left_stage


def test_handed_over_the_family_s_day_is_counted_from_where_it_was(
    begun: Case, office: Any, keeper: Any, county: Any, december: dt.datetime
) -> None:
    casework.hand_over(case_id=begun.pk, area_id=county.other_village.pk, by=office.township, at=december)
    moved = Case.objects.get(pk=begun.pk)
    assert (moved.due, moved.due_provisional, moved.due_from) == (begun.due, True, begun.due_from)
    save(keeper, december)
    run(december)
    after = Case.objects.get(pk=begun.pk)
    assert after.due == calendar.add_workdays(begun.due_from, begun.due_days).on
    assert not after.due_provisional


def test_grievances_move_and_notices_only_hang_longer(
    begun: Case, office: Any, keeper: Any, county: Any, december: dt.datetime
) -> None:
    casework.record_grievance(
        case_id=begun.pk, about="slow", words="等了很久", by=office.village, at=december
    )
    made = Notice.objects.create(
        area_id=county.village.pk, scope_no=county.village.scope_no, scope_end=county.village.scope_end,
        area_name="青山村（示例）", kind="elderly_reward", year=2026, stage_code="village_notice",
        place="村务公开栏", opened_on=december.date(), days=12, provisional=True,
        closes_on=calendar.add_workdays(december.date(), 12).on, opened_at=december, opened_by=office.village,
    )  # fmt: skip
    before = Grievance.objects.get()
    assert before.provisional
    save(keeper, december)
    assert run(december) == {"cases": 1, "complaints": 0, "rectifications": 0, "grievances": 1, "notices": 1}
    later = Notice.objects.get(pk=made.pk)
    assert (later.provisional, Grievance.objects.get().provisional) == (False, False)
    assert later.closes_on > made.closes_on
    assert Grievance.objects.get().due > before.due
    save(keeper, december, PLAIN)
    assert run(december) == {"cases": 1, "complaints": 0, "rectifications": 0, "grievances": 1, "notices": 0}
    assert Notice.objects.get(pk=made.pk).closes_on == later.closes_on


def test_only_the_system_administrator_enters_and_nothing_is_half_saved(
    office: Any, keeper: Any, december: dt.datetime
) -> None:
    for other in (office.county, office.township):
        with pytest.raises(NotAllowed):
            save(other, december)
        with pytest.raises(NotAllowed):
            holidays.preview(text=TABLE, year=2027, source=SOURCE, by=other, at=december)
    with pytest.raises(Invalid) as error:
        save(keeper, december, TABLE + "2027-06-01,work,x\n2027-01-02,off,y\n")
    assert len(error.value.data["problems"]) == 2
    with pytest.raises(Invalid):
        holidays.save(text=TABLE.replace("2027", "2030"), year=2030, source=SOURCE, by=keeper, at=december)
    assert not HolidayTable.objects.exists()
    assert leases.claim([holidays.KIND], at=december) is None


def test_another_worker_goes_on_where_one_stopped(
    begun: Case, office: Any, apply: Callable[..., int], keeper: Any, december: dt.datetime, monkeypatch: Any
) -> None:
    second = apply("陈老根", "elderly_reward", applicant="self")
    casework.accept(case_id=second, by=office.clerk, at=december)
    monkeypatch.setattr(holiday_jobs, "CHUNK", 1)
    save(keeper, december)
    taken = leases.claim([holidays.KIND], at=december)
    stop = threading.Event()
    real = recounting.recount_cases

    def then_stop(*given: Any) -> int:
        stop.set()
        return real(*given)

    rest = holidays.Rest("cases", "", recounting.cases_moving, recounting.find_cases, then_stop)
    from tongchou.core.holidays import resting

    monkeypatch.setitem(resting._rests, "cases", rest)
    from tongchou.core.jobs import api as jobs

    with pytest.raises(jobs.Stopped):
        holiday_jobs.recount(JobContext(taken, at=december, stop=stop))
    assert Case.objects.filter(provisional=False).count() == 1
    monkeypatch.undo()
    taken.refresh_from_db()
    result = holiday_jobs.recount(JobContext(taken, at=december, stop=threading.Event()))
    assert result["cases"] == 2
    assert not Case.objects.filter(provisional=True).exists()


def test_counting_anew_costs_the_same_for_one_case_and_for_many(
    begun: Case, keeper: Any, december: dt.datetime
) -> None:
    there, first = calendar.calendar(), dt.date(2027, 1, 1)

    def cost() -> int:
        numbers = recounting.find_cases(first, 0, 500)
        with (
            CaptureQueriesContext(
                connection,
            ) as seen,
            transaction.atomic(),
        ):
            recounting.cases_moving(there, first, december.date())
            Case.objects.update(stage_due=begun.stage_due + dt.timedelta(days=1))
            recounting.recount_cases(there, numbers, december.date())
        return len(seen)

    one = cost()
    for number in range(40):
        copy = Case.objects.get(pk=begun.pk)
        copy.pk, copy.number, copy.year = None, f"T{number}", 1900 + number
        copy.save(force_insert=True)
    assert cost() == one
