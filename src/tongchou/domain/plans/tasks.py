"""What becomes of a task: open, reported with evidence, confirmed by a second person.

The unit reports what shows that it is done; somebody of the office that gave the task, and never whoever
reported it, confirms or gives it back. What was not reported by its last day is late by the calendar alone,
and a task that was done late says so for ever.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum


class State(StrEnum):
    """What is known of a task."""

    OPEN = "open"
    REPORTED = "reported"
    DONE = "done"


class NotPossible(ValueError):  # noqa: N818 - says that the step is not possible now
    """The act is no step of a task in this state; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Task:
    """A task of a unit.

    Attributes
    ----------
    due
        Its last day; never moved once given.
    state
        What is known of it.
    reported_on, reported_by
        The day and the account of the last report that was not given back.
    done_on
        The day of the report that was confirmed.
    """

    due: dt.date
    state: State = State.OPEN
    reported_on: dt.date | None = None
    reported_by: int | None = None
    done_on: dt.date | None = None

    def days_late(self, on: dt.date) -> int:
        """Days beyond the last day: until it was reported, else until ``on``; 0 while it is in time.

        Examples
        --------
        >>> Task(dt.date(2026, 6, 30)).days_late(dt.date(2026, 7, 2))
        2
        >>> done = Task(dt.date(2026, 6, 30), State.DONE, dt.date(2026, 7, 1), 1, dt.date(2026, 7, 1))
        >>> done.days_late(dt.date(2027, 1, 1))
        1
        """
        until = self.reported_on if self.reported_on is not None else on
        return max(0, (until - self.due).days)


def reported(task: Task, *, evidence: str, by: int, on: dt.date) -> Task:
    """The unit says what shows that it is done.

    Raises
    ------
    NotPossible
        ``state`` unless it is open; ``evidence`` without words for it.
    """
    if task.state is not State.OPEN:
        raise NotPossible("state")
    if not evidence.strip():
        raise NotPossible("evidence")
    return replace(task, state=State.REPORTED, reported_on=on, reported_by=by)


def confirmed(task: Task, *, by: int) -> Task:
    """A second person has looked at the evidence: done, on the day of the report.

    Raises
    ------
    NotPossible
        ``state`` unless it is reported; ``maker`` for whoever reported it.
    """
    _second(task, by)
    return replace(task, state=State.DONE, done_on=task.reported_on)


def given_back(task: Task, *, by: int) -> Task:
    """The evidence does not show it: open again, and late again where its last day has passed.

    Raises
    ------
    NotPossible
        As ``confirmed``.
    """
    _second(task, by)
    return replace(task, state=State.OPEN, reported_on=None, reported_by=None)


def _second(task: Task, by: int) -> None:
    if task.state is not State.REPORTED:
        raise NotPossible("state")
    if task.reported_by == by:
        raise NotPossible("maker")
