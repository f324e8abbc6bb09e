"""The database itself refuses to change or remove rows of append-only tables."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from tongchou.core import audit, scope_holders
from tongchou.core.append_only import allow_changes, forbid_changes, guarded_tables
from tongchou.core.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def row() -> AuditEntry:
    return audit.append(
        by=None, action="test.act", subject="thing:1", at=dt.datetime(2026, 6, 30, tzinfo=dt.UTC)
    )


def test_the_audit_table_is_guarded() -> None:
    assert "core_auditentry" in guarded_tables(connection)


def test_an_update_is_refused(row: AuditEntry) -> None:
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        AuditEntry.objects.update(purpose="other")
    assert AuditEntry.objects.get().purpose == ""


def test_a_delete_is_refused(row: AuditEntry) -> None:
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        AuditEntry.objects.all().delete()
    assert AuditEntry.objects.count() == 1


def test_a_delete_past_the_orm_is_refused(row: AuditEntry) -> None:
    words = ["TRUNCATE"] if connection.vendor == "postgresql" else []
    for statement in (*words, "DELETE FROM"):
        with (
            pytest.raises(DatabaseError, match="never changed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"{statement} core_auditentry")
    assert AuditEntry.objects.count() == 1


def test_guards_can_be_taken_off_and_put_back(row: AuditEntry) -> None:
    allow_changes(connection, "core_auditentry")
    assert "core_auditentry" not in guarded_tables(connection)
    assert AuditEntry.objects.update(purpose="other") == 1
    forbid_changes(connection, "core_auditentry")
    forbid_changes(connection, "core_auditentry")
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.update(purpose="again")


def test_numbers_of_areas_move_in_every_table_that_holds_them() -> None:
    """A guard that forbade it would refuse every new area and every merger, once there is a row."""
    guarded = set(guarded_tables(connection))
    held = {
        (model._meta.db_table, model._meta.get_field(name).column)
        for one in scope_holders.all_holders()
        for model in (apps.get_model(one.model),)
        for name in (one.scope_no, one.scope_end)
        if name is not None and model._meta.db_table in guarded
    }
    assert ("payments_sharing", "scope_no") in held
    for table, column in held:
        (told,) = _updates(table)
        assert " OF " in told and f'"{column}"' not in told, (
            f"{table}: its guard forbids to number areas anew"
        )


def _updates(table: str) -> list[str]:
    query = (
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger"
        " WHERE tgrelid = %s::regclass AND tgname = 'append_only_rows'"
        if connection.vendor == "postgresql"
        else "SELECT sql FROM sqlite_master"
        " WHERE type = 'trigger' AND tbl_name = %s AND name LIKE 'append_only_update%%'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [table])
        told = [str(row[0]) for row in cursor.fetchall()]
    # PostgreSQL quotes no plain names.
    return [re.sub(r"(?<=[ ,])([a-z_]+)(?=[,)]| ON| OR)", r'"\1"', one) for one in told]
