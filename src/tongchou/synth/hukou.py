"""Kinds of registration, conversions to urban and insurance dates: the whole truth about each person.

``urban`` in the target table means: registered as 非农业 (from the start or by conversion), or as 居民户口
without being determined a rural resident. The number of urban people is met exactly.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tongchou.synth.people import DAYS_A_YEAR, People, as_date, day_number
from tongchou.synth.targets import Ints

Bools = npt.NDArray[np.bool_]

AGRICULTURAL, NON_AGRICULTURAL, UNIFIED = 0, 1, 2
#: A date that there is not, in day numbers.
NO_DATE = -(10**6)

_FIRST_CONVERSION = day_number(dt.date(2008, 1, 1))
_UNIFIED_SINCE = day_number(dt.date(2015, 1, 1))
#: The urban employees' medical insurance began at the end of 1998 (国发〔1998〕44号).
_FIRST_INSURANCE = day_number(dt.date(1998, 12, 14))


@dataclass(slots=True)
class Hukou:
    """Per person; dates are day numbers or ``NO_DATE``."""

    kind: Ints
    determined_rural: Bools  # meaningful for UNIFIED only
    determined_on: Ints
    converted: Bools
    converted_on: Ints
    pension: Bools
    pension_from: Ints
    medical: Bools
    medical_from: Ints

    @property
    def urban(self) -> Bools:
        return (self.kind == NON_AGRICULTURAL) | ((self.kind == UNIFIED) & ~self.determined_rural)


def assign(
    people: People, household: Ints, unified_page: Bools, *, urban_people: int, rng: np.random.Generator
) -> Hukou:
    """Registration of everybody; ``unified_page`` says which households are registered as 居民户口.

    Households convert together; a tenth of the urban people converted alone, as students or workers.
    """
    urban, alone = _urban(people, household, urban_people, rng)
    pages = len(unified_page)
    start, today = _FIRST_CONVERSION, people.today
    page_converts = rng.random(pages) < 0.78
    page_day = rng.integers(start, max(start + 1, today - 30), size=pages)
    day = np.where(
        alone,
        np.maximum(start, people.birth + 6300 + rng.integers(0, 1500, len(people))),
        page_day[household],
    )
    day = np.minimum(day, today - 15)
    # Whoever was born after the household converted is urban from birth, without a conversion.
    converted = urban & (alone | page_converts[household]) & (people.birth < day)
    unified = unified_page[household]
    kind = np.where(unified, UNIFIED, np.where(urban, NON_AGRICULTURAL, AGRICULTURAL))
    determined_on = np.maximum(_UNIFIED_SINCE + rng.integers(0, 400, len(people)), people.birth)
    pension, pension_from = _benefit(people, urban, converted, day, rng, shares=(0.6, 0.55), adults_only=True)
    medical, medical_from = _benefit(
        people, urban, converted, day, rng, shares=(0.7, 0.65), adults_only=False
    )
    return Hukou(
        kind=kind,
        determined_rural=unified & ~urban,
        determined_on=np.where(unified, np.minimum(determined_on, today), NO_DATE),
        converted=converted,
        converted_on=np.where(converted, day, NO_DATE),
        pension=pension,
        pension_from=pension_from,
        medical=medical,
        medical_from=medical_from,
    )


def _urban(people: People, household: Ints, wanted: int, rng: np.random.Generator) -> tuple[Bools, Bools]:
    """Exactly ``wanted`` urban people, and which of them became so without their household."""
    size = np.bincount(household)
    order = rng.permutation(len(size))
    whole = order[np.cumsum(size[order]) <= wanted * 0.9]
    by_page = np.zeros(len(size), dtype=bool)
    by_page[whole] = True
    urban = by_page[household]
    rest = np.flatnonzero(~urban)
    age = people.age[rest]
    # Students and young workers first, then other adults, children last.
    lot = rng.random(len(rest)) + np.select([(age >= 18) & (age <= 35), age >= 18], [0.0, 1.0], 2.0)
    single = rest[np.argsort(lot, kind="stable")[: wanted - int(urban.sum())]]
    alone = np.zeros(len(people), dtype=bool)
    alone[single] = True
    return urban | alone, alone


def _benefit(
    people: People, urban: Bools, converted: Bools, conversion: Ints, rng: np.random.Generator,
    *, shares: tuple[float, float], adults_only: bool,
) -> tuple[Bools, Ints]:  # fmt: skip
    """Whether and since when a person has one of the two urban benefits; ``shares`` of urban-born, converted.

    One in eight converted people had the benefit before the conversion; nobody has one that lies ahead.
    """
    size, today = len(people), people.today
    since_birth, after = shares
    chance = np.where(converted, after, np.where(urban, since_birth, 0.03))
    has = rng.random(size) < chance
    adult = people.birth + round(16 * DAYS_A_YEAR)
    later = conversion + rng.integers(0, round(5 * DAYS_A_YEAR), size)
    before = conversion - rng.integers(30, round(6 * DAYS_A_YEAR), size)
    of_converted = np.where(rng.random(size) < 0.125, before, later)
    earliest = np.maximum(people.birth, _FIRST_INSURANCE)
    of_others = earliest + (rng.random(size) * np.maximum(1, today - earliest)).astype(np.int64)
    since = np.maximum(np.where(converted, of_converted, of_others), people.birth)
    if adults_only:
        since = np.maximum(since, adult)
    has &= since <= today
    return has, np.where(has, since, NO_DATE)


def year_of(day: int) -> int | None:
    """The calendar year of a day number; ``None`` for ``NO_DATE``."""
    return None if day == NO_DATE else as_date(day).year
