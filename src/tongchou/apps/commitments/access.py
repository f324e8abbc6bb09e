"""Who does what: a unit's own officers draft and report, the level above reviews and asks families."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.utils.translation import gettext_lazy as _

from tongchou.apps.commitments.models import Letter
from tongchou.apps.places import api as places
from tongchou.core import access, clock
from tongchou.core.errors import NotAllowed, NotFound
from tongchou.core.models import Account
from tongchou.core.scope import Scope

VIEW: Final = "commitments.view"
DRAFT: Final = "commitments.draft"
REVIEW: Final = "commitments.review"
#: Units: whoever governs families.
LEVELS: Final = (places.Level.COUNTY, places.Level.TOWNSHIP, places.Level.VILLAGE)


def unit(area_id: int, *, by: Account, at: dt.datetime) -> places.Area:
    """An area for which the account may draft.

    Raises
    ------
    NotAllowed, NotFound
        When it may not, or there is no such unit.
    """
    areas = access.require(by, DRAFT, on=clock.date_of(at))
    area = places.area_by_id(area_id, within=areas)
    if area is None or area.level not in LEVELS or area.valid_to is not None:
        raise NotFound("places.none", _("There is no such area in your areas."))
    return area


def locked(letter_id: int, *, by: Account, at: dt.datetime, permission: str = DRAFT) -> Letter:
    """A letter where the account holds a permission, its row locked until the transaction ends.

    Raises
    ------
    NotAllowed, NotFound
        When it holds it nowhere, or there is no such letter there.
    """
    areas = access.require(by, permission, on=clock.date_of(at))
    found = Letter.objects.select_for_update().filter(areas.q("scope_no"), pk=letter_id).first()
    if found is None:
        raise none()
    return found


def from_above(letter_id: int, *, by: Account, at: dt.datetime) -> Letter:
    """A letter as ``locked``, for somebody whose areas reach the level above the unit.

    Raises
    ------
    NotAllowed
        ``commitments.own_level`` when the account belongs to the unit itself: it never judges itself.
    """
    letter = locked(letter_id, by=by, at=at, permission=REVIEW)
    areas = access.require(by, REVIEW, on=clock.date_of(at))
    if not is_above(letter, areas):
        message = _("The level above the unit does this, not the unit itself.")
        raise NotAllowed("commitments.own_level", message)
    return letter


def is_above(letter: Letter, areas: Scope) -> bool:
    """Whether areas hold the one above the unit of a letter."""
    area = places.area_by_id(letter.area_id, within=Scope.everything())
    above = None if area is None else area.parent
    return above is not None and areas.covers(above.scope_no)


def none() -> NotFound:
    """The same answer for letters elsewhere and those that do not exist."""
    return NotFound("commitments.none", _("There is no such letter in your areas."))
