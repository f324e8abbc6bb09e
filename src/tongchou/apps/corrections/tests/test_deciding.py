"""Several requests decided at once: each for itself, by a second person, as each was seen."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongchou.apps.corrections import api as corrections
from tongchou.apps.corrections.models import Correction, Decision
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Event, Person
from tongchou.core.errors import Invalid, NotAllowed
from tongchou.core.models import AuditEntry
from tongchou.domain import identity

pytestmark = pytest.mark.django_db


@pytest.fixture
def marks(second_officer: Any, frozen_clock: dt.datetime) -> Any:
    """``marks()``: what the list shows the second officer, by number."""

    def act(by: Any = None) -> dict[int, str]:
        shown = corrections.offers(Correction.objects.all(), by=by or second_officer, at=frozen_clock)
        return {number: one.seen for number, one in shown.items()}

    return act


@pytest.fixture
def second(second_officer: Any, frozen_clock: dt.datetime) -> dict[str, Any]:
    return {"by": second_officer, "at": frozen_clock}


def test_the_list_shows_old_new_and_document(ask: Any, second: dict[str, Any]) -> None:
    number = ask("赵强", name="赵墙")
    offer = corrections.offers(Correction.objects.all(), **second)[number]
    assert [(one.field, one.before, one.after) for one in offer.changes] == [("name", "赵强", "赵墙")]
    assert (offer.evidence_kind, offer.evidence, offer.stale) == ("id_card", "2020-05-01 签发", False)
    assert offer.seen == corrections.open_correction(number, **second).seen


def test_several_are_approved_and_each_is_audited(ask: Any, marks: Any, second: dict[str, Any]) -> None:
    numbers = [ask("赵强", name="赵墙"), ask("钱小兰", name="钱晓兰")]
    entries = AuditEntry.objects.count()
    done = corrections.approve_many(chosen=marks(), **second)
    assert AuditEntry.objects.count() == entries + 2
    assert done.done == numbers and done.left == []
    assert set(Person.objects.values_list("name", flat=True)) >= {"赵墙", "钱晓兰"}
    assert registry.check_state().ok
    again = corrections.approve_many(chosen=dict.fromkeys(numbers, "x"), **second)
    assert again.done == [] and {one.error.code for one in again.left} == {"corrections.settled"}


def test_one_that_cannot_be_approved_holds_up_no_other(
    ask: Any, marks: Any, second: dict[str, Any], second_officer: Any, township_officer: Any,
    frozen_clock: dt.datetime, person: Any, make_account: Any, county: Any,
) -> None:  # fmt: skip
    own = ask("赵大山", by=second_officer, name="赵太山")
    changed, good = ask("赵强", name="赵墙"), ask("钱小兰", name="钱晓兰")
    seen = marks() | {own: "x", 987654: "x"}
    registry.correct_identity(
        person_id=person("赵强"), old={}, new={"name": "赵壮"}, reason="mistyped", correction=9, asked_by=0,
        by=township_officer, at=frozen_clock,
    )  # fmt: skip
    done = corrections.approve_many(chosen=seen, **second)
    assert done.done == [good]
    assert {(one.pk, one.person, one.error.code) for one in done.left} == {
        (own, "赵大山", "registry.needs_two"),
        (changed, "赵壮", "corrections.seen"),
        (987654, "", "corrections.none"),
    }
    assert Person.objects.filter(name__in=("赵壮", "赵大山", "钱晓兰")).count() == 3
    outsider = make_account("outsider", "township_officer", county.other_village)
    [left] = corrections.refuse_many(numbers=[changed], refusal="evidence", by=outsider, at=frozen_clock).left
    assert (left.person, left.error.code) == ("", "corrections.none")


def test_numbers_and_entries_are_approved_on_their_own_page_but_can_be_refused(
    ask: Any, marks: Any, second: dict[str, Any], person: Any, township_officer: Any,
    frozen_clock: dt.datetime,
) -> None:  # fmt: skip
    number = ask("赵强", id_number=identity.compose("520599", dt.date(1985, 1, 2), 111))
    registry.record_death(person_id=person("赵大山"), died=None, by=township_officer, at=frozen_clock)
    entry = corrections.ask_reversal(
        event_id=Event.objects.latest("pk").pk, reason="not_so", by=township_officer, at=frozen_clock
    ).pk
    assert marks() == {number: "", entry: ""}
    done = corrections.approve_many(chosen={number: "x", entry: "x"}, **second)
    assert [one.error.code for one in done.left] == ["corrections.look_alone"] * 2
    done = corrections.refuse_many(numbers=[number, entry], refusal="evidence", **second)
    assert done.done == [number, entry]
    assert set(Decision.objects.values_list("refusal", flat=True)) == {"evidence"}
    assert AuditEntry.objects.filter(action="corrections.refuse").count() == 2


def test_what_cannot_be_asked_at_all(ask: Any, second: dict[str, Any], village_worker: Any) -> None:
    number = ask("赵强", name="赵墙")
    for chosen, code in (({}, "none_chosen"), (dict.fromkeys(range(1, 102), "x"), "too_many")):
        with pytest.raises(Invalid, match=code):
            corrections.approve_many(chosen=chosen, **second)
    with pytest.raises(Invalid, match="refusal"):
        corrections.refuse_many(numbers=[number], refusal="because", **second)
    with pytest.raises(NotAllowed):
        corrections.approve_many(chosen={number: "x"}, by=village_worker, at=second["at"])
    assert not Decision.objects.exists()


def test_a_list_takes_queries_that_do_not_grow(ask: Any, second: dict[str, Any]) -> None:
    used = []
    for whom, name in (("赵强", "赵墙"), ("钱小兰", "钱晓兰"), ("赵大山", "赵太山")):
        ask(whom, name=name)
        with CaptureQueriesContext(connection) as captured:
            corrections.offers(list(Correction.objects.all()), **second)
        used.append(len(captured))
    assert len(set(used)) == 1 and used[0] <= 5


@pytest.mark.long
@given(
    chosen=st.permutations(["赵强", "钱小兰", "赵大山"]),
    own=st.sets(st.sampled_from(["赵强", "钱小兰", "赵大山"])),
    stale=st.sets(st.sampled_from(["赵强", "钱小兰", "赵大山"])),
)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_together_is_what_each_alone_would_have_been(
    ask: Any, marks: Any, second: dict[str, Any], second_officer: Any, chosen: list[str], own: set[str],
    stale: set[str], person: Any,
) -> None:  # fmt: skip
    with transaction.atomic():
        numbers = {
            whom: ask(whom, by=second_officer if whom in own else None, name=whom + "云") for whom in chosen
        }
        seen = {numbers[whom]: "x" if whom in stale else marks().get(numbers[whom], "x") for whom in chosen}
        done = corrections.approve_many(chosen=seen, **second)
        good = [numbers[whom] for whom in chosen if whom not in own | stale]
        assert done.done == good
        assert {one.pk for one in done.left} == set(numbers.values()) - set(good)
        assert Decision.objects.count() == len(good)
        assert Person.objects.filter(name__endswith="云").count() == len(good)
        transaction.set_rollback(True)
