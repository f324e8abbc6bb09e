"""Homes of the roles, money and progress: who opens them, what comes first, what the workbooks hold."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tongchou.apps.entitlements import api as entitlements
from tongchou.apps.entitlements.models import Entitlement
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Person
from tongchou.apps.snapshot import api as snapshots
from tongchou.core import roles
from tongchou.core.roles import Role
from tongchou.domain.dates import PartialDate
from tongchou.domain.register.row import RegisterRow
from tongchou.web.console import homes

#: What each role's home says when nothing has been brought in yet: what to do first.
FIRST = {
    "village_worker": "还没有名单",
    "township_officer": "从第一份登记表开始",
    "county_reviewer": "尚未按政策核对过。",
    "county_finance": "暂时无法测算",
    "prefecture_supervisor": "云岭镇",
    "statistician": "您负责的地区还没有数据快照",
    "department_reader": "尚未收到名单",
    "auditor": "审计日志",
    "security_admin": "系统状态",
    "system_admin": "系统状态",
}


def family(number: int, born: int = 2025) -> list[RegisterRow]:
    shared: dict[str, Any] = {"household_no": str(number), "hukou_kind": "agricultural", "converted": False}
    rows = [("02", 1, PartialDate(1990, 1, 2), "赵"), ("21", 2, PartialDate(born, 3, 4), "赵小")]
    return [
        RegisterRow(
            row_no=3 + 2 * number + place, name=f"{name}{chr(0x4E00 + number)}", relation=relation, sex=sex,
            birth=birth, **shared,
        )
        for place, (relation, sex, birth, name) in enumerate(rows)
    ]  # fmt: skip


@pytest.fixture
def filled(county: Any, county_reviewer: Any, frozen_clock: dt.datetime) -> Any:
    """30 families with a child in 青山村, 4 in 白水村."""
    for place, (village, number) in enumerate([(county.village, 30), (county.other_village, 4)]):
        rows = [row for family_no in range(1, number + 1) for row in family(family_no)]
        registry.apply_register(
            rows, village_id=village.pk, source=str(place) * 64, by=county_reviewer, at=frozen_clock
        )
    snapshots.take_snapshot(by=county_reviewer, at=frozen_clock, as_of=frozen_clock.date(), purpose="test")
    entitlements.evaluate_latest(year=2026, by=county_reviewer, at=frozen_clock, purpose="test")
    return county


@pytest.fixture
def as_role(client: Client, county: Any, make_account: Any) -> Any:
    def sign_in(role: str, area: Any = None) -> Client:
        client.force_login(make_account(role.replace("_", "-"), role, area or county.county))
        return client

    return sign_in


def test_every_role_has_a_home() -> None:
    assert set(homes.BY_ROLE) == set(Role.values)


@pytest.mark.parametrize("role", Role.values)
def test_a_home_says_what_to_do_before_there_is_anything(as_role: Any, role: str) -> None:
    page = as_role(role).get("/")
    assert page.status_code == 200
    assert FIRST[role] in page.content.decode()


@pytest.mark.parametrize("role", Role.values)
def test_a_home_links_only_where_the_role_may_go(as_role: Any, filled: Any, role: str) -> None:
    client = as_role(role)
    home = client.get("/").context["home"]
    addresses = {card.url.partition("#")[0] for card in home.cards if card.url}
    assert all(client.get(address).status_code == 200 for address in addresses)


@pytest.mark.parametrize(
    "role", sorted(set(Role.values) - {"village_worker", "township_officer", "county_reviewer"})
)
def test_a_home_without_families_names_nobody(as_role: Any, filled: Any, role: str) -> None:
    client = as_role(role)
    for path in ("/", "/money", "/progress", "/audit", "/population"):
        text = client.get(path).content.decode()
        assert "赵" not in text and "520599" not in text


def test_two_roles_are_one_page_without_doubles(
    client: Client, filled: Any, make_account: Any, frozen_clock: dt.datetime
) -> None:
    from tongchou.core import actions

    account = make_account("both", "village_worker", filled.village)
    for role, area in (("township_officer", filled.township), ("statistician", filled.county)):
        actions.assign_role(
            account=account, role=role, area_id=area.pk, scope_no=area.scope_no, scope_end=area.scope_end,
            by=None, at=frozen_clock,
        )  # fmt: skip
    client.force_login(account)
    home = client.get("/").context["home"]
    keys = [card.key for card in home.cards]
    assert len(keys) == len(set(keys)) and {"unclaimed", "files", "this-week", "people"} <= set(keys)
    sections = [section.key for section in home.sections]
    assert len(sections) == len(set(sections)) and {"nearest", "programmes", "quality"} <= set(sections)
    # The figure is of both areas together, not of the first role's.
    assert next(card.figure for card in home.cards if card.key == "unclaimed") == "34"


def test_what_a_card_counts_is_on_the_list(as_role: Any, filled: Any) -> None:
    client = as_role("village_worker", filled.other_village)
    home = client.get("/").context["home"]
    assert next(card.figure for card in home.cards if card.key == "unclaimed") == "4"
    assert client.get("/worklist").context["pages"].total == 4


def test_the_list_says_which_fact_is_lacking_and_tells_no_family_facts(as_role: Any, filled: Any) -> None:
    here = Entitlement.objects.filter(person_id__in=_registered(filled.other_village))
    here.update(
        outcome="needs_information",
        state="unclear",
        amount_fen=None,
        missing="converted;urban_pension;living_sons",
    )
    client = as_role("village_worker", filled.other_village)
    page = client.get("/worklist?show=lacking", headers={"accept-language": "en"})
    items = page.context["items"]
    assert len(items) == 4 and all(one.withheld for one in items)
    assert "enjoys urban pension insurance" in items[0].missing and "; " in items[0].missing
    text = page.content.decode()
    assert "living sons" not in text and "More stands on the page of the household." in text
    with CaptureQueriesContext(connection) as four:
        client.get("/worklist?show=lacking")
    here.filter(pk__gt=here.order_by("pk")[0].pk).delete()
    with CaptureQueriesContext(connection) as one:
        client.get("/worklist?show=lacking")
    assert len(four) == len(one)


def test_the_list_of_one_fact_holds_only_living_people_who_lack_just_one(as_role: Any, filled: Any) -> None:
    here = Entitlement.objects.filter(person_id__in=_registered(filled.other_village)).order_by("pk")
    here.update(outcome="needs_information", state="unclear", amount_fen=None, missing="converted")
    one, several, dead, last = here.values_list("pk", flat=True)
    here.filter(pk=several).update(missing="converted;urban_pension")
    Person.objects.filter(pk=here.get(pk=dead).person_id).update(deceased=True)
    client = as_role("village_worker", filled.other_village)

    def listed(show: str) -> set[int]:
        return {item.person_id for item in client.get(f"/worklist?show={show}").context["items"]}

    def people(*numbers: int) -> set[int]:
        return set(here.filter(pk__in=numbers).values_list("person_id", flat=True))

    assert listed("unclear") == people(one, last) and listed("lacking") == people(several)
    card = next(card for card in client.get("/").context["home"].cards if card.key == "unclear")
    assert card.figure == "2"


def _registered(village: Any) -> Any:
    return Person.objects.filter(registered_area=village).values("pk")


@pytest.mark.parametrize(("path", "permission"), [("/money", "money.view"), ("/progress", "progress.view")])
@pytest.mark.parametrize("role", Role.values)
def test_tables_are_for_those_who_hold_the_permission(
    as_role: Any, filled: Any, role: str, path: str, permission: str
) -> None:
    client = as_role(role)
    expected = 200 if permission in roles.PERMISSIONS[role] else 403
    assert client.get(path).status_code == expected
    assert client.get(f"{path}.xlsx").status_code == expected


def test_money_before_the_rules_says_what_comes_first(as_role: Any) -> None:
    client = as_role("county_finance")
    assert "更新名单" in client.get("/money").content.decode()
    assert client.get("/money.xlsx")["Location"] == "/money"


def test_a_small_unit_is_closed_on_the_page_and_in_the_workbook(as_role: Any, filled: Any) -> None:
    client = as_role("county_finance", filled.township)
    page = client.get("/money")
    money = page.context["money"]
    assert [line.label for line in money.lines] == ["青山村（示例）", "白水村（示例）"]
    assert [[amount.fen for amount in line.amounts[:3]] for line in money.lines] == [[0, None, None]] * 2
    assert [amount.fen for amount in money.total.amounts[:3]] == [0, 34 * 360000, 34 * 360000]
    assert "不足10户" in page.content.decode()
    sheet = openpyxl.load_workbook(io.BytesIO(client.get("/money.xlsx").content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(number for number, row in enumerate(rows) if row[0] == "单位")
    assert rows[head + 2][:7] == ["白水村（示例）", 0, 0, "*", "*", "*", "*"]
    assert rows[head + 3][:7] == ["合计", 0, 0, 34, 122400, 34, 122400]
    assert not any(value in (4, 14400, 30, 108000) for row in rows for value in row)


def test_a_large_unit_is_shown(as_role: Any, filled: Any) -> None:
    money = as_role("county_finance").get("/money").context["money"]
    assert [(line.label, line.amounts[2].yuan) for line in money.lines] == [("云岭镇（示例）", "122,400")]


def test_progress_hides_what_money_hides(client: Client, filled: Any, make_account: Any) -> None:
    """The same families stand behind both tables: one may not tell what the other keeps."""
    client.force_login(make_account("seer", "county_reviewer", filled.township))
    money, page = client.get("/money").context["money"], client.get("/progress")
    progress = page.context["progress"]
    for line, of_money in zip(progress.lines, money.lines, strict=True):
        claimed, _open, expected = of_money.amounts[-3:]
        assert (line.figures["found"], line.figures["claimed"]) == (expected.people, claimed.people)
        assert line.figures["found"] is None and line.share is None
    assert progress.total.figures["found"] == 34 and "不足10户" in page.content.decode()
    assert 'data-found=""' in page.content.decode()
    sheet = openpyxl.load_workbook(io.BytesIO(client.get("/progress.xlsx").content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert ["白水村（示例）", 1, 0, 8, "*", 0, 0, 0, "*"] in rows
    assert not any(value in (4, 30) for row in rows for value in row)
    assert any("10" in str(row[0]) and str(row[0]).startswith("*") for row in rows)


def test_few_families_of_all_units_are_not_told_by_a_card(as_role: Any, filled: Any) -> None:
    client = as_role("prefecture_supervisor", filled.other_village)
    cards = {card.key: card for card in client.get("/").context["home"].cards}
    assert cards["take-up"].figure == "—" and not cards["take-up"].unit


def test_a_sum_of_nothing_is_told_as_nothing(client: Client, filled: Any, make_account: Any) -> None:
    client.force_login(make_account("clerk", "county_finance", filled.county))
    text = client.get("/", headers={"accept-language": "en"}).content.decode()
    assert "No family has handed in an application yet." in text
    assert "have handed in their applications" not in text


def test_progress_is_in_the_order_of_the_areas(as_role: Any, filled: Any) -> None:
    client = as_role("prefecture_supervisor", places.area_by_code("520500"))
    progress = client.get("/progress").context["progress"]
    counties = places.below(places.area_by_code("520500"), "county")
    assert [line.label for line in progress.lines] == [area.name for area in counties]
    sheet = openpyxl.load_workbook(io.BytesIO(client.get("/progress.xlsx").content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert ["大方县", 2, 0, 68, 34, 0, 0, 0, "0.0%"] in rows
    assert rows[-1][0] == "合计"


def test_the_county_looks_at_the_villages_of_a_township_and_who_reads_no_names_does_not(
    client: Client, as_role: Any, filled: Any, make_account: Any
) -> None:
    """Beside the table of townships that of villages would tell what either keeps closed."""
    township = f"?area={filled.township.pk}"
    county = as_role("county_reviewer", filled.county)
    first = county.get("/progress")
    assert {line.opens for line in first.context["progress"].lines} >= {filled.township.pk}
    assert f'href="/progress{township}"' in first.content.decode()
    page = county.get(f"/progress{township}").context["progress"]
    assert [line.label for line in page.lines] == [village.name for village in filled.villages]
    assert not any(line.opens for line in page.lines)
    sheet = openpyxl.load_workbook(io.BytesIO(county.get(f"/progress.xlsx{township}").content)).active
    names = {cell.value for row in sheet.iter_rows() for cell in row}
    assert {village.name for village in filled.villages} <= names and filled.township.name in names
    for wrong in (f"?area={filled.county.pk}", f"?area={filled.village.pk}", "?area=x", "?area=999999"):
        assert county.get(f"/progress{wrong}").status_code == 404
    for role in ("statistician", "prefecture_supervisor"):
        client.force_login(make_account(f"sums-{role}", role, filled.county))
        assert not any(line.opens for line in client.get("/progress").context["progress"].lines)
        assert client.get(f"/progress{township}").status_code == 404
        assert client.get(f"/progress.xlsx{township}").status_code == 404


def test_the_pages_cost_the_same_whatever_the_areas(client: Client, filled: Any, make_account: Any) -> None:
    numbers: dict[str, set[int]] = {"/money": set(), "/progress": set()}
    for code in ("520521901", "520521", "520500"):
        client.force_login(make_account(f"seer-{code}", "prefecture_supervisor", places.area_by_code(code)))
        client.get("/")
        for path, found in numbers.items():
            with CaptureQueriesContext(connection) as caught:
                client.get(path)
            found.add(len(caught))
    assert all(len(found) == 1 for found in numbers.values()), numbers


def test_the_statistician_sees_what_is_not_known(as_role: Any, filled: Any) -> None:
    quality = {
        line.label: (line.asked, line.unknown)
        for section in as_role("statistician").get("/").context["home"].sections
        if section.key == "quality"
        for line in section.data["lines"]
    }
    assert quality["出生年"] == (68, 0)
    assert quality["本人是否享受城镇养老保险"] == (68, 68)
    assert not any("孩" in label or "配偶" in label for label in quality)
    assert "本人转户年份" not in quality  # asked of nobody here


def test_the_department_reads_the_programmes_with_their_texts(as_role: Any) -> None:
    text = as_role("department_reader").get("/").content.decode()
    assert "育儿补贴" in text and "国卫办人口发〔2025〕24号" in text and "本年尚未收到" in text


def test_the_department_s_lists_are_shown_in_counts(
    as_role: Any, monkeypatch: Any, frozen_clock: dt.datetime
) -> None:
    from tongchou.web.console.homes import department

    one = department.ListReceived("死亡名单", frozen_clock, rows=120, matched=117, waiting=3)
    monkeypatch.setattr(department, "lists_received", lambda scope, *, year: [one])
    client = as_role("department_reader")
    text = client.get("/").content.decode()
    assert "死亡名单" in text and "117" in text and "暂不接收" not in text
    told = client.get("/", headers={"accept-language": "en"}).content.decode()
    assert "3 rows wait for a decision of the county." in told
    assert "Nothing is waiting for you." in told and "A good moment" not in told
