"""The working days of the installation: the years that come with it, and those an administrator added.

Everything that counts working days asks here: cases, grievances, notices and what pages say is left.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from importlib import resources

import yaml

from tongchou.core.holiday_table import HolidayTable
from tongchou.domain.workdays import Calendar, Due, Year, read_year

#: The calendar within ``steady``: empty until it is asked for.
_steady: ContextVar[list[Calendar] | None] = ContextVar("steady_calendar", default=None)


@lru_cache(maxsize=1)
def _files() -> dict[int, dict[str, object]]:
    found = {}
    for file in (resources.files("tongchou.reference") / "holidays").iterdir():
        if file.name.endswith(".yaml"):
            text = file.read_text(encoding="utf-8")
            found[int(file.name.removesuffix(".yaml"))] = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506
    return found


@lru_cache(maxsize=1)
def shipped() -> dict[int, Year]:
    """The years that come with the installation, read once in a process.

    Raises
    ------
    HolidayProblem
        When a file is wrong.
    """
    return {year: read_year(year, table["off"], table["work"]) for year, table in _files().items()}  # type: ignore[arg-type]


def shipped_source(year: int, language: str) -> str:
    """The document a year that comes with the installation rests on."""
    return str(_files()[year]["source"][language])  # type: ignore[index]


def added() -> dict[int, HolidayTable]:
    """The table of each year that was entered, in its newest version. One query."""
    return {row.year: row for row in HolidayTable.objects.order_by("year", "version")}


def as_year(table: HolidayTable) -> Year:
    """The days of a table."""
    days = {"off": set(), "work": set()}
    for on, kind, _name in table.days:
        days[kind].add(dt.date.fromisoformat(on))
    return Year(frozenset(days["off"]), frozenset(days["work"]))


def calendar() -> Calendar:
    """Every announced year; what was entered counts before what came with the installation. One query.

    Read anew each time, or once within ``steady``: a table that was just entered counts in every process
    from then on.
    """
    held = _steady.get()
    if held:
        return held[0]
    found = Calendar({**shipped(), **{year: as_year(table) for year, table in added().items()}})
    if held is not None:
        held.append(found)
    return found


@contextmanager
def steady() -> Iterator[None]:
    """Within it the tables are read once, when they are first asked for: a page, a chunk of cases."""
    if _steady.get() is not None:  # an outer one holds already
        yield
        return
    token = _steady.set([])
    try:
        yield
    finally:
        _steady.reset(token)


def entered() -> None:
    """A table was entered: whoever asks next reads it."""
    if held := _steady.get():
        held.clear()


def add_workdays(start: dt.date, days: int) -> Due:
    """The last of so many working days after a day; see ``Calendar.add``."""
    return calendar().add(start, days)


def workdays_between(start: dt.date, end: dt.date) -> int:
    """How many working days follow a day until another; see ``Calendar.between``."""
    return calendar().between(start, end)
