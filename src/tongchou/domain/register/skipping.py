"""Rows of a sheet that speak of nobody: totals, notes, signatures, numbering."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from tongchou.domain.register import cells
from tongchou.domain.register.columns import plain

TOTAL: Final = re.compile(r"(?:本页|本组|本村|全村|户数)?(?:合计|总计|小计|共计|累计|总人数|总户数)")
NOTE: Final = re.compile(
    r"备注|备考|说明|注|填表|填报|制表|审核|复核|负责人|单位负责|经办|签字|签名|签章|盖章|村委会|主任|书记|日期|年月日|统计人|联系人"
)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A sheet row (1-based) that speaks of nobody: ``total``, ``note``, ``header`` or ``numbers``."""

    row_no: int
    reason: str


def says_total(given: list[object], raw: dict[str, object], bad: dict[str, str]) -> bool:
    """True when a cell anywhere in a row that identifies nobody holds just the word of a total."""
    if any(key in raw or key in bad for key in ("id_number", "birth", "sex")):
        return False
    return any(isinstance(value, str) and TOTAL.fullmatch(plain(value)) for value in given)


def unasked(values: Iterable[object]) -> str:
    """A row without any wanted cell: blank, or the total or note that stands outside the wanted columns."""
    first = next((value for value in values if isinstance(value, str) and value), "")
    word = plain(first)
    if TOTAL.match(word):
        return "total"
    return "note" if NOTE.match(word) else "blank"


def counts_up(given: list[object]) -> bool:
    """True for the row of column numbers that forms print under their header."""
    numbers = [cells.text(value) for value in given]
    if not all(number.isdigit() and len(number) <= 2 for number in numbers):
        return False
    return all(int(b) == int(a) + 1 for a, b in pairwise(numbers))
