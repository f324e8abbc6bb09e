"""Dates of registers: every form of writing, the precision kept, nothing invented."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.domain.date_parsing import parse_date

YEAR = 2026
DAYS = st.dates(dt.date(1930, 1, 1), dt.date(2026, 12, 31))
FORMS = (
    "{y}.{m}.{d}",
    "{y}/{m}/{d}",
    "{y}-{m:02d}-{d:02d}",
    "{y}{m:02d}{d:02d}",
    "{y}年{m}月{d}日",
    " {y}．{m}．{d} ",
    "{y}年{m:02d}月{d:02d}日出生",
    "{y}-{m}-{d} 00:00:00",
    "{y} 年 {m} 月 {d} 日",
)


def read(cell: object) -> tuple[str | None, tuple[str, ...]]:
    found = parse_date(cell, latest_year=YEAR)
    return (str(found.date) if found.date else None, found.problems)


@given(DAYS, st.sampled_from(FORMS))
def test_a_day_is_read_in_every_form(day: dt.date, form: str) -> None:
    assert read(form.format(y=day.year, m=day.month, d=day.day)) == (day.isoformat(), ())


@given(DAYS)
def test_spreadsheet_days(day: dt.date) -> None:
    serial = (day - dt.date(1899, 12, 30)).days
    assert read(serial) == read(float(serial)) == read(str(serial)) == (day.isoformat(), ())
    assert read(serial + 0.5) == (day.isoformat(), ())
    assert read(dt.datetime.combine(day, dt.time(12))) == read(day) == (day.isoformat(), ())


def test_the_1904_base() -> None:
    found = parse_date(44_347, latest_year=YEAR, base_1904=True)
    assert str(found.date) == "2025-06-01"


@given(
    DAYS,
    st.sampled_from(
        ["{y}年{m}月", "{y}.{m}", "{y}-{m:02d}", "{y}/{m}", "{y}{m:02d}", "{y}年{m}月份", "{y}-{m}-00"]
    ),
)
def test_a_month_stays_a_month(day: dt.date, form: str) -> None:
    assert read(form.format(y=day.year, m=day.month)) == (f"{day:%Y-%m}", ())


@given(st.integers(1900, 2026))
def test_a_year_stays_a_year(year: int) -> None:
    for cell in (year, float(year), str(year), f"{year}年", f"{year}.0.0"):
        assert read(cell) == (str(year), ())


@pytest.mark.parametrize(
    ("cell", "date", "problems"),
    [
        ("60.3", "1960-03", ("date_short_year",)),
        (60.3, "1960-03", ("date_short_year",)),
        ("05年", "2005", ("date_short_year",)),
        ("20.5.1", None, ("date_century_unknown",)),
        (1960.1, "1960", ("date_month_unsure",)),
        (1960.12, "1960-12", ()),
        ("农历1960年三月初七", "1960", ("date_lunar",)),
        ("1960年腊月廿三", "1960", ("date_lunar",)),
        ("阴历七月半", None, ("date_lunar",)),
        ("2025-02-30", None, ("date_impossible",)),
        ("2025-13-01", None, ("date_impossible",)),
        ("1025-01-01", None, ("date_impossible",)),
        ("20251301", None, ("date_impossible",)),
        ("去年春天", None, ("date_unreadable",)),
        ("7/3/1965", None, ("date_unreadable",)),
        (True, None, ("date_unreadable",)),
        (3.5, None, ("date_unreadable",)),
        (float("inf"), None, ("date_unreadable",)),
        (dt.time(12), None, ("date_unreadable",)),
        ("", None, ()),
        (None, None, ()),
        ("１９６０年３月", "1960-03", ()),
    ],
)
def test_readings(cell: object, date: str | None, problems: tuple[str, ...]) -> None:
    assert read(cell) == (date, problems)


@given(st.one_of(st.text(max_size=20), st.floats(), st.integers(), st.from_regex(r"[0-9./年月日-]{1,12}")))
def test_any_cell_gives_a_reading(cell: object) -> None:
    parse_date(cell, latest_year=YEAR)


@given(DAYS, st.integers(1, 3))
def test_no_part_is_known_that_was_not_written(day: dt.date, parts: int) -> None:
    written = ".".join(str(part) for part in (day.year, day.month, day.day)[:parts])
    found = parse_date(written, latest_year=YEAR).date
    assert found is not None
    assert [found.year, found.month, found.day][parts:] == [None] * (3 - parts)
