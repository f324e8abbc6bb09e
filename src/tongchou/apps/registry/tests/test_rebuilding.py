"""The state is what the events say: after anything, and again after damage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Couple, Event, Household, Kinship, Person, Phone, Status
from tongchou.apps.registry.tests.acts import correct
from tongchou.apps.registry.tests.conftest import FAMILY
from tongchou.core.append_only import allow_changes, forbid_changes
from tongchou.core.errors import AppError, Invalid, NotAllowed
from tongchou.core.models import AuditEntry
from tongchou.domain.dates import PartialDate

DAMAGE: dict[str, tuple[Callable[[], Any], str]] = {
    "a cell": (lambda: Person.objects.filter(pk=2).update(name="无名"), "person 2: name"),
    "a scope": (lambda: Person.objects.filter(pk=2).update(registered_scope=1), "person 2: registered_scope"),
    "a status": (
        lambda: Status.objects.filter(person=2, kind="converted").update(value="no"),
        "status 2, converted, 2023-05: value",
    ),
    "a row too many": (
        lambda: Status.objects.create(person_id=2, kind="converted", start="2025", value="no"),
        "status 2, converted, 2025: row",
    ),
    "a row missing": (lambda: Kinship.objects.filter(child=3).delete(), "kinship 3, 1: row"),
    "a couple": (lambda: Couple.objects.filter(a=1).delete(), "couple 1, 2, : row"),
    "a phone": (lambda: Phone.objects.filter(person=1, position=2).update(mask="x"), "phone 1, 2: mask"),
    "a household": (lambda: Household.objects.update(number="X"), "household 1: number"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_named_and_mended(
    name: str, apply: Callable[..., Any], county_reviewer: Any, frozen_clock: Any
) -> None:
    apply()
    damage, told = DAMAGE[name]
    damage()
    report = registry.check_state()
    assert not report.ok
    assert [str(difference) for difference in report.differences] == [told]
    assert report.corrected == 0
    mended = registry.rebuild(by=county_reviewer, at=frozen_clock, purpose="damaged disk")
    assert mended.corrected == 1
    assert registry.check_state().ok
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.actor_id, entry.purpose) == (
        "registry.rebuild", county_reviewer.pk, "damaged disk",
    )  # fmt: skip
    assert entry.detail["corrected"] == 1


def test_a_rebuild_is_a_named_persons_act(
    apply: Callable[..., Any], township_officer: Any, county_reviewer: Any, frozen_clock: Any, audited: Any
) -> None:
    apply()
    DAMAGE["a cell"][0]()
    with pytest.raises(NotAllowed):
        registry.rebuild(by=township_officer, at=frozen_clock, purpose="test")
    with pytest.raises(Invalid):
        registry.rebuild(by=county_reviewer, at=frozen_clock, purpose=" ")
    assert not registry.check_state().ok
    with audited():
        registry.rebuild(by=county_reviewer, at=frozen_clock, purpose="test")
    with audited():
        assert registry.rebuild(by=county_reviewer, at=frozen_clock, purpose="test").corrected == 0


def test_a_changed_event_is_found_by_its_digest(apply: Callable[..., Any]) -> None:
    apply()
    allow_changes(connection, "registry_event")
    Event.objects.filter(pk=3).update(payload=Event.objects.get(pk=3).payload.replace("1962", "1952"))
    forbid_changes(connection, "registry_event")
    report = registry.check_state()
    assert report.counts["event"] == 1
    assert report.counts["person"] == 1


def test_progress_reaches_its_end(apply: Callable[..., Any]) -> None:
    apply()
    seen: list[tuple[int, int]] = []
    report = registry.check_state(progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (6, 6)
    assert (report.people, report.households, report.events) == (5, 1, 6)
    assert report.as_dict()["ok"] is True


DATES = st.sampled_from([None, PartialDate(2020), PartialDate(2022, 5), PartialDate(2024, 1, 9)])
PEOPLE = st.integers(1, 5)
STEPS = st.one_of(
    st.tuples(st.just(registry.record_conversion), PEOPLE, st.fixed_dictionaries({"converted_on": DATES})),
    st.tuples(
        st.just(registry.record_insurance),
        PEOPLE,
        st.fixed_dictionaries(
            {
                "scheme": st.sampled_from(["urban_pension", "urban_medical"]),
                "held": st.booleans(),
                "since": DATES,
            }
        ),
    ),
    st.tuples(st.just(registry.record_death), PEOPLE, st.fixed_dictionaries({"died": DATES})),
    st.tuples(
        st.just(registry.record_move),
        PEOPLE,
        st.fixed_dictionaries({"area_id": st.none(), "place": st.sampled_from(["", "贵阳"]), "since": DATES}),
    ),
    st.tuples(
        st.just(registry.record_phones),
        PEOPLE,
        st.fixed_dictionaries(
            {"phones": st.lists(st.sampled_from(["13711112222", "13733334444"]), max_size=2)}
        ),
    ),
    st.tuples(
        st.just(correct),
        PEOPLE,
        st.fixed_dictionaries({"reason": st.just("x"), "birth": DATES, "name": st.just("赵更")}),
    ),
    st.tuples(
        st.none(),
        st.integers(5, 9),
        st.fixed_dictionaries(
            {},
            optional={
                "relation": st.sampled_from(["20", "38", "97"]),
                "converted": st.booleans(),
                "converted_on": DATES,
                "household_no": st.sampled_from(["001", "002"]),
                "hukou_kind": st.sampled_from(["unified", "agricultural"]),
                "resident_here": st.booleans(),
                "phones": st.just(("13711112222",)),
            },
        ),
    ),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, max_size=10))
def test_after_any_acts_the_state_is_the_fold_of_the_events(
    apply: Callable[..., Any], township_officer: Any, frozen_clock: Any, steps: list[Any]
) -> None:
    """Registers and single acts in any order; refused ones leave nothing; nobody is lost or doubled."""
    from django.db import transaction

    outside = transaction.savepoint()
    apply()
    for number, (act, target, values) in enumerate(steps):
        try:
            if act is None:
                rows = [replace(row, **values) if row.row_no == target else row for row in FAMILY]
                apply(rows, source=f"{number:064d}")
                assert apply(rows, source=f"{number + 100:064d}").events == 0, (
                    "a second time says nothing new"
                )
            else:
                act(person_id=target, by=township_officer, at=frozen_clock, **values)
        except AppError:
            continue
    report = registry.check_state()
    assert report.ok, report.as_dict()
    assert report.people == Person.objects.count()
    entered = Event.objects.filter(kind="person_enrolled").values_list("person_id", flat=True)
    assert sorted(entered) == sorted(Person.objects.values_list("pk", flat=True))
    transaction.savepoint_rollback(outside)
