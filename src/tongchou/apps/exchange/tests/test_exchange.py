"""A list goes out, its answer comes back, and cases keep what it says."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tongchou.apps.casework.models import Case
from tongchou.apps.exchange import api as exchange
from tongchou.apps.exchange.models import Answer, AnswerRow, Export, ExportRow, Problem
from tongchou.apps.intake import api as intake
from tongchou.apps.registry.models import Person
from tongchou.core import clock
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.models import AuditEntry

Answered = Callable[..., bytes]
CODES = ("childcare_subsidy", "one_form", "one_card", "budget")


def asked(county: Any, template: str = "childcare_subsidy", **given: Any) -> exchange.Asked:
    values = {"template": template, "year": 2026, "area_id": county.county.pk, **given}
    return exchange.Asked(**values)


@pytest.fixture
def made(approved: int, county: Any, office: Any, frozen_clock: dt.datetime) -> Export:
    return exchange.export(asked(county), purpose="报国家系统", by=office.county, at=frozen_clock)


def test_a_list_is_counted_written_and_noted(
    approved: int, county: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    by, at = office.county, frozen_clock
    assert exchange.count(asked(county), by=by, at=at) == exchange.Counted(1, 360_000)
    one = exchange.export(asked(county), purpose="报国家系统", by=by, at=at)
    file = exchange.file_of(export_id=one.pk, by=by, at=at)
    assert file.name == "childcare_subsidy-2026-1.xlsx"
    (sheet,) = intake.open_sheet(file.content, wanted=lambda _sheet: True, long=True)[:1]
    head, row = sheet.cells[1], sheet.cells[2]
    told = dict(zip(head, row, strict=True))
    assert (told["婴幼儿姓名"], told["银行账号"], told["性别"]) == ("陈小苗", "6217000012345678901", "女")
    assert told["补贴金额（元）"] == 3600.0
    assert "陈小苗" not in one.sealed
    row_noted = AuditEntry.objects.get(action="exchange.export")
    assert (row_noted.purpose, row_noted.detail["rows"]) == ("报国家系统", 1)
    assert "陈" not in str(row_noted.detail)
    assert AuditEntry.objects.filter(action="exchange.fetch").count() == 1


def test_sent_twice_is_one_list(made: Export, county: Any, office: Any, frozen_clock: dt.datetime) -> None:
    again = exchange.export(asked(county), purpose="报国家系统", by=office.county, at=frozen_clock)
    assert again.pk == made.pk
    assert Export.objects.count() == 1


def written(template: Any, content: bytes, change: Callable[[list[list[Any]]], list[list[Any]]]) -> bytes:
    """A list's own file with its lines changed, in the form it has."""
    if template.form == "workbook":
        (sheet,) = intake.open_sheet(content, wanted=lambda _sheet: True, long=True)[:1]
        target = io.BytesIO()
        book = xlsxwriter.Workbook(target, {"in_memory": True})
        page = book.add_worksheet()
        for number, row in enumerate(change([list(row) for row in sheet.cells[len(template.above) :]])):
            for column, value in enumerate(row):
                page.write_string(number, column, str(value))
        book.close()
        return target.getvalue()
    text = io.StringIO(content.decode(template.encoding), newline="")
    out = io.StringIO(newline="")
    csv.writer(out).writerows(change(list(csv.reader(text, delimiter=template.separator))))
    return out.getvalue().encode(template.encoding)


@pytest.mark.parametrize("code", CODES)
def test_every_wrong_cell_of_an_answer_is_named_and_nothing_counts(
    approved: int, county: Any, office: Any, frozen_clock: dt.datetime, code: str
) -> None:
    """Another amount, an unknown result, a number that was not sent: each by its cell, in every template."""
    by, at = office.county, frozen_clock
    one = exchange.export(asked(county, code), purpose="试", by=by, at=at)
    template = exchange.template_of(code)
    assert template.answer is not None
    titles = {column.field: column.title for column in template.answer.columns}
    content = exchange.file_of(export_id=one.pk, by=by, at=at).content
    amount, key = titles.get("yuan") or titles["fen"], titles[template.answer.key]

    def wrong(rows: list[list[Any]]) -> list[list[Any]]:
        head, row = [*rows[0], titles["result"], titles["external"]], [*rows[1], "也许", "GJ-1"]
        row[head.index(amount)] = "1"
        unknown = [*rows[1], sorted(template.answer.done)[0], "GJ-2"]
        unknown[head.index(key)] = "2026-999999"
        return [head, row, unknown]

    answer = exchange.stage(export_id=one.pk, content=written(template, content, wrong), by=by, at=at)
    found = {(one.code, one.cell[-1]) for one in Problem.objects.filter(answer=answer)}
    assert {("result_unknown", "2"), ("amount_differs", "2"), ("key_unknown", "3")} <= found
    assert (answer.taken, answer.errors) == (0, 3)
    exchange.decide(answer_id=answer.pk, by=by, at=at)
    assert Case.objects.get(pk=approved).external == ""


@pytest.mark.parametrize("code", CODES)
def test_every_list_and_its_answer(
    approved: int, county: Any, office: Any, frozen_clock: dt.datetime, code: str
) -> None:
    """The file as it was written, with the system's columns behind, reads back to the same case."""
    by, at = office.county, frozen_clock
    one = exchange.export(asked(county, code), purpose="试", by=by, at=at)
    template = exchange.template_of(code)
    assert template.answer is not None
    titles = {column.field: column.title for column in template.answer.columns}
    content = exchange.file_of(export_id=one.pk, by=by, at=at).content

    def behind(rows: list[list[Any]]) -> list[list[Any]]:
        more = [[titles["result"], titles["external"]], [sorted(template.answer.done)[0], "GJ-1"]]
        return [row + end for row, end in zip(rows, more, strict=True)]

    back = written(template, content, behind)
    answer = exchange.stage(export_id=one.pk, content=back, by=by, at=at)
    assert (answer.taken, answer.errors, answer.warnings, answer.not_named) == (1, 0, 0, 0)
    exchange.decide(answer_id=answer.pk, by=by, at=at)
    assert Case.objects.get(pk=approved).external == "GJ-1"


def test_nothing_counts_before_it_is_decided_and_then_once(
    made: Export, approved: int, office: Any, answer: Answered, frozen_clock: dt.datetime
) -> None:
    by, at = office.county, frozen_clock
    content = answer(("2026-000001", "3600", "成功", "", "GJ2026-7"))
    file = exchange.stage(export_id=made.pk, content=content, by=by, at=at)
    assert Case.objects.get(pk=approved).external == ""
    assert exchange.stage(export_id=made.pk, content=content, by=by, at=at).pk == file.pk
    assert exchange.decide(answer_id=file.pk, by=by, at=at) == exchange.Decided(1, 1, 0)
    assert Case.objects.get(pk=approved).external == "GJ2026-7"
    assert exchange.decide(answer_id=file.pk, by=by, at=at) == exchange.Decided(0, 0, 0)
    assert exchange.stage(export_id=made.pk, content=content, by=by, at=at).pk == file.pk
    assert AuditEntry.objects.filter(action="casework.external").count() == 1
    with pytest.raises(Conflict):
        exchange.discard(answer_id=file.pk, by=by, at=at)


def test_what_was_not_taken_is_noted_and_the_case_stays(
    made: Export, approved: int, office: Any, answer: Answered, frozen_clock: dt.datetime
) -> None:
    by, at = office.county, frozen_clock
    content = answer(("2026-000001", "3600", "失败", "该婴幼儿重复申领", ""))
    file = exchange.stage(export_id=made.pk, content=content, by=by, at=at)
    (line,) = exchange.lines(exchange_rows(file), made, by=by, at=at)
    assert (line.reason, line.words, line.number) == ("paid_elsewhere", "该婴幼儿重复申领", "2026-000001")
    assert "重复" not in AnswerRow.objects.get().sealed
    assert not exchange.of_case(approved)
    exchange.decide(answer_id=file.pk, by=by, at=at, chosen=[approved])
    assert Case.objects.get(pk=approved).state == "approved"
    (told,) = exchange.of_case(approved)
    assert (told.template, told.reason) == ("childcare_subsidy", "paid_elsewhere")


def exchange_rows(file: Answer) -> Any:
    return exchange.rows_of(file)


def test_a_cell_that_does_not_fit_keeps_its_row_out(
    made: Export, approved: int, office: Any, answer: Answered, frozen_clock: dt.datetime
) -> None:
    by, at = office.county, frozen_clock
    content = answer(("2026-000001", "3500", "成功", "", "GJ1"), ("2026-000777", "3600", "成功", "", "GJ2"))
    file = exchange.stage(export_id=made.pk, content=content, by=by, at=at)
    assert {(one.code, one.cell) for one in exchange.problems_of(file)} == {
        ("amount_differs", "B2"), ("key_unknown", "A3"),
    }  # fmt: skip
    for one in Problem.objects.all():
        assert all(exchange.problem_words(one.code, one.params))
    assert exchange.decide(answer_id=file.pk, by=by, at=at).rows == 0
    assert Case.objects.get(pk=approved).external == ""


def test_a_file_that_is_none_says_what_to_do(
    made: Export, office: Any, answer: Answered, frozen_clock: dt.datetime
) -> None:
    for content in (b"", b"not a list", answer()):
        with pytest.raises(Invalid) as error:
            exchange.stage(export_id=made.pk, content=content, by=office.county, at=frozen_clock)
        assert error.value.code == "exchange.answer"
        assert error.value.data["fix"]
    assert not Answer.objects.exists()


def test_private_programmes_stand_in_payment_lists_alone(
    approved: int, county: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    by, at = office.county, frozen_clock
    Case.objects.filter(pk=approved).update(private=True)  # as a private kind is marked
    for code in ("childcare_subsidy", "one_form"):
        assert exchange.count(asked(county, code), by=by, at=at).rows == 0
        with pytest.raises(Invalid) as error:
            exchange.count(asked(county, code, private=True), by=by, at=at)
        assert error.value.code == "exchange.private"
    with pytest.raises(Invalid):
        exchange.count(asked(county, "one_form", kinds=("bereaved_assistance",)), by=by, at=at)
    # Not asked for, or not named: it is not there.
    assert exchange.count(asked(county, "one_card"), by=by, at=at).rows == 0
    assert exchange.count(asked(county, "one_card", private=True), by=by, at=at).rows == 0
    from tongchou.apps.casework import api as casework

    casework.name_officer(account=by, area_id=county.county.pk, by=office.county_two, at=at)
    assert exchange.count(asked(county, "one_card", private=True), by=by, at=at).rows == 1
    one = exchange.export(asked(county, "one_card", private=True), purpose="发放", by=by, at=at)
    with pytest.raises(NotFound):  # a list with private programmes is its maker's alone
        exchange.export_of(one.pk, office.county_two, at)


def test_every_programme_has_a_neutral_name_in_a_list() -> None:
    from tongchou.apps.casework import api as casework

    private = [one for one in casework.in_force() if one.kind == "private"]
    assert private
    for kind in private:
        assert kind.neutral is not None
        for word in ("特扶", "特别扶助", "失独", "伤残", "死亡", "并发症", "独生"):
            assert word not in kind.public_title.zh


@pytest.mark.parametrize("who", ["village", "township", "prefecture"])
def test_only_the_county_exports(
    made: Export, county: Any, office: Any, frozen_clock: dt.datetime, who: str
) -> None:
    by = getattr(office, who)
    for act in (
        lambda: exchange.count(asked(county), by=by, at=frozen_clock),
        lambda: exchange.export(asked(county), purpose="x", by=by, at=frozen_clock),
        lambda: exchange.file_of(export_id=made.pk, by=by, at=frozen_clock),
        lambda: exchange.stage(export_id=made.pk, content=b"x", by=by, at=frozen_clock),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_what_is_asked_for_is_checked(
    approved: int, county: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    by, at = office.county, frozen_clock
    for wrong, purpose, code in (
        (asked(county, "none"), "x", "exchange.template"),
        (asked(county), " ", "exchange.purpose"),
        (asked(county), "x" * 121, "exchange.purpose"),
        (asked(county, kinds=("elderly_reward",)), "x", "exchange.kind"),
    ):
        with pytest.raises(Invalid) as error:
            exchange.export(wrong, purpose=purpose, by=by, at=at)
        assert error.value.code == code
    with pytest.raises(Conflict) as empty:
        exchange.export(asked(county, year=2025), purpose="x", by=by, at=at)
    assert empty.value.code == "exchange.empty"


def test_the_file_is_forgotten_after_some_days(made: Export, office: Any, frozen_clock: dt.datetime) -> None:
    later = frozen_clock + exchange.KEPT + dt.timedelta(minutes=1)
    with clock.frozen(later):
        with pytest.raises(Conflict) as error:
            exchange.file_of(export_id=made.pk, by=office.county, at=later)
        exchange.forget(at=later)
    assert error.value.code == "exchange.forgotten"
    made.refresh_from_db()
    assert made.sealed == ""


def test_an_idle_worker_empties_files_on_their_day(made: Export, frozen_clock: dt.datetime) -> None:
    from tongchou.core.jobs import kinds

    kinds.do_chores(at=frozen_clock + exchange.KEPT - dt.timedelta(minutes=1))
    made.refresh_from_db()
    assert made.sealed
    kinds.do_chores(at=frozen_clock + exchange.KEPT + dt.timedelta(minutes=1))
    made.refresh_from_db()
    assert made.sealed == "" and made.sha256 and made.rows == 1


def test_the_database_keeps_rows_and_answers_single(
    made: Export, approved: int, office: Any, answer: Answered, frozen_clock: dt.datetime
) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        ExportRow.objects.update(fen=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        ExportRow.objects.create(export=made, no=2, case_id=approved, key_index="x")
    content = answer(("2026-000001", "3600", "成功", "", ""))
    file = exchange.stage(export_id=made.pk, content=content, by=office.county, at=frozen_clock)
    values = {"export": made, "lines": 1, "uploaded_by": office.county, "uploaded_at": frozen_clock}
    for act in (
        lambda: Answer.objects.create(sha256=file.sha256, **values),
        lambda: Answer.objects.create(sha256="x", state="decided", **values),
        lambda: AnswerRow.objects.create(answer=file, row=9, case_id=approved, result="taken"),
        lambda: AnswerRow.objects.create(answer=file, row=9, case_id=7, result="not_taken"),
        lambda: AnswerRow.objects.create(answer=file, row=9, case_id=7, result="perhaps"),
        lambda: Problem.objects.create(answer=file, row=1, code="none", error=True),
        lambda: Export.objects.filter(pk=made.pk).update(rows=0),
        lambda: Export.objects.filter(pk=made.pk).update(purpose=""),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_a_wrong_template_of_ones_own_is_told(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from tongchou.domain.exchange.templates import TemplateError

    (tmp_path / "own.yaml").write_text(
        "code: own\ntitle: {zh: 自用, en: Own}\ncolumns:\n  - {field: case_number, title: 编号}\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("TONGCHOU_EXCHANGE", str(tmp_path))
    assert exchange.template_of("own").answer is None
    assert exchange.template_of("budget")
    monkeypatch.setenv("TONGCHOU_EXCHANGE", str(tmp_path / "none"))
    with pytest.raises(TemplateError):
        exchange.templates()


def test_a_list_of_many_asks_no_more(
    apply: Any, approved: int, office: Any, passed: Any, county: Any, frozen_clock: dt.datetime
) -> None:
    """The queries that gather a list do not grow with it."""
    from tongchou.apps.casework import api as casework
    from tongchou.apps.casework import sealing
    from tongchou.apps.exchange import exporting
    from tongchou.core.scope import Scope

    on = clock.date_of(frozen_clock)

    def queries() -> int:
        which = casework.Which(2026)
        with CaptureQueriesContext(connection) as seen:
            found = casework.listed_cases(which, by=office.county, on=on, within=Scope.everything(), most=100)
            exporting._lines(exchange.template_of("one_card"), found)
        return len(seen)

    before = queries()
    case = Case.objects.get(pk=approved)
    others = []
    for number, person in enumerate(Person.objects.exclude(pk=case.person_id), 2):
        case.pk, case.person_id, case.number = None, person.pk, f"2026-{number:06d}"
        case.sealed = sealing.seal(casework.Application(name="某"), person.pk)
        case.save(force_insert=True)
        others.append(case.pk)
    assert len(others) >= 3
    assert queries() == before
