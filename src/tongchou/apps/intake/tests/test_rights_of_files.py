"""Closed columns are found nowhere: in no format, not out of an archive, not held, not given back."""

from __future__ import annotations

import io
import logging
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName

from tongchou.apps.intake import api as intake
from tongchou.apps.intake import holding
from tongchou.apps.intake.models import HeldRegister
from tongchou.apps.intake.tests.test_rights import everything_stored
from tongchou.apps.intake.tests.workbooks import (
    COLUMNS,
    TITLE,
    archive_of,
    demo_people,
    grid,
    old_workbook,
    text_table,
    workbook,
)
from tongchou.core import crypto

#: Words planted in closed columns, none of which may turn up anywhere, and how they are found.
SECRETS = ("皮埋七七三一", "上环八八四二", "QZX9931")
WORDS = ("皮埋", "上环", "七七三一", "八八四二", "QZX9931", "避孕", "孕检")
PEOPLE_COLUMNS = [*COLUMNS, ("家庭情况",)]


def planted_people() -> list[dict[str, Any]]:
    people = demo_people()
    for one in people:
        one |= {
            "避孕措施": SECRETS[0],
            "落实时间": "QZX9931",
            "政策内外": SECRETS[1],
            "备注": SECRETS[0],
            "家庭情况": SECRETS[1],
        }
    people[0]["公民身份号码"] = "123"  # something to mend
    people[1]["文化程度"] = SECRETS[0]
    people[4]["与户主关系"] = SECRETS[1]
    people[5]["外出地"] = f"广东 {SECRETS[0]}"
    return people


def planted_workbook() -> bytes:
    """Closed matter in columns, title, comments, hidden sheets, names, properties, header lines."""
    content = workbook(
        planted_people(),
        columns=PEOPLE_COLUMNS,
        rename={"备注": "备注（孕检）"},
        sheet="上环名单",
        notes=[SECRETS[0]],
    )
    book = load_workbook(io.BytesIO(content))
    page = book.worksheets[0]
    page["D5"].comment = Comment(SECRETS[0], "上环八八四二")
    page["AB5"].comment = Comment("QZX9931", "QZX9931")
    page.oddHeader.center.text = SECRETS[1]
    page["D6"].hyperlink = "https://example.org/QZX9931"
    page.auto_filter.ref = "A4:AF10"
    hidden = book.create_sheet("避孕旧表")
    hidden["A1"] = SECRETS[0]
    hidden.sheet_state = "hidden"
    book.create_sheet("说明")["A1"] = SECRETS[1]
    book.defined_names["QZX9931"] = DefinedName("QZX9931", attr_text="'上环名单'!$AB$5")
    book.properties.creator = SECRETS[0]
    book.properties.lastModifiedBy = "QZX9931"
    book.properties.title = SECRETS[1]
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def contents(folder: Path) -> dict[str, bytes]:
    rows = grid(planted_people(), columns=PEOPLE_COLUMNS, notes=[SECRETS[0]])
    return {
        "xlsx": planted_workbook(),
        "csv": text_table(rows),
        "utf-16": text_table(rows, encoding="utf-16", mark="\t"),
        "xls": old_workbook(rows, folder),
    }


def spoken(text: str) -> list[str]:
    return [word for word in WORDS if word in text]


def unfolded(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        parts = [book.read(name).decode("utf-8", "replace") for name in book.namelist()]
        return "\n".join([*book.namelist(), *parts])


def held_in_plain() -> str:
    """What is laid by, as somebody with the keys would read it."""
    found = []
    for held in HeldRegister.objects.all():
        parcel = holding.take_out(held)
        found.append(repr(holding.opened(parcel).sheet.cells))
        if parcel.form == "xlsx":
            found.append(unfolded(parcel.content))
    return "\n".join(found)


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["xlsx", "csv", "utf-16", "xls"])
@pytest.mark.parametrize("packed", [True, False], ids=["in an archive", "alone"])
def test_a_planted_column_is_found_nowhere(
    form: str,
    packed: bool,
    county: Any,
    township_officer: Any,
    client: Client,
    caplog: Any,
    capfd: Any,
    var_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    client.force_login(township_officer)
    sealed: list[str] = []
    usual = crypto.encrypt

    def encrypt(text: str, context: str) -> str:
        sealed.append(text)
        return usual(text, context)

    monkeypatch.setattr(crypto, "encrypt", encrypt)
    name = "520521901201." + ("csv" if form == "utf-16" else form)
    content = contents(tmp_path)[form]
    assert form == "xlsx" or any(
        word.encode(coding) in content for word in SECRETS[:1] for coding in ("gb18030", "utf-16-le")
    )
    upload = archive_of({name: content, f"{SECRETS[0]}.csv": b"1"}) if packed else content
    sent = io.BytesIO(upload)
    sent.name = "a.zip" if packed else f"{SECRETS[0]}.{form}"
    answer = client.post(reverse("console:intake-new"), {"file": sent}, follow=True)
    assert answer.status_code == 200
    shown = answer.content.decode()
    file = intake.RegisterFile.objects.get()
    assert file.error_count and sum(file.legacy.values()) >= 3
    shown += client.get(reverse("console:intake-file", args=[file.pk])).content.decode()
    shown += client.get(reverse("console:intake")).content.decode()
    shown += unfolded(client.get(reverse("console:intake-problems", args=[file.pk])).content)
    if form == "xlsx":
        own = client.get(reverse("console:intake-returned", args=[file.pk]))
        assert own.status_code == 200
        shown += unfolded(own.content)
        page = load_workbook(io.BytesIO(own.content))
        assert page.sheetnames == ["登记表"] and not page.defined_names
        assert page.worksheets[0]["D6"].value == "李秀英" and page.worksheets[0]["AB5"].value is None
        assert TITLE in str(page.worksheets[0]["A1"].value)
    shown += everything_stored() + held_in_plain() + "\n".join(sealed)
    assert HeldRegister.objects.filter(file=file).exists()
    client.post(reverse("console:intake-apply", args=[file.pk]), {"seen": file.comparison_no})
    assert not HeldRegister.objects.filter(file=file).exists()
    shown += everything_stored() + "\n".join(sealed) + caplog.text + "".join(capfd.readouterr())
    for path in var_folder.rglob("*"):
        if path.is_file():
            shown += path.read_bytes().decode("utf-8", "replace")
    assert spoken(shown) == []


@pytest.mark.django_db
def test_the_upload_itself_would_be_seen(tmp_path: Path) -> None:
    """The test above can fail: the same means find the words in what is sent."""
    files = contents(tmp_path)
    assert set(spoken(unfolded(files["xlsx"]))) == set(WORDS)
    assert spoken(files["csv"].decode("gb18030")) and spoken(files["utf-16"].decode("utf-16"))
