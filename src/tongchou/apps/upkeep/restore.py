"""A backup back into an empty installation, proved before anybody works with it."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import sqlite3
import tarfile
import tempfile
import zipfile
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyrage
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext_lazy as _

from tongchou.apps.registry import api as registry
from tongchou.apps.upkeep import postgres, sealing
from tongchou.apps.upkeep.backup import FOLDERS, FORMAT, KEPT, sha256
from tongchou.core import audit, keys
from tongchou.core.errors import Conflict, Invalid


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back, and whether it proves itself."""

    made_at: str
    version: str
    engine: str
    audit_ok: bool
    audit_rows: int
    registry_ok: bool
    problems: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return self.audit_ok and self.registry_ok

    def as_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__} | {"ok": self.ok}


def bring_back(*, file: Path, passphrase: str, at: dt.datetime) -> Restored:
    """Restore a backup, bring it to the present version, and check audit chain and registry.

    Nothing is written before the file was opened and every digest agreed.

    Raises
    ------
    Invalid
        ``backup.unreadable``, ``backup.passphrase`` or ``backup.damaged``.
    Conflict
        ``backup.not_empty``, ``backup.other_engine`` or ``backup.newer``.
    """
    with tempfile.TemporaryDirectory(dir=settings.VAR, prefix="restore-") as scratch:
        content = _open(file, passphrase, Path(scratch))
        manifest = _checked(content)
        _fits(manifest)
        _refuse_unless_empty()
        _put_back(content)
    call_command("migrate", interactive=False, verbosity=0)
    keys.check()
    chain, state = audit.verify(), registry.check_state()
    with transaction.atomic():
        detail = {"made_at": manifest["made_at"], "version": manifest["version"], "ok": chain.ok and state.ok}
        audit.append(by=None, action="upkeep.restore", subject="installation", at=at, detail=detail)
    problems = [] if chain.ok else chain.lines()
    if not state.ok:
        problems.append(str(_("The state of the registry differs from its events.")))
    return Restored(
        made_at=manifest["made_at"],
        version=manifest["version"],
        engine=manifest["engine"],
        audit_ok=chain.ok,
        audit_rows=chain.checked,
        registry_ok=state.ok,
        problems=problems,
    )


def _open(file: Path, passphrase: str, folder: Path) -> Path:
    try:
        with zipfile.ZipFile(file) as outer:
            key = sealing.unseal(outer.read("key.json"), passphrase)
            outer.extract("content.age", folder)
        identity = pyrage.x25519.Identity.from_str(key.decode("ascii"))
    except sealing.WrongPassphrase as error:
        raise Invalid("backup.passphrase", _("The passphrase is not that of this backup.")) from error
    except (OSError, KeyError, TypeError, ValueError, pyrage.IdentityError, zipfile.BadZipFile) as error:
        raise Invalid(
            "backup.unreadable", _("This is not a backup of Tongchou, or it is damaged.")
        ) from error
    packed, content = folder / "content.tar.gz", folder / "content"
    try:
        pyrage.decrypt_file(str(folder / "content.age"), str(packed), [identity])
        with tarfile.open(packed) as archive:
            archive.extractall(content, filter="data")
    except (pyrage.DecryptError, tarfile.TarError, OSError, EOFError) as error:
        raise _damaged() from error
    packed.unlink()
    return content


def _checked(content: Path) -> dict[str, Any]:
    """The manifest, when the files are those it names and none differs."""
    try:
        manifest: dict[str, Any] = json.loads((content / "manifest.json").read_text(encoding="utf-8"))
        named = manifest["files"]
        if manifest["format"] != FORMAT:
            raise Conflict("backup.newer", _("This backup was made by a later version. Install that first."))
    except (OSError, ValueError, KeyError) as error:
        raise _damaged() from error
    there = {str(path.relative_to(content)) for path in content.rglob("*") if path.is_file()}
    if there != {*named, "manifest.json"} or any(sha256(content / name) != named[name] for name in named):
        raise _damaged()
    return manifest


def _fits(manifest: dict[str, Any]) -> None:
    if manifest["engine"] != connection.vendor:
        raise Conflict(
            "backup.other_engine",
            _("This backup is of %(there)s, but this installation uses %(here)s. Set DATABASE_URL to fit.")
            % {"there": _engine(manifest["engine"]), "here": _engine(connection.vendor)},
        )
    known = set(MigrationLoader(None).graph.nodes)
    if not {tuple(entry) for entry in manifest["migrations"]} <= known:
        raise Conflict("backup.newer", _("This backup was made by a later version. Install that first."))


def _engine(vendor: str) -> str:
    return {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(vendor, vendor)


def _refuse_unless_empty() -> None:
    """An installation with tables, keys or an audit head is somebody's."""
    there = [name for name in KEPT if (Path(settings.VAR) / name).exists()]
    if there or connection.introspection.table_names():
        raise Conflict(
            "backup.not_empty",
            _(
                "This installation is not empty. Restore into a new folder (TONGCHOU_VAR) and an "
                "empty database."
            ),
        )


def _put_back(content: Path) -> None:
    if connection.vendor == "sqlite":
        name = str(connection.settings_dict["NAME"])
        connection.close()
        with (
            closing(sqlite3.connect(content / "database.sqlite3")) as copy,
            closing(sqlite3.connect(name)) as database,
        ):
            copy.backup(database)
    else:
        postgres.restore(content / "database.dump")
    for name in KEPT:
        if (content / name).exists():
            shutil.copyfile(content / name, Path(settings.VAR) / name)
            (Path(settings.VAR) / name).chmod(0o600)
    for name in FOLDERS:
        if (content / name).is_dir():
            shutil.copytree(content / name, Path(settings.VAR) / name, dirs_exist_ok=True)


def _damaged() -> Invalid:
    return Invalid("backup.damaged", _("The backup is damaged: what it holds is not what was written."))
