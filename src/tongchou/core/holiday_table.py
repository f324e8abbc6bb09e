"""Tables of holidays that did not come with the installation. Rows are only ever added."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q


class HolidayTable(models.Model):
    """A year's table as it was entered; of a year the highest version counts. A correction is a new version.

    ``days`` are ``[day, kind, name]`` in order, ``kind`` one of ``off`` and ``work``.
    """

    year = models.PositiveSmallIntegerField()
    version = models.PositiveSmallIntegerField()
    days: models.JSONField[Any] = models.JSONField()
    source = models.CharField(max_length=300)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        app_label = "core"
        constraints = [
            models.UniqueConstraint(fields=["year", "version"], name="holiday_version_once"),
            models.CheckConstraint(
                condition=Q(version__gte=1, year__gte=2025, year__lte=2200) & ~Q(source=""),
                name="holiday_table_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} v{self.version}"
