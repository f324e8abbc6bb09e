"""Values of single cells: yes and no, whole numbers, telephones, short texts, kinds of registration."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Final

from tongchou.domain.register import legacy

#: Longest texts that are kept (the registry's columns hold as much).
MOST_TEXT: Final = {
    "household_no": 40,
    "group_name": 40,
    "name": 60,
    "resident_elsewhere": 100,
    "ethnicity": 20,
}
MOST_PHONES: Final = 4
MOST_CHILDREN: Final = 30
#: How much of a cell a message may show, and only of columns that are not sensitive.
QUOTED: Final = 12


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_HERE: Final = _set("在 在村 在家 在本村 本村 本地 常住 在本村居住")
_AWAY: Final = _set("外出 已外出 外出务工 不在 不在村 不在本村 不在家")
_YES: Final = _set(
    "是 有 已 对 √ ✓ ✔ ☑ y yes true t 1 已转 已转户 已参保 参保 已参加 参加 享受 已享受 已界定 界定"
)
_NO: Final = _set("""
    否 无 没 没有 未 不 不是 × x ✗ ✘ n no false f 0 / — – - ― ─ -- —— 未转 未转户 未参保 未参加 不享受 未享受
    未界定
""")
_ANSWERS: Final = dict.fromkeys(_YES, True) | dict.fromkeys(_NO, False)
#: Marks for "as above".
DITTO: Final = _set('同上 〃 ″ 同前 同上行 ,, 〞 “ ” "')

_KINDS: Final = {
    "agricultural": _set("""
        农业 农业户口 农业户籍 农村 农村户口 农 农业户 农民 农村居民 农业家庭户口 农业家庭户
    """),
    "non_agricultural": _set("""
        非农业 非农业户口 非农业户籍 非农 非农户口 非 城镇 城镇户口 非农业户 城市 城镇居民 非农业家庭户口
        非农业家庭户
    """),
    "unified": _set("居民 居民户口 统一居民户口 居民户 居民家庭户口 统一 居民家庭户 居民户籍"),
}
_HUKOU: Final = {word: kind for kind, words in _KINDS.items() for word in words}
_BRACKETED: Final = re.compile(r"\([^()]*\)")
_PHONE_GAPS: Final = re.compile(r"[,，、;；/|\n]+|\s{1,}(?=1[3-9]\d)")
_NOT_DIGITS: Final = re.compile(r"[\s\-.]+")
_MOBILE: Final = re.compile(r"1[3-9]\d{9}")
_LANDLINE: Final = re.compile(r"(?:0\d{2,3})?[2-8]\d{6,7}")
_LONG_NUMBER: Final = re.compile(r"\d{6,}")
_HAN_GAP: Final = re.compile(r"(?<=[\u4e00-\u9fff\u3400-\u4dbf])\s+(?=[\u4e00-\u9fff\u3400-\u4dbf])")
#: Words that cannot be a name and show that a line slipped sideways into a closed column.
NEVER_A_NAME: Final = ("避孕", "结扎", "孕检", "节育", legacy.OMITTED)
#: Marks no name has: those of programs and pages, and what cannot be seen.
_NOT_OF_A_NAME: Final = re.compile(
    r"[<>{}\\|=;&@#$%^~`\x00-\x08\x0e-\x1f\x7f]|" + "|".join(map(re.escape, NEVER_A_NAME))
)


def text(value: object) -> str:
    """A cell as text: NFKC, trimmed, a whole number without its decimal point; empty for no value.

    Examples
    --------
    >>> text(" 第１组 "), text(12.0), text(None)
    ('第1组', '12', '')
    """
    if isinstance(value, str):
        return unicodedata.normalize("NFKC", value).strip()
    if value is None or isinstance(value, bool):
        return "" if value is None else ("是" if value else "否")
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        return str(int(value))
    return str(value)


def yes_no(value: object) -> bool | None:
    """What a yes-or-no cell says: ``True``, ``False``, or ``None`` for silence and for words not understood.

    Examples
    --------
    >>> yes_no("是"), yes_no("—"), yes_no(1.0), yes_no("也许"), yes_no("")
    (True, False, True, None, None)
    """
    known = _ANSWERS.get(value) if isinstance(value, str) else None
    return known if known is not None else _ANSWERS.get(text(value).lower())


def lives_here(value: object, *, asked: str) -> bool | None:
    """Whether a person lives in the village, from a cell under "lives here" or under "is away".

    Parameters
    ----------
    asked
        ``"here"`` or ``"away"``: what the column's header asks. 在家 and 外出 mean the same under both.

    Examples
    --------
    >>> lives_here("是", asked="here"), lives_here("是", asked="away"), lives_here("在家", asked="away")
    (True, False, True)
    """
    word = text(value)
    if word in _HERE:
        return True
    if word in _AWAY:
        return False
    answer = yes_no(value)
    return answer if answer is None or asked == "here" else not answer


def is_no(value: object) -> bool:
    """True for the ways to write "none" in a cell that asks for a date, a place or a number."""
    return isinstance(value, str) and len(value) < 12 and (value in _NO or text(value).lower() in _NO)


def is_ditto(value: object) -> bool:
    """True for 同上 and its marks."""
    return isinstance(value, str) and len(value) < 12 and value.strip() in DITTO


def hukou_kind(value: object) -> str | None:
    """One of ``HUKOU_KINDS``; ``None`` for words not understood.

    Examples
    --------
    >>> hukou_kind("农业"), hukou_kind("居民户口"), hukou_kind("?")
    ('agricultural', 'unified', None)
    """
    return _HUKOU.get(_BRACKETED.sub("", text(value)))


def count(value: object) -> int | None:
    """A number of children, 无 and — being none; ``None`` for anything that is no such number.

    Examples
    --------
    >>> count(2.0), count("1个"), count("无"), count("两三个")
    (2, 1, 0, None)
    """
    word = text(value)
    if word.lower() in _NO:
        return 0
    digits = word.removesuffix("个").removesuffix("人")
    if not (digits.isascii() and digits.isdigit()):
        return None
    number = int(digits[:4])
    return number if number <= MOST_CHILDREN else None


def phones(value: object) -> tuple[tuple[str, ...], bool]:
    """The telephone numbers of a cell and whether all of it was understood.

    Several numbers may be parted by commas, slashes or spaces; whose they are (in brackets) is not kept.

    Examples
    --------
    >>> phones("13800001234/13900005678（儿子）")
    (('13800001234', '13900005678'), True)
    >>> phones(13800001234.0), phones("无"), phones("12345")
    ((('13800001234',), True), ((), True), ((), False))
    """
    written = _BRACKETED.sub("", text(value)).strip()
    if not written or written.lower() in _NO:
        return (), True
    found: list[str] = []
    understood = True
    for part in _PHONE_GAPS.split(written):
        number = _NOT_DIGITS.sub("", part).removeprefix("+86")
        if not number:
            continue
        if _MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number):
            if number not in found:
                found.append(number)
        else:
            understood = False
    return tuple(found[:MOST_PHONES]), understood and len(found) <= MOST_PHONES


def name(value: object) -> str:
    """A name as written, without outer spaces and without spaces between Chinese characters.

    Examples
    --------
    >>> name("张 三"), name("阿依古丽·买买提 ")
    ('张三', '阿依古丽·买买提')
    """
    if not isinstance(value, str):
        return text(value)
    trimmed = value.strip().replace("\u3000", " ")
    return _HAN_GAP.sub("", trimmed) if " " in trimmed or "\n" in trimmed else trimmed


def person_name(value: object, most: int = MOST_TEXT["name"]) -> tuple[str | None, bool]:
    """A person's name, and whether what stands there cannot be one: the check of registers and of forms.

    A name too long is no name either: it is never cut.

    Examples
    --------
    >>> person_name("张 三"), person_name(" "), person_name("张三2"), person_name("<b>张三")
    (('张三', False), (None, False), (None, True), (None, True))
    """
    written = name(value)
    if not written:
        return None, False
    odd = not isinstance(value, str) or len(written) > most or any(mark.isdigit() for mark in written)
    odd = odd or _NOT_OF_A_NAME.search(written) is not None
    return (None, True) if odd else (written, False)


def quote(value: object) -> str:
    """As much of a cell as a message may show: short, without long numbers and closed matters.

    Examples
    --------
    >>> quote("邻居"), quote("520599196503071125"), quote("已上环")
    ('邻居', '…', '…')
    """
    shown = " ".join(text(value).split())
    if len(shown) > QUOTED or _LONG_NUMBER.search(shown) or legacy.matter_in(shown):
        return "…"
    return shown
