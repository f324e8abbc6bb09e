"""The form of a programme: examples that fit, and answers that contradict each other asked for again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.utils import translation

from tongchou.policies.areas import here
from tongchou.web.console.facts_form import FactsForm

TODAY = dt.date(2026, 6, 30)
RULES = {one.code: one for one in here().programmes}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def form(code: str, **said: str) -> FactsForm:
    return FactsForm(RULES[code], language="en", today=TODAY, data={"year": "2026", **said})


@pytest.mark.parametrize(
    ("code", "name", "example"),
    [
        ("childcare_subsidy", "birth_year", "2025"),
        ("elderly_reward", "birth_year", "1966"),
        ("elderly_reward", "children_ever", "2"),
        ("elderly_reward", "death_year", "2025"),
    ],
)
def test_an_example_fits_what_is_asked(code: str, name: str, example: str) -> None:
    (error,) = form(code, **{name: "many"}).errors[name]
    assert f"such as {example}," in error


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"deceased": "no", "death_year": "2024"}, {"death_year"}),
        ({"deceased": "yes", "death_year": "2024"}, set()),
        ({"death_year": "2024"}, set()),
        ({"deceased": "yes", "birth_year": "1950", "death_year": "1949"}, {"death_year"}),
        ({"birth_year": "2027"}, {"birth_year"}),
        ({"has_spouse": "no", "spouse_converted_year": "2010"}, {"spouse_converted_year"}),
        ({"has_spouse": "yes", "spouse_converted_year": "2010"}, set()),
    ],
)
def test_answers_that_contradict_each_other_are_asked_again(said: dict[str, str], wrong: set[str]) -> None:
    assert set(form("elderly_reward", **said).errors) == wrong
