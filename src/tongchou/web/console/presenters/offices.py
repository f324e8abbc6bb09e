"""The unit that writes: the one that decided, by its own name, and how it is reached."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from tongchou.apps.local import api as local
from tongchou.apps.places import api as places
from tongchou.core.scope import Scope

#: What a unit is called on its papers that has told no name of its own, by the last word of its area's name.
_CALLED: Final = {
    "township": (("街道", "街道办事处"), ("镇", "镇人民政府"), ("乡", "乡人民政府")),
    "village": (("社区", "社区居民委员会"), ("居委会", "居委会"), ("村", "村村民委员会")),
}


@dataclass(frozen=True, slots=True)
class Office:
    """A unit: its name (empty where no area of the level is above), and lines of how to reach it."""

    name: str
    reached: tuple[tuple[str, str], ...] = ()


def office_of(area_id: int, level: str, *, on: dt.date) -> Office:
    """The unit in charge of an area at a level: ``village``, ``township``, ``county`` or ``prefecture``.

    A name counts where the unit itself has told it; how it is reached may be told by a unit above. Four
    queries.
    """
    here = places.area_by_id(area_id, within=Scope.everything())
    line = [*places.ancestors(here), here] if here is not None else []
    area = next((one for one in reversed(line) if one.level == level), None)
    if area is None:
        return Office("")
    held = local.values_at(area, on=on)
    own = local.own_values(area).get("unit_name")
    told = own is not None and own.value is not None and own.effective_from <= on
    name = str(own.value) if told and own is not None else called(area.name, level)
    return Office(name, reached({key: str(one.value) for key, one in held.items()}))


def called(name: str, level: str) -> str:
    """What a unit is called by the name of its area; a remark in brackets stays at the end.

    Examples
    --------
    >>> called("云岭镇（示例）", "township"), called("青山村", "village"), called("大方县", "county")
    ('云岭镇人民政府（示例）', '青山村村民委员会', '大方县')
    """
    bare, bracket, remark = name.partition("（")
    for end, whole in _CALLED.get(level, ()):
        if bare.endswith(end):
            return bare.removesuffix(end) + whole + bracket + remark
    return name


def reached(told: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Office, telephone, address and the telephone for complaints, as far as they are told."""
    labels = {
        "office_name": _("Office"),
        "office_phone": _("Telephone"),
        "office_address": _("Address"),
        "oversight_phone": _("Telephone for complaints"),
    }
    return tuple((label, told[name]) for name, label in labels.items() if told.get(name))
