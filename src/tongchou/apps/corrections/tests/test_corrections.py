"""A correction takes two people: one asks, another compares and decides."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tongchou.apps.corrections import api as corrections
from tongchou.apps.corrections.models import Correction, Decision
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Event, EventKind, Person
from tongchou.core import open_work
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.models import AuditEntry
from tongchou.core.scope import Scope
from tongchou.domain import identity
from tongchou.domain.dates import PartialDate
from tongchou.domain.register.row import RegisterRow

NUMBER = "520599196003121237"
OTHER_NUMBER = identity.compose("520599", dt.date(1985, 1, 2), 111)


def test_what_one_asks_another_approves(
    ask: Any, seen: Any, second_officer: Any, village_worker: Any, frozen_clock: dt.datetime, audited: Any
) -> None:
    number = ask("赵强", name="赵墙")
    assert Person.objects.filter(name="赵强").exists()
    with audited():
        corrections.approve(correction_id=number, seen=seen(number), by=second_officer, at=frozen_clock)
    person = Person.objects.get(name="赵墙")
    event = Event.objects.latest("pk")
    assert (event.kind, event.person_id) == (EventKind.IDENTITY_CORRECTED, person.pk)
    entry = AuditEntry.objects.latest("id")
    assert (entry.action, entry.actor_id) == ("registry.correct_identity", second_officer.pk)
    assert entry.detail["correction"] == number and entry.detail["asked_by"] == village_worker.pk
    assert entry.purpose == "mistyped"
    assert registry.check_state().ok
    shown = corrections.open_correction(number, by=second_officer, at=frozen_clock)
    assert (shown.line.state, shown.decided_by, shown.may_decide) == ("approved", second_officer.pk, False)


def test_asking_changes_nothing_and_is_audited(ask: Any, audited: Any, person: Any) -> None:
    person("赵强")
    before = Event.objects.count()
    with audited():
        ask("赵强", name="赵墙")
    assert Event.objects.count() == before
    assert AuditEntry.objects.latest("id").action == "corrections.ask"


def test_nobody_decides_on_what_they_asked_themselves(
    ask: Any, seen: Any, township_officer: Any, frozen_clock: dt.datetime
) -> None:
    number = ask("赵强", name="赵墙", by=township_officer)
    mark = corrections.open_correction(number, by=township_officer, at=frozen_clock).seen
    with pytest.raises(NotAllowed, match="needs_two"):
        corrections.approve(correction_id=number, seen=mark, by=township_officer, at=frozen_clock)
    with pytest.raises(NotAllowed, match="needs_two"):
        corrections.refuse(correction_id=number, refusal="evidence", by=township_officer, at=frozen_clock)
    assert Correction.objects.get().waiting


def test_the_registry_itself_refuses_one_person_alone(
    person: Any, township_officer: Any, frozen_clock: dt.datetime
) -> None:
    with pytest.raises(NotAllowed, match="needs_two"):
        registry.correct_identity(
            person_id=person("赵强"), old={}, new={"name": "赵墙"}, reason="mistyped", correction=1,
            asked_by=township_officer.pk, by=township_officer, at=frozen_clock,
        )  # fmt: skip


def test_the_database_tells_two_people_apart(
    ask: Any, village_worker: Any, second_officer: Any, frozen_clock: dt.datetime
) -> None:
    one = Correction.objects.get(pk=ask("赵强", name="赵墙"))

    def decide(**more: Any) -> None:
        with transaction.atomic():
            Decision.objects.create(
                correction=one, asked_by_id=village_worker.pk, decided_at=frozen_clock, **more
            )

    for wrong in (
        {"outcome": "approved", "decided_by": village_worker},
        {"outcome": "refused", "refusal": "evidence", "decided_by": village_worker},
        {"outcome": "withdrawn", "decided_by": second_officer},
        {"outcome": "refused", "decided_by": second_officer},
        {"outcome": "approved", "refusal": "evidence", "decided_by": second_officer},
    ):
        with pytest.raises(IntegrityError):
            decide(**wrong)
    decide(outcome="approved", decided_by=second_officer)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Decision.objects.update(outcome="refused", refusal="evidence")


def test_one_waits_at_a_time(ask: Any) -> None:
    ask("赵强", name="赵墙")
    with pytest.raises(Conflict, match="waits"):
        ask("赵强", name="赵蔷")


def test_a_value_that_changed_meanwhile_is_not_overwritten(
    ask: Any, seen: Any, second_officer: Any, township_officer: Any, frozen_clock: dt.datetime, person: Any
) -> None:
    number = ask("赵强", name="赵墙")
    registry.correct_identity(
        person_id=person("赵强"), old={}, new={"name": "赵壮"}, reason="mistyped", correction=9, asked_by=0,
        by=township_officer, at=frozen_clock,
    )  # fmt: skip
    shown = corrections.open_correction(number, by=second_officer, at=frozen_clock)
    assert shown.stale
    with pytest.raises(Conflict, match=r"registry\.stale"):
        corrections.approve(correction_id=number, seen=shown.seen, by=second_officer, at=frozen_clock)
    assert Person.objects.filter(name="赵壮").exists() and Correction.objects.get(pk=number).waiting
    corrections.refuse(correction_id=number, refusal="changed", by=second_officer, at=frozen_clock)
    assert not Correction.objects.get(pk=number).waiting


def test_nobody_approves_what_they_have_not_seen(
    ask: Any, seen: Any, second_officer: Any, township_officer: Any, frozen_clock: dt.datetime, person: Any
) -> None:
    number = ask("赵强", name="赵墙")
    mark = seen(number)
    registry.correct_identity(  # something else about him that was on the page
        person_id=person("赵强"), old={}, new={"birth": "1985-01-03"}, reason="mistyped", correction=9,
        asked_by=0, by=township_officer, at=frozen_clock,
    )  # fmt: skip
    with pytest.raises(Conflict, match=r"corrections\.seen"):
        corrections.approve(correction_id=number, seen=mark, by=second_officer, at=frozen_clock)
    corrections.approve(correction_id=number, seen=seen(number), by=second_officer, at=frozen_clock)
    person = Person.objects.get(name="赵墙")
    assert person.birth_day == 3


def test_numbers_are_sealed_masked_and_shown_once_for_the_chain(
    ask: Any, second_officer: Any, village_worker: Any, frozen_clock: dt.datetime, audited: Any
) -> None:
    number = ask("赵强", id_number=OTHER_NUMBER)
    row = Correction.objects.filter(pk=number).values_list()[0]
    assert OTHER_NUMBER not in repr(row) and "2020-05-01" not in repr(row)
    shown = corrections.open_correction(number, by=second_officer, at=frozen_clock)
    assert OTHER_NUMBER not in repr(shown) and shown.evidence == "2020-05-01 签发"
    with pytest.raises(NotAllowed):
        corrections.show_numbers(correction_id=number, by=village_worker, at=frozen_clock)
    with audited():
        full = corrections.show_numbers(correction_id=number, by=second_officer, at=frozen_clock)
    assert full == [("id_number", "", OTHER_NUMBER)]
    assert OTHER_NUMBER not in repr(list(AuditEntry.objects.values()))


@pytest.mark.parametrize(
    ("new", "error"),
    [
        ({"name": " "}, Invalid),
        ({"sex": "3"}, Invalid),
        ({"birth": "1985-13"}, Invalid),
        ({"birth": "2027"}, Invalid),
        ({"id_number": "520599198501021"}, Invalid),
        ({"id_number": NUMBER}, Conflict),  # somebody else's
        ({"birth": "1985-02-02", "id_number": OTHER_NUMBER}, Invalid),  # two dates of birth
        ({"sex": "2", "id_number": OTHER_NUMBER}, Invalid),  # two sexes
        ({"name": "赵强"}, Conflict),  # nothing new
        ({"phones": "13800001234"}, Invalid),  # recorded by an act of its own
    ],
)
def test_what_cannot_be_right_is_not_even_asked(
    ask: Any, new: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        ask("赵强", **new)
    assert not Correction.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"reason": "children"}, {"reason": "other"}, {"evidence_kind": "x"}, {"evidence_words": " "}]
)
def test_reason_and_document_are_needed(
    person: Any, village_worker: Any, frozen_clock: dt.datetime, wrong: dict[str, str]
) -> None:
    given = {"reason": "mistyped", "evidence_kind": "id_card", "evidence_words": "2020"} | wrong
    with pytest.raises(Invalid):
        corrections.ask_correction(
            person_id=person("赵强"), new={"name": "赵墙"}, by=village_worker, at=frozen_clock, **given
        )


def test_parents_stay_older_than_their_children(
    ask: Any, seen: Any, second_officer: Any, frozen_clock: dt.datetime
) -> None:
    number = ask("赵强", birth="1959-01-02")
    with pytest.raises(Invalid, match="parent_younger"):
        corrections.approve(correction_id=number, seen=seen(number), by=second_officer, at=frozen_clock)


def test_whoever_asked_can_withdraw_and_nobody_else(
    ask: Any, village_worker: Any, second_officer: Any, frozen_clock: dt.datetime, audited: Any
) -> None:
    number = ask("赵强", name="赵墙")
    with pytest.raises(NotAllowed):
        corrections.withdraw(correction_id=number, by=second_officer, at=frozen_clock)
    with audited():
        corrections.withdraw(correction_id=number, by=village_worker, at=frozen_clock)
    with pytest.raises(Conflict, match="settled"):
        corrections.refuse(correction_id=number, refusal="evidence", by=second_officer, at=frozen_clock)
    ask("赵强", name="赵墙")


def test_only_those_of_the_area_read_and_decide(
    ask: Any, seen: Any, make_account: Any, county: Any, village_worker: Any, frozen_clock: dt.datetime
) -> None:
    number = ask("赵强", name="赵墙")
    elsewhere = make_account("elsewhere", "township_officer", county.other_village)
    colleague = make_account("colleague", "village_worker", county.village)
    with pytest.raises(NotFound):
        corrections.open_correction(number, by=elsewhere, at=frozen_clock)
    with pytest.raises(NotFound):  # another worker's request is not one's own
        corrections.open_correction(number, by=colleague, at=frozen_clock)
    with pytest.raises(NotFound):
        corrections.approve(correction_id=number, seen=seen(number), by=elsewhere, at=frozen_clock)
    with pytest.raises(NotAllowed):
        corrections.approve(correction_id=number, seen=seen(number), by=colleague, at=frozen_clock)
    on = frozen_clock.date()
    assert [corrections.waiting(by=one, on=on) for one in (elsewhere, colleague, village_worker)] == [0, 0, 0]
    assert corrections.open_correction(number, by=village_worker, at=frozen_clock).own


def test_waiting_requests_are_open_work(ask: Any, second_officer: Any, frozen_clock: dt.datetime) -> None:
    ask("赵强", name="赵墙")
    held = {one.work.name: one.number for one in open_work.held_by(second_officer, frozen_clock.date())}
    assert held["corrections"] == 1


def test_a_list_takes_a_fixed_number_of_queries(
    ask: Any, second_officer: Any, frozen_clock: dt.datetime
) -> None:
    counts = []
    for name in ("赵强", "钱小兰", "赵大山"):
        ask(name, name=f"{name}改")
        with CaptureQueriesContext(connection) as caught:
            found = corrections.requests(by=second_officer, on=frozen_clock.date(), waiting=True)
            listed = corrections.lines(found, by=second_officer, on=frozen_clock.date())
        counts.append(len(caught))
    assert [one.person for one in listed] == ["赵强", "钱小兰", "赵大山"]
    assert len(set(counts)) == 1 and counts[0] <= 6, counts


def test_where_the_person_is_now_decides_who_decides(
    ask: Any, township_officer: Any, second_officer: Any, make_account: Any, county: Any, person: Any,
    frozen_clock: dt.datetime,
) -> None:  # fmt: skip
    ask("赵强", name="赵墙")
    there = make_account("there", "township_officer", county.other_village)
    assert corrections.waiting(by=there, on=frozen_clock.date()) == 0
    rows = [
        RegisterRow(row_no=5, household_no="9", name="周一", relation="02", sex=1, birth=PartialDate(1970))
    ]
    registry.apply_register(
        rows, village_id=county.other_village.pk, source="b" * 64, by=township_officer, at=frozen_clock
    )
    household = registry.open_person(
        Person.objects.get(name="周一").pk, scope=Scope.of_area(county.other_village)
    ).household_id
    registry.move_registration(
        person_id=person("赵强"), household_id=household, relation="97", since=None, by=township_officer,
        at=frozen_clock,
    )  # fmt: skip
    assert corrections.waiting(by=there, on=frozen_clock.date()) == 1
