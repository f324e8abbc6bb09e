"""A certificate is served at a counter without a network, and refused there once it is lost."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import segno
from journeykit import register

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Site
    from journeykit.sentences import Someone

pytestmark = [pytest.mark.journey, pytest.mark.wide]
VILLAGE = "青山村（示例）"
YEAR = dt.datetime.now(tz=dt.timezone(dt.timedelta(hours=8))).year


def square(token: str, path: Path) -> Path:
    """A picture of the square, as a camera sees it."""
    segno.make(token, error="l", micro=False).save(str(path), scale=4, border=4)
    return path


def verdict(page: object, name: str) -> str:
    page.wait_for_selector(f"#check-result[data-finding='{name}']")
    return page.inner_text("#check-result")


def test_a_lost_certificate_is_refused_without_a_network(
    site: Site, at_desk: Callable[[str], Someone], chromium: object, tmp_path: Path
) -> None:
    officer = at_desk("officer")
    officer.when_uploading(register.write(tmp_path / "register.xlsx", year=YEAR), village=VILLAGE)
    officer.when_pressing("全部写入登记库")
    site.run("approved")

    # The county issues, and prints once without being asked why.
    reviewer = at_desk("reviewer")
    reviewer.when_opening("/certificates")
    reviewer.then_the_page_says("待制证", "优先优惠证")
    reviewer.then_it_is_sound_in_both_languages("certificates-waiting")
    reviewer.page.check("tbody input[name=case]")
    reviewer.when_pressing("为所选制证")
    reviewer.then_the_page_says("已制证 1 张，请打印。")
    reviewer.then_it_is_sound_in_both_languages("certificates-unprinted")
    reviewer.page.check("tbody input[name=certificate]")
    with reviewer.page.expect_download() as fetched:
        reviewer.page.get_by_role("button", name="打印所选（PDF）").click()
    assert Path(fetched.value.path()).read_bytes().startswith(b"%PDF-")
    reviewer.when_opening("/certificates?state=valid")
    reviewer.page.locator("tbody th a").first.click()
    reviewer.then_the_page_says("身份证号末四位", "首次打印", "再次打印的原因")
    reviewer.then_it_is_sound_in_both_languages("certificate")
    address = reviewer.page.url
    site.run("follow")

    # A counter keeps the page, and goes where there is no network.
    token = subprocess.run(
        [sys.executable, "-c", TOKEN], check=True, capture_output=True, text=True, env=site.environment,
        cwd=site.var,
    ).stdout.strip()  # fmt: skip
    counter = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    page = counter.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.goto(site.address + "/certificates/check")
    with page.expect_download() as fetched:
        page.get_by_role("link", name="保存本页，供不联网时使用").click()
    kept = tmp_path / "check.html"
    fetched.value.save_as(kept)
    counter.set_offline(True)
    page.goto(kept.as_uri())
    page.set_input_files("#check-picture", square(token, tmp_path / "square.png"))
    said = verdict(page, "good")
    assert "有效" in said and "请与身份证核对" in said and "优先优惠证" in said
    page.fill("#id_token", token[:-3] + "AAA")
    page.click("#check-form button")
    assert "不是真证" in verdict(page, "forged")
    if pictures := register_pictures():
        page.screenshot(path=pictures / "certificate-check-offline.zh.png", full_page=True)

    # The holder has lost it: the old one is refused as soon as the counter has the newer list.
    reviewer.page.goto(address)
    reviewer.when_pressing("遗失：补发新证")
    reviewer.then_the_page_says("已换发新证，旧证自现在起核验不通过。")
    page.fill("#id_token", token)
    page.click("#check-form button")
    verdict(page, "good")  # this machine cannot know yet
    newer = reviewer.page.request.get(site.address + "/certificates/status.jwt").body()
    page.set_input_files("#check-newer", {"name": "status.jwt", "mimeType": "text/plain", "buffer": newer})
    said = verdict(page, "revoked")
    assert "已失效" in said and "持证人可向发证单位申请新证" in said
    assert complaints == []
    counter.close()

    # The same by the command, with two files and nothing else.
    keys = tmp_path / "keys.json"
    keys.write_bytes(reviewer.page.request.get(site.address + "/certificates/keys.json").body())
    listed = tmp_path / "status.jwt"
    listed.write_bytes(newer)
    command = [sys.executable, "-m", "tongchou", "certificate", "verify", token, "--keys", str(keys),
               "--status", str(listed)]  # fmt: skip
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=site.environment)
    assert done.returncode == 1 and done.stdout.startswith("REVOKED")


def test_everybody_checks_a_certificate_online_also_without_a_script(
    site: Site, someone: Someone, chromium: object
) -> None:
    someone.when_opening("/certificates/check")
    someone.then_it_is_sound_in_both_languages("certificate-check")
    someone.page.fill("#id_token", "abc")
    someone.page.click("#check-form button")
    assert "不是证件" in verdict(someone.page, "unreadable")
    plain = chromium.new_context(java_script_enabled=False, locale="zh-CN")
    page = plain.new_page()
    page.goto(site.address + "/certificates/check")
    page.fill("#id_token", "abc")
    page.click("#check-form button")
    assert "不是证件" in verdict(page, "unreadable")
    plain.close()


def register_pictures() -> Path | None:
    from journeykit.sentences import PICTURES

    return Path(PICTURES) if PICTURES else None


TOKEN = """
import django
django.setup()
from tongchou.apps.certificates.models import Certificate
from tongchou.apps.certificates import sealing
one = Certificate.objects.order_by("pk").first()
print(sealing.unseal(one.token, one.number))
"""
