"""Life tables against published ones, and their laws."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tongchou.domain.demography.exposure import by_groups
from tongchou.domain.demography.left_out import Why
from tongchou.domain.demography.life_table import LifeTable, from_rates, life_table
from tongchou.domain.demography.life_table_ax import andreev_kingkade, chosen, coale_demeny
from tongchou.domain.demography.life_table_closing import kannisto
from tongchou.domain.demography.life_table_intervals import chiang, drawn

Read = Callable[..., dict[str, np.ndarray]]
ABRIDGED = np.array([0, 1, *range(5, 86, 5)])
COLUMNS = ("m", "a", "q", "survivors", "deaths", "lived", "left", "expectation")
RATES = arrays.arrays(np.float64, (3, ABRIDGED.size), elements=st.floats(1e-5, 0.6))


def test_austria_1992(table: Read) -> None:
    """Preston, Heuveline and Guillot (2001), box 3.1: every column, and e₀ = 72.889."""
    known = table("austria_1992_males")
    found = life_table(known["deaths"], known["population"], known["age"], ax=known["ax"])
    assert found.at_birth == pytest.approx(72.889, abs=5e-4)
    for name, column, scale, digits in (
        ("m", "mx", 1, 6e-7),
        ("q", "qx", 1, 6e-7),
        ("survivors", "lx", 1e5, 0.01),
        ("deaths", "dx", 1e5, 0.6),
        ("lived", "Lx", 1e5, 0.6),
        ("left", "Tx", 1e5, 1.0),
        ("expectation", "ex", 1, 6e-4),
    ):
        np.testing.assert_allclose(getattr(found, name) * scale, known[column], atol=digits, err_msg=name)
    assert coale_demeny(known["mx"][0], "male")[0] == pytest.approx(known["ax"][0], abs=6e-4)
    assert coale_demeny(known["mx"][0], "male")[1] == pytest.approx(known["ax"][1], abs=6e-4)


@pytest.mark.parametrize(("way", "near"), [("half", 0.05), ("greville", 0.02), ("keyfitz_flieger", 0.02)])
def test_austria_with_years_of_the_dying_chosen(table: Read, way: str, near: float) -> None:
    known = table("austria_1992_males")
    found = life_table(known["deaths"], known["population"], known["age"], ax=way, sex="male")  # type: ignore[arg-type]
    assert found.at_birth == pytest.approx(72.889, abs=near)
    middle = slice(5, 17)  # 20 to 79, where the published ones are from the deaths of the neighbours
    if way != "half":
        np.testing.assert_allclose(found.a[middle], known["ax"][middle], atol=0.06)


def test_model_table_of_the_united_nations(table: Read) -> None:
    """United Nations (1982), p. 34, males of e₀ 35: within 0.1 % above infancy, closed at 85 by 1/m."""
    known = table("un_1982_males")
    found = from_rates(known["mx"], known["age"], sex="male")
    np.testing.assert_allclose(found.expectation[1:], known["ex"][1:], rtol=5e-4)
    assert found.at_birth == pytest.approx(35.0, rel=0.002)


def test_china_2000(table: Read) -> None:
    """DemoTools on the census of 2000, by residence and sex: e₀ and e₆₅, abridged and single, q₀."""
    expected, given_ = table("china_2000_expected"), table("china_2000")
    deaths, people = (given_[key].reshape(8, 101) for key in ("deaths", "population"))
    named = list(zip(given_["residence"][::101], given_["sex"][::101], strict=True))
    fives = np.array([0, 1, *range(5, 101, 5)])
    for at, (residence, sex) in enumerate(zip(expected["residence"], expected["sex"], strict=True)):
        d, n = deaths[named.index((residence, sex))], people[named.index((residence, sex))]
        abridged = life_table(by_groups(d, fives), by_groups(n, fives), fives, sex=sex)
        single = life_table(d, n, np.arange(101), sex=sex)
        assert abridged.at_birth == pytest.approx(expected["e0_abridged"][at], abs=0.05)
        assert abridged.expectation[14] == pytest.approx(expected["e65_abridged"][at], abs=0.03)
        assert abridged.q[0] == pytest.approx(expected["q0_abridged"][at], abs=2e-5)
        assert single.at_birth == pytest.approx(expected["e0_single"][at], abs=0.01)
        assert single.expectation[65] == pytest.approx(expected["e65_single"][at], abs=0.011)
        closed = kannisto(d / n, np.arange(101), deaths=d, since=90)
        assert from_rates(closed.rates, closed.ages, sex=sex).at_birth == pytest.approx(
            expected["e0_single"][at], abs=0.02
        )


@pytest.mark.parametrize(("sex", "known"), [("male", 75.2005), ("female", 80.9261)])
def test_china_2023(table: Read, sex: str, known: float) -> None:
    """World Population Prospects 2024: from the probabilities by single age; two years are left at 100."""
    wpp = table("wpp2024_china_life_2023")
    q, a = wpp[sex], np.full(101, 0.5)
    a[0] = andreev_kingkade(q[0], sex)  # type: ignore[arg-type]
    m = q / (1 - (1 - a) * q)
    m[-1] = 0.5
    found = from_rates(m, wpp["age"], sex=sex)  # type: ignore[arg-type]
    assert found.at_birth == pytest.approx(known, abs=0.005)
    np.testing.assert_allclose(found.q[1:-1], q[1:-1], rtol=1e-9)


@settings(max_examples=30)
@given(rates=RATES, way=st.sampled_from(["half", "greville", "keyfitz_flieger"]))
def test_laws_of_every_table(rates: np.ndarray, way: str) -> None:
    found = from_rates(rates, ABRIDGED, ax=way)  # type: ignore[arg-type]
    assert (np.diff(found.survivors, axis=-1) <= 0).all() and (found.survivors >= 0).all()
    assert ((found.q >= 0) & (found.q <= 1)).all() and (found.q[..., -1] == 1).all()
    np.testing.assert_allclose(found.deaths.sum(axis=-1), 1.0)  # everybody dies once
    np.testing.assert_allclose(found.left[..., 0], found.lived.sum(axis=-1))
    # Deaths by years lived give the rates back.
    lived = found.lived > 1e-12
    np.testing.assert_allclose(
        (found.deaths / np.where(lived, found.lived, 1))[lived], rates[lived], rtol=1e-6
    )
    inner = found.a[..., :-1]
    assert ((inner > 0) & (inner <= found.widths[:-1])).all()
    with pytest.raises(ValueError, match="not equally wide"):
        found.survival()
    alive = found.survivors > 1e-9
    np.testing.assert_allclose((found.expectation * found.survivors)[alive], found.left[alive], rtol=1e-9)


@settings(max_examples=30)
@given(rates=RATES, factor=st.floats(1.01, 3.0), at=st.integers(2, ABRIDGED.size - 1))
def test_more_deaths_shorten_life(rates: np.ndarray, factor: float, at: int) -> None:
    worse = rates.copy()
    worse[:, at] *= factor
    before = from_rates(rates, ABRIDGED, ax="half").at_birth
    assert (from_rates(worse, ABRIDGED, ax="half").at_birth <= before + 1e-12).all()


@given(rates=RATES, people=st.sampled_from([16.0, 2.0**20]), order=st.permutations(range(3)))
def test_many_are_one_by_one_in_any_order_and_size_does_not_matter(
    rates: np.ndarray, people: float, order: list[int]
) -> None:
    together: LifeTable = life_table((rates * people)[order], np.full(rates.shape, people), ABRIDGED)
    for place, area in enumerate(order):
        alone = life_table(rates[area] * 128, np.full(ABRIDGED.size, 128.0), ABRIDGED)
        for name in COLUMNS:
            np.testing.assert_allclose(getattr(together, name)[place], getattr(alone, name), rtol=1e-9)


def test_thousands_with_leading_axes() -> None:
    draw = np.random.default_rng(2)
    rates = draw.uniform(0.001, 0.2, (70, 2, 5, ABRIDGED.size))
    together = from_rates(rates, ABRIDGED)
    one = from_rates(rates[69, 1, 4], ABRIDGED)
    assert together.expectation.shape == rates.shape
    np.testing.assert_allclose(together.expectation[69, 1, 4], one.expectation)


def test_survival_of_swedish_women_in_1993() -> None:
    """Preston, Heuveline and Guillot (2001), box 6.1: L of 0, 5, 75, 80 and 85+, women five years on."""
    lived = np.array([497487, 497138, 350358, 271512, 291707], dtype=float)
    columns = dict.fromkeys(COLUMNS, np.zeros(5))
    columns |= {"lived": lived, "left": lived[::-1].cumsum()[::-1]}
    table = LifeTable(np.arange(0, 25, 5.0), np.append(np.full(4, 5.0), np.inf), **columns)
    shares = table.survival()
    assert 293395 * shares[0] == pytest.approx(293189.176, abs=0.01)
    assert 183654 * shares[2] == pytest.approx(142323.751, abs=0.01)
    assert (141990 + 112424) * shares[3] == pytest.approx(131768.184, abs=0.01)


def test_constant_rates_have_the_expectation_of_the_exponential() -> None:
    """Under a rate of 0.02 at all ages life lasts 50 years from every age on."""
    ages = np.arange(120)
    a = np.append(1 / 0.02 - np.exp(-0.02) / (1 - np.exp(-0.02)), 50.0)  # of single ages, and of the open
    found = from_rates(np.full(120, 0.02), ages, ax=np.append(np.full(119, a[0]), a[1]))
    np.testing.assert_allclose(found.expectation, 50.0, rtol=1e-9)


def test_what_is_unknown_stays_unknown_and_is_counted() -> None:
    deaths = np.tile(np.linspace(1, 50, ABRIDGED.size), (5, 1))
    people = np.full(deaths.shape, 100.0)
    deaths[1, 4], people[2, 3], deaths[2, 3], people[3, 7], deaths[4, -1] = np.nan, 0, 0, -1, 0
    found = life_table(deaths, people, ABRIDGED)
    assert np.isnan(found.at_birth).tolist() == [False, True, True, True, True]
    assert found.left_out.totals() == {
        Why.UNKNOWN_CELL: 1,
        Why.EMPTY_AREA: 1,
        Why.NEGATIVE_EXPOSURE: 1,
        Why.OPEN_WITHOUT_DEATHS: 1,
    }
    # Above the unknown age all is known, as is the area beside it.
    np.testing.assert_allclose(found.expectation[1:4, 9:], np.tile(found.expectation[0, 9:], (3, 1)))
    assert np.isnan(found.expectation[1, :5]).all() and not np.isnan(found.expectation[1, 5:]).any()
    assert from_rates([[-0.1, 0.2]], [0, 60]).left_out.totals() == {Why.NEGATIVE_EVENTS: 1}


def test_ages_that_make_no_sense_are_refused() -> None:
    for ages in ([0, 5, 5], [5, 0, 10], [-1, 0, 5], [0, 5]):
        with pytest.raises(ValueError, match="rising first ages"):
            from_rates([0.1, 0.1, 0.1], ages)
    with pytest.raises(ValueError, match="no way"):
        from_rates([0.1, 0.1, 0.1], [0, 5, 10], ax="guess")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="last axis"):
        from_rates([0.1, 0.1, 0.1], [0, 5, 10], ax=[0.5, 0.5])


def test_infancy_by_andreev_and_kingkade() -> None:
    """Table 3-2: the lines meet nearly, and both sexes together lie between."""
    for sex in ("male", "female"):
        values = andreev_kingkade(np.linspace(0, 0.2, 2001), sex)  # type: ignore[arg-type]
        assert np.abs(np.diff(values)).max() < 0.006 and (values > 0.05).all() and (values < 0.33).all()
    both = andreev_kingkade(0.01)
    assert min(andreev_kingkade(0.01, "male"), andreev_kingkade(0.01, "female")) <= both
    assert np.isnan(andreev_kingkade(np.nan, "male")) and np.isnan(coale_demeny(np.nan)[0])


def test_rates_that_grow_evenly_have_known_years_of_the_dying() -> None:
    """Gompertz rates of 9 % a year: the exact a of each group, by small steps of age."""
    ages = np.append(np.arange(15, 90, 5), 90)
    fine = np.linspace(0, 5, 5001)
    exact, m = [], []
    for age in ages[:-1]:
        hazard = np.exp(-9.5 + 0.09 * (age + fine))
        gone = np.concatenate([[0], np.cumsum((hazard[1:] + hazard[:-1]) / 2 * 0.001)])
        alive = np.exp(-gone)
        died = alive[:-1] - alive[1:]
        lived = ((alive[1:] + alive[:-1]) / 2 * 0.001).sum()
        exact.append((died * (fine[1:] + fine[:-1]) / 2).sum() / died.sum())
        m.append(died.sum() / lived)
    found = chosen(
        np.append(m, 0.3), ages.astype(float), np.append(np.full(15, 5.0), np.inf), "greville", "both"
    )
    np.testing.assert_allclose(found[1:-2], exact[1:-1], atol=0.02)


LAW = st.tuples(st.floats(-3.5, -1.5), st.floats(0.02, 0.15))


@given(law=LAW, since=st.integers(85, 100))
def test_closing_finds_the_law_it_was_given_and_rises(law: tuple[float, float], since: int) -> None:
    ages = np.arange(101)
    odds = np.exp(law[0] + law[1] * (ages + 0.5 - 80))
    closed = kannisto(odds / (1 + odds), ages, since=since, last=120)
    assert closed.level == pytest.approx(law[0], abs=1e-9) and closed.slope == pytest.approx(law[1], abs=1e-9)
    beyond = np.exp(law[0] + law[1] * (np.arange(121) + 0.5 - 80))
    np.testing.assert_allclose(closed.rates, beyond / (1 + beyond))
    assert (np.diff(closed.rates[since:]) > 0).all() and closed.rates[-1] < 1


def test_closing_areas_at_once_and_areas_too_small() -> None:
    draw = np.random.default_rng(4)
    ages = np.arange(101)
    m = 1 / (1 + np.exp(-(ages + 0.5 - 104) / 9))
    people = np.exp(8 - np.maximum(ages - 60, 0) / 8) * np.ones((6, 1))
    deaths = draw.poisson(people * m).astype(float)
    deaths[2, 80:] = 0
    closed = kannisto(deaths / people, ages, deaths=deaths, since=90)
    assert np.isnan(closed.slope).tolist() == [False, False, True, False, False, False]
    assert closed.left_out.counts[Why.EMPTY_AREA].tolist() == [0, 0, 1, 0, 0, 0]
    alone = kannisto(deaths[5] / people[5], ages, deaths=deaths[5], since=90)
    np.testing.assert_allclose(closed.rates[5], alone.rates)
    falling = kannisto(np.linspace(0.4, 0.1, 101), ages)
    assert falling.slope == 0.0
    with pytest.raises(ValueError, match="closed groups"):
        kannisto(m, ages, fit=(99, 101))
    with pytest.raises(ValueError, match="not a first age"):
        kannisto(m, ages, since=90.5)


def test_two_ways_to_an_interval_agree_where_there_are_many_deaths(table: Read) -> None:
    known = table("austria_1992_males")
    found = life_table(known["deaths"], known["population"], known["age"], sex="male")
    by_formula = chiang(found, known["deaths"])
    by_draws = drawn(known["deaths"], known["population"], known["age"], sex="male", draws=4000, seed=1)
    assert by_draws.value == pytest.approx(float(found.at_birth))
    assert by_draws.low == pytest.approx(float(by_formula.low[0]), abs=0.015)
    assert by_draws.high == pytest.approx(float(by_formula.high[0]), abs=0.015)
    without = chiang(found, known["deaths"], open_group=False)
    assert (without.high[:-1] < by_formula.high[:-1]).all()
    again = drawn(known["deaths"], known["population"], known["age"], sex="male", draws=4000, seed=1)
    assert again.low == by_draws.low


def test_chiangs_variance_is_that_of_small_changes() -> None:
    """Σ (∂e/∂q)² Var(q), the slopes by moving each q a little, a held; and with the open group's 1/m."""
    deaths, people = np.linspace(5, 90, ABRIDGED.size), np.linspace(900, 300, ABRIDGED.size)
    found = life_table(deaths, people, ABRIDGED)

    def expectation(q: np.ndarray, rest: float) -> float:
        alive = np.concatenate([[1.0], np.cumprod(1 - q[:-1])])
        inner = found.widths[:-1] * alive[1:] + found.a[:-1] * alive[:-1] * q[:-1]
        return float(inner.sum() + alive[-1] * rest)

    step, rest = 1e-6, float(1 / found.m[-1])
    variance = 0.0
    for at in range(ABRIDGED.size - 1):
        moved = found.q.copy()
        moved[at] += step
        slope = (expectation(moved, rest) - expectation(found.q, rest)) / step
        variance += slope**2 * float(found.q[at] ** 2 * (1 - found.q[at]) / deaths[at])
    without = chiang(found, deaths, open_group=False)
    assert (without.high[0] - without.value[0]) / 1.959964 == pytest.approx(np.sqrt(variance), rel=1e-4)
    variance += float(found.survivors[-1]) ** 2 * rest**2 / deaths[-1]
    both = chiang(found, deaths)
    assert (both.high[0] - both.value[0]) / 1.959964 == pytest.approx(np.sqrt(variance), rel=1e-4)


@settings(max_examples=10)
@given(factor=st.floats(2, 50))
def test_with_more_people_one_is_surer(factor: float) -> None:
    deaths, people = np.linspace(2, 60, ABRIDGED.size), np.full(ABRIDGED.size, 400.0)
    wide = chiang(life_table(deaths, people, ABRIDGED), deaths)
    narrow = chiang(life_table(deaths * factor, people * factor, ABRIDGED), deaths * factor)
    np.testing.assert_allclose((wide.high - wide.low) / (narrow.high - narrow.low), np.sqrt(factor))


def test_drawn_intervals_hold_what_they_promise_in_a_township() -> None:
    """300 townships of 12,000 person-years: 95 % of the intervals hold the true expectation of life."""
    ages = ABRIDGED
    m = np.exp(-9.4 + 0.088 * (ages + 2.5)) + np.where(ages == 0, 0.008, 0.0003)
    people = np.full((300, ages.size), 12_000 / ages.size)
    true = from_rates(m, ages).at_birth
    deaths = np.random.default_rng(9).poisson(people * m)
    figure = drawn(deaths, people, ages, draws=400, seed=3)
    known = ~np.isnan(figure.value)
    held = (figure.low <= true) & (true <= figure.high)
    assert known.mean() > 0.99 and 0.9 <= held[known].mean() <= 0.985


def test_an_unknown_area_has_no_interval() -> None:
    figure = drawn([[1, 2, 3], [np.nan, 2, 3]], [[100, 100, 9], [100, 100, 9]], [0, 1, 70], draws=50)
    assert np.isnan(figure.low).tolist() == [False, True]
    assert figure.left_out.counts[Why.UNKNOWN_CELL].tolist() == [0, 1]
