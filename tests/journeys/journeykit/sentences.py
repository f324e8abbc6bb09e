"""The sentences browser journeys are written in: given, when, then."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from journeykit.setting import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Locator

AXE = Path(__file__).parents[1] / "vendor" / "axe.min.js"
#: Set to a folder to keep a picture of every page the journeys look at.
PICTURES = os.environ.get("TONGCHOU_SCREENS", "")

#: Controls smaller than 24 × 24 px that are not words within a line (WCAG 2.2, 2.5.8).
SMALL = """
() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary')].filter((one) => {
  const style = getComputedStyle(one);
  if (one.matches('[type=hidden], .skip') || style.visibility === 'hidden') return false;
  if (style.display === 'inline') return false;
  const box = one.getBoundingClientRect();
  return box.width > 0 && box.height > 0 && (box.width < 23.5 || box.height < 23.5);
}).map((one) => one.outerHTML.slice(0, 120))
"""


class Someone:
    """A person with a browser, in front of an installation."""

    def __init__(self, context: BrowserContext, site: object) -> None:
        self.site = site
        self.page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda line: self._hear(line))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, line: ConsoleMessage) -> None:
        """Scripts and the content policy complain here; a refused page (4xx) is an answer, not a fault."""
        if line.type == "error" and "the server responded with a status of 4" not in line.text:
            self.complaints.append(line.text)

    # given
    def given_signed_in(self, username: str) -> None:
        self.page.goto(self.site.address + "/sign-in")
        self.page.fill("#id_username", username)
        self.page.fill("#id_password", PASSWORD)
        self.page.click("main button[type=submit]")
        self.page.wait_for_url(self.site.address + "/")

    def given_language(self, language: str) -> None:
        """The interface in ``zh`` or ``en``, switched by the button of the bar."""
        here = (self.page.get_attribute("html", "lang") or "")[:2]
        if here != language:
            with self.page.expect_navigation():
                self.page.click("form[action='/language'] button")
        assert (self.page.get_attribute("html", "lang") or "").startswith(language)

    # when
    def when_opening(self, path: str) -> None:
        self.page.goto(self.site.address + path)

    def when_following(self, name: str | re.Pattern[str]) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=name).first.click()

    def when_opening_the_menu_at(self, heading: str) -> None:
        """A group of the menu, by the keyboard; one that is open stays so."""
        group = self.page.locator(".side details", has=self.page.locator("summary", has_text=heading))
        if group.get_attribute("open") is None:
            group.locator("summary").focus()
            self.page.keyboard.press("Enter")
        assert group.get_attribute("open") is not None

    def when_pressing(self, name: str | re.Pattern[str]) -> None:
        """A button that leads to another page."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name).first.click()

    def when_uploading(self, workbook: Path, *, village: str = "") -> None:
        """Without a village the file tells its own."""
        self.when_opening("/intake/new")
        self.page.set_input_files("#id_file", workbook)
        if village:
            self.page.click("#id_village_text")
            self.page.get_by_role("option", name=village).first.click()
        with self.page.expect_navigation(timeout=60_000):
            self.page.click("main button[type=submit]")

    def when_looking_for(self, text: str) -> None:
        self.when_opening("/search")
        self.page.fill("#id_text", text)
        # The answer arrives before the page shows it: only a settled page may be counted.
        self.page.evaluate(
            "() => { window.shown = new Promise((done, failed) => { setTimeout(failed, 20000);"
            " document.body.addEventListener('htmx:afterSettle', () => done(null), {once: true}) }) }"
        )
        self.page.press("#id_text", "Enter")
        self.page.evaluate("() => window.shown")

    # then
    def then_the_page_says(self, *texts: str) -> None:
        for text in texts:
            self.page.get_by_text(text).first.wait_for(state="attached")
        said = self.page.inner_text("body")
        for text in texts:
            assert text in said, f"{text!r} is not on the page"

    def then_the_page_does_not_say(self, *texts: str) -> None:
        said = self.page.content()
        for text in texts:
            assert text not in said, f"{text!r} is on the page"

    def then_address_matches(self, pattern: str) -> None:
        assert re.search(pattern, self.page.url), self.page.url

    def then_there_are(self, selector: str, number: int) -> Locator:
        found = self.page.locator(selector)
        assert found.count() == number, f"{found.count()} × {selector}"
        return found

    def then_the_page_is_sound(self, name: str = "") -> None:
        """Accessible, without script errors or refused content, nothing too wide; pictured if asked."""
        self.page.wait_for_load_state("networkidle")
        self._picture(name)
        assert self.complaints == [], self.complaints
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{wide} pixels too wide"
        violations = self._axe()
        assert violations == [], violations

    def then_it_is_sound_in_both_languages(self, name: str) -> None:
        """Sound, with everything to be hit, in Chinese and in English; Chinese again afterwards."""
        for language in ("zh", "en"):
            self.given_language(language)
            self.then_the_page_is_sound(name)
            self.then_everything_can_be_hit()
        self.given_language("zh")

    def then_everything_can_be_hit(self) -> None:
        """Every control is at least 24 × 24 px, but for links within a line of text."""
        small = self.page.evaluate(SMALL)
        assert small == [], small

    def _axe(self) -> list[str]:
        # Evaluated by the browser's debugger, which the page's content policy does not bind.
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("axe.run({resultTypes: ['violations']})")
        return [
            f"{item['id']} ({item['impact']}): " + "; ".join(node["html"][:160] for node in item["nodes"][:3])
            for item in found["violations"]
        ]

    def _picture(self, name: str) -> None:
        if not (PICTURES and name):
            return
        language = (self.page.get_attribute("html", "lang") or "")[:2]
        folder = Path(PICTURES)
        folder.mkdir(parents=True, exist_ok=True)
        self.page.evaluate("window.scrollTo(0, 0)")
        self.page.screenshot(path=folder / f"{name}.{language}.png")
        self.page.screenshot(path=folder / f"{name}.{language}.full.png", full_page=True)
