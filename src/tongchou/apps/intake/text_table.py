"""A register as a text table (.csv, .txt): in which encoding, parted by which mark, and its cells as text.

Every cell stays text, so an identity number keeps all its digits. The encoding is the first one in which the
whole file makes sense: a byte order mark, UTF-8, then GB18030, which holds GBK and GB 2312 within it.
"""

from __future__ import annotations

import csv
import io
import re
from itertools import islice
from typing import Final

from tongchou.apps.intake.archive import MOST_COLUMNS, MOST_ROWS, MOST_TEXT
from tongchou.domain.register.header import known_columns
from tongchou.domain.register.problems import RegisterError
from tongchou.domain.register.sheet import Sheet

_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SEPARATORS: Final = (",", ";", "\t")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_SAMPLE_ROWS: Final = 25
#: The way of other programs to keep a number's digits: ="520…".
_KEPT: Final = re.compile(r'="([^"]*)"')
#: A number that a spreadsheet has rounded before it wrote the file.
_ROUNDED: Final = re.compile(r"\d(?:\.\d+)?[Ee]\+1[4-9]")


def decoded(content: bytes) -> str:
    """The text of a file.

    Raises
    ------
    RegisterError
        ``text_encoding`` when it is text in no encoding known here, ``wrong_type`` when it is no text.
    """
    text = _as_text(content)
    if _CONTROL.search(text, 0, 100_000):
        raise RegisterError("wrong_type", kind="other")
    return text


def _as_text(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strictly(content, encoding)
    if b"\0" in content[:4096]:
        odd, even = content[1:4096:2].count(0), content[:4096:2].count(0)
        few = max(odd, even) * 20 < min(len(content), 4096)
        if few or min(odd, even) * 4 > max(odd, even):
            raise RegisterError("wrong_type", kind="other")
        return _strictly(content, "utf-16-le" if odd > even else "utf-16-be")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _strictly(content, "gb18030")


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise RegisterError("text_encoding") from error


def read(content: bytes, *, most_rows: int = MOST_ROWS) -> Sheet:
    """The table of a text file, every cell as text.

    Raises
    ------
    RegisterError
        ``text_encoding``, ``wrong_type``, ``too_large``, ``damaged``.
    """
    text = decoded(content)
    if len(text) > MOST_TEXT:
        raise RegisterError("too_large")
    samples = {mark: _rows(text, mark, _SAMPLE_ROWS) for mark in _SEPARATORS}
    best = max(_SEPARATORS, key=lambda mark: _rank(samples[mark]))
    rows = _rows(text, best, most_rows + 1)
    if len(rows) > most_rows and any(map(any, rows[most_rows:])):
        raise RegisterError("too_large")
    return Sheet(cells=[[_cell(value) for value in _within(row)] for row in rows])


def _rank(sample: list[list[str]]) -> tuple[int, int]:
    """How well rows read with a mark look like a register."""
    narrow = [row[:MOST_COLUMNS] for row in sample]
    return known_columns(Sheet(cells=narrow)), max((len(row) for row in narrow), default=0)


def _rows(text: str, mark: str, most: int) -> list[list[str]]:
    try:
        return list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=mark), most))
    except csv.Error as error:  # a quotation mark that is never closed swallows the rest
        raise RegisterError("damaged") from error


def _within(row: list[str]) -> list[str]:
    if any(row[MOST_COLUMNS:]):
        raise RegisterError("too_large")
    return row[:MOST_COLUMNS]


def _cell(value: str) -> object:
    """A cell as it was meant, still text; one that has lost its digits is a number and said to be one."""
    written = value.strip()
    if not written:
        return ""
    if written[0] == "=":
        kept = _KEPT.fullmatch(written)
        if kept:
            return kept[1]
    elif "+1" in written and _ROUNDED.fullmatch(written):
        return float(written)
    return value
