"""The rows of a list as its template wants them. The same rows give the same texts."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from tongchou.domain.exchange.templates import AS_TEXT, DATED, Column, Template
from tongchou.domain.payments.writing import yuan

#: A cell of a text file that begins like this is run as a formula by a spreadsheet: a mark goes before it.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]+")
_DATES: Final = {"iso": "{}-{:02d}-{:02d}", "compact": "{}{:02d}{:02d}", "slash": "{}/{}/{}",
                 "chinese": "{}年{}月{}日"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One case as a list carries it; days are ISO, as far as they are known, amounts fen."""

    seq: int
    case_number: str
    external: str = ""
    name: str = ""
    id_number: str = ""
    sex: str = ""
    birth: str = ""
    place: str = ""
    applicant_name: str = ""
    applicant_id: str = ""
    applicant_phone: str = ""
    applicant_relation: str = ""
    holder: str = ""
    holder_id: str = ""
    bank: str = ""
    account: str = ""
    fen: int | None = None
    year: int = 0
    programme: str = ""
    purpose: str = ""
    approved_on: str = ""


def day_text(day: str, style: str) -> str:
    """A day of a known form; one that is known in part stays as it is.

    Examples
    --------
    >>> day_text("2025-02-03", "compact"), day_text("2025-02-03", "chinese"), day_text("2025-02", "slash")
    ('20250203', '2025年2月3日', '2025-02')
    """
    found = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", day)
    return _DATES[style].format(*map(int, found.groups())) if found else day


def cell(line: Line, column: Column) -> str:
    """What stands in one cell, as text."""
    if column.field == "blank":
        return ""
    if column.field == "yuan":
        return "" if line.fen is None else yuan(line.fen)
    value = getattr(line, column.field)
    text = "" if value is None else _CONTROL.sub(" ", str(value)).strip()
    if column.field in DATED:
        return day_text(text, column.date)
    return column.codes.get(text, text)


def table(template: Template, lines: Iterable[Line]) -> Iterator[list[str]]:
    """The heading and the rows, as texts."""
    yield [one.title for one in template.columns]
    for line in lines:
        yield [cell(line, one) for one in template.columns]


def write_text(template: Template, lines: Iterable[Line], *, year: int) -> bytes:
    """The bytes of a text file.

    Numbers that a spreadsheet would shorten are kept as the template says; whatever begins like a formula
    gets a mark before it, so that nothing runs.
    """
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=template.separator, lineterminator="\r\n")
    for line in template.above:
        writer.writerow([line.format(year=year)])
    heading = True
    for row in table(template, lines):
        if heading:
            writer.writerow([guarded(text) for text in row])
            heading = False
            continue
        writer.writerow(
            [
                kept(text, template.text_as) if column.field in AS_TEXT else guarded(text)
                for text, column in zip(row, template.columns, strict=True)
            ]
        )
    return target.getvalue().encode(template.encoding)


def guarded(text: str) -> str:
    """A text no spreadsheet runs.

    Examples
    --------
    >>> guarded("=1+1"), guarded("张三")
    ("'=1+1", '张三')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text


def kept(text: str, way: str) -> str:
    """A number as text: as it is, behind a tab, or as a formula that is nothing but the text.

    Only what holds no quotation mark is written as one, so that the formula stays a text.

    Examples
    --------
    >>> kept("520599196003121237", "tab"), kept("6217", "formula"), kept("=1", "formula"), kept("", "tab")
    ('\\t520599196003121237', '="6217"', "'=1", '')
    """
    if not text or text.startswith(_FORMULA) or '"' in text:
        return guarded(text)
    if way == "tab":
        return f"\t{text}"
    return f'="{text}"' if way == "formula" else text
