"""Somebody written down twice is found, joined by two people, taken apart again; the history tells both."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from journeykit import register

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Site
    from journeykit.sentences import Someone

pytestmark = [pytest.mark.journey, pytest.mark.wide]
YEAR = dt.datetime.now(tz=dt.timezone(dt.timedelta(hours=8))).year
#: The grandfather, and how somebody else writes him: it sounds the same.
WHO, WRITTEN = "罗德贵", "罗德桂"


def work_off(site: Site, someone: Someone) -> None:
    """A worker comes and does what waits."""
    command = [sys.executable, "-m", "tongchou", "worker"]
    worker = subprocess.Popen(command, env=site.environment, cwd=site.var)
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            someone.when_opening("/jobs")
            if "已完成" in someone.page.inner_text("main"):
                return
            time.sleep(1)
        pytest.fail("the job was not done within a minute")
    finally:
        worker.terminate()
        worker.wait(timeout=30)


def test_two_records_become_one_and_two_again(
    site: Site, at_desk: Callable[[str], Someone], tmp_path: Path
) -> None:
    officer, reviewer = at_desk("officer"), at_desk("reviewer")
    officer.when_uploading(register.write(tmp_path / "right.xlsx", year=YEAR), village="青山村（示例）")
    officer.when_pressing("全部写入登记库")
    officer.when_opening("/duplicates")
    officer.then_it_is_sound_in_both_languages("duplicates-empty")

    # The grandfather is entered once more in another household, written otherwise, without his number.
    officer.when_opening("/households/2")
    officer.when_following("补登人员")
    officer.page.fill("#id_name", WRITTEN)
    officer.page.fill("#id_birth", f"{YEAR - 63}-03-07")
    officer.page.select_option("#id_sex", "1")
    officer.page.select_option("#id_relation", label="其他")
    officer.page.select_option("#id_evidence_kind", "birth_certificate")
    officer.page.fill("#id_evidence", "村委会证明")
    officer.when_pressing("登记此人")
    officer.then_the_page_says("已登记在这一户。")

    # The county has the register searched.
    reviewer.when_opening("/duplicates")
    reviewer.when_pressing("立即查找")
    work_off(site, reviewer)

    # The officer compares; what differs is marked, and the page says why the two stand together.
    for show in ("sure", "ask"):
        officer.when_opening(f"/duplicates?show={show}")
        if WHO in officer.page.inner_text("main"):
            break
    officer.then_the_page_says(WHO)
    officer.then_it_is_sound_in_both_languages("duplicates")
    officer.when_following(WHO)
    officer.then_address_matches(r"/duplicates/\d+$")
    officer.then_the_page_says("姓名同音而写法不同。", "出生日期相同。", "不同", "陈秀英", "保留的记录")
    officer.then_it_is_sound_in_both_languages("duplicate")
    address = officer.page.url.removeprefix(site.address)
    officer.when_pressing("是同一个人")
    officer.then_the_page_says("已提交。由另一人比对后决定。")
    officer.when_opening(address)
    officer.then_the_page_says("这是您提交的申请，由另一人决定。")
    officer.then_the_page_does_not_say("批准并登记")

    # Another person approves.
    reviewer.when_opening("/")
    reviewer.then_the_page_says("重复登记", "其中1对他人已比对，等您审核。")
    reviewer.when_opening("/duplicates?show=second")
    reviewer.then_it_is_sound_in_both_languages("duplicates-second")
    reviewer.when_following(WHO)
    reviewer.then_it_is_sound_in_both_languages("duplicate-second")
    reviewer.when_pressing("批准并登记")
    reviewer.then_the_page_says("已批准，登记库已更新。", "已批准：合并")
    reviewer.then_it_is_sound_in_both_languages("duplicate-joined")

    # One record remains, and its history tells of the other.
    officer.when_looking_for("罗德")
    assert officer.page.locator("#results tbody tr, main tbody tr").count() == 1
    officer.when_opening(address)
    officer.when_following("第一份记录")
    officer.then_address_matches(r"/people/\d+$")
    officer.then_the_page_says("同一人的两份记录合并")
    officer.then_it_is_sound_in_both_languages("person-joined")

    # It was a mistake: asked by one, approved by the other, and there are two again.
    officer.when_opening(address)
    officer.when_pressing("申请拆分")
    reviewer.when_opening(address)
    reviewer.when_pressing("批准并登记")
    reviewer.then_the_page_says("第一份记录", "第二份记录", "已批准：拆分")
    officer.when_looking_for("罗德")
    assert officer.page.locator("#results tbody tr, main tbody tr").count() == 2

    # They are two people: noted, and not asked again.
    officer.when_opening(address)
    officer.when_pressing("是两个人")
    officer.when_opening("/duplicates?show=two")
    officer.then_it_is_sound_in_both_languages("duplicates-two")
