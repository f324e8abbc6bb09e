"""A backup of the whole installation in one encrypted file: database, keys, signed head, snapshot files.

The file is a zip without compression:

    key.json      the key of the content, sealed with the passphrase (``sealing``)
    content.age   a tar.gz in the age format (https://age-encryption.org/v1), encrypted to that key

Inside the tar, ``manifest.json`` names every file with its SHA-256.

The database and the head of the audit chain must fit: no act is in its last step while the head is read and
the copy of the database begins, so that a backup never looks like a cut chain.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyrage
from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext_lazy as _

from tongchou import __version__
from tongchou.apps.upkeep import postgres, sealing
from tongchou.core import audit, audit_head, keys
from tongchou.core.errors import Conflict, Invalid

SHORTEST_PASSPHRASE = 12
#: Beside the database: what of the installation's folder belongs to a backup. ``secret.key`` does not:
#: a new one only ends the sessions.
KEPT = ("keys.json", "audit-head.log")
FOLDERS = ("snapshots", "cubes", "releases")
NOTE = "last-backup.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was written."""

    file: Path
    bytes: int
    sha256: str
    manifest: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        return {
            "file": str(self.file),
            "bytes": self.bytes,
            "sha256": self.sha256,
            "engine": self.manifest["engine"],
            "files": len(self.manifest["files"]),
        }


def make(*, file: Path, passphrase: str, at: dt.datetime) -> Made:
    """Write a backup; the file appears whole or not at all.

    Raises
    ------
    Invalid
        ``backup.passphrase`` when the passphrase is too short.
    Conflict
        ``backup.exists`` when the file is there already, ``backup.running`` while another one is made,
        ``backup.no_program`` without pg_dump.
    """
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise Invalid("backup.passphrase", _("Choose a passphrase of at least 12 characters."))
    if file.exists():
        raise Conflict("backup.exists", _("There is a file of that name already. Choose another name."))
    keys.check()
    with _alone(), tempfile.TemporaryDirectory(dir=settings.VAR, prefix="backup-") as scratch:
        folder = Path(scratch)
        manifest = _collect(folder, at)
        packed = folder / "content.tar.gz"
        _pack(folder, manifest, packed)
        draft = file.with_name(file.name + ".part")
        try:
            _seal(packed, draft, passphrase)
            digest = sha256(draft)
            draft.replace(file)
        finally:
            draft.unlink(missing_ok=True)
    made = Made(file, file.stat().st_size, digest, manifest)
    _note(made, at)
    with transaction.atomic():
        detail = {"sha256": digest, "engine": manifest["engine"], "bytes": made.bytes}
        audit.append(by=None, action="upkeep.backup", subject="installation", at=at, detail=detail)
    return made


@contextmanager
def _alone() -> Iterator[None]:
    """One backup at a time; what one that was killed left behind in clear is removed."""
    lock = os.open(Path(settings.VAR) / "backup.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(
                "backup.running", _("Another backup is being made. Wait until it is done.")
            ) from error
        for left in Path(settings.VAR).glob("backup-*"):
            if left.is_dir():
                shutil.rmtree(left)
        yield
    finally:
        os.close(lock)


def last() -> dt.datetime | None:
    """When the last backup of this installation was made; None when none is known of."""
    try:
        content = json.loads((Path(settings.VAR) / NOTE).read_text(encoding="utf-8"))
        return dt.datetime.fromisoformat(content["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _collect(folder: Path, at: dt.datetime) -> dict[str, Any]:
    """The files of the backup below ``folder/content``, and what they are."""
    content = folder / "content"
    content.mkdir()
    copy = _copy_sqlite if connection.vendor == "sqlite" else postgres.dump
    database = content / ("database.sqlite3" if connection.vendor == "sqlite" else "database.dump")
    with _still() as head:
        (content / "audit-head.log").write_bytes(head)
        finish = copy(database)
    finish()
    shutil.copyfile(Path(settings.VAR) / "keys.json", content / "keys.json")
    for name in FOLDERS:
        there = Path(settings.VAR) / name
        if there.is_dir():
            shutil.copytree(there, content / name, ignore=shutil.ignore_patterns("writing-*"))
    files = sorted(path for path in content.rglob("*") if path.is_file())
    return {
        "format": FORMAT,
        "product": "tongchou",
        "version": __version__,
        "made_at": at.isoformat(),
        "engine": connection.vendor,
        "migrations": sorted(list(key) for key in MigrationRecorder(connection).applied_migrations()),
        "files": {str(path.relative_to(content)): sha256(path) for path in files},
    }


@contextmanager
def _still() -> Iterator[bytes]:
    """The head file at a moment when no act is between its rows and its end; the block should be short."""
    with transaction.atomic():  # on SQLite this takes the one write lock
        audit.wait_for_writers()
        try:
            yield audit_head.path().read_bytes()
        except FileNotFoundError:
            yield b""


def _copy_sqlite(target: Path) -> Any:
    """Fix what is copied now; the copying itself happens when the function returned is called."""
    source = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    source.execute("BEGIN")
    source.execute("SELECT count(*) FROM sqlite_master").fetchone()  # from here on it reads this moment

    def finish() -> None:
        with closing(source), closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")

    return finish


def _pack(folder: Path, manifest: dict[str, Any], packed: Path) -> None:
    content = folder / "content"
    (content / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    with tarfile.open(packed, "w:gz", compresslevel=6) as archive:
        for path in sorted(content.rglob("*")):
            if path.is_file():
                archive.add(path, str(path.relative_to(content)))
    shutil.rmtree(content)


def _seal(packed: Path, file: Path, passphrase: str) -> None:
    identity = pyrage.x25519.Identity.generate()
    sealed = packed.with_suffix(".age")
    pyrage.encrypt_file(str(packed), str(sealed), [identity.to_public()])
    packed.unlink()
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as outer:
            outer.writestr("key.json", sealing.seal(str(identity).encode(), passphrase))
            outer.write(sealed, "content.age")
        stream.flush()
        os.fsync(stream.fileno())


def _note(made: Made, at: dt.datetime) -> None:
    note = Path(settings.VAR) / NOTE
    draft = note.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps({"at": at.isoformat(), "sha256": made.sha256}), encoding="utf-8")
    draft.replace(note)


__all__ = ["Made", "last", "make", "sha256"]
