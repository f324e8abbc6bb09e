"""Whom a secret speaks for. Refused ones are counted; what was sent is written down nowhere."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from tongchou.core import audit, clock, crypto
from tongchou.core.errors import AppError, NotAllowed
from tongchou.core.tokens.actions import CONTEXT, PREFIX
from tongchou.core.tokens.models import ApiToken, RefusedTokens

if TYPE_CHECKING:
    from tongchou.core.models import Account

#: Requests a token may make in a calendar minute.
A_MINUTE: Final = 300
#: No secret is longer; longer text is not even hashed.
_LONGEST: Final = 200


class TokenRefused(AppError):  # noqa: N818
    """The secret opens nothing (any more)."""

    status = 401


class TooManyRequests(AppError):  # noqa: N818
    """The token's requests of this minute are used up; ``data["seconds"]`` says how long to wait."""

    status = 429


def account_of(secret: str, *, at: dt.datetime) -> Account:
    """The owner, narrowed to the token's permissions. Two statements; the second counts the request.

    Raises
    ------
    TokenRefused
        ``token.unknown``, ``token.revoked``, ``token.expired`` or ``token.account_closed``.
    NotAllowed
        ``token.password_first`` while the owner must choose a password.
    TooManyRequests
        ``token.too_many_requests``
    """
    token = _found(secret)
    reason = _reason(token, clock.date_of(at))
    if token is None or reason:
        raise _refused(reason, token, at)
    account = token.account
    if account.must_change_password:
        raise NotAllowed(
            "token.password_first", _("The owner of this token has to choose a password first, on the pages.")
        )
    _count(token, at)
    account.narrowed = frozenset(token.permissions)
    return account


def _found(secret: str) -> ApiToken | None:
    if not secret.startswith(PREFIX) or len(secret) > _LONGEST or not secret.isascii():
        return None
    digest = crypto.blind_index(secret, CONTEXT)
    return ApiToken.objects.select_related("account").filter(digest=digest).first()


def _reason(token: ApiToken | None, today: dt.date) -> str:
    if token is None:
        return "unknown"
    if token.revoked_at is not None:
        return "revoked"
    if token.expires_on < today:
        return "expired"
    return "" if token.account.is_active else "account_closed"


def _refused(reason: str, token: ApiToken | None, at: dt.datetime) -> TokenRefused:
    """The refusal, counted. The first of a day, the tenth, the hundredth … go to the audit chain."""
    with transaction.atomic():
        day, _made = RefusedTokens.objects.select_for_update().get_or_create(
            day=clock.date_of(at), reason=reason
        )
        day.number += 1
        day.save(update_fields=["number"])
        if str(day.number).rstrip("0") == "1":
            audit.append(
                by=None,
                action="token.refused",
                subject=f"token:{token.pk}" if token else "token:unknown",
                at=at,
                detail={"reason": reason, "today": day.number},
            )
    words = {
        "unknown": _("This token is not known here."),
        "revoked": _("This token was revoked."),
        "expired": _("This token has expired. Make a new one on the page of your account."),
        "account_closed": _("The account of this token is closed."),
    }
    return TokenRefused(f"token.{reason}", words[reason])


def _count(token: ApiToken, at: dt.datetime) -> None:
    """One statement counts and decides, so that requests at the same time cannot both be the last one."""
    minute = at.replace(second=0, microsecond=0)
    room = ~Q(minute=minute) | Q(minute=None) | Q(minute_count__lt=A_MINUTE)
    counted = ApiToken.objects.filter(room, pk=token.pk).update(
        minute_count=Case(When(minute=minute, then=F("minute_count") + 1), default=Value(1)),
        minute=minute,
        last_used_on=clock.date_of(at),
    )
    if not counted:
        seconds = 60 - at.second
        raise TooManyRequests(
            "token.too_many_requests",
            _("This token has made as many requests as it may in a minute. Wait, then go on."),
            seconds=seconds,
        )
