"""Personal names as keys: one for comparing, one for finding by pinyin initials. The name itself is kept."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Final

#: Dots that stand between the parts of a minority name: · • ‧ ・ ･ ． . ∙ ⋅ 。
_DROPPED: Final = re.compile(r"[\s.\u00b7\u2022\u2027\u30fb\uff65\u2219\u22c5\u3002\u200b\ufeff]+")
_NICKNAME: Final = re.compile(r"\([^()]*\)")

#: Initials of surnames that are read otherwise than the same character elsewhere (汉语姓氏读音).
_SURNAME_TABLE: Final = """
    b 秘 卜
    c 种 重 晟 车 谌 长 褚
    d 都 度 大
    g 盖 呙 句 谷 会
    h 黑
    k 阚 隗 适
    m 宓 缪 牟
    n 能 佴
    o 区
    p 朴 繁 逄
    q 仇 覃
    s 单 折 召 石 沈 宿
    w 尉
    x 解 冼 洗 郇 行 校
    y 乐 员 贠 俞 於 尹 叶 要 应
    z 曾 查 翟 藏 祭 訾
    cy 单于
    gs 公孙
    hf 皇甫
    hy 呼延
    lh 令狐
    mq 万俟
    mr 慕容
    oy 欧阳
    sg 上官
    sm 司马
    tt 澹台
    xh 夏侯
    yc 尉迟
    zf 宰父
    zg 诸葛
    zs 长孙
"""
_SURNAMES: Final = {
    surname: letters
    for line in _SURNAME_TABLE.strip().splitlines()
    for letters, *surnames in [line.split()]
    for surname in surnames
}
#: Surnames of two characters (复姓).
COMPOUND_SURNAMES: Final = frozenset(surname for surname in _SURNAMES if len(surname) == 2)


def compare_key(name: str) -> str:
    """The name for comparing: NFKC, without spaces, dots and a nickname in brackets; letters small.

    Examples
    --------
    >>> compare_key("张 三") == compare_key("张三")
    True
    >>> compare_key("阿依古丽．买买提") == compare_key("阿依古丽·买买提")
    True
    >>> compare_key("王小明（狗娃）")
    '王小明'
    """
    text = unicodedata.normalize("NFKC", name).casefold()
    bare = _NICKNAME.sub("", text)
    # Composed once more: casefold and the gaps closed may leave letters and their accents apart.
    return unicodedata.normalize("NFKC", _DROPPED.sub("", bare) or _DROPPED.sub("", text))


@lru_cache(maxsize=100_000)
def initials(name: str) -> str:
    """First letters of the name's pinyin, small; surnames read as surnames.

    Characters without a known reading are left out. Empty for a name without any reading.

    Examples
    --------
    >>> initials("单小勇"), initials("欧阳重庆"), initials("曾乐")
    ('sxy', 'oycq', 'zl')
    """
    key = compare_key(name)
    for length in (2, 1):
        surname = _SURNAMES.get(key[:length])
        if surname is not None and len(key) > length - 1:
            return surname + _letters(key[length:])
    return _letters(key)


@lru_cache(maxsize=10_000)
def place_initials(name: str) -> str:
    """First letters of the pinyin of a place, small; read as words, not as a surname.

    Examples
    --------
    >>> place_initials("乐旗镇"), place_initials("青山村（示例）")
    ('lqz', 'qsc')
    """
    return _letters(compare_key(name))


@lru_cache(maxsize=100_000)  # many people of different surnames share a given name
def _letters(text: str) -> str:
    if any(_ambiguous(character) for character in text):
        return _phrase_letters(text)
    return "".join(_letter(character) for character in text)


def _phrase_letters(text: str) -> str:
    """Letters by phrase, for text with a character whose readings begin differently (重, 长, 乐)."""
    from pypinyin import Style, lazy_pinyin

    found = lazy_pinyin(text, style=Style.FIRST_LETTER, errors="ignore")
    return "".join(letter for letter in found if letter.isascii() and letter.isalnum())


@cache
def _readings(character: str) -> tuple[str, ...]:
    """First letters of every reading of a character, the usual one first."""
    if character.isascii():
        return (character,) if character.isalnum() else ("",)
    from pypinyin import Style, pinyin  # loaded on first use: its tables take a quarter of a second

    found = pinyin(character, style=Style.FIRST_LETTER, heteronym=True, errors="ignore")
    letters = [letter for letter in (found[0] if found else []) if letter.isascii() and letter.isalpha()]
    return tuple(dict.fromkeys(letters)) or ("",)


def _ambiguous(character: str) -> bool:
    return len(_readings(character)) > 1


def _letter(character: str) -> str:
    return _readings(character)[0]


@lru_cache(maxsize=20_000)
def sound(name: str) -> str:
    """The name's pinyin without tones: names that are written for one another sound alike.

    Examples
    --------
    >>> sound("王秀英") == sound("王秀瑛"), sound("王秀英") == sound("王秀梅")
    (True, False)
    """
    from pypinyin import lazy_pinyin

    return " ".join(lazy_pinyin(compare_key(name)))
