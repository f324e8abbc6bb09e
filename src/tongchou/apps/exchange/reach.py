"""Who exports and reads back: the county's reviewer, in the areas of the role."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tongchou.apps.casework import api as casework
from tongchou.apps.exchange.models import Answer, Export
from tongchou.core import access, clock, scope
from tongchou.core.errors import NotFound
from tongchou.core.models import Account

EXCHANGE = "cases.exchange"


def readable(by: Account, on: dt.date) -> QuerySet[Export]:
    """Exports of the account's areas; one with private programmes is its maker's alone."""
    areas = scope.of(by, on, permission=EXCHANGE)
    return Export.objects.filter(areas.q("scope_no")).filter(Q(private=False) | Q(made_by=by.pk))


def export_of(number: int, by: Account, at: dt.datetime, *, lock: bool = False) -> Export:
    """An export the account may read.

    Raises
    ------
    NotAllowed, NotFound
    """
    on = clock.date_of(at)
    access.require(by, EXCHANGE, on=on)
    found = readable(by, on).filter(pk=number)
    one = (found.select_for_update(of=("self",)) if lock else found.select_related("made_by")).first()
    if one is None:
        raise NotFound("exchange.none", _("There is no such list in your areas."))
    return one


def answer_of(number: int, by: Account, at: dt.datetime, *, lock: bool = False) -> Answer:
    """An answer to one of them.

    Raises
    ------
    NotAllowed, NotFound
    """
    on = clock.date_of(at)
    access.require(by, EXCHANGE, on=on)
    found = Answer.objects.filter(pk=number, export__in=readable(by, on)).select_related("export")
    one = (found.select_for_update(of=("self",)) if lock else found).first()
    if one is None:
        raise NotFound("exchange.no_answer", _("There is no such answer in your areas."))
    return one


def cases(numbers: Iterable[int], by: Account, at: dt.datetime) -> dict[int, str]:
    """Numbers of those cases the account may read now."""
    return casework.still_readable(list(numbers), by=by, on=clock.date_of(at))
