"""Split, merge and change of head: one head a household, nobody lost, and a way back."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tongchou.apps.registry import api as registry
from tongchou.apps.registry.known import latest_memberships
from tongchou.apps.registry.models import Event, Household, Membership, Person, Residence
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.scope import Scope
from tongchou.domain.dates import PartialDate
from tongchou.domain.register.row import RegisterRow

EVERYWHERE = Scope.everything()
HEADS = {"01", "02"}


@pytest.fixture
def home(person: Callable[[str], int]) -> Callable[[str], int]:
    """``home("赵强")``: the household of a person of the recorded family."""

    def of(name: str) -> int:
        found = registry.open_person(person(name), scope=EVERYWHERE).household_id
        assert found is not None
        return found

    return of


@pytest.fixture
def act(township_officer: Any, frozen_clock: dt.datetime) -> Callable[..., Any]:
    def do(function: Any, by: Any = None, **more: Any) -> Any:
        more.setdefault("since", None)
        return function(by=by or township_officer, at=frozen_clock, **more)

    return do


@pytest.fixture
def split(act: Any, person: Any, home: Any) -> Callable[..., Any]:
    """赵强 leaves with 孙丽 and 赵小雨 and is the head of a household of their own."""

    def do(**more: Any) -> Any:
        given: dict[str, Any] = {
            "household_id": home("赵强"),
            "head_id": person("赵强"),
            "relations": {person("孙丽"): "12", person("赵小雨"): "30"},
            "number": "002",
        }
        return act(registry.split_household, **(given | more))

    return do


@pytest.fixture
def neighbours(county: Any, township_officer: Any, frozen_clock: dt.datetime) -> int:
    """A household of the same village, in another group: 周伯 and 吴婆."""
    rows = [
        RegisterRow(5, "009", "周伯", "02", group_name="二组", sex=1, birth=PartialDate(1950)),
        RegisterRow(6, "009", "吴婆", "12", group_name="二组", sex=2, birth=PartialDate(1952)),
    ]
    registry.apply_register(
        rows, village_id=county.village.pk, source="9" * 64, by=township_officer, at=frozen_clock
    )
    return Household.objects.get(number="009").pk


def heads() -> Counter[int]:
    """Living heads of each household that has a living member."""
    found: Counter[int] = Counter()
    living = latest_memberships().filter(person__deceased=False)
    for household, relation in living.values_list("household_id", "relation"):
        found[household] += relation in HEADS
    return found


def the_laws_hold(people: int) -> None:
    assert set(heads().values()) == {1}
    assert latest_memberships().count() == Person.objects.count() == people
    closed = Household.objects.exclude(closed=None).values("pk")
    assert not latest_memberships().filter(household__in=closed, person__deceased=False).exists()
    assert registry.check_state().ok


def where(name: str) -> tuple[str, str]:
    return latest_memberships().values_list("household__number", "relation").get(person__name=name)


def test_a_split_makes_a_household_of_their_own(split: Any, audited: Any, person: Any, home: Any) -> None:
    old = home("赵强")
    living = registry.living_by_village()
    with audited():
        split(since=PartialDate(2026, 5))
    assert where("赵强") == ("002", "02") and where("孙丽") == ("002", "12")
    assert where("赵大山") == ("001", "02")
    new = Household.objects.get(number="002")
    before = Household.objects.get(pk=old)
    assert (new.village_id, new.area_id, new.group_text) == (
        before.village_id,
        before.area_id,
        before.group_text,
    )
    assert registry.living_by_village() == living
    the_laws_hold(5)


def test_those_who_stay_get_a_head_when_theirs_leaves(act: Any, person: Any, home: Any) -> None:
    given: dict[str, Any] = {
        "household_id": home("赵大山"),
        "head_id": person("赵大山"),
        "relations": {person("钱小兰"): "12"},
        "number": "7",
    }
    with pytest.raises(Invalid, match="no_head"):
        act(registry.split_household, **given)
    with pytest.raises(Invalid, match="relations"):
        act(registry.split_household, **given, rest_head_id=person("赵强"))
    rest = {person("孙丽"): "12", person("赵小雨"): "30"}
    act(registry.split_household, **given, rest_head_id=person("赵强"), rest_relations=rest)
    assert where("赵强") == ("001", "02") and where("赵小雨") == ("001", "30")
    the_laws_hold(5)


def test_a_dead_head_is_no_head_of_those_who_stay(
    township_officer: Any, frozen_clock: dt.datetime, person: Any, split: Any
) -> None:
    registry.record_death(
        person_id=person("赵大山"), died=PartialDate(2026, 4), by=township_officer, at=frozen_clock
    )
    with pytest.raises(Invalid, match="no_head"):
        split()
    split(rest_head_id=person("钱小兰"))
    assert where("钱小兰") == ("001", "02") and where("赵大山") == ("001", "02")
    view = registry.open_household(Household.objects.get(number="001").pk, scope=EVERYWHERE)
    assert view.head is not None and view.head.name == "钱小兰"
    the_laws_hold(5)


def test_what_cannot_be_is_refused(split: Any, act: Any, person: Any, home: Any, neighbours: int) -> None:
    with pytest.raises(Conflict, match="household_number"):
        split(number="009")
    with pytest.raises(Invalid, match="household_number"):
        split(number="  ")
    with pytest.raises(Invalid, match="two_heads"):
        split(relations={person("孙丽"): "02"})
    with pytest.raises(Invalid, match=r"registry\.relation"):
        split(relations={person("孙丽"): "x"})
    with pytest.raises(Invalid, match="future"):
        split(since=PartialDate(2027))
    everybody = {person(n): "99" for n in ("赵大山", "钱小兰", "孙丽", "赵小雨")}
    with pytest.raises(Invalid, match="nobody_stays"):
        split(relations=everybody)
    with pytest.raises(NotFound):
        split(head_id=Person.objects.get(name="周伯").pk)
    assert Household.objects.count() == 2


def test_only_who_may_correct_there_changes_households(
    split: Any, act: Any, village_worker: Any, make_account: Any, county: Any, home: Any
) -> None:
    with pytest.raises(NotAllowed):
        split(by=village_worker)
    other = make_account("elsewhere", "township_officer", county.other_village)
    with pytest.raises(NotFound):
        split(by=other)
    with pytest.raises(NotFound):
        registry.propose_relations(1, [], household_ids=[home("赵强")], scope=Scope.nothing())


def merged(act: Any, person: Any, home: Any, into: int, **more: Any) -> Any:
    names = ("赵大山", "钱小兰", "赵强", "孙丽", "赵小雨")
    relations = {person(name): "99" for name in names}
    return act(
        registry.merge_households,
        **{"household_id": home("赵强"), "into_id": into, "relations": relations} | more,
    )


def test_a_merge_closes_the_emptied_household(
    act: Any, person: Any, home: Any, neighbours: int, audited: Any
) -> None:
    old, living = home("赵强"), registry.living_by_village()
    with audited():
        merged(act, person, home, neighbours)
    closed = Household.objects.get(pk=old)
    assert (closed.closed, closed.joined) == ("2026-06-30", neighbours)
    assert {where(n) for n in ("赵大山", "赵小雨")} == {("009", "99")}
    assert Membership.objects.filter(household=old).count() == 5  # what was stays known
    person_area = Person.objects.get(name="赵强").registered_area_id
    assert person_area == Household.objects.get(pk=neighbours).area_id
    assert Residence.objects.filter(person__name="赵强", kind="registered").count() == 2
    assert registry.living_by_village() == living
    the_laws_hold(7)
    view = registry.open_household(old, scope=EVERYWHERE)
    assert (view.members, view.closed, view.joined) == ((), "2026-06-30", neighbours)


def test_nobody_comes_to_a_closed_household(act: Any, person: Any, home: Any, neighbours: int) -> None:
    old = home("赵强")
    merged(act, person, home, neighbours)
    with pytest.raises(Conflict, match="household_closed"):
        act(registry.move_registration, person_id=person("赵强"), household_id=old, relation="20")
    with pytest.raises(Conflict, match="household_closed"):
        act(registry.change_head, household_id=old, head_id=person("赵强"), relations={})
    with pytest.raises(Conflict, match="household_closed"):
        act(registry.record_lodging, person_id=person("赵强"), household_id=old)


def test_a_register_that_names_it_again_opens_it(
    act: Any, person: Any, home: Any, neighbours: int, apply: Any, changed: Any
) -> None:
    old = home("赵强")
    merged(act, person, home, neighbours)
    apply(changed(5, education="60")[:1], source="b" * 64)
    assert Household.objects.get(pk=old).closed is None
    assert where("赵大山") == ("001", "02")
    assert registry.check_state().ok


def test_a_merge_needs_two_households_of_one_village_and_a_head(
    act: Any, person: Any, home: Any, neighbours: int, county: Any, township_officer: Any, frozen_clock: Any
) -> None:
    far = RegisterRow(5, "1", "郑远", "02", sex=1, birth=PartialDate(1970))
    registry.apply_register(
        [far], village_id=county.other_village.pk, source="8" * 64, by=township_officer, at=frozen_clock
    )
    with pytest.raises(Invalid, match="other_household"):
        merged(act, person, home, Household.objects.get(number="1").pk)
    with pytest.raises(Invalid, match="other_household"):
        merged(act, person, home, home("赵强"))
    with pytest.raises(Invalid, match="relations"):
        merged(act, person, home, neighbours, relations={person("赵强"): "99"})
    Membership.objects.filter(person__name="周伯").update(relation="70")
    with pytest.raises(Conflict, match="no_head"):
        merged(act, person, home, neighbours)


def test_a_change_of_head_says_of_everybody_what_they_are(act: Any, person: Any, home: Any) -> None:
    household, head = home("赵强"), person("赵强")
    others = [person(name) for name in ("赵大山", "钱小兰", "孙丽", "赵小雨")]
    said = registry.propose_relations(head, others, household_ids=[household], scope=EVERYWHERE)
    assert list(said.values()) == ["51", "12", "30"]
    assert others[1] not in said  # nobody has said that she is his mother: asked, not guessed
    said[others[1]] = "52"
    act(registry.change_head, household_id=household, head_id=head, relations=said)
    assert where("赵强") == ("001", "02") and where("赵大山") == ("001", "51")
    the_laws_hold(5)
    with pytest.raises(Conflict, match="nothing_new"):
        act(registry.change_head, household_id=household, head_id=head, relations=said)


def test_acts_are_taken_back_together(
    split: Any, act: Any, person: Any, home: Any, neighbours: int, township_officer: Any, frozen_clock: Any
) -> None:
    def snapshot() -> Any:
        rows = (Household, Membership, Residence, Person)
        return [list(model.objects.order_by("pk").values_list()) for model in rows]

    def back(batch: int) -> None:
        entries = list(Event.objects.filter(batch_id=batch).values_list("pk", flat=True))
        registry.reverse(
            event_ids=entries, by=township_officer, at=frozen_clock, reason="mistake", subject="household:1"
        )

    home("赵强")
    start = snapshot()
    first = split()
    then = snapshot()
    second = merged(act, person, home, neighbours, household_id=home("赵大山"), relations={
        person("赵大山"): "99", person("钱小兰"): "99",
    })  # fmt: skip
    the_laws_hold(7)
    back(second.batch_id)
    assert snapshot() == then
    back(first.batch_id)
    assert snapshot() == start
    the_laws_hold(7)


def test_what_a_later_act_builds_on_is_not_taken_back(
    split: Any, act: Any, person: Any, home: Any, township_officer: Any, frozen_clock: Any
) -> None:
    first = split()
    said = {person("赵强"): "11", person("赵小雨"): "30"}
    act(registry.change_head, household_id=home("孙丽"), head_id=person("孙丽"), relations=said)
    entries = list(Event.objects.filter(batch_id=first.batch_id).values_list("pk", flat=True))
    with pytest.raises(Conflict, match="built_on"):
        registry.reverse(
            event_ids=entries, by=township_officer, at=frozen_clock, reason="mistake", subject="household:1"
        )


def test_a_proposal_costs_the_same_for_many(person: Any, home: Any) -> None:
    household = home("赵强")
    names = ("赵大山", "钱小兰", "孙丽", "赵小雨")
    counts = []
    for some in (names[:1], names):
        people = [person(name) for name in some]
        head = person("赵强")
        with CaptureQueriesContext(connection) as seen:
            registry.propose_relations(head, people, household_ids=[household], scope=EVERYWHERE)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 9


def test_the_next_number_follows_the_village_s_way(home: Any, neighbours: int) -> None:
    assert registry.next_number(home("赵强"), scope=EVERYWHERE) == "010"
    with pytest.raises(NotFound):
        registry.next_number(home("赵强"), scope=Scope.nothing())
