"""Choosing an area by keyboard, by mouse and without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Site
    from journeykit.sentences import Someone

pytestmark = [pytest.mark.journey, pytest.mark.wide]
FIELD = "#area_text"


@pytest.fixture(scope="module")
def evaluated(site: Site) -> Site:
    site.run("evaluate")
    return site


@pytest.fixture
def reviewer(evaluated: Site, someone: Someone) -> Someone:
    someone.given_signed_in("reviewer")
    return someone


def suggested(reviewer: Someone) -> list[str]:
    reviewer.page.wait_for_selector("#area_list:not([hidden]) [role=option]")
    return reviewer.page.locator("#area_list [role=option] > span").all_inner_texts()


def test_an_area_is_chosen_by_keyboard(reviewer: Someone) -> None:
    page = reviewer.page
    reviewer.when_opening("/worklist")
    page.focus(FIELD)
    page.keyboard.type("qs")
    assert suggested(reviewer) == ["青山村（示例）"]
    assert page.get_attribute(FIELD, "aria-expanded") == "true"
    assert page.get_attribute(FIELD, "aria-activedescendant") == "area_list_0"
    assert page.inner_text(".area-combo [role=status]") == "1个地区"
    reviewer.then_the_page_is_sound("area-picker")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "area=" in page.url and "q=" not in page.url
    assert page.input_value(FIELD) == "青山村（示例）"


def test_arrows_walk_and_escape_leaves_all_as_it_was(reviewer: Someone) -> None:
    page = reviewer.page
    reviewer.when_opening("/worklist")
    page.click(FIELD)
    page.wait_for_selector("#area_list [role=option]")
    shown = page.locator("#area_list [role=option]").all_inner_texts()
    assert shown[0] == "我负责的全部地区" and len(shown) == 4
    for key, expected in (
        ("ArrowDown", 0),
        ("ArrowDown", 1),
        ("ArrowUp", 0),
        ("ArrowUp", 3),
        ("ArrowDown", 0),
    ):
        page.keyboard.press(key)
        assert page.get_attribute(FIELD, "aria-activedescendant") == f"area_list_{expected}"
    page.keyboard.press("Escape")
    assert page.get_attribute(FIELD, "aria-expanded") == "false"
    assert page.input_value(FIELD) == "" and page.url.endswith("/worklist")


def test_an_area_is_chosen_by_mouse_and_what_is_not_there_is_said(reviewer: Someone) -> None:
    page = reviewer.page
    reviewer.when_opening("/population")
    page.fill(FIELD, "没有")
    page.wait_for_selector("#area_list .nothing")
    assert page.inner_text("#area_list .nothing") == "您负责的地区中没有这样的名称。"
    page.fill(FIELD, "石桥")
    assert suggested(reviewer) == ["石桥村（示例）"]
    with page.expect_navigation():
        page.click("#area_list [role=option]")
    assert page.input_value(FIELD) == "石桥村（示例）"


def test_without_scripts_the_select_leads_down(evaluated: Site, reviewer: Someone) -> None:
    context = reviewer.page.context.browser.new_context(
        java_script_enabled=False, storage_state=reviewer.page.context.storage_state()
    )
    page = context.new_page()
    page.goto(evaluated.address + "/worklist")
    for expected in ("云岭镇（示例）", "青山村（示例）"):
        value = page.locator("#area option", has_text=expected).get_attribute("value")
        page.select_option("#area", value=value)
        page.click("form.filters button")
        assert page.locator("#area option:checked").inner_text().strip() == expected
    assert page.locator(FIELD).is_hidden()
    context.close()
