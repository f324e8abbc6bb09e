"""The pages of public tables: who may do what on them, and what everybody can read without signing in."""

from __future__ import annotations

import io
import json
from typing import Any

import openpyxl
import pytest
from django.test import Client

from tongchou.apps.releases import api as releases
from tongchou.apps.releases.tests.conftest import Desk, desk
from tongchou.core import signing
from tongchou.domain.releases.proof import Verdict, verify

__all__ = ["desk"]

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def maker(desk: Desk) -> Client:
    return of(desk.maker)


@pytest.fixture
def sealer(desk: Desk) -> Client:
    return of(desk.sealer)


def of(account: Any) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(account, backend=BACKEND)
    return client


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def test_a_table_is_begun_on_the_list(desk: Desk, maker: Client, sealer: Client) -> None:
    page = text(maker.get("/releases"))
    assert "births_and_deaths:2025" in page and "population_by_hukou:2026-06" in page
    assert "population_by_hukou:2026-05" not in page, "the last day alone is counted so"
    sent = maker.post("/releases/begin", {"table": "migration:2025", "area": desk.county.pk})
    one = releases.releases(scope=_all()).get()
    assert sent["Location"] == f"/releases/{one.pk}"
    assert "Not computed yet" in text(maker.get(f"/releases/{one.pk}"))
    assert "Begin a table" not in text(sealer.get("/releases"))
    assert sealer.post("/releases/begin", {"table": "migration:2025"}).status_code == 403


def _all() -> Any:
    from tongchou.core.scope import Scope

    return Scope.everything()


def test_the_second_person_looks_seals_and_publishes(desk: Desk, maker: Client, sealer: Client) -> None:
    one = desk.checked()
    page = text(maker.get(f"/releases/{one.pk}"))
    assert "A colleague who neither computed nor checked it seals this table." in page
    assert f"/releases/{one.pk}/seal" not in page
    page = text(sealer.get(f"/releases/{one.pk}"))
    assert f'value="{one.content_sha256}"' in page
    sealer.post(f"/releases/{one.pk}/seal", {"content": one.content_sha256, "licence": "cc-by-4.0"})
    sealer.post(f"/releases/{one.pk}/publish")
    one.refresh_from_db()
    assert one.state == "published"
    assert maker.post(f"/releases/{one.pk}/withdraw", {"reason": "x"}).status_code == 403


def test_everybody_reads_and_verifies_what_is_published(desk: Desk) -> None:
    desk.published()
    reader = Client(headers={"accept-language": "en"})
    assert "births_and_deaths/2025" in text(reader.get("/open-data"))
    page = text(reader.get("/open-data/births_and_deaths/2025"))
    assert "Births" in page and "CC BY 4.0" in page and "tongchou release verify" in page
    listed = json.loads(reader.get("/open-data/catalogue.json").content)["dataset"]
    files = {each["title"]: each["downloadURL"] for each in listed[0]["distribution"]}
    answer = reader.get(files["JSON-stat 2.0"])
    name = answer["Content-Disposition"].split('"')[1]
    assert verify(name, answer.content, keys=signing.public_keys()).verdict is Verdict.GENUINE
    assert answer["Access-Control-Allow-Origin"] == "*"
    sheet = openpyxl.load_workbook(io.BytesIO(reader.get(files["Excel"]).content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert any(row[0] == "大方县" and isinstance(row[2], int) for row in rows)
    for other in ("/open-data/births_and_deaths/2024", "/open-data/nothing/2025"):
        assert reader.get(other).status_code == 404
    assert reader.get("/open-data/births_and_deaths/2025/v1/exe").status_code == 404
    assert reader.get("/open-data/births_and_deaths/2025/v7/csv").status_code == 404


def test_nothing_is_public_before_it_is_published(desk: Desk) -> None:
    one = desk.sealed(desk.checked())
    reader = Client()
    assert reader.get("/open-data/births_and_deaths/2025").status_code == 404
    assert reader.get("/open-data/births_and_deaths/2025/v1/csv").status_code == 404
    assert json.loads(reader.get("/open-data/catalogue.json").content) == {"dataset": []}
    assert reader.get(f"/releases/{one.pk}").status_code == 302


def test_a_restatement_shows_what_changed(desk: Desk, make_cubes: Any, maker: Client) -> None:
    first = desk.published()
    make_cubes(months=24, people=2000, seed=4)
    again = desk.restated(first)
    page = text(maker.get(f"/releases/{again.pk}"))
    assert "What is stated anew" in page and "迟报补登" in page
    releases.publish(release_id=desk.sealed(again).pk, by=desk.sealer, at=desk.at)
    reader = Client(headers={"accept-language": "en"})
    page = text(reader.get("/open-data/births_and_deaths/2025"))
    assert "迟报补登" in page and "What is stated anew" in page and "All versions" in page
    assert "A newer version holds" in text(reader.get("/open-data/births_and_deaths/2025?version=1"))


def test_what_is_withdrawn_says_why_and_gives_no_figures(desk: Desk, sealer: Client) -> None:
    one = desk.published()
    sealer.post(f"/releases/{one.pk}/withdraw", {"reason": "口径有误"})
    reader = Client(headers={"accept-language": "en"})
    page = text(reader.get("/open-data/births_and_deaths/2025"))
    assert "口径有误" in page and "Figures" not in page
    for ending in ("csv", "xlsx", "json", "metadata.json"):
        assert reader.get(f"/open-data/births_and_deaths/2025/v1/{ending}").status_code == 404


def test_somebody_of_a_township_sees_no_table_of_the_county(
    desk: Desk, make_account: Any, county: Any
) -> None:
    one = desk.begin()
    smaller = of(make_account("half", "statistician", county.township))
    assert smaller.get(f"/releases/{one.pk}").status_code == 404
    assert f"/releases/{one.pk}" not in text(smaller.get("/releases"))
    assert smaller.get(f"/releases/{one.pk}/files/xlsx").status_code == 404


def test_programs_list_releases_and_read_published_ones(desk: Desk, make_program: Any) -> None:
    program = make_program(desk.maker)
    draft = desk.begin("migration")
    one = desk.published()
    listed = program.get("/api/v1/releases").json()
    assert [(each["release_id"], each["state"]) for each in listed["items"]] == [
        (one.pk, "published"),
        (draft.pk, "draft"),
    ]
    found = program.get(f"/api/v1/releases/{one.pk}").json()
    assert found["dimensions"] == ["area", "measure", "month"] and found["signature"]
    assert len(found["figures"]) == 2 * 2 * 13
    assert program.get(f"/api/v1/releases/{draft.pk}").status_code == 404


def test_the_list_asks_the_same_for_one_and_for_many(
    desk: Desk, maker: Client, django_assert_max_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    desk.begin("population_by_township", "2026-01")
    with CaptureQueriesContext(connection) as one:
        maker.get("/releases")
    for month in range(2, 7):
        desk.begin("population_by_township", f"2026-{month:02d}")
    with CaptureQueriesContext(connection) as many:
        maker.get("/releases")
    assert len(many) == len(one)


def test_the_list_and_the_page_fit_the_eye_in_chinese(desk: Desk) -> None:
    one = desk.published("population_by_age")
    client = Client(headers={"accept-language": "zh-hans"})
    page = text(client.get(f"/open-data/{one.code}/{one.period}"))
    assert "各乡镇分年龄、性别户籍人口" in page and "90岁及以上" in page
