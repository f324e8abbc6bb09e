"""Cases on pages: applied for, decided in stages, told why, by whoever's turn it is."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client

from tongchou.apps.casework import api as casework
from tongchou.apps.casework.models import Award, Case, Decision, NamedOfficer, OwnFamily, Payee
from tongchou.apps.casework.tests.conftest import apply, family, office, passed, with_one_son
from tongchou.apps.registry.models import Person
from tongchou.core.jobs.models import Job
from tongchou.domain import identity

__all__ = ["apply", "family", "office", "passed"]
ACCOUNT = {
    "payee-relation": "parent", "payee-name": "陈勇",
    "payee-id_number": identity.compose("520599", dt.date(1990, 1, 2), 1),
    "payee-bank": "县农商银行青山支行", "payee-account": "6217 0000 1234 5678",
}  # fmt: skip


def signed_in(account: Any) -> Client:
    client = Client()
    client.force_login(account)
    return client


def seen(page: str) -> str:
    return re.findall(r'name="seen" value="([^"]*)"', page)[0]


def test_from_the_page_of_a_child_to_an_award(family: dict[str, int], office: Any) -> None:
    worker, officer, reviewer = (signed_in(one) for one in (office.village, office.township, office.county))
    child = family["陈小苗"]
    assert f"/people/{child}/apply" in worker.get(f"/people/{child}").content.decode()
    assert "childcare_subsidy" in worker.get(f"/people/{child}/apply").content.decode()
    form = worker.get(f"/people/{child}/apply/childcare_subsidy").content.decode()
    assert "3,600" in form
    assert "陈老根" in form or "陈勇" in form  # filled in from the household
    sent = {"year": "2026", "channel": "home", "applicant": "parent", "name": "陈勇"}
    assert (
        'value="2025" selected'
        in worker.get(f"/people/{child}/apply/childcare_subsidy?year=2025").content.decode()
    )  # as the list said
    answer = worker.post(f"/people/{child}/apply/childcare_subsidy", sent)
    case = Case.objects.get()
    begun = worker.get(f"/cases/{case.pk}").content.decode()
    assert 'name="payee-name" value="陈勇"' in begun and '<option value="parent" selected>' in begun
    names = re.findall(r' id="([^"]+)"', officer.get(f"/cases/{case.pk}").content.decode())
    assert len(names) == len(set(names))
    assert answer.url == f"/cases/{case.pk}"
    assert case.number in officer.get("/cases").content.decode()
    assert officer.post("/cases/find", {"number": case.number}).url == f"/cases/{case.pk}"
    signed_in(office.clerk).post(f"/cases/{case.pk}/accept")
    shown = officer.get(f"/cases/{case.pk}").content.decode()
    officer.post(f"/cases/{case.pk}/pass", {"seen": seen(shown)})
    assert worker.post(f"/cases/{case.pk}/payee", ACCOUNT).status_code == 302
    shown = reviewer.get(f"/cases/{case.pk}").content.decode()
    assert "6217000012345678" not in shown
    assert "5678" in shown
    reviewer.post(f"/cases/{case.pk}/pass", {"seen": seen(shown)})
    case.refresh_from_db()
    assert case.state == "approved"
    assert Award.objects.get().amount_fen == 360_000
    assert Payee.objects.get().case == case
    for client in (worker, officer, reviewer):
        assert client.get(f"/cases/{case.pk}/letter").status_code == 200
    assert case.number in worker.get(f"/people/{child}").content.decode()


def test_what_is_wrong_is_said_at_once_and_nothing_is_lost(family: dict[str, int], office: Any) -> None:
    worker = signed_in(office.village)
    sent = {"year": "2026", "channel": "home", "applicant": "proxy", "name": "", "external": "12345-0815"}
    answer = worker.post(f"/people/{family['陈勇']}/apply/hardship_aid", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count("field-error") >= 3  # name, mandate, situation
    assert "12345-0815" in page
    assert not Case.objects.exists()


def test_an_application_that_lies_elsewhere_names_the_office(
    apply: Any, office: Any, county: Any, family: dict[str, int], frozen_clock: dt.datetime
) -> None:
    case = apply(by=office.township)
    casework.hand_over(case_id=case, area_id=county.other_village.pk, by=office.township_two, at=frozen_clock)
    sent = {"year": "2026", "channel": "home", "applicant": "parent", "name": "陈勇"}
    answer = signed_in(office.village).post(f"/people/{family['陈小苗']}/apply/childcare_subsidy", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "白水村" in page and 'value="陈勇"' in page
    assert Case.objects.get().number not in page


def test_an_account_is_checked_all_at_once(apply: Any, office: Any) -> None:
    worker = signed_in(office.village)
    case = apply()
    wrong = {**ACCOUNT, "payee-account": "12", "payee-id_number": "520599199001020010"}
    answer = worker.post(f"/cases/{case}/payee", wrong)
    assert answer.status_code == 422
    assert answer.content.decode().count("field-error") == 2
    assert not Payee.objects.exists()


def test_a_refusal_names_clauses_and_how_to_object(apply: Any, office: Any) -> None:
    case = apply("陈勇", applicant="self")
    officer, second = signed_in(office.township), signed_in(office.township_two)
    worker = signed_in(office.village)
    signed_in(office.clerk).post(f"/cases/{case}/accept")
    page = officer.get(f"/cases/{case}").content.decode()
    entitled = officer.post(f"/cases/{case}/refuse", {"seen": seen(page), "reason": "information"})
    assert entitled.status_code == 409
    officer.post(f"/cases/{case}/refuse", {"seen": seen(page), "reason": "conditions"})
    letter = worker.get(f"/cases/{case}/letter").content.decode()
    assert "60" in letter  # days of reconsideration
    assert letter.count("<li>") >= 1
    worker.post(f"/cases/{case}/appeal", {"appeal-words": "请复核"})
    page = second.get(f"/cases/{case}").content.decode()
    assert (
        second.post(f"/cases/{case}/hear", {"seen": seen(page), "hear-verdict": "uphold"}).status_code == 422
    )
    heard = {"seen": seen(page), "hear-verdict": "uphold", "hear-words": "出生日期无误"}
    assert second.post(f"/cases/{case}/hear", heard).status_code == 302
    assert Case.objects.get().state == "refused"
    letter = worker.get(f"/cases/{case}/letter").content.decode()
    assert "不符合项目条件" in letter and "出生日期无误" in letter


def test_several_at_once(apply: Any, office: Any) -> None:
    cases = [apply(), apply("陈勇", applicant="self")]
    officer = signed_in(office.township)
    sent = {"act": "accept", "case": cases, "back": "https://evil.example/"}
    answer = signed_in(office.clerk).post("/cases/decide", sent)
    assert answer.url == "/cases"
    officer.post("/cases/decide", {"act": "pass", "case": cases})
    states = [Case.objects.get(pk=case).desk for case in cases]
    assert states == ["county", "township"]  # the second is not entitled: it stays
    assert officer.post("/cases/decide", {"act": "pass"}).status_code == 302


def test_the_queue_asks_the_same_number_of_queries_however_long(
    apply: Any, office: Any, django_assert_max_num_queries: Any
) -> None:
    for name, kind in (
        ("陈小苗", "childcare_subsidy"),
        ("陈勇", "childcare_subsidy"),
        ("陈老根", "elderly_reward"),
    ):
        apply(name, kind)
    officer = signed_in(office.township)
    officer.get("/cases")
    with django_assert_max_num_queries(36):
        page = officer.get("/cases").content.decode()
    assert "2026-000002" in page


def test_each_role_has_its_queue_and_others_have_none(
    apply: Any, office: Any, make_account: Any, county: Any
) -> None:
    case = apply()
    for account in vars(office).values():
        assert signed_in(account).get("/cases").status_code == 200
    clerk = signed_in(make_account("finance", "county_finance", county.county))
    assert clerk.get("/cases").status_code == 403
    elsewhere = signed_in(make_account("lijie", "village_worker", county.other_village))
    assert elsewhere.get(f"/cases/{case}").status_code == 404
    assert elsewhere.post(f"/cases/{case}/withdraw").status_code == 404
    assert Client().get(f"/cases/{case}").status_code == 302
    assert signed_in(office.prefecture).get(f"/cases/{case}").status_code == 404


def test_who_one_is_and_who_acts_for_one(office: Any, make_account: Any, county: Any) -> None:
    officer = signed_in(office.township)
    before = OwnFamily.objects.count()
    wrong = officer.post("/cases/officer", {"what": "family", "family-numbers": "12"})
    assert wrong.status_code == 422
    officer.post("/cases/officer", {"what": "family", "family-numbers": "520599196003121237"})
    assert OwnFamily.objects.count() == before + 1
    assert "520599196003121237" not in officer.get("/cases/officer").content.decode()
    days = {"lend-first_day": "2026-06-30", "lend-last_day": "2026-07-02"}
    nobody = officer.post("/cases/officer", {"what": "lend", "lend-taker": "nobody", **days})
    assert nobody.status_code == 422
    lent = officer.post(
        "/cases/officer", {"what": "lend", "lend-taker": office.township_two.username, **days}
    )
    assert lent.status_code == 302
    assert office.township_two.shown_name in officer.get("/cases/officer").content.decode()


def test_officers_are_named_for_private_programmes(family: dict[str, int], office: Any, county: Any) -> None:
    reviewer = signed_in(office.county)
    person = family["陈老根"]
    officer = signed_in(office.township)
    assert "bereaved_assistance" not in officer.get(f"/people/{person}/apply").content.decode()
    assert officer.get(f"/people/{person}/apply/bereaved_assistance").status_code == 404
    sent = {"officer": office.township.username, "area": str(county.township.pk)}
    assert reviewer.post("/cases/named", sent).status_code == 302
    page = officer.get(f"/people/{person}/apply").content.decode()
    assert "家庭扶助（甲）" in page
    assert "失独" not in page
    form = officer.get(f"/people/{person}/apply/bereaved_assistance")
    assert form.status_code == 200
    assert "失独" not in form.content.decode()
    named = NamedOfficer.objects.get()
    reviewer.post(f"/cases/named/{named.pk}/end")
    assert officer.get(f"/people/{person}/apply/bereaved_assistance").status_code == 404


def test_a_private_case_is_told_neutrally(
    family: dict[str, int], office: Any, county: Any, frozen_clock: dt.datetime
) -> None:
    casework.name_officer(
        account=office.township, area_id=county.township.pk, by=office.county, at=frozen_clock
    )
    officer = signed_in(office.township)
    sent = {"year": "2026", "channel": "window", "applicant": "self"}
    answer = officer.post(f"/people/{family['陈老根']}/apply/bereaved_assistance", sent)
    assert answer.status_code == 302, answer.content.decode()
    for address in ("/cases", answer.url, f"{answer.url}/letter"):
        page = officer.get(address).content.decode()
        assert "家庭扶助（甲）" in page
        assert "失独" not in re.sub(
            r'(?s)<section class="card" aria-labelledby="answer">.*?</section>', "", page
        )


def test_the_yearly_check_is_asked_for_once(office: Any) -> None:
    reviewer = signed_in(office.county)
    for _turn in range(2):
        assert reviewer.post("/cases/yearly", {"kind": "elderly_reward", "year": "2027"}).status_code == 302
    assert Job.objects.filter(kind="casework.renew").count() == 1
    assert reviewer.post("/cases/yearly", {"kind": "childcare_subsidy", "year": "2027"}).status_code == 422


def test_the_page_of_the_yearly_check_shows_its_counts(
    apply: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    case = apply("陈老根", "elderly_reward", applicant="self", application={"statement": True})
    Case.objects.filter(pk=case).update(state="approved", desk="", decided_at=frozen_clock)
    casework.renew_chunk(kind="elderly_reward", year=2027, after_id=0, by=office.county, at=frozen_clock)
    page = signed_in(office.county).get("/cases/yearly")
    ((title, counts),) = page.context["checked"]
    assert "2027" in title and [number for _label, number in counts][:5] == [1, 1, 0, 0, 1]


def test_lateness_is_of_units(apply: Any, office: Any) -> None:
    apply()
    page = signed_in(office.county).get("/cases/lateness").content.decode()
    assert "云岭镇" in page
    assert office.township.shown_name not in page
    assert signed_in(office.village).get("/cases/lateness").status_code == 403


def test_a_double_click_has_one_effect(apply: Any, office: Any) -> None:
    case = apply()
    officer = signed_in(office.township)
    signed_in(office.clerk).post(f"/cases/{case}/accept")
    page = officer.get(f"/cases/{case}").content.decode()
    first = officer.post(f"/cases/{case}/pass", {"seen": seen(page)})
    second = officer.post(f"/cases/{case}/pass", {"seen": seen(page)})
    assert first.status_code == 302
    assert second.status_code in (403, 409)
    assert Decision.objects.filter(act="pass").count() == 1


@pytest.mark.parametrize(
    "address", ["/cases/officer", "/cases/named", "/cases/yearly", "/cases?late=1", "/cases?state=approved"]
)
def test_pages_open_empty(office: Any, address: str) -> None:
    assert signed_in(office.county).get(address).status_code == 200


def test_facts_stand_beside_papers_and_a_copy_opens_for_whoever_reads_the_case(
    apply: Any, office: Any, make_account: Any, county: Any
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    case = apply()
    worker = signed_in(office.village)
    page = worker.get(f"/cases/{case}").content.decode()
    assert "登记与材料对照" in page and "出生年" in page and "没有保存材料副本" in page
    wrong = worker.post(f"/cases/{case}/papers", {"code": "", "copy": SimpleUploadedFile("a.pdf", b"x")})
    assert wrong.status_code == 422 and "请选择" in wrong.content.decode()
    sent = {"code": "identity", "copy": SimpleUploadedFile("身份证.pdf", b"%PDF-1.7 x")}
    assert worker.post(f"/cases/{case}/papers", sent).status_code == 302
    page = worker.get(f"/cases/{case}").content.decode()
    address = re.findall(r'href="(/cases/papers/\d+)"', page)[0]
    copy = signed_in(office.township).get(address)
    assert copy.content == b"%PDF-1.7 x" and copy["Cache-Control"] == "no-store"
    outsider = make_account("waixian", "township_officer", county.other_village, "外乡（示例）")
    assert signed_in(outsider).get(address).status_code == 404


def test_a_statement_that_is_brought_later_lets_the_case_go_on(
    apply: Any, office: Any, passed: Any, frozen_clock: dt.datetime
) -> None:
    case = apply("陈老根", "elderly_reward", applicant="self", application={"statement": False})
    worker, township = signed_in(office.village), signed_in(office.township)
    page = f"/cases/{case}"
    assert worker.get(page).context["page"].statement
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    casework.ask_for(case_id=case, asked=["statement"], by=office.township, at=frozen_clock)
    assert 'name="brought-statement"' in worker.get(page).content.decode()
    nothing = worker.post(f"{page}/brought")  # nothing is ticked, no reason is given: that is no answer
    assert nothing.status_code == 422 and "field-error" in nothing.content.decode()
    assert Case.objects.get(pk=case).state == "waiting"
    assert worker.post(f"{page}/brought", {"brought-statement": "on"}).status_code == 302
    shown = township.get(page).context["page"]
    assert not shown.statement and shown.application[-1][0] == "声明"
    Case.objects.filter(pk=case).update(stage=2, stage_code="township_review", desk="township")
    passed(case, office.township_two)
    assert Case.objects.get(pk=case).stage == 3


def test_a_page_says_who_goes_on_with_the_case(apply: Any, office: Any) -> None:
    case = apply()
    worker, township = signed_in(office.village), signed_in(office.township)
    assert "乡镇初审" in worker.get(f"/cases/{case}").context["page"].next
    mine = township.get(f"/cases/{case}").context["page"]
    assert mine.next == "" and not mine.decided
    other = apply("陈老根", "elderly_reward", applicant="self", application={"statement": True})
    assert worker.get(f"/cases/{other}").context["page"].next == ""  # who begins it may accept it
    worker.post(f"/cases/{other}/accept")
    handed_up = worker.get(f"/cases/{other}").context["page"]
    assert "村级评议" in handed_up.next and "pass" in handed_up.barred  # the village has nobody else
    assert "pass" in township.get(f"/cases/{other}").context["page"].acts
    # It lies with the township now: nothing on the village's desk is left for the worker to choose.
    shown = worker.get("/cases?desk=village").content.decode()
    assert 'value="accept"' not in shown
    assert Case.objects.get(pk=other).number in township.get("/cases?desk=township").content.decode()
    assert 'value="accept"' in township.get("/cases").content.decode()


def test_another_application_beside_one_that_stands_keeps_what_was_typed(
    apply: Any, office: Any, family: dict[str, int]
) -> None:
    worker, address = signed_in(office.village), f"/people/{family['陈小苗']}/apply/childcare_subsidy"
    sent = {"year": "2026", "channel": "home", "applicant": "parent", "name": "陈勇", "phone": "13800001111"}
    assert worker.post(address, sent).status_code == 302
    case = Case.objects.get()
    again = worker.post(address, sent)  # the same again: its case, and one effect
    assert again.url == f"/cases/{case.pk}"
    other = worker.post(address, sent | {"name": "陈老根", "phone": "13900002222"})
    page = other.content.decode()
    assert other.status_code == 422
    assert f'href="/cases/{case.pk}"' in page and case.number in page
    assert 'value="陈老根"' in page and 'value="13900002222"' in page
    assert Decision.objects.count() == 1
    wrong = worker.post(address, sent | {"year": "2025", "phone": "abc", "applicant": "proxy", "name": ""})
    assert wrong.content.decode().count("field-error") >= 3  # telephone, name, mandate


def test_a_case_is_not_transferred_to_where_it_lies(apply: Any, office: Any, county: Any) -> None:
    case = apply()
    answer = signed_in(office.township).post(f"/cases/{case}/transfer", {"area": county.village.code})
    assert answer.status_code == 422
    assert Decision.objects.count() == 1


def test_an_appeal_says_why_it_cannot_approve(apply: Any, office: Any, frozen_clock: dt.datetime) -> None:
    case = apply("陈勇", applicant="self")
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    mark = casework.view(case, by=office.township, at=frozen_clock).seen
    given = {"case_id": case, "at": frozen_clock}
    casework.refuse(reason="conditions", seen=mark, by=office.township, **given)
    casework.appeal(words="请复核", by=office.village, **given)
    hearer = signed_in(office.township_two)
    page = hearer.get(f"/cases/{case}").content.decode()
    assert 'value="uphold"' in page and 'value="overturn"' not in page
    sent = {"seen": mark, "hear-verdict": "overturn", "hear-words": "应当批准"}
    answer = hearer.post(f"/cases/{case}/hear", sent)
    assert answer.status_code in (409, 422)
    unasked = hearer.post(f"/cases/{case}/pass", {"seen": mark})
    assert unasked.status_code == 409  # it is an appeal: nothing is passed
    handled = signed_in(office.clerk).get(f"/cases/{case}").context["page"]
    assert "uphold" in handled.barred and "uphold" not in handled.acts


def test_what_the_family_is_asked_for_stands_in_the_words_it_was_asked_in(
    apply: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    """Objections to a notice share the codes of what a family is asked for, not their words."""
    case = apply()
    casework.ask_for(case_id=case, asked=["account", "residence"], by=office.township, at=frozen_clock)
    worker = signed_in(office.village)
    last = worker.get(f"/cases/{case}").context["page"].history[-1]
    asked = dict(casework.Asked.choices)
    assert last.reasons == f"{asked['account']}；{asked['residence']}"
    assert str(asked["account"]) in worker.get(f"/cases/{case}/letter").content.decode()


def test_another_account_is_asked_for_on_the_page_and_confirmed_by_another_officer(
    apply: Any, office: Any, passed: Any, frozen_clock: dt.datetime
) -> None:
    worker, officer, second = map(signed_in, (office.village, office.township, office.township_two))
    case = apply()
    path = f"/cases/{case}"
    worker.post(f"{path}/payee", ACCOUNT)
    signed_in(office.clerk).post(f"{path}/accept")
    passed(case, office.township)
    passed(case, office.county)
    other = {**ACCOUNT, "payee-account": "6217 0000 9999 0000"}
    assert worker.post(f"{path}/payee", other).status_code == 302
    page = worker.get(path).context["page"]
    assert page.other_account.own and not page.other_account.may_confirm
    assert dict(page.account)[next(iter(dict(page.account)))] == "陈勇" and page.next
    shown = second.get(path)
    change = shown.context["page"].other_account
    assert change.may_confirm and change.shown and "6217000099990000" not in shown.content.decode()
    assert case in {row.case_id for row in casework.queue(
        by=office.township_two, on=frozen_clock.date(), chosen=casework.Filter(waits="payees")
    ).lines}  # fmt: skip
    sent = {"change": change.number}
    assert worker.post(f"{path}/payee-confirm", sent).status_code == 403
    without = second.post(f"{path}/payee-refuse", {**sent, "payee-refuse-words": ""})
    assert without.status_code == 422 and "field-error" in without.content.decode()
    assert second.post(f"{path}/payee-confirm", sent).status_code == 302
    assert officer.post(f"{path}/payee-confirm", sent).status_code == 409
    done = second.get(path).context["page"]
    assert done.other_account is None and ("***0000" in dict(done.account).values())
    names = re.findall(r' id="([^"]+)"', second.get(path).content.decode())
    assert len(names) == len(set(names))


def test_of_an_approved_case_the_register_of_today_stands_beside_what_was_decided_on(
    family: dict[str, int], apply: Any, passed: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    case = apply()
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    passed(case, office.township)
    passed(case, office.county)
    client = signed_in(office.township)

    def birth() -> Any:
        page = client.get(f"/cases/{case}")
        assert page.context["page"].answer is None  # nobody decides any more
        (row,) = [one for one in page.context["beside"] if "2025" in one.then]
        return row

    row = birth()
    assert (row.today, row.differs) == (row.then, False)
    Person.objects.filter(pk=family["陈小苗"]).update(birth_year=2024)
    row = birth()
    assert row.differs and "2024" in row.today and "2025" in row.then


def test_the_yearly_check_of_a_county_with_an_earlier_year_reads_rightly(
    family: dict[str, int], apply: Any, office: Any, passed: Any, frozen_clock: dt.datetime
) -> None:
    """Of three granted last year: confirmed, refused, no longer given and ended. Each is told once."""
    people = {}
    for name in ("陈老根", "林树", "陈勇"):
        people[name] = apply(name, "elderly_reward", applicant="self", application={"statement": True})
    with_one_son()
    last_year = {"year": 2025, "state": "approved", "desk": "", "decided_at": frozen_clock}
    Case.objects.filter(pk__in=people.values()).update(**last_year)
    client = signed_in(office.county)

    def told() -> dict[str, int]:
        ((title, counts),) = client.get("/cases/yearly").context["checked"]
        assert "2026" in title
        return {str(label): number for label, number in counts}

    def numbers() -> list[int]:
        return list(told().values())

    # granted, gone on, by records, by visit, to see, at county, confirmed, held, refused, ended, no longer
    assert numbers() == [3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3]
    casework.renew_chunk(kind="elderly_reward", year=2026, after_id=0, by=office.county, at=frozen_clock)
    assert numbers() == [3, 2, 0, 0, 2, 0, 0, 0, 0, 0, 1]  # 陈勇 is too young
    one, two = (Case.objects.get(previous=people[name]) for name in ("陈老根", "林树"))
    passed(one.pk, office.township, proof="death_records")
    passed(two.pk, office.township, proof="home_visit")
    assert numbers() == [3, 2, 1, 1, 0, 2, 0, 0, 0, 0, 1]
    passed(one.pk, office.county_two)
    casework.refuse(
        case_id=two.pk, reason="already", words="邻县已领取", by=office.county_two, at=frozen_clock,
        seen=casework.view(two.pk, by=office.county_two, at=frozen_clock).seen,
    )  # fmt: skip
    assert numbers() == [3, 2, 1, 1, 0, 0, 1, 0, 1, 0, 1]  # refused, and not "no longer given" as well
    casework.end(case_id=people["陈勇"], ending="no_longer", by=office.county, at=frozen_clock)
    assert numbers() == [3, 2, 1, 1, 0, 0, 1, 0, 1, 1, 0]
    casework.end(case_id=one.pk, ending="own_wish", by=office.county, at=frozen_clock)
    assert numbers() == [3, 2, 1, 1, 0, 0, 0, 0, 1, 2, 0]


def test_the_form_tells_before_anything_is_recorded_which_years_can_be_claimed(
    family: dict[str, int], office: Any, frozen_clock: dt.datetime
) -> None:
    child, worker = family["陈小苗"], Client(headers={"accept-language": "en"})
    worker.force_login(office.village)
    Person.objects.filter(pk=child).update(birth_year=2024, birth_month=8)
    address = f"/people/{child}/apply/childcare_subsidy"
    page = worker.get(f"{address}?year=2025").content.decode()
    answer = page.split('id="answer"')[1].split("</section>")[0]
    assert "Time to claim is over" in answer
    assert "The time to apply for 2025 ended on 31 December 2025." in answer
    assert "3,600 yuan" not in answer.split("<details")[0]
    years = page.split('id="years"')[1].split("</section>")[0]
    assert "Can be claimed now" in years and "From 1 January 2027 on" in years and "Art. 12" in years
    # Next year stands on no list to choose from; its first day is told, and who sends it is told again.
    choices = page.split('name="year"')[1].split("</select>")[0]
    assert 'value="2026"' in choices and 'value="2027"' not in choices
    assert "2027 can be applied for from 1 January 2027 on." in page
    sent = {"year": "2027", "channel": "home", "applicant": "parent", "name": "陈勇"}
    early = worker.post(address, sent)
    assert early.status_code == 422 and "cannot be applied for yet" in early.content.decode()
    assert not Case.objects.exists()
    # Anybody may still apply for the year that is over: a refusal comes with its reason.
    assert worker.post(address, {**sent, "year": "2025"}).status_code == 302
    # A programme that sets no days can be applied for before its year.
    other = worker.get(f"/people/{family['陈老根']}/apply/elderly_reward").content.decode()
    assert 'value="2027"' in other.split('name="year"')[1].split("</select>")[0]
    assert 'id="years"' not in other
