"""The agenda of a village's monthly meeting (月报例会): numbers of open work, never who it is about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
