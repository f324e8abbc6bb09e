"""Names of made-up people: surnames by ethnicity, given names by sex and time of birth.

The lists are common knowledge put together for this purpose; no register was used. They hold what handling of
names must survive: given names of one and two characters, compound surnames, rare characters (some outside
the basic plane) and minority names with a dot.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tongchou.synth.targets import Ints

Texts = npt.NDArray[np.object_]

HAN, MIAO, YI, BAI, BUYEI, GELAO, HUI, CHUANQING = range(8)
#: Ethnicities as registers write them; 穿青人 has no code in GB/T 3304.
ETHNICITIES = ("汉族", "苗族", "彝族", "白族", "布依族", "仡佬族", "回族", "穿青人")
#: Assumed shares by county (code now); the order of ``ETHNICITIES``.
SHARES = {
    "520502": (0.74, 0.07, 0.08, 0.02, 0.01, 0.01, 0.02, 0.05),
    "520521": (0.66, 0.12, 0.13, 0.03, 0.01, 0.03, 0.00, 0.02),
    "520581": (0.74, 0.11, 0.07, 0.02, 0.03, 0.02, 0.00, 0.01),
    "520523": (0.86, 0.06, 0.05, 0.00, 0.01, 0.01, 0.00, 0.01),
    "520524": (0.52, 0.12, 0.05, 0.01, 0.03, 0.01, 0.00, 0.26),
    "520525": (0.49, 0.14, 0.10, 0.01, 0.01, 0.00, 0.01, 0.24),
    "520526": (0.75, 0.05, 0.09, 0.00, 0.01, 0.00, 0.10, 0.00),
    "520527": (0.75, 0.08, 0.14, 0.01, 0.01, 0.00, 0.01, 0.00),
}

_COMMON = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹曾彭肖蔡潘田董袁"
    "于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江"
    "阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃武汤"
)
_SURNAMES = (
    _COMMON,
    "杨李王张陶熊古项侯吴罗马朱潘祝韩顾龙",
    "李杨陈安禄陇王张罗黄龙文卢苏沙尚普余",
    "张李赵杨钱段苏施董尹何",
    "罗韦王伍黄陆岑班卢杨潘陈",
    "高李王何陈田申苟勾石张",
    "马张王李撒虎纳锁管阮孔",
    "李王张陈杨刘黄周彭吴龙蒋罗",
)
COMPOUND = ("欧阳", "上官", "司马", "夏侯")
#: Surnames with rare or many-sounded characters.
_RARE_SURNAMES = ("单", "仇", "区", "解", "查", "盖", "昝", "亓", "爨", "𠅤")

#: First year of each time of birth, then (first characters, second characters) for men and women.
_TIMES = (1900, 1952, 1966, 1980, 1995, 2008)
_MEN = (
    ("文 正 国 光 明 德 永 朝 少 开 廷 世 兴 仕 绍", "才 华 明 发 贵 林 云 清 富 珍 祥 全 安 顺 忠"),
    ("国 建 志 永 文 明 正 光 德 世 克 天 大 云 成", "华 明 平 国 富 强 忠 祥 林 才 发 荣 贵 安 军"),
    ("建 国 卫 红 永 志 文 光 世 昌 学 开 明 应 启", "军 红 兵 平 华 忠 勇 林 明 祥 荣 学 权 洪 江"),
    ("小 志 永 文 海 建 光 俊 晓 少 正 大 成 远 庆", "勇 伟 强 军 涛 波 刚 辉 飞 龙 松 林 鹏 江 杰"),
    ("浩 俊 宇 文 志 鑫 家 泽 子 嘉 天 明 思 成 旭", "杰 豪 宇 涛 鹏 轩 强 阳 龙 伟 航 辉 文 林 鑫"),
    ("浩 子 宇 梓 俊 博 泽 奕 沐 一 家 景 天 嘉 睿", "轩 宇 泽 涵 辰 然 睿 宸 洋 航 阳 昊 霖 铭 诚"),
)
_WOMEN = (
    ("秀 桂 玉 正 光 朝 文 永 兰 国 素 明 开 少 仕", "英 珍 芬 兰 香 芝 秀 仙 莲 碧 先 群 书 凤 菊"),
    ("秀 桂 玉 国 兰 光 正 明 文 素 开 忠 显 世 德", "英 珍 芬 兰 芝 秀 仙 琴 莲 群 碧 香 菊 会 先"),
    ("红 光 玉 永 春 丽 桂 晓 明 世 文 正 开 元 兴", "梅 英 芬 琴 群 艳 飞 丽 美 会 萍 芳 珍 琼 敏"),
    ("小 晓 丽 春 海 玉 艳 文 雪 红 永 燕 金 明 娅", "艳 丽 梅 燕 芳 敏 琴 娟 英 霞 飞 萍 玲 群 婷"),
    ("雨 思 佳 欣 诗 梦 雪 晓 文 雅 慧 静 紫 嘉 心", "婷 怡 涵 颖 欣 雪 琪 萱 琳 悦 瑶 敏 蕾 洁 静"),
    ("梓 欣 雨 诗 思 可 语 一 子 若 沐 紫 佳 艺 依", "涵 怡 萱 彤 妍 琪 瑶 悦 汐 宁 玥 诺 菲 桐 晴"),
)
#: Share of one-character given names by time of birth.
_SINGLE = (0.05, 0.06, 0.12, 0.22, 0.16, 0.05)
_RARE_GIVEN = ("喆", "燚", "翀", "堃", "犇", "骉", "赟", "龑", "䶮", "㛃", "玥曈", "祎", "昶", "𬭎", "𬱖")
_DOTTED_FIRST = ("阿鲁", "吉克", "阿卓", "沙马", "曲比", "勒格")
_DOTTED_SECOND = ("阿木", "伍呷", "尔古", "阿依", "日哈", "木果", "拉姆", "古尔")


def surnames(ethnicity: Ints, rng: np.random.Generator) -> Texts:
    """A surname for each element; earlier characters of a list are more frequent."""
    chosen = np.empty(len(ethnicity), dtype=object)
    for kind, listed in enumerate(_SURNAMES):
        here = np.flatnonzero(ethnicity == kind)
        weight = 1.0 / (np.arange(len(listed)) + 6.0)
        chosen[here] = np.array(list(listed), dtype=object)[
            rng.choice(len(listed), size=len(here), p=weight / weight.sum())
        ]
    for words, share in ((COMPOUND, 0.003), (_RARE_SURNAMES, 0.004)):
        here = np.flatnonzero(rng.random(len(chosen)) < share)
        chosen[here] = np.array(words, dtype=object)[rng.integers(len(words), size=len(here))]
    return chosen


def given_names(male: npt.NDArray[np.bool_], birth_year: Ints, rng: np.random.Generator) -> Texts:
    """Given names of the time of birth, mostly two characters, a few rare."""
    time = np.searchsorted(np.array(_TIMES), birth_year, side="right") - 1
    chosen = np.empty(len(male), dtype=object)
    for sex, tables in ((True, _MEN), (False, _WOMEN)):
        for index, (first, second) in enumerate(tables):
            here = np.flatnonzero((male == sex) & (time == index))
            one, two = (np.array(part.split(), dtype=object) for part in (first, second))
            a = one[rng.integers(len(one), size=len(here))]
            b = two[rng.integers(len(two), size=len(here))]
            single = rng.random(len(here)) < _SINGLE[index]
            chosen[here] = np.where(single, b, a + b)
    here = np.flatnonzero(rng.random(len(chosen)) < 0.006)
    chosen[here] = np.array(_RARE_GIVEN, dtype=object)[rng.integers(len(_RARE_GIVEN), size=len(here))]
    return chosen


def dotted(size: int, rng: np.random.Generator) -> list[str]:
    """Yi names as some write them, with a dot between the parts."""
    first = rng.integers(len(_DOTTED_FIRST), size=size)
    second = rng.integers(len(_DOTTED_SECOND), size=size)
    return [f"{_DOTTED_FIRST[a]}·{_DOTTED_SECOND[b]}" for a, b in zip(first, second, strict=True)]
