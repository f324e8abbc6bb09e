"""The pages of population statistics: the own areas, counts alone, numbers as the cubes have them."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tongchou.core.models import Account

PAGES = ("", "/pyramid", "/trends", "/map", "/generations", "/people", "/quality")
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
