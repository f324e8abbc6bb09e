"""Every page, list, count and file as people with random areas, against an oracle that walks the area tree.

The oracle knows parents only: no scope numbers, no code of the access layer.
"""

from __future__ import annotations

import datetime as dt
import random
import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tongchou.apps.entitlements import api as entitlements
from tongchou.apps.intake.lists import payload
from tongchou.apps.intake.lists.models import ListFile, NewbornOffer
from tongchou.apps.intake.models import RegisterFile
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Household, Person
from tongchou.apps.snapshot import api as snapshots
from tongchou.domain.dates import PartialDate
from tongchou.domain.lists.row import BIRTH, ListRow, Named, Newborn
from tongchou.domain.register.row import RegisterRow

ROLES = ("village_worker", "township_officer", "county_reviewer")
#: Given names, one a village, that occur nowhere else: finding one on a page shows whose data it holds.
MARKS = ("甲禾", "乙黍", "丙稷", "丁麦", "戊菽", "己麻")
#: Addresses that take a number, and what the number means.
NUMBERED = {
    "household_id": "household",
    "person_id": "person",
    "file_id": "file",
    "job_id": "job",
    "list_id": "list",
    "newborn_id": "newborn",
}


@dataclass
class World:
    """Six villages in three townships of two counties, one family and one file in each."""

    villages: list[Any]
    household_of: dict[int, int]
    person_of: dict[int, int]
    file_of: dict[int, int]
    list_of: dict[int, int]  # the list of the village's county
    newborn_of: dict[int, int]


def family(mark: str) -> list[RegisterRow]:
    shared: dict[str, Any] = {"household_no": "0001", "hukou_kind": "agricultural", "converted": False}
    return [
        RegisterRow(
            row_no=5, name=f"赵{mark}", relation="02", sex=1, birth=PartialDate(1990, 1, 2), **shared
        ),
        RegisterRow(
            row_no=6, name=f"赵小{mark}", relation="21", sex=1, birth=PartialDate(2025, 3, 4), **shared
        ),
    ]


@pytest.fixture
def world(county: Any, make_account: Any, frozen_clock: dt.datetime) -> World:
    second, other = "520521902", "520523901"
    rows = [
        (second, "白岩乡（示例）", "township", "520521"),
        (f"{second}201", "大坪村（示例）", "village", second),
        (f"{second}202", "小坪村（示例）", "village", second),
        (other, "清池镇（示例）", "township", "520523"),
        (f"{other}201", "河坝村（示例）", "village", other),
        (f"{other}202", "石桥村（示例）", "village", other),
    ]
    names = ("code", "name", "level", "parent_code")
    loaded = [dict(zip(names, row, strict=True)) | {"valid_from": "2010-11-01"} for row in rows]
    places.load_areas(loaded, by=None, at=frozen_clock)
    codes = [v.code for v in county.villages] + [row[0] for row in rows if row[2] == "village"]
    villages = [places.area_by_code(code) for code in codes]
    everywhere = make_account("loader", "county_reviewer", places.area_by_code("520500"))
    household_of, person_of, file_of, list_of, newborn_of = {}, {}, {}, {}, {}
    for code in ("520521", "520523"):
        area = places.area_by_code(code)
        made = ListFile.objects.create(
            sha256=f"{area.pk:064x}",
            kind="public_security_deaths",
            area=area,
            scope_no=area.scope_no,
            uploaded_by=everywhere,
            uploaded_at=frozen_clock,
            rows_read=0,
        )
        list_of |= {v.pk: made.pk for v in villages if area.scope_no <= v.scope_no <= area.scope_end}
    for number, (village, mark) in enumerate(zip(villages, MARKS, strict=True)):
        registry.apply_register(
            family(mark), village_id=village.pk, source=f"{number:064x}", by=everywhere, at=frozen_clock
        )
        household_of[village.pk] = Household.objects.get(village=village).pk
        person_of[village.pk] = Person.objects.get(name=f"赵小{mark}").pk
        file_of[village.pk] = RegisterFile.objects.create(
            sha256=f"{number:064x}",
            name=f"{mark}.xlsx",
            village=village,
            scope_no=village.scope_no,
            uploaded_by=everywhere,
            uploaded_at=frozen_clock,
            year=2026,
            people=0,
            households=0,
        ).pk
        mother = Person.objects.get(name=f"赵{mark}")
        row = ListRow(
            1, BIRTH, (Named(f"赵{mark}"),), PartialDate(2026, 3, 1), child=Newborn(f"赵新{mark}"), place=mark
        )
        newborn_of[village.pk] = NewbornOffer.objects.create(
            mother_id=mother.pk,
            area=village,
            scope_no=village.scope_no,
            digest=mark,
            payload=payload.seal_newborn(row, mark),
            received_at=frozen_clock,
        ).pk
    snapshots.take_snapshot(by=everywhere, at=frozen_clock, as_of=frozen_clock.date(), purpose="test")
    entitlements.evaluate_latest(year=2026, by=everywhere, at=frozen_clock, purpose="test")
    return World(villages, household_of, person_of, file_of, list_of, newborn_of)


def may_see(area: Any, assigned: set[int]) -> bool:
    """The oracle: an area is reached when it or one of its ancestors is assigned."""
    while area is not None:
        if area.pk in assigned:
            return True
        area = area.parent
    return False


def addresses() -> list[tuple[str, str | None]]:
    """Every address of the console as ``(pattern, name of its number)``."""
    found = []

    def collect(patterns: list[Any], prefix: str) -> None:
        for entry in patterns:
            route = prefix + str(entry.pattern)
            if isinstance(entry, URLResolver):
                collect(entry.url_patterns, route)
            elif isinstance(entry, URLPattern):
                number = re.search(r"<int:(\w+)>", route)
                found.append((route, number[1] if number else None))

    collect(get_resolver().url_patterns, "")
    return found


def pages_for(world: World) -> list[tuple[str, int | None]]:
    """Every address to try as ``(path, village it belongs to or None)``."""
    by_kind = {
        "household": world.household_of,
        "person": world.person_of,
        "file": world.file_of,
        "job": {},
        "list": world.list_of,
        "newborn": world.newborn_of,
    }
    result: list[tuple[str, int | None]] = []
    for route, number in addresses():
        if number is None:
            result.append((f"/{route}", None))
            continue
        for village, key in by_kind[NUMBERED[number]].items():
            result.append((f"/{re.sub(r'<int:[a-z_]+>', str(key), route)}", village))
    return result


def body(answer: Any) -> str:
    content = answer.getvalue() if answer.streaming else answer.content
    return str(content.decode("utf-8", errors="replace"))


def test_every_number_in_an_address_is_known_to_this_test() -> None:
    assert {number for _, number in addresses() if number} <= set(NUMBERED)


@pytest.mark.parametrize("seed", range(8))
def test_nobody_sees_anything_of_other_areas(world: World, make_account: Any, seed: int) -> None:
    draw = random.Random(seed)
    areas = list(places.Area.objects.select_related("parent__parent__parent"))
    chosen = draw.sample([a for a in areas if a.level != "province"], k=draw.choice([0, 1, 1, 2, 3]))
    account = make_account("walker")
    from tongchou.core import actions, clock

    for area in chosen:
        actions.assign_role(
            account=account,
            role=draw.choice(ROLES),
            area_id=area.pk,
            scope_no=area.scope_no,
            scope_end=area.scope_end,
            by=None,
            at=clock.now(),
        )
    assigned = {area.pk for area in chosen}
    seen = {v.pk: may_see(v, assigned) for v in world.villages}
    marks = {mark: seen[v.pk] for v, mark in zip(world.villages, MARKS, strict=True)}
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")

    answers = [(path, village, client.get(path)) for path, village in pages_for(world)]
    answers += [
        ("/search", None, client.post("/search", {"text": word})) for word in ("赵", "赵小", "zx", *MARKS)
    ]
    answers += [
        (f"/worklist?area={village.pk}", None, client.get(f"/worklist?area={village.pk}"))
        for village in world.villages
    ]
    assert len(answers) > 40
    for path, village, answer in answers:
        text = body(answer)
        leaked = [mark for mark, allowed in marks.items() if not allowed and mark in text]
        # A search box shows again what was typed into it; only hits count.
        if path == "/search":
            leaked = [mark for mark in leaked if f"赵小{mark}" in text]
        assert leaked == [], f"{path} as {sorted(a.name for a in chosen)}: {leaked}"
        if village is not None and not seen[village]:
            assert answer.status_code in {403, 404, 405}, f"{path}: {answer.status_code}"
    if not chosen:
        assert entitlements.worklist(scope=_scope(account), year=2026).total == 0


def _scope(account: Any) -> Any:
    from tongchou.core import clock
    from tongchou.core import scope as scopes

    return scopes.of(account, on=clock.today())


def test_the_counts_agree_with_the_oracle(world: World, make_account: Any) -> None:
    for area in places.Area.objects.exclude(level="group").select_related("parent__parent__parent"):
        expected = sum(may_see(village, {area.pk}) for village in world.villages)
        account = make_account(f"counter-{area.pk}", "county_reviewer", area)
        scope = _scope(account)
        assert entitlements.worklist(scope=scope, year=2026).total == expected, area.name
        assert entitlements.counts(scope=scope, year=2026)["childcare_subsidy"]["open"] == expected
        assert len(registry.search("赵小", scope=scope)) == expected


def test_a_person_sees_the_own_village(world: World, make_account: Any) -> None:
    village = world.villages[0]
    client = Client()
    client.force_login(
        make_account("own", "village_worker", village), backend="django.contrib.auth.backends.ModelBackend"
    )
    page = client.get(f"/households/{world.household_of[village.pk]}")
    assert page.status_code == 200 and f"赵小{MARKS[0]}" in body(page)
    assert f"赵小{MARKS[0]}" in body(client.get("/worklist"))
    assert f"赵小{MARKS[0]}" in body(client.post("/search", {"text": "赵小"}))


def test_a_newborn_is_the_registrar_s_alone(world: World, make_account: Any) -> None:
    """Village workers may not register; officers of other townships and readers of lists see nothing."""
    village = world.villages[0]
    township = village.parent
    address = f"/newborns/{world.newborn_of[village.pk]}"
    expected = {
        ("village_worker", village): 403,
        ("township_officer", township): 200,
        ("township_officer", world.villages[2].parent): 404,
        ("department_reader", township.parent): 403,
        ("prefecture_supervisor", places.area_by_code("520500")): 403,
    }
    for number, ((role, area), status) in enumerate(expected.items()):
        client = Client()
        account = make_account(f"reader-{number}", role, area)
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(address).status_code == status, role
        listed = client.get("/newborns")
        assert (f"赵新{MARKS[0]}" in body(listed)) == (status == 200)
