"""Rows of a table by one statement, where objects of the ORM would cost more than the database.

A million people are tens of millions of values; the ORM's objects cost minutes where one statement a table
and chunk costs seconds. Values go in as the database has them: moments by ``adapt_datetimefield_value``, JSON
as its text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django.db import connection, models


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)


@cache
def _column_type(model: type[models.Model], column: str) -> str:
    field = next(f for f in model._meta.concrete_fields if f.column == column)
    kind = (
        field.rel_db_type(connection) if isinstance(field, models.AutoField | models.BigAutoField) else None
    )
    return kind or field.db_type(connection) or "text"


def arrays(model: type[models.Model], columns: Iterable[str]) -> str:
    """One array parameter a column: a chunk is one statement and one parse, whatever its number of rows."""
    return ", ".join(f"%s::{_column_type(model, column)}[]" for column in columns)


def transposed(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def insert(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    *,
    key: Sequence[str] = (),
) -> None:
    """Insert rows; with ``key`` a row that is there already is overwritten.

    Parameters
    ----------
    columns
        Names of database columns; those of the model that are left out need a default of the database.
    rows
        A value a column. On SQLite any number of rows is one prepared statement, on PostgreSQL one statement.
    """
    if not rows:
        return
    into = f"{quoted(model._meta.db_table)} ({', '.join(map(quoted, columns))})"
    conflict = ""
    if key:
        sets = ", ".join(f"{quoted(c)} = EXCLUDED.{quoted(c)}" for c in columns if c not in key)
        conflict = f" ON CONFLICT ({', '.join(map(quoted, key))}) DO UPDATE SET {sets}"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            select = f"SELECT * FROM unnest({arrays(model, columns)})"  # noqa: S608 - own column types
            cursor.execute(f"INSERT INTO {into} {select}{conflict}", transposed(rows))
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {into} VALUES ({marks}){conflict}", rows)  # noqa: S608
