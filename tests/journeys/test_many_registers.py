"""A whole archive comes in: a GBK table, an old workbook, one with mistakes and a stranger."""

from __future__ import annotations

import datetime as dt
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from journeykit import register
from openpyxl import load_workbook
from playwright.sync_api import expect

from tongchou.apps.intake.tests.workbooks import archive_of
from tongchou.domain.identity import compose
from tongchou.synth import xls_file

if TYPE_CHECKING:
    from conftest import Site
    from journeykit.sentences import Someone

pytestmark = [pytest.mark.journey, pytest.mark.wide]
YEAR = dt.datetime.now(tz=dt.timezone(dt.timedelta(hours=8))).year
HEADERS = ("姓名", "与户主关系", "性别", "公民身份号码", "户口性质", "避孕措施")


def rows(
    names: str, household: str, start: int, *, title: str = "", number: str = "户编号"
) -> list[list[str]]:
    """A small register as a system exports it."""
    listed = [[title or "户籍人口登记表"], [number, *HEADERS]]
    for place, name in enumerate(names.split()):
        born = dt.date(YEAR - 40 + 20 * (place > 1), 1, 2 + place)
        sex = place % 2
        code = compose(register.AREA, born, start + 10 * place + (1 - sex))
        relation = ("户主", "妻", "儿子", "女儿")[place]
        listed.append([household, name, relation, "女" if sex else "男", code, "农业户口", "上环"])
    return listed


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Names in GBK, as Chinese Windows writes them."""
    table = "\r\n".join(",".join(row) for row in rows("吴大海 何丽 吴小海", "0101", 300, number="门牌"))
    old = tmp_path / "old.xls"
    xls_file.write(old, "登记表", rows("冯立春 郑雨", "0201", 500))
    wrong = register.write(tmp_path / "wrong.xlsx", year=YEAR, mistakes=True)
    files = {
        "上坝村.csv": table.encode("gbk"),
        "名单.xls": old.read_bytes(),
        "520521901201.xlsx": wrong.read_bytes(),
        "照片.pdf": b"%PDF-1.4 nothing to read",
    }
    path = tmp_path / "registers.zip"
    path.write_bytes(archive_of(files, gbk=True))
    return path


@pytest.fixture
def worker(site: Site) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tongchou", "worker"], env=site.environment, cwd=site.var
    )
    yield
    process.terminate()
    assert process.wait(timeout=30) == 0


@pytest.mark.usefixtures("worker")
def test_an_archive_of_registers_is_brought_in_and_mended(
    someone: Someone, archive: Path, tmp_path: Path
) -> None:
    someone.given_signed_in("officer")
    someone.when_opening("/intake/new")
    someone.then_the_page_is_sound("intake-new-many")
    someone.page.set_input_files("#id_file", archive)
    with someone.page.expect_navigation(timeout=60_000):
        someone.page.click("main button[type=submit]")

    # Every file stands there with its state; what is wrong with one keeps no other back.
    someone.then_address_matches(r"/intake/uploads/\d+$")
    someone.then_the_page_says(
        "上坝村.csv", "名单.xls", "520521901201.xlsx", "照片.pdf", "有些文件需要您处理"
    )
    someone.then_the_page_says(
        "登记表缺少必要的栏目", "从文件名和标题看不出是哪个村。", "这既不是工作簿，也不是文本表格。"
    )
    someone.then_the_page_does_not_say("上环")
    someone.then_the_page_is_sound("intake-upload")
    someone.given_language("en")
    someone.then_the_page_is_sound("intake-upload")
    someone.given_language("zh")

    # The old workbook is told its village; the table's odd header is explained and remembered.
    someone.page.click("#id_village_text")
    someone.page.get_by_role("option", name="上坝村").first.click()
    someone.when_pressing("读取这份文件")
    someone.then_the_page_says("文件已读取。")
    someone.page.get_by_label("门牌").select_option("household_no")
    someone.when_pressing("记住并重新读取")
    someone.then_the_page_says("已为本县记住。重新读取1个文件。")
    someone.then_the_page_is_sound("intake-upload-explained")

    # All without errors go in, as a job.
    someone.when_pressing(re.compile("写入没有错误的2个文件"))
    stored = someone.page.locator(".diff .same dd")  # the page brings itself up to date
    expect(stored).to_have_text("2", timeout=60_000)
    someone.then_the_page_is_sound("intake-upload-stored")

    # The workbook with mistakes comes back with marks, is mended and goes in.
    someone.when_following("520521901201.xlsx")
    someone.then_the_page_says("有3处需要改正", "I5", "H9", "E13")
    someone.then_the_page_is_sound("intake-file-returned")
    with someone.page.expect_download() as download:
        someone.page.get_by_role("link", name="下载标好错误的原表").click()
    book = load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    page = book.worksheets[0]
    marks = [cell.value for cell in page[5] if isinstance(cell.value, str) and "I5" in cell.value]
    assert marks and page["I5"].fill.fgColor.rgb == "00FFC7CE"
    assert "上环" not in str([[cell.value for cell in row] for row in page.iter_rows()])
    right = load_workbook(register.write(tmp_path / "right.xlsx", year=YEAR)).worksheets[0]
    for cell in ("I5", "H9", "E13"):
        page[cell] = right[cell].value
    mended = io.BytesIO()
    book.save(mended)
    (tmp_path / "mended.xlsx").write_bytes(mended.getvalue())
    someone.when_uploading(tmp_path / "mended.xlsx")
    someone.then_the_page_says("全部单元格都已读懂", "读取了4户11人。")
    someone.when_pressing("全部写入登记库")
    someone.then_the_page_says("新增或变更11人。")
    for name in ("吴小海", "郑雨", "罗德贵"):
        someone.when_looking_for(name)
        someone.then_the_page_says(name, "520599***********")

    # The remembered header is listed, and taken back.
    someone.when_opening("/intake/words")
    someone.then_the_page_says("门牌", "户编号", "李红梅")
    someone.then_the_page_is_sound("intake-words")
    someone.given_language("en")
    someone.then_the_page_is_sound("intake-words")
    someone.given_language("zh")
    someone.when_pressing(re.compile("撤回"))
    someone.then_the_page_says("已撤回。此前读取的文件不受影响。")


def test_a_file_with_too_many_errors_is_refused_as_a_whole(someone: Someone, tmp_path: Path) -> None:
    table = rows("吴大海 何丽 吴小海", "0101", 300, title="大方县云岭镇上坝村户籍人口登记表")
    table += [
        ["0301", f"孙{word}", "邻居", "男", "123", "农业户口", ""] for word in "一二三四五六七八九十甲乙"
    ]
    path = tmp_path / "bad.csv"
    path.write_bytes("\n".join("\t".join(row) for row in table).encode("utf-16"))
    someone.given_signed_in("officer")
    someone.when_uploading(path)
    someone.then_the_page_says("错误太多，已整份退回", "15人中有12人", "最常见的错误", "C6", "E6")
    someone.then_the_page_is_sound("intake-refused")
    someone.given_language("en")
    someone.then_the_page_is_sound("intake-refused")
    someone.given_language("zh")
    someone.when_pressing("放弃这份文件")
