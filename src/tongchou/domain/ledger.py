"""Double entry for a fund: nine accounts, the moves between them, and the laws they keep.

An entry moves an amount of whole fen from one account of a fund to another, so it sums to zero by its form.
Balances are held in the natural direction of each account, so none is ever below zero; see
``docs/methods/money.md``.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Account(StrEnum):
    """Where money of a fund is. ``APPROPRIATED`` alone stands on the credit side."""

    APPROPRIATED = "appropriated"
    DUE = "due"
    FREE = "free"
    COMMITTED = "committed"
    WITH_BANK = "with_bank"
    PAID = "paid"
    OVERPAID = "overpaid"
    WAIVED = "waived"
    GIVEN_BACK = "given_back"


class Kind(StrEnum):
    """What happened to money."""

    APPROPRIATION = "appropriation"
    ARRIVAL = "arrival"
    COMMITMENT = "commitment"
    RELEASE = "release"
    ISSUE = "issue"
    PAYMENT = "payment"
    RETURN = "return"
    BOUNCE = "bounce"
    OVERPAYMENT = "overpayment"
    RECOVERY = "recovery"
    WAIVER = "waiver"
    GIVING_BACK = "giving_back"


#: Kind → (account debited, account credited).
MOVES: Final[dict[Kind, tuple[Account, Account]]] = {
    Kind.APPROPRIATION: (Account.DUE, Account.APPROPRIATED),
    Kind.ARRIVAL: (Account.FREE, Account.DUE),
    Kind.COMMITMENT: (Account.COMMITTED, Account.FREE),
    Kind.RELEASE: (Account.FREE, Account.COMMITTED),
    Kind.ISSUE: (Account.WITH_BANK, Account.COMMITTED),
    Kind.PAYMENT: (Account.PAID, Account.WITH_BANK),
    Kind.RETURN: (Account.FREE, Account.WITH_BANK),
    Kind.BOUNCE: (Account.FREE, Account.PAID),
    Kind.OVERPAYMENT: (Account.OVERPAID, Account.PAID),
    Kind.RECOVERY: (Account.FREE, Account.OVERPAID),
    Kind.WAIVER: (Account.WAIVED, Account.OVERPAID),
    Kind.GIVING_BACK: (Account.GIVEN_BACK, Account.FREE),
}
#: What a person writes down and may take back by the same entry the other way round. The others follow from
#: acts that have an opposite of their own.
REVERSIBLE: Final = frozenset({Kind.APPROPRIATION, Kind.ARRIVAL, Kind.RECOVERY, Kind.GIVING_BACK})
#: Accounts kept by the source of the money, and by programme; the others have one balance a fund.
BY_SOURCE: Final = frozenset({Account.APPROPRIATED, Account.DUE})
BY_PROGRAMME: Final = frozenset(
    {Account.COMMITTED, Account.WITH_BANK, Account.PAID, Account.OVERPAID, Account.WAIVED}
)

#: An account and its part: a source, a programme or "".
Place = tuple[Account, str]
Balances = Mapping[Place, int]


class BelowZero(ValueError):  # noqa: N818 - named after what would be
    """An entry would leave an account below zero; ``missing`` fen are lacking there."""

    def __init__(self, place: Place, missing: int) -> None:
        super().__init__(f"{place[0]} {place[1]}".strip() + f" lacks {missing} fen")
        self.place, self.missing = place, missing


@dataclass(frozen=True, slots=True)
class Entry:
    """One move of money. ``reverse`` marks a counter-entry, which goes the other way."""

    kind: Kind
    fen: int
    debit: Place
    credit: Place
    reverse: bool = False

    def __post_init__(self) -> None:
        if type(self.fen) is not int or self.fen <= 0:
            raise ValueError(f"an entry moves a positive number of whole fen, not {self.fen!r}")
        pair = (self.debit[0], self.credit[0])
        if pair != (MOVES[self.kind][::-1] if self.reverse else MOVES[self.kind]):
            raise ValueError(f"{self.kind} does not move money from {pair[1]} to {pair[0]}")
        if self.reverse and self.kind not in REVERSIBLE:
            raise ValueError(f"{self.kind} is not taken back by a counter-entry")

    @property
    def lines(self) -> tuple[tuple[Place, int], tuple[Place, int]]:
        """The two lines, debits positive: they sum to zero."""
        return (self.debit, self.fen), (self.credit, -self.fen)

    @property
    def changes(self) -> tuple[tuple[Place, int], tuple[Place, int]]:
        """What each balance changes by, in the natural direction of its account."""
        (debit, up), (credit, down) = self.lines
        return (debit, up * sign(debit[0])), (credit, down * sign(credit[0]))


def sign(account: Account) -> int:
    """1 for an account in which debits count up, −1 for the one in which credits do."""
    return -1 if account is Account.APPROPRIATED else 1


def entry(kind: Kind, fen: int, *, source: str = "", programme: str = "") -> Entry:
    """The entry of a kind, its accounts told by ``MOVES``.

    Raises
    ------
    ValueError
        When the amount is not positive, or a source or programme is missing.

    Examples
    --------
    >>> entry(Kind.ARRIVAL, 100, source="county").credit
    (<Account.DUE: 'due'>, 'county')
    """
    debit, credit = (_place(account, source, programme) for account in MOVES[kind])
    return Entry(kind, fen, debit, credit)


def counter(made: Entry) -> Entry:
    """The entry that takes another one back.

    Raises
    ------
    ValueError
        When its kind is not taken back this way, or it is a counter-entry itself.
    """
    if made.reverse:
        raise ValueError("a counter-entry is not taken back: write the entry anew")
    return Entry(made.kind, made.fen, made.credit, made.debit, reverse=True)


def _place(account: Account, source: str, programme: str) -> Place:
    part = source if account in BY_SOURCE else programme if account in BY_PROGRAMME else ""
    if not part and (account in BY_SOURCE or account in BY_PROGRAMME):
        raise ValueError(f"say whose {account} it is")
    return account, part


def applied(balances: Balances, one: Entry) -> dict[Place, int]:
    """The balances after an entry.

    Raises
    ------
    BelowZero
        When an account would be left below zero; the entry does not stand then.
    """
    result = dict(balances)
    for place, change in one.changes:
        after = result.get(place, 0) + change
        if after < 0:
            raise BelowZero(place, -after)
        result[place] = after
    return result


def summed(entries: Iterable[Entry]) -> dict[Place, int]:
    """The balances entries come to, whatever lies between: for checking what is stored."""
    result: dict[Place, int] = defaultdict(int)
    for one in entries:
        for place, change in one.changes:
            result[place] += change
    return dict(result)


def total(balances: Balances, account: Account) -> int:
    """All parts of an account together."""
    return sum(fen for (name, _part), fen in balances.items() if name is account)


def difference(balances: Balances) -> int:
    """What debits exceed credits by; 0 in every book that was kept by entries."""
    return sum(fen * sign(account) for (account, _part), fen in balances.items())


def broken(balances: Balances) -> list[str]:
    """The laws a book breaks, in words; empty for a sound one."""
    found = [f"{name} {part} is {fen} fen" for (name, part), fen in sorted(balances.items()) if fen < 0]
    if off := difference(balances):
        found.append(f"debits and credits differ by {off} fen")
    return found


def month_of(day: dt.date) -> dt.date:
    """The first day of a day's month.

    Examples
    --------
    >>> month_of(dt.date(2026, 6, 30))
    datetime.date(2026, 6, 1)
    """
    return day.replace(day=1)


def next_month(month: dt.date) -> dt.date:
    """The first day of the month after.

    Examples
    --------
    >>> next_month(dt.date(2026, 12, 1))
    datetime.date(2027, 1, 1)
    """
    return (month.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def booked_in(day: dt.date, closed_to: dt.date | None) -> dt.date:
    """The month an entry of a day is booked in: its own, or the first open one when that is closed.

    Parameters
    ----------
    closed_to
        The first day of the last closed month; None before the first closing.

    Examples
    --------
    >>> booked_in(dt.date(2026, 5, 31), dt.date(2026, 5, 1))
    datetime.date(2026, 6, 1)
    """
    month = month_of(day)
    return month if closed_to is None or month > closed_to else next_month(closed_to)


def bearing_month(changes: Mapping[dt.date, int], month: dt.date, fen: int) -> dt.date | None:
    """The first month, from one on, from whose end on an account always holds an amount.

    Parameters
    ----------
    changes
        What the account changes by in each month.
    month
        The month an entry that takes the amount away would be booked in.
    fen
        How much it takes.

    Returns
    -------
    date or None
        None when the account holds less than that at the end of the last month.

    Examples
    --------
    >>> march, may, june = dt.date(2026, 3, 1), dt.date(2026, 5, 1), dt.date(2026, 6, 1)
    >>> bearing_month({march: 100, may: -100, june: 100}, march, 100)
    datetime.date(2026, 6, 1)
    >>> bearing_month({march: 100, june: 100}, may, 100)
    datetime.date(2026, 5, 1)
    """
    held, found = sum(change for one, change in changes.items() if one <= month), month
    lacking = held < fen
    for one in sorted(later for later in changes if later > month):
        held += changes[one]
        if held < fen:
            lacking = True
        elif lacking:
            lacking, found = False, one
    return None if lacking else found


def below_zero(changes: Mapping[dt.date, int]) -> dt.date | None:
    """The first month at whose end an account that changes like this is below zero.

    Examples
    --------
    >>> below_zero({dt.date(2026, 2, 1): -100, dt.date(2026, 4, 1): 100})
    datetime.date(2026, 2, 1)
    """
    held = 0
    for month in sorted(changes):
        held += changes[month]
        if held < 0:
            return month
    return None
