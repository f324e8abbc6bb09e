"""What became of a promise: owed, reported, asked about, kept or broken.

The unit reports that it is done; the level above asks families and says whether it was. What was not done by
its last day is late by the calendar alone, without anybody's decision. A broken promise is not over: its
remedy has a last day of its own, and it stays on the unit's record until families confirm that it was
fulfilled.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

#: Households asked at the least; all of them where fewer were promised something.
ASKED_AT_LEAST: Final = 10
#: Of a hundred households reached, so many must say that it was done.
CONFIRMED_PER_CENT: Final = 80


class State(StrEnum):
    """What is known of a promise."""

    OWED = "owed"
    REPORTED = "reported"
    KEPT = "kept"
    BROKEN = "broken"


class NotPossible(ValueError):  # noqa: N818 - says that the step is not possible now
    """The act is no step of a promise in this state."""


@dataclass(frozen=True, slots=True)
class CallBack:
    """What families answered whom the level above asked.

    Attributes
    ----------
    promised
        Households the promise is for.
    reached
        Households that were asked and answered, whatever they said; who would rather not is not among them.
    confirmed
        Of those, how many said that it was done.
    """

    promised: int
    reached: int
    confirmed: int

    def __post_init__(self) -> None:
        """Numbers must fit.

        Raises
        ------
        ValueError
            When more answered than were promised something, or more confirmed than answered.
        """
        if not 0 <= self.confirmed <= self.reached <= self.promised:
            raise ValueError("call-back: confirmed ≤ reached ≤ promised")

    @property
    def enough(self) -> bool:
        """Whether enough households answered.

        Examples
        --------
        >>> CallBack(300, 10, 9).enough, CallBack(300, 9, 9).enough, CallBack(4, 4, 4).enough
        (True, False, True)
        """
        return self.reached >= min(ASKED_AT_LEAST, self.promised)

    @property
    def done(self) -> bool:
        """Whether families say that it was done."""
        return self.enough and self.reached > 0 and 100 * self.confirmed >= CONFIRMED_PER_CENT * self.reached


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise of a published letter.

    Attributes
    ----------
    due
        Its last day.
    state
        What is known of it.
    reported_on
        The day the unit said that it is done; of the last report.
    broken_on
        The day it was found broken first.
    remedy_due
        Until when the remedy is owed; None while it was never found broken.
    kept_on
        The day of the report that families confirmed.
    """

    due: dt.date
    state: State = State.OWED
    reported_on: dt.date | None = None
    broken_on: dt.date | None = None
    remedy_due: dt.date | None = None
    kept_on: dt.date | None = None

    @property
    def on_time(self) -> bool:
        """Kept, and reported by its last day, and never found broken."""
        return self.kept_on is not None and self.kept_on <= self.due and self.broken_on is None

    def late(self, on: dt.date) -> bool:
        """Whether the unit owes it beyond the last day that holds now.

        A report stops the days: for how long families are asked is the level above's own matter.
        """
        if self.state not in (State.OWED, State.BROKEN):
            return False
        return on > (self.remedy_due or self.due)


def reported(one: Promise, *, on: dt.date) -> Promise:
    """The unit says, with evidence, that it is done.

    Raises
    ------
    NotPossible
        When it is not owed (or broken) any more.
    """
    if one.state not in (State.OWED, State.BROKEN):
        raise NotPossible(f"a promise that is {one.state} is not reported")
    return replace(one, state=State.REPORTED, reported_on=on)


def answered(one: Promise, asked: CallBack, *, on: dt.date, remedy_due: dt.date) -> Promise:
    """The level above has asked families: it is kept, or broken with a last day for its remedy.

    Raises
    ------
    NotPossible
        When the unit has reported nothing, or too few households answered to say.
    """
    if one.state != State.REPORTED or one.reported_on is None:
        raise NotPossible("families are asked about what a unit has reported")
    if not asked.enough:
        raise NotPossible("too few households answered")
    if asked.done:
        return replace(one, state=State.KEPT, kept_on=one.reported_on)
    return _broken(one, on=on, remedy_due=remedy_due)


def found_broken(one: Promise, *, on: dt.date, remedy_due: dt.date) -> Promise:
    """The level above has looked into a complaint, or into what is late, and found it broken.

    Raises
    ------
    NotPossible
        When it was found broken before and its remedy is still owed.
    """
    if one.state == State.BROKEN:
        raise NotPossible("its remedy is owed already")
    return _broken(replace(one, kept_on=None), on=on, remedy_due=remedy_due)


def fulfilled(one: Promise, *, reported_on: dt.date) -> Promise:
    """The level above has seen that a broken promise is mended. Broken once, it was never kept in time.

    Parameters
    ----------
    reported_on
        The day the unit said that it is mended.

    Raises
    ------
    NotPossible
        Unless it was found broken and is not fulfilled yet.

    Examples
    --------
    >>> day = dt.date(2026, 7, 1)
    >>> broken = found_broken(Promise(dt.date(2026, 12, 31)), on=day, remedy_due=day)
    >>> mended = fulfilled(broken, reported_on=day)
    >>> mended.state, mended.kept_on == day, mended.on_time
    (<State.KEPT: 'kept'>, True, False)
    """
    if one.broken_on is None or one.state not in (State.BROKEN, State.REPORTED):
        raise NotPossible("only what was found broken is mended")
    return replace(one, state=State.KEPT, reported_on=reported_on, kept_on=reported_on)


def _broken(one: Promise, *, on: dt.date, remedy_due: dt.date) -> Promise:
    if remedy_due < on:
        raise ValueError("a remedy is owed from today on")
    return replace(one, state=State.BROKEN, broken_on=one.broken_on or on, remedy_due=remedy_due)


@dataclass(frozen=True, slots=True)
class Record:
    """A unit's promises on a day, in numbers.

    ``open_breaches`` is what stands on its public record: found broken and not yet fulfilled. What is not due
    yet says nothing about the unit.
    """

    promised: int
    fallen_due: int
    kept_on_time: int
    kept: int
    late: int
    open_breaches: int


def record(promises: Iterable[Promise], *, on: dt.date) -> Record:
    """The record of a unit.

    ``fallen_due`` counts what its last day has passed, and what was kept before; ``kept_on_time`` of it is
    the share that may be scored. Complaints, refusals and signatures are not among what is counted.

    Examples
    --------
    >>> day = dt.date(2026, 6, 30)
    >>> kept = Promise(day, State.KEPT, reported_on=day, kept_on=day)
    >>> record([kept, Promise(day), Promise(dt.date(2027, 1, 1))], on=dt.date(2026, 7, 1))
    Record(promised=3, fallen_due=2, kept_on_time=1, kept=1, late=1, open_breaches=0)
    """
    all_of_them = list(promises)
    due = [one for one in all_of_them if one.due < on or one.state == State.KEPT]
    return Record(
        promised=len(all_of_them),
        fallen_due=len(due),
        kept_on_time=sum(one.on_time for one in due),
        kept=sum(one.state == State.KEPT for one in all_of_them),
        late=sum(one.late(on) for one in all_of_them),
        open_breaches=sum(one.broken_on is not None and one.state != State.KEPT for one in all_of_them),
    )
