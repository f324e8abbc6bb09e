"""A register from upload to registry: what is found, applied once, held back, forgotten."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tongchou.apps.intake import api as intake
from tongchou.apps.intake import payload
from tongchou.apps.intake.models import RegisterFile, StagedProblem, StagedRow
from tongchou.apps.intake.tests.workbooks import COLUMNS, demo_people, workbook
from tongchou.apps.registry import api as registry
from tongchou.core import scope
from tongchou.core.errors import Conflict, NotAllowed, NotFound
from tongchou.core.models import AuditEntry
from tongchou.core.scope import Scope
from tongchou.domain.dates import PartialDate

pytestmark = pytest.mark.django_db

ALL = Scope.everything()


def staged_rows(file: RegisterFile) -> dict[str, Any]:
    """The staged lines by name, without the row number, which differs between layouts."""
    rows = [payload.open_row(row.payload, file.bound, row.row_no) for row in file.rows.all() if row.payload]
    return {
        row.name: {name: getattr(row, name) for name in row.__slots__ if name != "row_no"} for row in rows
    }


def broken_people() -> list[dict[str, Any]]:
    people = demo_people()
    people[2]["公民身份号码"] = people[2]["公民身份号码"][:17] + (
        "5" if people[2]["公民身份号码"][17] != "5" else "6"
    )
    return people


def test_a_register_is_staged_and_the_registry_is_not_touched(stage: Any, audited: Any) -> None:
    with audited():
        file = stage()
    assert (file.people, file.households, file.error_count, file.year) == (6, 3, 0, 2026)
    assert (file.new_count, file.changed_count, file.same_count, file.conflict_count) == (6, 0, 0, 0)
    assert file.name == "520521901201.xlsx" and file.columns["id_number"] == "I"
    assert registry.search("杨光明", scope=ALL) == []
    rows = staged_rows(file)
    assert rows["杨光明"]["children_ever"] == 2
    assert rows["陈红"]["living_daughters"] is None  # 34 years old: never asked, never kept
    assert rows["王建国"]["ethnicity"] == "97" and rows["王建国"]["ethnicity_text"] == "穿青人"
    assert rows["王建国"]["converted_on"] == PartialDate(2023, 5)
    assert rows["赵桂芳"]["group_name"] == "二组（示例）"  # 第2组 in the register
    assert rows["赵桂芳"]["resident_here"] is False and rows["赵桂芳"]["away_since"] == PartialDate(2019, 3)


def test_nothing_personal_is_readable_in_the_tables(stage: Any) -> None:
    file = stage(workbook(broken_people()))
    rows = str(list(StagedRow.objects.values())) + str(list(StagedProblem.objects.values()))
    rows += str(list(RegisterFile.objects.values()))
    for person in demo_people():
        for value in (person["姓名"], person["公民身份号码"], person["公民身份号码"][6:14], "东莞"):
            assert value not in rows
    assert file.rows.filter(held=True).exclude(payload="").count() == 0


def test_applying_brings_the_people_in_once(stage: Any, act: dict[str, Any]) -> None:
    file = stage()
    done = intake.apply_file(file_id=file.pk, **act)
    assert (done.changed, done.people, done.conflicts) == (True, 6, 0)
    assert [hit.name for hit in registry.search("杨光明", scope=ALL)] == ["杨光明"]
    file.refresh_from_db()
    assert file.status == intake.FileStatus.APPLIED and file.decided_by == act["by"]
    assert file.rows.exclude(payload="").count() == 0
    entries = AuditEntry.objects.count()
    again = stage()
    assert again.pk == file.pk
    assert intake.apply_file(file_id=file.pk, **act).changed is False
    assert AuditEntry.objects.count() == entries


def test_the_same_facts_in_a_new_file_change_nothing(stage: Any, act: dict[str, Any]) -> None:
    intake.apply_file(file_id=stage().pk, **act)
    file = stage(workbook(demo_people(), title="大方县云岭镇青山村人口表"))
    assert (file.new_count, file.changed_count, file.same_count) == (0, 0, 6)


def test_missing_people_are_listed_and_stay(stage: Any, act: dict[str, Any]) -> None:
    intake.apply_file(file_id=stage().pk, **act)
    file = stage(workbook(demo_people()[:5]))
    assert [person.name for person in intake.missing_people(file.pk, scope=ALL)] == ["赵桂芳"]
    intake.apply_file(file_id=file.pk, **act)
    assert len(registry.search("赵桂芳", scope=ALL)) == 1


def test_order_names_and_notes_do_not_matter(stage: Any) -> None:
    first = stage()
    order = [*COLUMNS[:12], *COLUMNS[20:23], *COLUMNS[14:16], *COLUMNS[12:14], *COLUMNS[16:20], *COLUMNS[23:]]
    order = [*order[6:9], *order[:6], *order[9:]]
    renamed = {
        "公民身份号码": "身份证号（必填）",
        "与户主关系": "和户主的关系",
        "出生日期": "生　日*",
        "转户时间": "转户日期",
    }
    second = stage(
        workbook(
            demo_people(), columns=order, rename=renamed, notes=["填报日期：2026年6月1日", "注意：请逐户核对"]
        )
    )
    assert staged_rows(first) == staged_rows(second)
    assert first.legacy == second.legacy and (second.error_count, second.warning_count) == (0, 0)


def test_errors_hold_back_their_household_alone(stage: Any, act: dict[str, Any]) -> None:
    file = stage(workbook(broken_people()))
    assert (file.error_count, file.held_households, file.held_people, file.new_count) == (1, 1, 3, 3)
    with pytest.raises(Conflict, match=r"intake\.has_errors"):
        intake.apply_file(file_id=file.pk, **act)
    done = intake.apply_file(file_id=file.pk, accept_partial=True, **act)
    assert (done.people, done.held_people) == (3, 3)
    assert registry.search("王小明", scope=ALL) == []
    listed = intake.problems(file.pk, scope=ALL)
    assert [view.cell for view in listed] == ["I7"]
    mended = stage(workbook(demo_people()))
    assert (mended.new_count, mended.same_count) == (3, 3)
    assert intake.apply_file(file_id=mended.pk, **act).people == 3


def test_a_conflict_is_left_out_and_stays_listed(stage: Any, act: dict[str, Any], county: Any) -> None:
    intake.apply_file(file_id=stage().pk, **act)
    moved = workbook([demo_people()[5] | {"村民组": None}], title="云岭镇白水村户籍人口登记表", notes=[])
    file = stage(moved, village_id=county.other_village.pk)
    assert file.conflict_count == 1
    done = intake.apply_file(file_id=file.pk, **act)
    assert (done.people, done.conflicts) == (0, 1)
    row = intake.preview(file.pk, scope=ALL, status="conflict")[0]
    assert row.reason and row.name == "赵桂芳"  # open to a decision still, and its line kept for that


def test_a_problem_met_only_when_applying_keeps_its_row_listed(
    stage: Any, act: dict[str, Any], county: Any
) -> None:
    here, there = demo_people(), [demo_people()[5] | {"村民组": None}]
    waiting = stage(
        workbook(there, title="云岭镇白水村户籍人口登记表", notes=[]), village_id=county.other_village.pk
    )
    assert waiting.new_count == 1
    intake.apply_file(file_id=stage(workbook(here)).pk, **act)
    with pytest.raises(Conflict, match=r"intake\.changed_since"):
        intake.apply_file(file_id=waiting.pk, **act)
    waiting.refresh_from_db()
    assert (waiting.status, waiting.conflict_count) == (intake.FileStatus.STAGED, 1)
    assert intake.apply_file(file_id=waiting.pk, **act).conflicts == 1
    waiting.refresh_from_db()
    assert waiting.conflict_count == 1 and waiting.rows.get().status == "conflict"


def test_discarding_forgets_everything(stage: Any, act: dict[str, Any], audited: Any) -> None:
    file = stage(workbook(broken_people()))
    with audited():
        intake.discard_file(file_id=file.pk, **act)
    assert not StagedRow.objects.exists() and not StagedProblem.objects.exists()
    with pytest.raises(Conflict, match=r"intake\.discarded"):
        intake.apply_file(file_id=file.pk, accept_partial=True, **act)
    assert stage(workbook(broken_people())).pk != file.pk  # it may come again


def test_staging_the_same_file_again_replaces_it(stage: Any) -> None:
    first = stage()
    second = stage()
    assert RegisterFile.objects.count() == 1 and second.pk != first.pk and second.rows.count() == 6


def test_an_interrupted_application_goes_on(stage: Any, act: dict[str, Any], monkeypatch: Any) -> None:
    file = stage()
    real = registry.apply_register

    def cut(*args: Any, **kwargs: Any) -> Any:
        real(*args, **kwargs)
        raise KeyboardInterrupt

    monkeypatch.setattr(registry, "apply_register", cut)
    with pytest.raises(KeyboardInterrupt):
        intake.apply_file(file_id=file.pk, **act)
    monkeypatch.setattr(registry, "apply_register", real)
    file.refresh_from_db()
    assert file.status == intake.FileStatus.STAGED and file.rows.exclude(payload="").count() == 6
    assert intake.apply_file(file_id=file.pk, **act).changed is True
    assert len(registry.search("杨光明", scope=ALL)) == 1
    file.refresh_from_db()
    assert file.applied["settled"] == 6


def test_preview_shows_masked_numbers(stage: Any) -> None:
    rows = intake.preview(stage().pk, scope=ALL)
    assert [row.name for row in rows][:2] == ["杨光明", "李秀英"]
    assert all(row.id_masked.startswith("520599***********") for row in rows)


def test_a_village_worker_does_not_upload(stage: Any, village_worker: Any) -> None:
    with pytest.raises(NotAllowed):
        stage(by=village_worker)
    assert not RegisterFile.objects.exists()


def test_an_officer_of_elsewhere_sees_nothing(
    stage: Any, make_account: Any, county: Any, frozen_clock: dt.datetime
) -> None:
    file = stage()
    other = make_account("zhaojun", "township_officer", county.other_village)
    with pytest.raises(NotFound):
        stage(by=other)
    reach = scope.of(other, frozen_clock.date(), permission="intake.upload")
    assert list(intake.files(scope=reach)) == [] and list(intake.waiting(scope=Scope.nothing())) == []
    for read in (
        intake.open_file,
        intake.problems,
        intake.preview,
        intake.problem_kinds,
        intake.missing_people,
    ):
        with pytest.raises(NotFound):
            read(file.pk, scope=reach)
    with pytest.raises(NotFound):
        intake.problem_workbook(file.pk, scope=reach)
    for decide in (intake.apply_file, intake.discard_file):
        with pytest.raises(NotFound):
            decide(file_id=file.pk, by=other, at=frozen_clock)
    assert RegisterFile.objects.get().status == intake.FileStatus.STAGED


def test_file_names_that_could_name_people_are_not_kept(stage: Any) -> None:
    assert stage(file_name="青山村张三家上环名单.xlsx").name == "青山村（示例）.xlsx"
    assert stage(file_name="520521901201-2026.xlsx").name == "520521901201-2026.xlsx"


def test_payloads_are_bound_to_their_row(stage: Any) -> None:
    file = stage()
    first, second = file.rows.order_by("row_no")[:2]
    from tongchou.core.crypto import CannotDecrypt

    with pytest.raises(CannotDecrypt):
        payload.open_row(first.payload, file.bound, second.row_no)


@pytest.mark.parametrize(
    "change",
    [
        {"status": "half"},
        {"status": "applied"},  # decided by nobody
        {"people": -1},
    ],
)
def test_constraints_on_files(stage: Any, change: dict[str, Any]) -> None:
    file = stage()
    with pytest.raises(IntegrityError), transaction.atomic():
        RegisterFile.objects.filter(pk=file.pk).update(**change)


def test_a_file_stands_once_a_village(stage: Any) -> None:
    file = stage()
    file.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        file.save(force_insert=True)


@pytest.mark.parametrize("change", [{"status": "odd"}, {"status": "error"}, {"held": True}, {"row_no": 6}])
def test_constraints_on_rows(stage: Any, change: dict[str, Any]) -> None:
    file = stage()
    with pytest.raises(IntegrityError), transaction.atomic():
        file.rows.filter(row_no=5).update(**change)


def test_constraints_on_problems(stage: Any) -> None:
    file = stage(workbook(broken_people()))
    with pytest.raises(IntegrityError), transaction.atomic():
        file.problems.update(level="fatal")
