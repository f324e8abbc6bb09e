"""What present law has closed is found nowhere after a register carried it: tables, files, errors, logs."""

from __future__ import annotations

import io
import logging
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from tongchou.apps.intake import api as intake
from tongchou.apps.intake.tests.workbooks import COLUMNS, demo_people, workbook
from tongchou.core.scope import Scope

ALL = Scope.everything()
SECRET = "皮埋七七三一"
WORDS = ("避孕", "皮埋", "上环", "七七三一", "政策外", "孕检")


def planted() -> bytes:
    people = demo_people()
    for person in people:
        person |= {
            "避孕措施": SECRET,
            "落实时间": "2019年上环",
            "政策内外": "政策外",
            "备注": SECRET,
            "家庭情况": SECRET,
        }
    people[5]["外出地"] = f"广东 {SECRET}"
    people[3]["公民身份号码"] = "123"  # an error in a line that carries the words
    people[2]["民族"] = SECRET
    people[1]["文化程度"] = SECRET
    people[4]["与户主关系"] = SECRET
    columns = [*COLUMNS, ("家庭情况",)]
    return workbook(
        people, columns=columns, rename={"备注": "备注（孕检）"}, sheet="上环名单", notes=[SECRET]
    )


def everything_stored() -> str:
    """Every value of every table of the database, as text."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - own names
            found.append(str(cursor.fetchall()))
    assert len(found) >= len(apps.get_models())
    return "\n".join(found)


@pytest.mark.django_db
@pytest.mark.parametrize("partial", [True, False], ids=["applied", "discarded"])
def test_a_planted_value_is_found_nowhere(
    stage: Any, act: dict[str, Any], caplog: Any, capfd: Any, var_folder: Path, partial: bool
) -> None:
    caplog.set_level(logging.DEBUG)
    file = stage(planted(), file_name=f"{SECRET}.xlsx")
    assert file.error_count and file.legacy == {"contraception": 1, "measures": 1, "policy": 1, "checks": 1}
    shown = "\n".join(intake.problem_lines(file.pk))
    shown += repr(intake.preview(file.pk, scope=ALL)) + repr(intake.problem_kinds(file.pk, scope=ALL))
    shown += repr(file.__dict__) + everything_stored()
    workbook_text = ""
    with zipfile.ZipFile(io.BytesIO(intake.problem_workbook(file.pk, scope=ALL))) as book:
        workbook_text = "".join(book.read(name).decode() for name in book.namelist())
    assert "<row" in workbook_text
    if partial:
        intake.apply_file(file_id=file.pk, accept_partial=True, **act)
    else:
        intake.discard_file(file_id=file.pk, **act)
    shown += workbook_text + everything_stored() + caplog.text + "".join(capfd.readouterr())
    for path in var_folder.rglob("*"):
        if path.is_file():
            shown += path.read_bytes().decode("utf-8", "replace")
    assert [word for word in WORDS if word in shown] == []


@pytest.mark.django_db
def test_the_words_would_be_seen(stage: Any) -> None:
    """The test above can fail: a value that is kept is found by the same means."""
    people = demo_people()
    people[0]["文化程度"] = "可见之物"
    file = stage(workbook(people))
    assert "可见之物" in "\n".join(intake.problem_lines(file.pk))
    assert "青山村" in everything_stored()


@pytest.mark.django_db
def test_a_refused_file_is_not_quoted(stage: Any, caplog: Any) -> None:
    from tongchou.core.errors import Invalid

    caplog.set_level(logging.DEBUG)
    with pytest.raises(Invalid) as caught:
        stage(workbook(demo_people(), columns=[("避孕措施",), *COLUMNS[5:9]], notes=[SECRET]))
    said = str(caught.value.message) + repr(caught.value.data) + caplog.text
    assert [word for word in WORDS if word in said] == []
