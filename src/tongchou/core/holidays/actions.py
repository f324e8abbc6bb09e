"""Entering a year's holidays: looked at first, saved as a new version, what rests on them counted anew."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from tongchou.core import access, audit, calendar, clock
from tongchou.core.errors import Conflict, Invalid
from tongchou.core.holiday_table import HolidayTable
from tongchou.core.holidays import resting, words
from tongchou.core.holidays.jobs import KIND, SET
from tongchou.core.jobs import api as jobs
from tongchou.domain.holiday_tables import Day, Table, TableProblem, read_table
from tongchou.domain.holiday_tables import text_of as text_of_table
from tongchou.domain.workdays import Calendar, Year

if TYPE_CHECKING:
    from tongchou.core.models import Account

#: Years after this one that can be entered: later ones are not announced, so they are slips of the pen.
AHEAD: Final = 2


@dataclass(frozen=True, slots=True)
class Preview:
    """What a table says and changes; nothing is saved.

    ``newly_off`` and ``newly_worked`` are days that count otherwise than they do now. ``moves`` tells how
    many last days would move, by what they are of. ``seen`` is the version that counts now.
    """

    table: Table
    announced: bool
    same: bool
    newly_off: tuple[dt.date, ...]
    newly_worked: tuple[dt.date, ...]
    workdays_before: int
    workdays: int
    moves: tuple[tuple[str, int], ...]
    seen: int


@dataclass(frozen=True, slots=True)
class Saved:
    """What counts after saving. ``new``: a version was added and ``job`` counts anew; else it was there."""

    year: int
    version: int
    new: bool
    job: jobs.Job | None = None


def text_of(content: bytes) -> str:
    """The text of a file.

    Raises
    ------
    Invalid
        ``holidays.invalid`` when it is none.
    """
    try:
        return text_of_table(content)
    except TableProblem as error:
        raise _invalid(error) from error


def preview(*, text: str, year: int | None, source: str, by: Account, at: dt.datetime) -> Preview:
    """What a table would change.

    Raises
    ------
    NotAllowed
        When the account may not enter tables.
    Invalid
        ``holidays.invalid`` with ``problems`` by line, all at once; ``holidays.year``.
    """
    on = clock.date_of(at)
    access.require(by, SET, on=on)
    table = _read(text, year, source, on)
    versions = calendar.added()
    there = calendar.calendar()
    then = Calendar({**there.years, table.year: table.as_year()})
    days = _days_of(table.year)
    before, after = ([one.is_workday(day) for day in days] for one in (there, then))
    first = dt.date(table.year, 1, 1)
    return Preview(
        table=table,
        announced=there.knows(table.year),
        same=_same(table, versions.get(table.year), there.years.get(table.year)),
        newly_off=tuple(day for day, was, now in zip(days, before, after, strict=True) if was and not now),
        newly_worked=tuple(day for day, was, now in zip(days, before, after, strict=True) if now and not was),
        workdays_before=sum(before),
        workdays=sum(after),
        moves=tuple((one.name, one.moving(then, first, on)) for one in resting.all_rests()),
        seen=versions[table.year].version if table.year in versions else 0,
    )


@transaction.atomic
def save(
    *, text: str, year: int | None, source: str, by: Account, at: dt.datetime, seen: int | None = None
) -> Saved:
    """Add a year's table as its newest version; a job counts anew what rests on it. Sent twice, it is one.

    Parameters
    ----------
    seen
        ``Preview.seen`` of what was looked at; None compares nothing.

    Raises
    ------
    NotAllowed, Invalid
        As ``preview``.
    Conflict
        ``holidays.changed`` when somebody entered another version meanwhile.
    """
    on = clock.date_of(at)
    access.require(by, SET, on=on)
    table = _read(text, year, source, on)
    latest = calendar.added().get(table.year)
    version = latest.version if latest else 0
    if _same(table, latest, calendar.calendar().years.get(table.year)):
        return Saved(table.year, version, new=False)
    if seen is not None and seen != version:
        raise _changed()
    days = [[one.on.isoformat(), "work" if one.work else "off", one.name] for one in table.days]
    try:
        with transaction.atomic():
            made = HolidayTable.objects.create(
                year=table.year,
                version=version + 1,
                days=days,
                source=table.source,
                recorded_at=at,
                recorded_by=by,
            )
    except IntegrityError as error:
        raise _changed() from error
    calendar.entered()
    job = jobs.enqueue(kind=KIND, payload={"table": made.pk}, key=f"{KIND}:{made.pk}", by=by, at=at)
    audit.append(
        by=by,
        action="holidays.set",
        subject=f"holidays:{made.pk}",
        at=at,
        detail={"year": made.year, "version": made.version, "days": len(days)},
    )
    return Saved(made.year, made.version, new=True, job=job)


def _changed() -> Conflict:
    message = _("Somebody has entered this year meanwhile. Look at what counts now, then enter it again.")
    return Conflict("holidays.changed", message)


def _read(text: str, year: int | None, source: str, on: dt.date) -> Table:
    try:
        table = read_table(text, year=year, source=source)
    except TableProblem as error:
        raise _invalid(error) from error
    if not on.year <= table.year <= on.year + AHEAD:
        message = _("Choose a year from %(first)s to %(last)s.") % {
            "first": on.year,
            "last": on.year + AHEAD,
        }
        raise Invalid("holidays.year", message, problems={_("Year"): [message]})
    return table


def _invalid(error: TableProblem) -> Invalid:
    message = _("Please mend the lines named here. Nothing was saved.")
    problems: dict[str, list[str]] = {}
    for one in error.problems:
        problems.setdefault(words.place(one), []).append(words.told(one))
    return Invalid("holidays.invalid", message, problems=problems)


def _same(table: Table, latest: HolidayTable | None, counts: Year | None) -> bool:
    """Whether a table says what counts already; of what was entered, in its words too."""
    if latest is None:
        return counts == table.as_year()
    held = tuple(Day(dt.date.fromisoformat(on), kind == "work", name) for on, kind, name in latest.days)
    return (held, latest.source) == (table.days, table.source)


def _days_of(year: int) -> list[dt.date]:
    first = dt.date(year, 1, 1)
    return [first + dt.timedelta(days=number) for number in range((dt.date(year + 1, 1, 1) - first).days)]
