"""One question before every act: may this account do this, here, today?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tongchou.core import clock, scope
from tongchou.core.errors import NotAllowed
from tongchou.core.scope import Scope

if TYPE_CHECKING:
    from tongchou.core.models import Account, Assignment


def may(
    account: Account | None, permission: str, *, scope_no: int | None = None, on: dt.date | None = None
) -> bool:
    """True when a running assignment gives the permission (in the area of that number, if one is named)."""
    reach = scope.of(account, on or clock.today(), permission=permission)
    return not reach.is_empty if scope_no is None else reach.covers(scope_no)


def require(
    account: Account | None, permission: str, *, scope_no: int | None = None, on: dt.date | None = None
) -> Scope:
    """The areas where the account holds the permission.

    Parameters
    ----------
    scope_no
        Number of the area the act touches; without it any area will do, and the caller narrows
        its query with the scope returned.
    on
        The day of the act; today when left out.

    Raises
    ------
    NotAllowed
        ``access.denied`` when the account holds the permission nowhere, ``access.outside`` when not there.
    ValueError
        When no such permission exists.
    """
    reach = scope.of(account, on or clock.today(), permission=permission)
    if reach.is_empty:
        raise _denied(permission)
    if scope_no is not None and not reach.covers(scope_no):
        raise NotAllowed(
            "access.outside",
            _("This lies outside the areas assigned to you."),
            permission=permission,
        )
    return reach


def require_among(assignments: Iterable[Assignment], permission: str) -> Scope:
    """As ``require``, for the running assignments of an active account that the caller has read already.

    A page reads them once, for what it may show and for whom it shows.

    Raises
    ------
    NotAllowed
        ``access.denied`` when none of them holds the permission.
    """
    reach = scope.among(assignments, permission)
    if reach.is_empty:
        raise _denied(permission)
    return reach


def _denied(permission: str) -> NotAllowed:
    return NotAllowed(
        "access.denied",
        _("Your role does not include this. Ask the county office if you need it."),
        permission=permission,
    )


def held_above(
    permission: str, areas: Collection[tuple[int, int]], *, on: dt.date
) -> frozenset[tuple[int, int]]:
    """Those of some areas above which an active account holds a permission. One query.

    Parameters
    ----------
    areas
        ``(scope_no, scope_end)`` of each. Whoever holds it in the area itself is not above it.
    """
    from tongchou.core.models import Assignment
    from tongchou.core.roles import roles_with

    if not areas:
        return frozenset()
    first, last = min(low for low, _high in areas), max(high for _low, high in areas)
    running = Assignment.objects.filter(
        account__is_active=True,
        role__in=sorted(roles_with(permission)),
        scope_no__lt=last,
        scope_end__gte=first,
    ).running(on)
    held = set(running.values_list("scope_no", "scope_end").distinct())
    return frozenset(
        (low, high) for low, high in areas if any(one < low and high <= end for one, end in held)
    )


def held_inside(permission: str, scope_no: int, scope_end: int, *, on: dt.date) -> bool:
    """Whether an active account holds a permission in an area or a part of it, not above. One query."""
    from tongchou.core.models import Assignment
    from tongchou.core.roles import roles_with

    inside = Assignment.objects.filter(
        account__is_active=True,
        role__in=sorted(roles_with(permission)),
        scope_no__gte=scope_no,
        scope_end__lte=scope_end,
    )
    return inside.running(on).exists()
