"""Who does what: the level above a unit sets its targets and offers the agreement; the unit signs it.

A unit never sets its own targets. Where nobody above works in this installation, the office of the unit
writes down what was set above, with the number of the paper.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongchou.apps.places import api as places
from tongchou.apps.posts import api as posts
from tongchou.core import access, accounts, clock
from tongchou.core.errors import NotFound
from tongchou.core.models import Account
from tongchou.core.roles import PERMISSIONS, Role
from tongchou.core.scope import Scope

#: Sees targets, agreements and hand-overs of the own areas and of what stands above them.
VIEW: Final = "targets.view"
#: Sets targets of the units right below, accepts what somebody else set, and offers agreements.
SET: Final = "targets.set"
#: Signs for a unit, and confirms the hand-over of its posts.
SIGN: Final = "agreements.sign"
LEVELS: Final = (
    places.Level.PREFECTURE,
    places.Level.COUNTY,
    places.Level.TOWNSHIP,
    places.Level.VILLAGE,
)


def area_of(area_id: int, *, by: Account, on: dt.date, permission: str = VIEW) -> places.Area:
    """An area where the account holds a permission.

    Raises
    ------
    NotAllowed, NotFound
        When it holds it nowhere, or there is no such area there.
    """
    found = places.area_by_id(area_id, within=access.require(by, permission, on=on))
    if found is None or found.level not in LEVELS:
        raise no_unit()
    return found


def unit_of(key: str) -> posts.Unit:
    """The unit of a key.

    Raises
    ------
    NotFound
        When there is none today.
    """
    found = posts.unit_of(key, scope=Scope.everything())
    if found is None or found.level not in LEVELS:
        raise no_unit()
    return found


def above_of(unit: posts.Unit) -> places.Area:
    """The area above a unit: for a department its own; the top of the tree stands above itself."""
    area = places.area_by_id(unit.area_id, within=Scope.everything())
    if area is None:
        raise no_unit()
    if unit.department_id is not None or area.parent is None or area.parent.level not in LEVELS:
        return area
    return area.parent


def works_for(by: Account, unit: posts.Unit, *, on: dt.date, permission: str = SIGN) -> bool:
    """Whether the account works for the unit itself: with a role given in its own area, not in a wider one.

    A village worker who has all villages of a small township works for each of them.
    """
    for one in accounts.assignments(by, on=on):
        if permission not in PERMISSIONS[one.role]:
            continue
        villages = one.role == Role.VILLAGE_WORKER and unit.level == places.Level.VILLAGE
        if one.scope_no == unit.scope_no or (villages and one.scope_no <= unit.scope_no <= one.scope_end):
            return True
    return False


def today(at: dt.datetime) -> dt.date:
    return clock.date_of(at)


def language() -> str:
    """``zh`` or ``en``: the language of the texts of the domain."""
    return (get_language() or "zh").split("-")[0]


def no_unit() -> NotFound:
    return NotFound("targets.no_unit", _("There is no such unit in your areas."))


def none() -> NotFound:
    """The same answer for what is elsewhere and for what does not exist."""
    return NotFound("targets.none", _("There is no such target or agreement in your areas."))
