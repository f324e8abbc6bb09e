"""The page of simulations: who opens it, what it tells, what is wrong told at once, and its workbook."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tongchou.apps.entitlements import simulating
from tongchou.apps.registry import api as registry
from tongchou.apps.snapshot import api as snapshots
from tongchou.core import roles
from tongchou.core.models import AuditEntry
from tongchou.core.roles import Role
from tongchou.web.tests.test_role_pages import family

ASKED = {
    "programme": "childcare_subsidy",
    "value_yearly_amount": "4,800",
    "value_eligible_years": "",
    "start": "2027",
    "year": "2027",
    "purpose": "编制预算",
}


@pytest.fixture
def filled(county: Any, county_reviewer: Any, frozen_clock: dt.datetime) -> Any:
    """30 families with a child of 2025 in 青山村, 12 in 白水村."""
    for place, (village, number) in enumerate([(county.village, 30), (county.other_village, 12)]):
        rows = [row for family_no in range(1, number + 1) for row in family(family_no)]
        registry.apply_register(
            rows, village_id=village.pk, source=str(place) * 64, by=county_reviewer, at=frozen_clock
        )
    snapshots.take_snapshot(by=county_reviewer, at=frozen_clock, as_of=frozen_clock.date(), purpose="test")
    return county


@pytest.fixture
def as_role(client: Client, county: Any, make_account: Any) -> Any:
    def sign_in(role: str, area: Any = None) -> Client:
        client.force_login(make_account(role.replace("_", "-"), role, area or county.county))
        return client

    return sign_in


@pytest.mark.parametrize("role", Role.values)
def test_the_page_is_for_planners(as_role: Any, filled: Any, role: str) -> None:
    client = as_role(role)
    planner = role in {"county_reviewer", "county_finance", "prefecture_supervisor", "statistician"}
    assert ("policy.simulate" in roles.PERMISSIONS[role]) is planner
    expected = 200 if planner else 403
    assert client.get("/simulate").status_code == expected
    assert client.post("/simulate", ASKED).status_code == expected
    assert client.post("/simulate.xlsx", ASKED).status_code == expected
    assert client.get("/simulate.xlsx").status_code == 405
    assert ("/simulate" in client.get("/").content.decode()) is planner
    entries = AuditEntry.objects.filter(action="policy.simulate")
    assert entries.count() == (2 if planner else 0)
    assert all(entry.purpose == "编制预算" for entry in entries)


def test_3600_to_4800(as_role: Any, filled: Any) -> None:
    client = as_role("county_finance", filled.township)
    page = client.post("/simulate", ASKED, headers={"accept-language": "en"})
    result = page.context["result"]
    assert (result.total.now.fen, result.total.then.fen) == (42 * 360000, 42 * 480000)
    assert result.total.more == "+50,400" and result.total.gain.people == 42
    assert [(line.label, line.then.yuan, line.more) for line in result.lines] == [
        ("青山村（示例）", "144,000", "+36,000"),
        ("白水村（示例）", "57,600", "+14,400"),
    ]
    text = page.content.decode()
    assert "3,600 yuan → 4,800 yuan, from 2027" in text and "300 yuan → 400 yuan" in text
    assert "the province or the prefecture" in text and "Your level may not set it itself" in text
    assert 'value="4,800"' in text  # the form keeps what was typed
    assert "赵" not in text


def test_villages_stand_under_their_township(as_role: Any, filled: Any) -> None:
    client = as_role("county_finance")
    page = client.post("/simulate", ASKED, headers={"accept-language": "en"})
    (below,) = page.context["result"].below
    assert below.label == "云岭镇（示例）" and below.gain.people == 42
    assert [(one.label, one.gain.people, one.gain.yuan) for one in below.shown] == [
        ("青山村（示例）", 30, "36,000"),
        ("白水村（示例）", 12, "14,400"),
    ]
    text = page.content.decode()
    assert 'id="below"' in text and "Who gains and who loses, by village" in text
    book = openpyxl.load_workbook(io.BytesIO(client.post("/simulate.xlsx", ASKED).content))
    sheet = book.worksheets[1]
    rows = [[cell.value or "" for cell in row][:4] for row in sheet.iter_rows(min_row=2)]
    assert rows == [
        ["云岭镇（示例）", "", 42, 50400],
        ["云岭镇（示例）", "青山村（示例）", 30, 36000],
        ["云岭镇（示例）", "白水村（示例）", 12, 14400],
    ]


def test_a_village_of_few_families_is_closed_and_so_is_what_gives_it_away(
    as_role: Any, filled: Any, county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    """Four children in a third village: it stays closed, and another one with it."""
    from tongchou.apps.places import api as places

    third = {"code": "520521901203", "name": "三里村（示例）", "level": "village"}
    places.load_areas(
        [third | {"parent_code": "520521901", "valid_from": "2010-11-01"}], by=None, at=frozen_clock
    )
    village = places.area_by_code(third["code"])
    rows = [row for number in range(50, 54) for row in family(number)]
    registry.apply_register(rows, village_id=village.pk, source="e" * 64, by=county_reviewer, at=frozen_clock)
    snapshots.take_snapshot(by=county_reviewer, at=frozen_clock, as_of=frozen_clock.date(), purpose="more")
    page = as_role("county_finance", places.area_by_code("520521")).post("/simulate", ASKED)
    (below,) = page.context["result"].below
    assert below.gain.people == 46
    shown = {one.label: one.gain.people for one in below.shown}
    assert shown[village.name] is None and list(shown.values()).count(None) == 2
    assert "*" in page.content.decode().partition('id="below"')[2]


def test_the_prefecture_may_set_it_itself(as_role: Any, county: Any, frozen_clock: dt.datetime) -> None:
    from tongchou.apps.places import api as places

    prefecture = places.area_by_code("520500")
    client = as_role("county_reviewer", prefecture)
    page = client.get("/simulate")
    assert page.context.get("form") is None and "数据快照" in page.content.decode()
    account = page.wsgi_request.user
    snapshots.take_snapshot(by=account, at=frozen_clock, as_of=frozen_clock.date(), purpose="test")
    result = client.post("/simulate", ASKED).context["result"]
    assert not result.beyond and len(result.lines) > 5
    assert result.total.now.people == 0


def test_a_supervisor_chooses_a_county_where_there_is_no_snapshot_of_all(
    as_role: Any, filled: Any, county_reviewer: Any, frozen_clock: dt.datetime, make_account: Any
) -> None:
    from tongchou.apps.places import api as places

    prefecture, other = places.area_by_code("520500"), places.area_by_code("520523")
    client = as_role("prefecture_supervisor", prefecture)
    page = client.get("/simulate")
    assert [one.name for one in page.context["parts"]] == ["大方县"]
    for area in (
        "",
        str(other.pk),
        str(filled.village.pk),
        "x",
    ):  # what has no snapshot of its own is nothing
        assert "result" not in client.post("/simulate", ASKED | {"area": area}).context
    asked = ASKED | {"area": str(filled.county.pk)}
    result = client.post("/simulate", asked).context["result"]
    assert result.total.now.people == 42 and not result.beyond  # the reader is of the prefecture
    assert client.post("/simulate.xlsx", asked).status_code == 200
    assert client.get(f"/simulate?area={filled.county.pk}").context["area"].pk == filled.county.pk
    # Beside a table of all areas none of a part is told.
    everywhere = make_account("everywhere", "county_reviewer", prefecture)
    snapshots.take_snapshot(by=everywhere, at=frozen_clock, as_of=frozen_clock.date(), purpose="all")
    page = client.post("/simulate", asked)
    assert page.context["area"] is None and len(page.context["result"].lines) > 5


def test_everything_wrong_is_told_at_once_and_the_form_keeps_it(as_role: Any, filled: Any) -> None:
    client = as_role("statistician")
    wrong = ASKED | {
        "value_yearly_amount": "2400",
        "value_eligible_years": "vier",
        "year": "2050",
        "purpose": "",
    }
    page = client.post("/simulate", wrong, headers={"accept-language": "en"})
    assert page.status_code == 422 and page.context["result"] is None
    form = page.context["form"]
    assert set(form.errors) == {"value_yearly_amount", "value_eligible_years", "year", "purpose"}
    text = page.content.decode()
    assert "The law leaves nobody less than 3,600 yuan." in text
    assert "This is not a whole number." in text and "from 2026 to 2031" in text
    assert 'value="2400"' in text and 'value="vier"' in text
    for said, field in (
        ({"value_yearly_amount": "lots"}, "value_yearly_amount"),
        ({"value_yearly_amount": "3600"}, "value_yearly_amount"),
        ({"value_yearly_amount": "4800.01"}, "value_yearly_amount"),
        ({"value_yearly_amount": "99999999999"}, "value_yearly_amount"),
        ({"value_yearly_amount": ""}, "__all__"),
        ({"start": "2029"}, "start"),
    ):
        page = client.post("/simulate", ASKED | said)
        assert (page.status_code, set(page.context["form"].errors)) == (422, {field}), said
        assert client.post("/simulate.xlsx", ASKED | said).status_code == 422
    assert not AuditEntry.objects.filter(action="policy.simulate").exists()


def test_another_programme_has_its_own_fields(as_role: Any, filled: Any) -> None:
    client = as_role("county_reviewer")
    page = client.get("/simulate?programme=elderly_reward")
    names = [name for name in page.context["form"].fields if name.startswith("value_")]
    assert names == ["value_yearly_amount", "value_starting_age"]
    # Nothing beside the spouse's years or children, and nothing private.
    assert [code for code, _title in page.context["tabs"]] == ["childcare_subsidy", "elderly_reward"]
    assert client.get("/simulate?programme=bereaved_assistance").context["form"].offer.programme.code == (
        "childcare_subsidy"
    )
    asked = ASKED | {"programme": "elderly_reward", "value_starting_age": "61"}
    assert client.post("/simulate", asked).status_code == 422


def test_few_families_are_closed_on_the_page_and_in_the_workbook(
    as_role: Any, filled: Any, county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    """Four children of 2024 in the village beside the 12: a fourth year would be theirs alone."""
    rows = [row for number in range(20, 24) for row in family(number, born=2024)]
    registry.apply_register(
        rows, village_id=filled.other_village.pk, source="f" * 64, by=county_reviewer, at=frozen_clock
    )
    snapshots.take_snapshot(by=county_reviewer, at=frozen_clock, as_of=frozen_clock.date(), purpose="more")
    client = as_role("county_finance", filled.township)
    asked = ASKED | {"value_yearly_amount": "", "value_eligible_years": "4"}
    page = client.post("/simulate", asked)
    result = page.context["result"]
    assert result.total.gain.closed and result.total.then.closed and result.total.difference is None
    assert result.total.now.people == 46
    assert all(line.total.closed for ages in result.ages for line in ages.lines)
    text = page.content.decode()
    assert "不足10户" in text and "各级地方均无权调整" in text
    sheet = openpyxl.load_workbook(io.BytesIO(client.post("/simulate.xlsx", asked).content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(number for number, row in enumerate(rows) if row[0] == "单位")
    assert rows[head + 3][:8] == ["合计", 46, 154800, "*", "*", "*", "*", "*"]
    assert not any(value == 4 for row in rows for value in row)


def test_the_number_of_queries_does_not_grow(as_role: Any, filled: Any, make_account: Any) -> None:
    client = as_role("county_finance", filled.village)
    client.post("/simulate", ASKED)
    counts = []
    for area in (filled.village, filled.county):
        client.force_login(make_account(f"finance-{area.pk}", "county_finance", area))
        simulating._summed.cache_clear()
        with CaptureQueriesContext(connection) as caught:
            assert client.post("/simulate", ASKED).status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1] <= 22
