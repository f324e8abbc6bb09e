"""A trigger that refuses entries of a closed month, on both databases, and the step of a migration for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongchou.core.guards import BesideModels

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

NAME = "payments_closed_month"
MESSAGE = "this month of the fund is closed"
_CLOSED = "EXISTS (SELECT 1 FROM payments_closing c WHERE c.fund_id = NEW.fund_id AND c.month >= NEW.month)"
_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF {_CLOSED} THEN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'check_violation'; END IF;
  RETURN NEW; END $$
"""


def put_on(connection: BaseDatabaseWrapper) -> None:
    """Put the trigger on; one already there is replaced."""
    take_off(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_FUNCTION)
            cursor.execute(
                f"CREATE TRIGGER {NAME} BEFORE INSERT ON payments_entry "
                f"FOR EACH ROW EXECUTE FUNCTION {NAME}()"
            )
            return
        cursor.execute(
            f"CREATE TRIGGER {NAME} BEFORE INSERT ON payments_entry WHEN {_CLOSED} "
            f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )


def take_off(connection: BaseDatabaseWrapper) -> None:
    """Take the trigger off: only to reverse a migration."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"DROP TRIGGER IF EXISTS {NAME} ON payments_entry")
        else:
            cursor.execute(f"DROP TRIGGER IF EXISTS {NAME}")


class RefuseClosedMonths(BesideModels):
    """From here on a closed month takes no entry; backwards it may again."""

    def put_on(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor) -> None:
        put_on(schema_editor.connection)

    def take_off(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor) -> None:
        take_off(schema_editor.connection)

    def describe(self) -> str:
        return "Refuse entries of closed months"
