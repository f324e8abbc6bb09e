"""A child is registered into its mother's household; nothing about the parents is asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Kinship, Membership, Person, Status
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.domain import identity
from tongchou.domain.dates import PartialDate

BORN = PartialDate(2026, 5, 1)


@pytest.fixture
def born(
    person: Callable[[str], int], township_officer: Any, frozen_clock: dt.datetime
) -> Callable[..., Any]:
    mother = person("孙丽")

    def act(**more: Any) -> registry.Recorded:
        given = {
            "mother_id": mother, "name": "赵小雪", "sex": 2, "birth": BORN, "by": township_officer,
            "at": frozen_clock,
        }  # fmt: skip
        return registry.record_birth(**(given | more))

    return act


def test_a_child_joins_its_mother_s_household(born: Callable[..., Any], audited: Any) -> None:
    mother, father = Person.objects.get(name="孙丽"), Person.objects.get(name="赵强")
    with audited():
        born(father_id=father.pk)
    child = Person.objects.get(name="赵小雪")
    assert child.registered_area_id == mother.registered_area_id and child.registered_scope
    membership = Membership.objects.get(person=child)
    assert membership.relation == "42"  # the daughter-in-law's daughter
    assert membership.household_id == Membership.objects.get(person=mother).household_id
    assert set(Kinship.objects.filter(child=child).values_list("parent_id", "kind")) == {
        (mother.pk, "birth"), (father.pk, "birth"),
    }  # fmt: skip
    assert registry.check_state().ok


@pytest.mark.parametrize("marital", ["", "10", "30", "40"])
def test_no_status_of_the_mother_blocks_or_changes_anything(born: Callable[..., Any], marital: str) -> None:
    Person.objects.filter(name="孙丽").update(marital=marital)
    assert born().events == 1


def test_registration_follows_the_mother_s(born: Callable[..., Any]) -> None:
    born(mother_id=Person.objects.get(name="钱小兰").pk, name="赵小弟", sex=1)
    child = Person.objects.get(name="赵小弟")
    assert Membership.objects.get(person=child).relation == "20"
    assert list(Status.objects.filter(person=child).values_list("kind", "value")) == [
        ("hukou_kind", "agricultural")
    ]


def test_a_second_click_enters_nobody_twice(born: Callable[..., Any]) -> None:
    born()
    with pytest.raises(Conflict, match=r"registry\.child_entered"):
        born()
    born(name="赵小霜")  # a twin


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"sex": 3}, "sex"),
        ({"birth": PartialDate(2027)}, "birth"),
        ({"birth": PartialDate(1980)}, "birth"),
        ({"relation": "x"}, "relation"),
        ({"id_number": "520599"}, "id_number"),
        ({"id_number": identity.compose("520599", dt.date(2026, 5, 2), 122)}, "id_number"),
    ],
)
def test_what_cannot_be_right_is_refused(born: Callable[..., Any], wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        born(**wrong)
    assert caught.value.data["field"] == field
    assert not Person.objects.filter(birth_year=2026).exists()


def test_only_registrars_of_the_mother_s_area(
    born: Callable[..., Any], village_worker: Any, make_account: Any, county: Any
) -> None:
    with pytest.raises(NotAllowed):
        born(by=village_worker)
    with pytest.raises(NotFound):
        born(by=make_account("other", "township_officer", county.other_village))
