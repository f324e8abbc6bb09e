"""The signed status list: which certificates no longer hold, for those who check without a network."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import transaction

from tongchou.apps.certificates.models import Certificate, Counter, StatusList
from tongchou.core import audit, clock, signing
from tongchou.domain.certificates import status
from tongchou.domain.certificates.claims import STATUS_LIST, status_json

#: A list says for so long that what it does not name holds; a new one is signed every day.
HOLDS: Final = dt.timedelta(days=30)
RENEWED: Final = dt.timedelta(days=1)


def changed() -> None:
    """Sign a new list once what was revoked has been written."""
    transaction.on_commit(lambda: sign_now(at=clock.now()))


@transaction.atomic
def sign_now(*, at: dt.datetime) -> StatusList:
    """Sign the list as of now and keep it. Three queries."""
    Counter.objects.get_or_create(pk=1)
    # Behind the lock nobody issues or signs: two lists are in the order of what they know.
    length = Counter.objects.select_for_update().get(pk=1).last + 1
    gone = list(Certificate.objects.exclude(revoked_at=None).values_list("position", flat=True))
    until = at + HOLDS
    signed = StatusList.objects.create(
        token=signing.sign(status_json(status.pack(gone, length), at=at, until=until), STATUS_LIST),
        revoked=len(gone),
        length=length,
        at=at,
        until=until,
    )
    audit.append(
        by=None,
        action="certificates.sign",
        subject=f"status_list:{signed.pk}",
        at=at,
        detail={"revoked": len(gone), "length": length},
    )
    return signed


def newest() -> StatusList | None:
    """The list in force; None before the first certificate. One query."""
    return StatusList.objects.order_by("-pk").first()


def due(at: dt.datetime) -> bool:
    """Whether a new list is due: none yet, a day old, or shorter than what was issued since. Two queries."""
    last = Counter.objects.filter(pk=1).values_list("last", flat=True).first()
    if not last:
        return False
    found = newest()
    return found is None or found.at <= at - RENEWED or found.length <= last
