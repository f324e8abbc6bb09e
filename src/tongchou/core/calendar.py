"""The working days of the installation: the years that come with it, and those an administrator added."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from importlib import resources

import yaml

from tongchou.domain.workdays import Calendar, Due, Year, read_year


@lru_cache(maxsize=1)
def shipped() -> dict[int, Year]:
    """The years that come with the installation, read once in a process.

    Raises
    ------
    HolidayProblem
        When a file is wrong.
    """
    found = {}
    for file in (resources.files("tongchou.reference") / "holidays").iterdir():
        if file.name.endswith(".yaml"):
            year = int(file.name.removesuffix(".yaml"))
            table = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - texts alone
            found[year] = read_year(year, table["off"], table["work"])
    return found


def calendar() -> Calendar:
    """Every announced year."""
    return Calendar(shipped())


def add_workdays(start: dt.date, days: int) -> Due:
    """The last of so many working days after a day; see ``Calendar.add``."""
    return calendar().add(start, days)


def workdays_between(start: dt.date, end: dt.date) -> int:
    """How many working days follow a day until another; see ``Calendar.between``."""
    return calendar().between(start, end)
