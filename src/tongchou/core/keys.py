"""The installation's keys: one private file, made on first use, read once and kept until it changes.

``VAR/keys.json`` holds three families: ``field`` (encryption), ``index`` (blind indexes) and ``audit`` (the
chain and its heads). Each has several keys by name and says which one is current; old ones stay so that
what they wrote can still be read.
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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

#: Family → prefix of its key names.
FAMILIES = {"field": "k", "index": "v", "audit": "a"}
KEY_BYTES = 32


class KeyMissing(RuntimeError):  # noqa: N818
    """Something was written with a key that ``keys.json`` lacks: restore the file from its backup."""


@dataclass(frozen=True, slots=True)
class Family:
    """Named keys of one use, and the name of the one that writes."""

    current: str
    keys: dict[str, bytes]

    def key(self, name: str) -> bytes:
        try:
            return self.keys[name]
        except KeyError:
            raise KeyMissing(f"keys.json has no key {name!r}") from None


@dataclass(frozen=True, slots=True)
class Keyring:
    """All keys, with the ciphers of the field keys made ready."""

    field: Family
    index: Family
    audit: Family
    ciphers: dict[str, AESGCM]

    def cipher(self, name: str) -> AESGCM:
        self.field.key(name)
        return self.ciphers[name]


_read: dict[Path, tuple[tuple[int, int, int], Keyring]] = {}


def path() -> Path:
    return Path(settings.VAR) / "keys.json"


def keyring() -> Keyring:
    """The keys, from memory unless the file was replaced since; the file is made when there is none.

    Raises
    ------
    ImproperlyConfigured
        When the file cannot be read, is damaged, or can be read by others than its owner.
    """
    file = path()
    try:
        state = file.stat()
    except FileNotFoundError:
        _make(file)
        state = file.stat()
    stamp = (state.st_mtime_ns, state.st_ino, state.st_size)
    known = _read.get(file)
    if known is not None and known[0] == stamp:
        return known[1]
    if state.st_mode & 0o077:
        raise ImproperlyConfigured(f"{file} can be read by others; run: chmod 600 {file}")
    ring = _parse(file)
    _read[file] = (stamp, ring)
    return ring


def rotate(family: str = "field") -> str:
    """Add a key to a family and make it the one that writes; returns its name.

    Raises
    ------
    ValueError
        For the index family: what is already indexed would no longer be found.
    """
    if family not in {"field", "audit"}:
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
