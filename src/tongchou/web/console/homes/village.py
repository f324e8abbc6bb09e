"""The village worker: whom to visit, in which order, and what to ask."""

from __future__ import annotations

from tongchou.web.console.homes import families
from tongchou.web.console.homes.parts import Home, Reader, Section


def home(reader: Reader) -> Home:
    """Families on the list by nearest deadline, this week's last days, and whose facts are unclear."""
    sections = [*families.nearest(reader), *families.programmes(reader)]
    if not sections:
        sections = [Section("wait-for-list")]
    return Home(
        cards=(
            families.unclaimed(reader),
            families.this_week(reader),
            families.unclear(reader),
            families.not_listed(reader),
        ),
        sections=(*sections, families.FIND, families.HOW),
    )
