"""Every case of every programme's ``cases.yaml`` through both compilers."""

from __future__ import annotations

import datetime as dt
from importlib import resources
from typing import Any

import polars as pl
import pytest
import yaml

from tongchou.domain import facts as schema
from tongchou.domain.policy.batch import evaluate_many
from tongchou.policies.cases import read
from tongchou.policies.law import codes

_TYPES = {"int": pl.Int64, "bool": pl.Boolean, "text": pl.String}


def written(code: str) -> dict[str, Any]:
    file = resources.files("tongchou.policies.national") / code / "cases.yaml"
    content: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return content


#: The programmes as their cases mean them: with the overlay written beside them, where there is one.
PROGRAMMES = {code: read(code).programme for code in codes()}


def cases() -> list[Any]:
    found = []
    for code in PROGRAMMES:
        content = written(code)
        for case in content["cases"]:
            facts = {"person_id": 1, **content["base"], **case["facts"]}
            found.append(pytest.param(code, case["year"], facts, case["expect"], id=f"{code}: {case['en']}"))
    return found


CASES = cases()


@pytest.mark.parametrize(("code", "year", "facts", "expect"), CASES)
def test_case(code: str, year: int, facts: dict[str, Any], expect: dict[str, Any]) -> None:
    wanted = (
        expect["outcome"],
        expect["yuan"] * 100 if "yuan" in expect else None,
        tuple(expect.get("failing", ())),
        tuple(expect.get("missing", ())),
        expect.get("claim_by"),
    )
    one = PROGRAMMES[code].evaluate_one(facts, year)
    assert (one.outcome, one.amount_fen, one.failing, one.missing, one.claim_by) == wanted

    table = pl.DataFrame([facts], schema={name: _TYPES[schema.BY_NAME[name].kind] for name in facts})
    (row,) = evaluate_many(table, [PROGRAMMES[code]], year).iter_rows(named=True)
    assert (row["outcome"], row["amount_fen"]) == wanted[:2]
    assert row["failing"] == ";".join(wanted[2])
    assert row["missing"] == ";".join(wanted[3])
    assert row["claim_by"] == wanted[4]


def test_expectations_say_everything() -> None:
    """A case that names no amount, failing condition or missing fact would prove little."""
    for case in CASES:
        code, _year, _facts, expect = case.values
        assert set(expect) <= {"outcome", "yuan", "service", "failing", "missing", "claim_by"}
        given = "service" if PROGRAMMES[code].benefit == "service" else "yuan"
        needed = {"not_entitled": "failing", "needs_information": "missing"}.get(expect["outcome"], given)
        assert expect.get(needed), case.id
        assert isinstance(expect.get("claim_by"), dt.date | None)


def test_every_condition_is_failed_by_a_case() -> None:
    for code, rules in PROGRAMMES.items():
        failed = {
            name for case in CASES if case.values[0] == code for name in case.values[3].get("failing", ())
        }
        assert failed == {condition.code for condition in rules.every_condition()}
