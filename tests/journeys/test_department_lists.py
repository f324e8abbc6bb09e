"""The county brings in lists and decides; the township helps a family register a child."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from journeykit import lists, register

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Site
    from journeykit.sentences import Someone

pytestmark = [pytest.mark.journey, pytest.mark.wide]
VILLAGE = "青山村（示例）"
YEAR = dt.datetime.now(tz=dt.timezone(dt.timedelta(hours=8))).year


def bring_in(reviewer: Someone, workbook: Path) -> None:
    reviewer.when_opening("/lists/new")
    reviewer.page.set_input_files("#id_file", workbook)
    reviewer.when_pressing("开始核对")


def test_lists_come_in_and_a_newborn_is_helped(
    site: Site, at_desk: Callable[[str], Someone], tmp_path: Path
) -> None:
    officer = at_desk("officer")
    officer.when_uploading(register.write(tmp_path / "register.xlsx", year=YEAR), village=VILLAGE)
    officer.when_pressing("全部写入登记库")

    # Deaths: one is clear, one without a number is chosen by a person, one is a stranger's.
    reviewer = at_desk("reviewer")
    reviewer.when_opening("/lists")
    reviewer.then_the_page_says("还没有名单")
    reviewer.then_the_page_is_sound("lists-empty")
    reviewer.when_opening("/lists/new")
    reviewer.then_the_page_is_sound("list-new")
    bring_in(reviewer, lists.deaths(tmp_path / "deaths.xlsx", YEAR))
    reviewer.then_address_matches(r"/lists/\d+$")
    reviewer.then_the_page_says("公安死亡注销", "1行等您决定", "罗德贵", "没有可用的公民身份号码")
    reviewer.then_the_page_does_not_say(lists.number_of("罗德贵", YEAR))
    reviewer.then_the_page_is_sound("list-who")
    reviewer.when_pressing("都不是")
    reviewer.then_the_page_says("登记库保持不变")
    reviewer.when_pressing("写入2行")
    reviewer.then_the_page_says("已记录1行。", "已写入")
    reviewer.then_the_page_is_sound("list-stored")

    # Conversions: another date stands side by side and is decided on.
    bring_in(reviewer, lists.conversions(tmp_path / "conversions.xlsx", YEAR))
    reviewer.then_the_page_says(
        "公安农转城", "登记库中的日期不同。", f"{YEAR - 2}年6月", f"{YEAR - 2}年8月20日"
    )
    reviewer.then_the_page_is_sound("list-differs")
    reviewer.given_language("en")
    reviewer.then_the_page_is_sound("list-differs")
    reviewer.given_language("zh")
    reviewer.when_pressing("以名单为准")
    reviewer.then_the_page_says("各行均已明确")
    reviewer.then_the_page_is_sound("list-decided")
    reviewer.when_pressing("写入2行")
    reviewer.then_the_page_says("已记录2行。")

    # A birth: the county sees a number, the registrar sees whom to help.
    bring_in(reviewer, lists.births(tmp_path / "births.xlsx", YEAR))
    reviewer.then_the_page_says("医院出生登记", "需帮办登记", "有2栏依法不得再收集")
    reviewer.then_the_page_does_not_say("罗小燕", "准000731")
    reviewer.then_the_page_is_sound("list-births")
    reviewer.when_pressing("写入1行")
    reviewer.then_the_page_says("1条出生信息已转给母亲户籍所在村的登记员")
    reviewer.when_opening("/lists")
    reviewer.then_the_page_is_sound("lists")
    reviewer.given_language("en")
    reviewer.then_the_page_is_sound("lists")

    outsider = at_desk("outsider")
    outsider.when_opening("/newborns")
    outsider.then_the_page_says("没有等待的")
    officer.when_opening("/newborns")
    officer.then_the_page_says("罗小燕", "尚未取名", "大方县人民医院", "138****0077")
    officer.then_the_page_does_not_say("准000731", "孕次", "13885730077")
    officer.then_the_page_is_sound("newborns")
    officer.page.get_by_role("link", name="帮办罗小燕").or_(
        officer.page.get_by_role("link", name="帮办 罗小燕")
    ).click()
    officer.page.wait_for_url("**/newborns/*")
    officer.then_the_page_says("登记不需要结婚证", "138****0077")
    officer.when_pressing("显示号码以便联系")
    officer.then_the_page_says("13885730077")
    officer.then_the_page_is_sound("newborn")
    officer.given_language("en")
    officer.then_the_page_is_sound("newborn")
    officer.given_language("zh")
    officer.page.fill("#id_name", "罗新雨")
    officer.when_pressing("登记孩子")
    officer.then_address_matches(r"/households/\d+$")
    officer.then_the_page_says("孩子已登记在母亲户内。", "罗新雨")
    officer.then_the_page_is_sound("newborn-registered")
    officer.when_opening("/newborns")
    officer.then_the_page_says("没有等待的")
    officer.then_the_page_is_sound("newborns-none")


def test_a_list_of_another_county_is_taken_back(
    site: Site, at_desk: Callable[[str], Someone], tmp_path: Path
) -> None:
    """The list of deaths, stored in the journey above, should never have been stored."""
    reviewer, colleague = at_desk("reviewer"), at_desk("colleague")
    reviewer.given_language("zh")
    reviewer.when_opening("/households/1")
    reviewer.then_the_page_says("陈秀英", "已故")
    reviewer.when_opening("/lists/1")
    reviewer.when_following("撤回文件")
    reviewer.then_address_matches("/lists/1/take-back$")
    reviewer.then_it_is_sound_in_both_languages("list-undo")
    reviewer.when_pressing("申请撤回这份文件")
    reviewer.then_the_page_is_sound("list-undo-mistake")
    reviewer.page.select_option("#id_reason", "other_county")
    reviewer.when_pressing("申请撤回这份文件")
    reviewer.then_the_page_does_not_say("批准并撤回")
    reviewer.then_it_is_sound_in_both_languages("list-undo-asked")

    # The other reviewer finds it on the home page.
    colleague.when_opening("/")
    colleague.page.locator("a[href='/lists#undos']").first.click()
    colleague.page.wait_for_url("**/lists#undos")
    colleague.then_it_is_sound_in_both_languages("lists-undos")
    with colleague.page.expect_navigation():
        colleague.page.locator("#undos").locator("xpath=ancestor::section").locator("a").first.click()
    colleague.then_it_is_sound_in_both_languages("list-undo-decide")
    colleague.when_pressing("批准并撤回")
    colleague.then_the_page_is_sound("list-undo-running")
    site.run("work")
    colleague.when_opening("/lists/1/take-back")
    colleague.then_the_page_says("这份文件已撤回")
    colleague.then_it_is_sound_in_both_languages("list-undo-done")
    colleague.when_opening("/lists/1")
    colleague.then_it_is_sound_in_both_languages("list-undone")
    colleague.when_opening("/households/1")
    colleague.then_the_page_says("陈秀英")
    colleague.then_the_page_does_not_say("已故</span>")

    # Right after all, it comes again.
    bring_in(reviewer, lists.deaths(tmp_path / "deaths.xlsx", YEAR))
    reviewer.then_the_page_says("1行等您决定")
