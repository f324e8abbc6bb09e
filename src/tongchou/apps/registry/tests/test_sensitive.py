"""Fertility-sensitive columns are marked in the model, and no read of the registry gives them out."""

from __future__ import annotations

import dataclasses
import re

import pytest
from django.apps import apps

from tongchou.apps.registry import views
from tongchou.apps.registry.comparing import MissingPerson

#: What rights rule 7 names, as it would be called in a column.
WORDS = re.compile(r"marital|spouse|child|parent|son|daughter|parity|pregnan|birth_order|contracept|couple")
INNOCENT = {"person", "reason", "person_id", "end_reason"}


def sensitive_columns() -> set[tuple[str, str]]:
    return {
        (model.__name__, name)
        for model in apps.get_app_config("registry").get_models()
        for name in getattr(model, "fertility_sensitive", ())
    }


def test_marked_columns_exist() -> None:
    for model, name in sensitive_columns():
        assert apps.get_model("registry", model)._meta.get_field(name)


def test_every_column_named_like_one_is_marked() -> None:
    for model in apps.get_app_config("registry").get_models():
        for field in model._meta.concrete_fields:
            if (
                WORDS.search(field.name)
                and field.name not in INNOCENT
                and not field.name.startswith("person")
            ):
                assert (model.__name__, field.name) in sensitive_columns(), field


@pytest.mark.parametrize(
    "view", [views.PersonHit, views.MemberView, views.HouseholdView, views.EventLine, MissingPerson]
)
def test_views_carry_none(view: type) -> None:
    names = {field.name for field in dataclasses.fields(view)}
    marked = {name for _model, name in sensitive_columns()} - {"a", "b", "start", "ended", "kind"}
    assert not names & marked


def test_no_index_orders_or_groups_people_by_one() -> None:
    for model in apps.get_app_config("registry").get_models():
        marked = set(getattr(model, "fertility_sensitive", ()))
        if model.__name__ in {"Person", "FamilyStatement"}:
            assert not any(marked & set(index.fields) for index in model._meta.indexes)
            assert not marked & set(model._meta.ordering)
