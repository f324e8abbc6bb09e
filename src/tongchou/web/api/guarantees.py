"""Guarantees of units: what each needs, has and lacks, and the yearly returns they rest on."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from ninja import Router, Schema

from tongchou.apps.guarantees import api as guarantees
from tongchou.apps.places import api as places
from tongchou.core import clock
from tongchou.core.errors import NotFound
from tongchou.web.api.access import needs
from tongchou.web.api.routes import answers
from tongchou.web.api.types import Count, Id, Limit, Moment, Year, following

router = Router(tags=["guarantees"])


class GuaranteeLine(Schema):
    """``measure`` is ``fen`` or ``workers``; ``missing`` is null where ``why`` says why.

    ``late`` is money that is there but came after its day: it is among ``missing`` and not in ``have``.
    """

    unit: str
    guarantee: str
    detail: str
    measure: str
    needed: int | None
    have: int | None
    missing: int | None
    late: int
    why: str


class Guarantees(Schema):
    items: list[GuaranteeLine]
    total: int
    next: int | None


class ReturnLine(Schema):
    """Amounts in fen; null is not returned. ``accepted`` is null while the level above has not decided."""

    return_id: int
    unit: str
    year: int
    version: int
    budget: int | None
    revenue: int | None
    grassroots: int | None
    reward_fund: int | None
    pay_total: int | None
    pay_performance: int | None
    accepted: bool | None
    sent_at: Moment


class Returns(Schema):
    items: list[ReturnLine]
    total: int
    next: int | None


@router.get(
    "/areas/{int:area_id}/guarantees",
    summary=gettext_noop("Guarantees of an area and all below it, unit by unit"),
    **answers(Guarantees),
    **needs(guarantees.VIEW),
)
def of_area(request: HttpRequest, area_id: Id, year: Year | None = None, start: Count = 0, limit: Limit = 50):
    area = places.area_by_id(area_id, within=request.reach)
    if area is None or area.level not in guarantees.LEVELS:
        raise NotFound("places.none", _("There is no such area in your areas."))
    today = clock.today()
    lines = guarantees.report(area, within=request.reach, year=year or today.year, on=today).lines
    rows = [_line(one) for one in lines[start : start + limit]]
    return Guarantees(items=rows, total=len(lines), next=following(start, rows, len(lines)))


@router.get(
    "/guarantee-returns",
    summary=gettext_noop("Yearly returns of units, the newest first"),
    **answers(Returns),
    **needs(guarantees.VIEW),
)
def list_returns(request: HttpRequest, year: Year | None = None, start: Count = 0, limit: Limit = 50):
    found = guarantees.returns(scope=request.reach, year=year)
    total = found.count()
    rows = [_return(one) for one in found[start : start + limit]]
    return Returns(items=rows, total=total, next=following(start, rows, total))


def _line(one: guarantees.Line) -> GuaranteeLine:
    found = one.finding
    return GuaranteeLine(
        unit=found.unit,
        guarantee=found.guarantee.value,
        detail=found.detail,
        measure=found.measure,
        needed=found.needed,
        have=found.have,
        missing=found.missing,
        late=found.late,
        why="" if one.why is None else one.why.value,
    )


def _return(one: guarantees.YearReturn) -> ReturnLine:
    return ReturnLine(
        return_id=one.pk,
        unit=one.unit,
        year=one.year,
        version=one.version,
        accepted=one.decision.accepted if hasattr(one, "decision") else None,
        sent_at=one.sent_at,
        **{name: getattr(one, name) for name in guarantees.AMOUNTS},
    )
