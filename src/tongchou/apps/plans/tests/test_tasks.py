"""Meetings become tasks; a task is done with evidence and a second person, and late stays visible."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tongchou.apps.plans import api as plans
from tongchou.apps.plans.models import Task
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound

pytestmark = pytest.mark.django_db


def test_from_a_meeting_to_a_confirmed_task(task: Any, office: Any, frozen_clock: dt.datetime) -> None:
    one, later = task(due_in=5), frozen_clock + dt.timedelta(days=9)
    (late,) = plans.found(by=office.village, on=later.date(), of="late")
    assert late == one
    plans.report(task_id=one.pk, evidence="需求表 1 份", by=office.village, at=later)
    done = plans.confirm(task_id=one.pk, by=office.township, at=later)
    assert (done.state, done.done_on, done.confirmed_by) == ("done", later.date(), office.township)
    year_on = later.date() + dt.timedelta(days=365)
    view = plans.task_view(one.pk, by=office.village, on=year_on)
    assert view.line.late == 4 and [step.act for step in view.steps] == ["confirm", "report", "give"]
    (standing,) = plans.standings([view.line])
    assert (standing.tasks, standing.done, standing.late) == (1, 1, 1)


def test_nobody_confirms_what_they_reported(task: Any, office: Any, frozen_clock: dt.datetime) -> None:
    one = task()
    with pytest.raises(NotAllowed):
        plans.confirm(task_id=one.pk, by=office.village, at=frozen_clock)
    with pytest.raises(Conflict):
        plans.confirm(task_id=one.pk, by=office.township, at=frozen_clock)
    with pytest.raises(Invalid):
        plans.report(task_id=one.pk, evidence=" ", by=office.township, at=frozen_clock)
    plans.report(task_id=one.pk, evidence="代报", by=office.township, at=frozen_clock)
    with pytest.raises(NotAllowed) as refused:
        plans.confirm(task_id=one.pk, by=office.township, at=frozen_clock)
    assert refused.value.code == "plans.maker"
    plans.give_back(task_id=one.pk, said="无签收", by=office.township_two, at=frozen_clock)
    one.refresh_from_db()
    assert (one.state, one.reported_on, one.due) == ("open", None, one.due)


def test_the_database_keeps_both_rules(task: Any, office: Any, frozen_clock: dt.datetime) -> None:
    one, today = task(), frozen_clock.date()
    both = {"reported_by": office.village, "confirmed_by": office.village, "evidence": "表"}
    none = {"reported_by": office.village, "confirmed_by": office.township, "evidence": ""}
    for wrong in (both, none):
        with pytest.raises(IntegrityError), transaction.atomic():
            Task.objects.filter(pk=one.pk).update(state="done", reported_on=today, done_on=today, **wrong)


def test_minutes_come_before_tasks_and_stay(
    meeting: plans.Meeting, county: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    given = {"by": office.township, "at": frozen_clock}
    with pytest.raises(Conflict):
        plans.write_minutes(meeting_id=meeting.pk, minutes="改过", **given)
    day = frozen_clock.date() + dt.timedelta(days=3)
    words = {"title": "七月联席会议", "on": day, "agenda": "就业"}
    one = plans.call_meeting(area_id=county.township.pk, **words, **given)
    with pytest.raises(Conflict):
        plans.write_minutes(meeting_id=one.pk, minutes="早了", **given)
    item = {
        "unit_key": county.village.code,
        "part": "share",
        "what": "摸清就业意愿",
        "starts": day,
        "due": day,
    }
    with pytest.raises(Conflict):
        plans.give_task(meeting_id=one.pk, **item, **given)
    with pytest.raises(Invalid):
        plans.give_task(meeting_id=meeting.pk, **(item | {"unit_key": county.county.code}), **given)
    with pytest.raises(Invalid):
        plans.give_task(meeting_id=meeting.pk, **(item | {"what": "孕检对象逐户落实"}), **given)
    with pytest.raises(NotAllowed):
        plans.call_meeting(area_id=county.village.pk, **words, by=office.village, at=frozen_clock)


def test_other_areas_see_nothing(
    task: Any, make_account: Any, county: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    one = task()
    other = make_account("otherworker", "village_worker", county.other_village)
    assert not plans.found(by=other, on=frozen_clock.date()).exists()
    for act in (
        lambda: plans.task_view(one.pk, by=other, on=frozen_clock.date()),
        lambda: plans.meeting_view(one.meeting_id, by=other, on=frozen_clock.date()),
        lambda: plans.report(task_id=one.pk, evidence="表", by=other, at=frozen_clock),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_monthly_agenda_is_numbers(task: Any, office: Any, frozen_clock: dt.datetime) -> None:
    task(due_in=5)
    later = frozen_clock + dt.timedelta(days=9)
    said = plans.monthly_agenda(by=office.village, at=later, on=later.date())
    assert [(one.topic.value, one.number) for one in said] == [("tasks_late", 1), ("tasks_open", 1)]


def test_as_many_queries_for_one_task_as_for_many(task: Any, office: Any, frozen_clock: dt.datetime) -> None:
    counts = []
    for number in (1, 8):
        for _ in range(number):
            one = task()
        with CaptureQueriesContext(
            connection,
        ) as asked:
            view = plans.meeting_view(one.meeting_id, by=office.township, on=frozen_clock.date())
            plans.standings(view.tasks)
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    "text",
    [
        "把全乡出生人数压到200人以下",
        "动员30户三孩家庭签字",
        "研究降低全县二孩以上出生数量",
        "王小明家拒不配合，停发补贴",
        "压减出生人口",
        "Keep births below 200",
    ],
)
def test_no_meeting_and_no_task_presses_a_family(
    meeting: plans.Meeting, task: Any, county: Any, office: Any, frozen_clock: dt.datetime, text: str
) -> None:
    given = {"by": office.township, "at": frozen_clock}
    call = {"area_id": county.township.pk, "on": frozen_clock.date(), **given}
    fresh = plans.call_meeting(title="联席会议", agenda="托位", **call)
    for act in (
        lambda: plans.call_meeting(title="联席会议", agenda=text, **call),
        lambda: plans.write_minutes(meeting_id=fresh.pk, minutes=text, **given),
        lambda: task(what=text),
        lambda: plans.form_group(
            area_id=county.township.pk,
            name="专班",
            purpose=text,
            lead=county.township.code,
            shares=[],
            **given,
        ),
    ):
        with pytest.raises(Invalid) as told:
            act()
        assert told.value.code == "plans.words" and told.value.data["faults"]
    assert not Task.objects.exists()
