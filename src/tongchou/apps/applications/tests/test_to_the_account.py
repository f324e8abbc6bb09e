"""From a parent's telephone to the child's money: what the code and the page tell at each turn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.test import Client

from tongchou.apps.applications import api as applications
from tongchou.apps.applications.models import Application
from tongchou.apps.applications.tests.conftest import NUMBERS
from tongchou.apps.casework import api as casework
from tongchou.apps.payments import api as payments
from tongchou.apps.payments.models import Batch
from tongchou.apps.payments.tests.conftest import PROGRAMME, act, answer, check, clerk, fund, money, second

__all__ = ["act", "check", "clerk", "fund", "money", "second"]


def test_a_parent_applies_and_the_money_arrives(
    send: Callable[..., applications.Receipt],
    passed: Callable[..., Any],
    office: Any,
    family: dict[str, int],
    fund: Any,
    money: Callable[..., Any],
    act: dict[str, Any],
    check: dict[str, Any],
    frozen_clock: dt.datetime,
) -> None:
    account = {
        "name": "陈勇", "id_number": NUMBERS["陈勇"], "bank": "大方县农村信用合作联社",
        "account": "6221000000000000017", "relation": "parent",
    }  # fmt: skip
    given = {"applicant": "parent", "by_name": "陈勇", "by_number": NUMBERS["陈勇"], "account": account}
    code = send("陈小苗", "childcare_subsidy", **given).code
    one = Application.objects.get()
    case = applications.open_from(
        application_id=one.pk, sending_id=one.sendings.get().pk, person_id=family["陈小苗"],
        by=office.township, at=frozen_clock,
    )  # fmt: skip
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    passed(case, office.township_two)
    assert applications.followed(code).phase == "running"
    passed(case, office.county)
    told = applications.followed(code)
    assert (told.phase, told.paid, told.may) == ("approved", False, frozenset())
    money(360_000)
    chosen = {"fund_id": fund.pk, "programme": PROGRAMME, "template": "rural_credit"}
    batch = payments.freeze_batch(batch_id=payments.build_batch(**chosen, **act).pk, **act)
    payments.approve(batch_id=batch.pk, seen=payments.seen_of(batch), **check)
    payments.bank_file(batch_id=batch.pk, **act)
    assert not applications.followed(code).paid  # with the bank, not yet there
    batch = Batch.objects.get(pk=batch.pk)
    file = payments.stage_answer(batch_id=batch.pk, content=answer(batch, {1: ""}), **act)
    payments.record_answer(file_id=file.pk, came_back=False, **act)
    assert applications.followed(code).paid
    page = Client(headers={"accept-language": "en"}).post("/apply/follow", {"code": code}).content.decode()
    assert "Paid" in page and "the money has arrived" in page and "60 days" in page
    assert "陈" not in page and account["account"] not in page
