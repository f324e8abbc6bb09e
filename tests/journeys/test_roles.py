"""One short journey for each role that sees no families: home, its page, its file, and nobody named."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from journeykit import register

if TYPE_CHECKING:
    from conftest import Site
    from journeykit.sentences import Someone

pytestmark = pytest.mark.journey
YEAR = dt.datetime.now(tz=dt.timezone(dt.timedelta(hours=8))).year
#: People of the register: none of them, and no part of a number, is on these pages or in their files.
PEOPLE = ("罗德贵", "罗雨桐", "穆子轩", "520599", "13885730012")


@pytest.fixture(scope="module")
def filled(site: Site, chromium: object, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The installation with one register stored, and an evaluation."""
    from journeykit.sentences import Someone

    context = chromium.new_context(locale="zh-CN")
    officer = Someone(context, site)
    officer.given_signed_in("officer")
    folder = tmp_path_factory.mktemp("registers")
    officer.when_uploading(register.write(folder / "right.xlsx", year=YEAR), village="青山村（示例）")
    officer.when_pressing("全部写入登记库")
    context.close()
    site.run("evaluate")
    return site


@pytest.fixture
def sit_down(filled: Site, chromium: object) -> Iterator[Callable[[str], Someone]]:
    from conftest import WINDOW
    from journeykit.sentences import Someone

    contexts = []

    def begin(username: str) -> Someone:
        context = chromium.new_context(viewport=WINDOW, locale="zh-CN", timezone_id="Asia/Shanghai")
        context.set_default_timeout(15_000)
        contexts.append(context)
        someone = Someone(context, filled)
        someone.given_signed_in(username)
        someone.then_the_page_does_not_say(*PEOPLE)
        return someone

    yield begin
    for context in contexts:
        context.close()


def workbook_of(someone: Someone, folder: Path) -> list[list[object]]:
    """The rows of the workbook behind the page's button; nobody is named in it."""
    with someone.page.expect_download() as waiting:
        someone.page.get_by_text("下载Excel").first.click()
    file = folder / waiting.value.suggested_filename
    waiting.value.save_as(file)
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(file).active.iter_rows()]
    written = " ".join(str(value) for row in rows for value in row)
    assert not any(name in written for name in PEOPLE)
    return rows


def test_finance_sees_what_is_expected(sit_down: Callable[[str], Someone], tmp_path: Path) -> None:
    clerk = sit_down("finance")
    clerk.then_the_page_says("本年预计", "涉及户数过少，不予显示。", "育儿补贴")
    clerk.when_following("按项目和单位查看")
    clerk.then_address_matches(r"/money$")
    clerk.then_the_page_says("资金测算", "云岭镇（示例）", "不足10户", "政策版本")
    clerk.then_the_page_does_not_say(*PEOPLE)
    rows = workbook_of(clerk, tmp_path)
    assert [f"{YEAR}年资金测算"] == rows[0][:1]
    assert any(row[0] == "云岭镇（示例）" and "*" in row for row in rows)
    clerk.when_opening("/worklist")
    clerk.then_the_page_says("您没有这个权限")


def test_the_supervisor_sees_units_in_their_order(sit_down: Callable[[str], Someone], tmp_path: Path) -> None:
    supervisor = sit_down("supervisor")
    supervisor.then_the_page_says("本年登记表", "申领率", "大方县")
    supervisor.when_following("各单位工作进度")
    supervisor.then_address_matches(r"/progress$")
    supervisor.page.locator("#bars-registers svg").wait_for()
    supervisor.then_the_page_says("不排名")
    supervisor.then_the_page_does_not_say(*PEOPLE)
    units = supervisor.page.locator("#units tbody th").all_inner_texts()
    assert units[:3] == ["七星关区", "大方县", "金沙县"]
    rows = workbook_of(supervisor, tmp_path)
    assert [row[0] for row in rows if row[0] in units] == units
    supervisor.when_opening("/money")
    supervisor.then_the_page_says("百里杜鹃管理区")


def test_without_script_the_table_says_it_all(filled: Site, chromium: object) -> None:
    from journeykit.sentences import Someone

    context = chromium.new_context(java_script_enabled=False, locale="zh-CN")
    supervisor = Someone(context, filled)
    supervisor.given_signed_in("supervisor")
    supervisor.when_opening("/progress")
    assert supervisor.page.is_visible("#units")
    assert not supervisor.page.is_visible("#bars-claims")
    context.close()


def test_the_statistician_sees_what_is_not_known(sit_down: Callable[[str], Someone], tmp_path: Path) -> None:
    statistician = sit_down("statistician")
    statistician.then_the_page_says("在册健在人口", "信息不详情况", "数据距今", "户口性质")
    statistician.when_following("年龄性别构成")
    statistician.then_address_matches(r"/population$")
    statistician.then_the_page_does_not_say(*PEOPLE)
    assert any(row[0] == "合计" for row in workbook_of(statistician, tmp_path))
    statistician.when_opening("/search")
    statistician.then_the_page_says("您没有这个权限")


def test_the_department_reads_programmes_and_texts(sit_down: Callable[[str], Someone]) -> None:
    reader = sit_down("department")
    reader.then_the_page_says("施行中的项目", "政策依据", "国卫办人口发〔2025〕24号")
    for path in ("/money", "/progress", "/population", "/intake", "/audit"):
        reader.when_opening(path)
        reader.then_the_page_says("您没有这个权限")


def test_the_auditor_reads_and_verifies(
    sit_down: Callable[[str], Someone], filled: Site, tmp_path: Path
) -> None:
    from playwright.sync_api import expect

    auditor = sit_down("auditor")
    auditor.then_the_page_says("近七天记录", "尚未在页面上校验过。")
    auditor.when_following("校验日志")
    auditor.then_address_matches(r"/audit$")
    auditor.then_the_page_says("按政策核对", "写入登记表", "登录")
    auditor.then_the_page_does_not_say(*PEOPLE)
    auditor.when_pressing("校验日志")
    auditor.then_the_page_says("等待中")
    command = [sys.executable, "-m", "tongchou", "worker"]
    worker = subprocess.Popen(command, env=filled.environment, cwd=filled.var)
    try:
        expect(auditor.page.locator("#verification")).to_contain_text("上次校验", timeout=60_000)
    finally:
        worker.terminate()
        worker.wait(timeout=30)
    auditor.then_the_page_is_sound("audit-verified")
    auditor.page.fill("#username", "officer")
    auditor.when_pressing("只看该账号")
    auditor.then_address_matches(r"/audit\?actor=\d+$")
    auditor.then_the_page_says("仅显示李红梅的操作")
    rows = workbook_of(auditor, tmp_path)
    assert any(row[2] == "李红梅" and row[3] == "写入登记表" for row in rows)
    auditor.when_opening("/audit?action=audit.export")
    auditor.then_the_page_says("下载审计记录", "郑洁")


@pytest.mark.parametrize("username", ["system", "security"])
def test_the_administrators_see_whether_all_is_well(
    sit_down: Callable[[str], Someone], username: str
) -> None:
    keeper = sit_down(username)
    keeper.then_the_page_says("排队任务", "数据库", "密钥", "后台程序", "正常", "您的页面")
    keeper.then_the_page_is_sound()
    for path in ("/search", "/worklist", "/money", "/audit"):
        keeper.when_opening(path)
        keeper.then_the_page_says("您没有这个权限")


def test_roles_are_told_apart_by_their_menu(sit_down: Callable[[str], Someone]) -> None:
    menus = {
        "finance": [
            *("首页", "资金测算", "资金专户", "发放批次", "多发追回", "资金进度", "政策测算", "后台任务"),
            *("我的账号", "使用帮助"),
        ],
        "department": ["首页", "我的账号", "使用帮助"],
        "auditor": ["首页", "审计日志", "后台任务", "我的账号", "使用帮助"],
    }
    for username, expected in menus.items():
        someone = sit_down(username)
        items = someone.page.locator("nav[aria-label='主菜单'] a, .side nav a").all_inner_texts()
        assert [re.sub(r"\s+", "", item) for item in items] == expected


@pytest.mark.parametrize("username", ["reviewer", "officer", "worker", "finance", "supervisor", "system"])
def test_every_menu_stands_on_one_screen(filled: Site, chromium: object, username: str) -> None:
    from conftest import WINDOW
    from journeykit.sentences import Someone

    context = chromium.new_context(viewport=WINDOW, locale="zh-CN", timezone_id="Asia/Shanghai")
    someone = Someone(context, filled)
    someone.given_signed_in(username)
    for group in someone.page.locator(".side details").all():
        heading = group.locator("summary").inner_text()
        someone.when_opening_the_menu_at(heading)
        address = group.locator("a").first.get_attribute("href")
        group.locator("a").first.click()
        someone.then_address_matches(f"{address}$")
        someone.page.wait_for_load_state()  # the address changes before the page stands
        over = someone.page.locator(".side nav").evaluate(
            "nav => [nav.scrollHeight - nav.clientHeight, nav.getBoundingClientRect().bottom]"
        )
        assert over[0] <= 0 and over[1] <= 768, (heading, over)
    someone.when_opening("/")
    someone.then_the_page_is_sound(f"home-{username}")
    someone.then_everything_can_be_hit()
    context.close()


def test_on_a_phone_the_page_comes_before_the_menu(filled: Site, chromium: object) -> None:
    from journeykit.sentences import Someone

    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    reviewer = Someone(context, filled)
    reviewer.given_signed_in("reviewer")
    reviewer.when_opening("/cases")
    reviewer.then_there_are(".side details[open]", 0)
    assert reviewer.page.locator(".side").bounding_box()["height"] < 200
    reviewer.when_opening_the_menu_at("办理")
    assert reviewer.page.get_by_role("link", name="公示", exact=True).is_visible()
    reviewer.then_the_page_is_sound("menu-phone")
    reviewer.then_everything_can_be_hit()
    context.close()
