"""Working groups, steps of tasks, acceptance of stages, and what is told of initiatives."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tongchou.apps.plans import api as plans
from tongchou.apps.plans.models import Acceptance, Told
from tongchou.apps.posts import api as posts
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.scope import Scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(county: Any, office: Any, frozen_clock: dt.datetime) -> plans.Group:
    given = {"by": office.township, "at": frozen_clock}
    since = frozen_clock.date() - dt.timedelta(days=9)
    posts.add_department(area_id=county.township.pk, code="ws", name="卫生院", since=since, **given)
    return plans.form_group(
        area_id=county.township.pk,
        name="人口工作专班",
        purpose="托位和就业",
        lead=f"{county.township.code}/ws",
        shares=[county.village.code],
        **given,
    )


def test_posts_sit_and_whoever_holds_them(
    group: plans.Group, county: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    given, today = {"by": office.township, "at": frozen_clock}, frozen_clock.date()
    post = posts.add_post(area_id=county.village.pk, duty="contact", title="联系干部", **given)
    one = plans.seat(group_id=group.pk, post_id=post.pk, leads=True, **given)
    view = plans.group_view(group.pk, by=office.township, on=today)
    parts = [(unit.unit_key.partition("/")[2], unit.part) for unit in view.units]
    assert parts == [("ws", "lead"), ("", "share")]
    assert view.seats[0].holder == "" and view.may_make
    posts.appoint(post_id=post.pk, holder="王联（示例）", since=today, **given)
    view = plans.group_view(group.pk, by=office.township, on=today)
    assert view.seats[0].holder == "王联（示例）" and (post.pk not in dict(view.open_posts))
    with pytest.raises(Invalid):
        plans.seat(group_id=group.pk, post_id=post.pk, leads=False, **given)
    plans.unseat(seat_id=one.pk, **given)
    assert plans.group_view(group.pk, by=office.township, on=today).seats == ()
    with pytest.raises(NotFound):
        plans.unseat(seat_id=one.pk, **given)


def test_a_group_is_of_its_area(
    group: plans.Group, county: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    given = {"by": office.township, "at": frozen_clock}
    words = {"area_id": county.township.pk, "name": "另一专班", "purpose": "就业", "shares": []}
    for lead in (county.county.code, "000000", f"{county.township.code}/none"):
        with pytest.raises(Invalid):
            plans.form_group(lead=lead, **words, **given)
    with pytest.raises(Conflict):
        plans.form_group(lead=county.township.code, **(words | {"name": group.name}), **given)
    with pytest.raises(Invalid):
        plans.form_group(lead=county.township.code, **(words | {"purpose": "孕检"}), **given)
    outside = posts.add_post(
        area_id=county.county.pk, duty="head", title="县长", by=office.county, at=frozen_clock
    )
    with pytest.raises(Invalid):
        plans.seat(group_id=group.pk, post_id=outside.pk, leads=False, **given)
    with pytest.raises(NotAllowed):
        plans.form_group(lead=county.township.code, **words, by=office.village, at=frozen_clock)
    meeting = plans.call_meeting(
        area_id=county.township.pk,
        title="专班会",
        on=frozen_clock.date(),
        agenda="就业",
        group_id=group.pk,
        **given,
    )
    assert meeting.group == group
    plans.end_group(group_id=group.pk, **given)
    with pytest.raises(NotFound):
        plans.end_group(group_id=group.pk, **given)


def test_a_unit_breaks_its_task_into_steps(
    task: Any, county: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    one, today = task(due_in=20), frozen_clock.date()
    step = {
        "parent_id": one.pk, "unit_key": county.village.code, "what": "入户登记表", "starts": today,
        "at": frozen_clock,
    }  # fmt: skip
    for due in (one.due + dt.timedelta(days=1), today - dt.timedelta(days=1)):
        with pytest.raises(Invalid):
            plans.give_step(due=due, by=office.village, **step)
    with pytest.raises(Invalid):
        plans.give_step(due=one.due, by=office.village, **(step | {"unit_key": county.township.code}))
    part = plans.give_step(due=today + dt.timedelta(days=5), by=office.village, **step)
    with pytest.raises(Conflict) as refused:
        plans.report(task_id=one.pk, evidence="表", by=office.village, at=frozen_clock)
    assert refused.value.code == "plans.steps_open"
    plans.report(task_id=part.pk, evidence="登记表 30 份", by=office.village, at=frozen_clock)
    with pytest.raises(NotAllowed):
        plans.confirm(task_id=part.pk, by=office.village, at=frozen_clock)
    plans.confirm(task_id=part.pk, by=office.township, at=frozen_clock)
    view = plans.task_view(one.pk, by=office.village, on=today)
    assert [line.task.state for line in view.parts] == ["done"] and view.reports
    assert (
        plans.report(task_id=one.pk, evidence="汇总表", by=office.village, at=frozen_clock).state
        == "reported"
    )


def test_steps_end_at_the_third(task: Any, county: Any, office: Any, frozen_clock: dt.datetime) -> None:
    one, today = task(due_in=20), frozen_clock.date()
    given = {
        "unit_key": county.village.code,
        "what": "分步",
        "starts": today,
        "due": one.due,
        "at": frozen_clock,
    }
    for _time in range(2):
        one = plans.give_step(parent_id=one.pk, by=office.village, **given)
    with pytest.raises(Conflict):
        plans.give_step(parent_id=one.pk, by=office.village, **given)


def test_a_stage_is_accepted_by_the_level_above(
    county: Any, office: Any, task: Any, frozen_clock: dt.datetime
) -> None:
    task(due_in=20)
    asked = {
        "area_id": county.township.pk, "year": 2026, "stage": "push", "evidence": "台账 1 份",
        "by": office.township, "at": frozen_clock,
    }  # fmt: skip
    with pytest.raises(Conflict) as refused:
        plans.ask_acceptance(**(asked | {"stage": "develop"}))
    assert refused.value.code == "plans.stage_ahead"
    with pytest.raises(Invalid):
        plans.ask_acceptance(**(asked | {"evidence": " "}))
    one = plans.ask_acceptance(**asked)
    assert one.numbers == {"tasks": 1, "done": 0, "late": 0}
    with pytest.raises(Conflict):
        plans.ask_acceptance(**asked)
    decide = {"acceptance_id": one.pk, "accept": True, "said": "", "at": frozen_clock}
    for by in (office.township, office.township_two):
        with pytest.raises(NotAllowed):
            plans.decide_acceptance(by=by, **decide)
    with pytest.raises(Invalid):
        plans.decide_acceptance(by=office.county, **(decide | {"accept": False}))
    today = frozen_clock.date()
    (line,) = plans.acceptances(by=office.county, on=today, year=2026)
    assert line.may_decide and not plans.acceptances(by=office.township, on=today, year=2026)[0].may_decide
    done = plans.decide_acceptance(by=office.county, **decide)
    assert (done.state, done.decided_by, done.decided_on) == ("accepted", office.county, today)
    with pytest.raises(IntegrityError), transaction.atomic():
        Acceptance.objects.filter(pk=one.pk).update(decided_by=office.township)


def test_initiatives_are_numbers_and_stay(county: Any, office: Any, frozen_clock: dt.datetime) -> None:
    given = {
        "area_id": county.county.pk,
        "initiative": "folk_troupes",
        "by": office.county,
        "at": frozen_clock,
    }
    plans.tell(number=3, **given)
    plans.tell(number=5, **given)
    with pytest.raises(Invalid):
        plans.tell(number=-1, **given)
    with pytest.raises(Invalid):
        plans.tell(number=1, **(given | {"initiative": "operations"}))
    assert plans.told(scope=Scope.everything()) == {county.county.name: {"folk_troupes": 5}}
    with pytest.raises(Exception, match="never changed"), transaction.atomic():
        Told.objects.update(number=9)


def test_lists_ask_as_often_for_many(county: Any, office: Any, frozen_clock: dt.datetime) -> None:
    today, counts = frozen_clock.date(), []
    for number in (1, 6):
        for at_ in range(Acceptance.objects.count(), number):
            Acceptance.objects.create(
                area_id=county.township.pk, scope_no=county.township.scope_no, area_name="x", year=2026,
                stage=f"s{at_}", evidence="x", asked_on=today, asked_by=office.township,
            )  # fmt: skip
        with CaptureQueriesContext(connection) as asked:
            assert len(plans.acceptances(by=office.county, on=today, year=2026)) == number
        counts.append(len(asked))
    assert counts[0] == counts[1]
