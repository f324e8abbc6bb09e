"""From the application to the account where something is special: a private programme, a proxy."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tongchou.apps.casework import api as casework
from tongchou.apps.casework.models import Case
from tongchou.apps.casework.tests.conftest import FAMILY, apply, family, office, passed
from tongchou.apps.payments import api as payments
from tongchou.apps.payments.models import Batch
from tongchou.apps.payments.tests.conftest import act as act_of_finance
from tongchou.apps.payments.tests.conftest import answer, check, clerk, second, sound
from tongchou.apps.registry.models import FamilyStatement
from tongchou.core.errors import Invalid

__all__ = ["act_of_finance", "apply", "check", "clerk", "family", "office", "passed", "second"]
pytestmark = pytest.mark.django_db
NUMBERS = {one.name: one.id_number for one in FAMILY if one.id_number}
#: What nobody outside the case may read: what the family has lost.
TELLING = re.compile("失独|特殊家庭|特扶|失去|子女死亡|bereaved|lost their child", re.IGNORECASE)


def signed_in(account: Any) -> Client:
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def paid(county: Any, act_of_finance: dict[str, Any], check: dict[str, Any]) -> Callable[..., Batch]:
    """``paid(kind)``: what is approved of a kind, through a fund of its own to the bank and back."""

    def pay(kind: str, template: str = "one_card") -> Batch:
        one = act_of_finance
        fund = payments.open_fund(
            area_id=county.county.pk, year=2026, line="support", title="扶助资金", programmes=[kind], **one
        )
        given = payments.appropriate(
            fund_id=fund.pk, source="county", fen=10_000_000, document="大财社〔2026〕9号",
            appropriated_on=dt.date(2026, 3, 2), due_on=dt.date(2026, 3, 31), **one,
        )  # fmt: skip
        payments.record_arrival(
            appropriation_id=given.pk, fen=10_000_000, arrived_on=dt.date(2026, 3, 3), voucher="1", **one
        )
        batch = payments.build_batch(fund_id=fund.pk, programme=kind, template=template, **one)
        batch = payments.freeze_batch(batch_id=batch.pk, **one)
        payments.approve(batch_id=batch.pk, seen=payments.seen_of(batch), **check)
        payments.bank_file(batch_id=batch.pk, **one)
        return Batch.objects.get(pk=batch.pk)

    return pay


def test_a_private_programme_is_paid_under_its_neutral_name_everywhere(
    apply: Any, family: dict[str, int], office: Any, county: Any, passed: Any, paid: Any, clerk: Any,
    act_of_finance: dict[str, Any], frozen_clock: dt.datetime,
) -> None:  # fmt: skip
    """Two named officers take it in, review and approve; nobody else ever sees that there is a case."""
    FamilyStatement.objects.filter(person=family["陈老根"]).update(living_sons=0, children_ever=1)
    for account in (office.township, office.county_two):
        casework.name_officer(account=account, area_id=county.township.pk, by=office.county, at=frozen_clock)
    case = apply("陈老根", "bereaved_assistance", by=office.township, applicant="self", channel="window")
    casework.accept(case_id=case, by=office.township, at=frozen_clock)
    payee = casework.PayTo("陈老根", NUMBERS["陈老根"], "大方县农商银行", "6217000012345678", "self")
    casework.set_payee(case_id=case, payee=payee, by=office.township, at=frozen_clock)
    number = Case.objects.get(pk=case).number

    def unseen(*accounts: Any) -> None:
        for account in accounts:
            client = signed_in(account)
            assert client.get(f"/cases/{case}").status_code == 404
            for address in ("/", "/cases", "/cases?waits=accept", "/postings?show=to-post"):
                answered = client.get(address)
                assert answered.status_code in (200, 403) and number not in answered.content.decode()

    unseen(office.village, office.clerk, office.township_two, office.county)
    passed(case, office.township)
    assert Case.objects.get(pk=case).desk == "county"  # neither discussed nor posted
    unseen(office.village, office.clerk, office.county)
    passed(case, office.county_two)
    batch = paid("bereaved_assistance", "rural_credit")
    content = payments.bank_file(batch_id=batch.pk, **act_of_finance).content.decode("gbk")
    assert "家庭扶助（甲）" in content or "陈老根" in content
    file = payments.stage_answer(batch_id=batch.pk, content=answer(batch, {1: ""}), **act_of_finance)
    payments.record_answer(file_id=file.pk, came_back=False, **act_of_finance)
    finance, officer = signed_in(clerk), signed_in(office.township)
    seen = {"bank file": content}
    for client, addresses in (
        (finance, ("/", "/payments", "/payments/to-pay", f"/payments/{batch.pk}", "/funds",
                   f"/payments/{batch.pk}/receipt", f"/funds/{batch.fund_id}", "/funds/levels")),
        (officer, ("/", "/cases?state=approved", f"/cases/{case}/letter", f"/people/{family['陈老根']}")),
        (signed_in(office.county), ("/", "/cases?state=approved", "/cases/lateness")),
    ):  # fmt: skip
        for address in addresses:
            answered = client.get(address)
            assert answered.status_code == 200, address
            seen[address] = re.sub(r"(?s)<(nav|aside|option)\b.*?</\1>", "", answered.content.decode())
    told = {where: TELLING.findall(text) for where, text in seen.items() if TELLING.search(text)}
    assert told == {}
    assert "家庭扶助（甲）" in seen[f"/payments/{batch.pk}"]
    assert number not in seen["/cases?state=approved"]  # the county reviewer's, who is not named
    assert sound() == []


def test_a_proxy_applies_with_a_mandate_and_the_money_goes_to_the_person(
    apply: Any, office: Any, passed: Any, paid: Any, frozen_clock: dt.datetime,
    act_of_finance: dict[str, Any],
) -> None:  # fmt: skip
    proxy = {"name": "罗代办", "id_number": NUMBERS["陈勇"], "statement": True}
    with pytest.raises(Invalid) as error:
        apply("陈老根", "elderly_reward", applicant="proxy", application=proxy)
    assert set(error.value.data["problems"]) == {"mandate"}
    mandate = "委托书，2026年6月1日，陈老根签字"
    case = apply("陈老根", "elderly_reward", applicant="proxy", application=proxy | {"mandate": mandate})
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    page = signed_in(office.township).get(f"/cases/{case}")
    shown = dict(page.context["page"].application)
    assert mandate in shown.values() and "罗代办" in shown.values()
    # The proxy's own account is nobody's of the family: it shows a mandate of its own, and a second person.
    own = casework.PayTo("罗代办", NUMBERS["陈勇"], "大方县农商银行", "6217000012345678", "proxy")
    with pytest.raises(Invalid):
        casework.set_payee(case_id=case, payee=own, by=office.township, at=frozen_clock)
    payee = casework.PayTo("陈老根", NUMBERS["陈老根"], "大方县农商银行", "6217000099999999", "self")
    casework.set_payee(case_id=case, payee=payee, by=office.township, at=frozen_clock)
    letter = signed_in(office.township).get(f"/cases/{case}/letter").context["letter"]
    assert letter.to == "陈老根" and "罗代办" not in repr(letter)
