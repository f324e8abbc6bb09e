"""Applying on pages: by anybody on a telephone, opened by the township, followed by a code."""

from __future__ import annotations

import datetime as dt
import logging
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tongchou.apps.applications.models import Application, Sending
from tongchou.apps.applications.tests.conftest import NOBODY, NUMBERS
from tongchou.apps.casework import api as casework
from tongchou.apps.casework.models import Case
from tongchou.apps.casework.tests.conftest import apply, family, office, passed
from tongchou.domain import identity

__all__ = ["apply", "family", "office", "passed"]


def signed_in(account: Any) -> Client:
    client = Client()
    client.force_login(account)
    return client


def begun(client: Client, kind: str, village: Any) -> dict[str, Any]:
    """The second page opened, and what it carries along."""
    page = client.post("/apply", {"kind": kind, "area": str(village.pk)})
    assert page.status_code == 200, page.content.decode()
    token = page.content.decode().split('name="token" value="')[1].split('"')[0]
    return {"kind": kind, "area": str(village.pk), "token": token, "year": "2026", "applicant": "self"}


def filled(client: Client, village: Any, kind: str = "elderly_reward", **given: str) -> dict[str, str]:
    told = {"name": "陈老根", "id_number": NUMBERS["陈老根"], "phone": "13800001234"}
    return {**begun(client, kind, village), **told, **given}


def code_of(page: str) -> str:
    return page.split('id="code">')[1].split("<")[0]


def test_a_village_is_chosen_a_level_at_a_time_or_by_its_name(county: Any) -> None:
    anybody = Client()
    first = anybody.get("/apply").content.decode()
    assert county.county.name in first and "家庭扶助（甲）" in first and "失独" not in first
    assert "bereaved" not in first
    step = anybody.post("/apply", {"kind": "elderly_reward", "area": str(county.county.pk)})
    assert step.status_code == 200 and county.township.name in step.content.decode()
    step = anybody.post("/apply", {"kind": "elderly_reward", "area": str(county.township.pk)})
    assert county.other_village.name in step.content.decode()
    assert 'value="elderly_reward" checked' in step.content.decode()
    assert "token" in anybody.post("/apply", {"kind": "elderly_reward", "place": "青山"}).content.decode()
    several = anybody.post("/apply", {"kind": "elderly_reward", "place": "云岭"}).content.decode()
    assert county.township.name in several
    assert anybody.post("/apply", {"kind": "elderly_reward", "place": "无此地"}).status_code == 422
    assert anybody.post("/apply", {"kind": "childlessness", "place": "青山"}).status_code == 422
    assert not Application.objects.exists()


def test_an_application_gets_a_code_and_the_same_form_the_same_one(county: Any, family: Any) -> None:
    anybody = Client()
    sent = filled(anybody, county.village)
    page = anybody.post("/apply", sent)
    assert page.status_code == 200 and page["X-Robots-Tag"].startswith("noindex")
    assert page["Cache-Control"] == "no-store"
    text = page.content.decode()
    assert "2026年7月14日" in text and "陈老根" not in text
    assert code_of(anybody.post("/apply", sent).content.decode()) == code_of(text)
    assert Sending.objects.count() == 1
    told = anybody.post("/apply/follow", {"code": code_of(text).lower()})
    assert told.status_code == 200 and "陈" not in told.content.decode()
    assert anybody.post("/apply/follow", {"code": "NOBODYSCODE2"}).status_code == 422


def test_everything_wrong_is_said_at_once_beside_its_field(county: Any) -> None:
    anybody = Client()
    sent = filled(anybody, county.village, "hardship_aid", name="", id_number="5205", phone="x")
    page = anybody.post("/apply", sent | {"applicant": "proxy", "account_bank": "某银行"})
    assert page.status_code == 422
    text = page.content.decode()
    for field in ("name", "id_number", "phone", "by_name", "by_number", "mandate", "situation",
                  "account_account", "account_name"):  # fmt: skip
        assert f'id="id_{field}_error"' in text, field
    assert sent["token"] in text  # sent again it is still the same form
    assert not Application.objects.exists()


def test_what_the_programme_asks_is_checked_with_the_rest(county: Any) -> None:
    """The facts only the applicant knows are a form of their own; wrong ones do not hide the others."""
    anybody = Client()
    sent = filled(anybody, county.village, "medical_contribution", phone="x")
    names = re.findall(r'name="(told-\w+)"', anybody.post("/apply", sent).content.decode())
    assert names
    page = anybody.post("/apply", sent | dict.fromkeys(names, "abc"))
    assert page.status_code == 422
    assert 'id="id_phone_error"' in page.content.decode() and "id_told-" in page.content.decode()
    assert not Application.objects.exists()
    assert anybody.post("/apply", sent | {"phone": "13800001234"}).status_code == 200


def test_on_record_or_not_the_page_is_the_same(county: Any, family: Any, caplog: Any) -> None:
    """Status, words and statements are equal for somebody registered and for nobody; no log names them."""
    pages, asked = [], []
    for number in (NUMBERS["陈老根"], NOBODY):
        anybody = Client()
        sent = filled(anybody, county.village, id_number=number)
        with caplog.at_level(logging.DEBUG), CaptureQueriesContext(connection) as queries:
            page = anybody.post("/apply", sent)
        text = page.content.decode()
        pages.append((page.status_code, sorted(page.headers), text.replace(code_of(text), "")))
        asked.append([re.sub(r"'[^']*'|\"s\d+_x\d+\"|\b\d+\b", "?", one["sql"]) for one in queries])
        assert not any("registry_" in one["sql"] for one in queries)
    own = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
    known, unknown = ((status, headers, own.sub("", text)) for status, headers, text in pages)
    assert known == unknown
    assert asked[0] == asked[1]
    for secret in (NUMBERS["陈老根"], NOBODY, "陈老根", "13800001234"):
        assert all(secret not in record.getMessage() for record in caplog.records if "sql" not in record.name)


def test_the_township_opens_it_beside_the_register_and_the_code_follows(
    county: Any, family: dict[str, int], office: Any, frozen_clock: dt.datetime
) -> None:
    anybody = Client()
    code = code_of(anybody.post("/apply", filled(anybody, county.village)).content.decode())
    officer = signed_in(office.township)
    assert "陈老根" in officer.get("/applications").content.decode()
    one = Application.objects.get()
    page = officer.get(f"/applications/{one.pk}").content.decode()
    who = f"{one.sendings.get().pk}:{family['陈老根']}"
    assert f'value="{who}"' in page and NUMBERS["陈老根"] not in page
    address = f"/applications/{one.pk}/open"
    assert officer.post(address, {"who": who}).status_code == 422  # nothing was compared
    assert officer.post(address, {"who": f"{who}9", "confirmed": "1"}).status_code == 422
    assert not Case.objects.exists()
    done = officer.post(address, {"who": who, "confirmed": "1"})
    case = Case.objects.get()
    assert (done.status_code, done["Location"]) == (302, f"/cases/{case.pk}")
    assert officer.post(address, {"who": who, "confirmed": "1"})["Location"] == f"/cases/{case.pk}"
    told = anybody.post("/apply/follow", {"code": code}).content.decode()
    assert case.number in told
    anybody.post("/apply/follow", {"code": code, "act": "withdraw"})
    assert "applications/wishes/" in officer.get("/applications").content.decode()
    wish = Sending.objects.get().wishes.get()
    assert officer.post(f"/applications/wishes/{wish.pk}").status_code == 302
    assert Case.objects.get().state == "withdrawn"


def test_the_office_asks_and_the_applicant_answers(
    county: Any, family: dict[str, int], office: Any, frozen_clock: dt.datetime
) -> None:
    anybody = Client()
    sent = filled(anybody, county.village, "hardship_aid", situation="房屋受损")
    code = code_of(anybody.post("/apply", sent).content.decode())
    one = Application.objects.get()
    who = f"{one.sendings.get().pk}:{family['陈老根']}"
    signed_in(office.township).post(f"/applications/{one.pk}/open", {"who": who, "confirmed": "1"})
    case = Case.objects.get().pk
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    casework.ask_for(case_id=case, asked=["account"], by=office.township_two, at=frozen_clock)
    told = anybody.post("/apply/follow", {"code": code}).content.decode()
    assert 'value="bring"' in told
    assert anybody.post("/apply/follow", {"code": code, "act": "bring", "words": ""}).status_code == 422
    anybody.post("/apply/follow", {"code": code, "act": "bring", "words": "已交到村里"})
    assert "已交到村里" in signed_in(office.township).get("/applications").content.decode()


def test_it_is_answered_or_passed_on(county: Any, family: Any, office: Any) -> None:
    anybody, officer = Client(), signed_in(office.township)
    sent = filled(anybody, county.village, name="吴无名", id_number=NOBODY)
    code = code_of(anybody.post("/apply", sent).content.decode())
    one = Application.objects.get()
    address = f"/applications/{one.pk}"
    step = officer.post(f"{address}/pass-on", {"area": str(county.township.pk)})
    assert step.status_code == 200 and county.other_village.name in step.content.decode()
    assert officer.post(f"{address}/pass-on", {"area": str(county.village.pk)}).status_code == 422
    assert officer.post(f"{address}/pass-on", {"area": str(county.other_village.pk)}).status_code == 302
    wrong = officer.post(f"{address}/answer", {"why": "not_on_record"})
    assert wrong.status_code == 422 and 'class="field-error"' in wrong.content.decode()
    answered = officer.post(
        f"{address}/answer",
        {"why": "not_on_record", "missing": ["household", "identity"], "words": "到镇上补登"},
    )
    assert answered.status_code == 302
    assert "到镇上补登" in anybody.post("/apply/follow", {"code": code}).content.decode()
    assert "到镇上补登" in officer.get(address).content.decode()
    assert officer.get("/applications?state=answered").status_code == 200


def test_who_may_see_them(county: Any, family: Any, office: Any, make_account: Any) -> None:
    anybody = Client()
    anybody.post("/apply", filled(anybody, county.village))
    one = Application.objects.get()
    worker = signed_in(office.village)
    assert worker.get("/applications").status_code == 403
    assert worker.get(f"/applications/{one.pk}").status_code == 403
    assert "/applications" not in worker.get("/").content.decode()
    from tongchou.apps.places import api as places

    elsewhere = signed_in(make_account("lijie", "township_officer", places.area_by_code("520523")))
    assert elsewhere.get(f"/applications/{one.pk}").status_code == 404
    for act in ("open", "answer", "pass-on"):
        sent = {
            "who": "1:1",
            "confirmed": "1",
            "why": "elsewhere",
            "words": "x",
            "area": str(county.village.pk),
        }
        assert elsewhere.post(f"/applications/{one.pk}/{act}", sent).status_code == 404
    assert "陈老根" not in elsewhere.get("/applications").content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_carry_no_script_or_style_of_their_own(county: Any, language: str) -> None:
    anybody = Client(headers={"accept-language": language})
    chosen = {"kind": "elderly_reward", "area": str(county.village.pk)}
    for page in (anybody.get("/apply"), anybody.get("/apply/follow"), anybody.post("/apply", chosen)):
        text = page.content.decode()
        assert " style=" not in text and "onclick" not in text
        assert not re.search(r"<script(?![^>]*src=)", text)
        assert f'lang="{"zh" if language.startswith("zh") else "en"}' in text


def test_a_small_child_is_never_offered_as_the_applicant() -> None:
    from tongchou.web.console.apply_forms import ApplyForm

    def offered(*, of_child: bool) -> list[set[str]]:
        form = ApplyForm(asks_situation=False, statement="", gives_money=True, of_child=of_child)
        return [{str(code) for code, _label in form.fields[name].choices}
                for name in ("applicant", "account_relation")]  # fmt: skip

    assert all("self" not in codes and "parent" in codes for codes in offered(of_child=True))
    assert all("self" in codes for codes in offered(of_child=False))


def test_the_childcare_subsidy_alone_is_always_about_a_child() -> None:
    from tongchou.policies.case_kinds import case_kinds

    assert [one.code for one in case_kinds().values() if one.of_child] == ["childcare_subsidy"]


def test_anybody_is_told_when_to_apply_and_from_which_day_next_year_is_taken(
    county: Any, frozen_clock: dt.datetime
) -> None:
    anybody = Client(headers={"accept-language": "en"})
    given = {"kind": "childcare_subsidy", "area": str(county.village.pk)}
    page = anybody.post("/apply", given).content.decode()
    choices = page.split('name="year"')[1].split("</select>")[0]
    assert 'value="2026"' in choices and 'value="2025"' in choices and 'value="2027"' not in choices
    assert "2027 can be applied for from 1 January 2027 on." in page
    said = page.split('id="claiming"')[1].split("</section>")[0]
    assert "31 December" in said and "Art. 12" in said
    early = filled(
        anybody, county.village, "childcare_subsidy", year="2027", applicant="parent", by_name="陈勇",
        by_number=identity.compose("520599", dt.date(1990, 1, 2), 1),
    )  # fmt: skip
    answer = anybody.post("/apply", early)
    assert answer.status_code == 422 and "cannot be applied for yet" in answer.content.decode()
    assert answer.content.decode().count("field-error") == 1 and not Application.objects.exists()
    other = anybody.post("/apply", {**given, "kind": "elderly_reward"}).content.decode()
    assert 'value="2027"' in other.split('name="year"')[1].split("</select>")[0]
