"""What a system answers: its rows compared with what was sent, and everything that does not fit, by cell."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from tongchou.domain.date_parsing import parse_date
from tongchou.domain.exchange.templates import OTHER, Answer, Template
from tongchou.domain.payments.answers import fen_of
from tongchou.domain.register.header import find_header
from tongchou.domain.register.problems import RegisterError
from tongchou.domain.register.sheet import Sheet, cell_name

Level = Literal["error", "warning"]
Result = Literal["taken", "not_taken"]

#: What can be wrong. An error keeps its row out; a warning is shown and the row counts.
LEVELS: Final[dict[str, Level]] = {
    "key_missing": "error",
    "key_digits_lost": "error",
    "key_unknown": "error",
    "key_twice": "error",
    "key_of_two": "error",
    "result_missing": "error",
    "result_unknown": "error",
    "other_year": "error",
    "day_unreadable": "error",
    "day_in_future": "error",
    "amount_unreadable": "error",
    "amount_differs": "error",
    "cell_error": "error",
    "external_odd": "error",
    "external_differs": "warning",
    "external_twice": "error",
    "reason_unknown": "warning",
}
#: Longest words and numbers of a system that are kept.
MOST_WORDS: Final = 120
MOST_EXTERNAL: Final = 60
#: A number this long has lost its last digits in a spreadsheet.
_LOST: Final = 10**15


@dataclass(frozen=True, slots=True)
class Sent:
    """One row that was sent: the case, how it is named, what it was worth, the number it has elsewhere."""

    case_id: int
    key: str
    fen: int | None
    year: int
    external: str = ""


@dataclass(frozen=True, slots=True)
class CellProblem:
    """Something wrong at a cell; ``row`` as the spreadsheet counts. ``params`` hold nothing personal."""

    code: str
    row: int
    column: str = ""
    cell: str = ""
    params: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def level(self) -> Level:
        return LEVELS[self.code]


@dataclass(frozen=True, slots=True)
class Row:
    """What the system says of one case."""

    row: int
    case_id: int
    result: Result
    reason: str = ""
    words: str = ""
    external: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """The rows that fit, all that does not, how many lines there were, and which cases are not named."""

    rows: tuple[Row, ...]
    problems: tuple[CellProblem, ...]
    lines: int
    not_named: int

    @property
    def errors(self) -> int:
        return sum(one.level == "error" for one in self.problems)


def key_text(value: object) -> str:
    """A number as it is compared: NFKC, without spaces and a leading mark, letters large.

    Examples
    --------
    >>> key_text("\\t52059919600312123x"), key_text("'2026-000001 "), key_text(None)
    ('52059919600312123X', '2026-000001', '')
    """
    return re.sub(r"\s", "", _text(value)).upper()


def read_results(sheet: Sheet, template: Template, sent: Mapping[str, list[Sent]], *, on: dt.date) -> Read:
    """Every line of an answer compared with what was sent; nothing is decided here.

    Parameters
    ----------
    sent
        Rows of the list by key; two under one key cannot be told apart.
    on
        The day it is read on.

    Raises
    ------
    RegisterError
        ``empty_sheet``, ``no_header``, ``missing_columns``, ``column_twice``, ``no_people`` (no rows).
    """
    answer = template.answer
    if answer is None:
        raise ValueError(f"{template.code} has no answer")
    header = find_header(sheet, vocabulary=answer.vocabulary().vocabulary)
    reader = _Reader(sheet, answer, header.columns, sent, on)
    numbers = [
        number
        for number in range(header.first_person_row, len(sheet.cells))
        if any(sheet.value(number, column) not in (None, "") for column in header.columns.values())
    ]
    read = [one for number in numbers if (one := reader.row(number)) is not None]
    if not reader.lines:
        raise RegisterError("no_people")
    rows = reader.without_repeated(read)
    known = {one.case_id for rows_of in sent.values() for one in rows_of}
    return Read(
        tuple(rows),
        tuple(sorted(reader.problems, key=lambda one: one.row)),
        reader.lines,
        len(known - reader.named),
    )


class _Reader:
    def __init__(
        self,
        sheet: Sheet,
        answer: Answer,
        columns: Mapping[str, int],
        sent: Mapping[str, list[Sent]],
        on: dt.date,
    ) -> None:
        self.sheet, self.answer, self.columns, self.sent, self.on = sheet, answer, columns, sent, on
        self.problems: list[CellProblem] = []
        self.named: set[int] = set()
        self.keys: dict[str, list[int]] = {}
        self.lines = 0
        self._row, self._bad = 0, False

    def row(self, number: int) -> Row | None:
        """What a line says; None when it is a line of sums, or something is wrong with it."""
        self._row, self._bad = number, False
        first = "".join(_text(self.sheet.value(number, column)) for column in range(min(2, self.sheet.width)))
        if re.match(r"合计|总计|小计|制表|经办|复核|审核|填报|备注[:：]|说明[:：]", first):
            return None
        self.lines += 1
        for name, column in self.columns.items():
            if (number, column) in self.sheet.errors:
                self._note("cell_error", name)
        sent = self._sent()
        result = self._result()
        words = _text(self._value("reason"))[:MOST_WORDS] if result == "not_taken" else ""
        reason = self.answer.reason_of(words) if result == "not_taken" else ""
        if reason == OTHER:
            self._note("reason_unknown", "reason")
        self._day()
        external = self._external(sent)
        if sent is not None:
            self._compare(sent)
        if self._bad or sent is None or result is None:
            return None
        return Row(number + 1, sent.case_id, result, reason, words, external)

    def without_repeated(self, rows: list[Row]) -> list[Row]:
        """The rows without those whose case, or whose new number, stands in another line too."""
        twice = {key: lines for key, lines in self.keys.items() if len(lines) > 1}
        for lines in twice.values():
            for number in lines:
                self._row = number
                self._note("key_twice", self.answer.key, times=len(lines))
        left = {number + 1 for lines in twice.values() for number in lines}
        numbers = Counter(one.external for one in rows if one.external)
        for one in rows:
            if numbers[one.external] > 1:
                self._row = one.row - 1
                self._note("external_twice", "external", times=numbers[one.external])
                left.add(one.row)
        return [one for one in rows if one.row not in left]

    def _value(self, name: str) -> object:
        column = self.columns.get(name)
        return None if column is None else self.sheet.value(self._row, column)

    def _note(self, code: str, name: str, **params: str | int) -> None:
        place = cell_name(self._row, self.columns[name]) if name in self.columns else ""
        self.problems.append(CellProblem(code, self._row + 1, name, place, params))
        self._bad = self._bad or LEVELS[code] == "error"

    def _sent(self) -> Sent | None:
        name = self.answer.key
        value = self._value(name)
        key = key_text(value)
        lost = isinstance(value, (int, float)) and not isinstance(value, bool) and value >= _LOST
        if lost or re.fullmatch(r"\d(?:\.\d+)?E\+\d+", key):
            self._note("key_digits_lost", name)
            return None
        if not key:
            self._note("key_missing", name)
            return None
        self.keys.setdefault(key, []).append(self._row)
        found = self.sent.get(key, [])
        self.named.update(one.case_id for one in found)
        if not found:
            self._note("key_unknown", name)
        elif len(found) > 1:
            self._note("key_of_two", name)
        return found[0] if len(found) == 1 else None

    def _result(self) -> Result | None:
        word = _text(self._value("result"))
        if word in self.answer.done:
            return "taken"
        if word in self.answer.failed:
            return "not_taken"
        self._note("result_unknown" if word else "result_missing", "result")
        return None

    def _external(self, sent: Sent | None) -> str:
        value = self._value("external")
        if isinstance(value, (int, float)) and not isinstance(value, bool) and value >= _LOST:
            self._note("external_odd", "external")
            return ""
        found = _text(value)
        if len(found) > MOST_EXTERNAL or found.startswith(("=", "+", "@")) or not found.isprintable():
            self._note("external_odd", "external")
            return ""
        if sent is not None and found and sent.external and sent.external != found:
            self._note("external_differs", "external")
        return found

    def _compare(self, sent: Sent) -> None:
        year = _text(self._value("year")).removesuffix("年")
        if year and year != str(sent.year):
            self._note("other_year", "year", year=sent.year)
        name = "yuan" if "yuan" in self.columns else "fen"
        value = self._value(name)
        if _text(value):
            said = fen_of(value, name)
            if said is None:
                self._note("amount_unreadable", name)
            elif said != sent.fen:
                self._note("amount_differs", name, said=said, sent=sent.fen or 0)

    def _day(self) -> None:
        value = self._value("day")
        if value is None or not _text(value):
            return
        if isinstance(value, dt.datetime):
            day: dt.date | None = value.date()
        elif isinstance(value, dt.date):
            day = value
        else:
            found = parse_date(value, latest_year=self.on.year, base_1904=self.sheet.base_1904).date
            whole = found is not None and found.month is not None and found.day is not None
            day = dt.date(found.year, found.month, found.day) if whole else None  # type: ignore[union-attr,arg-type]
        if day is None:
            self._note("day_unreadable", "day")
        elif day > self.on:
            self._note("day_in_future", "day", day=day.isoformat())


def _text(value: object) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return unicodedata.normalize("NFKC", str(value)).strip().lstrip("'").strip()
