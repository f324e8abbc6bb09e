"""Doing a request once, however often it is sent: an idempotency key, and the answer kept for a day.

Source: draft-ietf-httpapi-idempotency-key-header-07 (409 while the first try runs, 422 for another request).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.core import crypto
from tongchou.core.errors import Conflict, Invalid
from tongchou.core.tokens.models import KeptAnswer

if TYPE_CHECKING:
    from tongchou.core.models import Account

KEPT: Final = dt.timedelta(hours=24)
#: After this long a first try without an answer is dead: the server ends requests earlier.
PATIENCE: Final = dt.timedelta(seconds=150)


def begin(*, by: Account, key: str, parts: tuple[str, ...], at: dt.datetime) -> KeptAnswer:
    """The place of a request's answer: empty for the first try, filled (``status``) for a later one.

    Parameters
    ----------
    parts
        What makes the request: method, path, digests of what was sent.

    Raises
    ------
    Invalid
        ``idempotency.other_request`` when the key belongs to another request.
    Conflict
        ``idempotency.running`` while the first try is being worked on.
    """
    name = crypto.blind_index(key, "idempotency-key")
    request = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    with transaction.atomic():
        KeptAnswer.objects.filter(account=by, created_at__lt=at - KEPT).delete()
        kept, made = KeptAnswer.objects.select_for_update().get_or_create(
            account=by, key=name, defaults={"request": request, "created_at": at}
        )
        if made:
            return kept
        if kept.request != request:
            raise Invalid(
                "idempotency.other_request",
                _("This idempotency key was used for another request. Use a new key for each act."),
            )
        if kept.status is None:
            if kept.created_at > at - PATIENCE:
                raise Conflict(
                    "idempotency.running", _("The first try of this request is still being worked on.")
                )
            kept.created_at = at
            kept.save(update_fields=["created_at"])
    return kept


def keep(kept: KeptAnswer, *, status: int, body: dict[str, Any]) -> None:
    """Lay by the answer of the first try."""
    KeptAnswer.objects.filter(pk=kept.pk).update(status=status, body=body)


def forget(kept: KeptAnswer) -> None:
    """Free the key: nothing was done, so the request may be mended and sent again."""
    KeptAnswer.objects.filter(pk=kept.pk, status=None).delete()
