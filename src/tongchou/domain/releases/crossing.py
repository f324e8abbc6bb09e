"""What a new table gives away beside all that are out, and how many versions of one may be.

Four questions, each about everything that is published together:

- does a difference of two shown figures count few (other boundaries, part of a year, a total minus a part)?
- does the count of a small cell follow from the sums of all tables?
- can a small cell be bounded more narrowly than its protection?
- is the budget of versions used up? Each version of a rounded table narrows what can be guessed.

Source: Hundepool and others, Statistical Disclosure Control (2012), sections 4.4 and 5.5.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeAlias

from tongchou.domain.differencing import Figure, betrayed
from tongchou.domain.releases.cells import TOTAL, UNKNOWN, Cell, Layout
from tongchou.domain.releases.definition import Measure, Method
from tongchou.domain.releases.intervals import bounds
from tongchou.domain.releases.protection import Shown
from tongchou.domain.small_cells import Sum, determined
from tongchou.domain.statistics.cube import AGE_STARTS

#: Villages, months, and the categories of each dimension that a figure counts.
Box: TypeAlias = tuple[frozenset[str], frozenset[str], frozenset[tuple[str, frozenset[str]]]]
Progress: TypeAlias = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a table that a person should know before it is sealed.

    Attributes
    ----------
    kind
        ``difference``, ``follows``, ``narrow``, ``budget`` refuse the table; ``restated``, ``margin``,
        ``incomplete``, ``left_out``, ``closed`` are to be looked at.
    table, cell
        Which figure: the name of the table it stands in and its cell, in words of codes.
    other
        The figure it is compared with, if any.
    number
        How many people it is about, or how narrow; versions of a budget.
    """

    kind: str
    table: str = ""
    cell: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    number: int = 0

    @property
    def refuses(self) -> bool:
        return self.kind in REFUSES


REFUSES: Final = frozenset({"difference", "follows", "narrow", "budget"})


@dataclass(frozen=True)
class Released:
    """A table with what it shows and what it hides.

    Attributes
    ----------
    name
        Code, period and version.
    shown
        As it is published.
    counts
        The true counts of the same cells, kept inside.
    """

    name: str
    layout: Layout
    period: str
    shown: Shown
    counts: Mapping[Cell, int]

    @cached_property
    def boxes(self) -> dict[Cell, Box]:
        """What each cell counts."""
        villages = {one.code: one.villages for one in self.layout.places}
        return {cell: (villages[cell[0]], *self._within(cell[1:])) for cell in self.counts}

    @property
    def subjects(self) -> frozenset[tuple[str, str]]:
        basis = str(self.layout.definition.basis)
        return frozenset((str(one), basis) for one in self._measures())

    def subject(self, cell: Cell) -> tuple[str, str]:
        counted = self.layout.definition.counts
        measure = cell[1] if counted is None else str(counted)
        return measure, str(self.layout.definition.basis)

    def _measures(self) -> Iterable[Measure]:
        counted = self.layout.definition.counts
        return self.layout.definition.measures if counted is None else (counted,)

    def _within(self, codes: Sequence[str]) -> tuple[frozenset[str], frozenset[tuple[str, frozenset[str]]]]:
        definition = self.layout.definition
        measure = definition.counts or Measure(codes[0])
        parts = []
        whole_year = len(self.period) == 4
        months = [f"{self.period}-{month:02d}" for month in range(1, 13)] if whole_year else [self.period]
        if definition.of_stock(measure):
            months = months[-1:]
        for name, code in zip(definition.by, codes[1:], strict=True):
            if code == TOTAL:
                continue
            if name == "month":
                months = [f"{self.period}-{code}"]
            elif name == "age":
                parts.append((name, _ages(code, definition.ages)))
            else:
                parts.append((name, frozenset({code})))
        if definition.from_age:
            parts.append(("age", frozenset(str(one) for one in AGE_STARTS if one >= definition.from_age)))
        return frozenset(months), frozenset(parts)

    @property
    def exact(self) -> bool:
        return self.layout.definition.control.method is Method.SUPPRESSION


def age_group(start: int, ages: Sequence[int]) -> str:
    """The code of the group an age belongs to, of groups that begin at some ages.

    Examples
    --------
    >>> age_group(5, [0, 15, 65]), age_group(70, [0, 15, 65])
    ('Y0T14', 'Y_GE65')
    """
    at = max(place for place, one in enumerate(ages) if one <= start)
    return f"Y_GE{ages[at]}" if at == len(ages) - 1 else f"Y{ages[at]}T{ages[at + 1] - 1}"


def _ages(code: str, ages: Sequence[int]) -> frozenset[str]:
    if code == UNKNOWN:
        return frozenset({UNKNOWN})
    return frozenset(str(one) for one in AGE_STARTS if age_group(one, ages) == code)


def given_away(
    new: Released, out: Sequence[Released], *, progress: Progress | None = None
) -> tuple[Finding, ...]:
    """What a new table gives away beside all that are out.

    Parameters
    ----------
    out
        Everything that was ever published, replaced and withdrawn tables too: nobody forgets them.
    """
    beside = [one for one in out if one.subjects & new.subjects]
    steps = len(beside) + 2
    found: list[Finding] = []
    for number, old in enumerate(beside):
        if progress:
            progress(number, steps)
        if old.exact and new.exact:
            found += _differences(new, old)
    if progress:
        progress(steps - 2, steps)
    if beside:
        found += _together(new, beside)
        found += _narrowed(new, beside)
    if progress:
        progress(steps, steps)
    return tuple(dict.fromkeys(found))


def budget(versions: int, *, out: int) -> tuple[Finding, ...]:
    """Refuses one version more than a table may have of one period."""
    return (Finding("budget", number=versions),) if out >= versions else ()


def _differences(new: Released, old: Released) -> list[Finding]:
    """Pairs of shown figures, one part of the other, whose difference counts few."""
    fewest = max(new.layout.definition.control.threshold, old.layout.definition.control.threshold)
    found = []
    for subject in sorted(new.subjects & old.subjects):
        figures, names = _figures([old, new], subject)
        fresh = [one for one in figures if names[one.name][0] is new]
        stale = [one for one in figures if names[one.name][0] is old]
        for one in betrayed(stale, fresh, fewest=fewest):
            (whole_in, whole), (part_in, part) = names[one.whole], names[one.part]
            if whole_in is part_in:
                continue  # within one table the closing of cells has seen to it
            mine, other = (whole, part) if whole_in is new else (part, whole)
            same = whole_in.boxes[whole] == part_in.boxes[part]
            level = next(each.level for each in new.layout.places if each.code == mine[0])
            kind = "restated" if same and level != "village" else "difference"
            found.append(Finding(kind, old.name, mine, other, one.few))
    return found


def _figures(
    tables: Sequence[Released], subject: tuple[str, str]
) -> tuple[list[Figure], dict[str, tuple[Released, Cell]]]:
    """The shown figures of some tables as sets of the coarsest atoms that tell them apart."""
    shown = [
        (table, cell, table.boxes[cell])
        for table in tables
        for cell, value in table.shown.items()
        if value is not None and table.subject(cell) == subject
    ]
    axes: list[tuple[str, list[frozenset[str] | None]]] = [
        ("villages", [box[0] for *_rest, box in shown]),
        ("months", [box[1] for *_rest, box in shown]),
    ]
    for name in sorted({name for *_rest, box in shown for name, _codes in box[2]}):
        axes.append((name, [dict(box[2]).get(name) for *_rest, box in shown]))
    sides: list[list[frozenset[int]]] = []
    for _name, sets in axes:
        distinct = list(dict.fromkeys(sets))
        given = [one for one in distinct if one is not None]
        classes: dict[tuple[bool, ...], int] = {}
        for element in sorted(frozenset().union(*given)):
            classes.setdefault(tuple(element in one for one in given), len(classes))
        rest = len(classes)  # what none of the named categories holds
        every = frozenset(range(rest + (None in distinct)))
        made = {
            one: frozenset(number for signs, number in classes.items() if signs[place])
            for place, one in enumerate(given)
        }
        sides.append([every if one is None else made[one] for one in sets])
    figures, names = [], {}
    for number, (table, cell, _box) in enumerate(shown):
        atoms: frozenset[Hashable] = frozenset(itertools.product(*(side[number] for side in sides)))
        name = f"{number:06d}"
        value = table.shown[cell]
        figures.append(Figure(name, atoms, int(value or 0)))
        names[name] = (table, cell)
    return figures, names


def _together(new: Released, beside: Sequence[Released]) -> list[Finding]:
    """Small cells that follow from the sums of all tables, or are bounded more narrowly than they may be."""
    exact = [one for one in (new, *beside) if one.exact]
    if new not in exact or len(exact) < 2:
        return []
    where: dict[int, tuple[Released, Cell]] = {}
    counts: dict[Hashable, int] = {}
    shown: set[Hashable] = set()
    sums: list[Sum] = []
    numbers: dict[Hashable, int] = {}
    for table in exact:
        keys: dict[Cell, int] = {}
        for cell, count in table.counts.items():
            # With its count: where the record has changed, it is another figure.
            figure = (table.subject(cell), table.boxes[cell], count)
            key = keys[cell] = numbers.setdefault(figure, len(numbers))
            counts[key] = count
            where.setdefault(key, (table, cell))
            if table.shown[cell] is not None:
                shown.add(key)
        sums += [(keys[total], [keys[part] for part in parts]) for total, parts in table.layout.sums()]
    control = new.layout.definition.control
    closed = set(counts) - shown
    small = {key for key in where if key in closed and 0 < counts[key] < control.threshold}
    known = determined(closed, sums)
    found = [_about("follows", where[key], counts[key]) for key in sorted(small) if key in known]
    spans = bounds(small - known, closed, counts, sums)
    for key in sorted(small - known):
        least, most = spans[key]
        if most - least < control.protection:
            found.append(_about("narrow", where[key], int(most - least + 1)))
    return found


def _narrowed(new: Released, beside: Sequence[Released]) -> list[Finding]:
    """Small cells that several rounded figures, or a rounded and a closed one, bound too narrowly."""
    tables = [new, *beside]
    if all(one.exact for one in tables):
        return []
    numbers: dict[Hashable, int] = {}
    ranges: dict[int, tuple[float, float, int]] = {}
    where: dict[int, tuple[Released, Cell]] = {}
    mine: dict[int, int] = {}  # true counts
    for table in tables:
        for cell, count in table.counts.items():
            figure = (table.subject(cell), table.boxes[cell], count)
            key = numbers.setdefault(figure, len(numbers))
            value = table.shown[cell]
            base = table.layout.definition.control.base
            if table.exact:
                least, most, width = (1.0, math.inf, 0) if value is None else (float(value), float(value), 0)
            else:
                assert value is not None
                least, most, width = max(0.0, value - base + 1.0), value + base - 1.0, base
            held = ranges.get(key, (0.0, math.inf, 0))
            ranges[key] = (max(least, held[0]), min(most, held[1]), max(width, held[2]))
            where.setdefault(key, (table, cell))
            if table is new:
                mine[key] = count
    found = []
    for key, count in sorted(mine.items()):
        least, most, width = ranges[key]
        if 0 < count < width and most - least + 1 < width:
            found.append(_about("narrow", where[key], int(most - least + 1)))
    return found


def _about(kind: str, at: tuple[Released, Cell], number: int) -> Finding:
    return Finding(kind, at[0].name, at[1], (), number)
