"""The letter to a person: chosen, not addressed; masked; reasons without what a family's facts say."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tongchou.apps.entitlements.tests.conftest import FAMILY
from tongchou.apps.local import api as local
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Person
from tongchou.domain.dates import PartialDate
from tongchou.web.tests.test_sheets import told

__all__ = ["told"]

YEAR = 2026


@pytest.fixture
def people(county: Any, township_officer: Any, frozen_clock: Any) -> dict[str, int]:
    registry.apply_register(
        FAMILY, village_id=county.village.pk, source="a" * 64, by=township_officer, at=frozen_clock
    )
    return dict(Person.objects.values_list("name", "pk"))


@pytest.fixture
def page(client: Client, village_worker: Any) -> Any:
    client.force_login(village_worker, backend="django.contrib.auth.backends.ModelBackend")

    def send(person_id: int, **sent: Any) -> Any:
        address = reverse("console:person-letter", args=[person_id])
        return client.post(address, sent) if sent else client.get(address)

    return send


def test_first_a_programme_is_chosen_and_none_stands_in_the_address(page: Any, people: Any) -> None:
    found = page(people["陈小苗"])
    assert found.status_code == 200 and found.context["page"].letter is None
    assert [one.programme for one in found.context["page"].choices][:1] == ["childcare_subsidy"]
    other = page(people["陈小苗"], programme="unheard_of", year=str(YEAR))
    assert other.status_code == 200 and other.context["page"].letter is None
    address = reverse("console:person-letter", args=[people["陈小苗"]])
    assert address == f"/people/{people['陈小苗']}/letter"


def test_it_says_answer_reasons_changes_and_is_masked(page: Any, people: Any) -> None:
    found = page(people["陈小苗"], programme="childcare_subsidy", year=str(YEAR))
    letter, text = found.context["page"].letter, found.content.decode()
    assert letter.outcome == "符合条件" and letter.amount == "3,600元"
    assert all(clause.citation for clause in letter.clauses) and len(letter.clauses) == 4
    for line in (*letter.changes, *letter.next, *letter.citations):
        assert line in text
    assert letter.changes and "最后符合的年度" in letter.changes[0]
    assert found.context["page"].id_masked in text
    assert Person.objects.get(pk=people["陈小苗"]).name in text


def test_a_letter_promises_no_year_that_is_over(page: Any, people: Any) -> None:
    """A child of 2024: the year 2025 was to be claimed by its end; 2026 and 2027 still can be."""
    Person.objects.filter(pk=people["陈小苗"]).update(birth_year=2024, birth_month=8)
    letter = page(people["陈小苗"], programme="childcare_subsidy", year="2025").context["page"].letter
    assert letter.outcome == "申领时间已过" and letter.amount == ""
    (said,) = letter.next
    assert "2025" in said and "2026" in said and "2027" in said
    now = page(people["陈小苗"], programme="childcare_subsidy", year="2026").context["page"].letter
    assert now.outcome == "符合条件" and now.amount == "3,600元"


def test_what_a_family_fact_says_stays_off_the_paper(page: Any, people: Any) -> None:
    found = page(people["陈老根"], programme="elderly_reward", year=str(YEAR))
    letter = found.context["page"].letter
    assert letter.outcome.startswith("符合条件")
    text = found.content.decode()
    assert "现存男孩" not in text.replace("现存男孩数", "") and "女孩2人" not in text
    children = letter.clauses[-1]
    assert children.citation and (children.detail, children.parts) == ("", ())


def test_the_office_stands_in_its_own_words(
    page: Any, people: Any, county: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (
        page(people["陈小苗"], programme="childcare_subsidy", year=str(YEAR)).context["page"].letter.office
        == []
    )

    class Row:
        def __init__(self, value: str) -> None:
            self.value = value

    said = {
        "unit_name": "大方县卫生健康局（示例）",
        "office_name": "家庭发展股",
        "office_phone": "0857-8000000",
    }
    monkeypatch.setattr(local, "unit", lambda: county.county)
    monkeypatch.setattr(local, "values_at", lambda area, on: {name: Row(text) for name, text in said.items()})
    found = page(people["陈小苗"], programme="childcare_subsidy", year=str(YEAR))
    text = found.content.decode()
    assert all(words in text for words in said.values())


def test_as_pdf_it_says_what_the_page_says_and_no_more(
    page: Any, people: Any, told: list[dict[str, Any]]
) -> None:
    sent = {"programme": "elderly_reward", "year": str(YEAR)}
    shown = page(people["陈老根"], **sent).context["page"]
    answer = page(people["陈老根"], **sent, **{"as": "pdf"})
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")
    assert "陈" not in answer["Content-Disposition"] and "elderly" not in answer["Content-Disposition"]
    (data,) = told
    said = json.dumps(data, ensure_ascii=False)
    letter = shown.letter
    for words in (shown.name, shown.id_masked, letter.title, letter.outcome, letter.amount, *letter.next):
        assert words in said
    for clause in letter.clauses:
        assert clause.text in said and clause.citation in said and clause.detail in said
    assert "女孩2人" not in said
    # Without a programme there is nothing to set.
    nothing = page(people["陈老根"], programme="", year=str(YEAR), **{"as": "pdf"})
    assert nothing.status_code == 200 and nothing.context["page"].letter is None and len(told) == 1


def test_it_is_the_household_s_reach(client: Client, people: Any, county: Any, make_account: Any) -> None:
    stranger = make_account("stranger", role="village_worker", area=county.other_village)
    client.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("console:person-letter", args=[people["陈小苗"]])
    assert client.get(address).status_code == 404
    assert client.post(address, {"programme": "childcare_subsidy"}).status_code == 404
    nobody = make_account("nobody")
    client.force_login(nobody, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(address, {"programme": "childcare_subsidy"}).status_code == 403


def test_what_is_missing_names_where_to_get_it(page: Any, people: Any) -> None:
    found = page(people["吴秀英"], programme="elderly_reward", year=str(YEAR))
    letter = found.context["page"].letter
    assert bool(letter.missing) == (letter.outcome == "需补充信息")
    assert all(one.label and one.where for one in letter.missing)


def test_it_is_addressed_to_no_child_and_to_nobody_who_has_died(
    page: Any, people: Any, township_officer: Any, frozen_clock: Any
) -> None:
    def to(name: str) -> str:
        found = page(people[name], programme="childcare_subsidy", year=str(YEAR))
        assert found.context["page"].to in found.content.decode()
        return str(found.context["page"].to)

    assert to("陈老根") == "陈老根"
    assert to("陈小苗") != "陈小苗" and "陈小苗" in to("陈小苗")
    registry.record_death(
        person_id=people["陈老根"], died=PartialDate(YEAR, 5), by=township_officer, at=frozen_clock
    )
    assert to("陈老根") != "陈老根" and "陈老根" in to("陈老根")
