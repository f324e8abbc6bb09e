"""Somebody never entered is entered at any age; late is the same act as early, and asks nothing more."""

from __future__ import annotations

import datetime as dt
import inspect
import json
from collections.abc import Callable
from typing import Any

import pytest

from tongchou.apps.balance import api as balance
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Event, Kinship, Membership, Person, Status
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.models import AuditEntry
from tongchou.core.scope import Scope
from tongchou.domain.dates import PartialDate


@pytest.fixture
def enter(
    person: Callable[[str], int], township_officer: Any, frozen_clock: dt.datetime
) -> Callable[..., registry.Recorded]:
    home = registry.open_person(person("孙丽"), scope=Scope.everything()).household_id
    assert home is not None

    def act(**more: Any) -> registry.Recorded:
        given = {
            "household_id": home, "name": "赵小迟", "sex": 1, "birth": PartialDate(2014, 2, 3),
            "relation": "41", "evidence_kind": "birth_certificate", "evidence_words": "2014 年签发",
            "by": township_officer, "at": frozen_clock,
        }  # fmt: skip
        return registry.enter_person(**(given | more))

    return act


def test_a_child_is_entered_twelve_years_late(enter: Any, person: Any, audited: Any) -> None:
    mother = person("赵强")
    with audited():
        enter(parent_ids=[mother])
    child = Person.objects.get(name="赵小迟")
    assert list(Kinship.objects.filter(child=child).values_list("parent__name", "kind")) == [
        ("赵强", "birth")
    ]
    assert Membership.objects.get(person=child).relation == "41"
    assert set(Status.objects.filter(person=child).values_list("kind", "value")) == {
        ("hukou_kind", "unified"), ("determined_rural", "yes"),
    }  # fmt: skip
    assert registry.check_state().ok


def test_late_is_recorded_exactly_like_early(enter: Any, person: Any) -> None:
    """No note, no flag, no other action: of the two entries only the dates and names differ."""
    parent = person("赵强")
    entries, events = [], []
    for name, birth in (("赵小迟", PartialDate(2014, 2, 3)), ("赵小早", PartialDate(2026, 6, 29))):
        enter(name=name, birth=birth, parent_ids=[parent])
        event = Event.objects.latest("pk")
        payload = json.loads(event.payload)
        assert payload.pop("name") == name and payload.pop("birth") == event.occurred == str(birth)
        payload["evidence"] = payload["evidence"][0]
        events.append((event.kind, payload))
        row = AuditEntry.objects.latest("id")
        entries.append((row.action, row.purpose, set(row.detail), row.scope_no))
    assert events[0] == events[1]
    assert entries[0] == entries[1]


def test_nothing_about_the_parents_is_asked_or_blocks(enter: Any, person: Any) -> None:
    asked = set(inspect.signature(registry.enter_person).parameters)
    assert asked == {
        "household_id", "name", "sex", "birth", "relation", "evidence_kind", "evidence_words", "by", "at",
        "parent_ids", "id_number", "hukou_kind", "namesake",
    }  # fmt: skip
    for mark, code in zip("甲乙丙丁", ("", "10", "30", "40"), strict=True):
        Person.objects.filter(name="孙丽").update(marital=code)
        enter(name=f"赵小{mark}", parent_ids=[person("孙丽")])
    enter(name="赵无亲", parent_ids=[])  # nobody need be named


def test_the_population_account_posts_a_birth_with_a_parent_and_an_entry_without(
    enter: Any, person: Any
) -> None:
    balance.catch_up()
    enter(parent_ids=[person("孙丽")])
    enter(name="吴有田", birth=PartialDate(1950), relation="97")
    balance.catch_up()
    from tongchou.apps.balance.models import Entry

    assert list(Entry.objects.order_by("-pk").values_list("term", "late")[:2]) == [
        ("entries", False), ("births", True),
    ]  # fmt: skip


def test_a_second_click_enters_nobody_twice(enter: Any, person: Any) -> None:
    enter(parent_ids=[person("孙丽")])
    with pytest.raises(Conflict, match="child_entered"):
        enter(parent_ids=[person("孙丽")])
    with pytest.raises(Conflict, match="child_entered"):
        enter()
    assert Person.objects.filter(name="赵小迟").count() == 1


def test_somebody_who_may_be_the_same_is_asked_about(
    enter: Any, apply: Any, changed: Any, county: Any
) -> None:
    apply(changed(5, name="周同名", id_number=None), source="b" * 64, village=county.other_village)
    namesake = {"name": "周同名", "birth": PartialDate(1960, 3, 12)}
    with pytest.raises(Conflict, match="namesake"):
        enter(**namesake)
    enter(**namesake, namesake=True)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"sex": 3}, "sex"),
        ({"birth": PartialDate(2027)}, "birth"),
        ({"relation": "x"}, "relation"),
        ({"id_number": "520599"}, "id_number"),
        ({"hukou_kind": "blue"}, "hukou_kind"),
        ({"evidence_kind": "rumour"}, "evidence_kind"),
        ({"evidence_words": ""}, "evidence"),
    ],
)
def test_what_cannot_be_right_is_refused(enter: Any, wrong: dict[str, Any], field: str) -> None:
    before = Event.objects.count()
    with pytest.raises(Invalid) as caught:
        enter(**wrong)
    assert caught.value.data["field"] == field and Event.objects.count() == before


def test_a_child_is_younger_than_its_parents(enter: Any, person: Any) -> None:
    with pytest.raises(Invalid, match="before_parent"):
        enter(birth=PartialDate(1980), parent_ids=[person("孙丽")])


def test_only_registrars_of_the_area(enter: Any, village_worker: Any, make_account: Any, county: Any) -> None:
    with pytest.raises(NotAllowed):
        enter(by=village_worker)
    with pytest.raises(NotFound):
        enter(by=make_account("other", "township_officer", county.other_village))
