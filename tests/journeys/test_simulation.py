"""A planner simulates a raise of the childcare subsidy from 3,600 to 4,800 yuan, and an earlier age."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
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
NEXT = YEAR + 1
#: People of the registers: none of them stands on the page or in its workbook.
PEOPLE = ("钱德", "钱小", "520599")
RURAL = {"户口性质": "居民户口", "界定为农村居民.是否": "是", "界定为农村居民.界定时间": "2017-01"}
GIRL = {
    "60周岁以上填报.存活男孩数": 0,
    "60周岁以上填报.存活女孩数": 1,
    "60周岁以上填报.曾生育（含收养）子女数": 1,
}


def families(number: int, first: int) -> list[register.Family]:
    """Households of a grandparent between 58 and 66, a parent and a child of last year."""
    listed = []
    for place in range(first, first + number):
        sign = chr(0x4E10 + place)
        age, odd = 57 + place % 9, place % 2
        old = register.Member(
            f"钱德{sign}", "户主", "男" if odd else "女", dt.date(YEAR - age, 1 + place % 12, 3), 100 + place,
            RURAL | {"婚姻状况": "丧偶"} | (GIRL if age >= 60 else {}),
        )  # fmt: skip
        middle = register.Member(
            f"钱文{sign}", "女儿", "女", dt.date(YEAR - 30, 1 + place % 12, 4), 200 + 2 * place, RURAL
        )
        small = register.Member(
            f"钱小{sign}", "外孙女", "女", dt.date(YEAR - 1, 1 + place % 12, 5), 200 + 2 * place,
            RURAL | {"婚姻状况": "未婚"},
        )  # fmt: skip
        listed.append(register.Family("一组" if first == 0 else "", [old, middle, small]))
    return listed


@pytest.fixture(scope="module")
def filled(site: Site, chromium: object, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Two townships with a register each, and a snapshot."""
    from journeykit.sentences import Someone

    folder = tmp_path_factory.mktemp("registers")
    for username, township, village, number, first in (
        ("officer", "云岭镇（示例）", "青山村（示例）", 36, 0),
        ("outsider", "望山镇（示例）", "石桥村（示例）", 27, 40),
    ):
        context = chromium.new_context(locale="zh-CN")
        officer = Someone(context, site)
        officer.given_signed_in(username)
        listed, file = families(number, first), folder / f"{first}.xlsx"
        register.write(file, year=YEAR, village=village, township=township, listed=listed)
        officer.when_uploading(file, village=village)
        officer.when_pressing("全部写入登记库")
        context.close()
    site.run("evaluate")
    return site


@pytest.fixture
def sit_down(filled: Site, at_desk: Callable[[str], Someone]) -> Callable[[str], Someone]:
    """Somebody signed in where the registers are."""
    return at_desk


def test_a_planner_simulates_3600_to_4800(sit_down: Callable[[str], Someone], tmp_path: Path) -> None:
    planner = sit_down("statistician")
    planner.when_following("政策测算")
    planner.then_address_matches(r"/simulate$")
    planner.then_the_page_says("每孩每年补贴标准（元）", f"按今天已知的规定，{NEXT}年为3,600元", "随之调整")
    planner.then_it_is_sound_in_both_languages("simulate-empty")

    planner.page.fill("#id_value_yearly_amount", "2400")
    planner.when_pressing("开始测算")
    planner.then_the_page_says("依照规定，不得低于3,600元。", "请填写测算用途。")
    assert planner.page.input_value("#id_value_yearly_amount") == "2400"
    planner.then_the_page_is_sound("simulate-wrong")

    planner.page.fill("#id_value_yearly_amount", "4,800")
    planner.page.fill("#id_purpose", "编制下一年度预算")
    planner.when_pressing("开始测算")
    planner.then_the_page_says(
        f"每孩每年补贴标准：3,600元 → 4,800元，{NEXT}年起",
        "300元 → 400元",
        "可由省级或市（州）级规定",
        "本级无权规定",
        "226,800元",  # 63 children
        "302,400元",
        "+75,600",
        "望山镇（示例）",
    )
    planner.then_the_page_does_not_say(*PEOPLE)
    planner.page.wait_for_selector("#bars-money svg")
    planner.then_the_page_is_sound("simulate-raised")
    with planner.page.expect_download() as waiting:
        planner.page.get_by_text("下载Excel").first.click()
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(file).active.iter_rows()]
    assert rows[0][0] == f"政策测算：育儿补贴，{NEXT}年"
    assert ["合计", 63, 226800, 63, 302400, 75600, 63, 75600] in [row[:8] for row in rows]
    written = " ".join(str(value) for row in rows for value in row)
    assert not any(name in written for name in PEOPLE)


def test_it_is_told_in_english_too(sit_down: Callable[[str], Someone]) -> None:
    clerk = sit_down("finance")
    clerk.given_language("en")
    clerk.when_following("What if the law changed")
    clerk.page.fill("#id_value_yearly_amount", "4800")
    clerk.page.fill("#id_purpose", "budget")
    clerk.when_pressing("Simulate")
    clerk.then_the_page_says("3,600 yuan → 4,800 yuan", "+75,600", "By the assumption")
    clerk.page.wait_for_selector("#bars-money svg")
    clerk.then_the_page_is_sound("simulate-raised")
    clerk.then_everything_can_be_hit()
    clerk.given_language("zh")


def test_an_earlier_age_shows_who_gains_and_who_lacks_a_fact(sit_down: Callable[[str], Someone]) -> None:
    reviewer = sit_down("reviewer")
    reviewer.when_opening("/simulate?programme=elderly_reward")
    reviewer.page.fill("#id_value_starting_age", "58")
    reviewer.page.fill("#id_value_yearly_amount", "1200")
    reviewer.page.fill("#id_purpose", "研究提前起始年龄")
    reviewer.when_pressing("开始测算")
    reviewer.then_the_page_says("60 → 58", "需要补充信息", "可由省级、市（州）级或县级规定")
    reviewer.then_the_page_does_not_say("本级无权规定", *PEOPLE)
    reviewer.then_the_page_is_sound("simulate-age")
    reviewer.given_language("en")
    reviewer.when_opening("/simulate?programme=elderly_reward")
    reviewer.then_the_page_is_sound("simulate-age-empty")
    reviewer.given_language("zh")


def test_without_script_the_tables_say_it_all(filled: Site, chromium: object) -> None:
    from journeykit.sentences import Someone

    context = chromium.new_context(java_script_enabled=False, locale="zh-CN")
    supervisor = Someone(context, filled)
    supervisor.given_signed_in("finance")
    supervisor.when_opening("/simulate")
    supervisor.page.fill("#id_value_yearly_amount", "4800")
    supervisor.page.fill("#id_purpose", "预算")
    supervisor.when_pressing("开始测算")
    assert supervisor.page.is_visible("#units")
    assert not supervisor.page.is_visible("#bars-money")
    context.close()


def test_a_village_worker_does_not_find_it(sit_down: Callable[[str], Someone]) -> None:
    worker = sit_down("worker")
    worker.then_the_page_does_not_say("/simulate")
    worker.when_opening("/simulate")
    worker.then_the_page_says("您没有这个权限")
