"""Many writers at once: the chain has no gap and no fork, on either database."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection, transaction

from tongchou.core import audit
from tongchou.core.models import AuditEntry

AT = dt.datetime(2026, 6, 30, tzinfo=dt.UTC)
WRITERS, ROWS = 4, 15

_WRITER = f"""
import datetime as dt, django
django.setup()
from django.db import transaction
from tongchou.core import audit
for number in range({ROWS}):
    with transaction.atomic():
        audit.append(by=None, action="test.act", subject="thing", at=dt.datetime.now(dt.UTC))
"""
_CHECK = """
import django
django.setup()
from tongchou.core import audit

report = audit.verify()
print(report.ok, report.checked, report.unsigned, report.lines())
"""


def write_rows() -> None:
    try:
        for _ in range(ROWS):
            with transaction.atomic():
                audit.append(by=None, action="test.act", subject="thing", at=AT)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="an in-memory SQLite has one writer")
def test_writers_queue_on_postgresql() -> None:
    with ThreadPoolExecutor(WRITERS) as pool:
        for done in [pool.submit(write_rows) for _ in range(WRITERS)]:
            done.result()
    report = audit.verify()
    assert report.ok, report.lines()
    assert (report.checked, report.unsigned) == (WRITERS * ROWS, 0)
    assert AuditEntry.objects.count() == WRITERS * ROWS


@pytest.mark.wide
def test_processes_queue_on_sqlite(tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    environment |= {
        "TONGCHOU_VAR": str(tmp_path / "own"),
        "DJANGO_SETTINGS_MODULE": "tongchou.config.settings",
    }
    python = [sys.executable, "-c"]
    migrate = "import django; django.setup(); from django.core.management import call_command as c; " + (
        "c('migrate', 'core', verbosity=0, skip_checks=True)"
    )
    subprocess.run([*python, migrate], env=environment, check=True, timeout=120)
    writers = [subprocess.Popen([*python, _WRITER], env=environment) for _ in range(3)]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0, 0]
    shown = subprocess.run(
        [*python, _CHECK], env=environment, check=True, timeout=120, capture_output=True, text=True
    )
    assert shown.stdout.startswith(f"True {3 * ROWS} 0"), shown.stdout
