"""A month is closed, its bulletin made by one person, sealed by another, read by everybody."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Site

pytestmark = pytest.mark.journey


def sent(page: Any, act: str) -> None:
    """Sends the form of an act, opened where it is folded."""
    form = page.locator(f"form[action$='/{act}']").first
    fold = form.locator("xpath=ancestor::details")
    if fold.count() and fold.get_attribute("open") is None:
        fold.locator("summary").click()
    with page.expect_navigation():
        form.locator("button[type=submit]").last.click()


def seen(page: Any, name: str) -> None:
    """A picture of the page where ``TONGCHOU_PICTURES`` names a folder."""
    folder = os.environ.get("TONGCHOU_PICTURES")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_from_a_closed_month_to_the_public_page(site: Site, chromium: Any, at_desk: Any) -> None:
    maker, second = at_desk("reviewer"), at_desk("colleague")
    page = maker.page
    maker.when_opening("/month-close")
    month = page.input_value("#month")
    page.check("form[action$='/close'] [name=below]")
    sent(page, "close")
    assert page.locator("form[action$='/close']").count() == 0  # a closed month stays closed
    seen(page, "month-close")
    maker.when_opening("/unit-bulletins")
    page.locator("main details", has=page.locator("#id_period")).locator("summary").click()
    page.fill("#id_period", month)
    sent(page, "make")
    seen(page, "made")
    address = page.url.removeprefix(site.address)
    assert page.locator("form[action$='/publish']").count() == 0  # not by whoever made it
    public = chromium.new_context(locale="zh-CN").new_page()
    assert public.goto(f"{site.address}/bulletins/{address.rsplit('/', 1)[1]}").status == 404
    second.when_opening(address)
    sent(second.page, "publish")
    public.goto(site.address + "/bulletins")
    with public.expect_navigation():
        public.locator("main tbody th a").first.click()
    assert "云岭镇（示例）" in public.inner_text("main")
    assert public.locator("#restated").count() == 1
    seen(public, "public")
    link = public.locator("main a[href$='.pdf']").first.get_attribute("href")
    first, again = (public.request.get(site.address + str(link)).body() for _n in range(2))
    assert first == again and first.startswith(b"%PDF")
    for path in ("/qualified-villages", "/unit-alerts", "/unit-consequences", address):
        second.when_opening(path)
        seen(second.page, path.strip("/").replace("/", "-"))
