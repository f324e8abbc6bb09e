"""Too many errors, the user's own workbook back, headers that somebody explains."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

import pytest
from django.utils import translation
from openpyxl import load_workbook

from tongchou.apps.intake import api as intake
from tongchou.apps.intake import holding, limits, words
from tongchou.apps.intake.models import ColumnWord, HeldRegister, RegisterFile, StagedRow
from tongchou.apps.intake.own_workbook import TITLE
from tongchou.apps.intake.tests.workbooks import COLUMNS, demo_people, grid, person, text_table, workbook
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.models import AuditEntry
from tongchou.core.scope import Scope

pytestmark = pytest.mark.django_db
ALL = Scope.everything()


def many(number: int, wrong: int = 0, twice: int = 0) -> list[dict[str, Any]]:
    people = [
        person(f"H{n}", "杨光明", "户主", (dt.date(1950, 1, 1) + dt.timedelta(days=n)).isoformat(), 101)
        for n in range(number)
    ]
    for one in people[:wrong]:
        one["公民身份号码"] = "123"
    for one in people[number - twice :]:
        one["公民身份号码"], one["出生日期"] = people[wrong]["公民身份号码"], people[wrong]["出生日期"]
    return people


# Too many errors.


@pytest.mark.parametrize(
    ("wrong", "twice", "refused"), [(12, 0, False), (13, 0, True), (0, 4, False), (0, 5, False), (9, 4, True)]
)
def test_the_limits(stage: Any, wrong: int, twice: int, refused: bool) -> None:
    """40 people: 30 % are 12; a person listed twice is in error too."""
    file = stage(workbook(many(40, wrong, twice)))
    assert (file.status == intake.FileStatus.REFUSED) == refused


def test_many_listed_twice_are_refused(stage: Any) -> None:
    assert stage(workbook(many(100, 0, 10))).status == intake.FileStatus.STAGED
    file = stage(workbook(many(100, 0, 11)))
    assert file.status == intake.FileStatus.REFUSED and "100" in limits.refusal_words(file)


def test_few_people_are_never_a_reason(stage: Any) -> None:
    assert stage(workbook(many(9, 9))).status == intake.FileStatus.STAGED


def test_the_limit_is_a_setting(stage: Any, settings: Any) -> None:
    settings.INTAKE_MOST_ERRORS = 50
    assert stage(workbook(many(40, 20))).status == intake.FileStatus.STAGED


def test_a_refused_file_lists_its_problems_and_stores_nothing(stage: Any, act: dict[str, Any]) -> None:
    people = many(40, 20)
    people[0]["与户主关系"] = "邻居"
    file = stage(workbook(people))
    assert (
        not StagedRow.objects.exists()
        and AuditEntry.objects.order_by("-id").first().action == "intake.refuse"
    )
    kinds = [kind for kind in intake.problem_kinds(file.pk, scope=ALL) if kind.level == "error"]
    assert (kinds[0].code, kinds[0].count) == ("id_length", 20)
    assert kinds[0].cells == ("I5", "I6", "I7", "I8", "I9") and kinds[0].fix
    book = load_workbook(io.BytesIO(intake.problem_workbook(file.pk, scope=ALL)))
    assert book.worksheets[0].max_row > 20 and book.worksheets[1]["A2"].value == 20
    with pytest.raises(Conflict, match="refused"):
        intake.apply_file(file_id=file.pk, accept_partial=True, **act)
    assert stage(workbook(people)).pk != file.pk  # read again in its place
    again = RegisterFile.objects.get()
    intake.discard_file(file_id=again.pk, **act)
    assert RegisterFile.objects.get().status == intake.FileStatus.DISCARDED


# The own workbook back.


def returned(file: RegisterFile) -> Any:
    return load_workbook(io.BytesIO(intake.returned_workbook(file.pk, scope=ALL)))


def test_the_own_workbook_comes_back_with_marks(stage: Any) -> None:
    people = demo_people()
    people[0]["公民身份号码"] = "123"
    people[3]["文化程度"] = "不知所云"

    def look(book: Any, page: Any, first: int) -> None:
        page.set_column(3, 3, 33)
        page.write(first + 1, 3, "李秀英", book.add_format({"bold": True, "bg_color": "#00FF00"}))

    file = stage(workbook(people, tweak=look), hold=True)
    with translation.override("zh-hans"):
        page = returned(file).worksheets[0]
    column = len(COLUMNS) + 1
    assert page.cell(4, column).value == TITLE
    assert "I5" in page.cell(5, column).value and "公民身份号码" in page.cell(5, column).value
    assert "J8" in page.cell(8, column).value and page.cell(6, column).value is None
    assert page["I5"].fill.fgColor.rgb == "00FFC7CE" and page["J8"].fill.fgColor.rgb == "00FFEB9C"
    assert page["D6"].font.bold and page["D6"].fill.fgColor.rgb == "FF00FF00"
    assert page.column_dimensions["D"].width > 30 and "B5:B6" in [
        str(area) for area in page.merged_cells.ranges
    ]
    with translation.override("en"):
        text = returned(file).worksheets[0].cell(5, column).value
    assert "identity number" in text and text.isascii()


def test_mended_it_is_read_without_complaint(stage: Any) -> None:
    people = demo_people()
    people[0]["公民身份号码"] = "123"
    file = stage(workbook(people), hold=True)
    book = returned(file)
    book.worksheets[0]["I5"] = demo_people()[0]["公民身份号码"]
    target = io.BytesIO()
    book.save(target)
    mended = stage(target.getvalue(), hold=True)
    assert (mended.error_count, mended.warning_count, mended.unknown, mended.people) == (0, 0, [], 6)
    people[1]["文化程度"] = "不知所云"
    wrong = stage(workbook(people), hold=True)
    twice = io.BytesIO()
    returned(wrong).save(twice)
    third = stage(twice.getvalue(), hold=True)
    page = returned(third).worksheets[0]
    assert [cell.value for cell in page[4]].count(TITLE) == 1


def test_nothing_in_it_starts_a_formula(stage: Any) -> None:
    people = demo_people()
    people[0]["文化程度"] = "=cmd|'/c calc'!A1"
    people[1]["外出地"] = "@SUM(1)"

    def formula(book: Any, page: Any, first: int) -> None:
        page.write_string(first, 9, "=cmd|'/c calc'!A1")
        page.write_formula(first + 2, 21, '=WEBSERVICE("http://x")', None, "贵阳")

    file = stage(workbook(people, tweak=formula), hold=True)
    content = intake.returned_workbook(file.pk, scope=ALL)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f" not in sheet.replace("<format", "") and "WEBSERVICE" not in sheet
    page = load_workbook(io.BytesIO(content)).worksheets[0]
    assert page["J5"].data_type == "s" and page["J5"].quotePrefix and page["V7"].value == "贵阳"


def test_only_a_held_workbook_with_problems_comes_back(stage: Any, act: dict[str, Any]) -> None:
    people = demo_people()
    people[0]["公民身份号码"] = "123"
    assert not intake.may_be_returned(stage(workbook(demo_people()), hold=True))
    table = stage(text_table(grid(people)), hold=True)
    assert holding.of_file(table.pk) is not None and not intake.may_be_returned(table)
    with pytest.raises(NotFound):
        intake.returned_workbook(table.pk, scope=ALL)
    file = stage(workbook(people), hold=True)
    assert intake.may_be_returned(file)
    with pytest.raises(NotFound):
        intake.returned_workbook(file.pk, scope=Scope.nothing())
    intake.discard_file(file_id=file.pk, **act)
    with pytest.raises(NotFound):
        intake.returned_workbook(file.pk, scope=ALL)
    assert not HeldRegister.objects.filter(file=file).exists()


def test_a_large_register_gets_the_list_alone(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from tongchou.apps.intake import own_workbook

    monkeypatch.setattr(own_workbook, "MOST_OWN_ROWS", 5)
    people = demo_people()
    people[0]["公民身份号码"] = "123"
    file = stage(workbook(people), hold=True)
    assert not intake.may_be_returned(file) and intake.problem_workbook(file.pk, scope=ALL)


def test_held_and_not_held_are_read_alike(stage: Any) -> None:
    people = demo_people()
    people[3]["外出地"] = "广东上环"
    people[4]["与户主关系"] = "避孕"
    people[5]["姓名"] = "王诚信"
    plain = stage(workbook(people))
    found = [(view.code, view.cell, view.text) for view in intake.problems(plain.pk, scope=ALL)]
    held = stage(workbook(people), hold=True)
    assert [(view.code, view.cell, view.text) for view in intake.problems(held.pk, scope=ALL)] == found
    names = [row.name for row in intake.preview(held.pk, scope=ALL)]
    assert "王诚信" in names and {code for code, _cell, _text in found} == {
        "legacy_text_dropped",
        "unknown_relation",
    }


# Explained headers.


def odd(**more: Any) -> bytes:
    columns = [*COLUMNS, ("家庭门牌",)]
    people = [one | {"家庭门牌": "7号"} for one in demo_people()]
    return workbook(people, columns=columns, rename={"联系电话": "联络号", "村民组": "片区"}, **more)


def test_a_header_is_explained_and_remembered(stage: Any, act: dict[str, Any], county: Any) -> None:
    file = stage(odd(), hold=True)
    assert file.open_words == ["片区", "联络号", "家庭门牌"] and "phones" not in file.columns
    meanings = {"联络号": "phones", "片区": "group_name", "家庭门牌": ""}
    again, read = intake.explain(file_id=file.pk, meanings=meanings, **act)
    assert read and again.unknown == [] and {"phones", "group_name"} <= set(again.columns)
    assert sorted(again.learned) == sorted(meanings)
    assert AuditEntry.objects.filter(action="intake.remember_words").count() == 1
    other = stage(odd(title="云岭镇青山村2026年登记表"))  # the next file knows it
    assert other.unknown == [] and "phones" in other.columns
    used = ColumnWord.objects.get(word="联络号")
    assert (used.county, used.used, used.added_by, used.meaning) == (county.county, 2, act["by"], "phones")


def test_a_file_no_longer_held_has_to_be_chosen_again(stage: Any, act: dict[str, Any]) -> None:
    file = stage(odd())
    again, read = intake.explain(file_id=file.pk, meanings={"联络号": "phones"}, **act)
    assert not read and again.pk == file.pk
    assert "phones" in stage(odd()).columns


def test_a_needed_column_under_another_name(act: dict[str, Any], county: Any) -> None:
    content = workbook(demo_people(), rename={"户编号": "门牌", "联系电话": "联络号"})
    batch = intake.receive(files=[("520521901201.xlsx", content)], **act)
    intake.read_waiting(batch_id=batch.pk, **act)
    item = batch.items.get()
    assert (item.state, item.code) == ("refused", "missing_columns")
    assert intake.open_words(batch.pk, by=act["by"]) == ["门牌", "联络号"]
    _batch, waiting = intake.explain_items(batch_id=batch.pk, meanings={"门牌": "household_no"}, **act)
    assert waiting == 1
    intake.read_waiting(batch_id=batch.pk, **act)
    item.refresh_from_db()
    assert item.state == "read" and item.file is not None and item.file.households == 3


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("避孕措施", "phones"),
        ("避 孕", ""),
        ("计划·生育证", "household_no"),
        ("姓名", "household_no"),
        ("手机号码", ""),
        ("配偶住处", "resident_elsewhere"),
        ("联络号", "living_sons"),
        ("联络号", "remarks"),
        ("联络号", "nonsense"),
        ("第520599196503071125号", "phones"),
        ("", "phones"),
    ],
)
def test_words_that_cannot_be_explained(word: str, meaning: str, act: dict[str, Any], county: Any) -> None:
    with pytest.raises(Invalid):
        words.remember(county=county.county, meanings={word: meaning}, **act)
    assert not ColumnWord.objects.exists()


def test_a_remembered_word_never_opens_a_closed_column(stage: Any, act: dict[str, Any], county: Any) -> None:
    """Even one that got in by another way is of no use."""
    ColumnWord.objects.create(
        county=county.county,
        word="避孕措施",
        meaning="resident_elsewhere",
        added_by=act["by"],
        added_at=act["at"],
    )
    ColumnWord.objects.create(
        county=county.county, word="姓名", meaning="group_name", added_by=act["by"], added_at=act["at"]
    )
    file = stage(workbook([one | {"避孕措施": "上环"} for one in demo_people()]))
    assert file.legacy["contraception"] == 1 and file.columns["name"] == "D" and file.learned == []
    assert all(row.name for row in intake.preview(file.pk, scope=ALL))


def test_a_second_column_of_a_kind_is_no_answer(stage: Any, act: dict[str, Any]) -> None:
    file = stage(odd(), hold=True)
    with pytest.raises(Invalid, match="word_twice"):
        intake.explain(file_id=file.pk, meanings={"联络号": "name"}, **act)
    with pytest.raises(Invalid, match="word_twice"):
        intake.explain(file_id=file.pk, meanings={"联络号": "phones", "家庭门牌": "phones"}, **act)
    with pytest.raises(Invalid, match="no_words"):
        intake.explain(file_id=file.pk, meanings={"不在表里": "phones"}, **act)


def test_taken_back_it_is_used_no_more(
    stage: Any, act: dict[str, Any], county: Any, make_account: Any, frozen_clock: dt.datetime
) -> None:
    words.remember(county=county.county, meanings={"联络号": "phones"}, **act)
    word = ColumnWord.objects.get()
    with pytest.raises(Conflict, match="word_known"):
        words.remember(county=county.county, meanings={"联络号": "group_name"}, **act)
    assert words.remember(county=county.county, meanings={"联络号": "phones"}, **act) == 0
    colleague = make_account("colleague", "township_officer", county.township)
    with pytest.raises(NotAllowed):
        words.take_back(word_id=word.pk, by=colleague, at=frozen_clock)
    reviewer = make_account("reviewer", "county_reviewer", county.county)
    assert words.take_back(word_id=word.pk, by=reviewer, at=frozen_clock).taken_back_by == reviewer
    before = AuditEntry.objects.count()
    words.take_back(word_id=word.pk, by=reviewer, at=frozen_clock)
    assert AuditEntry.objects.count() == before
    assert "联络号" in stage(odd()).open_words
    assert words.remember(county=county.county, meanings={"联络号": "phones"}, **act) == 1


def test_the_list_of_words_asks_once(
    act: dict[str, Any], county: Any, django_assert_num_queries: Any
) -> None:
    words.remember(county=county.county, meanings={f"列甲{n}乙": "" for n in "一二三四五六"}, **act)
    with django_assert_num_queries(1):
        listed = list(intake.column_words(scope=Scope.of_area(county.township)))
        assert len({(one.county.name, one.added_by.username) for one in listed}) == 1 and len(listed) == 6
    assert not intake.column_words(scope=Scope.nothing()).exists()
