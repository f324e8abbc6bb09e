"""Somebody who takes every public file of a table and subtracts: no closed cell comes out of any of them."""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any

import openpyxl
import pytest
from django.test import Client

from tongchou.apps.releases import api as releases
from tongchou.apps.releases.tests.conftest import Desk
from tongchou.domain.releases import exports
from tongchou.domain.releases.cells import TOTAL
from tongchou.domain.releases.exports import MEDIA
from tongchou.web.console.presenters import releases as present
from tongchou.web.console.release_workbook import release_workbook

CELL = tuple[str, ...]
#: Tables of people in which few stand behind a cell, each with its period.
TABLES = (("population_by_age", "2025"), ("education_by_age", "2026-06"))


@pytest.fixture
def desk(
    make_cubes: Callable[..., Any], make_account: Any, county: Any, county_reviewer: Any, frozen_clock: Any
) -> Desk:
    make_cubes(months=24, people=130)
    maker = make_account("tongji", "statistician", county.county, "统计员（示例）")
    return Desk(maker, county_reviewer, county.county, frozen_clock)


def files_of(one: Any) -> Iterator[tuple[str, dict[CELL, str]]]:
    """What each file for programs says of each cell."""
    beside = json.loads(releases.file_of(one, "metadata.json"))
    for ending in MEDIA:
        content = releases.file_of(one, ending)
        table, _about = exports.read_back(releases.file_name(one, ending), content, beside=beside)
        yield ending, {cell: seen.value for cell, seen in table.cells.items()}


def subtracted(seen: dict[CELL, str], areas: dict[str, list[str]]) -> dict[CELL, int]:
    """Closed cells that follow by taking sums apart, one unknown at a time, as anybody can with a pencil."""
    known = {cell: int(value) for cell, value in seen.items() if value != ""}
    sums: list[list[CELL]] = []
    for cell in seen:
        for place in range(2, len(cell)):
            if cell[place] == TOTAL:
                parts = [one for one in seen if one[place] != TOTAL and one[:place] == cell[:place]
                         and one[place + 1 :] == cell[place + 1 :]]  # fmt: skip
                sums.append([cell, *parts])
        parts = [one for below in areas.get(cell[0], ()) if (one := (below, *cell[1:])) in seen]
        if parts:
            sums.append([cell, *parts])
    found: dict[CELL, int] = {}
    for _round in itertools.count():
        before = len(found)
        for whole, *parts in sums:
            open_ones = [one for one in (whole, *parts) if one not in known]
            if len(open_ones) == 1 and parts:
                rest = sum(known[one] for one in parts if one in known)
                value = rest if open_ones[0] == whole else known[whole] - rest
                known[open_ones[0]] = found[open_ones[0]] = value
        if len(found) == before:
            return found
    raise AssertionError


@pytest.mark.parametrize(("code", "period"), TABLES)
def test_no_file_gives_a_closed_cell_away(
    desk: Desk, client: Client, county: Any, code: str, period: str
) -> None:
    one = desk.checked(code, period)
    assert not releases.refused(one)
    one = releases.publish(release_id=desk.sealed(one).pk, by=desk.sealer, at=desk.at)
    figures = {cell: seen.value for cell, seen in releases.figures(one).cells.items()}
    closed = {cell for cell, value in figures.items() if value == ""}
    assert closed and len(closed) < len(figures)
    areas = {county.county.code: [county.township.code]}
    for ending, seen in files_of(one):
        assert seen == figures, ending
        assert subtracted(seen, areas) == {}, ending
    grid = present.grid(releases.figures(one), releases.labels_of(one), language="zh", most=None)
    shown = [text for line in grid.lines for text in line.figures]
    assert shown.count(present.MARK) == len(closed)
    book = openpyxl.load_workbook(io.BytesIO(release_workbook(one, language="zh")))
    cells = [cell for row in book.active.iter_rows(values_only=True) for cell in row]
    assert cells.count(present.MARK) == len(closed)
    page = client.get(present.public_url(one)).content.decode()
    assert page.count(f">{present.MARK}<") >= min(len(closed), 1)


def test_the_attacker_can_subtract() -> None:
    """A pencil that finds nothing must find something where there is something to find."""
    seen = {("a", "m", TOTAL): "30", ("a", "m", "x"): "25", ("a", "m", "y"): ""}
    assert subtracted(seen, {}) == {("a", "m", "y"): 5}
    above = {("a", "m", TOTAL): "30", ("b", "m", TOTAL): "", ("c", "m", TOTAL): "21"}
    assert subtracted(above, {"a": ["b", "c"]}) == {("b", "m", TOTAL): 9}
