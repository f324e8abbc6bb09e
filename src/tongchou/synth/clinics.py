"""The clinics' list of children's first vaccinations: on it are also births at home and in other counties.

It is made for comparing lists of births in numbers; a comparison names no mother and no child.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from tongchou.synth import disagree, history
from tongchou.synth.census import County
from tongchou.synth.dirt import Cell
from tongchou.synth.history import Event, History
from tongchou.synth.kin import NOBODY
from tongchou.synth.list_file import Column, Layout
from tongchou.synth.list_kinds import Kind
from tongchou.synth.people import MALE, as_date
from tongchou.synth.roll import ELSEWHERE, UNREGISTERED, Roll

#: Assumed: of children whose mother is registered elsewhere, or who were born in another county, so many are
#: first vaccinated there.
_ELSEWHERE: Final = 0.5
#: Assumed share of rows without the child's identity number, which comes with its registration.
_NO_NUMBER: Final = 0.3
#: As ``disagree.SHARES``: assumed. A tenth of the children are vaccinated first somewhere else, or late.
SHARES: Final[dict[str, float]] = {
    disagree.MISSING_ROW: 0.1, disagree.NAME_VARIANT: 0.02, disagree.ID_TYPO: 0.015,
    disagree.ID_MISSING: 0.04, disagree.DAY_OFF: 0.01, disagree.WRONG_SEX: 0.003,
    disagree.REPEATED_ROW: 0.004,
}  # fmt: skip


def vaccinated(past: History, rng: np.random.Generator) -> Iterator[Event]:
    """The births whose child is on the clinics' list, but for rows that are missing by lot."""
    roll = past.roll
    for event in (*past.events, *past.strangers):
        if event.kind != history.BIRTH:
            continue
        outside = roll.fate[event.other] == ELSEWHERE or event.note == "elsewhere"
        if not (outside and rng.random() < _ELSEWHERE):
            yield event


def _fields(event: Event, roll: Roll, county: County, rng: np.random.Generator) -> dict[str, Cell]:
    mother, child = event.other, event.person
    numbered = roll.fate[child] != UNREGISTERED and rng.random() >= _NO_NUMBER
    page = roll.page[mother]
    community = roll.community
    town = "" if page == NOBODY else community.villages[int(community.village[page])].township
    return {
        "card": f"5205{rng.integers(10**14):014d}",
        "child": roll.name[child],
        "child_number": roll.id_number[child] if numbered else None,
        "sex": "男" if roll.sex[child] == MALE else "女",
        "name": roll.name[mother],
        "number": roll.id_number[mother],
        "vaccine": "重组乙型肝炎疫苗",
        "given": as_date(event.day + int(rng.random() < 0.3)),
        "clinic": f"{town or county.name}卫生院预防接种门诊",
    }


KIND: Final = Kind(
    Layout("儿童首针疫苗接种登记", (
        Column("seq", "序号", width=6), Column("card", "儿童编码", width=20), Column("child", "儿童姓名"),
        Column("child_number", "儿童身份证号", width=22), Column("sex", "性别", width=6),
        Column("day", "出生日期"), Column("name", "母亲姓名"), Column("number", "母亲身份证件号码", width=22),
        Column("vaccine", "疫苗名称", width=18), Column("given", "接种日期"),
        Column("clinic", "接种单位", width=28),
    ), titled=True, maker="疾病预防控制中心"),
    (history.BIRTH,), _fields, people=(1,),
)  # fmt: skip
