"""The tables of the indicators say what the registry says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tongchou.domain.statistics.composition import PARTS, Part
from tongchou.domain.statistics.indicators import INDICATORS, UNIT_WORDS, Indicator

PAGE = Path(__file__).parents[2] / "docs" / "methods" / "indicators.md"
ROWS = {
    line.split("|")[1].strip().strip("`"): line
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if line.startswith("| `")
}


@pytest.mark.parametrize("one", INDICATORS.values(), ids=lambda one: one.code)
def test_its_row_is_that_of_the_registry(one: Indicator) -> None:
    steps = "all" if len(one.steps) == 4 else "years"
    lowest = one.lowest + (f", leaning: {one.lowest_leaning}" if one.lowest_leaning else "")
    cells = (f"`{one.code}`", one.name, UNIT_WORDS[one.unit], one.formula, one.source, steps, lowest)
    assert ROWS[one.code] == f"| {' | '.join(cells)} |"


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.code)
def test_the_row_of_a_part_too(part: Part) -> None:
    cells = (f"`{part.code}`", part.name, "per cent", part.formula, part.source, "last month", "village")
    assert ROWS[part.code] == f"| {' | '.join(cells)} |"


def test_no_row_tells_of_an_indicator_that_is_gone() -> None:
    assert set(ROWS) == set(INDICATORS) | {part.code for part in PARTS}
