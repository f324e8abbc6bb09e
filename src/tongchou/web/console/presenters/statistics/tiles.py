"""A map of areas by one figure: squares in the order of the tree, or true outlines where there are any.

Figures of births, natural increase and the sex ratio at birth have no map: a shade is read as a verdict, and
whoever answers for a dark place would pass it on to its families. They stand in a table, in the order of the
tree, like an address book.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from tongchou.apps.statistics.api import Group
from tongchou.domain.divisions import Level
from tongchou.domain.outlines import Shape
from tongchou.domain.statistics.compute import series
from tongchou.domain.statistics.cube import MonthCube
from tongchou.domain.statistics.definition import Indicator, Kind, Topic
from tongchou.domain.statistics.indicators import INDICATORS
from tongchou.domain.statistics.series import Series, Step
from tongchou.web.console.parts import Option
from tongchou.web.console.presenters.statistics import words
from tongchou.web.console.presenters.statistics.chosen import shown_for
from tongchou.web.console.presenters.statistics.outlined import Outlined, outlined, short
from tongchou.web.console.presenters.statistics.shades import Kind as Scale
from tongchou.web.console.presenters.statistics.shades import Shades, shades

USUAL: Final = "share_60_plus"
#: Months read: twelve, and the one before them, where growth begins.
MONTHS: Final = 13
#: Squares in a row, their size and the room of a heading, in units of the drawing.
COLUMNS, WIDTH, HEIGHT, GAP, HEADING = 9, 106, 54, 5, 30
#: An interval over so many classes says little about which of them is right.
_UNSURE: Final = 3
#: So few areas say nothing about a group to lean on.
_FEWEST: Final = 5


@dataclass(frozen=True, slots=True)
class Row:
    """An area of the table."""

    name: str
    above: str
    value: str
    interval: str
    why: str
    shade: int
    unsure: bool
    url: str


@dataclass(frozen=True, slots=True)
class Tile:
    """A square of the schematic map: corner, lines of text, shade."""

    x: int
    y: int
    name: str
    full: str
    value: str
    shade: int
    unsure: bool

    @property
    def drawn(self) -> str:
        """It as SVG: of hundreds a template would take ten times as long."""
        at = f'x="{self.x}" y="{self.y}" width="{WIDTH}" height="{HEIGHT}" rx="4"'
        deep = " deep" if self.shade > 3 else ""  # the text on it is the light one
        hatched = f'<rect class="unsure" fill="url(#hatch)" {at}></rect>' if self.unsure else ""
        middle, value = self.x + WIDTH // 2, escape(self.value)
        return (
            f'<g class="tile{deep}"><title>{escape(self.full)}: {value}</title>'
            f'<rect class="area shade-{self.shade}" {at}></rect>{hatched}'
            f'<text x="{middle}" y="{self.y + 22}">{escape(self.name)}</text>'
            f'<text class="figure" x="{middle}" y="{self.y + 42}">{value}</text></g>'
        )


@dataclass(frozen=True, slots=True)
class Heading:
    y: int
    text: str


@dataclass(frozen=True, slots=True)
class Schematic:
    """Squares in the order of the tree, a block for each area above."""

    width: int
    height: int
    tiles: list[Tile]
    headings: list[Heading]

    @property
    def squares(self) -> SafeString:
        """All squares as SVG; what is written on them is escaped."""
        return mark_safe("".join(one.drawn for one in self.tiles))  # noqa: S308 - escaped above


@dataclass(frozen=True, slots=True)
class Legend:
    shade: int
    text: str
    count: int


@dataclass(frozen=True, slots=True)
class Map:
    """Everything the page shows; without ``schematic`` and ``outlined`` there is a table alone."""

    code: str
    title: str
    unit: str
    period: str
    births: bool
    level: Level
    rows: list[Row]
    legend: list[Legend]
    unknown: int
    unsure: int
    shrunk: bool
    schematic: Schematic | None
    outlined: Outlined | None
    with_above: bool


def offered(level: Level) -> list[tuple[str, list[Option]]]:
    """Indicators that can be shown by area, by topic, in their fixed order."""
    found: dict[Topic, list[Option]] = {}
    for one in INDICATORS.values():
        if shown_for(one, level):
            found.setdefault(one.topic, []).append(Option(one.code, words.name(one)))
    return [(str(words.TOPICS[topic]), options) for topic, options in found.items()]


def wanted(asked: str, level: Level) -> Indicator:
    """The indicator asked for, or the usual one when it may not be shown by such areas."""
    one = INDICATORS.get(asked, INDICATORS[USUAL])
    return one if shown_for(one, level) else INDICATORS[USUAL]


def newest(cube: MonthCube, units: Sequence[Group], one: Indicator) -> Series:
    """The newest figures of some areas, at a month's end or of rolling years; a cube of them, in order."""
    last = cube.months[-1]
    step = Step.MONTH if one.at_end else Step.ROLLING_YEAR
    short = cube.between(last - (MONTHS - 1), last)
    return series(short, one.code, step=step, shrink_groups=_leaning(one, units))


def present(
    found: Series,
    units: Sequence[Group],
    one: Indicator,
    *,
    level: Level,
    scale: Scale = "quantile",
    outlines: Mapping[str, Shape] | None = None,
    urls: Mapping[str, str] | None = None,
) -> Map:
    """The newest figure of each area: at its end, or of its last twelve months.

    Parameters
    ----------
    found
        The figures of the units, in their order: ``newest``.
    level
        What the units are.
    outlines
        Shapes by the areas' codes; a true map is drawn when every unit has one.
    urls
        Where more about an area is, by its code.
    """
    last, groups = found.periods[-1], _leaning(one, units)
    values, low, high = (part[:, -1] for part in (found.figure.value, found.figure.low, found.figure.high))
    classes = shades(values, kind=scale) if not one.births else Shades((), ())
    rows = []
    for place, unit in enumerate(units):
        unsure = not one.births and _unsure(classes, float(low[place]), float(high[place]))
        rows.append(_row(unit, found, place, one, classes, unsure, (urls or {}).get(unit.code, "")))
    shapes = [outlines.get(unit.code) for unit in units] if outlines else []
    true = bool(shapes) and all(shape is not None for shape in shapes)
    return Map(
        code=one.code,
        title=words.name(one),
        unit=words.unit(one),
        period=words.period(last, found.step),
        births=one.births,
        level=level,
        rows=rows,
        legend=[] if one.births else _legend(classes, one),
        unknown=int(np.isnan(values).sum()),
        unsure=sum(row.unsure for row in rows),
        shrunk=groups is not None,
        schematic=None if one.births or true else schematic(rows),
        outlined=outlined([(row, shape) for row, shape in zip(rows, shapes, strict=True) if shape])
        if true and not one.births
        else None,
        with_above=len({unit.above for unit in units}) > 1,
    )


def _leaning(one: Indicator, units: Sequence[Group]) -> list[int] | None:
    """The number of each unit's group when rates of small areas lean on it; else None."""
    if one.births or one.kind is not Kind.RATE or len(units) < _FEWEST:
        return None
    numbers = {name: place for place, name in enumerate(dict.fromkeys(unit.above for unit in units))}
    return [numbers[unit.above] for unit in units]


def _unsure(classes: Shades, low: float, high: float) -> bool:
    """Whether an interval reaches over so many classes that the shade says little."""
    if np.isnan(low) or np.isnan(high) or len(classes.classes) < _UNSURE:
        return False
    return classes.place(float(high)) - classes.place(float(low)) + 1 >= _UNSURE


def _row(
    unit: Group, found: Series, place: int, one: Indicator, classes: Shades, unsure: bool, url: str
) -> Row:
    figure, last = found.figure, found.periods.size - 1
    value = float(figure.value[place, last])
    return Row(
        name=unit.name,
        above=unit.above,
        value=words.value(value, one.unit),
        interval=words.interval(float(figure.low[place, last]), float(figure.high[place, last]), one.unit),
        why=words.reason(found.reason(place, last)),
        shade=0 if one.births else classes.place(value),
        unsure=unsure,
        url=url,
    )


def _legend(classes: Shades, one: Indicator) -> list[Legend]:
    lines = []
    for each in classes.classes:
        low, high = words.value(each.low, one.unit), words.value(each.high, one.unit)
        lines.append(Legend(each.shade, low if low == high else f"{low} – {high}", each.count))
    return lines


def schematic(rows: Sequence[Row]) -> Schematic:
    """Squares from left to right in the order of the tree; each area above begins a block.

    The same areas give the same picture, whatever their values are.
    """
    tiles: list[Tile] = []
    headings: list[Heading] = []
    blocks: dict[str, list[Row]] = {}
    for row in rows:
        blocks.setdefault(row.above, []).append(row)
    y = 0
    for above, inside in blocks.items():
        if len(blocks) > 1:
            headings.append(Heading(y + HEADING - 10, above))
            y += HEADING
        for place, row in enumerate(inside):
            line, column = divmod(place, COLUMNS)
            tiles.append(
                Tile(
                    column * (WIDTH + GAP), y + line * (HEIGHT + GAP), short(row.name), row.name, row.value,
                    row.shade, row.unsure,
                )
            )  # fmt: skip
        y += -(-len(inside) // COLUMNS) * (HEIGHT + GAP)
    return Schematic(COLUMNS * (WIDTH + GAP) - GAP, max(HEIGHT, y), tiles, headings)
