"""Making and revoking tokens. A token is made by its owner alone."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from tongchou.core import audit, clock, crypto
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.tokens import queries
from tongchou.core.tokens.models import ApiToken

if TYPE_CHECKING:
    from tongchou.core.models import Account

#: What a secret begins with, so that a scanner of files can tell one when it lies about.
PREFIX: Final = "tongchou_"
#: Longest life in days.
LONGEST: Final = 365
#: Tokens an account may hold at a time.
MOST: Final = 20
#: What the keyed hash of a secret is bound to.
CONTEXT: Final = "api-token"


@dataclass(frozen=True, slots=True)
class Made:
    """A new token and its secret, which is shown once and kept nowhere."""

    token: ApiToken
    secret: str


def make_token(
    *, name: str, permissions: Collection[str], expires_on: dt.date, by: Account, at: dt.datetime
) -> Made:
    """A token of the account that acts, with some of the permissions it holds today.

    Raises
    ------
    NotAllowed
        ``token.not_by_token`` when a program asks with a token.
    Invalid
        ``token.invalid`` with ``problems`` by field: no name, no permission, one the owner lacks, an end
        in the past or further than a year away.
    Conflict
        ``token.name_taken``, ``token.too_many``.
    """
    if by.narrowed is not None:
        raise NotAllowed("token.not_by_token", _("Tokens are made on the page of the account."))
    wanted = sorted(set(permissions))
    problems = _problems(name.strip(), wanted, expires_on, by, clock.date_of(at))
    if problems:
        raise Invalid("token.invalid", _("The token cannot be made like this."), problems=problems)
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        account=by,
        name=name.strip(),
        digest=crypto.blind_index(secret, CONTEXT),
        permissions=wanted,
        created_at=at,
        expires_on=expires_on,
    )
    try:
        with transaction.atomic():
            _leave_room(by, at)
            token.save(force_insert=True)
            audit.append(
                by=by,
                action="token.make",
                subject=f"token:{token.pk}",
                at=at,
                detail={"permissions": wanted, "expires_on": expires_on.isoformat()},
            )
    except IntegrityError as error:
        raise Conflict(
            "token.name_taken", _("You have a token of this name. Choose another name, or revoke that one.")
        ) from error
    return Made(token, secret)


def revoke_token(*, token_id: int, by: Account | None, at: dt.datetime) -> ApiToken:
    """End a token with the next request: by its owner, or the installation (``None``). Twice changes nothing.

    Raises
    ------
    NotAllowed
        ``token.not_by_token`` when a program asks with a token.
    NotFound
        ``token.unknown`` when the account has no such token.
    """
    if by is not None and by.narrowed is not None:
        raise NotAllowed("token.not_by_token", _("Tokens are revoked on the page of the account."))
    with transaction.atomic():
        found = ApiToken.objects.select_for_update().filter(pk=token_id)
        token = (found if by is None else found.filter(account=by)).first()
        if token is None:
            raise NotFound("token.unknown", _("There is no such token among yours."))
        if token.revoked_at is None:
            token.revoked_at = at
            token.save(update_fields=["revoked_at"])
            audit.append(by=by, action="token.revoke", subject=f"token:{token.pk}", at=at)
    return token


def _leave_room(by: Account, at: dt.datetime) -> None:
    live = queries.live(by, on=clock.date_of(at))
    if live.count() >= MOST:
        raise Conflict("token.too_many", _("You hold as many tokens as one may. Revoke one first."))


def _problems(
    name: str, wanted: list[str], expires_on: dt.date, by: Account, today: dt.date
) -> dict[str, list[object]]:
    found: dict[str, list[object]] = {}
    if not name or len(name) > 60 or not name.isprintable():
        found["name"] = [_("Give the token a name of 1 to 60 characters.")]
    if not wanted:
        found["permissions"] = [_("Choose what the token may do.")]
    elif not set(wanted) <= queries.own_permissions(by, on=today):
        found["permissions"] = [_("Choose only what your own roles allow.")]
    if not today <= expires_on <= today + dt.timedelta(days=LONGEST):
        found["expires_on"] = [_("Choose a last day from today to a year ahead.")]
    return found
