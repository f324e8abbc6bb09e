"""The audit chain: who did what, when and where, in a form that shows every later change.

Row *n* carries h(n) = HMAC-SHA256(key, canonical JSON of the row's content and h(n-1)). Rows are numbered
without gaps. ``append`` is the last statement of an act's transaction: a row stands exactly when the act
stands, and writers wait for one another only for that moment. ``core.audit_head`` keeps the signed head
outside the database.

Source of the scheme: RFC 2104 (HMAC); the canonical form is JSON with sorted keys and no spaces, no floats.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from tongchou.core import audit_head
from tongchou.core.audit_report import AuditReport
from tongchou.core.keys import KeysLost, keyring
from tongchou.core.models import AuditEntry
from tongchou.core.redaction import redact, redact_all

if TYPE_CHECKING:
    from tongchou.core.models import Account

__all__ = ["AuditReport", "OutsideTransaction", "append", "digest", "verify", "verify_recent"]

#: Any fixed number; all writers of the chain queue on it ("tong" in ASCII).
_ADVISORY_LOCK = 0x746F6E67
#: The columns a row's hash covers, beside the hash before it.
CONTENT = ("id", "at", "actor_id", "action", "subject", "scope_no", "purpose", "detail", "signed_to")
PURPOSE_LENGTH = 200
#: Rows read at once when the chain is verified.
_CHUNK = 2000


class OutsideTransaction(RuntimeError):  # noqa: N818
    """An audit row was about to be written apart from the act it records."""


def append(
    *,
    by: Account | None,
    action: str,
    subject: str,
    at: dt.datetime,
    scope_no: int | None = None,
    purpose: str = "",
    detail: dict[str, Any] | None = None,
) -> AuditEntry:
    """Add a row to the chain; call it as the last statement of the act's transaction.

    Parameters
    ----------
    by
        Who acts; ``None`` for the installation itself on its command line.
    action, subject
        What was done (``"registry.unmask"``) to which thing (``"person:17"``).
    scope_no
        Number of the area the act concerns.
    purpose, detail
        Why, in the user's words, and plain facts that explain the act: whole numbers, texts, truth values,
        lists and dictionaries of them. ID and mobile numbers are masked; people's names do not belong here.

    Raises
    ------
    OutsideTransaction
        When no transaction is open.
    TypeError, ValueError
        When ``at`` has no time zone or ``detail`` holds what JSON cannot write in one way only.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction("an audit row belongs into the transaction of its act")
    if at.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    facts = _plain(redact_all(detail or {}))
    wait_for_writers()
    last_id, last_hash = AuditEntry.objects.order_by("-id").values_list("id", "hash").first() or (0, "")
    entry = AuditEntry(
        id=last_id + 1,
        at=at,
        actor_id=by.pk if by is not None else None,
        action=action,
        subject=subject,
        scope_no=scope_no,
        purpose=redact(purpose.replace("\0", "").strip())[:PURPOSE_LENGTH],
        detail=facts,
        signed_to=audit_head.last_id(),
        previous=last_hash,
    )
    entry.hash = _mac(
        keyring().audit.current, tuple(getattr(entry, name) for name in CONTENT), entry.previous
    )
    entry.save(force_insert=True)
    # A failed head is logged and made up for by the next act; the act itself has been committed by then.
    transaction.on_commit(partial(audit_head.sign, entry.id, entry.hash), robust=True)
    return entry


def wait_for_writers() -> None:
    """Until this transaction ends nobody adds a row; on SQLite its write lock sees to that by itself."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADVISORY_LOCK])


def digest(items: Iterable[object]) -> str:
    """SHA-256 over the canonical JSON of the items in order: stands for a bulk chunk's events in its row.

    Dates and moments are written in ISO form. Two lists have equal digests only when they are equal.

    Examples
    --------
    >>> digest([{"a": 1}]) == digest([{"a": 1}, {}])
    False
    """
    total = hashlib.sha256()
    for item in items:
        total.update(
            json.dumps(item, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_iso).encode()
        )
        total.update(b"\n")
    return total.hexdigest()


def verify(progress: Callable[[int, int], None] | None = None) -> AuditReport:
    """Check every row and every head; the report names the first broken row.

    ``progress`` is called every 2,000 rows with rows checked and rows there were at the beginning.

    The heads are read before the rows, so that acts going on meanwhile are not mistaken for a cut tail.
    Without the keys nothing can be said about any row; the report then says just that.
    """
    report = AuditReport()
    try:
        keyring()
    except KeysLost:
        report.keys_lost()
        return report
    heads = list(audit_head.lines())
    by_id = _check_heads(heads, report)
    signed = max(by_id, default=0)
    matched = 0
    there = AuditEntry.objects.count() if progress else 0
    expected_id, expected_previous = 1, ""
    rows = AuditEntry.objects.order_by("id").values_list(*CONTENT, "previous", "hash")
    for *content, previous, stored in rows.iterator(chunk_size=_CHUNK):
        row_id, signed_to = content[0], content[-1]
        if row_id != expected_id:
            report.broken("missing", row=expected_id)
        elif previous != expected_previous:
            report.broken("link", row=row_id)
        if stored.partition(":")[0] not in keyring().audit.keys:
            report.broken("key_missing", row=row_id)
        elif not hmac.compare_digest(stored, _mac(stored.partition(":")[0], tuple(content), previous)):
            report.broken("changed", row=row_id)
        if signed_to > signed and signed_to > audit_head.last_id():
            report.head_problem("head_cut", line=len(heads) + 1)
        head = by_id.get(row_id)
        if head is not None and head.hash != stored:
            report.unproven("rewritten", row=matched + 1, at=row_id)
        elif head is not None:
            matched = row_id
        expected_id, expected_previous = row_id + 1, stored
        report.checked += 1
        if progress and report.checked % _CHUNK == 0:
            progress(report.checked, max(there, report.checked))
    last = expected_id - 1
    if last < signed:
        report.unproven("tail_cut", row=last + 1, at=last + 1)
    elif last > signed:
        report.unsigned = last - signed
    return report


def verify_recent(rows: int = 500) -> AuditReport:
    """Check the last rows and that the last head covers one of them: quick enough for every look.

    What lies before them is taken on trust; ``verify`` reads everything.
    """
    report = AuditReport()
    try:
        keyring()
    except KeysLost:
        report.keys_lost()
        return report
    signed = audit_head.last_id()
    listed = list(AuditEntry.objects.order_by("-id").values_list(*CONTENT, "previous", "hash")[: rows + 1])[
        ::-1
    ]
    expected_previous = None if len(listed) > rows else ""
    for *content, previous, stored in listed[-rows:]:
        row_id, name = content[0], stored.partition(":")[0]
        if expected_previous is None:
            expected_previous = listed[0][-1]
        if previous != expected_previous:
            report.broken("link", row=row_id)
        if name not in keyring().audit.keys:
            report.broken("key_missing", row=row_id)
        elif not hmac.compare_digest(stored, _mac(name, tuple(content), previous)):
            report.broken("changed", row=row_id)
        expected_previous = stored
        report.checked += 1
    last = listed[-1][0] if listed else 0
    if last < signed:
        report.unproven("tail_cut", row=last + 1, at=last + 1)
    elif last > signed:
        report.unsigned = last - signed
    return report


def _check_heads(heads: list[audit_head.Head | None], report: AuditReport) -> dict[int, audit_head.Head]:
    """Genuine heads by the row they cover; what is wrong with the others goes to the report."""
    genuine: dict[int, audit_head.Head] = {}
    previous = ""
    for number, head in enumerate(heads, start=1):
        if head is None or not head.is_genuine():
            report.head_problem("head_edited", line=number)
        else:
            if head.previous != previous:
                report.head_problem("head_line_missing", line=number)
            genuine[head.id] = head
        previous = head.mac if head is not None else ""
    return genuine


def _mac(name: str, content: tuple[Any, ...], previous: str) -> str:
    fields = dict(zip(CONTENT, content, strict=True))
    fields["at"] = fields["at"].astimezone(dt.UTC).isoformat(timespec="microseconds")
    message = json.dumps(
        ["row", fields, previous], ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()
    return f"{name}:{hmac.digest(keyring().audit.key(name), message, 'sha256').hex()}"


def _iso(value: object) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"no canonical form for {type(value).__name__}")


def _plain(value: Any) -> Any:
    """The value as JSON gives it back on either database, or an error."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {str(key): _plain(item) for key, item in value.items()}
    raise TypeError(f"audit detail cannot hold a {type(value).__name__}")
