"""Every kind of dirt that the page of reference names is proved by a test that exists."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from tongchou.apps.intake import reference
from tongchou.apps.intake.dirt import DIRT, Dirt
from tongchou.apps.intake.read import open_sheet
from tongchou.apps.intake.tests import workbooks
from tongchou.apps.intake.tests.workbooks import demo_people, grid, old_workbook, text_table, workbook
from tongchou.domain.register.cells import phones
from tongchou.domain.register.read import Reading, read_register

ROOT = Path(__file__).resolve().parents[5]


@cache
def named_in(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def read(content: bytes) -> Reading:
    return read_register(open_sheet(content)[0], on=workbooks.dt.date(2026, 6, 30))


@pytest.mark.parametrize("dirt", DIRT, ids=lambda one: one.proof.split("::")[1])
def test_every_line_has_its_proof(dirt: Dirt) -> None:
    path, name = dirt.proof.split("::")
    assert name.startswith("test_") and name in named_in(path)
    assert dirt.looks in reference.registers_markdown()


def test_a_workbook_of_wps(tmp_path: Path) -> None:
    """WPS writes either of Excel's formats under its own ending: what counts is the content."""
    expected = read(workbook(demo_people())).rows
    (tmp_path / "register.et").write_bytes(old_workbook(grid(demo_people()), tmp_path))
    assert read((tmp_path / "register.et").read_bytes()).rows == expected


@pytest.mark.parametrize("name", ["王𬭎", "㛃小兰", "杨䶮", "李𠮷"])
def test_rare_characters_stay_as_they_are(name: str) -> None:
    people = demo_people()
    people[0]["姓名"] = name
    for content in (workbook(people), text_table(grid(people), encoding="gb18030")):
        reading = read(content)
        assert reading.rows[0].name == name
        assert not [problem for problem in reading.problems if problem.column == "name"]


@pytest.mark.parametrize("cell", ["14000001234/14000005678", "14000001234、14000005678（儿子）"])
def test_telephones_of_two_people_in_one_cell(cell: str) -> None:
    assert phones(cell) == (("14000001234", "14000005678"), True)


@pytest.mark.parametrize("cell", ["/", "无", "—"])
def test_signs_for_nothing_are_nothing(cell: str) -> None:
    people = demo_people()
    people[0] |= {"联系电话": cell, "文化程度": cell}
    reading = read(workbook(people))
    assert reading.rows[0].phones == () and not [p for p in reading.problems if p.row == 5]
