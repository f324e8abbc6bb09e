"""Indicators are of populations: what is of births stands in no order, and of no village by mother's age."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tongchou.domain.statistics.indicators import INDICATORS
from tongchou.domain.statistics.series import Step

PACKAGE = Path(__file__).parents[2] / "src" / "tongchou" / "domain" / "statistics"
MODULES = sorted(PACKAGE.glob("*.py"))
#: Words of putting areas in an order, of a duty, and of single people.
FORBIDDEN = re.compile(
    r"rank|league|sort|target|quota|alarm|worst|best_|person_id|household|mother_id|parity|marital", re.I
)
#: What makes figures; that days and villages are put in order where people are counted orders no figure.
FIGURES = {
    "birth_orders", "brass", "changes", "composition", "compute", "date_digits", "definition", "indicators",
    "of_births", "of_deaths", "of_events", "of_people", "of_records", "periods", "profiles",
    "quality", "series", "tables", "tabular",
}  # fmt: skip
ORDERING = {"sort", "argsort", "lexsort", "sorted", "argpartition", "partition", "argmax", "argmin", "top_k"}


def names(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.arg):
            found.add(node.arg)
        if isinstance(node, ast.Name):
            found.add(node.id)
    return found


@pytest.mark.parametrize(
    "path", [path for path in MODULES if path.stem in FIGURES], ids=lambda path: path.stem
)
def test_nothing_ranks_aims_or_points_at_people(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert {name for name in names(tree) if FORBIDDEN.search(name)} == set()
    called = {
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }
    assert not called & ORDERING


def test_what_makes_figures_is_there() -> None:
    assert {path.stem for path in MODULES} >= FIGURES


def test_births_by_age_of_mother_are_of_townships_and_above() -> None:
    for code in ("tfr", "mean_age_at_birth", "nrr"):
        for step in Step:
            assert not INDICATORS[code].allows(step, "village")
            assert not INDICATORS[code].allows(step, "village", leaning=True)


def test_the_sex_ratio_at_birth_is_never_of_a_village() -> None:
    srb = INDICATORS["srb"]
    for step in Step:
        assert not srb.allows(step, "village") and not srb.allows(step, "village", leaning=True)
        assert not srb.allows(step, "township")


def test_deaths_of_children_and_late_records_point_at_no_family() -> None:
    for code in ("imr", "u5mr", "births_recorded_same_month", "deaths_recorded_next_month"):
        assert not any(INDICATORS[code].allows(step, "village") for step in Step)


def test_whatever_is_made_of_births_is_marked() -> None:
    """Unmarked figures keep their values when all births are taken away."""
    import dataclasses

    import numpy as np

    from tongchou.domain.statistics.compute import all_series
    from tongchou.synth.months import made_months

    cube = made_months(villages=40, months=25, people=600, last="2025-12")
    cube = cube.grouped([range(40)], ["520599000000"])
    without = dataclasses.replace(
        cube,
        births=np.zeros_like(cube.births),
        mothers=np.zeros_like(cube.mothers),
        births_delay=np.zeros_like(cube.births_delay),
    )
    before, after = all_series(cube, Step.YEAR), all_series(without, Step.YEAR)
    moved = {
        code
        for code in before
        if not np.array_equal(before[code].figure.value, after[code].figure.value, equal_nan=True)
    }
    assert moved - {code for code, one in INDICATORS.items() if one.births} == {"imr"}  # deaths per birth


def test_children_on_record_are_told_of_no_girl_and_of_few_women_never() -> None:
    import numpy as np

    from tongchou.domain.statistics.brass import FEWEST, FEWEST_WOMEN, TOLD, pf

    assert min(TOLD) == 20  # nobody under 20, and not in any figure made of them
    many = np.full(7, 10.0 * FEWEST_WOMEN)
    for women, recent in ((np.full(7, FEWEST_WOMEN - 1.0), many), (many, np.full(7, FEWEST - 1.0))):
        found = pf(women, many, recent)
        assert np.isnan([found.on_record, found.by_now, found.ratio]).all()
