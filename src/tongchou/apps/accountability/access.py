"""Who closes months, makes bulletins and publishes them."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.utils.translation import gettext_lazy as _

from tongchou.apps.places import api as places
from tongchou.core import access, clock
from tongchou.core.errors import NotFound
from tongchou.core.models import Account

#: Reads bulletins and sees which months are closed.
VIEW: Final = "bulletins.view"
#: Closes months of its own areas, and answers for them in bulletins.
CLOSE: Final = "bulletins.close"
#: Makes a bulletin of the units below it, and publishes what somebody else made.
MAKE: Final = "bulletins.make"
LEVELS: Final = (places.Level.VILLAGE, places.Level.TOWNSHIP, places.Level.COUNTY, places.Level.PREFECTURE)
#: Levels whose units right below are judged together.
JUDGES: Final = (places.Level.TOWNSHIP, places.Level.COUNTY, places.Level.PREFECTURE)


def area_of(area_id: int, *, by: Account, at: dt.datetime, permission: str) -> places.Area:
    """An area that answers for months, where the account holds a permission over all of it.

    Raises
    ------
    NotAllowed, NotFound
        When it holds it nowhere, or there is no such area there.
    """
    areas = access.require(by, permission, on=clock.date_of(at))
    area = places.area_by_id(area_id, within=areas)
    if area is None or area.level not in LEVELS or not areas.covers_interval(area.scope_no, area.scope_end):
        raise none()
    return area


def none() -> NotFound:
    return NotFound("accountability.none", _("There is no such unit in your areas."))
