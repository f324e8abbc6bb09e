"""Fair rankings of units: shared ties, ranks with their own uncertainty, small units left out or pooled.

A rank is a poor estimate: of nine counties with the same true share one is first by chance each month. So
beside each rank stands how sure it is. The true share (or rate) of a unit is drawn from what is known of it
when it leans on the others of its group (``small_areas``: beta or gamma, with the mean and the variance found
there, which know that the spread between units is itself estimated), all units are put in order, and this is
repeated. Leaning matters: of nine units that are truly alike, draws from each unit's own figure alone would
call one of them certainly among the first three in a month of four; leaning ones hardly ever do.

The share of draws in which a unit is among the first three is its probability of being so. A flag or card is
given only above a stated certainty; at most three units can hold more than a half, so nobody is fourth of
three. A figure without chance (money, days) is the same in each draw. Draws of a unit depend on the seed and
its code alone, not on its place in the list, so that the same figures always give the same ranks.

Only figures that may be ranked come here (``accountability.checking``); nothing of births does.

Source: Goldstein and Spiegelhalter (1996), JRSS A 159, 385-443; Marshall and Spiegelhalter (1998), BMJ 316,
1701-1704; Laird and Louis (1989), Journal of Educational Statistics 14, 29-46 (ranks of draws).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography import intervals
from tongchou.domain.demography.left_out import Floats, Ints, numbers
from tongchou.domain.demography.small_areas import Shrunk, beta_binomial, gamma_poisson

Chance: TypeAlias = Literal["share", "rate", "none"]
Better: TypeAlias = Literal["higher", "lower"]
#: Draws of each unit; the standard error of a probability of 0.9 is then 0.005.
DRAWS: Final = 4_000
#: Fewest cases a unit needs to be ranked by itself.
LEAST: Final = 30


class State(IntEnum):
    """Whether a unit is ranked, and why not."""

    RANKED = 0
    SMALL = 1  # too few cases: its figure is told, without a rank
    UNKNOWN = 2  # not reported, or nothing to be measured by


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Units in order. All arrays are (units,), in the order of ``units``.

    Attributes
    ----------
    value, low, high
        The own figure and its interval, in its unit.
    state
        ``State`` of each.
    rank
        1 is the best; equal values share the better rank, and the next ranks are left out. 0 without a rank.
    rank_low, rank_high
        Where the true rank lies, with probability ``level``; ``rank_low`` is the better one. 0 without.
    first, last
        Probability of being among the first (last) ``first_of`` (``last_of``) units; ``nan`` without a rank.
    band
        Numbers from 1: units of one band are not distinguishable from the best of it. 0 without a rank.
    level
        Probability of the intervals.
    """

    units: tuple[str, ...]
    value: Floats
    low: Floats
    high: Floats
    state: Ints
    rank: Ints
    rank_low: Ints
    rank_high: Ints
    first: Floats
    last: Floats
    band: Ints
    first_of: int
    last_of: int
    level: float

    @property
    def ranked(self) -> int:
        """How many units have a rank."""
        return int((self.state == State.RANKED).sum())


def rank_figure(
    units: Sequence[str],
    value: npt.ArrayLike,
    over: npt.ArrayLike,
    under: npt.ArrayLike,
    *,
    chance: Chance,
    better: Better = "higher",
    groups: npt.ArrayLike | None = None,
    by: Literal["own", "leaning"] = "own",
    least: float = LEAST,
    first_of: int = 3,
    last_of: int = 3,
    level: float = 0.95,
    draws: int = DRAWS,
    seed: int = 0,
) -> Ranking:
    """The units put in order by one figure.

    Parameters
    ----------
    units
        Codes, each once.
    value
        (units,) the figure; ``nan`` is unknown.
    over, under
        (units,) what was divided by what. Not used without chance.
    chance
        Of which kind the figure is.
    groups
        (units,) a number of the group each unit leans on; all are one group without it.
    by
        Whether ranks follow the own figures, or the leaning ones: for many small units, of which a perfect
        one of three cases would else be the first.
    least
        Units with a smaller ``under`` have no rank; 0 ranks all. Not used without chance.
    first_of, last_of
        How many count as the first and the last.
    draws, seed
        Draws of each unit; equal seeds give equal rankings.

    Raises
    ------
    ValueError
        For a unit given twice, shapes that do not fit, fewer than 100 draws, or a part above its whole.

    Examples
    --------
    >>> found = rank_figure("abc", [0.9, 0.5, 0.9], [90, 50, 90], [100, 100, 100], chance="share")
    >>> found.rank.tolist(), found.band.tolist()
    ([1, 3, 1], [1, 2, 1])
    """
    own = numbers(value, "value")
    part, whole = (np.broadcast_to(numbers(one, "counts"), own.shape) for one in (over, under))
    if len(set(units)) != len(units):
        raise ValueError("units: one is given twice")
    if own.shape != (len(units),):
        raise ValueError(f"value: shape {own.shape} for {len(units)} units")
    if draws < 100:
        raise ValueError("draws: 100 at least")
    if chance == "share" and (part > whole).any():
        raise ValueError("over: a part above its whole")
    unknown = np.isnan(own)
    small = np.full(own.shape, False)
    low = high = own
    if chance != "none":
        unknown = unknown | np.isnan(part) | np.isnan(whole) | (whole <= 0)
        small = ~unknown & (whole < least)
        low, high = (intervals.wilson if chance == "share" else intervals.rate)(part, whole, level)
    drawn, followed = np.broadcast_to(own, (draws, own.size)), own
    if chance != "none":
        fit = leaning(np.where(unknown, np.nan, part), np.where(unknown, np.nan, whole), chance, groups)
        drawn = draw(units, fit.value, fit.variance, chance, draws=draws, seed=seed)
        followed = own if by == "own" else fit.value
    return ranked(
        units,
        own,
        low,
        high,
        drawn,
        np.select([unknown, small], [State.UNKNOWN, State.SMALL], State.RANKED).astype(np.int64),
        better=better,
        first_of=first_of,
        last_of=last_of,
        level=level,
        order_by=followed,
    )


def leaning(
    over: Floats, under: Floats, chance: Literal["share", "rate"], groups: npt.ArrayLike | None = None
) -> Shrunk:
    """What is known of each unit when it leans on its group, mean and variance alone.

    Leading axes may be several figures, fitted in one step.
    Units of which nothing is known are ``nan``, and stay so.
    """
    with np.errstate(invalid="ignore"):
        return (beta_binomial if chance == "share" else gamma_poisson)(over, under, groups=groups, level=None)


def draw(
    units: Sequence[str],
    mean: Floats,
    variance: Floats,
    chance: Literal["share", "rate"],
    *,
    draws: int,
    seed: int,
    salt: str = "",
) -> Floats:
    """(draws, units): what the figures may truly be; ``nan`` of an unknown one.

    Beta (share) or gamma (rate) of this mean and variance. ``salt`` keeps the draws of several figures of a
    unit apart from each other.
    """
    drawn = np.full((draws, len(units)), np.nan)
    for at in np.flatnonzero(~np.isnan(mean)):
        digest = hashlib.sha256(f"{seed}\0{salt}\0{units[int(at)]}".encode()).digest()
        random = np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))
        m, v = float(mean[at]), float(variance[at])
        if chance == "share":
            size = m * (1 - m) / v - 1
            drawn[:, at] = random.beta(m * size, (1 - m) * size, draws)
        else:
            drawn[:, at] = random.gamma(m * m / v, v / m, draws)
    return drawn


def ranked(
    units: Sequence[str],
    value: Floats,
    low: Floats,
    high: Floats,
    drawn: Floats,
    state: Ints,
    *,
    better: Better,
    first_of: int = 3,
    last_of: int = 3,
    level: float = 0.95,
    order_by: Floats | None = None,
) -> Ranking:
    """The units put in order by values that are known, with what draws of them tell about the order.

    Parameters
    ----------
    drawn
        (draws, units); columns of units without a rank are not looked at.
    order_by
        (units,) what the ranks follow, when not the value itself.
    """
    inside = np.flatnonzero(state == State.RANKED)
    n = inside.size
    sign = 1.0 if better == "higher" else -1.0
    figure = sign * (value if order_by is None else order_by)[inside]
    found = sign * drawn[:, inside]
    ahead, _all_the_same = _order(figure[None, :])
    better_than, worse_than = _order(found)
    tail = intervals.tails(level)
    rank_low = np.quantile(better_than + 1, tail[0], axis=0, method="lower") if n else np.zeros(0)
    rank_high = np.quantile(worse_than, tail[1], axis=0, method="higher") if n else np.zeros(0)

    def spread(values: npt.ArrayLike, empty: float, kind: type) -> npt.NDArray[np.float64]:
        out = np.full(len(units), empty)
        out[inside] = values
        return out.astype(kind)

    first = (worse_than <= first_of).mean(axis=0)
    last = (better_than >= n - last_of).mean(axis=0)
    return Ranking(
        tuple(units),
        value,
        low,
        high,
        state,
        spread(ahead[0] + 1, 0, np.int64).astype(np.int64),
        spread(rank_low, 0, np.int64).astype(np.int64),
        spread(rank_high, 0, np.int64).astype(np.int64),
        spread(first, np.nan, np.float64),
        spread(last, np.nan, np.float64),
        spread(_bands(figure, rank_low, rank_high), 0, np.int64).astype(np.int64),
        first_of,
        last_of,
        level,
    )


def _order(values: Floats) -> tuple[Ints, Ints]:
    """For each row and unit: how many are strictly better, and how many are as good or better, itself too."""
    size = values.shape[-1]
    order = np.argsort(values, axis=-1)
    sorted_ = np.take_along_axis(values, order, axis=-1)
    place = np.broadcast_to(np.arange(size), values.shape)
    # Equal ones share the place of the first and of the last among them.
    new = np.ones(values.shape, dtype=bool)
    new[:, 1:] = sorted_[:, 1:] != sorted_[:, :-1]
    end = np.ones(values.shape, dtype=bool)
    end[:, :-1] = new[:, 1:]
    first = np.maximum.accumulate(np.where(new, place, 0), axis=-1)
    last = np.minimum.accumulate(np.where(end, place, size)[:, ::-1], axis=-1)[:, ::-1]
    strictly = np.empty(values.shape, dtype=np.int64)
    all_the_same = np.empty(values.shape, dtype=np.int64)
    np.put_along_axis(strictly, order, size - 1 - last, axis=-1)
    np.put_along_axis(all_the_same, order, size - first, axis=-1)
    return strictly, all_the_same


def _bands(figure: Floats, best: Floats, worst: Floats) -> Ints:
    """From the best down, a new band begins with the first unit whose range of ranks leaves the leader's.

    A leader whose rank is sure has none beside it but its equals. Ranges of 95 of 100 that do not meet are
    further apart than 95 of 100: for nine units about as far as Šidák's level asks (z 2.77 to 2.73).
    """
    band = np.zeros(figure.size, dtype=np.int64)
    if not figure.size:
        return band
    order = np.lexsort((np.arange(figure.size), -figure))
    leader, number = order[0], 1
    for at in order:
        apart = best[at] > worst[leader] or best[leader] == worst[leader] or best[at] == worst[at]
        if figure[at] < figure[leader] and apart:
            leader, number = at, number + 1
        band[at] = number
    return band


@dataclass(frozen=True, slots=True, eq=False)
class Pooled:
    """Units with the small ones of each parent taken together.

    ``members`` names what each unit stands for: itself, or the small units of a parent.
    """

    units: tuple[str, ...]
    over: Floats
    under: Floats
    members: Mapping[str, tuple[str, ...]]


def pool_small(
    units: Sequence[str],
    over: npt.ArrayLike,
    under: npt.ArrayLike,
    parents: Sequence[str],
    *,
    least: float = LEAST,
) -> Pooled:
    """Small units of one parent as one, named ``parent+``; sums are kept. Unknown units stay by themselves.

    Parameters
    ----------
    over, under
        (units,).
    parents
        (units,) code of the area each lies in.
    """
    part, whole = numbers(over, "over"), numbers(under, "under")
    members: dict[str, list[int]] = {}
    for at, unit in enumerate(units):
        small = whole[at] < least and not np.isnan(part[at])
        members.setdefault(f"{parents[at]}+" if small else unit, []).append(at)
    for name, places in list(members.items()):
        if len(places) == 1 and name != units[places[0]]:
            members[units[places[0]]] = members.pop(name)
    names = sorted(members)
    return Pooled(
        tuple(names),
        np.array([part[members[name]].sum() for name in names]),
        np.array([whole[members[name]].sum() for name in names]),
        {name: tuple(units[at] for at in members[name]) for name in names},
    )
