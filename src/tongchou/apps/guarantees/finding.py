"""Every guarantee of the units of an area: what it needs, what is there, what is missing, and why unknown."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from django.db.models import Q

from tongchou import indicators
from tongchou.apps.guarantees import residents
from tongchou.apps.guarantees.models import Confirmed, Kind, Marked, Worker, YearReturn
from tongchou.apps.payments import api as payments
from tongchou.apps.places import api as places
from tongchou.apps.posts import api as posts
from tongchou.core.scope import Scope
from tongchou.domain.accountability import guarantees as domain
from tongchou.domain.accountability.guarantees import Finding, Guarantee

_BUDGETED: Final = (places.Level.PREFECTURE, places.Level.COUNTY, places.Level.TOWNSHIP)


class Why(StrEnum):
    """Why a guarantee cannot be answered."""

    NO_RETURN = "no_return"
    NO_YEAR_BEFORE = "no_year_before"
    EMPTY_FIELD = "empty_field"
    NO_PEOPLE = "no_people"
    NO_REGISTER = "no_register"


@dataclass(frozen=True, slots=True)
class Line:
    """A finding of a unit; ``why`` when it cannot be answered."""

    unit: posts.Unit
    finding: Finding
    why: Why | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """How a unit with all below it stands: guarantees kept, short, and not to be answered."""

    unit: posts.Unit
    kept: int
    short: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Report:
    """An area and a year as they stand on a day."""

    area: places.Area
    year: int
    on: dt.date
    lines: tuple[Line, ...]
    parts: tuple[Summary, ...]
    sources: tuple[payments.SourceLine, ...] = ()
    #: Towns on the list of those with an extra worker, and how many the plan names for the prefecture.
    towns: tuple[int, int] = (0, 0)

    @property
    def short(self) -> tuple[Line, ...]:
        return tuple(one for one in self.lines if one.finding.kept is False)

    @property
    def unknown(self) -> tuple[Line, ...]:
        return tuple(one for one in self.lines if one.finding.kept is None)

    @property
    def own(self) -> tuple[Line, ...]:
        """Of the area itself and its departments."""
        return tuple(one for one in self.lines if one.unit.area_id == self.area.pk)

    def shortfalls(self) -> Mapping[str, tuple[Finding, ...]]:
        """By unit what is missing or unknown, as the domain orders it."""
        return domain.shortfalls(one.finding for one in self.lines)


@dataclass(slots=True)
class _Units:
    """The units of an area: its tree, and the departments in it."""

    areas: list[places.Area]
    departments: list[posts.Unit]
    by_area: dict[int, posts.Unit] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_area = {one.pk: posts.of_area(one) for one in self.areas}

    def of(self, *levels: str) -> list[places.Area]:
        return [one for one in self.areas if one.level in levels]


def report(area: places.Area, *, within: Scope, year: int, on: dt.date) -> Report:
    """The guarantees of an area and all below it that the scope reaches. A fixed number of queries."""
    scope = Scope.of_area(area).meets(within)
    lines = tuple(lines_of(scope, year=year, on=on))
    money = payments.progress(scope=scope, year=year, on=on)
    named = Marked.objects.filter(scope.q("scope_no"), _on(on), kind=Kind.TOWN).count()
    parts = tuple(_parts(area, lines, on=on))
    rules = indicators.plan().rules
    return Report(area, year, on, lines, parts, money.sources, (named, rules.extra_towns))


def lines_of(scope: Scope, *, year: int, on: dt.date) -> list[Line]:
    """Every finding of the units of a scope, unit by unit in the order of the tree."""
    units = _units(scope, on)
    keys = {one.key: one for one in (*units.by_area.values(), *units.departments)}
    returned = in_force(scope, (year - 1, year), on=on)
    found = [*_budgets(units, returned, year), *_pay(units, returned, year)]
    found += [*_staff(units, scope, on=on), *_money(keys, scope, year=year, on=on)]
    order = list(Guarantee)
    found.sort(
        key=lambda one: (one.unit.scope_no, one.unit.key, order.index(one.finding.guarantee),
                         one.finding.detail)
    )  # fmt: skip
    return found


def staff_of(scope: Scope, *, on: dt.date) -> list[Line]:
    """The findings of staff alone."""
    return list(_staff(_units(scope, on), scope, on=on))


def in_force(scope: Scope, years: Sequence[int], *, on: dt.date) -> dict[tuple[str, int], YearReturn]:
    """The last accepted version of each unit and year, up to a day. One query."""
    rows = YearReturn.objects.filter(
        scope.q("scope_no"), year__in=years, decision__accepted=True, decision__at__date__lte=on
    )
    return {(one.unit, one.year): one for one in rows.order_by("version")}


def _units(scope: Scope, on: dt.date) -> _Units:
    levels = (*_BUDGETED, places.Level.VILLAGE)
    areas = list(
        places.Area.objects.within(scope)
        .filter(Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on, level__in=levels)
        .order_by("scope_no")
    )
    by_pk = {one.pk: one for one in areas}
    held = posts.Department.objects.filter(scope.q("scope_no"), since__lte=on).exclude(until__lte=on)
    departments = [posts.of_department(by_pk[one.area_id], one) for one in held if one.area_id in by_pk]
    return _Units(areas, departments)


def _year(row: YearReturn | None) -> domain.BudgetYear:
    if row is None:
        return domain.BudgetYear(None, None)
    return domain.BudgetYear(row.budget, row.revenue, row.grassroots, row.reward_fund)


def _budgets(units: _Units, returned: Mapping[tuple[str, int], YearReturn], year: int) -> Iterable[Line]:
    rules = indicators.plan().rules
    several = [units.by_area[one.pk] for one in units.of(*_BUDGETED)] + units.departments
    for unit in several:
        before, now = returned.get((unit.key, year - 1)), returned.get((unit.key, year))
        for one in domain.budget(unit.key, _year(before), _year(now), rules):
            yield Line(unit, one, _why_budget(one, before, now))


def _why_budget(one: Finding, before: YearReturn | None, now: YearReturn | None) -> Why | None:
    if one.kept is not None:
        return None
    if now is None:
        return Why.NO_RETURN
    rise = one.guarantee in (Guarantee.BUDGET_RISES, Guarantee.BUDGET_FASTER)
    return Why.NO_YEAR_BEFORE if rise and before is None else Why.EMPTY_FIELD


def _pay(units: _Units, returned: Mapping[tuple[str, int], YearReturn], year: int) -> Iterable[Line]:
    keyed = {one.code: units.by_area[one.pk] for one in units.of(places.Level.VILLAGE)}
    rows = {key: returned.get((key, year)) for key in keyed}
    pays = (
        domain.Pay(key, None, None, ())
        if row is None
        else domain.Pay(key, row.pay_total, row.pay_performance, tuple(row.pay_indicators))
        for key, row in rows.items()
    )
    for one in domain.performance_pay(pays, indicators.plan().rules, indicators.load()):
        why = None
        if one.kept is None:
            why = Why.NO_RETURN if rows[one.unit] is None else Why.EMPTY_FIELD
        yield Line(keyed[one.unit], one, why)


def _on(on: dt.date) -> Q:
    return Q(since__lte=on) & (Q(until=None) | Q(until__gt=on))


def _staff(units: _Units, scope: Scope, *, on: dt.date) -> Iterable[Line]:
    """Workers of villages by their people, and of township teams."""
    at_work = Counter(Worker.objects.filter(scope.q("scope_no"), _on(on)).values_list("area_id", flat=True))
    known = set(at_work)
    known |= set(Worker.objects.filter(scope.q("scope_no"), since__lte=on).values_list("area_id", flat=True))
    known |= set(Confirmed.objects.filter(scope.q("scope_no"), on__lte=on).values_list("area_id", flat=True))
    marked: dict[str, set[int]] = defaultdict(set)
    listed = Marked.objects.filter(scope.q("scope_no"), _on(on))
    for kind, area_id in listed.values_list("kind", "area_id"):
        marked[kind].add(area_id)
    villages, towns = units.of(places.Level.VILLAGE), units.of(places.Level.TOWNSHIP)
    people = residents.of_villages(_counties(villages), on=on) if villages else {}
    staffed = domain.village_staff(
        (
            domain.VillageStaff(
                village=one.code,
                township="",
                residents=people.get(one.code),
                workers=at_work[one.pk] if one.pk in known else None,
                key=one.pk in marked[Kind.COMMUNITY],
            )
            for one in villages
        ),
        indicators.plan().rules,
    )
    extra = [one.code for one in towns if one.pk in marked[Kind.TOWN]]
    # The plan names its towns for the whole prefecture; a page shows a part of it, with those that lie there.
    rules = replace(indicators.plan().rules, extra_towns=len(extra))
    teams = domain.township_teams(
        {one.code: at_work[one.pk] if one.pk in known else None for one in towns}, extra, rules
    )
    by_code = {one.code: units.by_area[one.pk] for one in (*villages, *towns)}
    for one in (*staffed, *teams):
        why = None
        if one.kept is None:
            why = Why.NO_PEOPLE if one.needed is None else Why.NO_REGISTER
        yield Line(by_code[one.unit], one, why)


def _counties(villages: Sequence[places.Area]) -> list[places.Area]:
    """The counties villages lie in. One query."""
    low, high = villages[0].scope_no, villages[-1].scope_no
    return list(
        places.Area.objects.filter(
            level=places.Level.COUNTY, valid_to=None, scope_no__lte=high, scope_end__gte=low
        ).order_by("scope_no")
    )


def _money(units: Mapping[str, posts.Unit], scope: Scope, *, year: int, on: dt.date) -> Iterable[Line]:
    """What funds know: what was to arrive by the day, by level and line; what was used by the year's end."""
    last = dt.date(year, 12, 31)
    given = payments.given(scope=scope, first=dt.date(year, 1, 1), last=last)
    several = [
        domain.Money(one.area_code, one.source, one.title, one.fen, one.due_on, last, one.arrivals, ())
        for one in given
        if one.area_code in units
    ]
    for (key, _level, _line), (arrived, _used) in domain.money(several, on).items():
        if arrived.needed:
            yield Line(units[key], arrived)
    if on <= last:
        return
    by_area = {one.area_id: key for key, one in units.items() if one.department_id is None}
    funds = dict(payments.Fund.objects.filter(scope.q("scope_no"), year=year).values_list("pk", "area_id"))
    for one in payments.progress(scope=scope, year=year, on=on).units:
        key = by_area.get(funds[one.fund_id], "")
        if key and one.punctuality.appropriated:
            needed = one.punctuality.appropriated
            yield Line(units[key], Finding(key, Guarantee.USED, "fen", needed, one.used, one.title))


def _parts(area: places.Area, lines: Sequence[Line], *, on: dt.date) -> Iterable[Summary]:
    """The units right below an area and its departments, each with all that lies in it. Two queries."""
    below = posts.units_below(area, on=on)
    own = posts.of_area(area)
    tallies = {one.key: Counter[bool | None]() for one in (own, *below)}
    inside = [one for one in below if one.department_id is None]
    for line in lines:
        if line.unit.key in tallies:
            tallies[line.unit.key][line.finding.kept] += 1
            continue
        for one in inside:
            if one.scope_no <= line.unit.scope_no <= one.scope_end:
                tallies[one.key][line.finding.kept] += 1
                break
    for one in (own, *below):
        tally = tallies[one.key]
        if sum(tally.values()):
            yield Summary(one, tally[True], tally[False], tally[None])
