"""Several files at once: each finds its village, a wrong one keeps no other back, all good ones go in."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from tongchou.apps.intake import api as intake
from tongchou.apps.intake import batch_queries, batches, holding
from tongchou.apps.intake.models import BatchItem, HeldRegister, ItemState, RegisterFile
from tongchou.apps.intake.tests.workbooks import (
    archive_of,
    demo_people,
    grid,
    old_workbook,
    person,
    text_table,
    workbook,
)
from tongchou.apps.registry.models import Person
from tongchou.core import clock
from tongchou.core.errors import AppError, Conflict, Invalid, NotFound
from tongchou.core.jobs import api as jobs
from tongchou.core.jobs import kinds, leases, worker
from tongchou.core.models import AuditEntry
from tongchou.core.scope import Scope

pytestmark = pytest.mark.django_db(transaction=True)
ALL = Scope.everything()
OTHER_TITLE = "大方县（示例）云岭镇白水村户籍人口登记表"


def other_people() -> list[dict[str, Any]]:
    return [
        person("9", "吴大海", "户主", "1980-02-03", 201, 组="一组"),
        person("9", "吴小海", "子", "2010-02-03", 203, 组="一组"),
    ]


def other_village(**more: Any) -> bytes:
    return workbook(other_people(), title=OTHER_TITLE, notes=[], **more)


def run() -> jobs.Job:
    kinds = [batch_queries.READ_KIND, batch_queries.APPLY_KIND]
    claimed = leases.claim(kinds, at=clock.now())
    assert claimed is not None
    worker.run_job(claimed, threading.Event())
    return jobs.Job.objects.get(pk=claimed.pk)


def bring_in(files: dict[str, bytes], act: dict[str, Any], **more: Any) -> intake.UploadBatch:
    batch = intake.receive(files=list(files.items()), **act, **more)
    intake.read_waiting(batch_id=batch.pk, **act)
    return batch


def states(batch: intake.UploadBatch) -> list[tuple[str, str]]:
    return list(batch.items.order_by("position").values_list("state", "code"))


def test_each_file_finds_its_village(county: Any, act: dict[str, Any], tmp_path: Path) -> None:
    untitled = {"title": "户籍人口登记表", "notes": []}
    rows = grid(demo_people(), title="户籍人口登记表", notes=[])
    files = {
        "520521901202_2026.xls": old_workbook(grid(other_people(), title=OTHER_TITLE, notes=[]), tmp_path),
        "青山村.csv": text_table(rows),
        "登记表.xlsx": workbook(demo_people()),
        "名单.xlsx": workbook(demo_people()[:2], **untitled),
        "520523000000.xlsx": workbook(demo_people()[:3], **untitled),
    }
    batch = bring_in({"a.zip": archive_of(files, gbk=True)}, act)
    found = {item.state: item for item in batch.items.all()}
    villages = [item.village.name if item.village else None for item in batch.items.order_by("position")]
    assert villages == [county.other_village.name, county.village.name, county.village.name, None, None]
    assert [state for state, _code in states(batch)] == ["read", "read", "read", "choose", "choose"]
    waiting = found[ItemState.CHOOSE]
    chosen = intake.choose_village(item_id=waiting.pk, village_id=county.village.pk, **act)
    assert chosen.state == ItemState.READ and chosen.file is not None and chosen.file.people in (2, 3)
    assert not HeldRegister.objects.filter(item=waiting).exists()
    with pytest.raises(Conflict):
        intake.choose_village(item_id=waiting.pk, village_id=county.village.pk, **act)


def test_a_village_out_of_reach_is_not_found(
    county: Any, make_account: Any, act: dict[str, Any], frozen_clock: dt.datetime
) -> None:
    small = make_account("small", "township_officer", county.other_village)
    batch = bring_in({"520521901201.xlsx": workbook(demo_people())}, {"by": small, "at": frozen_clock})
    assert states(batch) == [("choose", "")]
    item = batch.items.get()
    with pytest.raises(NotFound):
        intake.choose_village(item_id=item.pk, village_id=county.village.pk, by=small, at=frozen_clock)
    with pytest.raises(NotFound):  # brought in by somebody else
        intake.choose_village(item_id=item.pk, village_id=county.village.pk, **act)
    with pytest.raises(NotFound):
        intake.open_batch(batch.pk, by=act["by"])


def test_one_bad_file_keeps_no_other_back(county: Any, act: dict[str, Any]) -> None:
    files = {
        "520521901201.xlsx": workbook(demo_people()),
        "scan.pdf": b"%PDF-1.4",
        "520521901202.xlsx": workbook(demo_people()),  # the title names the other village
        "白水村.xlsx": other_village(),
    }
    batch = bring_in(files, act)
    assert states(batch) == [
        ("read", ""),
        ("refused", "wrong_type"),
        ("refused", "other_village"),
        ("read", ""),
    ]
    wrong = batch.items.get(position=3)
    with translation.override("en"):
        assert "names another village" in intake.reason(wrong)
    with translation.override("zh-hans"):
        assert "青山村" in intake.reason(wrong) and "names" not in intake.reason(wrong)
    assert [item.pk for item in intake.to_choose(batch.pk, by=act["by"])] == [wrong.pk]
    chosen = intake.choose_village(item_id=wrong.pk, village_id=county.village.pk, **act)
    assert chosen.state == ItemState.READ


def test_all_without_errors_go_in_as_a_job(county: Any, act: dict[str, Any]) -> None:
    people = demo_people()
    people[0]["公民身份号码"] = "1"
    files = {"520521901201.xlsx": workbook(people), "520521901202.xlsx": other_village()}
    batch = bring_in(files, act)
    view = intake.view(batch.pk, by=act["by"], scope=ALL)
    assert (view.total, view.ready, view.ready_people, view.counts) == (2, 1, 2, {"staged": 2})
    job = intake.ask_to_store(batch_id=batch.pk, **act)
    assert intake.ask_to_store(batch_id=batch.pk, **act).pk == job.pk  # a second click
    assert AuditEntry.objects.order_by("-id").first().action == "intake.apply_many"
    done = run()
    assert (done.state, done.result) == (jobs.State.DONE, {"people": 2, "left": 0})
    assert set(Person.objects.values_list("name", flat=True)) == {"吴大海", "吴小海"}
    assert RegisterFile.objects.get(village=county.village).status == intake.FileStatus.STAGED
    with pytest.raises(Conflict, match="none_ready"):
        intake.ask_to_store(batch_id=batch.pk, **act)


def test_cancelled_and_asked_again_the_rest_goes_in(
    county: Any, act: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"520521901201.xlsx": workbook(demo_people()), "520521901202.xlsx": other_village()}
    batch = bring_in(files, act)
    job = intake.ask_to_store(batch_id=batch.pk, **act)
    usual = jobs.JobContext.progress

    def progress(context: Any, done: int, total: int, note: str | None = None) -> None:
        if done == 1:
            jobs.cancel(job_id=job.pk, **act)
        usual(context, done, total, note)

    monkeypatch.setattr(jobs.JobContext, "progress", progress)
    assert run().state == jobs.State.CANCELLED
    assert Person.objects.count() == 6
    monkeypatch.setattr(jobs.JobContext, "progress", usual)
    again = intake.ask_to_store(batch_id=batch.pk, **act)
    assert run().state == jobs.State.DONE and again.pk == job.pk
    assert Person.objects.count() == 8


def test_a_file_that_changed_meanwhile_waits_to_be_looked_at(county: Any, act: dict[str, Any]) -> None:
    """Two registers of one village: after the first the second would do other things than were shown."""
    later = demo_people()
    later[0]["联系电话"] = "14000002222"
    batch = bring_in({"520521901201.xlsx": workbook(demo_people()), "青山村.xlsx": workbook(later)}, act)
    intake.ask_to_store(batch_id=batch.pk, **act)
    assert run().result == {"people": 6, "left": 1}
    assert sorted(RegisterFile.objects.values_list("status", flat=True)) == ["applied", "staged"]


def test_many_are_read_in_the_background(
    county: Any, act: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "MOST_AT_ONCE", 1)
    files = {"520521901201.xlsx": workbook(demo_people()), "520521901202.xlsx": other_village()}
    batch = intake.receive(files=list(files.items()), **act)
    assert not intake.is_small(batch)
    job = intake.ask_to_read(batch_id=batch.pk, **act)
    assert intake.ask_to_read(batch_id=batch.pk, **act).pk == job.pk
    assert states(batch) == [("waiting", ""), ("waiting", "")]
    done = run()
    assert (done.state, done.done, done.total) == (jobs.State.DONE, 2, 2)
    assert states(batch) == [("read", ""), ("read", "")]
    assert HeldRegister.objects.filter(item=None).count() == 2
    assert HeldRegister.objects.filter(file=None).count() == 0


def test_what_nobody_decides_about_is_forgotten(
    county: Any, act: dict[str, Any], frozen_clock: dt.datetime
) -> None:
    batch = bring_in({"名单.xlsx": workbook(demo_people(), title="登记表", notes=[])}, act)
    assert HeldRegister.objects.count() == 1
    later = frozen_clock + dt.timedelta(days=holding.HELD_DAYS, minutes=1)
    assert holding.forget_old(later) == 1
    assert states(batch) == [("refused", "no_longer_held")]
    assert intake.reason(batch.items.get()) and batch.items.get().label == ""
    with pytest.raises(Conflict, match="not_held"):
        intake.choose_village(item_id=batch.items.get().pk, village_id=county.village.pk, **act)


def test_an_idle_worker_forgets_what_nobody_decides_about(
    act: dict[str, Any], frozen_clock: dt.datetime
) -> None:
    bring_in({"名单.xlsx": workbook(demo_people(), title="登记表", notes=[])}, act)
    kinds.do_chores(at=frozen_clock + dt.timedelta(days=holding.HELD_DAYS))
    assert HeldRegister.objects.count() == 1, "its days are not over"
    kinds.do_chores(at=frozen_clock + dt.timedelta(days=holding.HELD_DAYS, minutes=1))
    assert HeldRegister.objects.count() == 0


def test_the_decision_deletes_what_is_held(county: Any, act: dict[str, Any]) -> None:
    batch = bring_in(
        {"520521901201.xlsx": workbook(demo_people()), "520521901202.xlsx": other_village()}, act
    )
    first, second = (item.file_id for item in batch.items.order_by("position"))
    assert HeldRegister.objects.count() == 2
    intake.apply_file(file_id=first, **act)
    assert list(HeldRegister.objects.values_list("file_id", flat=True)) == [second]
    intake.discard_file(file_id=second, **act)
    assert not HeldRegister.objects.exists()


def test_the_name_of_a_file_is_kept_in_cipher_alone(county: Any, act: dict[str, Any]) -> None:
    files = {"张三丰家.csv": b"1", "上环名单.csv": b"2"}
    batch = bring_in(files, act)
    first, second = batch.items.order_by("position")
    assert intake.name_of(first) == "张三丰家.csv" and "张三丰" not in first.label
    assert second.label == ""


def test_an_upload_that_is_too_large_leaves_nothing(
    county: Any, act: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from tongchou.apps.intake import unpacking

    monkeypatch.setattr(unpacking, "MOST_FILES", 1)
    with pytest.raises(Invalid):
        intake.receive(files=[("a.csv", b"1"), ("b.csv", b"2")], **act)
    assert not BatchItem.objects.exists()


def test_a_village_worker_brings_nothing_in(village_worker: Any, frozen_clock: dt.datetime) -> None:
    with pytest.raises(AppError):
        intake.receive(files=[("a.csv", b"1")], by=village_worker, at=frozen_clock)


def test_the_audit_row_comes_last(county: Any, act: dict[str, Any], audited: Any) -> None:
    with audited():
        batch = intake.receive(files=[("520521901201.xlsx", workbook(demo_people()))], **act)
    intake.read_waiting(batch_id=batch.pk, **act)
    with audited():
        intake.ask_to_store(batch_id=batch.pk, **act)


def test_a_page_of_an_upload_asks_the_same_number_of_times(
    county: Any, act: dict[str, Any], django_assert_max_num_queries: Any
) -> None:
    files = {f"{n}.csv": f"{n}".encode() for n in range(30)}
    batch = bring_in(files | {"520521901201.xlsx": workbook(demo_people())}, act)
    with django_assert_max_num_queries(8):
        view = intake.view(batch.pk, by=act["by"], scope=ALL)
        assert len(view.items) == 31 and all(intake.reason(item) or item.file for item in view.items)
