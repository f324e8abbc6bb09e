"""A resident applies on a telephone without a script; the township opens it; the code tells of it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from journeykit import register

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Site

pytestmark = pytest.mark.journey
PHONE = {"width": 360, "height": 740}
YEAR = dt.datetime.now(tz=dt.timezone(dt.timedelta(hours=8))).year
#: The first of the register, as he fills it in.
HEAD = register.families(YEAR)[0].members[0]
WHO = {"name": HEAD.name, "id_number": HEAD.number, "phone": "13885730012"}


def press(page: Any) -> None:
    """The button of the first form of the page."""
    with page.expect_navigation():
        page.locator("main form button[type=submit]").first.click()


def choose_village(page: Any) -> None:
    """County, township and village, a press of the button after each."""
    page.locator("input[name=kind][value=hardship_aid]").check()
    for name in ("大方县", "云岭镇（示例）", "青山村（示例）"):
        values = page.locator("#area option").all()
        value = next(one.get_attribute("value") for one in values if one.inner_text().strip() == name)
        page.select_option("#area", value)
        press(page)


def test_a_resident_applies_on_a_telephone_without_a_script(
    site: Site, chromium: Any, tmp_path: Path
) -> None:
    from conftest import WINDOW
    from journeykit.sentences import Someone

    desk = chromium.new_context(viewport=WINDOW, locale="zh-CN")
    officer = Someone(desk, site)
    officer.given_signed_in("officer")
    officer.when_uploading(register.write(tmp_path / "right.xlsx", year=YEAR), village="青山村（示例）")
    officer.when_pressing("全部写入登记库")

    plain = chromium.new_context(viewport=PHONE, locale="zh-CN", java_script_enabled=False)
    page = plain.new_page()
    page.goto(site.address + "/apply")
    choose_village(page)
    press(page)  # nothing is filled in
    assert page.locator(".field-error").count() >= 4
    for name, value in WHO.items():
        page.fill(f"#id_{name}", value)
    page.fill("#id_situation", "房屋受灾")
    press(page)
    code = page.locator("#code").inner_text()
    assert len(code.replace(" ", "")) == 12
    page.goto(site.address + "/apply/follow")
    page.fill("#id_code", code.lower())
    press(page)
    assert HEAD.name not in page.content()

    officer.when_opening("/applications")
    officer.when_following(HEAD.name)
    officer.then_the_page_is_sound("application")
    officer.page.locator("input[name=who]").first.check()
    officer.page.locator("input[name=confirmed]").check()
    with officer.page.expect_navigation():
        officer.page.locator("form[action$='/open'] button[type=submit]").click()
    officer.then_address_matches(r"/cases/\d+$")
    number = officer.page.locator("nav.crumbs [aria-current]").inner_text()
    page.goto(site.address + "/apply/follow")
    page.fill("#id_code", code)
    press(page)
    assert number in page.content()
    plain.close()

    phone = Someone(chromium.new_context(viewport=PHONE, locale="zh-CN"), site)
    phone.when_opening("/apply")
    phone.then_it_is_sound_in_both_languages("phone-apply")
    choose_village(phone.page)
    phone.then_the_page_is_sound("phone-apply-form")
    phone.then_everything_can_be_hit()
    for name, value in WHO.items():
        phone.page.fill(f"#id_{name}", value)
    phone.page.fill("#id_situation", "孩子住院")
    press(phone.page)
    phone.then_the_page_is_sound("phone-apply-receipt")
    own = phone.page.locator("#code").inner_text()
    phone.when_opening("/apply/follow")
    phone.page.fill("#id_code", own)
    press(phone.page)
    phone.then_the_page_is_sound("phone-apply-follow")
    phone.then_everything_can_be_hit()
    phone.page.context.close()
    desk.close()
