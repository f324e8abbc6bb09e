"""Receiving: everything wrong at once, the same for everybody, nothing twice, nothing lost."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext

from tongchou.apps.applications import api as applications
from tongchou.apps.applications import kinds, sealing
from tongchou.apps.applications.models import Application, Sending, Step
from tongchou.apps.applications.tests.conftest import ACCOUNT, NOBODY, NUMBERS, particulars
from tongchou.apps.casework import api as casework
from tongchou.core import clock
from tongchou.core.errors import Conflict, Invalid
from tongchou.core.models import AuditEntry
from tongchou.domain import credit_code, identity

TOKEN = "0" * 32


def test_an_application_arrives_sealed_with_its_day(
    send: Any, family: Any, frozen_clock: dt.datetime
) -> None:
    receipt = send()
    one = Application.objects.get()
    assert (one.kind, one.state, one.due) == ("elderly_reward", "received", receipt.due)
    # Ten working days of the first stage, from Tuesday 30 June; its yearly date makes nobody wait longer.
    assert receipt.due == dt.date(2026, 7, 14)
    stored = str(list(Application.objects.values())) + str(list(Sending.objects.values()))
    for secret in ("陈老根", NUMBERS["陈老根"], "13800001234", receipt.code):
        assert secret not in stored
    entry = AuditEntry.objects.get(action="applications.send")
    assert entry.subject == f"application:{one.pk}"
    assert "陈" not in str(entry.detail)
    assert applications.followed(receipt.code).phase == "received"


def test_everything_wrong_is_said_at_once(send: Any, county: Any) -> None:
    with pytest.raises(Invalid) as refused:
        send(
            "1", "hardship_aid", area_id=county.township.pk, year=1999, id_number="5205991960", phone="12",
            applicant="proxy", by_number="x", note="长" * 301, account={"bank": "某银行"},
        )  # fmt: skip
    assert set(refused.value.data["problems"]) == {
        "year", "area", "id_number", "phone", "name", "by_name", "by_number", "mandate", "situation", "note",
        "account_name", "account_id_number", "account_account", "account_relation",
    }  # fmt: skip
    assert not Application.objects.exists()
    assert not AuditEntry.objects.filter(action__startswith="applications.").exists()


def test_nobody_applies_as_the_own_parent(send: Any) -> None:
    number = identity.compose("520599", dt.date(1990, 1, 2), 1)
    with pytest.raises(Invalid) as refused:
        send(id_number=number, applicant="parent", by_name="陈勇", by_number=number.lower(), phone="12")
    assert set(refused.value.data["problems"]) == {"by_number", "phone"}
    assert not Application.objects.exists()


def test_next_year_waits_for_its_first_day_where_the_programme_has_days(
    send: Any, frozen_clock: dt.datetime
) -> None:
    parent = {
        "kind": "childcare_subsidy", "applicant": "parent", "by_name": "陈勇",
        "by_number": identity.compose("520599", dt.date(1990, 1, 2), 1),
    }  # fmt: skip
    year = frozen_clock.year + 1
    with pytest.raises(Invalid) as refused:
        send("陈老根", year=year, **parent)
    assert set(refused.value.data["problems"]) == {"year"}
    assert f"{year}-01-01" in refused.value.data["problems"]["year"][0]
    assert not Application.objects.exists()
    send("陈老根", year=year)  # the elderly reward sets no days
    with clock.frozen(frozen_clock.replace(year=year, month=1, day=1)):
        send("陈老根", year=year, at=clock.now(), **parent)
    assert set(Application.objects.values_list("kind", "year")) == {
        ("elderly_reward", year), ("childcare_subsidy", year),
    }  # fmt: skip


def test_an_institution_gives_its_credit_code(send: Any) -> None:
    code = "12522401MB000000"
    code = next(
        code + one + credit_code.check_character(code + one)
        for one in "0123456789"
        if credit_code.parse(code + one + credit_code.check_character(code + one))
    )
    send(applicant="institution", by_name="毕节市儿童福利院（示例）", by_number=code.lower())
    sending = Sending.objects.get()
    assert sealing.unseal(sending.sealed, sending.application_id).by_number == code
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    with pytest.raises(Invalid) as refused:
        send(applicant="institution", by_name="毕节市儿童福利院（示例）", by_number=wrong)
    assert list(refused.value.data["problems"]) == ["by_number"]


def test_the_same_form_twice_is_one_application_and_one_code(send: Any, frozen_clock: dt.datetime) -> None:
    first = send(token=TOKEN)
    again = send(token=TOKEN, at=frozen_clock + dt.timedelta(days=3))
    assert again.code == first.code
    assert (Application.objects.count(), Sending.objects.count(), Step.objects.count()) == (1, 1, 1)


def test_nobody_works_a_code_out(send: Any) -> None:
    """The same words from another page, or with the page's token left out, have another code."""
    assert len({send(token=token).code for token in (TOKEN, "1" * 32, "", "")}) == 4


def test_another_form_for_the_same_person_joins_the_one_that_waits(send: Any) -> None:
    first, second = send(), send(phone="13900005678", note="请尽快")
    assert first.code != second.code
    assert (Application.objects.count(), Sending.objects.count()) == (1, 2)
    assert list(Step.objects.order_by("pk").values_list("act", flat=True)) == ["send", "again"]
    for year in (2025, 2027):
        send(year=year)
    send(kind="hardship_aid", situation="房屋受损")
    assert Application.objects.count() == 4


def shape(sql: str) -> str:
    """A statement without its values."""
    return re.sub(r"'[^']*'|\"s\d+_x\d+\"|\b\d+\b", "?", sql)


def test_on_record_or_not_the_answer_and_its_queries_are_the_same(send: Any, family: Any) -> None:
    """Nothing of the register is asked, so nothing of it can be told (no table of it is named)."""
    answers, asked = [], []
    for whom, number in (("陈老根", NUMBERS["陈老根"]), ("吴无名", NOBODY)):
        with CaptureQueriesContext(connection) as queries:
            answers.append(send(whom, id_number=number))
        asked.append([shape(one["sql"]) for one in queries])
        assert not any("registry_" in one["sql"] for one in queries)
    known, unknown = (
        (len(one.code), one.kind.code, one.due, one.received_on, one.provisional) for one in answers
    )
    assert known == unknown
    assert asked[0] == asked[1]


def test_one_that_waits_already_is_told_to_nobody(send: Any, family: Any) -> None:
    first = send()
    second = send(phone="13900005678")
    assert (second.due, second.received_on, second.kind) == (first.due, first.received_on, first.kind)
    assert applications.followed(second.code) == applications.followed(first.code)


def test_many_at_once_are_held_back_and_later_taken(
    send: Any, county: Any, monkeypatch: Any, frozen_clock: dt.datetime
) -> None:
    from tongchou.apps.applications import receiving

    monkeypatch.setattr(receiving, "MOST_AT_ONCE", 3)
    kept = [send(token=f"{number:032x}") for number in range(3)]
    with pytest.raises(Conflict) as refused:
        send()
    assert refused.value.code == "applications.many"
    assert send(token=f"{1:032x}").code == kept[1].code  # a retry is none more
    send(area_id=county.other_village.pk)
    send(at=frozen_clock + dt.timedelta(minutes=11))
    monkeypatch.setattr(receiving, "MOST_ALTOGETHER", 1)
    with pytest.raises(Conflict):
        send(area_id=county.other_village.pk)


def test_private_kinds_stand_under_their_neutral_names(send: Any) -> None:
    codes = {kinds.public_code(one): one for one in applications.offered()}
    assert len(codes) == len(casework.offered())
    for code, kind in codes.items():
        if kind.kind == "private":
            assert kind.code not in code
            assert not any(word in code for word in ("bereaved", "disabled", "aftereffect"))
    neutral = next(code for code, kind in codes.items() if kind.code == "bereaved_assistance")
    receipt = send(kind=neutral)
    assert Application.objects.get().private
    assert "失独" not in receipt.kind.public_title.zh


def test_no_application_is_ever_deleted(send: Any, db: None) -> None:
    send()
    for model in (Application, Sending):
        with pytest.raises(ProtectedError):
            model.objects.all().delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Step.objects.update(act="answer")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM applications_step")


def test_an_account_is_kept_sealed_until_the_case(send: Any) -> None:
    send(
        account={
            **ACCOUNT,
            "name": "陈老根",
            "id_number": NUMBERS["陈老根"],
            "account": "6217 0000 1234 5678",
        }
    )
    sending = Sending.objects.get()
    said = sealing.unseal(sending.sealed, sending.application_id)
    assert said.account["account"] == "6217000012345678"
    assert said == particulars(account=said.account)
