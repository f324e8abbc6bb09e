"""Rights rule 10: whether a family takes part changes no entitlement, order, case, price or answer."""

from __future__ import annotations

import ast
import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tongchou.apps.casework.queries import Filter, in_order
from tongchou.apps.casework.tests.conftest import apply, family, office
from tongchou.apps.commitments import api as commitments
from tongchou.apps.commitments.models import Participation, Revoked
from tongchou.apps.entitlements import api as entitlements
from tongchou.apps.entitlements.models import Entitlement
from tongchou.apps.notices import api as notices
from tongchou.apps.registry.models import Household
from tongchou.apps.snapshot import api as snapshots
from tongchou.core.errors import Invalid, NotAllowed, NotFound
from tongchou.core.models import AuditEntry
from tongchou.core.roles import PERMISSIONS, Role
from tongchou.core.scope import Scope

__all__ = ["apply", "family", "office"]

SRC = Path(commitments.__file__).parents[3] / "tongchou"
ALL = Scope.everything()
pytestmark = pytest.mark.django_db
AGREED = {"contact": "call", "shares": True, "wishes": ["work", "school"]}


@pytest.fixture
def household(family: dict[str, int]) -> int:
    return int(Household.objects.order_by("pk").values_list("pk", flat=True)[0])


def what_families_get(office: Any, at: dt.datetime) -> dict[str, Any]:
    """A fresh snapshot and evaluation, the worklist in its order, the queues, the notices and the tables."""
    given = {"by": office.county, "at": at, "purpose": "test"}
    snapshots.take_snapshot(as_of=at.date(), **given)
    run = entitlements.evaluate_latest(year=2026, **given)
    rows = Entitlement.objects.filter(evaluation=run).order_by("person_id", "programme")
    chosen = Filter()
    held = {}
    for table in connection.introspection.table_names():
        if table.startswith(
            ("casework_", "notices_", "payments_", "certificates_", "registry_", "exchange_")
        ):
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - own names
                held[table] = sorted(map(str, cursor.fetchall()))
    return {
        "results": (run.results_sha256, run.snapshot_sha256, run.policies_sha256),
        "rows": list(rows.values_list("person_id", "programme", "outcome", "claim_by")),
        "worklist": [
            (one.person_id, one.programme) for one in entitlements.worklist_after(scope=ALL, year=2026).items
        ],
        "queue": [in_order(by=by, on=at.date(), chosen=chosen, most=99) for by in vars(office).values()],
        "notices": [notices.notices(by=office.township, at=at), notices.waiting(by=office.township, at=at)],
        "held": held,
    }


def test_taking_part_and_ending_change_nothing_a_family_gets(
    apply: Any, household: int, office: Any, frozen_clock: dt.datetime
) -> None:
    apply()
    before = what_families_get(office, frozen_clock)
    assert before["rows"] and any(before["queue"]) and len(before["held"]) > 20
    here = {"household_id": household, "by": office.township, "at": frozen_clock}
    commitments.take_part(**here, **AGREED)
    assert what_families_get(office, frozen_clock) == before
    commitments.end_part(**here)
    assert what_families_get(office, frozen_clock) == before


def test_ending_leaves_a_count_and_no_household(
    household: int, office: Any, county: Any, frozen_clock: dt.datetime
) -> None:
    here = {"household_id": household, "by": office.township, "at": frozen_clock}
    commitments.take_part(**here, **AGREED)
    told = commitments.part_of(household, by=office.township, on=frozen_clock.date())
    assert told is not None and (told.on, told.by) == (frozen_clock.date(), office.township.display_name)
    commitments.take_part(**here, **(AGREED | {"shares": False}))
    (line,) = [
        one
        for one in commitments.participation(by=office.township, on=frozen_clock.date())
        if one.area_id == county.village.pk
    ]
    assert (line.households, line.taking_part, line.shares, line.ended) == (2, 1, 0, 0)
    commitments.end_part(**here)
    assert not Participation.objects.exists()
    assert Revoked.objects.values_list("area_id", "year", "number").get() == (
        county.village.pk,
        frozen_clock.year,
        1,
    )
    assert commitments.part_of(household, by=office.township, on=frozen_clock.date()) is None
    rows = AuditEntry.objects.filter(action__in=("commitments.take_part", "commitments.end_part"))
    assert {(one.subject, str(one.detail)) for one in rows} == {(f"area:{county.village.pk}", "{}")}
    with pytest.raises(NotFound):
        commitments.end_part(**here)


def test_wishes_are_a_closed_list(household: int, office: Any, frozen_clock: dt.datetime) -> None:
    here = {"household_id": household, "by": office.township, "at": frozen_clock}
    with pytest.raises(Invalid):
        commitments.take_part(**here, **(AGREED | {"wishes": ["contraception"]}))
    parts = ("birth", "child", "pregnan", "contracep", "body")
    assert not [one for one in commitments.Wish.values if any(part in one for part in parts)]


def test_village_assisted_log_ins_open_no_consent(
    household: int, office: Any, frozen_clock: dt.datetime
) -> None:
    assert commitments.TAKE_PART not in PERMISSIONS[Role.VILLAGE_WORKER]
    with pytest.raises(NotAllowed):
        commitments.take_part(household_id=household, by=office.village, at=frozen_clock, **AGREED)


def test_no_month_count_tells_of_it_and_nobody_else_reads_it() -> None:
    """Only the module itself, the front door and its page know these tables; no scored count has the word."""
    allowed = {
        "apps/commitments/taking_part.py",
        "apps/commitments/models.py",
        "apps/commitments/api.py",
        "web/console/views/taking_part.py",
    }
    names = {"Participation", "Revoked", "participation", "part_of", "take_part", "end_part", "TAKE_PART"}
    for file in SRC.rglob("*.py"):
        where = file.relative_to(SRC).as_posix()
        if where in allowed or "tests" in where or "migrations" in where:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            of = node.value if isinstance(node, ast.Attribute) else None
            if isinstance(of, ast.Name) and of.id == "commitments" and node.attr in names:
                assert node.attr == "TAKE_PART"  # whether a page shows the button
                assert where in ("web/console/views/commitments.py", "web/console/views/household.py")
            if isinstance(node, ast.ImportFrom) and "apps.commitments" in (node.module or ""):
                assert not names & {one.name for one in node.names}, where
    counting = (SRC / "apps/commitments/counting.py").read_text(encoding="utf-8")
    assert "articipation" not in counting and "Revoked" not in counting


def test_by_page(client: Client, household: int, office: Any, password: str) -> None:
    client.force_login(office.township)
    address = reverse("console:household-part", args=[household])
    assert client.get(address).status_code == 200
    wrong = client.post(address, {"contact": "pigeon"})
    assert wrong.status_code == 422
    kept = client.post(address, {"contact": "visit", "wishes": ["law"]})
    assert kept.status_code == 302 and Participation.objects.get().wishes == ["law"]
    assert client.get(reverse("console:taking-part")).status_code == 200
    assert client.post(address, {"end": "1"}).status_code == 302 and not Participation.objects.exists()


def test_as_many_queries_for_one_household_as_for_many(
    household: int, office: Any, frozen_clock: dt.datetime, django_assert_num_queries: Any
) -> None:
    for number in range(2):
        commitments.take_part(household_id=household + number, by=office.township, at=frozen_clock, **AGREED)
        with django_assert_num_queries(5):
            commitments.participation(by=office.township, on=frozen_clock.date())
