"""People or deaths by age and year as a surface, and generations followed over the years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from django.utils.translation import gettext as _

from tongchou.domain.demography.left_out import Floats
from tongchou.domain.statistics.cube import AGE_STARTS, MonthCube
from tongchou.domain.statistics.generations import generation
from tongchou.web.console import formatters
from tongchou.web.console.parts import Option
from tongchou.web.console.presenters.statistics import words
from tongchou.web.console.presenters.statistics.shades import Shades, shades

PEOPLE, DEATHS = "people", "deaths"
#: Years of birth that stand together as a generation.
WIDTH: Final = 5


@dataclass(frozen=True, slots=True)
class Field:
    """A cell of the surface; ``here`` when the generation chosen passes through it."""

    shown: str
    shade: int
    here: bool


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    fields: list[Field]


@dataclass(frozen=True, slots=True)
class Followed:
    """A year of a generation: its ages, how many there are, and of a hundred at first how many."""

    year: str
    ages: str
    men: str
    women: str
    people: str
    value: str
    of_hundred: str


@dataclass(frozen=True, slots=True)
class Lexis:
    """Everything the page shows."""

    measure: str
    years: list[str]
    lines: list[Line]
    shades: Shades
    births: list[Option]
    birth: str
    followed: list[Followed]
    summary: str


def years(cube: MonthCube) -> list[int]:
    """Places of the last months of the years that are whole, and of the newest month."""
    number = cube.months.astype(np.int64)
    return [place for place in range(number.size) if number[place] % 12 == 11 or place == number.size - 1]


def present(cube: MonthCube, *, measure: str, birth: str = "") -> Lexis:
    """The surface of one area by age group and year, the oldest at the top.

    Parameters
    ----------
    measure
        ``people`` at the end of the year, or ``deaths`` of the year. A year that is not over has no deaths.
    birth
        First year of birth of the generation to follow; one in the middle of life when empty.
    """
    places = years(cube)
    if measure == DEATHS:
        places = [place for place in places if place >= 11 and int(cube.months[place].astype(int)) % 12 == 11]
    surface = _surface(cube, places, measure)
    scale = shades(surface.ravel())
    labels = [formatters.day(str(cube.months[place])) for place in places]
    if measure == DEATHS:
        labels = [str(cube.months[place])[:4] for place in places]
    newest = int(str(cube.months[-1])[:4])
    first_years = list(range(newest - 99 - newest % WIDTH, newest + 1, WIDTH))
    chosen = int(birth) if birth.isascii() and birth.isdigit() and int(birth) in first_years else 0
    chosen = chosen or first_years[len(first_years) // 2]
    followed = _followed(cube, chosen)
    lines = []
    for age in range(len(AGE_STARTS) - 1, -1, -1):
        fields = [
            Field(
                formatters.number(round(float(surface[age, column]))),
                scale.place(float(surface[age, column])),
                _passes(chosen, age, int(str(cube.months[place])[:4])),
            )
            for column, place in enumerate(places)
        ]
        lines.append(Line(words.age_group(age), fields))
    return Lexis(
        measure=measure,
        years=labels,
        lines=lines,
        shades=scale,
        births=[Option(str(one), f"{one}–{one + WIDTH - 1}") for one in reversed(first_years)],
        birth=str(chosen),
        followed=followed,
        summary=_summary(followed, chosen),
    )


def _surface(cube: MonthCube, places: Sequence[int], measure: str) -> Floats:
    """(ages, years)."""
    if not places:
        return np.zeros((len(AGE_STARTS), 0))
    if measure == PEOPLE:
        return np.stack([cube.stock[0, place].sum(axis=-1) for place in places], axis=1)
    return np.stack([cube.deaths[0, place - 11 : place + 1].sum(axis=(0, -1)) for place in places], axis=1)


def _passes(birth: int, age: int, year: int) -> bool:
    """Whether some of those born in the years from ``birth`` are of an age group in a year."""
    youngest, oldest = year - birth - WIDTH + 1, year - birth
    last = AGE_STARTS[age + 1] - 1 if age + 1 < len(AGE_STARTS) else 200
    return oldest >= 0 and youngest <= last and oldest >= AGE_STARTS[age]


def _followed(cube: MonthCube, birth: int) -> list[Followed]:
    rows: list[Followed] = []
    first = 0.0
    for place in years(cube):
        month = str(cube.months[place])
        if month[5:7] != "12":
            continue
        year = int(month[:4])
        if year < birth + WIDTH - 1:
            continue
        men, women = (float(one) for one in generation(cube.stock[0, place], year - birth - WIDTH + 1, WIDTH))
        both = men + women
        first = first or both
        youngest, oldest = year - birth - WIDTH + 1, year - birth
        rows.append(
            Followed(
                month[:4],
                f"{youngest}–{oldest}",
                formatters.number(round(men)),
                formatters.number(round(women)),
                formatters.number(round(both)),
                f"{both:.6g}",
                f"{100 * both / first:.1f}" if first else "—",
            )
        )
    return rows


def _summary(followed: Sequence[Followed], birth: int) -> str:
    years_ = f"{birth}–{birth + WIDTH - 1}"
    if len(followed) < 2:
        return _("Born %(years)s: too few years to follow.") % {"years": years_}
    return _("Born %(years)s: %(from)s people at the end of %(first)s, %(to)s at the end of %(last)s.") % {
        "years": years_,
        "from": followed[0].people,
        "first": followed[0].year,
        "to": followed[-1].people,
        "last": followed[-1].year,
    }
