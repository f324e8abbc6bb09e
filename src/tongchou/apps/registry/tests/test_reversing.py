"""Entries taken back: the state is as if they had never been made, and nothing that rests on them is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import models

from tongchou.apps.balance import api as balance
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.fold import TABLES
from tongchou.apps.registry.models import Event, EventKind, Household, Person
from tongchou.apps.registry.refolding import columns_of
from tongchou.apps.registry.tests.acts import correct
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.models import AuditEntry
from tongchou.domain.dates import PartialDate

SON = 3


def state() -> dict[str, list[tuple[Any, ...]]]:
    """All rows that events fold to."""
    return {
        table.name: sorted(_model(table.name).objects.values_list(*table.key, *columns_of(table)))
        for table in TABLES.values()
    }


def _model(name: str) -> type[models.Model]:
    from django.apps import apps

    return apps.get_model("registry", name)


def last(kind: EventKind) -> int:
    return Event.objects.filter(kind=kind).latest("pk").pk


@pytest.fixture
def take_back(county_reviewer: Any, frozen_clock: Any) -> Callable[..., Any]:
    def act(*numbers: int, by: Any = None, reason: str = "wrong person") -> Any:
        return registry.reverse(
            event_ids=numbers, by=by or county_reviewer, at=frozen_clock, reason=reason, subject="person:3"
        )

    return act


ACTS: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "death": (registry.record_death, {"died": PartialDate(2025, 3)}),
    "move": (registry.record_move, {"area_id": None, "place": "贵阳", "since": PartialDate(2024)}),
    "phones": (registry.record_phones, {"phones": ["13711112222", "13733334444", "13755556666"]}),
    "fewer phones": (registry.record_phones, {"phones": []}),
    "correction": (correct, {"reason": "spelt wrongly", "name": "赵墙"}),
    "conversion": (registry.record_conversion, {"converted_on": PartialDate(2023, 5)}),
    "insurance": (
        registry.record_insurance,
        {"scheme": "urban_pension", "held": True, "since": PartialDate(2024)},
    ),
}


@pytest.mark.parametrize("person", [1, SON])
@pytest.mark.parametrize("name", ACTS)
def test_what_was_taken_back_is_as_if_never_made(
    name: str, person: int, apply: Any, township_officer: Any, frozen_clock: Any, take_back: Any
) -> None:
    apply()
    before = state()
    act, values = ACTS[name]
    try:
        act(person_id=person, by=township_officer, at=frozen_clock, **values)
    except Conflict:
        pytest.skip("the registry says this of the person already")
    assert state() != before
    entered = Event.objects.latest("pk").pk
    take_back(entered)
    assert state() == before
    assert registry.check_state().ok
    audit = AuditEntry.objects.latest("pk")
    assert (audit.action, audit.purpose) == ("registry.reverse", "wrong person")
    assert audit.detail["reversed"] == [entered]
    assert Event.objects.filter(pk=entered).exists(), "nothing is erased"
    with pytest.raises(Conflict, match="reverse_already"):
        take_back(entered)
    with pytest.raises(Conflict, match="reverse_reversal"):
        take_back(last(EventKind.EVENT_REVERSED))


def test_an_earlier_entry_leaves_the_later_ones_standing(
    apply: Any, township_officer: Any, frozen_clock: Any, take_back: Any
) -> None:
    apply()
    registry.record_phones(
        person_id=1, phones=["13711112222"] + ["13733334444"] * 2, by=township_officer, at=frozen_clock
    )
    wrong = Event.objects.latest("pk").pk
    registry.record_phones(person_id=1, phones=["13755556666"], by=township_officer, at=frozen_clock)
    after = state()
    take_back(wrong)
    assert state() == after
    assert registry.check_state().ok


def test_a_whole_file_can_be_taken_back(apply: Any, take_back: Any, township_officer: Any) -> None:
    empty = state()
    apply()
    everything = list(Event.objects.values_list("pk", flat=True))
    assert registry.obstacles(everything) == []
    take_back(*everything)
    assert state() == empty
    assert not Person.objects.exists()
    assert not Household.objects.exists()
    assert registry.check_state().ok


def test_the_account_of_the_population_follows(
    apply: Any, take_back: Any, township_officer: Any, frozen_clock: Any
) -> None:
    apply()
    registry.record_death(person_id=SON, died=PartialDate(2025, 3), by=township_officer, at=frozen_clock)
    balance.catch_up()
    take_back(last(EventKind.DEATH_RECORDED))
    balance.catch_up()
    from tongchou.core import clock
    from tongchou.core import scope as scopes

    reach = scopes.of(township_officer, on=clock.date_of(frozen_clock))
    assert balance.mismatches(scope=reach) == []
    (month,) = balance.months_of(scope=reach).months
    assert (month.deaths, month.entries, month.closing) == (1, 6, 5), "the death stays told, a correction too"


def test_a_person_others_rest_on_stays(apply: Any, take_back: Any) -> None:
    apply()
    father = Event.objects.get(kind=EventKind.PERSON_ENROLLED, person_id=1).pk
    assert {one.reason for one in registry.obstacles([father])} == {"kin"}
    with pytest.raises(Conflict, match="reverse_kin"):
        take_back(father)
    household = Event.objects.get(kind=EventKind.HOUSEHOLD_ENROLLED).pk
    assert {one.reason for one in registry.obstacles([household])} == {"members"}


def test_an_entry_others_build_on_stays(
    apply: Any, take_back: Any, township_officer: Any, frozen_clock: Any
) -> None:
    apply()
    registry.record_death(person_id=5, died=PartialDate(2025, 3), by=township_officer, at=frozen_clock)
    child = Event.objects.get(kind=EventKind.PERSON_ENROLLED, person_id=5).pk
    assert [one.reason for one in registry.obstacles([child])] == ["built_on"]
    assert registry.obstacles([child, last(EventKind.DEATH_RECORDED)]) == []


def test_a_person_with_a_claim_stays(apply: Any, take_back: Any, monkeypatch: Any) -> None:
    from tongchou.apps.registry import reversing

    apply()
    monkeypatch.setitem(reversing._bindings, "test", lambda people: {5} & set(people))
    child = Event.objects.get(kind=EventKind.PERSON_ENROLLED, person_id=5).pk
    with pytest.raises(Conflict, match="reverse_bound"):
        take_back(child)


def test_a_number_somebody_else_has_by_now_does_not_come_back(
    apply: Any, take_back: Any, township_officer: Any, frozen_clock: Any
) -> None:
    apply()
    own = "520599196003121237"
    correct(person_id=1, id_number="520599196003121210", reason="x", by=township_officer, at=frozen_clock)
    wrong = Event.objects.latest("pk").pk
    registry.enter_person(
        household_id=1, name="周同", sex=1, birth=PartialDate(1960, 3, 12), relation="97", id_number=own,
        evidence_kind="id_card", evidence_words="1", by=township_officer, at=frozen_clock,
    )  # fmt: skip
    with pytest.raises(Conflict, match="reverse_number"):
        take_back(wrong)


def test_who_may(
    apply: Any, take_back: Any, township_officer: Any, village_worker: Any, frozen_clock: Any
) -> None:
    apply()
    registry.record_death(person_id=5, died=None, by=township_officer, at=frozen_clock)
    number = Event.objects.latest("pk").pk
    with pytest.raises(NotAllowed):
        take_back(number, by=village_worker)
    with pytest.raises(Invalid):
        take_back(number, reason=" ")
    with pytest.raises(NotFound):
        take_back(number + 100)


def test_queries_do_not_grow_with_the_entries(apply: Any, django_assert_max_num_queries: Any) -> None:
    apply()
    everything = list(Event.objects.values_list("pk", flat=True))
    with django_assert_max_num_queries(14):
        registry.obstacles(everything[:2])
    with django_assert_max_num_queries(14):
        registry.obstacles(everything)
