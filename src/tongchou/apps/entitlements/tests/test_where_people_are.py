"""The list follows people: where they are registered and live now decides who sees them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tongchou.apps.entitlements import api
from tongchou.apps.entitlements.models import NO_DAY, Claim, Entitlement, State
from tongchou.apps.entitlements.tests.conftest import YEAR
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.apps.registry import searching
from tongchou.apps.registry.models import Person
from tongchou.core.scope import Scope
from tongchou.domain.dates import PartialDate


@pytest.fixture(params=["few", "many"])
def way(request: Any, monkeypatch: Any) -> str:
    """Few people of a scope are asked for by number, many by the copy beside the row."""
    monkeypatch.setattr(searching, "FEW", 10_000 if request.param == "few" else -1)
    return str(request.param)


def listed(area: Any) -> tuple[set[str], dict[str, int]]:
    scope = Scope.of_area(area)
    page = api.worklist(scope=scope, year=YEAR)
    counted = api.counts(scope=scope, year=YEAR)
    assert page.total == len(page.items) == sum(row["open"] for row in counted.values())
    return {item.person_name for item in page.items}, counted["childcare_subsidy"]


def test_somebody_who_moves_is_listed_where_they_live_too(
    way: str, evaluated: dict[str, int], county: Any, township_officer: Any, frozen_clock: dt.datetime
) -> None:
    child = evaluated["陈小苗"]
    assert listed(county.other_village)[0] == set()
    registry.record_move(
        person_id=child, area_id=county.other_village.pk, since=PartialDate(2026, 6), by=township_officer,
        at=frozen_clock,
    )  # fmt: skip
    assert listed(county.other_village)[0] == {"陈小苗"}
    assert "陈小苗" in listed(county.village)[0]


def test_a_claim_counts_where_the_person_is(
    way: str, evaluated: dict[str, int], county: Any, township_officer: Any, frozen_clock: dt.datetime
) -> None:
    child = evaluated["陈小苗"]
    api.record_claim(
        person_id=child, programme="childcare_subsidy", year=YEAR, by=township_officer, at=frozen_clock
    )
    assert listed(county.village)[1] == {"open": 0, "open_earlier": 0, "needs_information": 0, "claimed": 1}
    assert listed(county.other_village)[1]["claimed"] == 0
    registry.record_move(
        person_id=child, area_id=county.other_village.pk, since=None, by=township_officer, at=frozen_clock
    )
    assert listed(county.other_village)[1]["claimed"] == 1


def test_a_new_evaluation_knows_the_claims_made_before(
    way: str, evaluated: dict[str, int], county: Any, county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    words = {"programme": "childcare_subsidy", "by": county_reviewer, "at": frozen_clock}
    api.record_claim(person_id=evaluated["陈小苗"], year=YEAR, **words)
    registry.record_death(
        person_id=evaluated["陈勇"], died=PartialDate(2026, 6), by=county_reviewer, at=frozen_clock
    )
    from tongchou.apps.snapshot import api as snapshots

    snapshots.take_snapshot(by=county_reviewer, at=frozen_clock, as_of=frozen_clock.date(), purpose="test")
    before = api.latest_run()
    api.evaluate_latest(year=YEAR, by=county_reviewer, at=frozen_clock, purpose="test")
    assert api.latest_run() != before
    assert "陈小苗" not in listed(county.village)[0]
    assert listed(county.village)[1]["claimed"] == 1


def test_areas_numbered_anew_take_the_list_along(
    way: str, evaluated: dict[str, int], county: Any, frozen_clock: dt.datetime
) -> None:
    before = listed(county.village)[0]
    names = ("code", "name", "level", "parent_code", "valid_from")
    row = ("520521900", "前山镇（示例）", "township", "520521", "2020-01-01")
    places.load_areas([dict(zip(names, row, strict=True))], by=None, at=frozen_clock)
    old = county.village.scope_no
    county.village.refresh_from_db()
    assert county.village.scope_no != old
    assert listed(county.village)[0] == before != set()


def test_the_copy_says_what_the_registry_says(
    evaluated: dict[str, int], county: Any, township_officer: Any, frozen_clock: dt.datetime
) -> None:
    api.record_claim(
        person_id=evaluated["陈小苗"], programme="childcare_subsidy", year=YEAR, by=township_officer,
        at=frozen_clock,
    )  # fmt: skip
    for area in (county.other_village.pk, None, county.groups[0].pk):
        for person in (evaluated["陈小苗"], evaluated["陈老根"]):
            registry.record_move(
                person_id=person, area_id=area, since=None, by=township_officer, at=frozen_clock,
                place="" if area else "贵阳市",
            )  # fmt: skip
        columns = ("registered_area_id", "registered_scope", "resident_area_id", "resident_scope")
        people = {pk: rest for pk, *rest in Person.objects.values_list("pk", *columns)}
        for model in (Entitlement, Claim):
            rows = list(model.objects.values_list("person_id", *columns))
            assert rows and all(people[pk] == rest for pk, *rest in rows)


def test_state_and_due_repeat_what_is_known(evaluated: dict[str, int]) -> None:
    for row in Entitlement.objects.all():
        assert row.due == (row.claim_by or NO_DAY)
        assert (row.state == State.UNCLEAR) == (row.outcome == "needs_information")


def _plan(sql: str, index: str) -> str:
    """How the database goes about ``sql``; PostgreSQL with no index but those so named.

    Of a few rows any index costs the same, and what earlier tests left in its pages would decide: so
    PostgreSQL is asked whether these answer the query by itself.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("EXPLAIN QUERY PLAN " + sql)
            return "\n".join(str(row[-1]) for row in cursor.fetchall())
        point = transaction.savepoint()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no table with checks still to come may be altered
        for setting in ("enable_seqscan", "enable_bitmapscan", "enable_sort"):
            cursor.execute(f"SET LOCAL {setting} = off")
        cursor.execute(
            "SELECT c.relname, con.conname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
            " LEFT JOIN pg_constraint con ON con.conindid = c.oid AND con.contype = 'u'"
            " WHERE i.indrelid = 'entitlements_entitlement'::regclass AND NOT i.indisprimary"
            " AND c.relname <> ALL(%s)",
            [[name for name in ("entitlement_list", "entitlement_counts") if name.startswith(index)]],
        )
        for name, constraint in cursor.fetchall():
            cursor.execute(
                f'ALTER TABLE entitlements_entitlement DROP CONSTRAINT "{constraint}"'
                if constraint
                else f'DROP INDEX "{name}"'
            )
        cursor.execute("EXPLAIN " + sql)
        plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
        transaction.savepoint_rollback(point)
        return plan


def test_a_page_and_its_count_walk_one_index(
    evaluated: dict[str, int], county: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(searching, "FEW", -1)
    with CaptureQueriesContext(connection) as caught:
        api.worklist(scope=Scope.of_area(county.county), year=YEAR)
        api.counts(scope=Scope.of_area(county.county), year=YEAR)
    asked = [
        query["sql"] for query in caught if "registered_scope" in query["sql"] and "BETWEEN" in query["sql"]
    ]
    asked = [sql for sql in asked if 'FROM "entitlements_entitlement"' in sql]
    assert len(asked) == 3
    for sql, index in zip(asked, ("entitlement_", "entitlement_list", "entitlement_counts"), strict=True):
        plan = _plan(sql, index)
        assert index in plan, plan
        assert ("COVERING INDEX" if connection.vendor == "sqlite" else "Index Only Scan") in plan, plan
        assert "Seq Scan" not in plan and "SCAN " not in plan.replace("Index Only Scan", ""), plan


def test_a_list_of_two_years_is_in_one_order(
    evaluated: dict[str, int], county: Any, county_reviewer: Any, frozen_clock: dt.datetime, way: str
) -> None:
    api.evaluate_latest(year=YEAR - 1, by=county_reviewer, at=frozen_clock, purpose="test")
    scope = Scope.of_area(county.village)
    whole = api.worklist(scope=scope, year=YEAR).items
    assert len(whole) >= 3
    order = [
        (item.claim_by or NO_DAY, item.household_id, item.person_id, item.programme, item.year)
        for item in whole
    ]
    assert order == sorted(order)
    pages = [api.worklist(scope=scope, year=YEAR, page=n, size=1).items[0] for n in range(1, len(whole) + 1)]
    assert tuple(pages) == whole
