"""Births on the hospital's, the register's and the clinics' lists: matched, counted, and nothing besides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tongchou.apps.intake import api as intake
from tongchou.apps.intake.lists import births
from tongchou.apps.intake.lists.models import BirthsOnLists, ListedBirth, ListFile, NewbornOffer
from tongchou.apps.intake.tests import list_workbooks as books
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Event, Person
from tongchou.core.scope import Scope
from tongchou.domain.dates import PartialDate
from tongchou.domain.demography.capture_recapture import CELLS

pytestmark = pytest.mark.django_db
lists = intake.lists
ALL = Scope.everything()
HOSPITAL_ONLY, REGISTER_ONLY, VACCINATED_ONLY = (1, 0, 0), (0, 1, 0), (0, 0, 1)
ALL_THREE, NOT_REGISTERED = (1, 1, 1), (1, 0, 1)


@pytest.fixture
def people(county: Any, township_officer: Any, frozen_clock: dt.datetime) -> dict[str, int]:
    registry.apply_register(
        books.family(), village_id=county.village.pk, source="a" * 64, by=township_officer, at=frozen_clock
    )
    return dict(Person.objects.values_list("name", "pk"))


@pytest.fixture
def act(county_reviewer: Any, frozen_clock: dt.datetime) -> dict[str, Any]:
    return {"by": county_reviewer, "at": frozen_clock}


@pytest.fixture
def store(people: Any, act: dict[str, Any]) -> Callable[[bytes], ListFile]:
    def stored(content: bytes) -> ListFile:
        file = lists.stage_list(content=content, **act)
        return lists.apply_list(list_id=file.pk, **act).file

    return stored


def cells(year: int) -> dict[tuple[int, ...], int]:
    (years,) = lists.overlaps(scope=ALL).values()
    (found,) = [one for one in years if one.year == year]
    return {cell: number for cell, number in zip(CELLS, found.cells, strict=True) if number}


def born_in(year: int) -> None:
    """Let 赵小雨 be born in a year that is counted."""
    Person.objects.filter(name="赵小雨").update(birth_year=year, birth_month=8, birth_day=30)


def test_a_child_on_all_three_lists_is_one_birth(store: Any) -> None:
    born_in(2025)
    store(books.births(books.birth("2025-08-30", "赵小雨")))
    store(books.vaccinations(books.vaccination("2025-08-30", "赵小雨")))
    assert cells(2025) == {ALL_THREE: 1}


def test_a_birth_that_is_not_registered_is_one_on_both_lists(store: Any) -> None:
    store(books.births(books.birth("2025-05-01"), books.birth("2025-06-01", mark="Z2")))
    store(
        books.vaccinations(
            books.vaccination("2025-05-01", "赵小雪"), books.vaccination("2025-07-01", "赵小云")
        )
    )
    # A mother has two births within a month of each other in no register, but lists are taken as they are.
    assert cells(2025) == {NOT_REGISTERED: 1, HOSPITAL_ONLY: 1, VACCINATED_ONLY: 1}


def test_twins_are_two_births(store: Any) -> None:
    twins = [books.birth("2025-05-01", None, mark) for mark in ("Z1", "Z2")]
    store(books.births(*twins))
    store(books.vaccinations(*(books.vaccination("2025-05-01", name) for name in ("赵小雪", "赵小云"))))
    assert cells(2025) == {NOT_REGISTERED: 2}


def test_a_birth_registered_since_is_counted_as_registered(
    store: Any, act: dict[str, Any], people: dict[str, int], township_officer: Any, county: Any
) -> None:
    store(books.births(books.birth("2025-05-01")))
    assert cells(2025) == {HOSPITAL_ONLY: 1}
    (offer,) = lists.offers(scope=ALL)
    lists.register_newborn(
        offer_id=offer.offer_id, name="赵小雪", sex=2, birth=PartialDate(2025, 5, 2), by=township_officer,
        at=act["at"],
    )  # fmt: skip
    births.recount(county.county, on=act["at"].date())
    assert cells(2025) == {(1, 1, 0): 1}


def test_the_same_birth_in_two_lists_of_one_kind_counts_once(store: Any) -> None:
    store(books.births(books.birth("2025-05-01")))
    store(books.births(books.birth("2025-05-01"), books.birth("2024-05-01", mark="Z2")))
    assert cells(2025) == {HOSPITAL_ONLY: 1} and cells(2024) == {HOSPITAL_ONLY: 1}


def test_a_row_of_a_clinic_is_recorded_asked_and_offered_nowhere(store: Any) -> None:
    before = Event.objects.count()
    file = store(
        books.vaccinations(
            books.vaccination("2025-05-01", "赵小雪"),
            books.vaccination("2021-08-30", "赵小雨", mother=None),
            books.vaccination("2025-05-01", "周小雪", mother=None),
        )
    )
    assert Event.objects.count() == before and NewbornOffer.objects.count() == 0
    states = dict(file.rows.values_list("row_no", "state"))
    assert states == {2: "nothing", 3: "known", 4: "unknown"}
    assert file.status == "applied" and not file.rows.exclude(payload="").exists()
    assert lists.questions(file.pk, scope=ALL) == [] and len(file.period_from) == 4


def test_a_wrong_number_is_left_out_and_nobody_is_asked(store: Any) -> None:
    wrong = books.NUMBERS["孙丽"][:13] + "8" + books.NUMBERS["孙丽"][14:]
    file = store(books.vaccinations(books.vaccination("2025-05-01", "赵小雪", mother=wrong)))
    assert set(file.rows.values_list("state", flat=True)) == {"unknown"}
    assert not ListedBirth.objects.exists()


def test_a_year_is_told_when_every_month_has_births(store: Any) -> None:
    store(books.births(*(books.birth(f"2025-{m:02d}-01", None, f"Z{m}") for m in range(1, 13))))
    store(books.vaccinations(*(books.vaccination(f"2025-{m:02d}-01", "赵小雪") for m in range(1, 12))))
    ((found,),) = lists.overlaps(scope=ALL).values()
    assert found.hospital and not found.vaccination


def test_what_is_taken_back_is_not_counted(store: Any, act: dict[str, Any]) -> None:
    file = store(books.vaccinations(books.vaccination("2025-05-01", "赵小雪")))
    assert births.told_by(file) and cells(2025) == {VACCINATED_ONLY: 1}
    view = lists.list_undo.open(file.pk, **act)
    assert view.may_ask
    births.forget(file, on=act["at"].date())
    assert not births.told_by(file) and lists.overlaps(scope=ALL) == {}


def test_numbers_are_of_counties_a_reader_wholly_reaches(store: Any, county: Any) -> None:
    store(books.births(books.birth("2025-05-01")))
    assert set(lists.overlaps(scope=Scope.of_area(county.county))) == {county.county.code}
    for part in (county.township, county.village):
        assert lists.overlaps(scope=Scope.of_area(part)) == {}
    assert lists.overlaps(scope=Scope.nothing()) == {}


def test_digests_of_older_years_are_forgotten(store: Any) -> None:
    store(books.births(books.birth("2015-05-01"), books.birth("2025-05-01", mark="Z2")))
    assert list(ListedBirth.objects.values_list("month", flat=True)) == ["2025-05"]


def test_queries_do_not_grow_with_the_births(store: Any, county: Any, act: dict[str, Any]) -> None:
    counts = []
    for size in (2, 20):
        store(books.births(*(books.birth(f"2025-01-{d + 1:02d}", None, f"Y{size}{d}") for d in range(size))))
        with CaptureQueriesContext(connection) as seen:
            births.recount(county.county, on=act["at"].date())
        counts.append(len(seen))
    assert counts[0] == counts[1] and BirthsOnLists.objects.count() == 1
