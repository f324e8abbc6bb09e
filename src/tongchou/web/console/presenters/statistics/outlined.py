"""Outlines of areas as paths of a drawing: longitudes and latitudes on a plane, north at the top."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from tongchou.domain.outlines import Shape

#: Width of the drawing in its units; points nearer than one of them are one.
WIDTH: Final = 1000


class Drawn(Protocol):
    """An area with what is said of it."""

    @property
    def name(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def shade(self) -> int: ...
    @property
    def unsure(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Path:
    """An area's outline, as the attribute ``d`` of a path."""

    d: str
    name: str
    value: str
    shade: int
    unsure: bool


@dataclass(frozen=True, slots=True)
class Outlined:
    """A map of true outlines."""

    width: int
    height: int
    paths: list[Path]


def outlined(areas: Sequence[tuple[Drawn, Shape]]) -> Outlined:
    """The drawing of some areas, as large as it can be; degrees of longitude as short as they are there."""
    points = [point for _row, shape in areas for ring in shape for point in ring]
    west, east = min(x for x, _y in points), max(x for x, _y in points)
    south, north = min(y for _x, y in points), max(y for _x, y in points)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = WIDTH / max((east - west) * squeeze, (north - south), 1e-6)

    def at(point: tuple[float, float]) -> tuple[int, int]:
        return round((point[0] - west) * squeeze * scale), round((north - point[1]) * scale)

    paths = [
        Path(" ".join(_ring([at(point) for point in ring]) for ring in shape), row.name, row.value, row.shade,
             row.unsure)
        for row, shape in areas
    ]  # fmt: skip
    return Outlined(math.ceil((east - west) * squeeze * scale), math.ceil((north - south) * scale), paths)


def _ring(points: Sequence[tuple[int, int]]) -> str:
    kept = [points[0]]
    for point in points[1:]:
        if point != kept[-1]:
            kept.append(point)
    first, *rest = kept
    return f"M{first[0]} {first[1]}" + "".join(f"L{x} {y}" for x, y in rest) + "Z"
