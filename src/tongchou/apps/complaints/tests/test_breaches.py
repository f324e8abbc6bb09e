"""An upheld breach stands in public until the level above has seen it mended; counts tell handling alone."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test.utils import CaptureQueriesContext

from tongchou import indicators
from tongchou.apps.complaints import api as complaints
from tongchou.apps.complaints.models import Breach
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.scope import Scope

pytestmark = pytest.mark.django_db


def counts(month: dt.date) -> dict[tuple[str, str], int]:
    return {(one.unit, one.count): one.value for one in complaints.month_counts(month)}


def test_it_stays_until_the_level_above_has_seen_it_mended(
    complaint: Any, county: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    complaint("approve")
    at, on = frozen_clock, frozen_clock.date()
    breach = Breach.objects.get()
    assert breach.unit_key == county.village.code and breach.due > on
    (mine,) = complaints.to_mend(by=office.village, on=on)
    assert mine == breach and complaints.to_mend(by=office.township, on=on) == []
    with pytest.raises(Conflict):
        complaints.confirm(breach_id=breach.pk, mended=True, words="x", by=office.township, at=at)
    with pytest.raises(NotFound):  # the level above does not report for the unit
        complaints.report_mended(breach_id=breach.pk, words="已补报", by=office.township, at=at)
    complaints.report_mended(breach_id=breach.pk, words="已补报 12 份", by=office.village, at=at)
    with pytest.raises(NotAllowed):
        complaints.confirm(breach_id=breach.pk, mended=True, words="x", by=office.village, at=at)
    complaints.confirm(breach_id=breach.pk, mended=False, words="还差 2 份", by=office.township, at=at)
    shown, records = complaints.record_of(scope=Scope.everything(), on=on)
    assert [each.state for each in shown] == ["owed"] and (records[0].open, records[0].cleared) == (1, 0)
    complaints.report_mended(breach_id=breach.pk, words="齐了", by=office.village, at=at)
    complaints.confirm(breach_id=breach.pk, mended=True, words="看过", by=office.township, at=at)
    shown, records = complaints.record_of(scope=Scope.everything(), on=on)
    assert [(each.state, each.cleared_on) for each in shown] == [("cleared", on)]
    assert (records[0].open, records[0].cleared) == (0, 1)


def test_whoever_reports_does_not_clear(complaint: Any, office: Any) -> None:
    complaint("approve")
    breach = Breach.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Breach.objects.filter(pk=breach.pk).update(
            state="cleared", reported_on=breach.due, cleared_on=breach.due,
            reported_by=office.village, cleared_by=office.village,
        )  # fmt: skip


@pytest.mark.parametrize("mend", ["", "给李翠花家补报", "补 520599196003121237", "停止要求孕检", "长" * 201])
def test_public_words_name_nobody(complaint: Any, office: Any, frozen_clock: dt.datetime, mend: str) -> None:
    one, _code = complaint("accept", privacy="named", who=complaints.Who("李翠花", ""))
    with pytest.raises(Invalid) as refused:
        complaints.find(
            complaint_id=one.pk,
            finding="upheld",
            answer="属实",
            mend=mend,
            by=office.township,
            at=frozen_clock,
        )  # fmt: skip
    assert refused.value.code == "complaints.finding"


def test_counts_are_of_those_who_answer_and_those_who_mend(
    complaint: Any, county: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    complaint("approve")
    complaint("accept")
    first = Breach.objects.get()
    complaints.report_mended(breach_id=first.pk, words="好", by=office.village, at=frozen_clock)
    complaints.confirm(breach_id=first.pk, mended=True, words="看过", by=office.township, at=frozen_clock)
    due = first.round.answer_due
    assert counts(due.replace(day=1)) == {
        (county.township.code, "complaints_due"): 2,
        (county.township.code, "complaints_answered_on_time"): 1,
    }
    assert counts(first.due.replace(day=1)) == {
        (county.village.code, "breaches_to_mend"): 1,
        (county.village.code, "breaches_mended_on_time"): 1,
    }


def test_the_counts_tell_handling_alone_and_how_many_is_never_judged(complaint: Any) -> None:
    """All that is told are the two shares; a count of complaints stands under a share or nowhere."""
    one, _code = complaint("approve")
    due = one.rounds.get().answer_due
    assert {each.count for each in complaints.month_counts(due.replace(day=1))} <= set(complaints.TOLD)
    catalogue = indicators.load()
    known = catalogue.counts
    for code in complaints.TOLD:
        handled = {subject.value for subject in known[code].subjects}
        assert handled in ({"complaint_handling"}, {"complaint_volume"})
    assert known["complaints_answered_on_time"].over == "complaints_due"
    assert known["breaches_mended_on_time"].over == "breaches_to_mend"


@pytest.mark.parametrize("number", [1, 12])
def test_lists_ask_the_database_as_often_for_many(
    complaint: Any, office: Any, frozen_clock: dt.datetime, number: int
) -> None:
    from django.db import connection

    for _each in range(number):
        complaint("approve")
        complaint("accept")
    on = frozen_clock.date()
    for read, most in (
        (lambda: complaints.lines_of(list(complaints.found(by=office.township, on=on)), on), 11),
        (lambda: complaints.record_of(scope=Scope.everything(), on=on), 3),
        (lambda: list(complaints.month_counts(on.replace(day=1))), 2),
        (lambda: complaints.to_mend(by=office.village, on=on), 6),
        (lambda: complaints.questions(by=office.village, on=on), 6),
    ):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert read() is not None
        assert len(asked) <= most, (most, [one["sql"][:90] for one in asked])
