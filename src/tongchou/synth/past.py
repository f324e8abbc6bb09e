"""Those who left the registers in the last years: the dead with their spouses, and people who moved out."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from tongchou.synth.census import AGES, survivors
from tongchou.synth.community import Community
from tongchou.synth.kin import DIVORCED, MARRIED, NOBODY, WIDOWED, meet
from tongchou.synth.people import DAYS_A_YEAR, FEMALE, MALE
from tongchou.synth.roll import DEAD, ELSEWHERE, LEFT, Roll, surname_of
from tongchou.synth.targets import Floats, Ints

#: Youngest age at marriage: Civil Code, article 1047.
LEGAL_YEARS = {MALE: 22.05, FEMALE: 20.05}
#: Assumed share of people married on the day they died, by age.
_MARRIED_AT_DEATH = {
    MALE: ((25, 35, 50, 70, 85, 100), (0.3, 0.7, 0.85, 0.8, 0.6, 0.4)),
    FEMALE: ((25, 35, 50, 70, 85, 100), (0.5, 0.85, 0.85, 0.6, 0.3, 0.1)),
}
#: Above this age the years before had as many people of an age as there are now.
_STATIONARY_FROM = 95


@dataclass(slots=True)
class Couples:
    """Marriages that are or were: partners, last day on which the wedding can have been, divorce if any."""

    man: list[int] = field(default_factory=list)
    woman: list[int] = field(default_factory=list)
    until: list[int] = field(default_factory=list)
    divorced_on: list[int] = field(default_factory=list)  # NOBODY: not divorced

    def add(self, one: int, other: int, roll: Roll, *, until: int, divorced_on: int = NOBODY) -> None:
        man, woman = (one, other) if roll.sex[one] == MALE else (other, one)
        self.man.append(man)
        self.woman.append(woman)
        self.until.append(until)
        self.divorced_on.append(divorced_on)


def youngest_births(community: Community) -> Ints:
    """Birth of each unit's youngest child in the registers; a very early day where there is none."""
    kin, people = community.kin, community.people
    found = np.full(len(kin.units.man), -(10**7), dtype=np.int64)
    children = np.flatnonzero(kin.child_of != NOBODY)
    np.maximum.at(found, kin.child_of[children], people.birth[children])
    joined = np.flatnonzero(kin.units.parent != NOBODY)
    np.maximum.at(found, kin.units.parent[joined], people.birth[kin.units.blood[joined]])
    return found


def line_surnames(community: Community) -> list[str]:
    """The surname of each household's paternal line; empty where nobody carries it."""
    found = [""] * community.households.count
    blood = community.households.blood.tolist()
    for person, page in enumerate(community.households.number.tolist()):
        if blood[person] and not found[page]:
            found[page] = surname_of(community.name[person])
    return found


def expected_deaths(now: Ints, years: int) -> Floats:
    """Deaths by [sex, years ago, age] of a population ``now`` [sex, single age].

    ``P(a, j) = N(a + j) · l(a + ½) / l(a + j + ½)`` people of age ``a`` lived ``j`` years ago, and
    ``P · (1 − l(a + 1) / l(a))`` of them died in that year. Ages whose survivors would now be over 95 are
    taken as stationary.
    """
    living = survivors()
    middle = (living[:, :-1] + living[:, 1:]) / 2
    dying = (living[:, :-1] - living[:, 1:]) / middle
    found = np.zeros((2, years, AGES))
    for ago in range(years):
        lived = now.astype(np.float64)
        last = _STATIONARY_FROM - ago
        lived[:, :last] = now[:, ago : ago + last] * middle[:, :last] / middle[:, ago : ago + last]
        found[:, ago] = lived * dying
    return found


def add_dead(
    roll: Roll, couples: Couples, *, start: int, years: int, rng: np.random.Generator
) -> dict[int, int]:
    """Everybody who died since ``start``; widowed people of the registers get their late spouses.

    Returns the day of death by person. A late spouse stood on the widowed person's page; other adults on the
    page of a grown child, or on one that is no more. Children are left to the caller, who knows the mothers.
    """
    community = roll.community
    today = community.people.today
    now = np.stack(
        [np.bincount(community.people.age[community.people.sex == s], minlength=AGES) for s in (MALE, FEMALE)]
    )
    counts = rng.poisson(expected_deaths(now, years)).ravel()
    sex, ago, age = (
        np.repeat(part.ravel(), counts)
        for part in np.meshgrid((MALE, FEMALE), np.arange(years), np.arange(AGES), indexing="ij")
    )
    span = (today - start) / years
    day = today - np.floor((ago + rng.random(len(ago))) * span).astype(np.int64)
    # A first year is survived less often the younger the child.
    part = np.where(age == 0, rng.random(len(age)) ** 3, rng.random(len(age)))
    birth = day - np.floor((age + part) * DAYS_A_YEAR).astype(np.int64)
    surnames = line_surnames(community)
    page, spouse = _late_spouses(roll, sex, birth, day, rng)
    _stand_with_children(community, birth, age, page, rng)
    line = [
        surnames[p] if p != NOBODY and s == MALE and w != NOBODY else ""
        for p, s, w in zip(page.tolist(), sex.tolist(), spouse.tolist(), strict=True)
    ]
    people = roll.add(DEAD, sex.tolist(), birth.tolist(), page.tolist(), line)
    died = dict(zip(people.tolist(), day.tolist(), strict=True))
    for person, widowed in zip(people.tolist(), spouse.tolist(), strict=True):
        if widowed != NOBODY:
            couples.add(person, widowed, roll, until=died[person] - 1)
    died |= _missing_spouses(roll, couples, spouse, surnames, start, rng)
    return died


def _late_spouses(
    roll: Roll, sex: Ints, birth: Ints, day: Ints, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Page and widowed partner of each of the dead, where one fits."""
    community = roll.community
    page, spouse = np.full(len(sex), NOBODY), np.full(len(sex), NOBODY)
    years = (day - birth) / DAYS_A_YEAR
    youngest = youngest_births(community)
    kin, people = community.kin, community.people
    for dead_sex, gap in ((MALE, 2.2), (FEMALE, -2.2)):
        ages, shares = _MARRIED_AT_DEATH[dead_sex]
        chance = np.interp(years, ages, shares, left=0.0)
        dead = np.flatnonzero((sex == dead_sex) & (rng.random(len(sex)) < chance) & (years >= 25))
        left = np.flatnonzero((people.sex != dead_sex) & (kin.marital == WIDOWED))

        def fits(one: int, other: int) -> bool:
            apart = (int(people.birth[other]) - int(birth[one])) / DAYS_A_YEAR
            older = apart if sex[one] == MALE else -apart
            of_age = people.birth[other] + 23 * DAYS_A_YEAR <= day[one]
            child = int(youngest[kin.own[other]]) - (270 if sex[one] == MALE else 0)
            return bool(-8 <= older <= 16 and of_age and child <= day[one])

        wished = people.birth[left] - rng.normal(gap, 2.6, len(left)) * DAYS_A_YEAR
        for one, other in meet(dead, birth[dead].astype(np.float64), left, wished, 4 * DAYS_A_YEAR, fits):
            spouse[one], page[one] = other, community.households.number[other]
    return page, spouse


def _stand_with_children(
    community: Community, birth: Ints, age: Ints, page: Ints, rng: np.random.Generator
) -> None:
    """Put adults who died without a widowed partner on the page of a grown child (``page`` changes)."""
    units = community.kin.units
    rooted = np.flatnonzero(units.parent == NOBODY)
    head = np.where(units.man[rooted] != NOBODY, units.man[rooted], units.woman[rooted])
    people = community.people
    free = np.flatnonzero((page == NOBODY) & (age >= 40) & (rng.random(len(page)) < 0.8))
    grown = rng.permutation(len(rooted))[: 3 * len(free)]

    def fits(dead: int, child: int) -> bool:
        return bool(19 <= (people.birth[child] - birth[dead]) / DAYS_A_YEAR <= 42)

    wished = people.birth[head[grown]] - rng.normal(26, 4, len(grown)) * DAYS_A_YEAR
    for dead, child in meet(free, birth[free].astype(np.float64), head[grown], wished, 5 * DAYS_A_YEAR, fits):
        page[dead] = community.households.number[child]


def _missing_spouses(
    roll: Roll, couples: Couples, matched: Ints, surnames: list[str], start: int, rng: np.random.Generator
) -> dict[int, int]:
    """Late spouses that must have died since ``start`` because a child of the couple was born since."""
    community = roll.community
    kin, people = community.kin, community.people
    young = youngest_births(community)
    have = set(matched.tolist())
    died = {}
    for widowed in np.flatnonzero(kin.marital == WIDOWED).tolist():
        child = int(young[kin.own[widowed]])
        if widowed in have or child <= start:
            continue
        sex = FEMALE if people.sex[widowed] == MALE else MALE
        birth = int(people.birth[widowed]) + int(rng.integers(-900, 900))
        page = int(community.households.number[widowed])
        (person,) = roll.add(DEAD, [sex], [birth], [page], [surnames[page] if sex == MALE else ""]).tolist()
        died[person] = int(rng.integers(child, people.today + 1))
        couples.add(person, widowed, roll, until=died[person] - 1)
    return died


def add_spouses_elsewhere(roll: Roll, couples: Couples, rng: np.random.Generator) -> None:
    """Spouses registered in other counties, and divorced couples, a third of them both from here."""
    community = roll.community
    kin, people = community.kin, community.people
    alone = np.flatnonzero((kin.marital == MARRIED) & (kin.spouse == NOBODY)).tolist()
    for person, other in zip(alone, _partners(roll, alone, rng), strict=True):
        couples.add(person, other, roll, until=people.today - 3)
    divorced = np.flatnonzero(kin.marital == DIVORCED)
    men = divorced[people.sex[divorced] == MALE]
    men = men[rng.random(len(men)) < 1 / 3]
    women = divorced[people.sex[divorced] == FEMALE]
    gap = rng.normal(2.2, 2.6, len(women)) * DAYS_A_YEAR
    pairs = meet(
        men, people.birth[men].astype(np.float64), women, people.birth[women] - gap, 2 * DAYS_A_YEAR,
        lambda man, woman: bool(community.households.number[man] != community.households.number[woman]),
    )  # fmt: skip
    here = {person for pair in pairs for person in pair}
    rest = [person for person in divorced.tolist() if person not in here]
    pairs += zip(rest, _partners(roll, rest, rng), strict=True)
    youngest = youngest_births(community)
    for one, other in pairs:
        of_age = max(roll.birth[one], roll.birth[other]) + round(23.5 * DAYS_A_YEAR)
        children = [int(youngest[kin.own[p]]) for p in (one, other) if roll.in_register(p)]
        earliest = min(max(of_age, *children), people.today - 40)
        # Most divorces come in the first fifteen years after that.
        day = earliest + int(min(rng.random() * 15 * 365, rng.random() * (people.today - 35 - earliest)))
        couples.add(one, other, roll, until=day - 200, divorced_on=day)


def _partners(roll: Roll, people: list[int], rng: np.random.Generator) -> list[int]:
    """One partner registered elsewhere for each person; never younger than the age of marriage allows."""
    sexes = [FEMALE if roll.sex[p] == MALE else MALE for p in people]
    apart = (rng.normal(2.0, 2.0, len(people)).clip(-3, 8) * DAYS_A_YEAR).astype(np.int64).tolist()
    births = [
        roll.birth[p] + (gap if s == FEMALE else -gap) for p, s, gap in zip(people, sexes, apart, strict=True)
    ]
    latest = roll.community.people.today - round(23.5 * DAYS_A_YEAR)
    births = [min(birth, latest) for birth in births]
    return roll.add(ELSEWHERE, sexes, births, [NOBODY] * len(people), [""] * len(people)).tolist()


def add_leavers(roll: Roll, count: int, *, start: int, rng: np.random.Generator) -> dict[int, int]:
    """``count`` people who moved their registration out since ``start``: mostly young, three in five women.

    Returns the day by person.
    """
    community = roll.community
    surnames = line_surnames(community)
    page = rng.integers(community.households.count, size=count)
    day = rng.integers(start, community.people.today, size=count)
    years = 18.5 + rng.gamma(2.0, 4.0, count)
    sex = np.where(rng.random(count) < 0.6, FEMALE, MALE)
    birth = day - np.floor(years * DAYS_A_YEAR).astype(np.int64)
    names = [surnames[p] for p in page.tolist()]
    people = roll.add(LEFT, sex.tolist(), birth.tolist(), page.tolist(), names)
    return dict(zip(people.tolist(), day.tolist(), strict=True))
