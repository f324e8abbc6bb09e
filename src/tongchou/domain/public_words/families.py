"""Talk about a family's births, marriage or help, by whoever writes: what nobody may bring against a family.

A word of births together with others, who may be named, tells on a family; so does the wish that another
family's help be taken away. Of the own family, and of what an office did to it, everybody may speak.

Source: rights by construction, rules 4 and 10; 人口与计划生育法 (2021).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from tongchou.domain.public_words import naming
from tongchou.domain.public_words.folding import squeezed, written_plainly
from tongchou.domain.register.legacy import DICTIONARY

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
    "邻居 隔壁 对门 楼上 楼下 他家 她家 他们家 别人家 那家 某家 那户 某户 家的媳妇 家媳妇 家儿媳 "
    "家女儿 家儿子 "
    "村里有人 有人家 有的人家 别的人家"
)
#: Words by which somebody speaks of the own family, and of what a unit did to it.
_OWN: Final = "我 俺 咱 本人 自己"
_MINE: Final = ("我", "我们", "咱", "咱们", "俺", "我是", "我叫", "本人", "我姓")
_BY_UNIT: Final = "要求 强迫 逼 强制 威胁 罚 收 扣 不给 拒绝 不发 骂 说我 让我 叫我 上门"
_BORN: Final = re.compile(
    "生了?[一二两三四五六七][个胎]|生了[二两三四五六七]|[二三四五六多][胎孩]|又生|又有了|"
    "[二三四五六七八多]个(?:孩|娃|小孩|子女)|"
    "孩子多|怀上|怀孕|有喜|大肚子|生(?:孩子|娃)"
)
#: Words that would take from another family what it receives.
_TAKES: Final = re.compile(
    "不(?:该|应该?|能|配|够格)(?:再)?(?:领|享|拿|吃|得|评|发)|还(?:在)?(?:领|拿|吃)(?:着)?(?:低保|"
    "补|救|钱)|冒领|骗(?:取|领|补|保)|"
    "应该?(?:取消|停|收回|罚)|(?:取消|停掉?|停发|收回)(?:他|她|它|其|这)"
)
#: Who gave it: then the doings of an office are spoken of.
_GIVEN_BY: Final = (
    "干部 主任 书记 会计 经办 工作人员 优亲 亲戚 关系户 截留 克扣 挪用 违规办 村委 镇里 乡里 单位"
)


def tells_on_a_family(text: str) -> bool:
    """Whether words speak of the births or the marriage of another family, or would take from it its help.

    A closed matter, children or help together with others, who may be named; or a judging word that neither
    names the own family nor what a unit demanded of it.

    Examples
    --------
    >>> tells_on_a_family("他家生了三个没人管"), tells_on_a_family("说我超生，要收我五千元")
    (True, False)
    >>> tells_on_a_family("邻居家的补贴发了，我家的还没有"), tells_on_a_family("我家三个孩子没有领到补贴")
    (False, False)
    >>> tells_on_a_family("张三家已经三个孩子了，还领低保"), tells_on_a_family("邻居家不该领低保")
    (True, True)
    """
    words = squeezed(written_plainly(text))
    judged = _holds(words, _JUDGES)
    if _others(words):
        if judged or holds_closed_matter(text) or _BORN.search(words) is not None:
            return True
        if _TAKES.search(words) is not None and not _holds(words, _GIVEN_BY):
            return True
    return judged and not (_holds(words, _OWN) and _holds(words, _BY_UNIT))


def _others(words: str) -> bool:
    """Whether another family is spoken of; one that is named is another unless somebody says that "
    "it is theirs."""
    if _holds(words, _OTHERS):
        return True
    return any(not words[: one.start()].endswith(_MINE) for one in naming.NAMED.finditer(words))


def holds_closed_matter(text: str) -> bool:
    """Whether words name what law has closed: births, contraception, checks, permits.

    Examples
    --------
    >>> holds_closed_matter("要我做孕检"), holds_closed_matter("村干部罚款两百元，我要举报")
    (True, False)
    """
    words = plain(text)
    return any(one in words for one in _CLOSED)


def holds_number(text: str) -> bool:
    """Whether words hold a number of an identity card or a telephone."""
    return _NUMBER.search(plain(text)) is not None


def plain(text: str) -> str:
    """Half-width and without gaps; characters as they were written."""
    return _GAPS.sub("", unicodedata.normalize("NFKC", text))


def _holds(words: str, any_of: str) -> bool:
    return any(one in words for one in any_of.split())


def speaks_of_people(text: str) -> bool:
    """Whether words hold what never stands in public: closed matters, a family's affairs, a number.

    Examples
    --------
    >>> speaks_of_people("请写明办理地点"), speaks_of_people("他家生了三个没人管")
    (False, True)
    >>> speaks_of_people("要我做孕检"), speaks_of_people("打13800000000")
    (True, True)
    """
    return holds_closed_matter(text) or tells_on_a_family(text) or holds_number(text)
