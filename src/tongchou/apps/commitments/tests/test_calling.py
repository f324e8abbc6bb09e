"""Who is called back is drawn by lot; a promise is kept only once a second person confirms what they say."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tongchou.apps.commitments import api as commitments
from tongchou.apps.commitments import calling
from tongchou.apps.commitments.models import Call, Calls, Promise
from tongchou.apps.registry import api as registry
from tongchou.core.errors import Conflict, Invalid, NotAllowed
from tongchou.core.scope import Scope
from tongchou.domain import sampling
from tongchou.domain.commitments import call_back

pytestmark = pytest.mark.django_db


@pytest.fixture
def later(frozen_clock: dt.datetime) -> dt.datetime:
    return frozen_clock + dt.timedelta(days=9)


@pytest.fixture
def reported(letter: Any, office: Any, family: Any, later: dt.datetime) -> Promise:
    one = letter().promises.get()
    return commitments.report(promise_id=one.pk, said="登记表 12 份", by=office.village, at=later)


def refused(code: str, act: Any, **given: Any) -> None:
    with pytest.raises((Conflict, Invalid, NotAllowed)) as error:
        act(**given)
    assert error.value.code == code


def test_the_number_is_the_rule_s_and_the_draw_can_be_made_again(
    reported: Promise, office: Any, later: dt.datetime
) -> None:
    calls = commitments.draw(promise_id=reported.pk, by=office.township, at=later)
    frame = registry.every_door(Scope.everything())
    assert calls.households == len(frame) and calls.size == call_back.size(len(frame))
    secret, letter = calling.opened(calls), reported.letter
    assert calls.committed == call_back.committed(secret, letter=letter.sha256, promise=reported.position)
    seed = call_back.seed(secret, letter=letter.sha256, promise=reported.position, round_=1)
    assert calls.seed == seed and calls.frame_sha256 == sampling.frame_hash([str(one) for one in frame])
    drawn = list(calls.each.order_by("position").values_list("household_id", flat=True))
    assert drawn == call_back.order(frame, seed)[: calls.size]
    refused("commitments.drawn", commitments.draw, promise_id=reported.pk, by=office.township_two, at=later)


def test_nothing_is_kept_before_a_second_person_confirms(
    reported: Promise, office: Any, later: dt.datetime
) -> None:
    one: dict[str, Any] = {"promise_id": reported.pk, "at": later}
    refused("commitments.not_drawn", commitments.confirm, by=office.township_two, **one)
    commitments.draw(by=office.township, **one)
    refused("commitments.calls_open", commitments.confirm, by=office.township_two, **one)
    commitments.note(said={1: "done"}, by=office.township, **one)
    commitments.note(said={2: "done"}, by=office.township, **one)
    refused("commitments.noted", commitments.note, said={1: "not_done"}, by=office.township, **one)
    reported.refresh_from_db()
    assert reported.state == "reported"
    refused("commitments.caller", commitments.confirm, by=office.township, **one)
    refused("access.denied", commitments.confirm, by=office.village, **one)
    after = commitments.confirm(by=office.township_two, **one)
    assert (after.state, after.kept_on) == ("kept", later.date())
    assert after.steps.get(act="answer").numbers == {"promised": 2, "reached": 2, "confirmed": 2}
    assert not Call.objects.exclude(household_id=None).exists()


def test_who_reports_or_belongs_to_the_unit_neither_draws_nor_sees(
    letter: Any, office: Any, family: Any, later: dt.datetime
) -> None:
    one = letter().promises.get()
    given = {"promise_id": one.pk, "said": "已办", "at": later}
    refused("commitments.not_the_unit", commitments.report, by=office.township, **given)
    type(office.village).objects.filter(pk=office.village.pk).update(is_active=False)
    commitments.report(by=office.township, **given)  # nobody of the unit could
    type(office.village).objects.filter(pk=office.village.pk).update(is_active=True)
    refused("commitments.maker", commitments.draw, promise_id=one.pk, by=office.township, at=later)
    refused("access.denied", commitments.draw, promise_id=one.pk, by=office.village, at=later)
    commitments.draw(promise_id=one.pk, by=office.township_two, at=later)
    assert commitments.sheet(one.pk, by=office.village, on=later.date()) is None
    assert commitments.sheet(one.pk, by=office.township_two, on=later.date()) is not None


def test_who_is_not_reached_can_be_called_again_and_nobody_answering_decides_nothing(
    reported: Promise, office: Any, later: dt.datetime
) -> None:
    one: dict[str, Any] = {"promise_id": reported.pk, "at": later}
    commitments.draw(by=office.township, **one)
    commitments.note(said={1: "not_reached", 2: "not_concerned"}, by=office.township, **one)
    refused("commitments.too_few", commitments.confirm, by=office.township_two, **one)
    commitments.note(said={1: "not_done"}, by=office.township, **one)
    assert commitments.confirm(by=office.township_two, **one).state == "broken"


def test_who_is_left_out_is_replaced_by_the_next_of_the_draw(
    reported: Promise, office: Any, later: dt.datetime, monkeypatch: Any
) -> None:
    monkeypatch.setattr(call_back, "size", lambda households: 1)
    one: dict[str, Any] = {"promise_id": reported.pk, "at": later}
    calls = commitments.draw(by=office.township, **one)
    assert calls.each.count() == 1
    commitments.note(said={1: "not_concerned"}, by=office.township, **one)
    assert calls.each.count() == 2
    assert set(calls.each.values_list("household_id", flat=True)) == set(
        registry.every_door(Scope.everything())
    )


@pytest.mark.parametrize("said", [{}, {1: "refused"}, {99: "done"}])
def test_what_cannot_be_is_not_noted(
    reported: Promise, office: Any, later: dt.datetime, said: dict[int, str]
) -> None:
    commitments.draw(promise_id=reported.pk, by=office.township, at=later)
    given = {"promise_id": reported.pk, "said": said, "by": office.township, "at": later}
    refused("commitments.outcome", commitments.note, **given)


def test_the_database_knows_two_people_and_a_whole_draw(
    reported: Promise, office: Any, later: dt.datetime
) -> None:
    calls = commitments.draw(promise_id=reported.pk, by=office.township, at=later)
    rows = Calls.objects.filter(pk=calls.pk)
    for wrong in (
        {"confirmed_by": office.township, "confirmed_at": later},
        {"size": 999},
        {"seed": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        calls.each.filter(position=1).update(outcome="done")
    with pytest.raises(IntegrityError), transaction.atomic():
        Calls.objects.create(promise=reported, round=1, sealed="x", committed="y" * 64, made_at=later)
