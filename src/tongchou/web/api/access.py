"""Who asks: the token in the header, the permission a route needs, the areas it reaches today."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja.security import HttpBearer

from tongchou.core import access, clock, scope
from tongchou.core.errors import NotAllowed
from tongchou.core.jobs import api as jobs
from tongchou.core.models import Account
from tongchou.core.tokens import api as tokens

#: One permission, several of which one will do, or None: any token.
Need = str | Callable[[], frozenset[str]] | None


class Token(HttpBearer):
    """Takes tokens alone: a session's cookie opens nothing here, so no other site can act for a reader.

    Sets ``request.at``, the moment of the request, and ``request.reach``, the areas in which the owner of the
    token holds the permission at that moment.
    """

    def __init__(self, need: Need = None) -> None:
        super().__init__()
        self.need = need

    def authenticate(self, request: HttpRequest, token: str) -> Account:
        request.at = clock.now()
        account = tokens.account_of(token, at=request.at)
        on = clock.date_of(request.at)
        if isinstance(self.need, str):
            _lacks({self.need}, account)
            request.reach = access.require(account, self.need, on=on)
        else:
            if self.need is not None:
                _lacks(self.need(), account)
            request.reach = scope.of(account, on)
            if request.reach.is_empty:
                raise NotAllowed("access.denied", _("Your account has no role in any area today."))
        return account


def _lacks(needed: set[str] | frozenset[str], account: Account) -> None:
    if not needed & (account.narrowed or frozenset()):
        raise NotAllowed(
            "token.lacks_permission",
            _("This token was made without this permission. Make one that has it."),
            permission=", ".join(sorted(needed)),
        )


def needs(need: Need, text: str = "") -> dict[str, Any]:
    """Keyword arguments of a route that asks for a permission, told in its description too."""
    told = need if isinstance(need, str) else text or ("job" if need else "any")
    return {"auth": Token(need), "openapi_extra": {"x-permission": told}}


def of_jobs() -> dict[str, Any]:
    """As ``needs``, for those who may ask for some kind of job; which jobs they see is another question."""
    return needs(jobs.permissions, " | ".join(sorted(jobs.permissions())))
