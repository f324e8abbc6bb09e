"""Who works on releases: whose areas hold all of the table's."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.utils.translation import gettext_lazy as _

from tongchou.apps.releases.models import Release
from tongchou.core import access, clock
from tongchou.core.errors import Conflict, NotFound
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain.releases import lifecycle

VIEW: Final = "releases.view"
COMPUTE: Final = "releases.compute"
SEAL: Final = "releases.seal"


def within(scope: Scope) -> list[int]:
    """The numbers of the releases all of whose areas a scope holds."""
    rows = Release.objects.filter(scope.q("scope_no")).values_list("pk", "scope_no", "scope_end")
    return [pk for pk, low, high in rows if scope.covers_interval(low, high)]


def mine(release_id: int, *, by: Account, at: dt.datetime, permission: str, lock: bool = False) -> Release:
    """A release all of whose areas the account holds with a permission.

    Raises
    ------
    NotFound
        No such one there.
    """
    areas = access.require(by, permission, on=clock.date_of(at))
    rows = Release.objects.filter(pk=release_id)
    one = (rows.select_for_update() if lock else rows).first()
    if one is None or not areas.covers_interval(one.scope_no, one.scope_end):
        raise none()
    return one


def none() -> NotFound:
    """The same answer for releases elsewhere and those that do not exist."""
    return NotFound("releases.none", _("There is no such table in your areas."))


def after(one: Release, act: lifecycle.Act) -> str:
    """What a release becomes by an act.

    Raises
    ------
    Conflict
        ``releases.state`` when the act is not possible now.
    """
    state = lifecycle.after(lifecycle.State(one.state), act)
    if state is None:
        raise Conflict("releases.state", _("This table has moved on: look at it again."), state=one.state)
    return str(state)
