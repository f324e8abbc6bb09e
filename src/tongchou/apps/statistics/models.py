"""Cubes counted from snapshots: where each set of files is and what it must hash to."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

#: Of the files and what they mean; raised when either changes.
VERSION = 1


class Built(models.Model):
    """A set of cubes counted from one snapshot. Its files are checked against ``sha256`` once a process."""

    snapshot = models.ForeignKey("snapshot.Snapshot", on_delete=models.PROTECT, related_name="+")
    #: The day of the snapshot's facts, where the months end.
    as_of = models.DateField()
    #: The day whose tree of areas the villages are of.
    boundaries = models.DateField()
    built_at = models.DateTimeField()
    built_by = models.BigIntegerField()
    #: Areas whose people are in it, as closed intervals of scope numbers: those of the snapshot.
    intervals = models.JSONField(default=list)
    path = models.CharField(max_length=200)  # below the folder of the installation
    sha256 = models.CharField(max_length=64)
    version = models.PositiveSmallIntegerField(default=VERSION)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(sha256__length=64), name="built_has_digest"),
            models.UniqueConstraint(fields=["path"], name="built_owns_its_files"),
        ]
        indexes = [models.Index(fields=["-as_of", "-id"], name="built_latest")]

    def __str__(self) -> str:
        return f"{self.as_of} {self.sha256[:12]}"
