"""The village worker: whom to visit, in which order, and what to ask."""

from __future__ import annotations

from tongchou.web.console.homes import cases, duties, families
from tongchou.web.console.homes.parts import Home, Reader, Section


def home(reader: Reader) -> Home:
    """Families on the list by nearest deadline, cases to discuss, notices to hang out, facts that lack."""
    sections = [*cases.near(reader), *families.nearest(reader), *families.programmes(reader)]
    if not sections:
        sections = [Section("wait-for-list")]
    return Home(
        cards=(
            families.unclaimed(reader),
            families.this_week(reader),
            cases.on_my_desk(reader),
            cases.to_accept(reader),
            cases.came_back(reader),
            cases.to_post(reader),
            cases.photographs(reader),
            families.unclear(reader),
            families.not_listed(reader),
            *duties.cards(reader),
        ),
        sections=(*sections, families.FIND, families.HOW),
    )
