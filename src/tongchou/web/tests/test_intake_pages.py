"""The pages of register files: who is behind the figures, what changed since, what is partly stored."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tongchou.apps.intake import api as intake
from tongchou.apps.intake import claiming
from tongchou.apps.intake.tests.workbooks import demo_people, workbook
from tongchou.core import clock
from tongchou.web.console.presenters import files as present
from tongchou.web.console.views import intake as views

NEW = reverse("console:intake-new")


@pytest.fixture
def officer(client: Client, township_officer: Any) -> Client:
    client.force_login(township_officer)
    return client


@pytest.fixture
def stage(county: Any, township_officer: Any, frozen_clock: dt.datetime) -> Any:
    def act(people: list[dict[str, Any]]) -> intake.RegisterFile:
        return intake.stage_register(
            content=workbook(people), file_name="1.xlsx", village_id=county.village.pk,
            by=township_officer, at=frozen_clock,
        )  # fmt: skip

    return act


def page(client: Client, file: intake.RegisterFile) -> str:
    return client.get(reverse("console:intake-file", args=[file.pk])).content.decode()


def apply(client: Client, file: intake.RegisterFile, seen: int = 1) -> str:
    address = reverse("console:intake-apply", args=[file.pk])
    return client.post(address, {"seen": seen}, follow=True).content.decode()


def test_the_people_behind_the_figures_are_listed(officer: Client, stage: Any) -> None:
    text = page(officer, stage(demo_people()))
    assert 'id="list-new"' in text and "杨光明" in text and "520599***********" in text
    people = demo_people()
    assert all(person["公民身份号码"] not in text for person in people)


def test_long_lists_are_turned(officer: Client, stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "FEW", 4)
    file = stage(demo_people())
    assert "赵桂芳" not in page(officer, file)
    answer = officer.get(reverse("console:intake-file", args=[file.pk]) + "?new=2")
    assert "赵桂芳" in answer.content.decode() and "杨光明" not in answer.content.decode()


def test_changes_missing_people_and_the_other_file_are_shown(officer: Client, stage: Any) -> None:
    apply(officer, stage(demo_people()))
    people = demo_people()
    people[0] |= {"联系电话": "14000009999", "婚姻状况": "丧偶", "存活女孩数": 1}
    older = stage(people[:5])
    text = page(officer, older)
    assert "电话" in text and "14000009999" not in text and 'id="list-missing"' in text
    assert "丧偶" not in text and "赵桂芳" in text
    people[0]["联系电话"] = "14000008888"
    with clock.frozen(older.uploaded_at + dt.timedelta(minutes=1)):
        apply(officer, stage(people))
        text = apply(officer, older)
        assert "请重新查看再决定" in text and "另一份文件已经写入" in text
        older.refresh_from_db()
        assert older.status == intake.FileStatus.STAGED
        assert f'name="seen" value="{older.comparison_no}"' in text


def test_a_partly_stored_file_says_so(officer: Client, stage: Any) -> None:
    people = demo_people()
    people[2]["公民身份号码"] = "1"
    file = stage(people)
    text = apply(officer, file)
    assert text.count("部分写入") == 2 and 'aria-current="step">写入登记库' in text
    assert "部分写入" in officer.get(reverse("console:intake")).content.decode()
    file.refresh_from_db()
    assert (present.is_partial(file), file.applied["new"]) == (True, 3)


def test_while_somebody_stores_there_are_no_buttons(
    officer: Client, stage: Any, frozen_clock: dt.datetime
) -> None:
    file = stage(demo_people())
    claiming.take(file, at=frozen_clock, resume=False)
    text = page(officer, file)
    assert "正在写入" in text and reverse("console:intake-apply", args=[file.pk]) not in text
    assert "请等它完成" in apply(officer, file)
    with clock.frozen(frozen_clock + dt.timedelta(minutes=11)):
        text = page(officer, file)
        assert "写入中断了" in text and reverse("console:intake-apply", args=[file.pk]) in text


def test_a_run_that_only_found_it_done_says_so(stage: Any) -> None:
    file = stage(demo_people())
    file.status, file.applied = intake.FileStatus.APPLIED, {"settled": 6, "new": 0, "conflict": 0}
    assert "此前中断" in present.verdict(file).text


def test_warnings_are_not_called_all_read(officer: Client, stage: Any) -> None:
    people = demo_people()
    people[5]["文化程度"] = "不知所云"
    text = page(officer, stage(people))
    assert "全部单元格都已读懂" not in text and "1处请核对" in text
    assert "全部单元格都已读懂" in page(officer, stage(demo_people()))


def test_a_refusal_gives_its_advice_once(officer: Client, county: Any) -> None:
    upload = SimpleUploadedFile("a.xlsx", b"%PDF-1.4")
    text = officer.post(NEW, {"village": county.village.pk, "file": upload}).content.decode()
    assert text.count("另存为") == 1


def test_the_list_tells_files_apart(
    officer: Client, stage: Any, county: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = stage(demo_people())
    text = officer.get(reverse("console:intake")).content.decode()
    for shown in (county.village.code, file.sha256[:8], file.uploaded_by.display_name):
        assert shown in text
    assert county.village.name in officer.get(NEW).content.decode()
    stage(demo_people()[:3])
    monkeypatch.setattr(views, "SIZE", 1)
    assert "?page=2" in officer.get(reverse("console:intake")).content.decode()
