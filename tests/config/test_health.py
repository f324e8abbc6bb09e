"""The two health checks and the headers every answer carries."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.db import OperationalError
from django.db.migrations.executor import MigrationExecutor
from django.test import Client


def test_the_process_answers(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.django_db
def test_ready_when_the_database_is_migrated(client: Client) -> None:
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_not_ready_while_migrations_wait(client: Client) -> None:
    with mock.patch.object(MigrationExecutor, "migration_plan", return_value=[("core", "0001")]):
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["reason"]) == (503, "migrations")


@pytest.mark.django_db
def test_not_ready_without_a_database(client: Client) -> None:
    with mock.patch.object(MigrationExecutor, "__init__", side_effect=OperationalError):
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["reason"]) == (503, "database")


@pytest.mark.django_db
def test_pages_forbid_inline_code(client: Client) -> None:
    policy = client.get("/sign-in").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy and "frame-ancestors 'none'" in policy


@pytest.mark.django_db
def test_not_ready_with_keys_of_another_database(
    client: Client, var_folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert client.get("/readyz").status_code == 200
    (var_folder / "keys.json").unlink()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["reason"]) == (503, "keys")
