"""Samples for verification: drawn by seed, of a size with a reason, with replacements that can be followed.

A sample is drawn by the level above after the month has closed, with a seed made from the seal of the closed
month: nobody knows it before, nobody chooses it, everybody can repeat the draw. Every item of the frame gets
a number from seed and code by SHA-256, and the order of these numbers is the order of drawing: it depends on
no order of the list and on no library. The next in order replaces who cannot be reached.

Source: Cochran (1977), Sampling Techniques, 3rd edition, chapters 4 to 6; Ohlsson (1995) on permanent random
numbers; Madow (1949), Annals of Mathematical Statistics 20, 333-354 (systematic sampling by size).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import Final, Literal, TypeAlias

Method: TypeAlias = Literal["simple", "stratified", "by_size"]
#: From the lowest to the highest.
LEVELS: Final = ("village", "township", "county", "prefecture")
_RANGE: Final = 1 << 256


class Reason(StrEnum):
    """Why an item is replaced. Who does not answer and who declines are one: nobody is listed for it."""

    NOT_THERE = "not_there"
    NO_ANSWER = "no_answer"
    CANNOT_BE_REACHED = "cannot_be_reached"


@dataclass(frozen=True, slots=True)
class Replacement:
    """An item that could not be verified and the one that took its place, with reason and day."""

    missing: str
    by: str
    reason: Reason
    on: dt.date


@dataclass(frozen=True, slots=True)
class Sample:
    """What was drawn. ``reserve`` are the next in order, by stratum; ``certain`` were taken for their size.

    ``frame`` is the SHA-256 of the list drawn from, ``seed`` what the numbers were made with.
    """

    method: Method
    seed: str
    frame: str
    items: tuple[str, ...]
    reserve: Mapping[str, tuple[str, ...]]
    stratum: Mapping[str, str]
    certain: frozenset[str] = frozenset()
    replaced: tuple[Replacement, ...] = ()

    def replacing(self, missing: str, reason: Reason, on: dt.date) -> Sample:
        """The sample with the next of the same stratum in place of an item; the log says so.

        Raises
        ------
        ValueError
            When the item is not among those to be verified, or nobody is left in its stratum.
        """
        if missing not in self.items:
            raise ValueError(f"{missing} is not in the sample")
        left = self.reserve[self.stratum[missing]]
        if not left:
            raise ValueError(f"nobody is left to replace {missing}")
        return replace(
            self,
            items=tuple(left[0] if one == missing else one for one in self.items),
            reserve={**self.reserve, self.stratum[missing]: left[1:]},
            replaced=(*self.replaced, Replacement(missing, left[0], reason, on)),
        )


def seed_of(
    seal: str, purpose: str, *, closed_on: dt.date, drawn_on: dt.date, of_level: str, by_level: str
) -> str:
    """The seed of a draw, from the seal of the closed month and what is verified.

    Raises
    ------
    ValueError
        When the month was not closed before the day of the draw, or the level that draws is not above the one
        that is verified.
    """
    if drawn_on <= closed_on:
        raise ValueError(f"the month closed on {closed_on}: a sample is drawn after that day")
    if LEVELS.index(by_level) <= LEVELS.index(of_level):
        raise ValueError(f"the level above draws: {by_level} is not above {of_level}")
    return hashlib.sha256(f"{seal}\0{purpose}\0{of_level}\0{by_level}".encode()).hexdigest()


def order(frame: Sequence[str], seed: str) -> list[str]:
    """The frame in the order of drawing: the same for every order it is given in.

    Examples
    --------
    >>> order(["a", "b", "c"], "s") == order(["c", "a", "b"], "s")
    True
    """
    return sorted(frame, key=lambda one: (_number(seed, one), one))


def simple(frame: Sequence[str], size: int, seed: str) -> Sample:
    """A simple random sample: every set of ``size`` items is as likely as any other.

    Raises
    ------
    ValueError
        For an item given twice, or a size outside 1 … the frame.
    """
    return stratified(frame, dict.fromkeys(frame, ""), {"": size}, seed, method="simple")


def stratified(
    frame: Sequence[str],
    stratum: Mapping[str, str],
    sizes: Mapping[str, int],
    seed: str,
    *,
    method: Method = "stratified",
) -> Sample:
    """A simple random sample of each stratum.

    Parameters
    ----------
    stratum
        By item.
    sizes
        By stratum (``allocate``).

    Raises
    ------
    ValueError
        As ``simple``, for each stratum, and for one without a size.
    """
    _unique(frame)
    drawn: list[str] = []
    reserve: dict[str, tuple[str, ...]] = {}
    for name in sorted({stratum[one] for one in frame}):
        inside = order([one for one in frame if stratum[one] == name], seed)
        size = sizes.get(name)
        if size is None or not 1 <= size <= len(inside):
            raise ValueError(f"{name or 'the frame'}: a sample of {size} among {len(inside)}")
        drawn += inside[:size]
        reserve[name] = tuple(inside[size:])
    return Sample(method, seed, frame_hash(frame), tuple(drawn), reserve, dict(stratum))


def by_size(sizes: Mapping[str, int], size: int, seed: str) -> Sample:
    """A systematic sample with chances in proportion to size.

    Items as large as the step are taken for certain, and the step is made anew from the others.

    Parameters
    ----------
    sizes
        By item, whole numbers above 0.

    Raises
    ------
    ValueError
        For sizes that are not above 0, or a sample larger than the frame.
    """
    frame = list(sizes)
    if any(number < 1 for number in sizes.values()):
        raise ValueError("sizes: whole numbers above 0")
    if not 1 <= size <= len(frame):
        raise ValueError(f"the frame: a sample of {size} among {len(frame)}")
    certain, rest = _certain(sizes, size)
    in_order = order(rest, seed)
    start = Fraction(_number(seed, "\0start"), _RANGE)
    drawn = systematic(in_order, sizes, size - len(certain), start)
    left = tuple(one for one in in_order if one not in drawn)
    return Sample(
        "by_size",
        seed,
        frame_hash([f"{one}\0{sizes[one]}" for one in frame]),
        (*sorted(certain), *drawn),
        {"": left},
        dict.fromkeys(frame, ""),
        frozenset(certain),
    )


def systematic(in_order: Sequence[str], sizes: Mapping[str, int], size: int, start: Fraction) -> list[str]:
    """Items hit by equal steps along the cumulated sizes, from a part ``start`` (0 … 1) of the first step."""
    if not size:
        return []
    step = Fraction(sum(sizes[one] for one in in_order), size)
    hit, drawn, end = start * step, [], Fraction(0)
    for one in in_order:
        end += sizes[one]
        if hit < end:
            drawn.append(one)
            hit += step
    return drawn


def _certain(sizes: Mapping[str, int], size: int) -> tuple[list[str], list[str]]:
    certain: list[str] = []
    rest = list(sizes)
    while len(certain) < size:
        step = Fraction(sum(sizes[one] for one in rest), size - len(certain))
        large = [one for one in rest if sizes[one] >= step]
        if not large:
            break
        certain += large
        rest = [one for one in rest if sizes[one] < step]
    return certain, rest


def size_for_share(margin: float, *, population: int, level: float = 0.95, expected: float = 0.5) -> int:
    """How many items to verify so that a share is known to ± ``margin``.

    n₀ = z² p(1 − p)/e², n = n₀ / (1 + (n₀ − 1)/N), rounded up: with the correction for a finite population.

    Parameters
    ----------
    margin
        Half the width of the interval, 0.05 for ± 5 points.
    expected
        The share that is expected; a half needs most.

    Raises
    ------
    ValueError
        When margin or expected share do not lie between 0 and 1, or nobody is there.

    Examples
    --------
    >>> size_for_share(0.05, population=10**9), size_for_share(0.05, population=1000)
    (385, 278)
    """
    if not (0 < margin < 1 and 0 < expected < 1) or population < 1:
        raise ValueError("margin and expected share lie between 0 and 1, the population is 1 or more")
    from tongchou.domain.demography.intervals import z_value  # brings numpy: not while Django starts

    endless = z_value(level) ** 2 * expected * (1 - expected) / margin**2
    return min(population, math.ceil(endless / (1 + (endless - 1) / population) - 1e-9))


def allocate(size: int, strata: Mapping[str, int], *, least: int = 2) -> dict[str, int]:
    """A sample divided among strata in proportion to their items, at least ``least`` (or all) of each.

    One by one to the stratum furthest behind its exact part, of equal ones the first by name.

    Examples
    --------
    >>> allocate(10, {"a": 50, "b": 30, "c": 20})
    {'a': 5, 'b': 3, 'c': 2}
    """
    floor = {name: min(least, number) for name, number in strata.items()}
    total = sum(strata.values())
    if not sum(floor.values()) <= size <= total:
        raise ValueError(f"{size} among {total} in {len(strata)} strata with {least} of each")
    found = dict(floor)
    while sum(found.values()) < size:
        open_ = {name: number for name, number in strata.items() if found[name] < number}
        behind = sorted(open_, key=lambda name: (found[name] - Fraction(size * strata[name], total), name))
        found[behind[0]] += 1
    return dict(sorted(found.items()))


def frame_hash(frame: Sequence[str]) -> str:
    """SHA-256 of the items of a frame, whatever their order."""
    return hashlib.sha256("\n".join(sorted(frame)).encode()).hexdigest()


def _number(seed: str, item: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed}\0{item}".encode()).digest(), "big")


def _unique(frame: Sequence[str]) -> None:
    if len(set(frame)) != len(frame):
        raise ValueError("the frame: an item is given twice")
