"""How the lists of other departments come to disagree with the registers, one cell at a time."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

MISSING_ROW, REPEATED_ROW = "missing_row", "repeated_row"
NAME_VARIANT, ID_TYPO, ID_MISSING, ID_OF_ANOTHER = "name_variant", "id_typo", "id_missing", "id_of_another"
LATE_DATE, DAY_OFF, WRONG_SEX = "late_date", "day_off", "wrong_sex"
#: Not chosen by lot: a list has a row about somebody who has nothing to do with the county.
STRANGER = "stranger"

#: Share of each list's rows with each disagreement. A row has one at most, so the shares hold exactly in
#: expectation. Assumed; large enough that each kind is met in a small county.
SHARES: dict[str, dict[str, float]] = {
    "hospital_births": {
        MISSING_ROW: 0.1, NAME_VARIANT: 0.03, ID_TYPO: 0.02, ID_MISSING: 0.015, ID_OF_ANOTHER: 0.005,
        DAY_OFF: 0.01, WRONG_SEX: 0.003, REPEATED_ROW: 0.004,
    },
    "civil_affairs_marriages": {
        MISSING_ROW: 0.05, NAME_VARIANT: 0.02, ID_TYPO: 0.012, ID_OF_ANOTHER: 0.004, LATE_DATE: 0.03,
        REPEATED_ROW: 0.004,
    },
    "public_security_deaths": {
        MISSING_ROW: 0.08, NAME_VARIANT: 0.03, ID_TYPO: 0.015, ID_MISSING: 0.02, ID_OF_ANOTHER: 0.006,
        LATE_DATE: 0.06, WRONG_SEX: 0.003, REPEATED_ROW: 0.004,
    },
    "public_security_conversions": {
        MISSING_ROW: 0.05, NAME_VARIANT: 0.02, ID_TYPO: 0.01, ID_OF_ANOTHER: 0.004, LATE_DATE: 0.04,
        REPEATED_ROW: 0.004,
    },
    "social_insurance_pension": {
        MISSING_ROW: 0.06, NAME_VARIANT: 0.03, ID_TYPO: 0.01, LATE_DATE: 0.08, REPEATED_ROW: 0.006,
    },
    "social_insurance_medical": {
        MISSING_ROW: 0.05, NAME_VARIANT: 0.03, ID_TYPO: 0.01, ID_OF_ANOTHER: 0.004, LATE_DATE: 0.08,
        REPEATED_ROW: 0.006,
    },
    "disability_certificates": {
        MISSING_ROW: 0.04, NAME_VARIANT: 0.03, ID_TYPO: 0.012, LATE_DATE: 0.02, WRONG_SEX: 0.003,
        REPEATED_ROW: 0.004,
    },
}  # fmt: skip

#: Characters of given names that sound the same and are written for one another.
_HOMOPHONES = (
    "英瑛 华花 明鸣 红洪 艳燕 军君 芳方 建健 国帼 志智 琴勤 珍真 梅美 丽莉 辉晖 涛滔 婷亭 萱宣 涵函 "
    "梓子 宇雨 轩喧 浩皓 杰洁 鑫新 俊骏 平萍 霞遐 秀绣 玉玊 文雯 永勇 正政 光广 德得 成诚 世仕 兴新 "
    "林琳 祥详 富付 贵桂 荣蓉 芬纷 兰岚 香湘 仙先 碧璧 群裙 凤奉 思斯 佳家 欣心 诗师 梦孟 晓小 雅亚 "
    "静敬 嘉佳 语羽 一依 若偌 沐木 泽则 睿锐 辰晨 然燃 航杭 阳洋 阿啊 木目"
)
_SOUNDS_LIKE: Mapping[str, str] = {a: b for pair in _HOMOPHONES.split() for a, b in (pair, pair[::-1])}


def name_variant(name: str, rng: np.random.Generator) -> str:
    """The name as somebody else wrote it: a like-sounding character, or a character the system lacked.

    Names with a dot lose the part after it.
    """
    if "·" in name:
        return name.partition("·")[0]
    given = name[1:]
    places = [index for index, character in enumerate(given) if character in _SOUNDS_LIKE]
    if places:
        place = places[int(rng.integers(len(places)))]
        return name[0] + given[:place] + _SOUNDS_LIKE[given[place]] + given[place + 1 :]
    return name[0] + given[:-1] + "？"


def id_typo(number: str, rng: np.random.Generator) -> str:
    """One digit wrong or two neighbours swapped; either is what the check character is there to find.

    Examples
    --------
    >>> from tongchou.domain import identity
    >>> wrong = id_typo("520599196503071125", np.random.default_rng(1))
    >>> wrong == "520599196503071125", identity.parse(wrong).number
    (False, None)
    """
    place = int(rng.integers(6, 16))
    if rng.random() < 0.5 and number[place] != number[place + 1]:
        return number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    digit = (int(number[place]) + int(rng.integers(1, 10))) % 10
    return f"{number[:place]}{digit}{number[place + 1 :]}"


def draw(shares: Mapping[str, float], size: int, rng: np.random.Generator) -> list[str]:
    """A disagreement, or none (empty), for each of ``size`` rows."""
    limits = np.cumsum(list(shares.values()))
    kinds = [*shares, ""]
    return [kinds[at] for at in np.searchsorted(limits, rng.random(size), side="right").tolist()]
