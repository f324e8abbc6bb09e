"""The page on which a stored register is taken back."""

from __future__ import annotations

import datetime as dt
import io
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from tongchou.apps.intake import api as intake
from tongchou.apps.intake import undoing
from tongchou.apps.intake.tests.workbooks import demo_people, workbook
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Person
from tongchou.core import clock
from tongchou.core.jobs import leases, worker
from tongchou.domain.dates import PartialDate

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def file(county: Any, township_officer: Any, frozen_clock: dt.datetime) -> intake.RegisterFile:
    staged = intake.stage_register(
        content=workbook(demo_people()),
        file_name="1.xlsx",
        village_id=county.village.pk,
        by=township_officer,
        at=frozen_clock,
    )
    given = {"file_id": staged.pk, "by": township_officer, "at": frozen_clock}
    return intake.apply_file(accept_partial=True, **given).file


@pytest.fixture
def signed_in(
    county: Any, make_account: Callable[..., Any], township_officer: Any
) -> Callable[[str], Client]:
    accounts = {
        "first": township_officer,
        "second": make_account("chenjing", "township_officer", county.township, "陈静（示例）"),
        "elsewhere": make_account("elsewhere", "township_officer", county.other_village),
    }

    def act(name: str) -> Client:
        client = Client()
        client.force_login(accounts[name])
        return client

    return act


def address(file: intake.RegisterFile, name: str = "intake-undo", *more: str) -> str:
    return reverse(f"console:{name}", args=[file.pk, *more])


def test_one_asks_another_approves(file: Any, signed_in: Any) -> None:
    first, second = signed_in("first"), signed_in("second")
    assert address(file) in first.get(address(file, "intake-file")).content.decode()
    page = first.get(address(file))
    number = str(page.context["page"].figures[0].number)
    assert page.status_code == 200 and number == str(Person.objects.count())
    assert first.post(address(file), {"reason": ""}).status_code == 422
    assert first.post(address(file), {"reason": "other_file"}).status_code == 302
    own = first.get(address(file)).content.decode()
    assert address(file, "intake-undo-decide", "withdraw") in own
    assert address(file, "intake-undo-decide", "approve") not in own
    assert address(file) not in first.get(reverse("console:intake")).content.decode()
    assert address(file) in second.get(reverse("console:intake")).content.decode()
    seen = second.get(address(file)).context["page"].seen
    assert first.post(address(file, "intake-undo-decide", "approve"), {"seen": seen}).status_code == 403
    assert second.post(address(file, "intake-undo-decide", "approve"), {"seen": "x"}).status_code == 409
    assert second.post(address(file, "intake-undo-decide", "approve"), {"seen": seen}).status_code == 302
    running = second.get(address(file)).context["page"]
    assert running.running and running.job_url
    assert second.get(reverse("console:intake")).context["files"][0].chip.tone == "warn"
    claimed = leases.claim([undoing.KIND], at=clock.now())
    assert claimed is not None
    worker.run_job(claimed, threading.Event())
    done = second.get(address(file)).context["page"]
    assert done.done and done.last.decision
    assert second.get(reverse("console:intake")).context["files"][0].chip.icon == "turn"
    told = second.get(address(file, "intake-file"), headers={"accept-language": "en"}).content.decode()
    assert "How it was taken back" in told and "Take a file back" not in told
    assert address(file) in second.get(reverse("console:jobs")).content.decode()
    assert not Person.objects.exists()


def test_refusing_and_withdrawing_leave_the_file_alone(file: Any, signed_in: Any) -> None:
    first, second = signed_in("first"), signed_in("second")
    for client, act in ((second, "refuse"), (first, "withdraw")):
        first.post(address(file), {"reason": "wrong"})
        assert client.post(address(file, "intake-undo-decide", act)).status_code == 302
        assert client.post(address(file, "intake-undo-decide", act), follow=True).status_code == 200
    assert second.post(address(file, "intake-undo-decide", "nothing")).status_code == 404
    file.refresh_from_db()
    assert file.status == intake.FileStatus.APPLIED


def test_what_stands_in_the_way_is_listed_and_taken_away(
    file: Any, signed_in: Any, township_officer: Any, frozen_clock: dt.datetime
) -> None:
    one = Person.objects.order_by("pk").first()
    registry.record_death(
        person_id=one.pk, died=PartialDate(2026, 6, 1), by=township_officer, at=frozen_clock
    )
    client = signed_in("first")
    page = client.get(address(file))
    text = page.content.decode()
    assert reverse("console:person", args=[one.pk]) in text and not page.context["page"].may_ask
    assert client.post(address(file), {"reason": "wrong"}).status_code == 422
    book = load_workbook(io.BytesIO(client.get(address(file, "intake-undo-list")).content))
    assert book.active["A2"].value == one.name


def test_files_elsewhere_and_files_not_stored_have_no_such_page(
    file: Any, signed_in: Any, county: Any, township_officer: Any, frozen_clock: dt.datetime
) -> None:
    assert signed_in("elsewhere").get(address(file)).status_code == 404
    assert signed_in("elsewhere").post(address(file), {"reason": "wrong"}).status_code == 404
    people = demo_people()
    people[0]["联系电话"] = "13712345678"
    waiting = intake.stage_register(
        content=workbook(people), file_name="1.xlsx", village_id=county.village.pk,
        by=township_officer, at=frozen_clock,
    )  # fmt: skip
    assert signed_in("first").get(address(waiting)).status_code == 404
