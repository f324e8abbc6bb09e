"""Rates by age, the surface of ages and years, and generations of areas: never of villages or people."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Router, Schema

from tongchou.apps.statistics import api as statistics
from tongchou.domain.statistics.cube import Basis
from tongchou.domain.statistics.profiles import Rate
from tongchou.domain.statistics.series import Step
from tongchou.web.api.access import needs
from tongchou.web.api.areas import area_in
from tongchou.web.api.routes import answers
from tongchou.web.api.statistics import CountedFrom, Month, Number, counted, numbers, source, told
from tongchou.web.api.types import Id

router = Router(tags=["statistics"])


class AgeRate(Schema):
    """Rates of a period per thousand person-years, an age group each; of deaths by sex."""

    period: str
    sex: str | None
    value: list[Number]
    low: list[Number]
    high: list[Number]
    events: list[Number]
    person_years: list[Number]


class AgeRates(Schema):
    """``ages`` are the first of each group. Births (``neutral``) are never ranked, coloured or a target."""

    counted_from: CountedFrom
    area: str
    basis: Basis
    rate: str
    neutral: bool
    probability: float
    ages: list[int]
    items: list[AgeRate]
    left_out: dict[str, int]


class LexisYear(Schema):
    """A year and sex: people at its end, deaths and person-years of each age group."""

    year: str
    sex: str
    people: list[Number]
    deaths: list[Number]
    person_years: list[Number]


class Lexis(Schema):
    counted_from: CountedFrom
    area: str
    basis: Basis
    ages: list[int]
    items: list[LexisYear]


class Generation(Schema):
    """Those born after ``born_after`` up to ``born_until``, five years before and now, by sex.

    ``expected`` is how many would be there by the deaths of these years, ``net`` what moves and errors of
    both counts leave. Of the oldest, open group ``born_after`` is null.
    """

    age: int
    born_after: int | None
    born_until: int
    sex: str
    before: Number
    after: Number
    ratio: Number
    expected: Number
    net: Number


class Generations(Schema):
    counted_from: CountedFrom
    area: str
    basis: Basis
    first: str
    second: str
    items: list[Generation]


_SEXES = ("male", "female")


@router.get(
    "/statistics/age-rates",
    summary=gettext_noop("Births by the mother's age or deaths by age and sex, with intervals"),
    **answers(AgeRates),
    **needs("population.view"),
)
def age_rates(
    request: HttpRequest, area: Id, rate: Rate, basis: Basis = Basis.REGISTERED, step: Step = Step.YEAR
):
    built, within = counted(request, area)
    code = area_in(area, request.reach).code
    found = statistics.age_rates_of(built, rate, [code], basis=basis, step=step, scope=within)
    figure = found.figure
    deaths = rate == "mortality"

    def line(at: int, sex: int | None) -> AgeRate:
        cut = (0, at, slice(None)) if sex is None else (0, at, slice(None), sex)
        return AgeRate(
            period=str(found.periods[at]),
            sex=None if sex is None else _SEXES[sex],
            value=numbers(figure.value[cut]),
            low=numbers(figure.low[cut]),
            high=numbers(figure.high[cut]),
            events=numbers(found.events[cut]),
            person_years=numbers(found.exposure[cut]),
        )

    return AgeRates(
        counted_from=source(built),
        area=code,
        basis=basis,
        rate=rate,
        neutral=not deaths,
        probability=figure.level,
        ages=list(found.ages),
        items=[line(at, sex) for at in range(found.periods.size) for sex in ((0, 1) if deaths else (None,))],
        left_out=told(figure.left_out, 0),
    )


@router.get(
    "/statistics/lexis",
    summary=gettext_noop("People, deaths and person-years of an area by age group, sex and calendar year"),
    **answers(Lexis),
    **needs("population.view"),
)
def lexis(request: HttpRequest, area: Id, basis: Basis = Basis.REGISTERED):
    built, within = counted(request, area)
    code = area_in(area, request.reach).code
    found = statistics.lexis_of(built, [code], basis=basis, scope=within)
    return Lexis(
        counted_from=source(built),
        area=code,
        basis=basis,
        ages=list(found.ages),
        items=[
            LexisYear(
                year=str(period)[:4],
                sex=name,
                people=numbers(found.people[0, at, :, sex]),
                deaths=numbers(found.deaths[0, at, :, sex]),
                person_years=numbers(found.person_years[0, at, :, sex]),
            )
            for at, period in enumerate(found.periods)
            for sex, name in enumerate(_SEXES)
        ],
    )


@router.get(
    "/statistics/generations",
    summary=gettext_noop("Five-year groups of an area beside the same people five years before"),
    **answers(Generations),
    **needs("population.view"),
)
def generations(request: HttpRequest, area: Id, basis: Basis = Basis.REGISTERED, month: Month | None = None):
    built, within = counted(request, area)
    code = area_in(area, request.reach).code
    found = statistics.cohorts_of(built, [code], basis=basis, scope=within, month=month)
    return Generations(
        counted_from=source(built),
        area=code,
        basis=basis,
        first=str(found.first),
        second=str(found.second),
        items=[
            Generation(
                age=age,
                born_after=int(found.born[at, 0]) or None,
                born_until=int(found.born[at, 1]),
                sex=name,
                **{
                    part: numbers([getattr(found, part)[0, at, sex]])[0]
                    for part in ("before", "after", "ratio", "expected", "net")
                },
            )
            for at, age in enumerate(found.ages)
            for sex, name in enumerate(_SEXES)
        ],
    )
