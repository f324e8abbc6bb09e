"""Counts of many lists in one statement, each walked no further than a page can tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import IntegerField, QuerySet, Subquery

if TYPE_CHECKING:
    from tongchou.core.models import Account


class _Number(Subquery):
    """How many rows a query finds, as a column."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def together(found: Mapping[str, QuerySet[Any]], *, by: Account, most: int) -> dict[str, int]:
    """How many rows each query finds, ``most`` standing for that many and more. One query, however many.

    A queryset that names columns (``values``) counts its rows as they are, so that distinct ones can be told.
    """
    from tongchou.core.models import Account

    if not found:
        return {}
    columns = [_Number(_bare(one)[:most]) for one in found.values()]
    row = Account.objects.filter(pk=by.pk).values_list(*columns).get()
    return {key: number or 0 for key, number in zip(found, row, strict=True)}


def _bare(found: QuerySet[Any]) -> QuerySet[Any]:
    bare = found.order_by()
    return bare if bare.query.values_select else bare.values("pk")
