"""The committed reference pages are what the schema and the rules say, and their example is a true run."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tongchou import policies
from tongchou.domain import facts as schema
from tongchou.policies import docs
from tongchou.policies.files import read_facts, write_results

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"


@pytest.mark.parametrize(
    ("name", "text"), [("facts.md", docs.facts_markdown()), ("programmes.md", docs.programmes_markdown())]
)
def test_the_committed_page_is_the_generated_one(name: str, text: str) -> None:
    assert (REFERENCE / name).read_text(encoding="utf-8") == text, "run `make docs`"


def test_every_fact_and_programme_is_told() -> None:
    facts, programmes = docs.facts_markdown(), docs.programmes_markdown()
    assert all(f"`{fact.name}`" in facts for fact in schema.FACTS)
    assert all(f"`{programme.code}`" in programmes for programme in policies.load())


def test_a_stranger_can_repeat_the_example(tmp_path: Path) -> None:
    """Only what the page shows is used: its file, its command, its results."""
    blocks = docs.facts_markdown().split("## Worked example")[1].split("```\n")[1::2]
    source, out = tmp_path / "facts.csv", tmp_path / "results.csv"
    source.write_text(blocks[0], encoding="utf-8")
    write_results(policies.evaluate_many(read_facts(source), policies.listed(), 2026), out, source=source)
    assert out.read_text(encoding="utf-8-sig") == blocks[1]
    assert pl.read_csv(out).height == 8
