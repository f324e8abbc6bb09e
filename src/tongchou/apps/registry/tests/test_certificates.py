"""Disability certificates of single people: what fits, what is sealed, what ends, and what is never shown."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongchou.apps.registry import api as registry
from tongchou.apps.registry import identifiers
from tongchou.apps.registry.models import DisabilityCertificate, Event, Person
from tongchou.core.errors import AppError, Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.models import AuditEntry
from tongchou.core.scope import Scope
from tongchou.domain import identity
from tongchou.domain.dates import PartialDate

pytestmark = pytest.mark.django_db

#: Of 赵大山, born on 1960-03-12.
NUMBER = "520599196003121237"
SAID = {
    "category": 4,
    "grade": 3,
    "number": f"{NUMBER}43",
    "issued": PartialDate(2021, 2, 3),
    "until": PartialDate(2031, 2, 2),
}
ENDED = {"ended": PartialDate(2026, 5, 1), "evidence_kind": "office_letter", "evidence_words": "残联 7 号"}


@pytest.fixture
def head(person: Callable[[str], int]) -> int:
    return person("赵大山")


@pytest.fixture
def record(head: int, township_officer: Any, frozen_clock: Any) -> Callable[..., Any]:
    def act(**more: Any) -> Any:
        given = {"person_id": head, "by": township_officer, "at": frozen_clock}
        return registry.record_certificate(**(given | SAID | more))

    return act


@pytest.fixture
def end(head: int, township_officer: Any, frozen_clock: Any) -> Callable[..., Any]:
    def act(**more: Any) -> Any:
        given = {"person_id": head, "by": township_officer, "at": frozen_clock}
        return registry.end_certificate(**(given | ENDED | more))

    return act


def held(person_id: int) -> list[tuple[str, str, tuple[int, int]]]:
    return [
        (one.start, one.until, identifiers.open_certificate(one.cipher, person_id))
        for one in DisabilityCertificate.objects.filter(person=person_id).order_by("start")
    ]


def test_it_is_sealed_audited_and_on_no_page(head: int, record: Any, audited: Any) -> None:
    with audited():
        record()
    assert held(head) == [("2021-02-03", "2031-02-02", (4, 3))]
    entry, event = AuditEntry.objects.latest("id"), Event.objects.latest("pk")
    assert (entry.action, entry.subject) == ("registry.record_certificate", f"person:{head}")
    stored = str(entry.detail) + event.payload + str(list(DisabilityCertificate.objects.values()))
    assert NUMBER not in stored and "[4, 3]" not in stored and "2021" not in str(entry.detail)
    assert json.loads(event.payload)["evidence"][0] == "certificate"
    shown = registry.history(scope=Scope.everything(), person_id=head)
    assert "certificate_recorded" not in {line.kind for line in shown}
    assert registry.check_state().ok


def test_it_ends_by_its_document(head: int, record: Any, end: Any, audited: Any) -> None:
    record()
    with audited():
        end()
    assert held(head) == [("2021-02-03", "2026-05-01", (4, 3))]
    assert AuditEntry.objects.latest("id").action == "registry.end_certificate"
    with pytest.raises(Conflict, match=r"registry\.no_certificate"):
        end()
    record(issued=PartialDate(2026, 6, 1), until=None)  # a new one, later
    assert len(held(head)) == 2 and registry.check_state().ok


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        ({"category": 0}, "certificate_kind", "category"),
        ({"category": 8}, "certificate_kind", "category"),
        ({"grade": 0}, "certificate_grade", "grade"),
        ({"grade": 5}, "certificate_grade", "grade"),
        ({"number": NUMBER}, "certificate_number", "number"),
        ({"number": f"{NUMBER}85"}, "certificate_number", "number"),
        ({"number": "52059919600312123043"}, "certificate_number", "number"),
        ({"category": 5}, "certificate_disagrees", "category"),
        ({"grade": 1}, "certificate_disagrees", "grade"),
        ({"issued": PartialDate(2027)}, "future_date", "issued"),
        ({"issued": PartialDate(1959)}, "certificate_before_birth", "issued"),
        ({"until": PartialDate(2020)}, "certificate_until", "until"),
        ({"until": PartialDate(2099)}, "certificate_until", "until"),
    ],
)
def test_what_cannot_be_right_is_refused_with_its_field(
    more: dict[str, Any], code: str, field: str, record: Any
) -> None:
    before = Event.objects.count()
    with pytest.raises(Invalid, match=code) as refusal:
        record(**more)
    assert refusal.value.data.get("field", field) == field
    assert Event.objects.count() == before


def test_a_number_of_somebody_else_is_refused(person: Callable[[str], int], record: Any) -> None:
    with pytest.raises(Invalid, match=r"registry\.certificate_of_another"):
        record(person_id=person("钱小兰"))
    free = identity.compose("520599", dt.date(1985, 1, 2), 111)
    record(person_id=person("赵强"), number=f"{free}43")  # whose number is not recorded yet
    with pytest.raises(Invalid, match=r"registry\.certificate_of_another"):
        record(number=f"{free}43")


def test_nothing_after_the_death(head: int, record: Any, township_officer: Any, frozen_clock: Any) -> None:
    registry.record_death(person_id=head, died=PartialDate(2020, 1, 1), by=township_officer, at=frozen_clock)
    with pytest.raises(Invalid, match=r"registry\.certificate_after_death"):
        record()
    record(issued=PartialDate(2019, 5), until=None)
    assert held(head) == [("2019-05", "", (4, 3))]


def test_nothing_is_recorded_twice_and_nothing_replaced_unseen(head: int, record: Any) -> None:
    record()
    with pytest.raises(Conflict, match=r"registry\.nothing_new"):
        record()
    with pytest.raises(Conflict, match=r"registry\.certificate_older"):
        record(issued=PartialDate(2011))
    other = {"grade": 2, "number": f"{NUMBER}42"}
    with pytest.raises(Conflict, match=r"registry\.certificate_differs") as refusal:
        record(**other)
    assert "3" not in str(refusal.value.message)  # what stands there is not told
    record(**other, compared=True)
    assert held(head) == [("2021-02-03", "2031-02-02", (4, 2))]


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"ended": PartialDate(2020)}, Conflict),
        ({"ended": PartialDate(2027)}, Invalid),
        ({"evidence_words": " "}, Invalid),
        ({"evidence_kind": "x"}, Invalid),
    ],
)
def test_what_cannot_end(more: dict[str, Any], error: type[AppError], record: Any, end: Any) -> None:
    record()
    with pytest.raises(error):
        end(**more)


def test_whoever_may_not_record_records_nothing(
    record: Any, end: Any, village_worker: Any, make_account: Any, county: Any
) -> None:
    neighbour = make_account("neighbour", "township_officer", county.other_village)
    for act in (record, end):
        with pytest.raises(NotAllowed):
            act(by=village_worker)
        with pytest.raises(NotFound):
            act(by=neighbour)
    assert not DisabilityCertificate.objects.exists()


days = st.dates(min_value=dt.date(2000, 1, 1), max_value=dt.date(2026, 6, 30))
acts = st.lists(
    st.one_of(
        st.tuples(st.just("record"), days, st.integers(1, 7), st.integers(1, 4), st.booleans()),
        st.tuples(st.just("end"), days),
    ),
    max_size=6,
)


@pytest.mark.long
@given(done=acts)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_done_the_last_day_never_lies_before_the_first_and_the_state_is_the_fold(
    done: list[Any], head: int, record: Any, end: Any
) -> None:
    with transaction.atomic():
        for one in done:
            before = held(head)
            try:
                if one[0] == "record":
                    _act, day, category, grade, compared = one
                    record(
                        issued=PartialDate(day.year, day.month, day.day), until=None, category=category,
                        grade=grade, number=f"{NUMBER}{category}{grade}", compared=compared,
                    )  # fmt: skip
                else:
                    end(ended=PartialDate(one[1].year, one[1].month, one[1].day))
            except AppError:
                assert held(head) == before  # a refusal leaves everything as it was
            else:
                assert held(head) != before
        for start, until, (category, grade) in held(head):
            assert not until or start <= until
            assert 1 <= category <= 7 and 1 <= grade <= 4
        assert registry.check_state().ok
        assert Person.objects.filter(pk=head).exists()
        transaction.set_rollback(True)
