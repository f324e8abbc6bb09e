"""One person by closures, many by Narwhals: the same three-valued answers, whatever is unknown."""

from __future__ import annotations

import itertools
from typing import Any

import narwhals as nw
import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.policy.everything import LAW

from tongchou import policies
from tongchou.domain import facts as schema
from tongchou.domain.policy import tree
from tongchou.domain.policy.batch import amounts, amounts_together, evaluate_many
from tongchou.domain.policy.closures import Closures, missing_of
from tongchou.domain.policy.columns import Columns
from tongchou.domain.policy.engine import fetch
from tongchou.domain.policy.plan import Query
from tongchou.domain.policy.programme import Programme
from tongchou.domain.policy.trinary import expression
from tongchou.domain.policy.validate import checked
from tongchou.domain.policy.words import Citation, Text

pytestmark = pytest.mark.wide

PROGRAMMES = list(LAW.programmes)
SERVICES = {programme.code for programme in PROGRAMMES if programme.benefit == "service"}
YEAR = 2026
_TYPES = {"int": pl.Int64, "bool": pl.Boolean, "text": pl.String}
_POLARS = {fact.name: _TYPES[fact.kind] for fact in schema.FACTS}
_DUCKDB = {"int": "BIGINT", "bool": "BOOLEAN", "text": "VARCHAR"}
quietly = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
#: Building the expressions of a table takes longer than its rows: fewer tables, more people in each.
tables = settings(quietly, max_examples=25)


def values(fact: schema.Fact) -> st.SearchStrategy[Any]:
    """Values of a fact around the thresholds of the programmes, one in three or four of them unknown."""
    if fact.kind == "bool":
        return st.sampled_from([True, False, None])
    if fact.kind == "text":
        return st.sampled_from([*fact.values, None]) if fact.values else st.none()
    if fact.name == "birth_month":
        return st.sampled_from([1, 5, 12, None])
    if fact.name == "birth_year":
        return st.sampled_from(
            [
                *range(1931, 1934),
                *range(1964, 1969),
                *range(1976, 1979),
                *range(2009, 2012),
                *range(2019, 2028),
                None,
            ]
        )
    if fact.name == "only_child_birth_year":
        return st.sampled_from([2011, 2012, 2013, None])
    if fact.name == "spouse_birth_year":
        return st.sampled_from([1976, 1977, 1978, None])
    if fact.name.endswith("_month"):
        return st.sampled_from([1, 5, 12, None])
    if fact.name.endswith("_year"):
        return st.sampled_from([2002, 2021, 2022, 2023, 2024, 2025, 2026, None])
    if fact.name == "birth_day":
        return st.sampled_from([1, 31, None])
    if fact.name == "sex":
        return st.sampled_from([1, 2, None])
    return st.sampled_from([0, 1, 2, 3, None])


PERSON = st.fixed_dictionaries(
    {
        fact.name: values(fact)
        for fact in schema.FACTS
        if fact.name not in ("person_id", "household_id", "area_code")
    }
)
PEOPLE = st.lists(PERSON, min_size=20, max_size=80).map(
    lambda rows: [{"person_id": number, **row} for number, row in enumerate(rows)]
)


def table(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={name: _POLARS[name] for name in rows[0]})


def duckdb_table(rows: list[dict[str, Any]]) -> Any:
    duckdb = pytest.importorskip("duckdb")
    connection = duckdb.connect()
    columns = ", ".join(f"{name} {_DUCKDB[schema.BY_NAME[name].kind]}" for name in rows[0])
    connection.execute(f"CREATE TABLE facts ({columns})")
    insert = f"INSERT INTO facts VALUES ({', '.join('?' for _name in rows[0])})"  # noqa: S608 - marks only
    connection.executemany(insert, [[row[name] for name in rows[0]] for row in rows])
    return connection.table("facts")


def by_closures(rows: list[dict[str, Any]], programmes: list[Programme], year: int) -> list[tuple[Any, ...]]:
    found = []
    for programme in programmes:
        for row in rows:
            one = programme.evaluate_one(row, year)
            found.append(
                (
                    row["person_id"], programme.code, one.outcome, one.amount_fen,
                    ";".join(one.failing), ";".join(one.missing), one.claim_by,
                )
            )  # fmt: skip
    return found


def by_table(frame: Any, programmes: list[Programme], year: int) -> list[tuple[Any, ...]]:
    columns = ("person_id", "programme", "outcome", "amount_fen", "failing", "missing", "claim_by")
    return evaluate_many(frame, programmes, year).select(columns).rows()


@tables
@given(rows=PEOPLE, year=st.sampled_from([2003, 2004, 2011, 2024, 2025, YEAR, 2027]))
def test_polars_gives_what_closures_give(rows: list[dict[str, Any]], year: int) -> None:
    assert by_table(table(rows), PROGRAMMES, year) == by_closures(rows, PROGRAMMES, year)


@settings(quietly, max_examples=10)
@given(rows=PEOPLE)
def test_duckdb_gives_what_closures_give(rows: list[dict[str, Any]]) -> None:
    found = by_table(duckdb_table(rows), PROGRAMMES, YEAR)
    assert sorted(found, key=repr) == sorted(by_closures(rows, PROGRAMMES, YEAR), key=repr)


@settings(quietly, max_examples=10)
@given(rows=PEOPLE, year=st.sampled_from([2003, 2025, YEAR]))
def test_programmes_together_give_what_each_gives_alone(rows: list[dict[str, Any]], year: int) -> None:
    facts = checked(nw.from_native(table(rows)).lazy())
    together = amounts_together(facts, PROGRAMMES, year)
    for programme in PROGRAMMES:
        alone = amounts(facts, programme, year)
        assert together[f"outcome:{programme.code}"].equals(alone["outcome"])
        if programme.code not in SERVICES:
            assert together[f"amount_fen:{programme.code}"].equals(alone["amount_fen"])


@tables
@given(rows=PEOPLE, dropped=st.sets(st.sampled_from([f.name for f in schema.FACTS if f.name != "person_id"])))
def test_an_absent_column_is_unknown_for_everybody(rows: list[dict[str, Any]], dropped: set[str]) -> None:
    kept = [{name: value for name, value in row.items() if name not in dropped} for row in rows]
    emptied = [{name: None if name in dropped else value for name, value in row.items()} for row in rows]
    assert by_table(table(kept), PROGRAMMES, YEAR) == by_table(table(emptied), PROGRAMMES, YEAR)


@tables
@given(rows=PEOPLE)
def test_results_hold_together(rows: list[dict[str, Any]]) -> None:
    for result in evaluate_many(table(rows), PROGRAMMES, YEAR).iter_rows(named=True):
        granted = result["outcome"].startswith("entitled")
        assert (result["amount_fen"] is not None) == (granted and result["programme"] not in SERVICES)
        assert result["amount_fen"] is None or result["amount_fen"] > 0
        assert bool(result["failing"]) == (result["outcome"] == "not_entitled")
        assert bool(result["missing"]) == (result["outcome"] == "needs_information")


@quietly
@given(row=PERSON, completion=PERSON)
def test_what_is_known_stays_when_more_is_known(row: dict[str, Any], completion: dict[str, Any]) -> None:
    """An answer despite unknown facts is the answer whatever those facts turn out to be."""
    fuller = {name: completion[name] if value is None else value for name, value in row.items()}
    assume(not _contradictory(fuller))
    for programme in PROGRAMMES:
        before, after = programme.evaluate_one(row, YEAR), programme.evaluate_one(fuller, YEAR)
        if before.outcome != "needs_information":
            assert (after.outcome, after.amount_fen) == (before.outcome, before.amount_fen)
            assert set(before.failing) <= set(after.failing)


@quietly
@given(row=PERSON, answers=PERSON)
def test_answering_what_is_missing_leads_to_a_result(row: dict[str, Any], answers: dict[str, Any]) -> None:
    told = {name: _some(schema.BY_NAME[name]) if value is None else value for name, value in answers.items()}
    told["children_ever"] = max(told["children_ever"], told["living_sons"] + told["living_daughters"])
    for programme in PROGRAMMES:
        facts = dict(row)
        for _round in range(len(facts)):
            result = programme.evaluate_one(facts, YEAR)
            if result.outcome != "needs_information":
                break
            assert result.missing
            asked_again = {name for name in result.missing if facts[name] is not None}
            assert not asked_again or (_contradictory(facts) and asked_again <= _COUNTS)
            facts |= {name: told[name] for name in result.missing}
        else:
            pytest.fail(f"{programme.code} still asks: {result.missing}")


_COUNTS = {"living_sons", "living_daughters", "children_ever"}


def _contradictory(facts: dict[str, Any]) -> bool:
    ever = facts["children_ever"]
    return ever is not None and (facts["living_sons"] or 0) + (facts["living_daughters"] or 0) > ever


def _some(fact: schema.Fact) -> Any:
    if fact.kind == "bool":
        return True
    return fact.values[0] if fact.kind == "text" else fact.least


# Random trees, so that the language and not only today's programmes is held together.
NUMBERS = [tree.Fact(name) for name in ("birth_year", "birth_month", "living_sons", "death_year")]
FLAGS = [tree.IsTrue(tree.Fact(name)) for name in ("deceased", "converted", "urban_pension")]


def numbers() -> st.SearchStrategy[tree.Expr]:
    leaves = st.one_of(
        st.sampled_from(NUMBERS), st.builds(tree.Const, st.integers(-3, 2030)), st.just(tree.Year())
    )
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(tree.Add, inner, inner),
            st.builds(tree.Sub, inner, inner),
            st.builds(tree.Mul, inner, st.builds(tree.Const, st.integers(-3, 3))),
            st.builds(tree.MaxOf, st.tuples(inner, inner)),
            st.builds(tree.MinOf, st.tuples(inner, inner, inner)),
            st.builds(tree.Case, st.tuples(st.tuples(st.sampled_from(FLAGS), inner)), inner),
        ),
        max_leaves=5,
    )


def questions() -> st.SearchStrategy[tree.Expr]:
    leaves = st.one_of(
        st.sampled_from([*FLAGS, tree.TRUE, tree.FALSE]),
        st.builds(tree.Compare, numbers(), st.sampled_from(tree.OPERATORS), numbers()),
        st.just(tree.In(tree.Fact("hukou_kind"), ("unified",))),
        st.just(tree.In(tree.Fact("hukou_kind"), ("agricultural", "unified"))),
    )
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(tree.All, st.tuples(inner, inner)),
            st.builds(tree.Any, st.tuples(inner, inner)),
            st.builds(tree.Not, inner),
            st.builds(tree.Case, st.tuples(st.tuples(inner, inner), st.tuples(inner, inner)), inner),
        ),
        max_leaves=8,
    )


@settings(quietly, max_examples=150)
@given(node=questions(), rows=st.lists(PERSON, min_size=1, max_size=12))
def test_any_tree_means_the_same_twice(node: tree.Expr, rows: list[dict[str, Any]]) -> None:
    numbered = [{"person_id": number, **row} for number, row in enumerate(rows)]
    facts = checked(nw.from_native(table(numbered)).lazy())
    closures = Closures(YEAR, {})
    columns = Columns(closures, facts.present)
    condition = tree.Condition("any", Text("任意", "any"), node, Citation(Text("无", "none")))
    truth, open_facts = columns.truth(condition), columns.where_unknown(condition)
    asked = {f"needs_{name}": expression(bit) for name, bit in open_facts.items()}
    query = Query(
        (*columns.stages, *columns.later),
        {"yes": expression(truth.yes), "no": expression(truth.no), **asked},
    )
    found = query.fetched(facts, ["person_id"])
    # The steps on Polars and the expressions of Narwhals, which DuckDB and Spark run, are two ways.
    assert found.equals(fetch(query.on(facts.frame, ["person_id"])))
    for row, answer in zip(numbered, found.iter_rows(named=True), strict=True):
        expected = closures.answer(condition, row)
        assert (answer["yes"], answer["no"]) == (expected is True, expected is False)
        missing = {name.removeprefix("needs_") for name in asked if answer[name]}
        assert missing == missing_of(condition, row, closures)


def _every_family(sons: int | None, daughters: int | None, ever: int | None) -> set[bool]:
    """Whether the condition on children holds, for every family these counts leave possible."""
    living = range(8)
    return {
        (boys + girls == 1) or (boys, girls) == (0, 2) or (boys + girls == 0 and born >= 1)
        for boys in (living if sons is None else [sons])
        for girls in (living if daughters is None else [daughters])
        for born in (range(16) if ever is None else [ever])
        if boys + girls <= born
    }


def test_the_reward_knows_what_the_counts_imply_and_no_more() -> None:
    """All counts up to 4, each or any unknown: known exactly where every possible family agrees."""
    reward = next(programme for programme in policies.load() if programme.code == "elderly_reward")
    base = {"birth_year": 1960, "deceased": False, "hukou_kind": "agricultural", "has_spouse": False}
    counts = list(itertools.product([None, 0, 1, 2, 3, 4], repeat=3))
    rows = [
        {
            "person_id": number,
            **base,
            "living_sons": sons,
            "living_daughters": daughters,
            "children_ever": ever,
        }
        for number, (sons, daughters, ever) in enumerate(counts)
    ]
    table = pl.DataFrame(rows, infer_schema_length=None)
    words = {(True,): "entitled_subject_to_statement", (False,): "not_entitled"}
    for row, family, many in zip(
        rows, counts, evaluate_many(table, [reward], 2026).iter_rows(named=True), strict=True
    ):
        wanted = words.get(tuple(_every_family(*family)), "needs_information")
        one = reward.evaluate_one(row, 2026)
        assert (one.outcome, many["outcome"]) == (wanted, wanted), family
        assert ";".join(one.missing) == many["missing"], family
        assert bool(one.missing) == (wanted == "needs_information"), family
