"""References between tables that PostgreSQL checks a statement at a time.

Its own foreign keys look what rows name up one by one: for a register of a thousand people fifteen thousand
times, a third of what storing it costs the server. Here one trigger looks at all rows that a statement has
inserted. What is promised stays the same:

- A row that names what is not there is refused: an inserted one with its statement, a changed one when the
  transaction ends.
- What rows name is not removed or renumbered, nor its table emptied: looked at when the transaction ends, so
  that both may go in any order.
- Two at the same time: who inserts holds what the rows name with the lock of a foreign key. Somebody who
  removes it waits and then sees the rows; or it is the other way round.

The last needs a look at what others have committed meanwhile, which transactions of another isolation than
the usual do not have: in these nothing that may be named is removed at all. The models go on declaring
foreign keys, and SQLite has them. Migrations use ``core.guards.CheckInSets``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

_REFUSE = "RAISE EXCEPTION '%', message USING ERRCODE = 'foreign_key_violation', TABLE = TG_TABLE_NAME"

_INSERTED = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  message CONSTANT text := 'a new row of {table} names what is not there';
  named bigint[];
  held bigint;
BEGIN
{checks}
  RETURN NULL;
END $$
"""

# The count is of rows that were locked: of one that somebody removed while we waited there is none.
_INSERTED_CHECK = """
  SELECT array_agg(DISTINCT {column}) INTO named FROM inserted WHERE {column} IS NOT NULL;
  SELECT count(*) INTO held FROM (
    SELECT 1 FROM {parent} WHERE id = ANY (named) FOR KEY SHARE
  ) AS locked;
  IF held < cardinality(named) THEN {refuse}; END IF;
"""

# At the end of the transaction the row may have been changed again, or have gone.
_CHANGED = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE message CONSTANT text := 'a changed row of {table} names what is not there';
BEGIN
  PERFORM 1 FROM {parent} WHERE id = NEW.{column} FOR KEY SHARE;
  IF NOT FOUND AND EXISTS (SELECT 1 FROM {child} WHERE {column} = NEW.{column}) THEN {refuse}; END IF;
  RETURN NULL;
END $$
"""

_REMOVED = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE message text := 'rows of {table} name what would be removed';
BEGIN
  IF current_setting('transaction_isolation') NOT LIKE 'read %' THEN
    message := 'what rows of {table} may name is removed at the usual isolation only'; {refuse};
  END IF;
  PERFORM 1 FROM {parent} WHERE id = OLD.id FOR KEY SHARE;
  IF NOT FOUND THEN
    PERFORM 1 FROM {child} WHERE {column} = OLD.id LIMIT 1 FOR KEY SHARE;
    IF FOUND THEN {refuse}; END IF;
  END IF;
  RETURN NULL;
END $$
"""

_EMPTIED = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE message CONSTANT text := 'rows of {table} name what would be removed';
BEGIN
  IF EXISTS (SELECT 1 FROM {child} WHERE {column} IS NOT NULL) THEN {refuse}; END IF;
  RETURN NULL;
END $$
"""

_FOREIGN_KEY = """
SELECT conname FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
WHERE contype = 'f' AND conrelid = to_regclass(%s) AND attname = %s AND cardinality(conkey) = 1
"""


def check_in_sets(connection: BaseDatabaseWrapper, table: str, references: Mapping[str, str]) -> None:
    """Put triggers in the place of the foreign keys of a table. Nothing on SQLite.

    Parameters
    ----------
    references
        The table each column names, by its ``id``.
    """
    if connection.vendor != "postgresql":
        return
    quoted = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        (schema,) = cursor.fetchone()

        def full(name: str) -> str:  # so that no temporary table of the name is looked at instead
            return f"{quoted(schema)}.{quoted(name)}"

        child = full(table)
        checks = "".join(
            _INSERTED_CHECK.format(column=quoted(column), parent=full(parent), refuse=_REFUSE)
            for column, parent in references.items()
        )
        name = quoted(f"{table}_inserted")
        cursor.execute(_INSERTED.format(name=name, table=table, checks=checks))
        cursor.execute(
            f"CREATE TRIGGER {name} AFTER INSERT ON {child} "
            f"REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
        )
        for column, parent in references.items():
            _column(cursor, full, table, column, parent, quoted)
            cursor.execute(_FOREIGN_KEY, [child, column])
            for (constraint,) in cursor.fetchall():
                cursor.execute(f"ALTER TABLE {child} DROP CONSTRAINT {quoted(constraint)}")


def _column(cursor: Any, full: Any, table: str, column: str, parent: str, quoted: Any) -> None:
    own = quoted(column)
    words = {
        "table": table,
        "child": full(table),
        "column": own,
        "parent": full(parent),
        "refuse": _REFUSE,
    }
    deferred = "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
    differs = f"OLD.{own} IS DISTINCT FROM NEW.{own} AND NEW.{own} IS NOT NULL"
    for what, body, trigger in (
        ("changed", _CHANGED, f"AFTER UPDATE OF {own} ON {full(table)} {deferred} WHEN ({differs})"),
        ("removed", _REMOVED, f"AFTER DELETE OR UPDATE OF id ON {full(parent)} {deferred}"),
        ("emptied", _EMPTIED, f"AFTER TRUNCATE ON {full(parent)} FOR EACH STATEMENT"),
    ):
        name = quoted(f"{table}_{column}_{what}")
        constraint = "" if what == "emptied" else "CONSTRAINT "
        cursor.execute(body.format(name=name, **words))
        cursor.execute(f"CREATE {constraint}TRIGGER {name} {trigger} EXECUTE FUNCTION {name}()")


def no_longer_in_sets(connection: BaseDatabaseWrapper, table: str, references: Mapping[str, str]) -> None:
    """Take the triggers off. The foreign keys are put back by whoever calls."""
    if connection.vendor != "postgresql":
        return
    quoted = connection.ops.quote_name
    functions = [f"{table}_inserted"]
    functions += [
        f"{table}_{column}_{what}" for column in references for what in ("changed", "removed", "emptied")
    ]
    with connection.cursor() as cursor:
        for name in functions:
            cursor.execute(f"DROP FUNCTION {quoted(name)}() CASCADE")  # and the triggers that call it
