"""A sample, checked on a phone: finding, notice, reply with a picture, re-check by another, closed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Site

pytestmark = pytest.mark.journey
#: A JPEG with an Exif part, as a camera makes one.
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffe1000a45786966abcdffda0002ffd9")
PHONE = {"width": 390, "height": 844}


def seen(page: Any, name: str) -> None:
    """A picture of the page where ``TONGCHOU_PICTURES`` names a folder."""
    folder = os.environ.get("TONGCHOU_PICTURES")
    if folder:
        page.screenshot(path=f"{folder}/supervision-{name}.png", full_page=True)


def sent(page: Any, form: str) -> None:
    """Sends a form, opened where it is folded."""
    found = page.locator(form).first
    fold = found.locator("xpath=ancestor::details")
    if fold.count() and fold.get_attribute("open") is None:
        fold.locator("summary").click()
    with page.expect_navigation():
        found.locator("button[type=submit]").last.click()


def wide(page: Any) -> int:
    return page.evaluate("document.documentElement.scrollWidth")


def test_sample_finding_notice_reply_recheck_closed(site: Site, at_desk: Any) -> None:
    site.run("supervised")
    watcher, looker, worker = at_desk("watcher"), at_desk("looker"), at_desk("worker")
    page = watcher.page
    watcher.when_opening("/supervision")
    seen(page, "draws-empty")
    watcher.when_opening("/supervision/new")
    page.click("#area_text")
    page.fill("#area_text", "青山")
    page.locator("#area_list [role=option]", has_text="青山村").first.click()
    page.select_option("#id_kind", "notices")
    page.fill("#id_margin", "25")
    seen(page, "draw-new")
    sent(page, "main form:has(#id_kind)")
    draw = page.url.removeprefix(site.address)
    assert draw.startswith("/supervision/draws/")
    watcher.then_the_page_is_sound("supervision-draw")
    seen(page, "draw")
    # At the place, with a phone: the first differs, with a picture; one cannot be found by anybody.
    page.set_viewport_size(PHONE)
    page.locator("main tbody th a").first.click()
    page.wait_for_url("**/supervision/records/*")
    assert wide(page) <= PHONE["width"]
    watcher.then_the_page_is_sound("supervision-item")
    seen(page, "item-phone")
    page.check("[name=finding][value=wrong]")
    page.select_option("#id_fault", "date")
    page.fill("#id_words", "比登记晚张贴三天")
    page.set_input_files("#id_files", {"name": "p.jpg", "mimeType": "image/jpeg", "buffer": JPEG})
    sent(page, "form:has([name=finding])")
    sent(page, "form:has(#id_reason)")
    while page.locator("[name=finding]").count():
        page.check("[name=finding][value=right]")
        sent(page, "form:has([name=finding])")
    page.set_viewport_size({"width": 1366, "height": 768})
    sent(page, "form[action$='/finish']")
    seen(page, "draw-done")
    page.fill("#id_demand", "按登记日期张贴，补拍照片")
    sent(page, "form[action$='/issue']")
    notice = page.url.removeprefix(site.address)
    number = notice.rsplit("/", 1)[1]
    seen(page, "notice")
    # The unit: its own notice alone.
    worker.when_opening("/supervision")
    assert worker.page.url.endswith("/rectifications/own")
    seen(worker.page, "own-list")
    worker.when_opening(f"/rectifications/own/{number}")
    worker.page.fill("#id_words", "已按登记日期张贴")
    worker.page.set_input_files("#id_files", {"name": "q.jpg", "mimeType": "image/jpeg", "buffer": JPEG})
    seen(worker.page, "own")
    sent(worker.page, "form[action$='/reply']")
    assert worker.page.request.get(site.address + draw).status == 403
    # The finder does not close it and is not asked to; somebody else does.
    watcher.when_opening(notice)
    assert watcher.page.locator("form[action$='/recheck']").count() == 0
    looker.when_opening(notice)
    looker.page.select_option("#id_mended", "yes")
    looker.page.locator("#id_words").first.fill("到公开栏看过")
    sent(looker.page, "form[action$='/recheck']")
    assert looker.page.locator("form[action$='/recheck']").count() == 0
    looker.then_the_page_is_sound("rectification-closed")
    seen(looker.page, "closed")
    looker.when_opening("/rectifications?show=closed")
    assert f"Z{number}" in looker.page.inner_text("main")
    looker.when_opening("/supervision/units")
    assert "青山村" in looker.page.inner_text("main")
    seen(looker.page, "units")
    letter = looker.page.request.get(f"{site.address}{notice}.pdf").body()
    assert letter.startswith(b"%PDF")
    picture = worker.page.locator("main a[href*='/supervision/evidence/']").first.get_attribute("href")
    assert b"Exif" not in worker.page.request.get(site.address + str(picture)).body()
    for path, name in (("/supervision/inspections/new", "inspection-new"), ("/drawn", "commitments")):
        looker.when_opening(path)
        seen(looker.page, name)
    assert watcher.complaints == worker.complaints == []
