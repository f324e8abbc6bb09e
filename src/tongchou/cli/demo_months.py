"""Closed months of the demo prefecture: one of them falsified, a township merged in a quarter's middle.

They begin with last year, so that a year can be settled and a half-year judged; the last six have bulletins
of their own.

The counts are made up, as the people are; everything after them is the product's own way: months close from
below, a second person publishes, the level above asks about the month that looks made up and states it anew,
and the merged township's figures stand on both trees. Each month is closed as it would have been, early in
the next: so a sample of it can be drawn from the first day the demo stands.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

#: Months that have a bulletin of their own, the last of them the one before this.
MONTHS: Final = 6
#: A unit beside the demo county with townships to merge: code of the unit, of them, and the day of the month.
_UNIT: Final = "520581"
_MERGED, _KEPT = "520581951", "520581952"
_DAY: Final = 15
_LETTER: Final = "示例市府发〔示例〕1号"
#: Counts nobody is asked to make up for the demo: stocks of households are the register's.
_NOT: Final = frozenset({"households", "households_reached", "households_in_contact"})


def begin(accounts: Mapping[str, Any], at: dt.datetime) -> int:
    """Close the months and publish their bulletins; how many bulletins. Begun before, nothing is done."""
    from tongchou.apps.accountability import api
    from tongchou.apps.places import api as places
    from tongchou.core import clock, unit_feeds

    one, other = accounts["shidu"], accounts["shidu2"]
    county = places.area_by_code(_county(accounts, at))
    prefecture = places.ancestors(county)[-1]
    months = _months(clock.date_of(at))
    if api.Closing.objects.filter(area_id=prefecture.pk, month=months[0]).exists():
        return 0
    _townships(at)
    counts = sorted(api.told_counts() - _NOT)
    shown = months[-MONTHS:]
    last = quarter_end(shown)
    _Told.rows = {}
    unit_feeds.register("demo", counts=counts, tells=f"{__name__}:tell")
    try:
        for month in months:
            _Told.rows[month] = _rows(county, counts, month, false=month == last)
            if month == shown[shown.index(last) - 1]:
                _merge(month.replace(day=_DAY), one, other, at)
            closed = closed_at(month, at)
            api.close(area_id=prefecture.pk, month=month, with_below=True, by=one, at=closed)
        # The county first: what it states anew stands in the prefecture's too.
        local = accounts["xiancha"], accounts["xiancha2"]
        made = _publish(county, shown, local, at, judge=True)
        made += _publish(prefecture, shown, (one, other), at)
        _settle(county, months[0].year, local, at)
        return made
    finally:
        unit_feeds.forget("demo")


class _Told:
    rows: dict[dt.date, list[Any]] = {}


def tell(month: dt.date) -> list[Any]:
    """What the made-up units tell of a month."""
    return _Told.rows.get(month, [])


def _months(today: dt.date) -> list[dt.date]:
    """From the first of last year to the one before this."""
    first, this = (today.year - 1) * 12, today.year * 12 + today.month - 1
    return [dt.date(number // 12, number % 12 + 1, 1) for number in range(first, this)]


def _half(today: dt.date) -> str:
    """The last half-year that is over."""
    return f"{today.year}-H1" if today.month > 6 else f"{today.year - 1}-H2"


def quarter_end(months: Sequence[dt.date]) -> dt.date:
    """The last month of the last quarter that lies whole in some months."""
    return max(month for month in months if month.month % 3 == 0)


def first_day(today: dt.date) -> dt.date:
    """The first day of the made-up months: whoever closes them has to be in office since then."""
    return _months(today)[0]


def closed_at(month: dt.date, at: dt.datetime) -> dt.datetime:
    """When a month was closed: on the third day of the next, yesterday when that is still to come.

    On the first of a month nothing before today is after the month before: then it is now, and a sample can
    be drawn tomorrow.
    """
    from tongchou.core import clock

    first = (month + dt.timedelta(days=31)).replace(day=1)
    day = min(first + dt.timedelta(days=2), clock.date_of(at) - dt.timedelta(days=1))
    return at if day < first else clock.start_of(day) + dt.timedelta(hours=10)


def _county(accounts: Mapping[str, Any], at: dt.datetime) -> str:
    from tongchou.apps.places import api as places
    from tongchou.core import accounts as people
    from tongchou.core import clock

    area = people.assignments(accounts["xiancha"], clock.date_of(at))[0].area_id
    return str(places.Area.objects.values_list("code", flat=True).get(pk=area))


def _townships(at: dt.datetime) -> None:
    from tongchou.apps.places import api as places

    rows = []
    for number in range(1, 5):
        code = f"{_UNIT}95{number}"
        rows.append((code, f"示例{'东南西北'[number - 1]}镇", "township", _UNIT))
        rows.append((f"{code}201", f"示例{'东南西北'[number - 1]}村", "village", code))
    names = ("code", "name", "level", "parent_code", "valid_from")
    places.load_areas([dict(zip(names, (*row, "2020-01-01"), strict=True)) for row in rows], by=None, at=at)


def _merge(on: dt.date, one: Any, other: Any, at: dt.datetime) -> None:
    from tongchou.apps.places import api as places

    gone, stays = (places.area_by_code(code) for code in (_MERGED, _KEPT))
    plan = places.Plan("merge", stays.pk, others=(gone.pk,), target=stays.pk)
    # The order of the level above: nobody of the units plans it, so neither person of the demo stands in it.
    change = places.plan_change(plan=plan, effective_on=on, document=_LETTER, by=None, at=at)
    places.apply_change(change_id=change.pk, by=None, at=at)


def _rows(county: Any, counts: Sequence[str], month: dt.date, *, false: bool) -> list[Any]:
    """Counts of every village of the demo county and of the made-up ones, and of the other units as wholes.

    ``false``: a township of the county reports round numbers and no failing at all.
    """
    from tongchou import indicators
    from tongchou.apps.places import api as places
    from tongchou.domain.accountability.feed import UnitCount

    known = indicators.load().counts
    prefecture = places.ancestors(county)[-1]
    inside = places.Area.objects.filter(valid_to=None)
    villages = list(inside.filter(level="village").order_by("code"))
    whole = [area for area in places.children(prefecture) if area.pk != county.pk and area.code != _UNIT]
    township = min(village.code[:9] for village in villages if village.code.startswith(county.code))
    draw = np.random.default_rng(month.toordinal())
    rows = []
    for place, area in enumerate([*villages, *whole]):
        size = 40 if area.level == "village" else 900
        good = 0.86 + 0.11 * np.random.default_rng([place, 7]).random()
        made_up = false and area.code.startswith(township)
        wholes: dict[str, int] = {}
        for code in counts:
            if known[code].over:
                continue
            worth = 1_000_000 if known[code].unit == "fen" else 1
            wholes[code] = 85 * worth if made_up else int(draw.poisson(size)) * worth
            rows.append(UnitCount(area.code, code, wholes[code]))
        for code in counts:
            over = known[code].over
            if over in wholes:
                worth = 1_000_000 if known[code].unit == "fen" else 1
                part = int(draw.binomial(wholes[over] // worth, good)) * worth
                rows.append(UnitCount(area.code, code, wholes[over] if made_up else part))
    return rows


def _publish(
    area: Any, months: Sequence[dt.date], people: tuple[Any, Any], at: dt.datetime, *, judge: bool = False
) -> int:
    """Bulletins of the months, the last quarter, half-year and year; a second person publishes them."""
    from tongchou.apps.accountability import api
    from tongchou.core import clock

    today = clock.date_of(at)
    one, other = people
    for month in months:
        issue = api.make(area_id=area.pk, kind="month", period=f"{month:%Y-%m}", by=one, at=at)
        api.publish(issue_id=issue.pk, by=other, at=at)
    if judge:
        _ask(area, months, one, other, at)
    # Made after what was stated anew, so that the restatement stands in it.
    last = quarter_end(months)
    wider = {
        "quarter": f"{last.year}-Q{last.month // 3}",
        "half": _half(today),
        "year": str(today.year - 1),
    }
    for kind, period in wider.items():
        issue = api.make(area_id=area.pk, kind=kind, period=period, by=one, at=at)
        api.publish(issue_id=issue.pk, by=other, at=at)
    return len(months) + len(wider)


def _settle(area: Any, year: int, people: tuple[Any, Any], at: dt.datetime) -> None:
    """After the year was published a count of it is stated anew, and a case is proven: what follows of both.

    The settlement shows what was first said beside what stands now; the case leads to a proposal that waits
    for a second person. Nothing of it falls on anybody: unit, number and authority are made up.
    """
    from tongchou.apps.accountability import api
    from tongchou.core import clock

    one, other = people
    told = api.Counted.objects.filter(
        scope_no__range=(area.scope_no, area.scope_end), month=dt.date(year, 12, 1), count="payments_on_time"
    )
    row = told.order_by("-unit").first()
    if row is None:
        return
    stated = api.restate(
        unit=row.unit, month=row.month, count=row.count, value=row.value * 9 // 10,
        reason=f"年度核对，{row.value - row.value * 9 // 10}笔重复计入，已更正（示例）", by=other, at=at,
    )  # fmt: skip
    api.confirm_restated(restated_id=stated.pk, by=one, at=at)
    api.record_case(
        unit=row.unit[:9], cause="falsification", year=year, number="示例决〔示例〕1号",
        authority="示例督查组", decided_on=clock.date_of(at), final=True, by=one, at=at,
    )  # fmt: skip
    api.propose(area_id=area.pk, year=year, by=one, at=at)


def _ask(area: Any, months: Sequence[dt.date], one: Any, other: Any, at: dt.datetime) -> None:
    """Look at every month; the falsified one is asked about, and one of its counts stated anew."""
    from tongchou.apps.accountability import api
    from tongchou.core import clock

    for month in months:
        api.find_alerts(area_id=area.pk, month=month, by=one, at=at)
    found = [row for row in api.alerts(by=one, on=clock.date_of(at)) if row.month == quarter_end(months)]
    if not found:
        return
    unit = found[0].unit
    told = api.Counted.objects.filter(
        unit__startswith=unit, month=quarter_end(months), count="payments_on_time"
    ).first()
    if told is not None:
        stated = api.restate(
            unit=told.unit, month=told.month, count=told.count, value=told.value * 4 // 5,
            reason="抽查发现与发放记录不符，按记录更正（示例）", by=other, at=at,
        )  # fmt: skip
        api.confirm_restated(restated_id=stated.pk, by=one, at=at)
    api.end_alert(
        alert_id=found[0].alert_id, outcome="answered", reason="抽查核对，已更正（示例）", by=one, at=at
    )
