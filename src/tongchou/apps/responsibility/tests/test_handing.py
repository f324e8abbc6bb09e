"""A post changes hands: what is open is listed, both sides confirm, the level above is told."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tongchou.apps.plans import api as plans
from tongchou.apps.posts import api as posts
from tongchou.apps.responsibility import api
from tongchou.core.errors import Conflict, NotAllowed, NotFound
from tongchou.core.scope import Scope

pytestmark = pytest.mark.django_db
ON = dt.date(2026, 6, 30)


@pytest.fixture
def record(units: Any, held: Any, wanted: Any, act: Any, in_force: Any) -> api.HandOver:
    """The village's secretary changed while a target and a task were open."""
    in_force((units.town, units.town_two), wanted(units.village, 98, weight=50))
    meeting = plans.call_meeting(
        area_id=units.township.pk, title="联席会议", on=ON, agenda="托位", **act(units.town)
    )
    plans.write_minutes(meeting_id=meeting.pk, minutes="议定", **act(units.town))
    plans.give_task(
        meeting_id=meeting.pk, unit_key=units.village.code, part="lead", what="报送托位需求",
        starts=ON, due=dt.date(2026, 7, 30), **act(units.town),
    )  # fmt: skip
    _tenure, one = api.appoint(
        post_id=held.village.post_id, holder="新书记（示例）", since=dt.date(2026, 6, 20), **act(units.town)
    )
    assert one is not None
    return one


def test_what_is_open_stands_in_the_record(record: api.HandOver) -> None:
    assert record.open["targets"] == [["paid_on_time", "2026", "0.98", ""]]
    assert record.open["tasks"] == [["报送托位需求", "2026-07-30", "open"]]
    assert record.open["promises"] == record.open["agreements"] == []
    assert len(record.sha256) == 64 and record.on == dt.date(2026, 6, 20)


def test_both_sides_confirm_then_the_level_above_takes_note(
    record: api.HandOver, units: Any, act: Any, make_account: Any, audited: Any
) -> None:
    other = make_account("cun2", "village_worker", units.village)
    with pytest.raises(Conflict) as early:
        api.note(hand_over_id=record.pk, **act(units.town))
    assert early.value.code == "handing.open"
    with audited():
        api.give(hand_over_id=record.pk, **act(units.worker))
    with pytest.raises(NotAllowed) as both:
        api.take_over(hand_over_id=record.pk, **act(units.worker))
    assert both.value.code == "handing.both"
    api.take_over(hand_over_id=record.pk, **act(other))
    with pytest.raises(Conflict):
        api.give(hand_over_id=record.pk, **act(other))
    assert list(api.hand_overs(by=units.town, on=ON, open_alone=True)) == [record]
    with pytest.raises(NotAllowed):
        api.note(hand_over_id=record.pk, **act(units.worker))
    api.HandOver.objects.filter(pk=record.pk).update(taken_by=units.town)
    with pytest.raises(NotAllowed) as third:
        api.note(hand_over_id=record.pk, **act(units.town))
    assert third.value.code == "handing.both"
    api.HandOver.objects.filter(pk=record.pk).update(taken_by=other)
    with audited():
        api.note(hand_over_id=record.pk, **act(units.town))
    assert not api.hand_overs(by=units.town, on=ON, open_alone=True)


def test_a_holder_with_an_account_confirms_in_person(
    record: api.HandOver, units: Any, act: Any, make_account: Any
) -> None:
    new = make_account("cun2", "village_worker", units.village)
    posts.Tenure.objects.filter(pk=record.takes_id).update(account=new)
    posts.Tenure.objects.filter(pk=record.gives_id).update(account=units.worker)
    one = api.one_hand_over(record.pk, by=units.worker, on=ON)
    assert api.may(one, by=units.worker, on=ON) == {"give"}
    assert api.may(one, by=new, on=ON) == {"take"} and api.may(one, by=units.town, on=ON) == frozenset()
    with pytest.raises(NotAllowed) as refused:
        api.take_over(hand_over_id=record.pk, **act(units.town))
    assert refused.value.code == "handing.not_holder"


def test_a_first_holder_hands_nothing_over_and_a_list_leaves_a_record_owed(
    units: Any, held: Any, act: Any, frozen_clock: dt.datetime
) -> None:
    since = dt.date(2026, 1, 1)
    areas = Scope.of_area(units.county)
    assert api.owed(areas, since=since) == []
    line = f"{units.village.code},,,书记,村支书,周正（示例）,2026-06-02,"
    content = "\n".join((",".join(posts.COLUMNS.values()), line)).encode()
    posts.keep(content=content, **act(units.town))
    (tenure,) = api.owed(areas, since=since)
    assert tenure.holder == "周正（示例）"
    made = api.open_hand_over(tenure_id=tenure.pk, **act(units.town))
    assert made.gives_id == held.village.pk and api.owed(areas, since=since) == []
    with pytest.raises(Conflict) as known:
        api.open_hand_over(tenure_id=tenure.pk, **act(units.town))
    assert known.value.code == "handing.known"
    with pytest.raises(Conflict) as first:
        api.open_hand_over(tenure_id=held.contact.pk, **act(units.town))
    assert first.value.code == "handing.first"
    with pytest.raises(NotFound):
        api.open_hand_over(tenure_id=held.county.pk, **act(units.town))


def test_records_stay_within_the_own_areas(record: api.HandOver, units: Any, make_account: Any) -> None:
    elsewhere = make_account("bie", "village_worker", units.villages[1])
    with pytest.raises(NotFound):
        api.one_hand_over(record.pk, by=elsewhere, on=ON)


def test_the_database_keeps_two_sides(record: api.HandOver, units: Any) -> None:
    at = record.made_at
    for values in (
        {"given_by": units.worker, "taken_by": units.worker},
        {"noted_by": units.town, "noted_at": at},
        {"given_by": units.worker, "taken_by": units.town, "noted_by": units.town, "noted_at": at},
        {"gives_id": record.takes_id},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            api.HandOver.objects.filter(pk=record.pk).update(**values)


def test_what_is_open_costs_the_same_whatever_there_is(record: api.HandOver, units: Any) -> None:
    numbers = []
    for area in (units.village, units.villages[1]):
        with CaptureQueriesContext(connection) as caught:
            api.open_things(posts.of_area(area), on=ON)
        numbers.append(len(caught))
    assert numbers[0] == numbers[1] <= 6
