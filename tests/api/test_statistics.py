"""Figures for programs: definitions, series with what they come from, pyramids and the quality of records."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tongchou.apps.statistics import api as statistics
from tongchou.domain.statistics.cube import Basis
from tongchou.domain.statistics.indicators import INDICATORS

V1 = "/api/v1/statistics"


@pytest.fixture
def built(make_cubes: Any) -> Any:
    return make_cubes(months=30, people=6000)


@pytest.fixture
def program(county_reviewer: Any, make_program: Any) -> Any:
    return make_program(county_reviewer)


def test_every_indicator_is_described(program: Any) -> None:
    told = program.get(f"{V1}/indicators").json()
    assert [one["code"] for one in told["items"]] == list(INDICATORS)
    srb = next(one for one in told["items"] if one["code"] == "srb")
    assert srb["neutral"] and srb["lowest"] == "county" and srb["lowest_leaning"] == "township"
    assert srb["steps"] == ["year", "rolling_year"] and srb["formula"] and srb["source"]
    assert told["reasons"]["missing_month"] == "month without a report"


def test_a_series_says_what_it_comes_from(program: Any, built: Any, county: Any) -> None:
    answer = program.get(f"{V1}/series/cdr", {"level": "county", "step": "month", "basis": "resident"})
    told = answer.json()
    assert told["counted_from"]["snapshot_sha256"] == built.snapshot.sha256
    assert told["counted_from"]["cubes_sha256"] == built.sha256
    assert told["periods"][-1] == "2026-06" and len(told["periods"]) == 30
    (one,) = told["items"]
    assert one["area"] == county.county.code and one["name"] == county.county.name
    cube = statistics.months(built, Basis.RESIDENT)
    assert one["over"][-1] == cube.deaths[:, -1].sum()
    assert one["value"][-1] == pytest.approx(1000 * one["over"][-1] / one["under"][-1])
    assert one["low"][-1] < one["value"][-1] < one["high"][-1]
    assert one["unknown"] == [None] * 30
    assert one["left_out"] == {"unknown_birth": cube.left_out.totals()["unknown_birth"]}


def test_what_is_unknown_is_null_and_said_why(program: Any, built: Any) -> None:
    query = {"level": "township", "step": "month"}
    (one,) = program.get(f"{V1}/series/growth_rate", query).json()["items"]
    assert one["value"][0] is None and one["unknown"][0] == "missing_month"
    assert one["left_out"]["missing_month"] == 1


def test_parts_of_a_list(program: Any, built: Any, county: Any) -> None:
    query = {"level": "village", "limit": 1}
    first = program.get(f"{V1}/series/population", query).json()
    assert first["total"] == 2 and first["next"] == 1
    second = program.get(f"{V1}/series/population", query | {"start": 1}).json()
    assert [one["area"] for told in (first, second) for one in told["items"]] == [
        one.code for one in county.villages
    ]
    assert second["next"] is None
    assert program.get(f"{V1}/series/population", query | {"start": 5}).json()["items"] == []


def test_a_village_worker_gets_the_own_village_alone(
    village_worker: Any, make_program: Any, built: Any, county: Any
) -> None:
    program = make_program(village_worker)
    told = program.get(f"{V1}/series/population", {"level": "village"}).json()
    assert [one["area"] for one in told["items"]] == [county.village.code]
    assert program.get(f"{V1}/series/population", {"level": "township"}).json()["items"] == []
    for query in ({"area": county.township.pk}, {"area": county.other_village.pk}):
        assert program.get(f"{V1}/pyramid", query).status_code == 404
        assert program.get(f"{V1}/series/population", query | {"level": "village"}).status_code == 404
    assert program.get(f"{V1}/quality", {"level": "township"}).json()["items"] == []


def test_what_is_not_shown_is_refused(program: Any, built: Any) -> None:
    for code, query, reason in (
        ("tfr", {"level": "village"}, "statistics.not_shown"),
        ("srb", {"level": "township"}, "statistics.not_shown"),
        ("tfr", {"level": "township", "step": "month"}, "statistics.not_shown"),
        ("cdr", {"level": "county", "leaning": "true"}, "statistics.no_leaning"),
    ):
        answer = program.get(f"{V1}/series/{code}", query)
        assert (answer.status_code, answer.json()["code"]) == (409, reason), code
    assert program.get(f"{V1}/series/happiness", {"level": "county"}).json()["code"] == (
        "statistics.no_indicator"
    )
    assert program.get(f"{V1}/series/cdr", {"level": "prefecture"}).status_code == 422


def test_before_anybody_counted(program: Any) -> None:
    answer = program.get(f"{V1}/series/cdr", {"level": "county"})
    assert (answer.status_code, answer.json()["code"]) == (409, "statistics.not_yet")


def test_a_pyramid(program: Any, built: Any, county: Any) -> None:
    told = program.get(f"{V1}/pyramid", {"area": county.county.pk, "basis": "resident"}).json()
    cube = statistics.months(built, Basis.RESIDENT)
    assert sum(one["men"] for one in told["groups"]) == cube.stock[:, -1, :, 0].sum()
    assert told["groups"][0] == {
        "first": 0, "last": 4, "men": cube.stock[:, -1, :2, 0].sum(), "women": cube.stock[:, -1, :2, 1].sum(),
    }  # fmt: skip
    assert told["groups"][-1]["last"] is None
    wrong = program.get(f"{V1}/pyramid", {"area": county.county.pk, "month": "1999-01"})
    assert wrong.json()["code"] == "statistics.no_month"


def test_the_quality_of_records(program: Any, built: Any) -> None:
    told = program.get(f"{V1}/quality", {"level": "county"}).json()
    (one,) = told["items"]
    assert one["aged"]["least"] <= one["aged"]["value"] <= one["aged"]["most"]
    assert one["whipple"] == pytest.approx(1, abs=0.2)
    (born, died) = one["records"]
    assert (born["events"], died["events"]) == ("births", "deaths")
    newest = died["latest"][-1]
    assert newest["month"] == "2026-06" and newest["recorded"] <= newest["expected"] <= newest["high"]
    assert died["known"][-1] == 1


def test_rates_by_age(program: Any, built: Any, county: Any) -> None:
    query = {"area": county.county.pk, "basis": "resident"}
    told = program.get(f"{V1}/age-rates", query | {"rate": "mortality", "step": "rolling_year"}).json()
    cube = statistics.months(built, Basis.RESIDENT)
    newest = [one for one in told["items"] if one["period"] == "2026-06"]
    assert [one["sex"] for one in newest] == ["male", "female"] and not told["neutral"]
    assert sum(newest[0]["events"]) == cube.deaths[:, -12:, :, 0].sum()
    at = told["ages"].index(80)
    assert newest[0]["value"][at] == pytest.approx(
        1000 * newest[0]["events"][at] / newest[0]["person_years"][at]
    )
    births = program.get(f"{V1}/age-rates", query | {"rate": "fertility"}).json()
    assert births["neutral"] and births["ages"][0] == 15 and births["items"][0]["sex"] is None
    assert program.get(f"{V1}/age-rates", query | {"rate": "happiness"}).status_code == 422
    monthly = program.get(f"{V1}/age-rates", query | {"rate": "mortality", "step": "month"})
    assert monthly.json()["code"] == "statistics.not_shown"


def test_the_surface_of_ages_and_years(program: Any, built: Any, county: Any) -> None:
    told = program.get(f"{V1}/lexis", {"area": county.township.pk}).json()
    cube = statistics.months(built, Basis.REGISTERED)
    year = [one for one in told["items"] if one["year"] == "2025"]
    months = cube.months.astype("datetime64[Y]") == np.datetime64("2025")
    december = cube.months == np.datetime64("2025-12")
    for sex, one in enumerate(year):
        assert sum(one["deaths"]) == cube.deaths[:, months, :, sex].sum()
        assert sum(one["people"]) == cube.stock[:, december, :, sex].sum()


def test_generations(program: Any, make_cubes: Any, county: Any) -> None:
    make_cubes(months=61, people=6000)
    told = program.get(f"{V1}/generations", {"area": county.county.pk}).json()
    assert int(told["second"][:4]) - int(told["first"][:4]) == 5
    old = next(one for one in told["items"] if one["age"] == 60 and one["sex"] == "male")
    assert old["net"] == pytest.approx(old["after"] - old["expected"])
    assert old["born_until"] - old["born_after"] == 5
    short = program.get(f"{V1}/generations", {"area": county.county.pk, "month": told["first"]})
    assert short.json()["code"] == "statistics.no_month"


def test_bulletins_and_yearbooks_as_files(
    program: Any, built: Any, county: Any, county_reviewer: Any
) -> None:
    query = {"area": county.county.pk, "edition": "internal"}
    pdf = program.get(f"{V1}/bulletin/file", query)
    assert pdf["Content-Type"] == "application/pdf" and pdf.content.startswith(b"%PDF-")
    assert pdf.content == program.get(f"{V1}/bulletin/file", query | {"month": "2026-06"}).content
    book = program.get(f"{V1}/bulletin/file", query | {"format": "xlsx"})
    assert (
        book.content.startswith(b"PK") and 'filename="bulletin-2026-06.xlsx"' in book["Content-Disposition"]
    )
    assert program.get(f"{V1}/bulletin/file", query | {"month": "1999-01"}).json()["code"] == (
        "yearbook.no_month"
    )
    assert program.get(f"{V1}/bulletin/file", query | {"area": county.village.pk}).status_code == 422
    assert program.get(f"{V1}/yearbooks").json() == {"items": []}
    assert program.get(f"{V1}/yearbooks/1/file").json()["code"] == "yearbook.none"


def test_a_yearbook_of_elsewhere_is_not_there(
    program: Any, township_officer: Any, make_program: Any, built: Any, county: Any, frozen_clock: Any
) -> None:
    """A township's program gets no yearbook of its county, not even its name; the county's program does."""
    from tongchou.apps.yearbook.models import Volume

    volume = Volume.objects.create(
        built=built, area_id=county.county.pk, scope_no=county.county.scope_no, area_name="示例县", year=2025,
        edition="public", basis="registered", content="{}", sha256="0" * 64, made_at=frozen_clock, made_by=1,
    )  # fmt: skip
    (one,) = program.get(f"{V1}/yearbooks").json()["items"]
    assert (one["volume_id"], one["year"], one["area"]) == (volume.pk, 2025, "示例县")
    lower = make_program(township_officer)
    assert lower.get(f"{V1}/yearbooks").json() == {"items": []}
    assert lower.get(f"{V1}/yearbooks/{volume.pk}/file").status_code == 404


@pytest.mark.parametrize(
    "route", ["age-rates?rate=fertility&", "age-rates?rate=mortality&", "lexis?", "generations?"]
)
def test_ages_and_generations_are_of_no_village(program: Any, built: Any, county: Any, route: str) -> None:
    answer = program.get(f"{V1}/{route}area={county.village.pk}")
    assert (answer.status_code, answer.json()["code"]) == (409, "statistics.not_shown")


def test_the_make_up_of_registered_people(program: Any, built: Any) -> None:
    told = program.get(f"{V1}/composition", {"level": "township"}).json()
    (one,) = told["items"]
    away = next(part for part in one["parts"] if part["code"] == "living_away_share")
    assert away["least"] <= away["value"] <= away["most"]


def test_queries_do_not_grow_with_areas(program: Any, built: Any, django_assert_max_num_queries: Any) -> None:
    program.get(f"{V1}/series/cdr", {"level": "village"})
    with django_assert_max_num_queries(9):
        program.get(f"{V1}/series/cdr", {"level": "village"})
