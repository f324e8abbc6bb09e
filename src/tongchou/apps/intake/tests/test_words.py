"""Every code has its words, the words their params; the list of problems is safe, the page is current."""

from __future__ import annotations

import datetime as dt
import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from python_calamine import CalamineWorkbook

from tongchou.apps.intake import api as intake
from tongchou.apps.intake import messages
from tongchou.apps.intake.problem_list import safe
from tongchou.apps.intake.reference import registers_markdown
from tongchou.apps.intake.tests.workbooks import demo_people, person, workbook
from tongchou.core.scope import Scope
from tongchou.domain.register.legacy import DICTIONARY
from tongchou.domain.register.problems import FILE_CODES, LEVELS

ALL = Scope.everything()
PAGE = Path(__file__).parents[5] / "docs" / "reference" / "registers.md"


def test_every_code_has_its_words() -> None:
    assert set(messages.PROBLEMS) == set(LEVELS)
    assert set(messages.FILES) == set(FILE_CODES)
    assert set(messages.LEGACY) == {*DICTIONARY, "omitted"}


def test_no_code_is_left_over() -> None:
    """Each code is raised somewhere outside the list of codes and the list of words."""
    source = Path(__file__).parents[3]
    homes = [source / "domain", source / "apps" / "intake"]
    text = "".join(
        path.read_text(encoding="utf-8")
        for home in homes
        for path in home.rglob("*.py")
        if path.name not in {"problems.py", "messages.py"} and "tests" not in path.parts
    )
    assert [code for code in (*LEVELS, *FILE_CODES) if f'"{code}"' not in text] == []


def dirty() -> bytes:
    people = [
        *demo_people(),
        person("004", "", "户主", "1980-01-01", 201),
        person(
            "004",
            "周8",
            "邻居",
            "1980-01-01",
            203,
            性别="女",
            出生日期="1980-02-01",
            民族="火星族",
            文化程度="很高",
        ),
        person(
            "005", "周某", "户主", "1981-01-01", 203, 性别="人", 婚姻状况="？", 户口性质="不详", 联系电话="12"
        ),
        person(
            "005",
            "吴某",
            "户主",
            "1982-01-01",
            205,
            出生日期="农历1982年正月",
            外出时间="2030-01",
            转户时间="20.1.1",
        ),
        person(
            "005",
            "郑某",
            "女儿",
            "1950-01-01",
            207,
            存活男孩数="几个",
            存活女孩数=3,
            **{"曾生育（含收养）子女数": 1},
        ),
        person("006", "冯某", "妻", "1983-01-01", 208, 公民身份号码="52059919830l01208", 出生日期="春天"),
        person("007", "卫某", "户主", "1960-03-07", 101, 公民身份号码="", 出生日期=""),
        person(
            "008", "蒋某", "户主", "1960-03-07", 101, 村民组="九九组", 是否在本村="也许", 外出地="很长" * 60
        ),
    ]
    return workbook(people, merge=False)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_all_errors_at_once_with_cell_and_fix(stage: Any, language: str) -> None:
    file = stage(dirty())
    with translation.override(language):
        views = intake.problems(file.pk, scope=ALL, limit=None)
        kinds = intake.problem_kinds(file.pk, scope=ALL)
    assert len({view.code for view in views}) >= 18
    assert len(views) == file.problem_count == sum(kind.count for kind in kinds)
    for view in views:
        assert "%(" not in view.text + view.fix and view.text and view.fix and view.place
    levels = [view.level for view in views]
    assert levels == sorted(levels) and levels[0] == "error"
    paged = [
        view
        for start in range(0, len(views), 7)
        for view in intake.problems(file.pk, scope=ALL, start=start, limit=7)
    ]
    assert [view.place for view in paged] == [view.place for view in views]


@pytest.mark.django_db
def test_the_list_of_problems_as_a_workbook(stage: Any) -> None:
    file = stage(dirty())
    book = CalamineWorkbook.from_filelike(io.BytesIO(intake.problem_workbook(file.pk, scope=ALL)))
    rows = book.get_sheet_by_index(0).to_python()
    assert len(rows) == file.problem_count + 1
    assert any("I" in str(row[0]) for row in rows[1:])


@pytest.mark.django_db
def test_a_planted_formula_does_not_run_in_the_list(stage: Any) -> None:
    people = demo_people()
    people[0]["与户主关系"] = "=1+1"
    people[1]["文化程度"] = "@SUM(A1)"

    def as_text(book: Any, page: Any, first: int) -> None:
        page.write_string(first, 4, "=1+1")

    content = intake.problem_workbook(stage(workbook(people, tweak=as_text)).pk, scope=ALL)
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    cells = [str(cell) for row in book.get_sheet_by_index(0).to_python() for cell in row]
    assert any("=1+1" in cell for cell in cells)
    assert [cell for cell in cells if re.match(r"[=+\-@\t\r\n]", cell)] == []
    assert [safe(text)[0] for text in ("=a", "+a", "-a", "@a", "\ta")] == ["'"] * 5


@pytest.mark.django_db
def test_reading_a_file_takes_a_constant_number_of_queries(
    stage: Any, django_assert_max_num_queries: Any
) -> None:
    many = [person(f"{n:03d}", "杨某", "户主", f"1980-01-{n % 28 + 1:02d}", n) for n in range(1, 301)]
    with django_assert_max_num_queries(45):
        stage(workbook(many))
    with django_assert_max_num_queries(2):
        list(intake.files(scope=ALL))


def test_the_reference_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == registers_markdown(), "run `make docs`"


def test_days_of_the_demo_people_are_in_the_past(frozen_clock: dt.datetime) -> None:
    assert all(dt.date.fromisoformat(p["出生日期"]) < frozen_clock.date() for p in demo_people())
