"""Villagers' groups (村民组) as registers write them: 一组, 第1组, 1组（示例）, 1 mean the same group."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from tongchou.domain.register.columns import plain

_DIGITS: Final = {word: number for number, word in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_NUMBER: Final = re.compile(r"[零〇一二两三四五六七八九十百]+")
_PARTS: Final = re.compile(r"^第|(?:村民小组|村民组|小组|组|社)$")


def group_key(name: str) -> str:
    """What two ways to write one group have in common.

    Examples
    --------
    >>> group_key("一组（示例）") == group_key("第1村民组") == group_key("1")
    True
    >>> group_key("十二组"), group_key("大湾组"), group_key("二十组")
    ('12', '大湾', '20')
    """
    bare = _PARTS.sub("", _PARTS.sub("", plain(name)))
    if _NUMBER.fullmatch(bare):
        return str(_value(bare))
    return bare.lstrip("0") if bare.isdigit() else bare


def _value(words: str) -> int:
    """A Chinese number below a thousand."""
    total, last = 0, 0
    for word in words:
        if word in "十百":
            total += (last or 1) * (10 if word == "十" else 100)
            last = 0
        else:
            last = _DIGITS[word]
    return total + last


def index(names: Iterable[str]) -> dict[str, str]:
    """Key → name, for names whose key is theirs alone."""
    found: dict[str, str] = {}
    twice: set[str] = set()
    for name in names:
        key = group_key(name)
        if found.setdefault(key, name) != name:
            twice.add(key)
    return {key: name for key, name in found.items() if key not in twice}
