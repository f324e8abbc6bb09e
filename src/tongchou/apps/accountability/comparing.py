"""Areas in which something begins, compared with all the others: scored indicators alone, with intervals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext_lazy as _

from tongchou import indicators
from tongchou.apps.accountability import access, computing
from tongchou.apps.places import api as places
from tongchou.core.errors import Conflict
from tongchou.core.models import Account
from tongchou.domain.accountability.awards import comparison_level, improvement
from tongchou.domain.accountability.definitions import Use
from tongchou.domain.accountability.figures import UnitFigure, evaluate
from tongchou.domain.demography.news import Verdict


@dataclass(frozen=True, slots=True)
class Side:
    """A figure of a group with its interval, and what it is made of; None where it is unknown."""

    value: float | None
    low: float | None
    high: float | None
    over: float | None
    under: float | None


@dataclass(frozen=True, slots=True)
class Compared:
    """An indicator of both groups at the level that holds for all of the page together.

    ``difference`` is the first less the others, in the indicator's unit; ``verdict`` is ``UP`` where the
    first do better, ``NO_NEWS`` where the two cannot be told apart.
    """

    indicator: str
    first: Side
    others: Side
    difference: float | None
    low: float | None
    high: float | None
    verdict: Verdict


def compared(
    area_id: int, *, first: Collection[int], kind: str, period: str, by: Account, at: dt.datetime
) -> tuple[Compared, ...]:
    """Some areas inside an area beside all the rest of it in a closed period.

    Parameters
    ----------
    first
        Numbers of the areas in which it began; with all that lies in them.

    Raises
    ------
    NotAllowed, NotFound, Invalid
        As ``make``.
    Conflict
        ``accountability.open`` when a month is not closed; ``accountability.nothing_beside`` when no area or
        every area is among the first.
    """
    area = access.area_of(area_id, by=by, at=at, permission=access.VIEW)
    one = computing.span(kind, period)
    found, catalogue = computing.ground(area, one), indicators.load()
    begun_in = list(places.Area.objects.filter(pk__in=first).values_list("scope_no", "scope_end", "level"))
    spans = [(low, high) for low, high, _level in begun_in]
    height = {level: at for at, level in enumerate(access.LEVELS)}
    widest = max((height.get(level, 0) for _low, _high, level in begun_in), default=0)
    codes = {key: key.partition("/")[0] for key in found.counts.areas}
    rows = places.Area.objects.filter(code__in=set(codes.values())).values_list("code", "scope_no", "level")
    where = {code: (scope_no, level) for code, scope_no, level in rows}
    begun: list[str] = []
    rest: list[str] = []
    for key, code in codes.items():
        scope_no, level = where.get(code, (0, ""))
        if _inside(scope_no, spans):
            begun.append(key)
        # Beside pilots of a level stands what others of that level and below count; what a government above
        # counts is of neither.
        elif height.get(level, len(height)) <= widest:
            rest.append(key)
    if not begun or not rest:
        message = _("There is nothing to compare: no area of this one is among the pilots, or all are.")
        raise Conflict("accountability.nothing_beside", message)
    wanted = [each.code for each in catalogue.used(Use.SCORED) if computing.known(catalogue, each.code)]
    level = comparison_level(max(1, len(wanted)))
    pilots = evaluate(catalogue, wanted, found.counts, {"first": begun}, one, level=level)
    others = evaluate(catalogue, wanted, found.counts, {"others": rest}, one, level=level)
    return tuple(
        _compared(code, pilots[code], others[code]) for code in wanted if pilots[code].chance != "none"
    )


def _inside(scope_no: int, spans: Collection[tuple[int, int]]) -> bool:
    return any(low <= scope_no <= high for low, high in spans)


def _compared(code: str, first: UnitFigure, others: UnitFigure) -> Compared:
    direction = indicators.load().indicators[code].direction
    moved = improvement(["first"], others, first, direction)
    return Compared(
        code,
        _side(first),
        _side(others),
        _plain(moved.difference[0]),
        _plain(moved.low[0]),
        _plain(moved.high[0]),
        moved.verdict[0],
    )


def _side(one: UnitFigure) -> Side:
    return Side(*(_plain(each[0]) for each in (one.value, one.low, one.high, one.over, one.under)))


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
