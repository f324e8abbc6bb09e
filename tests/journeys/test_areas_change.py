"""A county splits a village: one plans, another puts it in force, then it is undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Site
    from journeykit.sentences import Someone

pytestmark = [pytest.mark.journey, pytest.mark.wide]


def _somebody(chromium: object, site: Site, name: str) -> Someone:
    from conftest import WINDOW
    from journeykit.sentences import Someone

    person = Someone(chromium.new_context(viewport=WINDOW, locale="zh-CN"), site)
    person.given_signed_in(name)
    return person


def test_a_village_is_split_by_two_people_and_put_together_again(chromium: object, site: Site) -> None:
    planner = _somebody(chromium, site, "reviewer")
    planner.when_opening_the_menu_at("管理")
    planner.when_following("行政区划")
    planner.then_the_page_is_sound("areas")
    planner.when_following("大方县")
    planner.when_following("云岭镇（示例）")
    planner.when_following("青山村（示例）")
    planner.then_the_page_is_sound("area")
    planner.when_following("拆分")
    planner.when_pressing("保存变更方案")
    planner.then_the_page_says("各份额合计须为100%", "请选择变更生效日期", "请填写变更依据的文件")
    planner.then_the_page_is_sound("area-plan-wrong")
    for number, (name, code, share) in enumerate(
        (("上青山村（示例）", "520521901211", "60"), ("下青山村（示例）", "520521901212", "40")), 1
    ):
        planner.page.fill(f"[name=name_{number}]", name)
        planner.page.fill(f"[name=code_{number}]", code)
        planner.page.fill(f"[name=share_{number}]", share)
    planner.page.get_by_label("一组", exact=True).select_option("1")
    planner.page.get_by_label("二组", exact=True).select_option("2")
    planner.page.fill("#id_effective_on", "2026-01-01")
    planner.page.fill("#id_document", "县政发〔2025〕88号（示例）")
    planner.when_pressing("保存变更方案")
    planner.then_the_page_says(
        "该变更由您拟定，须由其他人员执行。", "新设：上青山村（示例）（520521901211），占人口的60%。"
    )
    planner.then_the_page_is_sound("area-change-planned")
    address = planner.page.url.removeprefix(site.address)

    other = _somebody(chromium, site, "colleague")
    other.when_opening(address)
    other.when_pressing("执行变更")
    other.then_the_page_says("变更已执行。")
    other.then_the_page_is_sound("area-change-in-force")
    other.when_opening("/areas")
    other.when_following("大方县")
    other.when_following("云岭镇（示例）")
    other.then_the_page_says("上青山村（示例）", "下青山村（示例）", "青山村（示例）")
    other.then_the_page_is_sound("area-after-a-split")
    other.when_opening(address)
    other.when_pressing("撤销变更")
    other.then_the_page_says("已恢复到变更前的状态。")
    other.given_language("en")
    other.then_the_page_is_sound("area-change-undone")
    for person in (planner, other):
        person.page.context.close()
