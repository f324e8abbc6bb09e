"""A table is computed by one person, sealed by another, read and verified by anybody, and stated anew."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Site
    from journeykit.sentences import Someone

pytestmark = [pytest.mark.journey, pytest.mark.wide]
YEAR = dt.datetime.now(tz=dt.timezone(dt.timedelta(hours=8))).year - 1
TABLE = "各乡镇分月出生和死亡人数"


def verify(file: Path, keys: Path) -> subprocess.CompletedProcess[str]:
    """The command as somebody elsewhere runs it: no installation, no network, the keys in a file."""
    words = ["release", "verify", str(file), "--keys", str(keys), "--json"]
    return subprocess.run(
        [sys.executable, "-m", "tongchou", *words], capture_output=True, text=True, check=False
    )


def test_a_table_from_computing_to_its_restatement(
    site: Site, at_desk: Callable[[str], Someone], someone: Someone, tmp_path: Path
) -> None:
    site.run("counted")

    # The statistician begins a table; it is computed and checked in the background.
    maker = at_desk("statistician")
    maker.when_opening("/releases")
    maker.then_the_page_says("公开统计表", "这里没有统计表")
    maker.page.select_option("#table", f"births_and_deaths:{YEAR}")
    maker.when_pressing("计算并检查")
    maker.then_the_page_says("正在后台进行")
    address = maker.page.url
    site.run("work")
    maker.when_opening(address.removeprefix(site.address))
    maker.then_the_page_says("已检查", "请由未参与计算和检查的同事封存本表。", "随机原则舍入为5的倍数")
    maker.then_it_is_sound_in_both_languages("release-checked")

    # Another person looks at the figures, seals them and publishes.
    sealer = at_desk("reviewer")
    sealer.when_opening(address.removeprefix(site.address))
    sealer.page.select_option("#licence", "cc-by-4.0")
    sealer.when_pressing("封存")
    sealer.then_the_page_says("本表已封存，数字不能再改。")
    sealer.when_pressing("公布")
    sealer.then_the_page_says("本表已公布。")
    sealer.then_it_is_sound_in_both_languages("release-published")

    # Anybody reads it without signing in, and checks a file with the public keys alone.
    someone.when_opening("/open-data")
    someone.then_the_page_says(TABLE, f"{YEAR}年")
    someone.then_it_is_sound_in_both_languages("open-data")
    someone.page.get_by_role("link", name=f"{YEAR}年").first.click()
    someone.then_the_page_says("使用许可", "云岭镇（示例）", "12月", "如何核验文件真伪")
    someone.then_it_is_sound_in_both_languages("open-data-table")
    public = someone.page.url
    file, keys = tmp_path / "table.json", tmp_path / "keys.json"
    for name, path in (("JSON-stat 2.0", file), ("keys.json", keys)):
        with someone.page.expect_download() as fetched:
            someone.page.get_by_role("link", name=name).click()
        path.write_bytes(Path(fetched.value.path()).read_bytes())
    genuine = verify(file, keys)
    assert genuine.returncode == 0 and '"genuine"' in genuine.stdout, genuine
    file.write_text(file.read_text(encoding="utf-8").replace("云岭镇", "望山镇"), encoding="utf-8")
    assert verify(file, keys).returncode == 1

    # Late records come in: another version, with its reason, and what changed.
    site.run("recounted")
    maker.when_opening(address.removeprefix(site.address))
    maker.page.get_by_text("更正", exact=True).first.click()
    maker.page.fill("#restate", "补登迟报的死亡")
    maker.when_pressing("开始新版")
    again = maker.page.url.removeprefix(site.address)
    maker.when_pressing("计算并检查")
    site.run("work")
    sealer.when_opening(again)
    sealer.then_the_page_says("更正内容", "补登迟报的死亡")
    sealer.then_it_is_sound_in_both_languages("release-restated")
    sealer.when_pressing("封存")
    sealer.when_pressing("公布")
    someone.when_opening(public.removeprefix(site.address))
    someone.then_the_page_says("更正内容", "补登迟报的死亡", "全部版本", "第2版")
    someone.then_it_is_sound_in_both_languages("open-data-restated")
