"""A draw of records of a unit's month, what was found in each, and what that says of all of them.

The seed rests on the seal of the month and on a public number. Numbers of a unit, month and kind run 1, 2, 3;
the next is given only when the draw before is done, so nobody draws until a sample suits. What is drawn are
records of work. A family that would rather not talk is replaced as anybody who did not answer (``Reason``).
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from tongchou.domain import sampling, verification
from tongchou.domain.sampling import Sample
from tongchou.domain.workdays import Calendar, Due


class Kind(StrEnum):
    """Records that may be drawn: of work done, none of them of births or of who asked for which service."""

    CASES_DECIDED = "cases_decided"
    PAYMENTS = "payments"
    DELIVERIES = "deliveries"
    CALL_BACKS = "call_backs"
    RECORDS_ENTERED = "records_entered"


class Finding(StrEnum):
    """What a check of one record came to."""

    RIGHT = "right"
    WRONG = "wrong"
    NOT_FOUND = "not_found"


class Fault(StrEnum):
    """What was wrong with a record: about the record and the paper behind it alone."""

    DATE = "date"
    AMOUNT = "amount"
    IDENTITY = "identity"
    PLACE = "place"
    PAPER_MISSING = "paper_missing"
    NOT_DONE = "not_done"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Check:
    """One person's check of one record."""

    by: str
    finding: Finding
    fault: Fault | None = None

    def __post_init__(self) -> None:
        """A fault belongs to what is wrong.

        Raises
        ------
        ValueError
            For something wrong without a fault, or a fault of what is not wrong.
        """
        if (self.finding == Finding.WRONG) != (self.fault is not None):
            raise ValueError("what was wrong is said of what is wrong, and of nothing else")


@dataclass(frozen=True, slots=True)
class Outcome:
    """A sample in numbers. ``not_found`` is not right: nobody could show it. ``faults`` by kind of fault."""

    checked: int
    right: int
    not_found: int
    faults: Mapping[Fault, int]

    @property
    def errors(self) -> int:
        """Errors found by the sample."""
        return self.checked - self.right


def closed_on(month: dt.date, days: int, there: Calendar) -> Due:
    """The day a month is closed: so many working days after its last day.

    Raises
    ------
    ValueError
        For a number of days that cannot be counted.

    Examples
    --------
    >>> closed_on(dt.date(2027, 2, 1), 5, Calendar()).on
    datetime.date(2027, 3, 5)
    """
    return there.add(month.replace(day=calendar.monthrange(month.year, month.month)[1]), days)


def next_number(done: Mapping[int, bool]) -> int:
    """The number of the next draw of a unit, month and kind, given those there are and which are done.

    Raises
    ------
    ValueError
        When a draw is not done, or a number was left out.
    """
    if sorted(done) != list(range(1, len(done) + 1)):
        raise ValueError("numbers of draws run 1, 2, 3")
    if not all(done.values()):
        raise ValueError("the draw before is not done")
    return len(done) + 1


def seed(
    seal: str,
    *,
    unit: str,
    kind: Kind,
    number: int,
    closed_on: dt.date,
    drawn_on: dt.date,
    of_level: str,
    by_level: str,
) -> str:
    """The seed of a draw.

    Parameters
    ----------
    seal
        Hash of the month's sealed inputs, which nobody knows before the month is closed.

    Raises
    ------
    ValueError
        Without a seal, for a number below 1, or as ``sampling.seed_of``: a month not closed, a level that is
        not above.
    """
    if not seal.strip() or number < 1:
        raise ValueError("a draw has the seal of its month and a number from 1 on")
    purpose = f"{unit}\0{kind}\0{number}"
    return sampling.seed_of(
        seal, purpose, closed_on=closed_on, drawn_on=drawn_on, of_level=of_level, by_level=by_level
    )


def drawn(
    frame: Sequence[str],
    size: int,
    seed: str,
    *,
    strata: Mapping[str, str] | None = None,
    sizes: Mapping[str, int] | None = None,
) -> Sample:
    """A sample: simple, by stratum in proportion, or with chances by size.

    Raises
    ------
    ValueError
        For both strata and sizes, for sizes of other items than the frame's, or as the methods do.
    """
    if strata is not None and sizes is not None:
        raise ValueError("a sample is by stratum or by size, not both")
    if strata is not None:
        parts = sampling.allocate(size, Counter(strata[one] for one in frame))
        return sampling.stratified(frame, strata, parts, seed)
    if sizes is not None:
        if sorted(sizes) != sorted(frame):
            raise ValueError("every item of the frame has a size, and nothing else")
        return sampling.by_size(sizes, size, seed)
    return sampling.simple(frame, size, seed)


def inclusion(sizes: Mapping[str, int], size: int) -> dict[str, Fraction]:
    """The chance of each item to be drawn by size: 1 of the certain, n·x/X of the others.

    Raises
    ------
    ValueError
        As ``sampling.by_size``.

    Examples
    --------
    >>> inclusion({"a": 1, "b": 1, "c": 8}, 2)
    {'a': Fraction(1, 2), 'b': Fraction(1, 2), 'c': Fraction(1, 1)}
    """
    certain = sampling.by_size(sizes, size, "").certain
    rest = sum(number for one, number in sizes.items() if one not in certain)
    left = size - len(certain)
    return {
        one: Fraction(1) if one in certain else Fraction(left * number, rest) for one, number in sizes.items()
    }


def settled(checks: Sequence[Check], *, people: int) -> Check | None:
    """What is found of a record, once so many different people agree; None while it is not settled.

    Raises
    ------
    ValueError
        For fewer than one person, or two checks of one person.
    """
    if people < 1 or len({one.by for one in checks}) != len(checks):
        raise ValueError("so many different people check, each once")
    said = Counter((one.finding, one.fault) for one in checks)
    agreed = [what for what, number in said.items() if number >= people and 2 * number > len(checks)]
    return next((one for one in checks if (one.finding, one.fault) in agreed), None)


def outcome(sample: Sample, found: Mapping[str, Check]) -> Outcome:
    """A sample in numbers, when every record in it is settled.

    Raises
    ------
    ValueError
        When a record is not settled, or one is given that is not in the sample.
    """
    if set(found) != set(sample.items):
        raise ValueError("every record of the sample, and no other, is settled")
    by = Counter(one.finding for one in found.values())
    faults = Counter(one.fault for one in found.values() if one.fault is not None)
    return Outcome(len(found), by[Finding.RIGHT], by[Finding.NOT_FOUND], dict(sorted(faults.items())))


def accuracy(
    sample: Sample, found: Mapping[str, Check], *, sizes: Mapping[str, int] | None = None
) -> verification.Estimate:
    """The share of right records among all of the month (by size: of their sizes), with its interval.

    Raises
    ------
    ValueError
        As ``outcome``; without sizes of a sample by size; or when too few were drawn for an interval.
    """
    numbers = outcome(sample, found)
    right = {one for one, check in found.items() if check.finding == Finding.RIGHT}
    if sample.method == "by_size":
        if sizes is None:
            raise ValueError("a sample by size is weighed by size")
        share = verification.ratio_by_size(
            sizes, {one: float(sizes[one] * (one in right)) for one in found}, sample.certain & found.keys()
        )
        return replace(share, low=max(0.0, share.low), high=min(1.0, share.high))
    if sample.method == "stratified":
        stratum = sample.stratum
        return verification.stratified_share(
            Counter(stratum[one] for one in right),
            Counter(stratum[one] for one in found),
            Counter(stratum.values()),
        )
    return verification.accuracy(numbers.right, numbers.checked, len(sample.stratum))
