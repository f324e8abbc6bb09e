"""Dated extracts of the registry: where each file is and what it must hash to."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Snapshot(models.Model):
    """A facts file as of a date. The file is checked against ``sha256`` whenever it is read."""

    as_of = models.DateField()
    taken_at = models.DateTimeField()
    taken_by = models.BigIntegerField()
    purpose = models.CharField(max_length=200)
    #: Areas whose registered people are in it, as closed intervals of scope numbers on the day it was taken.
    intervals = models.JSONField(default=list)
    path = models.CharField(max_length=200)  # below the folder of the installation
    rows = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    #: The registry's newest entry before it was read: all up to it are in the file. Null in older ones.
    last_entry = models.BigIntegerField(null=True)
    schema_version = models.PositiveSmallIntegerField()
    #: Lives over time, read with the facts: a folder and what it must hash to. Empty in older ones.
    history_path = models.CharField(max_length=200, default="", blank=True)
    history_sha256 = models.CharField(max_length=64, default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(purpose=""), name="snapshot_has_purpose"),
            models.CheckConstraint(condition=Q(sha256__length=64), name="snapshot_has_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.as_of} {self.sha256[:12]}"
