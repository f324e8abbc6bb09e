"""The public pages, help and the gallery: sound in both languages, light and dark, and on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Site
    from journeykit.sentences import Someone

pytestmark = [pytest.mark.journey, pytest.mark.wide]
PUBLIC = {"rights": "/rights", "notice": "/notice"}
SIGNED_IN = {"help": "/help", "gallery": "/components", **{f"{k}-framed": v for k, v in PUBLIC.items()}}


@pytest.fixture(params=["zh", "en"])
def stranger(site: Site, chromium: object, request: pytest.FixtureRequest) -> Iterator[Someone]:
    """Somebody from the street who reads one of the languages."""
    from conftest import WINDOW
    from journeykit.sentences import Someone

    context = chromium.new_context(viewport=WINDOW, locale="zh-CN")
    someone = Someone(context, site)
    someone.when_opening("/rights")
    someone.given_language(request.param)
    yield someone
    context.close()


@pytest.fixture(params=["zh", "en"])
def keeper(site: Site, chromium: object, request: pytest.FixtureRequest) -> Iterator[Someone]:
    """The system administrator."""
    from conftest import WINDOW
    from journeykit.sentences import Someone

    context = chromium.new_context(viewport=WINDOW, locale="zh-CN")
    someone = Someone(context, site)
    someone.given_signed_in("keeper-system")
    someone.given_language(request.param)
    yield someone
    context.close()


def then_it_is_fit(someone: Someone, name: str) -> None:
    """Sound, in one language, large enough to hit."""
    someone.then_the_page_is_sound(name)
    someone.then_everything_can_be_hit()
    assert strangers_of(someone) == []


def strangers_of(someone: Someone) -> list[str]:
    from test_every_page import TEXTS, strangers

    language = (someone.page.get_attribute("html", "lang") or "")[:2]
    return strangers(someone.page.evaluate(TEXTS, language), language)


def test_anybody_reads_the_rights(stranger: Someone) -> None:
    for name, path in PUBLIC.items():
        stranger.when_opening(path)
        then_it_is_fit(stranger, name)
    stranger.when_opening("/sign-in")
    stranger.page.click("footer a[href='/rights']")
    stranger.page.wait_for_url("**/rights")
    assert stranger.page.locator("#rule-11").is_visible()


def test_the_rights_are_read_on_a_telephone(stranger: Someone) -> None:
    stranger.page.set_viewport_size({"width": 390, "height": 844})
    for name, path in PUBLIC.items():
        stranger.when_opening(path)
        then_it_is_fit(stranger, f"{name}-phone")


def test_help_and_gallery_are_fit(keeper: Someone) -> None:
    for name, path in SIGNED_IN.items():
        keeper.when_opening(path)
        then_it_is_fit(keeper, name)
    keeper.page.emulate_media(color_scheme="dark")
    keeper.when_opening("/components")
    keeper.then_the_page_is_sound("gallery-dark")
    keeper.page.emulate_media(color_scheme="light", forced_colors="active")
    keeper.then_the_page_is_sound("gallery-forced")


def test_the_gallery_works_by_keyboard_and_without_motion(keeper: Someone) -> None:
    keeper.page.emulate_media(reduced_motion="reduce")
    keeper.when_opening("/help")
    keeper.page.keyboard.press("Tab")
    assert keeper.page.evaluate("document.activeElement.className") == "skip"
    keeper.when_opening("/components")
    summary = keeper.page.locator("details.ask > summary")
    summary.focus()
    ring = summary.evaluate("one => getComputedStyle(one).outlineWidth")
    assert ring == "3px"
    keeper.page.keyboard.press("Enter")
    assert keeper.page.locator("details.ask .solid-danger").is_visible()
    names = "[...document.querySelectorAll('*')].map((one) => getComputedStyle(one).animationName)"
    assert set(keeper.page.evaluate(names)) == {"none"}


def test_paper_has_no_navigation(stranger: Someone) -> None:
    """Chromium's own print: A4, more than one page of the rights, bar and foot gone."""
    stranger.when_opening("/rights")
    stranger.page.emulate_media(media="print")
    for gone in (".bar", ".foot", ".no-print"):
        assert not stranger.page.locator(gone).first.is_visible(), gone
    assert stranger.page.locator("#rule-11").is_visible()
    paper = stranger.page.pdf(prefer_css_page_size=True)
    boxes = {tuple(map(float, box.split())) for box in re.findall(rb"/MediaBox \[([^\]]+)\]", paper)}
    assert {(round(box[2]), round(box[3])) for box in boxes} == {(595, 842)}
