"""Pyramids, rates by age, cohorts, news and the scorecard of records: known answers and laws."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from tongchou.domain.demography.left_out import Why
from tongchou.domain.demography.news import Verdict
from tongchou.domain.statistics.changes import at_level, news_of
from tongchou.domain.statistics.composition import PARTS, composition
from tongchou.domain.statistics.compute import NotShownError, series
from tongchou.domain.statistics.cube import AGE_STARTS, DELAYS, MonthCube, people
from tongchou.domain.statistics.profiles import FIVES, age_rates, cohorts, lexis, pyramid
from tongchou.domain.statistics.quality import late, of_ages, quality
from tongchou.domain.statistics.series import Step
from tongchou.synth.months import made_months


def township(**given: Any) -> MonthCube:
    cube = made_months(**{"villages": 40, "months": 24, "people": 500, "last": "2025-12", **given})
    return cube.grouped([range(len(cube.areas))], ["520599100000"])


class TestPyramid:
    def test_it_holds_everybody(self) -> None:
        cube = township()
        found = pyramid(cube, "2025-06")
        everybody = found.men.sum(axis=1) + found.women.sum(axis=1) + found.unknown
        np.testing.assert_array_equal(everybody, people(cube)[:, 17])
        assert found.ages == FIVES == tuple(range(0, 101, 5))
        assert found.men[0, 0] == cube.stock[0, 17, :2, 0].sum()

    def test_a_month_without_report_is_unknown(self) -> None:
        cube = township()
        reported = cube.reported.copy()
        reported[0, 3] = False
        found = pyramid(dataclasses.replace(cube, reported=reported), cube.months[3])
        assert np.isnan(found.men).all() and np.isnan(found.unknown).all()
        assert found.left_out.totals()[Why.MISSING_MONTH] == 1

    def test_there_is_no_other_month(self) -> None:
        with pytest.raises(KeyError):
            pyramid(township(), "2031-01")


class TestRatesByAge:
    def test_total_fertility_is_the_sum_of_its_rates(self) -> None:
        cube = township()
        mothers = cube.mothers.copy()
        mothers[..., -1] = 1
        cube = dataclasses.replace(cube, mothers=mothers)
        rates = age_rates(cube, "fertility", step=Step.YEAR)
        total = series(cube, "tfr", step=Step.YEAR)
        np.testing.assert_allclose(5 * rates.figure.value.sum(axis=-1) / 1000, total.figure.value)
        np.testing.assert_allclose(rates.events.sum(axis=-1), mothers.reshape(1, 2, 12, -1).sum(axis=(2, 3)))

    def test_deaths_by_age_and_sex(self) -> None:
        cube = township()
        found = age_rates(cube, "mortality", step=Step.YEAR)
        at = AGE_STARTS.index(80)
        deaths, years = (one[0, 12:, at, 1].sum() for one in (cube.deaths, cube.person_years))
        assert found.figure.value[0, 1, at, 1] == pytest.approx(1000 * deaths / years)

    @pytest.mark.parametrize("rate", ["fertility", "mortality"])
    def test_not_of_villages_nor_of_months(self, rate: Any) -> None:
        with pytest.raises(NotShownError):
            age_rates(made_months(villages=2, months=12), rate, step=Step.YEAR)
        with pytest.raises(NotShownError):
            age_rates(township(), rate, step=Step.MONTH)

    def test_the_surface_holds_all_deaths(self) -> None:
        cube = township()
        found = lexis(cube)
        assert found.deaths.sum() == cube.deaths.sum() and found.deaths.shape == (1, 2, 22, 2)
        np.testing.assert_array_equal(found.people[:, -1], cube.stock[:, -1])
        with pytest.raises(NotShownError):
            lexis(made_months(villages=1, months=12))


class TestCohorts:
    def test_without_deaths_and_moves_all_are_there_again(self) -> None:
        cube = township(months=61)
        stock = np.zeros_like(cube.stock)
        start = np.full((len(FIVES), 2), 100.0)
        moved = np.vstack([[50.0, 50.0], start[:-2], start[-2:].sum(axis=0, keepdims=True)])
        for at, fives in ((0, start), (60, moved)):
            stock[0, at, 0] = 0
            stock[0, at, 1:] = fives
        deaths = np.zeros_like(cube.deaths)
        deaths[:, :, -1] = 1e-9  # an open group has to end
        years = np.ones_like(cube.person_years)
        found = cohorts(
            dataclasses.replace(cube, stock=stock, deaths=deaths, person_years=years), cube.months[60]
        )
        np.testing.assert_allclose(found.ratio, 1)
        np.testing.assert_allclose(found.net, 0, atol=1e-3)
        assert found.ages == tuple(range(5, 101, 5))

    def test_years_of_birth(self) -> None:
        found = cohorts(township(months=61), "2025-12")
        assert found.born[0].tolist() == [
            2015,
            2020,
        ]  # 5 to 9 years old at the end of 2025: born 2016 to 2020
        assert str(found.first) == "2020-12"

    def test_expected_are_fewer_than_there_were(self) -> None:
        found = cohorts(township(months=61, people=4000), "2025-12")
        closed = slice(None, -1)  # the open group may have lost nobody, and is then unknown
        assert (found.expected[:, closed] < found.before[:, closed]).all()
        np.testing.assert_allclose(found.after - found.expected, found.net)

    def test_five_years_are_needed(self) -> None:
        with pytest.raises(KeyError):
            cohorts(township(), "2025-12")


class TestNews:
    def test_of_many_villages_in_which_nothing_changed_hardly_one_is_news(self) -> None:
        told = 0
        for seed in range(20):
            cube = made_months(villages=100, months=24, last="2025-12", seed=seed)
            told += int((news_of(series(cube, "cdr", step=Step.YEAR)).verdict == Verdict.UP).any())
        assert told <= 2  # a twentieth of pages, either way together

    def test_a_rise_of_a_county_is_news(self) -> None:
        cube = township(people=3000)
        delays = cube.deaths_delay.copy()
        delays[:, 12:] *= 2
        found = news_of(series(dataclasses.replace(cube, deaths_delay=delays), "cdr", step=Step.YEAR))
        assert found.verdict.tolist() == [[Verdict.UNKNOWN, Verdict.UP]]
        assert found.low[0, 1] > 0 and np.isnan(found.difference[0, 0])

    def test_the_more_is_compared_the_wider(self) -> None:
        one = series(township(), "share_65_plus", step=Step.MONTH)
        few, many = (news_of(one, comparisons=number) for number in (1, 1000))
        known = ~np.isnan(few.low)
        assert (many.low[known] < few.low[known]).all() and (many.high[known] > few.high[known]).all()

    def test_intervals_of_another_level_are_those_made_with_it(self) -> None:
        cube = township()
        for code in ("cdr", "births", "old_dependency", "share_0_14"):
            one = series(cube, code, step=Step.YEAR)
            wide = series(cube, code, step=Step.YEAR, level=0.999).figure
            np.testing.assert_allclose(at_level(one, 0.999).high, wide.high)

    def test_rolling_years_that_share_months_are_not_compared(self) -> None:
        one = series(township(), "cdr", step=Step.ROLLING_YEAR)
        with pytest.raises(ValueError, match="back"):
            news_of(one, back=1)

    def test_a_series_without_a_year_before_has_no_news(self) -> None:
        one = series(township(months=12), "cdr", step=Step.MONTH)
        assert (news_of(one).verdict == Verdict.UNKNOWN).all()


class TestRecords:
    def test_even_ages_have_no_preference(self) -> None:
        found = of_ages(np.full((2, 100), 30))
        assert found.whipple.tolist() == [1, 1] and found.myers.tolist() == [0, 0]
        heaped = np.full((1, 100), 30)
        heaped[:, ::5] = 90
        assert of_ages(heaped).whipple[0] > 1.5

    def test_the_scorecard_of_an_area(self) -> None:
        cube = township()
        card = quality(cube, single_ages=np.full((1, 100), 50))
        unknown = cube.unknown[0, -1] / people(cube)[0, -1]
        assert card.unknown[0] == pytest.approx(unknown)
        assert card.aged.least[0] < card.aged.value[0] < card.aged.most[0]
        assert card.aged.most[0] - card.aged.least[0] == pytest.approx(unknown)
        assert card.ages is not None and card.ages.whipple.tolist() == [1.0]
        assert quality(cube).ages is None

    def test_an_area_without_report_is_unknown(self) -> None:
        cube = made_months(villages=2, months=24)
        reported = cube.reported.copy()
        reported[1, -1] = False
        card = quality(dataclasses.replace(cube, reported=reported))
        assert np.isnan(card.unknown).tolist() == [False, True]
        assert np.isnan(card.aged.value).tolist() == [False, True]
        assert np.isnan(card.births.recorded[1, -1]) and not np.isnan(card.births.recorded[0, -1])
        assert card.left_out.counts[Why.MISSING_MONTH].tolist() == [0, 1]

    def test_the_latest_months_are_cast_to_what_they_will_be(self) -> None:
        """A steady stream of events, of which the end has not come in yet, is steady when it is cast."""
        cube = township(months=36)
        share = np.array([0.5, 0.3, 0.2] + [0.0] * (DELAYS - 3))
        delays = np.broadcast_to(1000 * share, (1, 36, DELAYS)).copy()
        delays[0, -1, 1:] = 0
        delays[0, -2, 2:] = 0
        found = late(dataclasses.replace(cube, deaths_delay=delays), "deaths")
        np.testing.assert_allclose(found.known[:3], [0.5, 0.8, 1.0])
        np.testing.assert_allclose(found.recorded[0, -2:], [800, 500])
        np.testing.assert_allclose(found.expected.value[0], 1000)
        assert found.expected.low[0, -1] < 1000 < found.expected.high[0, -1]

    def test_a_short_cube_has_a_short_curve(self) -> None:
        found = late(township(months=4), "births")
        assert found.known.shape == (DELAYS - 1,) and found.months.size == 4

    def test_records_without_a_month_bend_no_curve(self) -> None:
        """A register that was loaded knows of old deaths only that they happened; new ones are dated."""
        cube = township(months=48)
        share = np.array([0.5, 0.3, 0.2] + [0.0] * (DELAYS - 3))
        delays = np.broadcast_to(1000 * share, (1, 48, DELAYS)).copy()
        delays[0, :24] = 0
        delays[0, :24, -1] = 1000
        delays[0, -1, 1:] = 0
        delays[0, -1, -1] = 7
        found = late(dataclasses.replace(cube, deaths_delay=delays), "deaths")
        np.testing.assert_allclose(found.known[:3], [0.5, 0.8, 1.0])
        assert found.recorded[0, -1] == 507 and found.expected.value[0, -1] == pytest.approx(1007)

    def test_when_no_record_tells_its_month_nothing_is_said(self) -> None:
        cube = township(months=24)
        delays = np.zeros_like(cube.deaths_delay)
        delays[..., -1] = 3
        found = late(dataclasses.replace(cube, deaths_delay=delays), "deaths")
        assert np.isnan(found.known[0]) and np.isnan(found.expected.value[0, -1])


class TestComposition:
    def test_unknown_facts_are_in_neither_part(self) -> None:
        found = composition([30, 0], [60, 0], [10, 5])
        assert found.figure.value[0] == pytest.approx(100 / 3) and np.isnan(found.figure.value[1])
        assert found.band.least[0] == 0.3 and found.band.most[0] == 0.4
        assert found.figure.left_out.counts[Why.UNKNOWN_CELL].tolist() == [10, 5]

    def test_parts_are_among_what_is_known(self) -> None:
        for one in PARTS:
            assert set(one.inside) < set(one.known), one.code
        schooling = [one for one in PARTS if one.column == "education"]
        assert sorted(v for one in schooling for v in one.inside) == sorted(schooling[0].known)
