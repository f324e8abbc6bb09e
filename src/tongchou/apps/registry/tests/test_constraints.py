"""Each promise of the tables, broken on purpose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from tongchou.apps.registry import bulk
from tongchou.apps.registry.fold import TABLES, Op
from tongchou.apps.registry.models import (
    Couple,
    Event,
    FamilyStatement,
    Household,
    Kinship,
    Membership,
    Person,
    Phone,
    Residence,
    Status,
)


@pytest.fixture
def two(person: Callable[[str], int]) -> tuple[int, int]:
    return person("赵大山"), person("钱小兰")


BROKEN: dict[str, Callable[[tuple[int, int]], Any]] = {
    "a spell begins once": lambda p: Status.objects.create(
        person_id=p[0], kind="hukou_kind", start="", value="unified"
    ),
    "a membership begins once": lambda p: Membership.objects.create(
        person_id=p[0], start="", household_id=1, relation="20"
    ),
    "a start is a date": lambda p: Status.objects.create(
        person_id=p[0], kind="converted", start="2023-5", value="yes"
    ),
    "a status has a value of its kind": lambda p: Status.objects.create(
        person_id=p[0], kind="converted", start="2023", value="unified"
    ),
    "a status has a known kind": lambda p: Status.objects.create(
        person_id=p[0], kind="pregnant", start="2023", value="yes"
    ),
    "sex is 1 or 2": lambda p: Person.objects.filter(pk=p[0]).update(sex=9),
    "a person has a name": lambda p: Person.objects.filter(pk=p[0]).update(name=""),
    "a day needs its month": lambda p: Person.objects.filter(pk=p[0]).update(birth_month=None),
    "a month is 1 to 12": lambda p: Person.objects.filter(pk=p[0]).update(birth_month=13),
    "a death date needs a death": lambda p: Person.objects.filter(pk=p[0]).update(death_year=2020),
    "an identity number is one person's": lambda p: Person.objects.filter(pk=p[1]).update(
        id_index=Person.objects.get(pk=p[0]).id_index, id_cipher="x"
    ),
    "an index goes with its cipher": lambda p: Person.objects.filter(pk=p[0]).update(id_cipher=""),
    "one lives in one place": lambda p: Person.objects.filter(pk=p[0]).update(resident_text="杭州"),
    "a registered residence is an area": lambda p: Residence.objects.create(
        person_id=p[0], kind="registered", start="2020", outside_text="杭州"
    ),
    "a residence is here or there": lambda p: Residence.objects.filter(person=p[0], kind="actual").update(
        outside_text="杭州"
    ),
    "a household number is used once": lambda p: Household.objects.create(
        id=1000,
        number="001",
        village=Household.objects.get().village,
        area=Household.objects.get().area,
        scope_no=1,
    ),
    "a household has a number": lambda p: Household.objects.update(number=""),
    "nobody is their own parent": lambda p: Kinship.objects.create(
        child_id=p[0], parent_id=p[0], kind="birth"
    ),
    "kinship has a known kind": lambda p: Kinship.objects.create(child_id=p[0], parent_id=p[1], kind="other"),
    "a couple is written one way": lambda p: Couple.objects.create(a_id=p[1], b_id=p[0], start="2001"),
    "an ended couple says why": lambda p: Couple.objects.filter(a=p[0]).update(ended="2024"),
    "counts of children are plausible": lambda p: FamilyStatement.objects.filter(person=p[0]).update(
        living_sons=31
    ),
    "a phone has one of four places": lambda p: Phone.objects.filter(person=p[0], position=1).update(
        position=5
    ),
    "an event has a known kind": lambda p: _event(kind="guessed"),
    "an event is about one subject": lambda p: _event(household_id=1),
    "a line of a file gives an event once": lambda p: _event(
        source_id=1, source_row=5, kind="person_enrolled"
    ),
}


def _event(**fields: Any) -> Event:
    values = {
        "id": 1000,  # the registry gives its own numbers, the database's counter never moves
        "kind": "death_recorded",
        "person_id": 1,
        "recorded_at": timezone.now(),
        "recorded_by": 1,
        "source_id": 9,
        "batch_id": 99,
        "payload": "{}",
    }
    return Event.objects.create(**(values | fields))


@pytest.mark.parametrize("promise", BROKEN)
def test_the_database_refuses(promise: str, two: tuple[int, int]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        BROKEN[promise](two)


def test_the_same_event_is_accepted_when_nothing_is_wrong_with_it(two: tuple[int, int]) -> None:
    assert _event().pk


@pytest.mark.parametrize(
    "statement", ["UPDATE registry_event SET payload = '{}'", "DELETE FROM registry_event"]
)
def test_events_are_never_changed(statement: str, two: tuple[int, int]) -> None:
    before = list(Event.objects.order_by("pk").values_list("payload", flat=True))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(Event.objects.order_by("pk").values_list("payload", flat=True)) == before


#: Table → a row of its own for a person, by raw write, that names somebody or something that is not there.
NOBODY = 9_000
LOST: dict[str, tuple[tuple[str, ...], Callable[[int], tuple[Any, ...]]]] = {
    "phone": (
        ("person_id", "position", "cipher", "index", "mask"),
        lambda _p: (NOBODY, 1, "c", "i", "m"),
    ),
    "membership": (
        ("person_id", "start", "household_id", "relation"),
        lambda _p: (NOBODY, "2020", 1, "20"),
    ),
    "membership of no household": (
        ("person_id", "start", "household_id", "relation"),
        lambda p: (p, "2020", NOBODY, "20"),
    ),
    "residence": (
        ("person_id", "kind", "start", "area_id", "outside_text"),
        lambda _p: (NOBODY, "actual", "2020", None, "杭州"),
    ),
    "residence in no area": (
        ("person_id", "kind", "start", "area_id", "outside_text"),
        lambda p: (p, "actual", "2020", NOBODY, ""),
    ),
    "status": (
        ("person_id", "kind", "start", "value"),
        lambda _p: (NOBODY, "converted", "2020", "yes"),
    ),
    "familystatement": (
        ("person_id", "start", "living_sons", "living_daughters", "children_ever"),
        lambda _p: (NOBODY, "2020", 1, 1, 2),
    ),
    "kinship": (("child_id", "parent_id", "kind"), lambda p: (NOBODY, p, "birth")),
    "kinship with nobody": (("child_id", "parent_id", "kind"), lambda p: (p, NOBODY, "birth")),
    "couple": (("a_id", "b_id", "start", "ended", "end_reason"), lambda p: (p, NOBODY, "", None, "")),
}


@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize("keyed", [False, True])
def test_what_is_written_in_bulk_names_who_is_there(lost: str, keyed: bool, two: tuple[int, int]) -> None:
    columns, row = LOST[lost]
    table = lost.split()[0]
    before = bulk.model_of(table)._default_manager.count()
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(table, columns, [row(two[0])], key=TABLES[table].key if keyed else ())
        connection.check_constraints()
    assert bulk.model_of(table)._default_manager.count() == before


def test_nobody_goes_whom_rows_name(two: tuple[int, int]) -> None:
    for table, number in (("person", two[0]), ("household", 1)):
        with pytest.raises(IntegrityError), transaction.atomic():
            bulk.delete(table, ("id",), [(number,)])
            connection.check_constraints()
    assert set(Person.objects.values_list("pk", flat=True)) >= set(two)


def test_a_row_under_a_number_just_given_out_overwrites_nothing(two: tuple[int, int]) -> None:
    """Where it could, somebody gave a number out twice: better an error than somebody else's status lost."""
    key = (two[1], "hukou_kind", "")
    old = Status.objects.get(person=two[1], kind="hukou_kind", start="").value
    changes = {"status": {key: Op("put", "status", key, {"value": "unified"})}}
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.write(changes, {}, first={"person": two[1]})
    assert Status.objects.get(person=two[1], kind="hukou_kind", start="").value == old
    bulk.write(changes, {}, first={"person": two[1] + 1})
    assert Status.objects.get(person=two[1], kind="hukou_kind", start="").value == "unified"
