"""A sheet is printed whole or not at all: no character is left out without a word."""

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tongchou.core.printing import CannotPrint, fonts, pdf, undrawable

AT = dt.datetime(2026, 11, 26, 8, 30, 1, 999, tzinfo=ZoneInfo("Asia/Shanghai"))
SHEET = """#let d = json(bytes(sys.inputs.data))
#set text(font: d.fonts, fallback: false)
#set document(title: d.title, date: auto)
#d.title #d.rows.map(row => row.name).join()
"""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    file = tmp_path / "sheet.typ"
    file.write_text(SHEET, encoding="utf-8")
    return file


def test_a_sheet_is_a_pdf_that_is_equal_when_set_again(template: Path) -> None:
    data = {"title": "公示", "rows": [{"name": "王䶮"}, {"name": "阿依古丽·买买提"}]}
    made = pdf(template, data, at=AT)
    assert made.startswith(b"%PDF-") and b"pdfaid:part" in made
    assert pdf(template, data, at=AT) == made
    assert pdf(template, data, at=AT, plain=True).startswith(b"%PDF-")


def test_rare_names_are_drawn_by_a_wide_font() -> None:
    assert undrawable(["王小明", "𬎆", "㛃", "\t\n\u200b"]) == ""


def test_a_character_nobody_can_draw_is_named_and_nothing_printed(template: Path) -> None:
    data = {"title": "公示", "rows": [{"name": "王\U0003fffd\U0002fa1f"}, {"name": "\U0003fffd"}]}
    with pytest.raises(CannotPrint) as refused:
        pdf(template, data, at=AT)
    assert refused.value.code == "printing.character"
    assert refused.value.data["characters"] == "\U0002fa1f\U0003fffd"
    assert "U+2FA1F" in str(refused.value.message) and "U+3FFFD" in str(refused.value.message)


def test_a_makeshift_character_is_not_printed_as_what_some_font_makes_of_it(template: Path) -> None:
    with pytest.raises(CannotPrint, match="U\\+E863") as refused:
        pdf(template, {"title": "公示", "rows": [{"name": "王\ue863\U0003fffd"}]}, at=AT)
    assert (refused.value.code, refused.value.data["characters"]) == ("printing.private", "\ue863")


def test_without_a_chinese_font_it_says_so(template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_TEXT", ())
    monkeypatch.setattr(fonts, "_PLAIN", ())
    monkeypatch.setattr(fonts, "_WIDE", ())
    with pytest.raises(CannotPrint, match="no_font"):
        pdf(template, {"title": "x", "rows": []}, at=AT)
