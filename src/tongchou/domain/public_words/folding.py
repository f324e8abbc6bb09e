"""One way of writing for a text: width, traditional and variant characters, gaps inside words, digits."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

#: Between these marks a sentence ends; what is farther apart is not read together.
_ENDS: Final = re.compile(r"[。！？!?;；\n\r]+|\.(?=\s|$)")
#: A piece shorter than this is no sentence: a mark inside a word hides nothing.
_SHORTEST: Final = 5
_DIGITS: Final = dict(zip("0123456789", "零一二三四五六七八九", strict=True))
_FORMAL: Final = str.maketrans("壹贰叁肆伍陆柒捌玖拾两俩仨", "一二三四五六七八九十二二三")
_COUNTED: Final = re.compile(r"(?<!\d)\d(?=(?:个|名)?(?:孩|胎|宝|娃|女户|小孩|子女|子户))")
_NO_CHINESE: Final = re.compile(r"[^\u4e00-\u9fff0-9a-z%‰]+")


@lru_cache(maxsize=512)
def written_plainly(text: str) -> str:
    """The text in half-width, simplified characters and small letters; its gaps and marks are still there.

    Examples
    --------
    >>> written_plainly("計劃外ＡＢ"), written_plainly("2孩、叁胎")
    ('计划外ab', '二孩、三胎')
    """
    # Loaded on first use: the tables take a moment.
    from tongchou.domain.matching.writing import plain

    half = "".join(one for one in unicodedata.normalize("NFKC", text) if unicodedata.category(one) != "Cf")
    simple = "".join(plain(one) if one > "\u2fff" and one not in "，。、；：！？" else one for one in half)
    same = simple.lower().translate(_FORMAL)
    return _COUNTED.sub(lambda found: _DIGITS[found[0]], same)


def squeezed(text: str) -> str:
    """A text that is written plainly, without anything that is no character, letter, digit or per cent.

    Examples
    --------
    >>> squeezed("超 · 生（户）")
    '超生户'
    """
    return _NO_CHINESE.sub("", text)


def sentences(text: str) -> list[str]:
    """The sentences of a text, short pieces together with what follows them.

    Examples
    --------
    >>> sentences("出生。人口。控制在三百人以内。补贴按时发放。")
    ['出生人口控制在三百人以内', '补贴按时发放']
    """
    found: list[str] = []
    held = ""
    for piece in _ENDS.split(text):
        held += piece
        if len(squeezed(held)) >= _SHORTEST:
            found.append(held)
            held = ""
    if held.strip():
        found = [*found[:-1], found[-1] + held] if found else [held]
    return found
