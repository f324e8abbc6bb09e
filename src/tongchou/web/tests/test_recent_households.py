"""The households a person opened lately: their own, within today's areas, for thirty days."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Household, RecentHousehold
from tongchou.core import clock
from tongchou.core.models import Account, Assignment
from tongchou.core.scope import Scope
from tongchou.domain.register.row import RegisterRow

TITLE = "您最近打开的家庭"


@pytest.fixture
def houses(county: Any, county_reviewer: Account, frozen_clock: dt.datetime) -> list[int]:
    """25 households of one in 青山村, one in 白水村."""
    for village, source, rows in (
        (
            county.village,
            "a",
            [RegisterRow(5 + n, f"{n:04d}", f"罗小{chr(0x4E00 + n)}", "02") for n in range(25)],
        ),
        (county.other_village, "b", [RegisterRow(5, "0001", "石大山", "02")]),
    ):
        registry.apply_register(
            rows, village_id=village.pk, source=source * 64, by=county_reviewer, at=frozen_clock
        )
    return list(Household.objects.order_by("pk").values_list("pk", flat=True))


def opened(client: Client, account: Account, *numbers: int) -> str:
    client.force_login(account)
    for number in numbers:
        assert client.get(f"/households/{number}").status_code == 200
    return client.get("/search").content.decode()


def test_the_latest_stands_first_and_each_once(
    client: Client, houses: list[int], township_officer: Account, frozen_clock: dt.datetime
) -> None:
    page = opened(client, township_officer, houses[0])
    assert TITLE in page and "罗小一" in page
    with clock.frozen(frozen_clock + dt.timedelta(hours=1)):
        opened(client, township_officer, houses[1])
    with clock.frozen(frozen_clock + dt.timedelta(hours=2)):
        page = opened(client, township_officer, houses[0])
    assert page.index("罗小一") < page.index("罗小丁")
    assert page.count("罗小一") == 1


def test_nobody_sees_the_list_of_another(
    client: Client, houses: list[int], township_officer: Account, county_reviewer: Account
) -> None:
    opened(client, township_officer, houses[0])
    page = opened(client, county_reviewer)
    assert TITLE not in page and "罗小一" not in page


def test_at_most_twenty_are_kept(
    client: Client, houses: list[int], township_officer: Account, frozen_clock: dt.datetime
) -> None:
    for place, number in enumerate(houses[:25]):
        registry.note_opened(
            household_id=number, by=township_officer, at=frozen_clock + dt.timedelta(minutes=place)
        )
    kept = set(RecentHousehold.objects.values_list("household_id", flat=True))
    assert kept == set(houses[5:25]) and len(kept) == registry.MOST_RECENT


def test_what_is_thirty_days_old_is_gone(
    client: Client,
    houses: list[int],
    township_officer: Account,
    county_reviewer: Account,
    frozen_clock: dt.datetime,
) -> None:
    registry.note_opened(household_id=houses[0], by=township_officer, at=frozen_clock)
    later = frozen_clock + dt.timedelta(days=registry.RECENT_DAYS, minutes=1)
    everywhere = Scope.everything()
    assert registry.recent(scope=everywhere, by=township_officer, at=frozen_clock) != []
    assert registry.recent(scope=everywhere, by=township_officer, at=later) == []
    registry.note_opened(household_id=houses[1], by=county_reviewer, at=later)
    assert not RecentHousehold.objects.filter(account_id=township_officer.pk).exists()


def test_an_area_lost_is_a_household_gone(
    client: Client, houses: list[int], county: Any, township_officer: Account
) -> None:
    page = opened(client, township_officer, houses[0], houses[-1])
    assert "罗小一" in page and "石大山" in page
    village = county.other_village
    Assignment.objects.filter(account=township_officer).update(
        area_id=village.pk, scope_no=village.scope_no, scope_end=village.scope_end
    )
    page = client.get("/search").content.decode()
    assert "罗小一" not in page and "石大山" in page


def test_the_list_can_be_cleared_by_its_owner_alone(
    client: Client, houses: list[int], township_officer: Account, county_reviewer: Account
) -> None:
    opened(client, county_reviewer, houses[1])
    opened(client, township_officer, houses[0])
    assert client.get("/search/forget").status_code == 405
    assert client.post("/search/forget")["Location"] == "/search"
    assert TITLE not in client.get("/search").content.decode()
    assert "罗小丁" in opened(client, county_reviewer)


def test_a_household_out_of_reach_is_not_noted(
    client: Client, houses: list[int], village_worker: Account
) -> None:
    client.force_login(village_worker)
    assert client.get(f"/households/{houses[-1]}").status_code == 404
    assert not RecentHousehold.objects.exists()


def test_results_take_the_place_of_the_list(
    client: Client, houses: list[int], township_officer: Account
) -> None:
    opened(client, township_officer, houses[0])
    page = client.post("/search", {"text": "石大"}).content.decode()
    assert "石大山" in page and TITLE not in page
    page = client.post("/search", {"text": "石"})
    assert page.status_code == 422 and "罗小" not in page.content.decode()


def test_reading_a_page_twice_writes_once(
    client: Client, houses: list[int], township_officer: Account
) -> None:
    opened(client, township_officer, houses[0])
    with CaptureQueriesContext(connection) as caught:
        client.get(f"/households/{houses[0]}")
    assert not [q for q in caught if "recenthousehold" in q["sql"] and not q["sql"].startswith("SELECT")]


def test_as_many_queries_for_twenty_as_for_two(
    client: Client, houses: list[int], township_officer: Account
) -> None:
    counted = []
    for numbers in (houses[:2], houses[2:22]):
        opened(client, township_officer, *numbers)
        with CaptureQueriesContext(connection) as caught:
            client.get("/search")
        counted.append(len(caught))
    assert counted[0] == counted[1] <= 10
