"""A complaint without a name, answered above the village, public until mended; the code tells it all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Site

pytestmark = pytest.mark.journey
PHONE = {"width": 360, "height": 740}
WORDS = "补贴材料交了两个月，村里一直没有报上去"
MEND = "补报五月的全部材料"


def press(page: Any) -> None:
    """The last button of the first form of the page: the way down, or the only one."""
    with page.expect_navigation():
        page.locator("main form button[type=submit]").last.click()


def choose(page: Any, *names: str) -> None:
    for name in names:
        values = page.locator("#area option").all()
        value = next(one.get_attribute("value") for one in values if one.inner_text().strip() == name)
        page.select_option("#area", value)
        press(page)


def do(page: Any, act: str, **given: str) -> None:
    """One act of the page, by its form: opened where it is folded."""
    form = page.locator(f"form[action$='/{act}']").first
    fold = form.locator("xpath=ancestor::details")
    if fold.count() and fold.get_attribute("open") is None:
        fold.locator("summary").click()
    for name, value in given.items():
        field = form.locator(f"[name={name}]")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    with page.expect_navigation():
        form.locator("button[type=submit]").click()


def follow(page: Any, site: Site, code: str) -> str:
    page.goto(site.address + "/complain/follow")
    page.fill("#id_code", code)
    press(page)
    assert code not in page.url and "?" not in page.url
    return page.inner_text("main")


def test_from_the_public_page_to_a_breach_that_is_cleared(site: Site, chromium: Any, at_desk: Any) -> None:
    plain = chromium.new_context(viewport=PHONE, locale="zh-CN", java_script_enabled=False)
    page = plain.new_page()
    page.goto(site.address + "/complain")
    choose(page, "大方县", "云岭镇（示例）", "青山村（示例）")
    press(page)
    page.select_option("#id_kind", "payment")
    page.fill("#id_words", "邻居家超生三个，没人管")
    press(page)
    assert page.locator(".field-error").count() == 1  # a family is not complained of
    page.fill("#id_words", WORDS)
    press(page)
    code = page.inner_text("#code")
    assert "received" not in page.url and len(code.replace(" ", "")) == 12
    assert WORDS not in follow(page, site, code)

    officer, second, worker = (at_desk(name) for name in ("officer", "reviewer", "worker"))
    officer.when_opening("/complaints")
    with officer.page.expect_navigation():
        officer.page.locator("main tbody a").first.click()
    officer.then_the_page_says(WORDS)
    address = officer.page.url.removeprefix(site.address)
    do(officer.page, "accept")
    do(officer.page, "note", words="查了受理登记表")
    do(officer.page, "ask", words="五月的材料何时上报？")
    worker.when_opening("/complaints/asked")
    worker.then_the_page_says("五月的材料何时上报？")
    worker.then_the_page_does_not_say(WORDS)
    do(worker.page, "reply", words="六月补报")
    worker.when_opening(address)
    worker.then_the_page_does_not_say(WORDS)
    officer.when_opening(address)
    officer.then_the_page_says("六月补报")
    do(officer.page, "find", finding="upheld", answer="查实，已责成补报", mend=MEND, mend_days="10")
    second.when_opening(address)
    do(second.page, "approve")
    assert "查实，已责成补报" in follow(page, site, code)
    do_say = page.locator("form", has=page.locator("[name=satisfaction]"))
    do_say.locator("select").select_option("satisfied")
    with page.expect_navigation():
        do_say.locator("button").click()

    page.goto(site.address + "/integrity")
    assert MEND in page.inner_text("main") and WORDS not in page.content()
    worker.when_opening("/complaints/asked")
    do(worker.page, "mended", words="全部补报，回执在案")
    officer.when_opening(address)
    do(officer.page, "confirm", mended="yes", words="看过回执")
    page.goto(site.address + "/integrity")
    assert page.locator("#cleared").count() == 1 and page.locator("#open ~ * tbody tr").count() == 0
    assert MEND in follow(page, site, code)
    plain.close()


def test_the_pages_are_sound(site: Site, at_desk: Any) -> None:
    """After the journey: of everybody, of who handles it, of the unit."""
    officer, worker = at_desk("officer"), at_desk("worker")
    for name in ("complain", "complain/follow", "integrity", "complaints?show=all", "complaints/new"):
        officer.when_opening(f"/{name}")
        officer.then_the_page_is_sound(f"complaints-{name.split('?')[0].replace('/', '-')}")
    officer.when_opening("/complaints?show=all")
    with officer.page.expect_navigation():
        officer.page.locator("main tbody a").first.click()
    officer.then_the_page_is_sound("complaints-one")
    officer.when_opening("/complain")
    choose(officer.page, "大方县", "云岭镇（示例）", "青山村（示例）")
    press(officer.page)
    officer.then_the_page_is_sound("complaints-form")
    worker.when_opening("/complaints/asked")
    worker.then_the_page_is_sound("complaints-asked")
