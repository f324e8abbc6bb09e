"""Who bears how much: dated shares with their document, and what they come to for batches."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tongchou.apps.payments import naming, reach
from tongchou.apps.payments.models import Sharing
from tongchou.apps.places import api as places
from tongchou.core import audit
from tongchou.core.errors import Invalid
from tongchou.core.scope import Scope
from tongchou.domain import shares

if TYPE_CHECKING:
    from tongchou.core.models import Account


@transaction.atomic
def set_sharing(
    *,
    area_id: int,
    programme: str,
    valid_from: dt.date,
    parts: Mapping[str, int],
    document: str,
    by: Account,
    at: dt.datetime,
) -> Sharing:
    """Write down who bears how much of a programme ("" for all) in an area. Twice the same is once.

    Parameters
    ----------
    parts
        Hundredths of a percent by level; they add up to 10,000.

    Raises
    ------
    NotAllowed, NotFound
    Invalid
        ``funds.sharing`` with ``problems`` by field.
    """
    area = reach.area_of(area_id, by, at)
    document = " ".join(document.split())
    wrong: dict[str, list[Any]] = {}
    try:
        shares.check(parts)
    except ValueError:
        wrong["parts"] = [_("The shares of the levels have to add up to 100 percent.")]
    if programme and programme not in naming.payable():
        wrong["programme"] = [_("Choose a programme from the list.")]
    if not document or len(document) > 120:
        wrong["document"] = [_("Name the document, in at most 120 characters.")]
    if wrong:
        raise Invalid("funds.sharing", _("The shares cannot be recorded like this."), problems=wrong)
    full = {level: parts.get(level, 0) for level in shares.LEVELS}
    now = (
        Sharing.objects.filter(area=area, programme=programme, valid_from=valid_from).order_by("-pk").first()
    )
    if now is not None and now.parts == full and now.document == document:
        return now
    made = Sharing.objects.create(
        area=area,
        scope_no=area.scope_no,
        programme=programme,
        valid_from=valid_from,
        document=document,
        by=by,
        at=at,
        **full,
    )
    audit.append(
        by=by,
        action="funds.sharing",
        subject=f"area:{area.pk}",
        at=at,
        scope_no=area.scope_no,
        detail={"programme": programme, "from": valid_from.isoformat(), **full},
    )
    return made


def in_force(area: places.Area, programme: str, on: dt.date) -> Sharing | None:
    """What counts for a programme in an area on a day: its own before that of the areas above it, one for the
    programme before one for all, the latest day, the last recorded. None before any is known.
    """
    rows = Sharing.objects.filter(
        area__scope_no__lte=area.scope_no,
        area__scope_end__gte=area.scope_end,
        programme__in=["", programme],
        valid_from__lte=on,
    ).order_by("area__scope_no", "programme", "valid_from", "pk")
    return list(rows)[-1] if rows else None


def recorded(scope: Scope) -> QuerySet[Sharing]:
    """All that was recorded in some areas, the latest day first."""
    return Sharing.objects.filter(scope.q("scope_no")).select_related("area").order_by("-valid_from", "-pk")
