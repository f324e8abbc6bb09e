"""The population page: the reader's own areas, counts alone, the same work whatever the size."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.apps.snapshot import api as snapshots
from tongchou.apps.snapshot import queries
from tongchou.core.models import Account
from tongchou.domain.dates import PartialDate
from tongchou.domain.register.row import RegisterRow

PAGE, WORKBOOK = "/population", "/population.xlsx"
MOST_QUERIES = 9


def people(number: int, *, first_year: int = 1950) -> list[RegisterRow]:
    """Households of one, born a year apart, men and women in turn."""
    return [
        RegisterRow(
            row_no=5 + place,
            household_no=str(1 + place),
            name=f"罗小{chr(0x4E00 + place)}",
            relation="02",
            sex=1 + place % 2,
            birth=PartialDate(first_year + place, 3, 7),
        )
        for place in range(number)
    ]


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    queries._counted.cache_clear()
    yield
    queries._counted.cache_clear()


@pytest.fixture
def far(county: Any, frozen_clock: dt.datetime) -> Any:
    """石桥村 of another township."""
    rows = [
        ("520521902", "望山镇（示例）", "township", "520521"),
        ("520521902201", "石桥村（示例）", "village", "520521902"),
    ]
    names = ("code", "name", "level", "parent_code")
    listed = [dict(zip(names, row, strict=True)) | {"valid_from": "2010-11-01"} for row in rows]
    places.load_areas(listed, by=None, at=frozen_clock)
    for area in (county.county, county.township, *county.villages):
        area.refresh_from_db()  # loading renumbered them
    return places.area_by_code("520521902201")


@pytest.fixture
def filled(county: Any, far: Any, county_reviewer: Account, frozen_clock: dt.datetime) -> Any:
    """40 people in 青山村, 7 in 白水村, 5 in 石桥村, and a snapshot of them."""
    for place, (village, rows) in enumerate(
        [
            (county.village, [*people(40), RegisterRow(99, "99", "无名", "02", sex=None, birth=None)]),
            (county.other_village, people(7)),
            (far, people(5)),
        ]
    ):
        registry.apply_register(
            rows, village_id=village.pk, source=str(place) * 64, by=county_reviewer, at=frozen_clock
        )
    snapshots.take_snapshot(
        by=county_reviewer, at=frozen_clock, as_of=frozen_clock.date(), purpose="年度评估"
    )
    return county


def counts_of(client: Client, account: Account, **query: Any) -> snapshots.AgeSex:
    client.force_login(account)
    return client.get(PAGE, query).context["population"].counts


def test_each_reader_sees_the_own_areas(
    client: Client, filled: Any, village_worker: Account, township_officer: Account, county_reviewer: Account
) -> None:
    totals = [counts_of(client, one).total for one in (village_worker, township_officer, county_reviewer)]
    assert totals == [41, 48, 53]


def test_another_township_is_never_counted(client: Client, filled: Any, far: Any, make_account: Any) -> None:
    outsider = make_account("outsider", "township_officer", far.parent)
    assert counts_of(client, outsider).total == 5
    for area in (filled.village, filled.township, filled.county):
        assert counts_of(client, outsider, area=area.pk).total == 5
    text = client.get(PAGE).content.decode()
    assert "青山村" not in text


def test_an_area_is_chosen_among_the_own(
    client: Client, filled: Any, township_officer: Account, county_reviewer: Account
) -> None:
    assert counts_of(client, township_officer, area=filled.other_village.pk).total == 7
    assert counts_of(client, township_officer, area="x").total == 48
    assert counts_of(client, county_reviewer, area=filled.township.pk).total == 48


def test_the_page_shows_counts_and_no_people(client: Client, filled: Any, village_worker: Account) -> None:
    client.force_login(village_worker)
    answer = client.get(PAGE)
    text = answer.content.decode()
    assert "罗小" not in text
    assert "2026年6月30日" in text
    assert answer["Cache-Control"] == "no-store"
    shown = answer.context["population"]
    assert [(line.label, line.men, line.women) for line in shown.lines[7:9]] == [
        ("35–39", 1, 2),
        ("40–44", 3, 2),
    ]
    assert [figure.people for figure in shown.figures] == [0, 23, 17]
    assert [figure.share for figure in shown.figures] == ["0.0%", "57.5%", "42.5%"]
    assert "有1人列入表中但未画入图中：年龄不详1人，性别不详1人。" in text
    assert text.count("data-age=") == 18


def test_before_the_first_snapshot(client: Client, county: Any, township_officer: Account) -> None:
    client.force_login(township_officer)
    text = client.get(PAGE).content.decode()
    assert "您负责的地区还没有快照" in text
    assert "pyramid.js" not in text
    assert client.get(WORKBOOK)["Location"] == PAGE


def test_of_some_counties_there_is_a_snapshot(client: Client, filled: Any, make_account: Any) -> None:
    """Whoever watches over the prefecture is led to the county that has taken one."""
    client.force_login(make_account("shidu", "prefecture_supervisor", places.area_by_code("520500")))
    answer = client.get(PAGE)
    assert answer.context["population"] is None and answer.context["parts"] == [filled.county]
    assert "您负责的全部地区还没有合在一起的快照" in answer.content.decode()
    county = client.get(PAGE, {"area": filled.county.pk})
    assert county.context["population"].counts.total == 53


def test_an_empty_selection_says_so(client: Client, filled: Any, make_account: Any, county: Any) -> None:
    other = places.area_by_code("520522")
    client.force_login(make_account("elsewhere", "county_reviewer", other))
    assert "您负责的地区还没有快照" in client.get(PAGE).content.decode()
    snapshots.take_snapshot(
        by=make_account("taker", "county_reviewer", other), at=dt.datetime(2026, 6, 30, 2, tzinfo=dt.UTC),
        as_of=dt.date(2026, 6, 30), purpose="年度评估",
    )  # fmt: skip
    assert "这里没有户籍人口" in client.get(PAGE).content.decode()


def test_as_many_queries_for_many_as_for_few(
    client: Client, filled: Any, far: Any, make_account: Any, township_officer: Account
) -> None:
    numbers = []
    for account in (make_account("few", "township_officer", far.parent), township_officer):
        client.force_login(account)
        client.get(PAGE)
        with CaptureQueriesContext(connection) as caught:
            client.get(PAGE)
        numbers.append(len(caught))
        assert not any("registry_" in query["sql"] for query in caught)
    assert len(set(numbers)) == 1
    assert numbers[0] <= MOST_QUERIES


def test_the_workbook_holds_the_table_as_numbers(
    client: Client, filled: Any, township_officer: Account
) -> None:
    client.force_login(township_officer)
    page = client.get(PAGE, {"area": filled.village.pk})
    answer = client.get(page.context["population"].download)
    assert answer["Content-Disposition"] == 'attachment; filename="population-2026-06-30.xlsx"'
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[1][:2] == ["地区", "大方县 · 云岭镇（示例） · 青山村（示例）"]
    assert rows[5] == ["年龄（岁）", "男", "女", "性别不详", "合计"]
    assert len(rows) == 6 + 18 + 1 + 1
    assert rows[14] == ["40–44", 3, 2, 0, 5]
    assert rows[-2] == ["年龄不详", 0, 0, 1, 1]
    assert rows[-1] == ["合计", 20, 20, 1, 41]
    assert all(isinstance(value, int) for row in rows[6:] for value in row[1:])


def test_no_cell_of_the_workbook_is_a_formula(client: Client, filled: Any, township_officer: Account) -> None:
    places.Area.objects.filter(pk=filled.county.pk).update(name='=HYPERLINK("http://x.example")')
    client.force_login(township_officer)
    answer = client.get(WORKBOOK)
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert not any(cell.data_type == "f" for cell in cells)
    assert any(str(cell.value).startswith("=HYPERLINK") for cell in cells)


def test_home_links_to_it(client: Client, county: Any, village_worker: Account) -> None:
    client.force_login(village_worker)
    text = client.get(reverse("console:home")).content.decode()
    assert text.count(f'href="{PAGE}"') == 2  # the navigation and the card
