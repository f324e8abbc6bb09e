"""The signed head of the audit chain, kept in a file outside the database.

After each commit a line says how far the chain reached and with which hash: whoever can change the database
but not this file can neither cut the chain's tail nor compute it anew. Each line carries the MAC of the line
before it, and every audit row notes the last line its writer saw, so a line taken out or a file cut short
shows as well.
"""

from __future__ import annotations

import fcntl
import hmac
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from tongchou.core.keys import KeyMissing, keyring

#: No line is longer: two MACs, a hash, two numbers.
_TAIL_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Head:
    """How far the chain reached: rows, number and hash of the last one, MAC of the line before, own MAC."""

    count: int
    id: int
    hash: str
    previous: str
    mac: str

    def is_genuine(self) -> bool:
        """True when the MAC was made with the installation's key."""
        name = self.mac.partition(":")[0]
        try:
            return hmac.compare_digest(self.mac, _mac(name, self.count, self.id, self.hash, self.previous))
        except KeyMissing:
            return False


def path() -> Path:
    return Path(settings.VAR) / "audit-head.log"


def last_id() -> int:
    """Number of the last audit row a head covers; 0 when there is no head yet."""
    try:
        with path().open("rb") as file:
            head = _last(file.fileno())[0]
    except FileNotFoundError:
        return 0
    return head.id if head else 0


def sign(row_id: int, row_hash: str) -> None:
    """Add a head line for a row that has been committed, unless a later one is there already.

    Two processes may come here in another order than they committed; a head covers all rows before it,
    so the earlier one is then not needed.
    """
    path().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path(), os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        last, whole = _last(descriptor)
        if last is not None and last.id >= row_id:
            return
        if whole < os.fstat(descriptor).st_size:
            os.ftruncate(descriptor, whole)  # half a line, left by a crash while it was being written
        previous = last.mac if last else ""
        name = keyring().audit.current
        head = Head(row_id, row_id, row_hash, previous, _mac(name, row_id, row_id, row_hash, previous))
        os.write(descriptor, (_text(head) + "\n").encode("ascii"))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def lines() -> Iterator[Head | None]:
    """Every complete line in order, ``None`` for one that is no head; half a line at the end is left out."""
    try:
        file = path().open("rb")
    except FileNotFoundError:
        return
    with file:
        for line in file:
            if line.endswith(b"\n"):
                yield _parse(line)


def _mac(name: str, count: int, row_id: int, row_hash: str, previous: str) -> str:
    message = json.dumps(["head", count, row_id, row_hash, previous], separators=(",", ":"))
    return f"{name}:{hmac.digest(keyring().audit.key(name), message.encode(), 'sha256').hex()}"


def _text(head: Head) -> str:
    content = {name: getattr(head, name) for name in ("count", "id", "hash", "previous", "mac")}
    return json.dumps(content, separators=(",", ":"))


def _parse(line: bytes) -> Head | None:
    try:
        content = json.loads(line)
        head = Head(**content)
    except (ValueError, TypeError):
        return None
    texts = (head.hash, head.previous, head.mac)
    numbers = (head.count, head.id)
    if all(type(text) is str for text in texts) and all(type(number) is int for number in numbers):
        return head
    return None


def _last(descriptor: int) -> tuple[Head | None, int]:
    """The last readable complete line, and where the last complete line ends."""
    size = os.fstat(descriptor).st_size
    start = max(0, size - _TAIL_BYTES)
    tail = os.pread(descriptor, size - start, start)
    whole = tail.rfind(b"\n") + 1
    for line in reversed(tail[:whole].splitlines()):
        head = _parse(line)
        if head is not None:
            return head, start + whole
    return None, start + whole
