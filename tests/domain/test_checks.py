"""Checks as data: closed words, no sensitive fact, unknown is not false, and each names whom it says."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou import checks
from tongchou.domain.checking import found
from tongchou.domain.checks import CheckError, parse
from tongchou.domain.facts import HELD, SENSITIVE

SAID = {"zh": "字", "en": "word"}
KINDS = {"int": pl.Int64, "bool": pl.Boolean, "text": pl.String}
#: For each packaged check a person it names, and one that differs by what was mended.
CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "birth_year_unknown": ({"deceased": False}, {"birth_year": 1980}),
    "birth_month_unknown_of_a_child": ({"birth_year": 2024, "deceased": False}, {"birth_month": 5}),
    "sex_unknown": ({"deceased": False}, {"sex": 2}),
    "very_old": ({"birth_year": 1900, "deceased": False}, {"deceased": True}),
    "death_before_birth": ({"birth_year": 1990, "death_year": 1980, "deceased": True}, {"death_year": 2010}),
    "death_year_unknown": ({"deceased": True}, {"death_year": 2020}),
    "no_household": ({"household_id": None, "deceased": False}, {"household_id": 4}),
    # The first person is the one the registry names nobody for.
    "child_without_carer_recorded": ({"birth_year": 2020, "deceased": False}, {}),
    "hukou_unknown": ({"birth_year": 1960, "deceased": False}, {"hukou_kind": "agricultural"}),
    "rural_not_determined": (
        {"birth_year": 1960, "hukou_kind": "unified", "deceased": False},
        {"determined_rural": False},
    ),
    "conversion_without_year": ({"converted": True, "deceased": False}, {"converted_year": 2015}),
    "conversion_before_birth": ({"birth_year": 1990, "converted_year": 1980}, {"converted_year": 2010}),
    "urban_pension_without_year": (
        {"urban_pension": True, "deceased": False},
        {"urban_pension_year": 2015},
    ),
    "urban_medical_without_year": (
        {"urban_medical": True, "deceased": False},
        {"urban_medical_year": 2015},
    ),
}


def facts(*rows: dict[str, Any]) -> pl.DataFrame:
    base = {"household_id": 1, "area_code": "520521901201"}
    full = [base | {"person_id": number} | row for number, row in enumerate(rows)]
    schema = {fact.name: KINDS[fact.kind] for fact in HELD}
    return pl.DataFrame(full, schema=schema)


def entry(**changed: Any) -> dict[str, Any]:
    texts = dict.fromkeys(("title", "wrong", "why", "fix"), SAID)
    return {
        "code": "one", "severity": "note", **texts, "where": [{"fact": "sex", "is": "unknown"}], **changed
    }  # fmt: skip


def problems(*entries: Any) -> list[str]:
    with pytest.raises(CheckError) as refused:
        parse([("file", list(entries))])
    return refused.value.problems


def test_every_packaged_check_has_a_case() -> None:
    assert set(CASES) == {check.code for check in checks.load()}


@pytest.mark.parametrize("code", sorted(CASES))
def test_a_check_names_whom_it_says_and_nobody_once_mended(code: str) -> None:
    wrong, mended = CASES[code]
    (check,) = (one for one in checks.load() if one.code == code)
    named = found(facts(wrong, wrong | mended), [check], year=2026, alone={0})
    assert named["person_id"].to_list() == [0]
    assert all(
        check.text(name, language) for name in ("title", "wrong", "why", "fix") for language in ("zh", "en")
    )


def test_no_check_can_name_a_sensitive_fact() -> None:
    for name in sorted(SENSITIVE):
        told = problems(entry(where=[{"fact": name, "is": "known"}]))
        assert "no fact a check may name" in told[0]
    used = {clause.fact for check in checks.load() for clause in check.where}
    assert not used & SENSITIVE


@pytest.mark.parametrize(
    ("clause", "said"),
    [
        ({"fact": "sex", "is": "maybe"}, "one of known"),
        ({"fact": "sex", "is": "yes"}, "yes-or-no fact"),
        ({"fact": "sex", "resembles": 1}, "no word of"),
        ({"fact": "six", "is": "known"}, "no fact"),
        ({"fact": "person_id", "at_least": 1}, "no fact"),
        ({"fact": "birth_year", "at_least": "old"}, "whole number"),
        ({"fact": "birth_year", "at_least": True}, "whole number"),
        ({"fact": "birth_year", "less_than": "hukou_kind"}, "different kinds"),
        ({"fact": "hukou_kind", "at_least": "unified"}, "equals"),
        ({"fact": "hukou_kind", "equals": "village"}, "agricultural"),
        ({"fact": "deceased", "equals": 1}, "asked with is"),
        ({"fact": "deceased", "is": False}, "in quotes"),
        ({"fact": "sex"}, "one word of"),
    ],
)
def test_what_a_clause_cannot_say_is_refused(clause: dict[str, Any], said: str) -> None:
    assert said in problems(entry(where=[clause]))[0]


def test_every_problem_at_once() -> None:
    told = problems(
        entry(code="no code", severity="loud", where=[]),
        entry(),
        entry(),
        "text",
        entry(code="two", colour=1),
    )
    assert len(told) == 6
    with pytest.raises(CheckError, match="a list"):
        parse([("file", {"code": "one"})])


@given(st.none() | st.integers(1850, 2100), st.none() | st.booleans())
def test_the_unknown_fulfils_no_comparison(year: int | None, dead: bool | None) -> None:
    (check,) = parse(
        [("f", [entry(where=[{"fact": "birth_year", "at_least": 1850}, {"fact": "deceased", "is": "no"}])])]
    )
    named = found(facts({"birth_year": year, "deceased": dead}), [check], year=2026)
    assert named.height == (year is not None and dead is False)


def test_absent_columns_are_unknown_and_nobody_is_nobody() -> None:
    (check,) = parse([("f", [entry()])])
    bare = pl.DataFrame({"person_id": [1, 2], "birth_year": [1990, None]})
    assert found(bare, [check], year=2026)["person_id"].to_list() == [1, 2]
    assert found(facts(), checks.load(), year=2026).is_empty()
    assert found(facts({}), [], year=2026).is_empty()
