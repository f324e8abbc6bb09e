"""Programs at work on cases: the acts of the pages, one answer for a second try, never more than a page."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tongchou.apps.casework import api as casework
from tongchou.apps.casework.models import Case, Decision
from tongchou.apps.casework.tests.conftest import FAMILY, YEAR, apply, family, office, passed, with_one_son
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Person
from tongchou.core.roles import Role

__all__ = ["apply", "family", "office", "passed"]
V1, JSON = "/api/v1", "application/json"


def post(program: Any, path: str, body: dict[str, Any] | None = None, **more: Any) -> Any:
    return program.post(V1 + path, body or {}, content_type=JSON, **more)


def refused(answer: Any) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/problem+json", answer.content
    return answer.status_code, answer.json()["code"]


SENT = {"kind": "childcare_subsidy", "year": YEAR, "channel": "home", "applicant": "parent", "name": "陈勇"}


def test_from_an_application_to_an_approval(family: dict[str, int], office: Any, make_program: Any) -> None:
    worker, township, county = map(make_program, (office.village, office.township, office.county))
    path, key = f"/people/{family['陈小苗']}/cases", {"headers": {"idempotency-key": "case-2026-0001"}}
    made = post(worker, path, SENT, **key)
    assert made.status_code == 201, made.content
    again = post(worker, path, SENT, **key)
    assert (again.json(), again["Idempotency-Replayed"]) == (made.json(), "true")
    number = made.json()["case_id"]
    assert post(worker, path, SENT).json()["case_id"] == number  # without a key: the one that stands
    assert "陈" not in made.content.decode()  # what is kept of an act names nobody
    at = f"/cases/{number}"
    assert post(make_program(office.clerk), f"{at}/accept").json()["state"] == "running"
    asked = post(township, f"{at}/ask", {"asked": ["account", "photo"], "words": "请补"})
    assert (asked.json()["state"], asked.json()["desk"]) == ("waiting", "family")
    assert worker.get(V1 + at).json()["asked"] == ["photo", "account"]
    assert refused(post(worker, f"{at}/brought", {})) == (422, "casework.brought")
    assert post(worker, f"{at}/brought", {"given": ["photo"]}).json()["desk"] == "township"
    shown = township.get(V1 + at).json()
    assert (shown["outcome"], shown["outcome_fen"], shown["same"]) == ("entitled", 360_000, True)
    assert "pass" in shown["acts"]
    assert refused(post(township, f"{at}/pass", {"seen": "v1:0"})) == (409, "casework.changed")
    assert post(township, f"{at}/pass", {"seen": shown["seen"]}).json()["desk"] == "county"
    assert refused(post(township, f"{at}/pass", {"seen": shown["seen"]}))[0] == 403
    done = post(county, f"{at}/pass", {"seen": shown["seen"]}).json()
    assert (done["state"], done["desk"], done["stage_due"]) == ("approved", "", None)
    timeline = county.get(V1 + at).json()["timeline"]
    assert [one["act"] for one in timeline] == ["open", "accept", "ask", "brought", "pass", "pass"]
    assert timeline[-1]["mark"] == shown["seen"]
    assert "请补" not in county.get(V1 + at).content.decode()  # words stand on the case's page alone


def test_a_case_is_held_refused_appealed_and_withdrawn(
    family: dict[str, int], office: Any, make_program: Any, apply: Any
) -> None:
    worker, township, second = map(make_program, (office.village, office.township, office.township_two))
    at = f"/cases/{apply('林树', 'elderly_reward', applicant='self', application={'name': ''})}"
    assert refused(post(worker, f"{at}/resume")) == (409, "casework.not_now")
    assert post(make_program(office.clerk), f"{at}/accept").json()["state"] == "running"
    assert refused(post(township, f"{at}/suspend")) == (422, "casework.words")
    held = post(township, f"{at}/suspend", {"words": "等更正户口性质"}).json()
    assert held["state"] == "suspended" and "更正" not in str(held)
    assert refused(post(worker, f"{at}/pass", {"seen": "v1:0"}))[1] == "casework.not_now"
    assert post(township, f"{at}/resume").json()["state"] == "running"
    Case.objects.filter(pk=at[7:]).update(stage=2, stage_code="township_review", desk="township")
    (case,) = Case.objects.values_list("pk", flat=True)
    chosen = {"cases": [case, 10**9], "reason": "conditions", "words": ""}
    verdicts = post(township, "/cases/refuse", chosen).json()
    assert [(one["done"], one["code"]) for one in verdicts["items"]] == [(True, ""), (False, "casework.none")]
    assert Case.objects.get().state == "refused"
    appealed = post(worker, f"{at}/appeal", {"words": "本人不服"}).json()
    assert (appealed["state"], appealed["desk"]) == ("appealed", "township")
    seen = second.get(V1 + at).json()["seen"]
    heard = {"verdict": "uphold", "seen": seen, "words": "条件不符"}
    assert refused(post(township, f"{at}/hear", heard)) == (403, "casework.took_part")
    assert refused(post(second, f"{at}/hear", heard | {"verdict": "forget"})) == (422, "casework.verdict")
    assert post(second, f"{at}/hear", heard).json()["state"] == "refused"
    other = f"/cases/{apply()}"
    assert post(worker, f"{other}/withdraw").json()["state"] == "withdrawn"
    reads = make_program(office.township, {"cases.view"})
    for act in ("suspend", "resume", "withdraw", "appeal"):
        assert refused(post(reads, f"{other}/{act}")) == (403, "token.lacks_permission"), act


def test_everything_wrong_with_an_application_comes_at_once(
    family: dict[str, int], office: Any, make_program: Any
) -> None:
    worker, path = make_program(office.village), f"/people/{family['陈小苗']}/cases"
    wrong = post(worker, path, SENT | {"channel": "fax", "name": "", "year": YEAR + 3})
    assert refused(wrong) == (422, "casework.application")
    assert {one["field"] for one in wrong.json()["errors"]} == {"channel", "name", "year"}
    assert refused(post(worker, path, SENT | {"kind": "none"})) == (404, "casework.no_kind")
    assert refused(post(worker, f"/people/{10**9}/cases", SENT))[0] == 404
    assert not Case.objects.exists()


def test_a_refusal_is_borne_out_and_no_guess(
    apply: Callable[..., int], office: Any, family: dict[str, int], make_program: Any
) -> None:
    case, township = apply(), make_program(office.township)
    post(make_program(office.clerk), f"/cases/{case}/accept")
    seen = township.get(f"{V1}/cases/{case}").json()["seen"]
    sent = {"reason": "conditions", "seen": seen}
    assert refused(post(township, f"/cases/{case}/refuse", sent)) == (409, "casework.entitled")
    Person.objects.filter(pk=family["陈小苗"]).update(birth_year=2010)
    assert refused(post(township, f"/cases/{case}/refuse", sent)) == (409, "casework.changed")
    sent["seen"] = township.get(f"{V1}/cases/{case}").json()["seen"]
    assert post(township, f"/cases/{case}/refuse", sent).json()["state"] == "refused"
    assert refused(post(township, f"/cases/{case}/refuse", sent | {"reason": "births"})) == (
        422, "casework.refusal",
    )  # fmt: skip


def test_many_at_once_with_a_verdict_each(apply: Callable[..., int], office: Any, make_program: Any) -> None:
    first, second = apply(), apply("陈老根", "elderly_reward", applicant="self")
    township = make_program(office.township)
    sent = {"cases": [first, 10**9, second, first]}
    found = post(make_program(office.clerk), "/cases/accept", sent).json()
    assert found["done"] == 2
    assert [(one["case_id"], one["done"], one["code"]) for one in found["items"]] == [
        (first, True, ""), (10**9, False, "casework.none"), (second, True, ""),
    ]  # fmt: skip
    found = post(township, "/cases/pass", {"cases": [first]}).json()
    assert found["items"][0]["done"], found
    again = post(township, "/cases/pass", {"cases": [first]}).json()
    assert (again["done"], again["items"][0]["code"]) == (0, "casework.not_your_turn")
    assert Decision.objects.filter(case=first, act="pass").count() == 1
    assert refused(post(township, "/cases/accept", {"cases": []}))[0] == 422
    assert refused(post(township, "/cases/accept", {"cases": list(range(1, 202))}))[0] == 422


def test_a_token_does_no_more_than_it_was_made_for(
    apply: Callable[..., int], office: Any, make_program: Any
) -> None:
    case = apply()
    reads = make_program(office.township, {"cases.view"})
    assert reads.get(f"{V1}/cases/{case}").status_code == 200
    assert refused(post(reads, f"/cases/{case}/accept")) == (403, "token.lacks_permission")
    other = make_program(office.township_two, {"cases.view", "cases.discuss"})
    assert refused(post(other, f"/cases/{case}/accept")) == (403, "casework.not_your_turn")


def many(kinds: tuple[str, ...], people: list[int], office: Any, at: dt.datetime) -> list[int]:
    made = []
    for number, person in enumerate(people):
        made.append(
            casework.open_case(
                person_id=person, kind=kinds[number % len(kinds)], year=YEAR, channel="home",
                applicant="parent", by=office.village, at=at, application=casework.Application(name="陈勇"),
            ).pk
        )  # fmt: skip
    return made


def test_what_the_list_gives_is_what_the_pages_give(
    family: dict[str, int], office: Any, county: Any, make_account: Any, make_program: Any,
    township_officer: Any, frozen_clock: dt.datetime,
) -> None:  # fmt: skip
    """People with random roles and areas: each desk and state, by page and by program."""
    from dataclasses import replace

    elsewhere = [
        replace(one, household_no="0077", id_number=None, name=f"{one.name}乙") for one in FAMILY[:3]
    ]
    registry.apply_register(
        elsewhere, village_id=county.other_village.pk, source="c" * 64, by=township_officer, at=frozen_clock
    )
    worker = make_account("baishui", "village_worker", county.other_village, "白水（示例）")
    here = many(("childcare_subsidy",), [family["陈小苗"]], office, frozen_clock)
    here += many(("elderly_reward",), [family["陈老根"], family["林树"]], office, frozen_clock)
    there = casework.open_case(
        person_id=Person.objects.get(name="陈小苗乙").pk, kind="childcare_subsidy", year=YEAR, channel="home",
        applicant="parent", by=worker, at=frozen_clock, application=casework.Application(name="陈勇乙"),
    ).pk  # fmt: skip
    casework.accept_many(numbers=[here[0], there], by=office.clerk, at=frozen_clock)
    casework.pass_many(numbers=[here[0]], by=office.township, at=frozen_clock)
    casework.pass_many(numbers=[here[0]], by=office.county, at=frozen_clock)
    casework.withdraw(case_id=here[2], by=office.village, at=frozen_clock)
    chance = random.Random(20260630)
    areas = [county.county, county.township, county.village, county.other_village]
    reading = [Role.VILLAGE_WORKER, Role.TOWNSHIP_OFFICER, Role.COUNTY_REVIEWER, Role.STATISTICIAN]
    seen = set()
    for number in range(8):
        account = make_account(f"u{number}xx", chance.choice(reading), chance.choice(areas))
        browser = Client()
        browser.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        program = make_program(account)
        for asked in (
            *({"desk": desk} for desk in ("village", "township", "county", "family")),
            *({"state": state} for state in ("approved", "withdrawn", "refused")),
            {"desk": "township", "kind": "childcare_subsidy"},
            {"desk": "township", "area": county.village.pk},
        ):
            listed = program.get(f"{V1}/cases", asked)
            page = browser.get(reverse("console:cases"), asked)
            if page.status_code == 403:
                assert listed.status_code == 403
                continue
            if listed.status_code == 404:  # an area that is not theirs: the page's picker leaves it out
                assert "area" in asked
                continue
            given = {one["case_id"] for one in listed.json()["items"]}
            assert given == {one.case_id for one in page.context["rows"]}, (account.username, asked)
            seen |= given
        for case in (*here, there):
            opened = browser.get(reverse("console:case", args=[case])).status_code
            assert program.get(f"{V1}/cases/{case}").status_code == opened
    assert seen == {*here, there}


def test_a_list_is_read_to_its_end_by_key(
    family: dict[str, int], office: Any, make_program: Any, frozen_clock: dt.datetime
) -> None:
    first = many(("childcare_subsidy",), [family["陈小苗"]], office, frozen_clock)[0]
    for number in range(1, 8):
        copy = Case.objects.get(pk=first)
        copy.pk, copy.number, copy.year = None, f"T{number}", 1990 + number
        copy.stage_due += dt.timedelta(days=number % 3)
        copy.save(force_insert=True)
    program = make_program(office.township)

    def read(**asked: Any) -> list[int]:
        found, after = [], None
        while True:
            sent = {"limit": 3, **asked, **({"after": after} if after else {})}
            body = program.get(f"{V1}/cases", sent).json()
            found += [one["case_id"] for one in body["items"]]
            after = body["next"]
            if after is None:
                return found

    whole = read()
    assert len(whole) == len(set(whole)) == 8
    assert whole == list(Case.objects.order_by("stage_due", "pk").values_list("pk", flat=True))
    due = Case.objects.get(pk=first).stage_due
    assert read(due=due.isoformat()) == list(
        Case.objects.filter(stage_due__lte=due).order_by("pk").values_list("pk", flat=True)
    )
    Case.objects.update(state="approved", desk="", decided_at=frozen_clock)
    assert read(state="approved") == sorted(whole, reverse=True)
    for bad in ("x", "WzFd", "WyJhIiwgIiJd"):
        assert refused(program.get(f"{V1}/cases", {"after": bad})) == (422, "api.bad_place")


def test_a_list_costs_the_same_for_few_and_for_many(
    family: dict[str, int], office: Any, make_program: Any, frozen_clock: dt.datetime
) -> None:
    first = many(("childcare_subsidy",), [family["陈小苗"]], office, frozen_clock)[0]
    program = make_program(office.township)

    def cost() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert program.get(f"{V1}/cases", {"limit": 200}).status_code == 200
        return len(caught)

    cost()
    few = cost()
    for number in range(60):
        copy = Case.objects.get(pk=first)
        copy.pk, copy.number, copy.year = None, f"T{number}", 1900 + number
        copy.save(force_insert=True)
    assert cost() == few <= 14


@pytest.mark.usefixtures("family")
def test_notices_of_the_own_areas_masked(
    apply: Callable[..., int], office: Any, county: Any, make_account: Any, make_program: Any,
    frozen_clock: dt.datetime,
) -> None:  # fmt: skip
    from tongchou.apps.notices import api as notices

    with_one_son()
    for name in ("陈老根", "林树"):
        case = apply(name, "elderly_reward", applicant="self")
        casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
        seen = casework.view(case, by=office.township, at=frozen_clock).seen
        casework.pass_on(case_id=case, seen=seen, by=office.township, at=frozen_clock)
    made = notices.post(
        area_id=county.village.pk, kind="elderly_reward", year=YEAR, stage_code="village_notice",
        place="村务公开栏", by=office.village, at=frozen_clock,
    )  # fmt: skip
    program = make_program(office.village)
    (listed,) = program.get(f"{V1}/notices").json()["items"]
    assert (listed["notice_id"], listed["entries"], listed["photographs"]) == (made.pk, 2, 0)
    assert program.get(f"{V1}/notices/{made.pk}").json() == listed
    first = program.get(f"{V1}/notices/{made.pk}/entries", {"limit": 1}).json()
    rest = program.get(f"{V1}/notices/{made.pk}/entries", {"after": first["next"]}).json()
    assert [one["name"] for one in (*first["items"], *rest["items"])] == ["陈*根", "林*"]
    assert (first["next"], rest["next"]) == (1, None)
    other = make_program(make_account("baishui", "village_worker", county.other_village))
    assert other.get(f"{V1}/notices").json()["items"] == []
    for path in (f"/notices/{made.pk}", f"/notices/{made.pk}/entries"):
        assert refused(other.get(V1 + path)) == (404, "notices.none")


def test_a_private_programme_has_a_neutral_name_and_is_for_named_officers(
    apply: Callable[..., int], office: Any, county: Any, make_program: Any, frozen_clock: dt.datetime
) -> None:
    from tongchou.apps.casework.models import NamedOfficer

    case = apply()
    Case.objects.filter(pk=case).update(private=True)
    program = make_program(office.township)
    assert program.get(f"{V1}/cases").json()["items"] == []
    assert refused(program.get(f"{V1}/cases/{case}")) == (404, "casework.none")
    assert refused(post(program, f"/cases/{case}/accept")) == (404, "casework.none")
    NamedOfficer.objects.create(
        account=office.township, area_id=county.village.pk, scope_no=county.village.scope_no,
        scope_end=county.village.scope_end, named_by=office.county, named_at=frozen_clock,
    )  # fmt: skip
    (line,) = program.get(f"{V1}/cases").json()["items"]
    assert (line["kind"], program.get(f"{V1}/cases/{case}").json()["kind"]) == ("", "")
