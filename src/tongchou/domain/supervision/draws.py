"""A draw of records of a unit's month, what was found in each, and what that says of all of them.

The seed rests on a secret that was committed to before the month closed and on the seal of the month: neither
the unit nor the level above knows it before, and afterwards everybody can make it again. Numbers of a unit,
month and kind run 1, 2, 3; the next is given only when the draw before is done, so nobody draws until a
sample suits. What is drawn are records of work. A family that would rather not talk is replaced as anybody
who did not answer (``Reason``).

Source: RFC 2104 (HMAC); Cochran (1977), Sampling Techniques, 3rd edition, 5 (strata), 9A.4 (two stages).
"""

from __future__ import annotations

import calendar
import datetime as dt
import hashlib
import hmac
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from tongchou.domain import sampling, verification
from tongchou.domain.sampling import Sample
from tongchou.domain.supervision import estimates
from tongchou.domain.workdays import Calendar, Due


class Kind(StrEnum):
    """Records that may be drawn: of work done, none of them of births or of who asked for which service."""

    CASES_DECIDED = "cases_decided"
    PAYMENTS = "payments"
    DELIVERIES = "deliveries"
    CALL_BACKS = "call_backs"
    NOTICES = "notices"
    STAFF = "staff"
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


def committed(secret: bytes, *, by: str, month: dt.date) -> str:
    """What is published of a secret when its month opens: it binds, and says nothing of the secret.

    Parameters
    ----------
    by
        Code of the area that will draw.

    Raises
    ------
    ValueError
        For a secret of fewer than 32 bytes, which could be tried out.
    """
    if len(secret) < 32:
        raise ValueError("a secret has 32 bytes or more")
    return hmac.new(secret, f"committed\0{by}\0{month.isoformat()}".encode(), hashlib.sha256).hexdigest()


def seed(
    secret: bytes,
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
    """The seed of a draw: HMAC-SHA256 by the secret of the month, of its seal and of what is drawn.

    Parameters
    ----------
    secret
        Committed to before the month closed (``committed``).
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
    public = sampling.seed_of(
        seal, purpose, closed_on=closed_on, drawn_on=drawn_on, of_level=of_level, by_level=by_level
    )
    return hmac.new(secret, public.encode(), hashlib.sha256).hexdigest()


def drawn(frame: Sequence[str], size: int, seed: str, *, strata: Mapping[str, str] | None = None) -> Sample:
    """A sample: simple, or by stratum in proportion.

    Raises
    ------
    ValueError
        As ``sampling.simple``, ``sampling.allocate`` and ``sampling.stratified`` do.
    """
    if strata is None:
        return sampling.simple(frame, size, seed)
    parts = sampling.allocate(size, Counter(strata[one] for one in frame))
    return sampling.stratified(frame, strata, parts, seed)


def in_two_stages(area: Mapping[str, str], areas: int, each: int, seed: str) -> Sample:
    """Areas drawn by their number of records, then as many records in each of them.

    Every record has nearly the same chance, and those who check travel to few areas.

    Parameters
    ----------
    area
        Of each record of the frame.
    areas, each
        How many areas, and how many records in each (or all, where it has fewer).

    Raises
    ------
    ValueError
        For fewer than two areas or two records in each, or more areas than there are.
    """
    sizes = Counter(area.values())
    if areas < min(2, len(sizes)) or each < 2:
        raise ValueError("two areas and two records in each at least")
    first = sampling.by_size(sizes, areas, seed)
    items: list[str] = []
    reserve: dict[str, tuple[str, ...]] = {}
    for name in first.items:
        inside = sampling.order([one for one, where in area.items() if where == name], seed)
        items += inside[:each]
        reserve[name] = tuple(inside[each:])
    frame = sampling.frame_hash(list(area))
    return Sample("by_size", seed, frame, tuple(items), reserve, dict(area), first.certain)


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


def accuracy(sample: Sample, found: Mapping[str, Check], level: float = 0.95) -> verification.Estimate:
    """The share of right records among all of the month, with its interval.

    Simple samples by the exact interval of a finite population (``verification.accuracy``), strata and two
    stages by Wilson's with the sample size the design is worth (``estimates``).

    Raises
    ------
    ValueError
        As ``outcome``, or when too few were drawn for an interval.
    """
    numbers = outcome(sample, found)
    right = [one for one, check in found.items() if check.finding == Finding.RIGHT]
    if sample.method == "simple":
        return verification.accuracy(numbers.right, numbers.checked, len(sample.stratum), level)
    share = estimates.of_strata if sample.method == "stratified" else estimates.of_two_stages
    return share(
        estimates.Counts(
            Counter(sample.stratum[one] for one in right),
            Counter(sample.stratum[one] for one in found),
            Counter(sample.stratum.values()),
        ),
        sample.certain,
        level,
    )
