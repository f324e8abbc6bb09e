"""What is promised is owed until families say it was done; who was handed the letter changes nothing else."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from tongchou.apps.commitments import api as commitments
from tongchou.apps.commitments.models import Delivery, Promise
from tongchou.apps.registry.models import Membership, Person
from tongchou.core.errors import Invalid
from tongchou.domain.commitments.promises import record

pytestmark = pytest.mark.django_db


@pytest.fixture
def owed(letter: Any) -> Promise:
    return letter().promises.get()


@pytest.fixture
def later(frozen_clock: dt.datetime) -> dt.datetime:
    return frozen_clock + dt.timedelta(days=9)


def test_a_report_needs_something_that_shows_it(owed: Promise, office: Any, later: Any) -> None:
    with pytest.raises(Invalid):
        commitments.report(promise_id=owed.pk, said=" ", by=office.village, at=later)


def test_a_breach_stands_in_public_until_it_is_mended(
    owed: Promise, office: Any, asked: Any, later: Any
) -> None:
    scope_of = commitments.found(by=office.township, on=later.date())
    broken = commitments.find_broken(promise_id=owed.pk, said="三户未办", by=office.township, at=later)
    assert broken.remedy_due is not None and broken.remedy_due > later.date()
    assert commitments.record_of(scope_of, on=later.date()).open_breaches == 1
    commitments.report(promise_id=owed.pk, said="三户已补办", by=office.village, at=later)
    assert commitments.record_of(scope_of, on=later.date()).open_breaches == 1
    asked(owed, at=later)
    told = commitments.record_of(scope_of, on=later.date())
    assert (told.open_breaches, told.kept, told.kept_on_time) == (0, 1, 0)


def test_what_is_late_is_found_by_the_calendar(owed: Promise, office: Any) -> None:
    for days, late in ((0, 0), (1, 1)):
        on = owed.due + dt.timedelta(days=days)
        rows = list(commitments.found(by=office.township, on=on, of="late"))
        assert len(rows) == late
        assert sum(line.late for line in commitments.lines_of(rows, on)) == late
        assert commitments.as_domain(owed).late(on) == bool(late)


def test_the_record_is_that_of_the_methods(
    letter: Any, words: Any, office: Any, asked: Any, later: Any
) -> None:
    """The database counts what ``domain.commitments.promises.record`` counts, at each point of a year."""
    one = letter(items=tuple(words(due_in=days) for days in (10, 20, 200, 300)))
    first, second, third, _fourth = one.promises.order_by("position")
    act = {"said": "x", "by": office.village, "at": later}
    commitments.report(promise_id=first.pk, **act)
    asked(first, at=later)
    commitments.find_broken(promise_id=third.pk, said="x", by=office.township, at=later)
    commitments.report(promise_id=third.pk, **act)
    letters = commitments.found(by=office.township, on=later.date())
    for days in (0, 15, 30, 250, 400):
        on = later.date() + dt.timedelta(days=days)
        plain = record((commitments.as_domain(found) for found in one.promises.all()), on=on)
        assert commitments.record_of(letters, on=on) == plain
    assert second.due < on


def test_nothing_is_owed_of_a_draft(letter: Any, office: Any, later: Any) -> None:
    one = letter("hear").promises.get()
    with pytest.raises(Exception, match="commitments"):
        commitments.report(promise_id=one.pk, said="x", by=office.village, at=later)


def test_households_are_reached_once_whatever_they_answer(
    letter: Any, family: dict[str, int], office: Any, later: Any
) -> None:
    one = letter()
    doors = commitments.to_reach(one.pk, by=office.village, on=later.date())
    assert [door.head for door in doors] == ["陈老根", "林树"]
    first, second = (door.household_id for door in doors)
    given = {"letter_id": one.pk, "on": later.date(), "by": office.village, "at": later}
    assert commitments.deliver(households=[first], how="handed", **given) == 1
    assert commitments.deliver(households=[first, second], how="offered", **given) == 1
    assert Delivery.objects.get(household_id=first).how == "handed"
    seen = commitments.view(one.pk, by=office.township, on=later.date())
    assert (seen.reached, seen.declined, seen.households) == (2, 1, 2)
    assert commitments.to_reach(one.pk, by=office.village, on=later.date()) == []
    told = commitments.spread(by=office.county, on=later.date())
    assert (told.reached, told.households, told.missing) == (2, 2, 0)
    # Of 大方县 the one township there is: its villages have not all published.
    assert [(each.stage, each.needed, each.have) for each in told.stages] == [
        ("pilots", 1, 0), ("share", 1, 0), ("all", 1, 0),
    ]  # fmt: skip


def test_nobody_living_nobody_is_handed_a_letter(
    letter: Any, family: dict[str, int], office: Any, later: Any
) -> None:
    one = letter()
    by, on = office.village, later.date()
    first, second = (door.household_id for door in commitments.to_reach(one.pk, by=by, on=on))
    # The head alone died: whoever is left is written to, under a living name.
    Person.objects.filter(name="陈老根").update(deceased=True)
    told = {door.household_id: door.head for door in commitments.to_reach(one.pk, by=by, on=on)}
    assert set(told) == {first, second} and told[first] not in ("", "陈老根")
    members = Membership.objects.filter(household=first).values("person")
    Person.objects.filter(pk__in=members).update(deceased=True)
    assert [door.household_id for door in commitments.to_reach(one.pk, by=by, on=on)] == [second]
    assert commitments.view(one.pk, by=office.township, on=on).households == 1
    with pytest.raises(Invalid):
        commitments.deliver(letter_id=one.pk, households=[first], how="handed", on=on, by=by, at=later)


@pytest.mark.parametrize(
    "given",
    [{"households": []}, {"households": [10**9]}, {"how": "refused"}, {"on": dt.date(2020, 1, 1)}],
)
def test_a_delivery_that_cannot_be_is_refused(
    letter: Any, family: dict[str, int], office: Any, later: Any, given: dict[str, Any]
) -> None:
    one = letter()
    door = commitments.to_reach(one.pk, by=office.village, on=later.date())[0].household_id
    values = {"households": [door], "how": "handed", "on": later.date(), **given}
    with pytest.raises(Invalid):
        commitments.deliver(letter_id=one.pk, by=office.village, at=later, **values)


def test_nothing_else_reads_who_was_handed_a_letter() -> None:
    """No table points at a delivery, and no other app imports this one: no queue can depend on it."""
    pointing = [
        field
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.related_model is Delivery and not field.auto_created
    ]
    assert pointing == []


def test_a_state_has_its_days(owed: Promise) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Promise.objects.filter(pk=owed.pk).update(state="kept")
    with pytest.raises(IntegrityError), transaction.atomic():
        Promise.objects.filter(pk=owed.pk).update(state="broken")
