"""Copies of papers a family brought to a case, where no record shows the same."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class Paper(models.Model):
    """A copy, sealed. ``code`` says what it shows: a paper of the kind of case, or what was asked for."""

    case = models.ForeignKey("casework.Case", on_delete=models.PROTECT, related_name="papers")
    code = models.CharField(max_length=40)
    sealed = models.TextField()
    kind = models.CharField(max_length=4)
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "code", "sha256"], name="paper_once"),
            models.CheckConstraint(condition=Q(kind__in=["jpeg", "png", "pdf"]), name="paper_kind_known"),
        ]
