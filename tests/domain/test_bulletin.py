"""What a bulletin and a yearbook say equals the counts and the series they are made of."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchou.domain.demography.news import Verdict
from tongchou.domain.statistics import compute, figures
from tongchou.domain.statistics.bulletin import bulletin
from tongchou.domain.statistics.content import Content, Edition, Mark, Place, Table, from_json
from tongchou.domain.statistics.counted import Counted
from tongchou.domain.statistics.cube import DELAYS, MonthCube
from tongchou.domain.statistics.series import Step
from tongchou.domain.statistics.yearbook import CHAPTERS, yearbook
from tongchou.synth.months import made_months

MAY = np.datetime64("2026-05", "M")


def tree(cube: MonthCube) -> Place:
    """A county over the made-up villages, its townships those of their codes."""
    townships: dict[str, list[str]] = {}
    for code in cube.areas:
        townships.setdefault(code[:9], []).append(code)
    parts = tuple(
        Place(
            f"{code}000",
            f"示例{number}乡",
            "township",
            tuple(villages),
            tuple(Place(one, f"{number}乡{one[-3:]}村", "village", (one,)) for one in villages),
        )
        for number, (code, villages) in enumerate(townships.items(), start=1)
    )
    return Place("520599000000", "示例县", "county", cube.areas, parts)


@pytest.fixture(scope="module")
def cube() -> MonthCube:
    return made_months(villages=30, months=60, people=900)


def made(cube: MonthCube, edition: Edition = Edition.INTERNAL, place: Place | None = None) -> Content:
    return bulletin(cube, place or tree(cube), month=MAY, edition=edition, key="secret")


def test_counts_are_those_of_the_cube(cube: MonthCube) -> None:
    said = made(cube)
    at = cube.months.tolist().index(MAY.item())
    assert said.fact("births", "month").value == cube.mothers[:, at].sum()
    assert said.fact("deaths", "to_date").value == cube.deaths_delay[:, at - 4 : at + 1].sum()
    assert said.fact("arrivals", "month").before == cube.arrivals[:, at - 12].sum()
    people = cube.stock[:, at].sum() + cube.unknown[:, at].sum()
    assert said.fact("people", "end").value == people
    assert said.table("parts_people").rows[-1].cells[-1] == people
    first = said.table("parts_people").rows[0]
    assert first.cells[0] == cube.stock[:10, at, :, 0].sum()


def test_rates_are_those_of_the_series(cube: MonthCube) -> None:
    said = made(cube)
    own = cube.grouped([np.arange(30)], ["520599000000"])
    for code in figures.RATES:
        series = compute.series(own, code, step=Step.ROLLING_YEAR)
        at = series.periods.tolist().index(MAY.item())
        fact = said.fact(code, "rolling_year")
        assert fact.value == pytest.approx(series.figure.value[0, at], abs=1e-5), code
        assert fact.low == pytest.approx(series.figure.low[0, at], abs=1e-5)
    for code in figures.STRUCTURE:
        series = compute.series(own, code, step=Step.MONTH)
        at = series.periods.tolist().index(MAY.item())
        assert said.fact(code, "end").value == pytest.approx(series.figure.value[0, at], abs=1e-5)


def test_the_same_counts_say_the_same(cube: MonthCube) -> None:
    for edition in Edition:
        said = made(cube, edition)
        assert said.sha256 == made(cube, edition).sha256
        assert from_json(said.as_json()) == said
    other = replace(cube, arrivals=cube.arrivals + 1)
    assert made(other).inputs != made(cube).inputs and made(other).sha256 != made(cube).sha256


def _counts(content: Content) -> list[float]:
    """Every count of people and events that is told."""
    codes = {"people", "men", "women", "unknown", "births", "deaths", "arrivals", "departures"}
    found = [one.value for one in content.facts if one.code in codes and one.value is not None]
    for table in content.tables:
        for code in table.columns:
            if code in codes or (code.startswith(("births_", "deaths_")) and not code.endswith("share")):
                found += [v for v in table.column(code) if not isinstance(v, Mark)]
    return found


def test_the_public_edition_has_multiples_of_five_alone(cube: MonthCube) -> None:
    for content in (
        made(cube, Edition.PUBLIC),
        yearbook(cube, tree(cube), year=2025, edition=Edition.PUBLIC),
    ):
        counts = _counts(content)
        assert len(counts) > 200
        assert [one for one in counts if one % 5] == []


def test_the_public_edition_lies_less_than_five_off(cube: MonthCube) -> None:
    public, exact = made(cube, Edition.PUBLIC), made(cube)
    for code, span in (("births", "month"), ("deaths", "to_date"), ("arrivals", "month"), ("men", "end")):
        assert abs((public.fact(code, span).value or 0) - (exact.fact(code, span).value or 0)) < 5


def _adds_up(table: Table) -> None:
    body = table.rows[:-1] if table.total else table.rows
    for code in table.total:
        place = table.columns.index(code)
        known = [row.cells[place] for row in body if not isinstance(row.cells[place], Mark)]
        if known:
            assert table.rows[-1].cells[place] == sum(known), (table.code, code)
    for column, added, taken in table.sums:
        for row in table.rows:
            cells = dict(zip(table.columns, row.cells, strict=True))
            if not any(isinstance(cells[one], Mark) for one in (column, *added, *taken)):
                assert cells[column] == sum(cells[one] for one in added) - sum(cells[one] for one in taken)


@pytest.mark.parametrize("edition", list(Edition))
def test_tables_add_up(cube: MonthCube, edition: Edition) -> None:
    for content in (made(cube, edition), yearbook(cube, tree(cube), year=2025, edition=edition)):
        assert any(table.total for table in content.tables)
        for table in content.tables:
            _adds_up(table)


@settings(max_examples=12, deadline=None)
@given(villages=st.integers(1, 25), people=st.integers(3, 60), seed=st.integers(0, 99))
def test_small_areas_never_tell_few(villages: int, people: int, seed: int) -> None:
    cube = made_months(villages=villages, months=40, people=people, seed=seed)
    said = made(cube, Edition.PUBLIC)
    assert [one for one in _counts(said) if one % 5] == []
    for fact in said.facts:
        if fact.expected and fact.value is not None:
            assert fact.value <= fact.expected[1] <= fact.expected[0] <= fact.expected[2]
    for table in said.tables:
        _adds_up(table)
        for events, rate in (("births", "cbr"), ("deaths", "cdr")):
            if rate in table.columns and table.code == "parts_year":
                for count, of in zip(table.column(events)[:-1], table.column(rate)[:-1], strict=True):
                    assert isinstance(of, Mark) or count >= 10


def test_a_county_of_one_township_says_the_same_of_both() -> None:
    cube = made_months(villages=6, months=40, people=120)
    said = made(cube, Edition.PUBLIC)
    rows = said.table("parts_people").rows
    assert len(rows) == 2 and rows[0].cells == rows[1].cells
    assert rows[0].cells[-1] == said.fact("people", "end").value


def test_a_month_nobody_reported_is_unknown_and_not_nought(cube: MonthCube) -> None:
    reported = cube.reported.copy()
    at = cube.months.tolist().index(MAY.item())
    reported[:, at] = False
    said = made(replace(cube, reported=reported))
    assert said.fact("births", "month").value is None and said.fact("people", "end").value is None
    assert said.fact("births", "to_date").value is None
    assert said.table("trend").rows[-1].cells[0] is Mark.UNKNOWN
    assert said.reported == (0, 30)


def test_a_township_that_did_not_report_is_told(cube: MonthCube) -> None:
    reported = cube.reported.copy()
    at = cube.months.tolist().index(MAY.item())
    reported[:10, at] = False
    said = made(replace(cube, reported=reported))
    assert said.table("reporting").rows[0].cells == (10, 0) and said.reported == (20, 30)
    assert said.table("parts_people").rows[0].cells == (Mark.UNKNOWN,) * 4


def test_late_months_are_provisional_and_expected_higher() -> None:
    cube = known_by_the_end(made_months(villages=100, months=60, people=900))
    said = bulletin(cube, tree(cube), month=np.datetime64("2026-06", "M"), edition=Edition.INTERNAL)
    births = said.fact("births", "month")
    assert births.provisional and births.expected and births.value is not None
    value, low, high = births.expected
    assert births.value <= low <= value <= high and value > 1.3 * births.value
    old = said.table("trend").rows[0]
    assert not old.provisional and old.cells[1] is Mark.UNKNOWN


def known_by_the_end(cube: MonthCube) -> MonthCube:
    """The cube as it is known at the end of its last month: later records are taken out, and their events."""
    months = cube.months.size
    delays = {}
    shares = {}
    for name in ("births_delay", "deaths_delay"):
        cut = getattr(cube, name).copy()
        for back in range(min(DELAYS, months)):
            cut[:, months - 1 - back, back + 1 :] = 0
        delays[name] = cut
        whole = getattr(cube, name).sum(axis=-1)
        shares[name] = np.divide(cut.sum(axis=-1), whole, out=np.ones_like(whole), where=whole > 0)
    mothers = cube.mothers * shares["births_delay"][..., None]
    return replace(cube, mothers=np.rint(mothers), **delays)


def test_what_has_not_changed_is_no_news() -> None:
    """Of many made-up counties in which nothing changes, few bulletins see a rise or fall."""
    seen = 0
    for seed in range(20):
        cube = made_months(villages=10, months=40, people=400, seed=seed)
        facts = [one for one in made(cube).facts if one.verdict is not None]
        seen += any(one.verdict in (Verdict.UP, Verdict.DOWN) for one in facts if not one.provisional)
    assert seen <= 4


def test_a_rise_beyond_chance_is_told() -> None:
    cube = made_months(villages=30, months=60, people=900)
    arrivals = cube.arrivals.copy()
    arrivals[:, -2] *= 3
    said = made(replace(cube, arrivals=arrivals))
    assert said.fact("arrivals", "month").verdict == Verdict.UP


def test_areas_stand_in_the_order_of_the_tree(cube: MonthCube) -> None:
    place = tree(cube)
    for content in (made(cube), yearbook(cube, place, year=2025, edition=Edition.PUBLIC)):
        for table in content.tables:
            labels = [row.label.text for row in table.rows if row.label.kind == "area"]
            names = [one.name for one in place.parts]
            if labels and labels[0] in names:
                assert labels == names, table.code


def test_villages_tell_people_alone(cube: MonthCube) -> None:
    said = yearbook(cube, tree(cube), year=2025, edition=Edition.INTERNAL)
    villages = [one for one in said.tables if one.code == "villages_people"]
    assert len(villages) == 3
    assert {one.columns for one in villages} == {("men", "women", "unknown", "people")}
    names = {village.name for township in tree(cube).parts for village in township.parts}
    for table in said.tables:
        if table.code != "villages_people":
            assert not names & {row.label.text for row in table.rows}
    township = tree(cube).parts[0]
    own = yearbook(cube, township, year=2025, edition=Edition.INTERNAL)
    assert not own.has("parts_year") and not own.has("births_by_sex")
    assert [one for one in own.facts if one.code == "srb"] == []


def test_a_village_and_a_month_without_counts_are_refused(cube: MonthCube) -> None:
    village = tree(cube).parts[0].parts[0]
    with pytest.raises(ValueError, match="township"):
        made(cube, place=village)
    with pytest.raises(ValueError, match="no records"):
        bulletin(cube, tree(cube), month=np.datetime64("2030-01", "M"), edition=Edition.PUBLIC)
    with pytest.raises(ValueError, match="2026"):
        yearbook(cube, tree(cube), year=2026, edition=Edition.PUBLIC)


def test_the_making_of_a_yearbook_can_be_ended(cube: MonthCube) -> None:
    seen: list[str] = []

    def step(chapter: str) -> None:
        seen.append(chapter)
        if chapter == "ages":
            raise InterruptedError

    with pytest.raises(InterruptedError):
        yearbook(cube, tree(cube), year=2025, edition=Edition.PUBLIC, step=step)
    assert seen == list(CHAPTERS[:3])


def test_the_life_table_of_the_public_edition_tells_expectations_alone(cube: MonthCube) -> None:
    public = yearbook(cube, tree(cube), year=2025, edition=Edition.PUBLIC)
    exact = yearbook(cube, tree(cube), year=2025, edition=Edition.INTERNAL)
    assert public.table("life_men").columns == ("expectation",)
    survivors = exact.table("life_men").column("survivors")
    assert all(a >= b for a, b in pairwise(survivors) if not isinstance(a, Mark) and not isinstance(b, Mark))
    own = cube.grouped([np.arange(30)], ["520599000000"])
    series = compute.series(own, "life_expectancy_0_men", step=Step.YEAR)
    at = [str(one) for one in series.periods].index("2025-12")
    assert exact.table("life_men").column("expectation")[0] == round(float(series.figure.value[0, at]), 2)


def test_the_key_decides_the_rounding(cube: MonthCube) -> None:
    place = tree(cube)
    one = Counted(cube, place, Edition.PUBLIC, "a").people(MAY)[1]
    assert (one == Counted(cube, place, Edition.PUBLIC, "a").people(MAY)[1]).all()
    assert (one != Counted(cube, place, Edition.PUBLIC, "b").people(MAY)[1]).any()


def test_codes_are_plain_words(cube: MonthCube) -> None:
    for table in yearbook(cube, tree(cube), year=2025, edition=Edition.PUBLIC).tables:
        assert all(re.fullmatch(r"[a-z0-9_]+", code) for code in (table.code, *table.columns))


def test_what_is_expected_holds_what_comes() -> None:
    """Of fifty made-up counties cut off at their last month, the interval holds what came in nearly all."""
    held = 0
    for seed in range(50):
        whole = made_months(villages=6, months=48, people=900, seed=seed)
        known = Counted(known_by_the_end(whole), tree(whole), Edition.INTERNAL, "")
        figure = known.expected("births", whole.months[-2], whole.months[-2])
        assert figure is not None
        held += bool(figure.low <= whole.mothers[:, -2].sum() <= figure.high)
    assert held >= 45


def test_rates_of_few_events_are_not_told_to_the_public() -> None:
    cube = made_months(villages=3, months=40, people=60)
    public, exact = made(cube, Edition.PUBLIC), made(cube)
    assert exact.fact("cbr", "rolling_year").value is not None
    for code in ("cbr", "natural_increase", "srb", "tfr"):
        assert public.fact(code, "rolling_year").value is None, code


def cut_to(cube: MonthCube, month: np.datetime64) -> MonthCube:
    """The cube as far as a month, with whatever was recorded later left in its place: nothing is restated."""
    size = cube.months.tolist().index(month.item()) + 1
    names = [
        "stock", "person_years", "deaths", "births", "mothers", "arrivals", "departures", "births_delay",
        "deaths_delay", "unknown", "reported",
    ]  # fmt: skip
    return replace(cube, months=cube.months[:size], **{one: getattr(cube, one)[:, :size] for one in names})


def test_a_number_that_stays_is_rounded_one_way_in_all_bulletins() -> None:
    """Twelve bulletins tell the births of one month: rounded anew each time, they would give it away."""
    cube = made_months(villages=4, months=40, people=150)
    delays = np.zeros_like(cube.births_delay)
    delays[..., 0] = cube.mothers.sum(axis=-1)  # all known at once: nothing is restated
    cube = replace(cube, births_delay=delays)
    seen: dict[str, set[float]] = {}
    for month in cube.months[-12:]:
        known = cut_to(cube, month)
        said = bulletin(known, tree(known), month=month, edition=Edition.PUBLIC, key="secret")
        for row in said.table("restatements").rows:
            for code, value in zip(said.table("restatements").columns, row.cells, strict=True):
                if code.startswith("births_") and not isinstance(value, Mark):
                    seen.setdefault(row.label.text, set()).add(float(value))
    assert len(seen) >= 12 and any(len(one) for one in seen.values())
    assert [month for month, values in seen.items() if len(values) != 1] == []


def test_shares_of_few_events_do_not_tell_how_many_there_were() -> None:
    """Nine of thirteen: 69.23 % beside a count of 10 or 15 would tell that there were thirteen."""
    small = made_months(villages=6, months=60, people=150)
    public, exact = made(small, Edition.PUBLIC), made(small)
    for code in figures.RECORDS:
        assert exact.fact(code, "rolling_year").value is not None
        assert public.fact(code, "rolling_year").value is None
    large = made_months(villages=60, months=60, people=900)
    value = made(large, Edition.PUBLIC).fact("births_recorded_same_month", "rolling_year").value
    assert value is not None and value == round(value)
    book = yearbook(small, tree(small), year=2025, edition=Edition.PUBLIC).table("delays")
    assert {cell for row in book.rows for cell in row.cells} == {Mark.UNKNOWN}


def test_rates_do_not_give_exact_person_years_back(cube: MonthCube) -> None:
    """Of two months one after the other they would tell how the people of a township changed."""
    for said in (made(cube, Edition.PUBLIC), yearbook(cube, tree(cube), year=2025, edition=Edition.PUBLIC)):
        (span,) = {one.span for one in said.facts if one.code == "cbr"}
        of = {"rolling_year": "rolling_year", "year": "year"}[span]
        rate = said.fact("cbr", of).value
        table = said.table("parts_year")
        births, cbr = table.column("births"), table.column("cbr")
        for count, one in zip(births[:-1], cbr[:-1], strict=True):
            if not isinstance(one, Mark) and not isinstance(count, Mark):
                years = 1000 * count / one
                off = abs(years - 5 * round(years / 5))
                assert off <= years * 0.005 / one + 1e-6  # no closer to the truth than a multiple of five
        assert rate is not None
        total = said.fact("births", "year").value if of == "year" else None
        if total:
            assert abs(1000 * total / rate % 5) < 1e-3 or abs(1000 * total / rate % 5 - 5) < 1e-3


def test_what_is_exact_is_told_in_the_digits_that_are_printed(cube: MonthCube) -> None:
    said = made(cube, Edition.PUBLIC)
    for code, digits in (("tfr", 2), ("median_age", 1), ("life_expectancy_0_men", 1)):
        fact = next(one for one in said.facts if one.code == code)
        for value in (fact.value, fact.before):
            assert value is None or value == round(value, digits)


def test_townships_are_not_told_by_taking_one_bulletin_from_another() -> None:
    """What a county's bulletin and those of its townships say of one number lies on both sides of it.

    An attacker intersects every range: of a count of 1 to 9 at least four values stay possible, ever.
    """
    cube = made_months(villages=30, months=40, people=60)
    place = tree(cube)
    told: dict[tuple[str, str, str], list[tuple[float, float]]] = {}
    for month in cube.months[-3:]:
        county = bulletin(cube, place, month=month, edition=Edition.PUBLIC, key="secret")
        first = month - np.timedelta64(11, "M")
        own = {one.name: Counted(cube, one, Edition.INTERNAL, "") for one in place.parts}
        table = county.table("parts_year")
        for part in place.parts:
            alone = bulletin(cube, part, month=month, edition=Edition.PUBLIC, key="secret")
            trend = alone.table("trend")
            for kind in ("births", "deaths"):
                row = next(one for one in table.rows if one.label.text == part.name)
                value = row.cells[table.columns.index(kind)]
                assert not isinstance(value, Mark)
                true = own[part.name].events(kind, first, month)[0]
                told.setdefault((part.name, kind, f"{month}"), []).append((value, true))
                last = trend.rows[-1].cells[trend.columns.index(kind)]
                assert not isinstance(last, Mark)
                told.setdefault((part.name, kind, f"{month}:1"), []).append(
                    (last, own[part.name].events(kind, month, month)[0])
                )
    assert any(1 <= true <= 9 for values in told.values() for _value, true in values)
    for values in told.values():
        low, high = max(value - 4 for value, _true in values), min(value + 4 for value, _true in values)
        for value, true in values:
            assert low <= true <= high or value == true
            if 1 <= true <= 9:
                assert high - max(low, 0) + 1 >= 4
