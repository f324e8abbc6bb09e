"""The menu: what each role may open, in groups when it is long, the current one open."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tongchou.core.roles import PERMISSIONS, Role
from tongchou.web.console import chrome

#: Pages of the menu, headings included, that stand open on a screen of 768 lines when they stand close.
LINES = 20


def names(group: chrome.NavGroup) -> list[str]:
    return [one.url.strip("/") for one in group.items]


def every(menu: tuple[chrome.NavGroup, ...]) -> list[str]:
    return [name for group in menu for name in names(group)]


def opened(menu: tuple[chrome.NavGroup, ...]) -> int:
    return sum(bool(group.heading) + group.open * len(group.items) for group in menu)


def test_the_county_s_pages_stand_in_groups() -> None:
    menu = chrome.menu("payments", PERMISSIONS[Role.COUNTY_REVIEWER])
    assert [names(group) for group in menu] == [
        [""],
        [
            "worklist",
            "cases",
            "applications",
            "grievances",
            "postings",
            "certificates",
            "commitments",
            "exchange",
        ],
        [
            "search",
            "intake",
            "not-listed",
            "lists",
            "newborns",
            "corrections",
            "duplicates",
            "checks",
            "posts",
        ],
        ["money", "payments"],
        [
            "population",
            "statistics",
            "balance",
            "statistics/bulletin",
            "releases",
            "progress",
            "simulate",
            "recalculations",
        ],
        [
            "complaints",
            "complaints/asked",
            "supervision",
            "plans",
            "targets",
            "unit-bulletins",
            "month-close",
            "qualified-villages",
            "unit-consequences",
            "unit-alerts",
            "guarantees",
        ],
        ["jobs", "areas", "checklist"],
        ["account", "help"],
    ]
    assert [group.open for group in menu if group.heading] == [False, False, True, False, False, False]
    assert [one.url for group in menu for one in group.items if one.current] == ["/payments"]


def test_where_no_group_is_current_the_daily_work_is_open() -> None:
    menu = chrome.menu("home", PERMISSIONS[Role.COUNTY_REVIEWER])
    assert [names(group)[0] for group in menu if group.heading and group.open] == ["worklist"]
    assert not any(group.current for group in menu)


@pytest.mark.parametrize("role", Role.values)
def test_a_short_menu_is_one_list_and_every_menu_fits(role: str) -> None:
    whole = every(chrome.menu("home", PERMISSIONS[role]))
    assert whole[0] == "" and whole[-2:] == ["account", "help"]
    assert len(whole) == len(set(whole))
    for here in whole:
        menu = chrome.menu(here, PERMISSIONS[role])
        assert sorted(every(menu)) == sorted(whole)
        assert opened(menu) <= LINES
        if len(whole) <= 12:
            assert len(menu) == 1 and not menu[0].heading
        else:
            assert all(len(group.items) > 1 for group in menu if group.heading)


def test_a_group_of_one_page_gives_it_to_the_end() -> None:
    menu = chrome.menu("home", PERMISSIONS[Role.TOWNSHIP_OFFICER])
    assert names(menu[-1]) == ["jobs", "account", "help"]
    assert [names(group)[0] for group in menu if group.heading and group.open] == ["worklist"]


def test_whoever_holds_everything_sees_each_page_once() -> None:
    everything = frozenset().union(*PERMISSIONS.values())
    whole = every(chrome.menu("cases", everything))
    assert len(whole) == len(set(whole)) == 55
    assert opened(chrome.menu("accounts", everything)) <= LINES


def test_a_group_folds_without_script(client: Client, county_reviewer: Any) -> None:
    client.force_login(county_reviewer)
    page = client.get("/cases").content.decode()
    side = page.split('<div class="side">')[1].split("</nav>")[0]
    assert side.count("<details") == side.count("<summary>") == 6
    assert side.count("<details open") == 1 and 'aria-current="page"' in side
    assert "style=" not in side
    for address in ("/cases", "/jobs"):  # the lines stand as close on every page
        assert 'class="tight"' in client.get(address).content.decode().split("</nav>")[0]
