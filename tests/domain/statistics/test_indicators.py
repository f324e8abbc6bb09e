"""Indicators of a cube of months: known answers, the laws they obey, and what is never shown as zero."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchou.domain.demography import fertility, life_table, rates
from tongchou.domain.demography.left_out import LeftOut, Why
from tongchou.domain.statistics.compute import NotShownError, all_series, lowest_level, series
from tongchou.domain.statistics.cube import AGE_STARTS, MonthCube, people
from tongchou.domain.statistics.definition import Indicator, Kind, Topic, Unit
from tongchou.domain.statistics.indicators import INDICATORS, UNIT_WORDS
from tongchou.domain.statistics.periods import Periods, last_months
from tongchou.domain.statistics.series import Series, Step
from tongchou.domain.statistics.standards import WORLD, WORLD_AGES
from tongchou.synth.months import made_months

COUNTY = "520599000000"
AGES = np.array(AGE_STARTS)


def county(**given_: Any) -> MonthCube:
    cube = made_months(**{"villages": 60, "months": 30, "people": 400, **given_})
    return cube.grouped([range(len(cube.areas))], [COUNTY])


def value(found: Series, area: int = 0, period: int = -1) -> float:
    return float(found.figure.value[area, period])


def changed(cube: MonthCube, **arrays: Any) -> MonthCube:
    return dataclasses.replace(cube, **arrays)


def unreported(cube: MonthCube, area: int, month: int) -> MonthCube:
    reported = cube.reported.copy()
    reported[area, month] = False
    return changed(cube, reported=reported)


class TestDefinitions:
    def test_every_figure_that_was_asked_for_is_there(self) -> None:
        asked = {
            "population", "births", "deaths", "arrivals", "departures", "cbr", "cdr", "natural_increase",
            "gfr", "tfr", "mean_age_at_birth", "nrr", "srb", "imr", "u5mr", "life_expectancy_0",
            "life_expectancy_0_men", "life_expectancy_0_women", "life_expectancy_60",
            "standardised_death_rate", "share_0_14", "share_15_59", "share_60_plus", "share_65_plus",
            "child_dependency", "old_dependency", "total_dependency", "ageing_index", "median_age",
            "sex_ratio", "in_migration_rate", "out_migration_rate", "net_migration_rate", "growth_rate",
            "unknown_share", "births_recorded_same_month", "births_recorded_next_month",
            "deaths_recorded_same_month", "deaths_recorded_next_month",
        }  # fmt: skip
        assert set(INDICATORS) == asked

    @pytest.mark.parametrize("one", INDICATORS.values(), ids=lambda one: one.code)
    def test_each_says_what_it_is(self, one: Indicator) -> None:
        assert one.name and one.formula and one.source and one.steps
        assert one.unit in UNIT_WORDS
        assert one.code == one.code.lower().replace(" ", "_")

    def test_all_units_have_words(self) -> None:
        assert set(UNIT_WORDS) == set(Unit)

    def test_figures_of_births_are_marked(self) -> None:
        """Whatever divides or counts births is marked, so that no page puts it in an order."""
        marked = {code for code, one in INDICATORS.items() if one.births}
        assert marked == {
            "births", "cbr", "natural_increase", "gfr", "tfr", "mean_age_at_birth", "nrr", "srb",
            "births_recorded_same_month", "births_recorded_next_month",
        }  # fmt: skip
        assert {code for code, one in INDICATORS.items() if one.topic is Topic.BIRTHS} <= marked

    def test_a_definition_comes_about_in_one_way(self) -> None:
        with pytest.raises(ValueError, match="parts"):
            dataclasses.replace(INDICATORS["cbr"], kind=Kind.OTHER)
        with pytest.raises(ValueError, match="parts"):
            dataclasses.replace(INDICATORS["tfr"], kind=Kind.RATE)

    def test_the_world_standard_is_the_published_one(self) -> None:
        assert len(WORLD) == len(WORLD_AGES) and sum(WORLD) == pytest.approx(100.035)


class TestWhereShown:
    @pytest.mark.parametrize("code", ["tfr", "mean_age_at_birth", "nrr", "imr", "life_expectancy_0"])
    def test_births_by_age_and_deaths_of_children_are_not_of_villages(self, code: str) -> None:
        villages = made_months(villages=2, months=12, last="2025-12")
        with pytest.raises(NotShownError, match=code):
            series(villages, code, step=Step.YEAR)

    def test_the_sex_ratio_at_birth_is_of_counties_or_of_townships_that_lean(self) -> None:
        cube = made_months(villages=40, months=12, last="2025-12", people=2000)
        townships = cube.grouped([range(k, k + 10) for k in (0, 10, 20, 30)],
                                 [f"5205991{k:02d}000" for k in range(4)])  # fmt: skip
        with pytest.raises(NotShownError):
            series(townships, "srb", step=Step.YEAR)
        leaning = series(townships, "srb", step=Step.YEAR, shrink_groups=[0] * 4)
        alone = series(county(last="2025-12"), "srb", step=Step.YEAR)
        assert leaning.shrunk and not alone.shrunk
        with pytest.raises(NotShownError):
            series(cube, "srb", step=Step.YEAR, shrink_groups=[0] * 40)

    def test_a_year_of_events_is_not_asked_of_a_month(self) -> None:
        with pytest.raises(NotShownError):
            series(county(), "tfr", step=Step.MONTH)

    def test_all_series_are_those_that_may_be_shown(self) -> None:
        village = all_series(made_months(villages=2, months=12), Step.MONTH)
        assert "tfr" not in village and "srb" not in village and "cbr" in village
        assert set(all_series(county(), Step.YEAR)) == set(INDICATORS)

    def test_levels_are_read_from_codes(self) -> None:
        assert lowest_level((COUNTY, "520599101201")) == "village"
        assert lowest_level((COUNTY,)) == "county" and lowest_level(("highway",)) is None

    def test_there_is_no_other_indicator(self) -> None:
        with pytest.raises(KeyError):
            series(county(), "happiness", step=Step.YEAR)

    def test_what_is_no_quotient_does_not_lean(self) -> None:
        with pytest.raises(ValueError, match="lean"):
            series(county(), "tfr", step=Step.YEAR, shrink_groups=[0])


class TestPeriods:
    def test_quarters_and_years_are_whole(self) -> None:
        months = np.arange(np.datetime64("2025-02"), np.datetime64("2026-07"))
        assert [str(one) for one in months[last_months(months, Step.QUARTER)]] == [
            "2025-06", "2025-09", "2025-12", "2026-03", "2026-06",
        ]  # fmt: skip
        assert months[last_months(months, Step.YEAR)].size == 0
        assert [str(one) for one in months[last_months(months, Step.ROLLING_YEAR)]] == [
            "2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06",
        ]  # fmt: skip

    @pytest.mark.parametrize("code", [code for code, one in INDICATORS.items() if Step.YEAR in one.steps])
    def test_a_year_is_the_rolling_year_that_ends_in_december(self, code: str) -> None:
        cube = county(months=36)
        year = series(cube, code, step=Step.YEAR)
        rolling = series(cube, code, step=Step.ROLLING_YEAR)
        at = rolling.periods.tolist().index(year.periods[-1].item())
        assert value(year) == value(rolling, period=at)

    def test_rates_of_a_month_are_of_a_year_of_person_years(self) -> None:
        cube = county()
        found = series(cube, "cdr", step=Step.MONTH)
        years = cube.person_years.sum(axis=(2, 3)) + cube.unknown / 12
        np.testing.assert_allclose(found.figure.value, 1000 * cube.deaths.sum(axis=(2, 3)) / years)

    def test_events_of_quarters_are_those_of_their_months(self) -> None:
        cube = county(months=24, last="2025-12")
        quarters = series(cube, "births", step=Step.QUARTER).figure.value
        years = series(cube, "births", step=Step.YEAR).figure.value
        np.testing.assert_array_equal(quarters.reshape(1, 2, 4).sum(axis=2), years)
        np.testing.assert_array_equal(quarters.sum(), cube.births.sum())


class TestMissing:
    def test_a_month_without_report_makes_its_periods_unknown_and_is_counted(self) -> None:
        cube = unreported(county(months=24, last="2025-12"), 0, 13)  # February 2025
        for code in ("births", "cbr", "natural_increase", "tfr", "life_expectancy_0", "net_migration_rate"):
            found = series(cube, code, step=Step.YEAR)
            assert not np.isnan(value(found, period=0)) and np.isnan(value(found, period=1))
            assert found.reason(0, 1) is Why.MISSING_MONTH and found.reason(0, 0) is None
            assert found.figure.left_out.counts[Why.MISSING_MONTH].tolist() == [1]

    def test_what_stands_at_the_end_needs_the_last_month_alone(self) -> None:
        cube = unreported(county(months=24, last="2025-12"), 0, 13)
        assert value(series(cube, "population", step=Step.YEAR)) == people(cube)[0, -1]
        gone = unreported(cube, 0, 23)
        found = series(gone, "share_65_plus", step=Step.YEAR)
        assert np.isnan(value(found)) and found.reason(0, 1) is Why.MISSING_MONTH

    def test_an_empty_village_is_unknown_and_counted(self) -> None:
        cube = made_months(villages=3, months=13, last="2025-12")
        arrays = {}
        for name in ("stock", "person_years", "deaths", "births", "mothers", "births_delay", "deaths_delay",
                     "unknown", "arrivals", "departures"):  # fmt: skip
            arrays[name] = getattr(cube, name).copy()
            arrays[name][1] = 0
        found = all_series(changed(cube, **arrays), Step.YEAR)
        counts = {"population", "births", "deaths", "arrivals", "departures"}
        for code, one in found.items():
            if code in counts:
                assert value(one, area=1) == 0
            else:
                assert np.isnan(value(one, area=1)), code
                assert one.reason(1, 0) is Why.EMPTY_AREA, code

    def test_negative_person_years_are_left_out_and_counted(self) -> None:
        cube = made_months(villages=2, months=12, last="2025-12")
        years = cube.person_years.copy()
        years[0] *= -1
        found = series(changed(cube, person_years=years), "cdr", step=Step.YEAR)
        assert np.isnan(value(found)) and found.reason(0, 0) is Why.NEGATIVE_EXPOSURE
        assert found.figure.left_out.counts[Why.NEGATIVE_EXPOSURE].tolist() == [1, 0]

    def test_what_the_cube_left_out_is_carried_along(self) -> None:
        cube = made_months(villages=5, months=12, last="2025-12")
        told = series(cube, "cbr", step=Step.YEAR).figure.left_out
        np.testing.assert_array_equal(told.counts[Why.UNKNOWN_BIRTH], cube.left_out.counts[Why.UNKNOWN_BIRTH])

    def test_missing_months_of_the_cube_are_told_once(self) -> None:
        cube = unreported(made_months(villages=2, months=24, last="2025-12"), 1, 20)
        told = {**cube.left_out.counts, Why.MISSING_MONTH: np.array([0, 1]), Why.EMPTY_AREA: np.array([0, 0])}
        found = series(changed(cube, left_out=LeftOut(told)), "cbr", step=Step.MONTH).figure.left_out
        assert found.counts[Why.MISSING_MONTH].tolist() == [0, 1]

    def test_a_small_township_has_no_life_expectancy(self) -> None:
        cube = made_months(villages=4, months=12, last="2025-12", people=300)
        found = series(cube.grouped([range(4)], ["520599100000"]), "life_expectancy_0", step=Step.YEAR)
        assert np.isnan(value(found)) and found.reason(0, 0) is Why.TOO_FEW_YEARS

    def test_timeliness_waits_for_late_records(self) -> None:
        found = series(county(), "births_recorded_next_month", step=Step.MONTH)
        assert np.isnan(found.figure.value[0, -3:]).all() and not np.isnan(found.figure.value[0, -4])
        assert found.reason(0, found.periods.size - 1) is Why.TOO_RECENT

    @pytest.mark.parametrize(("events", "last"), [("births", 0.0), ("deaths", 2.0)])
    def test_records_without_a_month_are_unknown_not_late(self, events: str, last: float) -> None:
        cube = county(months=24, last="2025-12")
        delays = np.zeros_like(cube.births_delay)
        delays[..., -1] = last
        found = series(
            changed(cube, **{f"{events}_delay": delays}), f"{events}_recorded_same_month", step=Step.MONTH
        )
        assert np.isnan(value(found, period=0)) and found.reason(0, 0) is Why.UNKNOWN_DATE

    def test_a_late_record_of_a_birth_is_late(self) -> None:
        cube = county(months=24, last="2025-12")
        delays = np.zeros_like(cube.births_delay)
        delays[..., -1] = cube.mothers.sum(axis=-1)
        found = series(changed(cube, births_delay=delays), "births_recorded_same_month", step=Step.MONTH)
        assert value(found, period=0) == 0

    def test_growth_needs_the_month_before(self) -> None:
        found = series(county(), "growth_rate", step=Step.MONTH)
        assert found.reason(0, 0) is Why.MISSING_MONTH and found.reason(0, 1) is None


class TestKnownAnswers:
    def test_the_crude_rates_are_those_of_the_methods(self) -> None:
        cube = county(months=12, last="2025-12")
        found = series(cube, "cbr", step=Step.YEAR)
        years = cube.person_years.sum() + cube.unknown.sum() / 12
        own = rates.crude_rate([[cube.mothers.sum()]], [[years]]).times(1000)
        assert value(found) == pytest.approx(own.value[0])
        assert float(found.figure.high[0, 0]) == pytest.approx(own.high[0])
        assert found.over[0, 0] == cube.mothers.sum() and found.under[0, 0] == pytest.approx(years)

    def test_natural_increase_is_the_difference_of_the_two(self) -> None:
        all_ = all_series(county(), Step.QUARTER)
        np.testing.assert_allclose(
            all_["natural_increase"].figure.value, all_["cbr"].figure.value - all_["cdr"].figure.value
        )

    def test_total_fertility_with_all_mothers_known(self) -> None:
        cube = county(months=12, last="2025-12")
        at = [AGE_STARTS.index(age) for age in range(15, 50, 5)]
        births, women = cube.mothers[..., :-1].sum(axis=1), cube.person_years[:, :, at, 1].sum(axis=1)
        own = fertility.total_fertility(births, women, widths=5)
        assert value(series(cube, "tfr", step=Step.YEAR)) == pytest.approx(float(own.value[0]))

    def test_births_of_unknown_mothers_are_spread_and_counted(self) -> None:
        cube = county(months=12, last="2025-12")
        mothers = cube.mothers.copy()
        mothers[..., -1] = mothers[..., :-1].sum(axis=-1)  # as many again
        before = value(series(cube, "tfr", step=Step.YEAR))
        after = series(changed(cube, mothers=mothers), "tfr", step=Step.YEAR)
        assert value(after) == pytest.approx(2 * before)
        assert after.figure.left_out.totals()[Why.SPREAD] == mothers[..., -1].sum()

    def test_the_mean_age_is_unknown_where_most_mothers_are(self) -> None:
        cube = county(months=12, last="2025-12")
        mothers = cube.mothers.copy()
        mothers[..., -1] = mothers[..., :-1].sum(axis=-1) + 1
        found = series(changed(cube, mothers=mothers), "mean_age_at_birth", step=Step.YEAR)
        assert np.isnan(value(found)) and found.reason(0, 0) is Why.UNKNOWN_CELL

    def test_only_unknown_mothers_leave_it_unknown(self) -> None:
        cube = county(months=12, last="2025-12")
        mothers = np.zeros_like(cube.mothers)
        mothers[..., -1] = 3
        assert np.isnan(value(series(changed(cube, mothers=mothers), "tfr", step=Step.YEAR)))

    def test_the_mean_age_lies_where_the_births_are(self) -> None:
        cube = county(months=12, last="2025-12")
        mothers = np.zeros_like(cube.mothers)
        mothers[..., 2] = 2
        found = series(changed(cube, mothers=mothers), "mean_age_at_birth", step=Step.YEAR)
        assert value(found) == pytest.approx(27.5)

    def test_net_reproduction_without_deaths_is_gross(self) -> None:
        cube = county(months=12, last="2025-12")
        deaths = np.zeros_like(cube.deaths)
        deaths[:, :, -1] = cube.deaths[:, :, -1] + 5  # so that the table has an end
        quiet = changed(cube, deaths=deaths)
        total, net = (value(series(quiet, code, step=Step.YEAR)) for code in ("tfr", "nrr"))
        assert net == pytest.approx(total * 100 / 205)

    def test_life_expectancy_is_that_of_the_table_closed_at_85(self) -> None:
        cube = county(months=12, last="2025-12", people=2000)
        deaths, years = (one.sum(axis=(1, 3))[0] for one in (cube.deaths, cube.person_years))
        deaths, years = (np.append(one[:18], one[18:].sum()) for one in (deaths, years))
        own = life_table.life_table(deaths, years, AGES[:19])
        found = series(cube, "life_expectancy_0", step=Step.YEAR)
        assert value(found) == pytest.approx(float(own.at_birth))
        assert found.figure.low[0, 0] < value(found) < found.figure.high[0, 0]

    def test_a_standard_of_ones_own_ages_gives_the_crude_rate(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from tongchou.domain.statistics import of_deaths

        cube = county(months=12, last="2025-12")
        years = cube.person_years.sum(axis=(0, 1, 3))
        own = np.concatenate([[years[:2].sum()], years[2:18], [years[18:].sum()]])
        monkeypatch.setattr(of_deaths, "WORLD", tuple(own))
        found = series(cube, "standardised_death_rate", step=Step.YEAR)
        assert value(found) == pytest.approx(1000 * cube.deaths.sum() / years.sum())

    def test_shares_add_up(self) -> None:
        all_ = {code: one.figure.value for code, one in all_series(county(), Step.MONTH).items()}
        together = all_["share_0_14"] + all_["share_15_59"] + all_["share_60_plus"]
        np.testing.assert_allclose(together, 100)
        np.testing.assert_allclose(
            all_["child_dependency"] + all_["old_dependency"], all_["total_dependency"]
        )
        np.testing.assert_allclose(
            all_["ageing_index"], 100 * all_["old_dependency"] / all_["child_dependency"]
        )

    def test_the_median_age_halves_the_people(self) -> None:
        cube = county(months=12)
        stock = np.zeros_like(cube.stock)
        stock[:, :, AGE_STARTS.index(20), 0], stock[:, :, AGE_STARTS.index(40), 1] = 500, 500
        found = series(changed(cube, stock=stock), "median_age", step=Step.MONTH)
        assert value(found) == 25.0 and found.figure.low[0, 0] < 25 < found.figure.high[0, 0]

    def test_growth_is_what_the_stocks_say(self) -> None:
        cube = county(months=13, last="2025-12")
        everybody = people(cube)
        found = series(cube, "growth_rate", step=Step.YEAR)
        assert found.over[0, 0] == everybody[0, -1] - everybody[0, 0]

    def test_boys_and_girls(self) -> None:
        cube = county(months=12, last="2025-12")
        boys, girls = cube.births.sum(axis=(0, 1))
        assert value(series(cube, "srb", step=Step.YEAR)) == pytest.approx(100 * boys / girls)

    def test_timely_records(self) -> None:
        cube = county(months=24, last="2026-06")
        found = series(cube, "deaths_recorded_same_month", step=Step.YEAR)
        year = cube.deaths_delay[0, 6:18]
        assert value(found) == pytest.approx(100 * year[:, 0].sum() / year.sum())


class TestLaws:
    @given(seed=st.integers(0, 10_000), step=st.sampled_from(list(Step)))
    @settings(max_examples=15, deadline=None)
    def test_the_interval_holds_the_value(self, seed: int, step: Step) -> None:
        cube = made_months(villages=20, months=24, people=700, seed=seed)
        groups = cube.grouped([range(10), range(10, 20)], ["520599100000", "520599101000"])
        for code, found in all_series(groups, step).items():
            figure = found.figure
            known = ~np.isnan(figure.value) & ~np.isnan(figure.low)
            assert (figure.low[known] <= figure.value[known] + 1e-9).all(), code
            assert (figure.value[known] <= figure.high[known] + 1e-9).all(), code
            assert (np.isnan(figure.value) == (found.why != -1)).all(), code

    @given(seed=st.integers(0, 10_000))
    @settings(max_examples=10, deadline=None)
    def test_areas_do_not_depend_on_those_beside_them(self, seed: int) -> None:
        cube = made_months(villages=6, months=14, seed=seed)
        half = cube.grouped([[0], [1], [2]], cube.areas[:3])
        for code, found in all_series(half, Step.QUARTER).items():
            whole = series(cube, code, step=Step.QUARTER)
            np.testing.assert_allclose(found.figure.value, whole.figure.value[:3], rtol=1e-12, err_msg=code)
            np.testing.assert_allclose(found.figure.high, whole.figure.high[:3], rtol=1e-12, err_msg=code)

    @given(seed=st.integers(0, 10_000), code=st.sampled_from(["cdr", "share_65_plus", "in_migration_rate"]))
    @settings(max_examples=10, deadline=None)
    def test_leaning_draws_villages_nearer_to_each_other(self, seed: int, code: str) -> None:
        cube = made_months(villages=30, months=12, last="2025-12", seed=seed)
        alone = series(cube, code, step=Step.YEAR).figure
        leaning = series(cube, code, step=Step.YEAR, shrink_groups=np.zeros(30, dtype=int)).figure
        assert np.nanstd(leaning.value) < np.nanstd(alone.value)
        assert np.nanmean(leaning.high - leaning.low) < np.nanmean(alone.high - alone.low)

    def test_leaning_knows_a_group_by_its_number(self) -> None:
        cube = made_months(villages=20, months=12, last="2025-12")
        deaths_delay = cube.deaths_delay.copy()
        deaths_delay[10:] *= 5
        found = series(
            changed(cube, deaths_delay=deaths_delay),
            "cdr",
            step=Step.YEAR,
            shrink_groups=[0] * 10 + [1] * 10,
        )
        assert found.figure.value[:10].max() < found.figure.value[10:].min()

    def test_periods_are_worked_out_once(self) -> None:
        one = Periods(county(), Step.YEAR)
        assert one.person_years is one.person_years
