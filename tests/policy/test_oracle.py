"""All engines against the law written a second time in plain Python, whatever is unknown.

Complete facts: outcome, fen, failing conditions and deadline are the oracle's. Unknown facts: an answer is
the oracle's for every way to complete the facts, and a question is asked only where two ways differ.
"""

from __future__ import annotations

import ast
import itertools
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.policy import oracle
from tests.policy.everything import LAW
from tests.policy.families import YEARS, families, possible_values, table

from tongchou.domain.policy.batch import evaluate_many
from tongchou.domain.policy.programme import Programme

pytestmark = pytest.mark.wide

PROGRAMMES = list(LAW.programmes)
COLUMNS = ("person_id", "programme", "outcome", "amount_fen", "failing", "missing", "claim_by")
#: Every share of unknown facts that a county may have, one in five at least where it is not all.
UNKNOWN = st.sampled_from((0.2, 0.3, 0.5))
#: Ways to complete the facts that are tried before it is said that all agree.
MANY = 3_000
SEEDS = st.integers(0, 10**9)
few = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
some = settings(few, max_examples=40)


def closures(rows: list[dict[str, Any]], year: int) -> list[tuple[Any, ...]]:
    found = []
    for programme in PROGRAMMES:
        for row in rows:
            one = programme.evaluate_one(row, year)
            found.append(
                (
                    row["person_id"], programme.code, one.outcome, one.amount_fen,
                    ";".join(one.failing), ";".join(one.missing), one.claim_by,
                )
            )  # fmt: skip
    return found


def test_the_oracle_knows_all_programmes_and_nothing_of_the_engine() -> None:
    assert set(oracle.PROGRAMMES) == {programme.code for programme in PROGRAMMES}
    syntax = ast.parse(Path(oracle.__file__).read_text(encoding="utf-8"))
    imported = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else alias.name
        for node in ast.walk(syntax)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert imported == {"__future__", "collections.abc", "dataclasses", "typing"}


@some
@given(seed=SEEDS, year=st.sampled_from(YEARS))
def test_complete_facts_are_answered_as_the_law_says(seed: int, year: int) -> None:
    for row in families(seed, 40, year, 0.0):
        for programme in PROGRAMMES:
            said = programme.evaluate_one(row, year)
            wanted = oracle.PROGRAMMES[programme.code](row, year)
            claim = said.claim_by.year if said.claim_by else None
            got = (said.outcome, said.amount_fen, said.failing, claim)
            assert got == (wanted.outcome, wanted.amount_fen, wanted.failing, wanted.claim_year), row
            assert said.missing == ()


@few
@given(seed=SEEDS, year=st.sampled_from(YEARS), unknown=UNKNOWN)
def test_polars_and_duckdb_say_what_closures_say(seed: int, year: int, unknown: float) -> None:
    duckdb = pytest.importorskip("duckdb")
    rows = families(seed, 60, year, unknown)
    frame = table(rows)
    expected = closures(rows, year)
    assert evaluate_many(frame, PROGRAMMES, year).select(COLUMNS).rows() == expected
    connection = duckdb.connect()
    types = {"Int64": "BIGINT", "Boolean": "BOOLEAN", "String": "VARCHAR"}
    columns = ", ".join(f"{name} {types[str(kind)]}" for name, kind in frame.schema.items())
    connection.execute(f"CREATE TABLE facts ({columns})")
    insert = f"INSERT INTO facts VALUES ({', '.join('?' for _name in frame.columns)})"  # noqa: S608 - marks
    connection.executemany(insert, frame.rows())
    found = evaluate_many(connection.table("facts"), PROGRAMMES, year).select(COLUMNS).rows()
    assert sorted(found, key=repr) == sorted(expected, key=repr)


@some
@given(seed=SEEDS, year=st.sampled_from(YEARS), unknown=UNKNOWN)
def test_an_answer_despite_unknown_facts_is_the_answer_for_every_completion(
    seed: int, year: int, unknown: float
) -> None:
    draw = random.Random(seed)
    for row in families(seed, 12, year, unknown):
        for programme in PROGRAMMES:
            said = programme.evaluate_one(row, year)
            if said.outcome == "needs_information":
                continue
            for full in _sampled(row, programme, year, draw, 25):
                wanted = oracle.PROGRAMMES[programme.code](full, year)
                assert (said.outcome, said.amount_fen) == (wanted.outcome, wanted.amount_fen), full
                assert set(said.failing) <= set(wanted.failing), full


@some
@given(seed=SEEDS, year=st.sampled_from(YEARS), unknown=UNKNOWN)
def test_information_is_asked_only_where_two_completions_differ(seed: int, year: int, unknown: float) -> None:
    draw = random.Random(seed)
    for row in families(seed, 12, year, unknown):
        for programme in PROGRAMMES:
            said = programme.evaluate_one(row, year)
            if said.outcome != "needs_information":
                continue
            assert said.missing and all(row.get(name) is None for name in said.missing), row
            first: oracle.Answer | None = None
            for full in _deciding(row, programme, year, said.missing, draw):
                answer = oracle.PROGRAMMES[programme.code](full, year)
                first = first or answer
                if (answer.outcome, answer.amount_fen) != (first.outcome, first.amount_fen):
                    break
            else:
                pytest.fail(f"{programme.code} {year} asks {said.missing} of {row}")


def _sampled(
    row: dict[str, Any], programme: Programme, year: int, draw: random.Random, count: int
) -> Iterator[dict[str, Any]]:
    """Ways to complete the facts that can be true."""
    open_facts = [name for name in programme.facts if row.get(name) is None]
    counts = ("living_sons", "living_daughters", "children_ever")
    for _number in range(count):
        full = row | {name: draw.choice(possible_values(name, year)) for name in open_facts}
        full |= {name: 0 for name in counts if full[name] is None}
        if _can_be(full, programme):
            yield full


def _deciding(
    row: dict[str, Any], programme: Programme, year: int, missing: tuple[str, ...], draw: random.Random
) -> Iterator[dict[str, Any]]:
    """Completions by what is asked for, all of them when they are few; what would be asked next at random.

    Then a climb: of one fact after the other the value with which the fewest conditions fail.
    """
    values = {name: possible_values(name, year) for name in programme.facts if row.get(name) is None}
    every = list(itertools.islice(itertools.product(*(values[name] for name in missing)), MANY))
    for number in range(MANY):
        full = row | {name: draw.choice(some_values) for name, some_values in values.items()}
        if len(every) < MANY:
            full |= dict(zip(missing, every[number % len(every)], strict=True))
        if _can_be(full, programme):
            yield full
    for _start in range(50):
        full = row | {name: draw.choice(some_values) for name, some_values in values.items()}
        for name in draw.sample(list(values), len(values)) * 2:
            ways = [way for value in values[name] if _can_be(way := full | {name: value}, programme)]
            draw.shuffle(ways)
            full = min(ways, key=lambda way: _fail(way, programme, year), default=full)
        if _can_be(full, programme):
            yield full


def _fail(full: dict[str, Any], programme: Programme, year: int) -> int:
    return len(oracle.PROGRAMMES[programme.code](full, year).failing)


def _can_be(full: dict[str, Any], programme: Programme) -> bool:
    return "children_ever" not in programme.facts or oracle.possible(full)
