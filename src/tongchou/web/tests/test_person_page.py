"""The page of a person and what is recorded there: by those who may, all mistakes told at once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Couple, Event, Household, Kinship, Person
from tongchou.core.models import AuditEntry
from tongchou.core.scope import Scope
from tongchou.domain import identity
from tongchou.domain.dates import PartialDate
from tongchou.domain.register.row import RegisterRow
from tongchou.web.console.person_acts import ACTS

NUMBER = identity.compose("520599", dt.date(1986, 4, 5), 212)
DOCUMENT = {"evidence_kind": "birth_certificate", "evidence": "2026-05-03"}


def row(row_no: int, household: str, name: str, relation: str, sex: int, *birth: int, **more: Any) -> Any:
    return RegisterRow(
        row_no=row_no, household_no=household, name=name, relation=relation, sex=sex,
        birth=PartialDate(*birth), hukou_kind="agricultural", **more,
    )  # fmt: skip


ROWS = [
    row(5, "001", "赵大山", "02", 1, 1960, 3, 12),
    row(6, "001", "赵强", "21", 1, 1985, 1, 2),
    row(7, "002", "孙丽", "02", 2, 1986, 4, 5, id_number=NUMBER),
]


@pytest.fixture
def people(county: Any, county_reviewer: Any, frozen_clock: dt.datetime) -> Any:
    """``people("赵强")``: the number of somebody of two small families in 青山村."""
    registry.apply_register(
        ROWS, village_id=county.village.pk, source="a" * 64, by=county_reviewer, at=frozen_clock
    )
    return lambda name: Person.objects.get(name=name).pk


@pytest.fixture
def officer(people: Any, township_officer: Any) -> Client:
    client = Client()
    client.force_login(township_officer, backend="django.contrib.auth.backends.ModelBackend")
    return client


def address(person: int, act: str = "") -> str:
    if act:
        return reverse("console:person-act", args=[person, act])
    return reverse("console:person", args=[person])


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_household_leads_to_the_person_and_to_every_act(officer: Client, people: Any) -> None:
    pk = people("赵强")
    home = reverse("console:household", args=[Household.objects.get(number="001").pk])
    assert address(pk) in text_of(officer.get(home))
    page = text_of(officer.get(address(pk)))
    assert home in page and "赵强" in page and "1985年1月2日" in page
    for act in ACTS:
        assert address(pk, act) in page
        assert officer.get(address(pk, act)).status_code == 200
    assert officer.get(address(pk, "nonsense")).status_code == 404


def test_a_child_is_not_offered_marriage_and_every_act_stays_open(
    officer: Client, people: Any, county: Any, county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    young = [row(8, "001", "赵小雪", "42", 2, 2017, 5, 1), row(9, "001", "赵小川", "41", 1, 2012)]
    registry.apply_register(
        ROWS[:2] + young, village_id=county.village.pk, source="b" * 64, by=county_reviewer, at=frozen_clock
    )
    for name, hidden in (("赵小雪", {"child", "marriage", "divorce"}), ("赵小川", {"marriage", "divorce"})):
        page = text_of(officer.get(address(people(name))))
        assert {act for act in ACTS if address(people(name), act) not in page} == hidden
        for act in hidden:  # what has happened can be recorded
            assert officer.get(address(people(name), act)).status_code == 200


@pytest.mark.parametrize("act", ["adoption", "child", "marriage"])
def test_every_field_says_whose_number_it_asks_for(officer: Client, people: Any, act: str) -> None:
    form = officer.get(address(people("赵强"), act)).context["form"]
    labels = [str(one.label) for one in form]
    assert len(labels) == len(set(labels))


def test_that_the_kind_of_hukou_stays_is_said_and_not_preset(officer: Client, people: Any) -> None:
    pk = people("赵强")
    answer = officer.post(address(pk, "conversion"), {"day": "2026-05"})
    assert answer.status_code == 422 and set(answer.context["form"].errors) == {"kind"}
    record(officer, pk, "conversion", day="2026-05", kind="as_it_is")


def test_village_workers_look_and_do_not_record(people: Any, village_worker: Any) -> None:
    client = Client()
    client.force_login(village_worker, backend="django.contrib.auth.backends.ModelBackend")
    pk, home = people("赵强"), Household.objects.get(number="001").pk
    page = text_of(client.get(address(pk)))
    assert "赵强" in page and "/record/" not in page and "/take-back" not in page
    assert reverse("console:correction-ask", args=[pk]) in page
    before = Event.objects.count()
    for act in ACTS:
        assert client.get(address(pk, act)).status_code == 403
        assert client.post(address(pk, act), {}).status_code == 403
    enter = reverse("console:household-enter", args=[home])
    assert client.post(enter, {}).status_code == 403
    assert enter not in text_of(client.get(reverse("console:household", args=[home])))
    assert Event.objects.count() == before


@pytest.mark.parametrize("role", ["county_finance", "statistician", "prefecture_supervisor", "auditor"])
def test_others_see_nobody(people: Any, make_account: Any, county: Any, role: str) -> None:
    client = Client()
    client.force_login(
        make_account("other", role, county.county), backend="django.contrib.auth.backends.ModelBackend"
    )
    assert client.get(address(people("赵强"))).status_code == 403


def test_other_areas_are_not_found(people: Any, make_account: Any, county: Any) -> None:
    client = Client()
    client.force_login(
        make_account("elsewhere", "township_officer", county.other_village),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    pk = people("赵强")
    for path in (address(pk), address(pk, "death")):
        assert client.get(path).status_code == 404
    assert client.post(address(pk, "death"), {"day": "2026-05-01"}).status_code == 404
    enter = reverse("console:household-enter", args=[Household.objects.get(number="001").pk])
    assert client.get(enter).status_code == 404
    assert not Person.objects.get(pk=pk).deceased


DEATH = {"evidence_kind": "death_certificate", "evidence": "字第12号", "step": "record"}


def record(officer: Client, person: int, act: str, **said: str) -> Any:
    answer = officer.post(address(person, act), said)
    assert answer.status_code == 302, [answer.context["form"].errors, answer.context["refusal"]]
    return officer.get(answer["Location"])


def test_a_marriage_and_its_end(officer: Client, people: Any) -> None:
    him, her = people("赵强"), people("孙丽")
    record(officer, him, "marriage", spouse="number", spouse_number=NUMBER, day="2026-05-20")
    couple = Couple.objects.get()
    assert {couple.a_id, couple.b_id} == {him, her} and couple.start == "2026-05-20"
    form = text_of(officer.get(address(her, "divorce")))
    assert "赵强" in form
    record(officer, her, "divorce", spouse=str(him), day="2026-06-20")
    assert Couple.objects.get().ended == "2026-06-20"
    assert NUMBER not in repr(list(AuditEntry.objects.values()))


def test_a_spouse_elsewhere_is_not_kept(officer: Client, people: Any) -> None:
    record(officer, people("赵强"), "marriage", spouse="outside", day="2026-05-20")
    assert not Couple.objects.exists() and Person.objects.get(name="赵强").marital == "20"


def test_a_child_is_entered_at_whatever_age(officer: Client, people: Any) -> None:
    said = {"name": "赵小雪", "sex": "2", "birth": "2019-03", "relation": "42", **DOCUMENT}
    record(officer, people("赵强"), "child", **said)
    child = Person.objects.get(name="赵小雪")
    assert Kinship.objects.get(child=child).parent_id == people("赵强")
    again = officer.post(address(people("赵强"), "child"), said)
    assert again.status_code == 422 and again.context["refusal"].code == "registry.child_entered"


def test_an_adoption_keeps_its_document_sealed(officer: Client, people: Any) -> None:
    said = {
        "first": "number", "first_number": NUMBER, "day": "2026-06-01",
        "evidence_kind": "adoption_certificate", "evidence": "收养2026-7",
    }  # fmt: skip
    record(
        officer, people("赵强"), "child", name="赵小雪", sex="2", birth="2019-03", relation="42", **DOCUMENT
    )
    child = people("赵小雪")
    page = record(officer, child, "adoption", **said)
    assert Kinship.objects.get(child=child, kind="adoptive").parent_id == people("孙丽")
    assert (
        "收养2026-7" not in text_of(page) and not Event.objects.filter(payload__contains="收养2026").exists()
    )


def test_what_else_is_recorded_about_a_person(officer: Client, people: Any, county: Any) -> None:
    pk = people("赵强")
    record(officer, pk, "conversion", day="2026-05", kind="unified")
    record(officer, pk, "determination", rural="no", day="2026-05")
    record(officer, pk, "insurance", scheme="urban_pension", held="yes", day="2026-06")
    page = text_of(record(officer, pk, "residence", place="浙江省宁波市", day="2026-02"))
    assert "浙江省宁波市" in page and "城镇职工养老保险" in page and "2026年6月" in page
    page = text_of(record(officer, pk, "phones", phones="13885730012、13885730013"))
    assert "138****0012" in page and "13885730012" not in page
    said = {"area": str(county.village.pk), "number": "002", "relation": "97", "day": "2026-06-01"}
    record(officer, pk, "registration", **said)
    found = registry.person_record(pk, scope=Scope.everything())
    assert found.household_number == "002"
    page = text_of(record(officer, pk, "death", day="2026-06-29", **DEATH))
    assert Person.objects.get(pk=pk).deceased and address(pk, "marriage") not in page
    assert address(pk, "death") in page  # its date can still be added
    assert registry.check_state().ok


@pytest.mark.parametrize(
    ("act", "said", "wrong"),
    [
        ("marriage", {}, {"spouse", "day"}),
        ("marriage", {"spouse": "number", "day": "2026-13"}, {"spouse_number", "day"}),
        ("marriage", {"spouse": "number", "spouse_number": "1", "day": "2027"}, {"spouse_number"}),
        ("marriage", {"spouse": "outside", "day": "2027-01"}, {"day"}),
        ("divorce", {"spouse": "999"}, {"spouse", "day"}),
        ("adoption", {}, {"first", "evidence_kind", "evidence"}),
        ("child", {}, {"name", "sex", "birth", "relation", "evidence_kind", "evidence"}),
        (
            "child",
            {"name": "赵雪", "sex": "1", "birth": "1950", "relation": "97", **DOCUMENT},
            {"birth"},
        ),
        ("residence", {}, {"place"}),
        ("residence", {"place": "x" * 121, "area": "7777"}, {"place", "area"}),
        ("registration", {}, {"area", "number", "relation"}),
        ("conversion", {"day": "abc", "kind": "noble"}, {"day", "kind"}),
        ("determination", {}, {"rural"}),
        ("insurance", {"day": "2027"}, {"scheme", "held"}),
        (
            "child",
            {"name": "<script>", "sex": "1", "birth": "1800", "relation": "97", **DOCUMENT},
            {"name", "birth"},
        ),
        ("death", {}, {"day", "evidence_kind", "evidence"}),
        ("death", {"day": "2027-01-01", **DEATH}, {"day"}),
        ("death", {"day": "1984", **DEATH}, {"day"}),
        ("death", {"day": "2026", "no_day": "on", **DEATH}, {"no_day"}),
    ],
)
def test_every_mistake_of_a_form_is_told_at_once(
    officer: Client, people: Any, act: str, said: dict[str, str], wrong: set[str]
) -> None:
    before = Event.objects.count()
    answer = officer.post(address(people("赵强"), act), said)
    assert answer.status_code == 422 and set(answer.context["form"].errors) == wrong
    assert Event.objects.count() == before


def test_an_unknown_household_number_is_told_at_its_field(officer: Client, people: Any, county: Any) -> None:
    said = {"area": str(county.village.pk), "number": "999", "relation": "97"}
    answer = officer.post(address(people("赵强"), "registration"), said)
    assert answer.status_code == 422 and set(answer.context["form"].errors) == {"number"}


def test_somebody_who_was_never_entered(officer: Client, people: Any) -> None:
    home = Household.objects.get(number="001").pk
    form = reverse("console:household-enter", args=[home])
    assert form in text_of(officer.get(reverse("console:household", args=[home])))
    answer = officer.post(form, {"relation": "97"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"name", "sex", "birth", "evidence_kind", "evidence"}
    said = {"name": "赵强", "sex": "1", "birth": "1985-01-02", "relation": "97", **DOCUMENT}
    other = reverse("console:household-enter", args=[Household.objects.get(number="002").pk])
    answer = officer.post(other, said)
    assert answer.status_code == 422 and answer.context["refusal"].code == "registry.namesake"
    answer = officer.post(other, said | {"namesake": "on"})
    assert answer.status_code == 302 and Person.objects.filter(name="赵强").count() == 2


def test_a_parent_who_has_died_can_be_named(
    officer: Client, people: Any, township_officer: Any, frozen_clock: dt.datetime
) -> None:
    registry.record_death(
        person_id=people("赵强"), died=PartialDate(2026, 5), by=township_officer, at=frozen_clock
    )
    form = reverse("console:household-enter", args=[Household.objects.get(number="001").pk])
    said = {"name": "赵小雪", "sex": "2", "birth": "2025-01-02", "relation": "42", **DOCUMENT}
    assert officer.post(form, said | {"parent": str(people("赵强"))}).status_code == 302
    assert Kinship.objects.get(child=people("赵小雪")).parent_id == people("赵强")
    assert "赵强" not in str(officer.get(address(people("孙丽"), "marriage")).context["form"])


def test_the_page_costs_the_same_whatever_was_recorded(
    officer: Client, people: Any, township_officer: Any, frozen_clock: dt.datetime
) -> None:
    pk = people("赵强")
    counted = []
    for number in (1, 2, 3):
        registry.record_phones(
            person_id=pk, phones=[f"1388573001{number}"], by=township_officer, at=frozen_clock
        )
        registry.record_move(
            person_id=pk, area_id=None, place=f"外地{number}", since=PartialDate(2026, number),
            by=township_officer, at=frozen_clock,
        )  # fmt: skip
        with CaptureQueriesContext(connection) as caught:
            assert officer.get(address(pk)).status_code == 200
        counted.append(len(caught))
    assert len(set(counted)) == 1 and counted[0] <= 29, counted


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_form_speaks_both_languages(people: Any, township_officer: Any, language: str) -> None:
    client = Client(headers={"accept-language": language})
    client.force_login(township_officer, backend="django.contrib.auth.backends.ModelBackend")
    pk, home = people("赵强"), Household.objects.get(number="001").pk
    paths = [address(pk), *(address(pk, act) for act in ACTS)]
    for path in (*paths, reverse("console:household-enter", args=[home])):
        answer = client.get(path)
        assert answer.status_code == 200
        assert f'lang="{"zh-Hans" if language == "zh-hans" else "en"}"' in text_of(answer)[:300], path
