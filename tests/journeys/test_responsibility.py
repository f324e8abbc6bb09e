"""A target is broken down, does not add up, is mended; the agreement is signed by both sides and printed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Site

pytestmark = pytest.mark.journey
BREAK_DOWN = "/targets/break-down?area={}&period={}&indicator=paid_on_time"


def sent(page: Any, button: str) -> None:
    with page.expect_navigation():
        page.locator(button).first.click()


def seen(page: Any, name: str) -> None:
    """A picture of the page where ``TONGCHOU_PICTURES`` names a folder."""
    folder = os.environ.get("TONGCHOU_PICTURES")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def area(page: Any, name: str) -> str:
    """The number of an area in the picker of the page."""
    chosen = page.locator("#area option", has_text=name).first.get_attribute("value")
    assert chosen
    return str(chosen)


def break_down(page: Any, values: list[str]) -> None:
    """One value after the other into the rows of the form, with a denominator of 50 each."""
    fields = page.locator("tbody tr input[name^=value_]")
    weights = page.locator("tbody tr input[name^=weight_]")
    for at in range(fields.count()):
        fields.nth(at).fill(values[min(at, len(values) - 1)])
        weights.nth(at).fill("50")
    sent(page, "section[aria-labelledby=units] button[type=submit]")


def head(person: Any, unit: str, title: str, holder: str) -> None:
    """A post of a unit, and somebody in it."""
    page = person.page
    person.when_opening(f"/posts/new?area={unit}")
    page.fill("[name=title]", title)
    page.fill("section[aria-labelledby=post] [name=phone]", "0857-8222222")
    sent(page, "section[aria-labelledby=post] button[type=submit]")
    sent(page, f"tbody a:has-text('{title}')")
    page.fill("#appoint-holder", holder)
    if page.locator("#appoint-document").count():
        page.fill("#appoint-document", "任字〔2026〕1号")
    sent(page, "form[action$='/appoint'] button")
    assert holder in page.inner_text("main")


def test_from_a_sum_that_is_off_to_a_signed_sheet(site: Site, at_desk: Any) -> None:
    county, second = at_desk("reviewer"), at_desk("colleague")
    officer, worker = at_desk("officer"), at_desk("worker")
    county.when_opening("/posts")
    town = area(county.page, "云岭镇（示例）")
    officer.when_opening(f"/posts?area={town}")
    village = area(officer.page, "青山村（示例）")
    head(county, town, "镇党委书记", "孙平（示例）")
    head(officer, village, "村支书", "李文（示例）")
    seen(officer.page, "post")

    county.when_opening("/targets")
    year = county.page.input_value("#period")[:4]
    own = county.page.locator("#area option:checked").get_attribute("value")
    county.when_opening(BREAK_DOWN.format(own, year))
    row = county.page.locator("tbody tr", has_text="云岭镇（示例）")
    row.locator("input").nth(0).fill("97")
    sent(county.page, "section[aria-labelledby=units] button[type=submit]")
    second.when_opening(BREAK_DOWN.format(own, year))
    sent(second.page, "button[value=accept]")

    page = officer.page
    officer.when_opening(BREAK_DOWN.format(town, year))
    break_down(page, ["95"])
    seen(page, "waits")
    assert page.locator("button[value=accept]").count() == 0  # whoever set them accepts nothing
    second.when_opening(BREAK_DOWN.format(town, year))
    sent(second.page, "button[value=accept]")
    assert "少2" in second.page.inner_text("main [role=alert]")
    seen(second.page, "off")
    page.reload()
    page.fill("#decide-said", "重新分解")
    sent(page, "button[value=refuse]")
    break_down(page, ["97"])
    second.when_opening(BREAK_DOWN.format(town, year))
    sent(second.page, "button[value=accept]")
    assert "相符" in second.page.inner_text("main section[aria-labelledby=sum]")

    officer.when_opening(f"/agreements/new?area={town}")
    page.select_option("[name=unit]", label="青山村（示例）")
    page.fill("[name=promises]", "各项待遇按时足额发放\n投诉在期限内答复")
    page.fill("[name=given]", "工作经费2万元")
    sent(page, "main .stack form[method=post] button[type=submit]")
    sent(page, "form[action$='/offer'] button")
    assert page.locator("form[action$='/sign']").count() == 0  # not for the other side
    address = page.url.removeprefix(site.address)
    worker.when_opening(address)
    sent(worker.page, "form[action$='/sign'] button")
    seen(worker.page, "signed")
    for name in ("孙平（示例）", "李文（示例）", "97.0%"):
        assert name in worker.page.inner_text("main")
    first, again = (worker.page.request.get(f"{site.address}{address}.pdf").body() for _n in range(2))
    assert first == again and first.startswith(b"%PDF")
