"""Finding an area by a part of its name or the beginning of its code."""

from __future__ import annotations

from django.db.models import Q

from tongchou.apps.places.models import Area
from tongchou.apps.places.queries import normal_code
from tongchou.core.scope import Scope


def find_areas(text: str, *, within: Scope, limit: int = 50) -> list[Area]:
    """Areas of any level in a scope that still exist, in tree order; none for empty text."""
    wanted = text.strip()
    if not wanted:
        return []
    meant = Q(name__icontains=wanted) | Q(code__startswith=normal_code(wanted))
    return list(Area.objects.within(within).filter(meant, valid_to=None).order_by("scope_no")[:limit])


def top_areas(within: Scope) -> list[Area]:
    """The widest areas of a scope: those whose parent it does not reach."""
    reached = Area.objects.within(within).filter(valid_to=None)
    return list(reached.exclude(parent__in=reached).order_by("scope_no"))
