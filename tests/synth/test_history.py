"""The years behind a county agree with its registers."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise

import numpy as np
import pytest

from tongchou.domain import identity
from tongchou.synth import areas, history, hukou, names
from tongchou.synth.census import AGES, county_by_code, survivors
from tongchou.synth.community import Community, assemble, number_people
from tongchou.synth.history import History
from tongchou.synth.kin import NOBODY, WIDOWED
from tongchou.synth.past import expected_deaths
from tongchou.synth.people import DAYS_A_YEAR, MALE, as_date
from tongchou.synth.roll import DEAD, ELSEWHERE, UNREGISTERED, surname_of
from tongchou.synth.targets import target

from .conftest import ON, Folder

SIZE = 8000


@pytest.fixture(scope="module")
def community() -> Community:
    table = county_by_code("520521")
    goal = target(table, registered=SIZE, on=ON)
    rng = np.random.default_rng(5)
    plan = areas.plan(table, registered=SIZE, rng=rng)
    made = assemble(
        goal.people, plan.villages, plan.wished, names.SHARES[table.code],
        urban_people=goal.urban_people, on=ON, rng=rng,
    )  # fmt: skip
    number_people([made], rng)
    return made


@pytest.fixture(scope="module")
def past(community: Community) -> History:
    return history.history_of(
        community, names.SHARES["520521"], on=ON, taken=[], rng=np.random.default_rng(9)
    )


def of(past: History, kind: str) -> list[history.Event]:
    return [event for event in past.events if event.kind == kind]


def years(past: History, person: int, day: int) -> float:
    return (day - past.roll.birth[person]) / DAYS_A_YEAR


def test_every_child_of_the_registers_was_born_once(community: Community, past: History) -> None:
    births = of(past, history.BIRTH)
    counted = Counter(event.person for event in births)
    assert max(counted.values()) == 1
    for child in np.flatnonzero(community.people.birth >= past.start).tolist():
        assert counted[child] == 1
    for event in births:
        assert event.day == past.roll.birth[event.person]
        assert 18 <= years(past, event.other, event.day) <= 46
        assert event.registered == hukou.NO_DATE or event.registered >= event.day
        unit = community.kin.child_of[event.person] if past.roll.in_register(event.person) else NOBODY
        if unit != NOBODY and community.kin.units.woman[unit] != NOBODY:
            assert event.other == community.kin.units.woman[unit]
    late = [e for e in births if e.registered - e.day > 30]
    assert 0.1 < len(late) / len(births) < 0.25


def test_births_of_a_woman_are_ten_months_apart_or_twins(community: Community, past: History) -> None:
    days = defaultdict(set)
    for event in of(past, history.BIRTH):
        days[event.other].add(event.day)
    for mother, births in days.items():
        if past.roll.fate[mother] != ELSEWHERE:
            assert all(later - earlier >= 300 for earlier, later in pairwise(sorted(births)))


def test_unregistered_children_have_a_mother_here_and_no_number(past: History) -> None:
    without = [person for person, fate in enumerate(past.roll.fate) if fate == UNREGISTERED]
    assert len(without) >= 5
    born = {event.person: event for event in of(past, history.BIRTH)}
    for child in without:
        assert past.roll.id_number[child] == "" and past.roll.name[child]
        assert born[child].known == history.NO and past.roll.in_register(born[child].other)


def test_the_dead_are_not_in_the_registers_but_for_the_news(community: Community, past: History) -> None:
    died = {event.person: event.day for event in of(past, history.DEATH)}
    news = {event.person for event in of(past, history.DEATH) if event.known == history.NO}
    assert news and len(died) == len(of(past, history.DEATH))
    for person in died:
        assert past.roll.in_register(person) == (person in news)
        assert past.roll.birth[person] <= died[person] <= community.people.today
    for person in news:
        assert as_date(died[person]).year == ON.year and community.people.age[person] >= 60
    for event in past.events:
        for person in (event.person, event.other):
            assert event.day <= died.get(person, event.day), event
    rate = len(died) / 10 / SIZE * 1000
    assert 4 < rate < 9


def test_widowed_people_s_spouses_died(community: Community, past: History) -> None:
    """Whoever is widowed with a child born in these years has a spouse who died after it."""
    roll, kin, people = past.roll, community.kin, community.people
    pages = {roll.page[p] for p, fate in enumerate(roll.fate) if fate == DEAD}
    widowed = np.flatnonzero(kin.marital == WIDOWED)
    shared = sum(int(community.households.number[p]) in pages for p in widowed.tolist())
    assert shared > 0.3 * len(widowed)
    for child in np.flatnonzero((people.birth >= past.start) & (kin.child_of != NOBODY)).tolist():
        unit = int(kin.child_of[child])
        man, woman = int(kin.units.man[unit]), int(kin.units.woman[unit])
        alone = woman if man == NOBODY else man if woman == NOBODY else NOBODY
        if alone == NOBODY or kin.marital[alone] != WIDOWED:
            continue
        page = int(community.households.number[alone])
        assert any(
            roll.page[event.person] == page and event.day >= people.birth[child] - 270
            for event in of(past, history.DEATH)
        )


def test_deaths_of_a_stationary_population_are_its_births() -> None:
    living = survivors()
    middle = (living[:, :-1] + living[:, 1:]) / 2
    found = expected_deaths(np.round(middle * 100_000).astype(np.int64), 10)
    assert found.shape == (2, 10, AGES)
    np.testing.assert_allclose(found.sum(axis=2), 100_000, rtol=0.02)


def test_weddings_keep_the_legal_ages_and_divorces_come_later(community: Community, past: History) -> None:
    married = {}
    for event in of(past, history.MARRIAGE):
        assert past.roll.sex[event.person] == MALE != past.roll.sex[event.other]
        assert years(past, event.person, event.day) >= 22 and years(past, event.other, event.day) >= 20
        assert event.day <= community.people.today
        if event.known == history.YES:
            assert (event.person, event.other) not in married
            married[event.person, event.other] = event.day
    divorces = of(past, history.DIVORCE)
    assert 0 < len(divorces) < 0.3 * len(married)
    for event in divorces:
        assert event.day > married.get((event.person, event.other), 0)
    couples = [p for p in married if past.roll.in_register(p[0]) and past.roll.in_register(p[1])]
    assert sum(community.kin.spouse[man] == woman for man, woman in couples) > 0.9 * len(couples)


def test_papers_are_those_of_the_registers(community: Community, past: History) -> None:
    for kind, days in (
        (history.CONVERSION, community.hukou.converted_on),
        (history.PENSION, community.hukou.pension_from),
        (history.MEDICAL, community.hukou.medical_from),
    ):
        known = {e.person: e.day for e in of(past, kind) if e.known == history.YES}
        assert known == {p: int(days[p]) for p in np.flatnonzero(days >= past.start).tolist()}
        news = [e for e in of(past, kind) if e.known == history.NO]
        assert news and all(days[e.person] == hukou.NO_DATE for e in news)
        assert all(community.people.age[e.person] < 50 for e in news)
    holders = [event.person for event in of(past, history.DISABILITY)]
    assert len(holders) == len(set(holders)) and 0.015 < len(holders) / SIZE < 0.06


def test_moves_balance_and_nobody_moves_before_birth(past: History) -> None:
    here, gone = of(past, history.MOVE_IN), of(past, history.MOVE_OUT)
    assert len(here) == len(gone) > 20
    for event in here + gone:
        assert event.day >= past.roll.birth[event.person] and event.note
    assert all(past.roll.in_register(event.person) for event in here)
    assert not any(past.roll.in_register(event.person) for event in gone)


def test_everybody_has_a_number_of_their_own(past: History) -> None:
    numbers = [number for number in past.roll.id_number if number]
    assert len(numbers) == len(set(numbers)) > SIZE
    for person, number in enumerate(past.roll.id_number):
        if number:
            reading = identity.parse(number)
            assert reading.number == number and number.startswith(identity.SYNTHETIC_AREA)
            assert reading.sex == past.roll.sex[person]
            assert str(reading.birth) == str(as_date(past.roll.birth[person]))


def test_late_husbands_carry_the_surname_of_the_page(community: Community, past: History) -> None:
    by_page = defaultdict(set)
    for person, page in enumerate(community.households.number.tolist()):
        if community.households.blood[person]:
            by_page[page].add(surname_of(community.name[person]))
    same = found = 0
    for event in of(past, history.DEATH):
        roll = past.roll
        if (
            not roll.in_register(event.person)
            and roll.sex[event.person] == MALE
            and roll.page[event.person] >= 0
        ):
            found += 1
            same += surname_of(roll.name[event.person]) in by_page[roll.page[event.person]]
    assert same > 0.4 * found


def test_the_file_lists_them_by_day(small: Folder) -> None:
    rows = small.table("events.csv")
    assert len(rows) == small.made.events > 1000
    assert [row["day"] for row in rows] == sorted(row["day"] for row in rows)
    assert rows[0]["day"] >= "2016-11-01" and rows[-1]["day"] <= "2026-11-23"
    registered = {line.id_number for line in small.lines}
    practice = {row["id_number"] for row in small.table("practice/truth.csv")}
    for row in rows:
        if row["event"] in ("death", "move_out"):
            assert (row["id_number"] in registered) == (row["in_register"] == "no")
        assert row["id_number"] not in practice
