"""The home page of each role: one module a role, put together for whoever holds several.

A module has ``home(reader) -> Home``. Cards and sections carry a key, and of two with the same key the first
stays: an officer who is a village worker elsewhere sees one work-list, of both areas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tongchou.core.roles import Role
from tongchou.web.console.homes import (
    auditor,
    county,
    department,
    finance,
    keepers,
    statistician,
    supervisor,
    township,
    village,
)
from tongchou.web.console.homes.parts import Card, Home, Reader, Section

#: In the order in which their cards come.
BY_ROLE: dict[str, Callable[[Reader], Home]] = {
    Role.COUNTY_REVIEWER: county.home,
    Role.TOWNSHIP_OFFICER: township.home,
    Role.VILLAGE_WORKER: village.home,
    Role.COUNTY_FINANCE: finance.home,
    Role.PREFECTURE_SUPERVISOR: supervisor.home,
    Role.STATISTICIAN: statistician.home,
    Role.DEPARTMENT_READER: department.home,
    Role.AUDITOR: auditor.home,
    Role.SECURITY_ADMIN: keepers.security_home,
    Role.SYSTEM_ADMIN: keepers.system_home,
}


def of(reader: Reader) -> Home:
    """What the reader's roles put on the page, each thing once; nothing for somebody without a role."""
    roles = {held.role for held in reader.held}
    return combine(build(reader) for role, build in BY_ROLE.items() if role in roles)


def combine(homes: Iterable[Home]) -> Home:
    """Several homes as one; of cards and sections with the same key the first stays.

    Examples
    --------
    >>> one = Home(sections=(Section("a", 1), Section("b", 2)))
    >>> [(part.key, part.data) for part in combine([one, Home(sections=(Section("a", 3),))]).sections]
    [('a', 1), ('b', 2)]
    """
    cards: dict[str, Card] = {}
    sections: dict[str, Section] = {}
    for home in homes:
        for card in home.cards:
            cards.setdefault(card.key, card)
        for section in home.sections:
            sections.setdefault(section.key, section)
    return Home(tuple(cards.values()), tuple(sections.values()))


__all__ = ["BY_ROLE", "Card", "Home", "Reader", "Section", "combine", "of"]
