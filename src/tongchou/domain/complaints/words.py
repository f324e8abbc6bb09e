"""What the words of a complaint may hold: the unit's doings, and nothing by which a family could be found.

A complaint that tells on a family is not taken: nothing of it is stored, whatever its kind. Words about the
matters that law has closed (births, contraception, permits) are taken of somebody alone who says that it is
about the own family: that it was pressed, charged, or not served.

Source: spec, rights by construction, rules 4 and 10; 人口与计划生育法 (2021); 信访工作条例 (2022), 19, 22.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import Final

from tongchou.domain.register.legacy import DICTIONARY

#: Characters of the words at most.
LONGEST: Final = 2_000
_NUMBER: Final = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|\d{15}|1[3-9]\d{9})(?!\d)")
_GAPS: Final = re.compile(r"[\s*＊·.。、/\\\-_—|]+")
_PRIVATE: Final = (
    "contraception", "sterilisation", "operation", "measures", "checks", "policy", "permit", "certificate",
    "few_births",
)  # fmt: skip
#: Words of the dictionary of columns that say nothing by themselves when somebody writes a letter.
_COMMON: Final = frozenset({
    *("手术", "落实措施", "落实时间", "落实日期", "落实情况", "长效措施", "措施落实", "采取措施", "选择措施"),
    *("补救措施", "访视", "随访对象", "是否符合", "符合政策", "人流", "三查"),
})  # fmt: skip
_CLOSED: Final = (
    *(word for matter in _PRIVATE for word in DICTIONARY[matter] if word not in _COMMON),
    "社会抚养费",
    "抚养费",
)
#: Words that say of a birth or a marriage that it was not as somebody wanted.
_JUDGES: Final = (
    "超生 抢生 偷生 躲生 多生 违法生育 违规生育 计划外 政策外 非婚生 早婚 早育 假离婚 未婚先孕 黑户"
)
_OTHERS: Final = (
    "邻居 隔壁 他家 她家 他们家 别人家 那家 某家 那户 某户 家的媳妇 家媳妇 家儿媳 家女儿 家儿子 "
    "村里有人 有人家 有的人家 别的人家"
)
#: Words by which somebody speaks of the own family, and of what a unit did to it.
_OWN: Final = "我 俺 咱 本人 自己"
_BY_UNIT: Final = "要求 强迫 逼 强制 威胁 罚 收 扣 不给 拒绝 不发 骂 说我 让我 叫我 上门"
_BORN: Final = re.compile(r"生了?[二两三四五六七][个胎]|生了[二两三四五六七]|[二三四五六]胎")


class Fault(StrEnum):
    EMPTY = "empty"
    TOO_LONG = "too_long"
    #: A number of an identity card or a telephone.
    NUMBER = "number"
    #: It tells on a family.
    FAMILY = "family"
    #: A closed matter, without saying that it is about the own family.
    CLOSED_MATTER = "closed_matter"


def faults(text: str, *, own: bool) -> list[Fault]:
    """What is wrong with the words; nothing for words that may be taken.

    Parameters
    ----------
    own
        Whoever writes says that it happened to the own family.

    Examples
    --------
    >>> faults("材料交了两个月没有答复", own=False)
    []
    >>> faults("隔壁那家超生了，没人管", own=True)
    [<Fault.FAMILY: 'family'>]
    >>> faults("镇里要求我上环才给办", own=True)
    []
    >>> faults("镇里不给办准生证", own=False)
    [<Fault.CLOSED_MATTER: 'closed_matter'>]
    """
    words = _plain(text)
    if not words:
        return [Fault.EMPTY]
    found = [Fault.TOO_LONG] if len(text) > LONGEST else []
    if _NUMBER.search(words):
        found.append(Fault.NUMBER)
    if tells_on_a_family(text):
        found.append(Fault.FAMILY)
    elif holds_closed_matter(text) and not own:
        found.append(Fault.CLOSED_MATTER)
    return found


def tells_on_a_family(text: str) -> bool:
    """Whether words speak of the births or the marriage of another family.

    A closed matter together with others; or a judging word that neither names the own family nor what a unit
    demanded of it.

    Examples
    --------
    >>> tells_on_a_family("他家生了三个没人管"), tells_on_a_family("说我超生，要收我五千元")
    (True, False)
    >>> tells_on_a_family("邻居家的补贴发了，我家的还没有")
    False
    """
    words = _plain(text)
    judged = _holds(words, _JUDGES)
    if _holds(words, _OTHERS) and (judged or holds_closed_matter(text) or _BORN.search(words) is not None):
        return True
    return judged and not (_holds(words, _OWN) and _holds(words, _BY_UNIT))


def holds_closed_matter(text: str) -> bool:
    """Whether words name what law has closed: births, contraception, checks, permits.

    Examples
    --------
    >>> holds_closed_matter("要我做孕检"), holds_closed_matter("村干部罚款两百元，我要举报")
    (True, False)
    """
    words = _plain(text)
    return any(one in words for one in _CLOSED)


def holds_number(text: str) -> bool:
    """Whether words hold a number of an identity card or a telephone."""
    return _NUMBER.search(_plain(text)) is not None


def _plain(text: str) -> str:
    return _GAPS.sub("", unicodedata.normalize("NFKC", text))


def _holds(words: str, any_of: str) -> bool:
    return any(one in words for one in any_of.split())
