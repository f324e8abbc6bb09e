"""Targets: all or none, a second person, never silently off their sum, and nothing that presses families."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tongchou import indicators
from tongchou.apps.places import api as places
from tongchou.apps.posts import api as posts
from tongchou.apps.responsibility import api
from tongchou.core import unit_feeds
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.domain.accountability.definitions import Use
from tongchou.domain.accountability.figures import grounds
from tongchou.domain.accountability.rights import FORBIDDEN

pytestmark = pytest.mark.django_db


def pks() -> list[int]:
    return list(api.Version.objects.filter(state="waiting").values_list("pk", flat=True))


def test_a_target_is_set_by_one_and_accepted_by_another(
    units: Any, wanted: Any, act: Any, audited: Any
) -> None:
    with audited():
        made = api.propose([wanted(units.township, 95, weight=200)], **act(units.officer))
    assert (made.first, made.revised, made.same) == (1, 0, 0)
    assert api.in_force("2026") == {}
    with pytest.raises(NotAllowed) as own:
        api.accept(pks(), **act(units.officer))
    assert own.value.code == "targets.own"
    with audited():
        assert api.accept(pks(), **act(units.officer_two)) == 1
    assert unit_feeds.targets("2026") == {(units.township.code, "paid_on_time"): 0.95}
    assert unit_feeds.targets("2026-H1") == {}
    again = api.propose([wanted(units.township, 95, weight=200)], **act(units.officer))
    assert (again.first, again.revised, again.same) == (0, 0, 1)


def test_a_revision_has_a_reason_and_the_old_value_stays(units: Any, wanted: Any, act: Any) -> None:
    api.propose([wanted(units.township, 95)], **act(units.officer))
    with pytest.raises(Invalid) as waits:
        api.propose([wanted(units.township, 90, reason="年中调整")], **act(units.officer_two))
    assert "waits for a second person" in waits.value.data["problems"][0].text.en
    api.accept(pks(), **act(units.officer_two))
    with pytest.raises(Invalid) as told:
        api.propose([wanted(units.township, 90)], **act(units.officer))
    assert told.value.data["problems"][0].field == "reason"
    made = api.propose([wanted(units.township, 90, reason="年中调整")], **act(units.officer))
    assert made.revised == 1
    assert api.in_force("2026")[units.township.code, "paid_on_time"] == 0.95
    api.accept(pks(), **act(units.officer_two))
    one = api.Target.objects.get()
    _target, versions = api.one_target(one.pk, by=units.town, on=dt.date(2026, 6, 30))
    assert [(v.number, v.value, v.reason) for v in versions] == [
        (2, Decimal("0.9"), "年中调整"),
        (1, Decimal("0.95"), ""),
    ]
    assert one.value == Decimal("0.9")


def test_a_refused_version_changes_nothing_and_its_maker_may_take_it_back(
    units: Any, wanted: Any, act: Any
) -> None:
    api.propose([wanted(units.township, 95)], **act(units.officer))
    with pytest.raises(Invalid):
        api.refuse(pks(), said=" ", **act(units.officer_two))
    api.refuse(pks(), said="写错了", **act(units.officer))
    assert api.in_force("2026") == {} and not pks()
    assert api.propose([wanted(units.township, 96)], **act(units.officer)).first == 1
    assert [one.number for one in api.Version.objects.order_by("pk")] == [1, 2]


def test_what_does_not_add_up_is_said_by_how_much_and_accepted_only_with_a_reason(
    units: Any, wanted: Any, act: Any, in_force: Any
) -> None:
    in_force((units.above, units.second), wanted(units.county, 97))
    api.propose([wanted(units.township, 90, weight=100)], **act(units.officer))
    with pytest.raises(Conflict) as told:
        api.accept(pks(), **act(units.officer_two))
    assert told.value.code == "targets.sum"
    (said,) = told.value.data["problems"]
    assert "90, 7 less than the 97 stated" in said.en and "少7" in said.zh
    api.refuse(pks(), said="改", **act(units.officer))
    api.propose([wanted(units.township, 97, weight=100)], **act(units.officer))
    assert api.accept(pks(), **act(units.officer_two)) == 1
    api.propose([wanted(units.township, 96, weight=100, reason="基础薄弱")], **act(units.officer))
    assert api.accept(pks(), although="其余由县直部门承担", **act(units.officer_two)) == 1
    assert api.Version.objects.latest("pk").said == "其余由县直部门承担"
    # the whole is changed under its parts: told as well
    api.propose([wanted(units.county, 99, weight=500, reason="上级加码")], **act(units.above))
    with pytest.raises(Conflict) as above:
        api.accept(pks(), **act(units.second))
    assert "96, 3 less than the 99" in above.value.data["problems"][0].en


def test_without_denominators_nobody_can_say_and_that_is_told(
    units: Any, wanted: Any, act: Any, in_force: Any
) -> None:
    in_force((units.above, units.second), wanted(units.county, 97))
    api.propose([wanted(units.township, 97)], **act(units.officer))
    with pytest.raises(Conflict) as told:
        api.accept(pks(), **act(units.officer_two))
    assert "no denominator" in told.value.data["problems"][0].en


def test_people_inside_other_units_count_once(units: Any, wanted: Any, act: Any, in_force: Any) -> None:
    """百里杜鹃's people are inside 大方 and 黔西: without saying how many in each there is no sum."""
    counties = {one.name: one for one in places.children(units.prefecture)}
    inner = next(one for name, one in counties.items() if name.startswith("百里杜鹃"))
    hosts = [next(one for name, one in counties.items() if name[:2] == stem) for stem in ("大方", "黔西")]
    assert api.hosts_of([posts.of_area(one) for one in counties.values()]) == {
        inner.code: tuple(one.code for one in hosts)
    }
    in_force((units.above, units.second), wanted(units.prefecture, 90, reason="省发〔2026〕1号"))
    rows = [wanted(one, 90, weight=1000) for one in counties.values() if one != inner]
    api.propose([*rows, wanted(inner, 90, weight=100)], **act(units.above))
    with pytest.raises(Conflict) as told:
        api.accept(pks(), **act(units.second))
    assert "say how many in each" in told.value.data["problems"][0].en
    double = wanted(inner, 90, weight=100, inside={hosts[0].code: "90", hosts[1].code: "90"}, splits=True)
    with pytest.raises(Invalid) as twice:
        api.propose([double], **act(units.above))
    assert "make 180 of a denominator of 100" in twice.value.data["problems"][0].text.en
    # What waits is put again with its split; the first version stays beside it, closed.
    parts = {hosts[0].code: "40", hosts[1].code: "60"}
    waiting = pks()
    assert api.propose([wanted(inner, 90, weight=100, inside=parts, splits=True)], **act(units.above)).first
    assert len(pks()) == len(waiting) and pks() != waiting
    assert api.accept(pks(), **act(units.second)) == len(counties)


def test_every_mistake_is_told_at_once_and_nothing_is_written(
    units: Any, wanted: Any, act: Any, frozen_clock: dt.datetime
) -> None:
    gone = places.Area.objects.create(
        code="520521999", name="旧镇", level="township", parent=units.county,
        scope_no=units.township.scope_no, scope_end=units.township.scope_no,
        valid_from=dt.date(2020, 1, 1), valid_to=dt.date(2026, 9, 1), succeeded_by=units.township,
    )  # fmt: skip
    rows = [
        wanted(units.township, 95, line=1),
        wanted(units.township, 95, period="", line=2),
        wanted("999", 95, line=3),
        wanted(gone, 95, line=4),
        wanted(units.village, 95, indicator="households_in_contact_share", line=5),
        wanted(units.township, 95, period="2026-03", line=6),
        wanted(units.township, 95, period="2025", line=7),
        wanted(units.village, 195, line=8),
        wanted(units.county, 95, line=9),
        wanted(units.village, 95, indicator="records_timely", weight=0, line=10),
        wanted(units.township, 90, line=11),
    ]
    with pytest.raises(Invalid) as told:
        api.propose(rows, **act(units.officer))
    found = {(one.line, one.field) for one in told.value.data["problems"]}
    assert found == {
        (2, "period"), (3, "unit"), (4, "period"), (5, "indicator"), (6, "period"), (7, "period"),
        (8, "value"), (9, "unit"), (10, "weight"), (11, "unit"),
    }  # fmt: skip
    said = {one.line: one.text.en for one in told.value.data["problems"]}
    assert f"旧镇 closed on 2026-08-31, its successors are {units.township.code}" in said[4]
    assert "level above" in said[9] or "no unit" in said[9]
    assert not api.Target.objects.exists() and not api.Version.objects.exists()


def test_no_target_rests_on_what_nobody_may_be_judged_by() -> None:
    """By construction: whatever may be targeted names no birth, signature, refusal or complaint volume."""
    catalogue = indicators.load()
    allowed = list(catalogue.used(Use.TARGETED))
    assert allowed
    for one in allowed:
        subjects = set().union(*(catalogue.counts[code].subjects for code in grounds(catalogue, one.formula)))
        barred = subjects & FORBIDDEN
        # complaints due stand below a share of complaints answered, which their number does not change
        assert not barred or (one.kind is not None and one.kind.value == "complaints_on_time"), one.code


def test_only_the_level_above_sets_and_accepts(units: Any, wanted: Any, act: Any) -> None:
    with pytest.raises(Invalid) as own:
        api.propose([wanted(units.township, 95)], **act(units.town))
    assert "level above" in own.value.data["problems"][0].text.en
    with pytest.raises(NotAllowed):
        api.propose([wanted(units.village, 95)], **act(units.worker))
    api.propose([wanted(units.township, 95)], **act(units.officer))
    with pytest.raises(NotAllowed) as level:
        api.accept(pks(), **act(units.town))
    assert level.value.code == "targets.own_level"
    with pytest.raises(NotFound):
        api.accept([987654], **act(units.officer))
    with pytest.raises(NotFound):
        api.view(units.county.pk, "2026", by=units.town, on=dt.date(2026, 6, 30))


def test_a_department_has_targets_of_its_own_that_are_no_part_of_the_sum(
    units: Any, wanted: Any, act: Any, in_force: Any
) -> None:
    posts.add_department(
        area_id=units.county.pk, code="WJ", name="卫生健康局", since=dt.date(2020, 1, 1), **act(units.officer)
    )
    key = f"{units.county.code}/WJ"
    in_force((units.above, units.second), wanted(units.county, 97))
    rows = [wanted(units.township, 97, weight=100), wanted(key, 50, weight=100)]
    in_force((units.officer, units.officer_two), *rows)
    view = api.view(units.county.pk, "2026", by=units.officer, on=dt.date(2026, 6, 30))
    (line,) = view.lines
    assert line.compared.broken.check is not None and line.compared.broken.agrees
    assert [one.unit.key for one in line.departments] == [key]
    assert line.departments[0].target is not None and line.own.target is not None and view.sets


def test_where_nobody_above_works_the_paper_is_named(
    county: Any, county_reviewer: Any, make_account: Any, wanted: Any, act: Any
) -> None:
    with pytest.raises(Invalid) as told:
        api.propose([wanted(county.county, 97)], **act(county_reviewer))
    assert told.value.data["problems"][0].field == "reason"
    api.propose([wanted(county.county, 97, reason="毕府发〔2026〕3号")], **act(county_reviewer))
    other = make_account("xian2", "county_reviewer", county.county)
    assert api.accept(pks(), **act(other)) == 1


def test_the_database_keeps_the_second_person(units: Any, wanted: Any, act: Any) -> None:
    api.propose([wanted(units.township, 95)], **act(units.officer))
    one = api.Version.objects.get()
    at = one.made_at
    for values in (
        {"state": "accepted", "decided_by": units.officer, "decided_at": at},
        {"state": "accepted"},
        {"state": "refused", "decided_by": units.officer_two, "decided_at": at, "said": ""},
        {"revises": True},
        {"value": Decimal(-1)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            api.Version.objects.filter(pk=one.pk).update(**values)


def test_many_units_cost_no_more_queries_than_few(
    units: Any, wanted: Any, act: Any, frozen_clock: dt.datetime
) -> None:
    names = ("code", "name", "level", "parent_code")
    numbers = []
    for batch in (range(1, 3), range(3, 40)):
        codes = [f"5205218{number:02d}" for number in batch]
        rows = [(code, f"第{code}镇", "township", units.county.code) for code in codes]
        places.load_areas(
            [dict(zip(names, row, strict=True)) | {"valid_from": "2020-01-01"} for row in rows],
            by=None,
            at=frozen_clock,
        )
        asked = [wanted(code, 95, weight=10) for code in codes]
        counted = []
        for task in (
            lambda asked=asked: api.propose(asked, **act(units.officer)),
            lambda: api.accept(pks(), **act(units.officer_two)),
            lambda: api.view(units.county.pk, "2026", by=units.officer, on=frozen_clock.date()),
        ):
            with CaptureQueriesContext(connection) as caught:
                task()
            counted.append(len(caught))
        numbers.append(counted)
    assert numbers[0] == numbers[1]
