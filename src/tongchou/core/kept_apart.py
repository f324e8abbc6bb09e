"""Triggers that keep the three keepers apart, on both databases.

Each role an account is given must be of the account's kind (``roles.kind_of``), and a kind cannot change once
a role of it was given. They are put on after every ``migrate`` and taken off before one: SQLite rebuilds a
table that is altered, loses its triggers, and stumbles over those of other tables that name it.
"""

# ruff: noqa: S608 - made of constants of this module and of the roles alone

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate

from tongchou.core.roles import BUSINESS, KEEPERS

if TYPE_CHECKING:
    from django.apps import AppConfig
    from django.db.backends.base.base import BaseDatabaseWrapper

PREFIX = "kept_apart"
MESSAGE = "system, security and audit administration are kept apart"
_ROLES = ", ".join(f"'{role.value}'" for role in sorted(KEEPERS))
#: In parentheses: PL/pgSQL would take the THEN inside for that of its IF.
_KIND = f"(CASE WHEN {{row}}role IN ({_ROLES}) THEN {{row}}role ELSE '{BUSINESS}' END)"
#: name → (when, table, condition under which a row is refused)
_SQLITE = {
    f"{PREFIX}_{name}": (when, table, condition)
    for name, when, table, condition in (
        ("given", "INSERT", "core_assignment", ""),
        ("changed", "UPDATE OF account_id, role", "core_assignment", ""),
        (
            "kind",
            "UPDATE OF kind",
            "core_account",
            "EXISTS (SELECT 1 FROM core_assignment AS held WHERE held.account_id = NEW.id "
            f"AND {_KIND.format(row='held.')} IS NOT NEW.kind)",
        ),
    )
}
_GIVEN = f"(SELECT kind FROM core_account WHERE id = NEW.account_id) IS NOT {_KIND.format(row='NEW.')}"
_POSTGRESQL = (
    f"""CREATE OR REPLACE FUNCTION {PREFIX}_given() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE held text; BEGIN
      SELECT kind INTO held FROM core_account WHERE id = NEW.account_id FOR SHARE;
      IF held IS DISTINCT FROM {_KIND.format(row="NEW.")} THEN
        RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'check_violation'; END IF;
      RETURN NEW; END $$""",
    f"""CREATE OR REPLACE FUNCTION {PREFIX}_kind() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF EXISTS (SELECT 1 FROM core_assignment AS held WHERE held.account_id = NEW.id
                 AND {_KIND.format(row="held.")} IS DISTINCT FROM NEW.kind) THEN
        RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'check_violation'; END IF;
      RETURN NEW; END $$""",
    f"CREATE TRIGGER {PREFIX}_given BEFORE INSERT OR UPDATE OF account_id, role ON core_assignment "
    f"FOR EACH ROW EXECUTE FUNCTION {PREFIX}_given()",
    f"CREATE TRIGGER {PREFIX}_kind BEFORE UPDATE OF kind ON core_account "
    f"FOR EACH ROW EXECUTE FUNCTION {PREFIX}_kind()",
)


def listen(app: AppConfig) -> None:
    """Connect to ``migrate``; called once when the app is ready."""
    pre_migrate.connect(_before, sender=app, dispatch_uid="core.kept_apart.before")
    post_migrate.connect(_after, sender=app, dispatch_uid="core.kept_apart.after")


def put_on(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers on; those already there are replaced."""
    take_off(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for statement in _POSTGRESQL:
                cursor.execute(statement)
            return
        for name, (when, table, condition) in _SQLITE.items():
            cursor.execute(
                f"CREATE TRIGGER {name} BEFORE {when} ON {table} WHEN {condition or _GIVEN} "
                f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            )


def take_off(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers off, for a migration alone."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name, table in (("given", "core_assignment"), ("kind", "core_account")):
                cursor.execute(f"DROP TRIGGER IF EXISTS {PREFIX}_{name} ON {table}")
            return
        for name in _SQLITE:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def are_on(connection: BaseDatabaseWrapper) -> bool:
    """True when the triggers are there, for a check of the installation."""
    query = (
        "SELECT COUNT(DISTINCT tgname) FROM pg_trigger WHERE tgname LIKE %s AND tgenabled <> 'D'"
        if connection.vendor == "postgresql"
        else "SELECT COUNT(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s"
    )
    wanted = 2 if connection.vendor == "postgresql" else len(_SQLITE)
    with connection.cursor() as cursor:
        cursor.execute(query, [f"{PREFIX}%"])
        return bool(cursor.fetchone()[0] == wanted)


def _before(using: str, plan: list[Any] | None = None, **_more: Any) -> None:
    if plan and _has_kinds(connections[using]):
        take_off(connections[using])


def _after(using: str, **_more: Any) -> None:
    if _has_kinds(connections[using]):
        put_on(connections[using])


def _has_kinds(connection: BaseDatabaseWrapper) -> bool:
    """True once accounts have kinds: not on a database that was taken back behind that."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        if not {"core_account", "core_assignment"} <= tables:
            return False
        columns = connection.introspection.get_table_description(cursor, "core_account")
    return any(column.name == "kind" for column in columns)
