"""Money and progress by unit: against a walk over all rows, and in a constant number of queries."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tongchou.apps.entitlements import api
from tongchou.apps.entitlements.models import Claim, Entitlement
from tongchou.apps.entitlements.tests.conftest import YEAR
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Person
from tongchou.apps.snapshot import api as snapshots
from tongchou.core import clock
from tongchou.core.scope import Scope
from tongchou.domain.dates import PartialDate
from tongchou.domain.register.row import RegisterRow


def children(number: int, born: int) -> list[RegisterRow]:
    """Households of a parent and a child."""
    rows = []
    for place in range(number):
        shared: dict[str, Any] = {
            "household_no": f"{born}-{place}",
            "hukou_kind": "agricultural",
            "converted": False,
        }
        rows += [
            RegisterRow(row_no=5 + 2 * place, name=f"钱{chr(0x4E00 + place)}", relation="02", sex=1,
                        birth=PartialDate(1990, 1, 2), **shared),
            RegisterRow(row_no=6 + 2 * place, name=f"钱小{chr(0x4E00 + place)}", relation="21", sex=2,
                        birth=PartialDate(born, 3, 4), **shared),
        ]  # fmt: skip
    return rows


@pytest.fixture
def filled(
    county: Any, township_officer: Any, county_reviewer: Any, frozen_clock: dt.datetime
) -> tuple[Any, Any]:
    """24 children in 青山村, 13 in 白水村, 3 of them older; both years evaluated, some claimed."""
    sets = [
        (county.village, children(24, 2025)),
        (county.other_village, children(10, 2024) + children(3, 2023)),
    ]
    for place, (village, rows) in enumerate(sets):
        rows = [RegisterRow(**{**_fields(row), "row_no": 5 + number}) for number, row in enumerate(rows)]
        registry.apply_register(
            rows, village_id=village.pk, source=str(place) * 64, by=township_officer, at=frozen_clock
        )
    snapshots.take_snapshot(by=county_reviewer, at=frozen_clock, as_of=frozen_clock.date(), purpose="test")
    api.evaluate_years(years=(YEAR - 1, YEAR), by=county_reviewer, at=frozen_clock, purpose="test")
    for number, entry in enumerate(Entitlement.objects.order_by("pk")):
        if number % 3 == 0:
            api.record_claim(
                person_id=entry.person_id,
                programme=entry.programme,
                year=entry.evaluation.year,
                by=county_reviewer,
                at=frozen_clock,
            )
    return county, api.latest_run()


def _fields(row: RegisterRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__slots__}


def walked(area: Any, year: int) -> list[tuple[Entitlement, bool]]:
    """The oracle: each row of a year whose person is registered in or below the area, and whether claimed."""
    found = []
    for entry in Entitlement.objects.filter(evaluation__current=True, evaluation__year=year):
        here = Person.objects.get(pk=entry.person_id).registered_area
        while here is not None and here.pk != area.pk:
            here = here.parent
        if here is not None:
            claimed = Claim.objects.filter(person_id=entry.person_id, programme=entry.programme, year=year)
            found.append((entry, claimed.exists()))
    return found


def test_the_forecast_is_the_sum_of_its_rows(filled: tuple[Any, Any], frozen_clock: dt.datetime) -> None:
    county, run = filled
    for area in (county.county, county.township, *county.villages):
        table = api.forecast(scope=Scope.of_area(area), run=run, on=frozen_clock.date())
        rows = [(entry, claimed) for entry, claimed in walked(area, YEAR) if entry.amount_fen]
        for measure, wanted in ((api.CLAIMED, {True}), (api.OPEN, {False}), (api.EXPECTED, {True, False})):
            cell = table.cells["childcare_subsidy", api.ALL, measure]
            chosen = [entry for entry, claimed in rows if claimed in wanted]
            assert cell.people == len(chosen)
            assert cell.fen == sum(entry.amount_fen for entry in chosen)
            families = len({entry.household_id for entry in chosen})
            # Of claimed and open together a lower bound: a family can be in both.
            assert cell.families <= families if measure == api.EXPECTED else cell.families == families
        assert set(table.lines) == {unit.area_id for unit in places.units(Scope.of_area(area))}


def test_few_families_are_closed_and_cannot_be_subtracted(
    filled: tuple[Any, Any], frozen_clock: dt.datetime
) -> None:
    county, run = filled
    table = api.forecast(scope=Scope.of_area(county.township), run=run, on=frozen_clock.date())
    here, there = county.village.pk, county.other_village.pk
    small = {key for key, cell in table.cells.items() if 0 < cell.families < 10}
    assert small and small <= table.closed
    assert table.shown("childcare_subsidy", there, api.CLAIMED) is None
    # The other village has plenty, and is closed all the same: else total − it would tell.
    assert table.shown("childcare_subsidy", api.ALL, api.CLAIMED) is None or (
        table.shown("childcare_subsidy", here, api.CLAIMED) is None
    )


def test_what_the_year_before_still_gives_is_told_apart(
    filled: tuple[Any, Any], frozen_clock: dt.datetime
) -> None:
    county, run = filled
    scope = Scope.of_area(county.township)
    before = [
        entry
        for entry, claimed in walked(county.township, YEAR - 1)
        if not claimed and entry.amount_fen and entry.claim_by >= frozen_clock.date()
    ]
    table = api.forecast(scope=scope, run=run, on=frozen_clock.date())
    assert table.earlier is not None and table.earlier.people == len(before) > 0
    late = api.forecast(scope=scope, run=run, on=dt.date(YEAR + 2, 1, 1))
    assert late.earlier is not None and late.earlier.people == 0


def test_progress_is_the_sum_of_its_rows(filled: tuple[Any, Any], frozen_clock: dt.datetime) -> None:
    county, run = filled
    on = frozen_clock.date()
    table = api.progress(scope=Scope.of_area(county.township), year=YEAR, run=run, on=on)
    assert [line.area_id for line in table.lines] == [village.pk for village in county.villages]
    for line, village in zip(table.lines, county.villages, strict=True):
        counted = Counter[str]()
        for entry, claimed in walked(village, YEAR):
            claimable = entry.outcome != "needs_information"
            counted["found"] += claimable
            counted["claimed"] += claimable and claimed
            counted["unclear"] += not claimable
        for entry, claimed in walked(village, YEAR - 1):
            counted["missed"] += bool(entry.claim_by and entry.claim_by < on and not claimed)
        assert (line.found, line.claimed) == (counted["found"], counted["claimed"])
        assert (line.unclear, line.missed) == (counted["unclear"], counted["missed"])
        assert line.people == Person.objects.filter(registered_area=village).count()
    assert table.total.found == sum(line.found for line in table.lines)


def test_progress_closes_what_points_at_few_families(
    filled: tuple[Any, Any], frozen_clock: dt.datetime
) -> None:
    county, run = filled
    scope, on = Scope.of_area(county.township), frozen_clock.date()
    money = api.forecast(scope=scope, run=run, on=on)
    table = api.progress(scope=scope, year=YEAR, run=run, on=on)
    for line in (*table.lines, table.total):
        unit = line.area_id or api.ALL
        for figure, measure in (("found", api.EXPECTED), ("claimed", api.CLAIMED)):
            cell = money.shown(api.ALL, unit, measure)
            assert line.shown(figure) == (cell.people if cell else None)
    for village, line in zip(county.villages, table.lines, strict=True):
        for year, figure in ((YEAR, "unclear"), (YEAR - 1, "missed")):
            families = {
                entry.household_id
                for entry, claimed in walked(village, year)
                if (entry.outcome == "needs_information" if figure == "unclear" else True)
                and (figure == "unclear" or (entry.claim_by and entry.claim_by < on and not claimed))
            }
            if 0 < len(families) < 10:
                assert line.shown(figure) is None
    assert table.lines[0].shown("villages") == 1


def test_no_area_means_nothing(filled: tuple[Any, Any], frozen_clock: dt.datetime) -> None:
    _county, run = filled
    table = api.forecast(scope=Scope.nothing(), run=run, on=frozen_clock.date())
    assert table.units == () and all(cell.people == 0 for cell in table.cells.values())
    progress = api.progress(scope=Scope.nothing(), year=YEAR, run=run, on=frozen_clock.date())
    assert progress.lines == () and progress.total.people == 0
    assert api.waiting(scope=Scope.nothing(), year=YEAR, on=frozen_clock.date(), soon=60) == api.Waiting(
        families=0, claims=0, this_week=0, soon=0, nearest=None, unclear=0
    )


def test_the_work_does_not_grow_with_the_areas(filled: tuple[Any, Any], frozen_clock: dt.datetime) -> None:
    county, run = filled
    on, numbers = frozen_clock.date(), set()
    for area in (county.village, county.township, county.county, places.area_by_code("520000")):
        scope = Scope.of_area(area)
        with CaptureQueriesContext(connection) as caught:
            api.forecast(scope=scope, run=run, on=on)
        money = len(caught)
        with CaptureQueriesContext(connection) as caught:
            api.progress(scope=scope, year=YEAR, run=run, on=on)
        numbers.add((money, len(caught)))
    assert numbers == {(2, 6)}


def test_families_wait_once_whatever_they_can_claim(
    filled: tuple[Any, Any], frozen_clock: dt.datetime
) -> None:
    county, _run = filled
    on = frozen_clock.date()
    found = api.waiting(scope=Scope.of_area(county.village), year=YEAR, on=on, soon=60)
    listed = [
        entry for year in (YEAR - 1, YEAR) for entry, claimed in walked(county.village, year) if not claimed
    ]
    assert found.claims == len(listed) > found.families
    assert found.families == len({entry.household_id for entry in listed})
    assert (found.this_week, found.nearest) == (0, dt.date(YEAR, 12, 31))
    with clock.frozen(frozen_clock.replace(month=12, day=27)):
        late = api.waiting(scope=Scope.of_area(county.village), year=YEAR, on=dt.date(YEAR, 12, 27), soon=60)
    assert late.this_week == late.soon == late.families
