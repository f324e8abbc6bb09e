"""People by age and sex, against a count that tries every day a birth could have been."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.apps.snapshot import ages, queries
from tongchou.apps.snapshot import api as snapshots
from tongchou.core.errors import Conflict

TODAY = dt.date(2026, 6, 30)
FIRSTS = (0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85)
HERE, THERE = "520521901201", "520521901202"


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    queries._counted.cache_clear()
    yield
    queries._counted.cache_clear()


def possible_days(year: int, month: int | None, day: int | None) -> Iterator[dt.date]:
    for one in [month] if month else range(1, 13):
        last = calendar.monthrange(year, one)[1]
        for day_of in [day] if day else range(1, last + 1):
            yield dt.date(year, one, day_of)


def group_by_trying(person: dict[str, Any], as_of: dt.date) -> int | None:
    """The group every possible birthday up to ``as_of`` agrees on: birthdays are lived through one by one."""
    if person["birth_year"] is None:
        return None
    found = set()
    for born in possible_days(person["birth_year"], person["birth_month"], person["birth_day"]):
        if born > as_of:
            continue
        age = sum(
            (year, born.month, born.day) <= (as_of.year, as_of.month, as_of.day)
            for year in range(born.year + 1, as_of.year + 1)
        )
        found.add(max(first for first in FIRSTS if first <= age))
    return found.pop() if len(found) == 1 else None


@st.composite
def people(draw: st.DrawFn, as_of: dt.date) -> dict[str, Any]:
    born = draw(st.dates(dt.date(1920, 1, 1), as_of))
    known = draw(st.sampled_from(["day", "day", "month", "year", "nothing"]))
    return {
        "area_code": draw(st.sampled_from([HERE, THERE, None])),
        "birth_year": born.year if known != "nothing" else None,
        "birth_month": born.month if known in ("day", "month") else None,
        "birth_day": born.day if known == "day" else None,
        "sex": draw(st.sampled_from([1, 2, None])),
        "deceased": draw(st.sampled_from([False, False, False, True])),
    }


AS_OF = st.sampled_from([TODAY, dt.date(2026, 1, 1), dt.date(2026, 12, 31), dt.date(2024, 2, 29)])


@given(AS_OF.flatmap(lambda day: st.tuples(st.just(day), st.lists(people(day), max_size=60))))
def test_as_counted_by_hand(given_people: tuple[dt.date, list[dict[str, Any]]]) -> None:
    as_of, everybody = given_people
    facts = pl.DataFrame(everybody, schema={name: snapshots.SCHEMA[name] for name in ages.COLUMNS})
    counted = ages.total(ages.count(facts, as_of), as_of, [HERE])
    living = [one for one in everybody if one["area_code"] == HERE and not one["deceased"]]
    expected = Counter((group_by_trying(one, as_of), one["sex"]) for one in living)
    for line in counted.lines:
        assert (line.men, line.women, line.unknown_sex) == tuple(
            expected[line.first, sex] for sex in (1, 2, None)
        )
    assert counted.total == len(living)
    assert counted.known_age + counted.unknown_age.total == counted.total
    assert counted.young + counted.working + counted.old == counted.known_age
    assert counted.young == sum(n for (first, _), n in expected.items() if first in (0, 5, 10))
    assert counted.old == sum(n for (first, _), n in expected.items() if first is not None and first >= 60)
    assert counted.drawn == sum(n for (first, sex), n in expected.items() if None not in (first, sex))


def test_a_birthday_is_reached_on_its_day() -> None:
    born = {
        "area_code": HERE,
        "birth_year": 1966,
        "birth_month": 6,
        "birth_day": 30,
        "sex": 1,
        "deceased": False,
    }
    facts = pl.DataFrame([born], schema={name: snapshots.SCHEMA[name] for name in ages.COLUMNS})
    for as_of, old in ((TODAY, 1), (TODAY - dt.timedelta(days=1), 0)):
        assert ages.total(ages.count(facts, as_of), as_of, [HERE]).old == old


@pytest.fixture
def taken(apply: Callable[..., Any], county_reviewer: Any, frozen_clock: Any) -> Any:
    apply()
    return snapshots.take_snapshot(by=county_reviewer, at=frozen_clock, as_of=TODAY, purpose="年度评估")


def test_of_a_village(taken: Any, county: Any) -> None:
    counted = snapshots.age_sex(taken, area_codes=[county.village.code])
    # 孙丽, born in 1988, is 37 or 38 and counts; 郑有田, born in 1966, is 59 or 60: nobody can say.
    assert (counted.total, counted.men, counted.women) == (10, 5, 5)
    assert (counted.young, counted.working, counted.old) == (1, 3, 5)
    assert (counted.unknown_age.men, counted.unknown_age.women) == (1, 0)
    assert counted.as_of == TODAY


def test_nobody_elsewhere_and_nowhere(taken: Any, county: Any) -> None:
    for codes in ([], [county.other_village.code], ["999999999999"]):
        assert snapshots.age_sex(taken, area_codes=codes).total == 0


def test_the_file_is_read_once(taken: Any, county: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    reads = []
    read = queries.files.read
    monkeypatch.setattr(queries.files, "read", lambda path: reads.append(path) or read(path))
    for codes in ([county.village.code], [], [county.other_village.code], [county.village.code]):
        snapshots.age_sex(taken, area_codes=codes)
    assert reads == [taken.path]


def test_a_changed_file_is_not_counted(taken: Any, county: Any, var_folder: Path) -> None:
    path = var_folder / taken.path
    pl.read_parquet(path).with_columns(sex=pl.lit(1).cast(pl.Int64)).write_parquet(path)
    with pytest.raises(Conflict, match="damaged"):
        snapshots.age_sex(taken, area_codes=[county.village.code])
