"""The pages of population statistics: the own areas, counts alone, numbers as the cubes have them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import openpyxl
import polars as pl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tongchou.apps.statistics import api as statistics
from tongchou.apps.statistics import grouping
from tongchou.core.models import Account
from tongchou.domain.statistics.cube import Basis, people

PAGES = ("", "/pyramid", "/trends", "/map", "/generations", "/people", "/births", "/quality")
FILES = ("/pyramid.xlsx", "/trends.xlsx", "/map.xlsx")
MOST_QUERIES = 14


@pytest.fixture
def built(make_cubes: Callable[..., Any]) -> Any:
    return make_cubes(months=64)


def opened(client: Client, account: Account, page: str, **query: Any) -> Any:
    client.force_login(account)
    return client.get(f"/statistics{page}", query)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("reader", ["village_worker", "township_officer", "county_reviewer"])
def test_pages_open(
    client: Client, built: Any, request: pytest.FixtureRequest, page: str, reader: str
) -> None:
    answer = opened(client, request.getfixturevalue(reader), page)
    assert answer.status_code == 200, answer.content.decode()[-3000:]
    assert answer["Cache-Control"] == "no-store"
    assert answer.context["chosen"].villages
    assert 'href="/statistics/bulletin' in answer.content.decode().split('class="tabs"')[0].split("<h1")[1]


def test_double_counting_is_told_in_numbers(
    client: Client, built: Any, county: Any, county_reviewer: Account, frozen_clock: Any
) -> None:
    from tongchou.apps.duplicates.models import Pair, Side, State

    text = opened(client, county_reviewer, "/quality", lang="en").content.decode()
    assert 'id="twice"' in text
    places = (county.village.scope_no, county.other_village.scope_no, 10**8)
    states = (State.OPEN, State.VILLAGE, State.TWO, State.GONE, State.OPEN)
    for number, state in enumerate(states):
        pair = Pair.objects.create(
            a_id=2 * number + 1,
            b_id=2 * number + 2,
            band="sure",
            evidence="",
            state=state,
            found_at=frozen_clock,
        )
        where = places[2] if number == 4 else places[number % 2]
        for person in pair.people:
            Side.objects.create(pair=pair, person_id=person)
        Side.objects.filter(pair=pair).update(registered_scope=where)
    told = opened(client, county_reviewer, "/quality").context["quality"].twice
    assert len(told) == 3 and "2" in told[0] and "1" in told[1]
    part = opened(client, county_reviewer, "/quality", area=str(county.village.pk)).context["quality"].twice
    assert "1" in part[0]


def test_births_are_told_of_whole_counties_alone_and_in_no_order(
    client: Client, make_cubes: Any, county_reviewer: Account, village_worker: Account
) -> None:
    make_cubes(months=64, people=4000)
    answer = opened(client, village_worker, "/births")
    assert answer.context["births"] is None and "<table" not in answer.content.decode()
    answer = opened(client, county_reviewer, "/births", basis="resident")
    found = answer.context["births"]
    assert len(found.ratios) == 2 and len(found.ratios[0][1]) == 5
    labels = [[line.label for line in lines] for _title, lines in found.ratios]
    assert labels[0] == labels[1] and [int(one) for one in labels[0][:-1]] == sorted(map(int, labels[0][:-1]))
    assert all(line.cells[3].count("–") == 1 for _title, lines in found.ratios for line in lines)
    text = answer.content.decode()
    # These made-up counts are of before there were orders.
    assert not found.orders and "echarts" not in text and "data-sort" not in text


def test_births_by_order(client: Client, built: Any, county: Any, county_reviewer: Account) -> None:
    from tongchou.web.console.presenters.statistics import births

    shown = opened(client, county_reviewer, "/births").context["births"]
    assert len(shown.ratios[0][1]) <= 1 and not shown.counted  # a year has too few births
    cube = statistics.of_groups(
        built, Basis.REGISTERED, statistics.groups(built, "county", villages=cube_codes(built))
    )
    rows = [
        {"township_code": "1", "year": year, "sex": sex, "mother": 2, "nth": nth, "births": number}
        for year in (2023, 2024, 2025)
        for sex in (1, 2)
        for nth, number in ((0, 20), (1, 100), (2, 50), (4, 1))
    ]
    found = births.present(dict.fromkeys(Basis, cube), pl.DataFrame(rows), 10)
    assert found is not None
    assert found.orders[0].cells[0] == "600"
    assert found.orders[3].cells == ("*", "*", "*") and "*" in found.fertility[-1].cells
    assert len(found.progression) == 1 and "50" in found.progression[0]


def cube_codes(built: Any) -> list[str]:
    return statistics.areas_of(built)["code"].to_list()


@pytest.mark.parametrize("page", FILES)
def test_files_hold_the_table(client: Client, built: Any, county_reviewer: Account, page: str) -> None:
    answer = opened(client, county_reviewer, page)
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert len(rows) > 8


@pytest.mark.parametrize("page", (*PAGES, *FILES))
def test_without_counts_the_page_says_so(
    client: Client, county: Any, county_reviewer: Account, page: str
) -> None:
    answer = opened(client, county_reviewer, page)
    assert answer.status_code == 200, answer.content.decode()[-3000:]
    assert "chosen" not in answer.context


@pytest.mark.parametrize("page", PAGES)
def test_queries_do_not_grow(client: Client, built: Any, county_reviewer: Account, page: str) -> None:
    opened(client, county_reviewer, page)
    with CaptureQueriesContext(connection) as seen:
        client.get(f"/statistics{page}")
    assert len(seen) <= MOST_QUERIES, [one["sql"][:90] for one in seen]


def cell(text: str) -> int:
    return int(text.replace(",", ""))


def test_numbers_are_those_of_the_cube(
    client: Client, built: Any, county: Any, village_worker: Account, township_officer: Account
) -> None:
    cube = statistics.months(built, Basis.REGISTERED)
    own = list(cube.areas).index(county.village.code)
    for reader, rows in ((village_worker, [own]), (township_officer, [0, 1])):
        found = opened(client, reader, "").context["overview"]
        assert cell(found.people) == people(cube)[rows, -1].sum()
        shown = opened(client, reader, "/pyramid").context["pyramid"]
        stock = cube.stock[rows, -1].sum(axis=0)
        assert [cell(bar.shown_men) for bar in shown.bars] == [stock[:2, 0].sum(), *stock[2:, 0]]
        assert [cell(bar.shown_women) for bar in shown.bars] == [stock[:2, 1].sum(), *stock[2:, 1]]
        trend = opened(client, reader, "/trends", step="month", indicator="population").context["charts"][0]
        assert [cell(row.cells[0].shown) for row in trend.rows] == people(cube)[rows].sum(axis=0).tolist()
        make_up = opened(client, reader, "/people").context["make_up"]
        assert make_up.total == stock.sum()


def test_rows_of_the_map_are_the_villages_in_order(
    client: Client, built: Any, county: Any, township_officer: Account
) -> None:
    cube = statistics.months(built, Basis.REGISTERED)
    rows = opened(client, township_officer, "/map", indicator="population").context["map"].rows
    assert [row.name for row in rows] == [area.name for area in county.villages]
    assert [cell(row.value) for row in rows] == people(cube)[:, -1].tolist()


def test_an_area_out_of_reach_is_not_chosen(
    client: Client, built: Any, county: Any, village_worker: Account
) -> None:
    for area in (county.other_village, county.township, county.county):
        for page in PAGES:
            answer = opened(client, village_worker, page, area=area.pk, other=area.pk, unit=area.code)
            assert answer.context["chosen"].villages == (county.village.code,)
            assert county.other_village.name not in answer.content.decode()


def test_a_generation_and_a_surface_add_up(client: Client, built: Any, county_reviewer: Account) -> None:
    cube = statistics.months(built, Basis.REGISTERED)
    found = opened(client, county_reviewer, "/generations", of="deaths").context["lexis"]
    last = found.years.index("2025")
    year = np.flatnonzero(cube.months.astype("datetime64[Y]") == np.datetime64("2025"))
    assert sum(cell(line.fields[last].shown) for line in found.lines) == cube.deaths[:, year].sum()


def test_two_years_are_laid_over_each_other(client: Client, built: Any, county_reviewer: Account) -> None:
    cube = statistics.months(built, Basis.REGISTERED)
    shown = opened(client, county_reviewer, "/pyramid", **{"month": "2025-12", "with": "2024-12"})
    found = shown.context["pyramid"]
    at = list(cube.months.astype(str)).index("2024-12")
    assert cell(found.other_total_men) == cube.stock[:, at, :, 0].sum()
    shares = opened(client, county_reviewer, "/pyramid", **{"as": "shares"}).context["pyramid"]
    assert sum(bar.men + bar.women for bar in shares.bars) == pytest.approx(1000)


def test_months_of_births_are_filled_up_and_marked(
    client: Client, built: Any, county_reviewer: Account
) -> None:
    cube = statistics.months(built, Basis.REGISTERED)
    chart = opened(client, county_reviewer, "/trends", step="month", indicator="births").context["charts"][0]
    assert [row.provisional for row in chart.rows] == [False] * 61 + [True] * 3
    known = cube.mothers[:, -1].sum()
    assert float(chart.rows[-1].cells[0].value) > known
    settled = cube.mothers[:, -10].sum()
    assert float(chart.rows[-10].cells[0].value) == settled


def test_people_behind_a_number_are_opened_by_form_alone(
    client: Client, built: Any, county: Any, township_officer: Account, make_account: Any
) -> None:
    page = opened(client, township_officer, "/people", area=county.village.pk)
    assert page.context["may_open"]
    sent = {"area": county.village.pk, "cell": "60-1"}
    answer = client.post("/statistics/people", sent)
    assert answer.status_code == 200 and answer.context["people"].hits == []
    assert client.post("/statistics/people", sent | {"cell": "61-1"}).status_code == 404
    assert client.post("/statistics/people", sent | {"area": county.county.pk}).status_code == 404
    reader = make_account("counts", "statistician", county.county)
    assert 'name="cell"' not in opened(client, reader, "/people", area=county.village.pk).content.decode()
    assert client.post("/statistics/people", sent).status_code == 403


def test_home_has_the_figures_with_a_line(
    client: Client, built: Any, county: Any, township_officer: Account, make_account: Any
) -> None:
    reader = make_account("counts", "statistician", county.county)
    supervisor = make_account("watches", "prefecture_supervisor", county.county)
    total = people(statistics.months(built, Basis.REGISTERED))[:, -1].sum()
    for account in (township_officer, reader, supervisor):
        client.force_login(account)
        answer = client.get("/")
        cards = {one.key: one for one in answer.context["cards"]}
        assert cell(cards["statistics-population"].figure) == total
        assert cards["statistics-aged"].line.points.count(",") == 64
        assert re.search(r'<svg class="spark"[^>]* aria-label="[^"]{8,}"', answer.content.decode())


def test_the_menu_leads_there(client: Client, built: Any, county: Any, make_account: Any) -> None:
    reader = make_account("counts", "statistician", county.county)
    text = opened(client, reader, "").content.decode()
    assert f'href="{reverse("console:statistics")}" aria-current="page"' in text


def test_two_areas_are_laid_over_each_other_by_shares(
    client: Client, built: Any, county: Any, county_reviewer: Account
) -> None:
    query = {"area": county.village.pk, "other": county.other_village.pk}
    answer = opened(client, county_reviewer, "/pyramid", **query)
    found = answer.context["pyramid"]
    assert found.shares and county.other_village.name in found.other
    assert sum(bar.other_men + bar.other_women for bar in found.bars) == pytest.approx(1000)
    assert 'name="other"' in answer.content.decode()


def test_completeness_is_told_of_a_county_and_of_nothing_smaller(
    client: Client, make_cubes: Callable[..., Any], county_reviewer: Account, village_worker: Account
) -> None:
    make_cubes(months=64, people=12_000)
    mine = opened(client, county_reviewer, "/quality").content.decode()
    assert mine.split('id="complete"')[1].split("</table>")[0].count("<tr>") == 8
    assert 'id="complete"' not in opened(client, village_worker, "/quality").content.decode()


def listed(area: Any, year: int, cells: list[int], *, vaccination: bool = True) -> Any:
    from tongchou.apps.intake.lists.models import BirthsOnLists

    return BirthsOnLists.objects.create(
        area=area, scope_no=area.scope_no, year=year, cells=cells, hospital=True, vaccination=vaccination,
        outside=3, counted_on="2026-06-01",
    )  # fmt: skip


def test_births_on_several_lists_are_told_of_a_whole_county_in_numbers(
    client: Client, built: Any, county: Any, county_reviewer: Account, village_worker: Account
) -> None:
    none = opened(client, county_reviewer, "/quality").context["quality"].listed
    assert none.years == [] and none.missing
    listed(county.county, 2024, [40, 60, 20, 900, 30, 500, 8000])
    listed(county.county, 2025, [40, 60, 0, 900, 0, 0, 0], vaccination=False)
    listed(county.county, 2023, [4, 6, 2, 90, 3, 5, 8])  # too few
    answer = opened(client, county_reviewer, "/quality")
    years = answer.context["quality"].listed.years
    assert [(one.year, len(one.lines)) for one in years] == [(2025, 1), (2024, 4)]
    text = answer.content.decode().split('id="listed"')[1].split("</section>")[0]
    assert years[1].lines[3].births in text and years[1].lines[3].share_interval in text
    assert "href" not in text and "data-value" not in text  # neither opened nor coloured
    part = opened(client, county_reviewer, "/quality", area=str(county.township.pk)).context["quality"].listed
    assert part is None or part.years == []  # the county's only township
    page = opened(client, county_reviewer, "/quality", area=str(county.village.pk)).content.decode()
    assert 'id="listed"' not in page
    assert 'id="listed"' not in opened(client, village_worker, "/quality").content.decode()


def test_a_county_without_lists_is_not_counted_as_one_that_registers_all(
    client: Client, built: Any, county: Any, county_reviewer: Account, monkeypatch: Any
) -> None:
    listed(county.county, 2024, [40, 60, 20, 900, 30, 500, 8000])
    real = grouping.groups

    def with_another(built: Any, level: Any, *, villages: Any) -> Any:
        found = real(built, level, villages=villages)
        return [*found, statistics.Group("520599", "别县", "", ())] if level == "county" else found

    monkeypatch.setattr(grouping, "groups", with_another)
    assert opened(client, county_reviewer, "/quality").context["quality"].listed.years == []
