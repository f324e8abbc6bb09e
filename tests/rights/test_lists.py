"""Lists of other departments: what is closed is dropped, what is private stays so, help is never blame."""

from __future__ import annotations

import io
import logging
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from tongchou import policies
from tongchou.apps.intake import api as intake
from tongchou.apps.intake.lists.models import (
    BirthsOnLists,
    ListedBirth,
    NewbornCount,
    NewbornOffer,
    ServedBirth,
)
from tongchou.apps.intake.tests import list_workbooks as books
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import DisabilityCertificate
from tongchou.core.scope import Scope
from tongchou.domain.facts import BY_NAME, HELD

SOURCE = Path(__file__).parents[2] / "src" / "tongchou"
ALL = Scope.everything()
SECRET = "准七七三一"
PRIVATE = re.compile(r"(?i)disability\w*|open_certificate")
WORDS = ("准七七三一", "七七三一", "上环", "避孕")
lists = intake.lists


def everything_stored() -> str:
    """Every value of every table of the database, as text."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - own names
            found.append(str(cursor.fetchall()))
    assert len(found) >= len(apps.get_models())
    return "\n".join(found)


@pytest.fixture
def act(county: Any, township_officer: Any, county_reviewer: Any, frozen_clock: Any) -> dict[str, Any]:
    registry.apply_register(
        books.family(), village_id=county.village.pk, source="a" * 64, by=township_officer, at=frozen_clock
    )
    return {"by": county_reviewer, "at": frozen_clock}


@pytest.mark.django_db
def test_permits_and_numbers_of_pregnancies_are_found_nowhere(
    act: dict[str, Any], caplog: Any, capfd: Any, client: Client, township_officer: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    rows = [
        books.birth(permit=SECRET),
        books.birth("2025-01-01", "上环", "Z2", SECRET),
        books.birth("2025-13-01", None, "Z3", SECRET),
    ]
    rows[1][4] = "避孕站"
    file = lists.stage_list(content=books.births(*rows), **act)
    assert file.legacy == {"checks": 1, "permit": 1} and file.error_count == 1
    shown = repr(lists.problems(file.pk, scope=ALL)) + repr(file.__dict__) + everything_stored()
    with zipfile.ZipFile(io.BytesIO(lists.list_problem_workbook(file.pk, scope=ALL))) as book:
        shown += "".join(book.read(name).decode() for name in book.namelist())
    assert lists.apply_list(list_id=file.pk, **act).offers == 2
    offers = lists.offers(scope=ALL)
    assert {offer.place for offer in offers} == {"县人民医院", ""}
    client.force_login(township_officer)
    for path in ("/newborns", *(f"/newborns/{offer.offer_id}" for offer in offers)):
        shown += client.get(path).content.decode()
    shown += repr(offers) + everything_stored() + caplog.text + "".join(capfd.readouterr())
    assert [word for word in WORDS if word in shown] == []
    assert "孕" not in repr(offers) and "县人民医院" in repr(offers)  # the test can see what is kept


def test_nothing_of_a_newborn_s_family_is_asked_or_kept() -> None:
    """No column for marriage, number of children or a reason; the count knows no person."""
    columns = {field.name for field in NewbornOffer._meta.concrete_fields}
    assert columns == {
        "id", "mother_id", "father_id", "area", "scope_no", "digest", "payload", "received_at",
    }  # fmt: skip
    assert {field.name for field in ServedBirth._meta.concrete_fields} == {"digest"}
    counted = {field.name for field in NewbornCount._meta.concrete_fields}
    assert counted == {"id", "area", "scope_no", "month", "outcome", "number"}


def test_what_is_counted_of_births_leads_to_no_family() -> None:
    """Digests and numbers of a county: no person, no household, no village, no day."""
    marks = {field.name for field in ListedBirth._meta.concrete_fields}
    assert marks == {"id", "file", "digest", "month", "registered"}
    counted = {field.name for field in BirthsOnLists._meta.concrete_fields}
    assert counted == {
        "id", "area", "scope_no", "year", "cells", "hospital", "vaccination", "outside", "counted_on",
    }  # fmt: skip


@pytest.mark.django_db
def test_an_unmatched_child_of_a_clinic_s_list_is_shown_to_nobody(
    act: dict[str, Any], client: Client, county_reviewer: Any, township_officer: Any
) -> None:
    """Nor is the hospital's, but to the registrar of the mother's village, as an offer of help."""
    clinic = lists.stage_list(
        content=books.vaccinations(
            books.vaccination("2025-05-01", "赵小霜"), books.vaccination("2025-05-02", "周小霜", mother=None)
        ),
        **act,
    )
    hospital = lists.stage_list(content=books.births(books.birth("2025-05-03", "赵小霜")), **act)
    for account in (county_reviewer, township_officer):
        client.force_login(account)
        pages = ["/lists", "/newborns", "/statistics/quality"]
        for file in (clinic, hospital):
            pages += [f"/lists/{file.pk}", f"/lists/{file.pk}/questions", f"/lists/{file.pk}/problems.xlsx"]
        assert "小霜" not in "".join(client.get(page).content.decode(errors="replace") for page in pages)
    assert lists.apply_list(list_id=clinic.pk, **act).offers == 0 and lists.offers(scope=ALL) == []
    assert lists.apply_list(list_id=hospital.pk, **act).offers == 1
    client.force_login(county_reviewer)
    assert "小霜" not in client.get(f"/lists/{hospital.pk}").content.decode()
    client.force_login(township_officer)
    assert "小霜" in client.get("/newborns").content.decode()  # who registers there


def test_private_columns_are_marked_and_have_no_index() -> None:
    held = {field.name for field in DisabilityCertificate._meta.concrete_fields}
    assert held == set(DisabilityCertificate.private)
    assert DisabilityCertificate._meta.indexes == []


def test_no_page_list_snapshot_or_export_names_certificates() -> None:
    """The only readers are the way in and the registry's own matching."""
    homes = ("domain/lists/", "apps/intake/lists/", "apps/registry/", "synth/", "locale/")
    # These two say in words what is kept and who may see it; no row comes near them.
    explaining = ("web/console/presenters/helping.py", "web/console/presenters/rights.py")
    inside = ("apps/registry/models.py", "apps/registry/fold.py", "apps/registry/listed/state.py")
    # It goes with its person when two records become one, and is shown to nobody on the way.
    inside += ("apps/registry/carrying.py", *explaining)
    # One person's is recorded or ended by these: they ask for it, and show or send nothing that is recorded.
    inside += ("apps/registry/certificates.py", "web/console/certificate_forms.py", "web/api/certificates.py")
    # A grade parents bring on one private application: in no snapshot, and nobody is looked for by it.
    inside += ("domain/facts.py", "policies/national/disabled_child_assistance/")
    named = [
        f"{path.relative_to(SOURCE)}: {found[0]}"
        for path in SOURCE.rglob("*")
        if path.suffix in {".py", ".html", ".js"} and "tests" not in path.parts
        and "migrations" not in path.parts
        for relative in [str(path.relative_to(SOURCE))]
        for found in [PRIVATE.search(path.read_text("utf-8"))]
        if found and not (relative.startswith(homes) and not relative.startswith("apps/registry/"))
        and not relative.startswith(("apps/registry/listed/", "apps/registry/identifiers", *inside))
    ]  # fmt: skip
    assert named == []


def test_what_only_a_private_application_asks_is_in_no_snapshot() -> None:
    for name in ("child_disability_grade", "aftereffects_grade", "only_child_certificate"):
        assert BY_NAME[name].told and BY_NAME[name].sensitive and BY_NAME[name] not in HELD
        asking = [programme for programme in policies.load() if name in programme.facts]
        assert all(programme.finding == "application" for programme in asking)
    assert {programme.code for programme in policies.listed()} == {"childcare_subsidy", "elderly_reward"}


@pytest.mark.django_db
def test_a_certificate_appears_on_no_page(act: dict[str, Any], client: Client, county_reviewer: Any) -> None:
    from tongchou.apps.snapshot import api as snapshots

    card = ["赵大山", f"{books.NUMBERS['赵大山']}43", "肢体残疾", "三级", "2021-02-03", "2031-02-03"]
    file = lists.stage_list(content=books.workbook(books.CERTIFICATES, card), **act)
    lists.apply_list(list_id=file.pk, **act)
    held = DisabilityCertificate.objects.get()
    household = registry.search("赵大山", scope=ALL)[0].household_id
    client.force_login(county_reviewer)
    shown = "".join(
        client.get(path).content.decode()
        for path in ("/", f"/households/{household}", "/population", "/worklist", f"/lists/{file.pk}")
    )
    shown += client.post("/search", {"text": "赵大山"}).content.decode()
    shown += repr(registry.history(scope=ALL, person_id=held.person_id))
    shown += repr(registry.open_household(household, scope=ALL))
    frame = snapshots.read(snapshots.take_snapshot(as_of=act["at"].date(), purpose="test", **act))
    shown += " ".join(frame.columns) + str(frame.to_dicts())
    assert "赵大山" in shown
    for word in ("肢体", "三级", "2021-02-03", "2031-02-03", "2021年2月3日", "2031年2月3日", "disab"):
        assert word not in shown, word
