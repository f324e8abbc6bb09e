"""Ending certificates: by the holder's word, or because the case they rest on has ended."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.casework import api as casework
from tongchou.apps.certificates import listing, reach
from tongchou.apps.certificates.models import Certificate, Reason
from tongchou.core import audit
from tongchou.core.errors import Invalid
from tongchou.core.models import Account

#: What a person at the counter can say of a certificate that gets no new one.
SAID: Final = (Reason.LOST, Reason.WISH)
#: Certificates that are ended in one transaction.
CHUNK: Final = 500


@transaction.atomic
def revoke(*, certificate_id: int, reason: str, by: Account, at: dt.datetime) -> Certificate:
    """End a certificate because its holder says so; ended twice, once.

    No office takes a certificate away: what it rests on is ended in the case, with reasons and an appeal,
    and the certificate follows by itself.

    Raises
    ------
    NotFound
        No such certificate in the account's areas.
    Invalid
        ``certificates.reason`` for another reason.
    """
    if reason not in SAID:
        raise Invalid("certificates.reason", _("Choose what the holder says."), field="reason")
    found = reach.mine(certificate_id, by=by, at=at, permission=reach.ISSUE, lock=True)
    if found.revoked_at is not None:
        return found
    found.revoked_at, found.revoked_by, found.reason = at, by, reason
    found.save(update_fields=["revoked_at", "revoked_by", "reason"])
    listing.changed()
    audit.append(
        by=by,
        action="certificates.revoke",
        subject=f"certificate:{found.pk}",
        scope_no=found.scope_no,
        at=at,
        detail={"number": found.number, "reason": reason},
    )
    return found


@transaction.atomic
def follow_cases(*, at: dt.datetime) -> int:
    """End a chunk of certificates whose case has ended or was decided otherwise; how many it were."""
    valid = Certificate.objects.filter(revoked_at=None)
    gone = casework.no_longer_given(valid.values("case_id"))
    chosen = list(valid.select_for_update().filter(case_id__in=gone).order_by("pk")[:CHUNK])
    if not chosen:
        return 0
    Certificate.objects.filter(pk__in=[one.pk for one in chosen]).update(revoked_at=at, reason=Reason.CASE)
    listing.changed()
    audit.append(
        by=None,
        action="certificates.follow",
        subject=f"certificate:{chosen[0].pk}",
        scope_no=chosen[0].scope_no,
        at=at,
        detail={"numbers": [one.number for one in chosen]},
    )
    return len(chosen)
