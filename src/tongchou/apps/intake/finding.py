"""Which village a register belongs to: by the code in its name, else by a name there or in its title."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Final

from tongchou.apps.intake.read import open_file
from tongchou.apps.places import api as places
from tongchou.core.scope import Scope
from tongchou.domain.register import cells
from tongchou.domain.register.columns import plain
from tongchou.domain.register.header import Survey, survey
from tongchou.domain.register.problems import RegisterError
from tongchou.domain.register.sheet import Sheet

_CODE: Final = re.compile(r"(?<!\d)\d{12}(?!\d)")


@dataclass(slots=True)
class Villages:
    """The villages within reach, by name; asked once for a whole upload."""

    scope: Scope
    by_name: dict[str, list[Any]] = field(default_factory=dict)
    townships: dict[int, str] = field(default_factory=dict)

    @classmethod
    def within(cls, scope: Scope) -> Villages:
        found = cls(scope)
        names: defaultdict[str, list[Any]] = defaultdict(list)
        for area in places.villages(scope):
            names[plain(area.name)].append(area)
        found.by_name = dict(names)
        parents = {area.parent_id for areas in names.values() for area in areas}
        found.townships = {area.pk: plain(area.name) for area in places.Area.objects.filter(pk__in=parents)}
        return found

    def find(self, name: str, title: str = "") -> Any | None:
        """The one village that the file's name or its title tells of; None when it is not clear."""
        for code in _CODE.findall(name):
            area = places.area_by_code(code)
            if (
                area is not None
                and area.level == places.Level.VILLAGE
                and area.valid_to is None
                and self.scope.covers(area.scope_no)
            ):
                return area
        written = plain(name.rpartition(".")[0] or name)
        return self._named(written, written) or self._named(plain(title), plain(title) + written)

    def _named(self, text: str, all_text: str) -> Any | None:
        """A village whose name stands in a text, told from its namesakes by the township beside it."""
        inside = [known for known in self.by_name if known and known in text]
        longest = [
            known for known in inside if not any(known != other and known in other for other in inside)
        ]
        if len(longest) != 1:  # none, or two villages in one name
            return None
        areas = self.by_name[longest[0]]
        if len(areas) > 1:
            areas = [area for area in areas if self.townships.get(area.parent_id, "\0") in all_text]
        return areas[0] if len(areas) == 1 else None


def title_of(sheet: Sheet, survey: Survey | None) -> str:
    """What stands above the header."""
    top = survey.top if survey is not None else 0
    return "\n".join(cells.text(value) for row in sheet.cells[:top] for value in row if value)


def title_of_file(content: bytes) -> str:
    """What stands above the header of an upload; nothing for one that cannot be read."""
    try:
        sheet = open_file(content).sheet
    except RegisterError:
        return ""
    return title_of(sheet, survey(sheet))
