"""Which accounts a keeper sees and may act on: those of the own areas, wholly."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from tongchou.core import access, clock
from tongchou.core.account_models import ProposalStatus, RoleProposal
from tongchou.core.errors import NotAllowed, NotFound
from tongchou.core.models import Account, Assignment
from tongchou.core.scope import Scope

if TYPE_CHECKING:
    from django.db.models import QuerySet


#: Number of the area above all others; who serves it also sees the accounts the installation itself made.
ROOT = 1


def visible(scope: Scope) -> QuerySet[Account]:
    """The accounts of some areas.

    These are the ones with a role there, running or ended, the ones a role there is proposed for, and those
    without any role that somebody of there has made. Without an area, none.
    """
    if scope.unlimited:
        return Account.objects.all()
    roles = Assignment.objects.filter(account=OuterRef("pk"))
    proposed = RoleProposal.objects.filter(
        scope.q("scope_no"), account=OuterRef("pk"), status=ProposalStatus.WAITING
    )
    made_there = Assignment.objects.filter(scope.q("scope_no"), account=OuterRef("made_by"))
    of_nobody = Q(made_by=None) if scope.covers(ROOT) else Q(pk__in=[])
    return Account.objects.filter(
        Exists(roles.filter(scope.q("scope_no")))
        | Exists(proposed)
        | (~Exists(roles) & (Exists(made_there) | of_nobody))
    )


def find(account_id: int, *, scope: Scope) -> Account:
    """One account of some areas.

    Raises
    ------
    NotFound
        ``account.unknown`` when there is none there.
    """
    found = visible(scope).select_related("made_by").filter(pk=account_id).first()
    if found is None:
        raise NotFound("account.unknown", _("There is no such account in your areas."))
    return found


def require(
    by: Account | None, permission: str, account: Account, at: dt.datetime, *, own: bool = False
) -> None:
    """Stop an act on an account that is not for this person.

    Parameters
    ----------
    own
        Whether one may do this to the own account.

    Raises
    ------
    NotAllowed
        ``access.denied`` without the permission; ``account.own``; ``account.wider`` when the account also
        has roles outside the areas in which the permission is held.
    NotFound
        ``account.unknown``.
    """
    if by is None:
        return
    reach = access.require(by, permission, on=clock.date_of(at))
    if by.pk == account.pk:
        if own:
            return
        raise NotAllowed("account.own", _("Nobody does this to the own account. Ask a second person."))
    find(account.pk, scope=reach)
    held = Assignment.objects.filter(Q(valid_to=None) | Q(valid_to__gt=clock.date_of(at)), account=account)
    if not all(reach.covers_interval(low, high) for low, high in held.values_list("scope_no", "scope_end")):
        raise NotAllowed(
            "account.wider",
            _("This account also has roles outside your areas. Ask the administrator of the level above."),
        )
