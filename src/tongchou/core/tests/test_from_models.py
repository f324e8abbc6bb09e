"""A database made from the models at once is the one that all migrations make, table by table."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import OperationalError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader

from tongchou.core import from_models, kept_apart
from tongchou.core.append_only import guarded_tables

pytestmark = pytest.mark.django_db

Described = Mapping[tuple[str, ...], object]


@pytest.fixture
def empty(
    transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[BaseDatabaseWrapper]]:
    """Two databases without tables: files on SQLite, schemas of the test database on PostgreSQL."""
    made = []
    for name in ("first_empty", "second_empty"):
        own = copy.deepcopy(connections.settings["default"])
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}")
            own["NAME"] = connection.settings_dict["NAME"]
            own["OPTIONS"] = own.get("OPTIONS", {}) | {"options": f"-c search_path={name}"}
        else:
            own["NAME"] = str(tmp_path / f"{name}.sqlite3")
        monkeypatch.setitem(connections.settings, name, own)
        connections[name].connect()  # by itself it would not: tests have the usual database alone
        made.append(connections[name])
    yield made
    for one in made:
        one.close()
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"DROP SCHEMA {one.alias} CASCADE")
        del connections[one.alias]


def migrate(one: BaseDatabaseWrapper, **options: Any) -> None:
    call_command("migrate", database=one.alias, interactive=False, verbosity=0, skip_checks=True, **options)


def guarded(one: BaseDatabaseWrapper) -> set[str]:
    return {table.rpartition(".")[2] for table in guarded_tables(one)}  # without the schema


def test_a_new_database_has_every_table_and_every_guard(empty: list[BaseDatabaseWrapper]) -> None:
    one, _other = empty
    assert from_models.is_new(one)
    migrate(one)
    assert not from_models.is_new(one)
    with one.cursor() as cursor:
        tables = set(one.introspection.table_names(cursor))
    assert {model._meta.db_table for model in apps.get_models(include_auto_created=True)} <= tables
    assert guarded(one) == guarded(connection) != set()
    assert kept_apart.are_on(one)
    loader = MigrationLoader(one)
    assert set(loader.applied_migrations) == set(loader.disk_migrations)
    before = described(one)
    migrate(one)  # a second time there is nothing to do
    assert described(one) == before


def test_what_was_begun_is_there_whole_or_not_at_all(
    empty: list[BaseDatabaseWrapper], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _other = empty

    def fails(*_args: object) -> None:
        raise OperationalError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(from_models.MigrationRecorder, "record_applied", fails)
        with pytest.raises(OperationalError, match="disk"):
            migrate(one)
    one.close()
    one.connect()
    assert from_models.is_new(one)
    migrate(one)
    assert not from_models.is_new(one)


@pytest.mark.wide
def test_both_ways_lead_to_the_same_tables(empty: list[BaseDatabaseWrapper]) -> None:
    at_once, step_by_step = empty
    migrate(at_once)
    migrate(step_by_step, step_by_step=True)
    one, other = described(at_once), described(step_by_step)
    assert {key: one.get(key) for key in other if one.get(key) != other[key]} == {}
    assert set(one) == set(other) and len(one) > 500


def described(one: BaseDatabaseWrapper) -> Described:
    """Columns, constraints, indexes and triggers of a database, whatever order they were made in."""
    return _on_postgresql(one) if one.vendor == "postgresql" else _on_sqlite(one)


def _on_sqlite(one: BaseDatabaseWrapper) -> Described:
    found: dict[tuple[str, ...], object] = {}
    with one.cursor() as cursor:
        cursor.execute("SELECT type, name, tbl_name, sql FROM sqlite_master")
        for kind, name, table, sql in cursor.fetchall():
            if kind != "table":
                found[kind, name, table] = _sorted_columns(sql)
                continue
            cursor.execute(f"PRAGMA table_xinfo('{name}')")
            columns = sorted(map(repr, (row[1:] for row in cursor.fetchall())))
            cursor.execute(f"PRAGMA foreign_key_list('{name}')")
            keys = sorted(map(repr, (row[2:] for row in cursor.fetchall())))
            checks = sorted(part.strip(" ,)") for part in re.split(r"\bCONSTRAINT\b", sql)[1:])
            found[kind, name, table] = (columns, keys, checks)
    return found


def _sorted_columns(sql: str | None) -> str | None:
    """Triggers name all columns but some, in the order in which these came to the table."""
    return sql and re.sub(
        r"(?<= OF )[^;]*?(?= ON )", lambda found: str(sorted(found[0].split(", "))), sql, count=1
    )


_POSTGRESQL = {
    "column": "SELECT table_name, column_name, concat_ws(' ', data_type, character_maximum_length, "
    "is_nullable, column_default, is_identity) FROM information_schema.columns "
    "WHERE table_schema = current_schema() "
    # The width of a number nobody uses: Django's own migrations of groups differ from its models in it.
    "AND NOT (table_name = 'auth_group_permissions' AND column_name = 'id')",
    "constraint": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE connamespace = current_schema()::regnamespace AND contype <> 't'",
    "index": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()",
    "trigger": "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t "
    "JOIN pg_class c ON c.oid = tgrelid WHERE relnamespace = current_schema()::regnamespace "
    "AND NOT tgisinternal",
    "function": "SELECT proname, '', prosrc FROM pg_proc WHERE pronamespace = current_schema()::regnamespace",
}


def _on_postgresql(one: BaseDatabaseWrapper) -> Described:
    found: dict[tuple[str, ...], object] = {}
    with one.cursor() as cursor:
        for kind, query in _POSTGRESQL.items():
            cursor.execute(query)
            for table, name, text in cursor.fetchall():
                found[kind, table, name] = _sorted_columns(re.sub(rf'"?{one.alias}"?\.', "", text))
    return found
