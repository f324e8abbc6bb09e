"""Targets of units with what is in force, and responsibility agreements with their seal."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Router, Schema

from tongchou.apps.responsibility import api as responsibility
from tongchou.core import clock
from tongchou.web.api.access import needs
from tongchou.web.api.routes import answers
from tongchou.web.api.types import Count, Id, Limit, Moment, following

router = Router(tags=["responsibility"])


class UnitTarget(Schema):
    """``value`` in the unit of the indicator (a share is 0 to 1); null while no version is in force."""

    target_id: int
    unit: str
    unit_name: str
    indicator: str
    period: str
    value: float | None
    weight: float | None


class UnitTargets(Schema):
    items: list[UnitTarget]
    total: int
    next: int | None


class AgreementLine(Schema):
    """``stage`` is ``draft``, ``offered``, ``signed`` or ``withdrawn``; ``seal`` is empty for a draft."""

    agreement_id: int
    unit: str
    unit_name: str
    above: str
    above_name: str
    period: str
    stage: str
    seal: str
    above_signed: str
    above_signed_at: Moment | None
    unit_signed: str
    unit_signed_at: Moment | None


class AgreementLines(Schema):
    items: list[AgreementLine]
    total: int
    next: int | None


class AgreedAim(Schema):
    indicator: str
    value: float


class AgreementWhole(AgreementLine):
    """As it was sealed; of a draft as it stands now."""

    aims: list[AgreedAim]
    promises: list[str]
    given: list[str]


@router.get(
    "/targets",
    summary=gettext_noop("Targets of units in the own areas, by period and unit"),
    **answers(UnitTargets),
    **needs(responsibility.VIEW),
)
def list_targets(request: HttpRequest, period: str = "", start: Count = 0, limit: Limit = 50):
    found = responsibility.targets(by=request.auth, on=clock.date_of(request.at), period=period)
    total = found.count()
    rows = [
        UnitTarget(
            target_id=one.pk,
            value=None if one.value is None else float(one.value),
            weight=None if one.weight is None else float(one.weight),
            **{name: getattr(one, name) for name in ("unit", "unit_name", "indicator", "period")},
        )
        for one in found[start : start + limit]
    ]
    return UnitTargets(items=rows, total=total, next=following(start, rows, total))


@router.get(
    "/agreements",
    summary=gettext_noop("Responsibility agreements of the own areas, the newest first"),
    **answers(AgreementLines),
    **needs(responsibility.VIEW),
)
def list_agreements(request: HttpRequest, start: Count = 0, limit: Limit = 50):
    found = responsibility.agreements(by=request.auth, on=clock.date_of(request.at))
    total = found.count()
    rows = [AgreementLine(**_line(one)) for one in found.defer("content")[start : start + limit]]
    return AgreementLines(items=rows, total=total, next=following(start, rows, total))


@router.get(
    "/agreements/{int:agreement_id}",
    summary=gettext_noop("One responsibility agreement with its targets and words"),
    **answers(AgreementWhole),
    **needs(responsibility.VIEW),
)
def one_agreement(request: HttpRequest, agreement_id: Id):
    view = responsibility.agreement_view(agreement_id, by=request.auth, on=clock.date_of(request.at))
    content = responsibility.content_of(view.agreement)
    return AgreementWhole(
        **_line(view.agreement),
        aims=[AgreedAim(indicator=one.indicator, value=float(one.value)) for one in content.aims],
        promises=list(content.promises),
        given=list(content.given),
    )


def _line(one: responsibility.Agreement) -> dict[str, object]:
    same = ("unit", "unit_name", "above", "above_name", "period", "stage", "above_signed", "above_signed_at")
    rest = {name: getattr(one, name) for name in (*same, "unit_signed", "unit_signed_at")}
    return {"agreement_id": one.pk, "seal": one.sha256, **rest}
