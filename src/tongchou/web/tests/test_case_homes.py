"""Homes of those who decide cases: each card counts the rows of the list it leads to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tongchou.apps.casework import api as casework
from tongchou.apps.casework.models import Case
from tongchou.apps.casework.tests.conftest import apply, family, office, passed, with_one_son
from tongchou.apps.exchange.models import Answer, Export
from tongchou.apps.notices import api as notices
from tongchou.core import actions, clock, counting
from tongchou.domain import identity
from tongchou.web.console.homes import Card
from tongchou.web.console.presenters import cases as present

__all__ = ["apply", "family", "office", "passed"]
#: Cards that count the rows of a list, with what the list's page calls them.
COUNTED = {
    "cases": "rows",
    "cases-accept": "rows",
    "cases-came-back": "rows",
    "cases-after-a-death": "rows",
    "cases-escalated": "rows",
    "appeals": "rows",
    "grievances": "rows",
    "objections": "objections",
    "to-post": "waiting",
    "photographs": "rows",
    "answers": "waiting",
}


def signed_in(account: Any) -> Client:
    client = Client()
    client.force_login(account)
    return client


def cards(client: Client) -> dict[str, Card]:
    return {card.key: card for card in client.get("/").context["home"].cards}


def figures(client: Client) -> dict[str, int]:
    """What the cards about cases count, after each was compared with the list it leads to."""
    found = {}
    for key, card in cards(client).items():
        if key not in COUNTED:
            continue
        found[key] = int(card.figure)
        assert bool(card.url) == bool(found[key]) == card.waits != card.idle
        pairs = [(found[key], card.url), *((part.number, part.url) for part in card.parts)]
        for number, url in pairs:
            if url:
                page = client.get(url)
                assert page.status_code == 200
                assert len(page.context[COUNTED[key]]) == number, url
    return found


@pytest.fixture
def due() -> Callable[[int, dt.date], None]:
    def set_due(case: int, day: dt.date) -> None:
        Case.objects.filter(pk=case).update(stage_due=day)

    return set_due


@pytest.fixture
def busy(
    apply: Any, office: Any, passed: Any, due: Any, county: Any, frozen_clock: dt.datetime
) -> dict[str, int]:
    """A case late at the township, one near its last day at the village, one that waits for a notice."""
    today = frozen_clock.date()
    late, near = apply(), apply("陈老根", "elderly_reward", applicant="self", by=office.township_two)
    due(late, today - dt.timedelta(days=9))
    due(near, today + dt.timedelta(days=1))
    with_one_son()
    hung = apply("林树", "elderly_reward", applicant="self")
    casework.accept(case_id=hung, by=office.clerk, at=frozen_clock)
    passed(hung, office.township)
    return {"late": late, "near": near, "hung": hung}


def test_each_card_counts_the_rows_of_its_list(busy: dict[str, int], office: Any) -> None:
    village = figures(signed_in(office.village))
    assert village == {"cases": 1, "cases-accept": 1, "cases-came-back": 0, "to-post": 1, "photographs": 0}
    township = figures(signed_in(office.township))
    assert township == {
        "cases": 1, "cases-accept": 2, "cases-came-back": 0, "cases-escalated": 0, "appeals": 0,
        "grievances": 0, "objections": 0, "to-post": 1, "photographs": 0,
    }  # fmt: skip
    county = figures(signed_in(office.county))
    assert county == {
        "cases": 0, "cases-accept": 0, "cases-escalated": 1, "appeals": 0, "grievances": 0, "objections": 0,
        "answers": 0, "cases-after-a-death": 0,
    }  # fmt: skip
    assert figures(signed_in(office.prefecture)) == {"appeals": 0}


def test_who_took_an_application_down_sees_it_until_it_is_accepted(
    apply: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    """Before it was late it was on nobody's home: its desk was his, and he had acted in it."""
    case = apply("陈老根", "elderly_reward", applicant="self", by=office.village)
    village = signed_in(office.village)
    found = figures(village)
    assert (found["cases"], found["cases-accept"]) == (1, 1)
    (row,) = village.get("/cases?waits=accept").context["rows"]
    assert (row.case_id, row.acted) == (case, False)  # so it can be chosen and accepted
    assert figures(signed_in(office.township))["cases-accept"] == 1  # its village's, which it may accept
    assert figures(signed_in(office.county))["cases-accept"] == 0
    village.post("/cases/decide", {"case": case, "act": "accept", "back": "/cases?waits=accept"})
    assert Case.objects.get(pk=case).accepted
    found = figures(village)
    assert (found["cases"], found["cases-accept"]) == (0, 0)
    (row,) = village.get("/cases?desk=township").context["rows"]
    assert row.acted
    assert figures(signed_in(office.township))["cases"] == 1  # nobody else of the village is left


def test_the_one_officer_of_a_township_sees_what_he_opened_for_a_resident(
    apply: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    apply(by=office.township, channel="portal")
    for account in (office.township, office.township_two):
        found = figures(signed_in(account))
        assert (found["cases"], found["cases-accept"]) == (1, 1)


def test_a_desk_tells_what_is_near_and_what_is_late(
    busy: dict[str, int], office: Any, due: Any, frozen_clock: dt.datetime
) -> None:
    township, village = cards(signed_in(office.township)), cards(signed_in(office.village))
    assert [(part.number, part.url) for part in township["cases"].parts] == [(1, "/cases?waits=late")]
    assert [(part.number, part.url) for part in village["cases"].parts] == [(1, "/cases?waits=soon")]
    due(busy["late"], frozen_clock.date())  # the last day itself is in time
    assert [part.url for part in cards(signed_in(office.township))["cases"].parts] == ["/cases?waits=soon"]


def test_what_is_about_the_own_family_waits_for_others(
    busy: dict[str, int], office: Any, make_account: Any, county: Any, frozen_clock: dt.datetime
) -> None:
    today, parent = frozen_clock.date(), identity.compose("520599", dt.date(1990, 1, 2), 1)
    casework.declare(numbers=[parent], by=office.township, at=frozen_clock)  # 陈勇, of the late case
    assert figures(signed_in(office.township))["cases"] == 0
    assert figures(signed_in(office.township_two))["cases"] == 1
    taker = make_account("dairen", "county_reviewer", county.other_village, "代办（示例）")
    own = identity.compose("520599", dt.date(1981, 1, 1), 7)
    casework.declare(numbers=[own], by=taker, at=frozen_clock)
    for giver, waits in ((office.township, 0), (office.township_two, 1)):
        given = {"taker": taker, "first_day": today, "last_day": today}
        lent = casework.delegate(by=giver, at=frozen_clock, **given)
        found = casework.queue(by=taker, on=today, chosen=casework.Filter(waits="desk"))
        assert found.total == waits
        casework.end_delegation(delegation_id=lent.pk, by=giver, at=frozen_clock)


def test_what_one_has_acted_in_waits_for_others(
    apply: Any, office: Any, passed: Any, frozen_clock: dt.datetime
) -> None:
    case = apply("陈勇", applicant="self")
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    assert figures(signed_in(office.township))["cases"] == 1
    seen = casework.view(case, by=office.township, at=frozen_clock).seen
    casework.refuse(case_id=case, reason="conditions", seen=seen, by=office.township, at=frozen_clock)
    casework.appeal(case_id=case, words="请复核", by=office.village, at=frozen_clock)
    assert figures(signed_in(office.township))["appeals"] == 0
    assert figures(signed_in(office.township_two))["appeals"] == 1
    assert figures(signed_in(office.township_two))["cases"] == 0  # heard, not decided


def test_a_case_that_is_held_is_neither_near_nor_late(
    apply: Any, office: Any, due: Any, frozen_clock: dt.datetime
) -> None:
    case = apply()
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    casework.suspend(case_id=case, words="等待法院文书", by=office.township_two, at=frozen_clock)
    due(case, frozen_clock.date() - dt.timedelta(days=30))
    card = cards(signed_in(office.township))["cases"]
    assert (card.figure, card.parts) == ("1", ())
    assert figures(signed_in(office.county))["cases-escalated"] == 0
    assert signed_in(office.county).get("/cases?late=1").context["rows"] == []
    county = signed_in(office.county).get("/cases/lateness")
    assert sum(one.late_now for one in county.context["units"]) == 0


def test_the_highest_desk_of_an_area_is_ones_own(busy: dict[str, int], office: Any) -> None:
    """A county's reviewer may discuss and review too; what lies there is others' until it is sent up."""
    rows = signed_in(office.county).get("/cases?waits=escalated").context["rows"]
    assert [one.case_id for one in rows] == [busy["late"]]
    assert signed_in(office.village).get("/cases?waits=escalated").context["rows"] == []


def test_grievances_objections_and_notices_are_counted_for_whom_they_wait(
    busy: dict[str, int], office: Any, county: Any, frozen_clock: dt.datetime
) -> None:
    casework.record_grievance(
        case_id=busy["hung"], about="slow", words="太慢", by=office.village, at=frozen_clock
    )
    notice = notices.post(
        area_id=county.village.pk, kind="elderly_reward", year=2026, stage_code="village_notice",
        place="村务公开栏", by=office.village, at=frozen_clock,
    )  # fmt: skip
    notices.object_to(
        notice_id=notice.pk, position=1, ground="alive", words="不在世", contact="", by=office.township_two,
        at=frozen_clock,
    )  # fmt: skip
    village = figures(signed_in(office.village))
    assert (village["cases"], village["to-post"], village["photographs"]) == (1, 0, 1)
    acted = figures(signed_in(office.township))  # passed the case: neither answers nor looks into it
    assert (acted["grievances"], acted["objections"], acted["photographs"]) == (0, 0, 1)
    writer = figures(signed_in(office.township_two))
    assert (writer["grievances"], writer["objections"]) == (1, 0)
    reviewer = figures(signed_in(office.county))
    assert (reviewer["grievances"], reviewer["objections"]) == (1, 1)


def test_answers_of_other_systems_wait_for_the_county(
    office: Any, county: Any, frozen_clock: dt.datetime
) -> None:
    one = Export.objects.create(
        template="childcare_subsidy", template_sha256="a" * 64, year=2026, area_id=county.county.pk,
        scope_no=county.county.scope_no, purpose="报国家系统", rows=1, fen=1, sha256="b" * 64,
        file_name="a.xlsx", kept_until=frozen_clock, made_by=office.county, made_at=frozen_clock,
    )  # fmt: skip
    for sha256 in ("c" * 64, "d" * 64):
        Answer.objects.create(
            export=one, sha256=sha256, lines=1, uploaded_by=office.county, uploaded_at=frozen_clock
        )
    assert figures(signed_in(office.county))["answers"] == 2


def test_the_supervisor_sees_units_and_no_case(
    busy: dict[str, int], office: Any, due: Any, frozen_clock: dt.datetime
) -> None:
    client = signed_in(office.prefecture)
    card = cards(client)["late-units"]
    assert (card.figure, card.url) == ("1", "/cases/lateness")
    page = client.get(card.url)
    assert sum(one.escalated for one in page.context["units"]) == 1
    assert "2026-0000" not in page.content.decode()
    assert signed_in(office.village).get("/cases/lateness").status_code == 403


def test_the_home_names_the_nearest_by_number_alone(busy: dict[str, int], office: Any) -> None:
    page = signed_in(office.village).get("/").content.decode()
    number = Case.objects.get(pk=busy["near"]).number
    part = page.split('href="/cases?waits=soon"')[-1].split("</section>")[0]
    assert number in part and "奖励扶助" in part
    assert "陈老根" not in part
    assert "剩1个工作日" in part
    assert Case.objects.get(pk=busy["late"]).number not in part


def test_a_last_day_on_which_no_office_works_is_not_today(
    busy: dict[str, int], office: Any, due: Any, frozen_clock: dt.datetime
) -> None:
    def left(on: dt.date) -> str:
        due(busy["near"], on)
        sections = signed_in(office.village).get("/").context["home"].sections
        return next(one.data["lines"][0]["left"] for one in sections if one.key == "cases-near")

    friday = dt.datetime(2026, 7, 3, 9, tzinfo=frozen_clock.tzinfo)
    with clock.frozen(friday):
        assert left(friday.date() + dt.timedelta(days=1)) == "还剩0个工作日"
        assert left(friday.date()) not in ("", "还剩0个工作日")


def test_a_private_case_is_on_the_home_of_whom_it_is_for(
    family: dict[str, int], office: Any, county: Any, due: Any, frozen_clock: dt.datetime
) -> None:
    for account in (office.township, office.county_two):
        casework.name_officer(account=account, area_id=county.township.pk, by=office.county, at=frozen_clock)
    case = casework.open_case(
        person_id=family["陈老根"], kind="bereaved_assistance", year=2026, channel="window", applicant="self",
        application=casework.Application(), by=office.county_two, at=frozen_clock,
    )  # fmt: skip
    due(case.pk, frozen_clock.date())
    page = signed_in(office.township).get("/").content.decode()
    assert case.number in page and "家庭扶助（甲）" in page and "失独" not in page
    assert figures(signed_in(office.township_two))["cases"] == 0
    assert case.number not in signed_in(office.township_two).get("/").content.decode()


def test_a_home_asks_the_same_however_much_waits(
    apply: Any, office: Any, due: Any, frozen_clock: Any
) -> None:
    def asked(account: Any) -> int:
        client = signed_in(account)
        client.get("/")
        with CaptureQueriesContext(connection) as caught:
            client.get("/")
        counts = [one["sql"] for one in caught if one["sql"].count("counted") > 3]
        assert len(counts) == 1  # all cards in one
        return len(caught)

    first = apply()
    due(first, frozen_clock.date())
    before = asked(office.township)
    for name, kind in (
        ("陈勇", "childcare_subsidy"),
        ("陈老根", "elderly_reward"),
        ("林树", "elderly_reward"),
    ):
        due(apply(name, kind, applicant="self"), frozen_clock.date())
    assert asked(office.township) == before
    assert asked(office.county) <= before + 20


def test_two_roles_count_each_area_at_its_own_desk(
    apply: Any, make_account: Any, office: Any, county: Any, frozen_clock: dt.datetime
) -> None:
    apply("陈老根", "elderly_reward", applicant="self")
    township = apply()
    both = make_account("both", "village_worker", county.village)
    assert figures(signed_in(both))["cases"] == 1
    actions.assign_role(
        account=both, role="township_officer", area_id=county.township.pk,
        scope_no=county.township.scope_no, scope_end=county.township.scope_end, by=None, at=frozen_clock,
    )  # fmt: skip
    found = figures(signed_in(both))
    assert found["cases"] == 1  # in the village's area the township's desk is the higher one
    rows = signed_in(both).get("/cases?waits=desk").context["rows"]
    assert [one.case_id for one in rows] == [township]


def test_a_count_stops_where_a_page_says_more(apply: Any, office: Any) -> None:
    apply()
    apply("陈勇")
    found = {
        "one": Case.objects.all(),
        "none": Case.objects.none(),
        "kinds": Case.objects.values("kind").distinct(),
    }
    assert counting.together(found, by=office.county, most=1000) == {"one": 2, "none": 0, "kinds": 1}
    assert counting.together(found, by=office.county, most=1)["one"] == 1
    assert counting.together({}, by=office.county, most=1) == {}
    assert present.number_of(casework.COUNTED_TO) == "999+"


@pytest.mark.parametrize("address", ["/cases?waits=nothing", "/postings?show=nothing", "/grievances?state=x"])
def test_an_unknown_list_is_the_usual_one(busy: dict[str, int], office: Any, address: str) -> None:
    assert signed_in(office.county).get(address).status_code == 200
