"""The births of the last years: children of the registers, those who died, those not registered yet."""

from __future__ import annotations

import bisect
from typing import Any

import numpy as np

from tongchou.synth.kin import NOBODY
from tongchou.synth.past import Couples, line_surnames
from tongchou.synth.people import DAYS_A_YEAR, FEMALE, MALE
from tongchou.synth.roll import DEAD, ELSEWHERE, UNREGISTERED, Roll
from tongchou.synth.targets import Ints

#: A birth is to be registered within a month (户口登记条例, article 7).
IN_TIME = 30
#: Assumed shares: registered within a month, within half a year, later.
_PROMPT, _HALF_YEAR = 0.82, 0.94
#: Assumed children without registration per registered person: of the last two months, and older.
_NEWBORN, _OMITTED = 0.0009, 0.0003
#: Days between two births of a woman, twins apart.
_APART = 300
_TRIES = 400
#: A late wife is taken for the mother of a child when she was of this age, in days.
_YOUNGEST, _OLDEST = 18.4 * DAYS_A_YEAR, 45 * DAYS_A_YEAR


class Mothers:
    """Women of the registers with the births of their children there, to place further children with."""

    def __init__(self, roll: Roll) -> None:
        community = roll.community
        self.roll, self.kin = roll, community.kin
        people, units = community.people, community.kin.units
        years = people.years[units.woman]
        able = (units.woman != NOBODY) & (years >= 20) & (years <= 56)
        self.units: Ints = np.flatnonzero(able)
        self.births: dict[int, list[int]] = {}
        for child in np.flatnonzero(self.kin.child_of != NOBODY).tolist():
            self._note(int(self.kin.child_of[child]), int(people.birth[child]))
        for unit in np.flatnonzero(units.parent != NOBODY).tolist():
            self._note(int(units.parent[unit]), int(people.birth[units.blood[unit]]))

    def _note(self, unit: int, birth: int) -> None:
        bisect.insort(self.births.setdefault(unit, []), birth)

    def unit_for(self, birth: int, rng: np.random.Generator) -> int:
        """A unit whose woman was 20.5 to 40 and had no other birth within ten months; ``NOBODY`` if none."""
        if len(self.units) == 0:
            return NOBODY
        for index in rng.integers(len(self.units), size=_TRIES).tolist():
            unit = int(self.units[index])
            years = (birth - self.roll.birth[int(self.kin.units.woman[unit])]) / DAYS_A_YEAR
            if not 20.5 <= years <= 40:
                continue
            known = self.births.get(unit, [])
            place = bisect.bisect(known, birth)
            if all(abs(other - birth) >= _APART for other in known[max(0, place - 1) : place + 1]):
                self._note(unit, birth)
                return unit
        return NOBODY


def births(
    roll: Roll, couples: Couples, died: dict[int, int], came: dict[int, int], *, start: int,
    rng: np.random.Generator,
) -> list[dict[str, Any]]:  # fmt: skip
    """Fields of one event a birth since ``start``; adds unregistered children and mothers from elsewhere.

    A child on whose page nobody can be its mother has one who is registered elsewhere, or a late one.
    """
    community = roll.community
    people, kin = community.people, community.kin
    found: list[dict[str, Any]] = []
    late = _late_wives(roll, couples)
    strangers: dict[tuple[str, int], int] = {}
    children = np.flatnonzero(people.birth >= start)
    delays = _delays(len(children), rng)
    for child, delay in zip(children.tolist(), delays.tolist(), strict=True):
        unit, birth = int(kin.child_of[child]), int(people.birth[child])
        man, woman = (NOBODY, NOBODY) if unit == NOBODY else (
            int(kin.units.man[unit]), int(kin.units.woman[unit])
        )  # fmt: skip
        if kin.own[child] != NOBODY:
            continue  # nobody born in these years is grown; a lone child's own page has no mother
        if woman == NOBODY:
            wife = late.get(man, NOBODY)
            if wife != NOBODY and birth <= died[wife] and _YOUNGEST <= birth - roll.birth[wife] <= _OLDEST:
                woman = wife
        if woman == NOBODY:
            key = ("unit", unit) if unit != NOBODY else ("child", child)
            if key not in strangers:
                strangers[key] = _elsewhere(roll, birth, rng)
            woman = strangers[key]
        moved = came.get(child, birth) > birth
        found.append(
            {"kind": "birth", "day": birth, "person": child, "other": woman, "third": man,
             "registered": min(birth + delay, people.today), "note": "elsewhere" if moved else ""}
        )  # fmt: skip
    mothers = Mothers(roll)
    surnames = line_surnames(community)
    found += _children_who_died(roll, mothers, died, surnames, start, rng)
    return found + _without_registration(roll, mothers, surnames, start, rng)


def _delays(size: int, rng: np.random.Generator) -> Ints:
    lot = rng.random(size)
    return np.select(
        [lot < _PROMPT, lot < _HALF_YEAR],
        [rng.integers(2, IN_TIME + 1, size), rng.integers(IN_TIME + 1, 181, size)],
        rng.integers(181, 1500, size),
    )


def _late_wives(roll: Roll, couples: Couples) -> dict[int, int]:
    """Late wife of each widower of the registers."""
    return {
        man: woman
        for man, woman in zip(couples.man, couples.woman, strict=True)
        if roll.in_register(man) and roll.fate[woman] == DEAD
    }


def _elsewhere(roll: Roll, birth: int, rng: np.random.Generator) -> int:
    years = min(max(float(rng.normal(26, 3)), 20.5), 35.0)
    added = roll.add(ELSEWHERE, [FEMALE], [birth - round(years * DAYS_A_YEAR)], [NOBODY], [""])
    return int(added[0])


def _children_who_died(
    roll: Roll, mothers: Mothers, died: dict[int, int], surnames: list[str], start: int,
    rng: np.random.Generator,
) -> list[dict[str, Any]]:  # fmt: skip
    """Births of children who died in these years, with mothers of the registers where one fits."""
    found = []
    kin = roll.community.kin
    for person, day in died.items():
        birth = roll.birth[person]
        if roll.in_register(person) or day - birth > 18 * DAYS_A_YEAR:
            continue
        unit = mothers.unit_for(birth, rng)
        if unit == NOBODY:
            continue
        woman, man = int(kin.units.woman[unit]), int(kin.units.man[unit])
        page = int(roll.community.households.number[woman])
        roll.stand(person, page, surnames[page])
        if birth >= start:
            found.append(
                {"kind": "birth", "day": birth, "person": person, "other": woman, "third": man,
                 "registered": min(birth + 20, day)}
            )  # fmt: skip
    return found


def _without_registration(
    roll: Roll, mothers: Mothers, surnames: list[str], start: int, rng: np.random.Generator
) -> list[dict[str, Any]]:
    """Children born to women of the registers who are not registered yet; most are newborn."""
    today, size = roll.community.people.today, roll.first
    days = [today - int(d) for d in rng.integers(0, 60, max(2, round(size * _NEWBORN)))]
    days += [today - int(d) for d in rng.integers(60, 5 * 365, max(1, round(size * _OMITTED)))]
    found = []
    kin = roll.community.kin
    for birth in (day for day in days if day >= start):
        unit = mothers.unit_for(birth, rng)
        if unit == NOBODY:
            continue
        woman, man = int(kin.units.woman[unit]), int(kin.units.man[unit])
        page = int(roll.community.households.number[woman])
        sex = MALE if rng.random() < 0.527 else FEMALE
        (child,) = roll.add(UNREGISTERED, [sex], [birth], [page], [surnames[page]]).tolist()
        found.append(
            {"kind": "birth", "day": birth, "person": child, "other": woman, "third": man, "known": "no"}
        )
    return found
