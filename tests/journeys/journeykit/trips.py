"""What the journeys of cases share: families, an installation whose days pass, and the acts of officers.

Every act is given the words it is answered with, so that each journey reads what people read.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import conftest

from journeykit import register, walking
from journeykit.register import Family, Member
from journeykit.sentences import Someone
from tongchou.domain.identity import compose

if TYPE_CHECKING:
    from playwright.sync_api import Locator

YEAR = walking.MOMENT.year
VILLAGE = "青山村（示例）"
TODAY = walking.MOMENT.date()
#: Latin words that belong on the pages of these journeys: formats of files, the example of a code.
LATIN = {"excel", "xlsx", "jpeg", "childcare"}
_RURAL = {"户口性质": "居民户口", "界定为农村居民.是否": "是", "界定为农村居民.界定时间": "2017-01"}


def _alone(girls: int) -> dict[str, object]:
    """Widowed, with so many daughters and no son."""
    return _RURAL | {
        "婚姻状况": "丧偶",
        "60周岁以上填报.存活男孩数": 0,
        "60周岁以上填报.存活女孩数": girls,
        "60周岁以上填报.曾生育（含收养）子女数": girls,
    }


def families() -> list[Family]:
    """龙 (a child is born), 韦 and 覃 (60 this year), 岑 (a child whose date of birth is in doubt)."""
    return [
        Family(
            "一组",
            [
                Member("龙正兴", "户主", "男", dt.date(YEAR - 30, 3, 7), 111, dict(_RURAL)),
                Member("吴小梅", "妻", "女", dt.date(YEAR - 28, 8, 2), 122, dict(_RURAL)),
            ],
        ),
        Family(
            "一组",
            [
                Member("韦国强", "户主", "男", dt.date(YEAR - 60, 4, 9), 131, _alone(2)),
            ],
        ),
        Family(
            "二组",
            [
                Member("覃秀兰", "户主", "女", dt.date(YEAR - 60, 2, 11), 142, _alone(1)),
            ],
        ),
        Family(
            "二组",
            [
                Member("岑家旺", "户主", "男", dt.date(YEAR - 33, 1, 15), 151, dict(_RURAL)),
                Member(
                    "岑小树", "儿子", "男", dt.date(YEAR - 1, 10, 10), 161,
                    _RURAL | {"婚姻状况": "未婚", "公民身份号码": ""},
                ),
            ],
        ),
    ]  # fmt: skip


class WalkingSite(conftest.Site):
    """An installation of ``walking.py``."""

    def run(self, *words: str) -> None:
        program = str(Path(walking.__file__))
        subprocess.run([sys.executable, program, *words], check=True, env=self.environment, cwd=self.var)

    def after(self, days: int) -> None:
        """So many days later than now; what goes on by itself does."""
        file = self.var / walking.DAYS
        file.write_text(str((int(file.read_text()) if file.exists() else 0) + days))
        self.run("follow")


@contextmanager
def walking_site(migrated: Path, var: Path) -> Iterator[WalkingSite]:
    """A served installation with the areas, the officers and nobody else."""
    shutil.copytree(migrated, var)
    there = WalkingSite(f"http://127.0.0.1:{conftest._free_port()}", var)
    there.run("prepare")
    there.run("more_people")
    command = [sys.executable, "-m", "gunicorn", "journeykit.walking:application",
               "--bind", there.address[7:], "--pythonpath", str(Path(conftest.__file__).parent),
               "--threads", "4", "--log-level", "warning"]  # fmt: skip
    with (var / "server.log").open("wb") as log:
        server = subprocess.Popen(command, env=there.environment, cwd=var, stdout=log, stderr=log)
        try:
            conftest._wait_for(there.address, server)
            yield there
        finally:
            server.terminate()
            server.wait(timeout=20)


def given_families(site: WalkingSite, officer: Someone, folder: Path) -> None:
    """The register of the families is stored and the list made."""
    file = register.write(folder / "families.xlsx", year=YEAR, listed=families())
    officer.when_uploading(file, village=VILLAGE)
    officer.when_pressing("全部写入登记库")
    site.run("evaluate")


def desks(chromium: Any, site: WalkingSite) -> tuple[Callable[[str], Officer], Callable[[], None]]:
    """``sit(username)``: an officer signed in at a desk, the same one again; and what closes them all."""
    contexts: dict[str, Any] = {}

    def sit(username: str) -> Officer:
        context = chromium.new_context(viewport=conftest.WINDOW, locale="zh-CN", timezone_id="Asia/Shanghai")
        context.set_default_timeout(15_000)
        contexts[f"{username}-{len(contexts)}"] = context
        officer = Officer(context, site)
        if username:
            officer.given_signed_in(username)
        return officer

    return sit, lambda: [context.close() for context in contexts.values()] and None


class Officer(Someone):
    """Somebody whose work is cases; without signing in, anybody."""

    # given
    def given_signed_in_again(self, username: str) -> None:
        """After days in which the session has ended."""
        self.page.context.clear_cookies()
        self.given_signed_in(username)

    def given_own_family(self) -> None:
        """Has said on the page who they are, before they decide anything."""
        self.when_opening("/cases")
        self.when_following("本人亲属与代办")
        self.page.fill("#id_family-numbers", compose("520599", dt.date(1978, 12, 1), 123))
        self.when_pressing("登记")
        self.then_the_page_says("已登记")

    # when
    def when_deciding(self, act: str, button: str, **filled: str) -> None:
        """Fill in the form of an act on a case's page and send it; a folded form is unfolded."""
        form = self.form(act)
        if form.is_hidden():
            form.locator("xpath=ancestor::details").last.locator("summary").first.click()
        for name, text in filled.items():
            field = form.locator(f"[name$='{name}']")
            if field.is_hidden():
                field.locator("xpath=ancestor::details").last.locator("summary").first.click()
            kind = field.evaluate("one => one.tagName")
            field.select_option(text) if kind == "SELECT" else field.fill(text)
        with self.page.expect_navigation():
            form.get_by_role("button", name=button, exact=True).click()

    def when_deciding_in_two_tabs(self, act: str, button: str, **filled: str) -> None:
        """The same form sent from two tabs that were opened before either was: the second records nothing."""
        first = self.page
        second = first.context.new_page()
        second.goto(re.sub(r"(/cases/\d+)/.*", r"\1", first.url))
        self.when_deciding(act, button, **filled)
        self.page = second
        self.when_deciding(act, button, **filled)
        self.then_the_page_says("未能登记")
        second.close()
        self.page = first

    def when_going_back_and_sending_again(self, act: str, button: str) -> None:
        """The browser's page of before the act, its button once more."""
        self.page.go_back(wait_until="networkidle")
        form = self.form(act)
        if form.count() == 0:  # the browser asked the server: the page offers the act no more
            return
        if form.is_hidden():
            form.locator("xpath=ancestor::details").last.locator("summary").first.click()
        with self.page.expect_navigation():
            form.get_by_role("button", name=button, exact=True).click()

    def when_finding_the_case(self, number: str) -> None:
        """By its number, as it stands in a letter."""
        self.when_opening("/cases")
        self.page.fill("#number", number)
        with self.page.expect_navigation():
            self.page.locator("form[action='/cases/find'] button").click()

    def when_applying_from_the_list(self, person: str) -> None:
        """The button beside a family on the work-list."""
        self.when_opening("/worklist")
        row = self.page.locator("tbody tr", has=self.page.get_by_role("rowheader", name=person))
        with self.page.expect_navigation():
            row.get_by_role("link", name=re.compile("在此申请")).click()

    # then
    def form(self, act: str) -> Locator:
        return self.page.locator(f"form[action$='/{act}']")

    def number(self) -> str:
        """The number of the case on the page."""
        return self.page.locator("h2#case + dl dd.num").first.inner_text()

    def filled(self, name: str) -> str:
        """What a field of the page holds."""
        return str(self.page.locator(f"#id_{name}").input_value())

    def steps_done(self) -> list[str]:
        """The acts of the case on the page, oldest first."""
        return [
            one.split()[0]
            for one in self.page.locator("div[aria-labelledby=history] tbody th").all_inner_texts()
        ]

    def then_it_reads_chinese(self) -> None:
        """No word of English is seen on the page, nor heard."""
        from test_every_page import TEXTS, strangers

        stray = [
            one
            for one in strangers(self.page.evaluate(TEXTS, "zh"), "zh")
            if any(word.lower() not in LATIN for word in re.findall(r"[A-Za-z]{4,}", one))
        ]
        assert stray == [], f"{self.page.url}: {stray}"

    def then_it_is_well(self, name: str = "") -> None:
        self.then_the_page_is_sound(name)
        self.then_it_reads_chinese()


def photograph() -> bytes:
    """The smallest picture there is: one white point."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(b"\x00\xff"))
    return b"\x89PNG\r\n\x1a\n" + head + data + chunk(b"IEND", b"")


def number_of(name: str) -> str:
    return next(one.number for family in families() for one in family.members if one.name == name)
