"""The dictionary of columns that present law has closed, and that are dropped before anything is stored.

Since the law of 2021 births need no permission, cost no fee and are followed by no check; contraception is a
woman's and a man's own matter. Old registers still carry such columns. They are recognised by their header
or group header and their cells are forgotten while the file is being read: before validation, messages and
previews.

Source: 人口与计划生育法 (2021-08-20), 中共中央 国务院关于优化生育政策促进人口长期均衡发展的决定 (2021-06-26).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_TABLE: Final = """
contraception  避孕 节育 上环 放环 取环 皮埋 安全套 避环 宫内节育 药具 带环
sterilisation  结扎 绝育 扎管
operation      手术 引产 人流 流产 终止妊娠 补救措施 四术 刮宫
measures       落实措施 落实时间 落实日期 落实情况 长效措施 措施落实 采取措施 选择措施
checks         孕检 孕情 环检 妇检 环孕 三查 查环 查孕 月经 孕次 访视 随访对象
policy         政策内 政策外 计划内 计划外 违法生育 超生 抢生 非婚生 符合政策 是否符合 早育 早婚
fee            社会抚养费 抚养费 罚款 征收
permit         生育证 准生证 准生 生育指标 生育许可 再生育 一孩证 二孩证 生育服务证 怀孕
certificate    婚育证 计生证明 计划生育证明
credit         诚信 失信 黑名单 信用等级 积分
key_persons    重点对象 重点管理 重点人 管理对象 管理类别 三代 已婚育龄 育龄妇女 育妇
few_births     少生快富 少生 独女户 双女户 二女户 纯女户 两女户
informing      举报 检举
"""


def _read(table: str) -> dict[str, tuple[str, ...]]:
    entries: dict[str, tuple[str, ...]] = {}
    key = ""
    for line in table.strip("\n").splitlines():
        words = line.split()
        if not line.startswith(" "):
            key, *words = words
        entries[key] = entries.get(key, ()) + tuple(words)
    return entries


#: Closed matter → words that give it away. The matter alone is ever stored or shown.
DICTIONARY: Final = _read(_TABLE)

#: Stands where a text was left out of what is laid by or given back; it counts as closed wherever it comes.
OMITTED: Final = "〔依法略去〕"

_GAPS: Final = re.compile(r"[\s*＊·.。,，、/\\\-_—|:：'\"“”()\[\]【】<>]+")
_MATTER_OF: Final[dict[str, str]] = {word: matter for matter, words in DICTIONARY.items() for word in words}
_PATTERN: Final = re.compile("|".join(sorted(map(re.escape, _MATTER_OF), key=len, reverse=True)))


def matter_in(text: object) -> str | None:
    """The closed matter a text speaks of; ``None`` for any other text.

    Spaces and marks inside the text do not hide it, brackets neither.

    Examples
    --------
    >>> matter_in("避 孕\\n措施"), matter_in("备注（孕 检）"), matter_in("出生日期"), matter_in(None)
    ('contraception', 'checks', None, None)
    """
    if not isinstance(text, str) or not text or text.isascii():  # no word is written in Latin letters
        return None
    if OMITTED in text:
        return "omitted"
    found = _PATTERN.search(_GAPS.sub("", unicodedata.normalize("NFKC", text)))
    return _MATTER_OF[found[0]] if found else None
