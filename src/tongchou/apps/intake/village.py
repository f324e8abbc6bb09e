"""Is this the register of the village that was chosen? Its title and groups are compared with the areas."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from tongchou.apps.places import api as places
from tongchou.core.scope import Scope
from tongchou.domain.register.cells import quote
from tongchou.domain.register.columns import plain
from tongchou.domain.register.groups import group_key, index
from tongchou.domain.register.legacy import matter_in
from tongchou.domain.register.problems import Problem, RegisterError
from tongchou.domain.register.read import Reading
from tongchou.domain.register.sheet import cell_name

#: A village in a title: at the beginning, or after the county or township.
_NAMED: Final = re.compile(r"(^|[县市区镇乡]|街道)((?:(?![县市区镇乡])[\u4e00-\u9fff]){1,6}?(?:村|社区))")
_NO_NAME: Final = frozenset({"农村", "全村", "本村", "各村", "行政村"})
#: How many groups a message lists.
_LISTED = 12


def check_title(title: str, village: Any, within: Scope) -> Problem | None:
    """A warning when the title names no village; None when it names the chosen one, by its name then or now.

    Raises
    ------
    RegisterError
        ``other_village`` when it names another village, known or not, or one of another township.
    """
    written = plain(title)
    own, township = plain(village.name), places.ancestors(village)[-1]
    if any(plain(code.name) != own and plain(code.name) in written for code in village.codes.all()):
        return None
    siblings = {plain(area.name): area for area in places.below(township, places.Level.VILLAGE)}
    named = _longest(name for name in siblings if name and name in written)
    if named == own:
        longer = _village_in(written, anywhere=False)  # 云岭镇大青山村, known to nobody, is not 青山村
        if longer is None or longer == own or not longer.endswith(own):
            longer = None
        other = longer or _other_township(written, own, township)
        if other is None:
            return None
        raise RegisterError("other_village", found=other, chosen=places.path(village))
    if named is not None:
        raise RegisterError("other_village", found=siblings[named].name, chosen=village.name)
    everywhere = {plain(area.name): area for area in places.villages(within)}
    elsewhere = _longest(name for name in everywhere if name and name in written)
    if elsewhere is not None:
        raise RegisterError(
            "other_village", found=places.path(everywhere[elsewhere]), chosen=places.path(village)
        )
    unknown = _village_in(written, anywhere=True)
    if unknown:
        raise RegisterError("other_village", found=unknown, chosen=places.path(village))
    return Problem("title_area_unknown", 0)


def _village_in(written: str, *, anywhere: bool) -> str | None:
    """The name of a village as the title writes it, at its beginning only when ``anywhere``; not 农村."""
    found = _NAMED.search(written)
    if found is None or found[2] in _NO_NAME or matter_in(found[2]):
        return None
    return found[2] if found[1] or anywhere else None


def _longest(names: Any) -> str | None:
    """大青山村 rather than 青山村, which it contains."""
    return max(names, key=len, default=None)


def _other_township(written: str, own_village: str, township: Any) -> str | None:
    """A township of the same county that stands right before the village's name, when it is not ours."""
    county = places.ancestors(township)[-1]
    for area in places.below(county, places.Level.TOWNSHIP):
        if area.pk != township.pk and f"{plain(area.name)}{own_village}" in written:
            return str(area.name)
    return None


def settle_groups(reading: Reading, village: Any) -> None:
    """Give each line its group by the group's proper name; a group the village does not have is an error.

    A village whose groups are not recorded accepts any.
    """
    names = [area.name for area in places.children(village)]
    known = index(names)
    if not known:
        return
    column = reading.header.columns.get("group_name")
    listed = "、".join(plain(name) for name in names[:_LISTED]) + ("…" if len(names) > _LISTED else "")
    for household in reading.households:
        told: set[str] = set()
        for line in household.lines:
            if line.row is None or line.row.group_name is None:
                continue
            proper = known.get(group_key(line.row.group_name))
            if proper == line.row.group_name:
                continue
            if proper is not None:
                line.row = replace(line.row, group_name=proper)
            elif line.row.group_name not in told:
                told.add(line.row.group_name)
                cell = "" if column is None else cell_name(line.row_no - 1, column)
                params = {"shown": quote(line.row.group_name), "groups": listed}
                line.problems.append(Problem("unknown_group", line.row_no, "group_name", cell, params))
