"""The main journey: a register with mistakes comes in, is mended, and a family's reasons come out."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from journeykit import register
from playwright.sync_api import expect

if TYPE_CHECKING:
    from conftest import Site
    from journeykit.sentences import Someone

pytestmark = pytest.mark.journey
VILLAGE = "青山村（示例）"
YEAR = dt.datetime.now(tz=dt.timezone(dt.timedelta(hours=8))).year


def test_township_officer_brings_a_register_in_and_reads_why(
    someone: Someone, site: Site, tmp_path: Path
) -> None:
    wrong = register.write(tmp_path / "wrong.xlsx", year=YEAR, mistakes=True)
    right = register.write(tmp_path / "right.xlsx", year=YEAR)

    # A register with three planted mistakes is read; each is named with its cell; nothing is stored.
    someone.given_signed_in("officer")
    someone.then_the_page_is_sound("home-empty")
    someone.when_uploading(wrong, village=VILLAGE)
    someone.then_address_matches(r"/intake/\d+$")
    someone.then_the_page_says("有3处需要改正", "I5", "H9", "E13", "等您决定")
    someone.then_the_page_says("有1栏依法不得再收集")
    someone.then_the_page_does_not_say("上环", "避孕")
    someone.then_the_page_is_sound("intake-problems")
    someone.when_pressing("放弃这份文件")
    someone.then_the_page_says("文件已放弃，没有写入任何内容。")
    someone.when_looking_for("罗德贵")
    someone.then_the_page_says("没有找到")

    # Mended, it goes in.
    someone.when_uploading(right, village=VILLAGE)
    someone.then_the_page_says("全部单元格都已读懂", "读取了4户11人。")
    someone.then_the_page_is_sound("intake-ready")
    someone.when_pressing("全部写入登记库")
    someone.then_the_page_says("新增或变更11人。")
    someone.then_the_page_is_sound("intake-stored")

    # The rules are applied; the work-list shows who is entitled.
    site.run("evaluate")
    someone.when_opening("/")
    someone.then_the_page_is_sound("home")
    someone.when_opening("/worklist")
    someone.then_the_page_says("罗雨桐", "罗德贵", "穆子轩", "育儿补贴", "周敏")
    someone.then_the_page_is_sound("worklist")

    # One family, and why, clause by clause.
    someone.when_following("罗雨桐")
    someone.then_address_matches(r"/households/\d+#person-\d+$")
    someone.then_the_page_says("罗德贵户", "3,600元", "符合", "下一步")
    someone.then_the_page_does_not_say("13885730012", "上环")
    someone.then_the_page_is_sound("household")

    # What has been claimed leaves the list.
    someone.when_opening("/worklist?programme=childcare_subsidy")
    row = someone.page.locator("tr", has_text="罗雨桐")
    with someone.page.expect_navigation():
        row.get_by_role("button").click()
    someone.then_the_page_says("已记为申领：")
    expect(someone.page.locator("tr", has_text="罗雨桐")).to_have_count(0)


def test_full_numbers_ask_for_a_purpose(someone: Someone, site: Site) -> None:
    someone.given_signed_in("worker")
    someone.when_looking_for("ldg")  # pinyin initials of 罗德贵
    someone.then_address_matches(r"/search$")
    someone.when_following("罗德贵")
    someone.page.get_by_role("link", name="显示罗德贵的完整号码").click()
    someone.page.locator("#unmask select").wait_for()
    someone.then_the_page_is_sound("unmask-purpose")
    someone.page.get_by_role("button", name="显示一次").click()
    someone.then_the_page_says("请先选择用途。")
    someone.page.select_option("#unmask select", "verify_identity")
    someone.page.get_by_role("button", name="显示一次").click()
    number = register.families(YEAR)[0].members[0].number
    someone.page.get_by_text(number).wait_for()
    someone.then_the_page_says("13885730012")
    someone.then_the_page_is_sound("unmask-shown")
    someone.page.reload()
    someone.then_the_page_does_not_say(number)


def test_another_township_sees_nothing_of_it(someone: Someone) -> None:
    someone.given_signed_in("outsider")
    someone.when_looking_for("罗德贵")
    someone.then_the_page_says("没有找到")
    someone.when_opening("/worklist")
    someone.then_the_page_does_not_say("罗雨桐", "罗德贵")
    for path in ("/households/1", "/people/1/unmask", "/intake/1"):
        someone.when_opening(path)
        someone.then_the_page_says("没有找到", "不在您负责的地区")


def test_search_needs_two_characters_and_works_without_script(chromium: object, site: Site) -> None:
    from journeykit.sentences import Someone

    context = chromium.new_context(java_script_enabled=False, locale="zh-CN")
    reader = Someone(context, site)
    reader.given_signed_in("officer")
    reader.when_opening("/search")
    reader.page.fill("#id_text", "罗")
    reader.when_pressing("查找")
    reader.then_the_page_says("请至少输入2个字。")
    reader.page.fill("#id_text", "罗德")
    reader.when_pressing("查找")
    reader.then_address_matches(r"/search$")
    reader.then_the_page_says("罗德贵", "520599***********")
    context.close()
