"""Departments are judged among themselves; a year is settled on what stands now, beside what was first."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tongchou.apps.accountability import api
from tongchou.apps.accountability.tests.conftest import COUNTS, MONTH, feeds, good, units
from tongchou.apps.accountability.tests.test_closing import AT, close
from tongchou.apps.posts import api as posts
from tongchou.apps.posts.models import Post, Tenure
from tongchou.core.errors import Conflict, NotAllowed
from tongchou.core.scope import Scope
from tongchou.domain.accountability import bulletin_text
from tongchou.domain.accountability.feed import UnitCount

__all__ = ["feeds", "good", "units"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def departments(units: Any, good: Any, feeds: Any) -> list[str]:
    """Seven departments of the county, each with its own counts beside those of villages."""
    good()
    keys = []
    for number in range(7):
        posts.add_department(
            area_id=units.county.pk, code=f"d{number}", name=f"第{number}局（示例）",
            since=dt.date(2026, 1, 1), by=units.maker, at=AT,
        )  # fmt: skip
        keys.append(f"{units.county.code}/d{number}")
        for whole, part in zip(COUNTS[::2], COUNTS[1::2], strict=True):
            feeds[MONTH] += [UnitCount(keys[-1], whole, 60), UnitCount(keys[-1], part, 58 - 4 * number)]
    close(units)
    return keys


def made(units: Any, **given: Any) -> api.Issue:
    wanted = {"area_id": units.county.pk, "kind": "month", "period": "2026-05", "by": units.maker, "at": AT}
    return api.make(**(wanted | given))


def test_departments_stand_in_a_bulletin_of_their_own(units: Any, departments: list[str]) -> None:
    of_areas, own = made(units), made(units, departments=True)
    assert of_areas.pk != own.pk and not of_areas.departments and own.departments
    rows = bulletin_text.read(bytes(own.content)).rows
    assert {row.unit for row in rows} == set(departments)
    assert not any("/" in row.unit for row in bulletin_text.read(bytes(of_areas.content)).rows)
    best = next(row for row in rows if row.rank == 1)
    assert best.unit == departments[0] and best.cells["paid_on_time"].under == 60
    api.publish(issue_id=own.pk, by=units.second, at=AT)
    (line,) = [one for one in api.published() if one.issue_id == own.pk]
    assert line.departments
    assert set(api.view(own.pk, by=units.maker, at=AT).may_reply) == set(departments)


def test_a_department_whose_posts_are_held_answers_itself(
    units: Any, departments: list[str], make_account: Any
) -> None:
    own = made(units, departments=True)
    api.publish(issue_id=own.pk, by=units.second, at=AT)
    head = make_account("juzhang", "township_officer", units.county, "局长（示例）")
    found = posts.unit_of(departments[0], scope=Scope.everything())
    Tenure.objects.create(
        post=Post.objects.create(
            area_id=found.area_id, scope_no=found.scope_no, department_id=found.department_id, duty="head",
            title="局长",
        ),
        holder="局长（示例）", account=head, since=dt.date(2026, 1, 1),
    )  # fmt: skip
    assert api.view(own.pk, by=units.maker, at=AT).may_reply == tuple(sorted(departments[1:]))
    assert departments[0] in api.view(own.pk, by=head, at=AT).may_reply
    given = {"issue_id": own.pk, "unit": departments[0], "words": "设备更新中，下月补齐。", "at": AT}
    with pytest.raises(NotAllowed) as refused:
        api.reply(**given, by=units.maker)
    assert refused.value.code == "accountability.not_of_department"
    api.reply(**given, by=head)
    api.reply(**(given | {"unit": departments[1]}), by=units.maker)


def test_counts_of_a_department_are_none_of_the_townships(units: Any, departments: list[str]) -> None:
    rows = bulletin_text.read(bytes(made(units).content)).rows
    assert {row.cells["paid_on_time"].under for row in rows if row.cells} <= {60.0, 120.0}


def test_an_area_without_departments_says_so(units: Any, good: Any) -> None:
    good()
    close(units)
    with pytest.raises(Conflict) as refused:
        made(units, departments=True)
    assert refused.value.code == "accountability.no_units"


def test_first_published_beside_what_stands_now(units: Any, good: Any) -> None:
    good()
    close(units)
    given = {"kind": "month", "period": "2026-05", "by": units.maker, "at": AT}
    before = api.settlement(units.county.pk, **given)
    assert before.published_on is None and not any(one.moved for one in before.rows)
    assert all(one.told == one.now and one.published is None for one in before.rows)
    issue = made(units)
    api.publish(issue_id=issue.pk, by=units.second, at=AT)
    village = units.villages[0]
    stated = api.restate(
        unit=village.code,
        month=MONTH,
        count="payments_on_time",
        value=30,
        reason="核对后更正",
        by=units.maker,
        at=AT,
    )
    api.confirm_restated(restated_id=stated.pk, by=units.second, at=AT)
    counts = []
    for _time in range(2):
        with CaptureQueriesContext(connection) as asked:
            after = api.settlement(units.county.pk, **given)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 20
    moved = [one for one in after.rows if one.moved]
    assert {one.indicator for one in moved} == {"paid_on_time"}
    (one,) = moved
    assert one.published == one.told and one.now < one.told
    assert [each.reason for each in after.restated] == ["核对后更正"]
    # What was published first stays the first, whatever is published after.
    later = made(units, reason="核对后更正")
    api.publish(issue_id=later.pk, by=units.second, at=AT + dt.timedelta(days=1))
    again = api.settlement(units.county.pk, **given)
    assert [one.published for one in again.rows if one.moved] == [one.published]
