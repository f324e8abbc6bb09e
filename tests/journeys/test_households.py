"""What becomes of households: split, a new head, a child elsewhere and in whose care, two become one."""

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
    from playwright.sync_api import Page

pytestmark = [pytest.mark.journey, pytest.mark.wide]
VILLAGE = "青山村（示例）"
YEAR = dt.datetime.now(tz=dt.timezone(dt.timedelta(hours=8))).year
LOOK = {"zh": "尚未写入，以下是将要登记的内容。", "en": "Nothing is recorded yet. This is what would be."}
NAMES = {
    "split": "分户",
    "merge": "并入另一户",
    "head": "变更户主",
    "lodging": "登记住在另一户",
    "guardian": "登记监护人",
}


def household_of(officer: Someone, name: str) -> str:
    """The address of the household somebody belongs to now."""
    officer.when_looking_for(name)
    with officer.page.expect_navigation():
        officer.page.locator("main").get_by_role("link", name=name).first.click()
    found = officer.page.locator("main a[href^='/households/']").first.get_attribute("href")
    return re.match(r"/households/\d+", found)[0]


def act(
    officer: Someone, household: str, act: str, fill: Callable[[Page], object], *said: str, **relations: str
) -> None:
    """Choose, look at it, in both languages; then say who is what to the head, and record it.

    Switching the language leads back to the first step, with nothing recorded.
    """
    officer.when_opening(f"{household}/family")
    officer.when_following(re.compile(f"^{NAMES[act]}$"))
    officer.then_address_matches(f"{household}/{act}$")
    for language in ("en", "zh"):
        officer.given_language(language)
        officer.then_the_page_is_sound(f"household-{act}-choose")
        officer.then_everything_can_be_hit()
        fill(officer.page)
        with officer.page.expect_navigation():
            officer.page.locator("main form button[type=submit]").first.click()
        officer.then_the_page_says(LOOK[language], *said)
        officer.then_the_page_is_sound(f"household-{act}-look")
        officer.then_everything_can_be_hit()
    for person, relation in relations.items():
        officer.page.get_by_label(person).select_option(label=relation)
    officer.when_pressing("确认登记")
    officer.then_address_matches("/family$")


def test_households_change_and_the_family_stays_in_sight(
    site: Site, at_desk: Callable[[str], Someone], tmp_path: Path
) -> None:
    officer = at_desk("officer")
    officer.when_uploading(register.write(tmp_path / "register.xlsx", year=YEAR), village=VILLAGE)
    officer.when_pressing("全部写入登记库")

    # The family tree, drawn and in words.
    luo = household_of(officer, "罗德贵")
    officer.when_opening(luo)
    officer.when_following("家庭与户")
    officer.then_the_page_says("家庭与户", "罗德贵", "陈秀英", "罗小燕", "罗雨桐")
    officer.then_there_are("svg .kin", 4)
    officer.then_it_is_sound_in_both_languages("household-family")

    # Mother and child become a household of their own; nothing is recorded before it was looked at.
    officer.when_opening(f"{luo}/split")
    officer.when_pressing("先预览")
    officer.then_the_page_says("请选择分出的成员。")
    officer.then_the_page_is_sound("household-split-mistakes")

    def leave(page: Page) -> None:
        for name in ("罗小燕", "罗雨桐"):
            page.get_by_label(name, exact=True).check()
        page.select_option("#id_head", label="罗小燕")

    act(officer, luo, "split", leave, "罗雨桐")
    officer.then_the_page_says("分户已登记。")
    young = household_of(officer, "罗雨桐")
    assert young != luo and household_of(officer, "罗小燕") == young

    # The wife becomes the head.
    chen = household_of(officer, "陈国强")
    act(officer, chen, "head", lambda page: page.select_option("#id_head", label="李桂兰"), "陈国强")
    officer.then_the_page_says("户主已变更。", "李桂兰")

    # A child lives with another household of the village, and its head answers for it.
    mu, neighbour = household_of(officer, "穆永康"), register.families(YEAR)[0].members[0]

    def lodge(page: Page) -> None:
        page.select_option("#id_person", label="穆子轩")
        page.click("#id_area_text")
        page.locator("#id_area_list [role=option]", has_text=VILLAGE).first.click()
        page.wait_for_selector("#id_area_list", state="hidden")
        page.fill("#id_number", "0001")

    def guard(page: Page) -> None:
        page.select_option("#id_person", label="穆子轩")
        page.select_option("#id_guardian", "number")
        page.fill("#id_guardian_number", neighbour.number)
        page.select_option("#id_evidence_kind", index=1)
        page.fill("#id_evidence", "委托书")

    act(officer, mu, "lodging", lodge, "穆子轩", "0001")
    officer.then_the_page_says("已登记实际居住的户。", "0001")
    act(officer, mu, "guardian", guard, "穆子轩", neighbour.name)
    officer.then_the_page_says("监护人已登记。", neighbour.name)
    officer.then_the_page_does_not_say(neighbour.number)
    officer.then_it_is_sound_in_both_languages("household-arranged")

    # Two old people move in with their neighbours: the household is closed and leads to theirs.
    yang, relations = household_of(officer, "杨正华"), {"杨正华": "其他亲属", "王桂芝": "其他亲属"}
    act(officer, yang, "merge", lambda page: page.fill("#id_number", "0003"), "李桂兰", **relations)
    officer.then_the_page_says("并户已登记。", "本户已注销")
    officer.then_it_is_sound_in_both_languages("household-closed")
    assert household_of(officer, "王桂芝") == chen
    officer.when_opening(f"{yang}/split")
    officer.then_the_page_says("本户已注销")
    officer.then_it_is_sound_in_both_languages("household-split-closed")
    outsider = at_desk("outsider")
    outsider.when_opening(f"{chen}/family")
    outsider.then_the_page_does_not_say("李桂兰", "王桂芝")
