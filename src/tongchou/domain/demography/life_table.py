"""Life tables of single and of grouped ages, of as many areas at once as there are.

From death rates m and the years a that those who die in an age group live in it:

    q = n m / (1 + (n − a) m),  l(x+n) = l(x) (1 − q),  d = l q,  L = n l(x+n) + a d,  T = Σ L,  e = T / l

The last group is open: q = 1 and L = l / m, unless another remaining life is given.

Source: Preston, Heuveline and Guillot, Demography (2001), 3.2 and box 3.1; Chiang, The Life Table and its
Applications (1984). How a is chosen: ``life_table_ax``; how the oldest ages are closed:
``life_table_closing``; intervals: ``life_table_intervals``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography import life_table_ax
from tongchou.domain.demography.left_out import Floats, LeftOut, Why, ages_last, numbers, ratio, usable

#: Tables worked out at a time: what is at hand of them stays in the cache of the processor.
_ROWS: Final = 256
Choice: TypeAlias = Literal["half", "greville", "keyfitz_flieger"]
Sex: TypeAlias = Literal["male", "female", "both"]


@dataclass(frozen=True, slots=True, eq=False)
class LifeTable:
    """Columns of life tables, each (..., ages) but ``ages`` and ``widths``, which are (ages,).

    Attributes
    ----------
    ages, widths
        First full age of each group and its years; the last width is infinite.
    m, a, q
        Deaths per person-year, years lived in the group by those who die in it, probability of dying in it.
    survivors, deaths, lived, left, expectation
        l, d, L, T (of a radix of 1) and e (years).
    left_out
        Why an area is unknown, by area.
    """

    ages: Floats
    widths: Floats
    m: Floats
    a: Floats
    q: Floats
    survivors: Floats
    deaths: Floats
    lived: Floats
    left: Floats
    expectation: Floats
    left_out: LeftOut = field(default_factory=LeftOut)

    @property
    def at_birth(self) -> Floats:
        """(...) expectation of life at the first age of the table."""
        return np.asarray(self.expectation[..., 0])

    def survival(self) -> Floats:
        """(..., ages − 1): share of a group that is alive one group later; the last is of the two oldest.

        Sₓ = L(x+n) / L(x), and into the open group T(x) / (T(x) + L(x−n)): what a projection multiplies by.

        Raises
        ------
        ValueError
            When the closed groups are not equally wide.
        """
        if np.ptp(self.widths[:-1]) > 0:
            raise ValueError("survival: the closed groups are not equally wide")
        inner = ratio(self.lived[..., 1:-1], self.lived[..., :-2])
        oldest = ratio(self.left[..., -1:], self.left[..., -2:-1])
        return np.concatenate([inner, oldest], axis=-1)


def life_table(
    deaths: npt.ArrayLike,
    exposure: npt.ArrayLike,
    ages: npt.ArrayLike,
    *,
    ax: npt.ArrayLike | Choice = "greville",
    sex: Sex = "both",
) -> LifeTable:
    """Life tables from deaths and person-years.

    Parameters
    ----------
    deaths, exposure
        (..., ages).
    ages
        (ages,) first full ages of the groups, rising from 0 (or from any age: then of those who reach it);
        the last group is open. Single ages, 0-1-5-10-… or any other.
    ax
        Years lived by those who die, (ages,) or (..., ages), or a way of choosing them.
    sex
        For a in the first five years.

    Returns
    -------
    LifeTable
        An area in which a group cannot be used, in which nobody lived at an age or nobody died in the open
        group, is unknown as far as that reaches (e₀ is ``nan``), and is counted. Small areas: join ages or
        areas, or draw the rates together first (``small_areas``) and use ``from_rates``.

    Raises
    ------
    ValueError
        When the ages do not rise, or do not fit the arrays.

    Examples
    --------
    >>> table = life_table([10, 1, 2, 40, 900], [1000, 4000, 5000, 20000, 9000], [0, 1, 5, 10, 60])
    >>> table.at_birth.round(2).tolist(), table.survivors.round(4).tolist()
    (65.83, [1.0, 0.9901, 0.9891, 0.9871, 0.8931])
    """
    died, lived, left_out = usable(deaths, exposure)
    empty = (lived == 0).any(axis=-1)
    if empty.any():
        left_out += LeftOut({Why.EMPTY_AREA: empty.astype(np.int64)})
    return _table(ratio(died, lived), ages, ax, sex, left_out)


def from_rates(
    rates: npt.ArrayLike, ages: npt.ArrayLike, *, ax: npt.ArrayLike | Choice = "greville", sex: Sex = "both"
) -> LifeTable:
    """Life tables from death rates per person-year, (..., ages); the rest as in ``life_table``.

    Negative rates are unknown and counted.

    Parameters
    ----------
    rates
        (..., ages) deaths per person-year.
    ages, ax, sex
        As in ``life_table``.
    """
    m = numbers(rates, "rates")
    negative = m < 0
    told = {Why.NEGATIVE_EVENTS: negative.sum(axis=-1), Why.UNKNOWN_CELL: np.isnan(m).sum(axis=-1)}
    left_out = LeftOut({why: number for why, number in told.items() if np.any(number)})
    return _table(np.where(negative, np.nan, m), ages, ax, sex, left_out)


def _table(
    m: Floats, ages: npt.ArrayLike, ax: npt.ArrayLike | Choice, sex: Sex, left_out: LeftOut
) -> LifeTable:
    first, widths = groups(ages, m.shape[-1])
    if isinstance(ax, str):
        a = life_table_ax.chosen(m, first, widths, ax, sex)
    else:
        a = np.broadcast_to(ages_last(numbers(ax, "ax"), first.size, "ax"), m.shape).copy()
    # The open group lasts 1/m unless it is told; without any death there it is unknown.
    if isinstance(ax, str):
        a[..., -1] = ratio(1.0, m[..., -1])
        endless = m[..., -1] == 0
        if endless.any():
            left_out += LeftOut({Why.OPEN_WITHOUT_DEATHS: endless.astype(np.int64)})
    shape, size = m.shape, first.size
    columns = [np.empty((m.size // size, size)) for _column in range(6)]
    flat_m, flat_a = m.reshape(-1, size), a.reshape(-1, size)
    for begin in range(0, flat_m.shape[0], _ROWS):
        some = slice(begin, begin + _ROWS)
        _fill(flat_m[some], flat_a[some], widths[:-1], [column[some] for column in columns])
    q, survivors, dying, lived, left, expectation = (column.reshape(shape) for column in columns)
    return LifeTable(
        first, widths, m, flat_a.reshape(shape), q, survivors, dying, lived, left, expectation, left_out
    )


def _fill(m: Floats, a: Floats, n: Floats, columns: list[Floats]) -> None:
    """The columns q, l, d, L, T and e of some rows; ``a`` is put right where rates are beyond it."""
    q, survivors, dying, lived, left, expectation = columns
    rate, inside = m[:, :-1], a[:, :-1]
    # Where a rate is so high that nobody is left, the group takes them all, who live 1/m each.
    beyond = inside * rate > 1
    if beyond.any():
        inside[beyond] = 1 / rate[beyond]
    np.minimum(n * rate / (1 + (n - inside) * rate), 1.0, out=q[:, :-1])
    q[:, -1] = np.where(np.isnan(m[:, -1]), np.nan, 1.0)
    survivors[:, 0] = 1.0
    np.cumprod(1 - q[:, :-1], axis=1, out=survivors[:, 1:])
    np.multiply(survivors, q, out=dying)
    lived[:, :-1] = n * survivors[:, 1:] + inside * dying[:, :-1]
    # Where nobody reaches the open group its length does not matter.
    lived[:, -1] = np.where(survivors[:, -1] == 0, 0.0, survivors[:, -1] * a[:, -1])
    np.cumsum(lived[:, ::-1], axis=1, out=left[:, ::-1])
    expectation[:] = ratio(left, survivors)
    odd = ~(survivors > 0).all(axis=1)
    if odd.any():
        expectation[odd] = _backwards(q[odd], a[odd], n)


def _backwards(q: Floats, a: Floats, n: Floats) -> Floats:
    """e from the oldest age down, which an unknown or a deadly younger age does not touch."""
    e = np.empty_like(q)
    e[:, -1] = a[:, -1]
    for x in range(n.size - 1, -1, -1):
        later = np.where(q[:, x] == 1, 0.0, (1 - q[:, x]) * (n[x] + e[:, x + 1]))
        e[:, x] = later + a[:, x] * q[:, x]
    return e


def groups(ages: npt.ArrayLike, size: int) -> tuple[Floats, Floats]:
    """First ages and widths of age groups, the last one open.

    Raises
    ------
    ValueError
        When there are not ``size`` rising ages of 0 or more, and two at least.
    """
    first = numbers(ages, "ages")
    if first.shape != (size,) or size < 2 or first[0] < 0 or not (np.diff(first) > 0).all():
        raise ValueError(f"ages: {size} rising first ages are needed, the last of an open group")
    return first, np.append(np.diff(first), np.inf)
