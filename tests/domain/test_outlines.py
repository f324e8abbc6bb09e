"""Outlines: whatever a file holds, it is read whole or refused with everything that is wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.domain import outlines
from tongchou.domain.outlines import Wrong, read

SQUARE = [[105.0, 27.0], [105.1, 27.0], [105.1, 27.1], [105.0, 27.1], [105.0, 27.0]]
KNOWN = {"520521901", "520521902", "520521901201"}


def feature(code: Any = "520521901", rings: Any = None, kind: str = "Polygon") -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"code": code, "name": "<script>alert(1)</script>", "note": "x"},
        "geometry": {"type": kind, "coordinates": [SQUARE] if rings is None else rings},
    }


def written(*features: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


def wrongs(content: bytes) -> list[tuple[int, Wrong]]:
    return [(one.place, one.wrong) for one in read(content, known=KNOWN).problems]


def test_codes_and_rings_are_kept_and_nothing_else() -> None:
    found = read(written(feature(), feature("520521902000", [[SQUARE]], "MultiPolygon")), known=KNOWN)
    assert found.problems == ()
    assert set(found.shapes) == {"520521901", "520521902"}
    assert found.shapes["520521901"] == (tuple((x, y) for x, y in SQUARE),)
    assert "script" not in repr(found)


def test_everything_wrong_is_said_at_once() -> None:
    far = [[5.0, 52.0], [5.1, 52.0], [5.1, 52.1], [5.0, 52.0]]
    content = written(
        feature(),
        feature(),
        feature("999999999"),
        feature(None),
        feature("520521902", far),
        feature("520521902", [far]),
        feature("520521902", [SQUARE[:-1]]),
        feature("520521902", [[["a", 1], *SQUARE[1:]]]),
        feature("520521902", kind="Point"),
        {"type": "Point"},
        feature("888", [far]),
    )
    assert wrongs(content) == [
        (2, Wrong.TWICE), (3, Wrong.UNKNOWN_CODE), (4, Wrong.NO_CODE), (5, Wrong.RING),
        (6, Wrong.OUTSIDE), (7, Wrong.RING), (8, Wrong.NOT_NUMBER), (9, Wrong.GEOMETRY),
        (10, Wrong.NOT_FEATURE), (11, Wrong.UNKNOWN_CODE), (11, Wrong.OUTSIDE),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"\xff\xfe", Wrong.NOT_JSON),
        (b"<script>", Wrong.NOT_JSON),
        (b"[" * 100_000, Wrong.NOT_JSON),
        (b'{"type": "FeatureCollection", "features": [NaN]}', Wrong.NOT_JSON),
        (b"{}", Wrong.NOT_COLLECTION),
        (b'{"type": "FeatureCollection", "features": []}', Wrong.NOT_COLLECTION),
        (b" " * (outlines.LARGEST + 1), Wrong.TOO_LARGE),
        (written(*[{}] * (outlines.MOST_AREAS + 1)), Wrong.TOO_MANY),
    ],
    ids=["bytes", "html", "deep", "nan", "object", "empty", "large", "many"],
)
def test_what_is_no_file_of_outlines_is_refused(content: bytes, wrong: Wrong) -> None:
    assert wrongs(content) == [(0, wrong)]


def test_too_many_points_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlines, "MOST_POINTS", 4)
    assert (0, Wrong.TOO_MANY_POINTS) in wrongs(written(feature()))


def test_areas_without_a_shape_are_named() -> None:
    assert read(written(feature()), known=KNOWN, wanted=KNOWN).missing == ("520521901201", "520521902")


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inside: (
        st.lists(inside, max_size=5)
        | st.dictionaries(
            st.sampled_from(["type", "features", "properties", "geometry", "coordinates", "code"]), inside
        )
    ),
    max_leaves=25,
)


@given(ANY)
def test_whatever_is_sent_is_read_or_refused(value: Any) -> None:
    for content in (json.dumps(value), json.dumps({"type": "FeatureCollection", "features": [value]})):
        found = read(content.encode(), known=KNOWN)
        assert found.problems or found.shapes
        for shape in found.shapes.values():
            for ring in shape:
                assert ring[0] == ring[-1] and len(ring) >= 4


@given(
    st.lists(
        st.tuples(st.floats(outlines.WEST, outlines.EAST), st.floats(outlines.SOUTH, outlines.NORTH)),
        min_size=3,
        max_size=30,
        unique_by=lambda one: (round(one[0], 3), round(one[1], 3)),
    )
)
def test_a_ring_of_china_is_kept_to_ten_metres(points: list[tuple[float, float]]) -> None:
    ring = [list(point) for point in [*points, points[0]]]
    found = read(written(feature(rings=[ring])), known=KNOWN)
    assert found.problems == ()
    (kept,) = found.shapes["520521901"]
    assert len(kept) == len(ring)
    assert all(
        abs(a - b) <= 0.00006
        for one, other in zip(kept, ring, strict=True)
        for a, b in zip(one, other, strict=True)
    )
