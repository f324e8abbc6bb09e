"""Outlines of areas read from GeoJSON: everything wrong with a file at once, and nothing kept but shapes.

Names, descriptions and whatever else a file says of an area are dropped: areas have their names from the
tree, and a file from elsewhere may say anything. What is kept is a code and rings of points.

Source: RFC 7946 (longitude before latitude, WGS 84, closed rings of four positions or more).
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, TypeAlias

Point: TypeAlias = tuple[float, float]  # longitude, latitude in degrees
#: Closed rings; outer ones and holes alike, as they are filled by the even-odd rule.
Shape: TypeAlias = tuple[tuple[Point, ...], ...]

LARGEST: Final = 10 * 1024 * 1024
MOST_AREAS: Final = 5_000
MOST_POINTS: Final = 400_000
#: Degrees within which all of China lies (国家基本比例尺地图: 73°–136° E, 3°–54° N).
WEST, EAST, SOUTH, NORTH = 73.0, 136.0, 3.0, 54.0
#: Decimals that are kept: about ten metres.
_DECIMALS: Final = 4
#: What a file may call the code of an area.
CODE_NAMES: Final = ("code", "adcode", "dm", "区划代码", "代码")


class Wrong(StrEnum):
    """What can be wrong with a file or one of its areas."""

    TOO_LARGE = "too_large"
    NOT_JSON = "not_json"
    NOT_COLLECTION = "not_collection"
    TOO_MANY = "too_many"
    TOO_MANY_POINTS = "too_many_points"
    NOT_FEATURE = "not_feature"
    NO_CODE = "no_code"
    UNKNOWN_CODE = "unknown_code"
    TWICE = "twice"
    GEOMETRY = "geometry"
    RING = "ring"
    NOT_NUMBER = "not_number"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with the area at a place of the file, counted from 1; 0 is the file itself.

    ``code`` is the area's, when it is a known one: nothing else of the file is repeated.
    """

    place: int
    wrong: Wrong
    code: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """Shapes by code, areas asked for that have none, and everything wrong."""

    shapes: Mapping[str, Shape] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def read(content: bytes, *, known: Collection[str], wanted: Collection[str] = ()) -> Read:
    """The outlines of a file.

    Parameters
    ----------
    content
        GeoJSON in UTF-8: a FeatureCollection of polygons, each with the code of its area.
    known
        Codes an outline may be of, in the form they are kept; a file may pad them with zeros.
    wanted
        Codes that should have one: those without are ``missing``, which is no mistake.

    Examples
    --------
    >>> ring = [[105.0, 27.0], [105.1, 27.0], [105.1, 27.1], [105.0, 27.0]]
    >>> one = {"type": "Feature", "properties": {"code": "520521901000", "name": "<b>"},
    ...        "geometry": {"type": "Polygon", "coordinates": [ring]}}
    >>> text = json.dumps({"type": "FeatureCollection", "features": [one, one]}).encode()
    >>> found = read(text, known={"520521901"}, wanted={"520521901", "520521902"})
    >>> sorted(found.shapes), found.missing, [(one.place, one.wrong.value) for one in found.problems]
    (['520521901'], ('520521902',), [(2, 'twice')])
    """
    if len(content) > LARGEST:
        return Read(problems=(Problem(0, Wrong.TOO_LARGE),))
    try:
        data = json.loads(content.decode("utf-8-sig"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return Read(problems=(Problem(0, Wrong.NOT_JSON),))
    if not isinstance(data, dict) or data.get("type") != "FeatureCollection":
        return Read(problems=(Problem(0, Wrong.NOT_COLLECTION),))
    features = data.get("features")
    if not isinstance(features, list) or not features:
        return Read(problems=(Problem(0, Wrong.NOT_COLLECTION),))
    if len(features) > MOST_AREAS:
        return Read(problems=(Problem(0, Wrong.TOO_MANY),))
    shapes: dict[str, Shape] = {}
    problems: list[Problem] = []
    points = 0
    for place, feature in enumerate(features, start=1):
        code, shape, wrong = _area(feature, known)
        problems += [Problem(place, one, code) for one in wrong]
        if not wrong and code in shapes:
            problems.append(Problem(place, Wrong.TWICE, code))
        elif shape is not None and not wrong:
            shapes[code] = shape
            points += sum(len(ring) for ring in shape)
    if points > MOST_POINTS:
        problems.append(Problem(0, Wrong.TOO_MANY_POINTS))
    missing = tuple(sorted(code for code in wanted if code not in shapes))
    return Read(shapes, missing, tuple(problems))


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def _area(feature: object, known: Collection[str]) -> tuple[str, Shape | None, list[Wrong]]:
    """The code, the shape and what is wrong with one area."""
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        return "", None, [Wrong.NOT_FEATURE]
    code = _code(feature.get("properties"))
    wrong = []
    if code is None:
        wrong.append(Wrong.NO_CODE)
    elif (held := next((one for one in _forms(code) if one in known), None)) is None:
        wrong.append(Wrong.UNKNOWN_CODE)
        code = None
    else:
        code = held
    rings, mistakes = _rings(feature.get("geometry"))
    return code or "", rings, wrong + mistakes


def _code(properties: object) -> str | None:
    if not isinstance(properties, dict):
        return None
    for name in CODE_NAMES:
        value = properties.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and value.strip():
            return value.strip()[:40]
    return None


def _forms(code: str) -> tuple[str, ...]:
    """A code as it is, and without the zeros that pad it to a village's."""
    if len(code) != 12 or not code.endswith("000"):
        return (code,)
    return (code, code[:9], code[:6]) if code.endswith("000000") else (code, code[:9])


def _rings(geometry: object) -> tuple[Shape | None, list[Wrong]]:
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        return None, [Wrong.GEOMETRY]
    parts = geometry.get("coordinates")
    parts = [parts] if geometry["type"] == "Polygon" else parts
    if not isinstance(parts, list) or not parts or not all(isinstance(one, list) and one for one in parts):
        return None, [Wrong.GEOMETRY]
    rings: list[tuple[Point, ...]] = []
    wrong: dict[Wrong, None] = {}
    for ring in (ring for part in parts for ring in part):
        points, mistake = _ring(ring)
        if mistake is not None:
            wrong.setdefault(mistake)
        rings.append(points)
    return tuple(rings), list(wrong)


def _ring(ring: object) -> tuple[tuple[Point, ...], Wrong | None]:
    if not isinstance(ring, list) or len(ring) < 4:
        return (), Wrong.RING
    points: list[Point] = []
    for position in ring:
        point = _point(position)
        if point is None:
            return (), Wrong.NOT_NUMBER
        if not (WEST <= point[0] <= EAST and SOUTH <= point[1] <= NORTH):
            return (), Wrong.OUTSIDE
        points.append(point)
    if points[0] != points[-1]:
        return (), Wrong.RING
    kept: Sequence[Point] = [
        point for place, point in enumerate(points) if not place or point != points[place - 1]
    ]
    return (tuple(kept), None) if len(kept) >= 4 else ((), Wrong.RING)


def _point(position: Any) -> Point | None:
    if not isinstance(position, list) or len(position) not in (2, 3):
        return None
    if any(isinstance(one, bool) or not isinstance(one, int | float) for one in position[:2]):
        return None
    try:
        x, y = (float(one) for one in position[:2])
    except OverflowError:
        return None
    return (round(x, _DECIMALS), round(y, _DECIMALS)) if math.isfinite(x) and math.isfinite(y) else None
