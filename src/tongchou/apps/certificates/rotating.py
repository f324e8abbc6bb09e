"""A new key to sign certificates with: what was signed before is still verified with the keys that stay."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.certificates import listing
from tongchou.core import access, audit, clock, signing
from tongchou.core.errors import Invalid
from tongchou.core.keys import rotate
from tongchou.core.models import Account

ROTATE: Final = "certificates.rotate"
#: Characters a reason may have.
LONGEST: Final = 300


@transaction.atomic
def rotate_key(*, purpose: str, by: Account, at: dt.datetime) -> str:
    """Sign with a new key from now on, the status list first; the thumbprint of the new key.

    The keys of before stay, so that what they signed is verified as before; a certificate whose key has
    leaked is to be replaced besides.

    Raises
    ------
    NotAllowed
    Invalid
        ``certificates.purpose`` when no reason is given.
    """
    access.require(by, ROTATE, on=clock.date_of(at))
    reason = " ".join(purpose.split())
    if not reason or len(reason) > LONGEST:
        message = _("Say why, in at most %(most)s characters.") % {"most": LONGEST}
        raise Invalid("certificates.purpose", message, field="purpose")
    audit.append(
        by=by,
        action="certificates.rotate",
        subject="keys:certificate",
        at=at,
        detail={"purpose": reason, "before": signing.current()},
    )
    # The key file does not go back with the transaction, so it is written when all else has been.
    rotate("certificate")
    if listing.newest() is not None:
        listing.changed()
    return signing.current()
