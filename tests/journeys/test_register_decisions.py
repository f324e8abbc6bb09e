"""Rows in question are decided, a second person approves, and the village answers for whom a list lacks."""

from __future__ import annotations

import datetime as dt
import re
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
VILLAGE = "青山村（示例）"


def row_button(name: str, row: int) -> re.Pattern[str]:
    return re.compile(rf"^{name}\s*（第{row}行）$")


def test_two_sides_disagree(site: Site, at_desk: Callable[[str], Someone], tmp_path: Path) -> None:
    officer, worker, reviewer = at_desk("officer"), at_desk("worker"), at_desk("reviewer")
    officer.when_uploading(register.write(tmp_path / "right.xlsx", year=YEAR), village=VILLAGE)
    officer.when_pressing("全部写入登记库")

    # A later list writes two names and a sex otherwise, gives a new telephone, and leaves one family out.
    later = register.families(YEAR)
    later[0].members[1].name = "陈秀瑛"
    later[0].members[1].cells["联系电话"] = "13885730099"
    later[1].members[1].name = "王桂枝"
    later[2].members[0].name = "陈国祥"
    book = register.write(tmp_path / "later.xlsx", year=YEAR, listed=later[:3])
    officer.when_uploading(book, village=VILLAGE)
    officer.then_the_page_says("等您决定", "文件中的姓名与登记库不同。", "陈秀英", "陈秀瑛", "表中未列")
    officer.then_it_is_sound_in_both_languages("register-questions")

    # No reason, then no document: the page says what is missing, and nothing happens.
    officer.when_pressing(row_button("以登记库为准", 6))
    officer.then_the_page_says("请检查填写内容", "请从列表中选择理由。")
    officer.then_the_page_is_sound("register-questions-wrong")
    officer.page.select_option("#id_ground", "paper")
    officer.when_pressing(row_button("以文件为准", 6))
    officer.then_the_page_says("请选择材料种类。")

    officer.page.select_option("#id_ground", "paper")
    officer.page.select_option("#id_evidence_kind", "id_card")
    officer.page.fill("#id_evidence", f"{YEAR - 3}年签发")
    officer.when_pressing(row_button("以文件为准", 6))
    officer.then_the_page_says("等待另一人决定", "已查看本人证件")
    officer.when_pressing(row_button("以登记库为准", 10))
    officer.page.select_option("#id_ground", "unclear")
    officer.when_pressing("全部请村里核实")
    officer.then_the_page_says("已决定1行。", "1行随问题清单退回村里核实", "下载标好错误的原表")
    officer.then_it_is_sound_in_both_languages("register-questions-decided")

    # Stored: the telephone goes in, the name waits for somebody else.
    officer.when_pressing(re.compile("写入"))
    officer.then_the_page_says("部分写入", "这份登记表未列3人")
    officer.then_it_is_sound_in_both_languages("register-stored")
    officer.when_opening("/people/2")
    officer.then_the_page_says("陈秀英", "138****0099")
    reviewer.when_opening("/corrections")
    reviewer.then_the_page_says("陈秀英")
    reviewer.when_opening("/corrections/1")
    reviewer.then_the_page_says("陈秀瑛", "据村登记表第6行")
    reviewer.when_pressing("批准并登记")
    reviewer.when_opening("/people/2")
    reviewer.then_the_page_says("陈秀瑛")

    # The same file brought in again does nothing twice.
    officer.when_uploading(book, village=VILLAGE)
    officer.then_the_page_says("部分写入")

    # The village is asked about the family its list lacks; nobody has been removed.
    worker.when_opening("/")
    worker.then_the_page_says("表中未列人员", "本村最近的登记表没有列出他们")
    worker.when_following("查看是谁")
    worker.then_the_page_says("穆永康", "赵丽", "穆子轩", "尚未答复")
    worker.then_it_is_sound_in_both_languages("not-listed")
    worker.when_pressing(re.compile("^仍在本村.*穆永康"))
    worker.then_the_page_says("已记下。登记库保持不变。")
    worker.when_pressing(re.compile("^已去世.*穆子轩"))
    worker.then_the_page_says("由乡镇核实后按日期登记")
    worker.then_the_page_does_not_say("登记死亡")

    # The township records it, on the page of the person; then the task is done.
    officer.when_opening("/not-listed")
    officer.then_it_is_sound_in_both_languages("not-listed-answered")
    officer.when_following(re.compile("^登记死亡.*穆子轩"))
    officer.then_address_matches(r"/people/\d+/record/death$")
    officer.page.check("#id_no_day")
    officer.page.select_option("#id_evidence_kind", "death_certificate")
    officer.page.fill("#id_evidence", "字第12号")
    officer.when_pressing("先预览")
    officer.when_pressing("确认登记")
    officer.when_opening("/not-listed")
    officer.then_the_page_says("赵丽")
    officer.then_the_page_does_not_say("穆子轩", "穆永康")
    worker.when_opening("/not-listed")
    worker.when_pressing(re.compile("^仍在本村.*赵丽"))
    worker.then_the_page_says("没有需要核实的人员")
    worker.then_it_is_sound_in_both_languages("not-listed-none")
