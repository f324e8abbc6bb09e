"""What a county sets itself: with its document, from its day, within what the law leaves to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import translation

from tongchou.apps.local import api as local
from tongchou.apps.local import catalogue
from tongchou.apps.local.models import LocalValue
from tongchou.apps.places import api as places
from tongchou.core.errors import Invalid, NotAllowed
from tongchou.core.models import AuditEntry

pytestmark = pytest.mark.django_db
MONTHS = "childcare_subsidy.payment_months"


def entry(value: str, source: str = "某县卫健〔2026〕1号（示例）", start: str = "2026-01-01") -> local.Entry:
    return local.Entry(value, source, start)


def test_a_value_counts_from_its_day_and_stays_on_record(
    county: Any, frozen_clock: dt.datetime, audited: Callable[[], Any]
) -> None:
    area = county.county
    with audited():
        assert (
            local.set_values(area=area, entries={MONTHS: entry("3、6、9、12月")}, by=None, at=frozen_clock)
            == 1
        )
    assert local.value(MONTHS, area, on=dt.date(2025, 12, 31)) is None
    assert local.value(MONTHS, area, on=dt.date(2026, 1, 1)) == [3, 6, 9, 12]
    assert local.set_values(area=area, entries={MONTHS: entry("3 6 9 12")}, by=None, at=frozen_clock) == 0
    later = entry("1,4,7,10", start="2027-01-01")
    local.set_values(area=area, entries={MONTHS: later}, by=None, at=frozen_clock)
    assert local.value(MONTHS, area, on=dt.date(2026, 6, 1)) == [3, 6, 9, 12]
    assert local.value(MONTHS, area, on=dt.date(2027, 6, 1)) == [1, 4, 7, 10]
    row = AuditEntry.objects.order_by("-id").first()
    assert (row.action, row.detail) == ("local.set", {"names": [MONTHS]})


def test_an_empty_value_takes_it_back(county: Any, frozen_clock: dt.datetime) -> None:
    area = county.county
    local.set_values(area=area, entries={MONTHS: entry("3,6,9,12")}, by=None, at=frozen_clock)
    assert (
        local.set_values(area=area, entries={MONTHS: local.Entry("", "", "")}, by=None, at=frozen_clock) == 1
    )
    assert local.value(MONTHS, area, on=frozen_clock.date()) is None
    assert LocalValue.objects.count() == 2
    assert (
        local.set_values(area=area, entries={MONTHS: local.Entry("", "", "")}, by=None, at=frozen_clock) == 0
    )


def test_rows_are_never_changed(county: Any, frozen_clock: dt.datetime) -> None:
    local.set_values(area=county.county, entries={MONTHS: entry("3,6,9,12")}, by=None, at=frozen_clock)
    for act in (lambda: LocalValue.objects.update(source="other"), lambda: LocalValue.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_the_unit_s_own_value_goes_before_that_above(county: Any, frozen_clock: dt.datetime) -> None:
    above = places.area_by_code("520500")
    local.set_values(area=above, entries={MONTHS: entry("3,6,9,12")}, by=None, at=frozen_clock)
    assert local.value(MONTHS, county.county, on=frozen_clock.date()) == [3, 6, 9, 12]
    local.set_values(area=county.county, entries={MONTHS: entry("2,5,8,11")}, by=None, at=frozen_clock)
    assert local.value(MONTHS, county.county, on=frozen_clock.date()) == [2, 5, 8, 11]
    assert local.value(MONTHS, above, on=frozen_clock.date()) == [3, 6, 9, 12]
    other = places.area_by_code("520523")
    assert local.value(MONTHS, other, on=frozen_clock.date()) == [3, 6, 9, 12]


def test_every_mistake_at_once_and_nothing_written(county: Any, frozen_clock: dt.datetime) -> None:
    sent = {
        MONTHS: local.Entry("3,9", "", "next year"),
        "office_phone": entry("call me"),
        "unit_name": entry("大方县卫生健康局（示例）"),
    }
    with pytest.raises(Invalid) as refused:
        local.set_values(area=county.county, entries=sent, by=None, at=frozen_clock)
    assert set(refused.value.data["problems"]) == {
        f"{MONTHS}.value", f"{MONTHS}.source", f"{MONTHS}.from", "office_phone.value",
    }  # fmt: skip
    assert not LocalValue.objects.exists()


def test_a_unit_knows_its_own_telephone_without_a_document(county: Any, frozen_clock: dt.datetime) -> None:
    def told(value: str, source: str = "", start: str = "") -> int:
        entries = {"office_phone": local.Entry(value, source, start)}
        return local.set_values(area=county.county, entries=entries, by=None, at=frozen_clock)

    assert told("0857-8000000") == 1
    known = {one.parameter.name: one for one in local.known(county.county, on=None)}["office_phone"]
    with translation.override("en"):
        assert (known.shown, known.source) == ("0857-8000000", "said by the unit itself")
    assert known.row is not None and known.row.effective_from == frozen_clock.date()
    assert told("0857-8000000") == 0
    assert told("0857-8000001", "某县卫健〔2026〕1号（示例）", "2026-01-01") == 1
    assert told("0857-8000001") == 0, "saved again as the page shows it: its document stays"


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        (MONTHS, ("3,6,9,12", "1 2 3 4 5 6 7 8 9 10 11 12"), ("", "13", "3,6,9", "1,5,9")),
        ("elderly_reward.payment_months", ("6", "6、12"), ("0", "June")),
        ("office_phone", ("0857-8000000", "12345", "0857-8000000-12"), ("phone", "12", "0857")),
        ("elderly_reward.notice_days", ("1", "90"), ("0", "91", "10.5", "-3", "１０")),
        ("childcare_subsidy.county_review_days", ("1", "30"), ("0", "31", "90")),
        ("elderly_reward.notice_calendar", ("calendar", "working"), ("lunar",)),
    ],
)
def test_what_can_be_a_value(name: str, good: tuple[str, ...], bad: tuple[str, ...]) -> None:
    kind = local.parameter(name).kind
    for text in good:
        assert kind.show(kind.read(text)) and kind.read(kind.typed(kind.read(text))) == kind.read(text)
    for text in bad:
        with pytest.raises(local.Wrong):
            kind.read(text)


def test_the_hint_and_the_refusal_name_one_number() -> None:
    review = local.parameter("childcare_subsidy.county_review_days")
    with pytest.raises(local.Wrong) as refused, translation.override("en"):
        assert str(review.hint).endswith(f"at most {catalogue.MOST_REVIEW_DAYS} working days.")
        review.kind.read("many")
    assert str(catalogue.MOST_REVIEW_DAYS) in str(refused.value)


def test_township_and_county_share_thirty_working_days(county: Any, frozen_clock: dt.datetime) -> None:
    names = [f"childcare_subsidy.{level}_review_days" for level in ("township", "county")]
    fits = dict.fromkeys(names, entry("15"))
    assert local.set_values(area=county.county, entries=fits, by=None, at=frozen_clock) == 2
    with pytest.raises(Invalid) as refused:
        local.set_values(area=county.county, entries={names[0]: entry("16")}, by=None, at=frozen_clock)
    assert set(refused.value.data["problems"]) == {f"{names[1]}.value"}


def test_a_county_sets_no_amounts_and_asks_nothing_about_births() -> None:
    for name in ("childcare_subsidy.yearly_amount", "elderly_reward.standard"):
        with pytest.raises(local.Wrong, match="国卫办人口发"):
            local.parameter(name)
    with pytest.raises(local.Wrong):
        local.parameter("no_such")
    for one in local.PARAMETERS:
        assert not catalogue._AMOUNT.search(one.name)
        assert not any(
            word in one.name for word in ("birth", "child_", "children", "parity", "sex", "target")
        )


def test_who_may_set_what_where(
    county: Any, county_reviewer: Any, township_officer: Any, make_account: Any, frozen_clock: dt.datetime
) -> None:
    sent = {MONTHS: entry("3,6,9,12")}
    for nobody in (
        township_officer,
        make_account("nobody"),
        make_account("sys", "system_admin", county.county),
    ):
        with pytest.raises(NotAllowed):
            local.set_values(area=county.county, entries=sent, by=nobody, at=frozen_clock)
    with pytest.raises(NotAllowed):
        local.set_values(
            area=places.area_by_code("520523"), entries=sent, by=county_reviewer, at=frozen_clock
        )
    assert local.set_values(area=county.county, entries=sent, by=county_reviewer, at=frozen_clock) == 1
