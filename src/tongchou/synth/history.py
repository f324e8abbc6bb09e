"""Ten years of life events behind a community: births, deaths, marriages, moves, conversions, certificates.

The registers show the end of these years. Everything here ends in what they show, except for the last weeks'
news, which they do not have yet (``known`` is ``NO``): deaths not struck off, weddings, conversions,
insurance, children without registration. News never touches what the truth file says for the registers' year.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tongchou.synth import hukou, past, residence
from tongchou.synth.births import births
from tongchou.synth.community import Community
from tongchou.synth.kin import MARRIED, NEVER, NOBODY
from tongchou.synth.past import LEGAL_YEARS, Couples
from tongchou.synth.people import DAYS_A_YEAR, FEMALE, MALE, as_date, day_number
from tongchou.synth.roll import STRANGER, Roll
from tongchou.synth.targets import Ints

BIRTH, DEATH, MARRIAGE, DIVORCE, MOVE_IN, MOVE_OUT, CONVERSION = (
    "birth", "death", "marriage", "divorce", "move_in", "move_out", "conversion",
)  # fmt: skip
PENSION, MEDICAL, DISABILITY = "urban_pension", "urban_medical", "disability_certificate"
#: Whether the registers show an event: yes; not yet; no register has a column for it.
YES, NO, NOT_KEPT = "yes", "no", "not_kept"

YEARS = 10
#: The registers lag behind by these days.
NEWS_DAYS = 60
#: Assumed shares of people with a disability certificate, by age (all are of the last ten years: they
#: expire after ten).
_DISABLED = ((0, 15, 40, 60, 80, 100), (0.004, 0.011, 0.024, 0.055, 0.09, 0.1))
#: Kinds of disability and their assumed shares; GB/T 26341-2010: 1 sight … 7 several.
DISABILITIES = ("视力", "听力", "言语", "肢体", "智力", "精神", "多重")
_DISABILITY_SHARES = (0.13, 0.1, 0.03, 0.5, 0.1, 0.09, 0.05)
#: Assumed share of households that moved their registration into the county in these years.
_HOUSEHOLDS_MOVED_IN = 0.006
#: Assumed share of people who brought their registration when they married in.
_MARRIED_IN = 0.3


@dataclass(frozen=True, slots=True)
class Event:
    """One event. ``other`` is the spouse, or the mother of a birth; ``third`` a birth's father."""

    kind: str
    day: int
    person: int
    known: str = YES
    other: int = NOBODY
    third: int = NOBODY
    registered: int = hukou.NO_DATE
    note: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """Events by day, and events of people who have nothing to do with the county but appear in its lists."""

    roll: Roll
    start: int
    events: list[Event]
    strangers: list[Event]

    def counts(self) -> dict[str, int]:
        return dict(sorted(Counter(event.kind for event in self.events).items()))


def first_day(on: dt.date) -> int:
    """The first of the month ten years before ``on``."""
    return day_number(dt.date(on.year - YEARS, on.month, 1))


def history_of(
    community: Community, shares: tuple[float, ...], *, on: dt.date, taken: Sequence[str],
    rng: np.random.Generator,
) -> History:  # fmt: skip
    """The years behind ``community``, which has its identity numbers; ``taken`` are others not to be used.

    ``shares`` are the county's ethnic groups, for the surnames of people who are not in the registers.
    """
    roll, couples, start = Roll(community), Couples(), first_day(on)
    died = past.add_dead(roll, couples, start=start, years=YEARS, rng=rng)
    past.add_spouses_elsewhere(roll, couples, rng)
    kin = community.kin
    for man in np.flatnonzero((kin.spouse != NOBODY) & (community.people.sex == MALE)).tolist():
        couples.add(man, int(kin.spouse[man]), roll, until=community.people.today - 3)
    weddings = _weddings(roll, couples, rng)
    events = _unions(couples, weddings, start)
    arrivals = _arrivals(roll, couples, weddings, start, rng)
    events += arrivals
    came = {event.person: event.day for event in arrivals}
    left = past.add_leavers(roll, len(arrivals), start=start, rng=rng)
    places = rng.integers(len(residence.PLACES), size=len(left)).tolist()
    events += [
        Event(MOVE_OUT, day, person, note=residence.PLACES[place])
        for (person, day), place in zip(left.items(), places, strict=True)
    ]
    events += [Event(DEATH, day, person) for person, day in died.items()]
    events += [Event(**fields) for fields in births(roll, couples, died, came, start=start, rng=rng)]
    events += (news := _news(roll, on, rng))
    died |= {event.person: event.day for event in news if event.kind == DEATH}
    events += [
        event for event in _papers(community, start, rng) if event.day <= died.get(event.person, event.day)
    ]
    strangers = _strangers(roll, len(events), start, rng)
    roll.name_and_number(shares, taken, rng)
    events.sort(key=lambda event: (event.day, event.kind, event.person))
    return History(roll, start, events, strangers)


def _weddings(roll: Roll, couples: Couples, rng: np.random.Generator) -> Ints:
    """Wedding day of each couple: of age, mostly before the first child in the registers."""
    birth = np.array(roll.birth, dtype=np.int64)
    man, woman, until = (
        np.array(part, dtype=np.int64) for part in (couples.man, couples.woman, couples.until)
    )
    size = len(man)
    of_age = np.maximum(
        birth[man] + LEGAL_YEARS[MALE] * DAYS_A_YEAR, birth[woman] + LEGAL_YEARS[FEMALE] * DAYS_A_YEAR
    )
    wished = birth[woman] + rng.normal(23.8, 2.6, size) * DAYS_A_YEAR
    day = np.maximum(of_age + rng.integers(0, 500, size), wished)
    kin, people = roll.community.kin, roll.community.people
    eldest = np.full(len(kin.units.man), 10**7, dtype=np.int64)
    children = np.flatnonzero(kin.child_of != NOBODY)
    np.minimum.at(eldest, kin.child_of[children], people.birth[children])
    unit = np.array(
        [kin.own[p if roll.in_register(p) else q] for p, q in zip(couples.man, couples.woman, strict=True)],
        dtype=np.int64,
    )
    child = eldest[unit]
    before = np.maximum(of_age + rng.integers(0, 60, size), child - rng.integers(60, 700, size))
    day = np.where((day > child - 60) & (rng.random(size) < 0.95), before, day)
    # An upper limit below the age of marriage cannot be met; such a wedding lies on the first possible day.
    return np.maximum(np.minimum(day, until), of_age).astype(np.int64)


def _unions(couples: Couples, weddings: Ints, start: int) -> list[Event]:
    events = []
    for man, woman, day, divorced in zip(
        couples.man, couples.woman, weddings.tolist(), couples.divorced_on, strict=True
    ):
        if day >= start:
            events.append(Event(MARRIAGE, day, man, other=woman))
        if divorced >= start:
            events.append(Event(DIVORCE, divorced, man, other=woman))
    return events


def _arrivals(
    roll: Roll, couples: Couples, weddings: Ints, start: int, rng: np.random.Generator
) -> list[Event]:
    """People who moved their registration in: spouses after the wedding, and whole households."""
    community = roll.community
    people, households = community.people, community.households
    days: dict[int, int] = {}
    lots = rng.random(len(weddings)).tolist()
    later = rng.integers(5, 300, len(weddings)).tolist()
    for man, woman, day, lot, wait in zip(
        couples.man, couples.woman, weddings.tolist(), lots, later, strict=True
    ):
        for person in (man, woman):
            if (
                day >= start
                and lot < _MARRIED_IN
                and roll.in_register(person)
                and not households.blood[person]
            ):
                days[person] = min(day + wait, people.today - 1)
    pages = rng.choice(households.count, size=round(households.count * _HOUSEHOLDS_MOVED_IN), replace=False)
    moved = dict(zip(pages.tolist(), rng.integers(start, people.today - 1, len(pages)).tolist(), strict=True))
    for person, page in enumerate(households.number.tolist()):
        if page in moved and people.birth[person] < moved[page]:
            days[person] = moved[page]
    places = rng.integers(len(residence.PLACES), size=len(days)).tolist()
    return [
        Event(MOVE_IN, day, person, note=residence.PLACES[place])
        for (person, day), place in zip(days.items(), places, strict=True)
    ]


def _papers(community: Community, start: int, rng: np.random.Generator) -> list[Event]:
    """Conversions and insurance as the registers' truth has them, and disability certificates."""
    register, people = community.hukou, community.people
    events = []
    for kind, days in (
        (CONVERSION, register.converted_on),
        (PENSION, register.pension_from),
        (MEDICAL, register.medical_from),
    ):
        here = np.flatnonzero(days >= start)
        events += [Event(kind, int(days[person]), person) for person in here.tolist()]
    certified = (rng.random(len(people)) < np.interp(people.age, *_DISABLED)) & (
        people.birth < people.today - 200
    )
    holders = np.flatnonzero(certified)
    kinds = rng.choice(7, size=len(holders), p=_DISABILITY_SHARES) + 1
    levels = rng.choice(4, size=len(holders), p=(0.15, 0.3, 0.3, 0.25)) + 1
    earliest = np.maximum(people.birth[holders] + 180, start)
    days = earliest + np.floor(rng.random(len(holders)) * (people.today - earliest)).astype(np.int64)
    events += [
        Event(DISABILITY, day, person, NOT_KEPT, note=f"{kind}{level}")
        for person, day, kind, level in zip(
            holders.tolist(), days.tolist(), kinds.tolist(), levels.tolist(), strict=True
        )
    ]
    return events


def _news(roll: Roll, on: dt.date, rng: np.random.Generator) -> list[Event]:
    """What happened in the last weeks and stands in no register yet."""
    community = roll.community
    people, kin, register = community.people, community.kin, community.hukou
    size, today = len(people), people.today
    # A death in the registers' own year leaves that year's benefits as they are. Only people without a
    # spouse and without parents on their page die here: nobody else's truth depends on them.
    alone = (kin.spouse == NOBODY) & (kin.marital != MARRIED) & (kin.child_of == NOBODY)
    own = np.where(kin.own == NOBODY, 0, kin.own)
    alone &= (people.age >= 60) & (kin.units.parent[own] == NOBODY)
    earliest = max(day_number(dt.date(on.year, 1, 1)), today - NEWS_DAYS)
    for days in (register.converted_on, register.pension_from, register.medical_from):
        alone &= days < earliest  # nothing else happens to them in these weeks
    dead = _some(alone, 0.0004 * size, rng)
    news = [(DEATH, person) for person in dead.tolist()]
    young = people.age < 50
    free = young & (kin.spouse == NOBODY) & (kin.marital != MARRIED)
    news += [(CONVERSION, person) for person in _some(free & ~register.urban, 0.0008 * size, rng).tolist()]
    worker = free & register.urban & (people.age >= 18)
    news += [(PENSION, person) for person in _some(worker & ~register.pension, 0.0006 * size, rng).tolist()]
    news += [(MEDICAL, person) for person in _some(worker & ~register.medical, 0.0006 * size, rng).tolist()]
    days = rng.integers(earliest, today + 1, len(news)).tolist()
    events = [Event(kind, day, person, NO) for (kind, person), day in zip(news, days, strict=True)]
    converted = {event.person for event in events}
    single = young & (kin.marital == NEVER)
    men = _some(single & (people.sex == MALE) & (people.years >= 22.5), 0.0006 * size, rng).tolist()
    women = _some(single & (people.sex == FEMALE) & (people.years >= 20.5), 0.0006 * size, rng).tolist()
    number = community.households.number
    couples = list(zip(men, women, strict=False))
    wedding = rng.integers(earliest, today + 1, len(couples)).tolist()
    for (man, woman), day in zip(couples, wedding, strict=True):
        if number[man] != number[woman] and not {man, woman} & converted:
            events.append(Event(MARRIAGE, day, man, NO, woman))
    return events


def _some(where: np.ndarray, count: float, rng: np.random.Generator) -> Ints:
    """About ``count`` of those marked, at least one when there is one."""
    able = rng.permutation(np.flatnonzero(where))
    return np.asarray(able[: max(1, round(count))])


def _strangers(roll: Roll, events: int, start: int, rng: np.random.Generator) -> list[Event]:
    """Events of people from elsewhere that departments of the county entered all the same."""
    today = roll.community.people.today
    count = max(8, events // 100)
    days = rng.integers(start, today, size=count)
    women_years = np.floor(rng.normal(28, 4, count).clip(21, 44) * DAYS_A_YEAR).astype(np.int64)
    nowhere, unnamed = [NOBODY] * count, [""] * count
    sexes = np.where(rng.random(count) < 0.52, MALE, FEMALE).tolist()
    women = roll.add(STRANGER, [FEMALE] * count, (days - women_years).tolist(), nowhere, unnamed).tolist()
    men = roll.add(STRANGER, [MALE] * count, (days - women_years - 700).tolist(), nowhere, unnamed).tolist()
    children = roll.add(STRANGER, sexes, days.tolist(), nowhere, unnamed).tolist()
    found = []
    kinds = (BIRTH, MARRIAGE, DEATH, CONVERSION, PENSION, MEDICAL, DISABILITY)
    for index, day in enumerate(days.tolist()):
        kind = kinds[index % len(kinds)]
        if kind == BIRTH:
            found.append(Event(kind, day, children[index], NO, women[index], men[index]))
        else:
            other = women[index] if kind == MARRIAGE else NOBODY
            note = "43" if kind == DISABILITY else ""
            found.append(Event(kind, day, men[index], NO, other, note=note))
    return found


def write(history: History, path: Path) -> int:
    """Write the events; returns how many."""
    roll = history.roll
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(
            ("event", "day", "registered_on", "id_number", "name", "other_id", "other_name", "village_code",
             "household_no", "in_register", "note")
        )  # fmt: skip
        writer.writerows(_lines(history.events, roll))
    return len(history.events)


def _lines(events: Iterable[Event], roll: Roll) -> Iterable[tuple[object, ...]]:
    for event in events:
        other = event.other
        registered = "" if event.registered == hukou.NO_DATE else as_date(event.registered)
        yield (
            event.kind, as_date(event.day), registered, roll.id_number[event.person], roll.name[event.person],
            "" if other == NOBODY else roll.id_number[other], "" if other == NOBODY else roll.name[other],
            roll.village_code(event.person), roll.household_no(event.person), event.known, event.note,
        )  # fmt: skip
