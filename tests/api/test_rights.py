"""Rights rule 7 for programs: no field, filter or value about anybody's children, marriage or pregnancy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tongchou import policies
from tongchou.domain import facts
from tongchou.domain.policy import tree
from tongchou.web.api.service import description

V1 = "/api/v1"
JSON = "application/json"
#: Parts of names that would speak of families' children and marriages.
NEVER = re.compile(
    r"marital|married|marriage|spouse|couple|widow|divorc|parity|child|\bsons?\b|daughter|sibling"
    r"|pregnan|birth_order|births|contracep|steril|abort|fertil|\bties\b|\bkin\b|score|blacklist",
    re.IGNORECASE,
)


def names(found: Any, inside: str = "") -> Iterator[str]:
    """Every name a program can send or read: paths, parameters, fields, bodies."""
    yield from found["paths"]
    for operations in found["paths"].values():
        for operation in operations.values():
            yield operation["operationId"]
            yield from (one["name"] for one in operation["parameters"])
            for body in operation.get("requestBody", {}).get("content", {}).values():
                yield from body["schema"].get("properties", {})
    for name, schema in found["components"]["schemas"].items():
        yield name
        yield from schema.get("properties", {})


def test_no_name_speaks_of_families() -> None:
    listed = set(names(description()))
    assert len(listed) > 100
    split = {re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", name): name for name in listed}
    assert [name for words, name in split.items() if NEVER.search(words)] == []


@pytest.mark.parametrize(
    "name", ["marital", "living sons", "son", "children", "ties", "spouse hukou", "has pregnancy"]
)
def test_the_check_would_see_one(name: str) -> None:
    assert NEVER.search(name)


@pytest.mark.parametrize("name", ["person id", "persons", "reasons", "lives away", "birth"])
def test_the_check_lets_others_pass(name: str) -> None:
    assert not NEVER.search(name)


def test_nothing_unmasks(village_worker: Any) -> None:
    assert not [name for name in names(description()) if re.search("unmask|id_number|phones?$", name)]


def test_no_list_can_be_sorted_or_filtered_by_anything_about_a_person() -> None:
    asked = {
        one["name"]
        for operations in description()["paths"].values()
        for operation in operations.values()
        for one in operation["parameters"]
        if one["in"] == "query"
    }
    assert asked == {
        "text",  # of an area
        "left_open",  # of a register file: rows nobody has decided about
        "year",
        "programme",
        "area",
        "unclear",
        "decided",  # of requests for corrections
        "state",  # of a payment: with the bank, paid, returned; of a case
        "desk",  # of a case: whose turn it is
        "of",  # a list of letters by how far they are
        "kind",  # of a case: its programme
        "due",  # of a case: the last day of its stage
        "level",  # of areas that figures are shown for
        "basis",  # of figures: registered or resident people
        "step",  # of figures: months, quarters, years
        "leaning",  # of figures: whether small areas lean on the larger one
        "month",  # of a pyramid
        "after",
        "before",
        "start",
        "limit",
        "late",  # of a resident's application: those the level above is told of
        "rate",  # which rates by age of a whole area
        "period",  # of a bulletin, a target, a yearbook
        "departments",  # whether the units of a settlement are departments
        "edition",  # of a yearbook
        "format",  # of a file
    }


def clauses(answers: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for answer in answers:
        stack = list(answer["clauses"])
        while stack:
            one = stack.pop()
            yield one
            stack += one["parts"]


@pytest.mark.parametrize("name", ["陈老根", "吴秀英", "陈勇", "陈小苗"])
def test_reasons_that_rest_on_family_facts_are_withheld(
    village_worker: Any, make_program: Any, seeded: Any, name: str
) -> None:
    program = make_program(village_worker)
    answer = program.get(f"{V1}/people/{seeded.people[name]}/benefits")
    told = answer.json()["answers"]
    legacy = {one.code for one in policies.load() if one.kind == "legacy"}
    withheld = {one["code"] for one in clauses(told) if one["state"] == "withheld"}
    assert not [
        one
        for one in clauses([a for a in told if a["programme"] not in legacy])
        if one["state"] == "withheld"
    ]
    if name in ("陈老根", "吴秀英"):
        assert withheld == {"rural_spouse", "children"}
    for one in clauses(told):
        if one["state"] == "withheld":
            assert one["parts"] == [] and one["detail"] == one["change"] == one["hint"] == {
                "zh": "",
                "en": "",
            }
    text = answer.content.decode()
    assert [fact for fact in facts.SENSITIVE if fact in text] == []
    labels = {facts.BY_NAME[fact].en for fact in facts.SENSITIVE} | {
        facts.BY_NAME[fact].zh for fact in facts.SENSITIVE
    }
    for one in told:
        if one["programme"] in legacy:
            assert {change["kind"] for change in one["alternatives"]} <= {"time"}
            assert {change["outcome"] for change in one["alternatives"]} <= {"not_entitled"}
    missing = [words for one in told for words in one["missing"]]
    assert not [words for words in missing if {words["zh"], words["en"]} & labels]


def test_only_legacy_programmes_rest_on_family_facts() -> None:
    for programme in policies.load():
        reads = {
            part.name
            for condition in programme.conditions
            for part in tree.walk(condition)
            if isinstance(part, tree.Fact) and part.name in facts.SENSITIVE
        }
        assert bool(reads) == (programme.code in {one.code for one in policies.LEGACY})
