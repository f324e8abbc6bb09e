"""Who lives elsewhere: registered people exceed residents by about 38 % of residents, as in Bijie in 2020.

Source of the ratio: 9.50 million registered and 6.90 million resident people (seventh census, Bijie).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tongchou.synth.people import People
from tongchou.synth.targets import Ints

#: Registered people per resident, less one.
EXCESS = 0.38
PLACES = (
    "广东省东莞市", "浙江省温州市", "广东省深圳市", "浙江省宁波市", "福建省泉州市", "广东省佛山市",
    "浙江省台州市", "江苏省苏州市", "贵州省贵阳市", "贵州省遵义市", "浙江省义乌市", "广东省中山市",
    "上海市松江区", "云南省昆明市", "重庆市", "四川省成都市",
)  # fmt: skip
_AGES = (0, 6, 14, 17, 20, 35, 45, 51, 58, 65, 101)
_LOG_ODDS = (-1.9, -2.6, -2.4, -0.9, 0.9, 0.8, 0.1, -0.6, -1.9, -3.6, -5.0)


@dataclass(slots=True)
class Residence:
    """``away`` people live at ``place`` (an index of ``PLACES``) since ``since`` (day number)."""

    away: npt.NDArray[np.bool_]
    place: Ints
    since: Ints


def draw(people: People, household: Ints, rng: np.random.Generator) -> Residence:
    """Exactly the share that the ratio asks for; members of a household tend to leave together."""
    size = len(people)
    together = rng.normal(0.0, 1.2, int(household.max()) + 1)[household]
    chance = np.interp(people.age, _AGES, _LOG_ODDS) + 0.15 * (people.sex == 1)
    score = chance + together + rng.logistic(0.0, 1.0, size)
    count = round(size * EXCESS / (1 + EXCESS))
    away = np.zeros(size, dtype=bool)
    away[np.argsort(-score, kind="stable")[:count]] = True
    weight = 1.0 / (np.arange(len(PLACES)) + 2.0)
    page_place = rng.choice(len(PLACES), size=int(household.max()) + 1, p=weight / weight.sum())
    own_place = rng.choice(len(PLACES), size=size, p=weight / weight.sum())
    place = np.where(rng.random(size) < 0.7, page_place[household], own_place)
    since = people.today - rng.integers(200, 12 * 365, size)
    return Residence(away, place, np.maximum(since, people.birth + 30).clip(max=people.today))
