"""Which villages have brought in a register."""

from __future__ import annotations

from tongchou.apps.intake.models import FileStatus, RegisterFile
from tongchou.core.scope import Scope


def villages_with_register(*, scope: Scope, year: int) -> set[int]:
    """Numbers of the villages of a scope whose register of that year has been applied. One query."""
    applied = RegisterFile.objects.filter(scope.q("scope_no"), status=FileStatus.APPLIED, year=year)
    return set(applied.values_list("village_id", flat=True).distinct())
