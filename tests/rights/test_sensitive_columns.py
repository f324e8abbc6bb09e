"""Rights rule 7: nothing but the rules filters, sorts, lists or sends fertility-sensitive facts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps

from tongchou.domain import facts

SOURCE = Path(__file__).parents[2] / "src" / "tongchou"
WORDS = (
    "living_sons",
    "living_daughters",
    "children_ever",
    "marital",
    "has_spouse",
    "parity",
    "pregnan",
    "contracep",
)
NAMES = ("living_sons", "living_daughters", "children_ever", "marital", "has_spouse")
#: What may hold or read such facts: the person's own record, its way in, the snapshot, the legacy programme.
HOMES = (
    "domain/",
    "policies/",
    "synth/",
    "apps/registry/",
    "apps/snapshot/",
    "apps/intake/",
    "reference/",
    "locale/",
    # Numbers of people of whole townships, see ``test_what_is_counted_of_them_is_wide``.
    "apps/statistics/api.py",
    "apps/statistics/counting.py",
    "apps/statistics/files.py",
    "apps/statistics/queries.py",
)


def test_only_the_registry_has_columns_for_them() -> None:
    holders = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if any(word in field.name for word in WORDS)
    }
    assert holders == {
        "registry.FamilyStatement.children_ever",
        "registry.FamilyStatement.living_daughters",
        "registry.FamilyStatement.living_sons",
        "registry.Person.marital",
    }


def test_each_of_those_columns_is_marked_on_its_model() -> None:
    for model in apps.get_models():
        marked = set(getattr(model, "fertility_sensitive", ()))
        held = {f.name for f in model._meta.get_fields() if any(word in f.name for word in WORDS)}
        assert held <= marked, model._meta.label


def test_no_page_form_address_or_list_names_them() -> None:
    named = [
        f"{path.relative_to(SOURCE)}: {word}"
        for path in SOURCE.rglob("*")
        if path.suffix in {".py", ".html", ".js"} and "tests" not in path.parts
        if not str(path.relative_to(SOURCE)).startswith(HOMES)
        for word in NAMES
        if re.search(rf"\b\w*{word}\w*\b", path.read_text(encoding="utf-8"))
    ]
    assert named == []


def test_what_is_counted_of_them_is_wide() -> None:
    """Never villages, single ages or anything else of the people beside it."""
    from tongchou.apps.statistics import files

    assert not set(NAMES) & (files.STOCK.keys() | files.AREAS.keys())
    assert list(files.MARITAL) == ["township_code", "age", "sex", "marital", "people"]
    assert list(files.BIRTH_ORDERS) == ["township_code", "year", "sex", "mother", "nth", "births"]
    assert list(files.CHILDREN_BORN) == ["township_code", "age", "women", "children", "recent"]


def test_no_index_helps_to_search_by_them() -> None:
    for model in apps.get_models():
        for index in model._meta.indexes:
            assert not any(word in field for field in index.fields for word in WORDS), index.name


@pytest.mark.parametrize("name", ["living_sons", "living_daughters", "children_ever", "has_spouse"])
def test_the_facts_schema_marks_them(name: str) -> None:
    assert name in facts.SENSITIVE


def test_everything_about_a_spouse_is_marked() -> None:
    assert all(f.sensitive for f in facts.FACTS if f.name.startswith("spouse_"))
