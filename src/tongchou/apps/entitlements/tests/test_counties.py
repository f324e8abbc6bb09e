"""A prefecture's counties each set values of their own: everybody stands under the law of its county."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tongchou import policies
from tongchou.apps.entitlements import api
from tongchou.apps.entitlements.models import Entitlement
from tongchou.apps.entitlements.tests.conftest import DAFANG, FAMILY, YEAR
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.apps.snapshot import api as snapshots
from tongchou.core.scope import Scope
from tongchou.domain.dates import PartialDate
from tongchou.domain.policy.errors import LoadError

pytestmark = pytest.mark.django_db


def paid() -> dict[str, int | None]:
    rows = Entitlement.objects.filter(
        evaluation__current=True, evaluation__year=YEAR, programme="elderly_reward"
    )
    names = registry.people(set(rows.values_list("person_id", flat=True)), scope=Scope.everything())
    return {names[row.person_id].name: row.amount_fen for row in rows}


def test_each_place_has_its_chain(counties: policies.Laws) -> None:
    assert [one.source for one in counties.common] == ["1-province.yaml"]
    assert [one.source for one in counties.chain("520521901201")] == ["1-province.yaml", "2-dafang.yaml"]
    assert counties.chain("520522901201") == counties.common == counties.chain(None)
    assert counties.chain("440100") == ()
    assert len(counties.chains) == 3 and counties.several


def test_one_chain_is_one_law(counties: policies.Laws) -> None:
    alone = policies.Laws(counties.overlays[:2])
    assert alone.common == alone.overlays  # the same law is shown, and still only 大方县 stands under it
    assert [one.source for one in alone.chain("520523901201")] == ["1-province.yaml"]
    assert not policies.Laws(()).several


def test_the_only_county_with_a_file_of_its_own_sets_nothing_for_the_others(counties: policies.Laws) -> None:
    """One chain, and people elsewhere, or of an unknown place, who do not stand under it."""
    alone = policies.Laws(counties.overlays[1:2])
    facts = pl.DataFrame({"person_id": [1, 2, 3], "area_code": ["520521901201", "520523901201", None]})
    found = {
        person: [one.source for one in law.overlays]
        for part, law in alone.split(facts)
        for person in part["person_id"]
    }
    assert found == {1: ["2-dafang.yaml"], 2: [], 3: ["2-dafang.yaml"]}
    assert alone.over(["520523901201"]).overlays == ()


def test_a_county_sets_nothing_it_may_not(tmp_path: Path) -> None:
    wrong = DAFANG.replace("elderly_reward:\n    yearly_amount", "childcare_subsidy:\n    yearly_amount")
    (tmp_path / "wrong.yaml").write_text(wrong, encoding="utf-8")
    with pytest.raises(LoadError, match="a county may not set"):
        policies.read_overlays(tmp_path)


def test_everybody_incremental_and_one_by_one_agree(
    counties: policies.Laws,
    family: dict[str, int],
    elsewhere: Any,
    county_reviewer: Any,
    frozen_clock: dt.datetime,
    make_account: Any,
    county: Any,
) -> None:
    everywhere = places.ancestors(county.county)[-1]
    act = {"by": make_account("officer", "township_officer", everywhere), "at": frozen_clock}
    rows = [
        replace(FAMILY[0], household_no="0077", row_no=31, name="金老人"),
        replace(FAMILY[0], household_no="0077", row_no=32, name="金未满", relation="12", sex=2,
                birth=PartialDate(1967, 1, 5)),
    ]  # fmt: skip
    registry.apply_register(rows, village_id=elsewhere.pk, source="c" * 64, **act)
    by = make_account("reviewer", "county_reviewer", everywhere)
    snapshot = snapshots.take_snapshot(by=by, at=frozen_clock, as_of=frozen_clock.date(), purpose="test")
    run = api.evaluate_latest(year=YEAR, by=by, at=frozen_clock, purpose="test")
    assert run.policies_sha256 == counties.version()
    assert {name: fen for name, fen in paid().items() if fen} == {
        "陈老根": 120000, "金老人": 150000, "金未满": 150000,
    }  # fmt: skip
    # One by one: the page of each family.
    facts = snapshots.read(snapshot)
    together = counties.evaluate(facts, YEAR)
    for row in facts.iter_rows(named=True):
        for one in policies.of_row(row).listed:
            answer = one.evaluate_one(row, YEAR)
            found = together.filter(pl.col("person_id") == row["person_id"], pl.col("programme") == one.code)
            assert (
                found["outcome"].item() == answer.outcome and found["amount_fen"].item() == answer.amount_fen
            )
    # Incremental: a household moves to the other county and stands under its law.
    from tongchou.apps.registry.models import Person

    old = Person.objects.get(name="金老人").pk
    there = registry.people({old}, scope=Scope.everything())[old].household_id
    assert there is not None
    registry.move_registration(
        person_id=family["陈老根"], household_id=there, relation="97", since=PartialDate(2026, 6, 30), **act
    )
    api.follow(at=frozen_clock)
    followed = paid()
    assert followed["陈老根"] == 150000
    snapshots.take_snapshot(by=by, at=frozen_clock, as_of=frozen_clock.date(), purpose="again")
    api.evaluate_latest(year=YEAR, by=by, at=frozen_clock, purpose="again")
    assert paid() == followed
    shown = api.person_entitlements(family["陈老根"], scope=Scope.everything(), year=YEAR)
    reward = next(one for one in shown.results if one.programme == "elderly_reward")
    assert reward.amount_fen == 150000


def test_the_public_page_shows_the_law_of_a_place(counties: policies.Laws, client: Any) -> None:
    common = client.get("/programmes/elderly_reward").content.decode()
    there = client.get("/programmes/elderly_reward?area=520523").content.decode()
    assert "1,500元" not in common and "1,500元" in there and "金沙县" in common
    assert "1,200元" not in there
    assert client.get("/programmes?area=520521").status_code == 200
    assert client.get("/programmes/elderly_reward/ask?area=520521").status_code == 200


def test_a_list_tells_the_defaults_it_rests_on(
    counties: policies.Laws, evaluated: dict[str, int], county_reviewer: Any, frozen_clock: dt.datetime,
    tmp_path: Path, django_assert_num_queries: Any,
) -> None:  # fmt: skip
    run = api.latest_run(YEAR)
    assert run is not None and api.defaults_of(run) == ()
    assumed = DAFANG.replace("value: 120000,", "value: 120000, assumed: true,")
    (tmp_path / "2-dafang.yaml").write_text(assumed, encoding="utf-8")
    policies.laws.cache_clear()
    with django_assert_num_queries(1):
        (one,) = api.defaults_of(run)
    rows = Entitlement.objects.filter(evaluation=run, programme="elderly_reward").count()
    assert (one.parameter, one.value, one.answers) == ("yearly_amount", 120000, rows) and rows
