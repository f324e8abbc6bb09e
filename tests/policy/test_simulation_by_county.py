"""One reform over counties with values of their own, against the law written out for each county."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.policy.test_simulation import people, table

from tongchou import policies
from tongchou.domain.policy import simulation
from tongchou.domain.policy.batch import evaluate_many
from tongchou.domain.policy.outcomes import GRANTED
from tongchou.domain.policy.programme import Programme
from tongchou.policies import law, reforms

YEAR, CODE = 2027, "elderly_reward"
NATIONAL = {"yearly_amount": 96000, "starting_age": 60}
VILLAGES = {"a": "520521901201", "b": "520522901201", "c": "520523901201"}
#: Each county's amount and age with the year each begins; None where it has set nothing.
AMOUNT = st.none() | st.tuples(st.integers(96000, 160000), st.sampled_from([2025, 2026, 2027]))
AGE = st.none() | st.tuples(st.integers(56, 60), st.sampled_from([2025, 2026, 2027]))
OWN = st.fixed_dictionaries({"yearly_amount": AMOUNT, "starting_age": AGE})


def overlay(code: str, own: dict[str, dict[int, int]]) -> policies.Overlay:
    """What a county sets: by parameter, the value from each year on."""
    text = f'level: county\narea: {{code: "{code}", zh: 县, en: county}}\nprogrammes:\n  {CODE}:\n'
    for name, values in own.items():
        text += f"    {name}:\n"
        for year, value in sorted(values.items()):
            text += f"      - {{from: {year}-01-01, value: {value}, reference: {{zh: 文, en: act}}}}\n"
    return law.read_overlay(text, code, law.national())


def programme(*overlays: policies.Overlay) -> Programme:
    return law.programme_with(CODE, law.parameters_of(overlays)[CODE])


def better(name: str, *values: int) -> int:
    return max(values) if name == "yearly_amount" else min(values)


# A failing example is small as it is; making it smaller takes minutes.
@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    seed=st.integers(0, 10_000),
    own=st.fixed_dictionaries({"520521": OWN, "520522": OWN, "520523": OWN}).filter(
        lambda own: sum(any(named.values()) for named in own.values()) > 1
    ),
    new=st.fixed_dictionaries(
        {}, optional={"yearly_amount": st.integers(96001, 160000), "starting_age": st.integers(56, 59)}
    ).filter(bool),
    start=st.sampled_from([2026, 2027]),
)
def test_everybody_stands_under_the_better_of_both(
    monkeypatch: pytest.MonkeyPatch, seed: int, own: Any, new: dict[str, int], start: int
) -> None:
    """The law each county would have, its values written out year by year, gives the same people and fen."""
    set_by = {
        county: {name: {one[1]: one[0]} for name, one in named.items() if one}
        for county, named in own.items()
    }
    laws = policies.Laws(tuple(overlay(county, named) for county, named in set_by.items() if named))
    monkeypatch.setattr(reforms, "laws", lambda: laws)
    facts = table(people(80, seed)).with_columns(pl.col("area_code").replace_strict(VILLAGES))
    changes = [reforms.Change(CODE, name, value, start) for name, value in new.items()]
    found = reforms.compared(facts, changes, YEAR, laws.of("440100"))
    for county, named in set_by.items():
        then: dict[str, dict[int, int]] = {}
        for name, usual in NATIONAL.items():
            then[name] = {}
            for year in range(2025, YEAR + 1):
                known = [value for since, value in named.get(name, {}).items() if since <= year]
                known += [new[name]] if name in new and start <= year else []
                then[name][year] = better(name, usual, *known)
        here = found.filter(pl.col("area_code").str.starts_with(county))
        part = facts.filter(pl.col("area_code").str.starts_with(county))
        for figure, rules, fen in (
            (simulation.ENTITLED_NOW, programme(overlay(county, named)) if named else programme(), "now_fen"),
            (simulation.ENTITLED_THEN, programme(overlay(county, then)), "then_fen"),
        ):
            granted = evaluate_many(part, [rules], YEAR).filter(pl.col("outcome").is_in(list(GRANTED)))
            summed = simulation.sums(here, figure)
            told = (summed["people"].item(), summed[fen].item()) if summed.height else (0, 0)
            assert told == (granted.height, granted["amount_fen"].sum())
        assert simulation.sums(here, simulation.LOSE).height == 0
