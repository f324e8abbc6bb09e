"""Grievances: heard by somebody else, changing the register where they are right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test.utils import CaptureQueriesContext

from tongchou.apps.casework import api as casework
from tongchou.apps.casework.models import Case, Grievance
from tongchou.apps.casework.tests.conftest import YEAR
from tongchou.apps.corrections import api as corrections
from tongchou.apps.registry.models import Person
from tongchou.core import clock
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.models import AuditEntry

Apply = Callable[..., int]
WORDS = "孩子是2025年生的，登记错了"


@pytest.fixture
def refused(apply: Apply, office: Any, family: dict[str, int], frozen_clock: dt.datetime) -> int:
    """The case of 陈小苗, whose year of birth is recorded wrong, refused by the township."""
    Person.objects.filter(pk=family["陈小苗"]).update(birth_year=2019)
    case = apply()
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    seen = casework.view(case, by=office.township, at=frozen_clock).seen
    casework.refuse(case_id=case, reason="conditions", seen=seen, by=office.township, at=frozen_clock)
    return case


def birth(day: str = "2025-02-03") -> casework.Change:
    return casework.Change(
        new={"birth": day}, reason="mistyped", evidence_kind="birth_certificate", evidence_words="U520000001"
    )


def record(case: int, by: Any, at: dt.datetime, **given: Any) -> Grievance:
    values = {"about": "fact", "words": WORDS, **given}
    return casework.record_grievance(case_id=case, by=by, at=at, **values)


def close(one: Grievance, by: Any, at: dt.datetime, verdict: str = "right", **given: Any) -> Any:
    view = casework.grievance(one.pk, by=by, at=at)
    values = {"words": "登记有误，已更正", "seen": view.change.seen if view.change else "", **given}
    return casework.close_grievance(grievance_id=one.pk, verdict=verdict, by=by, at=at, **values)


def test_right_changes_the_register_and_opens_the_case_again(
    refused: int, office: Any, family: dict[str, int], frozen_clock: dt.datetime
) -> None:
    one = record(refused, office.village, frozen_clock, change=birth())
    assert Person.objects.get(pk=family["陈小苗"]).birth_year == 2019
    done = close(one, office.township_two, frozen_clock)
    assert (done.reopened, done.changed) == (True, True)
    assert Person.objects.get(pk=family["陈小苗"]).birth_year == 2025
    case = Case.objects.get(pk=refused)
    # One of the township has accepted it, one refused, one opened it again: nobody is left there.
    assert (case.state, case.stage_code, case.desk) == ("running", "township_review", "county")
    assert corrections.states([one.correction_id or 0]) == {one.correction_id: "approved"}
    # Whoever opened it again has taken a position: others decide.
    seen = casework.view(refused, by=office.township_two, at=frozen_clock).seen
    with pytest.raises(NotAllowed):
        casework.pass_on(case_id=refused, seen=seen, by=office.township_two, at=frozen_clock)


def test_a_change_that_alters_no_answer_opens_nothing(
    refused: int, office: Any, frozen_clock: dt.datetime
) -> None:
    one = record(refused, office.village, frozen_clock, change=birth("2018-02-03"))
    done = close(one, office.township_two, frozen_clock)
    assert (done.reopened, done.changed) == (False, False)
    assert Case.objects.get(pk=refused).state == "refused"


def test_not_right_has_its_reasons_and_leaves_the_register(
    refused: int, office: Any, family: dict[str, int], frozen_clock: dt.datetime
) -> None:
    one = record(refused, office.village, frozen_clock, change=birth())
    with pytest.raises(Invalid) as error:
        close(one, office.township_two, frozen_clock, "not_right", words=" ")
    assert error.value.code == "casework.words"
    close(one, office.township_two, frozen_clock, "not_right", words="出生证明不符")
    assert Person.objects.get(pk=family["陈小苗"]).birth_year == 2019
    assert corrections.states([one.correction_id or 0]) == {one.correction_id: "refused"}
    shown = casework.grievance(one.pk, by=office.village, at=frozen_clock)
    assert (shown.answer, shown.line.verdict) == ("出生证明不符", "not_right")
    with pytest.raises(Conflict) as again:
        close(one, office.county, frozen_clock)
    assert again.value.code == "casework.answered"


@pytest.mark.parametrize("who", ["village", "township"])
def test_who_noted_it_or_acted_in_the_case_does_not_answer(
    refused: int, office: Any, frozen_clock: dt.datetime, who: str
) -> None:
    one = record(refused, office.township_two, frozen_clock, about="treatment")
    for officer in (getattr(office, who), office.township_two):
        with pytest.raises(NotAllowed):
            close(one, officer, frozen_clock)
    assert not casework.grievance(one.pk, by=office.township, at=frozen_clock).may_answer
    close(one, office.county, frozen_clock)
    assert Grievance.objects.get().verdict == "right"


def test_the_database_wants_a_second_person_and_an_answer(
    refused: int, office: Any, frozen_clock: dt.datetime
) -> None:
    one = record(refused, office.village, frozen_clock)
    for wrong in (
        {"verdict": "right", "closed_by": office.village, "closed_at": frozen_clock, "answer": "x"},
        {"verdict": "right", "closed_by": office.county, "closed_at": frozen_clock},
        {"verdict": "right", "answer": "x"},
        {"verdict": "perhaps", "closed_by": office.county, "closed_at": frozen_clock, "answer": "x"},
        {"about": "family"},
        {"reopened": True},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Grievance.objects.filter(pk=one.pk).update(**wrong)


def test_one_proposed_change_belongs_to_one_grievance(
    refused: int, office: Any, frozen_clock: dt.datetime
) -> None:
    one = record(refused, office.village, frozen_clock, change=birth())
    other = record(refused, office.village, frozen_clock, about="slow", words="一直没有答复")
    with pytest.raises(IntegrityError), transaction.atomic():
        Grievance.objects.filter(pk=other.pk).update(correction_id=one.correction_id)


def test_sent_twice_it_is_noted_once_and_nothing_personal_is_noted(
    refused: int, office: Any, frozen_clock: dt.datetime
) -> None:
    one = record(refused, office.village, frozen_clock, change=birth())
    assert record(refused, office.village, frozen_clock, change=birth()).pk == one.pk
    assert WORDS not in one.sealed
    row = AuditEntry.objects.filter(action="casework.grievance").get()
    assert WORDS not in str(row.detail)
    with pytest.raises(Invalid):
        record(refused, office.village, frozen_clock, about="family")


def test_a_change_that_was_refused_meanwhile_is_not_passed_over(
    refused: int, office: Any, frozen_clock: dt.datetime
) -> None:
    one = record(refused, office.village, frozen_clock, change=birth())
    corrections.refuse(
        correction_id=one.correction_id or 0, refusal="evidence", by=office.county, at=frozen_clock
    )
    with pytest.raises(Conflict) as error:
        close(one, office.township_two, frozen_clock)
    assert error.value.code == "casework.change_refused"


def test_a_change_of_the_page_is_shown_first(refused: int, office: Any, frozen_clock: dt.datetime) -> None:
    one = record(refused, office.village, frozen_clock, change=birth())
    with pytest.raises(Conflict):
        close(one, office.township_two, frozen_clock, seen="something else")
    assert Grievance.objects.get().verdict == ""


def test_fifteen_working_days_and_then_it_is_late(
    refused: int, office: Any, frozen_clock: dt.datetime
) -> None:
    from tongchou.core import calendar

    one = record(refused, office.village, frozen_clock)
    today = clock.date_of(frozen_clock)
    assert one.due == calendar.add_workdays(today, casework.ANSWERED_IN).on
    for day, late in ((one.due, False), (one.due + dt.timedelta(days=1), True)):
        (line,), total = casework.grievances(by=office.county, on=day)
        assert (line.late, total) == (late, 1)


def test_those_of_other_areas_are_not_seen(
    refused: int, office: Any, make_account: Any, county: Any, frozen_clock: dt.datetime
) -> None:
    one = record(refused, office.village, frozen_clock)
    stranger = make_account("yuan", "village_worker", county.other_village)
    assert casework.grievances(by=stranger, on=clock.date_of(frozen_clock)) == ([], 0)
    with pytest.raises(NotFound):
        casework.grievance(one.pk, by=stranger, at=frozen_clock)
    with pytest.raises(NotFound):
        record(refused, stranger, frozen_clock)


def test_a_list_asks_the_same_however_long(
    apply: Apply, refused: int, office: Any, frozen_clock: dt.datetime, connection_queries: Any
) -> None:
    today = clock.date_of(frozen_clock)

    def queries() -> int:
        with connection_queries() as seen:
            casework.grievances(by=office.county, on=today)
        return len(seen)

    record(refused, office.village, frozen_clock)
    before = queries()
    other = apply("陈老根", "elderly_reward", applicant="self")
    for about in ("slow", "amount", "treatment"):
        record(refused, office.village, frozen_clock, about=about)
        record(other, office.village, frozen_clock, about=about)
    assert queries() == before
    assert today.year == YEAR


@pytest.fixture
def connection_queries() -> Callable[[], CaptureQueriesContext]:
    from django.db import connection

    return lambda: CaptureQueriesContext(connection)
