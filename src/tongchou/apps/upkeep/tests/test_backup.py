"""A backup comes back whole, proves itself, and says plainly when it cannot."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tongchou.apps.upkeep import api as upkeep
from tongchou.apps.upkeep import backup, sealing
from tongchou.apps.upkeep.tests.conftest import Installation
from tongchou.core.errors import Conflict, Invalid


def filled(made: Installation) -> Installation:
    """A small county with people, a snapshot and an evaluation."""
    county = made.var.parent / "county"
    made.run("setup")
    made.run("synth", "--county", "522422", "--registered", "200", "--on", "2026-11-23", "--out", str(county))
    made.run("places", "load", str(county / "areas.csv"))
    account = made.run(
        "account", "create", "shenhe", "--name", "审核", "--role", "county_reviewer", "--area", "520521"
    )
    made.more["TONGCHOU_PASSWORD"] = account["password"]
    made.run("intake", str(county / "registers"), "--account", "shenhe")
    made.run("snapshot", "--account", "shenhe", "--purpose", "test", "--as-of", "2026-11-23")
    return made


@pytest.mark.wide
def test_a_backup_comes_back_whole(installation: Callable[[str], Installation], tmp_path: Path) -> None:
    first, second = filled(installation("first")), installation("second")
    file = tmp_path / "out.backup"
    made = first.run("backup", str(file))
    assert made["bytes"] == file.stat().st_size and file.stat().st_mode & 0o077 == 0
    content = file.read_bytes()
    for secret in ("审核".encode(), b"SQLite format 3", b'"current"'):
        assert secret not in content
    assert [path.name for path in first.var.iterdir() if path.name.startswith("backup-")] == []

    back = second.run("restore", str(file))
    assert (back["ok"], back["audit_ok"], back["registry_ok"], back["problems"]) == (True, True, True, [])
    assert second.run("audit", "verify")["ok"] and second.run("registry", "rebuild", "--check")["ok"]
    # The keys fit: what was written there is read here, down to the same bytes of a new snapshot.
    second.more = dict(first.more)
    again = ("snapshot", "--account", "shenhe", "--purpose", "test", "--as-of", "2026-11-23")
    assert first.run(*again)["sha256"] == second.run(*again)["sha256"]
    opened = [path.name for path in second.var.rglob("*") if path.is_file() and path.stat().st_mode & 0o077]
    assert opened == []
    # The first goes on with its chain, and knows of its backup.
    assert first.run("audit", "verify")["ok"]
    checks = {line["check"]: line["level"] for line in first.run("doctor")["checks"]}
    assert checks["backup"] == "ok"


@pytest.mark.long
def test_what_cannot_be_restored_says_why(
    installation: Callable[[str], Installation], tmp_path: Path
) -> None:
    first = installation("first")
    first.run("setup")
    file = tmp_path / "out.backup"
    first.run("backup", str(file))
    assert "请换一个文件名" in refused(first, "backup", str(file))
    assert "不是空的" in refused(first, "restore", str(file))

    second = installation("second")
    second.more["TONGCHOU_BACKUP_PASSPHRASE"] = "quite-another-passphrase"
    assert "口令与这份备份不符" in refused(second, "restore", str(file))
    second.more.clear()

    broken = tmp_path / "broken.backup"
    with zipfile.ZipFile(file) as whole, zipfile.ZipFile(broken, "w") as copy:
        copy.writestr("key.json", whole.read("key.json"))
        body = bytearray(whole.read("content.age"))
        body[len(body) // 2] ^= 1
        copy.writestr("content.age", bytes(body))
    assert "损坏" in refused(second, "restore", str(broken))
    (tmp_path / "other.backup").write_bytes(b"not a backup at all")
    assert "不是统筹的备份" in refused(second, "restore", str(tmp_path / "other.backup"))
    assert not (second.var / "keys.json").exists(), "nothing was written"
    assert second.run("restore", str(file))["ok"]


def refused(made: Installation, *words: str) -> str:
    done = made.try_to(*words)
    assert done.returncode == 1 and "Traceback" not in done.stderr, done.stderr
    return done.stderr


def test_a_short_passphrase_is_refused(tmp_path: Path, frozen_clock: dt.datetime) -> None:
    with pytest.raises(Invalid, match=r"backup\.passphrase"):
        upkeep.make_backup(file=tmp_path / "x.backup", passphrase="short", at=frozen_clock)
    assert not (tmp_path / "x.backup").exists()


def test_one_backup_at_a_time_and_nothing_left_in_clear(tmp_path: Path, var_folder: Path) -> None:
    left = var_folder / "backup-killed"
    left.mkdir()
    (left / "database.sqlite3").touch()
    with backup._alone():
        assert not left.exists()
        with pytest.raises(Conflict, match=r"backup\.running"), backup._alone():
            pass
    with backup._alone():
        pass


@pytest.mark.long
def test_a_backup_while_others_write_is_no_cut_chain(
    installation: Callable[[str], Installation], tmp_path: Path
) -> None:
    first, second = installation("first"), installation("second")
    first.run("setup")
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER],
        env=first.environment | {"DJANGO_SETTINGS_MODULE": "tongchou.config.settings"},
    )
    try:
        file = tmp_path / "busy.backup"
        while not (first.var / "begun").exists():
            assert writer.poll() is None
        first.run("backup", str(file))
    finally:
        writer.kill()
        writer.wait()
    assert second.run("restore", str(file))["audit_ok"]


WRITER = """
import django
django.setup()
from pathlib import Path
from django.conf import settings
from django.db import transaction
from tongchou.core import audit, clock
for number in range(1_000_000):
    with transaction.atomic():
        audit.append(by=None, action="test.busy", subject=f"thing:{number}", at=clock.now())
    if number == 20:
        (Path(settings.VAR) / "begun").touch()
"""


def test_a_backup_of_the_other_engine_is_refused(
    installation: Callable[[str], Installation], tmp_path: Path
) -> None:
    from django.db import connection

    if connection.vendor != "postgresql":
        pytest.skip("needs both engines")
    first, second = installation("first"), Installation(tmp_path / "sqlite")
    second.var.mkdir()
    first.run("setup")
    first.run("backup", str(tmp_path / "x.backup"))
    assert "DATABASE_URL" in refused(second, "restore", str(tmp_path / "x.backup"))


def test_the_key_opens_with_its_passphrase_alone() -> None:
    sealed = sealing.seal(b"a key", "long enough words")
    assert sealing.unseal(sealed, "long enough words") == b"a key"
    with pytest.raises(sealing.WrongPassphrase):
        sealing.unseal(sealed, "long enough word")
    with pytest.raises(ValueError):
        sealing.unseal(sealed.replace(b"scrypt", b"none"), "long enough words")


def test_the_programs_of_postgresql_are_found_or_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from tongchou.apps.upkeep import postgres

    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(Conflict, match="postgresql-client"):
        postgres._program("no_such_program")
