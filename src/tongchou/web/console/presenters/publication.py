"""A publication in words: chapters of sentences, tables and charts, the same for page, PDF and workbook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongchou.domain.statistics.content import Cell, Content, Edition, Mark, Table
from tongchou.web.console import formatters
from tongchou.web.console.presenters import publication_words as words


@dataclass(frozen=True, slots=True)
class Says:
    """Sentences; ``small`` for notes."""

    lines: tuple[str, ...]
    small: bool = False

    def as_data(self) -> dict[str, Any]:
        return {"kind": "says", "lines": self.lines, "small": self.small}


@dataclass(frozen=True, slots=True)
class Cards:
    """The figures one looks for first: (name, value, what is beside it)."""

    cards: tuple[tuple[str, str, str], ...]

    def as_data(self) -> dict[str, Any]:
        return {"kind": "cards", "cards": self.cards}


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: ``heads`` and ``rows`` in words, ``table`` the numbers behind them; ``prose``: words alone."""

    name: str
    title: str
    unit: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    table: Table | None = None
    provisional: tuple[bool, ...] = ()
    note: str = ""
    prose: bool = False

    @property
    def total(self) -> bool:
        return bool(self.table and self.table.total)

    def as_data(self) -> dict[str, Any]:
        return {
            "kind": "grid", "title": self.title, "unit": self.unit, "heads": self.heads, "rows": self.rows,
            "total": self.total, "note": self.note, "text": self.table is None, "prose": self.prose,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as its drawing reads it (``web/sheets/charts.typ``)."""

    drawn: Mapping[str, Any]

    def as_data(self) -> dict[str, Any]:
        return {"kind": "chart", "chart": self.drawn}


@dataclass(frozen=True, slots=True)
class Definitions:
    """Terms: (name, what it is, formula, source)."""

    terms: tuple[tuple[str, str, str, str], ...]

    def as_data(self) -> dict[str, Any]:
        return {"kind": "definitions", "terms": self.terms}


Block = Says | Cards | Grid | Chart | Definitions


@dataclass(frozen=True, slots=True)
class Chapter:
    name: str
    title: str
    blocks: tuple[Block, ...]

    def as_data(self) -> dict[str, Any]:
        return {"title": self.title, "blocks": [one.as_data() for one in self.blocks]}


@dataclass(frozen=True, slots=True)
class Publication:
    """A bulletin or a yearbook in the active language."""

    title: str
    area: str
    period: str
    edition: str
    basis: str
    chapters: tuple[Chapter, ...]
    colophon: tuple[tuple[str, str], ...] = field(default=())
    provisional: str = ""

    @property
    def grids(self) -> list[Grid]:
        return [one for chapter in self.chapters for one in chapter.blocks if isinstance(one, Grid)]


def grid(table: Table, *, columns: Sequence[str] = (), title: str = "", note: str = "") -> Grid:
    """A table in words; some of its columns where named."""
    chosen = tuple(columns) or table.columns
    places = [table.columns.index(one) for one in chosen]
    mark = _("(p)")
    return Grid(
        name=table.code if not table.of else f"{table.code}:{table.of}",
        title=title or words.table_title(table),
        unit=words.table_unit(table.code),
        heads=(words.row_head(table), *(words.column(one) for one in chosen)),
        rows=tuple(
            (
                words.label(row.label) + (f" {mark}" if row.provisional else ""),
                *(told(row.cells[place], code) for place, code in zip(places, chosen, strict=True)),
            )
            for row in table.rows
        ),
        table=_only(table, places, chosen),
        provisional=tuple(row.provisional for row in table.rows),
        note=sentences([one for one in (note, words.marks_note(table, places)) if one]),
    )


def _only(table: Table, places: Sequence[int], columns: tuple[str, ...]) -> Table:
    rows = tuple(replace(row, cells=tuple(row.cells[place] for place in places)) for row in table.rows)
    kept = set(columns)
    sums = tuple(one for one in table.sums if {one[0], *one[1], *one[2]} <= kept)
    return replace(
        table, columns=columns, rows=rows, sums=sums, total=tuple(one for one in table.total if one in kept)
    )


def told(cell: Cell | None, code: str) -> str:
    """A cell in words: marks as signs, numbers as the column has them.

    Examples
    --------
    >>> told(12345, "people"), told(-5, "net_migration"), told(9.6, "cbr"), told(Mark.CLOSED, "births")
    ('12,345', '−5', '9.60', '*')
    """
    if cell is None or cell is Mark.UNKNOWN:
        return "—"
    if isinstance(cell, Mark):
        return "*"
    return f"{cell:,.{words.digits(code)}f}".replace("-", "−")


def sentences(several: Iterable[str]) -> str:
    """Sentences one after the other: in Chinese nothing stands between them."""
    return ("" if (get_language() or "").startswith("zh") else " ").join(several)


def colophon(content: Content, *, made: str) -> tuple[tuple[str, str], ...]:
    """What it is made of, so that anybody can tell whether two are the same."""
    return (
        (_("Area"), f"{content.area_name} ({content.area})"),
        (_("Edition"), words.edition(content.edition)),
        (_("Basis of the population"), words.basis(content.basis)),
        (_("Boundaries of"), formatters.day(content.boundaries)),
        (_("Records known until the end of"), formatters.day(content.known_until)),
        (_("Made on"), made),
        (_("SHA-256 of the counts"), content.inputs),
        (_("SHA-256 of what is told"), content.sha256),
    )


def rounding_note(content: Content) -> str:
    """What an edition does to numbers."""
    if content.edition is Edition.INTERNAL:
        return _(
            "Internal edition: the counts are exact. It is for the offices of the area; do not pass it on."
        )
    return _(
        "Public edition: every count is a multiple of 5, rounded up or down by chance so that each table "
        "adds up; each lies less than 5 from the true one. Totals of different tables may differ by 5. Rates "
        "are those of the rounded counts, and are told of ten events or more."
    )


def reported(content: Content) -> str:
    """How many villages reported."""
    came, all_ = content.reported
    if came == all_:
        return _("All %(number)s villages reported.") % {"number": formatters.number(all_)}
    return _("%(came)s of %(number)s villages reported; the numbers are of these alone.") % {
        "came": formatters.number(came),
        "number": formatters.number(all_),
    }


def left_out(content: Content) -> tuple[str, ...]:
    """What is left out, in sentences; one when nothing is."""
    if not content.left_out:
        return (_("Nothing was left out."),)
    return tuple(
        _("Left out: %(number)s × %(why)s.") % {"number": formatters.number(number), "why": words.why(why)}
        for why, number in content.left_out
    )
