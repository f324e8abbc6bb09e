"""Consequences are proposals with reasons, of officials by dated tenure and of units; a second decides."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tongchou.apps.accountability import api
from tongchou.apps.accountability.tests.conftest import MONTH, feeds, good, units
from tongchou.apps.accountability.tests.test_closing import AT, close
from tongchou.apps.places import api as places
from tongchou.apps.posts import api as posts
from tongchou.core import unit_feeds
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.domain.accountability import bulletin_text
from tongchou.domain.accountability.attainment import Verdict
from tongchou.domain.accountability.bulletin import Kind, Unranked

__all__ = ["feeds", "good", "units"]
pytestmark = pytest.mark.django_db
FIRST, LAST = "520521801", "520521807"
CASE = {
    "unit": FIRST,
    "cause": "falsification",
    "year": 2025,
    "number": "县纪处〔2026〕4号",
    "authority": "县纪委监委（示例）",
    "decided_on": dt.date(2026, 3, 2),
    "final": True,
}


def targets(period: str) -> dict[tuple[str, str], float]:
    """Of the first a target it certainly reaches, of the last one it certainly does not."""
    return {(FIRST, "paid_on_time"): 0.5, (LAST, "paid_on_time"): 0.99}


@pytest.fixture
def years(units: Any, good: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Three published years in which the same township was first and another certainly the last."""
    monkeypatch.setattr(unit_feeds, "_targets", [f"{__name__}:targets"])
    good()
    close(units)
    made = api.make(area_id=units.county.pk, kind="month", period=f"{MONTH:%Y-%m}", by=units.maker, at=AT)
    sheet = bulletin_text.read(bytes(made.content))
    order = [FIRST, *sorted({row.unit for row in sheet.rows} - {FIRST, LAST}), LAST]
    rows = tuple(
        dataclasses.replace(
            next(row for row in sheet.rows if row.unit == code),
            rank=place,
            rank_low=place,
            rank_high=place,
            composite=0.95 - 0.05 * place,
            unranked=Unranked.NO,
        )
        for place, code in enumerate(order, 1)
    )
    for year in (2023, 2024, 2025):
        content = bulletin_text.written(
            dataclasses.replace(sheet, kind=Kind.YEAR, period=str(year), rows=rows)
        )
        api.Issue.objects.create(
            area_id=units.county.pk, scope_no=units.county.scope_no, kind="year", period=str(year),
            content=content, sha256=hashlib.sha256(content).hexdigest(), state="published",
            made_at=AT, made_by=units.maker, decided_at=AT, decided_by=units.second,
        )  # fmt: skip
    units.tenures = {}
    for code, name in ((FIRST, "甲（示例）"), (LAST, "乙（示例）")):
        area = places.area_by_code(code)
        post = posts.Post.objects.create(
            area_id=area.pk, scope_no=area.scope_no, duty="head", title="书记（示例）"
        )
        units.tenures[code] = posts.Tenure.objects.create(post=post, holder=name, since=dt.date(2022, 1, 1))
    return units


def propose(units: Any, **given: Any) -> int:
    return api.propose(**({"area_id": units.county.pk, "year": 2025, "by": units.maker, "at": AT} | given))


def test_three_good_years_and_two_last_ones(years: Any) -> None:
    assert propose(years) == 2
    assert propose(years, by=years.second) == 0
    found = {one.unit: one for one in api.proposed(by=years.maker, on=AT.date())}
    assert found[FIRST].effect == "priority_promotion" and len(found[FIRST].reasons) == 3
    assert found[LAST].effect == "no_promotion" and len(found[LAST].reasons) == 2
    assert found[FIRST].official == "甲（示例）" and found[FIRST].accepted is None


def test_a_year_that_is_not_published_proposes_nothing(years: Any) -> None:
    with pytest.raises(Conflict):
        propose(years, year=2026)


def test_targets_nobody_set_lead_to_no_priority(years: Any) -> None:
    for issue in api.Issue.objects.filter(kind="year"):
        sheet = bulletin_text.read(bytes(issue.content))
        rows = tuple(
            dataclasses.replace(
                row,
                cells={
                    code: dataclasses.replace(cell, target=None, verdict=Verdict.NONE)
                    for code, cell in row.cells.items()
                },
            )
            for row in sheet.rows
        )
        issue.content = bulletin_text.written(dataclasses.replace(sheet, rows=rows))
        issue.save()
    propose(years)
    assert [one.effect for one in api.proposed(by=years.maker, on=AT.date())] == ["no_promotion"]


def test_a_tenure_that_ended_does_not_count(years: Any) -> None:
    posts.Tenure.objects.filter(pk=years.tenures[LAST].pk).update(until=dt.date(2025, 3, 1))
    propose(years)
    assert [one.unit for one in api.proposed(by=years.maker, on=AT.date())] == [FIRST]


def test_a_proven_case_is_a_veto_by_its_number(years: Any) -> None:
    api.record_case(**CASE, tenures=[years.tenures[FIRST].pk], by=years.maker, at=AT)
    propose(years)
    found = [one for one in api.proposed(by=years.maker, on=AT.date()) if one.unit == FIRST]
    assert {one.effect for one in found} == {"award_veto", "promotion_veto"}
    assert all(one.rests_on == (f"decision {CASE['number']}",) for one in found)
    assert {one.official for one in found} == {"", "甲（示例）"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"cause": "refusals"},
        {"cause": "complaints"},
        {"number": " "},
        {"authority": ""},
        {"final": False},
        {"decided_on": dt.date(2027, 1, 1)},
        {"decided_on": dt.date(2024, 1, 1)},
    ],
)
def test_only_a_final_decision_with_its_number_counts(years: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        api.record_case(**(CASE | wrong), by=years.maker, at=AT)


def test_a_case_is_written_down_once_and_from_above(years: Any) -> None:
    with pytest.raises((NotAllowed, NotFound)):
        api.record_case(**CASE, by=years.township, at=AT)
    with pytest.raises(NotFound):
        api.record_case(**CASE, tenures=[years.tenures[LAST].pk], by=years.maker, at=AT)
    api.record_case(**CASE, by=years.maker, at=AT)
    with pytest.raises(Conflict):
        api.record_case(**CASE, by=years.maker, at=AT)


def test_decided_by_a_second_person_after_the_official_was_heard(years: Any) -> None:
    propose(years)
    one = next(row for row in api.proposed(by=years.maker, on=AT.date()) if row.unit == LAST)
    given = {"proposed_id": one.proposed_id, "accept": False, "reason": "任职后接手遗留问题，申辩成立"}
    heard = {"heard_on": dt.date(2026, 6, 20)}
    with pytest.raises(NotAllowed):
        api.decide(**given, **heard, by=years.maker, at=AT)
    with pytest.raises(Invalid):
        api.decide(**given, by=years.second, at=AT)
    with pytest.raises(Invalid):
        api.decide(**(given | {"reason": ""}), **heard, by=years.second, at=AT)
    api.decide(**given, **heard, by=years.second, at=AT)
    with pytest.raises(Conflict):
        api.decide(**given, **heard, by=years.second, at=AT)
    (entry,) = api.performance_file(years.tenures[LAST].pk, by=years.maker, on=AT.date())
    assert (entry.accepted, entry.reason, entry.decided_by) == (False, given["reason"], "复核（示例）")
    assert api.performance_file(years.tenures[FIRST].pk, by=years.maker, on=AT.date()) == []


def test_the_official_decides_nothing_on_the_own_file(years: Any) -> None:
    posts.Tenure.objects.filter(pk=years.tenures[LAST].pk).update(account=years.second)
    propose(years)
    one = next(row for row in api.proposed(by=years.maker, on=AT.date()) if row.unit == LAST)
    with pytest.raises(NotAllowed):
        api.decide(
            proposed_id=one.proposed_id, accept=True, reason="同意", heard_on=dt.date(2026, 6, 20),
            by=years.second, at=AT,
        )  # fmt: skip


def test_the_database_holds_it(years: Any) -> None:
    propose(years)
    one = api.Proposed.objects.first()
    assert one is not None
    for broken in (
        lambda: api.Decided.objects.create(
            proposed=one, proposed_by=one.by, accepted=True, reason="x", at=AT, by=one.by
        ),
        lambda: api.Decided.objects.create(
            proposed=one, proposed_by=one.by, accepted=True, reason="", at=AT, by=years.second
        ),
        lambda: api.Proposed.objects.filter(pk=one.pk).update(effect="less_village_money"),
        lambda: api.Proposed.objects.filter(pk=one.pk).update(tenure_id=None),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            broken()


def test_lists_ask_as_often_for_many_as_for_few(years: Any) -> None:
    propose(years)
    numbers = []
    for _turn in range(2):
        with CaptureQueriesContext(connection) as caught:
            assert api.proposed(by=years.maker, on=AT.date())
        numbers.append(len(caught))
        api.Proposed.objects.filter(unit=LAST).delete()
    assert len(set(numbers)) == 1


def test_a_bulletin_says_of_each_target_whether_it_was_met(years: Any) -> None:
    sheet = bulletin_text.read(bytes(api.Issue.objects.filter(kind="month").get().content))
    cells = {row.unit: row.cells["paid_on_time"] for row in sheet.rows}
    assert (cells[FIRST].target, cells[FIRST].verdict) == (0.5, Verdict.MET)
    assert (cells[LAST].target, cells[LAST].verdict) == (0.99, Verdict.MISSED)
    others = {cells[unit].verdict for unit in cells if unit not in (FIRST, LAST)}
    assert others == {Verdict.NONE}


def test_the_bytes_change_with_a_target(years: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    issue = api.Issue.objects.get(kind="month")
    monkeypatch.setattr(unit_feeds, "_targets", [])
    with pytest.raises(Conflict) as refused:
        api.publish(issue_id=issue.pk, by=years.second, at=AT)
    assert refused.value.code == "accountability.changed"
