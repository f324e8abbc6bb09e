"""Single acts: access, audit row last, one event, and errors that leave nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Event, Person, Residence, Status
from tongchou.apps.registry.tests.acts import correct
from tongchou.core.errors import AppError, Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.models import AuditEntry
from tongchou.domain.dates import PartialDate

ACTS: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "correct": (correct, {"name": "赵大海", "reason": "身份证"}),
    "convert": (registry.record_conversion, {"converted_on": PartialDate(2024, 3), "hukou_kind": "unified"}),
    "determine": (registry.record_determination, {"rural": True, "since": PartialDate(2024)}),
    "insure": (
        registry.record_insurance,
        {"scheme": "urban_pension", "held": True, "since": PartialDate(2024)},
    ),
    "die": (registry.record_death, {"died": PartialDate(2026, 6)}),
    "move": (registry.record_move, {"area_id": None, "place": "贵阳市", "since": PartialDate(2025)}),
    "phone": (registry.record_phones, {"phones": ["13712345678"]}),
}


@pytest.fixture
def head(person: Callable[[str], int]) -> int:
    return person("赵大山")


@pytest.mark.parametrize("act", ACTS)
def test_an_act_records_one_event_and_ends_in_its_audit_row(
    act: str, head: int, township_officer: Any, frozen_clock: Any, audited: Any
) -> None:
    function, values = ACTS[act]
    last = Event.objects.latest("pk").pk
    with audited():
        function(person_id=head, by=township_officer, at=frozen_clock, **values)
    assert Event.objects.filter(pk__gt=last, person_id=head).count() == 1
    entry = AuditEntry.objects.latest("id")
    assert (entry.subject, entry.scope_no) == (f"person:{head}", Person.objects.get(pk=head).registered_scope)
    assert registry.check_state().ok


@pytest.mark.parametrize("act", ACTS)
def test_saying_it_again_is_refused(act: str, head: int, township_officer: Any, frozen_clock: Any) -> None:
    function, values = ACTS[act]
    function(person_id=head, by=township_officer, at=frozen_clock, **values)
    with pytest.raises(Conflict, match="nothing_new"):
        function(person_id=head, by=township_officer, at=frozen_clock, **values)


@pytest.mark.parametrize("act", ACTS)
def test_the_weaker_role_and_the_neighbour_are_refused(
    act: str, head: int, village_worker: Any, make_account: Any, county: Any, frozen_clock: Any
) -> None:
    function, values = ACTS[act]
    before = Event.objects.count()
    with pytest.raises(NotAllowed):
        function(person_id=head, by=village_worker, at=frozen_clock, **values)
    neighbour = make_account("neighbour", "township_officer", county.other_village)
    with pytest.raises(NotFound):
        function(person_id=head, by=neighbour, at=frozen_clock, **values)
    assert Event.objects.count() == before


BAD: dict[str, tuple[Callable[..., Any], dict[str, Any], type[AppError]]] = {
    "future": (registry.record_death, {"died": PartialDate(2027)}, Invalid),
    "before birth": (registry.record_death, {"died": PartialDate(1950)}, Invalid),
    "no reason": (correct, {"name": "赵", "reason": " "}, Invalid),
    "bad number": (correct, {"id_number": "520599196003121230", "reason": "x"}, Invalid),
    "bad scheme": (registry.record_insurance, {"scheme": "life", "held": True, "since": None}, Invalid),
    "bad kind": (registry.record_conversion, {"converted_on": None, "hukou_kind": "blue"}, Invalid),
    "two places": (registry.record_move, {"area_id": 1, "place": "贵阳", "since": None}, Invalid),
    "letters": (registry.record_phones, {"phones": ["call me"]}, Invalid),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_right_is_refused(
    case: str, head: int, township_officer: Any, frozen_clock: Any
) -> None:
    function, values, error = BAD[case]
    before = Event.objects.count()
    with pytest.raises(error):
        function(person_id=head, by=township_officer, at=frozen_clock, **values)
    assert Event.objects.count() == before


def test_an_identity_number_of_somebody_else_is_refused(
    person: Callable[[str], int], township_officer: Any, frozen_clock: Any
) -> None:
    with pytest.raises(Conflict, match="id_taken"):
        correct(
            person_id=person("钱小兰"),
            id_number="520599196003121237",
            reason="x",
            by=township_officer,
            at=frozen_clock,
        )


def test_a_conversion_begins_a_spell_and_keeps_the_one_before(
    head: int, township_officer: Any, frozen_clock: Any
) -> None:
    registry.record_conversion(
        person_id=head,
        converted_on=PartialDate(2024, 3),
        hukou_kind="non_agricultural",
        by=township_officer,
        at=frozen_clock,
    )
    spells = (
        Status.objects.filter(person=head).order_by("kind", "start").values_list("kind", "start", "value")
    )
    assert list(spells)[:4] == [
        ("converted", "", "no"),
        ("converted", "2024-03", "yes"),
        ("hukou_kind", "", "agricultural"),
        ("hukou_kind", "2024-03", "non_agricultural"),
    ]


def test_who_lives_in_a_village_is_seen_there(
    head: int, township_officer: Any, make_account: Any, county: Any, frozen_clock: Any
) -> None:
    from tongchou.core.scope import Scope

    there = Scope.of_area(county.other_village)
    assert registry.search("赵大山", scope=there) == []
    registry.record_move(
        person_id=head, area_id=county.other_village.pk, since=None, by=township_officer, at=frozen_clock
    )
    assert [hit.person_id for hit in registry.search("赵大山", scope=there)] == [head]
    assert Residence.objects.filter(person=head, kind="actual").count() == 2


def test_unmasking_needs_a_purpose_and_is_audited(
    head: int, village_worker: Any, frozen_clock: Any, audited: Any
) -> None:
    with pytest.raises(Invalid):
        registry.unmask(person_id=head, by=village_worker, purpose="curious", at=frozen_clock)
    with audited():
        shown = registry.unmask(person_id=head, by=village_worker, purpose="verify_identity", at=frozen_clock)
    assert shown.id_number == "520599196003121237"
    assert shown.phones == ("13800001234", "13900005678")
    entry = AuditEntry.objects.latest("id")
    assert (entry.action, entry.purpose) == ("registry.unmask", "verify_identity")


def test_unmasking_a_neighbour_is_refused_and_says_nothing(
    head: int, make_account: Any, county: Any, frozen_clock: Any
) -> None:
    neighbour = make_account("neighbour", "village_worker", county.other_village)
    for number in (head, 999):
        with pytest.raises(NotFound) as caught:
            registry.unmask(person_id=number, by=neighbour, purpose="own_request", at=frozen_clock)
        assert str(caught.value) == str(NotFound("registry.no_person", caught.value.message))
    assert not AuditEntry.objects.filter(action="registry.unmask").exists()
