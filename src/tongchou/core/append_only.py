"""Triggers that refuse UPDATE, DELETE and TRUNCATE on a table, on both databases.

Migrations use the steps of ``core.guards``. A later migration that alters such a table on SQLite rebuilds it
and loses its triggers, so it has to put them on again; ``core/tests/test_append_only.py`` notices.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

PREFIX = "append_only"
MESSAGE = "rows of this table are never changed"

_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {PREFIX}_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{MESSAGE}: %', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$
"""


def forbid_changes(connection: BaseDatabaseWrapper, table: str, *, but: Collection[str] = ()) -> None:
    """Put the triggers on a table; those already there are replaced.

    ``but`` names columns that may change: the copy of an area's number moves with the area.
    """
    allow_changes(connection, table)
    quoted = connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        of = ""
        if but:
            names = (column.name for column in connection.introspection.get_table_description(cursor, table))
            kept = [connection.ops.quote_name(name) for name in names if name not in but]
            of = f" OF {', '.join(kept)}"
        if connection.vendor == "postgresql":
            cursor.execute(_FUNCTION)
            cursor.execute(
                f"CREATE TRIGGER {PREFIX}_rows BEFORE UPDATE{of} OR DELETE ON {quoted} "
                f"FOR EACH ROW EXECUTE FUNCTION {PREFIX}_refuse()"
            )
            cursor.execute(
                f"CREATE TRIGGER {PREFIX}_table BEFORE TRUNCATE ON {quoted} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {PREFIX}_refuse()"
            )
            return
        for event, columns in (("UPDATE", of), ("DELETE", "")):
            cursor.execute(
                f"CREATE TRIGGER {PREFIX}_{event.lower()}_{table} BEFORE {event}{columns} ON {quoted} "
                f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}: {table}'); END"
            )


def allow_changes(connection: BaseDatabaseWrapper, table: str) -> None:
    """Take the triggers off: only to reverse a migration or to clear a test database."""
    quoted = connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name in ("rows", "table"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {PREFIX}_{name} ON {quoted}")
            return
        for event in ("update", "delete"):
            cursor.execute(f"DROP TRIGGER IF EXISTS {PREFIX}_{event}_{table}")


@contextmanager
def paused(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """No triggers while it lasts, and the same ones afterwards: only to clear a test database."""
    query = (
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname LIKE %s"
        if connection.vendor == "postgresql"
        else "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [f"{PREFIX}%"])
        statements = [str(row[0]) for row in cursor.fetchall()]
    for table in guarded_tables(connection):
        allow_changes(connection, table)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


def guarded_tables(connection: BaseDatabaseWrapper) -> list[str]:
    """The tables that carry the triggers, in order of name."""
    query = (
        "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE %s ORDER BY 1"
        if connection.vendor == "postgresql"
        else "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s ORDER BY 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [f"{PREFIX}%"])
        return [row[0] for row in cursor.fetchall()]
