"""Bulletins: the same bytes of the same counts, published by a second person, replied to by the unit."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tongchou.apps.accountability import api
from tongchou.apps.accountability.models import Issue, Restated
from tongchou.apps.accountability.tests.conftest import MONTH, feeds, good, units
from tongchou.apps.accountability.tests.test_closing import AT, close
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.domain.accountability import bulletin_text
from tongchou.domain.accountability.bulletin import Mark, Unranked

__all__ = ["feeds", "good", "units"]
pytestmark = pytest.mark.django_db


def made(units: Any, **given: Any) -> api.Issue:
    wanted = {"area_id": units.county.pk, "kind": "month", "period": "2026-05", "by": units.maker, "at": AT}
    return api.make(**(wanted | given))


@pytest.fixture
def issue(units: Any, good: Any) -> api.Issue:
    good()
    close(units)
    return made(units)


def test_units_are_ranked_by_what_they_did(units: Any, issue: api.Issue) -> None:
    found = bulletin_text.read(bytes(issue.content))
    ranked = [row for row in found.rows if row.unranked is Unranked.NO]
    assert len(found.rows) == 8 and len(ranked) >= 7
    values = [row.composite for row in ranked]
    assert values == sorted(values, reverse=True) and all(
        row.low <= row.composite <= row.high for row in ranked
    )
    assert found.indicators and not any("birth" in code for code in found.indicators)
    assert "decisions_due" in found.unknown  # nobody tells it here: unknown, not 0
    assert "decided_on_time" not in found.indicators
    first = ranked[0].cells["paid_on_time"]
    assert first.value == pytest.approx(first.over / first.under)


def test_a_unit_nobody_lives_in_has_no_rank(units: Any, good: Any, feeds: Any) -> None:
    good()
    first = units.villages[0].parent.code
    inside = {one.code for one in units.villages if one.parent_id == units.villages[0].parent_id}
    feeds[MONTH] = [
        row for row in feeds[MONTH] if row.unit not in inside or not row.count.startswith("households")
    ]
    close(units)
    rows = {row.unit: row for row in bulletin_text.read(bytes(made(units).content)).rows}
    assert rows[first].unranked is Unranked.EMPTY and rows[first].rank is None
    assert all(row.unranked is not Unranked.EMPTY for code, row in rows.items() if code != first)


def restated(units: Any, **given: Any) -> api.Issue:
    """A bulletin of the same month after a count was found wrong."""
    if not Restated.objects.exists():
        wrong = api.restate(
            unit=units.villages[0].code, month=MONTH, count="payments_on_time", value=30, reason="核对后更正",
            by=units.maker, at=AT,
        )  # fmt: skip
        api.confirm_restated(restated_id=wrong.pk, by=units.second, at=AT)
    return made(units, **given)


def test_a_published_month_is_stated_anew_with_a_reason_and_one_holds(units: Any, issue: api.Issue) -> None:
    api.publish(issue_id=issue.pk, by=units.second, at=AT)
    with pytest.raises(Conflict) as same:
        made(units)
    assert same.value.code == "accountability.published"
    for reason in ("", "王小明家多生不配合"):
        with pytest.raises(Invalid) as refused, transaction.atomic():
            restated(units, reason=reason)
        assert refused.value.code == "accountability.reason"
    again = restated(units, reason="补记三笔发放")
    api.publish(issue_id=again.pk, by=units.second, at=AT)
    issue.refresh_from_db()
    assert issue.state == "superseded"
    lines = {one.issue_id: one for one in api.published()}
    assert lines[again.pk].reason == "补记三笔发放" and api.holding(lines[again.pk]) is None
    assert api.holding(lines[issue.pk]) == again.pk and lines[issue.pk].published_at is not None
    assert api.open_public(issue.pk)[1].period == "2026-05"
    with pytest.raises(IntegrityError), transaction.atomic():
        Issue.objects.filter(pk=issue.pk).update(state="published")


def test_one_that_waited_while_another_was_published_is_made_again(units: Any, issue: api.Issue) -> None:
    Issue.objects.filter(pk=issue.pk).update(
        state="published", decided_by=units.second, decided_at=AT, sha256="0" * 64
    )
    Issue.objects.create(
        area_id=issue.area_id, scope_no=issue.scope_no, kind="month", period="2026-05", sha256=issue.sha256,
        content=issue.content, made_at=AT, made_by=units.maker,
    )  # fmt: skip
    with pytest.raises(Conflict) as refused:
        api.publish(issue_id=Issue.objects.latest("pk").pk, by=units.second, at=AT)
    assert refused.value.code == "accountability.published"


def test_one_unit_alone_is_not_ranked(units: Any, good: Any, feeds: Any) -> None:
    good()
    first = units.villages[0].code
    feeds[MONTH] = [row for row in feeds[MONTH] if row.unit == first]
    close(units)
    rows = bulletin_text.read(bytes(made(units).content)).rows
    (alone,) = [row for row in rows if row.unranked is Unranked.ALONE]
    assert alone.composite is not None and alone.cells and not alone.raises
    assert all(row.rank is row.rank_low is row.band is None and row.mark is Mark.NONE for row in rows)


def test_the_same_counts_give_the_same_bytes(units: Any, issue: api.Issue) -> None:
    later = AT + dt.timedelta(days=3)
    again = made(units, by=units.second, at=later)
    assert again.pk == issue.pk
    assert hashlib.sha256(bytes(issue.content)).hexdigest() == issue.sha256
    read = bulletin_text.read(bytes(issue.content))
    assert bulletin_text.written(read) == bytes(issue.content)


def test_a_second_person_publishes(units: Any, issue: api.Issue) -> None:
    with pytest.raises(NotAllowed):
        api.publish(issue_id=issue.pk, by=units.maker, at=AT)
    done = api.publish(issue_id=issue.pk, by=units.second, at=AT)
    assert done.state == "published"
    with pytest.raises(Conflict):
        api.publish(issue_id=issue.pk, by=units.second, at=AT)
    line, content, replies = api.open_public(issue.pk)
    assert (line.period, content.area, replies) == ("2026-05", units.county.code, {})


def test_what_was_stated_anew_in_between_is_made_again(units: Any, issue: api.Issue) -> None:
    stated = api.restate(
        unit=units.villages[0].code, month=MONTH, count="payments_on_time", value=1, reason="核对后更正",
        by=units.maker, at=AT + dt.timedelta(hours=1),
    )  # fmt: skip
    api.confirm_restated(restated_id=stated.pk, by=units.second, at=AT + dt.timedelta(hours=1))
    with pytest.raises(Conflict) as told:
        api.publish(issue_id=issue.pk, by=units.second, at=AT)
    assert told.value.code == "accountability.changed"
    again = made(units)
    assert again.pk != issue.pk
    (row,) = bulletin_text.read(bytes(again.content)).restated
    assert (row.first, row.now, row.reason) == (60.0, 1.0, "核对后更正")


def test_a_unit_replies_once_and_beside_its_row(units: Any, issue: api.Issue, county: Any) -> None:
    given = {"issue_id": issue.pk, "unit": county.township.code, "words": "两户账户有误，已更正。", "at": AT}
    with pytest.raises(NotFound):
        api.reply(**given, by=units.township)
    api.publish(issue_id=issue.pk, by=units.second, at=AT)
    assert api.view(issue.pk, by=units.township, at=AT).may_reply == (county.township.code,)
    with pytest.raises((NotAllowed, NotFound)):
        api.reply(**(given | {"unit": "520521801"}), by=units.township)
    for blames in ("超生户太多", "多数是不配合的多胎户拖了后腿", "王小明家没有交材料"):
        with pytest.raises(Invalid):
            api.reply(**(given | {"words": blames}), by=units.township)
    api.reply(**given, by=units.township)
    with pytest.raises(Conflict):
        api.reply(**given, by=units.township)
    assert api.view(issue.pk, by=units.township, at=AT).replies == {county.township.code: given["words"]}
    late = AT + dt.timedelta(days=40)
    with pytest.raises(Conflict):
        api.reply(**(given | {"unit": "520521801", "at": late}), by=units.maker)


@pytest.mark.parametrize(("kind", "period"), [("month", "2026"), ("quarter", "2026-05"), ("week", "2026-05")])
def test_a_period_that_is_none_is_refused(units: Any, issue: api.Issue, kind: str, period: str) -> None:
    with pytest.raises(Invalid):
        made(units, kind=kind, period=period)


def test_a_quarter_waits_for_all_its_months(units: Any, issue: api.Issue) -> None:
    with pytest.raises(Conflict) as told:
        made(units, kind="quarter", period="2026-Q2")
    assert "2026-04" in str(told.value.message) and "2026-05" not in str(told.value.message)


def test_elsewhere_sees_nothing_before_it_is_published(
    units: Any, issue: api.Issue, make_account: Any, county: Any
) -> None:
    other = make_account("village", "village_worker", county.village)
    with pytest.raises(NotFound):
        api.view(issue.pk, by=other, at=AT)
    assert api.listed(by=other, on=AT.date()) == []
    api.publish(issue_id=issue.pk, by=units.second, at=AT)
    assert [one.issue_id for one in api.listed(by=other, on=AT.date())] == [issue.pk]


def test_lists_ask_as_often_for_many_as_for_few(units: Any, good: Any, issue: api.Issue) -> None:
    numbers = set()
    for month in (None, dt.date(2026, 6, 1), dt.date(2026, 7, 1)):
        if month:
            at = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
            good(month)
            close(units, month=month, at=at)
            made(units, period=f"{month:%Y-%m}", at=at)
        with CaptureQueriesContext(connection) as caught:
            api.listed(by=units.maker, on=dt.date(2026, 9, 1))
        numbers.add(len(caught))
    assert len(numbers) == 1
