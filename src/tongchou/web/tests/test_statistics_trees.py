"""Statistics on the tree of another day, and of counts with something wrong in them: both are told."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import openpyxl
import pytest
from django.test import Client

from tongchou.core.models import Account
from tongchou.domain.demography.left_out import LeftOut, Why
from tongchou.domain.statistics.cube import MonthCube
from tongchou.web.console.presenters.statistics import words

PAGES = ("", "/pyramid", "/trends", "/map", "/generations", "/people", "/births", "/quality")
FILES = ("/pyramid.xlsx", "/trends.xlsx", "/map.xlsx")
THEN = dt.date(2022, 1, 1)


def opened(client: Client, account: Account, page: str, **query: Any) -> Any:
    client.force_login(account)
    return client.get(f"/statistics{page}", query)


def sheet(answer: Any) -> str:
    """Everything a workbook says, as text."""
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    return "\n".join(
        "" if cell is None else str(cell)
        for page in book.worksheets
        for row in page.iter_rows(values_only=True)
        for cell in row
    )


@pytest.fixture
def two_trees(make_cubes: Callable[..., Any]) -> tuple[Any, Any]:
    """Counts on today's tree, and on that of a day before, when villages had other names."""
    now = make_cubes(months=64)
    return now, make_cubes(months=64, boundaries=THEN, former="旧", seed=5)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("reader", ["village_worker", "county_reviewer"])
def test_each_page_opens_on_either_tree(
    client: Client, two_trees: tuple[Any, Any], request: pytest.FixtureRequest, page: str, reader: str
) -> None:
    account = request.getfixturevalue(reader)
    for built in two_trees:
        answer = opened(client, account, page, boundaries=str(built.pk))
        assert answer.status_code == 200
        chosen = answer.context["chosen"]
        assert chosen.built == built and len(chosen.boundaries) == 2
        text = answer.content.decode()
        assert f'<option value="{built.pk}" selected>' in text
        tabs = text.split('class="tabs"')[1].split("</ul>")[0]
        kept = [f"boundaries={built.pk}" in link for link in re.findall(r'href="([^"]+)"', tabs)]
        assert all(kept) if built is two_trees[1] else not any(kept)


@pytest.mark.parametrize("page", FILES)
def test_files_are_of_the_tree_that_was_chosen(
    client: Client, two_trees: tuple[Any, Any], county_reviewer: Account, page: str
) -> None:
    now, then = (sheet(opened(client, county_reviewer, page, boundaries=str(one.pk))) for one in two_trees)
    assert now != then
    assert two_trees[0].sha256[:12] in now and two_trees[1].sha256[:12] in then
    if page == "/map.xlsx":
        assert "旧" in then and "旧" not in now


def test_a_tree_of_elsewhere_or_none_is_today_s(
    client: Client, two_trees: tuple[Any, Any], county_reviewer: Account
) -> None:
    for asked in ("0", "999999", "x"):
        assert opened(client, county_reviewer, "", boundaries=asked).context["chosen"].built == two_trees[0]


def spoilt(cube: MonthCube) -> MonthCube:
    """People above 120, a month without a report, person-years below zero, and a village without anybody."""
    years, reported = cube.person_years.copy(), cube.reported.copy()
    stock, unknown = cube.stock.copy(), cube.unknown.copy()
    years[:, -1] = -1.0
    reported[:, -3] = False
    stock[1], unknown[1] = 0, 0
    counts = dict(cube.left_out.counts) | {
        Why.AGE_ABOVE_120: np.array([3, 1]),
        Why.EMPTY_AREA: np.array([0, 1]),
        Why.MISSING_MONTH: np.array([1, 1]),
    }  # fmt: skip
    return replace(
        cube, person_years=years, reported=reported, stock=stock, unknown=unknown, left_out=LeftOut(counts)
    )


@pytest.fixture
def wrong(make_cubes: Callable[..., Any]) -> Any:
    return make_cubes(months=30, people=3000, change=spoilt)


#: What is counted of the cube, in number.
COUNTED = {Why.AGE_ABOVE_120: "4", Why.EMPTY_AREA: "1", Why.MISSING_MONTH: "2"}


def test_what_was_left_out_is_explained_and_counted_on_the_pages(
    client: Client, wrong: Any, county_reviewer: Account
) -> None:
    card = opened(client, county_reviewer, "/quality").context["quality"]
    overview = opened(client, county_reviewer, "").context["overview"]
    for why, number in COUNTED.items():
        assert any(words.reason(why) in text and number in text for text in card.left_out), why
    assert any(words.reason(Why.AGE_ABOVE_120) in text for text in overview.left_out)


def test_a_figure_of_something_wrong_is_unknown_and_says_why(
    client: Client, wrong: Any, county_reviewer: Account
) -> None:
    query = {"step": "month", "indicator": "cdr"}
    (chart,) = opened(client, county_reviewer, "/trends", **query).context["charts"]
    last, missing = chart.rows[-1].cells[0], chart.rows[-3].cells[0]
    assert (last.value, last.why) == ("", words.reason(Why.NEGATIVE_EXPOSURE))
    assert (missing.value, missing.why) == ("", words.reason(Why.MISSING_MONTH))
    (other,) = opened(client, county_reviewer, "/trends", step="month", indicator="population").context[
        "charts"
    ]
    assert other.rows[-3].cells[0].value == "" and other.rows[-1].cells[0].value not in ("", "0")


def test_an_empty_village_stands_in_the_table_without_a_figure(
    client: Client, wrong: Any, county: Any, county_reviewer: Account
) -> None:
    query = {"area": str(county.township.pk), "indicator": "share_60_plus"}
    rows = opened(client, county_reviewer, "/map", **query).context["map"].rows
    empty = next(row for row in rows if row.name == county.other_village.name)
    assert empty.why == words.reason(Why.EMPTY_AREA) and empty.value not in ("0", "0.0")


@pytest.mark.parametrize("page", FILES)
def test_files_say_what_is_not_in_them(
    client: Client, wrong: Any, county_reviewer: Account, page: str
) -> None:
    said = sheet(opened(client, county_reviewer, page, step="month", indicator="cdr"))
    for why, number in COUNTED.items():
        (told,) = words.sentences(LeftOut({why: np.array([int(number)])}))
        assert told in said, why
    if page == "/trends.xlsx":
        assert words.reason(Why.NEGATIVE_EXPOSURE) in said


def test_programs_are_told_it_too(wrong: Any, county_reviewer: Account, make_program: Any) -> None:
    program = make_program(county_reviewer)
    query = {"level": "county", "step": "month"}
    (one,) = program.get("/api/v1/statistics/series/cdr", query).json()["items"]
    assert one["value"][-1] is None and one["unknown"][-1] == "negative_exposure"
    assert one["value"][-3] is None and one["unknown"][-3] == "missing_month"
    assert one["left_out"]["age_above_120"] == 4
    assert one["left_out"]["negative_exposure"] == 1 and one["left_out"]["missing_month"] == 1
    villages = program.get("/api/v1/statistics/series/share_60_plus", query | {"level": "village"}).json()
    empty = villages["items"][1]
    assert set(empty["value"]) == {None} and empty["left_out"]["empty_area"] >= 1
