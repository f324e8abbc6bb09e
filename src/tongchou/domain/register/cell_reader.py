"""What every reader of rows does with a row's cells: dates, codes, texts, and the problems they raise."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from tongchou.domain import codes
from tongchou.domain.date_parsing import DateReading, parse_date
from tongchou.domain.dates import PartialDate
from tongchou.domain.register import cells, legacy
from tongchou.domain.register.problems import Param, Problem
from tongchou.domain.register.sheet import cell_name

#: Canonical column → cell value, empty cells left out.
Raw = Mapping[str, object]


@dataclass(slots=True)
class Noted:
    """A row being read, and what was found wrong with it so far."""

    row_no: int
    problems: list[Problem] = field(default_factory=list)

    @property
    def has_error(self) -> bool:
        return any(problem.level == "error" for problem in self.problems)


@dataclass(slots=True)
class CellReader:
    """Cells of one sheet's rows. ``columns`` says where each canonical column stands, ``on`` is the day of
    reading: later dates are mistakes."""

    columns: Mapping[str, int]
    on: dt.date
    base_1904: bool = False
    _raw: Raw = field(init=False, default_factory=dict)
    _bad: Mapping[str, str] = field(init=False, default_factory=dict)
    _noted: Noted = field(init=False, default_factory=lambda: Noted(0))

    def _begin(self, noted: Noted, raw: Raw, bad: Mapping[str, str]) -> None:
        self._noted, self._raw, self._bad = noted, raw, bad

    def _problem(self, code: str, column: str, **params: Param) -> None:
        place = self.columns.get(column)
        cell = "" if place is None else cell_name(self._noted.row_no - 1, place)
        self._noted.problems.append(Problem(code, self._noted.row_no, column, cell, params))

    def _person_name(self, column: str, most: int) -> tuple[str | None, bool]:
        """A name, and whether what stands there cannot be one."""
        return cells.person_name(self._raw.get(column), most)

    def _free_text(self, column: str, most: int) -> str | None:
        """A text that is kept as written, unless it speaks of a closed matter."""
        raw = self._raw.get(column)
        written = cells.text(raw)
        if not written or cells.is_no(raw):
            return None
        if legacy.matter_in(written):
            self._problem("legacy_text_dropped", column)
            return None
        if len(written) > most:
            self._problem("text_too_long", column, most=most)
            return None
        return written

    def _coded(self, column: str, codelist: codes.CodeList, code: str, *, shown: bool = True) -> str | None:
        raw = self._raw.get(column)
        if raw is None or cells.is_no(raw):
            return None
        found = codelist.parse(raw)
        if found is None:
            self._problem(code, column, **({"shown": cells.quote(raw)} if shown else {}))
        return found

    def _parse(self, raw: object) -> DateReading:
        if cells.is_no(raw):
            return DateReading()
        return parse_date(raw, latest_year=self.on.year, base_1904=self.base_1904)

    def _date(self, column: str, *, ahead: bool = False) -> PartialDate | None:
        """A date, not after the day of reading unless it may lie ``ahead`` (the end of a certificate)."""
        parsed = self._parse(self._raw.get(column))
        for code in parsed.problems:
            self._problem(code, column)
        if parsed.date is not None and not ahead and after(parsed.date, self.on):
            self._problem("future_date", column, date=str(parsed.date))
            return None
        return parsed.date


def after(date: PartialDate, day: dt.date) -> bool:
    """True when the date, as far as it is known, lies after the day."""
    if date.year != day.year or date.month is None:
        return date.year > day.year
    if date.month != day.month or date.day is None:
        return date.month > day.month
    return date.day > day.day
