"""Who bears how much of an amount: shares of the levels, to the fen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: Levels that share in a cost, from the highest to the lowest.
LEVELS: Final = ("central", "province", "prefecture", "county")
#: Parts are hundredths of a percent; all together are this many.
WHOLE: Final = 10_000


def check(parts: Mapping[str, int]) -> None:
    """Refuse parts that are no sharing.

    Raises
    ------
    ValueError
        When a level is not known, a part lies outside 0 … 10,000, or they do not add up to 10,000.
    """
    if unknown := set(parts) - set(LEVELS):
        raise ValueError(f"no such level: {', '.join(sorted(unknown))}")
    if any(type(part) is not int or not 0 <= part <= WHOLE for part in parts.values()):
        raise ValueError("a part is a whole number of hundredths of a percent")
    if sum(parts.values()) != WHOLE:
        raise ValueError(f"the parts add up to {sum(parts.values())}, not to {WHOLE}")


def split(fen: int, parts: Mapping[str, int]) -> dict[str, int]:
    """An amount divided among the levels; the shares add up to it, to the fen.

    Method of the largest remainder: every level gets the whole fen of its exact share, and the fen still
    missing go one each to the largest remainders; of equal ones to the lowest level first. So an odd fen is
    the county's. Nobody's share differs from its exact one by a fen or more.

    Parameters
    ----------
    fen
        The amount, 0 or more.
    parts
        Hundredths of a percent by level of ``LEVELS``; a level that is left out bears nothing.

    Raises
    ------
    ValueError
        As ``check``, or for a negative amount.

    Examples
    --------
    >>> split(360001, {"central": 9500, "province": 300, "county": 200})
    {'central': 342001, 'province': 10800, 'prefecture': 0, 'county': 7200}
    >>> split(1, {"central": 5000, "county": 5000})["county"]
    1
    """
    check(parts)
    if fen < 0:
        raise ValueError(f"an amount of {fen} fen is not shared")
    exact = {level: fen * parts.get(level, 0) for level in LEVELS}
    shares = {level: product // WHOLE for level, product in exact.items()}
    missing = fen - sum(shares.values())
    by_need = sorted(LEVELS, key=lambda level: (-(exact[level] % WHOLE), -LEVELS.index(level)))
    for level in by_need[:missing]:
        shares[level] += 1
    return shares
