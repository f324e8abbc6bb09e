"""Months close level by level, restatements carry reasons, a seal names what changed."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.accountability.made import CATALOGUE, UNITS, YEAR, figures

from tongchou import indicators
from tongchou.domain.accountability.periods import period
from tongchou.domain.accountability.problems import AccountabilityError
from tongchou.domain.accountability.sealing import canonical, seal
from tongchou.domain.accountability.settlement import Book, Publication, restated, settle

MARCH, APRIL = np.datetime64("2026-03"), np.datetime64("2026-04")
DAY = dt.date(2026, 4, 3)
BOOK = Book({"v1": "t", "v2": "t", "t": "c"})


def test_villages_close_before_their_township_and_a_closed_month_is_locked() -> None:
    book = BOOK.close("v1", MARCH, DAY)
    with pytest.raises(AccountabilityError, match="1 units below have not closed: v2"):
        book.close("t", MARCH, DAY)
    book = book.close("v2", MARCH, DAY).close("t", MARCH, DAY)
    assert book.locked("t", MARCH) and not book.locked("c", MARCH) and not BOOK.locked("v1", MARCH)
    assert book.close("c", MARCH, DAY).locked("c", MARCH)


def test_what_does_not_close() -> None:
    with pytest.raises(AccountabilityError, match="the month is not over"):
        BOOK.close("v1", MARCH, dt.date(2026, 3, 31))
    book = BOOK.close("v1", MARCH, DAY)
    with pytest.raises(AccountabilityError, match="closed already"):
        book.close("v1", MARCH, DAY)
    with pytest.raises(AccountabilityError, match="2026-04 is still open"):
        book.close("v1", APRIL + 1, dt.date(2026, 6, 2))
    assert book.close("v1", APRIL, dt.date(2026, 5, 2)).locked("v1", APRIL)


KEYS = [(unit, "paid_on_time", period(f"2026-0{month}")) for unit in "ab" for month in (1, 2)]
NUMBERS = st.one_of(st.just(float("nan")), st.integers(0, 4).map(float))
TABLES = st.dictionaries(st.sampled_from(KEYS), NUMBERS)


@given(st.lists(TABLES, min_size=1, max_size=3), TABLES)
def test_first_published_and_now_tell_every_change_once(
    tables: list[dict[tuple[str, str, object], float]], now: dict[tuple[str, str, object], float]
) -> None:
    out = [Publication(DAY + dt.timedelta(days=at), table) for at, table in enumerate(tables)]  # type: ignore[arg-type]
    found = restated(out, now, dict.fromkeys(KEYS, "补录"))  # type: ignore[arg-type]
    told = {one.key: one for one in found}
    for key in KEYS:
        first = next((table[key] for table in tables if key in table), None)
        if first is None:
            assert key not in told  # new, not restated
            continue
        today = now.get(key, float("nan"))
        same = first == today or (np.isnan(first) and np.isnan(today))
        assert (key in told) != same
        if key in told:
            assert told[key].first == first or np.isnan(first)
            assert np.isnan(told[key].difference) or told[key].difference == today - first


def test_a_restatement_needs_its_reason_and_publications_their_order() -> None:
    out = [Publication(DAY, {KEYS[0]: 0.9}), Publication(DAY - dt.timedelta(days=1), {})]
    with pytest.raises(AccountabilityError) as raised:
        restated(out, {KEYS[0]: 0.8}, {KEYS[0]: " "})
    said = raised.value.lines("en")
    assert any("publications are out of order" in line for line in said)
    assert any("2026-01 was 0.9 and is 0.8; the reason is missing" in line for line in said)


def test_the_year_is_settled_on_restated_data() -> None:
    first = figures(paid_on_time=([95, 80, 85, 90], [100] * 4))
    now = figures(paid_on_time=([60, 80, 85, 90], [100] * 4))  # u0 had reported what was not paid
    found = settle(CATALOGUE, YEAR, UNITS, first, now)
    assert found.first_ranking.rank.tolist() == [1, 4, 3, 2] and found.ranking.rank.tolist() == [4, 3, 2, 1]
    moved = {unit: (gap, then, rank) for unit, gap, then, rank in found.moved()}
    assert moved["u0"][0] == pytest.approx(0.25 * (60 - 95) / 98) and moved["u0"][1:] == (1, 4)
    assert moved["u3"] == (0, 2, 1)
    same = settle(CATALOGUE, YEAR, UNITS, first, first)
    assert list(same.moved()) == []
    assert canonical(same) == canonical(settle(CATALOGUE, YEAR, UNITS, first, first))


SIMPLE = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(), st.binary(),
    st.dates(), st.fractions(),
)  # fmt: skip
VALUES = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.one_of(st.text(), st.integers()), inner)),
    max_leaves=8,
)


def same(one: object, two: object) -> bool:
    """Equal and of the same kinds: 1, 1.0 and True are three inputs."""
    if type(one) is not type(two):
        return False
    if isinstance(one, list) and isinstance(two, list):
        return len(one) == len(two) and all(same(a, b) for a, b in zip(one, two, strict=True))
    if isinstance(one, dict) and isinstance(two, dict):
        return one.keys() == two.keys() and all(same(one[key], two[key]) for key in one)
    return one == two


@given(VALUES, VALUES)
def test_two_inputs_have_the_same_bytes_only_when_they_are_the_same(one: object, two: object) -> None:
    assert (canonical(one) == canonical(two)) == same(one, two)


@given(st.dictionaries(st.text(), SIMPLE, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_a_mapping_is_none(table: dict[str, object], random: object) -> None:
    keys = random.sample(sorted(table), len(table))  # type: ignore[attr-defined]
    assert canonical({key: table[key] for key in keys}) == canonical(table)


def test_arrays_dataclasses_and_unknowns() -> None:
    class Colour(StrEnum):
        RED = "red"

    quiet = np.array([np.nan, 1.0])
    other = np.frombuffer(np.array([0xFFF8000000000001, 0x3FF0000000000000], dtype="<u8").tobytes(), "<f8")
    assert canonical(quiet) == canonical(other)  # every nan is the same unknown
    assert canonical(np.array([0.0])) == canonical(np.array([-0.0])) and canonical(0.0) == canonical(-0.0)
    assert canonical(np.zeros((2, 3))) != canonical(np.zeros((3, 2)))
    assert canonical(np.array([1, 2], dtype=np.int32)) == canonical(np.array([1, 2], dtype=np.int64))
    assert canonical(np.array([True])) != canonical(np.array([1]))
    assert canonical(Colour.RED) != canonical("red")
    assert canonical({1, 2, 3}) == canonical(frozenset([3, 2, 1]))
    assert canonical(period("2026")) == canonical(period("2026")) != canonical(period("2025"))
    assert canonical(Fraction(1, 2)) != canonical(0.5)
    assert canonical(["asb"]) != canonical(["a", "b"])  # the kind's letter may stand in a text
    with pytest.raises(TypeError, match="object has no canonical bytes"):
        canonical(object())


def test_a_seal_names_the_input_that_changed() -> None:
    inputs: dict[str, object] = {"definitions": indicators.texts(), "weights": YEAR, "seed": 7}
    one = seal(**inputs)
    assert seal(**dict(reversed(inputs.items()))) == one
    other = seal(**inputs | {"seed": 8}, counts=[1])
    assert one.differs(other) == ("counts", "seed") and one.sha256 != other.sha256
