"""A wrong date is corrected by two people, a wrong entry is taken back by two, and the history tells both."""

from __future__ import annotations

import datetime as dt
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
BORN, MEANT = f"{YEAR - 9}-03-02", f"{YEAR - 9}-02-03"
WAS, IS = f"{YEAR - 9}年3月2日", f"{YEAR - 9}年2月3日"


def test_a_date_of_birth_and_a_death(site: Site, at_desk: Callable[[str], Someone], tmp_path: Path) -> None:
    officer, worker, reviewer = at_desk("officer"), at_desk("worker"), at_desk("reviewer")
    officer.when_uploading(register.write(tmp_path / "right.xlsx", year=YEAR), village="青山村（示例）")
    officer.when_pressing("全部写入登记库")

    # A child nobody had entered; the officer writes day and month the wrong way round.
    officer.when_opening("/households/1")
    officer.when_following("补登人员")
    officer.then_it_is_sound_in_both_languages("person-enter")
    officer.page.fill("#id_name", "罗小雪")
    officer.page.fill("#id_birth", "2月")
    officer.when_pressing("登记此人")
    officer.then_the_page_says("请检查填写内容", "请选择性别。", "请选择材料种类。", "这不是日期")
    officer.then_the_page_is_sound("person-enter-wrong")
    officer.page.select_option("#id_sex", "2")
    officer.page.fill("#id_birth", BORN)
    officer.page.select_option("#id_relation", label="外孙女")
    officer.page.select_option("#id_parent", label="罗小燕")
    officer.page.select_option("#id_evidence_kind", "birth_certificate")
    officer.page.fill("#id_evidence", f"{YEAR - 9}年县医院签发")
    officer.when_pressing("登记此人")
    officer.then_the_page_says("已登记在这一户。", "罗小雪")

    # The village worker sees the certificate and asks; the register stays as it is.
    worker.when_opening("/households/1")
    worker.when_following("罗小雪")
    worker.then_address_matches(r"/people/\d+$")
    worker.then_the_page_says(WAS, "申请更正")
    worker.then_the_page_does_not_say("登记死亡")
    worker.then_it_is_sound_in_both_languages("person-worker")
    address = worker.page.url.removeprefix(site.address)
    worker.when_following("申请更正")
    worker.page.fill("#id_birth", MEANT)
    worker.when_pressing("提交更正申请")
    worker.then_the_page_says("请从列表中选择理由。", "请选择材料种类。", "请填写材料编号或日期。")
    worker.then_the_page_is_sound("correction-ask-wrong")
    worker.page.select_option("#id_reason", "mistyped")
    worker.page.select_option("#id_evidence_kind", "birth_certificate")
    worker.page.fill("#id_evidence", f"{YEAR - 9}年县医院签发")
    worker.when_pressing("提交更正申请")
    worker.then_address_matches(address)
    worker.then_the_page_says("由另一人核对后决定", "等待决定", WAS)
    worker.then_it_is_sound_in_both_languages("person-asked")

    # The county compares and approves.
    reviewer.when_opening("/")
    reviewer.then_the_page_says("待您决定的更正")
    reviewer.when_following("查看待决定的更正")
    reviewer.then_the_page_says("罗小雪", "周敏", "当时写错了")
    reviewer.then_it_is_sound_in_both_languages("corrections")
    reviewer.when_following("更正：出生日期")
    reviewer.then_the_page_says(WAS, IS, "出生医学证明", "周敏")
    reviewer.then_it_is_sound_in_both_languages("correction")
    reviewer.when_pressing("驳回")
    reviewer.then_the_page_says("请检查填写内容")
    reviewer.when_pressing("批准并登记")
    reviewer.then_the_page_says("已批准，登记库已更新。", "没有等待决定的更正")
    reviewer.then_it_is_sound_in_both_languages("corrections-none")
    reviewer.when_following("已决定")
    reviewer.then_the_page_says("罗小雪", "已批准")
    reviewer.then_it_is_sound_in_both_languages("corrections-decided")

    # The record says the new date; its history old, new, why and who.
    worker.when_opening(address)
    worker.then_the_page_says(IS, WAS, "当时写错了", "周敏", "何建国", "更正身份信息")
    worker.then_it_is_sound_in_both_languages("person-corrected")

    # A death recorded for the wrong person is taken back.
    officer.when_opening(address)
    officer.then_it_is_sound_in_both_languages("person-officer")
    officer.when_following("登记死亡")
    officer.then_it_is_sound_in_both_languages("act-death")
    officer.page.fill("#id_day", f"{YEAR - 1}-12-03")
    officer.page.select_option("#id_evidence_kind", "death_certificate")
    officer.page.fill("#id_evidence", "字第12号")
    officer.when_pressing("先预览")
    officer.then_the_page_says("尚未写入", "罗小雪", f"{YEAR - 1}年12月3日", "字第12号")
    officer.then_the_page_is_sound("act-death-look")
    officer.then_everything_can_be_hit()
    officer.when_pressing("确认登记")
    officer.then_the_page_says("死亡已登记。", "已故")
    officer.when_following("撤回")
    officer.then_the_page_says("将有哪些变化", f"{YEAR - 1}年12月3日")
    officer.then_it_is_sound_in_both_languages("entry-take-back")
    officer.page.select_option("#id_reason", "other_person")
    officer.when_pressing("申请撤回")
    officer.then_the_page_says("由另一人核对后决定", "已故")
    officer.when_following("撤回记录：")
    officer.then_the_page_says("这是您提交的申请，由另一人决定。")
    officer.then_it_is_sound_in_both_languages("correction-own")
    reviewer.when_opening("/corrections")
    reviewer.when_following("撤回记录：")
    reviewer.then_the_page_says(f"{YEAR - 1}年12月3日", "是别人的信息", "李红梅")
    reviewer.then_it_is_sound_in_both_languages("correction-reversal")
    reviewer.when_pressing("批准并登记")
    officer.when_opening(address)
    officer.then_the_page_does_not_say("已故")
    officer.then_the_page_says("撤回", "是别人的信息")
    officer.then_it_is_sound_in_both_languages("person-taken-back")

    # What others build on does not go away: it is said which.
    officer.when_opening("/people/3")
    officer.page.locator("a[href*='/take-back']").last.click()
    officer.then_the_page_says("有以下妨碍")
    officer.then_it_is_sound_in_both_languages("entry-take-back-obstacle")


@pytest.mark.parametrize("act", ["child", "marriage", "divorce", "adoption", "residence", "registration",
                                 "conversion", "determination", "insurance", "phones"])  # fmt: skip
def test_every_act_has_a_sound_form(at_desk: Callable[[str], Someone], act: str) -> None:
    officer = at_desk("officer")
    officer.when_opening(f"/people/2/record/{act}")
    officer.then_it_is_sound_in_both_languages(f"act-{act}")
