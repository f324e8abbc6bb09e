"""Outlines of areas as paths of a drawing: longitudes and latitudes on a plane, north at the top."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from tongchou.domain.outlines import Shape

#: Width of the drawing in its units; points nearer than one of them are one.
WIDTH: Final = 1000
MOST_NAMES: Final = 60


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
    x: int  # the middle of the area, where its name stands
    y: int

    @property
    def short(self) -> str:
        return short(self.name)

    @property
    def deep(self) -> bool:
        """Whether the text on it is the light one."""
        return self.shade > 3


@dataclass(frozen=True, slots=True)
class Outlined:
    """A map of true outlines."""

    width: int
    height: int
    paths: list[Path]

    @property
    def named(self) -> bool:
        """Whether there is room for names."""
        return len(self.paths) <= MOST_NAMES


def outlined(areas: Sequence[tuple[Drawn, Shape]]) -> Outlined:
    """The drawing of some areas, as large as it can be; degrees of longitude as short as they are there."""
    points = [point for _row, shape in areas for ring in shape for point in ring]
    west, east = min(x for x, _y in points), max(x for x, _y in points)
    south, north = min(y for _x, y in points), max(y for _x, y in points)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = WIDTH / max((east - west) * squeeze, (north - south), 1e-6)

    def at(point: tuple[float, float]) -> tuple[int, int]:
        return round((point[0] - west) * squeeze * scale), round((north - point[1]) * scale)

    paths = []
    for row, shape in areas:
        rings = [[at(point) for point in ring] for ring in shape]
        across, down = zip(*(point for ring in rings for point in ring), strict=True)
        middle = (min(across) + max(across)) // 2, (min(down) + max(down)) // 2
        d = " ".join(_ring(ring) for ring in rings)
        paths.append(Path(d, row.name, row.value, row.shade, row.unsure, *middle))
    return Outlined(math.ceil((east - west) * squeeze * scale), math.ceil((north - south) * scale), paths)


def _ring(points: Sequence[tuple[int, int]]) -> str:
    kept = [points[0]]
    for point in points[1:]:
        if point != kept[-1]:
            kept.append(point)
    first, *rest = kept
    return f"M{first[0]} {first[1]}" + "".join(f"L{x} {y}" for x, y in rest) + "Z"


def short(name: str) -> str:
    """A name that fits a square; what is cut off ends in ….

    Examples
    --------
    >>> short("云岭镇（示例）"), short("威宁彝族回族苗族自治县"), short("青山村")
    ('云岭镇', '威宁彝族回…', '青山村')
    """
    bare = name.split("（")[0]
    return bare if len(bare) <= 6 else f"{bare[:5]}…"
