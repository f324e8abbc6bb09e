"""Kin of a synthetic county: who is married to whom, and whose parents are registered with them.

People are given; ties are laid between them. A tie is only laid where its ages are plausible, so whoever
finds no match stays without one (a spouse registered elsewhere, a widow, a single person).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tongchou.synth.people import DAYS_A_YEAR, FEMALE, MALE, People
from tongchou.synth.targets import Floats, Ints

Bools = npt.NDArray[np.bool_]

NEVER, MARRIED, WIDOWED, DIVORCED = 10, 20, 30, 40
NOBODY = -1

#: Assumed shares by age, men then women: ever married; of those widowed; of those divorced. Marriage starts
#: at the legal ages (Civil Code, article 1047: 22 and 20).
_EVER_AGES = (20, 22, 23, 26, 30, 35, 45, 60, 101)
_EVER = (
    (0, 0.06, 0.12, 0.42, 0.72, 0.85, 0.92, 0.95, 0.96),
    (0.06, 0.16, 0.26, 0.6, 0.86, 0.96, 0.985, 0.99, 0.99),
)
_LOSS_AGES = (30, 45, 55, 65, 75, 85, 101)
_WIDOWED = ((0.001, 0.01, 0.03, 0.08, 0.2, 0.42, 0.7), (0.002, 0.02, 0.06, 0.17, 0.42, 0.74, 0.97))
_DIVORCED = ((0.03, 0.06, 0.05, 0.02, 0.01, 0.0, 0.0), (0.03, 0.05, 0.04, 0.015, 0.005, 0.0, 0.0))
#: Married people whose spouse is registered in another county, as a share of couples.
ELSEWHERE = {MALE: 0.012, FEMALE: 0.03}

#: Weight of a birth by the mother's age.
_BIRTH_AGES = (18.4, 20, 23, 26, 29, 33, 38, 44)
_BIRTH_WEIGHTS = (0.0, 0.5, 1.0, 1.0, 0.8, 0.45, 0.14, 0.0)
#: Weight of a further child in the household by the number already there.
_PARITY = np.array([1.0, 1.1, 0.7, 0.35, 0.12, 0.04, 0.01, 0.0])
TWINS = 0.011


@dataclass(slots=True)
class Unit:
    """Couples and lone adults: the knots of the family net. Arrays over units; ``NOBODY`` where none is."""

    man: Ints
    woman: Ints
    anchor: Ints  # date of birth that child ages are measured from: the woman's, or two years after the man's
    parent: Ints  # unit of the parents registered in the same household
    blood: Ints  # which of the two is the child of ``parent``


@dataclass(slots=True)
class Kin:
    """``marital`` (GB/T 2261.2 main groups), ``spouse``, own unit of adults, unit of unmarried children."""

    marital: Ints
    spouse: Ints
    units: Unit
    own: Ints  # unit in which a person is man or woman
    child_of: Ints  # unit whose unmarried child lives with it
    grandchild_of: Ints  # unit of grandparents who keep a grandchild whose parents are not registered here
    ward_of: Ints  # unit of other relatives, where nobody else is there


def marry(people: People, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Marital status and spouse of each person.

    Husbands are on average two years older; every couple's gap lies between 8 years younger and 16 older.
    """
    marital = np.full(len(people), NEVER, dtype=np.int64)
    for row, sex in enumerate((MALE, FEMALE)):
        here = np.flatnonzero(people.sex == sex)
        years = people.years[here]
        ever = (rng.random(len(here)) < np.interp(years, _EVER_AGES, _EVER[row])) & (
            years >= (22.5, 20.5)[row]
        )
        lost = rng.random(len(here))
        widowed = lost < np.interp(years, _LOSS_AGES, _WIDOWED[row])
        divorced = ~widowed & (rng.random(len(here)) < np.interp(years, _LOSS_AGES, _DIVORCED[row]))
        marital[here] = np.where(
            ever, np.where(widowed, WIDOWED, np.where(divorced, DIVORCED, MARRIED)), NEVER
        )
    men = np.flatnonzero((people.sex == MALE) & (marital == MARRIED))
    women = np.flatnonzero((people.sex == FEMALE) & (marital == MARRIED))
    wished = people.birth[women] - (rng.normal(2.2, 2.6, len(women)) * DAYS_A_YEAR)

    def plausible(man: int, woman: int) -> bool:
        gap = (people.birth[woman] - people.birth[man]) / DAYS_A_YEAR
        return bool(-8 <= gap <= 16)

    spouse = np.full(len(people), NOBODY, dtype=np.int64)
    pairs = meet(men, people.birth[men].astype(np.float64), women, wished, 4 * DAYS_A_YEAR, plausible)
    for man, woman in pairs:
        spouse[man], spouse[woman] = woman, man
    _settle_unmatched(people, marital, spouse, len(pairs), rng)
    return marital, spouse


def _settle_unmatched(
    people: People, marital: Ints, spouse: Ints, couples: int, rng: np.random.Generator
) -> None:
    """Married people without a match: a few have their spouse elsewhere, the others are not married now."""
    for sex in (MALE, FEMALE):
        left = np.flatnonzero((people.sex == sex) & (marital == MARRIED) & (spouse == NOBODY))
        left = rng.permutation(left)[round(couples * ELSEWHERE[sex]) :]
        age = people.age[left]
        lot = rng.random(len(left))
        young = np.where(lot < np.where(age < 30, 0.95, 0.7), NEVER, DIVORCED)
        middle = np.where(lot < 0.5, DIVORCED, WIDOWED)
        marital[left] = np.where(age < 40, young, np.where(age < 60, middle, WIDOWED))


def meet(
    first: Ints,
    first_at: Floats,
    second: Ints,
    second_at: Floats,
    apart: float,
    allowed: Callable[[int, int], bool],
) -> list[tuple[int, int]]:
    """Pairs from two lists of people placed on one line, walked from left to right; nobody is used twice.

    Two are paired when their places differ by at most ``apart`` and ``allowed`` says yes; otherwise the one
    further left drops out.
    """
    order, other = np.argsort(first_at, kind="stable"), np.argsort(second_at, kind="stable")
    left, left_at = first[order].tolist(), first_at[order].tolist()
    right, right_at = second[other].tolist(), second_at[other].tolist()
    pairs = []
    i = j = 0
    while i < len(left) and j < len(right):
        distance = left_at[i] - right_at[j]
        if distance < -apart:
            i += 1
        elif distance > apart:
            j += 1
        elif allowed(left[i], right[j]):
            pairs.append((left[i], right[j]))
            i += 1
            j += 1
        elif distance <= 0:
            i += 1
        else:
            j += 1
    return pairs


def kin_of(people: People, rng: np.random.Generator) -> Kin:
    """All ties of ``people``; may move a twin's date of birth to its sibling's, within the same age."""
    marital, spouse = marry(people, rng)
    units, own = _units(people, marital, spouse)
    nobody = np.full(len(people), NOBODY, dtype=np.int64)
    kin = Kin(marital, spouse, units, own, nobody.copy(), nobody.copy(), nobody.copy())
    eldest = _place_children(people, kin, rng)
    _join_generations(people, kin, eldest, rng)
    _place_left_over(people, kin, rng)
    return kin


def _units(people: People, marital: Ints, spouse: Ints) -> tuple[Unit, Ints]:
    """One unit a couple or ever-married person; unmarried people get theirs when they stay alone."""
    ever = marital != NEVER
    men = np.flatnonzero(ever & (people.sex == MALE))
    women = np.flatnonzero(ever & (people.sex == FEMALE) & (spouse == NOBODY))
    man = np.concatenate([men, np.full(len(women), NOBODY)])
    woman = np.concatenate([spouse[men], women])
    anchor = np.where(woman == NOBODY, people.birth[man] + 730, people.birth[woman])
    own = np.full(len(people), NOBODY, dtype=np.int64)
    number = np.arange(len(man))
    own[man[man != NOBODY]] = number[man != NOBODY]
    own[woman[woman != NOBODY]] = number[woman != NOBODY]
    none = np.full(len(man), NOBODY, dtype=np.int64)
    return Unit(man, woman, anchor, none, none.copy()), own


def _place_children(people: People, kin: Kin, rng: np.random.Generator) -> Ints:
    """Give unmarried people of each age, oldest first, to parents; returns each unit's eldest child's birth.

    Siblings are at least two ages apart unless they are twins.
    """
    units = kin.units
    count = np.zeros(len(units.anchor), dtype=np.int64)
    last_age = np.full(len(units.anchor), 999, dtype=np.int64)
    eldest = np.full(len(units.anchor), np.iinfo(np.int64).max, dtype=np.int64)
    father = np.where(units.man == NOBODY, NOBODY, people.birth[units.man])
    ages, shares = (0, 18, 24, 29, 38, 45, 58), (0.975, 0.97, 0.96, 0.9, 0.7, 0.4, 0.1)
    with_parents = np.interp(people.age, ages, shares)
    placed = (kin.marital == NEVER) & (rng.random(len(people)) < with_parents)
    for age in range(58, -1, -1):
        children = rng.permutation(np.flatnonzero(placed & (people.age == age)))
        if len(children) == 0:
            continue
        middle = people.today - (age + 0.5) * DAYS_A_YEAR
        mother_years = (middle - units.anchor) / DAYS_A_YEAR
        father_years = (middle - father) / DAYS_A_YEAR
        weight = np.interp(mother_years, _BIRTH_AGES, _BIRTH_WEIGHTS) * _PARITY[np.minimum(count, 7)]
        # A father of 60 has no child born after 2015 in these registers: the gap stays under 45 years.
        weight[(units.man != NOBODY) & ((father_years < 19.6) | (father_years > 44.4))] = 0.0
        weight[last_age == age + 1] = 0.0
        twins = int(rng.binomial(len(children), TWINS)) if len(children) > 1 else 0
        mothers = _weighted(weight, len(children) - twins, rng)
        first = children[: len(mothers)]
        kin.child_of[first] = mothers
        second = children[len(children) - twins :] if len(mothers) == len(children) - twins else children[:0]
        kin.child_of[second] = mothers[: len(second)]
        people.birth[second] = people.birth[first[: len(second)]]
        np.add.at(count, kin.child_of[np.concatenate([first, second])], 1)
        last_age[mothers] = age
        np.minimum.at(eldest, mothers, people.birth[first])
    return eldest


def _weighted(weight: Floats, size: int, rng: np.random.Generator) -> Ints:
    """Up to ``size`` different indices drawn with chances in proportion to ``weight`` (exponential races)."""
    able = np.flatnonzero(weight > 0)
    race = rng.exponential(size=len(able)) / weight[able]
    if len(able) > size:
        keep = np.argpartition(race, size)[:size] if size else np.zeros(0, dtype=np.int64)
        return able[np.sort(keep)]
    return able


def _join_generations(people: People, kin: Kin, eldest: Ints, rng: np.random.Generator) -> None:
    """Join married children, mostly sons, to their parents' household; at most three units in a line."""
    units = kin.units
    through_wife = rng.random(len(units.man)) < 0.08
    blood = np.where((units.man == NOBODY) | (through_wife & (units.woman != NOBODY)), units.woman, units.man)
    ages, shares = (20, 28, 35, 45, 55, 62, 70), (0.77, 0.65, 0.47, 0.34, 0.22, 0.11, 0.0)
    less = np.select([units.woman == NOBODY, units.man == NOBODY], [0.8, 0.3], 1.0)
    chance = np.interp(people.age[blood], ages, shares) * less
    younger = np.flatnonzero(rng.random(len(units.man)) < chance)
    older = np.flatnonzero(people.today - units.anchor >= 39 * DAYS_A_YEAR)
    wished = people.birth[blood[younger]] - rng.normal(25.5, 3.8, len(younger)) * DAYS_A_YEAR

    def plausible(child: int, parents: int) -> bool:
        born = people.birth[blood[child]]
        gaps = [
            (born - people.birth[person]) / DAYS_A_YEAR
            for person in (units.man[parents], units.woman[parents])
            if person != NOBODY
        ]
        fits = all(18.4 <= gap <= 44.4 for gap in gaps)
        return child != parents and fits and bool(eldest[parents] > born + 330)

    for child, parents in meet(
        younger, wished, older, units.anchor[older].astype(np.float64), 5 * DAYS_A_YEAR, plausible
    ):
        units.parent[child], units.blood[child] = parents, blood[child]
    up1 = _follow(units.parent, units.parent)
    up2 = _follow(units.parent, up1)
    units.parent[up2 != NOBODY] = NOBODY  # a fourth unit starts a household of its own
    units.blood[units.parent == NOBODY] = NOBODY


def _follow(parent: Ints, unit: Ints) -> Ints:
    return np.where(unit == NOBODY, NOBODY, parent[unit])


def _place_left_over(people: People, kin: Kin, rng: np.random.Generator) -> None:
    """Minors without registered parents go to grandparents, unmarried adults get a unit of their own."""
    units = kin.units
    left = np.flatnonzero((kin.own == NOBODY) & (kin.child_of == NOBODY))
    minors = rng.permutation(left[people.age[left] < 18])
    has_child_unit = np.zeros(len(units.man), dtype=bool)
    has_child_unit[units.parent[units.parent != NOBODY]] = True
    free = np.flatnonzero(~has_child_unit & (units.parent == NOBODY))
    free = rng.permutation(free)
    youngest = np.maximum(
        np.where(units.man == NOBODY, -(10**9), people.birth[units.man]),
        np.where(units.woman == NOBODY, -(10**9), people.birth[units.woman]),
    )
    pairs = meet(
        minors, people.birth[minors] - rng.normal(50, 4, len(minors)) * DAYS_A_YEAR,
        free, units.anchor[free].astype(np.float64), 12 * DAYS_A_YEAR,
        lambda minor, unit: bool(people.birth[minor] - youngest[unit] >= 38 * DAYS_A_YEAR),
    )  # fmt: skip
    for minor, unit in pairs:
        kin.grandchild_of[minor] = unit
    alone = np.setdiff1d(left, minors)
    _give_units(people, kin, alone)
    for minor in minors[kin.grandchild_of[minors] == NOBODY].tolist():
        kin.ward_of[minor] = rng.integers(len(kin.units.man))


def _give_units(people: People, kin: Kin, alone: Ints) -> None:
    units = kin.units
    kin.own[alone] = len(units.man) + np.arange(len(alone))
    male = people.sex[alone] == MALE
    none = np.full(len(alone), NOBODY, dtype=np.int64)
    units.man = np.concatenate([units.man, np.where(male, alone, NOBODY)])
    units.woman = np.concatenate([units.woman, np.where(male, NOBODY, alone)])
    units.anchor = np.concatenate([units.anchor, people.birth[alone]])
    units.parent = np.concatenate([units.parent, none])
    units.blood = np.concatenate([units.blood, none])
