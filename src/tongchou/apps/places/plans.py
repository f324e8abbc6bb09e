"""What a planned change of areas says, read and checked: every problem at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongchou.apps.places.models import Area, AreaCode, AreaParent, ChangeKind
from tongchou.apps.places.queries import normal_code
from tongchou.apps.places.rows import LEVELS, code_fits
from tongchou.core.scope import Scope
from tongchou.domain.succession import WHOLE

#: Areas a change may take part in.
MOST_AREAS = 60


@dataclass(frozen=True, slots=True)
class Part:
    """A new area of a split: who goes there, and with what share of the people (millionths)."""

    name: str
    code: str
    share: int
    children: tuple[int, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {"name": self.name, "code": self.code, "share": self.share, "children": list(self.children)}


@dataclass(frozen=True, slots=True)
class Plan:
    """A change as it is planned. What a kind has no use for stays empty.

    Attributes
    ----------
    area : the area renamed or split, the first of those moved or merged
    others : the other areas moved or merged
    target : the area above in a transfer; in a merge the one that stays, None for a new area
    name, code : the new ones (rename; merge into a new area)
    parts : the areas a split makes
    kept : share (millionths) of the split area that stays with it; 0 ends it
    """

    kind: str
    area: int
    others: tuple[int, ...] = ()
    target: int | None = None
    name: str = ""
    code: str = ""
    parts: tuple[Part, ...] = ()
    kept: int = 0

    @property
    def areas(self) -> tuple[int, ...]:
        return (self.area, *self.others)

    def as_dict(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "area": self.area,
            "others": list(self.others),
            "target": self.target,
            "name": self.name,
            "code": self.code,
            "parts": [part.as_dict() for part in self.parts],
            "kept": self.kept,
        }

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Plan:
        parts = tuple(
            Part(one["name"], one["code"], one["share"], tuple(one["children"])) for one in data["parts"]
        )
        return cls(
            data["kind"],
            data["area"],
            tuple(data["others"]),
            data["target"],
            data["name"],
            data["code"],
            parts,
            data["kept"],
        )


@dataclass(slots=True)
class Checked:
    """The areas a plan speaks of, and what is wrong with it by field."""

    areas: dict[int, Area] = field(default_factory=dict)
    problems: dict[str, list[str | Promise]] = field(default_factory=dict)

    def wrong(self, where: str, text: str | Promise) -> None:
        self.problems.setdefault(where, []).append(text)


def check(plan: Plan, *, on: dt.date, reach: Scope) -> Checked:
    """Reads the areas of a plan for the day it is to take effect. At most five queries."""
    found = Checked()
    named = {*plan.areas, *([plan.target] if plan.target else [])}
    named |= {child for part in plan.parts for child in part.children}
    found.areas = Area.objects.in_bulk(named)
    if len(plan.areas) > MOST_AREAS:
        found.wrong("areas", _("Plan at most 60 areas in one change."))
        return found
    for number in sorted(named):
        area = found.areas.get(number)
        if area is None or not reach.covers_interval(area.scope_no, area.scope_end):
            found.wrong("areas", _("One of the areas does not exist or lies outside your areas."))
            return found
        if area.valid_to is not None:
            found.wrong("areas", _("%(name)s exists no longer.") % {"name": area.name})
        if area.valid_from >= on:
            text = _("%(name)s began only on %(day)s; the change must come later.")
            found.wrong("effective_on", text % {"name": area.name, "day": area.valid_from.isoformat()})
    if len(set(plan.areas)) != len(plan.areas):
        found.wrong("areas", _("An area is named twice."))
    _later(plan, on, found)
    {
        ChangeKind.RENAME: _rename,
        ChangeKind.TRANSFER: _transfer,
        ChangeKind.MERGE: _merge,
        ChangeKind.SPLIT: _split,
    }[ChangeKind(plan.kind)](plan, found)
    return found


def _later(plan: Plan, on: dt.date, found: Checked) -> None:
    """A change may not take effect before, or on the day of, one that is in force already."""
    later = {"area__in": found.areas, "valid_from__gte": on}
    begun = [
        name
        for model in (AreaCode, AreaParent)
        for name in model.objects.filter(**later).values_list("area__name", flat=True)
    ]
    for name in sorted(set(begun)):
        text = _("%(name)s has changed on or after that day already.") % {"name": name}
        found.wrong("effective_on", text)


def _rename(plan: Plan, found: Checked) -> None:
    area = found.areas[plan.area]
    name, code = plan.name or area.name, normal_code(plan.code) or area.code
    if (name, code) == (area.name, area.code):
        found.wrong("name", _("Neither the name nor the code would change."))
    _name_and_code(name, code, area, found, own=area)


def _transfer(plan: Plan, found: Checked) -> None:
    parent = found.areas.get(plan.target or 0)
    if parent is None:
        found.wrong("target", _("Choose the area above."))
        return
    for number in plan.areas:
        area = found.areas[number]
        if LEVELS.index(area.level) != LEVELS.index(parent.level) + 1:
            found.wrong("target", _("The area above must be one level higher."))
        if area.parent_id == parent.pk:
            found.wrong("areas", _("%(name)s stands there already.") % {"name": area.name})


def _merge(plan: Plan, found: Checked) -> None:
    first = found.areas[plan.area]
    if len(plan.areas) < 2:
        found.wrong("areas", _("Choose at least two areas to merge."))
    for number in plan.others:
        if (found.areas[number].level, found.areas[number].parent_id) != (first.level, first.parent_id):
            found.wrong("areas", _("Areas that merge stand side by side under one area."))
            break
    if plan.target is None:
        _name_and_code(plan.name, normal_code(plan.code), first, found)
    elif plan.target not in plan.areas:
        found.wrong("target", _("The area that stays is one of those that merge."))


def _split(plan: Plan, found: Checked) -> None:
    area = found.areas[plan.area]
    if len(plan.parts) + (plan.kept > 0) < 2:
        found.wrong("parts", _("A split needs at least two areas afterwards."))
    if plan.kept + sum(part.share for part in plan.parts) != WHOLE or any(
        part.share < 1 for part in plan.parts
    ):
        found.wrong("parts", _("The shares must add up to 100 %."))
    moved = [child for part in plan.parts for child in part.children]
    if len(set(moved)) != len(moved):
        found.wrong("parts", _("An area below goes to one new area only."))
    if any(found.areas[child].parent_id != area.pk for child in moved):
        found.wrong("parts", _("Only areas right below the one that is split can be handed on."))
    below = set(Area.objects.filter(parent=area, valid_to=None).values_list("pk", flat=True))
    if not plan.kept and below - set(moved):
        found.wrong("parts", _("Every area below needs a place, as the area itself ends."))
    codes: set[str] = set()
    for part in plan.parts:
        code = normal_code(part.code)
        if code in codes:
            found.wrong("parts", _("Two new areas have the same code."))
        codes.add(code)
        _name_and_code(part.name, code, area, found)


def _name_and_code(name: str, code: str, like: Area, found: Checked, own: Area | None = None) -> None:
    """A new name and code for an area of the level of ``like``."""
    if not 1 <= len(name.strip()) <= 60:
        found.wrong("name", _("A name has 1 to 60 characters."))
    if own is not None and code == own.code:
        return
    if not code_fits(code, like.level, like.local):
        found.wrong("code", _("%(code)s is no code for this level.") % {"code": code or "–"})
    elif AreaCode.objects.filter(code=code).exists():
        found.wrong("code", _("Another area has or had the code %(code)s.") % {"code": code})


def steps(plan: Plan, made: Iterable[int]) -> list[tuple[int, int, int]]:
    """``(predecessor, successor, share)`` of a plan; ``made`` are the new areas in the order of the plan."""
    new = list(made)
    if plan.kind == ChangeKind.MERGE:
        into = plan.target if plan.target is not None else new[0]
        return [(area, into, WHOLE) for area in plan.areas if area != into]
    if plan.kind == ChangeKind.SPLIT:
        own = [(plan.area, plan.area, plan.kept)] if plan.kept else []
        return [*own, *((plan.area, area, part.share) for area, part in zip(new, plan.parts, strict=True))]
    return []
