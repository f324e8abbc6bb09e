"""The expected payments of a year as their page and their workbook show them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from tongchou import policies
from tongchou.apps.entitlements import api as entitlements
from tongchou.apps.places import api as places
from tongchou.domain import small_cells
from tongchou.web.console import formatters
from tongchou.web.console.presenters.beside_others import most_it_can_be

ALL, MEASURES, EXPECTED = entitlements.ALL, entitlements.MEASURES, entitlements.EXPECTED


@dataclass(frozen=True, slots=True)
class Amount:
    """A cell: people and fen, both None when it stays closed."""

    people: int | None
    fen: int | None

    @property
    def closed(self) -> bool:
        return self.fen is None

    @property
    def yuan(self) -> str:
        """The amount without its unit, which stands in the head of the table."""
        return plain_yuan(self.fen)


@dataclass(frozen=True, slots=True)
class Line:
    """One unit, or one programme: claimed, not yet claimed and expected of each group of columns."""

    label: str
    amounts: tuple[Amount, ...]
    named: bool = False  # the label is an area's name


@dataclass(frozen=True, slots=True)
class Money:
    """Everything the page shows."""

    year: int
    as_of: str
    policy: str
    groups: tuple[str, ...]  # titles over three columns each
    lines: tuple[Line, ...]  # by unit
    total: Line
    programmes: tuple[Line, ...]  # by programme, one group of columns
    earlier: str  # what the year before still gives, in words; "" for nothing
    any_closed: bool
    fewest: int
    beside: tuple[str, ...] = ()  # where one of several programmes is paid


def present(table: entitlements.Forecast, *, run: entitlements.Evaluation, language: str) -> Money:
    """The page of a forecast."""
    listed = entitlements.list_date(run)
    known = {p.code: p for p in policies.listed()}
    codes = (*table.programmes, ALL)
    titles = {code: known[code].title_in(language) for code in table.programmes} | {ALL: _("All programmes")}
    names = {unit.area_id: unit.name for unit in table.units} | {places.REST: _("In no unit below")}
    return Money(
        year=table.year,
        as_of=formatters.day(listed.as_of),
        policy=run.policies_sha256[:12],
        groups=tuple(titles[code] for code in codes),
        lines=tuple(
            Line(names[unit], _amounts(table, codes, unit), named=unit != places.REST) for unit in table.lines
        ),
        total=Line(_("Total"), _amounts(table, codes, ALL)),
        programmes=tuple(Line(titles[code], _amounts(table, (code,), ALL)) for code in codes),
        earlier=_earlier(table),
        any_closed=bool(table.closed),
        fewest=small_cells.FEWEST,
        beside=most_it_can_be((known[code] for code in table.programmes), year=table.year, language=language),
    )


def _amounts(table: entitlements.Forecast, codes: tuple[str, ...], unit: int | str) -> tuple[Amount, ...]:
    found = (table.shown(code, unit, measure) for code in codes for measure in MEASURES)
    return tuple(Amount(cell.people, cell.fen) if cell else Amount(None, None) for cell in found)


def _earlier(table: entitlements.Forecast) -> str:
    if table.earlier is None:
        return _("From %(year)s a few families can still claim; how much is not shown.") % {
            "year": table.year - 1
        }
    if not table.earlier.people:
        return ""
    return _("From %(year)s, %(people)s people can still claim %(amount)s; it is not in the table.") % {
        "year": table.year - 1,
        "people": formatters.number(table.earlier.people),
        "amount": formatters.yuan(table.earlier.fen),
    }


def plain_yuan(fen: int | None) -> str:
    """Fen as a number of yuan, with decimals only where there are any.

    Examples
    --------
    >>> plain_yuan(360000), plain_yuan(12345), plain_yuan(None)
    ('3,600', '123.45', '')
    >>> plain_yuan(-1)
    '-0.01'
    """
    if fen is None:
        return ""
    whole, rest = divmod(abs(fen), 100)
    sign = "-" if fen < 0 else ""
    return f"{sign}{whole:,}.{rest:02d}" if rest else f"{sign}{whole:,}"
