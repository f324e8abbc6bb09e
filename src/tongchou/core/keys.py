"""The installation's keys: one private file, made on first use, read once and kept until it changes.

``VAR/keys.json`` holds four families: ``field`` (encryption), ``index`` (blind indexes), ``audit`` (the chain
and its heads) and ``certificate`` (signatures of certificates). Each has several keys by name and says which
one is current; old ones stay so that what they wrote can still be read.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from tongchou.core import key_checks
from tongchou.core.errors import AppError
from tongchou.core.key_checks import KeysLost

__all__ = [
    "FAMILIES",
    "Family",
    "KeyMissing",
    "Keyring",
    "KeysLost",
    "check",
    "keyring",
    "path",
    "rotate",
    "steady",
]

#: Family → prefix of its key names.
FAMILIES = {"field": "k", "index": "v", "audit": "a", "certificate": "c"}
#: Families that came later: an older file gets its first key of them when it is read.
_LATER = ("certificate",)
KEY_BYTES = 32


class KeyMissing(AppError):  # noqa: N818
    """Something was written with a key that ``keys.json`` lacks: restore the file from its backup."""

    status = 500

    def __init__(self, name: str) -> None:
        message = _("This was written with a key that is missing: restore keys.json from its backup.")
        super().__init__("keys.missing", message, name=name)

    def __str__(self) -> str:
        return f"keys.json has no key {self.data['name']!r}"


@dataclass(frozen=True, slots=True)
class Family:
    """Named keys of one use, and the name of the one that writes."""

    current: str
    keys: dict[str, bytes]

    def key(self, name: str) -> bytes:
        try:
            return self.keys[name]
        except KeyError:
            raise KeyMissing(name) from None


@dataclass(frozen=True, slots=True)
class Keyring:
    """All keys, with the ciphers of the field keys made ready."""

    field: Family
    index: Family
    audit: Family
    certificate: Family
    ciphers: dict[str, AESGCM]

    def cipher(self, name: str) -> AESGCM:
        self.field.key(name)
        return self.ciphers[name]

    def by_name(self) -> dict[str, bytes]:
        """Every key; the names of the families do not meet."""
        return self.field.keys | self.index.keys | self.audit.keys | self.certificate.keys


_read: dict[str, tuple[tuple[int, int, int], Keyring]] = {}
_steady: ContextVar[Keyring | None] = ContextVar("steady_keys", default=None)


def path() -> Path:
    return Path(settings.VAR) / "keys.json"


def keyring() -> Keyring:
    """The keys, from memory unless the file was replaced since; the file is made when there never was one.

    Keys that are read are compared with the database before they are used.

    Raises
    ------
    KeysLost
        When they are not the keys this database was written with, or are gone.
    ImproperlyConfigured
        When the file cannot be read, is damaged, or can be read by others than its owner.
    """
    held = _steady.get()
    if held is not None:
        return held
    file = _file(settings.VAR)
    try:
        state = os.stat(file)  # noqa: PTH116 - at every field, and Path.stat takes longer
    except FileNotFoundError:
        key_checks.refuse_new_keys()
        _make(Path(file))
        state = os.stat(file)  # noqa: PTH116
    stamp = (state.st_mtime_ns, state.st_ino, state.st_size)
    known = _read.get(file)
    if known is not None and known[0] == stamp:
        return known[1]
    if state.st_mode & 0o077:
        raise ImproperlyConfigured(f"{file} can be read by others; run: chmod 600 {file}")
    if _complete(Path(file)):
        return keyring()
    ring = _parse(Path(file))
    key_checks.compare(ring.by_name())
    _read[file] = (stamp, ring)
    return ring


@contextmanager
def steady() -> Iterator[None]:
    """Within it the keys of its beginning are used: for many fields in a row, where looking at the file each
    time takes as long as a blind index itself.
    """
    token = _steady.set(keyring())
    try:
        yield
    finally:
        _steady.reset(token)


def check() -> None:
    """Compare the keys with the database now, as at the start of a process: the database may be another one.

    Raises
    ------
    KeysLost, ImproperlyConfigured
        As ``keyring``.
    """
    key_checks.compare(keyring().by_name())


@lru_cache(maxsize=16)
def _file(var: Path | str) -> str:
    return str(Path(var) / "keys.json")


def rotate(family: str = "field") -> str:
    """Add a key to a family and make it the one that writes; returns its name.

    Raises
    ------
    ValueError
        For the index family: what is already indexed would no longer be found.
    """
    if family not in {"field", "audit", "certificate"}:
        raise ValueError(f"the keys of {family!r} cannot be rotated by adding one")
    keyring()
    with _locked(path()):
        content = json.loads(path().read_text(encoding="ascii"))
        numbers = [int(name[1:]) for name in content[family]["keys"]]
        name = f"{FAMILIES[family]}{max(numbers) + 1}"
        content[family]["keys"][name] = _new_key()
        content[family]["current"] = name
        _write(path(), content, replace=True)
    return name


def _make(file: Path) -> None:
    with _locked(file):
        if not file.exists():
            fresh = {
                family: {"current": f"{letter}1", "keys": {f"{letter}1": _new_key()}}
                for family, letter in FAMILIES.items()
            }
            _write(file, fresh, replace=False)


def _complete(file: Path) -> bool:
    """Give a file of before a family its first key of it; False when nothing was lacking.

    Raises
    ------
    KeysLost
        When the database knows a key of that family: the file is an older backup, and lacks it.
    """
    try:
        content = json.loads(file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return False  # what is wrong with it says the reading
    first = set(FAMILIES).difference(_LATER)
    lacking = [family for family in _LATER if isinstance(content, dict) and family not in content]
    if not lacking or not first <= set(content):
        return False
    with _locked(file):
        content = json.loads(file.read_text(encoding="ascii"))
        for family in lacking:
            if family not in content:
                letter = FAMILIES[family]
                key_checks.refuse_new_keys(letter)
                content[family] = {"current": f"{letter}1", "keys": {f"{letter}1": _new_key()}}
        _write(file, content, replace=True)
    return True


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii")


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = os.open(file.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _write(file: Path, content: dict[str, Any], *, replace: bool) -> None:
    """Write the whole file aside and put it in place at once; a lost key is lost data, so it is synced."""
    descriptor, temporary = tempfile.mkstemp(dir=file.parent, prefix="keys-")
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            json.dump(content, stream, indent=1)
            stream.flush()
            os.fsync(stream.fileno())
        if replace:
            Path(temporary).replace(file)
        else:
            os.link(temporary, file)
    finally:
        Path(temporary).unlink(missing_ok=True)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _parse(file: Path) -> Keyring:
    try:
        content = json.loads(file.read_text(encoding="ascii"))
        families = {
            family: Family(
                current=content[family]["current"],
                keys={
                    name: base64.b64decode(key, validate=True)
                    for name, key in content[family]["keys"].items()
                },
            )
            for family in FAMILIES
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ImproperlyConfigured(f"{file} cannot be read as keys: restore it from its backup") from error
    for name, family in families.items():
        if any(len(key) != KEY_BYTES for key in family.keys.values()) or family.current not in family.keys:
            raise ImproperlyConfigured(f"{file}: the {name} keys are damaged: restore it from its backup")
    ciphers = {name: AESGCM(key) for name, key in families["field"].keys.items()}
    return Keyring(**families, ciphers=ciphers)
