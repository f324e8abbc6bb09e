"""The number of a disability certificate: identity number, kind and grade (残疾人证管理办法)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from tongchou.domain import identity

#: Kinds in the order of their digits, 1 to 7 (GB/T 26341-2010).
CATEGORIES: Final = ("视力", "听力", "言语", "肢体", "智力", "精神", "多重")
#: Grades in the order of their digits, 1 to 4; the first is the gravest.
GRADES: Final = ("一级", "二级", "三级", "四级")
#: A replaced certificate says by a letter and a digit that it is one.
CARD: Final = re.compile(r"(.{18})([1-7])([1-4])(?:B\d{0,2})?")


@dataclass(frozen=True, slots=True)
class Card:
    """What a certificate's number says."""

    id_number: str
    category: int
    grade: int


def read(text: str) -> Card | None:
    """What the number says; None when it cannot be one.

    Examples
    --------
    >>> read("520599 19600312 1237 43")
    Card(id_number='520599196003121237', category=4, grade=3)
    >>> read("52059919600312123743B1").grade, read("52059919600312123783"), read("52059919600312123045")
    (3, None, None)
    """
    parts = CARD.fullmatch("".join(text.split()).upper())
    number = identity.parse(parts[1]).number if parts else None
    if parts is None or number is None:
        return None
    return Card(number, int(parts[2]), int(parts[3]))
