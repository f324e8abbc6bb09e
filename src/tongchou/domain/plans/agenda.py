"""The agenda of a village's monthly meeting (月报例会): numbers of open work, never who it is about.

What somebody adds to it in words is looked at: no name of a resident, no number of anybody, nothing of
pregnancies and nothing of a matter that law has closed. Source: D9; rights, rules 4 to 6.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tongchou.domain.complaints.words import holds_number, tells_on_a_family
from tongchou.domain.register.legacy import matter_in


class Topic(StrEnum):
    """What a monthly meeting speaks of, in this order. A closed list: none is about a family's births."""

    TASKS_LATE = "tasks_late"
    TASKS_OPEN = "tasks_open"
    PROMISES_LATE = "promises_late"
    PROMISES_DUE = "promises_due"
    NOTICES_HANGING = "notices_hanging"


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the agenda: how many of what."""

    topic: Topic
    number: int


def agenda(numbers: dict[Topic, int]) -> tuple[Point, ...]:
    """The points there is something to say about, in the order of the topics.

    Examples
    --------
    >>> [(one.topic.value, one.number) for one in agenda({Topic.PROMISES_DUE: 2, Topic.TASKS_LATE: 0})]
    [('promises_due', 2)]
    """
    return tuple(Point(topic, numbers[topic]) for topic in Topic if numbers.get(topic))


class Fault(StrEnum):
    """Why words cannot stand in an agenda or in minutes."""

    NAME = "name"
    NUMBER = "number"
    PREGNANCY = "pregnancy"
    FAMILY = "family"
    CLOSED_MATTER = "closed_matter"


_PREGNANCY: Final = (
    *("怀孕", "有孕", "孕妇", "孕情", "孕期", "孕产", "孕前", "早孕", "已孕", "身孕", "怀上", "预产", "待产"),
    *("临产", "分娩", "流产", "引产", "人流", "二胎", "三胎", "二孩", "三孩", "新婚", "育龄", "大肚子"),
    *("坐月子", "害喜"),
)


def faults(text: str, *, names: Iterable[str] = ()) -> list[Fault]:
    """What keeps words out of a monthly meeting; nothing for words that may stand.

    Parameters
    ----------
    names
        Names of residents that are to be looked for; those of one character are passed over.

    Examples
    --------
    >>> faults("通报补贴发放进度，公开栏更新"), faults("核对孕妇名单")
    ([], [<Fault.PREGNANCY: 'pregnancy'>])
    >>> faults("王 大山家补办材料", names=["王大山"])
    [<Fault.NAME: 'name'>]
    """
    words = "".join(unicodedata.normalize("NFKC", text).split())
    found = []
    if any(len(name) > 1 and name in words for name in names):
        found.append(Fault.NAME)
    if holds_number(text):
        found.append(Fault.NUMBER)
    if any(word in words for word in _PREGNANCY):
        found.append(Fault.PREGNANCY)
    if tells_on_a_family(text):
        found.append(Fault.FAMILY)
    if matter_in(text):
        found.append(Fault.CLOSED_MATTER)
    return found
