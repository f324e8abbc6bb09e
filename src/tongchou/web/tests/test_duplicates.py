"""Pages of two records of one person: found, compared, decided by two, taken apart."""

# ruff: noqa: F811 - fixtures of another folder
from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from tongchou.apps.duplicates import api as duplicates
from tongchou.apps.duplicates.models import Pair
from tongchou.apps.duplicates.tests.conftest import (  # noqa: F401
    find,
    pair,
    recorded,
    second_officer,
)
from tongchou.apps.registry.models import Person

NUMBER = "520599196003121237"


def enter(account: Any) -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def officer(township_officer: Any) -> Client:
    return enter(township_officer)


@pytest.fixture
def second(second_officer: Any) -> Client:
    return enter(second_officer)


def text(answer: Any) -> str:
    return answer.content.decode()


def sent(client: Client, pair: Pair) -> dict[str, Any]:
    """What the form of the page sends."""
    page = client.get(f"/duplicates/{pair.pk}").context["page"]
    return {"seen": page.seen, "keep": page.keep_id, "number": page.keep_id}


def test_from_the_list_to_one_record_and_back(pair: Pair, officer: Client, second: Client) -> None:
    shown = "sure" if pair.band == "sure" else "ask"
    listed = officer.get("/duplicates", {"show": shown})
    assert listed.status_code == 200 and text(listed).count("赵大山") >= 2
    page = officer.get(f"/duplicates/{pair.pk}")
    assert page.status_code == 200
    body = text(page)
    assert "姓名" in body and NUMBER not in body and "钱小兰" in body
    address = f"/duplicates/{pair.pk}"
    assert officer.post(f"{address}/propose", sent(officer, pair)).status_code == 302
    assert officer.post(f"{address}/approve", sent(officer, pair)).status_code == 403
    home = text(second.get("/"))
    assert "/duplicates?show=second" in home
    assert second.post(f"{address}/approve", {"seen": "x"}).status_code == 409
    assert second.post(f"{address}/approve", sent(second, pair)).status_code == 302
    kept = Person.objects.get(name="赵大山")
    assert kept.pk == pair.a_id
    entries = officer.get(f"/people/{kept.pk}").context["page"].entries
    assert "同一人的两份记录合并" in [one.what for one in entries]
    assert text(second.get("/duplicates?show=joined")).count("赵大山")
    assert officer.post(f"{address}/apart").status_code == 302
    assert second.post(f"{address}/approve", {"seen": sent(second, pair)["seen"]}).status_code == 302
    assert Person.objects.filter(name="赵大山").count() == 2


def test_many_of_the_list_together(pair: Pair, officer: Client, second: Client) -> None:
    Pair.objects.filter(pk=pair.pk).update(band="sure")
    for client, show, act, state in (
        (officer, "sure", "propose", "proposed"),
        (second, "second", "approve", "joined"),
    ):
        line = client.get("/duplicates", {"show": show}).context["listed"][0]
        data = {"pair": line.pk, f"keep-{line.pk}": line.keep_id, f"seen-{line.pk}": line.seen, "act": act}
        assert client.post("/duplicates/decide", data).status_code == 302
        pair.refresh_from_db()
        assert pair.state == state
    again = officer.post("/duplicates/decide", {"act": "propose"})
    assert again.status_code == 422
    stale = {"pair": pair.pk, f"keep-{pair.pk}": pair.a_id, "act": "propose"}
    assert officer.post("/duplicates/decide", stale, follow=True).context["messages"]


@pytest.mark.parametrize(
    ("acts", "state"),
    [
        (["two"], "two"),
        (["two", "again"], "open"),
        (["ask"], "village"),
        (["ask", "answer"], "open"),
        (["propose", "withdraw"], "open"),
    ],
)
def test_other_decisions(pair: Pair, officer: Client, acts: list[str], state: str) -> None:
    for act in acts:
        data = {"said": "unknown"} if act == "answer" else sent(officer, pair)
        assert officer.post(f"/duplicates/{pair.pk}/{act}", data).status_code == 302, act
        assert officer.get(f"/duplicates/{pair.pk}").status_code == 200
    pair.refresh_from_db()
    assert pair.state == state
    listed = officer.get(f"/duplicates?show={'two' if state == 'two' else 'sure'}").context["listed"]
    for line in listed:  # of two people none is the record that stays
        assert (line.one.stays or line.other.stays) == (state != "two")


def test_a_refusal_needs_its_reason(pair: Pair, officer: Client, second: Client) -> None:
    officer.post(f"/duplicates/{pair.pk}/propose", sent(officer, pair))
    assert second.post(f"/duplicates/{pair.pk}/refuse", {"refusal": ""}).status_code == 422
    assert second.post(f"/duplicates/{pair.pk}/refuse", {"refusal": "two"}).status_code == 302
    assert second.post(f"/duplicates/{pair.pk}/nothing").status_code == 404


def test_readers_elsewhere_are_told_of_their_own_record_alone(
    pair: Pair,
    make_account: Any,
    county: Any,
) -> None:
    client = enter(make_account("narrow", "township_officer", county.village))
    assert client.get(f"/duplicates/{pair.pk}").status_code == 404
    page = client.get("/duplicates")
    assert [hit.name for hit in page.context["elsewhere"]] == ["赵大山"]
    assert county.other_village.name not in text(page)


def test_the_village_sees_what_it_is_asked(
    pair: Pair,
    make_account: Any,
    county: Any,
    officer: Client,
) -> None:
    client = enter(make_account("both", "village_worker", county.township))
    assert client.get(f"/duplicates/{pair.pk}").status_code == 404
    officer.post(f"/duplicates/{pair.pk}/ask")
    page = client.get(f"/duplicates/{pair.pk}")
    assert page.status_code == 200 and "/propose" not in text(page)
    assert len(client.get("/duplicates").context["listed"]) == 1
    assert client.post(f"/duplicates/{pair.pk}/two", {"seen": ""}).status_code == 403
    assert client.post(f"/duplicates/{pair.pk}/answer", {"said": "same"}).status_code == 302


def test_the_search_is_asked_for_by_the_county(
    recorded: None,
    county_reviewer: Any,
    officer: Client,
) -> None:
    assert officer.post("/duplicates/find").status_code == 403
    assert enter(county_reviewer).post("/duplicates/find").status_code == 302


def test_the_list_costs_the_same_however_long(
    pair: Pair, officer: Client, county: Any, township_officer: Any, county_reviewer: Any,
    frozen_clock: dt.datetime, django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    from dataclasses import replace

    from tongchou.apps.duplicates.tests.conftest import FAMILY
    from tongchou.apps.registry import api as registry

    more = []
    for number in range(12):
        name = f"周{chr(0x4E00 + 50 * number)}{chr(0x5000 + 70 * number)}"
        more.append(
            replace(FAMILY[1], row_no=10 + number, household_no=f"1{number:02}", name=name, marital=None)
        )
    for place, village in enumerate((county.village, county.other_village)):
        registry.apply_register(
            more, village_id=village.pk, source=f"{place + 7:064x}", by=township_officer, at=frozen_clock
        )
    duplicates.find(by=county_reviewer, at=frozen_clock, purpose="test")
    for show in ("sure", "ask"):
        with django_assert_max_num_queries(45):
            assert officer.get("/duplicates", {"show": show}).status_code == 200
    assert Pair.objects.count() >= 12
