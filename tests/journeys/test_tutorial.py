"""The tutorial as a journey: what docs/tutorial/village-worker.md tells happens, picture by picture."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from journeykit import pictures, register

if TYPE_CHECKING:
    from conftest import Site
    from journeykit.sentences import Someone

pytestmark = pytest.mark.journey
HERE = Path(__file__).parent
VILLAGE = "青山村（示例）"
YEAR = 2026  # of journeykit/still.py


@pytest.fixture(scope="module")
def still_site(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An installation at a moment that never passes."""
    import conftest

    class StillSite(conftest.Site):
        def run(self, *words: str) -> None:
            program = str(HERE / "journeykit" / "still.py")
            subprocess.run([sys.executable, program, *words], check=True, env=self.environment, cwd=self.var)

    var = tmp_path_factory.mktemp("still") / "var"
    shutil.copytree(migrated, var)
    port = conftest._free_port()
    there = StillSite(f"http://127.0.0.1:{port}", var)
    there.run("prepare")
    command = [sys.executable, "-m", "gunicorn", "journeykit.still:application", "--bind", there.address[7:],
               "--pythonpath", str(HERE), "--threads", "4", "--log-level", "warning"]  # fmt: skip
    with (var / "server.log").open("wb") as log:
        server = subprocess.Popen(command, env=there.environment, cwd=var, stdout=log, stderr=log)
        try:
            conftest._wait_for(there.address, server)
            yield there
        finally:
            server.terminate()
            server.wait(timeout=20)


@pytest.fixture
def enter(chromium: object, still_site: Site) -> Iterator[object]:
    """``enter("worker")``: that person, signed in, at a desk of its own."""
    from conftest import WINDOW
    from journeykit.sentences import Someone

    contexts = []

    def one(username: str) -> Someone:
        context = chromium.new_context(viewport=WINDOW, locale="zh-CN", timezone_id="Asia/Shanghai")
        contexts.append(context)
        someone = Someone(context, still_site)
        if username:
            someone.given_signed_in(username)
        return someone

    yield one
    for context in contexts:
        context.close()


def test_the_tutorial_happens(enter: object, still_site: Site, tmp_path: Path) -> None:
    officer = the_register_comes_in(enter("officer"), tmp_path)
    the_list_is_brought_up_to_date(enter("reviewer"), still_site)
    stranger = enter("")
    stranger.when_opening("/sign-in")
    pictures.take(stranger.page, "01-sign-in")
    worker = enter("worker")
    the_worker_reads(worker)
    the_worker_claims(worker)
    officer.when_opening("/worklist?programme=childcare_subsidy")
    officer.then_the_page_does_not_say("罗雨桐")


def the_register_comes_in(officer: Someone, folder: Path) -> Someone:
    officer.when_opening("/intake/new")
    pictures.take(officer.page, "11-choose-the-file")
    wrong = register.write(folder / "青山村登记表.xlsx", year=YEAR, mistakes=True)
    officer.when_uploading(wrong, village=VILLAGE)
    officer.then_the_page_says("有3处需要改正", "I5", "H9", "E13")
    pictures.take(officer.page, "12-mistakes", at="#problems")
    officer.when_pressing("放弃这份文件")
    right = register.write(folder / "青山村登记表（改正）.xlsx", year=YEAR)
    officer.when_uploading(right, village=VILLAGE)
    pictures.take(officer.page, "13-difference")
    officer.when_pressing("全部写入登记库")
    officer.then_the_page_says("新增或变更11人。")
    pictures.take(officer.page, "14-stored")
    return officer


def the_list_is_brought_up_to_date(reviewer: Someone, site: Site) -> None:
    reviewer.when_opening("/")
    reviewer.then_the_page_says("更新名单")
    pictures.take(reviewer.page, "15-update-the-list")
    site.run("evaluate")


def the_worker_reads(worker: Someone) -> None:
    worker.when_opening("/")
    pictures.take(worker.page, "02-home")
    worker.when_opening("/account")
    pictures.take(worker.page, "03-large-type")
    worker.when_opening("/worklist")
    worker.then_the_page_says("罗雨桐", "罗德贵", "穆子轩")
    pictures.take(worker.page, "04-work-list")
    worker.when_opening("/worklist?show=unclear")
    worker.then_the_page_says("陈国强")
    pictures.take(worker.page, "10-one-more-fact")
    worker.when_opening("/search")
    worker.when_looking_for("ldg")
    worker.then_the_page_says("罗德贵")
    pictures.take(worker.page, "08-find-a-person")
    worker.when_opening("/worklist")
    worker.when_following("罗雨桐")
    worker.then_the_page_says("罗德贵户", "3,600元", "下一步")
    pictures.take(worker.page, "05-household")
    pictures.take(worker.page, "06-reasons", at=".person:has(details[open])")
    worker.page.get_by_role("link", name="显示罗德贵的完整号码").click()
    worker.page.locator("#unmask select").wait_for()
    pictures.take(worker.page, "07-purpose", at="#unmask")


def the_worker_claims(worker: Someone) -> None:
    worker.when_opening("/worklist?programme=childcare_subsidy")
    with worker.page.expect_navigation():
        worker.page.locator("tr", has_text="罗雨桐").get_by_role("button").click()
    worker.then_the_page_says("已记为申领：")
    pictures.take(worker.page, "09-claimed")
