"""Round dates, P/F and figures per head on their pages: of whole areas, in numbers, the same for programs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tongchou.apps.guarantees import api as guarantees
from tongchou.apps.statistics import api as statistics
from tongchou.apps.statistics.files import BIRTH_ORDERS, CHILDREN_BORN, DATES
from tongchou.core.models import Account
from tongchou.domain.statistics.cube import Basis

V1 = "/api/v1/statistics"
LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@pytest.fixture
def built(make_cubes: Callable[..., Any], county: Any, request: pytest.FixtureRequest) -> Any:
    mothers = getattr(request, "param", 95)  # of a hundred births
    town = county.township.code
    even = [(town, "births", month + 1, day + 1, 20) for month in range(12) for day in range(LENGTHS[month])]
    heaped = [(*line[:4], 300 if line[3] == 1 else 20) for line in even]
    dates = [*heaped, (town, "births", 4, 0, 30), (town, "births", 0, 0, 7), (town, "deaths", 5, 2, 30)]
    ages = range(15, 50, 5)
    born = zip(ages, (3, 400, 1100, 1500, 1600, 1600, 1600), (1, 90, 110, 60, 20, 4, 0), strict=True)
    return make_cubes(
        months=64,
        people=6000,
        tables={
            "birth_orders": pl.DataFrame(
                [(town, 2025, 1, 2, 1, mothers), (town, 2025, 1, 7, 0, 100 - mothers)],
                schema=BIRTH_ORDERS,
                orient="row",
            ),
            "dates": pl.DataFrame(dates, schema=DATES, orient="row"),
            "children_born": pl.DataFrame(
                [(town, age, 1000, all_, last) for age, all_, last in born],
                schema=CHILDREN_BORN,
                orient="row",
            ),
        },
    )


def opened(client: Client, account: Account, page: str, **query: Any) -> Any:
    client.force_login(account)
    return client.get(f"/statistics{page}", query)


def test_round_dates_are_told_with_what_chance_would_give(
    client: Client, built: Any, county: Any, county_reviewer: Account, make_program: Any
) -> None:
    answer = opened(client, county_reviewer, "/quality")
    found = answer.context["quality"].dates
    births, deaths = (line.cells for line in found.lines)
    assert births[0] == "10,717" and births[1] == "99.7%"
    assert float(births[2]) > 25 > float(births[3]) and births[4].startswith(("10", "11", "9"))
    assert deaths[0] == "30" and deaths[2:] == ("—",) * 6  # thirty deaths: chance
    assert len(found.days) == 31 and found.days[0].shown[1] == ("—", "")
    text = answer.content.decode()
    assert 'data-table="days-of-month"' in text and text.count('<tr data-period="') >= 31
    told = make_program(county_reviewer).get(f"{V1}/date-digits").json()
    one, other = told["items"]
    assert f"{one['days']:.1f}" == births[2] and f"{one['days_by_chance']:.1f}" == births[3]
    assert [(one["known"], one["to_month"], one["to_year"])] == [(10_680, 30, 7)]
    assert f"{100 * one['times'][0]:.0f}%" == found.days[0].shown[0][0]
    assert other["days"] is None and set(other["times"]) == {None} and told["fewest"] == 200


def test_round_dates_are_of_townships_and_above(
    client: Client,
    built: Any,
    county: Any,
    county_reviewer: Account,
    village_worker: Account,
    make_program: Any,
) -> None:
    for page in (
        opened(client, county_reviewer, "/quality", area=str(county.village.pk)),
        opened(client, village_worker, "/quality"),
        opened(client, county_reviewer, "/quality", basis="resident"),
    ):
        assert page.context["quality"].dates is None and 'id="round-dates"' not in page.content.decode()
    for program, query in (
        (make_program(village_worker), {}),
        (make_program(county_reviewer), {"area": county.village.pk}),
    ):
        answer = program.get(f"{V1}/date-digits", query)
        assert (answer.status_code, answer.json()["code"]) == (409, "statistics.not_shown")


def test_children_on_record_beside_the_births_of_the_last_year(
    client: Client, built: Any, county: Any, county_reviewer: Account, make_program: Any
) -> None:
    answer = opened(client, county_reviewer, "/quality")
    found = answer.context["quality"].ratios
    assert [line.cells[0] for line in found.lines] == ["0.40", "1.10", "1.50"]  # 20-24, 25-29, 30-34
    text = answer.content.decode().split('id="pf"')[1].split("</section>")[0]
    assert "href" not in text and "data-value" not in text  # neither opened nor coloured
    told = make_program(county_reviewer).get(f"{V1}/pf-ratio").json()
    assert [one["age"] for one in told["items"]] == [20, 25, 30]
    assert [f"{one['ratio']:.2f}" for one in told["items"]] == [line.cells[2] for line in found.lines]


@pytest.mark.parametrize("built", [60], indirect=True)
def test_where_few_mothers_are_on_record_children_are_not_told(
    client: Client, built: Any, county_reviewer: Account, make_program: Any
) -> None:
    found = opened(client, county_reviewer, "/quality").context["quality"].ratios
    assert not found.lines and "60" in found.missing
    told = make_program(county_reviewer).get(f"{V1}/pf-ratio").json()
    assert told["mothers_on_record"] == pytest.approx(0.6)
    assert {one["ratio"] for one in told["items"]} == {None}


def test_children_on_record_are_told_of_counties_alone(
    client: Client,
    built: Any,
    county: Any,
    county_reviewer: Account,
    township_officer: Account,
    village_worker: Account,
    make_program: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tongchou.apps.statistics.reach.whole", _only_townships(county))
    for account in (village_worker, township_officer, county_reviewer):
        assert opened(client, account, "/quality").context["quality"].ratios is None
        answer = make_program(account).get(f"{V1}/pf-ratio")
        assert (answer.status_code, answer.json()["code"]) == (409, "statistics.not_shown")


def _only_townships(county: Any) -> Any:
    """As if a village of the county lay in another township that was not counted."""
    from tongchou.apps.statistics import reach

    real = reach.whole

    def whole(built: Any, level: Any) -> Any:
        found = real(built, level)
        return found & (level != "county")

    return whole


def test_counts_made_before_say_what_to_do(
    client: Client, make_cubes: Any, county: Any, county_reviewer: Account, make_program: Any
) -> None:
    make_cubes(months=64, people=6000)
    found = opened(client, county_reviewer, "/quality").context["quality"]
    assert found.dates.missing and not found.dates.lines
    assert found.ratios.missing == found.dates.missing
    assert make_program(county_reviewer).get(f"{V1}/date-digits").json()["items"] == []
    assert make_program(county_reviewer).get(f"{V1}/pf-ratio").json()["items"] == []


def returned(county: Any, by: Account, above: Account, at: dt.datetime) -> None:
    for unit, sender, accepts, budget, revenue, grassroots in (
        (county.township.code, by, above, 1_200_000, 60_000_000, 960_000),
    ):
        one = guarantees.send(
            unit=unit, year=2025, by=sender, at=at,
            figures=guarantees.Figures(budget=budget, revenue=revenue, grassroots=grassroots),
        )  # fmt: skip
        guarantees.decide(return_id=one.pk, accepted=True, by=accepts, at=at)


def test_figures_per_head_are_what_governments_give(
    client: Client,
    built: Any,
    county: Any,
    county_reviewer: Account,
    township_officer: Account,
    frozen_clock: dt.datetime,
    make_program: Any,
) -> None:
    returned(county, township_officer, county_reviewer, frozen_clock)
    for number, since in enumerate((dt.date(2024, 1, 1), dt.date(2025, 12, 31), dt.date(2026, 1, 1))):
        guarantees.engage(
            area_id=county.township.pk, name=f"张{number}", post="卫健办工作人员", since=since,
            by=county_reviewer, at=frozen_clock,
        )  # fmt: skip
    answer = opened(client, county_reviewer, "")
    heads = answer.context["heads"]
    cube = statistics.months(built, Basis.REGISTERED)
    of_2025 = cube.months.astype("datetime64[Y]") == np.datetime64("2025")
    assert heads.year == 2025 and len(heads.lines) == 2  # the county and its township
    told = make_program(county_reviewer).get(f"{V1}/per-head").json()
    whole, town = told["items"]
    lived = cube.person_years[:, of_2025].sum()
    assert town["people"] == whole["people"] == pytest.approx(lived, rel=0.02)  # unknown ages come on top
    assert town["budget_fen"] == pytest.approx(1_200_000 / town["people"])
    assert town["revenue_fen"] == pytest.approx(60_000_000 / town["people"])
    assert town["grassroots_fen"] == pytest.approx(960_000 / town["people"])
    assert town["workers"] == whole["workers"] == pytest.approx(2000 / town["people"])  # the third came later
    assert whole["budget_fen"] is None  # the county has not returned anything
    assert heads.lines[0].cells[1] == "—" and "元" in heads.lines[1].cells[1]
    assert 'id="heads"' in answer.content.decode()


def test_figures_per_head_are_of_whole_areas_and_of_many_people(
    client: Client,
    make_cubes: Any,
    county: Any,
    county_reviewer: Account,
    village_worker: Account,
    make_program: Any,
) -> None:
    make_cubes(months=64, people=300)  # of a village: the township has six hundred
    assert make_program(village_worker).get(f"{V1}/per-head").json() == (
        make_program(village_worker).get(f"{V1}/per-head", {"area": county.village.pk}).json()
    )
    assert make_program(village_worker).get(f"{V1}/per-head").json()["items"] == []
    assert opened(client, village_worker, "").context["heads"] is None
    for one in make_program(county_reviewer).get(f"{V1}/per-head").json()["items"]:
        assert {one[name] for name in ("budget_fen", "grassroots_fen", "revenue_fen", "workers")} == {None}


def test_figures_per_head_take_few_queries(built: Any, county: Any, county_reviewer: Account) -> None:
    from tongchou.core.scope import Scope

    scope = Scope.of_area(county.county)
    villages = statistics.villages_in(built, scope)
    with CaptureQueriesContext(connection) as seen:
        guarantees.heads_of(built, villages, basis=Basis.REGISTERED, scope=scope, on=dt.date(2026, 6, 30))
    assert len(seen) <= 10  # with those that are asked once a process


def test_what_is_written_on_squares_is_escaped() -> None:
    from tongchou.web.console.presenters.statistics.tiles import Row, schematic

    row = Row("<b>&镇", "", '<i>"1"</i>', "", "", shade=5, unsure=True, url="")
    drawn = schematic([row]).squares
    assert "<b>" not in drawn and "<i>" not in drawn and "&lt;b&gt;&amp;镇: &lt;i&gt;" in drawn
    assert 'class="tile deep"' in drawn and drawn.count("<rect") == 2 and 'fill="url(#hatch)"' in drawn
