"""After a long write PostgreSQL knows what its tables hold; SQLite is left alone."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from django.db import connection

from tongchou.apps.registry.models import RecentHousehold
from tongchou.core import planning


def fill(rows: int) -> None:
    now = dt.datetime(2026, 6, 30, tzinfo=dt.UTC)
    RecentHousehold.objects.bulk_create(
        RecentHousehold(account_id=1, household_id=number, opened_at=now) for number in range(rows)
    )


@pytest.mark.django_db(transaction=True)
def test_tables_that_changed_much_are_looked_at_once() -> None:
    planning.refresh("registry")
    fill(planning.ROWS * 4)
    looked: list[str] = []
    for _attempt in range(50):  # the server counts changes in the background
        looked = planning.refresh("registry")
        if looked or connection.vendor != "postgresql":
            break
        time.sleep(0.1)
    if connection.vendor != "postgresql":
        assert looked == []
        return
    assert looked == ["registry_recenthousehold"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'registry_recenthousehold'")
        assert cursor.fetchone() == (planning.ROWS * 4,)
    assert planning.refresh("core") == []


@pytest.mark.django_db
def test_inside_a_transaction_it_does_nothing() -> None:
    fill(planning.ROWS * 4)
    assert planning.refresh("registry") == []
    assert RecentHousehold.objects.count() == planning.ROWS * 4
