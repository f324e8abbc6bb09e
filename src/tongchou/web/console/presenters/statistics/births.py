"""Births by order and residence of a county or more, with intervals; in no order, without colours.

What is told stands in the order of time and of orders of births alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import polars as pl
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongchou.domain.demography.left_out import Floats
from tongchou.domain.demography.sex_ratio import sex_ratio
from tongchou.domain.statistics.birth_orders import ORDERS, ByOrder, born_of, by_order, whole_years, women_of
from tongchou.domain.statistics.cube import MOTHER_STARTS, Basis, MonthCube
from tongchou.web.console import formatters
from tongchou.web.console.presenters.statistics import words

#: What stands where a figure is not told.
_CLOSED = "*"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table: its head, and what stands in its cells."""

    label: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Births:
    """Everything the page shows.

    ``ratios``: boys and girls, ratio and interval by residence and year. ``orders``: births, ratio and
    interval by order; ``counted``: there are counts by order. ``fertility``: a line a year, a cell an order.
    ``progression``: sentences.
    """

    years: str
    ratios: tuple[tuple[str, tuple[Line, ...]], ...]
    counted: bool
    orders: tuple[Line, ...]
    heads: tuple[str, ...]
    fertility: tuple[Line, ...]
    progression: tuple[str, ...]
    unknown: str
    fewest: int


def present(cubes: dict[Basis, MonthCube], table: pl.DataFrame, fewest: int) -> Births | None:
    """The page of the areas chosen, each cube of them as one; None where no year is whole.

    ``table`` holds the births by order of their townships; it is empty where they were not counted yet.
    """
    years = whole_years(cubes[Basis.REGISTERED])
    if not years:
        return None
    found = by_order(_counts(table, years), women_of(cubes[Basis.REGISTERED], years), years)
    there = bool(np.nansum(found.births))
    return Births(
        years=f"{years[0]}–{years[-1]}" if len(years) > 1 else str(years[0]),
        ratios=tuple(
            (str(words.BASES[basis]), _ratios(cube, years, fewest)) for basis, cube in cubes.items()
        ),
        counted=there,
        orders=_orders(found) if there and found.told else (),
        heads=tuple(_order(order) for order in range(1, ORDERS + 1)),
        fertility=_fertility(found) if there and found.told else (),
        progression=tuple(_progression(found)) if there and found.told else (),
        unknown=_unknown(found) if there else "",
        fewest=fewest,
    )


def _counts(table: pl.DataFrame, years: tuple[int, ...]) -> Floats:
    """(years, 2, ages of mothers and unknown, orders and unknown)."""
    counts = np.zeros((len(years), 2, len(MOTHER_STARTS) + 1, ORDERS + 1))
    first = years[0]
    here = table.filter(pl.col("year").is_in(list(years)) & pl.col("sex").is_in([1, 2]))
    at = tuple(here[name].to_numpy().astype(int) for name in ("year", "sex", "mother", "nth"))
    np.add.at(counts, (at[0] - first, at[1] - 1, at[2], at[3]), here["births"].to_numpy())
    return counts


def _ratios(cube: MonthCube, years: tuple[int, ...], fewest: int) -> tuple[Line, ...]:
    """A line a year and one of all; where a year has few boys or girls that of all alone, or none."""
    born = born_of(cube, years)
    born = np.vstack([born, born.sum(axis=0)])
    labels = [*map(str, years), _("Together")]
    if (born < fewest).any():
        born, labels = born[-1:], labels[-1:]
    if (born < fewest).any():
        return ()
    figure = sex_ratio(born[:, 0], born[:, 1])
    return tuple(
        Line(
            label,
            (
                formatters.number(round(boys)),
                formatters.number(round(girls)),
                _number(value),
                _interval(low, high),
            ),
        )
        for label, (boys, girls), value, low, high in zip(
            labels, born, figure.value, figure.low, figure.high, strict=True
        )
    )


def _orders(found: ByOrder) -> tuple[Line, ...]:
    ratio = found.ratio
    return tuple(
        Line(
            _order(order),
            (
                _whole(found.births[order]),
                _number(ratio.value[order - 1]),
                _interval(ratio.low[order - 1], ratio.high[order - 1]),
            ),
        )
        for order in range(1, ORDERS + 1)
    )


def _fertility(found: ByOrder) -> tuple[Line, ...]:
    figure = found.fertility
    return tuple(
        Line(
            str(year),
            tuple(
                f"{value:.2f} ({low:.2f}–{high:.2f})" if math.isfinite(value) else _CLOSED
                for value, low, high in zip(figure.value[at], figure.low[at], figure.high[at], strict=True)
            ),
        )
        for at, year in enumerate(found.years)
    )


def _progression(found: ByOrder) -> list[str]:
    texts = (
        _("From the first to the second child, by the rates of these years: %(value)s per 100."),
        _("From the second to the third child, by the rates of these years: %(value)s per 100."),
    )
    return [
        text % {"value": f"{100 * value:.0f}"}
        for text, value in zip(texts, found.progression, strict=True)
        if math.isfinite(value)
    ]


def _unknown(found: ByOrder) -> str:
    if not found.told:
        return _("Of most births the mother is not on record: figures by order would say nothing.")
    number = found.births[0]
    if math.isnan(number):
        return _("Of few births the mother is not on record.")
    if not number:
        return ""
    return ngettext(
        "Of %(n)s birth the mother is not on record; its order is unknown.",
        "Of %(n)s births the mother is not on record; their order is unknown.",
        round(number),
    ) % {"n": formatters.number(round(number))}


def _order(order: int) -> str:
    return (_("First child"), _("Second child"), _("Third child"), _("Fourth or later child"))[order - 1]


def _whole(value: float) -> str:
    return formatters.number(round(value)) if math.isfinite(value) else _CLOSED


def _number(value: float) -> str:
    return f"{value:.1f}" if math.isfinite(value) else _CLOSED


def _interval(low: float, high: float) -> str:
    return f"{low:.1f}–{high:.1f}" if math.isfinite(low) and math.isfinite(high) else _CLOSED
