"""The sums of a simulation, and which of them stay closed.

Two tables are told, one by unit and one by age and sex, which share the sums over everybody. Each figure is
made of effects (who keeps, who gains, who comes to need information …), and whoever sees two figures can
subtract them: no effect of few families may follow. So can whoever sees the money before and after: where
those behind that difference are closed, what would be paid then is closed as well.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterator, Mapping, Set
from dataclasses import dataclass

from tongchou.apps.places import api as places
from tongchou.domain import small_cells
from tongchou.domain.policy.programme import Programme

#: Stands for all units, all ages, both sexes.
ALL = "all"
#: What is told; of which effects each is made stands in ``domain/policy/simulation.py``.
NOW, THEN, GAIN, LOSE = "entitled_now", "entitled_then", "gain", "lose"
OPEN_NOW, OPEN_THEN, TOUCHED = "open_now", "open_then", "touched"
#: What is told by age and sex.
BY_AGE = (GAIN, LOSE)

#: The order in which figures are closed to protect others.
_CLOSED_FIRST = (THEN, OPEN_THEN, GAIN, LOSE, OPEN_NOW, NOW)

#: (figure or effect, unit's area number or ``ALL``), or (figure, first age or None, sex or None).
Key = tuple[Hashable, ...]


def age(figure: str, group: int | str | None, sex: int | str | None) -> Key:
    """The key of a figure by age and sex; of all ages and both sexes it is that of all units."""
    return (figure, ALL) if group == ALL and sex == ALL else (figure, group, sex)


@dataclass(frozen=True, slots=True)
class Sum:
    """People, the families they are of, and fen: of a gain what comes on top, of a loss what is lost."""

    people: int = 0
    families: int = 0
    fen: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """An area below a unit.

    ``number`` is its area number, or minus that of the area above for people registered there and in none
    of the areas below; these have no ``name``.
    """

    number: int
    name: str

    @property
    def rest(self) -> bool:
        return self.number < 0


@dataclass(frozen=True, slots=True)
class Simulation:
    """One programme before and after, in a year.

    The fen of whoever needs information are the most that is possible.
    """

    now: Programme
    then: Programme
    setters: tuple[str, ...]
    year: int
    as_of: dt.date
    snapshot_sha256: str
    policies_sha256: str
    units: tuple[places.Unit, ...]
    rest: bool  # people registered in the areas but in no unit have a line of their own
    tree: Mapping[int, tuple[Part, ...]]  # the areas below each, by area number
    groups: tuple[int | None, ...]  # first ages of the groups in which anybody gains or loses
    cells: Mapping[Key, Sum]
    closed: frozenset[Key]

    @property
    def lines(self) -> tuple[int, ...]:
        """Area numbers of the lines in tree order, ``places.REST`` last when it is there."""
        return (*(unit.area_id for unit in self.units), *((places.REST,) if self.rest else ()))

    def below(self, unit: int) -> tuple[Part, ...]:
        """The areas below a unit; people registered at the unit itself have a part of their own if any."""
        parts = self.tree.get(unit, ())
        return tuple(one for one in parts if not one.rest or self._anybody(one.number))

    def walk(self, unit: int) -> Iterator[tuple[int, Part]]:
        """Everything below a unit in tree order, each with how many steps it lies below."""
        for part in self.below(unit):
            yield 1, part
            yield from ((depth + 1, one) for depth, one in self.walk(part.number))

    def _anybody(self, number: int) -> bool:
        return any((figure, number) in self.cells for figure in BY_AGE)

    def shown(self, figure: str, unit: int | str = ALL) -> Sum | None:
        """A sum as it may be shown; None when it stays closed. Of a part there are gain and loss alone."""
        return self._shown((figure, unit))

    def by_age(self, figure: str, group: int | str | None, sex: int | str | None) -> Sum | None:
        """A sum by age and sex as it may be shown; None when it stays closed."""
        return self._shown(age(figure, group, sex))

    def difference(self, unit: int | str = ALL) -> int | None:
        """Fen then less fen now; None when one of the two stays closed."""
        now, then = self.shown(NOW, unit), self.shown(THEN, unit)
        return None if now is None or then is None else then.fen - now.fen

    def _shown(self, key: Key) -> Sum | None:
        return None if key in self.closed else self.cells.get(key, Sum())


def closed_of(
    cells: Mapping[Key, Sum], made_of: Mapping[str, tuple[str, ...]], lines: tuple[int, ...]
) -> frozenset[Key]:
    """The sums of figures that stay closed; effects are never told.

    Afterwards no figure of few families is shown and none follows from the sums of its table; no effect and
    no figure of few follows from several figures of a unit; and the money before and after does not tell of
    those behind its difference where they are closed.

    Parameters
    ----------
    cells
        Sums of figures and effects; empty ones may be left out, as nobody is in them.
    made_of
        Of which effects each figure is made.
    lines
        Area numbers of the units.
    """
    families = {key: cell.families for key, cell in cells.items() if cell.families}
    few = {key for key, number in families.items() if number < small_cells.FEWEST}
    told = {key: number for key, number in families.items() if key[0] in made_of}
    effects = families.keys() - told.keys()
    tables = _within(told, _sums_of_tables(tuple(made_of), lines, _groups(told)))
    stories = _within(families, _sums_of_stories(made_of, lines))
    forced = {(THEN, unit) for unit in (*lines, ALL) if (TOUCHED, unit) in few}
    while True:
        # What is forced counts as one of few, and is closed as such.
        closed = set(small_cells.closed_cells(told | dict.fromkeys(forced & told.keys(), 1), tables))
        more = {(THEN, unit) for unit in (*lines, ALL) if (TOUCHED, unit) in closed}
        more = {key for key in more if key in told and key not in closed}
        if not more:
            found = small_cells.determined(closed | effects, [*tables, *stories]) & few
            more = {key for one in found if (key := _another(one, told, closed)) is not None}
            if not more:
                return frozenset(told if found else closed)  # type: ignore[arg-type]
        if more <= forced:  # nothing more can be closed one by one
            return frozenset(told)
        forced |= more


def _another(found: Hashable, told: Mapping[Key, int], closed: Set[Hashable]) -> Key | None:
    """One more figure to close where several tell of few together; what holds now last: other pages tell it.

    None when nothing is left.
    """
    unit = found[1]  # type: ignore[index]
    candidates = ((figure, place) for place in (unit, ALL) for figure in _CLOSED_FIRST)
    return next((key for key in candidates if key in told and key not in closed), None)


def _within(families: Mapping[Key, int], sums: Iterator[tuple[Key, list[Key]]]) -> list[small_cells.Sum]:
    """Sums without their empty parts: everybody knows that nobody is in them."""
    return [
        (total, [part for part in parts if part in families]) for total, parts in sums if total in families
    ]


def _groups(families: Mapping[Key, int]) -> tuple[Hashable, ...]:
    return tuple(dict.fromkeys(key[1] for key in families if len(key) == 3 and key[1] != ALL))


def _sums_of_tables(
    figures: tuple[str, ...], lines: tuple[int, ...], groups: tuple[Hashable, ...]
) -> Iterator[tuple[Key, list[Key]]]:
    """Units add up to all of them; ages and sexes too."""
    for figure in figures:
        yield (figure, ALL), [(figure, unit) for unit in lines]
    sexes: tuple[Hashable, ...] = (1, 2, None)
    for figure in BY_AGE:
        for group in groups:
            yield (figure, group, ALL), [(figure, group, sex) for sex in sexes]
        for sex in sexes:
            yield (figure, ALL, sex), [(figure, group, sex) for group in groups]
        yield (figure, ALL), [(figure, group, ALL) for group in groups]
        yield (figure, ALL), [(figure, ALL, sex) for sex in sexes]


def _sums_of_stories(
    made_of: Mapping[str, tuple[str, ...]], lines: tuple[int, ...]
) -> Iterator[tuple[Key, list[Key]]]:
    """Effects add up to figures in each unit, and units to all of them."""
    for figure, parts in made_of.items():
        for unit in (*lines, ALL):
            yield (figure, unit), [(effect, unit) for effect in parts]
    for effect in dict.fromkeys(effect for parts in made_of.values() for effect in parts):
        yield (effect, ALL), [(effect, unit) for unit in lines]
