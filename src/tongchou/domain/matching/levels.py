"""How well two people agree, field by field: a small number for each pair, the larger the better.

Every function takes two int32 arrays of rows of ``People`` (or of ``NameTable``), one element a pair, and
gives an int8 array. Level 0 is always "not known on one side": it speaks neither for nor against.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from tongchou.domain.matching.people import NONE, People
from tongchou.domain.matching.writing import LONGEST, UNKNOWN, Ints, NameTable

Levels = npt.NDArray[np.int8]
Bools = npt.NDArray[np.bool_]


class Name(IntEnum):
    """Two names beside each other."""

    SILENT = 0
    DIFFERENT = 1
    SURNAME = 2  # the surname alone
    GIVEN = 3  # all but the surname
    SHORTENED = 4  # one is the other with characters left out
    ORDER = 5  # the same characters otherwise arranged
    ONE_CHARACTER = 6  # of two or more given characters one differs, or could not be written
    SOUND = 7  # written otherwise, spoken alike
    SAME = 8


class Birth(IntEnum):
    SILENT = 0
    DIFFERENT = 1
    YEAR = 2  # the year alone, both dates full
    NEAR = 3  # up to 60 days apart: one may be of the lunar calendar
    DIGIT = 4  # one digit of the date differs
    SWAPPED = 5  # day and month changed places
    PARTLY = 6  # agree as far as both are known
    SAME = 7


class Place(IntEnum):
    SILENT = 0
    ELSEWHERE = 1
    COUNTY = 2
    TOWNSHIP = 3
    VILLAGE = 4
    HOUSEHOLD = 5


class Plain(IntEnum):
    """Sex, telephone, identity number: the same or not."""

    SILENT = 0
    DIFFERENT = 1
    SAME = 2


class Kin(IntEnum):
    SILENT = 0
    DIFFERENT = 1
    CLOSE = 2
    SAME = 3


_LUNAR_DAYS: Final = 60


def name_level(table: NameTable, a: Ints, b: Ints) -> Levels:
    """Levels of ``Name`` for two arrays of rows of the table, each different pair compared once.

    Notes
    -----
    A character nobody could write (``UNKNOWN``) fits any other at its place. Two names of two characters
    whose second differs share the surname alone: the whole given name is another.
    """
    key = np.minimum(a, b).astype(np.int64) << 32 | np.maximum(a, b)
    unique, back = np.unique(key, return_inverse=True)
    one, other = (unique >> 32).astype(np.int32), (unique & 0xFFFFFFFF).astype(np.int32)
    return _compared(table, one, other)[back]


def _compared(table: NameTable, a: Ints, b: Ints) -> Levels:
    ca, cb, sa, sb = table.characters[a], table.characters[b], table.sounds[a], table.sounds[b]
    la, lb = table.length[a], table.length[b]
    same_length = la == lb
    unwritten = (ca == UNKNOWN) | (cb == UNKNOWN)
    written_alike = ca == cb
    spoken_alike = (sa == sb) | unwritten
    differing = (~written_alike).sum(axis=1)
    unheard = (~spoken_alike).sum(axis=1)
    surname = np.maximum(1, np.minimum(table.surname[a], table.surname[b]))
    within = np.arange(LONGEST)[None, :] < surname[:, None]
    surname_alike = (spoken_alike | ~within).all(axis=1) & (table.surname[a] == table.surname[b])
    given_alike = (spoken_alike | within).all(axis=1) & same_length
    given = np.maximum(la, lb) - surname

    level = np.full(len(a), Name.DIFFERENT, dtype=np.int8)
    level[surname_alike] = Name.SURNAME
    level[given_alike & (given >= 2)] = Name.GIVEN
    level[_shortened(ca, cb, la, lb) & surname_alike] = Name.SHORTENED
    arranged = (np.sort(ca, axis=1) == np.sort(cb, axis=1)).all(axis=1)
    level[arranged & same_length & surname_alike] = Name.ORDER
    level[same_length & surname_alike & (unheard == 1) & (given >= 2)] = Name.ONE_CHARACTER
    wild = unwritten.any(axis=1) & same_length & (unheard == 0)
    level[same_length & (unheard == 0)] = Name.SOUND
    level[wild] = Name.ONE_CHARACTER
    level[same_length & (differing == 0) & ~wild] = Name.SAME
    level[(la == 0) | (lb == 0)] = Name.SILENT
    return level


def _shortened(ca: npt.NDArray[np.int32], cb: npt.NDArray[np.int32], la: Ints, lb: Ints) -> Bools:
    """One name is the other with a character left out, or with its end cut off."""
    swap = la < lb
    long, short = np.where(swap[:, None], cb, ca), np.where(swap[:, None], ca, cb)
    n_long, n_short = np.maximum(la, lb), np.minimum(la, lb)
    places = np.arange(LONGEST)[None, :]
    prefix = ((long == short) | (places >= n_short[:, None])).all(axis=1) & (n_short >= 2)
    dropped = np.zeros(len(la), dtype=bool)
    for gap in range(1, LONGEST):
        head = ((long == short) | (places >= gap)).all(axis=1)
        tail = (long[:, gap + 1 :] == short[:, gap:-1]).all(axis=1)
        dropped |= head & tail & (gap < n_long)
    shorter: Bools = (prefix | (dropped & (n_long == n_short + 1))) & (n_long > n_short)
    return shorter


def birth_level(people: People, a: Ints, b: Ints) -> Levels:
    """Levels of ``Birth``."""
    ya, yb = people["birth_year"][a], people["birth_year"][b]
    ma, mb = people["birth_month"][a], people["birth_month"][b]
    da, db = people["birth_day"][a], people["birth_day"][b]
    full = (da != NONE) & (db != NONE)
    level = np.full(len(a), Birth.DIFFERENT, dtype=np.int8)
    level[full & (ya == yb)] = Birth.YEAR
    apart = np.abs(_day_number(ya, ma, da) - _day_number(yb, mb, db))
    level[full & (apart <= _LUNAR_DAYS)] = Birth.NEAR
    digits = sum(
        ((x // scale) % 10 != (y // scale) % 10).astype(np.int8)
        for x, y, scales in ((ya, yb, (1, 10, 100)), (ma, mb, (1, 10)), (da, db, (1, 10)))
        for scale in scales
    )
    level[full & (digits == 1)] = Birth.DIGIT
    level[full & (ya == yb) & (ma == db) & (da == mb)] = Birth.SWAPPED
    partly = (ya == yb) & ((ma == mb) | (ma == NONE) | (mb == NONE)) & ~full
    level[partly] = Birth.PARTLY
    level[full & (ya == yb) & (ma == mb) & (da == db)] = Birth.SAME
    level[(ya == NONE) | (yb == NONE)] = Birth.SILENT
    return level


def _day_number(year: Ints, month: Ints, day: Ints) -> Ints:
    """Days, near enough to tell how far two dates are apart."""
    return (year * 365.2425 + month * 30.44 + day).astype(np.int32)


def place_level(people: People, a: Ints, b: Ints) -> Levels:
    """Levels of ``Place``: the narrowest place both are in."""
    level = np.full(len(a), Place.ELSEWHERE, dtype=np.int8)
    for column, value in (
        ("county", Place.COUNTY),
        ("township", Place.TOWNSHIP),
        ("village", Place.VILLAGE),
        ("household", Place.HOUSEHOLD),
    ):
        one, other = people[column][a], people[column][b]
        level[(one == other) & (one != NONE)] = value
    level[(people["county"][a] == NONE) | (people["county"][b] == NONE)] = Place.SILENT
    return level


def plain_level(people: People, column: str, a: Ints, b: Ints) -> Levels:
    """Levels of ``Plain`` for a column of codes."""
    one, other = people[column][a], people[column][b]
    level = np.where(one == other, Plain.SAME, Plain.DIFFERENT).astype(np.int8)
    level[(one == NONE) | (other == NONE)] = Plain.SILENT
    return level


class Schooling(IntEnum):
    SILENT = 0
    DIFFERENT = 1
    STEP = 2  # the next grade: schooling goes on between two registers
    SAME = 3


class Move(IntEnum):
    """Two villages, and whether a register says that its person lives elsewhere."""

    SILENT = 0
    STAYED = 1
    AWAY = 2


def schooling_level(people: People, a: Ints, b: Ints) -> Levels:
    """Levels of ``Schooling``; grades are the tens of GB/T 4658."""
    one, other = people["education"][a], people["education"][b]
    apart = np.abs(one // 10 - other // 10)
    level = np.full(len(a), Schooling.DIFFERENT, dtype=np.int8)
    level[apart <= _NEXT_GRADE] = Schooling.STEP
    level[apart == 0] = Schooling.SAME
    level[(one == NONE) | (other == NONE)] = Schooling.SILENT
    return level


def move_level(people: People, a: Ints, b: Ints) -> Levels:
    """Levels of ``Move``; silent within one village."""
    one, other = people["away"][a], people["away"][b]
    level = np.where((one == 1) | (other == 1), Move.AWAY, Move.STAYED).astype(np.int8)
    level[(one == NONE) & (other == NONE) | (people["village"][a] == people["village"][b])] = Move.SILENT
    return level


#: GB/T 4658 leaves numbers out: 60 is senior school, 70 junior school, 40 and 50 vocational ones.
_NEXT_GRADE: Final = 2
_KIN_OF_NAME: Final = np.array(
    [
        Kin.SILENT,
        Kin.DIFFERENT,
        Kin.DIFFERENT,
        Kin.CLOSE,
        Kin.CLOSE,
        Kin.CLOSE,
        Kin.CLOSE,
        Kin.SAME,
        Kin.SAME,
    ],
    dtype=np.int8,
)


def kin_level(people: People, column: str, a: Ints, b: Ints) -> Levels:
    """Levels of ``Kin``: the name of a parent or the spouse beside that of the other."""
    return _KIN_OF_NAME[name_level(people.names, people[column][a], people[column][b])]


#: Fields in the order they are told.
FIELDS: Final = (
    "name", "birth", "sex", "id_key", "place", "phone_key", "father", "mother", "spouse", "ethnicity",
    "education", "away",
)  # fmt: skip
#: Levels a field has, ``SILENT`` included.
SIZES: Final = {
    "name": len(Name), "birth": len(Birth), "sex": len(Plain), "id_key": len(Plain), "place": len(Place),
    "phone_key": len(Plain), "father": len(Kin), "mother": len(Kin), "spouse": len(Kin),
    "ethnicity": len(Plain), "education": len(Schooling), "away": len(Move),
}  # fmt: skip


def levels_of(people: People, a: Ints, b: Ints) -> dict[str, Levels]:
    """The levels of all fields for pairs of rows of the people."""
    return {
        "name": name_level(people.names, people["name"][a], people["name"][b]),
        "birth": birth_level(people, a, b),
        "sex": plain_level(people, "sex", a, b),
        "id_key": plain_level(people, "id_key", a, b),
        "place": place_level(people, a, b),
        "phone_key": plain_level(people, "phone_key", a, b),
        "father": kin_level(people, "father", a, b),
        "mother": kin_level(people, "mother", a, b),
        "spouse": kin_level(people, "spouse", a, b),
        "ethnicity": plain_level(people, "ethnicity", a, b),
        "education": schooling_level(people, a, b),
        "away": move_level(people, a, b),
    }
