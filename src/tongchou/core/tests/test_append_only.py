"""The database itself refuses to change or remove rows of append-only tables."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from tongchou.core import audit
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
