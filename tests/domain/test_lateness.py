"""Days late of appropriations, each case counted by hand."""

from __future__ import annotations

import datetime as dt

import pytest

from tongchou.domain.lateness import Punctuality, punctuality, together

DUE = dt.date(2026, 3, 31)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(f"2026-{text}")


@pytest.mark.parametrize(
    ("arrivals", "on", "told"),
    [
        # nothing there: before, on and after the due day
        ([], "03-30", (0, 0, 0)),
        ([], "03-31", (0, 0, 0)),
        ([], "04-01", (0, 100, 1)),
        # all of it: early, on the day, a day and a month late, looked at long after
        ([("03-02", 100)], "12-31", (100, 0, 0)),
        ([("03-31", 100)], "12-31", (100, 0, 0)),
        ([("04-01", 100)], "12-31", (100, 100, 1)),
        ([("04-30", 100)], "12-31", (100, 100, 30)),
        # in parts: the last one counts, whatever order they were written down in
        ([("03-02", 60), ("04-05", 40)], "12-31", (100, 40, 5)),
        ([("04-20", 10), ("03-02", 60), ("04-05", 30)], "12-31", (100, 40, 20)),
        # a part is missing: until today
        ([("03-02", 60)], "04-10", (60, 40, 10)),
        ([("03-02", 60), ("04-05", 30)], "04-10", (90, 40, 10)),
        ([("03-02", 60)], "03-31", (60, 0, 0)),
        # what arrives after the day of the report is not known on it
        ([("03-02", 60), ("04-20", 40)], "04-10", (60, 40, 10)),
    ],
)
def test_days_late(arrivals: list[tuple[str, int]], on: str, told: tuple[int, int, int]) -> None:
    found = punctuality(100, DUE, [(day(text), fen) for text, fen in arrivals], day(on))
    assert (found.arrived, found.late, found.days) == told
    assert found.missing == 100 - told[0]
    assert found.overdue == (found.missing if day(on) > DUE else 0)


def test_together_the_latest_counts_and_amounts_add_up() -> None:
    several = [Punctuality(100, 100, 40, 5), Punctuality(50, 10, 40, 12, 40), Punctuality(7, 7)]
    assert together(several) == Punctuality(157, 117, 80, 12, 40)
    assert together([]) == Punctuality()
