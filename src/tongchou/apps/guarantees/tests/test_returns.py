"""Returns: sent by the unit, accepted by the level above, corrected by a new row; workbooks."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tongchou.apps.guarantees import api as guarantees
from tongchou.apps.guarantees.models import Decision, YearReturn
from tongchou.apps.guarantees.tests.conftest import workbook
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound

pytestmark = pytest.mark.django_db
YEAR = 2026
GOOD = guarantees.Figures(budget=1_000_000, revenue=9_000_000, grassroots=850_000, reward_fund=10_000)


def sent(
    county: Any, by: Any, at: dt.datetime, figures: Any = GOOD, year: int = YEAR, **more: Any
) -> YearReturn:
    return guarantees.send(unit=county.township.code, year=year, figures=figures, by=by, at=at, **more)


def test_the_unit_sends_and_the_level_above_accepts(
    county: Any, township_officer: Any, county_reviewer: Any, frozen_clock: dt.datetime, audited: Any
) -> None:
    with audited():
        one = sent(county, township_officer, frozen_clock)
    assert (one.version, one.unit, one.budget) == (1, county.township.code, 1_000_000)
    with pytest.raises(NotAllowed) as refused:
        guarantees.decide(return_id=one.pk, accepted=True, by=township_officer, at=frozen_clock)
    assert refused.value.code == "guarantees.own_return"
    with audited():
        guarantees.decide(return_id=one.pk, accepted=True, by=county_reviewer, at=frozen_clock)
    with pytest.raises(Conflict) as twice:
        guarantees.decide(return_id=one.pk, accepted=True, by=county_reviewer, at=frozen_clock)
    assert twice.value.code == "guarantees.decided"


def test_a_colleague_of_the_unit_does_not_accept(
    county: Any, township_officer: Any, make_account: Any, frozen_clock: dt.datetime
) -> None:
    one = sent(county, township_officer, frozen_clock)
    beside = make_account("beside", "township_officer", county.township)
    with pytest.raises(NotAllowed) as refused:
        guarantees.decide(return_id=one.pk, accepted=True, by=beside, at=frozen_clock)
    assert refused.value.code == "guarantees.own_level"


def test_the_database_keeps_maker_and_approver_apart(
    county: Any, township_officer: Any, frozen_clock: dt.datetime
) -> None:
    one = sent(county, township_officer, frozen_clock)
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(
            of=one, accepted=True, made_by=township_officer, by=township_officer, at=frozen_clock
        )


def test_a_village_worker_sends_nothing(county: Any, village_worker: Any, frozen_clock: dt.datetime) -> None:
    with pytest.raises(NotAllowed):
        sent(county, village_worker, frozen_clock)


def test_a_unit_elsewhere_is_none(county: Any, township_officer: Any, frozen_clock: dt.datetime) -> None:
    with pytest.raises(NotFound) as refused:
        guarantees.send(
            unit=county.county.code, year=YEAR, figures=GOOD, by=township_officer, at=frozen_clock
        )
    assert refused.value.code == "guarantees.no_unit"


def test_a_correction_is_a_new_row_with_a_reason(
    county: Any, township_officer: Any, county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    one = sent(county, township_officer, frozen_clock)
    with pytest.raises(Conflict) as waits:
        sent(county, township_officer, frozen_clock, reason="打错")
    assert waits.value.code == "guarantees.waiting"
    guarantees.decide(return_id=one.pk, accepted=True, by=county_reviewer, at=frozen_clock)
    other = guarantees.Figures(budget=1_100_000, revenue=9_000_000)
    with pytest.raises(Invalid) as without:
        sent(county, township_officer, frozen_clock, other)
    assert set(without.value.data["fields"]) == {"reason"}
    second = sent(county, township_officer, frozen_clock, other, reason="漏记追加")
    assert second.version == 2 and YearReturn.objects.count() == 2
    with pytest.raises(Invalid):
        guarantees.decide(return_id=second.pk, accepted=False, by=county_reviewer, at=frozen_clock)
    guarantees.decide(
        return_id=second.pk, accepted=False, said="附件不全", by=county_reviewer, at=frozen_clock
    )
    lines = guarantees.lines_of(_scope(county), year=YEAR, on=frozen_clock.date())
    assert {one.finding.have for one in lines if one.finding.guarantee == "budget_rises"} == {1_000_000}


@pytest.mark.parametrize(
    ("figures", "field"),
    [
        (guarantees.Figures(), "budget"),
        (guarantees.Figures(budget=-1), "budget"),
        (guarantees.Figures(budget=5, grassroots=6), "grassroots"),
        (
            guarantees.Figures(pay_total=5, pay_performance=6, pay_indicators=("paid_on_time",)),
            "pay_performance",
        ),
        (guarantees.Figures(pay_total=5, pay_performance=3), "pay_indicators"),
        (guarantees.Figures(pay_total=5, pay_performance=3, pay_indicators=("births",)), "pay_indicators"),
    ],
)
def test_what_cannot_stay_is_told_by_its_field(
    county: Any, township_officer: Any, frozen_clock: dt.datetime, figures: Any, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        sent(county, township_officer, frozen_clock, figures)
    assert field in refused.value.data["fields"] and not YearReturn.objects.exists()


def test_a_workbook_tells_every_mistake_and_takes_nothing(
    county: Any, township_officer: Any, frozen_clock: dt.datetime
) -> None:
    code, village = county.township.code, county.village.code
    wrong = workbook(
        (code, "", 2026, "一千", 90000, "", ""),
        (village, "", 26, "", "", "", "", 1000, 700, "paid_on_time"),
        ("999999", "", 2026, 1),
        (village, "", 2026, "", "", "", "", 1000, 700, "births"),
        (code, "", 2025, 900, 80000, 720, 5),
    )
    with pytest.raises(Invalid) as refused:
        guarantees.take(content=wrong, by=township_officer, at=frozen_clock)
    assert [one.cell for one in refused.value.data["problems"]] == ["D2", "C3", "A4", "J5"]
    assert all(str(one.fix) for one in refused.value.data["problems"])
    assert not YearReturn.objects.exists()


def test_the_same_workbook_twice_changes_nothing(
    county: Any, township_officer: Any, frozen_clock: dt.datetime, audited: Any
) -> None:
    code = county.township.code
    file = workbook((code, "", 2026, "1,000.50", 90000, 850, 5), (code, "", 2025, 900, 80000, 720, 5))
    with audited():
        assert guarantees.take(content=file, by=township_officer, at=frozen_clock) == guarantees.Taken(2, 0)
    assert guarantees.take(content=file, by=township_officer, at=frozen_clock) == guarantees.Taken(0, 2)
    assert YearReturn.objects.get(year=2026).budget == 100_050 and YearReturn.objects.count() == 2


@pytest.mark.parametrize("content", [b"", b"no workbook", workbook(("a",), columns=("别的",))])
def test_what_is_no_workbook_is_refused(
    county: Any, township_officer: Any, frozen_clock: dt.datetime, content: bytes
) -> None:
    with pytest.raises(Invalid) as refused:
        guarantees.take(content=content, by=township_officer, at=frozen_clock)
    assert refused.value.code == "guarantees.file"


def _scope(county: Any) -> Any:
    from tongchou.core.scope import Scope

    return Scope.of_area(county.township)
