"""What the checks found in a snapshot: people to look at, and counts that stay for the trend."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Run(models.Model):
    """One run of all checks over one snapshot. The same checks on the same snapshot find the same."""

    snapshot_sha256 = models.CharField(max_length=64)
    checks_sha256 = models.CharField(max_length=64)
    as_of = models.DateField()
    persons = models.PositiveIntegerField()
    findings = models.PositiveIntegerField()
    run_at = models.DateTimeField()
    run_by = models.BigIntegerField(null=True)
    current = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["current"], condition=Q(current=True), name="quality_one_current_run"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.as_of}"


class Finding(models.Model):
    """A person one check names, in the current run; of earlier runs the counts alone stay.

    It says nothing about the person but where to look: no score, no mark that outlives the mending.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="found")
    check_code = models.CharField(max_length=60)
    person_id = models.BigIntegerField()
    household_id = models.BigIntegerField(null=True)
    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "check_code", "person_id"], name="quality_finding_once")
        ]
        indexes = [models.Index(fields=["run", "check_code", "scope_no", "person_id"], name="quality_list")]

    def __str__(self) -> str:
        return f"{self.check_code} {self.person_id}"


class Count(models.Model):
    """How many people of a village a check named in a run."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="counts")
    check_code = models.CharField(max_length=60)
    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    number = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "check_code", "area_id"], name="quality_count_once")
        ]
        indexes = [models.Index(fields=["run", "scope_no"], name="quality_count_scope")]

    def __str__(self) -> str:
        return f"{self.check_code} {self.area_id}: {self.number}"
