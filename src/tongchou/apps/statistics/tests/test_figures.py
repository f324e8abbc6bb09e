"""Figures of areas are those of the domain, for who may see the areas, with few queries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.apps.statistics import api
from tongchou.apps.statistics.figures import summed
from tongchou.apps.statistics.models import Built
from tongchou.core.errors import Conflict, NotFound
from tongchou.core.scope import Scope
from tongchou.domain.statistics import compute
from tongchou.domain.statistics.composition import PARTS
from tongchou.domain.statistics.cube import Basis, people
from tongchou.domain.statistics.series import Step

Make = Callable[..., Built]
RESIDENT = Basis.RESIDENT


@pytest.fixture
def built(make_cubes: Make) -> Built:
    return make_cubes(months=30, people=6000)


def asked(built: Built, code: str = "cdr", **wanted: Any) -> Any:
    given_: dict[str, Any] = {"basis": RESIDENT, "areas": "village", "step": Step.MONTH, **wanted}
    return api.figure_series(built, code, **given_)


class TestValues:
    @pytest.mark.parametrize("level", ["village", "township", "county"])
    def test_they_are_those_of_the_cube(self, built: Built, county: Any, level: Any) -> None:
        cube = api.months(built, RESIDENT)
        codes = {"township": county.township.code, "county": county.county.code}
        own = cube if level == "village" else cube.grouped([[0, 1]], [codes[level]])
        found = asked(built, areas=level, scope=Scope.of_area(county.county))
        again = compute.series(own, "cdr", step=Step.MONTH)
        assert found.areas == again.areas
        np.testing.assert_array_equal(found.figure.value, again.figure.value)
        assert found.figure.left_out.totals() == again.figure.left_out.totals()

    def test_some_areas_by_their_codes_in_the_order_asked_for(self, built: Built, county: Any) -> None:
        codes = [county.other_village.code, county.village.code]
        found = asked(built, areas=codes, scope=Scope.of_area(county.county))
        every = asked(built, scope=Scope.of_area(county.county))
        assert found.areas == tuple(codes)
        np.testing.assert_array_equal(found.figure.value[::-1], every.figure.value)

    def test_an_area_that_leans_has_one_figure_whoever_looks(self, built: Built, county: Any) -> None:
        wide = asked(built, scope=Scope.of_area(county.county), leaning=True)
        narrow = asked(built, scope=Scope.of_area(county.other_village), leaning=True)
        assert wide.shrunk and narrow.areas == (county.other_village.code,)
        np.testing.assert_array_equal(narrow.figure.value[0], wide.figure.value[1])
        alone = asked(built, scope=Scope.of_area(county.county))
        assert (wide.figure.value != alone.figure.value).any()

    def test_a_pyramid(self, built: Built, county: Any) -> None:
        found = api.pyramid_of(built, "county", basis=RESIDENT, scope=Scope.of_area(county.county))
        total = found.men.sum() + found.women.sum() + found.unknown.sum()
        assert total == people(api.months(built, RESIDENT))[:, -1].sum()
        earlier = api.pyramid_of(
            built, [county.village.code], basis=RESIDENT, scope=Scope.of_area(county.village), month="2025-01"
        )
        assert str(earlier.month) == "2025-01" and earlier.men.shape == (1, 21)

    def test_single_ages_of_the_scorecard_are_those_of_the_stock(self, built: Built, county: Any) -> None:
        from tongchou.domain.statistics.quality import of_ages

        stock = api.stock(built)
        ages = np.zeros(101)
        np.add.at(ages, stock["age"].clip(upper_bound=100).to_numpy(), stock["people"].to_numpy())
        scope = Scope.of_area(county.county)
        found = api.quality_of(built, "township", basis=Basis.REGISTERED, scope=scope)
        assert found.ages is not None
        np.testing.assert_allclose(found.ages.whipple[0], of_ages(ages).whipple)
        assert api.quality_of(built, "county", basis=RESIDENT, scope=scope).ages is None

    def test_the_make_up_of_registered_people(self, built: Built, county: Any) -> None:
        scope = Scope.of_area(county.county)
        found = api.composition_of(built, "county", scope=scope)
        shares = {part.code: float(one.figure.value[0]) for part, one in found.parts}
        assert set(shares) == {part.code for part in PARTS}
        stock = api.stock(built)
        away = stock.filter(stock["residence"] == "away")["people"].sum()
        assert shares["living_away_share"] == pytest.approx(100 * away / stock["people"].sum())
        schooling = [value for code, value in shares.items() if code.startswith("schooling")]
        assert sum(schooling) == pytest.approx(100)
        assert api.composition_of(built, "village", scope=scope).areas == tuple(
            one.code for one in county.villages
        )

    def test_rates_by_age_of_the_township(self, built: Built, county: Any) -> None:
        found = api.age_rates_of(
            built, "fertility", "township", basis=RESIDENT, step=Step.YEAR, scope=Scope.of_area(county.county)
        )
        total = asked(
            built, "tfr", areas="township", step=Step.YEAR, scope=Scope.of_area(county.county)
        ).figure.value
        np.testing.assert_allclose(5 * found.figure.value.sum(axis=-1) / 1000, total)


class TestWhoSees:
    def test_a_village_worker_sees_the_own_village_and_no_sum(self, built: Built, county: Any) -> None:
        scope = Scope.of_area(county.village)
        assert asked(built, scope=scope).areas == (county.village.code,)
        assert asked(built, areas="township", scope=scope).areas == ()
        assert [one.code for one in api.places_of(built, "village", scope)] == [county.village.code]
        assert api.cube_of(built, "township", basis=RESIDENT, scope=scope).areas == ()
        for code in (county.township.code, county.county.code, county.other_village.code):
            for read in (
                lambda code=code: asked(built, areas=[code], scope=scope),
                lambda code=code: api.pyramid_of(built, [code], basis=RESIDENT, scope=scope),
                lambda code=code: api.quality_of(built, [code], basis=RESIDENT, scope=scope),
                lambda code=code: api.composition_of(built, [code], scope=scope),
            ):
                with pytest.raises(NotFound, match="no_area"):
                    read()

    def test_no_area_means_nothing(self, built: Built) -> None:
        assert asked(built, scope=Scope.nothing()).areas == ()
        assert api.places_of(built, "county", Scope.nothing()) == []

    def test_who_reaches_both_villages_sees_their_sum(self, built: Built, county: Any) -> None:
        ones = [(one.scope_no, one.scope_end) for one in county.villages]
        scope = Scope(tuple(sorted(ones)))
        assert asked(built, areas="township", scope=scope).areas == (county.township.code,)

    @given(seed=st.integers(0, 2**31))
    def test_what_is_seen_is_what_the_scope_reaches(self, seed: int) -> None:
        """An oracle that walks over villages one by one; the database is not asked."""
        from tongchou.apps.statistics import reach

        chance = np.random.default_rng(seed)
        inside = chance.random(12) < 0.7
        groups = np.sort(chance.integers(0, 4, 12))
        members = [np.flatnonzero(groups == one) for one in range(4) if (groups == one).any()]
        expected = [at for at, rows in enumerate(members) if all(inside[row] for row in rows)]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(reach, "reached", lambda _built, _scope: inside)
            patch.setattr(reach, "tree", lambda _built, _level: type("T", (), {"members": tuple(members)}))
            patch.setattr(reach, "whole", lambda _built, _level: np.ones(len(members), dtype=bool))
            assert reach.shown(None, "township", Scope.nothing()).tolist() == expected  # type: ignore[arg-type]

    def test_a_code_of_elsewhere_is_not_told_from_one_that_is_not_there(
        self, built: Built, county: Any
    ) -> None:
        for codes in (["520522999"], [county.village.code, county.township.code], []):
            with pytest.raises(NotFound, match="no_area"):
                asked(built, areas=codes, scope=Scope.of_area(county.county))


class TestRefused:
    @pytest.mark.parametrize("code", ["tfr", "imr", "srb", "life_expectancy_0", "births_recorded_next_month"])
    def test_of_villages(self, built: Built, county: Any, code: str) -> None:
        step = Step.YEAR
        with pytest.raises(Conflict, match="not_shown"):
            asked(built, code, step=step, scope=Scope.of_area(county.county))
        with pytest.raises(Conflict, match="not_shown"):
            asked(built, code, step=step, scope=Scope.of_area(county.county), leaning=True)

    def test_other_refusals(self, built: Built, county: Any) -> None:
        scope = Scope.of_area(county.county)
        with pytest.raises(NotFound, match="no_indicator"):
            asked(built, "happiness", scope=scope)
        with pytest.raises(Conflict, match="no_leaning"):
            asked(built, areas="county", scope=scope, leaning=True)
        with pytest.raises(Conflict, match="no_leaning"):
            asked(built, "natural_increase", scope=scope, leaning=True)
        with pytest.raises(NotFound, match="no_month"):
            api.pyramid_of(built, "county", basis=RESIDENT, scope=scope, month="1999-01")
        with pytest.raises(Conflict, match="not_shown"):
            api.cube_of(built, "village", basis=RESIDENT, scope=scope)
        with pytest.raises(Conflict, match="not_shown"):
            api.quality_of(built, "village", basis=RESIDENT, scope=scope)
        for step, level in ((Step.MONTH, "county"), (Step.YEAR, "village")):
            with pytest.raises(Conflict, match="not_shown"):
                api.age_rates_of(built, "mortality", level, basis=RESIDENT, step=step, scope=scope)

    def test_townships_have_the_sex_ratio_at_birth_only_leaning(self, built: Built, county: Any) -> None:
        scope = Scope.of_area(county.county)
        with pytest.raises(Conflict, match="not_shown"):
            asked(built, "srb", areas="township", step=Step.YEAR, scope=scope)
        assert asked(built, "srb", areas="township", step=Step.YEAR, scope=scope, leaning=True).shrunk
        assert not asked(built, "srb", areas="county", step=Step.YEAR, scope=scope).shrunk


class TestQueries:
    def test_figures_ask_the_database_once_at_most(
        self, built: Built, county: Any, django_assert_num_queries: Any
    ) -> None:
        api.places_of(built, "county", Scope.of_area(county.county))  # once a process, what was counted whole
        with django_assert_num_queries(0):
            asked(built, scope=Scope.of_area(county.county))
            asked(built, areas="county", scope=Scope.of_area(county.county))
        with django_assert_num_queries(1):
            asked(built, scope=Scope.of_area(county.village))
        api.places_of(built, "township", Scope.of_area(county.county))
        with django_assert_num_queries(1):
            api.places_of(built, "township", Scope.of_area(county.village))

    def test_sums_are_made_once(self, built: Built) -> None:
        assert summed(built, "township", RESIDENT) is summed(built, "township", RESIDENT)
