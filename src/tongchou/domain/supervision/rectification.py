"""From a finding to its closing: notice (整改通知书), the unit's reply, the re-check, closed or once more.

A notice is closed by a re-check alone, of a reply that came before, and never by its finder alone. A last day
moves later only, with a reason, while it is not past. Lateness follows from the calendar, without anybody's
decision: what is late stands before the next level up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from tongchou.domain.sampling import LEVELS


class State(StrEnum):
    """Whose turn it is: the unit's, the level above's, nobody's."""

    ISSUED = "issued"
    REPLIED = "replied"
    CLOSED = "closed"


class NotPossible(ValueError):  # noqa: N818 - says that the step is not possible now
    """The act is no step of a notice as it stands."""


@dataclass(frozen=True, slots=True)
class Extension:
    """A last day that was moved: from when to when, why, and on which day."""

    old: dt.date
    new: dt.date
    reason: str
    on: dt.date


@dataclass(frozen=True, slots=True)
class Reply:
    """What the unit did, how many pieces of evidence it brought, and whether it was late."""

    words: str
    evidence: int
    on: dt.date
    late: bool


@dataclass(frozen=True, slots=True)
class Recheck:
    """Who looked again (keys of accounts), on which day, and whether it was mended."""

    by: frozenset[str]
    mended: bool
    on: dt.date


@dataclass(frozen=True, slots=True)
class Notice:
    """A rectification notice.

    Attributes
    ----------
    finder
        Key of the account that found it.
    issued_on, due
        The day of the notice, and the last day for the reply that is awaited now.
    extensions, replies, rechecks
        All there were, the oldest first.
    """

    finder: str
    issued_on: dt.date
    due: dt.date
    state: State = State.ISSUED
    extensions: tuple[Extension, ...] = ()
    replies: tuple[Reply, ...] = ()
    rechecks: tuple[Recheck, ...] = ()

    def __post_init__(self) -> None:
        """The unit has a day at least.

        Raises
        ------
        ValueError
            When the last day is not after the day of the notice.
        """
        if self.due <= self.issued_on:
            raise ValueError("the last day is after the day of the notice")

    @property
    def repeats(self) -> int:
        """How often a re-check found it not mended."""
        return sum(not one.mended for one in self.rechecks)

    @property
    def closed_on(self) -> dt.date | None:
        """The day of the re-check that found it mended."""
        return self.rechecks[-1].on if self.state == State.CLOSED else None

    def late(self, on: dt.date) -> bool:
        """Whether the unit owes a reply beyond its last day; a reply stops the days."""
        return self.state == State.ISSUED and on > self.due

    def level(self, issuer: str, on: dt.date) -> str:
        """The level it stands before: the one that issued it, or the next above while it is late.

        Raises
        ------
        ValueError
            For a level that is not among ``sampling.LEVELS``.

        Examples
        --------
        >>> one = Notice("a", dt.date(2026, 3, 2), dt.date(2026, 3, 9))
        >>> one.level("township", dt.date(2026, 3, 9)), one.level("township", dt.date(2026, 3, 10))
        ('township', 'county')
        """
        place = LEVELS.index(issuer)
        return LEVELS[min(place + self.late(on), len(LEVELS) - 1)]

    @property
    def last_act(self) -> dt.date:
        """The day of the latest act; none is entered before it."""
        acts: tuple[Extension | Reply | Recheck, ...] = (*self.extensions, *self.replies, *self.rechecks)
        return max((one.on for one in acts), default=self.issued_on)


def extended(one: Notice, *, due: dt.date, reason: str, on: dt.date) -> Notice:
    """The last day moved later, with a reason.

    Raises
    ------
    NotPossible
        When no reply is awaited, the last day is past, the new one is not later, or no reason is given.
    """
    _in_order(one, on)
    if one.state != State.ISSUED:
        raise NotPossible("no reply is awaited")
    if one.late(on):
        raise NotPossible("a last day that is past does not move")
    if due <= one.due:
        raise NotPossible("a last day moves later only")
    if not reason.strip():
        raise NotPossible("a last day moves with a reason only")
    moved = Extension(one.due, due, reason.strip(), on)
    return replace(one, due=due, extensions=(*one.extensions, moved))


def replied(one: Notice, *, words: str, evidence: int, on: dt.date) -> Notice:
    """The unit says what it did, with evidence; a late reply is taken, and stays late.

    Raises
    ------
    NotPossible
        When no reply is awaited, or nothing is said, or no evidence is brought.
    """
    _in_order(one, on)
    if one.state != State.ISSUED:
        raise NotPossible("no reply is awaited")
    if not words.strip() or evidence < 1:
        raise NotPossible("a reply says what was done and brings evidence")
    reply = Reply(words.strip(), evidence, on, one.late(on))
    return replace(one, state=State.REPLIED, replies=(*one.replies, reply))


def rechecked(
    one: Notice, *, by: frozenset[str], mended: bool, on: dt.date, due: dt.date | None = None
) -> Notice:
    """The level above has looked again: closed, or once more with a new last day.

    Parameters
    ----------
    by
        Who looked: never the finder alone where it is closed.
    due
        The new last day, when it was not mended; nothing when it was.

    Raises
    ------
    NotPossible
        Without a reply to look at, without anybody who looked, when the finder alone would close it, or with
        a last day that does not fit.
    """
    _in_order(one, on)
    if one.state != State.REPLIED:
        raise NotPossible("a re-check looks at a reply")
    if not by:
        raise NotPossible("somebody looks again")
    if mended and by <= {one.finder}:
        raise NotPossible("the finder does not close it alone")
    if mended != (due is None) or (due is not None and due <= on):
        raise NotPossible("what is not mended has a new last day, what is mended has none")
    seen = (*one.rechecks, Recheck(by, mended, on))
    if due is None:
        return replace(one, state=State.CLOSED, rechecks=seen)
    return replace(one, state=State.ISSUED, due=due, rechecks=seen)


@dataclass(frozen=True, slots=True)
class Record:
    """A unit's notices on a day, in numbers; ``open_`` is what stands in public as not yet fulfilled."""

    issued: int
    closed: int
    open_: int
    late: int
    repeated: int


def record(notices: Iterable[Notice], *, on: dt.date) -> Record:
    """The record of a unit.

    Examples
    --------
    >>> day = dt.date(2026, 3, 2)
    >>> record([Notice("a", day, dt.date(2026, 3, 9))], on=dt.date(2026, 3, 10))
    Record(issued=1, closed=0, open_=1, late=1, repeated=0)
    """
    all_ = list(notices)
    closed = sum(one.state == State.CLOSED for one in all_)
    return Record(
        issued=len(all_),
        closed=closed,
        open_=len(all_) - closed,
        late=sum(one.late(on) for one in all_),
        repeated=sum(one.repeats > 0 for one in all_),
    )


def _in_order(one: Notice, on: dt.date) -> None:
    if on < one.last_act:
        raise NotPossible("an act is not entered before the one that came before it")
