"""Money and staff per head: what governments give to this work, area by area in the order of the tree."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from tongchou.apps.guarantees import api as guarantees
from tongchou.web.console import formatters
from tongchou.web.console.presenters.statistics import words
from tongchou.web.console.presenters.statistics.chosen import Chosen


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heads:
    """A line an area: mean population; per head in yuan the budget, its grassroots part, revenue; staff."""

    year: int
    basis: str
    lines: list[Line]


def present(chosen: Chosen, *, on: dt.date) -> Heads | None:
    """Of whole townships and larger areas; None of anything smaller, and where nothing at all is known."""
    found = guarantees.heads_of(chosen.built, chosen.villages, basis=chosen.basis, scope=chosen.scope, on=on)
    if found is None:
        return None
    year, heads = found
    lines = [Line(one.name, _cells(one)) for one in heads]
    return Heads(year, str(words.BASES[chosen.basis]), lines)


def _cells(one: guarantees.Head) -> tuple[str, ...]:
    money = (one.budget, one.grassroots, one.revenue)
    people = "—" if math.isnan(one.people) else formatters.number(round(one.people))
    staff = "—" if math.isnan(one.workers) else f"{one.workers:.2f}"
    return (people, *(formatters.yuan(None if math.isnan(fen) else round(fen)) for fen in money), staff)
