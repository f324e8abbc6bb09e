"""Each check of the doctor, broken once."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import sys
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import translation

from tongchou.apps.upkeep import api as upkeep
from tongchou.apps.upkeep import doctor
from tongchou.apps.upkeep.checks import data, machine, serving, work
from tongchou.apps.upkeep.checks.finding import Finding, Level
from tongchou.core import append_only, audit, clock, keys
from tongchou.core.jobs import api as jobs
from tongchou.core.models import AuditEntry
from tongchou.core.scope import Scope

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 6, 30, 1, 0, tzinfo=dt.UTC)


def is_bad(found: Finding, level: Level = Level.ERROR) -> bool:
    """The finding has this level and says what to do."""
    return found.level == level and bool(str(found.remedy)) and bool(str(found.text))


@pytest.fixture
def ready(var_folder: Path) -> Path:
    """Keys, a head, one row of the chain; nobody else can open the files."""
    from django.db import transaction

    var_folder.chmod(0o700)
    with transaction.atomic():
        entry = audit.append(by=None, action="test.act", subject="thing:1", at=AT)
    from tongchou.core import audit_head

    audit_head.sign(entry.id, entry.hash)
    return var_folder


def test_python(monkeypatch: pytest.MonkeyPatch) -> None:
    assert machine.python(AT).level == Level.OK
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    assert is_bad(machine.python(AT))


def test_fonts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "fc-list"
    monkeypatch.setattr(shutil, "which", lambda name: str(program))
    for says, level in (("Noto Sans CJK SC", Level.OK), ("", Level.WARNING)):
        program.write_text(f"#!/bin/sh\necho '{says}'\n")
        program.chmod(0o700)
        assert machine.fonts(AT).level == level
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert machine.fonts(AT).level == Level.NOTE


def test_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    for free, level in ((50, Level.OK), (3, Level.WARNING), (0.2, Level.ERROR)):
        monkeypatch.setattr(shutil, "disk_usage", lambda path, free=free: usage(0, 0, free * 1024**3))
        found = machine.disk(AT)
        assert found.level == level and (level == Level.OK or is_bad(found, level))


def test_files(ready: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert machine.files(AT).level == Level.OK
    (ready / "keys.json").chmod(0o644)
    found = machine.files(AT)
    assert is_bad(found) and "keys.json" in str(found.text) and "chmod" in str(found.remedy)
    (ready / "keys.json").chmod(0o600)
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    assert "chown" in str(machine.files(AT).remedy)


def test_clock(ready: Path) -> None:
    assert machine.clock(AT).level in {Level.OK, Level.NOTE}
    assert is_bad(machine.clock(AT - dt.timedelta(hours=1)))


def test_debug(settings: Any) -> None:
    assert serving.debug(AT).level == Level.OK
    settings.DEBUG = True
    assert is_bad(serving.debug(AT))


def test_addresses(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
    assert serving.addresses(AT).level == Level.NOTE and serving.addresses(AT).remedy
    settings.ALLOWED_HOSTS = ["*"]
    assert is_bad(serving.addresses(AT))
    settings.ALLOWED_HOSTS = ["tongchou.example"]
    assert is_bad(serving.addresses(AT)) and "TONGCHOU_HTTPS" in str(serving.addresses(AT).remedy)
    settings.SECURE = True
    assert is_bad(serving.addresses(AT), Level.WARNING)
    settings.CSRF_TRUSTED_ORIGINS = ["https://tongchou.example"]
    assert serving.addresses(AT).level == Level.OK


@pytest.mark.parametrize("hosts", [["localhost"], ["*"], ["tongchou.example"]])
@pytest.mark.parametrize("secure", [False, True])
def test_the_checklist_says_of_https_what_the_doctor_says(
    settings: Any, var_folder: Path, hosts: list[str], secure: bool
) -> None:
    settings.ALLOWED_HOSTS, settings.SECURE = hosts, secure
    settings.CSRF_TRUSTED_ORIGINS = ["https://tongchou.example"]
    found = serving.addresses(AT)
    (line,) = [one for one in upkeep.items(reach=Scope.everything(), at=AT) if one.name == "https"]
    assert (line.text, line.remedy) == (str(found.text), str(found.remedy))
    assert line.done == (found.level == Level.OK) == (not line.remedy)


def test_static_files(monkeypatch: pytest.MonkeyPatch) -> None:
    assert serving.static_files(AT).level == Level.OK
    monkeypatch.setattr(serving, "STATIC", ("console/no-such.css",))
    assert is_bad(serving.static_files(AT))


def test_languages(settings: Any, tmp_path: Path) -> None:
    assert serving.languages(AT).level == Level.OK
    settings.LOCALE_PATHS = [tmp_path]
    assert is_bad(serving.languages(AT))


def test_database(monkeypatch: pytest.MonkeyPatch) -> None:
    assert data.database(AT).level == Level.OK
    monkeypatch.setattr(data, "OLDEST_SQLITE", (99, 0, 0))
    monkeypatch.setattr(data, "OLDEST_POSTGRESQL", 990000)
    assert is_bad(data.database(AT))

    def refuse(*words: object) -> None:
        raise DatabaseError("connection refused")

    monkeypatch.setattr(connection, "cursor", refuse)
    assert "refused" in str(data.database(AT).text)


def test_migrations(monkeypatch: pytest.MonkeyPatch) -> None:
    assert data.migrations(AT).level == Level.OK
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda self, targets: [("core", "0001")])
    assert is_bad(data.migrations(AT))


def test_a_database_of_a_later_version() -> None:
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder(connection).record_applied("core", "9999_of_the_future")
    assert is_bad(data.migrations(AT))


def test_keys(ready: Path) -> None:
    keys.check()
    assert data.keys_fit(AT).level == Level.OK
    file = ready / "keys.json"
    kept = file.read_text()
    file.chmod(0o644)
    assert is_bad(data.keys_fit(AT))
    file.unlink()
    from tongchou.core.models import KeyCheck

    if not KeyCheck.objects.exists():  # noted after a commit, which a test has none of
        assert is_bad(data.keys_fit(AT), Level.WARNING)
        KeyCheck.objects.create(name="a1", value="0" * 64)
    assert is_bad(data.keys_fit(AT)) and not file.exists(), "a check makes no keys"
    file.write_text(kept)
    file.chmod(0o600)
    KeyCheck.objects.update_or_create(name="a1", defaults={"value": "0" * 64})
    assert is_bad(data.keys_fit(AT))


def test_head(ready: Path) -> None:
    assert data.head_file(AT).level == Level.OK
    (ready / "audit-head.log").unlink()
    assert is_bad(data.head_file(AT))


@pytest.mark.parametrize("check", [data.audit_recent, data.audit_whole])
def test_audit(ready: Path, check: Any) -> None:
    assert check(AT).level == Level.OK
    append_only.allow_changes(connection, "core_auditentry")
    AuditEntry.objects.update(purpose="something else")
    assert is_bad(check(AT))


def test_the_recent_rows_alone_are_read(ready: Path) -> None:
    from django.db import transaction

    for number in range(5):
        with transaction.atomic():
            audit.append(by=None, action="test.act", subject=f"thing:{number}", at=AT)
    append_only.allow_changes(connection, "core_auditentry")
    AuditEntry.objects.filter(pk=1).update(purpose="something else")
    assert audit.verify_recent(3).ok and audit.verify_recent(3).checked == 3
    assert not audit.verify_recent(100).ok
    AuditEntry.objects.filter(pk=6).delete()
    AuditEntry.objects.filter(pk=5).update(previous="a1:0")
    assert audit.verify_recent(2).first_broken == 5


def test_a_cut_tail_shows_in_the_recent_rows(ready: Path) -> None:
    append_only.allow_changes(connection, "core_auditentry")
    AuditEntry.objects.all().delete()
    assert [reason.code for reason in audit.verify_recent().reasons] == ["tail_cut"]


def test_registry(county: Any, county_reviewer: Any) -> None:
    from tongchou.apps.registry import api as registry
    from tongchou.apps.registry.models import Person
    from tongchou.domain.dates import PartialDate
    from tongchou.domain.register.row import RegisterRow

    row = RegisterRow(
        row_no=5, name="赵甲", relation="02", sex=1, birth=PartialDate(1990, 1, 2), household_no="1"
    )
    registry.apply_register(
        [row], village_id=county.village.pk, source="0" * 64, by=county_reviewer, at=clock.now()
    )
    assert data.registry_state(AT).level == Level.OK
    Person.objects.update(name="钱乙")
    assert is_bad(data.registry_state(AT))


def test_backup(var_folder: Path) -> None:
    assert is_bad(data.backup(AT), Level.WARNING)
    for days, level in ((1, Level.OK), (5, Level.WARNING), (20, Level.ERROR)):
        moment = (AT - dt.timedelta(days=days)).isoformat()
        (var_folder / "last-backup.json").write_text(f'{{"at": "{moment}"}}')
        assert data.backup(AT).level == level


def test_areas(county: Any) -> None:
    from tongchou.apps.places import api as places

    assert work.areas(AT).level == Level.OK
    places.Area.objects.filter(level="village").update(valid_to=dt.date(2026, 1, 1))
    assert is_bad(work.areas(AT), Level.WARNING)


def test_no_areas() -> None:
    assert is_bad(work.areas(AT))


def test_accounts(county: Any, make_account: Any) -> None:
    assert is_bad(work.accounts(AT))
    make_account("shenhe", "county_reviewer", county.county)
    found = work.accounts(AT)
    assert is_bad(found, Level.WARNING)
    for role in ("system_admin", "security_admin", "auditor", "township_officer"):
        make_account(f"of-{role}".replace("_", "-"), role, county.county)
    assert work.accounts(AT).level == Level.OK
    from tongchou.core.models import Account

    Account.objects.filter(username="of-auditor").update(is_active=False)
    assert work.missing_roles(AT.date()) == ["auditor"]


def test_worker(county: Any, township_officer: Any) -> None:
    assert work.worker(AT).level == Level.OK
    job = jobs.enqueue(
        kind="intake.apply", payload={"file": 1}, key="k", by=township_officer, at=clock.now(),
        area_id=county.village.pk, scope_no=county.village.scope_no,
    )  # fmt: skip
    assert is_bad(work.worker(clock.now() + dt.timedelta(minutes=5)))
    type(job).objects.update(state="failed", error_code="x", finished_at=clock.now())
    assert is_bad(work.worker(clock.now()), Level.WARNING)


def test_lists(county: Any, county_reviewer: Any) -> None:
    from tongchou.apps.entitlements import api as entitlements
    from tongchou.apps.snapshot import api as snapshots

    assert work.lists(clock.now()).level == Level.NOTE
    snapshots.take_snapshot(by=county_reviewer, at=clock.now(), as_of=clock.today(), purpose="test")
    entitlements.evaluate_latest(year=2026, by=county_reviewer, at=clock.now(), purpose="test")
    assert work.lists(clock.now()).level == Level.OK
    assert is_bad(work.lists(clock.now() + dt.timedelta(days=40)), Level.WARNING)


@pytest.mark.django_db
def test_holidays(make_account: Any) -> None:
    """What an administrator enters counts as what came with the installation does."""
    from tongchou.core.holiday_table import HolidayTable

    in_2026 = dt.datetime(2026, 6, 30, 9, 0, tzinfo=clock.SHANGHAI)
    assert work.holidays(in_2026).level == Level.NOTE
    assert work.holidays(in_2026.replace(month=12)).level == Level.WARNING
    assert work.holidays(in_2026.replace(year=2027)).level == Level.ERROR
    HolidayTable.objects.create(
        year=2027, version=1, days=[["2027-01-01", "off", ""]], source="示例", recorded_at=in_2026,
        recorded_by=make_account("xitong"),
    )  # fmt: skip
    assert work.holidays(in_2026).level == Level.OK
    assert work.holidays(in_2026.replace(year=2027)).level == Level.NOTE


def test_every_check_is_asked_and_a_lost_database_stops_only_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [answer.name for answer in upkeep.examine(at=AT, full=True)]
    assert names == [name for name, *_rest in (*doctor.CHECKS, *doctor.FULL)]
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda self, targets: [("core", "0001")])
    answers = {answer.name: answer.finding for answer in upkeep.examine(at=AT)}
    assert answers["migrations"].level == Level.ERROR and answers["keys"].level == Level.NOTE
    assert answers["python"].level == Level.OK
    assert upkeep.worst(upkeep.examine(at=AT)) == Level.ERROR


def test_a_check_that_breaks_is_an_error_of_its_own() -> None:
    def broken(at: dt.datetime) -> Finding:
        raise PermissionError(13, "denied")

    assert is_bad(doctor._ask(broken, AT))


def test_each_language_is_spoken_alone(county: Any) -> None:
    with translation.override("zh-hans"):
        for answer in upkeep.examine(at=AT):
            assert re.search(r"[\u3000-\u9fff]", str(answer.finding.text)), answer
    with translation.override("en"):
        for answer in upkeep.examine(at=AT):
            said = answer.question + str(answer.finding.text) + str(answer.finding.remedy)
            assert not re.search(r"[\u3000-\u9fff]", said), answer
