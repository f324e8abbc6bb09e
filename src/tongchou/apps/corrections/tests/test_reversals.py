"""Taking an entry back takes two people, and the second sees what the state will be."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tongchou.apps.corrections import api as corrections
from tongchou.apps.corrections.models import Correction
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Couple, Event, EventKind, Person
from tongchou.core.errors import Conflict, NotAllowed, NotFound
from tongchou.core.models import AuditEntry
from tongchou.core.scope import Scope
from tongchou.domain.dates import PartialDate


def last(kind: str) -> int:
    return Event.objects.filter(kind=kind).latest("pk").pk


@pytest.fixture
def died(person: Any, township_officer: Any, frozen_clock: dt.datetime) -> int:
    registry.record_death(
        person_id=person("赵强"), died=PartialDate(2026, 6, 1), by=township_officer, at=frozen_clock
    )
    return last(EventKind.DEATH_RECORDED)


def ask(event: int, by: Any, at: dt.datetime) -> int:
    return corrections.ask_reversal(event_id=event, reason="other_person", by=by, at=at).pk


def test_a_death_recorded_for_the_wrong_person_is_taken_back(
    died: int,
    township_officer: Any,
    second_officer: Any,
    frozen_clock: dt.datetime,
    audited: Any,
    person: Any,
) -> None:
    number = ask(died, township_officer, frozen_clock)
    shown = corrections.open_correction(number, by=second_officer, at=frozen_clock)
    assert [(c.field, c.before, c.after) for c in shown.changes] == [("death", "2026-06-01", "")]
    assert not shown.obstacles and not shown.stale and shown.may_decide
    with audited():
        corrections.approve(correction_id=number, seen=shown.seen, by=second_officer, at=frozen_clock)
    assert not Person.objects.get(name="赵强").deceased
    entry = AuditEntry.objects.latest("id")
    assert entry.action == "registry.reverse" and entry.actor_id == second_officer.pk
    assert entry.detail["asked_by"] == township_officer.pk and entry.detail["correction"] == number
    line = registry.history(scope=Scope.everything(), person_id=person("赵强"))[0]
    assert (line.kind, line.taken_back) == ("death_recorded", frozen_clock)
    assert registry.check_state().ok


def test_who_asked_does_not_take_it_back_alone(
    died: int, township_officer: Any, frozen_clock: dt.datetime
) -> None:
    number = ask(died, township_officer, frozen_clock)
    mark = corrections.open_correction(number, by=township_officer, at=frozen_clock).seen
    with pytest.raises(NotAllowed, match="needs_two"):
        corrections.approve(correction_id=number, seen=mark, by=township_officer, at=frozen_clock)
    assert Person.objects.get(name="赵强").deceased


def test_a_marriage_goes_back_at_both(
    person: Any, township_officer: Any, second_officer: Any, frozen_clock: dt.datetime
) -> None:
    parents = {"person_id": person("赵大山"), "spouse_id": person("钱小兰")}
    registry.record_divorce(**parents, divorced_on=PartialDate(2026, 5), by=township_officer, at=frozen_clock)
    assert set(Person.objects.filter(birth_year__lt=1970).values_list("marital", flat=True)) == {"40"}
    number = ask(last(EventKind.COUPLE_ENDED), township_officer, frozen_clock)
    shown = corrections.open_correction(number, by=second_officer, at=frozen_clock)
    assert len(shown.entry.events) == 2
    assert [(c.field, c.before, c.after) for c in shown.changes if not c.unshown] == [
        ("spouse", "", "钱小兰")
    ]
    corrections.approve(correction_id=number, seen=shown.seen, by=second_officer, at=frozen_clock)
    assert Couple.objects.get().ended is None
    assert set(Person.objects.filter(birth_year__lt=1970).values_list("marital", flat=True)) == {"20"}
    assert registry.check_state().ok


def test_what_stands_in_the_way_is_told(
    died: int, township_officer: Any, second_officer: Any, frozen_clock: dt.datetime
) -> None:
    entered = Event.objects.filter(kind=EventKind.PERSON_ENROLLED).earliest("pk").pk
    with pytest.raises(Conflict, match="reverse_"):
        ask(entered, township_officer, frozen_clock)  # his son is recorded as his
    number = ask(died, township_officer, frozen_clock)
    # Meanwhile the county takes the same entry back by another way.
    registry.reverse(event_ids=[died], by=second_officer, at=frozen_clock, reason="x", subject="person:3")
    shown = corrections.open_correction(number, by=second_officer, at=frozen_clock)
    assert shown.obstacles and shown.stale
    with pytest.raises(Conflict):
        corrections.approve(correction_id=number, seen=shown.seen, by=second_officer, at=frozen_clock)
    assert Correction.objects.get(pk=number).waiting


def test_facts_that_changed_meanwhile_are_decided_anew(
    died: int, township_officer: Any, second_officer: Any, frozen_clock: dt.datetime, person: Any
) -> None:
    number = ask(died, township_officer, frozen_clock)
    mark = corrections.open_correction(number, by=second_officer, at=frozen_clock).seen
    # The date was mended: without the entry the older date would stand there, which nobody has seen.
    registry.record_phones(
        person_id=person("赵强"), phones=["13712345678"], by=township_officer, at=frozen_clock
    )
    corrections.open_correction(number, by=second_officer, at=frozen_clock)
    assert corrections.open_correction(number, by=second_officer, at=frozen_clock).seen == mark
    registry.record_death(
        person_id=person("赵强"), died=PartialDate(2026, 6, 2), by=township_officer, at=frozen_clock
    )
    assert corrections.open_correction(number, by=second_officer, at=frozen_clock).stale
    with pytest.raises(Conflict, match=r"corrections\.seen"):
        corrections.approve(correction_id=number, seen=mark, by=second_officer, at=frozen_clock)


def test_entries_elsewhere_and_village_workers(
    died: int, make_account: Any, village_worker: Any, county: Any, frozen_clock: dt.datetime
) -> None:
    with pytest.raises(NotFound):
        ask(died, make_account("elsewhere", "township_officer", county.other_village), frozen_clock)
    with pytest.raises(NotAllowed):
        ask(died, village_worker, frozen_clock)
    with pytest.raises(NotFound):
        ask(999_999, make_account("officer", "township_officer", county.township), frozen_clock)


def test_a_newly_entered_person_disappears_again(
    person: Any, township_officer: Any, second_officer: Any, frozen_clock: dt.datetime
) -> None:
    scope = Scope.everything()
    household = registry.open_person(person("赵强"), scope=scope).household_id
    registry.enter_person(
        household_id=household, name="赵误", sex=1, birth=PartialDate(1990), relation="97",
        evidence_kind="id_card", evidence_words="1", by=township_officer, at=frozen_clock,
    )  # fmt: skip
    number = ask(last(EventKind.PERSON_ENROLLED), township_officer, frozen_clock)
    shown = corrections.open_correction(number, by=second_officer, at=frozen_clock)
    assert [(c.field, c.before, c.after) for c in shown.changes] == [("record", "赵误", "")]
    corrections.approve(correction_id=number, seen=shown.seen, by=second_officer, at=frozen_clock)
    assert not Person.objects.filter(name="赵误").exists() and registry.check_state().ok
