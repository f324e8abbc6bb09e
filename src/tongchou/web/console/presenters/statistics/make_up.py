"""People of areas by age, sex, residence and registration, and the lists behind the numbers.

What can be chosen is a closed list: nothing about marriage or children is among it, and no order but age.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongchou.apps.registry import api as registry
from tongchou.core.scope import Scope
from tongchou.web.console.parts import Option, whole
from tongchou.web.console.presenters import people as present_people
from tongchou.web.console.presenters.statistics.pyramid import STARTS, age_label

RESIDENCE: Final = {
    "here": gettext_lazy("Live in the county"),
    "away": gettext_lazy("Live elsewhere"),
    "unknown": gettext_lazy("Not known where"),
}
HUKOU: Final = {
    "agricultural": gettext_lazy("Agricultural"),
    "non_agricultural": gettext_lazy("Non-agricultural"),
    "unified": gettext_lazy("Unified (resident)"),
    "unknown": gettext_lazy("Not known"),
}
MALE, FEMALE = 1, 2


@dataclass(frozen=True, slots=True)
class Cell:
    """A number; ``value`` is what asks for the list behind it, "" where there is none to ask for."""

    people: int
    value: str


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    cells: list[Cell]
    total: int


@dataclass(frozen=True, slots=True)
class MakeUp:
    """Everything the page shows."""

    lines: list[Line]
    totals: list[int]
    total: int
    unknown_sex: bool
    residence: str
    hukou: str
    residences: list[Option]
    hukous: list[Option]
    said: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """A cell whose people are asked for."""

    first: int
    last: int | None
    sex: int
    residence: str
    hukou: str


@dataclass(frozen=True, slots=True)
class Hit:
    name: str
    url: str
    sex: str
    birth: str
    id_masked: str
    village: str


@dataclass(frozen=True, slots=True)
class People:
    """A page of the list behind a cell."""

    title: str
    hits: list[Hit]
    cell: str
    residence: str
    hukou: str
    after: int | None


def options(words: Mapping[str, object]) -> list[Option]:
    return [Option("", _("All")), *(Option(value, str(label)) for value, label in words.items())]


def present(stock: pl.DataFrame, query: Mapping[str, str]) -> MakeUp:
    """The table of some villages' rows of ``statistics.stock``.

    Parameters
    ----------
    query
        ``residence`` and ``hukou`` narrow it; whatever else is asked for is ignored.
    """
    residence = query.get("residence", "") if query.get("residence") in RESIDENCE else ""
    hukou = query.get("hukou", "") if query.get("hukou") in HUKOU else ""
    for column, value in (("residence", residence), ("hukou_kind", hukou)):
        if value:
            chosen = pl.col(column).is_null() if value == "unknown" else pl.col(column) == value
            stock = stock.filter(chosen)
    group = pl.when(pl.col("age").is_null()).then(-1).otherwise(pl.col("age").clip(0, STARTS[-1]) // 5)
    counted = stock.group_by(group.alias("group"), "sex").agg(pl.col("people").sum())
    numbers = {(row["group"], row["sex"]): round(row["people"]) for row in counted.iter_rows(named=True)}
    lines = [_line(numbers, place, age_label(place), f"{first}") for place, first in enumerate(STARTS)]
    lines.append(_line(numbers, -1, _("Age unknown"), ""))
    totals = [sum(line.cells[column].people for line in lines) for column in range(3)]
    said = [str(RESIDENCE[residence])] if residence else []
    said += [str(HUKOU[hukou])] if hukou else []
    return MakeUp(
        lines=[line for line in lines if line.cells[0].value or line.total],
        totals=totals,
        total=sum(totals),
        unknown_sex=bool(totals[2]),
        residence=residence,
        hukou=hukou,
        residences=options(RESIDENCE),
        hukous=options(HUKOU),
        said="、".join(said),
    )


def _line(numbers: Mapping[tuple[int, int | None], int], place: int, label: str, first: str) -> Line:
    cells = [
        Cell(number := numbers.get((place, sex), 0), f"{first}-{sex}" if first and sex and number else "")
        for sex in (MALE, FEMALE, None)
    ]
    return Line(label, cells, sum(cell.people for cell in cells))


def wanted(sent: Mapping[str, str]) -> Wanted | None:
    """The cell a form asks for; None for one that is none of the table's."""
    first, sex = map(whole, [*(sent.get("cell") or "").split("-"), "", ""][:2])
    residence, hukou = sent.get("residence", ""), sent.get("hukou", "")
    if first not in STARTS or sex not in (MALE, FEMALE):
        return None
    if (residence and residence not in RESIDENCE) or (hukou and hukou not in HUKOU):
        return None
    place = STARTS.index(first)
    last = STARTS[place + 1] - 1 if place + 1 < len(STARTS) else None
    return Wanted(first, last, sex, residence, hukou)


def people(
    found: Sequence[registry.PersonHit], asked: Wanted, *, after: int | None, scope: Scope, language: str
) -> People:
    """A page of the list behind a cell, masked as every list of people is."""
    sex = present_people.sex(asked.sex, language)
    parts = [sex, age_label(STARTS.index(asked.first))]
    parts += [str(RESIDENCE[asked.residence])] if asked.residence else []
    parts += [str(HUKOU[asked.hukou])] if asked.hukou else []
    hits = []
    for one in found:
        hit = present_people.hit(one, scope=scope, language=language)
        hits.append(Hit(hit.name, hit.url, hit.sex, hit.birth, hit.id_masked, hit.village))
    return People(" · ".join(parts), hits, f"{asked.first}-{asked.sex}", asked.residence, asked.hukou, after)
