"""From an empty installation to the page of the first register, as the county's own people would go."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import WINDOW, Site, _environment, _free_port, _wait_for
from openpyxl import load_workbook
from test_every_page import TEXTS, strangers

if TYPE_CHECKING:
    from journeykit.sentences import Someone

pytestmark = pytest.mark.journey
#: Below the packaged list: a unit without a national code, and what the county has below it.
AREAS = (
    ("local-bailidujuan", "百里杜鹃管理区", "县", "520500", "2007-07-01", "是", "", "520521;520581"),
    ("520521903", "鹏程乡（示例）", "乡镇", "local-bailidujuan", "2010-11-01", "", "", ""),
    ("520521903201", "花山村（示例）", "村", "520521903", "2010-11-01", "", "", ""),
    ("520521903202", "水西村（示例）", "村", "520521903", "2010-11-01", "", "", ""),
    ("", "一组（示例）", "组", "520521903201", "2010-11-01", "", "", ""),
)
FIRST = {
    "system_admin": ("赵工（示例）", "zhaogong"),
    "security_admin": ("钱安（示例）", "qianan"),
    "auditor": ("孙审（示例）", "sunshen"),
    "county_reviewer": ("周敏（示例）", "zhoumin"),
}
OWN_PASSWORD = "山路-十八弯-2026-春"
#: Commands are marked as not to be translated; these stand in sentences of their own.
LATIN = {"https", "tongchou", "local", "python", "sqlite", "debian"}


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A served installation without areas and accounts."""
    var = tmp_path_factory.mktemp("bare")
    environment = _environment(var)
    subprocess.run(
        [sys.executable, "-m", "tongchou", "setup", "--areas", "none", "--json"],
        check=True,
        env=environment,
        cwd=var,
        capture_output=True,
    )
    port = _free_port()
    there = Site(f"http://127.0.0.1:{port}", var)
    command = [sys.executable, "-m", "gunicorn", "tongchou.config.wsgi", "--bind", f"127.0.0.1:{port}",
               "--threads", "4", "--log-level", "warning"]  # fmt: skip
    with (var / "server.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, cwd=var, stdout=log, stderr=log)
        try:
            _wait_for(there.address, server)
            yield there
        finally:
            server.terminate()
            server.wait(timeout=20)


def link(site: Site) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tongchou", "setup", "--areas", "none", "--address", site.address, "--json"],
        check=True,
        env=site.environment,
        cwd=site.var,
        capture_output=True,
        text=True,
    )
    return str(json.loads(done.stdout)["link"])


def workbook(folder: Path, site: Site, someone: Someone, rows: tuple[tuple[str, ...], ...]) -> Path:
    """The template of the page, filled in."""
    answer = someone.page.request.get(site.address + "/areas/load/template.xlsx")
    path = folder / "areas.xlsx"
    path.write_bytes(answer.body())
    book = load_workbook(path)
    sheet = book["区划"]
    sheet.delete_rows(2, 20)
    for number, row in enumerate(rows, start=2):
        for place, value in enumerate(row, start=1):
            sheet.cell(number, place, value)
    book.save(path)
    return path


def sound(someone: Someone, name: str) -> None:
    """Sound in both languages, and each speaks one only; ends in Chinese."""
    for language in ("en", "zh"):
        someone.given_language(language)
        someone.then_the_page_is_sound(f"{name}-{language}")
        stray = strangers(someone.page.evaluate(TEXTS, language), language)
        stray = [text for text in stray if not any(word in text.lower() for word in LATIN)]
        assert stray == [], f"{name} in {language}: {stray}"


def when_uploading(someone: Someone, path: Path) -> None:
    someone.page.set_input_files("#id_file", path)
    someone.when_pressing("检查清单")


def given_own_password(someone: Someone, username: str, first: str) -> None:
    """Signs in with the first password and chooses an own one, as the page demands."""
    page = someone.page
    page.goto(someone.site.address + "/sign-in")
    page.fill("#id_username", username)
    page.fill("#id_password", first)
    page.click("main button[type=submit]")
    page.wait_for_url("**/account*")
    page.fill("#id_old_password", first)
    page.fill("#id_new_password1", OWN_PASSWORD)
    page.fill("#id_new_password2", OWN_PASSWORD)
    someone.when_pressing("修改密码")


def test_from_nothing_to_the_first_register(bare: Site, chromium: object, tmp_path: Path) -> None:
    from journeykit.sentences import Someone

    context = chromium.new_context(viewport=WINDOW, locale="zh-CN", timezone_id="Asia/Shanghai")
    context.set_default_timeout(15_000)
    clerk = Someone(context, bare)
    page = clerk.page

    clerk.when_opening("/sign-in")
    clerk.then_the_page_says("还没有账号可以登录", "tongchou setup")
    sound(clerk, "sign-in-not-set-up")
    clerk.when_opening("/setup/unit")
    clerk.then_address_matches("/setup$")
    clerk.then_the_page_says("首次设置", "终端显示的口令")
    page.goto(link(bare))
    sound(clerk, "setup-enter")
    clerk.when_pressing("开始设置")
    clerk.then_address_matches("/setup$")
    sound(clerk, "setup")
    clerk.when_following("从这里继续")

    clerk.when_pressing("导入自带清单")
    clerk.then_the_page_says("已导入自带的区划清单")
    sound(clerk, "setup-unit")
    wrong = [list(row) for row in AREAS]
    wrong[1][3], wrong[2][4], wrong[3][0] = "520599", "2010年", "52052190320"
    when_uploading(clerk, workbook(tmp_path, bare, clerk, tuple(tuple(row) for row in wrong)))
    clerk.then_the_page_says("请改正这些单元格", "D3", "E4", "A5", "没有保存任何内容")
    clerk.then_the_page_is_sound("setup-unit-wrong")
    when_uploading(clerk, workbook(tmp_path, bare, clerk, AREAS))
    clerk.then_the_page_says("将要导入的内容", "鹏程乡（示例）")
    sound(clerk, "setup-unit-preview")
    clerk.when_pressing("导入这些区划")
    clerk.then_the_page_says("已新增4个区划")
    option = page.locator("#id_unit option", has_text="百里杜鹃管理区")
    page.select_option("#id_unit", value=option.first.get_attribute("value"))
    clerk.when_pressing("这是本单位")

    clerk.then_address_matches("/setup/accounts$")
    sound(clerk, "setup-accounts")
    for role, (name, username) in FIRST.items():
        page.fill(f"#{role}-display_name", name)
        page.fill(f"#{role}-username", username)
    page.fill("#auditor-display_name", FIRST["system_admin"][0])
    page.fill("#auditor-username", "X")
    clerk.when_pressing("创建这些账号")
    clerk.then_the_page_says("姓名重复", "王伟（信息科）", "请用3至40个小写字母", "没有创建任何账号")
    clerk.then_the_page_is_sound("setup-accounts-wrong")
    page.fill("#auditor-display_name", FIRST["auditor"][0])
    page.fill("#auditor-username", FIRST["auditor"][1])
    clerk.when_pressing("创建这些账号")
    clerk.then_there_are(".secret", 4)
    passwords = page.eval_on_selector_all(
        "tbody tr", "rows => Object.fromEntries(rows.map(r => [r.cells[2].innerText, r.cells[3].innerText]))"
    )
    clerk.then_the_page_is_sound("setup-accounts-made")
    page.reload()
    clerk.then_there_are(".secret", 0)

    # Left, and taken up again with another code.
    context.clear_cookies(name="sessionid")
    page.goto(link(bare))
    clerk.when_pressing("开始设置")
    clerk.when_following("从这里继续")
    clerk.then_address_matches("/setup/parameters$")
    sound(clerk, "setup-parameters")
    page.fill("#childcare_subsidy-payment_months-value", "3、9")
    page.fill("#childcare_subsidy-county_review_days-value", "many")
    clerk.when_pressing("保存并继续")
    clerk.then_the_page_says("每季度至少发放一次", "请写1到30之间的整天数", "请写明依据文件")
    clerk.then_the_page_is_sound("setup-parameters-wrong")
    page.fill("#childcare_subsidy-payment_months-value", "3, 6, 9, 12")
    page.fill("#childcare_subsidy-payment_months-source", "某市卫健〔2026〕1号（示例）")
    page.fill("#childcare_subsidy-payment_months-from", "2026-01-01")
    page.fill("#childcare_subsidy-county_review_days-value", "")
    clerk.when_pressing("保存并继续")
    clerk.then_address_matches("/setup/end$")
    clerk.then_the_page_says("本县自定事项", "尚未确定")
    sound(clerk, "setup-end")
    clerk.when_pressing("完成并登录")
    clerk.then_the_page_says("设置已完成")
    clerk.then_the_page_is_sound("setup-done")
    assert page.goto(bare.address + "/setup").status == 404
    clerk.complaints.clear()

    given_own_password(clerk, "zhoumin", passwords["zhoumin"])
    clerk.when_opening("/checklist")
    clerk.then_the_page_says("待办清单", "2个村中还有2个没有登记表")
    sound(clerk, "checklist")
    clerk.when_opening("/parameters")
    sound(clerk, "parameters")
    page.emulate_media(color_scheme="dark")
    clerk.then_the_page_is_sound("parameters-dark")
    page.emulate_media(color_scheme="light")
    clerk.when_opening("/areas/load")
    sound(clerk, "areas")
    clerk.when_opening("/checklist")
    page.locator("tr", has_text="村级登记表").get_by_role("link").click()
    clerk.then_address_matches("/intake/new$")
    clerk.then_the_page_says("导入登记表")
    assert clerk.complaints == []

    context.clear_cookies(name="sessionid")
    given_own_password(clerk, "zhaogong", passwords["zhaogong"])
    clerk.when_opening("/doctor")
    clerk.then_the_page_says("系统体检", "审计链完好")
    sound(clerk, "doctor")
    context.close()
