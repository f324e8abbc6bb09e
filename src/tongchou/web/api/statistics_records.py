"""What records are worth: births on several lists, round dates, P/F; numbers of areas, never of people."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Router, Schema

from tongchou.apps.statistics import api as statistics
from tongchou.domain.demography.left_out import Figure
from tongchou.domain.statistics import date_digits as digits
from tongchou.domain.statistics import listed_births
from tongchou.domain.statistics.brass import FEWEST_WOMEN, LEAST_MOTHERS
from tongchou.domain.statistics.date_digits import EVENTS
from tongchou.domain.statistics.date_digits import FEWEST as FEWEST_DATES
from tongchou.web.api.access import needs
from tongchou.web.api.routes import answers
from tongchou.web.api.statistics import CountedFrom, Number, counted, number, numbers, source
from tongchou.web.api.types import Id

router = Router(tags=["statistics"])


class WithInterval(Schema):
    value: Number
    low: Number
    high: Number


class DatesOf(Schema):
    """Dates of a kind: how many are known to the day, to the month, or to the year at most.

    ``days`` and ``months`` are indices of dissimilarity from the calendar in per cent, ``days_by_chance``
    what so few would have without any preference. ``times`` is by day of the month, 1 to 31, and
    ``new_year`` of 1 January: how often it stands there, times as often as the calendar has it. Null: too few
    dates.
    """

    events: str
    known: int
    to_month: int
    to_year: int
    days: Number
    days_by_chance: Number
    months: Number
    times: list[Number]
    new_year: Number


class DateDigits(Schema):
    """Round dates of the townships or counties asked for, taken together; by registration."""

    counted_from: CountedFrom
    fewest: int
    items: list[DatesOf]


class Group(Schema):
    """Women from ``age`` to four years more: mean children on record, by the births of the last year, P/F."""

    age: int
    on_record: Number
    by_now: Number
    ratio: Number


class PFRatio(Schema):
    """P/F of the counties asked for, taken together: completeness of records, where births were as many for
    years; else it tells of the change. Null where fewer than ``least_mothers`` of the births of the last ten
    years have the mother on record, or women are few. Never ranked, coloured or a target."""

    counted_from: CountedFrom
    fewest_women: int
    mothers_on_record: Number
    least_mothers: float
    items: list[Group]


class ListsSay(Schema):
    """What some lists together say: how many births there were (``total``), how many of them are registered.

    ``models_low`` and ``models_high`` are the ends of all models of three lists; of two the births
    themselves.
    """

    lists: list[str]
    total: WithInterval
    registered_percent: WithInterval
    models_low: Number
    models_high: Number


class ListedYear(Schema):
    """A year of birth. ``on_lists``: births on each list that is compared; ``outside``: left out, as the
    child is registered elsewhere."""

    year: int
    on_lists: dict[str, int]
    outside: int
    counted: dt.date
    probability: float
    items: list[ListsSay]


class ComparedLists(Schema):
    """Births of the counties asked for, taken together. A year is told when a list has births of all its
    months of every county, and there are ``fewest`` births at least."""

    counted_from: CountedFrom
    fewest: int
    years: list[ListedYear]


@router.get(
    "/statistics/compared-lists",
    summary=gettext_noop(
        "How many births hospital's list, register and clinics' lists say there were; of whole counties alone"
    ),
    **answers(ComparedLists),
    **needs("population.view"),
)
def compared_lists(request: HttpRequest, area: Id | None = None):
    built, within = counted(request, area)
    villages = statistics.villages_in(built, within)
    found = statistics.births_on_lists(built, villages, scope=within)
    return ComparedLists(
        counted_from=source(built), fewest=listed_births.FEWEST, years=[_year(one) for one in found]
    )


@router.get(
    "/statistics/date-digits",
    summary=gettext_noop(
        "On which days of the month dates of birth and death fall; of townships and larger areas"
    ),
    **answers(DateDigits),
    **needs("population.view"),
)
def date_digits(request: HttpRequest, area: Id | None = None):
    built, within = counted(request, area)
    found = statistics.date_digits_of(built, statistics.villages_in(built, within))
    items = [] if found is None else [_dates(found, at, name) for at, name in enumerate(EVENTS)]
    return DateDigits(counted_from=source(built), fewest=FEWEST_DATES, items=items)


@router.get(
    "/statistics/pf-ratio",
    summary=gettext_noop(
        "Children on record beside the births of the last year (P/F); of whole counties alone"
    ),
    **answers(PFRatio),
    **needs("population.view"),
)
def pf_ratio(request: HttpRequest, area: Id | None = None):
    built, within = counted(request, area)
    found = statistics.pf_of(built, statistics.villages_in(built, within))
    items = (
        []
        if found is None
        else [
            Group(
                age=age,
                on_record=number(found.on_record[at]),
                by_now=number(found.by_now[at]),
                ratio=number(found.ratio[at]),
            )
            for at, age in enumerate(found.ages)
        ]
    )
    return PFRatio(
        counted_from=source(built),
        fewest_women=FEWEST_WOMEN,
        mothers_on_record=None if found is None else number(found.mothers),
        least_mothers=LEAST_MOTHERS,
        items=items,
    )


def _dates(found: digits.DateDigits, at: int, name: str) -> DatesOf:
    return DatesOf(
        events=name,
        known=int(found.known[at]),
        to_month=int(found.to_month[at]),
        to_year=int(found.to_year[at]),
        days=number(found.days.index[at]),
        days_by_chance=number(found.days.by_chance[at]),
        months=number(found.months.index[at]),
        times=numbers(found.times[at]),
        new_year=number(found.new_year[at]),
    )


def _year(one: statistics.ListedYear) -> ListedYear:
    there = (one.hospital, True, one.vaccination)
    sizes = zip(listed_births.LISTS, there, listed_births.on_each(one.cells), strict=True)
    return ListedYear(
        year=one.year,
        on_lists={name: int(size) for name, compared, size in sizes if compared},
        outside=one.outside,
        counted=one.counted,
        probability=one.estimates[0].births.level,
        items=[
            ListsSay(
                lists=[listed_births.LISTS[place] for place in found.lists],
                total=_interval(found.births),
                registered_percent=_interval(found.share, 100),
                models_low=number(found.models[0]),
                models_high=number(found.models[1]),
            )
            for found in one.estimates
        ],
    )


def _interval(figure: Figure, times: int = 1) -> WithInterval:
    return WithInterval(
        **{name: number(times * float(getattr(figure, name))) for name in ("value", "low", "high")}
    )
