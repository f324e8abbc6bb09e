"""A bulletin of units as a workbook that recalculates: figures from counts, composites from weights.

Shares are part over whole, totals are sums, what is reached is figure over full value, and the composite is
SUMPRODUCT of weights and what is reached. Names and replies are texts and never read as formulas. Where the
catalogue of today no longer gives the sealed composite, the sealed value stands there instead of a formula.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from xlsxwriter.utility import xl_rowcol_to_cell as at

from tongchou import indicators
from tongchou.domain.accountability.bulletin import Bulletin, Cell, UnitRow
from tongchou.web.console.presenters import unit_bulletin as present
from tongchou.web.console.presenters import unit_bulletin_words as words
from tongchou.web.console.presenters.publication import Grid

_WIDTHS: Final = (22, 16, 13)
#: Rows above the units.
_TOP: Final = 4
#: How far a recalculated composite may lie from the sealed one.
_NEAR: Final = 1e-9


def unit_bulletin_workbook(
    bulletin: Bulletin,
    replies: Mapping[str, str] | None = None,
    *,
    names: Mapping[str, str] | None = None,
    standing: str = "",
) -> bytes:
    """The bytes of an .xlsx, the same for the same bulletin, replies and language."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    told = present.page(bulletin, replies, names=names, standing=standing)
    book.set_properties({"title": told.title, "created": dt.datetime.combine(bulletin.made_on, dt.time())})
    _Book(book, bulletin, told).fill()
    book.close()
    return target.getvalue()


class _Book:
    """The sheets of one bulletin: ranking, composite, figures, then what is words alone."""

    def __init__(self, book: Any, bulletin: Bulletin, told: present.Page) -> None:
        self.book, self.bulletin, self.told = book, bulletin, told
        self.rows = bulletin.rows
        self.codes = words.shown(bulletin.indicators)
        weighted = [one for one in self.codes if one in bulletin.weights]
        known = indicators.load().composites.get(bulletin.composite)
        self.full = {one: float(known.full[one]) for one in weighted if known and one in known.full}
        self.weighted = tuple(weighted)
        self.weight = {one: float(Fraction(bulletin.weights[one])) for one in weighted}
        self.bold = book.add_format({"bold": True, "font_size": 14})
        self.soft = book.add_format({"font_color": "#555555"})
        self.head = book.add_format(
            {"bold": True, "border": 1, "bg_color": "#EDEDED", "text_wrap": True, "align": "center"}
        )
        self.text = book.add_format({"border": 1, "num_format": "@", "text_wrap": True})
        self.count = book.add_format({"border": 1, "num_format": "#,##0"})
        self.share = book.add_format({"border": 1, "num_format": "0.0%"})
        self.plain = book.add_format({"border": 1, "num_format": "#,##0.0"})
        self.names = (_("Ranking"), pgettext("bulletin", "Composite"), _("Figures of the units"))

    def fill(self) -> None:
        ranking, composite, figures = (self._sheet(name) for name in self.names)
        places = self._figures(figures)
        self._composite(composite, places)
        self._ranking(ranking)
        for grid in (self.told.targets, self.told.lifts, self.told.restated, self.told.weights):
            if grid is not None:
                self._words(grid)
        self._notes()

    def _sheet(self, name: str) -> Any:
        sheet = self.book.add_worksheet(name[:31])
        sheet.write_string(0, 0, f"{self.told.area} {self.told.title} {self.told.period}", self.bold)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_column(0, 0, _WIDTHS[0])
        sheet.set_column(1, 1, _WIDTHS[1])
        sheet.set_column(2, 60, _WIDTHS[2])
        sheet.freeze_panes(_TOP, 2)
        return sheet

    def _units(self, sheet: Any) -> None:
        for column, text in enumerate((_("Unit"), _("Code"))):
            sheet.write_string(_TOP - 1, column, text, self.head)
        for place, row in enumerate(self.rows, start=_TOP):
            sheet.write_string(place, 0, row.name, self.text)
            sheet.write_string(place, 1, row.unit, self.text)

    def _form(self, code: str) -> Any:
        found = indicators.load().indicators[code]
        return self.share if str(found.unit) == "share" else self.plain

    def _figures(self, sheet: Any) -> dict[str, int]:
        """Part, whole and figure of each indicator; the columns of the figures."""
        self._units(sheet)
        places: dict[str, int] = {}
        last = _TOP + len(self.rows)
        sheet.write_string(last, 0, _("All"), self.head)
        for number, code in enumerate(self.codes):
            column = 2 + 3 * number
            places[code] = column + 2
            sheet.merge_range(_TOP - 2, column, _TOP - 2, column + 2, words.title(code), self.head)
            heads = (pgettext("ratio", "Part"), pgettext("ratio", "Of"), pgettext("ratio", "Figure"))
            for beside, text in enumerate(heads):
                sheet.write_string(_TOP - 1, column + beside, text, self.head)
            for place, row in enumerate(self.rows, start=_TOP):
                self._cell(sheet, place, column, code, row.cells.get(code))
            self._total(sheet, last, column, code)
        return places

    def _cell(self, sheet: Any, place: int, column: int, code: str, one: Cell | None) -> None:
        if one is None:
            sheet.write_string(place, column + 2, words.DASH, self.text)
            return
        for beside, value in enumerate((one.over, one.under)):
            if value is None:
                sheet.write_string(place, column + beside, words.DASH, self.text)
            else:
                sheet.write_number(place, column + beside, value, self.count)
        if one.value is None:
            sheet.write_string(place, column + 2, words.cell(code, one), self.text)
        elif one.over is not None and one.under:
            over, under = at(place, column), at(place, column + 1)
            sheet.write_formula(place, column + 2, f"={over}/{under}", self._form(code), one.value)
        else:
            sheet.write_number(place, column + 2, one.value, self._form(code))

    def _total(self, sheet: Any, last: int, column: int, code: str) -> None:
        """Sums of parts and wholes over the units whose part and whole are known, and the figure of all."""
        cells = [row.cells.get(code) for row in self.rows]
        over = sum(one.over for one in cells if one and one.over is not None)
        under = sum(one.under for one in cells if one and one.under is not None)
        for beside, value in enumerate((over, under)):
            first, end = at(_TOP, column + beside), at(last - 1, column + beside)
            sheet.write_formula(last, column + beside, f"=SUM({first}:{end})", self.count, value)
        if under:
            formula = f"={at(last, column)}/{at(last, column + 1)}"
            sheet.write_formula(last, column + 2, formula, self._form(code), over / under)

    def _composite(self, sheet: Any, places: Mapping[str, int]) -> None:
        """Weights and full values above, what each unit reaches below, its composite at the end."""
        self._units(sheet)
        sheet.write_string(1, 0, pgettext("bulletin", "Weight"), self.head)
        sheet.write_string(2, 0, _("Fully reached at"), self.head)
        for number, code in enumerate(self.weighted):
            column = 2 + number
            sheet.write_number(1, column, self.weight[code], self.share)
            if code in self.full:
                sheet.write_number(2, column, self.full[code], self._form(code))
            sheet.write_string(_TOP - 1, column, words.title(code), self.head)
            for place, row in enumerate(self.rows, start=_TOP):
                self._reached(sheet, place, column, code, row, places)
        end = 2 + len(self.weighted)
        sheet.write_string(_TOP - 1, end, pgettext("bulletin", "Composite"), self.head)
        for place, row in enumerate(self.rows, start=_TOP):
            if row.composite is None:
                sheet.write_string(place, end, words.DASH, self.text)
            elif self._holds(row):
                weights = f"{at(1, 2, True, True)}:{at(1, end - 1, True, True)}"
                reached = f"{at(place, 2)}:{at(place, end - 1)}"
                formula = f"=SUMPRODUCT({weights},{reached})/SUMPRODUCT({weights},--ISNUMBER({reached}))"
                sheet.write_formula(place, end, formula, self.share, row.composite)
            else:
                sheet.write_number(place, end, row.composite, self.share)
        if any(row.composite is not None and not self._holds(row) for row in self.rows):
            note = _("Composites without a formula are the sealed values: the weights were changed since.")
            sheet.write_string(_TOP + len(self.rows) + 1, 0, note, self.soft)

    def _reached(
        self, sheet: Any, place: int, column: int, code: str, row: UnitRow, places: Mapping[str, int]
    ) -> None:
        value = self.attainment(code, row.cells.get(code))
        if value is None:
            sheet.write_string(place, column, words.cell(code, row.cells.get(code)), self.text)
            return
        figure = f"'{self.names[2][:31]}'!{at(place, places[code])}"
        full = at(2, column, True, False)
        higher = indicators.load().indicators[code].direction == "higher"
        ratio = f"{figure}/{full}" if higher else f"{full}/{figure}"
        # A lower figure of 0 reaches all: nothing is divided by it.
        formula = f"=MIN({ratio},1)" if higher else f"=IF({figure}=0,1,MIN({ratio},1))"
        sheet.write_formula(place, column, formula, self.share, value)

    def attainment(self, code: str, one: Cell | None) -> float | None:
        """How far a figure reaches its full value, 0 … 1, as the domain has it; ``None`` where not known."""
        if one is None or one.value is None or code not in self.full:
            return None
        if indicators.load().indicators[code].direction == "higher":
            return min(one.value / self.full[code], 1.0)
        return 1.0 if one.value == 0 else min(self.full[code] / one.value, 1.0)

    def _holds(self, row: UnitRow) -> bool:
        """Whether weights and figures give the composite that was sealed."""
        reached = {code: self.attainment(code, row.cells.get(code)) for code in self.weighted}
        used = [code for code in self.weighted if reached[code] is not None]
        whole = sum(self.weight[code] for code in used)
        if row.composite is None or not whole:
            return False
        value = sum(self.weight[code] * (reached[code] or 0.0) for code in used) / whole
        return abs(value - row.composite) < _NEAR

    def _ranking(self, sheet: Any) -> None:
        self._units(sheet)
        heads = self.told.heads
        ends = (pgettext("interval", "from"), pgettext("interval", "to"))
        shown = (heads[0], heads[2], *ends, heads[4], heads[5], _("Against the own baseline"), heads[6])
        for column, text in enumerate(shown, start=2):
            sheet.write_string(_TOP - 1, column, text, self.head)
        sheet.set_column(9, 9, 60)
        lines = (*self.told.ranked, *self.told.unranked)
        for place, (row, line) in enumerate(zip(self.rows, lines, strict=True), start=_TOP):
            if row.rank is None:
                sheet.write_string(place, 2, words.DASH, self.text)
            else:
                sheet.write_number(place, 2, row.rank, self.count)
            if row.composite is None:
                sheet.write_string(place, 3, words.DASH, self.text)
            else:
                source = f"'{self.names[1][:31]}'!{at(place, 2 + len(self.weighted))}"
                sheet.write_formula(place, 3, f"={source}", self.share, row.composite)
            for column, value in ((4, row.low), (5, row.high), (8, row.better)):
                if value is None:
                    sheet.write_string(place, column, words.DASH, self.text)
                else:
                    sheet.write_number(place, column, value, self.share)
            sheet.write_string(place, 6, line.between, self.text)
            sheet.write_string(place, 7, line.mark.label if line.mark else "", self.text)
            sheet.write_string(place, 9, line.said or line.reason, self.text)

    def _words(self, grid: Grid) -> None:
        sheet = self._sheet(grid.title)
        for column, text in enumerate(grid.heads):
            sheet.write_string(_TOP - 1, column, text, self.head)
        for place, cells in enumerate(grid.rows, start=_TOP):
            for column, text in enumerate(cells):
                sheet.write_string(place, column, text, self.text)

    def _notes(self) -> None:
        sheet = self._sheet(_("Notes"))
        sheet.set_column(1, 1, 100)
        pairs = [*self.told.colophon, *(("", line) for line in self.told.notes.lines)]
        pairs += [
            (name, f"{formula} · {source}") for name, _what, formula, source in self.told.definitions.terms
        ]
        for place, (label, text) in enumerate(pairs, start=_TOP):
            sheet.write_string(place, 0, label, self.text)
            sheet.write_string(place, 1, text, self.text)
