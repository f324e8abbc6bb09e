"""Two laws over the same people: equal to evaluating twice, bands that hold, and what may not be asked."""

from __future__ import annotations

import random
from collections import defaultdict
from typing import Any

import polars as pl
import pytest
from tests.policy.everything import LAW

from tongchou import policies
from tongchou.domain import facts as schema
from tongchou.domain.policy import bounds, simulation
from tongchou.domain.policy.batch import evaluate_many
from tongchou.domain.policy.outcomes import GRANTED, NEEDS_INFORMATION
from tongchou.policies import reforms

YEAR = 2027
_TYPES = {"int": pl.Int64, "bool": pl.Boolean, "text": pl.String}
Change = reforms.Change


def people(number: int, seed: int, unknown: float = 0.2) -> list[dict[str, Any]]:
    """Made-up people around the thresholds of the programmes, in three villages, a fifth of it unknown."""
    draw = random.Random(seed)
    rows = []
    for person in range(number):
        row: dict[str, Any] = {"person_id": person}
        for fact in schema.HELD[1:]:
            if draw.random() < unknown:
                row[fact.name] = None
            elif fact.name == "household_id":
                row[fact.name] = draw.randrange(number // 2 + 1)
            elif fact.name == "area_code":
                row[fact.name] = draw.choice(["a", "b", "c"])
            elif fact.name == "birth_year":
                row[fact.name] = draw.choice([*range(1960, 1972), *range(2020, 2028)])
            elif fact.kind == "bool":
                row[fact.name] = draw.random() < 0.5
            elif fact.values:
                row[fact.name] = draw.choice(fact.values)
            elif fact.least == 1850:
                row[fact.name] = draw.randint(2018, 2028)
            elif fact.name == "children_ever":
                row[fact.name] = (
                    (row["living_sons"] or 0) + (row["living_daughters"] or 0) + draw.randint(0, 1)
                )
            else:
                row[fact.name] = draw.randint(
                    fact.least or 0, min(fact.most or 3, 2 if fact.sensitive else 31)
                )
        rows.append(row)
    return rows


def table(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={fact.name: _TYPES[fact.kind] for fact in schema.HELD})


REFORMS = (
    [Change("childcare_subsidy", "yearly_amount", 480000, YEAR)],
    [Change("childcare_subsidy", "eligible_years", 5, YEAR)],
    [Change("childcare_subsidy", "eligible_years", 1, YEAR)],
    [Change("elderly_reward", "starting_age", 56, YEAR)],
    [
        Change("elderly_reward", "yearly_amount", 150000, 2026),
        Change("elderly_reward", "starting_age", 58, YEAR),
        Change("childcare_subsidy", "yearly_amount", 420000, YEAR),
    ],
)


def by_hand(rows: list[dict[str, Any]], made: reforms.Reform, figure: str) -> dict[tuple[Any, ...], Any]:
    """People, families and fen by programme, village, group and sex, person by person."""
    found: dict[tuple[Any, ...], Any] = defaultdict(lambda: [0, set(), 0, 0])
    now, then = (
        {(p, c): (o, f) for p, c, o, f in evaluate_many(table(rows), programmes, YEAR)
         .select("person_id", "programme", "outcome", "amount_fen").rows()}
        for programmes in (made.now, made.then)
    )  # fmt: skip
    for row in rows:
        for programme in made.now:
            key = (row["person_id"], programme.code)
            (outcome, before), (changed, after) = now[key], then[key]
            had, has = outcome in GRANTED, changed in GRANTED
            undecided = NEEDS_INFORMATION in (outcome, changed)
            chosen = {
                simulation.ENTITLED_NOW: had,
                simulation.ENTITLED_THEN: has,
                simulation.GAIN: not undecided and (after or 0) > (before or 0),
                simulation.LOSE: not undecided and (after or 0) < (before or 0),
                simulation.OPEN_NOW: outcome == NEEDS_INFORMATION,
                simulation.OPEN_THEN: changed == NEEDS_INFORMATION,
            }[figure]
            if not chosen:
                continue
            born = row["birth_year"]
            group = None if born is None else min(85, max(0, (YEAR - born) // 5 * 5))
            cell = found[programme.code, row["area_code"], group, row["sex"]]
            cell[0] += 1
            cell[1].add(-row["person_id"] - 1 if row["household_id"] is None else row["household_id"])
            cell[2] += before or 0
            cell[3] += after or 0
    return {key: (people, len(families), a, b) for key, (people, families, a, b) in found.items()}


@pytest.mark.parametrize("changes", REFORMS, ids=lambda changes: changes[0].parameter)
@pytest.mark.parametrize("seed", range(3))
def test_a_simulation_is_two_evaluations(changes: list[Change], seed: int) -> None:
    rows = people(700, seed)
    made = reforms.reform(changes)
    touched = simulation.compared(table(rows), made.now, made.then, YEAR)
    for figure in simulation.MADE_OF:
        if figure == simulation.TOUCHED:
            continue
        summed = simulation.sums(touched, figure, *simulation.BY)
        got = {
            row[:4]: row[4:]
            for row in summed.select(
                "programme", *simulation.BY, "people", "families", "now_fen", "then_fen"
            ).rows()
        }
        expected = by_hand(rows, made, figure)
        assert got == expected, figure
    every = {effect: simulation.sums(touched, effect)["people"].sum() for effect in simulation.EFFECTS}
    assert sum(every.values()) == touched.height


def answered(rows: list[dict[str, Any]], seed: int) -> list[dict[str, Any]]:
    """The same people with everything known that was not, and no counts that contradict one another."""
    full = people(len(rows), seed + 1000, unknown=0)
    known = []
    for row, other in zip(rows, full, strict=True):
        if row["children_ever"] is not None:
            other = {**other, "living_sons": 0, "living_daughters": 0}
        one = {name: other[name] if value is None else value for name, value in row.items()}
        one["children_ever"] = max(one["children_ever"], one["living_sons"] + one["living_daughters"])
        known.append(one)
    return known


@pytest.mark.parametrize("changes", REFORMS, ids=lambda changes: changes[0].parameter)
def test_whatever_is_answered_the_money_stays_in_its_band(changes: list[Change]) -> None:
    rows, made = people(500, 7), reforms.reform(changes)
    bands = _money(rows, made)
    for seed in range(8):
        for code, (now, then) in _money(answered(rows, seed), made).items():
            (low, high), (low_then, high_then) = bands[code]
            assert low <= now[0] <= high and low_then <= then[0] <= high_then
            assert now[0] == now[1] and then[0] == then[1]  # nothing is open any more


def _money(rows: list[dict[str, Any]], made: reforms.Reform) -> dict[str, Any]:
    touched = simulation.compared(table(rows), made.now, made.then, YEAR)
    summed = touched.group_by("programme").agg(pl.col(*simulation.FEN).sum())
    return {
        code: ((now, now + more), (then, then + more_then))
        for code, now, then, more, more_then in summed.rows()
    }


def test_the_greatest_amount_is_reached_and_never_exceeded() -> None:
    for programme in policies.load():
        most = bounds.greatest_amount(programme, YEAR)
        paid = [
            one.amount_fen
            for row in people(200, 3, unknown=0.05)
            if (one := programme.evaluate_one(row, YEAR)).amount_fen is not None
        ]
        assert all(amount <= most for amount in paid), programme.code
    assert bounds.greatest_amount(policies.load()[0], YEAR) == 360000
    assert bounds.greatest_amount(policies.load()[0], 2003) == 0


def test_the_order_of_the_rows_and_other_engines_do_not_matter() -> None:
    duckdb = pytest.importorskip("duckdb")
    rows, made = people(300, 11), reforms.reform(REFORMS[0])
    frame = table(rows)
    connection = duckdb.connect()
    columns = ", ".join(
        f"{fact.name} { {'int': 'BIGINT', 'bool': 'BOOLEAN', 'text': 'VARCHAR'}[fact.kind] }"
        for fact in schema.HELD
    )
    connection.execute(f"CREATE TABLE facts ({columns})")
    marks = ",".join("?" for _fact in schema.HELD)
    connection.executemany(f"INSERT INTO facts VALUES ({marks})", [list(row) for row in frame.rows()])  # noqa: S608
    for other in (connection.table("facts"), frame.sample(fraction=1, shuffle=True, seed=5)):
        touched = simulation.compared(other, made.now, made.then, YEAR)
        same = simulation.compared(frame, made.now, made.then, YEAR)
        for figure in simulation.MADE_OF:
            wanted = simulation.sums(same, figure, *simulation.BY)
            assert simulation.sums(touched, figure, *simulation.BY).equals(wanted)


def test_a_childcare_month_follows_the_year() -> None:
    made = reforms.reform([Change("childcare_subsidy", "yearly_amount", 480000, YEAR)])
    parameters = made.then[0].parameters
    assert parameters["yearly_amount"].in_year(YEAR).value == 480000
    assert parameters["monthly_amount"].in_year(YEAR).value == 40000
    assert parameters["yearly_amount"].in_year(2026).value == 360000
    assert made.setters == ("province", "prefecture")
    with pytest.raises(reforms.Wrong) as error:
        reforms.reform([Change("childcare_subsidy", "yearly_amount", 480001, YEAR)])
    assert [why for _change, why in error.value.problems] == ["twelfths"]


def test_who_could_set_a_value_and_what_nobody_may() -> None:
    def could(*changes: Change) -> tuple[str, ...]:
        return reforms.reform(changes, LAW).setters

    # LAW: the province pays 144003 fen, the county begins at 58.
    every = ("province", "prefecture", "county")
    assert could(Change("elderly_reward", "yearly_amount", 150000, YEAR)) == every
    # Less than the province pays, more than the State: only the province could take back its own.
    assert could(Change("elderly_reward", "yearly_amount", 100000, YEAR)) == ("province",)
    assert could(Change("elderly_reward", "starting_age", 59, YEAR)) == every
    assert could(Change("childcare_subsidy", "eligible_years", 4, YEAR)) == ("national",)
    with pytest.raises(reforms.Wrong) as error:
        could(
            Change("elderly_reward", "yearly_amount", 90000, YEAR),
            Change("elderly_reward", "starting_age", 61, YEAR),
            Change("childcare_subsidy", "no_such", 1, YEAR),
        )
    limits = [getattr(why, "limit", why) for _change, why in error.value.problems]
    assert limits == [96000, 60, "unknown"]


def test_what_is_raised_takes_the_place_of_the_own_earlier_value() -> None:
    made = reforms.reform([Change("elderly_reward", "starting_age", 59, YEAR)], LAW)
    assert made.then[0].parameters["starting_age"].in_year(YEAR).value == 59
    assert made.now[0].parameters["starting_age"].in_year(YEAR).value == 58


def test_nothing_beside_a_sensitive_fact_can_be_simulated() -> None:
    """A change there would break the figures down by children, marriage or spouse (rights rules 1 and 7)."""
    for law in (policies.here(), LAW):
        for offer in reforms.offers(law):
            assert offer.programme.kind != "private" and offer.programme.finding == "registry"
            names = {one.name for one in offer.parameters}
            assert "transition_years" not in names  # compared with years of the spouse too
            assert names.isdisjoint({"first_year", "earliest_birth_year", "monthly_amount"})
    refused = [
        Change("elderly_reward", "transition_years", 5, YEAR),
        Change("bereaved_assistance", "monthly_amount", 200000, YEAR),
        Change("boarding_subsidy", "primary_amount", 200000, YEAR),
    ]
    with pytest.raises(reforms.Wrong) as error:
        reforms.reform(refused)
    assert [why for _change, why in error.value.problems] == ["unknown"] * 3


def test_private_programmes_and_other_breakdowns_are_refused() -> None:
    private = next(one for one in policies.load() if one.kind == "private")
    with pytest.raises(ValueError, match="looked through"):
        simulation.compared(table(people(5, 1)), [private], [private], YEAR)
    made = reforms.reform(REFORMS[0])
    touched = simulation.compared(table(people(50, 1)), made.now, made.then, YEAR)
    assert set(touched.columns).isdisjoint(schema.SENSITIVE | {"person_id", "household_id"})
    for column in ("living_sons", "has_spouse", "family"):
        with pytest.raises(ValueError, match="no sums by"):
            simulation.sums(touched, simulation.GAIN, column)
