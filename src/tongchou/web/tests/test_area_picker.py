"""Choosing an area: never one outside, never all of them, the same work whatever the size."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django import forms
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tongchou.apps.places import api as places
from tongchou.core import clock
from tongchou.core import scope as scopes
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.web.console import area_picker

#: Signing in, assignments, and the one search.
MOST_QUERIES = 4


@pytest.fixture
def many(county: Any, frozen_clock: dt.datetime) -> list[Any]:
    """40 villages in a second township of the county, and one in a township of another county."""
    rows = [
        ("520521902", "望山镇（示例）", "township", "520521"),
        *((f"520521902{n}", f"石桥{n}村（示例）", "village", "520521902") for n in range(201, 241)),
        ("520523901", "清池镇（示例）", "township", "520523"),
        ("520523901201", "青池村（示例）", "village", "520523901"),
    ]
    names = ("code", "name", "level", "parent_code")
    listed = [dict(zip(names, row, strict=True)) | {"valid_from": "2010-11-01"} for row in rows]
    places.load_areas(listed, by=None, at=frozen_clock)
    for area in (county.county, county.township, *county.villages):
        area.refresh_from_db()  # loading renumbered them
    return [places.area_by_code(row[0]) for row in rows]


def asked(client: Client, account: Account, text: str, **query: Any) -> str:
    client.force_login(account)
    answer = client.get("/areas/pick", {"for": "worklist.view", "q": text, **query})
    assert answer.status_code == 200
    return answer.content.decode()


def names_in(page: str) -> list[str]:
    return re.findall(r'data-name="([^"]+)"', page)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("青", ["青山村（示例）"]),
        ("qs", ["青山村（示例）"]),
        ("QSC", ["青山村（示例）"]),
        ("520521901201", ["青山村（示例）"]),
        ("520521901000", ["云岭镇（示例）", "青山村（示例）", "白水村（示例）"]),
        ("云岭 水", ["白水村（示例）"]),
        ("望山 青", []),
        ("组", []),
        ("%", []),
    ],
)
def test_an_area_is_found_by_name_initials_or_code(
    client: Client, county: Any, many: Any, county_reviewer: Account, text: str, expected: list[str]
) -> None:
    assert names_in(asked(client, county_reviewer, text)) == expected


def test_areas_outside_are_never_suggested(
    client: Client, county: Any, many: Any, village_worker: Account, township_officer: Account
) -> None:
    for account in (village_worker, township_officer):
        for text in ("石桥", "清池", "青池", "qc", "520523", "5205219022", "大方"):
            assert names_in(asked(client, account, text)) == []
    outside = many[-1].pk
    assert str(outside) not in re.findall(
        r'data-value="(\d+)"', asked(client, village_worker, "", under=outside)
    )


def test_only_areas_of_the_permission_asked_for_are_suggested(
    client: Client, county: Any, many: Any, make_account: Any
) -> None:
    from tongchou.core import actions

    helper = make_account("helper", "village_worker", county.village)
    far = many[-2]
    actions.assign_role(
        account=helper, role="township_officer", area_id=far.pk, scope_no=far.scope_no,
        scope_end=far.scope_end, by=None, at=clock.now(),
    )  # fmt: skip
    assert names_in(asked(client, helper, "村", **{"for": "intake.upload"})) == ["青池村（示例）"]
    assert len(names_in(asked(client, helper, "村"))) == 2


def test_a_form_without_permission_gets_nothing(client: Client, county: Any, village_worker: Account) -> None:
    client.force_login(village_worker)
    assert client.get("/areas/pick", {"for": "intake.upload", "q": "青"}).status_code == 403
    assert client.get("/areas/pick", {"for": "everything", "q": "青"}).status_code == 403
    assert (
        client.get("/areas/pick", {"for": "worklist.view", "level": "planet", "q": "青"}).status_code == 422
    )
    assert client.post("/areas/pick", {"for": "worklist.view"}).status_code == 405


def test_twenty_at_most_in_the_same_number_of_queries(
    client: Client, county: Any, many: Any, county_reviewer: Account
) -> None:
    counted = []
    for text in ("石桥205", "村"):
        client.force_login(county_reviewer)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            page = client.get("/areas/pick", {"for": "worklist.view", "q": text}).content.decode()
        counted.append(len(caught))
    assert len(names_in(page)) == area_picker.MOST
    assert counted[0] == counted[1] <= MOST_QUERIES


def test_names_that_begin_so_come_first_and_wider_areas_before_narrower(county: Any, many: Any) -> None:
    found = places.suggest("山", within=Scope.everything(), levels=area_picker.LEVELS)
    assert [area.name for area in found] == ["望山镇（示例）", "青山村（示例）"]
    found = places.suggest("大", within=Scope.everything(), levels=area_picker.LEVELS)
    assert found[0].name.startswith("大")


def test_the_select_ships_one_level_and_the_way_to_it(county: Any, many: Any) -> None:
    of_county = Scope.of_area(county.county)
    first = area_picker.pick("", scope=of_county, permission="worklist.view")
    assert [choice.name for choice in first.choices] == ["大方县", "云岭镇（示例）", "望山镇（示例）"]
    second = area_picker.pick(str(county.township.pk), scope=of_county, permission="worklist.view")
    assert [(choice.name, choice.chosen) for choice in second.choices] == [
        ("大方县", False), ("云岭镇（示例）", True), ("青山村（示例）", False), ("白水村（示例）", False),
    ]  # fmt: skip
    last = area_picker.pick(str(county.village.pk), scope=of_county, permission="worklist.view")
    assert [choice.name for choice in last.choices] == ["大方县", "云岭镇（示例）", "青山村（示例）"]
    assert last.area == county.village
    with CaptureQueriesContext(connection) as caught:
        area_picker.pick(str(county.village.pk), scope=of_county, permission="worklist.view")
    assert len(caught) <= 5


def test_a_village_worker_has_nothing_to_choose(county: Any) -> None:
    picker = area_picker.pick("", scope=Scope.of_area(county.village), permission="worklist.view")
    assert not picker.needed


def test_out_of_reach_is_as_good_as_unknown(county: Any, many: Any) -> None:
    scope = Scope.of_area(county.township)
    for text in ("0", "x", "９", "99999999999999999999", "-1", str(many[-1].pk), str(county.county.pk), None):
        assert area_picker.pick(text, scope=scope, permission="worklist.view").area is None


@pytest.mark.parametrize("unlimited", [True, False])
def test_the_tops_of_a_scope_are_the_areas_assigned(county: Any, many: Any, unlimited: bool) -> None:
    if unlimited:
        assert [area.level for area in places.tops(Scope.everything())] == ["province"]
        return
    assert places.tops(Scope.nothing()) == []
    township, *villages = many[:41]
    for chosen, queries in (
        ([county.township], 1),
        (villages[:3], 3),  # three neighbours are one interval
        ([villages[0], villages[2], many[-1]], 1),
        ([township, county.village], 1),
    ):
        reach = Scope(scopes.merged((area.scope_no, area.scope_end) for area in chosen))
        assert {area.pk for area in places.tops(reach)} == {area.pk for area in chosen}
        with CaptureQueriesContext(connection) as caught:
            places.tops(reach)
        assert len(caught) == queries


class VillageForm(forms.Form):
    village = area_picker.AreaField(label="Village", permission="intake.upload", level="village")

    def __init__(self, *args: Any, scope: Scope) -> None:
        super().__init__(*args)
        self.fields["village"].scope = scope


def test_a_form_field_leads_to_the_level_it_wants(county: Any, many: Any) -> None:
    scope = Scope.of_area(county.county)
    form = VillageForm({"village": str(county.village.pk)}, scope=scope)
    assert form.is_valid() and form.cleaned_data["village"] == county.village
    step = VillageForm({"village": str(county.township.pk)}, scope=scope)
    assert not step.is_valid() and "云岭镇" in step.errors["village"][0]
    drawn = str(step["village"])
    assert "青山村" in drawn and "石桥" not in drawn and drawn.count("<option") == 4
    for wrong in ("", "x", str(many[-1].pk), str(county.groups[0].pk)):
        assert not VillageForm({"village": wrong}, scope=scope).is_valid()
    other = VillageForm(scope=Scope.of_area(county.township))
    assert "望山镇" not in str(other["village"]) and "望山镇" in str(VillageForm(scope=scope)["village"])


def test_filters_go_down_to_a_village_and_back(
    client: Client, county: Any, many: Any, county_reviewer: Account
) -> None:
    from tongchou.apps.snapshot import api as snapshots
    from tongchou.core import clock

    snapshots.take_snapshot(by=county_reviewer, at=clock.now(), as_of=clock.today(), purpose="test")
    client.force_login(county_reviewer)
    page = client.get("/population").content.decode()
    assert "望山镇" in page and "石桥" not in page
    page = client.get("/population", {"area": many[0].pk}).content.decode()
    assert page.count("石桥") >= 40 and "青山村" not in page
    page = client.get("/population", {"area": many[1].pk})
    assert page.context["population"].filters.area == str(many[1].pk)
    assert "我负责的全部地区" in page.content.decode()
