"""Lists of areas by page: any usual file, every mistake with its cell, the tree, then loading once."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from tongchou.apps.local import api as local
from tongchou.apps.local.models import AreaDraft
from tongchou.apps.places import api as places
from tongchou.core.errors import Invalid, NotAllowed, NotFound

pytestmark = pytest.mark.django_db
HEADER = ["代码", "名称", "级别", "上级代码", "启用日期", "本地单位", "曾用代码", "涉及县"]
ROWS = [
    ["520521905000", "星宿乡（示例）", "乡镇", "520521", dt.date(2010, 11, 1), None, None, None],
    ["520521905201", "红岩村（示例）", "村", "520521905000", "2010年11月1日", None, None, None],
    [520521905202, "黑土村（示例）", "村", "520521905", "2010/11/1", "否", None, None],
    [None, "一组（示例）", "组", "520521905201", "2010-11-01", None, None, None],
]


def workbook(rows: list[list[Any]], *, above: int = 0) -> bytes:
    book = Workbook()
    for _ in range(above):
        book.active.append(["某县行政区划一览表（示例）"])
    for row in [HEADER, *rows]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_as_offices_keep_it(county: Any, frozen_clock: dt.datetime) -> None:
    seen = local.bring_in(content=workbook(ROWS, above=2), file_name="区划.xlsx", by=None, at=frozen_clock)
    assert seen.problems == () and seen.fresh == 4
    assert [(line.name, line.villages, line.groups, line.is_new) for line in seen.tree] == [
        ("星宿乡（示例）", 2, 1, True)
    ]
    assert places.area_by_code("520521905") is None, "nothing is stored before it was looked at"
    assert local.load(by=None, at=frozen_clock).created == 4
    assert places.area_by_code("520521905202").parent.name == "星宿乡（示例）"
    with pytest.raises(NotFound):
        local.load(by=None, at=frozen_clock)
    again = local.bring_in(content=workbook(ROWS), file_name="区划.xlsx", by=None, at=frozen_clock)
    assert again.fresh == 0 and not again.tree[0].is_new


def test_csv_in_either_encoding(county: Any, frozen_clock: dt.datetime) -> None:
    text = "代码,名称,级别,上级代码,启用日期\n520521906,凤山乡（示例）,乡镇,520521,2010-11-01\n"
    for encoding in ("utf-8-sig", "gb18030"):
        seen = local.bring_in(content=text.encode(encoding), file_name="区划.csv", by=None, at=frozen_clock)
        assert (seen.problems, seen.fresh) == ((), 1)


def test_every_mistake_with_its_cell_at_once(county: Any, frozen_clock: dt.datetime) -> None:
    rows = [list(row) for row in ROWS]
    rows[0][3] = "520599"  # an unknown parent
    rows[1][4] = "早年"  # no date
    rows[1][2] = "生产队"  # no level
    rows[1][3] = "999999"  # and an unknown parent beside it
    rows[2][0] = "5205219052"  # no code
    rows.append(["520521902", "云岭镇（示例）", "乡镇", "520521", "2010-11-01", "maybe", None, None])
    rows.append(["520521901", "换了名字", "乡镇", "520521", "2010-11-01", None, None, None])
    seen = local.bring_in(content=workbook(rows, above=2), file_name="x.xlsx", by=None, at=frozen_clock)
    assert {problem.cell for problem in seen.problems} == {"D4", "E5", "C5", "D5", "A6", "F8", "B9"}
    assert all(problem.text and problem.fix for problem in seen.problems)
    assert not AreaDraft.objects.exists() and places.area_by_code("520521905") is None


def test_the_same_code_twice_names_the_row_of_the_file(county: Any, frozen_clock: dt.datetime) -> None:
    seen = local.bring_in(
        content=workbook([ROWS[0], ROWS[0]], above=2), file_name="x.xlsx", by=None, at=frozen_clock
    )
    (problem,) = seen.problems
    assert problem.cell == "A5" and "4" in problem.text
    assert "4" in problem.fix and "12" not in problem.fix  # which row has it, not how codes look


def test_a_group_twice_is_told_by_its_name(county: Any, frozen_clock: dt.datetime) -> None:
    rows = [*ROWS, ROWS[3]]
    (problem,) = local.bring_in(content=workbook(rows), file_name="x.xlsx", by=None, at=frozen_clock).problems
    assert problem.cell == "B6" and "5" in problem.text


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x89PNG\r\n\x1a\n\0\0",
        b"PK\x03\x04 broken",
        "只有一行".encode(),
        workbook([]),
        b"\xd0\xcf\x11\xe0rest",
    ],
)
def test_what_is_no_list_says_so(county: Any, frozen_clock: dt.datetime, content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        local.bring_in(content=content, file_name="x", by=None, at=frozen_clock)
    assert str(refused.value.message)


def test_the_template_is_a_list_itself_but_its_examples_never_become_areas(
    county: Any, frozen_clock: dt.datetime
) -> None:
    book = load_workbook(io.BytesIO(places.template_workbook()))
    assert [cell.value for cell in book["区划"][1]] == HEADER and book.sheetnames[1] == "填写说明"
    for content in (places.template_workbook(), places.template_csv()):
        seen = local.bring_in(content=content, file_name="template", by=None, at=frozen_clock)
        assert [problem.cell for problem in seen.problems] == ["B5", "B6", "B7"]
        assert "示例" in seen.problems[0].fix and not AreaDraft.objects.exists()


def test_a_unit_outside_the_national_code(county: Any, frozen_clock: dt.datetime) -> None:
    rows = [
        ["local-jinhaihu", "金海湖新区（示例）", "县", "520500", "2015-12-31", "是", None, "520521;520502"],
        ["520521907", "响水乡（示例）", "乡镇", "local-jinhaihu", "2015-12-31", None, None, None],
    ]
    assert local.bring_in(content=workbook(rows), file_name="x.xlsx", by=None, at=frozen_clock).problems == ()
    local.load(by=None, at=frozen_clock)
    unit = places.area_by_code("local-jinhaihu")
    assert places.area_by_code("520521907").parent == unit
    assert {area.code for area in places.counties_inside(unit)} == {"520521", "520502"}


def test_an_account_loads_below_its_own_area_and_sees_its_own_draft(
    county: Any, county_reviewer: Any, township_officer: Any, make_account: Any, frozen_clock: dt.datetime
) -> None:
    with pytest.raises(NotAllowed):
        local.bring_in(content=workbook(ROWS), file_name="x.xlsx", by=township_officer, at=frozen_clock)
    outside = [[*ROWS[0][:3], "520523", *ROWS[0][4:]]]
    seen = local.bring_in(content=workbook(outside), file_name="x.xlsx", by=county_reviewer, at=frozen_clock)
    assert [problem.cell for problem in seen.problems] == ["D2"]
    local.bring_in(content=workbook(ROWS), file_name="x.xlsx", by=county_reviewer, at=frozen_clock)
    other = make_account("other", "system_admin", county.county)
    assert local.preview(by=other, at=frozen_clock) is None
    with pytest.raises(NotFound):
        local.load(by=other, at=frozen_clock)
    assert local.preview(by=county_reviewer, at=frozen_clock).fresh == 4
    local.discard(by=county_reviewer)
    assert local.preview(by=county_reviewer, at=frozen_clock) is None
