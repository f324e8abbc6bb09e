"""Whether money came in full, on time, and was used: by level and earmarked line. Sums, never people."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from tongchou.apps.payments.models import Appropriation, Arrival, Balance, Batch, Fund
from tongchou.core.scope import Scope
from tongchou.domain import lateness, shares
from tongchou.domain.lateness import Punctuality
from tongchou.domain.ledger import Account

#: What counts as used: paid and not found too much, or waived.
_USED = (Account.PAID.value, Account.WAIVED.value, Account.OVERPAID.value)


@dataclass(frozen=True, slots=True)
class SourceLine:
    """What one level gave to one earmarked line. ``borne`` is its share of what was used; None without a
    sharing.
    """

    line: str
    title: str
    source: str
    punctuality: Punctuality
    borne: int | None


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One fund of a prefecture, county or township: appropriated, arrived, used, days late, in fen."""

    fund_id: int
    area: str
    level: str
    line: str
    title: str
    punctuality: Punctuality
    used: int
    free: int


@dataclass(frozen=True, slots=True)
class Progress:
    """A year: by fund, and by line and source."""

    year: int
    units: tuple[UnitLine, ...]
    sources: tuple[SourceLine, ...]


def progress(*, scope: Scope, year: int, on: dt.date) -> Progress:
    """The funds of a year in some areas as they stand on a day. Five queries."""
    funds = list(
        Fund.objects.filter(scope.q("scope_no"), year=year)
        .select_related("area")
        .order_by("scope_no", "line")
    )
    numbers = [fund.pk for fund in funds]
    by_fund = _punctuality(numbers, on)
    held: dict[tuple[int, str], int] = defaultdict(int)
    for fund_id, account, fen in Balance.objects.filter(fund__in=numbers).values_list(
        "fund", "account", "fen"
    ):
        held[fund_id, account] += fen
    borne = _borne(numbers)
    units = tuple(
        UnitLine(
            fund_id=fund.pk,
            area=fund.area.name,
            level=fund.area.level,
            line=fund.line,
            title=fund.title,
            punctuality=lateness.together(by_fund[fund.pk].values()),
            used=sum(held[fund.pk, account] for account in _USED),
            free=held[fund.pk, Account.FREE.value],
        )
        for fund in funds
    )
    return Progress(year, units, tuple(_sources(funds, by_fund, borne)))


def _punctuality(funds: Iterable[int], on: dt.date) -> dict[int, dict[str, Punctuality]]:
    """How each source stood by its money, by fund."""
    found: dict[int, dict[str, list[Punctuality]]] = defaultdict(lambda: defaultdict(list))
    arrivals: dict[int, list[tuple[dt.date, int]]] = defaultdict(list)
    came = Arrival.objects.filter(entry__fund__in=funds, entry__reversed_by=None)
    for appropriation, day, fen in came.values_list("appropriation", "entry__day", "entry__fen"):
        arrivals[appropriation].append((day, fen))
    given = Appropriation.objects.filter(entry__fund__in=funds, entry__reversed_by=None, entry__day__lte=on)
    for pk, fund, source, fen, due in given.values_list(
        "pk", "entry__fund", "source", "entry__fen", "due_on"
    ):
        found[fund][source].append(lateness.punctuality(fen, due, arrivals[pk], on))
    summed: dict[int, dict[str, Punctuality]] = defaultdict(dict)
    for fund, by_source in found.items():
        summed[fund] = {source: lateness.together(several) for source, several in by_source.items()}
    return summed


def _borne(funds: Iterable[int]) -> dict[int, dict[str, int]]:
    """What each level bears of what batches have paid, by fund; funds without a sharing are left out."""
    found: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    batches = Batch.objects.filter(fund__in=funds, sharing__isnull=False, paid_fen__gt=0)
    for batch in batches.select_related("sharing"):
        assert batch.sharing is not None
        for level, fen in shares.split(batch.paid_fen, batch.sharing.parts).items():
            found[batch.fund_id][level] += fen
    return found


def _sources(
    funds: list[Fund], by_fund: dict[int, dict[str, Punctuality]], borne: dict[int, dict[str, int]]
) -> Iterable[SourceLine]:
    by_line: dict[str, list[Fund]] = defaultdict(list)
    for fund in funds:
        by_line[fund.line].append(fund)
    for line, some in sorted(by_line.items()):
        known = {source for fund in some for source in by_fund[fund.pk]}
        told = {level for fund in some if fund.pk in borne for level, fen in borne[fund.pk].items() if fen}
        order = [*shares.LEVELS, "township", "donation"]
        for source in sorted(known | told, key=order.index):
            yield SourceLine(
                line=line,
                title=some[0].title,
                source=source,
                punctuality=lateness.together(
                    by_fund[fund.pk][source] for fund in some if source in by_fund[fund.pk]
                ),
                borne=sum(borne[fund.pk].get(source, 0) for fund in some if fund.pk in borne)
                if told
                else None,
            )


@dataclass(frozen=True, slots=True)
class Given:
    """An appropriation that stands: whose fund, whose money, and when how much of it came."""

    area_id: int
    area_code: str
    level: str
    source: str
    line: str
    title: str
    fen: int
    due_on: dt.date
    arrivals: tuple[tuple[dt.date, int], ...]


def given(*, scope: Scope, first: dt.date, last: dt.date) -> tuple[Given, ...]:
    """Appropriations to funds of some areas that are to arrive from a day to another. Two queries."""
    rows = list(
        Appropriation.objects.filter(
            scope.q("entry__fund__scope_no"), entry__reversed_by=None, due_on__range=(first, last)
        )
        .select_related("entry__fund__area")
        .order_by("entry__fund__scope_no", "pk")
    )
    arrivals: dict[int, list[tuple[dt.date, int]]] = defaultdict(list)
    came = Arrival.objects.filter(appropriation__in=[one.pk for one in rows], entry__reversed_by=None)
    for pk, day, fen in came.values_list("appropriation", "entry__day", "entry__fen"):
        arrivals[pk].append((day, fen))
    return tuple(
        Given(
            area_id=one.entry.fund.area_id,
            area_code=one.entry.fund.area.code,
            level=one.entry.fund.area.level,
            source=one.source,
            line=one.entry.fund.line,
            title=one.entry.fund.title,
            fen=one.entry.fen,
            due_on=one.due_on,
            arrivals=tuple(arrivals[one.pk]),
        )
        for one in rows
    )
