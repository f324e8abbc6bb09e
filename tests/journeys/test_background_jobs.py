"""Work in the background: the county brings the list up to date, and a village worker finds the family."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import time
from collections.abc import Iterator
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
TODAY = dt.datetime.now(tz=dt.timezone(dt.timedelta(hours=8))).date()
YEAR = TODAY.year


@pytest.fixture
def stopping() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Processes that end with the test."""
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for process in started:
        process.terminate()
        assert process.wait(timeout=30) == 0


def test_the_county_updates_the_list_and_the_village_sees_the_family(
    chromium: object, site: Site, tmp_path: Path, stopping: list[subprocess.Popen[bytes]]
) -> None:
    from conftest import WINDOW
    from journeykit.sentences import Someone

    def sit_down(username: str) -> Someone:
        context = chromium.new_context(viewport=WINDOW, locale="zh-CN", timezone_id="Asia/Shanghai")
        context.set_default_timeout(15_000)
        someone = Someone(context, site)
        someone.given_signed_in(username)
        return someone

    officer = sit_down("officer")
    officer.when_uploading(register.write(tmp_path / "register.xlsx", year=YEAR), village=VILLAGE)
    officer.when_pressing("全部写入登记库")
    worker = sit_down("worker")
    worker.when_opening("/worklist")
    worker.then_the_page_does_not_say("罗雨桐")

    # The county's reviewer is told that the list is behind, and asks for a new one.
    reviewer = sit_down("reviewer")
    reviewer.then_the_page_says("更新待遇名单", "尚未按政策核对过。")
    reviewer.then_the_page_is_sound("home-reviewer-never")
    reviewer.when_pressing("更新名单")
    reviewer.then_address_matches(r"/jobs#job-\d+$")
    reviewer.then_the_page_says("更新待遇名单", "大方县", "等待中")
    reviewer.then_the_page_is_sound("jobs-waiting")

    # A worker comes; without a click the row says how far it is, and then that it is done.
    command = [sys.executable, "-m", "tongchou", "worker"]
    stopping.append(subprocess.Popen(command, env=site.environment, cwd=site.var))
    row = reviewer.page.locator("tbody tr")
    expect(row).to_contain_text("已完成", timeout=60_000)
    expect(row).to_contain_text("已核对11人。")
    expect(row.get_by_role("button")).to_have_count(0)
    expect(reviewer.page.get_by_role("status").first).to_contain_text("更新待遇名单: 已完成")
    reviewer.then_the_page_is_sound("jobs-done")
    reviewer.when_opening("/")
    reviewer.then_the_page_says("此后没有新写入的登记表。", "数据截至")
    reviewer.then_the_page_is_sound("home-reviewer")

    # The village worker finds the family; jobs are not the village's business.
    worker.when_opening("/worklist")
    worker.then_the_page_says("罗雨桐", "罗德贵")
    worker.then_the_page_does_not_say("后台任务")

    # A birth is registered: the village sees the family the same minute, and nobody has pressed a button.
    officer.when_looking_for("罗小燕")
    officer.when_following("罗小燕")
    mother = officer.page.locator("a[href^='/people/']", has_text="罗小燕").first.get_attribute("href")
    officer.when_opening(f"{mother}/record/child")
    officer.page.fill("#id_name", "罗新芽")
    officer.page.select_option("#id_sex", "2")
    officer.page.fill("#id_birth", TODAY.isoformat())
    officer.page.select_option("#id_relation", "42")
    officer.page.select_option("#id_evidence_kind", "birth_certificate")
    officer.page.fill("#id_evidence", "样本-0001")
    officer.when_pressing("登记孩子")
    registered = time.monotonic()
    officer.then_the_page_says("孩子已登记。")
    while "罗新芽" not in worker.page.locator("main").inner_text():
        assert time.monotonic() - registered < 60, "the list has not followed within a minute"
        worker.page.wait_for_timeout(1_000)
        worker.when_opening("/worklist")
    worker.then_the_page_says("罗新芽", "新列入")
    worker.then_the_page_is_sound("worklist-new")

    # The visit is written down; who wrote it sees how it ended.
    worker.page.locator("tbody summary").first.click()
    worker.then_the_page_is_sound("worklist-visit")
    worker.when_pressing("已告知")
    worker.then_the_page_says("走访已记录，其他没有任何改变。", "已告知，")
    worker.then_the_page_is_sound("worklist-visited")
    for someone in (officer, worker, reviewer):
        someone.page.context.close()


def test_without_script_a_link_shows_how_far_it_is(chromium: object, site: Site) -> None:
    from journeykit.sentences import Someone

    context = chromium.new_context(java_script_enabled=False, locale="zh-CN")
    reviewer = Someone(context, site)
    reviewer.given_signed_in("reviewer")
    reviewer.when_pressing("更新名单")
    reviewer.when_following("刷新页面查看进度")
    reviewer.then_the_page_says("更新待遇名单")
    reviewer.when_pressing("取消")
    context.close()
