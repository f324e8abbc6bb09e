"""Yearbooks that were made: what each says, and what it must hash to."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Volume(models.Model):
    """A yearbook of an area and year. Its words and pages are made from ``content`` when somebody asks."""

    built = models.ForeignKey("statistics.Built", on_delete=models.PROTECT, related_name="+")
    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    area_name = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    edition = models.CharField(max_length=10)
    basis = models.CharField(max_length=12)
    #: Figures and tables without words (``domain.statistics.content``), as JSON.
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(sha256__length=64), name="volume_has_digest"),
            models.CheckConstraint(
                condition=Q(edition__in=["public", "internal"]), name="volume_edition_known"
            ),
            models.UniqueConstraint(
                fields=["built", "area_id", "year", "edition", "basis"], name="volume_once_of_its_counts"
            ),
        ]
        indexes = [models.Index(fields=["scope_no", "-id"], name="volume_by_area")]

    def __str__(self) -> str:
        return f"{self.area_name} {self.year} {self.sha256[:12]}"
