"""``tongchou evaluate`` says which numbers nobody in the area has set, and how many answers rest on them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from tongchou import policies
from tongchou.cli import main
from tongchou.domain.policy.defaults import defaults, together
from tongchou.policies import law

#: Two parents of one child and one of none, with a resident pension; the child's year does not matter here.
FACTS = """person_id,area_code,birth_year,deceased,resident_pension,children_ever
1,990101001001,1980,否,是,1
2,990101001001,1981,否,是,
3,990102001001,1982,否,是,1
4,990102001001,2020,是,否,0
"""
SOURCE = "a default until the county enters its own"
OWN = """level: county
area: {code: "990101", zh: 某县, en: A County}
programmes:
  pension_contribution:
    yearly_amount:
      - {from: 2020-01-01, value: 20000, reference: {zh: 文, en: act}}
"""


@pytest.fixture
def facts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv(law.OVERLAYS, "")
    policies.laws.cache_clear()
    file = tmp_path / "facts.csv"
    file.write_text(FACTS, encoding="utf-8")
    yield file
    policies.laws.cache_clear()


def evaluate(facts: Path, out: Path, *more: str) -> Result:
    words = ["evaluate", "--facts", str(facts), "--out", str(out), "--year", "2026", *more]
    done = CliRunner().invoke(main, [*words, "--programme", "pension_contribution"])
    assert done.exit_code == 0, done.output
    return done


def test_it_is_told_beside_the_sums_and_stands_with_the_results(facts: Path) -> None:
    out = facts.parent / "out.parquet"
    done = evaluate(facts, out)
    (parameter,) = (
        policies.here()
        .programmes[[one.code for one in policies.here().programmes].index("pension_contribution")]
        .assumed(2026)
    )
    source = parameter.in_year(2026).reference.en
    line = f"  pension_contribution yearly_amount 100 yuan ({source}): answers 3\n"
    assert f"Not set for the area, worked out with a default:\n{line}" in done.stderr
    assert "default" not in done.stdout
    kept = json.loads(pl.read_parquet_metadata(out)["tongchou.defaults"])
    told = json.loads(evaluate(facts, facts.parent / "again.csv", "--json").stdout)["defaults"]
    assert kept == told
    assert [(one["parameter"], one["value"], one["unit"], one["answers"]) for one in told] == [
        ("yearly_amount", 10000, "fen", 3)
    ]
    assert told[0]["reference"]["en"] == source and told[0]["reference"]["zh"]


def test_where_the_county_has_set_its_own_nothing_is_told_of_it(facts: Path, monkeypatch: object) -> None:
    overlays = facts.parent / "overlays"
    overlays.mkdir()
    (overlays / "county.yaml").write_text(OWN, encoding="utf-8")
    monkeypatch.setenv(law.OVERLAYS, str(overlays))  # type: ignore[attr-defined]
    policies.laws.cache_clear()
    done = evaluate(facts, facts.parent / "out.parquet", "--json")
    (one,) = json.loads(done.stdout)["defaults"]
    assert one["answers"] == 1  # of the other county alone


def test_a_folder_has_them_beside_its_parts(facts: Path) -> None:
    from tongchou.policies.files import read_facts

    parts, out = facts.parent / "parts", facts.parent / "results"
    parts.mkdir()
    read_facts(facts).write_parquet(parts / "1.parquet")
    done = evaluate(parts, out, "--json")
    assert json.loads((out / "_defaults.json").read_text()) == json.loads(done.stdout)["defaults"]
    assert json.loads(done.stdout)["defaults"][0]["answers"] == 3
    assert evaluate(parts, out).stderr.count("answers 3") == 1  # taken up again, told again


def test_refusals_rest_on_no_default() -> None:
    (pension,) = (one for one in policies.build().programmes if one.code == "pension_contribution")
    refused = {(pension.code, "not_entitled"): 5}
    assert defaults([pension], 2026, refused) == ()
    assert defaults([pension], 1990, {(pension.code, "entitled"): 5}) == ()
    (one,) = defaults([pension], 2026, {**refused, (pension.code, "needs_information"): 2})
    assert one.answers == 2
    assert [found.answers for found in together([one, one])] == [4]
