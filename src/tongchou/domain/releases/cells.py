"""The cells of a table: every area with every category and total, and which of them add up to which."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from tongchou.domain.releases.definition import TableDefinition

#: An area, a measure, and a category of each dimension (SDMX: ``_T`` is the total).
Cell: TypeAlias = tuple[str, ...]
CellSum: TypeAlias = tuple[Cell, tuple[Cell, ...]]
TOTAL: Final = "_T"
#: Not known (SDMX ``_U``).
UNKNOWN: Final = "_U"


@dataclass(frozen=True, slots=True)
class Place:
    """An area of a table: its code, names, level, the area above it and the villages it is made of.

    ``parent`` is empty where the area above is not in the table.
    """

    code: str
    name: str
    level: str
    parent: str
    villages: frozenset[str]


@dataclass(frozen=True, slots=True)
class Layout:
    """The order in which a table stands: areas, then the categories of each dimension with the total first.

    Attributes
    ----------
    places
        Areas in the order of the tree.
    categories
        Of each dimension after the measure, the codes without the total.
    """

    definition: TableDefinition
    places: tuple[Place, ...]
    categories: tuple[tuple[str, ...], ...]

    @property
    def finest(self) -> tuple[Place, ...]:
        """The areas of the lowest level, whose figures add up to all others."""
        return tuple(one for one in self.places if one.level == self.definition.levels[-1])

    def cells(self) -> list[Cell]:
        """All cells in their order."""
        codes = [one.code for one in self.places]
        measures = [str(one) for one in self.definition.measures]
        return list(
            itertools.product(
                codes, measures, *((TOTAL, *one) if one else (TOTAL,) for one in self.categories)
            )
        )

    def sums(self) -> list[CellSum]:
        """Which cells add up to which: along the areas, and along each dimension."""
        below: dict[str, list[str]] = {}
        for one in self.places:
            if one.parent:
                below.setdefault(one.parent, []).append(one.code)
        made: list[CellSum] = []
        for cell in self.cells():
            if cell[0] in below:
                made.append((cell, tuple((code, *cell[1:]) for code in below[cell[0]])))
            for place, categories in enumerate(self.categories, start=2):
                if cell[place] == TOTAL:
                    made.append((cell, tuple((*cell[:place], one, *cell[place + 1 :]) for one in categories)))
        return made

    def added(self, finest: Mapping[Cell, int]) -> dict[Cell, int]:
        """Every cell from the counts of the lowest areas and single categories; what is absent is nobody.

        Raises
        ------
        ValueError
            For a count of a cell the table does not have, or one below zero.
        """
        made = dict.fromkeys(self.cells(), 0)
        above = {one.code: one.parent for one in self.places}
        lowest = {one.code for one in self.finest}
        for cell, count in finest.items():
            if cell not in made or cell[0] not in lowest or TOTAL in cell or count < 0:
                raise ValueError(f"no count of this table: {cell}")
            if not count:
                continue
            line = [cell[0]]
            while above[line[-1]]:
                line.append(above[line[-1]])
            for one in itertools.product(line, (cell[1],), *((code, TOTAL) for code in cell[2:])):
                made[one] += count
        return made


def chain(places: Iterable[Place], levels: Sequence[str]) -> tuple[Place, ...]:
    """The areas of some levels in the order of the tree, each with the area above it among them.

    Raises
    ------
    ValueError
        When a lower area hangs below none of the table: its sums would not hold.
    """
    kept = [one for one in places if one.level in levels]
    codes = {one.code for one in kept}
    for one in kept:
        if one.level != levels[0] and one.parent not in codes:
            raise ValueError(f"{one.code} belongs to no area of the table")
    return tuple(
        one if one.level != levels[0] else Place(one.code, one.name, one.level, "", one.villages)
        for one in kept
    )
