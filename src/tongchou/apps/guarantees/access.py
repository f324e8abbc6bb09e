"""Who does what: a unit's own officers send its return, the level above accepts it and keeps the staff."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.utils.translation import gettext_lazy as _

from tongchou.apps.guarantees.models import YearReturn
from tongchou.apps.places import api as places
from tongchou.apps.posts import api as posts
from tongchou.core import access, clock
from tongchou.core.errors import NotAllowed, NotFound
from tongchou.core.models import Account
from tongchou.core.scope import Scope

VIEW: Final = "guarantees.view"
SEND: Final = "guarantees.send"
ACCEPT: Final = "guarantees.accept"
KEEP: Final = "guarantees.keep"
#: Levels that have money or staff of their own.
LEVELS: Final = (
    places.Level.PREFECTURE,
    places.Level.COUNTY,
    places.Level.TOWNSHIP,
    places.Level.VILLAGE,
)


def area(area_id: int, *, by: Account, at: dt.datetime, permission: str) -> places.Area:
    """An area where the account holds a permission.

    Raises
    ------
    NotAllowed, NotFound
        When it holds it nowhere, or there is no such area there.
    """
    found = places.area_by_id(area_id, within=access.require(by, permission, on=clock.date_of(at)))
    if found is None or found.level not in LEVELS or found.valid_to is not None:
        raise NotFound("places.none", _("There is no such area in your areas."))
    return found


def unit(key: str, *, by: Account, at: dt.datetime) -> posts.Unit:
    """A unit whose return the account may send.

    Raises
    ------
    NotAllowed, NotFound
        When it may not, or there is no such unit.
    """
    found = posts.unit_of(key, scope=access.require(by, SEND, on=clock.date_of(at)))
    if found is None or found.level not in LEVELS:
        raise NotFound("guarantees.no_unit", _("There is no such unit in your areas."))
    return found


def waiting(return_id: int, *, by: Account, at: dt.datetime) -> YearReturn:
    """A return for somebody who may decide it, its row locked until the transaction ends.

    Raises
    ------
    NotFound
        When there is none in the areas of the account.
    NotAllowed
        ``guarantees.own_return`` for whoever sent it, ``guarantees.own_level`` for the unit itself.
    """
    areas = access.require(by, ACCEPT, on=clock.date_of(at))
    found = YearReturn.objects.select_for_update().filter(areas.q("scope_no"), pk=return_id).first()
    if found is None:
        raise none()
    if found.sent_by_id == by.pk:
        message = _("Whoever sent a return does not accept it. Somebody of the level above does.")
        raise NotAllowed("guarantees.own_return", message)
    if not is_above(found, areas):
        raise NotAllowed(
            "guarantees.own_level", _("The level above the unit does this, not the unit itself.")
        )
    return found


def is_above(one: YearReturn, areas: Scope) -> bool:
    """Whether areas hold what stands above the unit of a return: for a department, its own area."""
    if "/" in one.unit:
        return areas.covers(one.scope_no)
    own = places.area_by_id(one.area_id, within=Scope.everything())
    above = None if own is None else own.parent
    return above is not None and areas.covers(above.scope_no)


def none() -> NotFound:
    """The same answer for returns elsewhere and those that do not exist."""
    return NotFound("guarantees.none", _("There is no such return in your areas."))
