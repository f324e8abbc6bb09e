"""What a public notice shows of a person, and on what grounds an entry can be objected to.

A notice shows enough for neighbours to recognise who is meant and no more (个人信息保护法, articles 6 and 25;
政府信息公开条例, article 15): part of the name, the year of birth, the village, benefit and amount. Never a
number, an account, a telephone, a child's data or anything about births.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

#: Grounds of an objection (rights rule 4). Nobody's births are a subject of one.
GROUNDS: Final = ("alive", "identity", "residence", "account", "already")
_HIDDEN: Final = "*"
_DOTS: Final = frozenset("·•．‧・")


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as it hangs."""

    position: int
    name: str
    birth_year: int | None
    place: str
    amount_fen: int | None


def masked_name(name: str) -> str:
    """A name with all but its first and last character hidden; of two characters the second is.

    Examples
    --------
    >>> masked_name("陈老根"), masked_name("林树"), masked_name("吉克·阿依木"), masked_name("某")
    ('陈*根', '林*', '吉*·**木', '*')
    """
    characters = [one for one in name.strip() if not one.isspace()]
    letters = [position for position, one in enumerate(characters) if one not in _DOTS]
    if not letters:
        return ""
    shown = {letters[0]} if len(letters) == 2 else {letters[0], letters[-1]}
    if len(letters) == 1:
        shown = set()
    return "".join(
        one if one in _DOTS or position in shown else _HIDDEN for position, one in enumerate(characters)
    )
