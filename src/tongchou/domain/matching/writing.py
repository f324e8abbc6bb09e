"""Names as numbers: characters folded to one way of writing, syllables folded to one way of speaking.

Traditional and variant forms become the usual simplified ones (OpenCC). Syllables are pinyin without tone in
which what south-western Mandarin does not tell apart is one: n and l, zh/ch/sh and z/c/s, -ng and -n after
e and i. A homophone is then an equal row of syllables.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tongchou.domain.names import COMPOUND_SURNAMES, compare_key

Ints = npt.NDArray[np.int32]
#: Characters of a name that are compared; longer names are compared by their beginning.
LONGEST: Final = 8
NOTHING: Final = 0
#: A character somebody's system could not write: ？ □ ■ * 〓 and letters of the private use area.
UNKNOWN: Final = 1
_UNWRITTEN: Final = frozenset("?？□■*＊〓_﹖●○")
#: Rare forms people write for one another and OpenCC keeps apart.
_VARIANTS: Final = {
    "堃": "坤", "喆": "哲", "淼": "渺", "昇": "升", "甯": "宁", "珮": "佩", "姸": "妍", "峯": "峰",
    "喦": "岩", "嵒": "岩", "犇": "奔", "仝": "同", "勐": "猛", "煇": "辉", "晖": "辉", "菓": "果",
    "琹": "琴", "眞": "真", "逹": "达", "髙": "高", "呉": "吴", "玊": "玉",
}  # fmt: skip
_INITIALS: Final = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"))
_FINALS: Final = (("eng", "en"), ("ing", "in"))


@cache
def _to_simplified() -> Any:
    from opencc import OpenCC  # loaded on first use: its tables take a moment

    return OpenCC("t2s")


@cache
def plain(character: str) -> str:
    """The usual simplified form of a character.

    Examples
    --------
    >>> plain("國"), plain("峯"), plain("国"), plain("A")
    ('国', '峰', '国', 'a')
    """
    found = str(_to_simplified().convert(_VARIANTS.get(character, character)))[:1].lower()
    return _VARIANTS.get(found, found)


@cache
def syllable(character: str) -> str:
    """How a character sounds, folded; the character itself when it has no reading.

    Examples
    --------
    >>> syllable("峰") == syllable("锋"), syllable("宁") == syllable("林"), syllable("张")
    (True, True, 'zang')
    """
    from pypinyin import Style, lazy_pinyin

    found = lazy_pinyin(plain(character), style=Style.NORMAL, errors="ignore")
    sound = found[0] if found else ""
    if not sound:
        return character
    for written, spoken in _INITIALS:
        if sound.startswith(written):
            sound = spoken + sound[len(written) :]
            break
    for written, spoken in _FINALS:
        if sound.endswith(written):
            sound = sound[: -len(written)] + spoken
            break
    return sound


@dataclass(frozen=True, slots=True)
class NameTable:
    """All different names of a table, each a row of numbers.

    Attributes
    ----------
    number : mapping from a name as written to its row; "" is row 0, the unknown name
    characters, sounds : int32 arrays of shape (names, LONGEST); ``NOTHING`` after the last character and
        ``UNKNOWN`` where a system could not write one
    length, surname : int32 arrays of shape (names,): characters in all, and of the surname
    """

    number: dict[str, int]
    characters: Ints
    sounds: Ints
    length: Ints
    surname: Ints


def name_table(names: Iterable[str | None]) -> NameTable:
    """The table of the names given; equal keys share a row."""
    number: dict[str, int] = {"": 0}
    rows: dict[str, int] = {"": 0}
    keys: list[str] = [""]
    for name in names:
        if name is None or name in number:
            continue
        key = "".join(_unwritten(character) for character in compare_key(name))[:LONGEST]
        if key not in rows:
            rows[key] = len(keys)
            keys.append(key)
        number[name] = rows[key]
    shape = (len(keys), LONGEST)
    characters, sounds = np.zeros(shape, np.int32), np.zeros(shape, np.int32)
    surname = np.zeros(len(keys), np.int32)
    spoken: dict[str, int] = {}
    for row, key in enumerate(keys):
        surname[row] = 2 if len(key) > 2 and key[:2] in COMPOUND_SURNAMES else min(1, len(key))
        for place, character in enumerate(key):
            if character == "?":
                characters[row, place] = sounds[row, place] = UNKNOWN
            else:
                characters[row, place] = ord(character)
                sounds[row, place] = spoken.setdefault(syllable(character), len(spoken) + 2)
    length = np.count_nonzero(characters, axis=1).astype(np.int32)
    return NameTable(number, characters, sounds, length, surname)


def _unwritten(character: str) -> str:
    if character in _UNWRITTEN or "\ue000" <= character <= "\uf8ff":
        return "?"
    return plain(character)
