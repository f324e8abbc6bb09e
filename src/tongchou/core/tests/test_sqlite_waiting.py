"""A small act comes through beside long work that writes chunk after chunk."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connections
from django.test.utils import CaptureQueriesContext

from tongchou.core.sqlite.base import LOOK, DatabaseWrapper

#: Seconds a chunk keeps the lock, and those between two.
HELD, GAP = 0.08, 0.005


@pytest.fixture(autouse=True)
def _own_files(django_db_blocker: Any) -> Iterator[None]:
    """The databases here are files of the tests themselves."""
    with django_db_blocker.unblock():
        yield


def wrapper(file: Path, **options: Any) -> DatabaseWrapper:
    settings = {
        **connections["default"].settings_dict,
        "ENGINE": "tongchou.core.sqlite",
        "NAME": str(file),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 5, **options},
        "CONN_MAX_AGE": 0,
    }
    return DatabaseWrapper(settings, alias="waiting")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "some.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE note (text TEXT)")
    return path


@pytest.fixture
def beside(file: Path) -> Iterator[threading.Event]:
    """Another writer that hardly ever lets go, until the event is set."""
    stop, holds = threading.Event(), threading.Event()

    def work() -> None:
        connection = sqlite3.connect(file, isolation_level=None, timeout=5)
        while not stop.is_set():
            connection.execute("BEGIN IMMEDIATE")
            holds.set()
            time.sleep(HELD)
            connection.execute("COMMIT")
            time.sleep(GAP)
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    assert holds.wait(5)
    yield stop
    stop.set()
    thread.join()


def begin(database: DatabaseWrapper) -> float:
    database.ensure_connection()
    started = time.monotonic()
    database._start_transaction_under_autocommit()
    waited = time.monotonic() - started
    database.connection.execute("COMMIT")
    return waited


def test_a_writer_comes_through_at_one_of_the_first_gaps(file: Path, beside: threading.Event) -> None:
    database = wrapper(file)
    waits = []
    for _ in range(12):
        waits.append(begin(database))
        time.sleep(0.01)
    database.close()
    # The machine of a test may be busy; a writer that misses gap after gap waits for seconds.
    assert sorted(waits)[6] < 4 * (HELD + GAP), waits


def test_it_gives_up_after_the_patience_of_the_settings(file: Path) -> None:
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    database = wrapper(file, timeout=0.2)
    database.ensure_connection()
    started = time.monotonic()
    with pytest.raises(OperationalError, match="locked"):
        database._start_transaction_under_autocommit()
    assert 0.2 <= time.monotonic() - started < 2
    # Statements outside a transaction wait as SQLite waits.
    assert database.connection.execute("PRAGMA busy_timeout").fetchone() == (200,)
    holder.execute("ROLLBACK")
    assert begin(database) < 100 * LOOK + 1
    database.close()


def test_other_mistakes_are_not_waited_for(file: Path) -> None:
    database = wrapper(file)
    database.ensure_connection()
    database.connection.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="within a transaction"):
        database._start_transaction_under_autocommit()
    database.connection.execute("ROLLBACK")
    database.close()


def test_beginning_is_no_query_of_the_program(file: Path) -> None:
    database = wrapper(file)
    with CaptureQueriesContext(database) as met:
        begin(database)
    assert [query["sql"] for query in met.captured_queries] == []
    database.close()


def test_the_installation_waits_so() -> None:
    database = connections["default"]
    if database.vendor == "sqlite":
        assert isinstance(database, DatabaseWrapper)
