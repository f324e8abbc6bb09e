"""The household page: masked, explained, and as many queries for thirty members as for three."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from tongchou import policies
from tongchou.apps.entitlements import api as entitlements
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Person
from tongchou.core import actions, clock, keys
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain.dates import PartialDate
from tongchou.domain.identity import compose
from tongchou.domain.register.row import RegisterRow
from tongchou.web.console.presenters import house, letter, results

AT = dt.datetime(2026, 5, 4, 2, 0, tzinfo=dt.UTC)
#: Five of them for the reader's own list of households, which a second look at the page leaves alone.
MOST_QUERIES = 25


def household(number: str, size: int, first_row: int) -> list[RegisterRow]:
    """A head of 63 and as many grandchildren as it takes, the youngest a year old."""
    births = [dt.date(1963, 3, 7), *(dt.date(2025, 1, 1 + place) for place in range(size - 1))]
    return [
        RegisterRow(
            row_no=first_row + place,
            household_no=number,
            name="罗德贵" if place == 0 else f"罗小{chr(0x4E00 + place)}",
            relation="02" if place == 0 else "40",
            sex=1,
            birth=PartialDate.from_date(birth),
            id_number=compose("520599", birth, 10 * place + int(number) + 1),
            hukou_kind="agricultural",
            phones=("13885730012",) if place == 0 else (),
        )
        for place, birth in enumerate(births)
    ]


@pytest.fixture
def worker(db: None) -> Account:
    places.load_reference(by=None, at=AT)
    names = ("code", "name", "level", "parent_code", "valid_from")
    rows = [
        ("520521901", "云岭镇（示例）", "township", "520521", "2020-01-01"),
        ("520521901201", "青山村（示例）", "village", "520521901", "2020-01-01"),
    ]
    places.load_areas([dict(zip(names, row, strict=True)) for row in rows], by=None, at=AT)
    account = actions.create_account(
        username="officer", display_name="李红梅", password="green-hill-7-x", by=None, at=AT
    )
    village = places.area_by_code("520521901201")
    actions.assign_role(
        account=account, role="township_officer", area_id=village.pk, scope_no=village.scope_no,
        scope_end=village.scope_end, by=None, at=AT,
    )  # fmt: skip
    registry.apply_register(
        [*household("1", 3, 5), *household("2", 30, 8)],
        village_id=village.pk,
        source="0" * 64,
        by=account,
        at=AT,
    )
    return account


def page_of(client: Client, account: Account, name: str = "罗德贵") -> list[str]:
    """Addresses of the households whose head has the name, the smaller household first."""
    with clock.frozen(AT):
        client.force_login(account)
        found = client.post(reverse("console:search"), {"text": name})
    return [hit.url for hit in found.context["hits"]]


def test_masked_and_explained(client: Client, worker: Account) -> None:
    address = page_of(client, worker)[0]
    with clock.frozen(AT):
        page = client.get(address).content.decode()
    assert "520599***********" in page and compose("520599", dt.date(1963, 3, 7), 2) not in page
    assert "138****0012" in page and "13885730012" not in page
    assert "育儿补贴" in page and "3,600元" in page and "请在2026年12月31日前" in page


def test_what_would_change_an_answer_stands_under_it(client: Client, worker: Account) -> None:
    address = page_of(client, worker)[0]
    with clock.frozen(AT):
        found = client.get(address, {"year": "2026"})
    results = [one for person in found.context["house"].results for one in person.results]
    child = next(one for one in results if one.programme == "childcare_subsidy" and one.to_claim)
    (line,) = child.changes
    assert "最后符合的年度为2027年" in line and "2028年1月1日满3周岁" in line
    page = found.content.decode()
    for text in (line for one in results for line in one.changes):
        assert text in page
    settled = [one for one in results if one.programme == "childcare_subsidy" and not one.amount]
    assert settled and all(one.changes == [] for one in settled)


@pytest.mark.parametrize(("today", "over"), [(dt.date(2026, 12, 31), False), (dt.date(2027, 1, 1), True)])
def test_what_is_over_is_not_offered_any_more(worker: Account, today: dt.date, over: bool) -> None:
    """After the last day of a year's claim nothing waits, and it is said until when it could be claimed."""
    child = Person.objects.filter(birth_year=2025).order_by("pk").first()
    assert child is not None
    with clock.frozen(AT):
        answers = entitlements.person_entitlements(child.pk, scope=Scope.everything(), year=2026)
    with translation.override("en"):
        found = results.ordered(answers, year=2026, today=today, language="en")
        one = next(one for one in found if one.programme == "childcare_subsidy")
        summary = house._summary([SimpleNamespace(person_id=child.pk, name=child.name, results=[one])], 2026)
    assert (one.over, one.to_claim, one.amount) == (over, not over, "3,600 yuan")
    assert ("The last day to claim was 31 December 2026" in one.next[0]) is over
    assert summary.title.startswith("The time to claim for 2026 is over" if over else "1 benefit is waiting")
    assert summary.lines and (summary.tone == "good") is not over


def test_a_year_without_a_last_day_is_over_with_itself() -> None:
    """The yearly reward sets no last day: its year's page and letter send nobody to apply afterwards."""
    rules = next(one for one in policies.here().programmes if one.code == "elderly_reward")
    known = {"birth_year": 1960, "deceased": False, "hukou_kind": "agricultural", "converted": False}
    family = {"has_spouse": False, "living_sons": 1, "living_daughters": 0, "children_ever": 1}
    answer = rules.evaluate_one(known | family, 2025)
    assert answer.claim_by is None and answer.amount_fen
    for today, over in ((dt.date(2025, 12, 31), False), (dt.date(2026, 1, 1), True)):
        assert results.is_over(answer, year=2025, today=today) is over
        with translation.override("en"):
            said = [
                results.result(answer, claimed=False, year=2025, today=today, language="en").next[0],
                letter.letter(answer, claimed=False, today=today, office={}, language="en").next[0],
            ]
        assert all(one.startswith("2025 is over.") is over for one in said)


def test_the_same_queries_for_three_and_thirty(client: Client, worker: Account) -> None:
    small, large = page_of(client, worker)
    counted = []
    for address in (small, large):
        with clock.frozen(AT), CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        counted.append(len(seen))
    assert counted[0] == counted[1] <= MOST_QUERIES, "\n".join(query["sql"][:130] for query in seen)


def test_a_claim_recorded_by_mistake_is_taken_back_on_the_page(client: Client, worker: Account) -> None:
    from tongchou.apps.entitlements.models import Claim

    address = page_of(client, worker)[0]
    with clock.frozen(AT):
        child = registry.search("罗小丁", scope=places_scope())[0]
        undo = reverse("console:claim-take-back", args=[child.person_id])
        assert undo not in client.get(address).content.decode()  # nothing was recorded yet
        claim = Claim.objects.create(
            person_id=child.person_id, programme="childcare_subsidy", year=2026, recorded_at=AT, recorded_by=1
        )
        assert undo in client.get(address).content.decode()
        sent = {"programme": "childcare_subsidy", "year": "2026", "mistake": "wrong_person"}
        assert client.post(undo, sent | {"mistake": ""}).status_code == 422
        answer = client.post(undo, sent)
        assert answer["Location"].startswith(address)
        assert undo not in client.get(address).content.decode()
    claim.refresh_from_db()
    assert (claim.withdrawn_by, claim.mistake) == (worker.pk, "wrong_person")


def test_the_full_number_asks_for_a_purpose_and_leaves_a_row(client: Client, worker: Account) -> None:
    page_of(client, worker)
    number = compose("520599", dt.date(1963, 3, 7), 2)
    with clock.frozen(AT):
        person = registry.search(number, scope=places_scope())[0]
        address = reverse("console:person-unmask", args=[person.person_id])
        assert number not in client.get(address).content.decode()
        assert client.post(address, {"purpose": "curiosity"}).status_code == 422
        shown = client.post(address, {"purpose": "verify_identity"})
    assert number in shown.content.decode() and shown["Cache-Control"] == "no-store"
    from tongchou.core.models import AuditEntry

    last = AuditEntry.objects.latest("pk")
    assert (last.action, last.purpose, last.actor_id) == ("registry.unmask", "verify_identity", worker.pk)


def places_scope() -> object:
    from tongchou.core.scope import Scope

    return Scope.of_area(places.area_by_code("520521901201"))


def test_with_the_wrong_keys_a_page_says_what_to_do(
    client: Client, worker: Account, var_folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    page_of(client, worker)
    number = compose("520599", dt.date(1963, 3, 7), 2)
    with clock.frozen(AT):
        person = registry.search(number, scope=places_scope())[0]
        address = reverse("console:person-unmask", args=[person.person_id])
        # As before a database kept checks of its keys: other keys were made in their place.
        (var_folder / "keys.json").unlink()
        answer = client.post(address, {"purpose": "verify_identity"})
        assert answer.status_code == 500 and "keys.json" in answer.content.decode()
        with django_capture_on_commit_callbacks(execute=True):
            keys.check()
        (var_folder / "keys.json").unlink()
        answer = client.post(address, {"purpose": "verify_identity"})
        assert answer.status_code == 500 and "keys.json" in answer.content.decode()
        stranger = Client(raise_request_exception=False)
        answer = stranger.post(reverse("console:sign-in"), {"username": "nobody", "password": "x"})
        assert answer.status_code == 500 and "keys.json" in answer.content.decode()
    assert not (var_folder / "keys.json").exists()


@pytest.mark.parametrize(
    ("missing", "title"),
    [
        ([("one",)], "1 more fact decides"),
        ([("one", "two")], "2 more facts decide"),
        ([("one",), ("one",)], "1 more fact decides"),  # asked by two programmes, asked of the family once
    ],
)
def test_the_heading_counts_the_facts_that_decide(missing: list[tuple[str, ...]], title: str) -> None:
    answers = [
        SimpleNamespace(to_claim=False, unclear=True, claimed=False, summary="…", missing=facts, over=False)
        for facts in missing
    ]
    with translation.override("en"):
        shown = house._summary([SimpleNamespace(person_id=1, name="罗德贵", results=answers)], 2026)
    assert shown.title == title
