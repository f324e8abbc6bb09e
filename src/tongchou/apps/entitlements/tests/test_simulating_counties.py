"""A reform over a prefecture whose counties set values of their own: theirs stay while they are better."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from tongchou import policies
from tongchou.apps.entitlements import api, simulating
from tongchou.apps.entitlements.simulated import GAIN, LOSE, NOW, THEN, Sum
from tongchou.apps.entitlements.tests.conftest import FAMILY
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.apps.snapshot import api as snapshots
from tongchou.cli import main
from tongchou.core.errors import Invalid
from tongchou.core.scope import Scope
from tongchou.domain.dates import PartialDate
from tongchou.policies import reforms

pytestmark = pytest.mark.django_db
YEAR = 2026
REWARD = "elderly_reward"


def elderly(number: int, born: int, first: int = 5) -> list[Any]:
    """Households of one, each entitled from its sixtieth year on."""
    return [
        replace(
            FAMILY[0],
            row_no=first + place,
            household_no=f"{first + place:04d}",
            marital="30",
            name=("陈老" if born < 1967 else "金叶") + "甲乙丙丁戊己庚辛壬癸子丑"[place],
            birth=PartialDate(born, 3, 12),
        )
        for place in range(number)
    ]


@pytest.fixture
def prefecture(
    counties: policies.Laws, county: Any, elsewhere: Any, make_account: Any, frozen_clock: dt.datetime
) -> Any:
    """Twelve people over 60 in 大方县; in 金沙县 eleven over 60 and ten of 59 years."""
    whole = places.ancestors(county.county)[-1]
    officer = make_account("officer", "township_officer", whole)
    sets = [(county.village, elderly(12, 1960)), (elsewhere, elderly(11, 1961) + elderly(10, 1967, first=50))]
    for place, (village, rows) in enumerate(sets):
        registry.apply_register(
            rows, village_id=village.pk, source=str(place) * 64, by=officer, at=frozen_clock
        )
    by = make_account("reviewer", "county_reviewer", whole)
    snapshots.take_snapshot(by=by, at=frozen_clock, as_of=frozen_clock.date(), purpose="test")
    simulating._summed.cache_clear()
    return SimpleNamespace(whole=whole, here=county.county, there=places.area_by_code("520523"), by=by)


def simulated(prefecture: Any, at: dt.datetime, *said: tuple[str, int], area: Any = None) -> api.Simulation:
    changes = [reforms.Change(REWARD, name, value, YEAR) for name, value in said]
    scope = Scope.of_area(area or prefecture.whole)
    (found,) = api.simulate(scope=scope, changes=changes, year=YEAR, by=prefecture.by, at=at, purpose="预算")
    return found


def test_each_county_starts_from_its_own_values(prefecture: Any, frozen_clock: dt.datetime) -> None:
    """1,200 and 1,500 yuan become 1,600; those of 59 years in 金沙县 are entitled before and after."""
    found = simulated(prefecture, frozen_clock, ("yearly_amount", 160000))
    here, there = prefecture.here.pk, prefecture.there.pk
    assert found.shown(NOW, here) == Sum(12, 12, 12 * 120000)
    assert found.shown(NOW, there) == Sum(21, 21, 21 * 150000)
    assert found.shown(GAIN, here) == Sum(12, 12, 12 * 40000)
    assert found.shown(GAIN, there) == Sum(21, 21, 21 * 10000)
    assert found.shown(THEN) == Sum(33, 33, 33 * 160000)


def test_what_a_county_has_set_stays_while_it_is_better(prefecture: Any, frozen_clock: dt.datetime) -> None:
    """1,300 yuan are a gain in 大方县 and nothing in 金沙县, which pays 1,500 already; nobody loses."""
    found = simulated(prefecture, frozen_clock, ("yearly_amount", 130000))
    here, there = prefecture.here.pk, prefecture.there.pk
    assert found.shown(GAIN, here) == Sum(12, 12, 12 * 10000)
    assert found.shown(GAIN, there) == Sum() and found.shown(LOSE) == Sum()
    assert found.shown(THEN, there) == found.shown(NOW, there) == Sum(21, 21, 21 * 150000)
    # An age of 59 is an earlier one in 大方县 and a later one than that of 金沙县.
    found = simulated(prefecture, frozen_clock, ("starting_age", 59), ("yearly_amount", 130000))
    assert found.shown(THEN, there) == Sum(21, 21, 21 * 150000) and found.shown(LOSE) == Sum()


def test_a_county_that_asks_for_itself_changes_its_own_value(
    prefecture: Any, frozen_clock: dt.datetime
) -> None:
    """金沙县 may go back to 1,300 yuan, but not below what the State gives; its own value is no news."""
    there = prefecture.there
    found = simulated(prefecture, frozen_clock, ("yearly_amount", 130000), area=there)
    assert found.shown(NOW) == Sum(21, 21, 21 * 150000)
    assert found.shown(LOSE) == Sum(21, 21, 21 * 20000) and found.shown(GAIN) == Sum()
    ground = api.ground(scope=Scope.of_area(there), on=frozen_clock.date())
    assert ground is not None
    offer = next(one for one in reforms.offers(ground.law) if one.programme.code == REWARD)
    assert {one.name: one.in_year(YEAR).value for one in offer.parameters}["yearly_amount"] == 150000
    for value in (150000, 90000):  # what holds already, and less than the State gives
        with pytest.raises(Invalid) as error:
            simulated(prefecture, frozen_clock, ("yearly_amount", value), area=there)
        assert set(error.value.data["problems"]) == {f"{REWARD}.yearly_amount"}


def test_the_page_shows_the_values_of_the_county(
    prefecture: Any, client: Any, make_account: Any, frozen_clock: dt.datetime
) -> None:
    client.force_login(make_account("planner", "county_finance", prefecture.there))
    assert "1,500" in client.get(f"/simulate?programme={REWARD}").content.decode()
    client.force_login(make_account("planner-2", "county_finance", prefecture.whole))
    text = client.get(f"/simulate?programme={REWARD}").content.decode()
    assert "1,080" in text and "1,500" not in text


def test_over_a_file_too(counties: policies.Laws, tmp_path: Path) -> None:
    """The command over a file: one person in each county, and one in a county that has set nothing."""
    rows = [
        f"{number},{number},{code},1960,3,false"
        for number, code in enumerate(("520521901201", "520523901201", "520522901201"), start=1)
    ]
    file = tmp_path / "facts.csv"
    head = "person_id,household_id,area_code,birth_year,birth_month,deceased"
    file.write_text("\n".join([head, *rows]), encoding="utf-8")
    asked = ("policies", "simulate", "--set", f"{REWARD}.yearly_amount=1300", "--year", str(YEAR))
    done = CliRunner().invoke(main, [*asked, "--facts", str(file), "--by", "area", "--json"])
    assert done.exit_code == 0, done.output
    found = {one["area_code"]: one for one in json.loads(done.output)}
    most = {code: (one["open_now"]["fen"], one["open_then"]["fen"]) for code, one in found.items()}
    assert most == {
        "520521901201": (120000, 130000),
        "520522901201": (108000, 130000),
        "520523901201": (150000, 150000),
    }


def test_a_file_of_one_county_asks_of_its_own_law(counties: policies.Laws, tmp_path: Path) -> None:
    """As on the page: a county that asks for itself lowers its own value, down to what is above it."""
    file = tmp_path / "facts.csv"
    head = "person_id,household_id,area_code,birth_year,birth_month,deceased"
    file.write_text(f"{head}\n1,1,520523901201,1960,3,false\n", encoding="utf-8")
    asked = ("policies", "simulate", "--set", f"{REWARD}.yearly_amount=1300", "--year", str(YEAR))
    done = CliRunner().invoke(main, [*asked, "--facts", str(file), "--json"])
    assert done.exit_code == 0, done.output
    (one,) = json.loads(done.output)
    assert (one["open_now"]["fen"], one["open_then"]["fen"]) == (150000, 130000)


def test_whoever_an_earlier_age_reaches_before_59_is_asked_and_not_passed_over(
    counties: policies.Laws, elsewhere: Any, make_account: Any, frozen_clock: dt.datetime
) -> None:
    """金沙县 begins at 58: numbers of children are read from a register from 59 on alone (ADR 12)."""
    at, whole = frozen_clock, places.ancestors(elsewhere)[-1]
    by = make_account("reviewer", "county_reviewer", whole)
    registry.apply_register(elderly(1, 1968), village_id=elsewhere.pk, source="9" * 64, by=by, at=at)
    snapshots.take_snapshot(by=by, at=at, as_of=at.date(), purpose="test")
    api.evaluate_latest(year=YEAR, by=by, at=at, purpose="test")
    (item,) = api.worklist(scope=Scope.of_area(whole), year=YEAR, unclear=True).items
    assert (item.programme, item.outcome, item.year) == (REWARD, "needs_information", YEAR)
