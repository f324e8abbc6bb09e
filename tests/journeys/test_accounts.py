"""Two administrators give a role between them; people sign in with an app and with a security key."""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pyotp
import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect
from test_every_page import TEXTS, strangers

from tongchou.core.accounts import first_password

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Site
    from journeykit.sentences import Someone

pytestmark = [pytest.mark.journey, pytest.mark.wide]
#: User names and file endings a Chinese page shows.
KNOWN = {"wangfang", "https", "keeper", "windows", "linux", "chrome"}


@pytest.fixture
def people(chromium: object, site: Site) -> Iterator[Callable[..., Someone]]:
    """``people("name")``: somebody of that name at a desk of their own; security keys need ``localhost``."""
    from conftest import WINDOW
    from journeykit.sentences import Someone

    there = replace(site, address=site.address.replace("127.0.0.1", "localhost"))
    contexts = []

    def arrive(username: str = "") -> Someone:
        context = chromium.new_context(viewport=WINDOW, locale="zh-CN", accept_downloads=True)
        context.set_default_timeout(15_000)
        contexts.append(context)
        someone = Someone(context, there)
        if username:
            someone.given_signed_in(username)
        return someone

    yield arrive
    for context in contexts:
        context.close()


def sound_in_both(someone: Someone, name: str) -> None:
    """The page as it stands is sound, and in one language, in Chinese and in English."""
    for language in ("en", "zh"):
        someone.given_language(language)
        someone.then_the_page_is_sound(name)
        stray = strangers(someone.page.evaluate(TEXTS, language), language)
        stray = [text for text in stray if not set(re.findall(r"[a-z]{4,}", text.lower())) <= KNOWN]
        assert stray == [], (name, language, stray)


def test_two_people_give_a_role(people: Callable[..., Someone]) -> None:
    system = people("keeper-system")
    system.when_opening("/accounts")
    sound_in_both(system, "accounts")
    system.when_opening("/accounts/new")
    sound_in_both(system, "account-new")
    system.page.fill("#id_username", "zhaoming")
    system.page.fill("#id_display_name", "赵明")
    system.page.select_option("#id_role", "village_worker")
    system.page.fill("#id_area", "520521901201")
    system.when_pressing("创建账号")
    system.then_the_page_says("账号已创建")
    system.then_the_page_is_sound("account-password")
    password = system.page.locator("dd.secret.num").inner_text()
    system.when_following("前往该账号")
    system.then_the_page_says("待授予", "青山村（示例）")
    sound_in_both(system, "account-one")

    security = people("keeper-security")
    security.when_opening("/grants")
    security.then_the_page_says("赵明")
    sound_in_both(security, "grants")
    security.page.get_by_label("全选").check()
    assert security.page.is_checked("input[name=proposal]")
    security.when_pressing("授予所选")
    security.then_the_page_says("已授予1项角色。", "没有待办事项")

    worker = people()
    worker.when_opening("/sign-in")
    worker.page.fill("#id_username", "zhaoming")
    worker.page.fill("#id_password", password)
    worker.page.click("main button[type=submit]")
    worker.page.wait_for_url("**/account")
    worker.then_the_page_says("青山村（示例）")


def test_an_app_opens_the_account_once(people: Callable[..., Someone]) -> None:
    officer = people("officer")
    officer.when_opening("/account/security")
    sound_in_both(officer, "account-security-empty")
    officer.when_following("设置验证器应用")
    sound_in_both(officer, "factor-app")
    secret = officer.page.locator(".secret").inner_text().replace(" ", "")
    officer.page.fill("#id_code", "000000")
    officer.page.fill("#id_name", "工作手机")
    officer.when_pressing("设置")
    officer.then_the_page_says("验证码不正确")
    assert officer.page.locator(".secret").inner_text().replace(" ", "") == secret
    generator = pyotp.TOTP(secret)
    enrolled = dt.datetime.now(tz=dt.UTC)
    officer.page.fill("#id_code", generator.at(enrolled))
    officer.when_pressing("设置")
    officer.then_the_page_says("恢复码")
    sound = officer.page.locator("ol.codes li")
    assert sound.count() == 10
    recovery = sound.first.inner_text()
    officer.then_the_page_is_sound("factor-codes")
    officer.when_following("我已妥善保存")
    sound_in_both(officer, "account-security")

    other = people()
    other.when_opening("/sign-in")
    other.page.fill("#id_username", "officer")
    from journeykit.setting import PASSWORD

    other.page.fill("#id_password", PASSWORD)
    other.page.click("main button[type=submit]")
    other.page.wait_for_url("**/sign-in/second")
    sound_in_both(other, "second-factor")
    other.page.fill("#id_code", generator.at(enrolled))
    other.when_pressing("登录")
    other.then_the_page_says("验证未通过")
    other.then_the_page_is_sound("second-factor-wrong")
    other.page.fill("#id_code", generator.at(enrolled, counter_offset=1))
    other.when_pressing("登录")
    other.page.wait_for_url(other.site.address + "/")
    other.when_opening("/account/security")
    other.when_pressing("退出其他设备")
    officer.when_opening("/account/security")
    officer.then_address_matches("/sign-in")

    last = people()
    last.when_opening("/sign-in")
    last.page.fill("#id_username", "officer")
    last.page.fill("#id_password", PASSWORD)
    last.page.click("main button[type=submit]")
    last.page.wait_for_url("**/sign-in/second")
    last.page.fill("#id_code", recovery)
    last.when_pressing("登录")
    last.then_the_page_says("还剩9个恢复码。")


def test_a_security_key_opens_the_account(people: Callable[..., Someone]) -> None:
    reviewer = people("reviewer")
    browser = reviewer.page.context.new_cdp_session(reviewer.page)
    browser.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "usb", "hasResidentKey": False, "hasUserVerification": False}
    key = browser.send(
        "WebAuthn.addVirtualAuthenticator", {"options": {**options, "automaticPresenceSimulation": True}}
    )
    number = key["authenticatorId"]
    reviewer.when_opening("/account/security/key")
    sound_in_both(reviewer, "factor-key")
    reviewer.page.fill("#id_name", "蓝色密钥")
    reviewer.when_pressing("插入密钥并继续")
    reviewer.then_the_page_says("恢复码")
    reviewer.when_following("我已妥善保存")
    reviewer.then_the_page_says("蓝色密钥", "安全密钥")
    assert len(browser.send("WebAuthn.getCredentials", {"authenticatorId": number})["credentials"]) == 1

    reviewer.when_pressing("退出")
    from journeykit.setting import PASSWORD

    reviewer.when_opening("/sign-in")
    reviewer.page.fill("#id_username", "reviewer")
    reviewer.page.fill("#id_password", PASSWORD)
    reviewer.page.click("main button[type=submit]")
    reviewer.page.wait_for_url("**/sign-in/second")
    reviewer.then_the_page_is_sound("second-factor-key")
    reviewer.page.get_by_role("button", name="使用安全密钥").click()
    reviewer.page.wait_for_url(reviewer.site.address + "/")
    assert (
        browser.send("WebAuthn.getCredentials", {"authenticatorId": number})["credentials"][0]["signCount"]
        > 1
    )

    without = people()
    without.when_opening("/sign-in")
    without.page.fill("#id_username", "reviewer")
    without.page.fill("#id_password", PASSWORD)
    without.page.click("main button[type=submit]")
    without.page.wait_for_url("**/sign-in/second")
    without.when_opening("/worklist")
    without.then_address_matches("/sign-in")


def test_accounts_come_from_a_workbook(people: Callable[..., Someone], tmp_path: Path) -> None:
    system = people("keeper-system")
    system.when_opening("/accounts/import")
    sound_in_both(system, "account-import")
    with system.page.expect_download() as waiting:
        system.page.get_by_role("link", name="下载模板").click()
    template = tmp_path / "template.xlsx"
    waiting.value.save_as(template)
    book = load_workbook(template)
    sheet = book.worksheets[0]
    names = [cell.value for cell in book["地区"]["A"] if cell.value]
    assert "520521901201" in names and "520523" not in names
    assert sheet.data_validations.dataValidation[0].type == "list"
    wrong = [("Bad Name", "甲", "村级工作人员", "520521901201"), ("officer", "乙", "皇帝", "520523")]
    for row, line in enumerate(wrong, start=2):
        for column, value in enumerate(line, start=1):
            sheet.cell(row, column, value)
    book.save(tmp_path / "wrong.xlsx")
    system.page.set_input_files("#id_file", tmp_path / "wrong.xlsx")
    system.when_pressing("开始核对")
    system.then_the_page_says("A2", "A3", "C3", "D3", "4处需要修改")
    system.then_the_page_is_sound("account-import-problems")
    role = book["角色"]["A2"].value
    right = [("qianyi", "钱一", role, "520521901201"), ("qianer", "钱二", role, "520521901202")]
    for row, line in enumerate(right, start=2):
        for column, value in enumerate(line, start=1):
            sheet.cell(row, column, value)
    book.save(tmp_path / "right.xlsx")
    system.page.set_input_files("#id_file", tmp_path / "right.xlsx")
    system.when_pressing("开始核对")
    system.then_the_page_says("将创建2个账号")
    system.then_the_page_is_sound("account-import-ready")
    with system.page.expect_download() as waiting:
        system.page.get_by_role("button", name="创建并下载初始密码").click()
    given = load_workbook(io.BytesIO(Path(waiting.value.path()).read_bytes())).active
    found = {given.cell(row, 1).value: given.cell(row, 3).value for row in (5, 6)}
    assert set(found) == {"qianyi", "qianer"}
    assert all(len(password) == len(first_password()) for password in found.values())
    system.when_opening("/accounts/import")
    system.page.set_input_files("#id_file", tmp_path / "right.xlsx")
    system.when_pressing("开始核对")
    system.then_the_page_says("没有重复执行")


def test_an_officer_leaves(people: Callable[..., Someone]) -> None:
    system = people("keeper-system")
    system.when_opening("/accounts")
    system.when_following("吴刚")
    system.when_following("离任交接")
    sound_in_both(system, "handover")
    system.page.fill("#id_successor", "newcomer")
    system.page.get_by_text("同时停用原账号").first.click()
    system.page.check("#id_close")
    system.page.check("#id_sure")
    system.when_pressing("办理交接")
    system.then_the_page_says("交接完成", "已停用")
    system.then_the_page_is_sound("account-one-closed")


def test_locked_accounts_are_opened_again(people: Callable[..., Someone]) -> None:
    guesser = people()
    for attempt in range(5):
        guesser.when_opening("/sign-in")
        guesser.page.fill("#id_username", "worker")
        guesser.page.fill("#id_password", f"wrong-guess-{attempt}")
        with guesser.page.expect_navigation():
            guesser.page.click("main button[type=submit]")
    guesser.then_the_page_says("尝试次数过多")
    security = people("keeper-security")
    security.when_opening("/lockouts")
    sound_in_both(security, "lockouts")
    security.when_pressing("解锁")
    security.then_the_page_says("已解锁")
    guesser.given_signed_in("worker")
    expect(guesser.page.locator("h1").first).to_be_visible()


def test_a_sensitive_act_asks_again_and_goes_on(people: Callable[..., Someone]) -> None:
    from journeykit.setting import PASSWORD

    system = people("keeper-system")
    system.when_opening("/accounts")
    system.when_following("周敏")
    system.site.run("stale")
    system.when_pressing("停用账号")
    system.then_the_page_says("请确认是您本人")
    system.then_the_page_is_sound("again")
    system.page.fill("#id_again", "not-the-password")
    system.when_pressing("继续")
    system.then_the_page_says("密码不正确，请重试。")
    system.then_the_page_is_sound("again-wrong")
    system.page.fill("#id_again", PASSWORD)
    system.when_pressing("继续")
    system.then_the_page_says("账号已停用，所有登录均已退出。")
    system.when_pressing("重新启用账号")
    system.then_the_page_says("账号已重新启用。")
