"""The account of real acts: it balances, numbers have events, a cell changed by hand is noticed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tongchou.apps.balance import api
from tongchou.apps.balance.models import Entry, Position
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Event, Person
from tongchou.core.scope import Scope
from tongchou.domain.balance import Term
from tongchou.domain.dates import PartialDate
from tongchou.domain.identity import compose
from tongchou.domain.register.row import RegisterRow

MONTH = dt.date(2026, 6, 1)


def family(mark: str, first: int) -> list[RegisterRow]:
    shared: dict[str, Any] = {"household_no": "0001", "hukou_kind": "agricultural"}
    births = (dt.date(1960, 3, 7), dt.date(1990, 1, 2), dt.date(2020, 5, 6))
    return [
        RegisterRow(
            row_no=5 + n, name=f"郑{'大中小'[n]}{mark}", relation=("02", "21", "41")[n], sex=1,
            birth=PartialDate.from_date(born), id_number=compose("520599", born, first + 2 * n), **shared,
        )
        for n, born in enumerate(births)
    ]  # fmt: skip


@pytest.fixture
def people(county: Any, township_officer: Any, frozen_clock: dt.datetime) -> dict[str, int]:
    for number, (village, mark) in enumerate(zip(county.villages, "甲乙", strict=True)):
        rows, source = family(mark, 11 + 20 * number), f"{number:064x}"
        registry.apply_register(
            rows, village_id=village.pk, source=source, by=township_officer, at=frozen_clock
        )
    return dict(Person.objects.values_list("name", "pk"))


def lines(area: Any) -> list[tuple[int, ...]]:
    months = api.months_of(scope=Scope.of_area(area)).months
    return [
        (m.opening, m.births, m.deaths, m.arrived, m.left, m.entries, m.closing) for m in months
    ]  # fmt: skip


def test_registers_are_entries(people: dict[str, int], county: Any) -> None:
    assert api.months_of(scope=Scope.of_area(county.township)).behind
    assert api.catch_up() > 0
    assert api.catch_up() == 0
    assert lines(county.village) == [(0, 0, 0, 0, 0, 3, 3)]
    assert lines(county.township) == [(0, 0, 0, 0, 0, 6, 6)]
    statement = api.months_of(scope=Scope.nothing())
    assert statement.months == () and not statement.behind


def test_deaths_and_moves_of_the_month_after(
    people: dict[str, int], county: Any, township_officer: Any, frozen_clock: dt.datetime
) -> None:
    api.catch_up()
    later = frozen_clock + dt.timedelta(days=10)  # in July
    registry.record_death(
        person_id=people["郑大甲"], died=PartialDate(2026, 6, 20), by=township_officer, at=later
    )
    registry.move_registration(
        person_id=people["郑中甲"],
        household_id=registry.open_person(people["郑大乙"], scope=Scope.everything()).household_id,
        relation="70",
        since=None,
        by=township_officer,
        at=later,
    )
    api.catch_up()
    assert lines(county.village) == [(0, 0, 0, 0, 0, 3, 3), (3, 0, 1, 0, 1, 0, 1)]
    assert lines(county.other_village) == [(0, 0, 0, 0, 0, 3, 3), (3, 0, 0, 1, 0, 0, 4)]
    assert lines(county.township)[-1] == (6, 0, 1, 1, 1, 0, 5)
    statement = api.months_of(scope=Scope.of_area(county.village))
    assert statement.late == {(dt.date(2026, 7, 1), "deaths"): 1}
    found, total, after = api.proofs(
        scope=Scope.of_area(county.village), month=dt.date(2026, 7, 1), term=Term.DEATHS
    )
    assert (total, after) == (1, None)
    assert [(one.person_id, one.occurred, one.late) for one in found] == [
        (people["郑大甲"], "2026-06-20", True)
    ]


def test_read_again_from_the_first_event_the_same_rows_come_out(
    people: dict[str, int], township_officer: Any, frozen_clock: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.record_death(person_id=people["郑大甲"], died=None, by=township_officer, at=frozen_clock)
    api.catch_up()
    columns = ("event_id", "village_id", "month", "term", "number", "late")
    whole = list(Entry.objects.order_by("event_id", "village_id").values_list(*columns))
    api.start_over()
    assert not Entry.objects.exists()
    monkeypatch.setattr("tongchou.apps.balance.actions.CHUNK", 2)
    api.catch_up()
    assert list(Entry.objects.order_by("event_id", "village_id").values_list(*columns)) == whole


def test_a_state_changed_by_hand_is_a_mismatch(people: dict[str, int], county: Any) -> None:
    api.catch_up()
    scope = Scope.of_area(county.township)
    assert api.mismatches(scope=scope) == []
    Person.objects.filter(pk=people["郑中乙"]).update(deceased=True)
    (found,) = api.mismatches(scope=scope)
    assert (found.village_id, found.account, found.people) == (county.other_village.pk, 3, 2)
    assert api.mismatches(scope=Scope.of_area(county.village)) == []


def test_the_database_keeps_signs_and_months(people: dict[str, int]) -> None:
    api.catch_up()
    for changed in ({"number": 2}, {"term": "deaths"}, {"term": "guesses"}, {"month": dt.date(2026, 6, 2)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Entry.objects.filter(term="entries").update(**changed)
    with pytest.raises(IntegrityError), transaction.atomic():
        Position.objects.create(pk=2)


def test_as_many_queries_for_a_township_as_for_a_village(people: dict[str, int], county: Any) -> None:
    api.catch_up()
    counted = []
    for area in (county.village, county.township):
        with CaptureQueriesContext(connection) as seen:
            api.months_of(scope=Scope.of_area(area))
            api.proofs(scope=Scope.of_area(area), month=MONTH, term=Term.ENTRIES)
            api.mismatches(scope=Scope.of_area(area))
        counted.append(len(seen))
    assert counted[0] == counted[1] <= 13


def test_the_pages_show_ones_own_areas(
    people: dict[str, int], county: Any, village_worker: Any, make_account: Any
) -> None:
    api.catch_up()
    client = Client()
    client.force_login(village_worker, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/balance").content.decode()
    assert "2026年6月" in page
    listed = client.get("/balance/2026-06/entries").content.decode()
    assert listed.count("<tr>") == 4  # the head and three people of the own village
    assert client.get("/balance/2026-13/entries").status_code == 404
    assert client.get("/balance/2026-06/scores").status_code == 404
    statistician = make_account("figures", "statistician", county.county)
    client.force_login(statistician, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/balance").status_code == 200
    assert client.get("/balance/2026-06/entries").status_code == 403


def test_an_entry_taken_back_counts_back(
    people: dict[str, int], county: Any, county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    """As a correction of the month in which it became known: the person was never there."""
    api.catch_up()
    entries = Event.objects.filter(person_id=people["郑小甲"]).values_list("pk", flat=True)
    registry.reverse(
        event_ids=list(entries),
        by=county_reviewer,
        at=frozen_clock,
        reason="never lived here",
        subject="registry",
    )
    api.catch_up()
    assert lines(county.village) == [(0, 0, 0, 0, 0, 2, 2)]
    assert not api.mismatches(scope=Scope.everything())
