"""Choosing a village for somebody who is not signed in: a level at a time, or by its name, without a script.

Areas are public. The office's own picker asks an address that wants a role; this one is a plain select that
comes back with what lies below.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tongchou.apps.local import api as local
from tongchou.apps.places import api as places
from tongchou.core.scope import Scope
from tongchou.web.console.parts import whole

#: Places shown for a name at most.
MOST = 30
_LEVELS = (places.Level.COUNTY, places.Level.TOWNSHIP, places.Level.VILLAGE)


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Places:
    """The choices of a form. ``village`` once one is chosen; ``wider`` the name of what was chosen so far."""

    choices: list[Choice] = field(default_factory=list)
    village: places.Area | None = None
    wider: str = ""
    #: What is chosen, of whatever level.
    area: places.Area | None = None
    #: True when a name was given and nothing has it.
    unknown: bool = False
    #: The name that was given, where several places have it: one of ``choices`` is to be chosen.
    several: str = ""


def asked(area: object, text: str = "") -> Places:
    """What is chosen, and what can be chosen next. A name that is given counts before what is chosen."""
    if text.strip():
        found = places.suggest(text, within=Scope.everything(), levels=_LEVELS, limit=MOST)
        named = [one for one in found if one.name == text.strip()]
        if len(named) == 1 or len(found) == 1:
            return _at((named or found)[0])
        if found:
            where = places.paths([one.pk for one in found])
            return Places([Choice(str(one.pk), where[one.pk]) for one in found], several=text.strip())
        return Places(_at(None).choices, unknown=True)
    number = whole(area)
    chosen = None if number is None else places.area_by_id(number, within=Scope.everything())
    if chosen is not None and (chosen.valid_to is not None or chosen.level == places.Level.GROUP):
        chosen = None
    return _at(chosen)


def _at(chosen: places.Area | None) -> Places:
    if chosen is None:
        top = _top()
        return Places([] if top is None else [_choice(one) for one in places.children(top)])
    if chosen.level == places.Level.VILLAGE:
        return Places([Choice(str(chosen.pk), places.path(chosen), chosen=True)], village=chosen, area=chosen)
    line = [one for one in places.line_to(chosen, Scope.everything()) if one.level in _LEVELS]
    above = [Choice(str(one.pk), one.name, chosen=one.pk == chosen.pk) for one in line]
    return Places(
        [*above, *(_choice(one, len(line)) for one in places.children(chosen))],
        wider=chosen.name,
        area=chosen,
    )


def _top() -> places.Area | None:
    """The unit this installation is for; else the first place that has several below it."""
    unit = local.unit()
    if unit is not None and unit.level != places.Level.VILLAGE:
        return unit
    here = next(iter(places.tops(Scope.everything())), None)
    while here is not None:
        below = places.children(here)
        if len(below) != 1 or below[0].level in _LEVELS:
            return here
        here = below[0]
    return None


def _choice(one: places.Area, depth: int = 0) -> Choice:
    return Choice(str(one.pk), f"{'　' * depth}{one.name}")
