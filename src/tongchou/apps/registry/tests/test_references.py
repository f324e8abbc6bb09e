"""Who is named is there, whoever writes and however: both databases refuse the same."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.db.migrations.loader import MigrationLoader

from tongchou.apps.registry import bulk
from tongchou.apps.registry.models import (
    Couple,
    Household,
    Kinship,
    Membership,
    Person,
    Phone,
    Residence,
    Status,
)
from tongchou.core.guards import CheckInSets
from tongchou.core.references import check_in_sets, no_longer_in_sets

NOBODY = 9_000
postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="how PostgreSQL does it")


@pytest.fixture
def two(person: Callable[[str], int]) -> tuple[int, int]:
    return person("赵大山"), person("钱小兰")


def refused(act: Callable[[], Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        act()
        connection.check_constraints()


CHANGED: dict[str, Callable[[int], Any]] = {
    "membership, person": lambda p: Membership.objects.filter(person=p).update(person_id=NOBODY),
    "membership, household": lambda p: Membership.objects.filter(person=p).update(household_id=NOBODY),
    "residence, area": lambda p: Residence.objects.filter(person=p, kind="registered").update(area_id=NOBODY),
    "residence, person": lambda p: Residence.objects.filter(person=p).update(person_id=NOBODY),
    "status": lambda p: Status.objects.filter(person=p).update(person_id=NOBODY),
    "phone": lambda p: Phone.objects.filter(person=p).update(person_id=NOBODY),
    "child": lambda p: Kinship.objects.filter(parent=p).update(child_id=NOBODY),
    "parent": lambda p: Kinship.objects.filter(parent=p).update(parent_id=NOBODY),
    "spouse": lambda p: Couple.objects.filter(a=p).update(b_id=NOBODY),
    "person, registered": lambda p: Person.objects.filter(pk=p).update(registered_area_id=NOBODY),
    "person, resident": lambda p: Person.objects.filter(pk=p).update(resident_area_id=NOBODY),
    "household, village": lambda _p: Household.objects.update(village_id=NOBODY),
    "household, area": lambda _p: Household.objects.update(area_id=NOBODY),
    "number of a person": lambda p: Person.objects.filter(pk=p).update(id=NOBODY),
    "number of a household": lambda _p: Household.objects.update(id=NOBODY),
}


@pytest.mark.parametrize("what", CHANGED)
def test_a_change_to_what_is_not_there_is_refused(what: str, two: tuple[int, int]) -> None:
    refused(lambda: CHANGED[what](two[0]))


def test_an_overwriting_row_is_looked_at_as_any_change(two: tuple[int, int]) -> None:
    one = Membership.objects.get(person=two[0])
    row = (two[0], one.start, NOBODY, one.relation)
    columns = ("person_id", "start", "household_id", "relation")
    refused(lambda: bulk.insert("membership", columns, [row], key=("person_id", "start")))


def test_person_and_rows_may_go_together_in_any_order(two: tuple[int, int]) -> None:
    kept = {"id_index": "i", "id_cipher": "c", "registered_area_id": Household.objects.get().village_id}
    person = Person.objects.create(id=NOBODY, name="周", name_key="周", registered_scope=1, **kept)
    with transaction.atomic():
        status = {"person_id": person.pk, "kind": "converted", "start": "", "value": "yes"}
        Status.objects.create(**status)
        bulk.delete("person", ("id",), [(person.pk,)])
        Status.objects.filter(person_id=person.pk).delete()
        connection.check_constraints()
    assert not Person.objects.filter(pk=NOBODY).exists()


def test_a_number_let_go_and_taken_again_is_there(two: tuple[int, int]) -> None:
    with transaction.atomic():
        found = Person.objects.get(pk=two[0])
        bulk.delete("person", ("id",), [(two[0],)])
        found.save(force_insert=True)
        connection.check_constraints()
    assert Status.objects.filter(person=two[0]).exists()


def test_a_wrong_change_made_good_in_time_is_none(two: tuple[int, int]) -> None:
    with transaction.atomic():
        Membership.objects.filter(person=two[0]).update(household_id=NOBODY)
        Membership.objects.filter(person=two[0]).update(household_id=1)
        connection.check_constraints()
    assert set(Membership.objects.values_list("household_id", flat=True)) == {1}


@postgresql
@pytest.mark.parametrize("table", ["registry_person", "registry_household"])
def test_a_table_rows_name_is_not_emptied(table: str, two: tuple[int, int]) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table} CASCADE")
    assert Person.objects.filter(pk__in=two).count() == 2


@postgresql
def test_a_temporary_table_of_the_name_helps_nobody(two: tuple[int, int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE registry_person ON COMMIT DROP AS SELECT {NOBODY} AS id")
        with pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute(
                "INSERT INTO registry_status (person_id, kind, start, value) "
                "VALUES (%s, 'converted', '', 'yes')",
                [NOBODY],
            )


@postgresql
@pytest.mark.django_db
def test_every_reference_of_the_models_is_kept_by_one_or_the_other() -> None:
    in_sets = {
        (f"registry_{operation.model}", column): parent
        for migration in MigrationLoader(connection).disk_migrations.values()
        for operation in migration.operations
        if isinstance(operation, CheckInSets)
        for column, parent in operation.references.items()
    }
    declared = {
        (model._meta.db_table, field.column): field.related_model._meta.db_table
        for model in apps.get_app_config("registry").get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
    }
    assert in_sets.items() <= declared.items()
    assert keys() == set(declared) - set(in_sets)


def keys() -> set[tuple[str, str]]:
    """Tables and columns of the registry that have a foreign key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, attname FROM pg_constraint "
            "JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1] "
            "WHERE contype = 'f' AND conrelid::regclass::text LIKE 'registry%'"
        )
        return set(cursor.fetchall())


@postgresql
def test_the_step_back_puts_the_foreign_keys_back(two: tuple[int, int]) -> None:
    migration = MigrationLoader(connection).get_migration("registry", "0070_references_in_sets")
    state = MigrationLoader(connection).project_state(("registry", "0070_references_in_sets"))
    own = {(f"registry_{step.model}", column) for step in migration.operations for column in step.references}
    assert not keys() & own
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with connection.schema_editor() as editor:
        for step in reversed(migration.operations):
            step.database_backwards("registry", editor, state, state)
    assert keys() >= own
    refused(lambda: Status.objects.filter(person=two[0]).update(person_id=NOBODY))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_proc WHERE proname ~ '^registry_.*_(inserted|removed)$'")
        assert cursor.fetchone() == (0,)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with connection.schema_editor() as editor:
        for step in migration.operations:
            step.database_forwards("registry", editor, state, state)
    assert not keys() & own
    refused(lambda: Status.objects.filter(person=two[0]).update(person_id=NOBODY))


# Two tables of the test's own, so that nothing of the registry is committed.
@pytest.fixture
def parent_and_child(transactional_db: None) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE named_parent (id bigint PRIMARY KEY)")
        cursor.execute("CREATE TABLE naming_child (parent bigint REFERENCES named_parent)")
        cursor.execute("INSERT INTO named_parent VALUES (1), (2)")
    check_in_sets(connection, "naming_child", {"parent": "named_parent"})
    yield
    no_longer_in_sets(connection, "naming_child", {"parent": "named_parent"})
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE naming_child, named_parent")


INSERT, REMOVE = "INSERT INTO naming_child VALUES (1)", "DELETE FROM named_parent WHERE id = 1"


def at_the_same_time(first: str, second: str, *, give_up: bool) -> list[Exception]:
    """Make the second statement while the first one's transaction is open; what it was refused with."""
    errors: list[Exception] = []

    def beside() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(second)
        except IntegrityError as error:
            errors.append(error)
        finally:
            connection.close()

    other = threading.Thread(target=beside)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(first)
        other.start()
        other.join(0.7)
        assert other.is_alive()  # it waits
        transaction.set_rollback(give_up)
    other.join(20)
    return errors


@postgresql
@pytest.mark.parametrize(("first", "second"), [(INSERT, REMOVE), (REMOVE, INSERT)])
def test_of_two_at_the_same_time_one_waits_and_is_refused(
    first: str, second: str, parent_and_child: None
) -> None:
    assert len(at_the_same_time(first, second, give_up=False)) == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM naming_child LEFT JOIN named_parent ON id = parent WHERE id IS NULL")
        assert cursor.fetchall() == []


@postgresql
@pytest.mark.parametrize(("first", "second"), [(INSERT, REMOVE), (REMOVE, INSERT)])
def test_who_waited_goes_on_when_the_other_gives_up(first: str, second: str, parent_and_child: None) -> None:
    assert at_the_same_time(first, second, give_up=True) == []


@postgresql
def test_at_another_isolation_nothing_that_may_be_named_is_removed(parent_and_child: None) -> None:
    for level in ("REPEATABLE READ", "SERIALIZABLE"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET TRANSACTION ISOLATION LEVEL {level}")
            cursor.execute("DELETE FROM named_parent WHERE id = 2")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM named_parent WHERE id = 2")
        cursor.execute("TRUNCATE named_parent")
        cursor.execute("SELECT count(*) FROM named_parent")
        assert cursor.fetchone() == (0,)
