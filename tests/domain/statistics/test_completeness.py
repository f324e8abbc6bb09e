"""Completeness of births and deaths finds what was taken away from whole records."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tongchou.domain.statistics.completeness import completeness
from tongchou.domain.statistics.cube import AGE_STARTS, MonthCube
from tongchou.synth.months import made_months


def stable(deaths_recorded: float = 1.0, births_recorded: float = 1.0) -> tuple[MonthCube, np.ndarray]:
    """A stable population of one county over six years: growth 1 % a year, one schedule of mortality.

    Its people are what births and deaths make of them, so that whole records are complete by every method.
    """
    months, growth = 72, 0.01
    fine = np.arange(0, 110, 1 / 12) + 1 / 24
    force = 0.0002 + 0.00004 * np.exp(0.095 * fine)
    survive = np.exp(-np.cumsum(force) / 12)
    people = survive * np.exp(-growth * fine) * 40_000 / 12
    starts = np.array(AGE_STARTS)
    group = np.searchsorted(starts, fine.astype(int), side="right") - 1
    by_group = np.zeros(starts.size)
    dying = np.zeros(starts.size)
    np.add.at(by_group, group, people)
    np.add.at(dying, group, people * force / 12)
    grown = np.exp(growth * (np.arange(months) - months + 1) / 12)[None, :, None, None]
    half = np.array([0.5, 0.5])
    base = made_months(villages=1, months=months)
    stock = grown * by_group[None, None, :, None] * half
    born = people[0] / survive[0] * np.exp(growth / 24) * grown[..., 0] * half * births_recorded
    cube = replace(
        base,
        stock=stock,
        person_years=stock / 12,
        deaths=grown * dying[None, None, :, None] * half * deaths_recorded,
        births=born,
    )
    ages = np.array([[people[12 * age : 12 * age + 12].sum() for age in range(5)]])
    return cube, ages


def test_whole_records_are_complete() -> None:
    found = completeness(*stable())
    assert found.births.value == pytest.approx(1, abs=0.01)
    assert found.deaths_in_turn == pytest.approx(1, abs=0.08)
    assert found.deaths == pytest.approx(1, abs=0.03) and found.coverage == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("share", [0.5, 0.7, 0.9])
def test_what_is_not_recorded_is_found(share: float) -> None:
    found = completeness(*stable(deaths_recorded=share, births_recorded=share))
    assert found.births.value == pytest.approx(share, abs=0.01)
    assert found.deaths == pytest.approx(share, abs=0.04)
    assert found.deaths_in_turn == pytest.approx(share, abs=0.08)
    assert (found.births.low < found.births.value).all() and (found.births.value < found.births.high).all()


def test_a_month_without_a_report_leaves_its_cohort_unknown() -> None:
    cube, ages = stable()
    reported = cube.reported.copy()
    reported[0, -14] = False
    found = completeness(replace(cube, reported=reported), ages)
    assert np.isnan(found.births.value[0]).tolist() == [False, True, False, False, False]
    assert np.isnan(found.deaths).all() and np.isnan(found.deaths_in_turn).all()


def test_too_short_a_time_says_nothing_of_deaths() -> None:
    cube, ages = stable()
    found = completeness(cube.between(cube.months[-40], cube.months[-1]), ages)
    assert (
        np.isnan(found.deaths).all() and np.isnan(found.births.value[0]).tolist() == [False] * 3 + [True] * 2
    )
