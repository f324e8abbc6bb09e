"""A letter from its first word to the paper of each household; a promise broken in public, and fulfilled."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Site

pytestmark = pytest.mark.journey
TITLE = "2026 年服务承诺书"
PROMISE = "公开栏每月五日前更新"
BOX = {
    "promise": PROMISE,
    "measure": "更新日期",
    "means": "村文书一名",
    "owner": "村文书（示例）",
    "proof": "公开栏照片",
    "remedy": "当天更新并说明原因",
}
#: The days residents have for their comments pass.
LATER = """
import datetime
import django
django.setup()
from tongchou.apps.commitments.models import Letter
from tongchou.core import clock
Letter.objects.filter(stage="comments").update(comments_until=clock.today() - datetime.timedelta(days=1))
"""
#: A household stands in the village's register.
FAMILY = """
import django
django.setup()
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.core import accounts, clock
from tongchou.domain.dates import PartialDate
from tongchou.domain.register.row import RegisterRow
row = RegisterRow(row_no=5, household_no="0001", name="陈老根", relation="02", sex=1,
                  birth=PartialDate(1960, 3, 12), hukou_kind="agricultural", converted=False)
registry.apply_register([row], village_id=places.area_by_code("520521901201").pk, source="a" * 64,
                        by=accounts.by_username("officer"), at=clock.now())
"""


def run(site: Site, code: str) -> None:
    subprocess.run([sys.executable, "-c", code], check=True, env=site.environment, cwd=site.var)


def do(page: Any, act: str, **given: str) -> None:
    """One act of the page, by its form: opened where it is folded."""
    form = page.locator(f"form[action$='/{act}']").first
    fold = form.locator("xpath=ancestor::details")
    if fold.count() and fold.get_attribute("open") is None:
        fold.locator("summary").click()
    for name, value in given.items():
        field = form.locator(f"[name={name}]")
        if field.first.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        elif field.first.get_attribute("type") == "radio":
            form.locator(f"[name={name}][value={value}]").check()
        else:
            field.fill(value)
    with page.expect_navigation():
        form.locator("button[type=submit]").first.click()


def press(page: Any) -> None:
    """The last button of the first form of the page: the way down, or the only one."""
    with page.expect_navigation():
        page.locator("main form button[type=submit]").last.click()


def pdf(someone: Any, address: str) -> bytes:
    answer = someone.page.request.get(address)
    assert answer.status == 200
    content: bytes = answer.body()
    return content


def test_from_a_draft_to_the_letter_of_each_household(site: Site, at_desk: Any) -> None:
    run(site, FAMILY)
    worker, officer = at_desk("worker"), at_desk("officer")
    due = (dt.datetime.now(tz=dt.UTC).date() + dt.timedelta(days=60)).isoformat()
    worker.when_opening("/commitments/new")
    worker.page.fill("#id_title", TITLE)
    with worker.page.expect_navigation():
        worker.page.locator("main form button[type=submit]").last.click()
    for name, value in (BOX | {"due": due}).items():
        worker.page.fill(f"[name=item-0-{name}]", value)
    with worker.page.expect_navigation():
        worker.page.locator("main form button[type=submit]").first.click()
    address = worker.page.url.removeprefix(site.address)
    do(worker.page, "hear", days="7")
    # Anybody reads it and may say something, without an account.
    worker.when_opening(f"/promised/{address.rsplit('/', 1)[1]}")
    worker.then_the_page_says(PROMISE)
    worker.when_opening(address)
    run(site, LATER)
    do(worker.page, "assemble")
    do(worker.page, "decide", entitled="100", present="80", in_favour="70")
    officer.when_opening(address)
    do(officer.page, "review", lawful="yes")
    worker.when_opening(address)
    do(worker.page, "publish", signed_by="村主任 王建国（示例）")
    assert pdf(worker, worker.page.url + "/letter.pdf").startswith(b"%PDF")

    worker.when_opening(address + "/households")
    do(worker.page, "print")
    site.run("work")
    worker.when_opening(address + "/households")
    link = worker.page.locator("a[href*='/commitments/letters/']").first
    assert pdf(worker, site.address + (link.get_attribute("href") or "")).startswith(b"%PDF")
    worker.page.locator("[name=household]").first.check()
    with worker.page.expect_navigation():
        worker.page.locator("main form button[type=submit]").last.click()


def test_a_broken_promise_stands_in_public_until_it_is_fulfilled(
    site: Site, chromium: Any, at_desk: Any
) -> None:
    everybody = chromium.new_context(locale="zh-CN", java_script_enabled=False).new_page()
    officer, second, worker = (at_desk(name) for name in ("officer", "reviewer", "worker"))
    everybody.goto(site.address + "/complain")
    for name in ("大方县", "云岭镇（示例）", "青山村（示例）"):
        options = everybody.locator("#area option").all()
        value = next(one.get_attribute("value") for one in options if one.inner_text().strip() == name)
        everybody.select_option("#area", value)
        press(everybody)
    press(everybody)
    everybody.select_option("#id_kind", "promise")
    everybody.select_option("#id_promise", label=PROMISE)
    everybody.fill("#id_words", "公开栏两个月没有更新")
    press(everybody)
    page = officer.page
    officer.when_opening("/complaints")
    with page.expect_navigation():
        page.locator("main tbody a").first.click()
    address = page.url.removeprefix(site.address)
    do(page, "accept")
    do(page, "find", finding="upheld", answer="查实，已责成更新", mend="五日内更新公开栏", mend_days="10")
    second.when_opening(address)
    do(second.page, "approve")
    everybody.goto(site.address + "/integrity")
    assert PROMISE in everybody.inner_text("main") and "五日内更新公开栏" in everybody.inner_text("main")
    worker.when_opening("/complaints/asked")
    do(worker.page, "mended", words="已更新，照片在案")
    officer.when_opening(address)
    do(page, "confirm", mended="yes", words="看过公开栏")
    everybody.goto(site.address + "/integrity")
    assert everybody.locator("#promises").count() == 0 and everybody.locator("#cleared").count() == 1
    everybody.goto(site.address + "/promised")
    assert TITLE in everybody.inner_text("main")
    everybody.context.close()
