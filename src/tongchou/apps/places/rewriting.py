"""The writing of a change of areas: names, codes, parents and ends, and what it takes to undo it."""

from __future__ import annotations

from typing import Any

from tongchou.apps.places.models import (
    Area,
    AreaChange,
    AreaCode,
    AreaParent,
    ChangeKind,
)
from tongchou.apps.places.plans import Plan
from tongchou.apps.places.queries import normal_code
from tongchou.apps.places.rows import system_of
from tongchou.domain.names import place_initials


class Rewriting:
    """The writing of one change, and what it takes to undo it."""

    def __init__(self, change: AreaChange, areas: dict[int, Area]) -> None:
        self.on = change.effective_on
        self.areas = areas
        self.before: dict[str, Any] = {"areas": {}, "made": [], "codes": [], "parents": []}

    def do(self, plan: Plan) -> list[int]:
        """Make the change; the numbers of new areas in the order of the plan."""
        if plan.kind == ChangeKind.RENAME:
            area = self.areas[plan.area]
            self._rename(area, plan.name.strip() or area.name, normal_code(plan.code) or area.code)
        elif plan.kind == ChangeKind.TRANSFER:
            for number in plan.areas:
                self._move(self.areas[number], self.areas[plan.target or 0])
        elif plan.kind == ChangeKind.MERGE:
            return self._merge(plan)
        else:
            return self._split(plan)
        return []

    def _merge(self, plan: Plan) -> list[int]:
        made: list[int] = []
        if plan.target is None:
            into = self._make(self.areas[plan.area], plan.name.strip(), normal_code(plan.code))
            made.append(into.pk)
        else:
            into = self.areas[plan.target]
        ending = [self.areas[number] for number in plan.areas if number != into.pk]
        below = Area.objects.filter(parent__in=[area.pk for area in ending], valid_to=None)
        for child in below.order_by("code"):
            self._move(child, into)
        for area in ending:
            self._end(area, into)
        return made

    def _split(self, plan: Plan) -> list[int]:
        area = self.areas[plan.area]
        made = []
        for part in plan.parts:
            new = self._make(area, part.name.strip(), normal_code(part.code))
            made.append(new)
            for child in part.children:
                self._move(self.areas[child], new)
        if not plan.kept:
            shares = [part.share for part in plan.parts]
            self._end(area, made[shares.index(max(shares))])
        return [new.pk for new in made]

    def _remember(self, area: Area) -> None:
        self.before["areas"].setdefault(
            str(area.pk), {"name": area.name, "code": area.code, "parent": area.parent_id}
        )

    def _rename(self, area: Area, name: str, code: str) -> None:
        self._remember(area)
        self._close_code(area)
        area.name, area.code, area.initials = name, code, place_initials(name)
        area.save(update_fields=["name", "code", "initials"])
        self._open_code(area)

    def _move(self, area: Area, parent: Area) -> None:
        self._remember(area)
        open_one = AreaParent.objects.filter(area=area, valid_to=None).first()
        if open_one is not None:
            open_one.valid_to = self.on
            open_one.save(update_fields=["valid_to"])
        self._stand(area, parent)
        area.parent = parent
        area.save(update_fields=["parent"])

    def _stand(self, area: Area, parent: Area) -> None:
        row = AreaParent.objects.create(area=area, parent=parent, valid_from=self.on)
        self.before["parents"].append(row.pk)

    def _make(self, like: Area, name: str, code: str) -> Area:
        area = Area.objects.create(
            code=code,
            name=name,
            initials=place_initials(name),
            level=like.level,
            parent_id=like.parent_id,
            local=like.local,
            valid_from=self.on,
        )
        self.before["made"].append(area.pk)
        self._open_code(area)
        if area.parent is not None:
            self._stand(area, area.parent)
        return area

    def _end(self, area: Area, successor: Area) -> None:
        self._remember(area)
        self._close_code(area)
        AreaParent.objects.filter(area=area, valid_to=None).update(valid_to=self.on)
        area.valid_to, area.succeeded_by = self.on, successor
        area.save(update_fields=["valid_to", "succeeded_by"])

    def _close_code(self, area: Area) -> None:
        AreaCode.objects.filter(area=area, valid_to=None).update(valid_to=self.on)

    def _open_code(self, area: Area) -> None:
        system = system_of(area.code, area.level, local=area.local)
        row = AreaCode.objects.create(
            area=area, code=area.code, name=area.name, system=system, valid_from=self.on
        )
        self.before["codes"].append(row.pk)
