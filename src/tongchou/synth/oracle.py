"""Who is truly entitled: plain readings of the law for one person and one year, shared with nothing else.

It looks at the simulated person's full truth and uses no code of the product's rules, so that the two cannot
be wrong together.

Sources: 国卫办人口发〔2025〕24号 (育儿补贴); 国办发〔2004〕21号 and 国卫办人口发〔2023〕15号 (奖扶).
The transition of people who become urban: rural rules until both urban social security and urban medical
benefits are enjoyed, for the rest of that year and for three calendar years after it.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TypeVar

T = TypeVar("T")

CHILDCARE, REWARD = "childcare_subsidy", "elderly_reward"
ENTITLED = "entitled"
#: Entitled once the applicant signs the statement on births 1973–2001 that the old scheme asks for.
ENTITLED_WITH_STATEMENT = "entitled_subject_to_statement"
NOT_ENTITLED = "not_entitled"
FEN = 100


@dataclass(frozen=True, slots=True)
class Registration:
    """How somebody is registered. ``None`` is only used for what a register leaves open (see ``outcomes``).

    A benefit that is enjoyed has a year; ``pension`` and ``medical`` say whether it is enjoyed at all.
    """

    kind: str | None  # agricultural, non_agricultural, unified
    determined_rural: bool | None = None
    converted: bool | None = False
    converted_year: int | None = None
    pension: bool | None = False
    pension_year: int | None = None
    medical: bool | None = False
    medical_year: int | None = None


@dataclass(frozen=True, slots=True)
class Life:
    """A person's truth. ``spouse`` is a living spouse's registration; deaths are years or ``None``."""

    birth_year: int
    birth_month: int
    registration: Registration
    married: bool | None = False
    spouse: Registration | None = None
    sons: int | None = 0
    daughters: int | None = 0
    children_ever: int | None = 0
    death_year: int | None = None


@dataclass(frozen=True, slots=True)
class Truth:
    outcome: str
    amount_fen: int


NOTHING = Truth(NOT_ENTITLED, 0)


def rural(person: Registration, year: int) -> bool:
    """Whether the rules for rural people apply to this person in ``year``. Everything must be known."""
    if person.kind == "agricultural":
        return True
    if person.kind == "unified" and person.determined_rural:
        return True
    if not person.converted:
        return False
    if not person.pension or not person.medical:
        return True
    years = (person.converted_year, person.pension_year, person.medical_year)
    began = max(y for y in years if y is not None)
    return year <= began or year - began <= 3


def childcare(person: Life, year: int) -> Truth:
    """The childcare subsidy a child brings its family in ``year``.

    300 yuan for each begun month from January 2025 to the third birthday; children born from 2025 on have
    three yearly payments of 3,600 yuan. A child that dies in a year keeps that year.
    """
    if year < 2025:
        return NOTHING
    if person.death_year is not None and person.death_year < max(year, 2025):
        return NOTHING
    born = person.birth_year
    if born > year:
        return NOTHING
    if born >= 2025:
        return Truth(ENTITLED, 3600 * FEN) if year - born in (0, 1, 2) else NOTHING
    # Months of this calendar year up to and with the month of the third birthday, never more than twelve.
    months = min(12, (born + 3 - year) * 12 + person.birth_month)
    return Truth(ENTITLED, 300 * FEN * months) if months > 0 else NOTHING


def reward(person: Life, year: int) -> Truth:
    """The reward for rural parents of 60 and over with one child, two daughters or no child left."""
    if year < 2004 or person.birth_year < 1933 or year - person.birth_year < 60:
        return NOTHING
    if person.death_year is not None and person.death_year < year:
        return NOTHING
    if not rural(person.registration, year):
        return NOTHING
    if person.married and person.spouse is not None and not rural(person.spouse, year):
        return NOTHING
    sons, daughters = person.sons or 0, person.daughters or 0
    if sons + daughters == 0:
        family = (person.children_ever or 0) >= 1
    elif sons + daughters == 1:
        family = True
    else:
        family = sons == 0 and daughters == 2
    if not family:
        return NOTHING
    yuan = 600 if year <= 2008 else 720 if year <= 2011 else 960
    return Truth(ENTITLED_WITH_STATEMENT, yuan * FEN)


def outcomes(person: Life, year: int) -> set[Truth]:
    """Every truth about the elderly reward that fits what is known: unknowns take each value that matters.

    One element: the register settles the case. More: it cannot be known from the register.
    """
    own = _fillings(person.registration, year)
    if person.married is False:
        spouses: list[tuple[bool, Registration | None]] = [(False, None)]
    else:
        nothing_known = Registration(None, None, None, None, None, None, None, None)
        spouses = [(True, filled) for filled in _fillings(person.spouse or nothing_known, year)]
        if person.married is None:
            spouses.append((False, None))
    found = set()
    counts = (person.sons, person.daughters, person.children_ever)
    for mine, (married, theirs), (sons, daughters, ever) in itertools.product(
        own, spouses, _families(*counts) or _families(None, None, None)
    ):
        life = replace(
            person, registration=mine, married=married, spouse=theirs, sons=sons, daughters=daughters,
            children_ever=ever,
        )  # fmt: skip
        found.add(reward(life, year))
    return found


def _families(sons: int | None, daughters: int | None, ever: int | None) -> list[tuple[int, int, int]]:
    """Every family of these counts in which no more children live than there ever were; none when they clash.

    Counts that clash say nothing, so ``outcomes`` then looks at every family.
    """
    most = max(sons or 0, daughters or 0, ever or 0) + 3
    several = tuple(range(most + 1))
    return [
        (boys, girls, born)
        for boys in _options(sons, several)
        for girls in _options(daughters, several)
        for born in _options(ever, tuple(range(2 * most + 1)))
        if boys + girls <= born
    ]


def _options(value: T | None, others: tuple[T, ...]) -> tuple[T, ...]:
    return others if value is None else (value,)


def _fillings(person: Registration, year: int) -> list[Registration]:
    """One registration that is rural and one that is not, as far as filling the unknowns allows each."""
    yes_no = (True, False)
    long_ago_or_now = (year - 50, year)
    by_answer: dict[bool, Registration] = {}
    for kind, determined, converted, pension, medical in itertools.product(
        _options(person.kind, ("agricultural", "non_agricultural")),
        _options(person.determined_rural, yes_no),
        _options(person.converted, yes_no),
        _options(person.pension, yes_no),
        _options(person.medical, yes_no),
    ):
        for years in itertools.product(
            _options(person.converted_year, long_ago_or_now),
            _options(person.pension_year, long_ago_or_now),
            _options(person.medical_year, long_ago_or_now),
        ):
            filled = Registration(kind, determined, converted, years[0], pension, years[1], medical, years[2])
            by_answer.setdefault(rural(filled, year), filled)
        if len(by_answer) == 2:
            break
    return list(by_answer.values())
