"""Money and staff per head of the people of areas: what governments give, never what people cost."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Router, Schema

from tongchou.apps.guarantees import api as guarantees
from tongchou.apps.statistics import api as statistics
from tongchou.core import clock
from tongchou.domain.statistics.cube import Basis
from tongchou.web.api.access import needs
from tongchou.web.api.routes import answers
from tongchou.web.api.statistics import CountedFrom, Number, counted, number, source
from tongchou.web.api.types import Id

router = Router(tags=["statistics"])


class Head(Schema):
    """An area in the order of the tree: mean population, fen per head, staff per thousand people.

    Null: not returned, no staff register, or too few people.
    """

    area: str
    name: str
    people: Number
    budget_fen: Number
    grassroots_fen: Number
    revenue_fen: Number
    workers: Number


class Heads(Schema):
    """``year`` is the last calendar year the counts hold whole; null with no items where there is none."""

    counted_from: CountedFrom
    basis: Basis
    year: int | None
    items: list[Head]


@router.get(
    "/statistics/per-head",
    summary=gettext_noop("Budget, fiscal revenue and staff per head, of whole counties and townships"),
    **answers(Heads),
    **needs("population.view"),
)
def per_head(request: HttpRequest, area: Id | None = None, basis: Basis = Basis.REGISTERED):
    built, within = counted(request, area)
    villages = statistics.villages_in(built, within)
    on = clock.date_of(request.at)
    year, heads = guarantees.heads_of(built, villages, basis=basis, scope=within, on=on) or (None, [])
    return Heads(
        counted_from=source(built),
        basis=basis,
        year=year,
        items=[
            Head(
                area=one.code,
                name=one.name,
                people=number(one.people),
                budget_fen=number(one.budget),
                grassroots_fen=number(one.grassroots),
                revenue_fen=number(one.revenue),
                workers=number(one.workers),
            )
            for one in heads
        ],
    )
