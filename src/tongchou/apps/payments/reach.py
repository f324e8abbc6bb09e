"""Who sees and moves which money: by the area of the fund, which a role has to cover."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tongchou.apps.payments.models import Batch, Fund, Overpayment
from tongchou.apps.places import api as places
from tongchou.core import access, clock, scope
from tongchou.core.errors import NotFound
from tongchou.core.scope import Scope

if TYPE_CHECKING:
    from tongchou.core.models import Account

MANAGE: Final = "funds.manage"
BUILD: Final = "payments.build"
REVIEW: Final = "payments.review"
VIEW: Final = "payments.view"


def areas(by: Account, permission: str, at: dt.datetime) -> Scope:
    """The areas where the account holds the permission at that moment.

    Raises
    ------
    NotAllowed
    """
    return access.require(by, permission, on=clock.date_of(at))


def funds(by: Account, on: dt.date, permission: str = VIEW) -> QuerySet[Fund]:
    """The funds of areas the account reaches with the permission."""
    return Fund.objects.filter(scope.of(by, on, permission=permission).q("scope_no"))


def batches(by: Account, on: dt.date, permission: str = VIEW) -> QuerySet[Batch]:
    """The batches paid from those funds."""
    return Batch.objects.filter(scope.of(by, on, permission=permission).q("scope_no"))


def overpayments(by: Account, on: dt.date, permission: str = VIEW) -> QuerySet[Overpayment]:
    return Overpayment.objects.filter(scope.of(by, on, permission=permission).q("scope_no"))


def area_of(area_id: int, by: Account, at: dt.datetime) -> places.Area:
    """An area in which the account manages funds.

    Raises
    ------
    NotAllowed, NotFound
    """
    area = places.area_by_id(area_id, within=areas(by, MANAGE, at))
    if area is None:
        raise NotFound("funds.no_area", _("There is no such area among yours."))
    return area


def fund_of(fund_id: int, by: Account, at: dt.datetime, permission: str, *, lock: bool = False) -> Fund:
    """One fund; with ``lock`` nobody else writes into its book until the transaction ends.

    Raises
    ------
    NotAllowed, NotFound
    """
    reach = areas(by, permission, at)
    found = Fund.objects.filter(reach.q("scope_no"), pk=fund_id)
    fund = (found.select_for_update() if lock else found).first()
    if fund is None:
        raise NotFound("funds.none", _("There is no such fund in your areas."))
    return fund


def batch_of(batch_id: int, by: Account, at: dt.datetime, permission: str, *, lock: bool = False) -> Batch:
    """One batch. With ``lock`` its fund is locked first: all who move money take these locks in this order.

    Raises
    ------
    NotAllowed, NotFound
    """
    reach = areas(by, permission, at)
    known = Batch.objects.filter(reach.q("scope_no"), pk=batch_id).first()
    if known is None:
        raise no_batch()
    if not lock:
        return known
    Fund.objects.select_for_update().get(pk=known.fund_id)
    return Batch.objects.select_for_update().get(pk=batch_id)


def require_batch(batch_id: int, by: Account, at: dt.datetime) -> None:
    """Refuse a batch the account does not build in.

    Raises
    ------
    NotAllowed, NotFound
    """
    batch_of(batch_id, by, at, BUILD)


def overpayment_of(number: int, by: Account, at: dt.datetime, permission: str) -> Overpayment:
    """One overpayment, its fund and itself locked.

    Raises
    ------
    NotAllowed, NotFound
    """
    reach = areas(by, permission, at)
    known = Overpayment.objects.filter(reach.q("scope_no"), pk=number).first()
    if known is None:
        raise NotFound("payments.no_overpayment", _("There is no such overpayment in your areas."))
    Fund.objects.select_for_update().get(pk=known.fund_id)
    return Overpayment.objects.select_for_update().get(pk=number)


def no_batch() -> NotFound:
    return NotFound("payments.no_batch", _("There is no such batch in your areas."))
