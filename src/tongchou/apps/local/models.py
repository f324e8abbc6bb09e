"""Whose installation this is, what the county has set itself, and how far the set-up is."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from tongchou.apps.places.api import Area


class Setup(models.Model):
    """The one row about setting up. Of the token and of the pass of a browser only hashes are kept."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    unit = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+")
    token_hash = models.CharField(max_length=64, blank=True)
    token_until = models.DateTimeField(null=True)
    pass_hash = models.CharField(max_length=64, blank=True)
    pass_until = models.DateTimeField(null=True)
    #: The page of local parameters was saved or passed over: what is unknown stays so.
    parameters_seen_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="setup_one_row"),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(token_hash="", pass_hash=""),
                name="setup_closed_when_finished",
            ),
        ]

    def __str__(self) -> str:
        return "finished" if self.finished_at else "open"


class LocalValue(models.Model):
    """What a unit has set, from a day on, and the document that says so. Rows are only ever added.

    ``value`` null takes an earlier value back: it is not known any more.
    """

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    value: models.JSONField[Any] = models.JSONField(null=True)
    source = models.CharField(max_length=300)
    effective_from = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(source=""), name="local_value_has_source")]
        indexes = [models.Index(fields=["area", "name", "effective_from"], name="local_value_by_day")]

    def __str__(self) -> str:
        return f"{self.name} {self.effective_from}"


class AreaDraft(models.Model):
    """A list of areas that was read and waits for a decision; one for each who brings them in."""

    owner = models.CharField(max_length=40, unique=True)
    file_name = models.CharField(max_length=200)
    sheet: models.JSONField[dict[str, Any]] = models.JSONField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.file_name
