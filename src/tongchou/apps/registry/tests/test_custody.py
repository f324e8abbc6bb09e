"""Living in another household, and guardians of children: spells, who may, and what is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Custody, Event, Household, Lodging
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.scope import Scope
from tongchou.domain.dates import PartialDate
from tongchou.domain.register.row import RegisterRow

EVERYWHERE = Scope.everything()


@pytest.fixture
def aunt(county: Any, township_officer: Any, frozen_clock: dt.datetime) -> dict[str, int]:
    """周姨 and her household, in the other village."""
    row = RegisterRow(5, "9", "周姨", "02", sex=2, birth=PartialDate(1980))
    registry.apply_register(
        [row], village_id=county.other_village.pk, source="9" * 64, by=township_officer, at=frozen_clock
    )
    home = Household.objects.get(number="9").pk
    return {"home": home, "person": registry.search("周姨", scope=EVERYWHERE)[0].person_id}


@pytest.fixture
def act(person: Callable[[str], int], township_officer: Any, frozen_clock: dt.datetime) -> Callable[..., Any]:
    """``act(registry.record_lodging, "赵小雨", household_id=…)``"""

    def do(function: Any, one: str, by: Any = None, **more: Any) -> Any:
        given = {"since": None} | more
        return function(person_id=person(one), by=by or township_officer, at=frozen_clock, **given)

    return do


@pytest.fixture
def custody(act: Any, aunt: dict[str, int]) -> Callable[..., Any]:
    def do(one: str = "赵小雨", **more: Any) -> Any:
        given: dict[str, Any] = {
            "guardian_ids": [aunt["person"]],
            "basis": "agreement",
            "evidence_kind": "village_letter",
            "evidence_words": "2026-05-01",
        }
        return act(registry.record_custody, one, **(given | more))

    return do


def test_a_child_lives_with_an_aunt_and_comes_back(act: Any, aunt: Any, audited: Any, person: Any) -> None:
    home = registry.open_person(person("赵小雨"), scope=EVERYWHERE).household_id
    assert home is not None
    with audited():
        act(registry.record_lodging, "赵小雨", household_id=aunt["home"], since=PartialDate(2025, 9))
    with pytest.raises(Conflict, match="nothing_new"):
        act(registry.record_lodging, "赵小雨", household_id=aunt["home"])
    (lodging,) = registry.lodgings(home, scope=EVERYWHERE)
    assert (lodging.household_id, lodging.number, lodging.start) == (aunt["home"], "9", "2025-09")
    lodgers = registry.lodgers(aunt["home"], scope=EVERYWHERE)
    assert lodgers == [(person("赵小雨"), "赵小雨", "2025-09")]
    act(registry.record_lodging, "赵小雨", household_id=None, since=PartialDate(2026, 2))
    assert registry.lodgings(home, scope=EVERYWHERE) == []
    assert list(Lodging.objects.order_by("start").values_list("start", "household")) == [
        ("2025-09", aunt["home"]),
        ("2026-02", None),
    ]
    assert registry.open_person(person("赵小雨"), scope=EVERYWHERE).household_id == home
    assert registry.check_state().ok


def test_a_stay_known_from_its_start_to_its_end(act: Any, aunt: Any) -> None:
    stay = {"since": PartialDate(2024, 9), "until": PartialDate(2025, 7)}
    act(registry.record_lodging, "赵小雨", household_id=aunt["home"], **stay)
    assert list(Lodging.objects.order_by("start").values_list("start", flat=True)) == ["2024-09", "2025-07"]
    with pytest.raises(Invalid, match="ends_first"):
        act(
            registry.record_lodging,
            "赵小雨",
            household_id=aunt["home"],
            since=PartialDate(2025, 7),
            until=PartialDate(2025, 7),
        )
    assert registry.check_state().ok


def test_who_lives_elsewhere_is_told_within_the_areas_alone(
    act: Any, aunt: Any, person: Any, county: Any
) -> None:
    act(registry.record_lodging, "赵小雨", household_id=aunt["home"])
    home = registry.open_person(person("赵小雨"), scope=EVERYWHERE).household_id
    assert home is not None
    (seen,) = registry.lodgings(home, scope=Scope.of_area(county.village))
    assert (seen.household_id, seen.number, seen.place) == (None, "", "")
    assert registry.lodgers(aunt["home"], scope=Scope.of_area(county.other_village)) == []


def test_what_cannot_be_is_refused(
    act: Any, custody: Any, aunt: Any, person: Any, village_worker: Any, make_account: Any, county: Any
) -> None:
    own = registry.open_person(person("赵小雨"), scope=EVERYWHERE).household_id
    with pytest.raises(Invalid, match="own_household"):
        act(registry.record_lodging, "赵小雨", household_id=own)
    with pytest.raises(Invalid, match="future"):
        act(registry.record_lodging, "赵小雨", household_id=aunt["home"], since=PartialDate(2027))
    with pytest.raises(Invalid, match="before_birth"):
        act(registry.record_lodging, "赵小雨", household_id=aunt["home"], since=PartialDate(2020))
    with pytest.raises(NotAllowed):
        act(registry.record_lodging, "赵小雨", household_id=aunt["home"], by=village_worker)
    one_village = make_account("onevillage", "township_officer", county.village)
    with pytest.raises(NotFound):
        act(registry.record_lodging, "赵小雨", household_id=aunt["home"], by=one_village)
    with pytest.raises(NotFound):
        custody(by=one_village)
    for wrong, code in (
        ({"basis": "whim"}, "basis"),
        ({"basis": "office"}, "guardians"),
        ({"guardian_ids": []}, "guardians"),
        ({"guardian_ids": [person("赵小雨")]}, "two_people"),
        ({"evidence_words": ""}, "evidence"),
    ):
        with pytest.raises(Invalid, match=code):
            custody(**wrong)
    with pytest.raises(Invalid, match="of_age"):
        custody("赵强")
    with pytest.raises(Invalid, match="guardian_young"):
        custody(guardian_ids=[young(act)])
    assert not Lodging.objects.exists() and not Custody.objects.exists()


def young(act: Any) -> int:
    """A child entered into the family: too young to answer for another."""
    from tongchou.apps.registry.models import Person

    act(
        lambda person_id, since, **given: registry.enter_person(
            household_id=registry.open_person(person_id, scope=EVERYWHERE).household_id or 0,
            name="赵小年",
            sex=1,
            birth=PartialDate(2012),
            relation="41",
            parent_ids=[],
            evidence_kind="home_visit",
            evidence_words="2026-05-01",
            **given,
        ),
        "赵强",
    )
    return Person.objects.get(name="赵小年").pk


def test_guardians_follow_each_other(custody: Any, aunt: Any, person: Any, audited: Any, county: Any) -> None:
    child = person("赵小雨")
    with audited():
        custody(since=PartialDate(2025))
    with pytest.raises(Conflict, match="nothing_new"):
        custody()
    (seen,) = registry.guardians([child], scope=EVERYWHERE)
    assert (seen.guardians, seen.basis, seen.start) == (("周姨",), "agreement", "2025")
    (seen,) = registry.guardians([child], scope=Scope.of_area(county.village))
    assert (seen.guardians, seen.elsewhere) == ((), 1)
    custody(guardian_ids=[], basis="office", since=PartialDate(2026))
    (seen,) = registry.guardians([child], scope=EVERYWHERE)
    assert (seen.guardians, seen.basis) == ((), "office")
    custody(guardian_ids=[], basis="", since=PartialDate(2026, 3))
    assert registry.guardians([child], scope=EVERYWHERE) == []
    assert Custody.objects.count() == 3
    assert registry.check_state().ok


def test_a_document_stands_encrypted(custody: Any) -> None:
    written = custody(evidence_words="黔监护2026第7号")
    event = Event.objects.get(batch_id=written.batch_id)
    assert "黔监护" not in event.payload and "village_letter" in event.payload


def test_they_are_taken_back(
    act: Any, custody: Any, aunt: Any, township_officer: Any, frozen_clock: Any
) -> None:
    entries = []
    for written in (
        custody(since=PartialDate(2025)),
        custody(guardian_ids=[], basis="office"),
        act(registry.record_lodging, "赵小雨", household_id=aunt["home"]),
    ):
        entries.append(Event.objects.get(batch_id=written.batch_id).pk)
    given = {"by": township_officer, "at": frozen_clock, "reason": "mistake", "subject": "person:1"}
    preview = registry.without([entries[1]], scope=EVERYWHERE)
    assert [(one.field, one.before, one.after) for one in preview.changes] == [("guardian", "", "")]
    registry.reverse(event_ids=[entries[1]], **given)
    assert list(Custody.objects.values_list("start", "guardian")) == [("2025", aunt["person"])]
    obstacles = registry.obstacles(
        Event.objects.filter(person_id=aunt["person"]).values_list("pk", flat=True)
    )
    assert {one.reason for one in obstacles} == {"guardian"}
    registry.reverse(event_ids=entries[::2], **given)
    assert not Custody.objects.exists() and not Lodging.objects.exists()
    assert registry.check_state().ok
