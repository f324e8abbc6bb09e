"""Appropriated, arrived and days late by fund, by earmarked line and by level: counted by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tongchou.apps.payments import api as payments
from tongchou.core.scope import Scope

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 30)


def open_(area: Any, line: str, act: dict[str, Any]) -> int:
    return payments.open_fund(
        area_id=area.pk, year=2026, line=line, title=f"资金{line}", programmes=["childcare_subsidy"], **act
    ).pk  # fmt: skip


def test_days_late_by_fund_line_and_level(county: Any, act: dict[str, Any]) -> None:
    town, own, other = (
        open_(county.township, "care", act), open_(county.county, "care", act),
        open_(county.county, "aid", act),
    )  # fmt: skip
    arrived: dict[str, Any] = {}

    def give(fund: int, source: str, fen: int, due: str, *came: tuple[str, int]) -> Any:
        name = f"{fund}{source}{fen}{due}"
        one = payments.appropriate(
            fund_id=fund, source=source, fen=fen, document=name, appropriated_on=dt.date(2026, 1, 5),
            due_on=dt.date.fromisoformat(due), **act,
        )  # fmt: skip
        for number, (day, part) in enumerate(came):
            arrived[f"{name}-{number}"] = payments.record_arrival(
                appropriation_id=one.pk, fen=part, arrived_on=dt.date.fromisoformat(day),
                voucher=f"{name}-{number}", **act,
            )  # fmt: skip
        return one

    give(own, "central", 1000, "2026-03-31", ("2026-03-31", 1000))  # on its day
    give(own, "central", 500, "2026-03-31", ("2026-03-01", 200), ("2026-04-03", 300))  # 300 came 3 days late
    give(own, "province", 400, "2026-06-20", ("2026-06-01", 100))  # 300 are overdue by 10 days
    give(own, "county", 50, "2026-07-31")  # not due yet
    give(town, "central", 70, "2026-05-31", ("2026-06-07", 70))  # 7 days late
    give(other, "county", 90, "2026-06-29")  # overdue by a day
    reversed_ = give(other, "county", 33, "2026-01-31")
    payments.take_back(entry_id=reversed_.pk, reason="document", **act)  # counts nowhere
    twice = give(other, "donation", 20, "2026-02-10", ("2026-02-10", 20))
    payments.take_back(entry_id=arrived[f"{other}donation202026-02-10-0"].pk, reason="twice", **act)
    payments.record_arrival(
        appropriation_id=twice.pk, fen=20, arrived_on=dt.date(2026, 2, 14), voucher="再", **act
    )  # in truth four days late
    found = payments.progress(scope=Scope.everything(), year=2026, on=TODAY)
    told = {
        one.fund_id: (
            one.punctuality.appropriated, one.punctuality.arrived, one.punctuality.late, one.punctuality.days
        )
        for one in found.units
    }  # fmt: skip
    assert told == {
        own: (1950, 1600, 600, 10),
        town: (70, 70, 70, 7),
        other: (110, 20, 110, 4),
    }
    lines = {
        (one.line, one.source): (one.punctuality.appropriated, one.punctuality.late, one.punctuality.days)
        for one in found.sources
    }
    assert lines == {
        ("care", "central"): (1570, 370, 7),  # both areas together: the later of 3 and 7 days
        ("care", "province"): (400, 300, 10),
        ("care", "county"): (50, 0, 0),
        ("aid", "county"): (90, 90, 1),
        ("aid", "donation"): (20, 20, 4),
    }
    late = payments.progress(scope=Scope.everything(), year=2026, on=TODAY + dt.timedelta(days=30))
    days = {(one.line, one.source): one.punctuality.days for one in late.sources}
    assert days[("care", "province")] == 40  # still missing
    assert days[("care", "central")] == 7  # all there: stands still
