"""Population pyramids of the years, and of two areas or two years laid over each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from django.utils.translation import gettext as _

from tongchou.domain.demography.left_out import Floats
from tongchou.domain.statistics.cube import AGE_STARTS, MEN, WOMEN, MonthCube
from tongchou.web.console import formatters
from tongchou.web.console.parts import Option

#: First ages of the bars: five years each.
STARTS: Final = (0, *AGE_STARTS[2:])


@dataclass(frozen=True, slots=True)
class Moment:
    """The end of a month of which there is a pyramid."""

    key: str
    label: str
    place: int


@dataclass(frozen=True, slots=True)
class Bar:
    """An age group: people or per mille of all, of the pyramid and of the one laid over it."""

    label: str
    men: float
    women: float
    other_men: float | None
    other_women: float | None
    first: int
    last: int | None
    shown_men: str
    shown_women: str
    shown_other_men: str
    shown_other_women: str


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of the animation: the numbers of a year, in the order of the ages."""

    key: str
    label: str
    men: list[str]
    women: list[str]
    total: str


@dataclass(frozen=True, slots=True)
class Years:
    """An age group over all years: men, women, men, women …"""

    label: str
    numbers: list[str]


@dataclass(frozen=True, slots=True)
class Pyramid:
    """Everything the page shows."""

    moment: Moment
    moments: list[Option]
    bars: list[Bar]
    frames: list[Frame]
    total_men: str
    total_women: str
    unknown: str
    shares: bool
    other: str  # what is laid over, "" for nothing
    other_total_men: str
    other_total_women: str
    summary: str
    years: list[Years]
    drill: bool  # the numbers are of the newest month, which lists of people can be of


def moments(cube: MonthCube) -> list[Moment]:
    """The ends of the years and of the newest month, the oldest first."""
    number = cube.months.astype(np.int64)
    places = [place for place, month in enumerate(number) if month % 12 == 11 or place == number.size - 1]
    return [
        Moment(str(cube.months[place]), formatters.day(str(cube.months[place])), place) for place in places
    ]


def five_years(stock: npt.ArrayLike) -> Floats:
    """(ages, 2) people of the cube's groups, those below five together.

    Examples
    --------
    >>> five_years(np.ones((22, 2))).sum(axis=1).tolist()[:2], five_years(np.ones((22, 2))).shape
    ([4.0, 2.0], (21, 2))
    """
    values = np.asarray(stock, dtype=np.float64)
    return np.concatenate([values[:2].sum(axis=0, keepdims=True), values[2:]])


def present(
    cube: MonthCube,
    *,
    asked: str = "",
    other: MonthCube | None = None,
    other_asked: str = "",
    other_name: str = "",
    shares: bool = False,
) -> Pyramid:
    """The pyramid of one area at a moment, and beside it another area's, or its own of another year.

    Parameters
    ----------
    cube, other
        Of one area each.
    asked, other_asked
        The month wanted (``"2025-12"``); the newest for what there is not. A second month without a second
        area is of the same area.
    shares
        Whether bars are per thousand of all people of known age and sex: two areas are compared by them.
    """
    found = moments(cube)
    moment = next((one for one in found if one.key == asked), found[-1])
    people = five_years(cube.stock[0, moment.place])
    beside, label = None, ""
    if other is not None:
        theirs = moments(other)
        there = next((one for one in theirs if one.key == (other_asked or moment.key)), theirs[-1])
        beside, label = five_years(other.stock[0, there.place]), f"{other_name} · {there.label}"
    elif other_asked and other_asked != moment.key:
        there_ = next((one for one in found if one.key == other_asked), None)
        if there_ is not None:
            beside, label = five_years(cube.stock[0, there_.place]), there_.label
    total = people.sum(axis=0)
    frames = [_frame(cube, one, shares) for one in found]
    return Pyramid(
        moment=moment,
        moments=[Option(one.key, one.label) for one in reversed(found)],
        bars=_bars(people, beside, shares),
        frames=frames,
        total_men=_count(total[MEN]),
        total_women=_count(total[WOMEN]),
        unknown=_count(float(cube.unknown[0, moment.place])),
        shares=shares,
        other=label,
        other_total_men=_count(beside[:, MEN].sum()) if beside is not None else "",
        other_total_women=_count(beside[:, WOMEN].sum()) if beside is not None else "",
        summary=_summary(people, moment, label),
        years=[
            Years(
                age_label(place), [one for frame in frames for one in (frame.men[place], frame.women[place])]
            )
            for place in range(len(STARTS))
        ],
        drill=moment.place == cube.months.size - 1,
    )


def _scaled(people: Floats, shares: bool) -> Floats:
    total = people.sum()
    return people * (1000 / total) if shares and total else people


def _bars(people: Floats, beside: Floats | None, shares: bool) -> list[Bar]:
    mine = _scaled(people, shares)
    theirs = _scaled(beside, shares) if beside is not None else None
    shown = _per_mille if shares else _count
    bars = []
    for place, first in enumerate(STARTS):
        men, women = (float(one) for one in mine[place])
        one, another = (float(x) for x in theirs[place]) if theirs is not None else (None, None)
        last = STARTS[place + 1] - 1 if place + 1 < len(STARTS) else None
        bars.append(
            Bar(
                age_label(place), men, women, one, another, first, last,
                shown(men), shown(women),
                shown(one) if one is not None else "", shown(another) if another is not None else "",
            )
        )  # fmt: skip
    return bars


def _frame(cube: MonthCube, moment: Moment, shares: bool) -> Frame:
    people = five_years(cube.stock[0, moment.place])
    drawn = _scaled(people, shares)
    shown = _per_mille if shares else _count
    return Frame(
        moment.key,
        moment.label,
        [shown(float(one)) for one in drawn[:, MEN]],
        [shown(float(one)) for one in drawn[:, WOMEN]],
        _count(people.sum()),
    )


def age_label(place: int) -> str:
    """The name of a bar.

    Examples
    --------
    >>> from django.utils import translation
    >>> with translation.override("en"):
    ...     [age_label(place) for place in (0, 1, 20)]
    ['0–4', '5–9', '100+']
    """
    first = STARTS[place]
    if place == len(STARTS) - 1:
        return _("%(age)s+") % {"age": first}
    return f"{first}–{STARTS[place + 1] - 1}"


def _count(number: float) -> str:
    return formatters.number(round(float(number)))


def _per_mille(number: float) -> str:
    return f"{number:,.1f}"


def _summary(people: Floats, moment: Moment, other: str) -> str:
    largest = int(people.sum(axis=1).argmax()) if people.sum() else 0
    text = _(
        "Population pyramid by five-year age group, %(day)s: %(men)s males to the left, %(women)s females to "
        "the right. The largest group is aged %(ages)s. All numbers are in the table."
    ) % {
        "day": moment.label,
        "men": _count(people[:, MEN].sum()),
        "women": _count(people[:, WOMEN].sum()),
        "ages": age_label(largest),
    }
    if other:
        text += " " + _("Laid over it as outlines: %(other)s.") % {"other": other}
    return text
