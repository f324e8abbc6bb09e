"""Secrets of months: committed to before, disclosed when no draw of the month is possible any more."""

from __future__ import annotations

import calendar
import datetime as dt
import hashlib
import hmac
import secrets
from typing import Final

from django.db import transaction

from tongchou.apps.places import api as places
from tongchou.apps.supervision.access import ABOVE
from tongchou.apps.supervision.models import Secret
from tongchou.apps.supervision.reference import days
from tongchou.core import audit, clock, crypto
from tongchou.domain.ledger import next_month

_MOST: Final = 500


def commit(month: dt.date, *, at: dt.datetime) -> int:
    """Make the secrets of a month for every area that supervises and has none; how many.

    Nobody chooses or sees one: it comes from the system's source of chance and is kept sealed.
    """
    have = Secret.objects.filter(month=month).order_by().values("code")
    areas = places.Area.objects.filter(level__in=ABOVE, valid_to=None).exclude(code__in=have)
    rows = []
    for area in areas.order_by("scope_no")[:_MOST]:
        secret = secrets.token_bytes(32)
        rows.append(
            Secret(
                watch_id=area.pk,
                code=area.code,
                month=month,
                sealed=crypto.encrypt(secret.hex(), _context(area.code, month)),
                committed=committed(secret, area.code, month),
                at=at,
            )
        )
    if not rows:
        return 0
    with transaction.atomic():
        made = Secret.objects.bulk_create(rows, batch_size=_MOST, ignore_conflicts=True)
        audit.append(
            by=None,
            action="supervision.commit",
            subject="supervision:secrets",
            at=at,
            detail={"month": month.isoformat(), "areas": len(made)},
        )
    return len(made)


def commit_ahead(*, at: dt.datetime) -> bool:
    """Commit for this month and the next where it is not done; whether anything was."""
    this = clock.date_of(at).replace(day=1)
    return commit(this, at=at) + commit(next_month(this), at=at) > 0


def committed(secret: bytes, code: str, month: dt.date) -> str:
    """As ``domain.supervision.draws.committed``, without the modules that one brings along.

    A test holds the two together.
    """
    said = f"committed\0{code}\0{month.isoformat()}".encode()
    return hmac.new(secret, said, hashlib.sha256).hexdigest()


def opened(one: Secret) -> bytes:
    """The secret itself: to draw with, or to verify."""
    return bytes.fromhex(crypto.decrypt(one.sealed, _context(one.code, one.month)))


def disclosed_from(month: dt.date) -> dt.date:
    """The first day on which no draw of a month is made any more, and its secret may be known."""
    last = month.replace(day=calendar.monthrange(month.year, month.month)[1])
    return last + dt.timedelta(days=days().draw + 1)


def disclosed(one: Secret, *, on: dt.date) -> str:
    """The secret in hexadecimal once it may be known; empty before."""
    return opened(one).hex() if on >= disclosed_from(one.month) else ""


def _context(code: str, month: dt.date) -> str:
    return f"supervision.secret:{code}:{month.isoformat()}"
